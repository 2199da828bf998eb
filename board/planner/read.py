"""A scenario's file form: JSON, described by `scenario.schema.json` beside this module and in docs/planner.md.

Errors say where in the file: `requests[3].use.budget[1]: must be a number, not "ten"`.
"""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from board.planner.check import LARGEST, check_scenario
from board.planner.problems import Problem, ScenarioProblem
from board.planner.scenario import (
    AtLeast,
    AtMost,
    Before,
    Candidate,
    ExactlyOne,
    Exclude,
    Load,
    Requires,
    Resource,
    Rule,
    Scenario,
    Share,
)

SCHEMA = Path(__file__).with_name("scenario.schema.json")
_HALVES = re.compile(r"[\ud800-\udfff]")
"""Halves of characters, which JSON can spell."""


def read_scenario(text: str) -> Scenario:
    """The scenario written in JSON text, checked. Raises `ScenarioProblem` with everything that is wrong with it."""
    return scenario_from(_parsed(text))


def _parsed(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_without_doubles)
    except RecursionError:
        problem = "is nested too deeply"
    except json.JSONDecodeError as error:
        problem = f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
    except ValueError:  # Python reads no whole number of more than 4,300 digits.
        problem = "holds a number of too many digits"
    raise ScenarioProblem([Problem("", problem)])


class _Doubled(dict[str, Any]):
    """An object in which a name stands twice: JSON would quietly keep the last."""

    def __init__(self, pairs: list[tuple[str, Any]], name: str) -> None:
        super().__init__(pairs)
        self.name = name


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    names = [name for name, _ in pairs]
    return _Doubled(pairs, next(name for name in names if names.count(name) > 1))


def scenario_from(document: object) -> Scenario:
    """The scenario that the parsed file form says, checked. Raises `ScenarioProblem`."""
    reader = _Reader()
    scenario = reader.scenario(document)
    if reader.problems:
        raise ScenarioProblem(reader.problems)
    check_scenario(scenario)
    return scenario


