"""Answers that calendars send count for who was invited, when they are newer than what is known."""

from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from board.errors import BadReply, NotAllowed
from board.models import Attendance, Meeting
from board.services.meetings.invitations import invite
from board.services.meetings.meetings import cancel_meeting, change_meeting, plan_meeting
from board.services.meetings.presence import reply_to
from board.services.meetings.replies import take_replies
from portfolio.models import Person
from tests.board.calendars.test_replies import mail_with, reply_file


@pytest.fixture
def coming(secretary: Person, cio: Person, board_member: Person) -> Meeting:
    """A meeting in three weeks, its people invited."""
    at = timezone.now() + timedelta(days=21)
    meeting = plan_meeting(person=secretary, starts_at=at, chair=cio, secretary=secretary, place="Room 4")
    invite(person=secretary, meeting=meeting)
    return meeting


def answer(
    meeting: Meeting,
    who: Person,
    state: str = "ACCEPTED",
    *,
    at: datetime | None = None,
    sequence: int = 0,
    **lines: str,
) -> bytes:
    """What the calendar of `who` answers, now unless said otherwise."""
    stamp = (at or timezone.now()).astimezone(timezone.get_fixed_timezone(0))
    return reply_file(
        UID=f"UID:{meeting.uid}@ombud",
        DTSTAMP=f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        SEQUENCE=f"SEQUENCE:{sequence}",
        ATTENDEE=f"ATTENDEE;PARTSTAT={state}:mailto:{who.email.upper()}",
        **lines,
    )


def row(meeting: Meeting, who: Person) -> Attendance:
    return Attendance.objects.get(meeting=meeting, person=who)


def moved(meeting: Meeting, person: Person, **values: Any) -> None:
    """Change the meeting."""
    meeting.refresh_from_db()
    kept = {name: getattr(meeting, name) for name in ("title", "starts_at", "minutes", "place", "chair", "secretary")}
    change_meeting(person=person, meeting=meeting, expected=meeting.version, **(kept | values))


def ago(minutes: int) -> datetime:
    return timezone.now().replace(microsecond=0) - timedelta(minutes=minutes)


def test_an_answer_is_noted_with_its_time_and_kept_in_the_history(coming: Meeting, board_member: Person) -> None:
    made = ago(5)
    [said] = take_replies(data=answer(coming, board_member, "DECLINED", at=made, COMMENT="COMMENT:Abroad"))
    known = row(coming, board_member)
    assert (known.reply, known.absent_because, known.replied_at) == ("declined", "Abroad", made)
    assert said == f"Noted. {board_member}: declined, {coming}."
    newest = known.history.first()
    assert (newest.history_user, newest.history_change_reason) == (board_member, "Answered by calendar")


def test_the_last_answer_holds_whatever_order_they_come_in(coming: Meeting, board_member: Person) -> None:
    take_replies(data=answer(coming, board_member, "TENTATIVE", at=ago(30)))
    take_replies(data=answer(coming, board_member, "ACCEPTED", at=ago(10)))
    with pytest.raises(BadReply, match=r"later answer, “accepted”.* this one is older"):
        take_replies(data=answer(coming, board_member, "DECLINED", at=ago(20)))
    assert row(coming, board_member).reply == "accepted"


def test_the_same_file_twice_changes_nothing(coming: Meeting, board_member: Person) -> None:
    data = answer(coming, board_member, at=ago(3))
    take_replies(data=data)
    count = row(coming, board_member).history.count()
    assert take_replies(data=data)[0].startswith("Known already.")
    assert row(coming, board_member).history.count() == count


def test_what_was_said_on_screen_later_holds(coming: Meeting, board_member: Person) -> None:
    reply_to(person=board_member, meeting=coming, reply="declined")
    with pytest.raises(BadReply, match="later answer"):
        take_replies(data=answer(coming, board_member, at=ago(1)))


def test_an_answer_to_another_time_does_not_count_but_to_another_place_it_does(
    coming: Meeting, secretary: Person, board_member: Person, cio: Person
) -> None:
    moved(coming, secretary, place="Room 5")
    take_replies(data=answer(coming, board_member, sequence=0, at=ago(2)))
    assert row(coming, board_member).reply == "accepted"
    moved(coming, secretary, starts_at=coming.starts_at + timedelta(days=1))
    assert row(coming, board_member).reply == "none"
    with pytest.raises(BadReply, match="was moved after this answer"):
        take_replies(data=answer(coming, board_member, sequence=1, at=ago(1)))
    take_replies(data=answer(coming, cio, sequence=2, at=ago(1)))
    assert row(coming, cio).reply == "accepted"


