"""Clusters: families hold together, a hub does not glue two of them, one department alone is none."""

from impacts.engine.facts import EngineSettings
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.scan import scan_clusters
from tests.impacts.engine.making import REGISTER, request

SETTINGS = EngineSettings(same_purpose=0.28, family=0.40)


def clusters(ties, silos=None, size=20):
    requests = [request(n, (silos or {}).get(n, n % 4 + 1), f"Notification service {n}") for n in range(1, size + 1)]
    return scan_clusters(PortfolioIndex(requests, REGISTER, SETTINGS), ties)


def family(*members, score=0.5):
    return [(a, b, score) for a in members for b in members if a < b]


def test_a_family_is_one_cluster_with_all_its_ties():
    (cluster,) = clusters(family(1, 2, 3, 4, 5))
    assert cluster.requests == (1, 2, 3, 4, 5)
    assert len(cluster.ties) == 10
    assert cluster.terms == ("Notification service",)


def test_a_hub_does_not_glue_two_families():
    found = clusters([*family(1, 2, 3, 4), *family(11, 12, 13, 14), (4, 11, 0.45), (4, 12, 0.3)])
    assert [cluster.requests for cluster in found] == [(1, 2, 3, 4), (11, 12, 13, 14)]


def test_a_long_chain_is_not_one_cluster():
    found = clusters([(n, n + 1, 0.45) for n in range(1, 12)])
    assert max(len(cluster.requests) for cluster in found) <= 4


def test_one_silo_alone_is_no_cluster():
    assert not clusters(family(1, 2, 3), silos={1: 1, 2: 1, 3: 1})


def test_weak_ties_alone_are_no_cluster():
    assert not clusters(family(1, 2, 3, score=0.39))
    assert clusters([*family(1, 2, 3, score=0.39), (1, 2, 0.41)])


def test_ties_of_requests_that_left_are_passed_over_and_order_does_not_matter():
    ties = [*family(1, 2, 3), (3, 99, 0.9), (7, 7, 0.9)]
    turned = [(b, a, score) for a, b, score in reversed(ties)]
    assert clusters(ties) == clusters(turned)
    assert [cluster.requests for cluster in clusters(ties)] == [(1, 2, 3)]
