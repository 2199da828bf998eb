"""Value stories as one person may read them, the feed of the published ones, and a story's way."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from customers.models import FeedLink, ValueStory
from impacts.permissions import visible_stories

IN_FEED = 50


def stories_for(user: Any) -> "QuerySet[ValueStory]":
    """The stories that `user` may read, those that wait first, then the latest published."""
    rows = ValueStory.objects.filter(visible_stories(user)).select_related("author", "reviewer")
    return rows.prefetch_related("segments").order_by("status", "-published_at", "-updated_at", "id")


def published_stories() -> "QuerySet[ValueStory]":
    """The published stories, the latest first."""
    rows = ValueStory.objects.filter(status=ValueStory.Status.PUBLISHED).select_related("author", "reviewer")
    return rows.prefetch_related("segments").order_by("-published_at", "-id")


def live_feed_link(person: Any) -> FeedLink | None:
    """The person's link that opens the feed; None where there is none."""
    return FeedLink.objects.filter(person=person, revoked_at__isnull=True).order_by("id").first()


def reader_of(key_hash: str) -> Any | None:
    """Whose feed it is: a person who may still sign in; None for an unknown or revoked link."""
    link = FeedLink.objects.filter(key_hash=key_hash, revoked_at__isnull=True).select_related("person").first()
    if link is None or not link.person.is_active:
        return None
    left: Any = getattr(link.person, "left_on", None)
    return None if left and left <= timezone.localdate() else link.person


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """Something that happened to a story."""

    at: datetime
    text: str


def story_events(story: ValueStory) -> list[StoryEvent]:
    """What happened to a story, the latest first. One query."""
    manager: Any = story.history
    rows = list(manager.select_related("history_user").order_by("history_date", "history_id"))
    events = []
    before = None
    for row in rows:
        who = row.history_user.name if row.history_user else "Ombud"
        events.append(StoryEvent(row.history_date, f"{who} {_did(before, row)}"))
        before = row
    return events[::-1]


def _did(before: Any, row: Any) -> str:
    if before is None:
        return "wrote it"
    if row.status == before.status:
        return "changed it"
    why = f": {row.history_change_reason}" if row.history_change_reason else ""
    if row.status == ValueStory.Status.REVIEWED:
        return "checked it"
    if row.status == ValueStory.Status.PUBLISHED:
        return "published it"
    return f"took it back to draft{why}" if why else "changed it; it is a draft again"
