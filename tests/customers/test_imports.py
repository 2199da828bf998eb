"""Registers out and in: what is exported can be imported again; a file is wholly right or nothing of it is written."""

import io
from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from customers.errors import NotAllowed
from customers.models import (
    ChangeFreeze,
    ChannelCapacity,
    ContactPolicy,
    DataHolding,
    RegisterImport,
    Segment,
    Synonym,
    System,
    Touchpoint,
)
from customers.registers import REGISTERS
from customers.selectors import changes_of, synonyms_of
from customers.services import imports, merge_entries
from customers.sheets.catalog import SHEETS, sheet_of
from customers.sheets.sheet import Finder
from portfolio.models import SkillCapacity
from tests.factories import (
    AssetQuarterFactory,
    ChangeFreezeFactory,
    ChannelCapacityFactory,
    ContactPolicyFactory,
    CustomerTimeFactory,
    DataDomainFactory,
    DataHoldingFactory,
    HoldingAttributeFactory,
    IdentifyingAttributeFactory,
    MeasureFactory,
    ObjectiveFactory,
    ObjectiveReadingFactory,
    PersonFactory,
    QuietPeriodFactory,
    SegmentFactory,
    SkillCapacityFactory,
    SkillFactory,
    SystemFactory,
    TierFactory,
    TouchpointFactory,
)

pytestmark = pytest.mark.django_db

HEAD = "Name,Channel,Stage of the journey,Customers reached a month"


def upload(slug, text, by, name="file.csv"):
    """The file as it stands after its check."""
    content = text if isinstance(text, bytes) else text.encode()
    return imports.keep_file(sheet=sheet_of(slug), by=by, name=name, content=content)


def brought_in(file, by):
    """The file after importing it."""
    assert imports.queue_file(file=file, by=by)
    done = imports.import_file(token=file.pk)
    assert done.state == RegisterImport.State.DONE, done.problem
    return done


def problems(file):
    """Row, column and message of each error."""
    return [(each["row"], each["column"], each["message"]) for each in file.result["errors"]]


@pytest.fixture
def world():
    """An entry of everything, with all that can stand beside it."""
    person = PersonFactory.create(email="mia@bank.example")
    touchpoint = TouchpointFactory.create(accountable=person, name='=Desk, "main"', description="one\ntwo")
    Synonym.objects.create(term="counter", touchpoint=touchpoint)
    segment = SegmentFactory.create(manager=person, yearly_value="1200000.50")
    tier = TierFactory.create(segment=segment, yearly_value="-12.30")
    AssetQuarterFactory.create(segment=segment, tier=tier)
    CustomerTimeFactory.create(segment=segment)
    ContactPolicyFactory.create(segment=segment)
    ChangeFreezeFactory.create().touchpoints.add(touchpoint)
    ChannelCapacityFactory.create()
    QuietPeriodFactory.create(segment=segment)
    MeasureFactory.create()
    holding = DataHoldingFactory.create()
    HoldingAttributeFactory.create(holding=holding, attribute=IdentifyingAttributeFactory.create())
    SkillCapacityFactory.create()
    outcome = ObjectiveFactory.create(
        kind="outcome", owner=person, measure=MeasureFactory.create(), baseline=1, target=2
    )
    ObjectiveReadingFactory.create(objective=ObjectiveFactory.create(parent=outcome))


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
@pytest.mark.parametrize("slug", [*REGISTERS, *SHEETS])
def test_what_is_exported_changes_nothing_when_it_is_imported_again(slug, fmt, world, client_as, architect, reader):
    response = client_as(reader).get(reverse("customers:sheet-export", args=[slug, fmt]))
    content = b"".join(response.streaming_content)
    file = upload(slug, content, architect)
    assert problems(file) == []
    assert (file.result["new"], file.result["changed"]) == (0, 0)
    assert file.result["unchanged"] >= 1


def test_export_is_what_the_list_shows_and_no_spreadsheet_takes_it_for_a_formula(world, client_as, reader):
    TouchpointFactory.create(name="Elsewhere")
    url = reverse("customers:sheet-export", args=["touchpoints", "csv"])
    text = b"".join(client_as(reader).get(f"{url}?find=counter").streaming_content).decode("utf-8-sig")
    assert "'=Desk" in text
    assert "Elsewhere" not in text
    book = b"".join(client_as(reader).get(reverse("customers:sheet-export", args=["touchpoints", "xlsx"])))
    sheet = load_workbook(io.BytesIO(book)).worksheets[0]
    assert {cell.data_type for cell in sheet["A"]} == {"s"}


