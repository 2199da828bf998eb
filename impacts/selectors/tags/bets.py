"""What requests bet on for customers, and how good the bets of each silo were."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from customers.models import Segment
from customers.words import WAS, part_of
from impacts.engine.bets import BetFact, TrackRecord, overall, track_records
from impacts.models import Bet
from portfolio.models import Person, ProjectRequest
from portfolio.permissions import roles_of


def answered_or_none(bet: Bet) -> Decimal | None:
    """What came of a bet that was fetched with its answer; None while nobody has said."""
    return bet.answer.delivered if hasattr(bet, "answer") else None


def bets_due_for(person: Person, today: date) -> QuerySet[Bet]:
    """Bets of the person's own requests, and of their department's, of which they should say what came, longest due
    first."""
    mine = Q(request__requester=person) | Q(request__sponsor=person) | Q(request__silo__in=roles_of(person).silos)
    visible = ProjectRequest.objects.visible_to(person).order_by().values("pk")
    rows = Bet.objects.due(today).filter(mine, request__in=visible)
    return rows.select_related("request", "segment", "measure").order_by("due", "id")


ENOUGH = 3
"""A department is named in the title only with so many answers: one bet says little."""


@dataclass(frozen=True, slots=True)
class BetBook:
    """All bets of requests that the board has said yes to, as one person may see them: those due without an answer,
    those answered, those still to come; the record of each silo and of all. `silent_requests` are live customer-facing
    requests, by silo, that bet on nothing; `asking` is how many live customer-facing ones there are. `hidden` counts
    bets of confidential requests that are in nothing else here."""

    due: list[Bet]
    answered: list[Bet]
    coming: list[Bet]
    records: list[TrackRecord]
    total: TrackRecord
    silent_requests: list[tuple[str, int]]
    asking: int
    hidden: int

    @property
    def without(self) -> int:
        """How many live customer-facing requests bet on nothing."""
        return sum(count for _, count in self.silent_requests)

    @property
    def title(self) -> str:
        """The finding, as a sentence."""
        total = self.total
        if not total.answered:
            return "No bet has come due and been answered yet"
        known = [record for record in self.records if record.answered >= ENOUGH]
        bet, bets = "bet on customers", "bets on customers"
        kept = part_of(total.kept, total.answered, bet, "kept", things=bets, verb=WAS)
        if len(known) < 2:
            middle = "in the middle " if total.answered > 1 else ""
            return f"{kept}; {middle}{percent(total.median)} of what was promised came"
        return f"{kept}; {known[-1].silo} delivers {percent(known[-1].median)} of what it promises"


def percent(share: float | None) -> str:
    """'38 %'; "nothing" for None."""
    return "nothing" if share is None else f"{round(share * 100):,} %"


def bet_book(*, user: Any, today: date) -> BetBook:
    """The book of bets, in five queries. What `user` may not see is in no figure."""
    visible = ProjectRequest.objects.visible_to(user).order_by().values("pk")
    held = Bet.objects.held_to()
    rows = list(
        held.filter(request__in=visible)
        .select_related("request__silo", "segment", "measure", "answer__person")
        .order_by("due", "id")
    )
    facts = [_fact(bet) for bet in rows]
    open_ = [bet for bet in rows if not hasattr(bet, "answer")]
    facing = ProjectRequest.objects.live().filter(pk__in=visible, kind=ProjectRequest.Kind.CUSTOMER_FACING)
    silent = facing.filter(bets__isnull=True).order_by("silo__name", "id").values_list("silo__name", flat=True)
    return BetBook(
        due=[bet for bet in open_ if bet.due <= today],
        answered=[bet for bet in reversed(rows) if hasattr(bet, "answer")],
        coming=[bet for bet in open_ if bet.due > today],
        records=track_records(facts, today=today),
        total=overall(facts, today=today),
        silent_requests=sorted(Counter(silent).items(), key=lambda item: (-item[1], item[0])),
        asking=facing.count(),
        hidden=held.exclude(request__in=visible).count(),
    )


def _fact(bet: Bet) -> BetFact:
    return BetFact(bet.request.silo.name, bet.amount, answered_or_none(bet), bet.due)


def record_of_silo(*, user: Any, request: ProjectRequest, today: date) -> TrackRecord | None:
    """How good the bets of a request's silo were so far, without those of the request itself; None without an answer.
    One query."""
    visible = ProjectRequest.objects.visible_to(user).order_by().values("pk")
    rows = Bet.objects.held_to().filter(request__in=visible, request__silo=request.silo_id, answer__isnull=False)
    rows = rows.exclude(request=request).select_related("request__silo", "answer").order_by("due", "id")
    records = track_records((_fact(bet) for bet in rows), today=today)
    return records[0] if records else None


def open_bets_on(*, user: Any, segment: Segment) -> list[Bet]:
    """Bets on the customers of a segment that `user` may see and nobody has answered yet, the next due first, at most
    twenty. One query."""
    visible = ProjectRequest.objects.visible_to(user).order_by().values("pk")
    rows = Bet.objects.held_to().filter(segment=segment, answer__isnull=True, request__in=visible)
    return list(rows.select_related("request__silo", "measure", "segment", "answer").order_by("due", "id")[:20])


def bet_rows(bets: Iterable[Bet]) -> Iterable[list[Any]]:
    """The cells of each bet for a file: BET_HEADINGS says what they are."""
    for bet in bets:
        answer = getattr(bet, "answer", None)
        yield [
            bet.request.reference,
            bet.request.title,
            bet.request.silo.name,
            bet.segment.code,
            bet.get_moves_display(),
            bet.measure.code if bet.measure else "",
            bet.measure.unit if bet.measure else "customers",
            bet.amount,
            bet.due,
            answer.delivered if answer else None,
            round(answer.share, 3) if answer else None,
            answer.text if answer else "",
            answer.person.email if answer else "",
            bet.note,
        ]


BET_HEADINGS = (
    "Request",
    "Title",
    "Department",
    "Segment",
    "What moves",
    "Measure",
    "Unit",
    "Promised",
    "Due",
    "Delivered",
    "Share of promised",
    "What came of it",
    "Answered by",
    "How it is counted",
)
