"""Plans as they are shown: that of a scenario, and those that nobody has to search for (as asked, as approved)."""

import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from itertools import groupby
from typing import Any, Final

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from board.models import AgendaItem, PlannedRequest, PlanProposal, PlanRun, Scenario
from board.models.meetings import WHY_LENGTH
from board.packs.words import cut, number_word
from board.planning.build import measured
from board.planning.facts import Asked
from board.planning.figures import figures_of
from board.planning.horizon import Horizon
from board.planning.lines import PlanLine, as_approved, as_asked, plan_lines
from board.planning.settings import PlanSettings
from board.planning.words import counted
from board.selectors.plans.planning import read_asked
from portfolio.models import ProjectRequest
from portfolio.models.requests import REFERENCE

KEPT: Final = 3600
"""Seconds for which figures of what is asked are kept."""

MOST_NAMED: Final = 500
"""Of so many requests the titles are read to stand beside their references."""

ASKED, APPROVED = "as-asked", "as-approved"
NAMES: Final = {ASKED: "As asked", APPROVED: "As approved"}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One request in a plan, with the request itself. `ways`: what would let it in, as `board.planning.ways.Way` is
    stored."""

    request: ProjectRequest
    line: PlanLine | PlannedRequest
    ways: Sequence[Mapping[str, Any]] = ()

    @property
    def date_words(self) -> str:
        """Whether the plan keeps to the quarter that was asked for."""
        if self.line.running:
            return "Being delivered"
        if self.line.asked_period is None:
            return "No date asked"
        if not self.line.moved:
            return "As asked"
        return "Moved by the plan"

    @property
    def short(self) -> str:
        """The last part of the reference: 0041."""
        return str(self.request.reference).rsplit("-", 1)[-1]


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """A plan to be shown. `key` names it in addresses; `run` is None for what was not searched for; `result` as
    services.plans.planning stores it, with `figures`."""

    key: str
    name: str
    horizon: Horizon
    going: tuple[SheetRow, ...]
    waiting: tuple[SheetRow, ...]
    result: Mapping[str, Any]
    run: PlanRun | None = None
    scenario: Scenario | None = None
    orders: tuple[tuple[int, int], ...] = field(default=())

    @property
    def figures(self) -> Mapping[str, Any]:
        """The figures by which it is compared."""
        found: Mapping[str, Any] = self.result.get("figures", {})
        return found

    @property
    def conflicts(self) -> int:
        """Conflicts that it leaves open."""
        return sum(self.figures.get("conflicts", {}).values())

    @property
    def title(self) -> str:
        """What came of it, as a sentence."""
        going, waiting = len(self.going), len(self.waiting)
        fits = f"{number_word(going)} {'request fits' if going == 1 else 'requests fit'}"
        if self.run is None:
            fits = f"{counted(going, 'request')} would go"
        left = (
            f", {number_word(waiting)} {'is' if waiting == 1 else 'are'} left out" if waiting else ", none is left out"
        )
        over = self.figures.get("weeks_over", 0)
        customers = (
            f", customers hear too much in {counted(over, 'week')}" if over else ", all stay within contact policy"
        )
        return f"{self.name}: {fits}{left}{customers}"


def scenarios() -> QuerySet[Scenario]:
    """The scenarios with their makers and how many requests are pinned, the last changed first."""
    last = PlanRun.objects.filter(scenario=OuterRef("pk"), kind=PlanRun.Kind.PLAN).order_by("-asked_at", "-id")
    rows = Scenario.objects.kept().select_related("made_by", "adopted_by", "adopted_run")
    rows = rows.annotate(
        pinned=Count("pins"),
        last_run=Subquery(last.values("pk")[:1]),
        last_state=Subquery(last.values("state")[:1]),
        proposed=Exists(_standing().filter(run=OuterRef("adopted_run"))),
    )
    return rows.order_by("-changed_at", "-id")


def _standing() -> QuerySet[PlanProposal]:
    """What plans proposed and nobody has taken off its agenda."""
    return PlanProposal.objects.exclude(item__status=AgendaItem.Status.DROPPED)


def state_words(scenario: Scenario, shown: PlanRun | None) -> str:
    """Whether the plan that is shown stands before the board: another plan of the scenario may, or nothing of it may be
    left on an agenda. One query where it was proposed."""
    if not scenario.adopted_run_id or not _standing().filter(run=scenario.adopted_run_id).exists():
        return "Draft"
    if shown is not None and shown.pk == scenario.adopted_run_id:
        return "Proposed to the board"
    return "Draft; an earlier plan of it is proposed to the board"


def standing_proposals(run: PlanRun) -> tuple[list[PlanProposal], list[PlanProposal]]:
    """Of what a plan proposed, by meeting and place: what it or an earlier plan of its scenario put on an agenda and is
    still open there, and what stays whatever becomes of the plan (decided, in a meeting that is over, or on the agenda
    without the plan). Each item once. One query."""
    rows = _standing().filter(run__scenario=run.scenario_id).select_related("item__meeting", "request")
    rows = rows.order_by("item__meeting__starts_at", "item__position", "item", "id")
    own, stay = [], []
    for _, group in groupby(rows, key=lambda row: row.item_id):
        told = list(group)
        item, last = told[0].item, told[-1]
        is_open = item.status == AgendaItem.Status.OPEN and not item.meeting.is_over
        if is_open and item.why in {cut(row.text, WHY_LENGTH) for row in told}:
            own.append(last)
        elif any(row.run_id == run.pk for row in told):
            stay.append(last)
    return own, stay


def last_runs(rows: Iterable[Scenario]) -> dict[int, PlanRun]:
    """Of each of these scenarios its last run, in whatever state. One query."""
    wanted = [row.last_run for row in rows if row.last_run]  # type: ignore[attr-defined]
    return {run.scenario_id: run for run in PlanRun.objects.filter(pk__in=wanted).order_by("id")}


def last_run(scenario: Scenario, kind: str = PlanRun.Kind.PLAN) -> PlanRun | None:
    """The last run of a scenario, in whatever state."""
    return scenario.runs.filter(kind=kind).select_related("asked_by").order_by("-asked_at", "-id").first()


def last_plan(scenario: Scenario) -> PlanRun | None:
    """The last run of a scenario that ended with a plan, or with the reason why there is none."""
    ended = scenario.runs.filter(kind=PlanRun.Kind.PLAN, done_at__isnull=False).exclude(result={})
    return ended.select_related("asked_by", "scenario").order_by("-asked_at", "-id").first()


def sheet_of(run: PlanRun) -> PlanSheet:
    """The plan that a run found. Three queries."""
    lines = list(run.requests.select_related("request__silo", "request__objective").order_by("starts", "id"))
    ways = run.result.get("lets_in", {})
    rows = [SheetRow(line.request, line, ways.get(str(line.request_id), ())) for line in lines]
    return _sheet(str(run.scenario_id), run.scenario.name, run.horizon, rows, run.result, run, run.scenario)


def measured_beside(sheet: PlanSheet) -> PlanSheet:
    """The figures of what was asked when the plan was made, as a sheet without requests; those of now where the plan
    kept none."""
    kept = sheet.result.get("as_asked")
    if kept is None:
        assert sheet.scenario is not None  # noqa: S101 only plans that were searched for are measured beside
        return asked_sheets([ASKED], sheet.horizon, sheet.scenario.plan_settings)[0]
    return PlanSheet(ASKED, NAMES[ASKED], sheet.horizon, (), (), {"figures": kept})


def asked_sheets(
    keys: Iterable[str], horizon: Horizon, settings: PlanSettings, asked: Asked | None = None
) -> list[PlanSheet]:
    """What was asked, or approved, measured with the money, weights and rules of a scenario. A fixed number of
    queries."""
    asked = asked or read_asked(timezone.localdate())
    scenario = measured(asked, horizon, settings)
    seen = sha256(pickle.dumps((asked, horizon, settings))).hexdigest()
    requests = ProjectRequest.objects.select_related("silo", "objective").in_bulk([wish.id for wish in asked.wishes])
    made = []
    for key in keys:
        chosen = as_approved(asked, horizon) if key == APPROVED else as_asked(asked, horizon)
        lines = plan_lines(asked, horizon, settings, chosen)
        rows = [SheetRow(requests[line.request], line) for line in lines if line.request in requests]
        figures = _figures_kept(seen, key, partial(figures_of, asked, horizon, settings, scenario, chosen))
        freezes = [
            {"name": each.name, "first": each.first.isoformat(), "last": each.last.isoformat()}
            for each in asked.register.freezes
            if not each.touchpoints
        ]
        result = {"status": "", "figures": figures, "freezes": freezes}
        made.append(_sheet(key, NAMES[key], horizon, rows, result, None, None))
    return made


def _figures_kept(seen: str, key: str, made: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """The figures, worked out anew whenever anything changed that they are made from: `seen` stands for all of it."""
    kept: Mapping[str, Any] | None = cache.get(name := f"plan-figures:{key}:{seen}")
    if kept is None:
        kept = made()
        cache.set(name, kept, KEPT)
    return kept


def _sheet(
    key: str,
    name: str,
    horizon: Horizon,
    rows: list[SheetRow],
    result: Mapping[str, Any],
    run: PlanRun | None,
    scenario: Scenario | None,
) -> PlanSheet:
    going = tuple(row for row in rows if row.line.goes)
    ids = {row.request.reference: row.request.pk for row in going}
    orders = [(ids[needed], row.request.pk) for row in going for needed in row.line.needs if needed in ids]
    waiting = sorted((row for row in rows if not row.line.goes), key=lambda row: (-row.line.value, row.request.pk))
    return PlanSheet(key, name, horizon, going, tuple(waiting), result, run, scenario, tuple(orders))


def titles_in(texts: Iterable[str]) -> dict[str, str]:
    """The titles of the requests that these sentences name, by reference. One query, none where none is named."""
    named = {found for text in texts for found in REFERENCE.findall(text)}
    rows = ProjectRequest.objects.filter(reference__in=sorted(named)[:MOST_NAMED]) if named else ()
    return {row.reference: cut(row.title, 60) for row in rows}


def pinnable(user: Any) -> list[tuple[str, str]]:
    """The live requests that may be pinned, by reference, with their titles. One query."""
    rows = ProjectRequest.objects.visible_to(user).live().order_by("reference")
    return [(reference, f"{reference} {title}") for reference, title in rows.values_list("reference", "title")]
