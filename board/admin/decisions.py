"""Decisions and what belongs to them in the administration."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin, TabularInline

from board.admin.base import PartOfDecision, ReadOnly
from board.models import (
    Condition,
    ConditionMove,
    DecidedRequest,
    Decision,
    Deferral,
    Hold,
    HoldMove,
    Joining,
    LaterChange,
    MaterialLimit,
    Question,
    Seal,
    Vote,
)


class DecidedRequestInline(TabularInline):  # type: ignore[misc]
    """The requests of a decision."""

    model = DecidedRequest
    extra = 0
    can_delete = False
    fields = readonly_fields = ("request", "position", "status_before", "status_after")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


@admin.register(Decision)
class DecisionAdmin(PartOfDecision):
    """Decisions, with the requests they moved."""

    decision = "pk"
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
class ConditionAdmin(PartOfDecision):
    """Conditions of decisions."""

    list_display = ("text", "owner", "due", "met_at")
    list_select_related = ("owner",)
    search_fields = ("text",)


@admin.register(Hold)
class HoldAdmin(PartOfDecision):
    """Holds, running and ended."""

    list_display = ("condition", "owner", "expires_on", "released_at")
    list_select_related = ("owner",)
    search_fields = ("condition",)


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


@admin.register(Seal)
class SealAdmin(PartOfDecision):
    """The chain of decisions."""

    list_display = ("sequence", "decision", "own_hash")
    list_select_related = ("decision__item",)
    search_fields = ("own_hash",)
    ordering = ("-sequence",)


@admin.register(ConditionMove)
class ConditionMoveAdmin(PartOfDecision):
    """How conditions were given to other people and days."""

    decision = "condition__decision"
    about = ("condition__decision__requests__request", "condition__decision__item__request")
    list_display = ("condition", "due_before", "due_after", "owner_after", "person", "at")
    list_select_related = ("condition", "owner_after", "person")
    search_fields = ("reason",)


@admin.register(HoldMove)
class HoldMoveAdmin(PartOfDecision):
    """To whom the questions of holds were given."""

    decision = "hold__decision"
    about = ("hold__decision__requests__request", "hold__decision__item__request")
    list_display = ("hold", "owner_before", "owner_after", "person", "at")
    list_select_related = ("hold", "owner_before", "owner_after", "person")
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
