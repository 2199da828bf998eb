"""Who may see and do what at the board. Every rule of the app stands here and nowhere else.

Source: DESIGN, "Who sees what". The papers of the board (agenda, meeting mode, pack) are for the board and architects;
minutes, decisions and conditions are for everybody signed in, with confidential requests left out (see
selectors.decisions.decisions).
"""

from typing import Any

from board.models import Condition, Hold, Meeting, Objection, Question, Ranking, Scenario
from customers.models import Segment
from portfolio.lifecycle import Actor
from portfolio.models import Role
from portfolio.permissions import actors_for, can_see, can_see_all_money, roles_of, speaks_for_customers


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


def can_correct(user: Any, meeting: Meeting) -> bool:
    """Whether `user` may add corrections to the minutes: who runs the meeting, once it is closed."""
    return meeting.status == Meeting.Status.CLOSED and can_run(user, meeting)


def can_propose(user: Any, meeting: Meeting) -> bool:
    """Whether `user` may put something on the agenda: who runs the meeting, and architects, until it is closed."""
    return not meeting.is_over and (can_run(user, meeting) or roles_of(user).is_architect)


def can_advise(user: Any, meeting: Meeting) -> bool:
    """Whether `user` may write the advice on an item: architects, until the meeting is closed."""
    return not meeting.is_over and roles_of(user).is_architect


def can_decide(user: Any, meeting: Meeting) -> bool:
    """Whether `user` may record and take back decisions now: who runs the meeting, while it is in session."""
    return meeting.status == Meeting.Status.IN_SESSION and can_run(user, meeting)


def can_override_vote(user: Any, meeting: Meeting) -> bool:
    """Whether `user` may record a decision against the vote: who is in the chair; where nobody is named, the CIO."""
    if meeting.chair_id is not None:
        return bool(user.pk == meeting.chair_id)
    return roles_of(user).any_of(Role.CIO)


def can_close_condition(user: Any, condition: Condition) -> bool:
    """Whether `user` may say that a condition is met: its owner, the secretary and the CIO."""
    return user.pk == condition.owner_id or can_manage_meetings(user)


def can_move_condition(user: Any, condition: Condition) -> bool:
    """Whether `user` may give a condition to another owner or day: the secretary and the CIO, not its owner."""
    return can_manage_meetings(user)


def can_give_hold(user: Any, hold: Hold) -> bool:
    """Whether `user` may give the question of a hold to somebody else: the secretary and the CIO, not its owner."""
    return can_manage_meetings(user)


def can_answer_question(user: Any, question: Question) -> bool:
    """Whether `user` may answer what the board wanted to know: who is named, who asked for one of the requests or heads
    its silo, the secretary and the CIO."""
    if user.pk == question.owner_id or can_manage_meetings(user):
        return True
    rows = question.decision.requests.all()
    return any(can_see(user, row.request) and Actor.REQUESTER in actors_for(user, row.request) for row in rows)


def can_object_for(user: Any, segment: Segment) -> bool:
    """Whether `user` may object for the customers of a segment: who speaks for them, and nobody else."""
    return speaks_for_customers(user, segment)


def can_withdraw(user: Any, objection: Objection) -> bool:
    """Whether `user` may withdraw an objection: who raised it, and who speaks for its customers now."""
    return can_see(user, objection.request) and (
        user.pk == objection.person_id or can_object_for(user, objection.segment)
    )


def can_plan(user: Any) -> bool:
    """Whether `user` may open plans, and make scenarios: the board and the architects, since they show all money."""
    return can_see_board(user)


def can_change_scenario(user: Any, scenario: Scenario) -> bool:
    """Whether `user` may change a scenario and let it be planned: who made it, architects, the secretary, the CIO. The
    others of the board copy it."""
    if not can_plan(user):
        return False
    return user.pk == scenario.made_by_id or roles_of(user).is_architect or can_manage_meetings(user)


def can_score(user: Any) -> bool:
    """Whether `user` may score requests: architects and the board."""
    return can_see_board(user)


def can_weigh(user: Any) -> bool:
    """Whether `user` may change the criteria and their weights, for the whole organisation: the secretary, the CIO, the
    customer leader and administrators."""
    return can_manage_meetings(user) or roles_of(user).any_of(Role.CUSTOMER_LEADER, Role.ADMINISTRATOR)


def can_see_orders(user: Any) -> bool:
    """Whether `user` may see in which order the CIO and the customer leader want the queue: they, the board and the
    architects."""
    return can_see_board(user) or roles_of(user).any_of(Role.CUSTOMER_LEADER)


def can_rank(user: Any, side: str) -> bool:
    """Whether `user` may put the queue in the order of this side: the CIO theirs, the customer leader theirs."""
    role = {Ranking.Side.IT: Role.CIO, Ranking.Side.CUSTOMERS: Role.CUSTOMER_LEADER}.get(Ranking.Side(side))
    return role is not None and roles_of(user).any_of(role)


def can_propose_order(user: Any) -> bool:
    """Whether `user` may propose to the board what both orders agree on: who keeps one of them."""
    return any(can_rank(user, side) for side in Ranking.Side.values)


def can_see_reports(user: Any, *, money: bool = False) -> bool:
    """Whether `user` may open reports: everybody signed in, each counting only what they may see; those with the money
    of all only architects and the board."""
    return bool(user.is_authenticated) and (can_see_all_money(user) or not money)
