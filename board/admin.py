"""The board in the administration: meetings may be looked after, what was decided and published only read."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin, TabularInline

from board.models import (
    AgendaItem,
    Attendance,
    Condition,
    ConditionMove,
    Criterion,
    CriterionWeight,
    DecidedRequest,
    Decision,
    Deferral,
    Hold,
    Joining,
    LaterChange,
    MaterialLimit,
    Meeting,
    MeetingSeries,
    Objection,
    Pack,
    PackLink,
    PackOpening,
    PaperFile,
    PlanProposal,
    PlanRun,
    Proposal,
    Question,
    QuorumWaiver,
    RankMove,
    ReportMail,
    ReportSchedule,
    Scenario,
    ScenarioPin,
    Score,
    Seal,
    StandAside,
    Vote,
    WeightSet,
)
from portfolio.selectors.hidden import without_hidden


class ReadOnly(ModelAdmin):  # type: ignore[misc]
    """Rows that are written once: everybody with access may read, nobody changes. `about` are the lookups from a row to
    requests."""

    about: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows without those about a request that the person may not see: to administer is not to see all."""
        return without_hidden(super().get_queryset(request), request.user, *self.about)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: they come from meetings."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class DecidedRequestInline(TabularInline):  # type: ignore[misc]
    """The requests of a decision."""

    model = DecidedRequest
    extra = 0
    can_delete = False
    fields = readonly_fields = ("request", "position", "status_before", "status_after")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


@admin.register(Meeting)
class MeetingAdmin(SimpleHistoryAdmin, ModelAdmin):  # type: ignore[misc]
    """Meetings, with what was changed and by whom."""

    list_display = ("title", "starts_at", "status", "chair", "secretary")
    list_filter = ("status",)
    autocomplete_fields = ("chair", "secretary")
    readonly_fields = ("status", "opened_at", "closed_at", "version")
    search_fields = ("title", "place")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: a meeting keeps its decisions."""
        return False


@admin.register(AgendaItem)
class AgendaItemAdmin(ReadOnly):
    """What was on an agenda."""

    about = ("request", "family__members__request", "members__request")
    list_display = ("question", "meeting", "position", "status")
    list_filter = ("status",)
    list_select_related = ("meeting",)
    search_fields = ("question",)


@admin.register(Decision)
class DecisionAdmin(ReadOnly):
    """Decisions, with the requests they moved."""

    about = (
        "requests__request",
        "survivor",
        "item__request",
        "item__family__members__request",
        "item__members__request",
    )
    list_display = ("item", "kind", "at", "recorded_by")
    list_filter = ("kind",)
    list_select_related = ("item", "recorded_by")
    search_fields = ("reason", "item__question")
    inlines = (DecidedRequestInline,)


@admin.register(Condition)
class ConditionAdmin(ReadOnly):
    """Conditions of decisions."""

    about = (
        "decision__requests__request",
        "decision__item__request",
        "decision__item__family__members__request",
        "decision__item__members__request",
    )
    list_display = ("text", "owner", "due", "met_at")
    list_select_related = ("owner",)
    search_fields = ("text",)


@admin.register(Hold)
class HoldAdmin(ReadOnly):
    """Holds, running and ended."""

    about = (
        "decision__requests__request",
        "decision__item__request",
        "decision__item__family__members__request",
        "decision__item__members__request",
    )
    list_display = ("condition", "owner", "expires_on", "released_at")
    list_select_related = ("owner",)
    search_fields = ("condition",)


class PartOfDecision(ReadOnly):
    """What belongs to a decision is about the requests that this is about."""

    about = (
        "decision__requests__request",
        "decision__item__request",
        "decision__item__family__members__request",
        "decision__item__members__request",
    )


@admin.register(Vote)
class VoteAdmin(PartOfDecision):
    """How members voted, and their dissent."""

    list_display = ("decision", "person", "choice")
    list_filter = ("choice",)
    list_select_related = ("decision__item", "person")
    search_fields = ("words", "person__name")


@admin.register(Question)
class QuestionAdmin(SimpleHistoryAdmin, PartOfDecision):  # type: ignore[misc]
    """What the board sent back for, and the answers."""

    list_display = ("text", "owner", "due", "answered_at")
    list_select_related = ("owner",)
    search_fields = ("text", "answer")


@admin.register(Deferral)
class DeferralAdmin(SimpleHistoryAdmin, PartOfDecision):  # type: ignore[misc]
    """Until when things are deferred."""

    list_display = ("decision", "until", "ended_at")
    list_select_related = ("decision__item",)


@admin.register(Joining)
class JoiningAdmin(PartOfDecision):
    """Families that the board made or confirmed."""

    about = (*PartOfDecision.about, "family__members__request")
    list_display = ("family", "lead", "owner", "founded")
    list_select_related = ("family", "lead", "owner")


@admin.register(Objection)
class ObjectionAdmin(SimpleHistoryAdmin, ReadOnly):  # type: ignore[misc]
    """What is said against requests for their customers, with what became of it."""

    about = ("request",)
    list_display = ("request", "segment", "person", "at", "state")
    list_filter = ("state", "segment")
    list_select_related = ("request", "segment", "person")
    search_fields = ("reason", "request__reference")


@admin.register(Pack)
class PackAdmin(ReadOnly):
    """Published packs."""

    list_display = ("meeting", "number", "published_at", "published_by", "seal")
    list_select_related = ("meeting", "published_by")
    exclude = ("document",)


@admin.register(PackLink)
class PackLinkAdmin(ReadOnly):
    """Links by which a pack is read; they are made and revoked on the pack's page."""

    list_display = ("pack", "name", "made_by", "made_at", "expires_at", "revoked_at")
    list_select_related = ("pack__meeting", "made_by")
    exclude = ("key_hash",)


