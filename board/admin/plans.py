"""Plans, priorities and reports in the administration."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin, TabularInline

from board.admin.base import ReadOnly
from board.models import (
    Criterion,
    CriterionWeight,
    PlanProposal,
    PlanRun,
    Proposal,
    RankMove,
    ReportMail,
    ReportSchedule,
    Scenario,
    ScenarioPin,
    Score,
    WeightSet,
)


@admin.register(Scenario)
class ScenarioAdmin(SimpleHistoryAdmin, ReadOnly):  # type: ignore[misc]
    """Scenarios of the planner; what they set, money among it, stands on their pages."""

    list_display = ("name", "made_by", "made_at", "changed_at", "discarded_at")
    list_select_related = ("made_by",)
    search_fields = ("name",)
    exclude = ("sets",)


@admin.register(ScenarioPin)
class ScenarioPinAdmin(SimpleHistoryAdmin, ReadOnly):  # type: ignore[misc]
    """Requests that were fixed by hand in a scenario."""

    about = ("request",)
    list_display = ("scenario", "request", "kind", "year", "quarter")
    list_select_related = ("scenario", "request")


@admin.register(PlanRun)
class PlanRunAdmin(ReadOnly):
    """What the planner did, and how it ended."""

    list_display = ("scenario", "kind", "state", "asked_by", "asked_at", "done_at", "attempts")
    list_filter = ("state", "kind")
    list_select_related = ("scenario", "asked_by")
    exclude = ("seen", "best", "result")


@admin.register(PlanProposal)
class PlanProposalAdmin(ReadOnly):
    """What plans proposed to the board."""

    about = ("request",)
    list_display = ("run", "request", "item", "kind")
    list_select_related = ("run__scenario", "request", "item")


@admin.register(Criterion)
class CriterionAdmin(SimpleHistoryAdmin, ModelAdmin):  # type: ignore[misc]
    """By what requests are scored; the weights are set on the page of scores."""

    list_display = ("name", "code", "position", "retired_on")
    prepopulated_fields: ClassVar = {"code": ["name"]}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: a criterion is retired."""
        return False


class CriterionWeightInline(TabularInline):  # type: ignore[misc]
    """The weights of a set."""

    model = CriterionWeight
    extra = 0
    can_delete = False
    fields = readonly_fields = ("criterion", "weight")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


@admin.register(WeightSet)
class WeightSetAdmin(ReadOnly):
    """The weights over time."""

    list_display = ("number", "by", "at", "why")
    list_select_related = ("by",)
    inlines = (CriterionWeightInline,)


@admin.register(Score)
class ScoreAdmin(SimpleHistoryAdmin, ReadOnly):  # type: ignore[misc]
    """What requests are worth by each criterion, and why."""

    about = ("request",)
    list_display = ("request", "criterion", "points", "person", "at")
    list_filter = ("criterion",)
    list_select_related = ("request", "criterion", "person")


@admin.register(RankMove)
class RankMoveAdmin(ReadOnly):
    """Who moved what in the two orders of the queue."""

    about = ("request",)
    list_display = ("ranking", "request", "source", "target", "by", "at")
    list_filter = ("ranking",)
    list_select_related = ("ranking", "request", "by")


@admin.register(Proposal)
class ProposalAdmin(SimpleHistoryAdmin, ReadOnly):  # type: ignore[misc]
    """What both sides proposed to the board; the requests stand on its page."""

    list_display = ("at", "made_by", "state", "meeting", "settled_by")
    list_select_related = ("made_by", "meeting", "settled_by")


@admin.register(ReportSchedule)
class ReportScheduleAdmin(SimpleHistoryAdmin, ReadOnly):  # type: ignore[misc]
    """Who gets which report by mail."""

    list_display = ("person", "report", "every", "span", "next_on")
    list_filter = ("report", "every")
    list_select_related = ("person",)


@admin.register(ReportMail)
class ReportMailAdmin(ReadOnly):
    """Which reports went out, and when."""

    list_display = ("schedule", "due_on", "sent_at", "title")
    list_select_related = ("schedule__person",)
