"""Who may see and do what with requests. Every rule of the app stands here and nowhere else.

Source: DESIGN, "Who sees what". Roles are read once per user object and kept on it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from portfolio.lifecycle import COMMITTED, EDITABLE, Actor, Status
from portfolio.roles import Role

if TYPE_CHECKING:
    from portfolio.models import ProjectRequest

BOARD_ROLES = frozenset({Role.BOARD_MEMBER, Role.SECRETARY, Role.CIO})
IT_ROLES = frozenset({Role.IT_MANAGER, Role.ARCHITECT, Role.CIO})


@dataclass(frozen=True, slots=True)
class Roles:
    """What a person is: their roles and the silos in which they are head."""

    roles: frozenset[str]
    silos: frozenset[int]

    def any_of(self, *roles: str) -> bool:
        """Whether the person has one of these roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_board(self) -> bool:
        """Whether the person is of the board: member, secretary or CIO."""
        return not self.roles.isdisjoint(BOARD_ROLES)

    @property
    def is_architect(self) -> bool:
        """Whether the person is an IT architect."""
        return Role.ARCHITECT in self.roles

    @property
    def is_it(self) -> bool:
        """Whether the person is of IT: manager, architect or CIO."""
        return not self.roles.isdisjoint(IT_ROLES)

    @property
    def is_administrator(self) -> bool:
        """Whether the person administers Ombud."""
        return Role.ADMINISTRATOR in self.roles


NOBODY = Roles(frozenset(), frozenset())


def roles_of(user: Any) -> Roles:
    """The roles of `user`, read once and kept on the object; none for somebody who is not signed in or has left."""
    if not getattr(user, "is_active", False) or (user.left_on and user.left_on <= timezone.localdate()):
        return NOBODY
    cached: Roles | None = getattr(user, "_ombud_roles", None)
    if cached is None:
        rows = list(user.memberships.order_by("id").values_list("role", "silo_id"))
        roles = {role for role, _ in rows}
        if user.is_superuser:
            roles.add(Role.ADMINISTRATOR)
        cached = Roles(frozenset(roles), frozenset(silo for role, silo in rows if silo and role == Role.HEAD))
        user._ombud_roles = cached
    return cached


def visible_requests(user: Any) -> Q:
    """The condition on requests that `user` may see."""
    roles = roles_of(user)
    if not getattr(user, "is_authenticated", False):
        return Q(pk__in=[])
    mine = Q(requester=user) | Q(sponsor=user)
    drafts = ~Q(status=Status.DRAFT.value) | (Q(discarded_at__isnull=True) & (mine | Q(silo__in=roles.silos)))
    if roles.is_board or roles.is_architect:
        return drafts
    return drafts & (Q(confidential=False) | mine | (Q(silo__in=roles.silos) & Q(status=Status.DRAFT.value)))


def can_see(user: Any, request: "ProjectRequest") -> bool:
    """Whether `user` may see this request: the same rule as `visible_requests`, for one in memory."""
    roles = roles_of(user)
    if not getattr(user, "is_authenticated", False):
        return False
    mine = user.pk in (request.requester_id, request.sponsor_id)
    own_silo = request.silo_id in roles.silos
    if request.state is Status.DRAFT:
        return request.discarded_at is None and (mine or own_silo)
    return not request.confidential or mine or roles.is_board or roles.is_architect


def can_see_money(user: Any, request: "ProjectRequest") -> bool:
    """Whether `user` may see what the request costs: own silo, architects and the board."""
    roles = roles_of(user)
    mine = user.pk in (request.requester_id, request.sponsor_id)
    return mine or request.silo_id in roles.silos or roles.is_board or roles.is_architect


def can_see_all_money(user: Any) -> bool:
    """Whether `user` may see costs of every silo, and so their sums: architects and the board."""
    roles = roles_of(user)
    return roles.is_board or roles.is_architect


def can_file(user: Any) -> bool:
    """Whether `user` may file requests: heads of silos for theirs; architects and administrators for any silo."""
    roles = roles_of(user)
    return bool(roles.silos) or roles.is_architect or roles.is_administrator


def can_file_for(user: Any, silo_id: int) -> bool:
    """Whether `user` may file requests of this silo."""
    roles = roles_of(user)
    return silo_id in roles.silos or roles.is_architect or roles.is_administrator


def actors_for(user: Any, request: "ProjectRequest") -> frozenset[Actor]:
    """What `user` is to this request."""
    roles = roles_of(user)
    actors = set()
    if user.pk == request.requester_id or request.silo_id in roles.silos:
        actors.add(Actor.REQUESTER)
    if roles.is_architect:
        actors.add(Actor.ARCHITECT)
    if roles.is_board:
        actors.add(Actor.BOARD)
    return frozenset(actors)


def can_edit(user: Any, request: "ProjectRequest") -> bool:
    """Whether `user` may change the request: its requester, the head of its silo, or an architect, until it is decided,
    and after that while it is open for a change.

    Drafts are their silo's own: an architect does not edit somebody else's draft.
    """
    actors = actors_for(user, request)
    editable = request.state in EDITABLE or (request.state in COMMITTED and request.changing_since is not None)
    if not editable or not can_see(user, request):
        return False
    return Actor.REQUESTER in actors or (Actor.ARCHITECT in actors and request.state is not Status.DRAFT)


def can_open_for_change(user: Any, request: "ProjectRequest") -> bool:
    """Whether `user` may open what was approved for a change: who might edit it before."""
    is_theirs = not actors_for(user, request).isdisjoint({Actor.REQUESTER, Actor.ARCHITECT})
    return request.state in COMMITTED and is_theirs and can_see(user, request)


def can_comment(user: Any, request: "ProjectRequest") -> bool:
    """Whether `user` may take part in the discussion: everybody who sees it, except readers of others' requests."""
    mine = user.pk in (request.requester_id, request.sponsor_id)
    return can_see(user, request) and (mine or bool(roles_of(user).roles - {Role.READER}))


def can_import(user: Any) -> bool:
    """Whether `user` may import requests of all silos: architects and administrators."""
    roles = roles_of(user)
    return roles.is_architect or roles.is_administrator


def can_administer(user: Any) -> bool:
    """Whether `user` may change people, roles and settings."""
    return roles_of(user).is_administrator


def speaks_for_customers(user: Any, segment: Any) -> bool:
    """Whether `user` speaks for the customers of a segment: its manager; where none is named, or they are gone, the
    customer leader."""
    manager = segment.manager
    if manager is not None and not manager.accountability_problem:
        return bool(user.pk == manager.pk)
    return roles_of(user).any_of(Role.CUSTOMER_LEADER)


def can_hand_over(user: Any, next_up_the_line: Any) -> bool:
    """Whether `user` may hand over what somebody who is gone answered for: who stands next up the line (None where
    nobody is left there), and administrators."""
    is_next = next_up_the_line is not None and user.pk == next_up_the_line.pk and user.is_active
    return is_next or can_administer(user)


def has_register_permission(user: Any, permission: str) -> bool:
    """Whether a role of `user` grants a Django permission: administrators have all; architects may add and change (not
    delete) what is in the registers; everybody signed in may view them."""
    roles = roles_of(user)
    app, _, action = permission.partition(".")
    if roles.is_administrator:
        return True
    if app != "customers":
        return False
    return action.startswith("view_") or (roles.is_architect and action.startswith(("add_", "change_")))


def can_measure(user: Any, objective: Any) -> bool:
    """Whether `user` may say how far an objective is: who answers for it, architects and administrators."""
    roles = roles_of(user)
    return roles.is_architect or roles.is_administrator or (user.is_active and user.pk == objective.owner_id)
