"""The table of skills by quarter, and the panel on a skill's page."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.quarters import quarter_of, quarters_from
from portfolio.models import Person, SkillCapacity
from tests.factories import SkillCapacityFactory, SkillFactory

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Person | None], Client]
URL = reverse("portfolio:skill-capacity")


def field(skill: Any, at: int = 0) -> str:
    year, quarter = quarters_from(quarter_of(timezone.localdate()), 8)[at]
    return f"s{skill.pk}-{year}-{quarter}"


def test_an_architect_fills_it_in(client_as: ClientAs, architect: Person) -> None:
    skill = SkillFactory.create()
    response = client_as(architect).post(URL, {field(skill): "120", field(skill, 3): "0"})
    assert response.status_code == 302
    assert list(SkillCapacity.objects.values_list("days", flat=True)) == [120, 0]
    page = client_as(architect).get(URL).content.decode()
    assert 'value="120"' in page


def sent(page: str) -> dict[str, str]:
    """Every field of the page's form with what it holds."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page.partition('method="post" novalidate')[2]):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        if name:
            found[name[1]] = value[1] if value else ""
    return found


def test_what_others_said_since_the_page_was_opened_stays(client_as: ClientAs, architect: Person) -> None:
    skill = SkillFactory.create()
    (year, quarter), (other, after) = quarters_from(quarter_of(timezone.localdate()), 8)[:2]
    mine = SkillCapacityFactory.create(skill=skill, year=year, quarter=quarter, days=10)
    theirs = SkillCapacityFactory.create(skill=skill, year=other, quarter=after, days=20)
    form = sent(client_as(architect).get(URL).content.decode())
    assert form[field(skill)] == "10"
    SkillCapacity.objects.filter(pk=theirs.pk).update(days=25)
    newer = SkillCapacityFactory.create(year=year, quarter=quarter, days=30)
    assert client_as(architect).post(URL, form | {field(skill): "11"}).status_code == 302
    assert [row.days for row in SkillCapacity.objects.order_by("id")] == [11, 25, newer.days]
    form = sent(client_as(architect).get(URL).content.decode())
    client_as(architect).post(URL, form | {field(skill): ""})
    assert not SkillCapacity.objects.filter(pk=mine.pk).exists()


def test_an_organisation_may_have_many_skills(client_as: ClientAs, architect: Person) -> None:
    SkillFactory.create_batch(70)
    form = sent(client_as(architect).get(URL).content.decode())
    assert len(form) == 1 + 40 * 8 * 2
    assert client_as(architect).post(URL, form).status_code == 302


def test_what_is_no_number_is_refused_and_kept(client_as: ClientAs, architect: Person) -> None:
    skill = SkillFactory.create()
    response = client_as(architect).post(URL, {field(skill): "twelve", field(skill, 1): "9" * 30})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Write a whole number of days" in page
    assert 'value="twelve"' in page
    assert not SkillCapacity.objects.exists()


def test_others_read_it_and_cannot_write(client_as: ClientAs, requester: Person, reader: Person) -> None:
    skill = SkillFactory.create()
    year, quarter = quarters_from(quarter_of(timezone.localdate()), 8)[0]
    SkillCapacityFactory.create(skill=skill, year=year, quarter=quarter, days=4321)
    for person in (requester, reader):
        page = client_as(person).get(URL)
        assert "4,321" in page.content.decode()
        assert "Save" not in page.content.decode()
        assert client_as(person).post(URL, {field(skill): "1"}).status_code == 403


def test_without_skills_it_says_what_to_do(client_as: ClientAs, architect: Person) -> None:
    assert "No skills yet" in client_as(architect).get(URL).content.decode()


def test_the_panel_stands_on_the_page_of_a_skill(client_as: ClientAs, reader: Person) -> None:
    skill = SkillFactory.create(name="Weaving")
    year, quarter = quarters_from(quarter_of(timezone.localdate()), 8)[1]
    SkillCapacityFactory.create(skill=skill, year=year, quarter=quarter, days=77)
    url = reverse("portfolio:panel-skill-capacity", args=["skills", skill.code])
    assert url in client_as(reader).get(skill.get_absolute_url()).content.decode()
    whole, part = client_as(reader).get(url), client_as(reader).get(url, headers={"HX-Request": "true"})
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert "77" in part.content.decode()
    for nothing in (["skills", "no"], ["segments", skill.code], ["nonsense", skill.code]):
        assert client_as(reader).get(reverse("portfolio:panel-skill-capacity", args=nothing)).status_code == 404


def test_it_takes_the_same_queries_for_few_and_many(
    client_as: ClientAs, architect: Person, django_assert_max_num_queries: Any
) -> None:
    client = client_as(architect)

    def queries() -> int:
        with django_assert_max_num_queries(30) as captured:
            client.get(URL)
        return len(captured)

    SkillFactory.create()
    few = queries()
    SkillFactory.create_batch(20)
    assert queries() == few


def test_many_skills_stand_on_pages_and_what_was_typed_is_stored_wherever_its_skill_stands_now(
    client_as: ClientAs, architect: Person
) -> None:
    skills = [SkillFactory.create(name=f"Skill {n:02}") for n in range(42)]
    client = client_as(architect)
    first, second = (client.get(f"{URL}?page={number}").content.decode() for number in (1, 2))
    assert "Skill 39" in first
    assert "Skill 40" not in first
    assert "Skill 40" in second
    assert 'aria-label="Pages"' in first
    response = client.post(f"{URL}?page=2", {field(skills[0]): "7", field(skills[41]): "9"})
    assert (response.status_code, response["Location"]) == (302, f"{URL}?page=2")
    assert set(SkillCapacity.objects.values_list("skill__name", "days")) == {("Skill 00", 7), ("Skill 41", 9)}
