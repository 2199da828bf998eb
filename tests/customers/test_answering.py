"""Who can be accountable: one living person, and nothing that sounds like one."""

import pytest

from customers.answering import nobody_in
from customers.models import Touchpoint
from customers.sheets.columns import people
from portfolio.models import Person
from tests.factories import PersonFactory, TouchpointFactory


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Everyone", "everybody, and so nobody"),
        ("everybody", "everybody, and so nobody"),
        ("The business", "everybody, and so nobody"),
        ("TBD", "names nobody"),
        ("n/a", "names nobody"),
        ("N.A.", "names nobody"),
        ("Don’t know", "names nobody"),
        ("we don't know", "names nobody"),
        ("?", "names nobody"),
        ("  ", "names nobody"),
        ("vacant", "names nobody"),
        ("Voice team", "a team or mailbox"),
        ("Steering committee", "a team or mailbox"),
        ("info@bank.example", "a mailbox"),
        ("no-reply@bank.example", "a mailbox"),
        ("cards.team@bank.example", "a mailbox"),
        ("Rita and Carl", "several people"),
        ("Rita / Carl", "several people"),
    ],
)
def test_what_names_nobody_is_told_apart_with_the_reason(name: str, why: str) -> None:
    assert why in nobody_in(name)


@pytest.mark.parametrize(
    "name",
    ["Rita Requester", "Fernando Alonso", "Conor O'Neill", "Anna-Maria Berg", "Jo Teamer", "Al Tbd", "Ng", "Bo Crew"],
)
def test_a_person_is_a_person(name: str) -> None:
    assert nobody_in(name) == ""
    assert nobody_in(f"{name.replace(' ', '.').replace(chr(39), '')}@bank.example") == ""


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Everyone", "TBD", "Cards team"])
def test_a_row_of_people_that_is_called_like_nobody_answers_for_nothing(
    client_as, architect: Person, name: str
) -> None:
    touchpoint, nobody = TouchpointFactory.create(), PersonFactory.create(name=name)
    page = client_as(architect).post(
        f"/registers/touchpoints/{touchpoint.code}/edit/",
        {"name": "App", "channel": "app", "journey_stage": "use", "customers_per_month": 1, "accountable": nobody.pk},
    )
    assert page.status_code == 422
    assert nobody_in(name) in page.content.decode()
    assert Touchpoint.objects.get().accountable is None


@pytest.mark.django_db
def test_a_mailbox_with_a_persons_name_answers_for_nothing() -> None:
    assert "is a mailbox" in PersonFactory.create(name="Voice", email="info@bank.example").accountability_problem


@pytest.mark.django_db
@pytest.mark.parametrize("sent", ["Everyone", "tbd", "info@bank.example"])
def test_the_api_says_why_it_refuses(client_as, architect: Person, sent: str) -> None:
    touchpoint = TouchpointFactory.create()
    answer = client_as(architect).patch(
        f"/api/v1/registers/touchpoints/{touchpoint.code}/", {"accountable": sent}, content_type="application/json"
    )
    assert answer.status_code == 400
    assert "Name one living person by e-mail address" in answer.json()["errors"]["accountable"][0]


@pytest.mark.django_db
def test_the_api_refuses_who_has_left_with_the_day(client_as, architect: Person) -> None:
    gone = PersonFactory.create(name="Greg Gone", left_on="2026-01-31")
    touchpoint = TouchpointFactory.create()
    url = f"/api/v1/registers/touchpoints/{touchpoint.code}/"
    answer = client_as(architect).patch(url, {"accountable": gone.email}, content_type="application/json")
    assert answer.status_code == 400
    assert "Greg Gone left on 31 January 2026" in answer.json()["errors"]["accountable"][0]


@pytest.mark.parametrize("cell", ["Everyone", "TBD", "Cards team", "info@bank.example", "Rita and Carl"])
@pytest.mark.django_db
def test_an_import_says_why_a_cell_names_nobody(cell: str) -> None:
    with pytest.raises(ValueError, match="Name one living person, or leave it empty") as caught:
        people()(cell)
    assert nobody_in(cell) in str(caught.value)


@pytest.mark.django_db
def test_an_import_finds_people_and_says_who_is_not_known() -> None:
    rita = PersonFactory.create(name="Rita Real")
    assert people()("rita real") == rita
    with pytest.raises(ValueError, match="There is no person “Otto Other”"):
        people()("Otto Other")
