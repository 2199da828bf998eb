"""The command: what it prints, what it writes, how it fails."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from impacts.models import TagSuggestion
from portfolio.models import Person, ProjectRequest, Silo
from tests.factories import TouchpointFactory

pytestmark = pytest.mark.django_db
OWN = """
source: own
create_silos: true
columns: {source_reference: Ref, silo: Dept, title: Name, problem: Why, one_off_cost: Cost}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a mapping and a file."""
    (tmp_path / "own.yaml").write_text(OWN)
    (tmp_path / "list.csv").write_text("Ref;Dept;Name;Why;Cost\nA1;Health;First;Callers of the call centre wait;5\n")
    return tmp_path


def run(folder: Path, *options: str, file: str = "list.csv") -> str:
    """What the command prints."""
    out = StringIO()
    call_command("import_requests", str(folder / file), "--mapping", str(folder / "own.yaml"), *options, stdout=out,
                 stderr=out)  # fmt: skip
    return out.getvalue()


def test_it_imports_once_and_says_what_it_did(folder: Path) -> None:
    assert "1 new, 0 changed, 0 unchanged, 1 new silos." in run(folder)
    assert "0 new, 0 changed, 1 unchanged, 0 new silos." in run(folder)
    assert ProjectRequest.objects.get().title == "First"


def test_a_dry_run_reports_the_same_and_writes_nothing(folder: Path) -> None:
    said = run(folder, "--dry-run")
    assert "1 rows: 1 new" in said
    assert "dry run" in said
    assert not ProjectRequest.objects.exists()
    assert not Silo.objects.exists()


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_errors_are_told_by_row_and_column_and_nothing_is_written(folder: Path, options: list[str]) -> None:
    with (folder / "list.csv").open("a") as file:
        file.write("A2;Health;;;lots\n")
    out = StringIO()
    with pytest.raises(CommandError, match=r"2 errors\. Nothing was imported"):
        call_command("import_requests", str(folder / "list.csv"), "--mapping", str(folder / "own.yaml"), *options,
                     stdout=out, stderr=out)  # fmt: skip
    assert "Row 3, Name: This cell is empty" in out.getvalue()
    assert "Row 3, Cost: “lots” is not an amount" in out.getvalue()
    assert not ProjectRequest.objects.exists()


def test_it_says_whose_import_it_was(folder: Path, architect: Person, administrator: Person) -> None:
    run(folder)
    assert ProjectRequest.objects.get().transitions.get().person == administrator
    (folder / "list.csv").write_text("Ref;Dept;Name;Why;Cost\nA2;Health;Second;;\n")
    run(folder, "--as", architect.email.upper())
    assert ProjectRequest.objects.get(title="Second").transitions.get().person == architect
    with pytest.raises(CommandError, match="Nobody here signs in as"):
        run(folder, "--as", "nobody@example.org")


def test_tags_are_suggested_when_asked_for(folder: Path) -> None:
    touchpoint = TouchpointFactory.create(code="call-centre", name="Call centre")
    assert "Suggested" not in run(folder)
    assert not TagSuggestion.objects.exists()
    (folder / "list.csv").write_text("Ref;Dept;Name;Why;Cost\nA2;Health;Call centre queue;The call centre is slow;\n")
    assert "tags. They wait at each request" in run(folder, "--suggest-tags")
    assert TagSuggestion.objects.get().thing_id == touchpoint.pk


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("missing.csv", None, "cannot be read"),
        ("empty.csv", b"", "empty"),
        ("picture.csv", b"\x89PNG\r\n", "a picture"),
    ],
)
def test_files_that_cannot_be_used(folder: Path, file: str, content: bytes | None, said: str) -> None:
    if content is not None:
        (folder / file).write_bytes(content)
    with pytest.raises(CommandError, match=said):
        run(folder, file=file)


def test_an_unknown_mapping(folder: Path) -> None:
    with pytest.raises(CommandError, match="There is no mapping “nope”"):
        call_command("import_requests", str(folder / "list.csv"), "--mapping", "nope")
