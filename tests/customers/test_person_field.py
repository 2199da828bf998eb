"""A person is picked by typing: whole names, beginnings of words, ids; what is not clear says so."""

from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from customers.person_field import People, PersonField, PersonInput, pick_person
from portfolio.models import Person
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people() -> dict[str, Person]:
    """Five people, two of whom have the same name."""
    given = {
        "anika": ("Anika Sharma", "Head of Retail"),
        "ann": ("Ann Sharp", "Architect"),
        "jose": ("José Núñez", "Head of Cards"),
        "tom1": ("Tom Hill", "Payments"),
        "tom2": ("Tom Hill", "Lending"),
    }
    return {
        key: PersonFactory.create(name=name, job_title=job, email=f"{key}@bank.example")
        for key, (name, job) in given.items()
    }


def everybody() -> Any:
    return Person.objects.order_by("name", "id")


def field(**options: Any) -> PersonField:
    return PersonField(everybody(), **options)


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("Anika Sharma", "anika"),
        ("  anika   SHARMA ", "anika"),
        ("anika", "anika"),
        ("sharm", "anika"),
        ("jose nunez", "jose"),
        ("head cards", "jose"),
        ("ann@bank.example", "ann"),
        ("Tom Hill (tom2@bank.example)", "tom2"),
        ("tom lend", "tom2"),
    ],
)
def test_who_is_meant_is_found(typed: str, who: str, people: dict[str, Person]) -> None:
    assert field().clean(typed) == people[who]


def test_a_form_asks_on_the_day_who_is_here(people: dict[str, Person], monkeypatch: pytest.MonkeyPatch) -> None:
    class Form(forms.Form):
        who = PersonField(Person.objects.able_to_answer)

    def names_ann() -> bool:
        form = Form({"who": "Ann Sharp"})
        return form.is_valid() and "Ann Sharp" in str(form["who"])

    assert names_ann()
    Person.objects.filter(pk=people["ann"].pk).update(left_on=timezone.localdate() + timedelta(days=1))
    assert names_ann()
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: tomorrow)
    assert not names_ann()


def test_an_id_names_somebody_too(people: dict[str, Person]) -> None:
    assert field().clean(str(people["ann"].pk)) == people["ann"]
    assert field().clean(people["ann"].pk) == people["ann"]


@pytest.mark.parametrize("typed", ["Nobody Else", "999999", "9" * 40, "(", "\x00", "x" * 5000])
def test_who_is_not_there_is_refused_with_words(typed: str) -> None:
    with pytest.raises(ValidationError, match="Nobody who can be chosen is called"):
        field().clean(typed)


def test_what_several_can_mean_names_them() -> None:
    with pytest.raises(ValidationError, match=r"can be Ann Sharp, Anika Sharma|can be Anika Sharma, Ann Sharp"):
        field().clean("an")
    with pytest.raises(ValidationError, match=r"Tom Hill \(tom1@bank.example\), Tom Hill \(tom2@bank.example\)"):
        field().clean("Tom Hill")


def test_only_those_of_the_list_can_be_picked(people: dict[str, Person]) -> None:
    some = PersonField(everybody().exclude(pk=people["ann"].pk))
    for typed in ("Ann Sharp", str(people["ann"].pk)):
        with pytest.raises(ValidationError):
            some.clean(typed)


def test_an_empty_line_is_nobody_or_refused() -> None:
    assert field(required=False).clean("  ") is None
    with pytest.raises(ValidationError, match="Name one person"):
        field().clean("")


class Form(forms.Form):
    """A form whose list of people becomes a line."""

    who = forms.ModelChoiceField(Person.objects.none(), label="Who", help_text="One person.", required=False)

    def __init__(self, *args: Any, people: People, **options: Any) -> None:
        super().__init__(*args, **options)
        pick_person(self, "who", people)


def test_the_page_shows_the_name_and_the_suggestions(people: dict[str, Person]) -> None:
    form = Form(people=People(everybody()), initial={"who": people["tom1"].pk})
    html = str(form["who"])
    assert 'value="Tom Hill (tom1@bank.example)"' in html
    assert '<datalist id="id_who_people">' in html
    assert '<option value="Anika Sharma">Head of Retail</option>' in html
    assert (form.fields["who"].label, form.fields["who"].help_text) == ("Who", "One person.")


def test_several_fields_share_one_list_and_one_query(people: dict[str, Person], django_assert_num_queries: Any) -> None:
    shared = People(everybody())
    with django_assert_num_queries(1):
        for _ in range(3):
            form = Form(people=shared, initial={"who": people["ann"].pk})
            pick_person(form, "who", shared, shared="shared")
            assert "datalist" not in str(form["who"])
            assert 'list="shared"' in str(form["who"])


def test_a_name_that_is_markup_stays_text() -> None:
    PersonFactory.create(name='<b>"x"</b>', email="b@bank.example")
    assert "<b>" not in str(People(everybody()).options())


def test_a_class_field_reads_people_anew_for_each_form(people: dict[str, Person]) -> None:
    class Plain(forms.Form):
        who = PersonField(everybody())

    assert Plain({"who": "anika"}).is_valid()
    PersonFactory.create(name="Zoe New", email="zoe@bank.example")
    assert Plain({"who": "zoe"}).is_valid()
    assert isinstance(Plain().fields["who"].widget, PersonInput)


def test_somebody_who_left_is_still_named(people: dict[str, Person]) -> None:
    here = PersonField(everybody().exclude(pk=people["ann"].pk))
    assert here.prepare_value(people["ann"].pk) == "Ann Sharp"
    assert not here.has_changed(people["ann"].pk, "Ann Sharp")
