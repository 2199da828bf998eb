"""The scenario as a 0/1 program: one column for each request and period in which it may start.

Rows are written as tightly as the rule allows, since the gap that can be proven rests on them: an order is one clique
for each period instead of one sum of start times, amounts that no plan could use whole are cut to what counts, starts
that break a limit alone are left out. See docs/planner.md for each row and why it holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from board.planner.check import over, starts_of
from board.planner.scenario import (
    AtLeast,
    AtMost,
    Before,
    Candidate,
    ExactlyOne,
    Exclude,
    Load,
    Requires,
    Scenario,
    Share,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Program:
    """Maximise `value @ x` over 0/1 columns with `lower <= rows @ x <= upper`.

    `starts` is what each column stands for (place of the request, period); `columns` the columns of each request;
    `capacity_rows` says which row holds a capacity (resource, period), where there is one; `impossible` that a row can
    be seen to fail without solving.
    """

    scenario: Scenario
    starts: tuple[tuple[int, int], ...]
    columns: tuple[tuple[int, ...], ...]
    value: Floats
    rows: sp.csr_array
    lower: Floats
    upper: Floats
    impossible: bool = False
    capacity_rows: Mapping[tuple[str, int], int] = field(default_factory=dict)

    @property
    def request_of(self) -> Ints:
        """The place of each column's request."""
        return np.fromiter((request for request, _ in self.starts), np.int64, len(self.starts))

    @cached_property
    def size(self) -> Floats:
        """What to compare a difference in each row with: its largest amount or limit."""
        size = np.zeros(len(self.lower))
        filled = np.diff(self.rows.indptr) > 0
        if self.rows.nnz:
            size[filled] = np.maximum.reduceat(np.abs(self.rows.data), self.rows.indptr[:-1][filled])
        for limit in (self.lower, self.upper):
            size = np.maximum(size, np.abs(np.where(np.isfinite(limit), limit, 0.0)))
        return np.where(size > 0, size, 1.0)

    def plan_of(self, x: Floats) -> dict[str, int]:
        """The plan that a solution says: request to period."""
        return {
            self.scenario.requests[self.starts[column][0]].id: self.starts[column][1]
            for column in np.flatnonzero(x > 0.5)
        }


@dataclass
class _Rows:
    """Rows while they are put together."""

    index: list[int] = field(default_factory=list)
    amount: list[float] = field(default_factory=list)
    ends: list[int] = field(default_factory=lambda: [0])
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    impossible: bool = False

    def add(self, terms: Mapping[int, float], lower: float = -np.inf, upper: float = np.inf) -> None:
        """A row, unless it holds for every 0/1 point; one that holds for none makes the whole impossible."""
        kept = {column: amount for column, amount in terms.items() if amount}
        least = sum(amount for amount in kept.values() if amount < 0)
        most = sum(amount for amount in kept.values() if amount > 0)
        if over(lower, most) or over(least, upper):
            self.impossible = True
        if least >= lower and most <= upper:
            return
        self.index.extend(kept)
        self.amount.extend(kept.values())
        self.ends.append(len(self.index))
        self.lower.append(lower)
        self.upper.append(upper)

    def pack(self, columns: Iterable[int], most: float = 1.0) -> None:
        """At most so many of the columns."""
        self.add(dict.fromkeys(columns, 1.0), upper=most)


def build(scenario: Scenario) -> Program:
    """The program of a scenario that `check_scenario` found nothing wrong with."""
    return _Builder(scenario).program()


