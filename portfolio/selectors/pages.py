"""What a request's own page shows, in a fixed number of queries."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from portfolio.lifecycle import DECIDED, GONE, LABELS, Actor, Status, Step, steps_from
from portfolio.models import (
    Comment,
    Contribution,
    Membership,
    Need,
    Person,
    ProjectRequest,
    RequestSkill,
    Role,
    Transition,
    Watch,
)
from portfolio.permissions import actors_for, can_comment, can_edit, can_open_for_change, can_see_money
from portfolio.selectors.merged import goes_on_in
from portfolio.selectors.objectives import contributions_of

_NEXT: dict[Status, tuple[str, ...]] = {
    Status.DRAFT: ("Filing, when you are ready",),
    Status.SUBMITTED: ("An architect looks at what it touches and who else wants it", "The review board decides"),
    Status.IN_TRIAGE: ("An architect says that it is ready", "The review board decides"),
    Status.READY: ("The review board decides",),
    Status.APPROVED: ("Delivery starts",),
    Status.APPROVED_WITH_CONDITIONS: ("Its conditions are met", "Delivery starts"),
    Status.ON_HOLD: ("The board takes it up again",),
    Status.SEQUENCED: ("The request before it is delivered", "Delivery starts"),
    Status.DEFERRED: ("It comes back to the board",),
    Status.RETURNED: ("Somebody answers what the board asked", "The review board decides"),
    Status.IN_DELIVERY: ("It is delivered",),
    Status.DELIVERED: ("The board looks whether the promised effect came",),
}


@dataclass(frozen=True, slots=True)
class Related:
    """Another request as this person may know of it: without its name where it is confidential."""

    request: ProjectRequest
    visible: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Everything on the page that is the portfolio's own; panels of other apps load themselves. `survivor` is what a
    merged request was merged into, `goes_on` where that went on in its turn."""

    request: ProjectRequest
    transitions: list[Transition]
    comments: list[Comment]
    roles: dict[int, str]
    skills: list[RequestSkill]
    moves: list[Contribution]
    needs: list[Related]
    needed_by: list[Related]
    merged: list[Related]
    survivor: Related | None
    goes_on: Related | None
    after: list[Related]
    watching: bool
    is_party: bool
    steps: list[Step]
    shows_money: bool
    can_edit: bool
    can_open: bool
    can_comment: bool

    @property
    def timeline(self) -> list[dict[str, Any]]:
        """Where it stands: the steps so far, and what comes next, for components/timeline.html."""
        last = len(self.transitions) - 1
        events = [_event(row, now=at == last) for at, row in enumerate(self.transitions)]
        return events + [{"at": "Next", "text": text, "state": "next"} for text in self.comes_next]

    @property
    def is_left_behind(self) -> bool:
        """Whether it was merged into a request that is gone by now, as far as this person may know."""
        heir = self.goes_on or self.survivor
        return heir is not None and bool(heir.why)

    @property
    def is_decided(self) -> bool:
        """Whether where it stands is what the board said: that is what people come for then."""
        return self.request.state in DECIDED

    @property
    def comes_next(self) -> tuple[str, ...]:
        """What happens from where it stands, in order."""
        return _NEXT.get(self.request.state, ())


def _event(row: Transition, *, now: bool) -> dict[str, Any]:
    who = f" by {row.person}" if row.person_id else ""
    label = "Filed" if row.target == Status.SUBMITTED else LABELS[Status(row.target)]
    why = f": {row.why}" if row.why else ""
    return {"at": row.at, "text": f"{label}{who}{why[:240]}", "state": "now" if now else ""}


def offered_steps(user: Any, request: ProjectRequest) -> list[Step]:
    """The steps that `user` may make on the request's page. The board decides in its meetings, and reopens there."""
    return [
        step
        for step in steps_from(request.state, actors_for(user, request))
        if step.target not in DECIDED and step.source is not Status.DRAFT and step.actors != {Actor.BOARD}
    ]


