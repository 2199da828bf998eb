"""Lays out the roadmap of a plan as SVG: requests on quarters, what needs what, freezes, and beneath it the narrowest
capacity. Pure arithmetic; units are SVG pixels. The template writes it down."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from board.charts.roadmap_bars import LEFT, TOP, WIDTH, Fold, Job, Line, Span, inside, job, packed, quarters_of, x_of
from board.charts.roadmap_groups import FOLDED, folded, groups_of
from board.planning.horizon import Horizon
from board.selectors.plans.plan_sheets import PlanSheet, SheetRow
from customers.amounts import money_text

ROW, JOB = 36, 22
ONE_EACH: Final = 28
"""So many requests have a row of their own; of more, each department packs its own into as few rows as hold them."""

BAND, BAND_GAP = 58, 44


@dataclass(frozen=True, slots=True)
class Arrow:
    """One request needs what another delivers: the path, and its tip."""

    path: str
    tip: str


@dataclass(frozen=True, slots=True)
class Full:
    """How full the narrowest capacity is in one quarter. `kind`: full where it is fullest, over where it is passed."""

    x: float
    width: float
    y: float
    height: float
    limit_y: float
    number: str
    kind: str
    inside: bool

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return round(self.x + self.width / 2, 1)

    @property
    def number_y(self) -> float:
        """The line of its number: inside the bar where there is room."""
        return round(self.y + 20 if self.inside else self.y - 5, 1)


@dataclass(frozen=True, slots=True)
class Narrow:
    """The narrowest capacity: what the band under the roadmap shows, and its finding as a sentence."""

    label: str
    unit: str
    sentence: str
    bars: tuple[Full, ...] = ()
    there: str = ""


@dataclass(frozen=True, slots=True)
class Roadmap:
    """Everything that the template draws."""

    jobs: tuple[Job, ...]
    lines: tuple[Line, ...]
    arrows: tuple[Arrow, ...]
    quarters: tuple[Span, ...]
    freezes: tuple[Span, ...]
    narrow: Narrow | None
    floor: float
    base: float
    height: float
    width: int = WIDTH
    left: int = LEFT
    top: int = TOP
    folds: tuple[Fold, ...] = ()


def roadmap(sheet: PlanSheet, *, by: str = "silo", opened: str = "", shown: Sequence[SheetRow] = ()) -> Roadmap:
    """The roadmap of a plan: the same for the same plan. Where it is folded into groups (see `roadmap_groups`): `by`
    what, which one is open, and which requests of it are drawn."""
    horizon = sheet.horizon
    going = [row for row in sheet.going if inside(row, horizon)]
    folds: list[Fold] = []
    if len(sheet.going) > FOLDED:
        jobs, lines, folds, floor = folded(groups_of(sheet, by), horizon, opened, shown)
    elif len(going) > ONE_EACH:
        jobs, lines, floor = _packed(going, horizon)
    else:
        jobs, lines, floor = _one_each(going, horizon)
    narrow = narrowest(sheet.figures, horizon)
    if narrow is not None:
        narrow = _band(narrow, sheet.figures, horizon, floor)
    base = floor + BAND_GAP + BAND + 4 if narrow else floor
    return Roadmap(
        jobs=tuple(jobs),
        lines=tuple(lines),
        arrows=tuple(_arrows(jobs, sheet.orders)),
        quarters=tuple(quarters_of(horizon)),
        freezes=tuple(_freezes(sheet.result.get("freezes", ()), horizon)),
        narrow=narrow,
        floor=floor,
        base=base,
        height=base + 12,
        folds=tuple(folds),
    )


def _one_each(rows: Sequence[SheetRow], horizon: Horizon) -> tuple[list[Job], list[Line], float]:
    jobs, lines = [], []
    for number, row in enumerate(rows):
        y = TOP + ROW * number
        money = f", {money_text(row.line.money)}" if row.line.money else ""
        jobs.append(job(row, horizon, y + (ROW - JOB) / 2 + 2, JOB, f"{row.request.silo.name}{money}"))
        lines.append(Line(row.request.title, y + 24, y + ROW + 2))
    return jobs, lines, TOP + ROW * len(rows) + 2


def _packed(rows: Sequence[SheetRow], horizon: Horizon) -> tuple[list[Job], list[Line], float]:
    """Each department's requests in as few rows as hold them."""
    by_silo: dict[str, list[SheetRow]] = defaultdict(list)
    for row in rows:
        by_silo[row.request.silo.name].append(row)
    jobs, lines, y = [], [], float(TOP)
    for silo, own in sorted(by_silo.items()):
        drawn, end = packed(own, horizon, y)
        jobs += drawn
        lines.append(Line(silo, y + 20, end))
        y = end
    return jobs, lines, y


