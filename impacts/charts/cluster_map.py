"""The map of a cluster: where each circle, line and label stands. Pure arithmetic, the same for the same input."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import hypot, sqrt

import networkx as nx
import numpy as np
from numpy.typing import NDArray

WIDTH = 760
MOST_LABELS = 14
MOST_LINES = 120
"""More lines than this are a ball of wool: the strongest are drawn, and the strongest of each request."""

MOST_CIRCLES = 60
"""More circles have no room, and laying out a thousand takes minutes: those with the strongest ties are drawn."""

CHARACTER = 6.6
"""Width of a character of 12 px text, on average."""

TITLE_CHARACTER = 8.2
"""Width of a character of bold 14 px text, on average."""

CROWD = 16
"""From so many circles on lines are thin, and a label without room is left out: its circle and the table name it."""

COLLISION = 50.0
"""What a square unit of something covered costs, against one unit of a line."""

Box = tuple[float, float, float, float]
Lines = NDArray[np.float64]
"""One row for each line: where it starts (x, y), and how far it goes (x, y)."""


@dataclass(frozen=True, slots=True)
class MapRequest:
    """One circle: its id, what stands in it and beside it, its size (None: all the same), its ring 0 to 4."""

    pk: int
    short: str
    title: str
    under: str
    url: str
    size: float | None
    ring: int
    is_lead: bool = False


@dataclass(frozen=True, slots=True)
class MapTie:
    """One line between two circles, its strength 0 to 1, why, and where it leads."""

    first: int
    second: int
    score: float
    why: str
    url: str


@dataclass(frozen=True, slots=True)
class Node:
    """A circle as it is drawn, with its label; not `is_named` where there is no room for one."""

    request: MapRequest
    x: float
    y: float
    r: float
    label_x: float
    label_y: float
    anchor: str
    is_named: bool = True

    @property
    def ring_class(self) -> str:
        """The class of its ring."""
        return "s" + "abcde"[self.request.ring % 5]

    @property
    def text_y(self) -> float:
        """Where the text in the circle stands."""
        return self.y + 4

    @property
    def under_y(self) -> float:
        """Where the second line of the label stands."""
        return self.label_y + 15


@dataclass(frozen=True, slots=True)
class Edge:
    """A line as it is drawn; `label` is empty where there is no room for one."""

    tie: MapTie
    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    label: str
    label_x: float
    label_y: float
    label_width: float

    @property
    def is_strong(self) -> bool:
        """Whether it is drawn in ink."""
        return self.tie.score >= 0.5

    @property
    def box_x(self) -> float:
        """The left edge of the label's ground."""
        return round(self.label_x - self.label_width / 2, 1)

    @property
    def box_y(self) -> float:
        """The upper edge of the label's ground."""
        return self.label_y - 13


