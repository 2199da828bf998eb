"""Importing in the browser: upload, match, check, import; nothing is written before it is said so, nothing is lost."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.sheets.reading import read_table
from portfolio.errors import NotAllowed
from portfolio.imports import forms as import_forms
from portfolio.imports.mapping import mapping_from
from portfolio.models import ImportFile, Person, ProjectRequest, Silo
from portfolio.services import uploads
from portfolio.services.uploads import (
    LOST_AFTER,
    import_upload,
    import_waiting,
    keep_upload,
    queue_import,
    table_of,
)

SignIn = Callable[[Person], Client]
URL = "/requests/import/"
TEXT = "Reference,Department,Project,Budget\nA1,Cards,<b>First</b> 🚀,$1000\nA2,Cards,Second,TBD\n"
MATCH = {"source": "plan", "money_unit": "1", "money_decimal": ".", "source_reference": "Reference",
         "silo": "Department", "title": "Project", "one_off_cost": "Budget"}  # fmt: skip


@pytest.fixture
def importing(client_as: SignIn, architect: Person, cards: Silo) -> Client:
    """An architect's client; there is the silo Cards."""
    return client_as(architect)


def upload(client: Client, text: str | bytes = TEXT, **data: str) -> ImportFile:
    """Upload a file and return what is kept of it."""
    content = text.encode() if isinstance(text, str) else text
    response = client.post(URL, {"file": SimpleUploadedFile("list.csv", content), **data})
    assert response.status_code == 302, response.content.decode()
    return ImportFile.objects.get()


def at(file: ImportFile, step: str = "") -> str:
    """The address of the file, or of a step of it."""
    return reverse(
        f"portfolio:request-import-file{step}" if not step else f"portfolio:request-import-{step}", args=[file.pk]
    )


def test_from_upload_to_requests(importing: Client, architect: Person) -> None:
    file = upload(importing)
    page = importing.get(at(file), follow=True).content.decode()
    assert "Which column is what?" in page
    assert '<option value="Department" selected>' in page
    assert importing.post(at(file, "match"), MATCH).status_code == 302
    page = importing.get(at(file)).content.decode()
    assert "2 new requests to import" in page
    assert "&lt;b&gt;First&lt;/b&gt; 🚀" in page
    assert "“TBD” is read as not known" in page
    assert not ProjectRequest.objects.exists()
    importing.post(at(file, "run"))
    assert set(ProjectRequest.objects.values_list("title", flat=True)) == {"<b>First</b> 🚀", "Second"}
    assert ProjectRequest.history.filter(history_user=architect).count() == 2
    assert "2 new and 0 changed requests" in importing.get(at(file)).content.decode()
    file.refresh_from_db()
    assert (file.state, bytes(file.content)) == ("done", b"")


def test_a_text_named_as_a_workbook_is_read_and_both_pages_say_how(importing: Client) -> None:
    importing.post(URL, {"file": SimpleUploadedFile("list.xlsx", TEXT.encode())})
    file = ImportFile.objects.get()
    said = "named as a workbook but holds text. It was read as CSV, UTF-8, separated by comma"
    assert said in importing.get(at(file, "match")).content.decode()
    importing.post(at(file, "match"), MATCH)
    assert said in importing.get(at(file)).content.decode()


