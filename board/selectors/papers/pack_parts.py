"""What a pack says besides its items: the portfolio at a glance, ground nobody answers for, bets, holds."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, Q, Sum

from board.material.compare import Verdict
from board.models import AgendaItem, Hold, LaterChange
from board.packs.facts import ChangedFact, GapFact, HoldFact, PortfolioFacts, PromiseFact, SiloFact
from board.packs.words import cut, in_sentence
from board.selectors.decisions.changes import MONEY, as_field
from board.selectors.decisions.secrets import secrets_of
from customers.models import Segment
from impacts.models import Bet, DataUse, Finding, FindingMember, Impact, PlannedContact
from impacts.selectors.scans.facts import accountable
from portfolio.lifecycle import COMMITTED, LABELS, LIVE, Status
from portfolio.models import Person, ProjectRequest

Rows = list[dict[str, Any]]


def portfolio_facts(here: Collection[int]) -> tuple[PortfolioFacts, PortfolioFacts | None]:
    """The portfolio at a glance, and the same without confidential requests (None where there are none). `here` are
    the ids of the requests on the agenda. Four queries."""
    live = ProjectRequest.objects.live().order_by()
    fields = ("silo__name", "status", "confidential")
    facing = Count("pk", filter=Q(kind=ProjectRequest.Kind.CUSTOMER_FACING))
    on_agenda = Count("pk", filter=Q(pk__in=here))
    rows: Rows = list(
        live.values(*fields).annotate(number=Count("pk"), facing=facing, here=on_agenda, asked=Sum("one_off_cost"))
    )
    standing = Finding.objects.standing().order_by()
    secret_ones = FindingMember.objects.filter(request__confidential=True).order_by().values("finding_id")
    found = dict(standing.values("kind").annotate(number=Count("pk")).values_list("kind", "number"))
    secret = tuple(live.filter(confidential=True).order_by("pk").values_list("pk", flat=True))
    if not secret:
        return _portfolio(rows, found, ()), None
    plain = standing.exclude(pk__in=secret_ones).values("kind").annotate(number=Count("pk"))
    apart = _portfolio([row for row in rows if not row["confidential"]], dict(plain.values_list("kind", "number")), ())
    return _portfolio(rows, found, secret), apart


def _portfolio(rows: Rows, findings: Mapping[str, int], secret: tuple[int, ...]) -> PortfolioFacts:
    states: Counter[str] = Counter()
    by_silo: dict[str, Rows] = defaultdict(list)
    for row in rows:
        states[row["status"]] += row["number"]
        by_silo[row["silo__name"]].append(row)
    silos = [_silo(name, found) for name, found in by_silo.items()]
    return PortfolioFacts(
        silos=tuple(sorted(silos, key=lambda each: (-each.undecided, -each.live, each.silo))),
        states=tuple((LABELS[status], states[status]) for status in Status if status in LIVE and states[status]),
        overlaps=findings.get("overlap", 0),
        conflicts=findings.get("conflict", 0),
        gaps=findings.get("gap", 0),
        secret=secret,
    )


def _silo(name: str, rows: Rows) -> SiloFact:
    approved = [row for row in rows if row["status"] in COMMITTED]
    undecided = [row for row in rows if row["status"] not in COMMITTED]
    asked: list[Decimal] = [row["asked"] for row in undecided if row["asked"] is not None]
    return SiloFact(
        silo=name,
        live=sum(row["number"] for row in rows),
        undecided=sum(row["number"] for row in undecided),
        approved=sum(row["number"] for row in approved),
        here=sum(row["here"] for row in rows),
        facing=sum(row["facing"] for row in rows),
        asked=sum(asked, Decimal(0)) if asked else None,
    )


def gap_facts(ids: Collection[int]) -> tuple[GapFact, ...]:
    """The segments, touchpoints and data domains that these requests touch and for which nobody answers, those with
    most requests first. Five queries."""
    found: dict[tuple[str, str], dict[int, tuple[str, bool]]] = defaultdict(dict)
    what: dict[tuple[str, str], tuple[str, int | None]] = {}

    def note(kind: str, name: str, person: Person | None, customers: int | None, request: ProjectRequest) -> None:
        problem = accountable(person).problem
        if problem:
            what[kind, name] = (problem, customers)
            found[kind, name][request.pk] = (request.reference, request.confidential)

    impacts = Impact.objects.filter(request__in=ids).select_related("request", "touchpoint__accountable")
    segments = Prefetch("segments", Segment.objects.select_related("manager"))
    for row in impacts.prefetch_related(segments).order_by("id"):
        point = row.touchpoint
        note("Touchpoint", point.name, point.accountable, point.customers_per_month, row.request)
        for segment in row.segments.all():
            note("Segment", segment.name, segment.manager, segment.customer_count, row.request)
    contacts = PlannedContact.objects.filter(request__in=ids).select_related("request", "segment__manager")
    for contact in contacts.order_by("id"):
        segment = contact.segment
        note("Segment", segment.name, segment.manager, segment.customer_count, contact.request)
    uses = DataUse.objects.filter(request__in=ids).select_related("request", "domain__steward").order_by("id")
    for use in uses:
        note("Data domain", use.domain.name, use.domain.steward, None, use.request)
    facts = [_gap(key, what[key], requests) for key, requests in found.items()]
    return tuple(sorted(facts, key=lambda fact: (-len(fact.references), fact.kind, fact.name)))


def _gap(key: tuple[str, str], what: tuple[str, int | None], requests: Mapping[int, tuple[str, bool]]) -> GapFact:
    secret = tuple(sorted(pk for pk, (_, confidential) in requests.items() if confidential))
    return GapFact(
        kind=key[0],
        name=key[1],
        problem=what[0],
        customers=what[1],
        references=tuple(sorted(reference for reference, _ in requests.values())),
        apart=tuple(sorted(reference for reference, confidential in requests.values() if not confidential)),
        secret=secret,
    )


def promise_facts(ids: Collection[int]) -> tuple[tuple[PromiseFact, ...], tuple[str, ...]]:
    """The bets of these requests, the next to be counted first, and the references of those that say that customers
    notice them and bet on nothing. Two queries."""
    bets = Bet.objects.filter(request__in=ids).select_related("request__silo", "segment", "measure")
    facts = tuple(
        PromiseFact(
            reference=bet.request.reference,
            silo=bet.request.silo.name,
            promise=bet.promise,
            segment=bet.segment.name,
            by=bet.due,
            note=bet.note,
            secret=(bet.request_id,) if bet.request.confidential else (),
        )
        for bet in bets.order_by("due", "id")
    )
    facing = ProjectRequest.objects.filter(pk__in=ids, kind=ProjectRequest.Kind.CUSTOMER_FACING, confidential=False)
    silent = facing.filter(bets__isnull=True).order_by("reference").values_list("reference", flat=True)
    return facts, tuple(silent)


def hold_facts(holds: Iterable[Hold]) -> tuple[HoldFact, ...]:
    """Holds as the pack tells them. They come from `active_holds`."""
    rows = list(holds)
    secrets = secrets_of([hold.decision for hold in rows])
    return tuple(
        HoldFact(
            question=hold.condition,
            owner=hold.owner.get_full_name(),
            until=hold.expires_on,
            references=tuple(row.request.reference for row in hold.decision.requests.all()),
            secret=secrets[hold.decision_id],
        )
        for hold in rows
    )


def changed_facts(items: Iterable[AgendaItem]) -> tuple[ChangedFact, ...]:
    """Of items that are about what was changed after an approval, what was changed. One query."""
    rows = LaterChange.objects.filter(item__in=[item.pk for item in items], put_back_at__isnull=True)
    return tuple(
        _changed(change, row)
        for change in rows.order_by("at", "id")
        for row in change.differences
        if row["verdict"] != Verdict.NONE
    )


def _changed(change: LaterChange, row: Mapping[str, Any]) -> ChangedFact:
    before, now = (cut(as_field(row[side], row["field"]), 60) or "nothing" for side in ("before", "after"))
    label = in_sentence(row["label"])
    said = f"{label} ({before} before, {now} now)"
    return ChangedFact(change.item_id or 0, change.request_id, label, said, row["field"] in MONEY)
