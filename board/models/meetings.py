"""Meetings, agenda, decisions, conditions, holds and the packs that were printed."""

import uuid
from copy import copy
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from board.models.written_once import WrittenOnce
from customers.words import isolated
from impacts.models import Cluster, Family, Finding
from portfolio.lifecycle import LABELS, Status
from portfolio.models import ProjectRequest

WHY_LENGTH = 500
"""So many characters an agenda keeps of what brought an item."""


class Deciding(models.TextChoices):
    """How the board decides. Votes are counted among those present who do not stand aside; at a tie the chair's vote
    decides."""

    CONSENSUS = "consensus", "By consensus; who disagrees is written down"
    MAJORITY = "majority", "By vote, more than half of those present"
    TWO_THIRDS = "two_thirds", "By vote, two thirds of those present"


class Meeting(models.Model):
    """One sitting of the review board. `minutes` is its length.

    `quorum` is how many of those with a vote must be there; None asks for none. `uid` and `sequence` are those of its
    calendar entry (RFC 5545): the first never changes, the second grows with each change that people must know of.
    A meeting of a series keeps the day that the rule meant (`series_day`) when it is moved.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        IN_SESSION = "in_session", "In session"
        CLOSED = "closed", "Closed"
        CANCELLED = "cancelled", "Cancelled"

    class Voting(models.TextChoices):
        NONE = "none", "Only what was decided"
        DISSENT = "dissent", "What was decided, and who disagreed"
        VOTES = "votes", "How each member voted"

    title = models.CharField(max_length=160, default="Review board")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(
        default=90, validators=[MinValueValidator(5), MaxValueValidator(600)], help_text="How long it lasts."
    )
    place = models.CharField(max_length=160, blank=True)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="meetings_chaired"
    )
    secretary = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="meetings_kept"
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.PLANNED)
    voting = models.CharField(
        max_length=7, choices=Voting, default=Voting.DISSENT, help_text="What is written down of each decision."
    )
    deciding = models.CharField("how we decide", max_length=10, choices=Deciding, default=Deciding.CONSENSUS)
    note = models.TextField(blank=True, max_length=5000, help_text="Goes into the minutes.")
    quorum = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    series = models.ForeignKey("board.MeetingSeries", models.SET_NULL, null=True, blank=True, related_name="meetings")
    series_day = models.DateField(null=True, blank=True)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_because = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["-starts_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series", "series_day"], condition=Q(series__isnull=False), name="series_meets_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{isolated(self.title)}, {self.day_words}"

    @property
    def by_vote(self) -> bool:
        """Whether votes are counted, and only what is carried is recorded."""
        return self.deciding != Deciding.CONSENSUS

    @property
    def is_over(self) -> bool:
        """Whether nothing of it can change any more: it is closed or cancelled."""
        return self.status in (self.Status.CLOSED, self.Status.CANCELLED)

    def get_absolute_url(self) -> str:
        """The meeting's page."""
        return reverse("board:meeting-detail", kwargs={"pk": self.pk})

    @property
    def day_words(self) -> str:
        """Its day in the organisation's time zone, as in "22 January 2026"."""
        local = timezone.localtime(self.starts_at)
        return f"{local.day} {local:%B} {local.year}"


