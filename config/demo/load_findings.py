"""Scans the demo and says of its findings what the story's people said."""

from datetime import datetime, timedelta

from config.demo.load_registers import Registers, saved
from config.demo.load_requests import Requests
from config.demo.story import Row, Story, at_hour
from impacts.models import Answer, Cluster, Finding, FindingChange, ScanRun, TriageAct
from impacts.services.findings.clusters import refresh_clusters
from impacts.services.findings.triage import confirm_finding, dismiss_finding
from impacts.services.scans.full_scan import scan_all
from portfolio.models import ProjectRequest, ScanMark

#: A request is scanned so soon after it is filed.
SCANNED_AFTER = timedelta(minutes=1)


class StoryBroken(Exception):
    """The story speaks of a finding that the scan did not find."""


def load_findings(story: Story, registers: Registers, requests: Requests) -> int:
    """Scan everything, date the findings to when their last request was filed, add acts and answers. Returns how many
    findings there are. Raises StoryBroken."""
    scan_all()
    for finding in Finding.objects.prefetch_related("requests").order_by("id"):
        filed = [request.submitted_at for request in finding.requests.all() if request.submitted_at]
        _date(finding, max([*filed, *_departures(finding, registers)]) + SCANNED_AFTER)
    for row in story.board["triage"]:
        _triage(row, story, registers, requests)
    for row in story.board["answers"]:
        _answer(row, story, registers, requests)
    refresh_clusters()
    # All is scanned, and what the acts changed of the clusters is in them: nothing is left to do.
    ScanMark.objects.all().delete()
    for cluster in Cluster.objects.prefetch_related("requests").order_by("id"):
        filed = [request.submitted_at for request in cluster.requests.all() if request.submitted_at]
        Cluster.objects.filter(pk=cluster.pk).update(found_at=max(filed) + SCANNED_AFTER)
    ScanRun.objects.update(started_at=at_hour(story.anchor - timedelta(days=3), 6))
    return Finding.objects.count()


def _departures(finding: Finding, registers: Registers) -> list[datetime]:
    """When those left of whom the finding says that they no longer answer."""
    said = " ".join(str(line["text"]) for line in finding.evidence)
    left = [person for person in registers.people.values() if person.left_on and person.name in said]
    return [at_hour(person.left_on, 18) for person in left if finding.rule == "unowned" and person.left_on]


def finding_of(rule: str, members: list[ProjectRequest]) -> Finding | None:
    """The strongest finding of a rule in which all these requests take part."""
    rows = Finding.objects.standing().filter(rule=rule)
    for request in members:
        rows = rows.filter(members__request=request)
    return rows.by_weight().first()


def _date(finding: Finding, at: datetime) -> None:
    Finding.objects.filter(pk=finding.pk).update(first_seen=at)
    FindingChange.objects.filter(finding=finding).update(at=at)


def _triage(row: Row, story: Story, registers: Registers, requests: Requests) -> None:
    finding = finding_of(row["rule"], [requests[key] for key in row["requests"]])
    if finding is None:
        raise StoryBroken(f"{row['rule']} was not found between {', '.join(row['requests'])}.")
    act = dismiss_finding if row["act"] == "dismiss" else confirm_finding
    done = act(
        finding=finding, person=registers.people[row["by"]], version=finding.version, reason=row["reason"].strip()
    )
    at = max(finding.first_seen + timedelta(hours=3), at_hour(story.anchor - timedelta(days=5), 15, 10))
    TriageAct.objects.filter(pk=done.pk).update(at=at)


def _answer(row: Row, story: Story, registers: Registers, requests: Requests) -> None:
    request = requests[row["request"]]
    finding = finding_of("same-purpose", [request])
    if finding is None:
        raise StoryBroken(f"{row['request']} looks like no other request.")
    at = at_hour(story.anchor - timedelta(days=4), 11, 30)
    answer = Answer(
        finding=finding, request=request, person=registers.people[row["by"]], kind=row["kind"], text=row["text"], at=at
    )
    saved(answer, at)
