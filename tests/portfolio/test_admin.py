"""People and roles through the web; requests only to look at."""

from html.parser import HTMLParser
from typing import Any

import pytest
from celery import current_app
from django.test import Client
from django.urls import reverse

from portfolio.models import Membership, Person, ProjectRequest, Role, Silo
from tests.factories import draft_request, filed_request

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", ["person", "membership", "silo", "objective", "skill", "projectrequest"])
def test_administrator_opens_every_list(client_as: Any, administrator: Person, model: str, requester: Person) -> None:
    filed_request()

    assert client_as(administrator).get(reverse(f"admin:portfolio_{model}_changelist")).status_code == 200


def test_sign_in_is_the_ordinary_one(client: Client) -> None:
    response = client.get(reverse("admin:index"), follow=True)

    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_others_are_kept_out(client_as: Any, architect: Person) -> None:
    assert client_as(architect).get(reverse("admin:portfolio_person_changelist")).status_code != 200
    architect.is_staff = True
    architect.save()
    assert client_as(architect).get(reverse("admin:portfolio_person_changelist")).status_code == 403


def test_person_is_added_with_a_password(client_as: Any, administrator: Person) -> None:
    response = client_as(administrator).post(
        reverse("admin:portfolio_person_add"),
        {
            "email": "new@example.org", "name": "New Person", "kind": "person", "usable_password": "true",
            "password1": "quite a long secret", "password2": "quite a long secret",
            "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0",
        },
    )  # fmt: skip

    assert response.status_code == 302
    assert Person.objects.get(email="new@example.org").check_password("quite a long secret")


def test_role_is_given_and_a_head_needs_a_department(client_as: Any, administrator: Person, cards: Silo) -> None:
    person, add = administrator, reverse("admin:portfolio_membership_add")
    client = client_as(administrator)
    refused = client.post(add, {"person": person.pk, "role": Role.HEAD, "silo": ""})
    assert refused.status_code == 200
    assert "A department head needs a department" in refused.text

    client.post(add, {"person": person.pk, "role": Role.HEAD, "silo": cards.pk})

    assert Membership.objects.filter(person=person, role=Role.HEAD, silo=cards).exists()


def test_requests_are_read_only_and_drafts_stay_hidden(client_as: Any, administrator: Person) -> None:
    request, draft = filed_request(title="Seen"), draft_request(title="Unseen")
    client = client_as(administrator)
    change = reverse("admin:portfolio_projectrequest_change", args=[request.pk])
    client.post(change, {"title": "Overwritten"})
    client.post(reverse("admin:portfolio_projectrequest_delete", args=[request.pk]), {"post": "yes"})

    request.refresh_from_db()
    assert request.title == "Seen"
    assert client.get(reverse("admin:portfolio_projectrequest_add")).status_code == 403
    page = client.get(reverse("admin:portfolio_projectrequest_changelist")).text
    assert "Seen" in page
    assert "Unseen" not in page
    assert ProjectRequest.objects.filter(pk=draft.pk).exists()


def test_people_are_never_deleted(client_as: Any, administrator: Person, requester: Person) -> None:
    client_as(administrator).post(reverse("admin:portfolio_person_delete", args=[requester.pk]), {"post": "yes"})

    assert Person.objects.filter(pk=requester.pk).exists()


def test_the_history_of_a_person_says_who_changed_them_and_their_roles(
    client_as: Any, administrator: Person, requester: Person, cards: Silo
) -> None:
    client = client_as(administrator)
    requester.job_title = "Head of cards and payments"
    requester._history_user = administrator  # type: ignore[attr-defined]
    requester.save()
    role = requester.memberships.get()
    role._history_user = administrator  # type: ignore[attr-defined]
    role.delete()
    password = {"password1": "quite a long secret", "password2": "quite a long secret", "usable_password": "true"}
    client.post(reverse("admin:auth_user_password_change", args=[requester.pk]), password)

    page = client.get(reverse("admin:portfolio_person_history", args=[requester.pk])).text

    assert "Job title: nothing → Head of cards and payments" in page
    assert "Is no longer department head of Cards" in page
    assert "A new password was set" in page
    assert administrator.name in page
    assert "Ombud itself" in page, "who added them is not known"
    assert "<b>" not in page.split("<table")[1].split("</table>")[0]


def test_a_person_is_saved_as_the_page_sends_them(client_as: Any, administrator: Person, requester: Person) -> None:
    client, url = client_as(administrator), reverse("admin:portfolio_person_change", args=[requester.pk])
    sent = as_sent(client.get(url).text)
    sent["left_on"] = "2026-01-31"

    answer = client.post(url, sent)

    assert answer.status_code == 302, "a row that nobody filled is not sent"
    requester.refresh_from_db()
    assert str(requester.left_on) == "2026-01-31"
    assert requester.memberships.count() == 1


@pytest.mark.parametrize(
    ("name", "typed", "asked"), [("left_on", "2026-01-31", 1), ("is_active", None, 1), ("job_title", "Head of all", 0)]
)
def test_what_nobody_answers_for_is_looked_for_when_somebody_goes(
    client_as: Any,
    administrator: Person,
    requester: Person,
    sent_tasks: list[str],
    django_capture_on_commit_callbacks: Any,
    name: str,
    typed: str | None,
    asked: int,
) -> None:
    client, url = client_as(administrator), reverse("admin:portfolio_person_change", args=[requester.pk])
    sent = as_sent(client.get(url).text)
    sent.pop(name, None)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url, sent | ({name: typed} if typed else {})).status_code == 302
    assert sent_tasks == ["impacts.tasks.rescan_all_task"] * asked


def test_findings_name_a_department_as_it_is_called_now(
    client_as: Any, administrator: Person, cards: Silo, sent_tasks: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    url = reverse("admin:portfolio_silo_change", args=[cards.pk])
    with django_capture_on_commit_callbacks(execute=True):
        answer = client_as(administrator).post(url, {"name": "Cards and wallets", "code": cards.code, "retired_on": ""})
    assert (answer.status_code, sent_tasks) == (302, ["impacts.tasks.rescan_all_task"])


@pytest.fixture
def sent_tasks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the tasks that workers were asked for."""
    names: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: names.append(name))
    return names


def as_sent(page: str) -> dict[str, str]:
    """What a browser sends of the page's form as it came; a list sends its first choice where none is chosen."""
    form = Sent()
    form.feed(page.split('id="person_form"')[1].split("</form>", maxsplit=1)[0])
    return {name: value for name, value in form.fields.items() if "__prefix__" not in name}


class Sent(HTMLParser):
    """Reads the fields of a form."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what the field holds."""
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "select":
            self.select = name
        elif tag == "option" and (self.select not in self.fields or "selected" in given):
            self.fields[self.select] = value
        elif tag == "input" and name and (given.get("type") != "checkbox" or "checked" in given):
            self.fields[name] = "on" if given.get("type") == "checkbox" else value
