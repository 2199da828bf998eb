"""What an item does to the customer, as the pack tells it: a sentence, a table, the chart of contacts. No Django."""

from collections.abc import Iterable

from board.packs import words
from board.packs.document import Bar, Chart, Panel, Said, Text, TouchRow
from board.packs.facts import ItemFacts, LoadFact, TouchFact
from board.packs.load_words import worst_load

UNCOUNTED = "How often they are contacted is not shown, because confidential requests are counted in it."


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
        reach=touches[0].reach,
        answers=words.cut(touches[0].answers, 60),
    )


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def effect_sentence(item: ItemFacts) -> Text:
    """What which customers notice, in a few sentences; a contact policy that it breaks comes first."""
    touchpoints = _unique(touch.touchpoint for touch in item.touches)
    sentences = []
    if touchpoints:
        reach = max(touch.reach for touch in item.touches)
        busiest = max(item.touches, key=lambda touch: (touch.reach, touch.touchpoint)).touchpoint
        where = f"{words.counted(len(touchpoints), 'touchpoint')}, above all at " if len(touchpoints) > 1 else ""
        segments = _unique(segment for touch in item.touches for segment in touch.segments)
        who = words.cut(words.listed(segments, 3), 90) or "Customers"
        worse = _unique(touch.touchpoint for touch in item.touches if touch.direction == "worse")
        better = ", for the better" if all(touch.direction == "better" for touch in item.touches) else ""
        sentences.append(f"{who} notice it at {where}“{words.cut(busiest, 60)}”, used by {reach:,} a month{better}.")
        if worse:
            named = [words.cut(each, 60) for each in worse]
            sentences.append(f"It gets worse at {words.listed(named, 3)}.")
    load = worst_load(item)
    if load is not None:
        breaks = load.as_filed > load.limit
        told = [_load_sentence(load), *sentences] if breaks else [*sentences, _load_sentence(load)]
        counted = " ".join(told)
        if load.secret:
            return Said(counted, secret=load.secret, instead=" ".join([*sentences, UNCOUNTED]))
        return counted
    return " ".join(sentences) or "No touchpoint is named, and no customer is contacted for it."


def _load_sentence(load: LoadFact) -> str:
    who = f"{load.customers:,} customers in “{words.cut(load.segment, 80)}”"
    when = f" between {words.day(load.first)} and {words.day(load.last)}" if load.first and load.last else ""
    without = "as many" if load.without == load.as_filed else load.without
    return (
        f"{who} are contacted up to {load.as_filed} times in {load.days} days{when}; the policy allows {load.limit}. "
        f"Without this item it would be {without}."
    )


def charts_of(item: ItemFacts) -> tuple[Chart, ...]:
    """The chart of the load that passes its policy by most, as filed and without the item; none where the item contacts
    nobody."""
    load = worst_load(item)
    if load is None or not load.weeks:
        return ()
    segment = words.cut(load.segment, 60)
    if load.as_filed > load.limit:
        over = load.as_filed - load.limit
        title = f"{segment}: up to {load.as_filed} contacts in {load.days} days, {over} over policy"
    else:
        title = f"{segment}: at most {load.as_filed} contacts in {load.days} days, within the policy of {load.limit}"
    filed = tuple(_bar(load, index, week.as_filed) for index, week in enumerate(load.weeks))
    without = tuple(_bar(load, index, week.without) for index, week in enumerate(load.weeks))
    pairs = zip(load.weeks, filed, without, strict=True)
    numbers = ", ".join(
        f"week {week.monday.isocalendar().week}: {first.value}, without it {second.value}"
        for week, first, second in pairs
        if first.value
    )
    years = words.listed(_unique(str(week.monday.isocalendar().year) for week in load.weeks))
    top = max(load.limit, 1, *(bar.value for bar in filed))
    panels = (
        Panel(f"As filed: up to {max(bar.value for bar in filed)}", filed),
        Panel(f"Without this item: up to {max(bar.value for bar in without)}", without),
    )
    caption = f"Contacts to {words.in_sentence(segment)} in any {load.days} days, by week of {years}."
    alt = f"{title}. {numbers or 'No contact in these weeks'}."
    return (Chart(title, caption, alt, load.limit, top, panels, secret=load.secret),)


def _bar(load: LoadFact, index: int, value: int) -> Bar:
    """A week of the chart; every second one is labelled, so that the labels stand apart."""
    week = str(load.weeks[index].monday.isocalendar().week)
    monday = load.weeks[index].monday
    return Bar(week if index % 2 == 0 else "", value, value > load.limit, monday.isoformat())