@dataclass(frozen=True, slots=True)
class ClusterMap:
    """Everything to draw, in a box of `width` by `height`; `left_out` counts ties that are not, `more` requests."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: int = 0
    more: int = 0


def cluster_map(requests: Sequence[MapRequest], ties: Sequence[MapTie]) -> ClusterMap:
    """Lay the requests out so that strong ties are short, and labels stand where nothing else does."""
    ordered = sorted(_chosen(requests, ties), key=lambda each: each.pk)
    known = {each.pk for each in ordered}
    lines = sorted(
        (tie for tie in ties if tie.first in known and tie.second in known),
        key=lambda tie: (-tie.score, tie.first, tie.second),
    )
    height = 420 if len(ordered) < 6 else min(460 + 26 * (len(ordered) - 6), 1100)
    radii = _radii(ordered)
    places = _places([each.pk for each in ordered], lines, height, radii)
    taken: list[Box] = [
        (x - radii[pk], y - radii[pk], x + radii[pk], y + radii[pk]) for pk, (x, y) in sorted(places.items())
    ]
    drawn = _drawn(lines)
    ends = np.array([(*places[tie.first], *places[tie.second]) for tie in drawn], np.float64).reshape(-1, 4)
    runs = np.hstack([ends[:, :2], ends[:, 2:] - ends[:, :2]])
    crowd = len(ordered) >= CROWD
    nodes = [_node(each, places[each.pk], radii[each.pk], height, taken, runs, crowd) for each in ordered]
    edges = [_edge(tie, places, taken, at < MOST_LABELS, 2.0 if crowd else 4.0) for at, tie in enumerate(drawn)]
    return ClusterMap(WIDTH, height, tuple(nodes), tuple(edges), len(ties) - len(drawn), len(requests) - len(nodes))


def _chosen(requests: Sequence[MapRequest], ties: Sequence[MapTie]) -> list[MapRequest]:
    """The requests that are drawn: the one that leads, and those with the strongest ties."""
    strongest: dict[int, float] = {}
    for tie in ties:
        for pk in (tie.first, tie.second):
            strongest[pk] = max(strongest.get(pk, 0.0), tie.score)
    by_strength = sorted(requests, key=lambda each: (not each.is_lead, -strongest.get(each.pk, 0.0), each.pk))
    return by_strength[:MOST_CIRCLES]


def _drawn(lines: Sequence[MapTie]) -> list[MapTie]:
    """The ties that are drawn, of these, the strongest first: the strongest of all, and of each request."""
    met: set[int] = set()
    drawn = []
    for at, tie in enumerate(lines):
        if at < MOST_LINES or not {tie.first, tie.second} <= met:
            drawn.append(tie)
        met |= {tie.first, tie.second}
    return drawn


def _radii(requests: Sequence[MapRequest]) -> dict[int, float]:
    crowd = 1.0 if len(requests) < 9 else 0.75
    largest = max((each.size or 0.0 for each in requests), default=0.0)
    found = {}
    for each in requests:
        share = sqrt(each.size / largest) if each.size and largest else 0.45
        found[each.pk] = round(crowd * (24 + 24 * share), 1)
    return found


def _places(
    ids: Sequence[int], ties: Sequence[MapTie], height: int, radii: Mapping[int, float]
) -> dict[int, tuple[float, float]]:
    """Positions from a spring layout, stretched to the box and pushed apart until no circles touch."""
    if len(ids) == 1:
        return {ids[0]: (WIDTH / 2, height / 2)}
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(ids)
    wanted = {pk: {other: 1.6 for other in ids if other != pk} for pk in ids}
    for tie in ties:
        graph.add_edge(tie.first, tie.second)
        wanted[tie.first][tie.second] = wanted[tie.second][tie.first] = 1.5 - tie.score
    raw = nx.kamada_kawai_layout(graph, dist=wanted, pos=nx.circular_layout(graph))
    spots = {pk: [float(raw[pk][0]), float(raw[pk][1])] for pk in ids}
    for axis, length, margin in ((0, WIDTH, 110.0), (1, height, 70.0)):
        low, high = min(s[axis] for s in spots.values()), max(s[axis] for s in spots.values())
        for spot in spots.values():
            share = 0.5 if high - low < 1e-6 else (spot[axis] - low) / (high - low)
            spot[axis] = margin + share * (length - 2 * margin)
    _push_apart(ids, spots, height, radii)
    return {pk: (round(spot[0], 1), round(spot[1], 1)) for pk, spot in spots.items()}


def _push_apart(ids: Sequence[int], spots: dict[int, list[float]], height: int, radii: Mapping[int, float]) -> None:
    for _ in range(60):
        moved = False
        for at, first in enumerate(ids):
            for second in ids[at + 1 :]:
                one, other = spots[first], spots[second]
                dx, dy = other[0] - one[0], other[1] - one[1]
                away, least = hypot(dx, dy) or 0.1, radii[first] + radii[second] + 34
                if away >= least:
                    continue
                moved = True
                step = (least - away) / 2 / away
                shift = (dx * step or 0.5, dy * step or 0.5)
                for spot, sign in ((one, -1), (other, 1)):
                    spot[0] = min(max(spot[0] + sign * shift[0], 70), WIDTH - 70)
                    spot[1] = min(max(spot[1] + sign * shift[1], 62), height - 62)
        if not moved:
            return


def _overlap(box: Box, taken: Sequence[Box]) -> float:
    total = 0.0
    for other in taken:
        wide = min(box[2], other[2]) - max(box[0], other[0])
        high = min(box[3], other[3]) - max(box[1], other[1])
        if wide > 0 and high > 0:
            total += wide * high
    return total


def _crossed(box: Box, lines: Lines) -> float:
    """How much of these lines, in units of length, runs through the box: each is cut at its sides (Liang-Barsky)."""
    low, high = np.array(box[:2]), np.array(box[2:])
    start, run = lines[:, :2], lines[:, 2:]
    run = np.where(run == 0, 1e-9, run)
    one, other = (low - start) / run, (high - start) / run
    enters = np.maximum(np.minimum(one, other).max(axis=1, initial=0.0), 0.0)
    leaves = np.minimum(np.maximum(one, other).min(axis=1, initial=1.0), 1.0)
    return float((np.maximum(leaves - enters, 0.0) * np.hypot(run[:, 0], run[:, 1])).sum())


def _label_places(x: float, y: float, r: float, half: float, height: int) -> Iterator[tuple[float, float, str, Box]]:
    """Where a label of two lines may stand beside its circle, the most natural first, all inside the drawing."""
    near = r + 8
    for away in (0.0, 16.0, 32.0, 48.0):
        for side_x, side_y, anchor in (
            (0.0, near + 10 + away, "middle"),
            (0.0, -near - 16 - away, "middle"),
            (near + away, -2.0, "start"),
            (-near - away, -2.0, "end"),
            (near + away / 2, near * 0.7, "start"),
            (-near - away / 2, near * 0.7, "end"),
            (near + away / 2, -near * 0.8, "start"),
            (-near - away / 2, -near * 0.8, "end"),
        ):
            wanted = {"middle": x - half, "start": x + side_x, "end": x + side_x - 2 * half}[anchor]
            left = min(max(wanted, 2.0), WIDTH - 2 * half - 2)
            label_y = min(max(y + side_y, 14.0), height - 21.0)
            label_x = {"middle": left + half, "start": left, "end": left + 2 * half}[anchor]
            yield label_x, label_y, anchor, (left - 2, label_y - 13, left + 2 * half + 2, label_y + 20)


def _node(
    request: MapRequest, place: tuple[float, float], r: float, height: int, taken: list[Box], lines: Lines, crowd: bool
) -> Node:
    """The circle with its label where it covers no circle and no other label, and as little of the lines as can be."""
    (x, y) = place
    half = max(len(request.title) * TITLE_CHARACTER, len(request.under) * CHARACTER) / 2
    options = [
        (COLLISION * _overlap(box, taken) + _crossed(box, lines) + order, order, label_x, label_y, anchor, box)
        for order, (label_x, label_y, anchor, box) in enumerate(_label_places(x, y, r, half, height))
    ]
    _, _, label_x, label_y, anchor, box = min(options)
    is_named = not crowd or _overlap(box, taken) == 0
    if is_named:
        taken.append(box)
    return Node(request, x, y, r, round(label_x, 1), round(label_y, 1), anchor, is_named)


def _edge(
    tie: MapTie, places: Mapping[int, tuple[float, float]], taken: list[Box], is_labelled: bool, widest: float
) -> Edge:
    (x1, y1), (x2, y2) = places[tie.first], places[tie.second]
    label = f"{round(100 * tie.score)} in 100" if is_labelled else ""
    width = len(label) * CHARACTER + 8
    best: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    if label:
        options = []
        for order, share in enumerate((0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.3, 0.7, 0.38, 0.62, 0.46, 0.54)):
            x, y = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
            options.append((_overlap((x - width / 2, y - 9, x + width / 2, y + 9), taken), float(order), x, y))
        best = min(options)
        if best[0] > 0:
            label = ""
        else:
            taken.append((best[2] - width / 2, best[3] - 9, best[2] + width / 2, best[3] + 9))
    return Edge(
        tie,
        x1,
        y1,
        x2,
        y2,
        round(1 + widest * tie.score, 1),
        label,
        round(best[2], 1),
        round(best[3] + 4, 1),
        round(width, 1),
    )
