"""Who may see and do what at the board. Every rule of the app stands here and nowhere else.

Source: DESIGN, "Who sees what". The papers of the board (agenda, meeting mode, pack) are for the board and architects;
minutes, decisions and conditions are for everybody signed in, with confidential requests left out (see
selectors.decisions).
"""

from typing import Any

from board.models import Condition, Meeting, Objection, Scenario
from customers.models import Segment
from portfolio.models import Role
from portfolio.permissions import can_see, roles_of


def can_see_board(user: Any) -> bool:
    """Whether `user` may open meetings, agendas and packs: the board and the architects."""
    roles = roles_of(user)
    return roles.is_board or roles.is_architect


def can_manage_meetings(user: Any) -> bool:
    """Whether `user` may plan meetings and record decisions: the secretary and the CIO."""
    return roles_of(user).any_of(Role.SECRETARY, Role.CIO)


def can_run(user: Any, meeting: Meeting) -> bool:
    """Whether `user` may change this meeting's agenda and record its decisions: the secretary, the CIO, and who of the
    board is named as its chair or secretary."""
    if can_manage_meetings(user):
        return True
    return roles_of(user).is_board and user.pk in (meeting.chair_id, meeting.secretary_id)


def can_propose(user: Any, meeting: Meeting) -> bool:
    """Whether `user` may put something on the agenda: who runs the meeting, and architects, until it is closed."""
    open_still = meeting.status != Meeting.Status.CLOSED
    return open_still and (can_run(user, meeting) or roles_of(user).is_architect)


def can_advise(user: Any, meeting: Meeting) -> bool:
    """Whether `user` may write the advice on an item: architects, until the meeting is closed."""
    return meeting.status != Meeting.Status.CLOSED and roles_of(user).is_architect


def can_decide(user: Any, meeting: Meeting) -> bool:
    """Whether `user` may record and take back decisions now: who runs the meeting, while it is in session."""
    return meeting.status == Meeting.Status.IN_SESSION and can_run(user, meeting)


def can_close_condition(user: Any, condition: Condition) -> bool:
    """Whether `user` may say that a condition is met: its owner, the secretary and the CIO."""
    return user.pk == condition.owner_id or can_manage_meetings(user)


def can_object_for(user: Any, segment: Segment) -> bool:
    """Whether `user` speaks for the segment, and so may object for its customers: its manager, and nobody else."""
    return segment.manager_id is not None and user.pk == segment.manager_id and not user.accountability_problem


def can_withdraw(user: Any, objection: Objection) -> bool:
    """Whether `user` may withdraw an objection: who raised it, and who speaks for its customers now."""
    return can_see(user, objection.request) and (
        user.pk == objection.person_id or can_object_for(user, objection.segment)
    )


def can_plan(user: Any) -> bool:
    """Whether `user` may open plans, and make scenarios: they show the money of all, so the board and the architects."""
    return can_see_board(user)


def can_change_scenario(user: Any, scenario: Scenario) -> bool:
    """Whether `user` may change a scenario and let it be planned: who made it, architects, the secretary, the CIO. The
    others of the board copy it."""
    if not can_plan(user):
        return False
    return user.pk == scenario.made_by_id or roles_of(user).is_architect or can_manage_meetings(user)
