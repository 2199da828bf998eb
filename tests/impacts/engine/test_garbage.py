"""Making many objects without looking for garbage among them."""

import gc
from dataclasses import replace
from datetime import date

import pytest

from impacts.engine import scan
from impacts.engine.garbage import without_collecting
from impacts.engine.matching.index import PortfolioIndex


def test_nothing_is_collected_meanwhile_and_as_ever_afterwards() -> None:
    assert gc.isenabled()
    with without_collecting():
        assert not gc.isenabled()
        with without_collecting():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_is_raised_meanwhile_does_not_end_the_collecting() -> None:
    with pytest.raises(ZeroDivisionError), without_collecting():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_rules_find_without_stops_for_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def find(*_: object) -> list[object]:
        seen.append(gc.isenabled())
        return []

    monkeypatch.setattr(scan, "RULES", (*scan.RULES, replace(scan.RULES[0], code="one-more", find=find)))
    assert scan.scan_findings(PortfolioIndex(), date(2026, 1, 5)) == ()
    assert seen == [False]
    assert gc.isenabled()