def test_a_file_adds_changes_and_leaves_and_says_so_before(architect):
    TouchpointFactory.create(name="Desk", channel="branch", journey_stage="use", customers_per_month=5)
    TouchpointFactory.create(name="Till", channel="branch", journey_stage="use", customers_per_month=7)
    file = upload(
        "touchpoints",
        f'{HEAD}\nDesk,Branch,Uses,5\nTill,Branch,uses,"1,940,000"\nKiosk,In person,join,0\n',
        architect,
    )
    assert [file.result[key] for key in ("new", "changed", "unchanged")] == [1, 1, 1]
    assert file.result["sample_changed"] == [[3, "Till", [["Customers reached a month", "7", "1940000"]]]]
    assert Touchpoint.objects.count() == 2, "a check writes nothing"
    brought_in(file, architect)
    assert Touchpoint.objects.get(code="kiosk").channel == "in_person"
    till = Touchpoint.objects.get(name="Till")
    assert till.customers_per_month == 1_940_000
    newest = changes_of(till)[0]
    assert newest["by"] == architect
    assert ("Customers per month", 7, 1_940_000) in newest["what"]


def test_every_error_is_named_by_row_and_column_and_nothing_is_written(architect):
    team = PersonFactory.create(name="Letters team", email="letters@bank.example", kind="team")
    file = upload(
        "touchpoints",
        f"{HEAD},Who answers,Code\n"
        "Desk,Pigeon,Uses,5,,\n"
        "Till,Branch,Uses,-4,,\n"
        ",Branch,Uses,5,,\n"
        f"Kiosk,Branch,Uses,5,{team.email},\n"
        "Bot,Chat,Uses,five,nobody@bank.example,no code!\n"
        "=1+1,Chat,Uses,5,,\n"
        "Good,Chat,Uses,5,,\n"
        "Good,Chat,Uses,6,,\n",
        architect,
    )
    found = {(row, column) for row, column, _ in problems(file)}
    assert found == {
        (2, "Channel"),
        (3, "Customers reached a month"),
        (4, "Name"),
        (5, "Who answers"),
        (6, "Customers reached a month"),
        (6, "Who answers"),
        (7, "Name"),
        (9, ""),
    }
    assert "is a team or mailbox" in next(text for row, _, text in problems(file) if row == 5)
    assert not imports.queue_file(file=file, by=architect)
    assert not Touchpoint.objects.exists()


@pytest.mark.parametrize("code", ["café", "ä", "٣", "a b"])
def test_a_code_that_no_address_can_hold_is_refused(code, architect):
    found = problems(upload("skills", f"Code,Name\n{code},Java\n", architect))
    assert "is no code" in " ".join(message for _, _, message in found)


def test_wrong_columns_are_said(architect):
    file = upload("touchpoints", "Title,Colour\nDesk,red\n", architect)
    assert [(row, column) for row, column, _ in problems(file)] == [
        (1, "Name"),
        (1, "Channel"),
        (1, "Stage of the journey"),
    ]
    assert file.result["warning_count"] == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_and_separators_are_recognised(encoding, architect):
    text = "Name;Beschreibung;Description\nSchalter Zürich;x;für alle\n"
    brought_in(upload("systems", text.encode(encoding), architect), architect)
    assert System.objects.get().description == "für alle"


def test_formulas_of_a_workbook_are_refused(architect):
    book, content = Workbook(), io.BytesIO()
    book.active.append(["Name", "Description"])
    book.active.append(["Ledger", '=HYPERLINK("http://evil.example")'])
    book.save(content)
    file = upload("systems", content.getvalue(), architect)
    assert problems(file) == [(2, "Description", "This is a formula. Put its value in its place.")]


def test_entries_are_known_by_code_name_another_word_and_what_they_were_merged_into(architect):
    centre, old = TouchpointFactory.create(name="Call centre"), TouchpointFactory.create(name="Phone desk")
    Synonym.objects.create(term="Contact center", touchpoint=centre)
    merge_entries(kept=centre, merged=old, by=architect)
    for line in ("contact CENTER,", f"Phone desk,{old.code}", f"Call centre,{centre.code}"):
        file = upload("touchpoints", f"Name,Code,Channel,Stage of the journey\n{line},Phone,Uses\n", architect)
        assert problems(file) == [], line
        assert file.result["new"] == 0, line
    brought_in(file, architect)
    centre.refresh_from_db()
    assert (centre.name, centre.channel) == ("Call centre", "phone")


