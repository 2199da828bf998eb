"""Bets: what a request says it will move for customers, by how much and by when, and what came of it."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from customers.models import Measure, Segment
from portfolio.lifecycle import COMMITTED, Status
from portfolio.models import ProjectRequest

#: Of requests in these states the board has said yes: their bets are asked for.
HELD_TO = COMMITTED | {Status.DELIVERED, Status.REVIEWED}


class BetQuerySet(models.QuerySet["Bet"]):
    """Bets."""

    def held_to(self) -> Self:
        """Those of requests that the board has said yes to."""
        return self.filter(request__status__in=sorted(status.value for status in HELD_TO))

    def due(self, today: date) -> Self:
        """Those whose day has come and of which nobody has said what came."""
        return self.held_to().filter(due__lte=today, answer__isnull=True)


class Bet(models.Model):
    """A request moves something for the customers of one segment: `amount` is by how much, always for the better, to be
    counted on the day `due`."""

    class Moves(models.TextChoices):
        GAINED = "gained", "More customers gained"
        LOST = "lost", "Fewer customers lost"
        REFERRALS = "referrals", "More customers gained by referral"
        BETTER_TIER = "better_tier", "More customers moved to a better tier"
        MEASURE = "measure", "A measure"

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="bets")
    segment = models.ForeignKey(Segment, models.PROTECT, related_name="bets")
    moves = models.CharField(max_length=12, choices=Moves)
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, blank=True, related_name="bets")
    amount = models.DecimalField(max_digits=14, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))])
    due = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    asked_on = models.DateField(null=True, blank=True, editable=False)

    objects = BetQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["asked_on"])

    class Meta:
        ordering: ClassVar[list[str]] = ["due", "id"]
        indexes: ClassVar = [models.Index(fields=["due", "id"], name="bet_due")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "segment", "moves"],
                condition=Q(measure__isnull=True),
                name="bet_once",
                violation_error_message="This is already listed for these customers. Change that line instead.",
            ),
            models.UniqueConstraint(
                fields=["request", "segment", "measure"],
                condition=Q(measure__isnull=False),
                name="bet_measure_once",
                violation_error_message="This measure is already listed for these customers. Change that line instead.",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="bet_amount_above_zero"),
            models.CheckConstraint(
                condition=(Q(moves="measure") & Q(measure__isnull=False))
                | (~Q(moves="measure") & Q(measure__isnull=True)),
                name="bet_measure_where_one_moves",
                violation_error_message="Say which measure moves, and only where a measure does.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise}: {self.segment}"

    @property
    def promise(self) -> str:
        """What is promised, in words: "2,400 fewer customers lost"."""
        if self.measure is None:
            more, _, what = self.get_moves_display().partition(" ")
            return f"{plain(self.amount)} {more.lower()} {what}"
        way = "up" if self.measure.good_direction == Measure.Good.UP else "down"
        return f"{self.measure.name} {way} by {self.words_of(self.amount)}"

    def words_of(self, amount: Decimal) -> str:
        """An amount of what it moves, with its unit: "3.8 per cent", "2,400 customers"."""
        unit = self.measure.unit if self.measure else "customers"
        return f"{plain(amount)} {unit}".strip()


class BetAnswer(models.Model):
    """What came of a bet, said by who made it: `delivered` counts as the bet does, below 0 where it went the wrong
    way."""

    bet = models.OneToOneField(Bet, models.CASCADE, related_name="answer")
    delivered = models.DecimalField(max_digits=14, decimal_places=2)
    text = models.TextField(max_length=2000)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bet_answers")
    at = models.DateTimeField()

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.bet}: {plain(self.delivered)}"

    @property
    def words(self) -> str:
        """What came, in words."""
        return self.bet.words_of(self.delivered)

    @property
    def share(self) -> float:
        """What came as a share of what was promised."""
        return float(self.delivered / self.bet.amount)

    @property
    def is_kept(self) -> bool:
        """Whether at least what was promised came."""
        return self.delivered >= self.bet.amount


def plain(amount: Decimal) -> str:
    """A number without needless zeros: 2,400 or 3.8."""
    return f"{amount:,.2f}".rstrip("0").rstrip(".")