@admin.register(PackOpening)
class PackOpeningAdmin(ReadOnly):
    """Who opened a pack by a link, and when."""

    list_display = ("link", "at", "form", "address")
    list_select_related = ("link__pack__meeting",)


@admin.register(PaperFile)
class PaperFileAdmin(ReadOnly):
    """Papers that are made in the background."""

    list_display = ("meeting", "kind", "form", "state", "done", "attempts", "asked_at", "finished_at")
    list_filter = ("state", "form")
    list_select_related = ("meeting",)
    exclude = ("content", "readers")


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


@admin.register(Seal)
class SealAdmin(ReadOnly):
    """The chain of decisions."""

    about = ("decision__requests__request", "decision__item__request", "decision__item__family__members__request")
    list_display = ("sequence", "decision", "own_hash")
    list_select_related = ("decision__item",)
    search_fields = ("own_hash",)
    ordering = ("-sequence",)


@admin.register(ConditionMove)
class ConditionMoveAdmin(ReadOnly):
    """How conditions were given to other people and days."""

    about = ("condition__decision__requests__request", "condition__decision__item__request")
    list_display = ("condition", "due_before", "due_after", "owner_after", "person", "at")
    list_select_related = ("condition", "owner_after", "person")
    search_fields = ("reason",)


@admin.register(LaterChange)
class LaterChangeAdmin(SimpleHistoryAdmin, ReadOnly):  # type: ignore[misc]
    """What was changed after an approval, with what became of it. The amounts stand on its own page."""

    about = ("request",)
    list_display = ("request", "verdict", "at", "answered_by", "put_back_at")
    list_filter = ("verdict",)
    list_select_related = ("request", "answered_by__item")
    search_fields = ("request__reference",)
    exclude = ("differences",)


@admin.register(MaterialLimit)
class MaterialLimitAdmin(SimpleHistoryAdmin, ModelAdmin):  # type: ignore[misc]
    """The organisation's own numbers for what of a change is material."""

    list_display = ("field", "look_above", "void_above")


@admin.register(MeetingSeries)
class MeetingSeriesAdmin(SimpleHistoryAdmin, ReadOnly):  # type: ignore[misc]
    """Series of meetings; the board's secretary keeps them on their own pages."""

    list_display = ("title", "frequency", "every", "starts_on", "ended_at")
    list_filter = ("frequency",)
    search_fields = ("title",)


@admin.register(Attendance)
class AttendanceAdmin(SimpleHistoryAdmin, ReadOnly):  # type: ignore[misc]
    """Who was asked to meetings, and who was there."""

    list_display = ("person", "meeting", "votes", "reply", "present")
    list_filter = ("reply", "present")
    list_select_related = ("person", "meeting")
    search_fields = ("person__name",)


_ITEM_ABOUT = ("item__request", "item__family__members__request", "item__members__request")


@admin.register(StandAside)
class StandAsideAdmin(SimpleHistoryAdmin, ReadOnly):  # type: ignore[misc]
    """Who stood aside from which item."""

    about = _ITEM_ABOUT
    list_display = ("person", "item", "because", "stays", "said_by")
    list_select_related = ("person", "item", "said_by")


@admin.register(QuorumWaiver)
class QuorumWaiverAdmin(ReadOnly):
    """Where the board went on without a quorum."""

    about = _ITEM_ABOUT
    list_display = ("meeting", "item", "present", "needed", "because", "person", "at")
    list_select_related = ("meeting", "item", "person")