def request_page(user: Any, reference: str) -> RequestPage:
    """The page of the request of this reference. Raises ProjectRequest.DoesNotExist where `user` may not see it."""
    request = (
        ProjectRequest.objects.visible_to(user)
        .select_related("silo", "requester", "sponsor", "objective", "survivor__silo", "after__silo")
        .get(reference=reference)
    )
    comments = list(request.comments.select_related("author").order_by("at", "id"))
    needs = list(request.needs.select_related("needs__silo").order_by("needs__reference", "id"))
    needed_by = list(request.needed_by.select_related("request__silo").order_by("request__reference", "id"))
    merged = list(request.merged_requests.select_related("silo").order_by("reference", "id"))
    last = goes_on_in(request)
    ahead = goes_after(request)
    visible = _visible_pks(user, request, needs, needed_by, [*merged, *ahead, *([last] if last else [])])
    people = {request.requester_id, request.sponsor_id, *(comment.author_id for comment in comments)} - {None}
    return RequestPage(
        request=request,
        transitions=list(request.transitions.select_related("person").order_by("at", "id")),
        comments=comments,
        roles=role_words(people),  # type: ignore[arg-type]
        skills=list(request.skills.select_related("skill").order_by("skill__name", "id")),
        moves=_moves(request),
        needs=[_needed(need, visible=need.needs_id in visible) for need in needs],
        needed_by=[Related(need.request, True, need.why) for need in needed_by if need.request_id in visible],
        merged=[Related(other, other.pk in visible) for other in merged],
        survivor=_heir(request.survivor, visible) if request.survivor else None,
        goes_on=_heir(last, visible) if last and last.pk != request.survivor_id else None,
        after=[Related(each, each.pk in visible, _never(request, each, each.pk in visible)) for each in ahead],
        watching=Watch.objects.filter(request=request, person=user).exists(),
        is_party=user.pk in (request.requester_id, request.sponsor_id),
        steps=offered_steps(user, request),
        shows_money=can_see_money(user, request),
        can_edit=can_edit(user, request),
        can_open=can_open_for_change(user, request) and request.changing_since is None,
        can_comment=can_comment(user, request),
    )


def _heir(heir: ProjectRequest, visible: Collection[int]) -> Related:
    """What a request was merged into; that it is gone, for who may know of it."""
    if heir.pk not in visible or heir.state not in GONE:
        return Related(heir, heir.pk in visible)
    became = LABELS[heir.state].lower()
    return Related(heir, True, f"It was {became}, so nothing goes on there: the board looks again at what was merged.")


def _never(request: ProjectRequest, ahead: ProjectRequest, visible: bool) -> str:
    """That what a request waits for does not come any more, for who may know of it."""
    waits = request.state is Status.SEQUENCED and ahead.state in GONE
    if not visible or not waits:
        return ""
    return f"It was {LABELS[ahead.state].lower()} and does not come: the board says what this one waits for."


def goes_after(request: ProjectRequest) -> list[ProjectRequest]:
    """All that the board put it behind, the one that goes live last at the end."""
    others = list(request.also_after.select_related("silo").order_by("reference", "id"))
    return [*others, *([request.after] if request.after else [])]


def _moves(request: ProjectRequest) -> list[Contribution]:
    """What it moves; an objective that it only names stands first, without how."""
    rows = contributions_of(request)
    if request.objective and request.objective_id not in {row.objective_id for row in rows}:
        return [Contribution(request=request, objective=request.objective), *rows]
    return rows


def _needed(need: Need, *, visible: bool) -> Related:
    """A needed request; the why speaks of it, so it is not shown where the request is not."""
    return Related(need.needs, visible, need.why if visible else "")


def _visible_pks(
    user: Any, request: ProjectRequest, needs: list[Need], needed_by: list[Need], merged: list[ProjectRequest]
) -> set[int]:
    pks = {need.needs_id for need in needs} | {need.request_id for need in needed_by} | {other.pk for other in merged}
    if request.survivor_id is not None:
        pks.add(request.survivor_id)
    return set(ProjectRequest.objects.visible_to(user).filter(pk__in=pks).values_list("pk", flat=True))


def role_words(people: Iterable[int]) -> dict[int, str]:
    """What these people are, in words for beside their names: "head of Cards", "IT architect"."""
    words: dict[int, str] = {}
    rows = Membership.objects.filter(person__in=list(people)).select_related("silo").order_by("person_id", "id")
    for row in rows:
        role = f"head of {row.silo}" if row.role == Role.HEAD and row.silo else row.get_role_display()
        words.setdefault(row.person_id, role)
    return words


def people_told(request: ProjectRequest) -> int:
    """How many people are told what happens to the request."""
    own = [pk for pk in (request.requester_id, request.sponsor_id) if pk]
    return Person.objects.filter(Q(watches__request=request) | Q(pk__in=own)).distinct().count()
