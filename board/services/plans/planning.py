"""The planner at work over a scenario: asked for, done by a worker, stopped, taken up again after a worker died.

Everything that is to be done stands in the database (`PlanRun`); a message only wakes a worker. While the planner
searches, a thread of its own writes that it lives and what it has, and hears whether somebody stops it.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread
from typing import Any, Final

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from board.errors import AlreadyPlanning, CannotPlan, NotAllowed
from board.models import PlannedRequest, PlanRun, Scenario, ScenarioPin
from board.models.scenarios import settings_seen
from board.permissions import can_change_scenario
from board.planner.plan import plan
from board.planner.problems import ScenarioProblem
from board.planner.scenario import Start
from board.planner.solve import Incumbent
from board.planner.why.left_out import told
from board.planner.why.reasons import LeftOut, Plan
from board.planning.broken import broken_words
from board.planning.build import Pin, Question, problems_of, question
from board.planning.facts import Asked
from board.planning.figures import figures_of
from board.planning.horizon import Horizon
from board.planning.lines import PlanLine, as_asked, plan_lines
from board.planning.settings import PlanSettings, settings_from
from board.planning.ways import Ways
from board.selectors.plans.planning import read_asked
from board.services.plans.scenarios import check_changes
from portfolio.models import Person

logger = logging.getLogger(__name__)

BEAT: Final = 0.7
"""Seconds between two signs of life."""

LEASE: Final = timedelta(seconds=30)
"""A run without a sign of life for so long is taken by another worker."""

MOST_ATTEMPTS: Final = 3

UNFORESEEN: Final = "Something went wrong that nobody foresaw. The log of the worker says what."

OPEN: Final = (PlanRun.State.WAITING, PlanRun.State.RUNNING)


def ask_for_plan(*, person: Person, scenario: Scenario, kind: str = PlanRun.Kind.PLAN) -> PlanRun:
    """Let the planner work on the scenario; wake a worker after this. Raises NotAllowed, CannotPlan with everything
    that contradicts itself, AlreadyPlanning."""
    check_changes(person=person, scenario=scenario)
    seen = settings_seen(scenario)
    horizon, settings, pins = _given(seen)
    if problems := problems_of(read_asked(timezone.localdate()), horizon, settings, pins):
        raise CannotPlan(problems)
    try:
        with transaction.atomic():
            return PlanRun.objects.create(
                scenario=scenario,
                kind=kind,
                scenario_version=scenario.version,
                seen=seen,
                asked_by=person,
                asked_at=timezone.now(),
                seconds=scenario.plan_settings.seconds,
            )
    except IntegrityError as error:
        raise AlreadyPlanning("The planner is at work on this scenario already. Wait for it, or stop it.") from error


def refuse_problems(made: "Asking") -> None:
    """Raises CannotPlan with what is wrong with a question."""
    if made.question.problems:
        raise CannotPlan(made.question.problems)


def stop_plan(*, person: Person, run: PlanRun) -> None:
    """Stop the search; the best plan so far is kept. Raises NotAllowed."""
    if not can_change_scenario(person, run.scenario):
        raise NotAllowed("Who made the scenario, architects, the secretary and the CIO stop its planning.")
    PlanRun.objects.filter(pk=run.pk, state__in=OPEN).update(cancel_asked=True)
    # What no worker has taken yet ends at once.
    waiting = PlanRun.objects.filter(pk=run.pk, state=PlanRun.State.WAITING)
    waiting.update(state=PlanRun.State.CANCELLED, done_at=timezone.now())


def runs_to_take() -> list[int]:
    """Runs that wait, or whose worker gave no sign of life, the oldest first."""
    silent = Q(state=PlanRun.State.RUNNING, beat_at__lt=timezone.now() - LEASE)
    rows = PlanRun.objects.filter(Q(state=PlanRun.State.WAITING) | silent)
    return list(rows.order_by("asked_at", "id").values_list("id", flat=True))


@dataclass(slots=True)
class Asking:
    """A scenario read against the portfolio of now."""

    asked: Asked
    horizon: Horizon
    settings: PlanSettings
    question: Question
    pins: list[Pin]

    @property
    def ways(self) -> Ways:
        """What the planner says of limits, as changes of the scenario."""
        return Ways(self.asked, self.horizon, self.settings, self.pins, self.question)


def asked_question(seen: Mapping[str, Any], asked: Asked | None = None) -> Asking:
    """What a run asks: `seen` is what it kept of its scenario."""
    asked = asked or read_asked(timezone.localdate())
    horizon, settings, pins = _given(seen)
    return Asking(asked, horizon, settings, question(asked, horizon, settings, pins), pins)


def _given(seen: Mapping[str, Any]) -> tuple[Horizon, PlanSettings, list[Pin]]:
    """The quarters, settings and pins that a run kept of its scenario."""
    horizon = Horizon((seen["first_year"], seen["first_quarter"]), seen["quarters"])
    pins = [
        Pin(row["request"], row["kind"], horizon.period_of((row["year"], row["quarter"])) if row["year"] else None)
        for row in seen["pins"]
    ]
    return horizon, settings_from(seen["settings"]), pins


@dataclass(slots=True)
class Watch:
    """What the search and its watch tell each other."""

    stop: Event = field(default_factory=Event)
    best: Incumbent | None = None

    def progress(self, incumbent: Incumbent) -> None:
        """The search has something better."""
        self.best = incumbent


def run_plan(
    *, pk: int, search: Callable[[PlanRun, Watch], dict[str, Any] | None], watched: bool = True
) -> PlanRun | None:
    """Take a run, if it is free, and do it; None where another worker has it. `search` does the work and returns what
    is stored as its result. Without `watched` no thread looks after it, as inside a transaction."""
    run = _take(pk)
    if run is None:
        return None
    watch = Watch()
    try:
        if watched:
            with _looked_after(run, watch):
                result = search(run, watch)
        else:
            result = search(run, watch)
    except (CannotPlan, ScenarioProblem) as error:
        _end(run, PlanRun.State.FAILED, error=str(error))
        return run
    except Exception:
        _end(
            run,
            PlanRun.State.FAILED,
            error=UNFORESEEN,
        )
        raise
    stopped = PlanRun.objects.filter(pk=run.pk, cancel_asked=True).exists()
    _end(run, PlanRun.State.CANCELLED if stopped else PlanRun.State.DONE, result=result or {})
    return run


def _take(pk: int) -> PlanRun | None:
    now = timezone.now()
    silent = Q(state=PlanRun.State.RUNNING, beat_at__lt=now - LEASE)
    free = PlanRun.objects.filter(Q(state=PlanRun.State.WAITING) | silent, pk=pk)
    worn = free.filter(attempts__gte=MOST_ATTEMPTS)
    text = "The worker ended three times while it planned. Give it less time, or fewer quarters."
    if worn.update(state=PlanRun.State.FAILED, done_at=now, error=text):
        return None
    if not free.update(state=PlanRun.State.RUNNING, taken_at=now, beat_at=now, attempts=F("attempts") + 1):
        return None
    return PlanRun.objects.select_related("scenario").get(pk=pk)


@contextmanager
def _looked_after(run: PlanRun, watch: Watch) -> Iterator[None]:
    """While the block lasts: signs of life and the best so far are written, and a stop is heard."""
    over = Event()
    thread = Thread(target=_look_after, args=(run.pk, watch, over), daemon=True, name=f"plan-{run.pk}")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=10)


def _look_after(pk: int, watch: Watch, over: Event) -> None:
    written: Incumbent | None = None
    try:
        while not over.wait(BEAT):
            try:
                changes: dict[str, Any] = {"beat_at": timezone.now()}
                if watch.best is not None and watch.best is not written:
                    written = watch.best
                    changes["best"] = best_of(written)
                rows = PlanRun.objects.filter(pk=pk, state=PlanRun.State.RUNNING)
                if not rows.update(**changes) or rows.filter(cancel_asked=True).exists():
                    watch.stop.set()
            except DatabaseError:
                logger.warning("The sign of life of run %s could not be written", pk, exc_info=True)
    finally:
        connection.close()


def best_of(incumbent: Incumbent) -> dict[str, Any]:
    """The best so far, as it is stored."""
    return {
        "seconds": round(incumbent.seconds, 1),
        "objective": incumbent.objective,
        "bound": incumbent.bound,
        "chosen": chosen_json(incumbent.chosen),
    }


def chosen_json(chosen: Iterable[Start]) -> list[list[Any]]:
    """Starts as they are stored: pairs of a request's id, as text, and a period."""
    return [[start.id, start.period] for start in chosen]


