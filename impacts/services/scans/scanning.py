"""Scans what is marked, or everything: facts to the engine, findings into the database, marks away. In this order.

A mark is removed only after the findings of its request are stored, in a later transaction, only where its version is
the one that was scanned, and only where nothing the findings rest on has changed since. So a worker may die anywhere,
or two may scan the same request at once: what is left is scanned again, and scanning again changes nothing.

When the engine stumbles, the batch is halved until the request is found over which it does. That one is set aside with
the error (ScanTrouble), where administrators see it, until it changes or a full scan comes. full_scan.py scans all.
"""

import logging
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from impacts.engine.facts import FoundFinding, RegisterFacts
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.rules import same_purpose
from impacts.engine.rules.registry import RULE_BY_CODE
from impacts.engine.scan import scan_findings
from impacts.errors import FindingMoved
from impacts.models import Finding, FindingMember, ScanRun, ScanTrouble
from impacts.selectors.scans.facts import Version, versions_of
from impacts.services.findings.clusters import refresh_clusters
from impacts.services.scans.bulk import bulk_under_way, end_bulk
from impacts.services.scans.encoding import encode_requests
from impacts.services.scans.heirs import name_heirs, topic_of
from impacts.services.scans.index import HeldIndex, held_index
from impacts.services.scans.storing import (
    Prepared,
    Stored,
    close_findings,
    identity_hash,
    known_findings,
    prepare,
    store_findings,
)
from impacts.services.scans.telling import tell_of_findings
from portfolio.models import ProjectRequest, ScanMark

logger = logging.getLogger(__name__)

BATCH = 100
"""Requests scanned together."""

CHUNK = 400
"""Findings stored in one transaction, so that others may write in between."""

PAUSE = 0.1
"""Seconds between two such transactions in SQLite, where who waits to write looks so often whether it may: without it
the next transaction begins before anybody else has looked, and a page or another worker waits until it gives up."""

TRIES = 6
ROUNDS = 1000

Work = Callable[[datetime], Mapping[str, int]]


@dataclass(slots=True)
class Scanned:
    """What came of a scan: how many requests, findings by what happened to them, seconds."""

    requests: int = 0
    seconds: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Scanned") -> None:
        """Count the other in."""
        self.requests += other.requests
        self.seconds += other.seconds
        for key, value in other.counts.items():
            self.counts[key] = self.counts.get(key, 0) + value


@dataclass(slots=True)
class _Look:
    """What the engine saw: what it found, what is to be closed, and the versions of everything this rests on."""

    prepared: list[Prepared]
    vanished: list[Finding]
    members: dict[int, set[int]]
    versions: dict[int, Version | None]
    references: dict[int, str]
    register: RegisterFacts


def scan_until_done(*, limit: int = BATCH) -> Scanned:
    """Scan what is marked, batch by batch, until nothing is left. What changes faster than it can be scanned stays
    marked for the next sweep."""
    done = Scanned()
    bulk = bulk_under_way()
    for _ in range(ROUNDS):
        before = set(ScanMark.objects.order_by("request_id").values_list("request_id", "version"))
        if not before:
            break
        done.add(scan_marked(limit=limit, bulk=bulk))
        if set(ScanMark.objects.order_by("request_id").values_list("request_id", "version")) == before:
            break
    if done.requests:  # what others still scan does not keep this one's clusters waiting
        refresh_clusters(changed=True)
    end_bulk()
    return done


def scan_marked(*, limit: int = BATCH, bulk: bool = False) -> Scanned:
    """Scan up to `limit` marked requests, the longest marked first; in a bulk nobody is told of single findings.
    Nothing marked: nothing done."""
    marks = dict(ScanMark.objects.order_by("since", "request_id").values_list("request_id", "version")[:limit])
    if not marks:
        return Scanned()
    return _recorded(lambda now: _scan_batch(marks, bulk, now), requests=len(marks))


