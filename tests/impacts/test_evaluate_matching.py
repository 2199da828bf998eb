"""The command: one JSON object or a table, no database, errors with advice. No test here may use the database."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

ITEMS = [
    {"id": "A", "silo": "Cards", "title": "Warn holders of blocked cards", "text": "Cards are blocked at the till."},
    {"id": "B", "silo": "Retail", "title": "Warnings of blocked cards", "text": "A blocked card surprises its holder."},
    {"id": "C", "silo": "Risk", "title": "Archive of deeds", "text": "Deeds lie on paper in a cellar."},
]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two files, as the command's options."""
    (tmp_path / "items.jsonl").write_text("\n".join(map(json.dumps, ITEMS)))
    (tmp_path / "pairs.jsonl").write_text('{"a": "A", "b": "B"}')
    return ["--items", str(tmp_path / "items.jsonl"), "--pairs", str(tmp_path / "pairs.jsonl")]


def run(*options: str) -> str:
    """What the command prints on standard output."""
    out = StringIO()
    call_command("evaluate_matching", *options, stdout=out)
    return out.getvalue()


def test_json_is_one_object(files: list[str]) -> None:
    figures = json.loads(run(*files, "--json"))
    assert (figures["items"], figures["queries"], figures["map"]) == (3, 2, 1.0)


def test_without_json_it_is_a_table(files: list[str]) -> None:
    lines = run(*files).splitlines()
    assert lines[0].split() == ["items", "3"]
    assert [line.split()[0] for line in lines] == list(json.loads(run(*files, "--json")))


def test_text_alone_leaves_the_titles_out(files: list[str], tmp_path: Path) -> None:
    blank = [{**item, "title": ""} for item in ITEMS]
    (tmp_path / "blank.jsonl").write_text("\n".join(map(json.dumps, blank)))
    alone = json.loads(run(*files, "--text-only", "--json"))
    bare = json.loads(run("--items", str(tmp_path / "blank.jsonl"), *files[2:], "--json"))
    quality = [name for name in alone if not name.startswith(("seconds", "query_ms", "peak"))]
    assert [alone[name] for name in quality] == [bare[name] for name in quality]


def test_across_silos_without_such_a_pair_says_so(files: list[str], tmp_path: Path) -> None:
    (tmp_path / "items.jsonl").write_text("\n".join(json.dumps({**item, "silo": "One"}) for item in ITEMS))
    with pytest.raises(CommandError, match=r"pairs\.jsonl: no pair joins two silos\. Run it without --cross-silo"):
        run(*files, "--cross-silo")


def test_a_bad_file_is_named_with_its_line(files: list[str], tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text('{"a": "A", "b": "Z"}')
    with pytest.raises(CommandError, match=r"pairs\.jsonl, line 1: no item has the id “Z”"):
        run(*files, "--json")


def test_it_needs_no_database(files: list[str], tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "OMBUD_LOCAL": "1",
        "OMBUD_VAR_DIR": str(tmp_path / "var"),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "evaluate_matching", *files, "--json"],
        cwd=settings.BASE_DIR, env=environ, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["items"] == 3
