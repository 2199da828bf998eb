"""Searches of the whole program beside the local search, each in a thread of its own: HiGHS, which proves how good a
plan can be at most, and CP-SAT, which finds better plans where few rows bind many requests."""

import math
import time
from contextlib import suppress
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from board.planner import highs
from board.planner.beside import CpSat, suits
from board.planner.check import value_of
from board.planner.forced import what_matters, without_sums
from board.planner.model import Floats, build
from board.planner.race import Race

# The share of the time in which it is asked, where no first plan was found, whether what must go can.
FORCED = 0.3
# CP-SAT's first round takes this share of the time, as nobody else's plan helps it to a better one so surely as going
# on; each further one begins from the best plan there is.
FIRST_ROUND, ROUND = 0.6, 0.1
# And no more than so many seconds.
MOST = 600.0
# So far behind, as a share of the best plan's value, after that share of the time, or after so many rounds without a
# better plan its processor is better used by the others.
BEHIND, BY = 0.005, 0.15
PATIENCE = 3
# With less seconds or work than this CP-SAT would hardly be loaded.
LEAST = 2.0
# What is done within so many seconds does not need it.
LOADING = 1.0


def prove(race: Race, seed: int) -> str:
    """Search the whole with HiGHS: "proven" best, "infeasible", or "open" when the time is up."""
    program = race.program
    if race.x is None and _cannot_go(race, seed):
        return "infeasible"
    rows, lower, upper = program.rows, program.lower, program.upper
    watch = highs.Watch(found=lambda x, _: race.found(x), bound=race.proven, stop=race.stop, offer=race.offer)
    while True:
        limits = replace(race.clock.limits(), gap=race.gap, seed=seed)
        answer = highs.search(program.value, rows, lower, upper, limits, first=race.x, watch=watch)
        race.clock.spend(answer.work)
        if answer.status == "infeasible":
            # Every point is ruled out but, maybe, those ruled out below, and those are no plans.
            race.proven(race.objective)
            return "infeasible" if race.x is None else "proven"
        race.proven(answer.bound)
        if answer.x is None or answer.status != "optimal" or race.found(answer.x) or race.near():
            return "proven" if answer.status == "optimal" or race.near() else "open"
        if value_of(program.scenario, program.plan_of(answer.x)) <= race.objective:
            return "proven"
        # Within HiGHS's tolerance but not within ours: that very choice is ruled out, and the search goes on.
        rows, lower, upper = _without(answer.x, rows, lower, upper)


def _cannot_go(race: Race, seed: int) -> bool:
    """Whether already what must go cannot: a small program, where the whole one may take long to show it."""
    part = build(what_matters(without_sums(race.program.scenario)))
    if part.impossible or not part.starts:
        return part.impossible
    limits = replace(race.clock.limits(race.clock.left * FORCED), seed=seed)
    watch = highs.Watch(stop=race.stop)
    answer = highs.search(np.zeros(len(part.starts)), part.rows, part.lower, part.upper, limits, watch=watch)
    race.clock.spend(answer.work)
    return answer.status == "infeasible"


def search_otherwise(race: Race, seed: int) -> str:
    """Search the whole with CP-SAT in rounds, as long as it is worth it: "proven" best, or "open"."""
    if race.clock.amount < LEAST or not suits(race.program) or _soon_over(race):
        return "open"
    # Without the process, or when it fails, the others go on as if it had never been there.
    with suppress(OSError), CpSat(race.program) as engine:
        return _rounds(race, engine, seed)
    return "open"


class _News:
    """What a round brings: its best, and whether that was better than what all had."""

    def __init__(self, race: Race) -> None:
        self.race = race
        self.best, self.better = -math.inf, False

    def found(self, x: Floats) -> None:
        """A plan that it found."""
        self.best = max(self.best, float(self.race.program.value @ x))
        self.better = self.race.found(x) or self.better

    def stop(self) -> bool:
        """Whether to end the round now: the search is over, or it stays far behind."""
        race = self.race
        late = race.clock.gone > BY * race.clock.amount
        return race.stop() or (late and self.best < race.objective - BEHIND * abs(race.objective))


def _soon_over(race: Race) -> bool:
    """Whether the others are done before it would be worth to load CP-SAT. Where work is counted nobody waits."""
    while not race.clock.counts_work and not race.stop() and time.monotonic() - race.began < LOADING:
        time.sleep(LOADING / 20)
    return race.stop()


def _rounds(race: Race, engine: CpSat, seed: int) -> str:
    amount = race.clock.amount
    # Where work is counted nobody else's plans come: one round is all.
    first = race.clock.left if race.clock.counts_work else min(MOST, FIRST_ROUND * amount)
    number = idle = 0
    while not race.stop() and idle < PATIENCE:
        most = min(MOST, ROUND * amount) if number else first
        limits = replace(race.clock.limits(most), seed=seed + number)
        news = _News(race)
        ended = engine.round(limits, race.x if number else None, news.found, race.stop if number else news.stop)
        if ended.status is None:
            break
        race.clock.spend(ended.work)
        race.proven(ended.bound)
        idle = 0 if news.better else idle + 1
        number += 1
    return "proven" if race.near() else "open"


def _without(x: Floats, rows: sp.csr_array, lower: Floats, upper: Floats) -> tuple[sp.csr_array, Floats, Floats]:
    signs = np.where(x > 0.5, 1.0, -1.0)
    row = sp.csr_array(signs.reshape(1, -1))
    return (
        sp.csr_array(sp.vstack([rows, row])),
        np.append(lower, -np.inf),
        np.append(upper, float((x > 0.5).sum()) - 1),
    )
