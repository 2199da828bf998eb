"""The differences between what the board saw of a request and what it says now, each with what it asks for.

A request's material facts are a plain object: title, problem, proposal, promised_effect, kind; one_off, yearly (text or
None); start, go_live, promised_by (ISO dates or None); sponsor (key and name, or None), silo (code and name);
touchpoints, data, systems, contacts, skills (lists of objects, see board.selectors.decisions.material). What `before`
does not have is not compared: old decisions saw less.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from board.material.limits import LIMITS, Limit
from board.material.texts import share_changed

Facts = Mapping[str, Any]
WHOLE = 100.0
"""Per cent: what was not said before, or is not said any more."""


class Verdict(StrEnum):
    """What a change asks for."""

    NONE = "none"
    LOOK = "look"
    VOID = "void"


ORDER = {Verdict.NONE: 0, Verdict.LOOK: 1, Verdict.VOID: 2}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the board saw it. `size` in the limit's unit; `before` and `after` in words, empty where
    there was or is nothing."""

    field: str
    label: str
    before: str
    after: str
    size: float
    verdict: Verdict


def compare(before: Facts, after: Facts, limits: Mapping[str, Limit] = LIMITS) -> list[Difference]:
    """All differences, in the table's order; those that ask for nothing among them."""
    found = [
        *_texts(before, after),
        *_kind(before, after),
        *_who(before, after),
        *_costs(before, after),
        *_skills(before, after),
        *_dates(before, after),
        *_touchpoints(before, after),
        *_contacts(before, after),
        *_rows(before, after, "data"),
        *_rows(before, after, "systems"),
    ]
    order = list(LIMITS)
    shown = [
        Difference(each.field, limits[each.field].label, each.before, each.after, each.size, _verdict(each, limits))
        for each in found
    ]
    return sorted(shown, key=lambda each: order.index(each.field))


def verdict_of(differences: Sequence[Difference]) -> Verdict:
    """The gravest of what the differences ask for."""
    return max((each.verdict for each in differences), key=lambda verdict: ORDER[verdict], default=Verdict.NONE)


@dataclass(frozen=True, slots=True)
class _Change:
    field: str
    before: str
    after: str
    size: float


def _verdict(change: _Change, limits: Mapping[str, Limit]) -> Verdict:
    limit = limits[change.field]
    if limit.void_above is not None and change.size > limit.void_above:
        return Verdict.VOID
    if limit.look_above is not None and change.size > limit.look_above:
        return Verdict.LOOK
    return Verdict.NONE


def _texts(before: Facts, after: Facts) -> Iterator[_Change]:
    for field in ("title", "problem", "proposal", "promised_effect"):
        if field in before and before[field] != after[field]:
            yield _Change(field, before[field], after[field], share_changed(before[field], after[field]))


def _kind(before: Facts, after: Facts) -> Iterator[_Change]:
    if "kind" in before and before["kind"] != after["kind"]:
        yield _Change("kind", before["kind"], after["kind"], 1)


def _costs(before: Facts, after: Facts) -> Iterator[_Change]:
    for field in ("one_off", "yearly"):
        if field not in before:
            continue
        old, new = _amount(before[field]), _amount(after[field])
        if old == new:
            continue
        if new is None:
            yield _Change(f"{field}_gone", _shown(old), _shown(new), 1)
            continue
        way = "down" if old is not None and new < old else "up"
        size = float(abs(new - old) / old * 100) if old else WHOLE
        yield _Change(f"{field}_{way}", _shown(old), _shown(new), size)


def _who(before: Facts, after: Facts) -> Iterator[_Change]:
    """Who answers for it, and whose it is. That somebody is named where nobody was asks for nothing; another name of
    the same person or department is no difference."""
    for field in ("sponsor", "silo"):
        if field not in before:
            continue
        old, new = before[field], after[field]
        if (old and old[0]) != (new and new[0]):
            was, now = (each[1] if each else "nobody" for each in (old, new))
            yield _Change(field, was, now, 1 if old else 0)


def _skills(before: Facts, after: Facts) -> Iterator[_Change]:
    if "skills" not in before:
        return
    old, new = ({row["key"]: row for row in facts["skills"]} for facts in (before, after))
    for key in sorted(old.keys() | new.keys()):
        one, other = old.get(key), new.get(key)
        was, now = one["days"] if one else 0, other["days"] if other else 0
        if was != now:
            said, says = (f"{row['name']}: {row['days']:,} days" if row else "" for row in (one, other))
            size = abs(now - was) / was * 100 if was else WHOLE
            yield _Change("skills_more" if now > was else "skills_fewer", said, says, size)


