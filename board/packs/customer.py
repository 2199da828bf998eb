"""What an item does to the customer, as the pack tells it: a sentence, a table, the chart of contacts. No Django."""

from collections.abc import Iterable
from dataclasses import dataclass

from board.packs import words
from board.packs.facts import ItemFacts, LoadFact, TouchFact
from board.packs.options import worst_load


@dataclass(frozen=True, slots=True)
class TouchRow:
    """What the item does at one touchpoint, by which requests, for whom, and who answers there (empty: nobody)."""

    touchpoint: str
    what: str
    whom: str
    reach: str
    answers: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One week of the chart: the fullest window that ends in it, with the item and without it."""

    week: str
    value: int
    without: int
    over: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Contacts week by week against the policy. `title` says the finding; `alt` says the numbers."""

    title: str
    caption: str
    alt: str
    limit: int
    top: int
    bars: tuple[Bar, ...]


def touch_rows(item: ItemFacts) -> tuple[TouchRow, ...]:
    """One row for each touchpoint, the busiest first; requests that do the same thing there share a line."""
    groups: dict[str, list[TouchFact]] = {}
    for touch in sorted(item.touches, key=lambda touch: (-touch.reach, touch.touchpoint)):
        groups.setdefault(touch.touchpoint, []).append(touch)
    return tuple(_row(name, touches, many=len(item.requests) > 1) for name, touches in groups.items())


def _row(name: str, touches: list[TouchFact], many: bool) -> TouchRow:
    effects: dict[str, list[str]] = {}
    for touch in touches:
        what = f"{touch.effect.lower()}, {touch.direction}"
        if touch.measure:
            what += f" ({touch.measure.lower()})"
        effects.setdefault(what, []).append(touch.reference)
    parts = [f"{what}: {words.listed(refs, 3)}" if many else what for what, refs in effects.items()]
    whom = _unique(segment for touch in touches for segment in touch.segments)
    return TouchRow(
        touchpoint=words.cut(name, 60),
        what=words.cut(words.sentence("; ".join(parts))[:-1], 150),
        whom=words.cut(words.listed(whom, 3) or "everybody", 60),
        reach=f"{touches[0].reach:,}",
        answers=touches[0].answers,
    )


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def effect_sentence(item: ItemFacts) -> str:
    """What the customer notices, in one or two sentences."""
    touchpoints = _unique(touch.touchpoint for touch in item.touches)
    sentences = []
    if touchpoints:
        reach = max(touch.reach for touch in item.touches)
        busiest = max(item.touches, key=lambda touch: (touch.reach, touch.touchpoint)).touchpoint
        where = f"{words.counted(len(touchpoints), 'touchpoint')}, above all at " if len(touchpoints) > 1 else ""
        sentences.append(f"Customers notice it at {where}“{words.cut(busiest, 60)}”, used by {reach:,} a month.")
        worse = _unique(touch.touchpoint for touch in item.touches if touch.direction == "worse")
        if worse:
            sentences.append(f"It gets worse at {words.listed(worse, 3)}.")
    load = worst_load(item)
    if load is not None:
        sentences.append(_load_sentence(load))
    return " ".join(sentences) or "No touchpoint is named, and no customer is contacted for it."


def _load_sentence(load: LoadFact) -> str:
    who = f"{load.customers:,} customers in “{load.segment}”"
    when = f" between {words.day(load.first)} and {words.day(load.last)}" if load.first and load.last else ""
    without = "as many" if load.without == load.as_filed else load.without
    return (
        f"{who} are contacted up to {load.as_filed} times in {load.days} days{when}; the policy allows {load.limit}. "
        f"Without this item it would be {without}."
    )


def chart_of(item: ItemFacts) -> Chart | None:
    """The chart of the load that passes its policy by most; None where the item contacts nobody."""
    load = worst_load(item)
    if load is None or not load.weeks:
        return None
    over = load.as_filed > load.limit
    title = (
        f"{load.segment}: up to {load.as_filed} contacts in {load.days} days, {load.as_filed - load.limit} over policy"
        if over
        else f"{load.segment}: at most {load.as_filed} contacts in {load.days} days, within the policy of {load.limit}"
    )
    bars = tuple(
        Bar(str(week.monday.isocalendar().week), week.as_filed, week.without, week.as_filed > load.limit)
        for week in load.weeks
    )
    numbers = ", ".join(f"week {bar.week}: {bar.value}, without it {bar.without}" for bar in bars if bar.value)
    years = words.listed(_unique(str(week.monday.isocalendar().year) for week in load.weeks))
    return Chart(
        title=title,
        caption=f"Contacts in any {load.days} days, by the week of {years} in which they end. Pale: without this item.",
        alt=f"{title}. {numbers or 'No contact in these weeks'}.",
        limit=load.limit,
        top=max(load.limit, 1, *(bar.value for bar in bars)),
        bars=bars,
    )