def test_other_words_and_touchpoints_come_in_and_a_word_of_another_entry_does_not(architect):
    desk = TouchpointFactory.create(name="Desk", code="desk")
    Synonym.objects.create(term="old word", touchpoint=desk)
    file = upload("touchpoints", f"{HEAD},Other words\nDesk,Branch,Uses,5,counter; window\n", architect)
    brought_in(file, architect)
    assert synonyms_of(desk) == ["counter", "window"]
    file = upload("touchpoints", f"{HEAD},Other words\nTill,Branch,Uses,5,Counter\n", architect)
    assert problems(file) == [(2, "Other words", "“Counter” is another word for “Desk” already.")]
    freeze = "Name,First day,Last day,Touchpoints\nEaster,2027-03-26,2027-03-29,counter\n"
    brought_in(upload("change-freezes", freeze, architect), architect)
    assert list(ChangeFreeze.objects.get().touchpoints.all()) == [desk]


def test_days_that_end_before_they_begin_are_an_error_at_the_last_day(architect):
    file = upload("quiet-periods", "Name,First day,Last day\nEaster,2027-03-29,2027-03-26\n", architect)
    assert problems(file) == [(2, "Last day", "The last day lies before the first.")]


def test_rows_that_contradict_each_other_are_errors(architect):
    ChannelCapacityFactory.create(channel="letter")
    file = upload(
        "channel-capacities", "Name,Channel,Contacts per week\nPost,Letter,5\nApp,App,5\nApp 2,App,6\n", architect
    )
    assert [(row, column) for row, column, _ in problems(file)] == [(2, "Channel"), (4, "Channel")]
    file = upload("contact-policies", "Name,Contacts at most,In days\nA,3,21\nB,4,14\n", architect)
    assert [(row, column) for row, column, _ in problems(file)] == [(3, "Contacts at most")]
    assert not ContactPolicy.objects.exists()
    assert ChannelCapacity.objects.count() == 1


def test_holdings_and_capacities_come_in_with_what_is_beside_them(architect):
    SystemFactory.create(name="Ledger")
    DataDomainFactory.create(name="Address")
    IdentifyingAttributeFactory.create(code="number")
    IdentifyingAttributeFactory.create(code="mail")
    head = "System,Data domain,As,Found by\n"
    brought_in(upload("holdings", f"{head}Ledger,address,Master,number: high; mail\n", architect), architect)
    holding = DataHolding.objects.get()
    assert {(row.attribute.code, row.quality) for row in holding.attributes.all()} == {
        ("number", "high"),
        ("mail", "medium"),
    }
    brought_in(upload("holdings", f"{head}Ledger,address,copy,mail: low\n", architect), architect)
    assert [(row.attribute.code, row.quality) for row in holding.attributes.all()] == [("mail", "low")]
    file = upload("holdings", f"{head}Ledger,Weather,Owner,phone: sure\n", architect)
    assert [column for _, column, _ in problems(file)] == ["Data domain", "As", "Found by"]
    SkillFactory.create(name="Data")
    brought_in(upload("skill-capacities", "Skill,Year,Quarter,Person-days\nData,2027,1,40\n", architect), architect)
    assert SkillCapacity.objects.get().days == 40


def test_pages_lead_from_the_file_to_the_entries(client_as, architect, reader):
    client = client_as(architect)
    url = reverse("customers:sheet-import", args=["segments"])
    assert client_as(reader).get(url).status_code == 403
    assert client.get(url).status_code == 200
    empty = io.BytesIO(b"")
    empty.name = "empty.csv"
    response = client.post(url, {"file": empty})
    assert response.status_code == 422
    assert "The file is empty" in response.content.decode()
    good = io.BytesIO(b"Name,Customers,Segment manager\nSavers,1200,\n")
    good.name = "segments.csv"
    page = client.post(url, {"file": good}, follow=True)
    assert "1 to add" in page.content.decode()
    file = RegisterImport.objects.get()
    page = client.post(reverse("customers:import-run", args=[file.pk]), follow=True)
    assert "1 added, 0 changed" in page.content.decode()
    assert Segment.objects.get().customer_count == 1200
    other = client_as(PersonFactory.create())
    assert other.get(reverse("customers:import-detail", args=[file.pk])).status_code == 403


def test_a_text_named_as_a_workbook_is_read_and_the_page_says_how(client_as, architect):
    text = f"{HEAD}\nCard counter,branch,use,10\n".encode()
    url = reverse("customers:sheet-import", args=["touchpoints"])
    page = client_as(architect).post(url, {"file": SimpleUploadedFile("list.xlsx", text)}, follow=True)
    assert "It was read as CSV, UTF-8, separated by comma" in page.content.decode()


