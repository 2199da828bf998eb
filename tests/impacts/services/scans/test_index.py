"""What a process remembers of the portfolio follows the database."""

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from impacts.models import Cluster
from impacts.services.findings.clusters import remember_terms
from impacts.services.scans.full_scan import scan_all
from impacts.services.scans.index import held_index, warm_beside, warm_index
from impacts.services.scans.scanning import scan_until_done
from portfolio.models import ProjectRequest
from portfolio.services.marks import mark_for_scan
from tests.factories import draft_request, filed_request

pytestmark = pytest.mark.django_db


def reword(request: ProjectRequest, old: str, new: str) -> None:
    """Change a word everywhere in a request, as an edit does: the next version, and a mark."""
    with transaction.atomic():
        texts = {name: getattr(request, name).replace(old, new) for name in ("title", "problem")}
        ProjectRequest.objects.filter(pk=request.pk).update(**texts, version=F("version") + 1)
        request.refresh_from_db()
        mark_for_scan(request=request)


def twins() -> list[ProjectRequest]:
    return [
        filed_request(title="Alerts about parking permits", problem=f"People hear of parking permits too late, {end}.")
        for end in ("by letter", "by post")
    ]


def terms() -> str:
    return " ".join(Cluster.objects.get(closed_at__isnull=True).terms).lower()


def test_what_a_cluster_shares_follows_its_requests() -> None:
    both = twins()
    scan_until_done()
    assert "parking" in terms()
    for request in both:
        reword(request, "parking", "fishing")
    scan_until_done()
    assert "fishing" in terms()
    assert "parking" not in terms()


def test_what_a_cluster_shares_is_not_read_again_while_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    twins()
    scan_until_done()
    with held_index() as held:
        read = held.index.common_terms
        asked: list[object] = []
        monkeypatch.setattr(held.index, "common_terms", lambda members: asked.append(members) or read(members))
    filed_request(title="A canteen for the night shift", problem="Nothing is open after ten.")
    scan_until_done()
    assert not asked
    scan_all()
    assert asked


def test_what_clusters_share_can_be_read_ahead() -> None:
    twins()
    scan_until_done()
    with held_index() as held:
        held.forget_terms()
    assert remember_terms() == 1
    with held_index() as held:
        assert held._terms


@pytest.mark.django_db(transaction=True)
def test_the_index_is_built_beside_a_process_that_starts() -> None:
    request = filed_request(title="Alerts about parking permits")
    warm_beside(warm_index).join(30)
    with held_index() as held:
        assert held.facts(request.pk) is not None


def test_all_versions_are_read_only_when_a_live_request_changed() -> None:
    one, other = twins()

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen, held_index():
            pass
        return len(seen)

    queries()
    idle = queries()
    draft_request(title="Alerts")
    assert queries() == idle
    reword(one, "parking", "fishing")
    assert queries() > idle + 1  # the versions, and the facts of what changed
    assert queries() == idle
    ProjectRequest.objects.filter(pk=other.pk).update(status="withdrawn", version=F("version") + 1)
    assert queries() == idle + 1
    with held_index() as held:
        assert (held.facts(one.pk) is None, held.facts(other.pk) is None) == (False, True)