def _end(run: PlanRun, state: str, *, result: dict[str, Any] | None = None, error: str = "") -> None:
    """Write the end, unless another worker has taken the run meanwhile."""
    mine = PlanRun.objects.filter(pk=run.pk, state=PlanRun.State.RUNNING, attempts=run.attempts)
    mine.update(state=state, done_at=timezone.now(), error=error[:5000], result=result or {})
    run.refresh_from_db()


def search_plan(run: PlanRun, watch: Watch) -> dict[str, Any]:
    """Plan the scenario and store what the plan says of each request. Returns the result to be stored."""
    asking = asked_question(run.seen)
    refuse_problems(asking)
    found = plan(
        asking.question.scenario,
        seconds=run.seconds,
        previous=previous_plan(run),
        progress=watch.progress,
        cancelled=watch.stop.is_set,
    )
    chosen = {int(start.id): start.period for start in found.solution.chosen}
    whys = {int(step.id): (step.text, "") for step in found.steps}
    whys |= {wish.id: ("It is being delivered.", "") for wish in asking.asked.wishes if wish.running}
    whys |= {int(left.id): (left.because, left.fits_if) for left in found.left_out}
    if found.solution.objective is not None:
        lines = plan_lines(asking.asked, asking.horizon, asking.settings, chosen, whys)
        store_lines(run, lines)
    return result_of(asking, found, chosen)