def test_a_long_file_waits_for_the_worker_and_is_imported_once(architect, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 10)
    file = upload("systems", "Name\n" + "\n".join(f"System {n}" for n in range(2500)), architect)
    assert (file.state, file.result) == (RegisterImport.State.CHECKING, {})
    assert imports.work_off_files() == []
    file.refresh_from_db()
    assert file.result["new"] == 2500
    assert imports.queue_file(file=file, by=architect)
    assert imports.work_off_files() == [file.pk]
    assert imports.work_off_files() == []
    assert System.objects.count() == System.history.count() == 2500
    file.refresh_from_db()
    assert (file.state, bytes(file.content)) == (RegisterImport.State.DONE, b"")


def test_a_file_that_the_registers_left_behind_is_refused_whole(architect):
    file = upload("channel-capacities", "Name,Channel,Contacts per week\nPost,Letter,5\nApp,App,5\n", architect)
    assert imports.queue_file(file=file, by=architect)
    ChannelCapacityFactory.create(channel="app")
    done = imports.import_file(token=file.pk)
    assert done.state == RegisterImport.State.OPEN
    assert "Nothing was imported" in done.problem
    assert ChannelCapacity.objects.count() == 1


def test_who_may_change_nothing_any_more_imports_nothing_and_stops_nobody_elses_file(architect):
    other = PersonFactory.create(is_superuser=True)
    files = [upload("systems", f"Name\n{name}\n", by) for name, by in (("Ledger", architect), ("Vault", other))]
    assert all(imports.queue_file(file=file, by=file.person) for file in files)
    architect.memberships.all().delete()
    imports.work_off_files()
    assert [system.name for system in System.objects.all()] == ["Vault"]
    files[0].refresh_from_db()
    assert (files[0].state, "Nothing was imported" in files[0].problem) == (RegisterImport.State.OPEN, True)


def test_a_register_that_falls_over_a_file_gives_it_back_once_and_stops_nobody_elses_file(
    architect, monkeypatch, caplog
):
    def falls_over(*_):
        raise ZeroDivisionError

    broken = replace(sheet_of("systems"), slug="broken", store=falls_over)
    monkeypatch.setitem(SHEETS, "broken", broken)
    files = [upload(slug, "Name\nLedger\n", architect) for slug in ("broken", "systems")]
    assert all(imports.queue_file(file=file, by=architect) for file in files)
    assert len(imports.work_off_files()) == 2
    assert imports.work_off_files() == []
    assert [system.name for system in System.objects.all()] == ["Ledger"]
    files[0].refresh_from_db()
    assert (files[0].state, files[0].problem) == (RegisterImport.State.OPEN, imports.BROKE_OFF)
    assert bytes(files[0].content)
    assert "ZeroDivisionError" in caplog.text


def test_a_long_file_over_which_the_check_falls_is_given_back_and_the_next_one_is_checked(architect, monkeypatch):
    class FallsOver(Finder):
        def find(self, values):
            raise ZeroDivisionError

        def key(self, values, thing):
            return None

        def new(self, values):
            return None

    monkeypatch.setitem(SHEETS, "broken", replace(sheet_of("systems"), slug="broken", finder=FallsOver))
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    files = [upload(slug, "Name\nLedger\n", architect) for slug in ("broken", "systems")]
    imports.work_off_files()
    for file in files:
        file.refresh_from_db()
    assert [(file.state, file.problem) for file in files] == [("open", imports.BROKE_OFF), ("open", "")]
    assert files[1].result["new"] == 1


def test_reader_imports_nothing_past_the_page(reader):
    with pytest.raises(NotAllowed):
        upload("systems", "Name\nLedger\n", reader)


def test_retirement_comes_in(architect):
    SystemFactory.create(name="Ledger")
    brought_in(upload("systems", "Name,Retired on\nLedger,2027-01-31\n", architect), architect)
    assert System.objects.get().retired_on == date(2027, 1, 31)


def test_a_file_is_forgotten_until_it_is_on_its_way(architect):
    waiting, other = (upload("systems", f"Name\n{name}\n", architect) for name in ("Ledger", "Vault"))
    assert imports.queue_file(file=waiting, by=architect)
    imports.discard_file(file=waiting)
    imports.discard_file(file=other)
    assert list(RegisterImport.objects.all()) == [waiting]
