"""Who may see and do what with findings, clusters and families. Every rule of the app stands here and nowhere else.

Source: DESIGN, "Who sees what". Which requests somebody sees is portfolio's to say; this module builds on it.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from customers.models import CustomerTime, Touchpoint, ValueStory
from customers.permissions import can_change_registers
from impacts.models import FindingMember
from impacts.story_steps import StoryActor
from portfolio.lifecycle import Actor
from portfolio.models import ProjectRequest
from portfolio.permissions import actors_for, can_edit, can_see, roles_of
from portfolio.roles import Role


def visible_findings(user: Any) -> Q:
    """The condition on findings that `user` may see something of: they see at least one of its requests.

    What they see of it is decided by impacts.selectors.findings.presenting, and by nothing else.
    """
    # Asked of one member after the other: a list of all visible requests would be gone through for each finding.
    visible = ProjectRequest.objects.visible_to(user).filter(pk=OuterRef("request_id"))
    return Q(Exists(FindingMember.objects.filter(Exists(visible), finding=OuterRef("pk"))))


def can_triage(user: Any) -> bool:
    """Whether `user` may decide over findings: architects."""
    return roles_of(user).is_architect


def can_manage_family(user: Any) -> bool:
    """Whether `user` may make, change and dissolve families: architects."""
    return roles_of(user).is_architect


def can_tune(user: Any) -> bool:
    """Whether `user` may switch and tune the rules: architects and administrators. Everybody may read how they are."""
    return roles_of(user).is_architect or roles_of(user).is_administrator


def can_answer(user: Any, request: ProjectRequest) -> bool:
    """Whether `user` may answer the hold-on card of a request: its requester, sponsor or the head of its silo."""
    if not can_see(user, request):
        return False
    return Actor.REQUESTER in actors_for(user, request) or user.pk == request.sponsor_id


def can_tag(user: Any, request: ProjectRequest) -> bool:
    """Whether `user` may say what the request touches: who may edit it."""
    return can_edit(user, request)


def can_say_needs(user: Any, touchpoint: Touchpoint) -> bool:
    """Whether `user` may say what staff must know at a touchpoint: who answers for it, and who keeps the registers."""
    return user.pk == touchpoint.accountable_id or can_change_registers(user)


def is_held_on(user: Any, request: ProjectRequest) -> bool:
    """Whether the hold-on card is for `user`: who may answer it, and architects."""
    return can_answer(user, request) or (roles_of(user).is_architect and can_see(user, request))


# --- IT and the customer ------------------------------------------------------------------------------------------


def can_log_time(user: Any) -> bool:
    """Whether `user` may write down hours of their own with customers: everybody from IT."""
    return roles_of(user).is_it


def can_change_time(user: Any, entry: CustomerTime) -> bool:
    """Whether `user` may change or take away these hours: IT its own, who keeps the registers everybody's."""
    return (entry.person_id == user.pk and can_log_time(user)) or can_change_registers(user)


def can_write_stories(user: Any) -> bool:
    """Whether `user` may tell what IT did for customers: everybody from IT."""
    return roles_of(user).is_it


def can_review_stories(user: Any) -> bool:
    """Whether `user` may say that a story is right, unless it is their own: IT, the board, segment managers."""
    roles = roles_of(user)
    return roles.is_it or roles.is_board or roles.any_of(Role.SEGMENT_MANAGER)


def story_actors(user: Any, story: ValueStory) -> frozenset[StoryActor]:
    """What `user` is to this story."""
    roles = roles_of(user)
    actors = set()
    if story.author_id == user.pk:
        actors.add(StoryActor.AUTHOR)
    elif can_review_stories(user):
        actors.add(StoryActor.REVIEWER)
    if roles.any_of(Role.CIO) or roles.is_administrator:
        actors.add(StoryActor.KEEPER)
    return frozenset(actors)


def can_edit_story(user: Any, story: ValueStory) -> bool:
    """Whether `user` may change the words of a story: author, CIO, administrators; not while it is published."""
    if story.status == ValueStory.Status.PUBLISHED:
        return False
    return bool(story_actors(user, story) & {StoryActor.AUTHOR, StoryActor.KEEPER})


def visible_stories(user: Any) -> Q:
    """The condition on stories that `user` may read: published ones, their own, and all for who reviews."""
    if can_review_stories(user) or roles_of(user).is_administrator:
        return Q()
    return Q(status=ValueStory.Status.PUBLISHED) | Q(author=user)


def can_keep_service(user: Any, touchpoint: Touchpoint) -> bool:
    """Whether `user` may say what customers get at a touchpoint: who answers for it, and who keeps the registers."""
    return user.pk == touchpoint.accountable_id or can_change_registers(user)