def _recorded(work: Work, *, requests: int) -> Scanned:
    """Run `work` and keep a record of it, also of what went wrong."""
    started, clock = timezone.now(), time.monotonic()
    run = ScanRun(started_at=started, requests=requests)
    try:
        run.counts = dict(work(started))
    except Exception:
        run.error = traceback.format_exc(limit=5)[-4000:]
        raise
    finally:
        run.seconds = round(time.monotonic() - clock, 3)
        run.save()
    return Scanned(requests, run.seconds, run.counts)


def _scan_batch(marks: Mapping[int, int], bulk: bool, now: datetime) -> Mapping[str, int]:
    if not bulk:  # of a bulk later, in the background: its findings by words should not wait
        _encode(list(marks))
    stored = scan_requests(frozenset(marks), marks, now=now, tell=not bulk)
    if not ScanMark.objects.exclude(pk__in=list(marks)).exists():
        stored.counts["clusters"] = refresh_clusters(changed=True)
    return stored.counts


def _encode(ids: list[int]) -> None:
    """Let the language model read these. What it stumbles over is compared by its words, as without a model."""
    try:
        encode_requests(ids=ids)
    except (DatabaseError, OSError, MemoryError):
        raise
    except Exception:
        logger.exception("The language model stumbled over one of the requests %s.", ids)


