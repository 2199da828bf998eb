"""Clusters follow the overlaps that changed, and are the same as if everything had been read."""

import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from impacts.models import Cluster, Finding
from impacts.services.findings import clusters as services
from impacts.services.findings.clusters import refresh_clusters, standing_ties, tied_to
from impacts.services.scans.index import held_index
from impacts.services.scans.scanning import scan_until_done
from portfolio.lifecycle import Status
from portfolio.models import ProjectRequest, Silo
from portfolio.services.requests import touch_request
from tests.factories import ClusterFactory, FindingFactory, filed_request
from tests.impacts.services.scans.test_scanning import ALERTS, CENTRE, edit, unlike_others

pytestmark = pytest.mark.django_db

DISPUTES = {
    "title": "Disputed card payments online",
    "problem": "Disputes of card payments arrive on paper forms and wait for weeks.",
    "proposal": "A page where a card holder disputes a payment and follows what becomes of it.",
}
TEXTS: list[dict[str, Any]] = [ALERTS, CENTRE, DISPUTES, {**DISPUTES, "title": "Dispute a payment on the web"}]


def standing() -> set[tuple[str, str, tuple[str, ...], float, tuple[int, ...]]]:
    return {
        (
            each.code,
            each.title,
            tuple(each.terms),
            each.score,
            tuple(sorted(each.requests.values_list("pk", flat=True))),
        )
        for each in Cluster.objects.filter(closed_at__isnull=True).order_by("id")
    }


@pytest.fixture
def groups(cards: Silo, retail: Silo) -> list[ProjectRequest]:
    """Two clusters: alerts and disputes, of two requests each."""
    unlike_others()
    filed = [filed_request(silo=(cards, retail)[at % 2], **text) for at, text in enumerate(TEXTS)]
    scan_until_done()
    assert len(standing()) == 2
    return filed


def test_after_any_change_the_clusters_are_as_if_all_had_been_read(groups: list[ProjectRequest]) -> None:
    dice, seen = random.Random(4), set()
    for _ in range(25):
        request = dice.choice(groups)
        if dice.random() < 0.25:
            now = Status.WITHDRAWN if request.status != Status.WITHDRAWN else Status.SUBMITTED
            edit(request, status=now.value)
            request.refresh_from_db()
        elif dice.random() < 0.3:
            groups.append(filed_request(silo=dice.choice(groups).silo, **dice.choice(TEXTS)))
        else:
            edit(request, **dice.choice(TEXTS))
        scan_until_done()
        changed = standing()
        refresh_clusters()
        assert standing() == changed
        seen.add(frozenset(each[4] for each in changed))
    assert len(seen) > 5  # the clusters did change


def test_only_what_is_tied_to_a_change_is_read(groups: list[ProjectRequest]) -> None:
    alerts = {groups[0].pk, groups[1].pk}
    assert tied_to([groups[0].pk], most=10) == alerts
    assert {tie[:2] for tie in standing_ties(0.4, alerts)} == {tuple(sorted(alerts))}
    assert len(standing_ties(0.4)) > 1
    edit(groups[0], problem="Card holders learn of fraud from their statement, months late.")
    with CaptureQueriesContext(connection) as captured:
        scan_until_done()
    read = [query["sql"] for query in captured if "impacts_cluster_requests" in query["sql"]]
    assert read
    assert not any(str(groups[2].pk) in query.split("WHERE")[-1] for query in read)


def test_more_than_can_be_followed_are_all_read(groups: list[ProjectRequest], monkeypatch: Any) -> None:
    assert tied_to([groups[0].pk], most=1) is None
    monkeypatch.setattr(services, "MOST_TIED", 1)
    edit(groups[0], **TEXTS[2])
    scan_until_done()
    assert {groups[0].pk, groups[2].pk, groups[3].pk} in [set(each[4]) for each in standing()]


def test_a_process_that_did_not_see_what_came_before_reads_everything(groups: list[ProjectRequest]) -> None:
    left = Finding.objects.get(rule="same-purpose", requests=groups[2])
    Finding.objects.filter(pk=left.pk).update(state=Finding.State.CLOSED)  # by a worker that died right after
    with held_index() as held:
        held.tied_anew = None
    touch_request(request=groups[0])
    scan_until_done()
    assert [set(each[4]) for each in standing()] == [{groups[0].pk, groups[1].pk}]


def test_ties_and_stored_clusters_are_followed_from_one_to_the_next() -> None:
    first, second, third, fourth, fifth, other = [filed_request(title=f"Number {number}") for number in range(6)]
    FindingFactory.create(between=[first, second])
    FindingFactory.create(between=[second, third])
    FindingFactory.create(between=[third, other], state=Finding.State.DISMISSED)
    ClusterFactory.create(holding=[third, fourth])
    FindingFactory.create(between=[fourth, fifth])
    FindingFactory.create(between=[fifth, other], rule="two-masters")
    everybody = {each.pk for each in (first, second, third, fourth, fifth)}
    assert all(tied_to([each], most=5) == everybody for each in everybody)
    assert tied_to([other.pk], most=5) == {other.pk}
    assert tied_to([first.pk], most=4) is None
