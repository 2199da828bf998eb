"""What somebody who is gone held waits for their manager, and is handed over."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from customers.models import DataDomain, Segment, Touchpoint
from portfolio.errors import HandOverProblem, NotAllowed
from portfolio.models import Notification, Person
from portfolio.selectors.holdings import vacancy_of, waiting_for
from portfolio.services.handover import hand_over
from tests.factories import DataDomainFactory, PersonFactory, SegmentFactory, TouchpointFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone(requester: Person) -> Person:
    """Who reported to the head of Cards and left yesterday."""
    left = timezone.localdate() - timedelta(days=1)
    return PersonFactory.create(name="Greg Gone", manager=requester, left_on=left, is_active=False)


def held_by(person: Person) -> tuple[Touchpoint, DataDomain, Segment]:
    return (
        TouchpointFactory.create(name="Dispute form", accountable=person),
        DataDomainFactory.create(name="Disputes", steward=person),
        SegmentFactory.create(name="Travellers", manager=person),
    )


def people_of(vacancies) -> list[Person]:
    return [each.person for each in vacancies]


def test_it_waits_for_the_manager_and_for_nobody_else(gone, requester, colleague, administrator, architect):
    held_by(gone)
    assert people_of(waiting_for(requester)) == [gone]
    assert waiting_for(requester)[0].words == "1 segment, 1 touchpoint and 1 data domain"
    for other in (colleague, administrator, architect):
        assert waiting_for(other) == []


def test_while_somebody_is_here_nothing_waits(requester):
    held_by(PersonFactory.create(manager=requester, left_on=timezone.localdate() + timedelta(days=1)))
    assert waiting_for(requester) == []


def test_what_is_retired_waits_for_nobody(gone, requester):
    TouchpointFactory.create(accountable=gone, retired_on=timezone.localdate())
    assert waiting_for(requester) == []


def test_where_the_manager_left_too_it_goes_up_the_line(requester, outsider, administrator):
    middle = PersonFactory.create(name="Mid", manager=requester, is_active=False)
    lower = PersonFactory.create(name="Low", manager=middle, is_active=False)
    held_by(lower)
    assert people_of(waiting_for(requester)) == [lower]
    assert vacancy_of(lower).hands_over == requester
    assert waiting_for(administrator) == []


def test_with_nobody_left_above_it_is_the_administrators(administrator, requester):
    top = PersonFactory.create(name="Top", is_active=False)
    lower = PersonFactory.create(name="Low", manager=top, is_active=False)
    held_by(lower)
    held_by(PersonFactory.create(name="Alone", is_active=False))
    assert [each.name for each in people_of(waiting_for(administrator))] == ["Alone", "Low"]
    assert waiting_for(requester) == []


def test_a_line_that_runs_in_a_circle_ends_at_the_administrators(administrator):
    one, two = PersonFactory.create(is_active=False), PersonFactory.create(is_active=False)
    Person.objects.filter(pk=one.pk).update(manager=two)
    Person.objects.filter(pk=two.pk).update(manager=one)
    held_by(one)
    assert len(waiting_for(administrator)) == 1


def test_a_circle_of_managers_is_refused(requester, colleague):
    requester.manager = colleague
    requester.save()
    colleague.manager = requester
    with pytest.raises(ValidationError, match="reports, directly or through others, to Carl"):
        colleague.full_clean()
    colleague.manager = colleague
    with pytest.raises(ValidationError):
        colleague.full_clean()


def test_handing_over_changes_who_answers_and_keeps_who_did_it(gone, requester, colleague, outsider):
    form, disputes, travellers = held_by(gone)
    hand_over(person=gone, successors={form: colleague, disputes: outsider, travellers: colleague}, by=requester)
    for entry in (form, disputes, travellers):
        entry.refresh_from_db()
    assert (form.accountable, disputes.steward, travellers.manager) == (colleague, outsider, colleague)
    last = form.history.order_by("-history_id").first()
    assert (last.history_user, last.history_change_reason) == (requester, "Handed over from Greg Gone")
    assert waiting_for(requester) == []
    told = Notification.objects.get(person=colleague).text
    assert "You answer for Dispute form, Travellers from now on; Rita Requester handed it over from Greg Gone" in told


def test_only_the_manager_and_administrators_hand_over(gone, requester, colleague, administrator, architect):
    form, disputes, _ = held_by(gone)
    for other in (colleague, architect):
        with pytest.raises(NotAllowed, match="handed over by Rita Requester, or by an administrator"):
            hand_over(person=gone, successors={form: other}, by=other)
    hand_over(person=gone, successors={disputes: colleague}, by=administrator)
    disputes.refresh_from_db()
    assert disputes.steward == colleague


def test_a_successor_who_cannot_answer_is_refused_and_nothing_is_given(gone, requester, colleague):
    form, disputes, _ = held_by(gone)
    team = PersonFactory.create(name="Voice team", kind=Person.Kind.TEAM)
    with pytest.raises(HandOverProblem) as caught:
        hand_over(person=gone, successors={form: colleague, disputes: team}, by=requester)
    assert "is a team or mailbox" in caught.value.fields[f"data-domains-{disputes.code}"]
    form.refresh_from_db()
    assert form.accountable == gone


def test_what_somebody_else_handed_over_meanwhile_is_named_and_nothing_is_given(gone, requester, colleague, outsider):
    form, disputes, _ = held_by(gone)
    Touchpoint.objects.filter(pk=form.pk).update(accountable=outsider)
    with pytest.raises(HandOverProblem) as caught:
        hand_over(person=gone, successors={form: colleague, disputes: colleague}, by=requester)
    assert "somebody else in the meantime" in caught.value.fields[f"touchpoints-{form.code}"]
    disputes.refresh_from_db()
    assert disputes.steward == gone


def test_who_is_still_here_keeps_what_they_hold(requester, colleague, administrator):
    form, *_ = held_by(colleague)
    with pytest.raises(HandOverProblem, match="is still here"):
        hand_over(person=colleague, successors={form: requester}, by=administrator)


def test_handing_over_needs_a_successor(gone, requester):
    form, *_ = held_by(gone)
    with pytest.raises(HandOverProblem, match="Choose a successor for at least one"):
        hand_over(person=gone, successors={}, by=requester)
    form.refresh_from_db()
    assert form.accountable == gone