def test_a_second_press_imports_nothing_twice(importing: Client) -> None:
    file = upload(importing)
    importing.post(at(file, "match"), MATCH)
    importing.post(at(file, "run"))
    importing.post(at(file, "run"))
    assert ProjectRequest.objects.count() == 2
    assert import_upload(token=file.pk) is None


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"columns": 3}, "Something went wrong that Ombud did not expect. Nothing was imported, and the file is kept."),
        ({"colour": "red"}, "The mapping says “colour”, which is not known."),
    ],
)
def test_a_file_that_cannot_be_imported_comes_back_once_and_stops_nobody_elses(
    importing: Client, architect: Person, mapping: dict[str, object], said: str
) -> None:
    file = upload(importing)
    importing.post(at(file, "match"), MATCH)
    ImportFile.objects.update(mapping=mapping)  # as another version stored it
    file.refresh_from_db()
    mended = mapping_from({"source": "plan", "columns": {"source_reference": ["R"], "silo": ["D"], "title": ["T"]}})
    text = b"R,D,T\nB1,Cards,Third\n"
    other = keep_upload(person=architect, name="b.csv", content=text, table=read_table(text), mapping=mended)
    assert queue_import(file=file)
    assert queue_import(file=other)
    assert len(import_waiting()) == 2
    assert import_waiting() == []
    file.refresh_from_db()
    assert (file.state, bytes(file.content)) == ("open", TEXT.encode())
    assert file.problem.startswith(said)
    assert set(ProjectRequest.objects.values_list("title", flat=True)) == {"Third"}


def test_a_shipped_mapping_is_checked_at_once(importing: Client) -> None:
    text = "Reference,Department,Project,Description,Total budget,Estimated completion\nX1,Tax,P,D,$5,\n"
    file = upload(importing, text, mapping="canada-2022")
    page = importing.get(at(file)).content.decode()
    assert "1 new request to import" in page
    assert "Tax" in page


def test_errors_stand_by_row_and_column_and_stop_the_import(importing: Client) -> None:
    file = upload(importing, TEXT + "A2,Nowhere,,lots\n")
    importing.post(at(file, "match"), MATCH)
    page = importing.get(at(file)).content.decode()
    assert "4 errors to mend; nothing is imported yet" in page
    assert "There is no department “Nowhere”" in page
    assert "Import 2 requests" not in page
    importing.post(at(file, "run"))
    assert not ProjectRequest.objects.exists()
    file.refresh_from_db()
    assert (file.state, file.problem) == ("open", "The file has errors. Mend them first; nothing was imported.")
    assert bytes(file.content)


def test_what_was_matched_is_kept_when_matching_again(importing: Client) -> None:
    file = upload(importing)
    importing.post(at(file, "match"), {**MATCH, "money_unit": "1000", "slashes": "month"})
    page = importing.get(at(file, "match")).content.decode()
    assert '<option value="1000" selected>' in page
    assert '<option value="month" selected>' in page
    assert 'value="plan"' in page


@pytest.mark.parametrize("missing", ["source", "source_reference", "silo", "title"])
def test_matching_without_what_is_needed_says_so_and_keeps_the_rest(importing: Client, missing: str) -> None:
    file = upload(importing)
    response = importing.post(at(file, "match"), {**MATCH, missing: "", "slashes": "day"})
    assert response.status_code == 422
    assert response.context["form"].errors[missing]
    assert '<option value="day" selected>' in response.content.decode()
    file.refresh_from_db()
    assert file.mapping == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is a picture"),
        (b"%PDF-1.4", "This is a PDF"),
        (bytes(range(256)) * 9, "not text"),
    ],
)
def test_a_file_that_is_no_table_is_refused_at_its_field(importing: Client, content: bytes, said: str) -> None:
    response = importing.post(URL, {"file": SimpleUploadedFile("list.csv", content)})
    assert response.status_code == 422
    assert said in " ".join(response.context["form"].errors["file"])
    assert not ImportFile.objects.exists()