class AgendaItem(models.Model):
    """One thing that the board is asked to decide: over one request, one family, a group of requests that a cluster or
    a finding ties together, or several internal ones by consent; or something of the board's own over no request.

    A group and a consent item hold their requests as ItemRequest; `title` says what they have in common. What is the
    board's own has its title as its question, a `note` of what it is about, and once it is dealt with an `outcome` in
    words, with no decision. `why` says what brought it to the agenda. What people did by hand is marked, so that
    building the agenda anew leaves it as it is: `pinned` (it stays), `minutes_by_hand`, `placed_by_hand`. `gave_way`:
    it was taken off only for want of time.
    `review`: the board looks again at what it said yes to, so what is approved can be decided over.
    """

    class Kind(models.TextChoices):
        REQUEST = "request", "Request"
        FAMILY = "family", "Family"
        GROUP = "group", "Group"
        CONSENT = "consent", "Consent"
        OWN = "own", "The board's own"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        DECIDED = "decided", "Decided"
        DROPPED = "dropped", "Dropped"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.REQUEST)
    request = models.ForeignKey(ProjectRequest, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    family = models.ForeignKey(Family, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    cluster = models.ForeignKey(Cluster, models.SET_NULL, null=True, blank=True, related_name="agenda_items")
    finding = models.ForeignKey(Finding, models.SET_NULL, null=True, blank=True, related_name="agenda_items")
    title = models.CharField(max_length=300, blank=True)
    question = models.CharField(max_length=300, help_text="The decision asked for, in one sentence.")
    why = models.CharField(max_length=WHY_LENGTH, blank=True)
    minutes = models.PositiveSmallIntegerField(default=5, validators=[MinValueValidator(1), MaxValueValidator(240)])
    pinned = models.BooleanField(default=False)
    minutes_by_hand = models.BooleanField(default=False)
    placed_by_hand = models.BooleanField(default=False)
    note = models.TextField(blank=True, max_length=2000)
    outcome = models.TextField(blank=True, max_length=5000)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="items_closed"
    )
    advice = models.TextField(blank=True, max_length=2000)
    advised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="advice_given"
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    dropped_because = models.CharField(max_length=300, blank=True)
    gave_way = models.BooleanField(default=False)
    review = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="request", request__isnull=False, family__isnull=True)
                | Q(kind="family", request__isnull=True, family__isnull=False)
                | Q(kind__in=["group", "consent", "own"], request__isnull=True, family__isnull=True),
                name="item_over_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(kind="group") | Q(cluster__isnull=True, finding__isnull=True),
                name="item_group_from_cluster_or_finding",
            ),
            models.UniqueConstraint(
                fields=["meeting", "request"],
                condition=Q(request__isnull=False) & ~Q(status="dropped"),
                name="item_request_once",
            ),
            models.UniqueConstraint(
                fields=["meeting", "family"],
                condition=Q(family__isnull=False) & ~Q(status="dropped"),
                name="item_family_once",
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def subject(self) -> str:
        """What it is over: the request or the family by reference and title, else what its requests have in common."""
        return str(self.family or self.request or self.title or self.question)

    @property
    def is_own(self) -> bool:
        """Whether it is the board's own: over no request, with nothing to approve."""
        return self.kind == self.Kind.OWN

    @property
    def resolved(self) -> str:
        """The words with which what is the board's own was dealt with; empty while it is open."""
        return self.outcome if self.closed_at else ""


class ItemRequest(models.Model):
    """A group or consent item is over this request. `position` is its place on the item, the first is 1."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="members")
    request = models.ForeignKey(ProjectRequest, models.PROTECT, related_name="item_members")
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["item", "request"], name="request_once_on_item")]

    def __str__(self) -> str:
        return f"{self.request_id} on item {self.item_id}"


class Decision(WrittenOnce):
    """What the board decided over an item. Never changed, only superseded by a later one.

    `snapshot` is what the board saw; `snapshot_hash` its SHA-256. `submission` is the form's own token: the same form
    sent twice decides once. A decision that was taken back is superseded by one of the kind REOPEN.
    """

    class Kind(models.TextChoices):
        APPROVE = "approve", "Approve"
        APPROVE_WITH_CONDITIONS = "approve_with_conditions", "Approve with conditions"
        JOIN = "join", "Go together as a family"
        HOLD = "hold", "Hold"
        MERGE = "merge", "Merge"
        SEQUENCE = "sequence", "Go in order"
        RETURN = "return", "Return for information"
        DEFER = "defer", "Defer"
        REJECT = "reject", "Reject"
        REOPEN = "reopen", "Taken back"

    only_followed = "A decision is never changed. Record one that supersedes it."

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=24, choices=Kind)
    reason = models.TextField(max_length=5000)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="decisions_recorded")
    at = models.DateTimeField()
    survivor = models.ForeignKey(
        ProjectRequest, models.PROTECT, null=True, blank=True, related_name="decisions_survived"
    )
    submission = models.CharField(max_length=64, unique=True)
    snapshot = models.JSONField(default=dict)
    snapshot_hash = models.CharField(max_length=64)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        indexes: ClassVar = [models.Index(fields=["-at", "-id"], name="decision_latest_first")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
            models.CheckConstraint(condition=~Q(kind="merge") | Q(survivor__isnull=False), name="merge_has_survivor"),
            models.UniqueConstraint(fields=["item"], condition=Q(supersedes__isnull=True), name="item_decided_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.item}"


class DecidedRequest(WrittenOnce):
    """A decision moved a request from one state to another. `position` is its place where an order was decided, `after`
    and `also_after` what it was put behind, whatever it goes after since: the decision's words may speak of those."""

    only_followed = "What a decision moved is part of it, and never changed."

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="requests")
    request = models.ForeignKey(ProjectRequest, models.PROTECT, related_name="decisions")
    position = models.PositiveSmallIntegerField(default=0)
    after = models.ForeignKey(ProjectRequest, models.PROTECT, null=True, blank=True, related_name="+")
    also_after = models.ManyToManyField(ProjectRequest, blank=True, related_name="+")
    status_before = models.CharField(max_length=24)
    status_after = models.CharField(max_length=24)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["decision", "request"], name="decided_request_once")]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.status_after}"

    @property
    def label_after(self) -> str:
        """The state it came to, in words."""
        return LABELS[Status(self.status_after)]


