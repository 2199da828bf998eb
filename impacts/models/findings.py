"""Findings, what scans changed of them, and what architects and requesters said of them."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from portfolio.models import ProjectRequest


class FindingQuerySet(models.QuerySet["Finding"]):
    """Findings."""

    def open(self) -> Self:
        """Those that wait for an architect."""
        return self.filter(state=Finding.State.OPEN)

    def standing(self) -> Self:
        """Those that hold: open or confirmed."""
        return self.filter(state__in=[Finding.State.OPEN, Finding.State.CONFIRMED])

    def worth_telling(self) -> Self:
        """Those of which people get a message: overlaps and conflicts that wait. Notes and gaps stay in the inbox."""
        return self.open().filter(
            severity__in=[Finding.Severity.SERIOUS, Finding.Severity.LOOK],
            kind__in=[Finding.Kind.OVERLAP, Finding.Kind.CONFLICT],
        )

    def by_weight(self) -> Self:
        """The weightiest first."""
        return self.order_by("-weight", "-score", "id")


class Finding(models.Model):
    """Something that requests do to each other, or one and a policy. Its `identity` makes it the same at every scan.

    `weight` orders the inbox: severity first, then score and how many silos and customers are in it. `evidence` is a
    list of objects {kind, text, requests, weight, words}: a line may be shown only to who may see all its requests.
    """

    class Kind(models.TextChoices):
        OVERLAP = "overlap", "Overlap"
        CONFLICT = "conflict", "Conflict"
        GAP = "gap", "Gap"

    class Severity(models.TextChoices):
        SERIOUS = "serious", "Serious"
        LOOK = "look", "Look"
        NOTE = "note", "Note"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CONFIRMED = "confirmed", "Confirmed"
        DISMISSED = "dismissed", "Dismissed"
        CLOSED = "closed", "Closed"

    rule = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=Kind)
    identity = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the rule and what it is about.")
    about = models.JSONField(default=list, help_text="The identity in words: the rule, the requests and things.")
    severity = models.CharField(max_length=8, choices=Severity)
    score = models.FloatField()
    weight = models.FloatField(default=0)
    title = models.CharField(max_length=300)
    evidence = models.JSONField(default=list)
    material = models.JSONField(default=list, help_text="What a dismissal rests on.")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    state_before_closing = models.CharField(max_length=10, choices=State, blank=True)
    dismissed_material = models.JSONField(null=True, blank=True)
    came_back = models.CharField(max_length=500, blank=True, help_text="What changed since it was dismissed.")
    assigned = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="assigned_findings"
    )
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    requests = models.ManyToManyField(ProjectRequest, through="FindingMember", related_name="findings")

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-weight", "-score", "id"]
        indexes: ClassVar = [
            models.Index(fields=["state", "-weight", "-score", "id"], name="finding_inbox"),
            models.Index(fields=["rule", "state", "-score"], name="finding_rule"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The finding in triage."""
        return reverse("impacts:finding-detail", kwargs={"pk": self.pk})


class FindingMember(models.Model):
    """A request takes part in a finding."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="members")
    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="finding_members")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["finding", "request"], name="finding_member_once")]

    def __str__(self) -> str:
        return f"{self.request_id} in {self.finding_id}"


class FindingChange(models.Model):
    """What a scan changed of a finding: found, evidence changed, came back, closed by itself, reopened."""

    class What(models.TextChoices):
        FOUND = "found", "Found"
        CHANGED = "changed", "Evidence changed"
        CAME_BACK = "came_back", "Came back"
        CLOSED = "closed", "Closed by itself"
        REOPENED = "reopened", "Found again"

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="changes")
    what = models.CharField(max_length=10, choices=What)
    at = models.DateTimeField()
    score = models.FloatField()
    material = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_what_display()} on {self.at:%d %B %Y}"


class TriageAct(models.Model):
    """What an architect said of a finding. Never changed; an undo is an act of its own and points at what it undoes."""

    class Kind(models.TextChoices):
        CONFIRM = "confirm", "Confirmed"
        DISMISS = "dismiss", "Dismissed"
        MERGE = "merge", "Proposed merging"
        FAMILY = "family", "Joined as a family"
        ORDER = "order", "Put in order"
        UNDO = "undo", "Undone"

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=8, choices=Kind)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="triage_acts")
    at = models.DateTimeField()
    reason = models.TextField(blank=True, max_length=2000)
    state_before = models.CharField(max_length=10, choices=Finding.State)
    state_after = models.CharField(max_length=10, choices=Finding.State)
    survivor = models.ForeignKey(ProjectRequest, models.PROTECT, null=True, blank=True, related_name="merge_proposals")
    first = models.ForeignKey(ProjectRequest, models.PROTECT, null=True, blank=True, related_name="order_proposals")
    family = models.ForeignKey("Family", models.PROTECT, null=True, blank=True, related_name="acts")
    undoes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="undone_by")

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind="dismiss") | ~Q(reason=""),
                name="dismissal_has_reason",
                violation_error_message="Say why you dismiss it, so that nobody has to look again.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display().lower()}"


class Answer(models.Model):
    """What a requester says to the hold-on card: talk, join, or why theirs differs."""

    class Kind(models.TextChoices):
        TALK = "talk", "Wants to talk"
        JOIN = "join", "Will join"
        DIFFERS = "differs", "Ours differs"

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="answers")
    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="answers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.TextField(blank=True, max_length=2000)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind="differs") | ~Q(text=""),
                name="difference_is_said",
                violation_error_message="Say how yours differs, in one sentence.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"
