"""Lays out the data map for a template to draw as SVG. Pure arithmetic, the same for the same map; units are pixels.

Each island of two or more systems has a band of its own: in the middle the attributes that join it, on the right the
systems that hang on a single one of them, on the left those that keep several. So nearly no lines cross, and what hangs
on what can be read from the right. Systems that stand alone follow in rows, with nothing drawn between them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from impacts.engine.data_map import Bridge, DataMap, Island, Link
from impacts.engine.joins import Node

WIDTH, BOX, HEIGHT, GAP = 960, 240, 38, 50
LEFT, MIDDLE, RIGHT = 0, 360, 720
HEAD, FOOT = 34, 30
ALONE_IN_ROW = 3
ROUNDS = 4
MOST_LETTERS = 28
MOST_COUNTED = 300
"""Above this many lines an order is taken as it comes: counting crossings takes time by the square."""


@dataclass(frozen=True, slots=True)
class Label:
    """What stands in a box, small words below it (empty for none), and where it leads."""

    name: str
    below: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A box of the map. A bridge is a hexagon, another attribute a pill, another system a rectangle."""

    node: Node
    x: float
    y: float
    bridge: Bridge | None
    label: Label

    @property
    def kind(self) -> str:
        """How it is drawn: bridge, attribute or system."""
        return "bridge" if self.bridge else self.node[0]

    @property
    def name(self) -> str:
        """Its name as far as the box has room."""
        name = self.label.name
        return name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS - 1].rstrip()}…"

    @property
    def points(self) -> str:
        """The corners of a hexagon."""
        x, y, middle = self.x, self.y, self.y + HEIGHT / 2
        corners = [(x + 12, y), (x + BOX - 12, y), (x + BOX, middle), (x + BOX - 12, y + HEIGHT), (x + 12, y + HEIGHT)]
        return " ".join(f"{a:.0f},{b:.0f}" for a, b in [*corners, (x, middle)])

    @property
    def text_x(self) -> float:
        """The middle of its words."""
        return self.x + BOX / 2

    @property
    def text_y(self) -> float:
        """The foot of its name."""
        return self.y + (16 if self.label.below else 24)

    @property
    def below_y(self) -> float:
        """The foot of the words below its name."""
        return self.y + 31


@dataclass(frozen=True, slots=True)
class Line:
    """A line from a system to an attribute that it keeps."""

    link: Link
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Band:
    """An island, or (`island` None) the systems that stand alone, with its heading."""

    island: Island | None
    y: float
    height: float
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]

    @property
    def head_y(self) -> float:
        """The foot of its heading."""
        return self.y + 18


@dataclass(frozen=True, slots=True)
class MapChart:
    """Everything to draw."""

    height: float
    bands: tuple[Band, ...]
    width: int = WIDTH
    box: int = BOX
    box_height: int = HEIGHT

    @property
    def bottom(self) -> float:
        """The height with room for the lowest outline."""
        return self.height + 2


def map_chart(data: DataMap, label: Callable[[Node, Bridge | None], Label]) -> MapChart:
    """The picture of a map. `label` says what stands in the box of a system or attribute."""
    bridges = {bridge.node: bridge for bridge in data.bridges}

    def shape(node: Node, x: float, y: float) -> Shape:
        bridge = bridges.get(node)
        return Shape(node, x, y, bridge, label(node, bridge))

    bands: list[Band] = []
    y = 0.0
    for island in data.islands:
        if len(island.systems) > 1:
            bands.append(_band(island, data.links, y, shape))
            y += bands[-1].height + FOOT
    alone = [island.systems[0] for island in data.islands if len(island.systems) == 1]
    if alone:
        bands.append(_alone(alone, y, shape))
        y += bands[-1].height + FOOT
    return MapChart(max(y - FOOT, 0.0), tuple(bands))


