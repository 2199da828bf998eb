"""Tells people of what a scan found, in the transaction that stores it: nobody is told twice, nobody is forgotten."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from impacts.models import Finding, FindingChange
from impacts.selectors.findings.presenting import PresentedFinding, present, with_members
from impacts.services.scans.storing import Stored
from portfolio.models import Membership, Person, ProjectRequest, Role, Watch
from portfolio.services.notifications import notify

What = FindingChange.What

SINGLE = 5
"""Above so many findings in one scan a person gets one message that counts them."""


def tell_of_findings(stored: Stored) -> int:
    """Tell requesters, sponsors, watchers and architects of each overlap or conflict that is new or came back.

    Notes and gaps are left to the inbox. Call it in the transaction that stored them. Returns how many messages were
    left for people.
    """
    fresh = Finding.objects.worth_telling().filter(pk__in=[*stored.new, *stored.came_back])
    findings = list(with_members(fresh.by_weight()))
    if not findings:
        return 0
    keys = _keys(findings)
    told = 0
    for person, concerned in _recipients(findings).items():
        told += _tell(person, present(concerned, person), keys)
    return told


def architects() -> list[Person]:
    """Everybody who may triage."""
    rows = Membership.objects.filter(role=Role.ARCHITECT, person__is_active=True).order_by().values("person_id")
    return list(Person.objects.filter(pk__in=rows).order_by("id"))


def summarise_findings_since(moment: datetime) -> int:
    """Tell the architects in one message how many overlaps and conflicts are new or came back since then. Call it in
    the transaction that ends the scan. Returns how many people were told."""
    news = FindingChange.objects.filter(at__gte=moment, what__in=[What.FOUND, What.CAME_BACK])
    count = Finding.objects.worth_telling().filter(pk__in=news.order_by().values("finding_id")).count()
    if not count:
        return 0
    noun = "overlap or conflict" if count == 1 else "overlaps and conflicts"
    text = f"A scan of many requests found {count:,} new {noun} to look at."
    return notify(people=architects(), key=f"scan:{moment.isoformat()}", text=text, url=reverse("impacts:triage"))


def _keys(findings: Iterable[Finding]) -> dict[int, str]:
    """What names the event: the finding, and how often it has come back."""
    known = list(findings)
    back: dict[int, int] = defaultdict(int)
    rows = FindingChange.objects.filter(finding__in=known, what=FindingChange.What.CAME_BACK).order_by("id")
    for finding in rows.values_list("finding_id", flat=True):
        back[finding] += 1
    return {finding.pk: f"finding:{finding.identity}:{back[finding.pk]}" for finding in known}


def _recipients(findings: list[Finding]) -> dict[Person, list[Finding]]:
    members: dict[int, list[ProjectRequest]] = {
        finding.pk: [member.request for member in finding.members.all()] for finding in findings
    }
    requests = {request.pk: request for group in members.values() for request in group}
    watching: dict[int, set[int]] = defaultdict(set)
    for request in requests.values():
        watching[request.pk] |= {pk for pk in (request.requester_id, request.sponsor_id) if pk}
    rows = Watch.objects.filter(request__in=list(requests)).order_by("id")
    for request_id, person_id in rows.values_list("request_id", "person_id"):
        watching[request_id].add(person_id)
    people = {
        person.pk: person
        for person in Person.objects.filter(Q(pk__in=set().union(*watching.values())), is_active=True).order_by("id")
    }
    everywhere = architects()
    found: dict[Person, list[Finding]] = defaultdict(list)
    for finding in findings:
        concerned = {pk for request in members[finding.pk] for pk in watching[request.pk] if pk in people}
        for person in {
            person.pk: person for person in [*everywhere, *(people[pk] for pk in sorted(concerned))]
        }.values():
            found[person].append(finding)
    return found


def _tell(person: Person, findings: list[PresentedFinding], keys: dict[int, str]) -> int:
    if len(findings) > SINGLE:
        names = "\n".join(sorted(keys[finding.pk] for finding in findings))
        key = f"findings:{hashlib.sha256(names.encode()).hexdigest()}"
        about = _shared(findings)
        text = f"{len(findings)} new overlaps and conflicts{about}: {findings[0].title}; and {len(findings) - 1} more."
        return notify(people=[person], key=key, text=text, url=reverse("impacts:triage"))
    return sum(
        notify(people=[person], key=keys[finding.pk], text=_text(finding), url=finding.url, request=finding.requests[0])
        for finding in findings
    )


def _shared(findings: list[PresentedFinding]) -> str:
    """ " with REQ-2026-0041" when one request is in all of them."""
    common = set.intersection(*({request.reference for request in finding.requests} for finding in findings))
    return f" with {min(common)}" if common else ""


def _text(finding: PresentedFinding) -> str:
    references = ", ".join(request.reference for request in finding.requests[:4])
    if len(finding.requests) > 4:
        references += f" and {len(finding.requests) - 4} more"
    again = "It came back: " if finding.came_back else ""
    return f"{again}{finding.title.rstrip('.')} ({references})."
