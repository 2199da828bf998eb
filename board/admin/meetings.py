"""Meetings, agendas and papers in the administration."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from board.admin.base import ReadOnly
from board.models import (
    AgendaItem,
    Attendance,
    Meeting,
    MeetingSeries,
    MinutesCorrection,
    Objection,
    Pack,
    PackLink,
    PackOpening,
    PaperFile,
    QuorumWaiver,
    StandAside,
)


@admin.register(Meeting)
class MeetingAdmin(SimpleHistoryAdmin, ReadOnly):  # type: ignore[misc]
    """Meetings, with what was changed and by whom. They are changed on their own pages, where who was invited hears of
    it and nobody writes over somebody else's change."""

    list_display = ("title", "starts_at", "status", "chair", "secretary")
    list_filter = ("status",)
    search_fields = ("title", "place")


@admin.register(AgendaItem)
class AgendaItemAdmin(ReadOnly):
    """What was on an agenda."""

    about = ("request", "family__members__request", "members__request")
    list_display = ("question", "meeting", "position", "status")
    list_filter = ("status",)
    list_select_related = ("meeting",)
    search_fields = ("question",)


@admin.register(Objection)
class ObjectionAdmin(SimpleHistoryAdmin, ReadOnly):  # type: ignore[misc]
    """What is said against requests for their customers, with what became of it."""

    about = ("request",)
    list_display = ("request", "segment", "person", "at", "state")
    list_filter = ("state", "segment")
    list_select_related = ("request", "segment", "person")
    search_fields = ("reason", "request__reference")


@admin.register(MinutesCorrection)
class MinutesCorrectionAdmin(ReadOnly):
    """Corrections of minutes, which are added on their page."""

    about = ("item__request", "item__family__members__request", "item__members__request")
    list_display = ("meeting", "person", "at", "text")
    list_select_related = ("meeting", "person")
    search_fields = ("text",)


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
