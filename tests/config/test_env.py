"""The readers of environment variables refuse what they cannot understand."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize("raw", ["1", "true", "Yes", " ON "])
def test_boolean_reads_yes(raw: str) -> None:
    assert env.boolean("X", False, {"X": raw}) is True


@pytest.mark.parametrize("raw", ["0", "false", "No", "off"])
def test_boolean_reads_no(raw: str) -> None:
    assert env.boolean("X", True, {"X": raw}) is False


@pytest.mark.parametrize("environ", [{}, {"X": ""}, {"X": "  "}])
def test_missing_or_empty_is_the_default(environ: dict[str, str]) -> None:
    assert env.boolean("X", True, environ) is True
    assert env.integer("X", 7, environ) == 7
    assert env.fraction("X", 0.3, environ) == 0.3
    assert env.text("X", "so", environ) == "so"
    assert env.words("X", ["a"], environ) == ["a"]


@pytest.mark.parametrize("raw", ["maybe", "2", "tru", "ja"])
def test_unknown_boolean_stops_the_start_with_its_name(raw: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DEBUG="):
        env.boolean("DEBUG", False, {"DEBUG": raw})


@pytest.mark.parametrize("raw", ["many", "1.5", "--1", "-", "0", "-3", "²"])
def test_what_is_no_whole_number_of_one_or_more_is_refused(raw: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PORT="):
        env.integer("PORT", 8000, {"PORT": raw}, at_least=1)


@pytest.mark.parametrize("raw", ["1.01", "-0.1", "half", "nan", "inf"])
def test_what_is_no_fraction_is_refused(raw: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="X="):
        env.fraction("X", 0.5, {"X": raw})


def test_words_are_split_at_commas() -> None:
    assert env.words("X", [], {"X": " a.example , b.example,, "}) == ["a.example", "b.example"]


def test_kept_secret_is_made_once_for_its_owner_only(tmp_path):
    path = tmp_path / "secret-key"
    first = env.kept_secret(path)
    assert len(first) >= 50
    assert env.kept_secret(path) == first
    assert path.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [path]
