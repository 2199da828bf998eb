"""The board in the administration: meetings may be looked after, what was decided and published only read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin, TabularInline

from board.models import AgendaItem, Condition, DecidedRequest, Decision, Hold, Meeting, Pack


class ReadOnly(ModelAdmin):  # type: ignore[misc]
    """Rows that are written once: everybody with access may read, nobody changes."""

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

    list_display = ("question", "meeting", "position", "status")
    list_filter = ("status",)
    list_select_related = ("meeting",)
    search_fields = ("question",)


@admin.register(Decision)
class DecisionAdmin(ReadOnly):
    """Decisions, with the requests they moved."""

    list_display = ("item", "kind", "at", "recorded_by")
    list_filter = ("kind",)
    list_select_related = ("item", "recorded_by")
    search_fields = ("reason", "item__question")
    inlines = (DecidedRequestInline,)


@admin.register(Condition)
class ConditionAdmin(ReadOnly):
    """Conditions of decisions."""

    list_display = ("text", "owner", "due", "met_at")
    list_select_related = ("owner",)
    search_fields = ("text",)


@admin.register(Hold)
class HoldAdmin(ReadOnly):
    """Holds, running and ended."""

    list_display = ("condition", "owner", "expires_on", "released_at")
    list_select_related = ("owner",)
    search_fields = ("condition",)


@admin.register(Pack)
class PackAdmin(ReadOnly):
    """Published packs."""

    list_display = ("meeting", "number", "published_at", "published_by", "seal")
    list_select_related = ("meeting", "published_by")
    exclude = ("document",)