class _Builder:
    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.periods = len(scenario.periods)
        self.place = {request.id: place for place, request in enumerate(scenario.requests)}
        self.rows = _Rows()
        self.capacity_rows: dict[tuple[str, int], int] = {}
        self.starts: list[tuple[int, int]] = []
        self.columns: list[tuple[int, ...]] = []
        shut = _shut_by_loads(scenario)
        capacity = {resource.id: resource.capacity for resource in scenario.resources}
        for place, request in enumerate(scenario.requests):
            first = len(self.starts)
            self.starts.extend(
                (place, period)
                for period in starts_of(request, self.periods)
                if (request.id, period) not in shut and _fits_alone(request, period, capacity)
            )
            self.columns.append(tuple(range(first, len(self.starts))))
        self.column_of = {
            (scenario.requests[place].id, period): column for column, (place, period) in enumerate(self.starts)
        }

    def program(self) -> Program:
        self._choices()
        self._capacities()
        self._orders()
        self._selections()
        self._sums()
        rows = self.rows
        scenario = self.scenario
        value = np.array([scenario.worth(scenario.requests[place], period) for place, period in self.starts])
        matrix = sp.csr_array(
            (np.array(rows.amount, float), np.array(rows.index, np.int32), np.array(rows.ends, np.int32)),
            shape=(len(rows.lower), len(self.starts)),
        )
        return Program(
            self.scenario,
            tuple(self.starts),
            tuple(self.columns),
            value.reshape(-1),
            matrix,
            np.array(rows.lower, float),
            np.array(rows.upper, float),
            rows.impossible,
            self.capacity_rows,
        )

    def of(self, requests: Iterable[str]) -> list[int]:
        """All columns of the requests."""
        return [column for request in dict.fromkeys(requests) for column in self.columns[self.place[request]]]

    def until(self, request: str, period: int) -> list[int]:
        """Columns that start the request in the period or before."""
        return [column for column in self.columns[self.place[request]] if self.starts[column][1] <= period]

    def after(self, request: str, period: int) -> list[int]:
        """Columns that start the request after the period."""
        return [column for column in self.columns[self.place[request]] if self.starts[column][1] > period]

    def must_go(self, request: str) -> bool:
        found = self.scenario.requests[self.place[request]]
        return found.mandatory or found.start is not None

    def _choices(self) -> None:
        """A request starts at most once; what must go starts exactly once."""
        for request in self.scenario.requests:
            least = 1.0 if self.must_go(request.id) else -np.inf
            self.rows.add(dict.fromkeys(self.columns[self.place[request.id]], 1.0), least, 1.0)

    def _capacities(self) -> None:
        used: dict[tuple[str, int], dict[int, float]] = defaultdict(dict)
        for column, (place, period) in enumerate(self.starts):
            for name, amounts in self.scenario.requests[place].use.items():
                for after, amount in enumerate(amounts):
                    if amount and period + after < self.periods:
                        used[name, period + after][column] = amount
        for resource in self.scenario.resources:
            for period, capacity in enumerate(resource.capacity):
                place = len(self.rows.lower)
                self.rows.add(used[resource.id, period], upper=capacity)
                if len(self.rows.lower) > place:
                    self.capacity_rows[resource.id, period] = place

    def _orders(self) -> None:
        """For each period one clique: `then` up to it and `first` too late for that never both. Where `then` cannot go
        without `first`, what `first` started early enough bounds what `then` starts."""
        needs = {(rule.request, rule.needs) for rule in self.scenario.rules if isinstance(rule, Requires)}
        for rule in self.scenario.rules:
            if not isinstance(rule, Before):
                continue
            together = (rule.then, rule.first) in needs or self.must_go(rule.first)
            for period in range(self.periods):
                then = self.until(rule.then, period)
                if then and together:
                    enough = dict.fromkeys(self.until(rule.first, period - rule.lag), -1.0)
                    self.rows.add(dict.fromkeys(then, 1.0) | enough, upper=0.0)
                elif then:
                    self.rows.pack(then + self.after(rule.first, period - rule.lag))

    def _selections(self) -> None:
        for rule in self.scenario.rules:
            match rule:
                case Requires(request, needs) if request != needs:
                    terms = dict.fromkeys(self.of([request]), 1.0) | dict.fromkeys(self.of([needs]), -1.0)
                    self.rows.add(terms, upper=0.0)
                case Exclude(requests):
                    self.rows.pack(self.of(requests))
                case ExactlyOne(requests):
                    self.rows.add(dict.fromkeys(self.of(requests), 1.0), 1.0, 1.0)
                case AtMost(requests, limit, window):
                    self._at_most(self.of(requests), limit, window or self.periods)

    def _at_most(self, columns: list[int], limit: int, window: int) -> None:
        for first in range(max(1, self.periods - window + 1)):
            within = [column for column in columns if first <= self.starts[column][1] < first + window]
            self.rows.pack(within, limit)

    def _sums(self) -> None:
        for rule in self.scenario.rules:
            match rule:
                case AtLeast(measure, amount, by):
                    brought = self._brought(measure, by)
                    if amount > 0 and all(each > 0 for each in brought.values()):
                        brought = {column: min(each, amount) for column, each in brought.items()}
                    self.rows.add(brought, lower=amount)
                case Share(requests, measure, least):
                    among = {self.place[request] for request in requests}
                    self.rows.add(
                        {
                            column: each * ((self.starts[column][0] in among) - least)
                            for column, each in self._brought(measure, None).items()
                        },
                        lower=0.0,
                    )
                case Load(starts, limit):
                    columns = ((self.column_of.get(start), amount) for start, amount in starts.items())
                    self.rows.add({at: amount for at, amount in columns if at is not None}, upper=limit)

    def _brought(self, measure: str, by: int | None) -> dict[int, float]:
        """What each start brings of the measure, of those that finish by the period."""
        return {
            column: amount
            for column, (place, period) in enumerate(self.starts)
            if (amount := self.scenario.requests[place].effects.get(measure, 0.0))
            and (by is None or period + self.scenario.requests[place].length - 1 <= by)
        }


def _fits_alone(request: Candidate, period: int, capacity: Mapping[str, tuple[float, ...]]) -> bool:
    """Whether no capacity is too small for the request alone."""
    return not any(
        period + after < len(capacity[resource]) and over(amount, capacity[resource][period + after])
        for resource, amounts in request.use.items()
        for after, amount in enumerate(amounts)
    )


def _shut_by_loads(scenario: Scenario) -> set[tuple[str, int]]:
    """Starts that pass the limit of a load alone."""
    return {
        start
        for rule in scenario.rules
        if isinstance(rule, Load)
        for start, amount in rule.starts.items()
        if over(amount, rule.limit)
    }
