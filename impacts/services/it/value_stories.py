"""Writes value stories and takes them along their way: draft, reviewed, published."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from customers.models import Segment, ValueStory
from impacts.errors import ActNotPossible, NotAllowed, StoryMoved
from impacts.permissions import can_edit_story, can_write_stories, story_actors
from impacts.story_steps import step_between

State = ValueStory.Status


def save_story(*, story: ValueStory, segments: Iterable[Segment], by: Any, expected: int | None = None) -> ValueStory:
    """Write a new story, or change one: a reviewed one becomes a draft again. `expected` is the version that was read.

    Raises NotAllowed, StoryMoved where somebody changed it meanwhile, ValidationError by field.
    """
    if story._state.adding:
        if not can_write_stories(by):
            raise NotAllowed("People from IT tell value stories. Tell one of them what you saw.")
        story.author = by
    elif not can_edit_story(by, story):
        raise NotAllowed("Only its author, the CIO and administrators change a story, and none that is published.")
    chosen = list(segments)
    if not chosen:
        raise ValidationError({"segments": "Say for which customers it was; choose at least one."})
    _to_draft(story)
    story.full_clean()
    with transaction.atomic():
        _claim(story, expected)
        story.save()
        story.segments.set(chosen)
    return story


def move_story(*, story: ValueStory, target: str, by: Any, expected: int, why: str = "") -> ValueStory:
    """Take a story one step along. Raises NotAllowed, StoryMoved, ActNotPossible for no such step or no reason."""
    step = step_between(story.status, target)
    if step is None:
        raise ActNotPossible(f"A story cannot go from {story.get_status_display().lower()} to {target}.")
    if not step.actors & story_actors(by, story):
        raise NotAllowed("Somebody other than its author reviews a story: from IT, the board or a segment manager.")
    if step.needs_reason and not why.strip():
        raise ActNotPossible("Say why, so that its author knows what to mend.")
    now = timezone.now()
    if target == State.DRAFT:
        _to_draft(story)
    elif target == State.REVIEWED:
        story.status, story.reviewer, story.reviewed_at = State.REVIEWED, by, now
    else:
        story.status, story.published_at = State.PUBLISHED, now
    story.full_clean()
    with transaction.atomic():
        _claim(story, expected)
        story._change_reason = why.strip()[:100] or None  # type: ignore[attr-defined]
        story.save()
    return story


def _to_draft(story: ValueStory) -> None:
    story.status, story.reviewer, story.reviewed_at, story.published_at = State.DRAFT, None, None, None


def _claim(story: ValueStory, expected: int | None) -> None:
    """Take the next version, if nobody took it meanwhile."""
    if story._state.adding:
        return
    version = story.version if expected is None else expected
    if not ValueStory.objects.filter(pk=story.pk, version=version).update(version=version + 1):
        raise StoryMoved("Somebody changed this story meanwhile. Look at it again; nothing of yours was stored.")
    story.version = version + 1