def scan_requests(
    ids: frozenset[int], marks: Mapping[int, int], *, now: datetime, tell: bool = True, anew: bool = True
) -> Stored:
    """Scan these requests, which may have marks (versions by request), and take the marks away. Without `tell` nobody
    gets a message; without `anew` the evidence of an overlap that is otherwise the same is left as it is stored.

    What a database or another worker is to blame for is raised, and nothing is lost; over what else goes wrong, see the
    head of this module.
    """
    try:
        with held_index(reread=marks) as held:
            odd = {pk: held.odd[pk] for pk in ids & held.odd.keys()}
            look = _look_about(held, ids, now, anew)
            if held.tied_anew is not None:
                held.tied_anew |= _tied(look, ids)
    except (DatabaseError, OSError, MemoryError):
        raise
    except Exception as error:
        if len(ids) == 1:
            return _set_aside(min(ids), marks, error, now)
        ordered, stored = sorted(ids), Stored()
        for half in (ordered[: len(ids) // 2], ordered[len(ids) // 2 :]):
            some = {pk: version for pk, version in marks.items() if pk in set(half)}
            stored.add(scan_requests(frozenset(half), some, now=now, tell=tell, anew=anew))
        return stored
    stored = _store_in_parts(look, now, tell=tell)
    _take_marks(marks, look)
    ScanTrouble.objects.filter(request__in=list(ids - odd.keys())).delete()
    for request in sorted(odd):
        stored.add(_set_aside(request, marks, odd[request], now))
    return stored


def _tied(look: _Look, ids: frozenset[int]) -> set[int]:
    """These requests and those whose overlaps with them are stored or closed."""
    found = (item.found.requests for item in look.prepared if item.found.rule == same_purpose.CODE)
    lost = (look.members[row.pk] for row in look.vanished if row.rule == same_purpose.CODE)
    return set(ids).union(*found, *lost)


def _set_aside(request: int, marks: Mapping[int, int], error: Exception, now: datetime) -> Stored:
    """Keep the error with the request, and let the others be scanned."""
    logger.error("Request %s is set aside: the engine stumbled over it.", request, exc_info=error)
    stored = Stored()
    version = ProjectRequest.objects.filter(pk=request).order_by("id").values_list("version", flat=True).first()
    if version is not None:
        text = "".join(traceback.format_exception(error, limit=-5))[-4000:]
        seen = marks.get(request, version)
        with transaction.atomic():
            ScanTrouble.objects.update_or_create(
                request_id=request, defaults={"version": seen, "at": now, "error": text}
            )
            ScanMark.objects.filter(request=request, version=seen).delete()
        stored.counts["set_aside"] += 1
    return stored


def _look_about(held: HeldIndex, ids: frozenset[int], now: datetime, anew: bool) -> _Look:
    """What is found about these requests. Findings of several members that lose one of these, or are swallowed by
    another, are looked at a second time about the members that remain."""
    today = timezone.localdate(now)
    found = {each.identity: each for each in scan_findings(held.index, today, ids)}
    hashes = {identity_hash(each.identity) for each in found.values()}
    vanished = _standing_with(ids, hashes) + _swallowed(list(found.values()), hashes)
    members = _members_of(vanished)
    torn = [finding for finding in vanished if finding.rule != same_purpose.CODE]
    others = {member for finding in torn for member in members[finding.pk] if member not in ids}
    if others:
        found |= _found_in_place(held.index, today, others, {topic_of(row.about) for row in torn})
    stored = {} if anew else known_findings([identity_hash(each.identity) for each in found.values()])
    prepared = [prepare(held.index, each, stored) for each in found.values()]
    known = {item.identity for item in prepared}
    gone = {row.pk: row for row in vanished if row.identity not in known}
    go_on = name_heirs(prepared, list(gone.values()), members)
    return _look(held, prepared, [row for pk, row in gone.items() if pk not in go_on], ids)


def _found_in_place(
    index: PortfolioIndex, today: date, ids: Collection[int], topics: set[tuple[str, ...]]
) -> dict[tuple[str, ...], FoundFinding]:
    """What is found of these topics with these requests, by identity. What else the requests are members of stands as
    it is: in a portfolio of a hundred thousand that is thousands of findings."""
    settings, rules = index.settings, {topic[0] for topic in topics}
    index.settings = replace(settings, disabled_rules=settings.disabled_rules | (RULE_BY_CODE.keys() - rules))
    try:
        again = scan_findings(index, today, frozenset(ids))
    finally:
        index.settings = settings
    return {each.identity: each for each in again if topic_of(each.identity) in topics}


def _look(held: HeldIndex, prepared: list[Prepared], vanished: list[Finding], ids: frozenset[int]) -> _Look:
    members = _members_of(vanished)
    involved = set(ids).union(*(item.found.requests for item in prepared), *members.values())
    versions = {pk: held.versions.get(pk) for pk in involved}
    return _Look(prepared, vanished, members, versions, _references(held.index, involved), held.index.register)


def _references(index: PortfolioIndex, ids: Iterable[int]) -> dict[int, str]:
    """References that everybody may know: those of requests that are not confidential."""
    known = ((pk, index.requests.get(pk)) for pk in ids)
    return {pk: facts.reference for pk, facts in known if facts is not None and not facts.confidential}


def _standing_with(ids: Collection[int], found: set[str]) -> list[Finding]:
    """Findings of these requests that are not closed and were not found again."""
    ordered, gone = sorted(ids), set[int]()
    for start in range(0, len(ordered), 1000):
        part = FindingMember.objects.filter(request__in=ordered[start : start + 1000]).order_by().values("finding_id")
        rows = Finding.objects.exclude(state=Finding.State.CLOSED).filter(pk__in=part).order_by("id")
        gone |= {pk for pk, identity in rows.values_list("id", "identity") if identity not in found}
    lost, standing = sorted(gone), list[Finding]()
    for start in range(0, len(lost), 1000):
        standing += Finding.objects.filter(pk__in=lost[start : start + 1000]).order_by("id")
    return standing


def _swallowed(found: Sequence[FoundFinding], hashes: set[str]) -> list[Finding]:
    """Standing findings of the same topic as a found one of three or more, with members of it: a request that joined
    may have made one finding of two. Only where one topic may have several, told apart by a request."""
    groups = [(topic_of(each.identity), each) for each in found if len(each.requests) > 2]
    groups = [(topic, each) for topic, each in groups if any(":" in part for part in topic) and topic != each.identity]
    if not groups:
        return []
    members = sorted({pk for _, each in groups for pk in each.requests})
    topics = {topic for topic, _ in groups}
    rules = sorted({each.rule for _, each in groups})
    standing: list[Finding] = []
    for start in range(0, len(members), 1000):
        part = FindingMember.objects.filter(request__in=members[start : start + 1000]).order_by().values("finding_id")
        rows = Finding.objects.exclude(state=Finding.State.CLOSED).filter(rule__in=rules, pk__in=part).order_by("id")
        standing += [row for row in rows if row.identity not in hashes and topic_of(row.about) in topics]
    return standing


def _members_of(findings: Sequence[Finding]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {finding.pk: set() for finding in findings}
    ids = list(found)
    for start in range(0, len(ids), 1000):
        rows = FindingMember.objects.filter(finding__in=ids[start : start + 1000]).order_by("id")
        for finding, request in rows.values_list("finding_id", "request_id"):
            found[finding].add(request)
    return found


def _changed_since(look: _Look, requests: set[int]) -> set[int]:
    """Those of these requests that are no longer what the engine saw: changed, come or gone."""
    now = versions_of(requests)
    return {pk for pk in requests if now.get(pk) != look.versions[pk]}


def _store_in_parts(look: _Look, now: datetime, *, tell: bool) -> Stored:
    """Store what was seen, a full scan in several transactions, so that others may write in between. Who is to be told
    of single findings is told in the transaction that stores them."""
    parts = [look.prepared[at : at + CHUNK] for at in range(0, len(look.prepared), CHUNK)] or [[]]
    stored = Stored()
    for number, part in enumerate(parts, 1):
        if number > 1 and connection.vendor == "sqlite":
            time.sleep(PAUSE)
        last = look.vanished if number == len(parts) else []
        stored.add(_store(replace(look, prepared=part, vanished=last), now, tell=tell))
    return stored


def _store(look: _Look, now: datetime, *, tell: bool = True) -> Stored:
    """Store what was seen, except where it rests on a request that has changed since. Tried again when another worker
    or a person was quicker."""
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                return _store_once(look, now, tell=tell)
        except (IntegrityError, FindingMoved):
            if attempt == TRIES - 1:
                raise
            time.sleep(0.05 * 2**attempt)
    raise AssertionError("unreachable")


def _store_once(look: _Look, now: datetime, *, tell: bool) -> Stored:
    concerned = {pk for item in look.prepared for pk in item.found.requests}
    changed = _changed_since(look, concerned.union(*(look.members[row.pk] for row in look.vanished)))
    fresh = [item for item in look.prepared if changed.isdisjoint(item.found.requests)]
    stored = Stored()
    stored.add(store_findings(prepared=fresh, register=look.register, references=look.references, now=now))
    ids = [row.pk for row in look.vanished if changed.isdisjoint(look.members[row.pk])]
    rows: list[Finding] = []
    for start in range(0, len(ids), 1000):
        rows += (
            Finding.objects.filter(pk__in=ids[start : start + 1000]).exclude(state=Finding.State.CLOSED).order_by("id")
        )
    stored.counts["closed"] += close_findings(findings=rows, now=now)
    if tell:
        tell_of_findings(stored)
    return stored


def _take_marks(marks: Mapping[int, int], look: _Look) -> None:
    """Remove the marks of what was scanned, where it still is what was scanned and so is everything it meets."""
    if not marks:
        return
    changed = _changed_since(look, set(look.versions))
    waiting: set[int] = set(changed)
    for item in look.prepared:
        if not changed.isdisjoint(item.found.requests):
            waiting.update(item.found.requests)
    for members in look.members.values():
        if not changed.isdisjoint(members):
            waiting |= members
    with transaction.atomic():
        for request, version in marks.items():
            if request not in waiting:
                ScanMark.objects.filter(request=request, version=version).delete()
