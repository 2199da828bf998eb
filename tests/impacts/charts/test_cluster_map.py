"""The map of a cluster: its labels stand clear of its circles and of each other."""

import numpy as np
import pytest

from impacts.charts.cluster_map import (
    CHARACTER,
    MOST_CIRCLES,
    MOST_LINES,
    TITLE_CHARACTER,
    WIDTH,
    ClusterMap,
    MapRequest,
    MapTie,
    _crossed,
    cluster_map,
)

Box = tuple[float, float, float, float]


def _drawn(count: int) -> ClusterMap:
    requests = [
        MapRequest(pk, f"{pk:04}", f"Card spend alerts by push {pk}", f"Cards, €{pk}20,000", "/", 1e5 * pk, pk % 5)
        for pk in range(1, count + 1)
    ]
    ties = [
        MapTie(one, other, 0.3 + ((one * other) % 7) / 10, "why", "/")
        for one in range(1, count + 1)
        for other in range(one + 1, count + 1)
        if count < 6 or (one + other) % 3
    ]
    return cluster_map(requests, ties)


def _boxes(drawn: ClusterMap) -> list[Box]:
    found = []
    for node in drawn.nodes:
        wide = max(len(node.request.title) * TITLE_CHARACTER, len(node.request.under) * CHARACTER)
        left = node.label_x - {"middle": wide / 2, "start": 0.0, "end": wide}[node.anchor]
        found.append((left, node.label_y - 11, left + wide, node.label_y + 18))
    return found + [
        (edge.box_x, edge.box_y, edge.box_x + edge.label_width, edge.box_y + 18) for edge in drawn.edges if edge.label
    ]


def _meet(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) - max(one[0], other[0]) > 0.5 and min(one[3], other[3]) - max(one[1], other[1]) > 0.5


@pytest.mark.parametrize("count", [2, 3, 5, 6])
def test_no_label_covers_another_or_a_circle(count: int) -> None:
    drawn = _drawn(count)
    boxes = _boxes(drawn)
    circles = [(node.x - node.r, node.y - node.r, node.x + node.r, node.y + node.r) for node in drawn.nodes]
    for at, box in enumerate(boxes):
        assert not [other for other in boxes[at + 1 :] if _meet(box, other)]
        assert not [circle for circle in circles if _meet(box, circle)]


@pytest.mark.parametrize("count", [1, 3, 6, 12])
def test_every_label_stands_inside_the_drawing(count: int) -> None:
    drawn = _drawn(count)
    for left, top, right, bottom in _boxes(drawn):
        assert left >= 0
        assert right <= WIDTH
        assert top >= 0
        assert bottom <= drawn.height


def test_of_very_many_ties_the_strongest_are_drawn_and_one_of_each_request() -> None:
    requests = [MapRequest(pk, f"{pk}", "Statements", "Cards", "/", None, 0) for pk in range(1, 41)]
    alike = [
        MapTie(one, other, 0.9 - one / 100 - other / 1000, "", "/")
        for one in range(1, 40)
        for other in range(one + 1, 40)
    ]
    drawn = cluster_map(requests, [*alike, MapTie(39, 40, 0.3, "", "/")])
    assert len(drawn.edges) + drawn.left_out == len(alike) + 1
    assert [edge.tie for edge in drawn.edges[:MOST_LINES]] == sorted(alike, key=lambda tie: -tie.score)[:MOST_LINES]
    assert {pk for edge in drawn.edges for pk in (edge.tie.first, edge.tie.second)} == set(range(1, 41))
    assert _drawn(12).left_out == 0


@pytest.mark.parametrize(
    ("line", "length"),
    [
        ((-5.0, 5.0, 20.0, 0.0), 10.0),  # right through
        ((5.0, -10.0, 0.0, 15.0), 5.0),  # ends inside
        ((-5.0, 11.0, 20.0, 0.0), 0.0),  # passes above
        ((2.0, 2.0, 3.0, 4.0), 5.0),  # wholly inside
        ((0.0, -10.0, 30.0, 30.0), 0.0),  # passes the corner
    ],
)
def test_what_runs_through_a_box_by_hand(line: tuple[float, float, float, float], length: float) -> None:
    assert _crossed((0, 0, 10, 10), np.array([line])) == pytest.approx(length, abs=1e-6)


def test_of_very_many_requests_the_lead_and_those_with_the_strongest_ties_are_drawn() -> None:
    many = MOST_CIRCLES + 20
    requests = [MapRequest(pk, f"{pk}", "Statements", "Cards", "/", None, 0, pk == 1) for pk in range(1, many + 1)]
    ties = [MapTie(pk - 1, pk, pk / many, "x", "/") for pk in range(2, many + 1)]
    drawn = cluster_map(requests, ties)
    wanted = {1, *range(many - MOST_CIRCLES + 2, many + 1)}
    assert {node.request.pk for node in drawn.nodes} == wanted
    assert drawn.more == many - MOST_CIRCLES
    assert {pk for edge in drawn.edges for pk in (edge.tie.first, edge.tie.second)} <= wanted


def test_in_a_crowd_a_label_without_room_is_left_out() -> None:
    drawn = _drawn(40)
    named = [node for node in drawn.nodes if node.is_named]
    assert 0 < len(named) < 40
    circles = [(node.x - node.r, node.y - node.r, node.x + node.r, node.y + node.r) for node in drawn.nodes]
    boxes = _boxes(ClusterMap(drawn.width, drawn.height, tuple(named), drawn.edges))
    for at, box in enumerate(boxes):
        assert not [other for other in boxes[at + 1 :] + circles if _meet(box, other)]
    assert all(node.is_named for node in _drawn(12).nodes)
