"""Pages of bets: making them while filing, answering them, and promised against delivered."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from config.home import home_page
from impacts.models import Bet, BetAnswer
from impacts.selectors.tags.bets import bet_book
from portfolio.lifecycle import Status
from tests.factories import BetAnswerFactory, BetFactory, SegmentFactory, draft_request, filed_request

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
HTMX = {"HX-Request": "true"}


def panel(request, *, edit=False):
    return reverse("impacts:panel-bets", args=[request.reference]) + ("?edit=1" if edit else "")


def due_bet(requester, silo, days=-1, **fields):
    request = filed_request(
        silo=silo, requester=requester, status=Status.APPROVED.value, confidential=fields.pop("confidential", False)
    )
    return BetFactory.create(request=request, due=TODAY + timedelta(days=days), **fields)


def answered_bet(requester, silo, amount, delivered, **fields):
    bet = due_bet(requester, silo, amount=amount, **fields)
    BetAnswerFactory.create(bet=bet, delivered=delivered)
    return bet


def test_a_draft_that_is_customer_facing_offers_to_bet_and_says_at_check_that_it_has_none(client_as, requester, cards):
    draft = draft_request(silo=cards, requester=requester, kind="customer_facing")
    client = client_as(requester)
    assert "What do you bet that it brings?" in client.get(panel(draft, edit=True), headers=HTMX).content.decode()
    assert "Customer-facing without a bet." in client.get(panel(draft), headers=HTMX).content.decode()
    for step in ("when", "check"):
        page = client.get(f"/requests/{draft.reference}/file/{step}/").content.decode()
        assert f"/panels/{draft.reference}/bets/" in page


def test_an_internal_request_is_not_asked_for_a_bet(client_as, requester, cards):
    draft = draft_request(silo=cards, requester=requester, kind="internal")
    assert client_as(requester).get(panel(draft, edit=True), headers=HTMX).content == b""
    assert b"without a bet" not in client_as(requester).get(panel(draft), headers=HTMX).content


def test_a_request_can_be_filed_without_a_bet(client_as, requester, cards):
    draft = draft_request(silo=cards, requester=requester, kind="customer_facing")
    client_as(requester).post(f"/requests/{draft.reference}/file/check/")
    draft.refresh_from_db()
    assert draft.state is Status.SUBMITTED


def test_a_bet_is_added_at_once_and_what_is_wrong_comes_back_as_typed(client_as, requester, cards):
    draft = draft_request(silo=cards, requester=requester)
    client, url = client_as(requester), reverse("impacts:touch-add", args=[draft.reference, "bets"])
    good = {
        "segment": SegmentFactory.create().pk,
        "moves": "lost",
        "amount": "2400",
        "due": (TODAY + timedelta(days=400)).isoformat(),
        "note": "Closed accounts",
    }
    for wrong, words in (
        ({"amount": "-3"}, "greater than or equal to 0.01"),
        ({"moves": "measure"}, "Say which measure moves."),
        ({"due": "2020-01-01"}, "This day is over"),
        ({"due": "soon"}, "Enter a valid date"),
    ):
        answer = client.post(url, good | wrong, headers=HTMX)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert "Closed accounts" in answer.content.decode()
    answer = client.post(url, good, headers=HTMX)
    assert answer.status_code == 200
    assert "2,400 fewer customers lost" in answer.content.decode()
    bet = Bet.objects.get()
    removed = client.post(reverse("impacts:touch-remove", args=[draft.reference, "bets", bet.pk]), headers=HTMX)
    assert "Put it back" in removed.content.decode()


def test_without_script_one_comes_back_to_the_step_of_the_bets(client_as, requester, cards):
    draft = draft_request(silo=cards, requester=requester)
    fields = {"segment": SegmentFactory.create().pk, "moves": "gained", "amount": "5", "due": "2099-01-01"}
    answer = client_as(requester).post(reverse("impacts:touch-add", args=[draft.reference, "bets"]), fields)
    assert answer["Location"] == f"/requests/{draft.reference}/file/when/"


def test_home_asks_the_owner_until_it_is_answered(client_as, requester, outsider, cards):
    bet = due_bet(requester, cards)
    assert home_page(requester).bets == [bet]
    assert home_page(outsider).bets == []
    url = reverse("impacts:bet-answer", args=[bet.request.reference, bet.pk])
    client = client_as(requester)
    assert url in client.get("/").content.decode()
    assert client.get(url).status_code == 200
    wrong = client.post(url, {"delivered": "many", "text": "As we said."})
    assert wrong.status_code == 422
    assert "As we said." in wrong.content.decode()
    assert client.post(url, {"delivered": "1200", "text": "Half of it."})["Location"].endswith("#bets")
    assert BetAnswer.objects.get().delivered == 1200
    assert home_page(requester).bets == []
    page = client.get(panel(bet.request), headers=HTMX).content.decode()
    assert "1,200 customers" in page
    assert "Half of it." in page


def test_only_its_owners_answer_and_only_what_they_see(client_as, requester, outsider, reader, cards):
    bet, secret = due_bet(requester, cards), due_bet(requester, cards, confidential=True)
    for person in (outsider, reader):
        client = client_as(person)
        url = reverse("impacts:bet-answer", args=[bet.request.reference, bet.pk])
        assert client.get(url).status_code == 403
        assert client.post(url, {"delivered": "1", "text": "x"}).status_code == 403
        hidden = reverse("impacts:bet-answer", args=[secret.request.reference, secret.pk])
        assert client.get(hidden).status_code == 404
        assert client.get(panel(secret.request)).status_code == 404


def test_an_answer_before_the_day_is_refused_with_what_was_typed(client_as, requester, cards):
    bet = due_bet(requester, cards, days=5)
    url = reverse("impacts:bet-answer", args=[bet.request.reference, bet.pk])
    answer = client_as(requester).post(url, {"delivered": "1", "text": "Early birds"})
    assert answer.status_code == 422
    assert "Come back then" in answer.content.decode()
    assert "Early birds" in answer.content.decode()


def test_the_page_says_whose_bets_held(client_as, requester, outsider, cards, retail):
    for _ in range(3):
        answered_bet(requester, cards, 100, 40)
        answered_bet(outsider, retail, 100, 110)
    due_bet(requester, cards, amount=7)
    due_bet(requester, cards, days=30, amount=8)
    filed_request(silo=cards, requester=requester, kind="customer_facing")
    page = client_as(requester).get(reverse("impacts:bets")).content.decode()
    assert "3 of 6 bets on customers were kept; Cards delivers 40 % of what it promises" in page
    assert "110 %, 3 of 3 kept" in page
    assert "bet on nothing" in page
    assert "Due, and nobody has said what came" in page


def test_one_bet_names_no_department(client_as, requester, cards):
    answered_bet(requester, cards, 100, 40)
    page = client_as(requester).get(reverse("impacts:bets")).content.decode()
    assert "The only bet on customers was not kept; 40 % of what was promised came" in page


def test_with_no_bets_the_page_says_so(client_as, reader):
    page = client_as(reader).get(reverse("impacts:bets")).content.decode()
    assert "No bet has come due and been answered yet" in page
    assert "Nothing to compare yet" in page


def test_confidential_bets_are_in_no_figure_of_who_may_not_see_them(client_as, requester, architect, reader, cards):
    answered_bet(requester, cards, 100, 5, confidential=True, note="Nightingale")
    seen = bet_book(user=architect, today=TODAY)
    assert (seen.total.answered, seen.hidden) == (1, 0)
    blind = bet_book(user=reader, today=TODAY)
    assert (blind.total.answered, blind.hidden, blind.records) == (0, 1, [])
    client = client_as(reader)
    assert "One bet of a confidential request" in client.get(reverse("impacts:bets")).content.decode()
    assert "Nightingale" not in client.get(reverse("impacts:bets-csv")).content.decode()


def test_the_record_of_the_department_stands_beside_a_new_bet(client_as, requester, board_member, cards):
    answered_bet(requester, cards, 100, 40)
    request = filed_request(silo=cards, requester=requester)
    page = client_as(board_member).get(panel(request), headers=HTMX).content.decode()
    assert "0 of 1 other bet kept; in the middle 40 %" in " ".join(page.split())


def test_the_file_holds_every_bet_and_no_formula(client_as, requester, cards):
    bet = answered_bet(requester, cards, 100, 40)
    BetAnswer.objects.update(text="=1+1")
    rows = list(
        csv.DictReader(io.StringIO(client_as(requester).get(reverse("impacts:bets-csv")).content.decode("utf-8-sig")))
    )
    assert [row["Request"] for row in rows] == [bet.request.reference]
    assert (rows[0]["Promised"], rows[0]["Delivered"], rows[0]["Share of promised"]) == ("100.00", "40.00", "0.4")
    assert rows[0]["What came of it"] == "'=1+1"


@pytest.mark.parametrize("count", [2, 12])
def test_the_pages_take_the_same_queries_at_any_size(client_as, requester, cards, django_assert_num_queries, count):
    for _ in range(count):
        answered_bet(requester, cards, 100, 40)
        due_bet(requester, cards)
        filed_request(silo=cards, requester=requester, kind="customer_facing")
    client = client_as(requester)
    with django_assert_num_queries(8):
        client.get(reverse("impacts:bets"))
    request = filed_request(silo=cards, requester=requester)
    for _ in range(count):
        BetFactory.create(request=request, due=date(2099, 1, 1))
    with django_assert_num_queries(6):
        client.get(panel(request), headers=HTMX)


@pytest.mark.parametrize("name", ["bets", "bets-csv"])
def test_nothing_is_posted_to_what_is_read(client_as, requester, name):
    assert client_as(requester).post(reverse(f"impacts:{name}")).status_code == 405
