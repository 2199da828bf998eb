"""The record of what the board decided: the chain of seals over decisions, and what became of their conditions."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from board.models.meetings import Condition, Decision, Hold
from board.models.written_once import WrittenOnce
from portfolio.models import ProjectRequest


class Seal(WrittenOnce):
    """Closes a decision: `own_hash` is the SHA-256 of all that was decided and of the seal before it (`previous_hash`),
    so that the decisions form one chain in which none can be changed or taken out unseen. Written once."""

    only_followed = "A seal is never changed: the chain has no gaps."

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="seal")
    sequence = models.PositiveIntegerField(unique=True)
    previous_hash = models.CharField(max_length=64, unique=True)
    own_hash = models.CharField(max_length=64, unique=True)
    covers = models.PositiveSmallIntegerField(
        default=1, help_text="Which version of what a seal covers: see selectors.decisions.chain."
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["sequence"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(sequence__gte=1), name="seal_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.own_hash[:12]}"


class ChainHead(models.Model):
    """How many decisions are sealed and the last seal's hash, kept apart from them: a last entry that is missing would
    otherwise leave no gap. One row."""

    count = models.PositiveIntegerField(default=0)
    own_hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="chain_has_one_head")]

    def __str__(self) -> str:
        return f"{self.count}: {self.own_hash[:12]}"


class ConditionMove(WrittenOnce):
    """A condition was given to another owner or another day, and why. What the board itself said stays sealed: it is
    the first move's `owner_before` and `due_before`. Written once."""

    only_followed = "How a condition was moved is never changed. Move it once more."

    condition = models.ForeignKey(Condition, models.CASCADE, related_name="moves")
    owner_before = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    owner_after = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_before = models.DateField()
    due_after = models.DateField()
    reason = models.CharField(max_length=500)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="condition_moves")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="condition_move_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.condition_id}: {self.due_before} to {self.due_after}"


class HoldMove(WrittenOnce):
    """The question of a hold was given to somebody else, and why. Its day stays the board's. What the board itself said
    stays sealed: it is the first move's `owner_before`. Written once."""

    only_followed = "How a hold was given on is never changed. Give it on once more."

    hold = models.ForeignKey(Hold, models.CASCADE, related_name="moves")
    owner_before = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    owner_after = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="hold_moves")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="hold_move_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.hold_id}: {self.owner_before_id} to {self.owner_after_id}"


class CarriedWatch(models.Model):
    """When `merged` was merged into `survivor`, this person began to hear of the survivor. Kept so that undoing the
    merge takes exactly these away again."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="carried_watches")
    merged = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="+")
    survivor = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="carried_watches")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        verbose_name_plural = "carried watches"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "merged", "person"], name="carried_watch_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} hears of {self.survivor.reference} since {self.merged.reference} was merged"