def test_no_file_too_big_a_file_and_too_many_rows(importing: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert importing.post(URL, {}).context["form"].errors["file"]
    monkeypatch.setattr(import_forms, "MAX_ROWS", 1)
    response = importing.post(URL, {"file": SimpleUploadedFile("list.csv", TEXT.encode())})
    assert "2 rows; 1 can be imported at once" in response.content.decode()
    monkeypatch.setattr(import_forms, "MAX_BYTES", 10)
    response = importing.post(URL, {"file": SimpleUploadedFile("list.csv", TEXT.encode())})
    assert "25 MB can be uploaded" in response.content.decode()


def test_a_long_file_is_left_to_the_worker(importing: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portfolio.views.imports.AT_ONCE", 1)
    file = upload(importing)
    importing.post(at(file, "match"), MATCH)
    importing.post(at(file, "run"))
    assert not ProjectRequest.objects.exists()
    assert "Waiting for the worker" in importing.get(at(file)).content.decode()
    assert import_waiting() == [file.pk]
    assert ProjectRequest.objects.count() == 2
    assert import_waiting() == []


def test_an_import_whose_worker_died_begins_again(importing: Client) -> None:
    file = upload(importing)
    importing.post(at(file, "match"), MATCH)
    now = timezone.now()
    ImportFile.objects.update(state="running", started_at=now)
    assert import_waiting() == []
    ImportFile.objects.update(started_at=now - timezone.timedelta(seconds=LOST_AFTER + 1))
    assert import_waiting() == [file.pk]
    assert ProjectRequest.objects.count() == 2


def test_who_may_import_no_more_imports_nothing_though_the_file_waited(importing: Client, architect: Person) -> None:
    file = upload(importing)
    importing.post(at(file, "match"), MATCH)
    ImportFile.objects.update(state="waiting", started_at=timezone.now())
    architect.memberships.all().delete()
    import_waiting()
    assert not ProjectRequest.objects.exists()
    file.refresh_from_db()
    assert (file.state, file.problem) == (
        "open",
        "Architects and administrators import requests. Nothing was imported.",
    )


def test_services_of_imports_ask_who_may(importing: Client, architect: Person, requester: Person) -> None:
    file = upload(importing)
    with pytest.raises(NotAllowed):
        keep_upload(person=requester, name="x.csv", content=b"", table=table_of(file), mapping=None)
    architect.memberships.all().delete()
    with pytest.raises(NotAllowed):
        queue_import(file=file)


def test_a_file_can_be_forgotten_but_not_what_was_imported(importing: Client) -> None:
    file = upload(importing)
    importing.post(at(file, "discard"))
    assert not ImportFile.objects.exists()
    file = upload(importing)
    importing.post(at(file, "match"), MATCH)
    importing.post(at(file, "run"))
    importing.post(at(file, "discard"))
    assert ImportFile.objects.exists()


def test_only_architects_and_administrators_import(client_as: SignIn, client: Client, requester: Person,
                                                   administrator: Person) -> None:  # fmt: skip
    assert client.get(URL).status_code == 302
    assert client_as(requester).get(URL).status_code == 403
    assert client_as(requester).post(URL, {}).status_code == 403
    assert client_as(administrator).get(URL).status_code == 200


def test_files_of_others_do_not_exist(importing: Client, client_as: SignIn, administrator: Person) -> None:
    file = upload(importing)
    other = client_as(administrator)
    assert {other.get(at(file)).status_code, other.get(at(file, "match")).status_code} == {404}
    assert {other.post(at(file, "run")).status_code, other.post(at(file, "discard")).status_code} == {404}
    assert importing.get(at(file, "run")).status_code == 405


def test_the_sample_names_silos_in_words(importing: Client) -> None:
    file = upload(importing)
    importing.post(at(file, "match"), MATCH)
    file.refresh_from_db()
    assert file.result["sample"][0][:3] == ["2", "A1", "Cards"]
    assert uploads.SHOWN >= len(file.result["warnings"]) == 1


def test_the_sample_shows_amounts_and_days_as_people_read_them(importing: Client) -> None:
    file = upload(importing, "Reference,Department,Project,Budget,Live\nA1,Cards,First,1400000,2027-05-01\n")
    importing.post(at(file, "match"), MATCH | {"wanted_go_live": "Live"})
    file.refresh_from_db()
    assert file.result["sample"] == [["2", "A1", "Cards", "First", "€1,400,000", "1 May 2027".replace(" ", "\N{NBSP}")]]
