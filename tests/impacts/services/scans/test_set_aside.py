"""What the engine stumbles over: it is set aside with the error, harms nobody else, and is tried again."""

from datetime import date
from typing import Any

import pytest

from impacts.engine.matching import spaces
from impacts.models import ScanTrouble
from impacts.services.scans import scanning
from impacts.services.scans.full_scan import scan_all
from impacts.services.scans.scanning import scan_until_done
from portfolio.models import ProjectRequest, ScanMark, Silo
from tests.factories import filed_request
from tests.impacts.services.scans.test_scanning import ALERTS, CENTRE, edit, overlap_of, unlike_others

pytestmark = pytest.mark.django_db


@pytest.fixture
def twins(cards: Silo, retail: Silo) -> tuple[ProjectRequest, ProjectRequest]:
    """Two requests of two silos for the same thing, with unlike ones around them."""
    unlike_others()
    return filed_request(silo=cards, **ALERTS), filed_request(silo=retail, **CENTRE)


def stumble_over(request: ProjectRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engine fail whenever it is asked about this request as it stands."""
    think = scanning.scan_findings
    title = request.title

    def fail(index: Any, today: date, about: frozenset[int]) -> Any:
        if request.pk in about and index.requests[request.pk].title == title:
            raise ValueError("out of cheese")
        return think(index, today, about)

    monkeypatch.setattr(scanning, "scan_findings", fail)


def test_a_request_over_which_the_engine_stumbles_is_set_aside_and_the_others_are_scanned(
    twins: tuple[ProjectRequest, ProjectRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = filed_request(title="Odd", problem="", proposal="")
    stumble_over(poison, monkeypatch)
    scan_until_done()
    assert overlap_of(*twins).state == "open"
    assert not ScanMark.objects.exists()
    trouble = ScanTrouble.objects.get()
    assert trouble.request == poison
    assert "out of cheese" in trouble.error

    edit(poison, title="No longer odd")
    scan_until_done()
    assert not ScanTrouble.objects.exists()


def test_a_request_that_cannot_even_be_read_harms_nobody_else(
    twins: tuple[ProjectRequest, ProjectRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = spaces.request_counts

    def fail(facts: Any) -> Any:
        if facts.title == "Odd":
            raise ValueError("out of cheese")
        return read(facts)

    monkeypatch.setattr(spaces, "request_counts", fail)
    odd = filed_request(title="Odd", problem="", proposal="")
    scan_until_done()
    assert overlap_of(*twins).state == "open"
    assert ScanTrouble.objects.get().request == odd
    assert not ScanMark.objects.exists()
    edit(twins[0], title="Odd")
    scan_until_done()
    assert overlap_of(*twins).state == "closed"
    edit(odd, title="No longer odd")
    scan_until_done()
    assert ScanTrouble.objects.get().request == twins[0]


def test_what_is_set_aside_is_tried_again_by_a_full_scan(
    twins: tuple[ProjectRequest, ProjectRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as odd:
        stumble_over(twins[0], odd)
        scan_all()
        assert ScanTrouble.objects.get().request == twins[0]
    scan_all()
    assert not ScanTrouble.objects.exists()
    assert overlap_of(*twins).state == "open"