def _arrows(jobs: Sequence[Job], orders: Sequence[tuple[int, int]]) -> list[Arrow]:
    at = {job.row.request.pk: job for job in jobs}
    made = []
    for first, then in orders:
        if first in at and then in at:
            made.append(_arrow(at[first], at[then]))
    return made


def _arrow(first: Job, then: Job) -> Arrow:
    """From the lower (or upper) edge of what is needed to the start of what needs it."""
    x = max(first.x + 6, first.end - 11)
    down = then.y > first.y
    edge = first.y + first.height if down else first.y
    if then.x > x + 10:
        y = then.middle
        path = f"M{x:g} {edge:g}V{y:g}H{then.x - 7:g}"
        return Arrow(path, f"M{then.x - 8:g} {y - 5:g}v10l8-5z")
    into = then.y - 7 if down else then.y + then.height + 7
    tip = f"M{x - 5:g} {into - 1:g}h10l-5 8z" if down else f"M{x - 5:g} {into + 1:g}h10l-5-8z"
    return Arrow(f"M{x:g} {edge:g}V{into:g}", tip)


def _freezes(stored: Sequence[Mapping[str, str]], horizon: Horizon) -> list[Span]:
    first, last = horizon.days
    spans = []
    for row in stored:
        begins, ends = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
        if ends >= first and begins <= last:
            x = x_of(begins, horizon)
            width = max(x_of(ends + timedelta(days=1), horizon) - x, 2)
            words = f"{row['name']}, {begins:%-d %B %Y} to {ends:%-d %B %Y}: nothing goes live"
            spans.append(Span(x, round(width, 1), row["name"], words))
    return spans


def narrowest(figures: Mapping[str, Any], horizon: Horizon) -> Narrow | None:
    """What is fullest of all capacities, in which quarter; None where nothing is limited or used."""
    best: tuple[float, Mapping[str, Any], int] | None = None
    for resource in figures.get("resources", ()):
        for period, (used, there) in enumerate(zip(resource["used"], resource["capacity"], strict=True)):
            share = used / there if there else float("inf") if used else 0.0
            if used and (best is None or share > best[0]):
                best = (share, resource, period)
    if best is None:
        return None
    share, resource, period = best
    name, unit = resource["label"], resource["unit"]
    amounts = f"{_number(resource['used'][period], unit)} of {_number(resource['capacity'][period], unit)}"
    when = horizon.name(period)
    if share > 1:
        sentence = f"{name} is passed in {when}: {amounts}{_unit(unit)} are needed"
    elif share > 0.97:
        sentence = f"{name} is the narrow place: full in {when}, {amounts}{_unit(unit)}"
    else:
        sentence = f"{name} is fullest: {round(share * 100)} % used in {when}, {amounts}{_unit(unit)}"
    return Narrow(resource["id"], unit, sentence)


def _unit(unit: str) -> str:
    return f" {unit}" if unit == "days" else ""


def _number(amount: float, unit: str) -> str:
    return f"{amount:,.0f}" if unit == "days" else money_text(amount, short=True)


def _band(narrow: Narrow, figures: Mapping[str, Any], horizon: Horizon, floor: float) -> Narrow:
    resource = next(each for each in figures["resources"] if each["id"] == narrow.label)
    used_most = max(resource["used"])
    # A limit far above everything that is used would make the bars vanish: it then stands at the upper edge.
    most = max(used_most, min(max(resource["capacity"]), 2 * used_most))
    base = floor + BAND_GAP + BAND
    shares = [used / there if there else float(used > 0) * 2 for used, there in _pairs(resource)]
    bars = []
    for period, (used, there) in enumerate(_pairs(resource)):
        span = quarters_of(horizon)[period]
        height = round(BAND * min(used / most, 1), 1)
        kind = "over" if used > there + 1e-6 else "full" if shares[period] == max(shares) else ""
        bars.append(
            Full(
                x=span.x + 1,
                width=round(span.width - 1, 1),
                y=round(base - height, 1),
                height=height,
                limit_y=round(base - BAND * min(there / most, 1), 1),
                number=_number(used, narrow.unit),
                kind=kind,
                inside=height >= 28,
            )
        )
    last = resource["capacity"][-1]
    what = "person-days needed a quarter" if narrow.unit == "days" else "spent a quarter"
    return Narrow(resource["label"], what, narrow.sentence, tuple(bars), f"{_number(last, narrow.unit)} there")


def _pairs(resource: Mapping[str, Any]) -> list[tuple[float, float]]:
    return list(zip(resource["used"], resource["capacity"], strict=True))
