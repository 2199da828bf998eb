"""Bets are made while a request may be edited, asked for on their day, and answered by who made them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from customers.models import Measure
from impacts.errors import ActNotPossible, NotAllowed
from impacts.models import Bet, BetAnswer
from impacts.services.tags.bets import answer_bet, ask_for_answers
from impacts.services.tags.tagging import add_bet, change_bet
from portfolio.lifecycle import Status
from portfolio.models import Notification, Person, ScanMark
from tests.factories import BetFactory, MeasureFactory, PersonFactory, SegmentFactory, draft_request, filed_request

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def due_bet(requester, cards, **fields):
    """A bet of an approved request, due yesterday."""
    request = filed_request(silo=cards, requester=requester, status=Status.APPROVED.value, **fields)
    return BetFactory.create(request=request, due=TODAY - timedelta(days=1))


def test_a_bet_takes_the_requests_next_version(requester, cards):
    draft = draft_request(silo=cards, requester=requester)
    segment = SegmentFactory.create(name="Card holders")
    bet = add_bet(
        request=draft, person=requester, segment=segment, moves="lost", amount=Decimal(2400), due=TODAY + timedelta(90)
    )
    assert str(bet) == "2,400 fewer customers lost: Card holders"
    draft.refresh_from_db()
    assert draft.version == 2
    assert bet.history.count() == 1


def test_a_measure_moves_the_way_that_is_better(requester):
    calls = MeasureFactory.create(name="Calls", unit="a month", good_direction=Measure.Good.DOWN)
    use = MeasureFactory.create(name="Digital use", unit="per cent", good_direction=Measure.Good.UP)
    down, up = (BetFactory.create(moves="measure", measure=one, amount=Decimal("3.80")) for one in (calls, use))
    assert (down.promise, up.promise) == ("Calls down by 3.8 a month", "Digital use up by 3.8 per cent")


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal(-5)}, "amount"),
        ({"moves": "measure"}, "__all__"),
        ({"due": TODAY}, "due"),
        ({"due": TODAY + timedelta(days=20)}, "due"),
    ],
)
def test_a_bet_that_cannot_be_is_refused(requester, cards, fields, where):
    draft = draft_request(silo=cards, requester=requester, wanted_go_live=TODAY + timedelta(days=30))
    given = {"segment": SegmentFactory.create(), "moves": "lost", "amount": Decimal(5), "due": TODAY + timedelta(90)}
    with pytest.raises(ValidationError) as error:
        add_bet(request=draft, person=requester, **{**given, **fields})
    assert where in error.value.message_dict
    assert not Bet.objects.exists()


def test_the_database_holds_what_a_bet_is(requester):
    for wrong in ({"amount": 0}, {"moves": "measure"}, {"measure": MeasureFactory.create()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BetFactory.create(**wrong)


def test_the_same_bet_is_made_once(requester, cards):
    bet = BetFactory.create(request=draft_request(silo=cards, requester=requester))
    with pytest.raises(ValidationError, match="already listed"):
        add_bet(
            request=bet.request, person=requester, segment=bet.segment, moves="lost", amount=Decimal(1), due=bet.due
        )


def test_who_may_not_edit_the_request_bets_nothing(outsider, requester, cards):
    draft = draft_request(silo=cards, requester=requester)
    with pytest.raises(NotAllowed):
        add_bet(request=draft, person=outsider, segment=SegmentFactory.create(), moves="lost", amount=1, due=TODAY)


def test_once_the_board_has_decided_a_bet_stands(requester, cards):
    bet = due_bet(requester, cards)
    with pytest.raises(NotAllowed):
        change_bet(bet=bet, person=requester, amount=Decimal(1))


def test_on_its_day_requester_and_sponsor_are_asked_once(requester, cards, mailoutbox):
    sponsor = PersonFactory.create()
    bet = due_bet(requester, cards, sponsor=sponsor)
    assert ask_for_answers(today=TODAY) == 2
    assert ask_for_answers(today=TODAY + timedelta(days=1)) == 0
    note = Notification.objects.get(person=sponsor)
    assert "2,400 fewer customers lost" in note.text
    assert note.url == f"/requests/{bet.request.reference}/bets/{bet.pk}/answer/"


@pytest.mark.parametrize(
    ("status", "days"), [("submitted", -1), ("rejected", -1), ("withdrawn", -1), ("approved", 1), ("deferred", -1)]
)
def test_nobody_is_asked_before_its_day_or_where_the_board_did_not_say_yes(requester, cards, status, days):
    request = filed_request(silo=cards, requester=requester, status=status)
    BetFactory.create(request=request, due=TODAY + timedelta(days))
    assert ask_for_answers(today=TODAY) == 0


def test_where_its_people_have_left_the_head_of_the_department_is_asked(requester, colleague, cards):
    gone = PersonFactory.create(left_on=date(2026, 1, 1))
    bet = due_bet(gone, cards)
    ask_for_answers(today=TODAY)
    told = set(Notification.objects.values_list("person_id", flat=True))
    assert told == {requester.pk, colleague.pk}
    assert bet.request.requester_id not in told


def test_an_answer_can_be_corrected_and_its_history_stays(requester, cards):
    bet = due_bet(requester, cards)
    answer_bet(bet=bet, person=requester, delivered=Decimal(900), text="Counted in the branch.")
    answer_bet(bet=bet, person=requester, delivered=Decimal(2400), text="The branch had counted half.")
    answer = BetAnswer.objects.get()
    assert (answer.share, answer.is_kept, answer.words) == (1.0, True, "2,400 customers")
    assert answer.history.count() == 2
    assert not Bet.objects.due(TODAY).exists()


def test_others_do_not_answer(outsider, architect, requester, cards):
    bet = due_bet(requester, cards)
    for person in (outsider, architect):
        with pytest.raises(NotAllowed):
            answer_bet(bet=bet, person=person, delivered=Decimal(1), text="x")


def test_a_bet_is_not_answered_before_its_day(requester, cards):
    bet = due_bet(requester, cards)
    Bet.objects.update(due=timezone.localdate() + timedelta(days=2))
    bet.refresh_from_db()
    with pytest.raises(ActNotPossible, match="Come back then"):
        answer_bet(bet=bet, person=requester, delivered=Decimal(1), text="x")


def test_an_answer_does_not_mark_the_request_for_a_scan(requester, cards):
    bet = due_bet(requester, cards)
    ScanMark.objects.all().delete()
    answer_bet(bet=bet, person=requester, delivered=Decimal(1), text="One.")
    assert not ScanMark.objects.exists()
    assert Person.objects.filter(bet_answers__bet=bet).get() == requester