def _alone(systems: Sequence[int], y: float, shape: Callable[[Node, float, float], Shape]) -> Band:
    step = (WIDTH - BOX) / (ALONE_IN_ROW - 1)
    shapes = tuple(
        shape(("system", system), at % ALONE_IN_ROW * step, y + HEAD + at // ALONE_IN_ROW * GAP)
        for at, system in enumerate(systems)
    )
    rows = (len(systems) + ALONE_IN_ROW - 1) // ALONE_IN_ROW
    return Band(None, y, HEAD + rows * GAP - (GAP - HEIGHT), shapes, ())


def _band(island: Island, links: Sequence[Link], y: float, shape: Callable[[Node, float, float], Shape]) -> Band:
    inside = set(island.systems)
    lines = [link for link in links if link.system in inside]
    keepers: dict[int, list[int]] = {}
    for link in lines:
        keepers.setdefault(link.attribute, []).append(link.system)
    shared = {attribute: systems for attribute, systems in keepers.items() if len(systems) > 1}
    lines = [link for link in lines if link.attribute in shared]
    kept: dict[int, list[int]] = {system: [] for system in island.systems}
    for link in lines:
        kept[link.system].append(link.attribute)
    columns = _placed(shared, kept)
    tall = max(max(column.values(), default=0.0) for column in columns) + HEIGHT
    left, middle, right = columns
    top = y + HEAD
    shapes = [shape(("system", system), LEFT, top + at) for system, at in left.items()]
    shapes += [shape(("attribute", attribute), MIDDLE, top + at) for attribute, at in middle.items()]
    shapes += [shape(("system", system), RIGHT, top + at) for system, at in right.items()]
    drawn = tuple(_line(link, top, columns) for link in lines)
    return Band(island, y, HEAD + tall, tuple(shapes), drawn)


Column = dict[int, float]


def _line(link: Link, top: float, columns: tuple[Column, Column, Column]) -> Line:
    left, middle, right = columns
    end = top + middle[link.attribute] + HEIGHT / 2
    if link.system in left:
        return Line(link, LEFT + BOX, top + left[link.system] + HEIGHT / 2, MIDDLE, end)
    return Line(link, RIGHT, top + right[link.system] + HEIGHT / 2, MIDDLE + BOX, end)


def _placed(shared: Mapping[int, Sequence[int]], kept: Mapping[int, Sequence[int]]) -> tuple[Column, Column, Column]:
    """Where systems with several attributes, attributes, and systems with one stand, from the top of the band."""
    several = [system for system in kept if len(kept[system]) > 1]
    best: tuple[int, tuple[Column, Column, Column]] | None = None
    order = sorted(shared, key=lambda attribute: (-len(shared[attribute]), attribute))
    for _ in range(ROUNDS):
        columns = _columns(order, several, shared, kept)
        crossings = _crossings(columns, several, kept)
        if best is None or crossings < best[0]:
            best = crossings, columns
        left, middle, _right = columns
        order = sorted(
            shared,
            key=lambda attribute: (
                _mean([left[system] for system in shared[attribute] if system in left], middle[attribute]),
                attribute,
            ),
        )
    return best[1] if best else ({}, {}, {})


def _columns(
    order: Sequence[int], several: Sequence[int], shared: Mapping[int, Sequence[int]], kept: Mapping[int, Sequence[int]]
) -> tuple[Column, Column, Column]:
    place = {attribute: at for at, attribute in enumerate(order)}
    single = [system for system in kept if len(kept[system]) == 1]
    single.sort(key=lambda system: (place[kept[system][0]], system))
    right = {system: at * float(GAP) for at, system in enumerate(single)}
    # An attribute stands beside the systems that hang on it; one without such systems beside the one before it.
    wanted, last = {}, 0.0
    for attribute in order:
        last = _mean([right[system] for system in shared[attribute] if system in right], last)
        wanted[attribute] = last
    rows = max(len(order), len(several), len(single)) - 1
    middle = _spread(wanted, rows * GAP)
    left = _spread({system: _mean([middle[each] for each in kept[system]], 0.0) for system in several}, rows * GAP)
    return left, middle, right


def _mean(places: Sequence[float], default: float) -> float:
    return sum(places) / len(places) if places else default


def _spread(wanted: Mapping[int, float], bottom: float) -> Column:
    """Places as near to the wanted ones as room allows, in their order, from 0 to `bottom`."""
    names = sorted(wanted, key=lambda name: (wanted[name], list(wanted).index(name)))
    places: list[float] = []
    for name in names:
        places.append(max(wanted[name], places[-1] + GAP if places else 0.0))
    limit = bottom
    for at in range(len(places) - 1, -1, -1):
        places[at] = min(places[at], limit)
        limit = places[at] - GAP
    return {name: round(place, 1) for name, place in zip(names, places, strict=True)}


def _crossings(
    columns: tuple[Column, Column, Column], several: Sequence[int], kept: Mapping[int, Sequence[int]]
) -> int:
    left, middle, _ = columns
    lines = [(left[system], middle[attribute]) for system in several for attribute in kept[system]]
    if len(lines) > MOST_COUNTED:
        return 0
    return sum((one[0] - other[0]) * (one[1] - other[1]) < 0 for one, other in combinations(lines, 2))
