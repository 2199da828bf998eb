"""Takes answers to invitations that calendars send, of who was invited, where they are newer than what is known.

An answer is older where it is about another time of the meeting than the one that holds (SEQUENCE), or was made before
the answer that is known (DTSTAMP). The same file twice changes nothing.
"""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from board.calendars.replies import CalendarReply, UnreadableReply, read_replies
from board.errors import BadReply, NotAllowed
from board.models import Attendance, Meeting
from board.packs.words import cut
from board.permissions import can_run
from board.services.meetings.claims import lock_meeting
from portfolio.models import Person

_REPLIES = {
    "ACCEPTED": Attendance.Reply.ACCEPTED,
    "TENTATIVE": Attendance.Reply.TENTATIVE,
    "DECLINED": Attendance.Reply.DECLINED,
}
#: Clocks differ; what is dated later than this is wrong, and would keep every later answer out.
CLOCKS_DIFFER = timedelta(hours=1)


def take_replies(*, data: bytes, person: Person | None = None) -> list[str]:
    """Take the answers in a calendar file or a mail, all of them or none. Returns a sentence for each. `person` is who
    uploads it: for themselves, or for others where they run the meeting; None for a mail that came in, whose sender
    must be who answers. Raises BadReply, NotAllowed."""
    try:
        replies = read_replies(data)
    except UnreadableReply as error:
        raise BadReply(f"Nothing was changed. {error}") from error
    with transaction.atomic():
        return [_take(reply, person) for reply in replies]


def _take(reply: CalendarReply, person: Person | None) -> str:
    meeting = _meeting(reply)
    lock_meeting(meeting=meeting)
    row = _invited(reply, meeting, person)
    state = _REPLIES[reply.state]
    said = f"{row.person}: {Attendance.Reply(state).label.lower()}, {meeting}."
    if row.replied_at is not None and reply.stamp <= row.replied_at:
        if row.reply == state:
            return f"Known already. {said}"
        raise BadReply(
            f"Nothing was changed. {row.person} gave a later answer, “{row.get_reply_display().lower()}”, on "
            f"{_when(row)}; this one is older."
        )
    row.reply, row.replied_at = state, min(reply.stamp, timezone.now())
    row.absent_because = cut(reply.comment, 200) if state == Attendance.Reply.DECLINED else ""
    row._history_user, row._change_reason = person or row.person, "Answered by calendar"  # type: ignore[attr-defined]
    row.full_clean()
    row.save()
    return f"Noted. {said}"


def _meeting(reply: CalendarReply) -> Meeting:
    """The meeting that is answered, still to come, and at the time that holds."""
    uid = _uid(reply)
    meeting = Meeting.objects.filter(uid=uid).first() if uid else None
    if meeting is None:
        raise BadReply("Nothing was changed. The reply is to a meeting that is not of this board, or not known here.")
    if meeting.is_over:
        what = "cancelled" if meeting.status == Meeting.Status.CANCELLED else "over"
        raise BadReply(f"Nothing was changed. {meeting} is {what}, so answers to it do not count any more.")
    if not _is_about_now(reply, meeting):
        raise BadReply(
            f"Nothing was changed. {meeting.title} was moved after this answer: it is on {meeting.day_words} now. "
            "Answer the newer invitation."
        )
    if reply.stamp > timezone.now() + CLOCKS_DIFFER:
        raise BadReply("Nothing was changed. The reply is dated in the future. Set the clock right and answer again.")
    return meeting


def _uid(reply: CalendarReply) -> uuid.UUID | None:
    try:
        return uuid.UUID(reply.uid.removesuffix("@ombud"))
    except ValueError:
        return None


def _is_about_now(reply: CalendarReply, meeting: Meeting) -> bool:
    """Whether the state that was answered had the meeting at the time that holds: another place asks nobody anew."""
    if reply.sequence >= meeting.sequence:
        return True
    answered = Meeting.history.filter(id=meeting.pk, sequence__lte=reply.sequence)
    state = answered.order_by("-history_date", "-history_id").first()
    return state is not None and state.starts_at == meeting.starts_at


def _invited(reply: CalendarReply, meeting: Meeting, person: Person | None) -> Attendance:
    """Whose answer it is. Raises BadReply for who was not invited, NotAllowed for who answers for others."""
    rows = Attendance.objects.filter(meeting=meeting, person__email__iexact=reply.address, invited_at__isnull=False)
    row = rows.select_related("person").first()
    if row is None:
        raise BadReply(f"Nothing was changed. {reply.address[:100]} was not invited to {meeting}.")
    if person is not None and person.pk != row.person_id and not can_run(person, meeting):
        raise NotAllowed(f"Nothing was changed. This is the answer of {row.person}; you reply for yourself.")
    if reply.sender and reply.sender != reply.address:
        raise BadReply(
            f"Nothing was changed. The mail is from {reply.sender[:100]}, the answer from {reply.address[:100]}. Who "
            "answers sends it themselves, or the secretary notes it."
        )
    return row


def _when(row: Attendance) -> str:
    local = timezone.localtime(row.replied_at)
    return f"{local.day} {local:%B} at {local:%H:%M}"
