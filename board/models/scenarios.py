"""Scenarios: with which money, people, weights and rules the portfolio is planned; what was pinned; what came of it."""

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from board.models.meetings import AgendaItem
from board.planning.horizon import LEAST, MOST, Horizon
from board.planning.settings import PlanSettings, settings_from
from portfolio.models import ProjectRequest


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    """Scenarios."""

    def kept(self) -> "ScenarioQuerySet":
        """Those that nobody threw away."""
        return self.filter(discarded_at__isnull=True)


class Scenario(models.Model):
    """One way to plan: the quarters, and what `board.planning.settings` holds. `adopted_run` is the plan of it that was
    proposed to the board."""

    name = models.CharField(max_length=120)
    note = models.TextField(blank=True, max_length=2000, help_text="What it tries, for whoever reads it later.")
    first_year = models.PositiveSmallIntegerField(validators=[MinValueValidator(2000), MaxValueValidator(2200)])
    first_quarter = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(4)])
    quarters = models.PositiveSmallIntegerField(
        default=8, validators=[MinValueValidator(LEAST), MaxValueValidator(MOST)], help_text="From 4 to 12."
    )
    sets = models.JSONField(default=dict, blank=True)
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="scenarios")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    discarded_at = models.DateTimeField(null=True, blank=True)
    adopted_run = models.ForeignKey("PlanRun", models.SET_NULL, null=True, blank=True, related_name="+")
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="scenarios_adopted"
    )
    adopted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScenarioQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(first_quarter__gte=1, first_quarter__lte=4, first_year__gte=2000, first_year__lte=2200),
                name="scenario_starts_in_a_quarter",
            ),
            models.CheckConstraint(
                condition=Q(quarters__gte=LEAST, quarters__lte=MOST), name="scenario_quarters_4_to_12"
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(discarded_at__isnull=True),
                name="scenario_name_once",
                violation_error_message="There is a scenario of this name already. Give it another one.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of its plan."""
        return reverse("plan:scenario-detail", kwargs={"pk": self.pk})

    @property
    def horizon(self) -> Horizon:
        """Its quarters."""
        return Horizon((self.first_year, self.first_quarter), self.quarters)

    @property
    def plan_settings(self) -> PlanSettings:
        """What it sets, as plain values."""
        return settings_from(self.sets)


class ScenarioPin(models.Model):
    """A request was fixed by hand: it goes, stays out, starts in a quarter, or starts by one at the latest."""

    class Kind(models.TextChoices):
        IN = "in", "Goes"
        OUT = "out", "Stays out"
        AT = "at", "Starts in"
        BY = "by", "Starts by"

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="pins")
    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="pins")
    kind = models.CharField(max_length=3, choices=Kind)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    quarter = models.PositiveSmallIntegerField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["request__reference", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scenario", "request"], name="request_pinned_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["in", "out"], year__isnull=True, quarter__isnull=True)
                | Q(kind__in=["at", "by"], year__isnull=False, quarter__gte=1, quarter__lte=4),
                name="pin_quarter_where_it_needs_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request.reference} {self.words}"

    @property
    def words(self) -> str:
        """'goes', 'starts in Q2 2027'."""
        label = self.get_kind_display().lower()
        return f"{label} Q{self.quarter} {self.year}" if self.year else label


class PlanRun(models.Model):
    """The planner at work over a scenario, and what came of it.

    Asked for by a person, taken by a worker, which writes `beat_at` while it lives: what a dead worker left is taken
    again. `best` is the best plan so far; `result` what is shown in the end, frozen; both hold plain values (see
    services.plans.planning). `seen` are the scenario's quarters and settings when it was asked for.
    """

    class Kind(models.TextChoices):
        PLAN = "plan", "Plan"
        SENSITIVITY = "sensitivity", "What the weights do"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Planning"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Stopped"
        FAILED = "failed", "Failed"

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PLAN)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    scenario_version = models.PositiveIntegerField()
    seen = models.JSONField(default=dict, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="plan_runs")
    asked_at = models.DateTimeField()
    seconds = models.PositiveSmallIntegerField(default=20, help_text="How long the planner may search.")
    taken_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    best = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True, max_length=5000)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["scenario", "kind", "-asked_at"], name="run_of_scenario")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scenario", "kind"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_run_at_a_time",
                violation_error_message="The planner is at work on this scenario already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.scenario}, {self.get_state_display().lower()}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits or works."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def is_explaining(self) -> bool:
        """Whether the time to search is over, and what is still worked out are the reasons."""
        searched = self.taken_at is not None and timezone.now() > self.taken_at + timedelta(seconds=self.seconds)
        return searched and self.state == self.State.RUNNING and self.kind == self.Kind.PLAN

    @property
    def gap_words(self) -> str:
        """How much better than the best so far a plan could be at most: '2.1 %'; empty while nothing is proven."""
        objective, bound = self.best.get("objective"), self.best.get("bound")
        if objective is None or bound is None or not objective:
            return ""
        return f"{max(0.0, bound - objective) / abs(objective) * 100:.1f} %"

    @property
    def horizon(self) -> Horizon:
        """The quarters that it planned."""
        return Horizon((self.seen["first_year"], self.seen["first_quarter"]), self.seen["quarters"])


class PlannedRequest(models.Model):
    """What a plan says of one request: the quarter in which it starts, or that it waits, and why. Days and money are
    those of the moment at which it was planned."""

    run = models.ForeignKey(PlanRun, models.CASCADE, related_name="requests")
    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="plans")
    period = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: it is left out.")
    asked_period = models.SmallIntegerField(null=True, blank=True)
    starts = models.DateField(null=True, blank=True)
    live = models.DateField(null=True, blank=True)
    money = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    value = models.BigIntegerField(default=0)
    running = models.BooleanField(default=False)
    needs = models.JSONField(default=list, blank=True, help_text="References of the requests that it needs first.")
    why = models.TextField(blank=True)
    fits_if = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["period", "starts", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "request"], name="request_planned_once")]

    def __str__(self) -> str:
        return f"{self.request_id} in run {self.run_id}"

    @property
    def goes(self) -> bool:
        """Whether the plan lets it go."""
        return self.period is not None

    @property
    def moved(self) -> bool:
        """Whether it starts in another quarter than it asked for."""
        return self.period is not None and not self.running and self.asked_period not in (None, self.period)


class PlanProposal(models.Model):
    """A plan proposed a decision over one request: it stands on an agenda, where the board decides."""

    class Kind(models.TextChoices):
        GO = "go", "Approve"
        WAIT = "wait", "Defer"

    run = models.ForeignKey(PlanRun, models.CASCADE, related_name="proposals")
    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="plan_proposals")
    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="plan_proposals")
    kind = models.CharField(max_length=4, choices=Kind)
    text = models.CharField(max_length=1000)

    class Meta:
        ordering: ClassVar[list[str]] = ["item__position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "request"], name="request_proposed_once")]

    def __str__(self) -> str:
        return self.text


def settings_seen(scenario: Scenario) -> dict[str, Any]:
    """What a run keeps of its scenario."""
    return {
        "name": scenario.name,
        "first_year": scenario.first_year,
        "first_quarter": scenario.first_quarter,
        "quarters": scenario.quarters,
        "settings": scenario.sets,
        "pins": [
            {"request": pin.request_id, "kind": pin.kind, "year": pin.year, "quarter": pin.quarter}
            for pin in scenario.pins.order_by("id")
        ],
    }
