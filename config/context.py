"""What every page's frame shows: the navigation by jobs, who is signed in, and how many notifications wait."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from board.models import AgendaItem
from board.permissions import can_see_board
from board.selectors.meetings.meetings import meetings_to_hold
from impacts.models import Finding
from portfolio.models import Person, Role
from portfolio.permissions import can_administer, can_file, roles_of
from portfolio.selectors import unread_count

#: The navigation: label, the name of its page, and the beginnings of the paths that belong to it.
JOBS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Home", "home", ()),
    ("Requests", "portfolio:request-list", ("/requests/",)),
    ("Triage", "impacts:triage", ("/triage/", "/rules/", "/clusters/", "/families/")),
    ("Board", "board:meeting-list", ("/board/",)),
    ("Customers", "impacts:customer-year-default", ("/customers-year/", "/heat-map/", "/customers/")),
    ("Plan", "plan:scenario-list", ("/plan/",)),
    ("Priorities", "priorities:goals", ("/priorities/",)),
    ("Reports", "reports:index", ("/reports/",)),
    ("Registers", "customers:register-list", ("/registers/", "/skills/")),
)
ROLE_WORDS = {role.value: role.label for role in Role}


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame's variables: `nav`, `unread_count`, `organisation`, `me_role`, what the person
    may do from any page. Small queries, none when signed out."""
    user = getattr(request, "user", None)
    frame: dict[str, Any] = {"organisation": settings.OMBUD_ORGANISATION}
    if not isinstance(user, Person) or request.headers.get("HX-Request"):
        return frame
    counts = _counts(user)
    frame["nav"] = [
        {"label": label, "url": url, "count": counts.get(label), "current": _is_current(request.path, url, beginnings)}
        for label, url, beginnings in _jobs(user)
    ]
    frame["unread_count"] = unread_count(user)
    frame["me_role"] = role_words(user)
    frame["may_administer"] = can_administer(user)
    frame["files_requests"] = can_file(user)
    frame["sees_board"] = can_see_board(user)
    return frame


def _jobs(user: Person) -> list[tuple[str, str, tuple[str, ...]]]:
    """The navigation for this person: who may not see the board's papers reads its decisions,
    and makes no plans."""
    open_to = can_see_board(user)
    closed = {} if open_to else {"board:meeting-list": "board:decision-list"}
    jobs = [job for job in JOBS if open_to or job[1] != "plan:scenario-list"]
    return [(label, reverse(closed.get(name, name)), beginnings) for label, name, beginnings in jobs]


def _is_current(path: str, url: str, beginnings: tuple[str, ...]) -> bool:
    return path == url or path.startswith(beginnings)


def role_words(person: Person) -> str:
    """What the person is here, in words: their job title, else their first role."""
    if person.job_title:
        return person.job_title
    roles = roles_of(person).roles
    return next((ROLE_WORDS[role] for role in ROLE_WORDS if role in roles), "")


def _counts(user: Person) -> dict[str, int]:
    roles = roles_of(user)
    counts = {}
    if roles.is_architect:
        counts["Triage"] = Finding.objects.open().count()
    if can_see_board(user):
        coming = meetings_to_hold().values("pk")[:1]
        counts["Board"] = AgendaItem.objects.filter(meeting__in=coming, status=AgendaItem.Status.OPEN).count()
    return counts