def previous_plan(run: PlanRun) -> dict[str, int] | None:
    """The plan to start from and to keep to where nothing is lost: what this run had when its worker died, else the
    scenario's last plan."""
    if run.best.get("chosen"):
        return dict(run.best["chosen"])
    rows = PlanRun.objects.filter(scenario=run.scenario_id, kind=PlanRun.Kind.PLAN, done_at__isnull=False)
    last = rows.exclude(result={}).order_by("-asked_at", "-id").first()
    return dict(last.result.get("chosen", [])) or None if last else None


def store_lines(run: PlanRun, lines: Iterable[PlanLine]) -> None:
    """What the plan says of each request; what a worker that died had stored gives way."""
    with transaction.atomic():
        PlannedRequest.objects.filter(run=run).delete()
        PlannedRequest.objects.bulk_create(
            [
                PlannedRequest(
                    run=run,
                    request_id=line.request,
                    period=line.period,
                    asked_period=line.asked_period,
                    starts=line.starts,
                    live=line.live,
                    money=line.money,
                    value=line.value,
                    running=line.running,
                    needs=list(line.needs),
                    why=line.why,
                    fits_if=line.fits_if,
                )
                for line in lines
            ],
            batch_size=500,
        )


def result_of(asking: Asking, found: Plan, chosen: Mapping[int, int]) -> dict[str, Any]:
    """The plan as it is stored: plain values, frozen with the run."""
    solution = found.solution
    result: dict[str, Any] = {
        "status": solution.status,
        "objective": solution.objective,
        "bound": solution.bound,
        "gap": solution.gap,
        "seconds": round(solution.seconds, 2),
        "chosen": chosen_json(solution.chosen),
        "summary": list(found.summary),
        "prices": [
            {"text": each.text, "least": each.least, "most": each.most, "about": each.about, "likely": each.likely}
            for each in found.prices
        ],
        "scarce": [{"text": each.text, "worth": each.worth, "cost": each.cost} for each in found.scarce],
        "changes": [each.text for each in found.changes],
        "notes": list(asking.question.notes),
        **_told(found, asking.ways),
    }
    if solution.objective is not None:
        scenario = asking.question.scenario
        result["figures"] = figures_of(asking.asked, asking.horizon, asking.settings, scenario, chosen)
        asked = as_asked(asking.asked, asking.horizon)
        result["as_asked"] = figures_of(asking.asked, asking.horizon, asking.settings, scenario, asked)
        result["freezes"] = [
            {"name": each.name, "first": each.first.isoformat(), "last": each.last.isoformat()}
            for each in asking.asked.register.freezes
            if not each.touchpoints
        ]
    return result


def _told(found: Plan, ways: Ways) -> dict[str, Any]:
    """Why there is no plan and the ways out; and of each request left out, what each change takes that its sentence
    names."""
    lets_in = {left.id: _lets_in(left, ways) for left in found.left_out}
    result: dict[str, Any] = {"lets_in": {id_: each for id_, each in lets_in.items() if each}, "conflict": None}
    if found.conflict is not None:
        result["conflict"] = {
            **{key: getattr(found.conflict, key) for key in ("text", "smallest", "proven", "untried")},
            "lines": list(found.conflict.lines),
            "relaxations": [
                {key: getattr(each, key) for key in ("text", "cost", "objective", "bound", "free", "net")}
                | {"way": ways.out(each).as_json()}
                for each in found.conflict.relaxations
            ],
        }
    return result


def _lets_in(left: LeftOut, ways: Ways) -> list[dict[str, Any]]:
    """What each change takes that the sentence names. Where it names none, the request can be made to go all the same,
    unless its own limits leave it no start."""
    if shown := told(left.changes):
        return [ways.lets_in(left.id, change).as_json() | {"text": change.text} for change in shown]
    unpaid = any(passed.limit.kind == "worth" for passed in left.kept_out_by)
    return [ways.all_the_same(left.id).as_json() | {"text": ""}] if unpaid or left.changes else []


def check_move(*, scenario: Scenario, pin: Pin, run: PlanRun) -> list[str]:
    """What the plan of this run would break with one request pinned like this and all others where they are, a sentence
    each; empty where it would hold. Nothing is stored."""
    seen, own = settings_seen(scenario), str(pin.request)
    # The pin that it would take the place of holds no more.
    seen["pins"] = [row for row in seen["pins"] if row["request"] != pin.request]
    asked = asked_question(seen).question.scenario
    known = {candidate.id for candidate in asked.requests}
    chosen = {pk: period for pk, period in run.result.get("chosen", []) if pk in known}
    stood = chosen.pop(own, None)
    if pin.kind == ScenarioPin.Kind.OUT:
        return broken_words(asked, chosen)
    if pin.period is not None or stood is not None:
        return broken_words(asked, {**chosen, own: stood if pin.period is None else pin.period})
    # It goes whenever that is best: where it breaks least.
    tried = (broken_words(asked, {**chosen, own: period}) for period in range(len(asked.periods)))
    return min(tried, key=len)