class Condition(models.Model):
    """What must be true for an approval to hold: who sees to it, by when. It is open until it is met, or the board has
    decided again over all that it is about (`replaced_by`)."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="conditions")
    text = models.CharField(max_length=500)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="conditions")
    due = models.DateField()
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="conditions_closed"
    )
    met_note = models.CharField(max_length=500, blank=True)
    replaced_by = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="conditions_replaced")

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["due", "id"]

    def __str__(self) -> str:
        return self.text

    @property
    def as_decided(self) -> "Condition":
        """With the owner and the day that the board gave it, whatever it was moved to since. Not to be saved. Prefetch
        moves__owner_before for many."""
        first = min(self.moves.all(), key=lambda move: (move.at, move.pk), default=None)
        if first is None:
            return self
        said = copy(self)
        said.owner, said.due = first.owner_before, first.due_before
        return said


class Hold(models.Model):
    """The formal "whoa": who answers the question, which question, until when. It returns by itself."""

    decision = models.OneToOneField(Decision, models.CASCADE, related_name="hold")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="holds")
    condition = models.CharField(max_length=500)
    expires_on = models.DateField()
    released_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["expires_on", "id"]

    def __str__(self) -> str:
        return self.condition

    @property
    def as_decided(self) -> "Hold":
        """With whom the board asked, whoever the question was given to since. Not to be saved. Prefetch
        moves__owner_before for many."""
        first = min(self.moves.all(), key=lambda move: (move.at, move.pk), default=None)
        if first is None:
            return self
        said = copy(self)
        said.owner = first.owner_before
        return said


class Pack(WrittenOnce):
    """The board's papers, frozen when they are published: `document` is the composed document, `seal` its SHA-256."""

    only_followed = "A published pack never changes. Publish the next one."

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="packs")
    number = models.PositiveSmallIntegerField()
    document = models.JSONField()
    seal = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="packs")

    class Meta:
        ordering: ClassVar[list[str]] = ["-number", "-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["meeting", "number"], name="pack_number_once")]

    def __str__(self) -> str:
        return f"Pack {self.number} of {self.meeting}"
