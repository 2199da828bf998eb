"""Comments, following, and what a person chose."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from portfolio.errors import NotAllowed
from portfolio.lifecycle import Status
from portfolio.models import Comment, Notification, Person, ProjectRequest, Silo, Watch
from portfolio.services.mail import send_due_mail
from portfolio.services.notifications import mark_read, notify
from portfolio.services.steps import advance_request
from portfolio.services.talk import add_comment, set_preferences, unwatch_request, watch_request
from tests.factories import WatchFactory, filed_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_obj(requester: Person, cards: Silo) -> ProjectRequest:
    return filed_request(silo=cards, requester=requester)


def told(person: Person) -> list[str]:
    return list(Notification.objects.filter(person=person).order_by("id").values_list("text", flat=True))


def test_comment_tells_who_follows_but_not_who_speaks(
    request_obj: ProjectRequest, requester: Person, outsider: Person
) -> None:
    comment = add_comment(request=request_obj, author=outsider, text="  Same here <b> 😀 ")

    assert comment.text == "Same here <b> 😀"
    assert len(told(requester)) == 1
    assert "Same here <b> 😀" in told(requester)[0]
    assert told(outsider) == []
    assert Notification.objects.get().url.endswith(f"#comment-{comment.pk}")


@pytest.mark.parametrize(("confidential", "told_of"), [(False, 1), (True, 0)])
def test_the_head_of_the_department_hears_in_place_of_a_requester_who_left(
    request_obj: ProjectRequest, requester: Person, colleague: Person, architect: Person,
    confidential: bool, told_of: int,
) -> None:  # fmt: skip
    request_obj.confidential = confidential
    request_obj.save()
    add_comment(request=request_obj, author=architect, text="While she is here")
    assert told(colleague) == []
    Person.objects.filter(pk=requester.pk).update(is_active=False)
    add_comment(request=request_obj, author=architect, text="Now that she has left")
    assert len(told(colleague)) == told_of


def test_button_pressed_twice_says_it_once(
    request_obj: ProjectRequest, requester: Person, outsider: Person, architect: Person
) -> None:
    first = add_comment(request=request_obj, author=outsider, text="Same here")
    assert add_comment(request=request_obj, author=outsider, text=" Same here") == first
    assert len(told(requester)) == 1
    assert add_comment(request=request_obj, author=architect, text="Same here") != first
    assert add_comment(request=request_obj, author=outsider, text="Something else") != first
    Comment.objects.filter(pk=first.pk).update(at=first.at - timedelta(minutes=1))
    assert add_comment(request=request_obj, author=outsider, text="Same here") != first


def test_who_speaks_hears_the_answer(request_obj: ProjectRequest, requester: Person, outsider: Person) -> None:
    add_comment(request=request_obj, author=outsider, text="Same here")
    add_comment(request=request_obj, author=requester, text="Then join us")

    assert len(told(outsider)) == 1


def test_comment_of_a_reader_or_without_words_is_refused(
    request_obj: ProjectRequest, reader: Person, outsider: Person
) -> None:
    with pytest.raises(NotAllowed):
        add_comment(request=request_obj, author=reader, text="Hello")
    for text in ("  ", "x" * 5001):
        with pytest.raises(ValidationError):
            add_comment(request=request_obj, author=outsider, text=text)
    assert not Notification.objects.exists()


def test_follower_who_may_no_longer_see_it_is_not_told(
    request_obj: ProjectRequest, outsider: Person, architect: Person
) -> None:
    WatchFactory.create(request=request_obj, person=outsider)
    ProjectRequest.objects.filter(pk=request_obj.pk).update(confidential=True)
    request_obj.refresh_from_db()

    advance_request(request=request_obj, target=Status.IN_TRIAGE, person=architect)

    assert told(outsider) == []


def test_step_tells_everybody_who_follows_with_its_reason(
    request_obj: ProjectRequest, requester: Person, outsider: Person
) -> None:
    watch_request(request=request_obj, person=outsider)
    watch_request(request=request_obj, person=outsider)

    advance_request(request=request_obj, target=Status.WITHDRAWN, person=requester, why="No money.")

    assert request_obj.state is Status.WITHDRAWN
    assert len(told(outsider)) == 1
    assert "withdrawn" in told(outsider)[0]
    assert "No money." in told(outsider)[0]
    assert Notification.objects.get().url == request_obj.get_absolute_url()
    assert told(requester) == []


def test_unwatched_is_not_told(request_obj: ProjectRequest, outsider: Person, architect: Person) -> None:
    watch_request(request=request_obj, person=outsider)
    unwatch_request(request=request_obj, person=outsider)

    advance_request(request=request_obj, target=Status.IN_TRIAGE, person=architect)

    assert told(outsider) == []


def test_who_stops_following_one_request_follows_the_others_and_keeps_nobody_from_it(
    request_obj: ProjectRequest, outsider: Person, architect: Person
) -> None:
    other = filed_request()
    for person, request in ((outsider, request_obj), (outsider, other), (architect, request_obj)):
        watch_request(request=request, person=person)
    unwatch_request(request=request_obj, person=outsider)

    assert set(Watch.objects.filter(person__in=[outsider, architect]).values_list("person", "request")) == {
        (outsider.pk, other.pk),
        (architect.pk, request_obj.pk),
    }


def test_unseen_request_is_not_followed(requester: Person, outsider: Person, cards: Silo) -> None:
    hidden = filed_request(silo=cards, requester=requester, confidential=True)
    with pytest.raises(NotAllowed):
        watch_request(request=hidden, person=outsider)


def test_same_event_is_told_once_and_mailed_only_to_who_wants_mail(
    requester: Person, outsider: Person, mailoutbox: list[object]
) -> None:
    set_preferences(person=outsider, wants_mail=False, shortcuts=False)
    outsider.refresh_from_db()
    for _ in range(2):
        notify(people=[requester, outsider], key="k", text="Something\nhappened", url="/x/")

    assert (len(told(requester)), len(told(outsider)), outsider.shortcuts) == (1, 1, False)
    assert (send_due_mail(), send_due_mail()) == (1, 0)
    assert len(mailoutbox) == 1


def test_marking_read_is_the_persons_own(requester: Person, outsider: Person) -> None:
    notify(people=[requester, outsider], key="k", text="x", url="/")
    other = Notification.objects.get(person=outsider)

    assert mark_read(person=requester, ids=[other.pk]) == 0
    assert mark_read(person=outsider) == 1
    assert Notification.objects.get(person=requester).read_at is None