class _Reader:
    """Reads the shape, and notes what does not fit instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.periods: tuple[str, ...] = ()

    def note(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, message))

    def scenario(self, document: object) -> Scenario:
        entry = self.entry(
            "", document, {"periods", "resources", "requests", "rules", "delay_discount", "unit"}, {"periods"}
        )
        self.periods = tuple(self.text(f"periods[{n}]", each) for n, each in self.each("periods", entry.get("periods")))
        return Scenario(
            periods=self.periods,
            resources=tuple(
                self.resource(f"resources[{n}]", each) for n, each in self.each("resources", entry.get("resources"))
            ),
            requests=tuple(
                self.request(f"requests[{n}]", each) for n, each in self.each("requests", entry.get("requests"))
            ),
            rules=tuple(self.rule(f"rules[{n}]", each) for n, each in self.each("rules", entry.get("rules"))),
            delay_discount=self.number("delay_discount", entry.get("delay_discount", 0)),
            unit=self.text("unit", entry.get("unit", "")),
        )

    def resource(self, path: str, document: object) -> Resource:
        entry = self.entry(path, document, {"id", "capacity", "label", "unit", "unit_cost"}, {"id", "capacity"})
        capacity = entry.get("capacity")
        if _is_number(capacity):
            amounts = (self.number(f"{path}.capacity", capacity),) * len(self.periods)
        else:
            amounts = self.numbers(f"{path}.capacity", capacity)
        return Resource(
            id=self.text(f"{path}.id", entry.get("id", "")),
            capacity=amounts,
            label=self.text(f"{path}.label", entry.get("label", "")),
            unit=self.text(f"{path}.unit", entry.get("unit", "")),
            unit_cost=self.number(f"{path}.unit_cost", entry.get("unit_cost", 1)),
        )

    def request(self, path: str, document: object) -> Candidate:
        known = {"id", "value", "use", "earliest", "latest", "mandatory", "start", "effects", "barred", "label"}
        entry = self.entry(path, document, known | {"duration", "cost_of_delay"}, {"id", "value"})
        mandatory, delay = entry.get("mandatory"), entry.get("cost_of_delay")
        if mandatory is not None and not isinstance(mandatory, bool):
            self.note(f"{path}.mandatory", f"must be true or false, not {_shown(mandatory)}")
        return Candidate(
            id=self.text(f"{path}.id", entry.get("id", "")),
            value=self.number(f"{path}.value", entry.get("value", 0)),
            use={
                name: self.used(f"{path}.use.{name}", used)
                for name, used in self.named(f"{path}.use", entry.get("use"))
            },
            earliest=self.period(f"{path}.earliest", entry.get("earliest")),
            latest=self.period(f"{path}.latest", entry.get("latest")),
            mandatory=mandatory is True,
            start=self.period(f"{path}.start", entry.get("start")),
            effects={
                name: self.number(f"{path}.effects.{name}", amount)
                for name, amount in self.named(f"{path}.effects", entry.get("effects"))
            },
            barred=self.barred(f"{path}.barred", entry.get("barred")),
            label=self.text(f"{path}.label", entry.get("label", "")),
            duration=self.whole(f"{path}.duration", entry.get("duration", 0)),
            cost_of_delay=None if delay is None else self.number(f"{path}.cost_of_delay", delay),
        )

    def used(self, path: str, used: object) -> tuple[float, ...]:
        return (self.number(path, used),) if _is_number(used) else self.numbers(path, used)

    def barred(self, path: str, document: object) -> dict[int, str]:
        """A list of periods, or periods with the reason why."""
        if isinstance(document, list):
            return {self.place(f"{path}[{n}]", each): "" for n, each in enumerate(document)}
        named = [(f"{path}.{name}", name, why) for name, why in self.named(path, document)]
        return {self.place(here, name): self.text(here, why) for here, name, why in named}

    def rule(self, path: str, document: object) -> Rule:
        kind = document.get("kind") if isinstance(document, Mapping) else None
        if isinstance(document, Mapping) and (not isinstance(kind, str) or kind not in _RULES):
            self.note(f"{path}.kind", f"must be one of {', '.join(_RULES)}, not {_shown(kind)}")
        if not isinstance(kind, str) or kind not in _RULES:
            if not isinstance(document, Mapping):
                self.note(path, f"must be an object, not {_shown(document)}")
            return Exclude(())
        needed, optional, read = _RULES[kind]
        entry = self.entry(path, document, needed | optional | {"kind", "label"}, needed)
        return read(self, path, entry, self.text(f"{path}.label", entry.get("label", "")))

    # The plain values. Each notes what is wrong and answers something of the right type.

    def entry(self, path: str, document: object, known: set[str], needed: set[str]) -> Mapping[str, Any]:
        if not isinstance(document, dict):
            self.note(path, f"must be an object, not {_shown(document)}")
            return {}
        if isinstance(document, _Doubled):
            self.note(_join(path, document.name), "stands twice")
        for name in sorted(needed - document.keys()):
            self.note(_join(path, name), "is missing")
        for name in document:
            if name not in known:
                self.note(_join(path, name), f"is not known; known are {', '.join(sorted(known))}")
        return document

    def each(self, path: str, document: object) -> list[tuple[int, object]]:
        if document is None:
            return []
        if not isinstance(document, list):
            self.note(path, f"must be a list, not {_shown(document)}")
            return []
        return list(enumerate(document))

    def named(self, path: str, document: object) -> list[tuple[str, object]]:
        found = {} if document is None else self.entry(path, document, _Anything(), set())
        return [(self.text(_join(path, name), name), value) for name, value in found.items()]

    def text(self, path: str, value: object) -> str:
        if isinstance(value, str):
            if not value and path.endswith((".id", "]")):
                self.note(path, "must not be empty")
            if _HALVES.search(value):
                self.note(path, "holds half of a character, which nothing can print")
            return value
        self.note(path, f"must be text, not {_shown(value)}")
        return ""

    def number(self, path: str, value: object) -> float:
        if _is_number(value):
            try:
                return float(value)  # type: ignore[arg-type]
            except OverflowError:
                return float("inf")
        self.note(path, f"must be a number, not {_shown(value)}")
        return 0.0

    def numbers(self, path: str, value: object) -> tuple[float, ...]:
        if value is None:
            self.note(path, "must be a list of numbers, not null")
        return tuple(self.number(f"{path}[{n}]", each) for n, each in self.each(path, value))

    def whole(self, path: str, value: object) -> int:
        if not _is_number(value) or value % 1:  # type: ignore[operator]
            self.note(path, f"must be a whole number, not {_shown(value)}")
            return 0
        if abs(value) > LARGEST:  # type: ignore[arg-type]
            self.note(path, f"is too large: at most {LARGEST:g} can be planned with")
            return 0
        return int(value)  # type: ignore[call-overload,no-any-return]

    def period(self, path: str, value: object) -> int | None:
        """A label, or a place counted from 0; None where nothing is said."""
        if value is None:
            return None
        if isinstance(value, str):
            if value in self.periods:
                return self.periods.index(value)
            self.note(path, f"there is no period “{value}”")
            return None
        return self.whole(path, value)

    def place(self, path: str, value: object) -> int:
        """A period that must be said."""
        if value is None:
            self.note(path, "must be a period, not null")
        return self.period(path, value) or 0

    def ids(self, path: str, value: object) -> tuple[str, ...]:
        if value is None:
            self.note(path, "must be a list of request ids, not null")
        return tuple(self.text(f"{path}[{n}]", each) for n, each in self.each(path, value))

    def starts(self, path: str, value: object) -> dict[tuple[str, int], float]:
        """The amounts of a load, by request and period."""
        found: dict[tuple[str, int], float] = {}
        if value is None:
            self.note(path, "must be a list of starts, not null")
        for n, each in self.each(path, value):
            here = f"{path}[{n}]"
            entry = self.entry(here, each, {"request", "period", "amount"}, {"request", "period"})
            key = (
                self.text(f"{here}.request", entry.get("request", "")),
                self.place(f"{here}.period", entry.get("period", 0)),
            )
            if key in found:
                self.note(here, "stands twice")
            found[key] = self.number(f"{here}.amount", entry.get("amount", 1))
        return found


class _Anything(set[str]):
    """Every name is known: names of resources and measures."""

    def __contains__(self, name: object) -> bool:
        return True


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _before(reader: _Reader, path: str, entry: Mapping[str, Any], label: str) -> Rule:
    return Before(
        reader.text(f"{path}.first", entry.get("first", "")),
        reader.text(f"{path}.then", entry.get("then", "")),
        reader.whole(f"{path}.lag", entry.get("lag", 1)),
        label,
    )


def _requires(reader: _Reader, path: str, entry: Mapping[str, Any], label: str) -> Rule:
    return Requires(
        reader.text(f"{path}.request", entry.get("request", "")),
        reader.text(f"{path}.needs", entry.get("needs", "")),
        label,
    )


def _at_most(reader: _Reader, path: str, entry: Mapping[str, Any], label: str) -> Rule:
    window = entry.get("window")
    return AtMost(
        reader.ids(f"{path}.requests", entry.get("requests")),
        reader.whole(f"{path}.limit", entry.get("limit", 0)),
        None if window is None else reader.whole(f"{path}.window", window),
        label,
    )


def _at_least(reader: _Reader, path: str, entry: Mapping[str, Any], label: str) -> Rule:
    by = reader.period(f"{path}.by", entry.get("by"))
    return AtLeast(
        reader.text(f"{path}.measure", entry.get("measure", "")),
        reader.number(f"{path}.amount", entry.get("amount", 0)),
        len(reader.periods) - 1 if by is None else by,
        label,
    )


def _share(reader: _Reader, path: str, entry: Mapping[str, Any], label: str) -> Rule:
    return Share(
        reader.ids(f"{path}.requests", entry.get("requests")),
        reader.text(f"{path}.measure", entry.get("measure", "")),
        reader.number(f"{path}.least", entry.get("least", 0)),
        label,
    )


# Each kind: the fields that must be there, those that may, and how it is read.
_RULES: dict[str, tuple[set[str], set[str], Callable[[_Reader, str, Mapping[str, Any], str], Rule]]] = {
    "before": ({"first", "then"}, {"lag"}, _before),
    "requires": ({"request", "needs"}, set(), _requires),
    "exclude": ({"requests"}, set(), lambda r, p, e, label: Exclude(r.ids(f"{p}.requests", e.get("requests")), label)),
    "exactly_one": (
        {"requests"},
        set(),
        lambda r, p, e, label: ExactlyOne(r.ids(f"{p}.requests", e.get("requests")), label),
    ),
    "at_most": ({"requests", "limit"}, {"window"}, _at_most),
    "at_least": ({"measure", "amount"}, {"by"}, _at_least),
    "share": ({"requests", "measure", "least"}, set(), _share),
    "load": (
        {"starts", "limit"},
        {"unit"},
        lambda r, p, e, label: Load(
            r.starts(f"{p}.starts", e.get("starts")),
            r.number(f"{p}.limit", e.get("limit", 0)),
            label,
            r.text(f"{p}.unit", e.get("unit", "")),
        ),
    ),
}


def read_plan(text: str, scenario: Scenario) -> dict[str, int]:
    """The plan in an answer that was printed before: request to period. Starts that the scenario does not know any
    more are passed over. Raises `ScenarioProblem` where it is no answer."""
    document = _parsed(text)
    reader = _Reader()
    reader.periods = scenario.periods
    chosen = document.get("chosen") if isinstance(document, dict) else None
    if not isinstance(chosen, list):
        raise ScenarioProblem([Problem("chosen", "must be a list of starts")])
    known = {request.id for request in scenario.requests}
    plan: dict[str, int] = {}
    for place, each in enumerate(chosen):
        path = f"chosen[{place}]"
        entry = reader.entry(path, each, {"id", "period"}, {"id", "period"})
        name, period = reader.text(f"{path}.id", entry.get("id", "")), entry.get("period")
        if isinstance(period, str) and period in scenario.periods and name in known:
            plan[name] = scenario.periods.index(period)
    if reader.problems:
        raise ScenarioProblem(reader.problems)
    return plan