def test_only_who_was_invited_answers(coming: Meeting, secretary: Person, outsider: Person, architect: Person) -> None:
    with pytest.raises(BadReply, match="was not invited"):
        take_replies(data=answer(coming, outsider))
    Attendance.objects.create(meeting=coming, person=architect, votes=False)
    with pytest.raises(BadReply, match="was not invited"):
        take_replies(data=answer(coming, architect))


def test_meetings_that_are_unknown_or_cancelled_take_no_answers(
    coming: Meeting, secretary: Person, board_member: Person
) -> None:
    for uid in ("UID:somebody-elses@calendar", "UID:0b6d2f6e-7b6c-4f6e-9d1c-3a2b1c0d9e8f@ombud"):
        with pytest.raises(BadReply, match="not of this board"):
            take_replies(data=answer(coming, board_member).replace(f"UID:{coming.uid}@ombud".encode(), uid.encode()))
    cancel_meeting(person=secretary, meeting=coming, expected=coming.version, because="Ill")
    with pytest.raises(BadReply, match="is cancelled"):
        take_replies(data=answer(coming, board_member))


def test_an_answer_from_the_future_would_keep_later_ones_out(coming: Meeting, board_member: Person) -> None:
    with pytest.raises(BadReply, match="dated in the future"):
        take_replies(data=answer(coming, board_member, at=ago(-24 * 60)))
    take_replies(data=answer(coming, board_member, "TENTATIVE", at=ago(-10)))
    assert row(coming, board_member).replied_at <= timezone.now()  # type: ignore[operator]


def test_a_mail_counts_for_its_sender_alone(coming: Meeting, board_member: Person, cio: Person) -> None:
    with pytest.raises(BadReply, match="The mail is from"):
        take_replies(data=mail_with(answer(coming, board_member), sender=cio.email))
    take_replies(data=mail_with(answer(coming, board_member), sender=f"X <{board_member.email}>"))
    assert row(coming, board_member).reply == "accepted"


def test_people_upload_their_own_answer_and_the_secretary_everybodys(
    coming: Meeting, secretary: Person, board_member: Person, cio: Person, client_as: Any
) -> None:
    with pytest.raises(NotAllowed, match="you reply for yourself"):
        take_replies(data=answer(coming, cio), person=board_member)
    url = reverse("board:meeting-reply-file", args=[coming.pk])
    file = SimpleUploadedFile("reply.ics", answer(coming, board_member))
    assert "accepted" in client_as(board_member).post(url, {"file": file}, follow=True).content.decode()
    file = SimpleUploadedFile("reply.eml", mail_with(answer(coming, cio, "DECLINED"), sender=cio.email))
    client_as(secretary).post(url, {"file": file})
    assert (row(coming, board_member).reply, row(coming, cio).reply) == ("accepted", "declined")
    assert row(coming, cio).history.first().history_user == secretary
    page = client_as(board_member).post(url, {"file": SimpleUploadedFile("a.ics", b"hello")}, follow=True)
    assert "neither a calendar file" in page.content.decode()
    assert "Choose the file of the reply." in client_as(secretary).post(url, {}, follow=True).content.decode()


def test_the_page_of_replies_is_for_the_board(coming: Meeting, outsider: Person, client_as: Any) -> None:
    url = reverse("board:meeting-reply-file", args=[coming.pk])
    assert client_as(outsider).post(url, {}).status_code == 403
    assert client_as(outsider).get(url).status_code == 405


def test_the_command_takes_every_file_and_fails_where_one_does_not_count(
    coming: Meeting, board_member: Person, cio: Person, tmp_path: Path
) -> None:
    good, mail, bad = tmp_path / "good.ics", tmp_path / "mail.eml", tmp_path / "bad.ics"
    good.write_bytes(answer(coming, board_member))
    mail.write_bytes(mail_with(answer(coming, cio, "TENTATIVE"), sender=cio.email))
    bad.write_bytes(b"nothing")
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="2 of 4"):
        call_command("read_replies", good, bad, tmp_path / "missing.ics", mail, stdout=out, stderr=err)
    assert (row(coming, board_member).reply, row(coming, cio).reply) == ("accepted", "tentative")
    assert out.getvalue().count("Noted.") == 2
    assert "neither a calendar file" in err.getvalue()
    assert "missing.ics: cannot be read: No such file" in err.getvalue()
