"""What belongs to a decision beside its words: votes, questions that were sent back, until when, and the family that it
made; and the clock of an item."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from board.agenda.voting import Count
from board.models.meetings import AgendaItem, Deciding, Decision
from board.models.written_once import WrittenOnce
from impacts.models import Family
from portfolio.models import ProjectRequest


class Vote(WrittenOnce):
    """How a member of the board who was present voted. Against, with words, is a named dissent. Written once."""

    class Choice(models.TextChoices):
        FOR = "for", "For"
        AGAINST = "against", "Against"
        ABSTAIN = "abstain", "Abstains"

    only_followed = "A vote is part of its decision, and never changed."

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="votes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="votes")
    choice = models.CharField(max_length=7, choices=Choice)
    words = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["person__name", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["decision", "person"], name="vote_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_choice_display()}"


class Ballot(WrittenOnce):
    """How the vote over a decision was counted: by which majority, among how many who were present and did not stand
    aside. What was not carried stands only by the word of who is in the chair, and why. Written once."""

    only_followed = "The count of a vote is part of its decision, and never changed."

    decision = models.OneToOneField(Decision, models.CASCADE, related_name="ballot")
    majority = models.CharField(max_length=10, choices=Deciding)
    present = models.PositiveSmallIntegerField()
    in_favour = models.PositiveSmallIntegerField()
    against = models.PositiveSmallIntegerField()
    abstained = models.PositiveSmallIntegerField()
    chair_choice = models.CharField(max_length=7, choices=Vote.Choice, blank=True)
    carried = models.BooleanField()
    overridden_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    override_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(carried=True, overridden_by__isnull=True, override_because="")
                | (Q(carried=False, overridden_by__isnull=False) & ~Q(override_because="")),
                name="ballot_carried_or_overridden",
            )
        ]

    def __str__(self) -> str:
        return self.count.words

    @property
    def count(self) -> Count:
        """The count, which says in words whether it is carried."""
        return Count(self.majority, self.present, self.in_favour, self.against, self.abstained, self.chair_choice)


class Question(models.Model):
    """What the board wants to know before it decides: who supplies it, by when, and the answer. The decision's requests
    are back for the board when all its questions are answered."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="questions")
    text = models.CharField(max_length=500)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="board_questions")
    due = models.DateField()
    answer = models.TextField(max_length=5000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="board_questions_answered"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["due", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="question_answered_with_words",
            )
        ]

    def __str__(self) -> str:
        return self.text


class Deferral(models.Model):
    """The day on which what was deferred comes back by itself; `ended_at` when it did, or the board came back to it."""

    decision = models.OneToOneField(Decision, models.CASCADE, related_name="deferral")
    until = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["until", "id"]

    def __str__(self) -> str:
        return f"Until {self.until}"


class Joining(WrittenOnce):
    """The family that a decision founded or confirmed; what it was before, so that taking it back is whole."""

    only_followed = "What a decision joined is part of it, and never changed."

    decision = models.OneToOneField(Decision, models.CASCADE, related_name="joining")
    family = models.ForeignKey(Family, models.PROTECT, related_name="joinings")
    founded = models.BooleanField(default=False)
    lead = models.ForeignKey(ProjectRequest, models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lead_before = models.ForeignKey(ProjectRequest, models.PROTECT, null=True, blank=True, related_name="+")
    owner_before = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    joined = models.ManyToManyField(ProjectRequest, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.family}, led by {self.lead.reference}"


class ItemClock(models.Model):
    """When the meeting came to an item: the same clock for everybody in the room, whatever they reload."""

    item = models.OneToOneField(AgendaItem, models.CASCADE, related_name="clock")
    started_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.item_id} since {self.started_at:%H:%M}"
