"""The picture of the data map: nothing covers anything, islands stand apart, and it is the same every time."""

from itertools import combinations, pairwise

import networkx as nx
import pytest

from impacts.charts.data_map import BOX, HEIGHT, WIDTH, Label, MapChart, map_chart
from impacts.engine.data_map import data_map
from tests.impacts.engine.test_data_map import MAIL, NUMBER, drawn, holding

#: Fourteen systems that hang on one of three attributes, four that keep several, and three alone.
BANK = [
    *(holding(system, 1 + system % 3) for system in range(1, 15)),
    *(holding(system, 1 + system % 3, 1 + (system + 1) % 3) for system in range(15, 19)),
    *(holding(system, 40 + system) for system in (20, 21, 22)),
]


def chart(holdings) -> MapChart:
    return map_chart(data_map(holdings), lambda node, bridge: Label(f"{node[0]} {node[1]}", "bridge" if bridge else ""))


@pytest.mark.parametrize(
    "holdings", [BANK, drawn(nx.petersen_graph()), drawn(nx.star_graph(9)), drawn(nx.empty_graph(7)), []]
)
def test_no_box_covers_another_and_all_stand_inside(holdings):
    picture = chart(holdings)
    shapes = [shape for band in picture.bands for shape in band.shapes]
    for one, other in combinations(shapes, 2):
        assert abs(one.x - other.x) >= BOX or abs(one.y - other.y) >= HEIGHT
    for shape in shapes:
        assert 0 <= shape.x <= WIDTH - BOX
        assert 0 <= shape.y <= picture.height - HEIGHT


def test_every_system_is_drawn_once_and_every_shared_attribute():
    shapes = [shape.node for band in chart(BANK).bands for shape in band.shapes]
    assert len(shapes) == len(set(shapes)) == 21 + 3


def test_islands_stand_apart_those_of_one_system_together():
    bands = chart([*BANK, holding(30, 90), holding(31, 90)]).bands
    assert [band.island and len(band.island.systems) for band in bands] == [18, 2, None]
    for above, below in pairwise(bands):
        assert above.y + above.height < below.y


def test_lines_end_at_the_boxes_that_they_join():
    (band,) = chart([holding(1, NUMBER, MAIL), holding(2, NUMBER, MAIL), holding(3, MAIL)]).bands
    boxes = {shape.node: shape for shape in band.shapes}
    assert len(band.lines) == 5
    for line in band.lines:
        system, attribute = boxes["system", line.link.system], boxes["attribute", line.link.attribute]
        assert (line.y1, line.y2) == (system.y + HEIGHT / 2, attribute.y + HEIGHT / 2)
        assert line.x1 in (system.x, system.x + BOX)
        assert line.x2 in (attribute.x, attribute.x + BOX)


def test_a_bridge_is_told_by_shape_and_word():
    shapes = {shape.node: shape for shape in chart([holding(1, NUMBER), holding(2, NUMBER)]).bands[0].shapes}
    assert shapes["attribute", NUMBER].kind == "bridge"
    assert shapes["attribute", NUMBER].label.below == "bridge"
    assert shapes["system", 1].kind == "system"


def test_a_long_name_is_cut_and_the_same_map_drawn_the_same():
    (band,) = map_chart(data_map([holding(1, NUMBER)]), lambda *_: Label("Number of the identity paper of old")).bands
    assert band.shapes[0].name == "Number of the identity pape…"
    assert chart(BANK) == chart(BANK[::-1])