def _amount(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _shown(amount: Decimal | None) -> str:
    return "not said" if amount is None else f"{amount:,.2f}".removesuffix(".00")


def _dates(before: Facts, after: Facts) -> Iterator[_Change]:
    for field in ("start", "go_live", "promised_by"):
        if field in before and before[field] != after[field]:
            old, new = before[field], after[field]
            yield _Change(field, old or "not said", new or "not said", _days_between(old, new))


def _days_between(old: str | None, new: str | None) -> float:
    """Days; a day that was not said before, or is not said now, counts as a year."""
    if not old or not new:
        return 365
    return abs((date.fromisoformat(new) - date.fromisoformat(old)).days)


def _touchpoints(before: Facts, after: Facts) -> Iterator[_Change]:
    if "touchpoints" not in before:
        return
    old, new = ({row["code"]: row for row in facts["touchpoints"]} for facts in (before, after))
    for code in sorted(old.keys() | new.keys()):
        one, other = old.get(code), new.get(code)
        if one is None and other is not None:
            yield _Change("touchpoints_more", "", _touchpoint(other), 1)
        elif other is None and one is not None:
            yield _Change("touchpoints_fewer", _touchpoint(one), "", 1)
        elif one is not None and other is not None:
            yield from _at_touchpoint(one, other)


def _touchpoint(row: Facts) -> str:
    return f"{row['name']}: {row['effect']}, {row['direction']} for {_whom(row['segments'])}"


def _whom(segments: Sequence[Sequence[str]]) -> str:
    """Segments are pairs of code and name; none are all customers."""
    return ", ".join(name for _, name in segments) or "all customers"


def _at_touchpoint(one: Facts, other: Facts) -> Iterator[_Change]:
    if (one["effect"], one["direction"]) != (other["effect"], other["direction"]):
        yield _Change("touchpoint_effect", _touchpoint(one), _touchpoint(other), 1)
    if one["measure"] != other["measure"]:
        none = "no measure"
        yield _Change(
            "touchpoint_measure",
            f"{one['name']}: {one['measure'] or none}",
            f"{other['name']}: {other['measure'] or none}",
            1,
        )
    old, new = ({code for code, _ in row["segments"]} for row in (one, other))
    if old != new:
        was, now = (f"{row['name']}: {_whom(row['segments'])}" for row in (one, other))
        if not new or (old and new - old):  # none: all customers
            yield _Change("segments_more", was, now, len(new - old) or 1)
        if (old - new and new) or not old:
            yield _Change("segments_fewer", was, now, len(old - new) or 1)


def _contacts(before: Facts, after: Facts) -> Iterator[_Change]:
    if "contacts" not in before:
        return
    old, new = _by_whom(before["contacts"]), _by_whom(after["contacts"])
    for key in sorted(old.keys() | new.keys()):
        one, other = old.get(key), new.get(key)
        was, now = one.words if one else "", other.words if other else ""
        more = (other.times if other else 0) - (one.times if one else 0)
        if more:
            yield _Change("contacts_more" if more > 0 else "contacts_fewer", was, now, abs(more))
        if one and other:
            moved = max(abs((one.first - other.first).days), 0 if more else abs((one.last - other.last).days))
            if moved:
                yield _Change("contacts_day", was, now, moved)


@dataclass(frozen=True, slots=True)
class _Contacts:
    times: int
    first: date
    last: date
    words: str


def _by_whom(rows: Sequence[Facts]) -> dict[tuple[str, str], _Contacts]:
    """The contacts of each segment by each channel, together."""
    grouped: dict[tuple[str, str], list[Facts]] = {}
    for row in rows:
        grouped.setdefault((row["segment"][0], row["channel"][0]), []).append(row)
    return {key: _together(each) for key, each in grouped.items()}


def _together(rows: Sequence[Facts]) -> _Contacts:
    times = sum(row["times"] for row in rows)
    first = min(date.fromisoformat(row["first"]) for row in rows)
    last = max(date.fromisoformat(row["first"]) + timedelta(days=(row["times"] - 1) * row["every"]) for row in rows)
    whom, how = rows[0]["segment"][1], rows[0]["channel"][1]
    span = f"on {first}" if first == last else f"from {first} to {last}"
    return _Contacts(times, first, last, f"{whom} by {how}: {times} {span}")


def _rows(before: Facts, after: Facts, name: str) -> Iterator[_Change]:
    """Lines that are said in full by their `words`: each that is new, each that is gone."""
    if name not in before:
        return
    old, new = ({row["key"]: row["words"] for row in facts[name]} for facts in (before, after))
    for key in sorted(new.keys() - old.keys()):
        yield _Change(f"{name}_more", "", new[key], 1)
    for key in sorted(old.keys() - new.keys()):
        yield _Change(f"{name}_fewer", old[key], "", 1)
