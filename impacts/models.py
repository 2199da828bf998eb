"""How requests meet the customer and each other: tags, findings, what people said of them, clusters and families."""

from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from customers.models import Channel, DataDomain, Measure, Segment, System, Touchpoint
from portfolio.models import ProjectRequest


class Effect(models.TextChoices):
    """What a request does to a touchpoint."""

    INTRODUCES = "introduces", "Introduces"
    CHANGES = "changes", "Changes"
    REPLACES = "replaces", "Replaces"
    RETIRES = "retires", "Retires"


class Impact(models.Model):
    """What one request does at one touchpoint for some segments (none: for all)."""

    class Direction(models.TextChoices):
        BETTER = "better", "Better"
        WORSE = "worse", "Worse"
        NEUTRAL = "neutral", "Neutral"

    class Sign(models.IntegerChoices):
        UP = 1, "Up"
        DOWN = -1, "Down"

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="impacts")
    touchpoint = models.ForeignKey(Touchpoint, models.PROTECT, related_name="impacts")
    effect = models.CharField(max_length=12, choices=Effect)
    direction = models.CharField(max_length=8, choices=Direction, default=Direction.NEUTRAL)
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, blank=True, related_name="impacts")
    measure_sign = models.SmallIntegerField(choices=Sign, null=True, blank=True)
    segments = models.ManyToManyField(Segment, blank=True, related_name="impacts")
    note = models.CharField(max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["touchpoint__name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "touchpoint"],
                name="impact_once",
                violation_error_message="This touchpoint is already listed. Change that line instead.",
            ),
            models.CheckConstraint(
                condition=Q(measure__isnull=True, measure_sign__isnull=True)
                | Q(measure__isnull=False, measure_sign__isnull=False, measure_sign__in=[1, -1]),
                name="impact_measure_with_sign",
                violation_error_message="Say whether the measure goes up or down, or leave both empty.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_effect_display()} {self.touchpoint}"


class DataUse(models.Model):
    """What one request does to one data domain; in which system, where that is known."""

    class Mode(models.TextChoices):
        MASTERS = "masters", "Becomes master of"
        CREATES = "creates", "Creates"
        CHANGES = "changes", "Changes"
        READS = "reads", "Reads"
        RETIRES = "retires", "Retires"

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="data_uses")
    domain = models.ForeignKey(DataDomain, models.PROTECT, related_name="uses")
    mode = models.CharField(max_length=8, choices=Mode)
    system = models.ForeignKey(System, models.PROTECT, null=True, blank=True, related_name="data_uses")

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["domain__name", "mode", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "domain", "mode"],
                name="data_use_once",
                violation_error_message="This use of this data is already listed.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()} {self.domain}"


class SystemUse(models.Model):
    """What one request does to one system. DESIGN's rules speak of systems changed and retired; this says it."""

    class Effect(models.TextChoices):
        INTRODUCES = "introduces", "Introduces"
        CHANGES = "changes", "Changes"
        REPLACES = "replaces", "Replaces"
        RETIRES = "retires", "Retires"
        USES = "uses", "Uses"

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="system_uses")
    system = models.ForeignKey(System, models.PROTECT, related_name="uses")
    effect = models.CharField(max_length=12, choices=Effect)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["system__name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "system"],
                name="system_use_once",
                violation_error_message="This system is already listed. Change that line instead.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_effect_display()} {self.system}"


class PlannedContact(models.Model):
    """A request contacts every customer of a segment by one channel, on `times` days, `every_days` apart."""

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="contacts")
    segment = models.ForeignKey(Segment, models.PROTECT, related_name="contacts")
    channel = models.CharField(max_length=12, choices=Channel)
    first_day = models.DateField()
    times = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(366)])
    every_days = models.PositiveSmallIntegerField(default=7, validators=[MinValueValidator(1), MaxValueValidator(366)])
    purpose = models.CharField(max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["first_day", "id"]
        indexes: ClassVar = [models.Index(fields=["segment", "first_day"], name="contact_segment_day")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(times__gte=1, times__lte=366, every_days__gte=1, every_days__lte=366),
                name="contact_times_and_days",
            )
        ]

    def __str__(self) -> str:
        return f"{self.times} x {self.get_channel_display()} to {self.segment} from {self.first_day}"


class TagSuggestion(models.Model):
    """A register entry that a request's text seems to touch, and what the requester said of it."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"

    class Register(models.TextChoices):
        TOUCHPOINT = "touchpoint", "Touchpoint"
        DOMAIN = "domain", "Data domain"
        SEGMENT = "segment", "Segment"
        SYSTEM = "system", "System"

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="tag_suggestions")
    register = models.CharField(max_length=12, choices=Register)
    thing_id = models.BigIntegerField()
    confidence = models.FloatField()
    words = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="tag_decisions"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-confidence", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "register", "thing_id"], name="suggestion_once")
        ]

    def __str__(self) -> str:
        return f"{self.request.reference}: {self.register} {self.thing_id}?"


class FindingQuerySet(models.QuerySet["Finding"]):
    """Findings."""

    def open(self) -> Self:
        """Those that wait for an architect."""
        return self.filter(state=Finding.State.OPEN)

    def standing(self) -> Self:
        """Those that hold: open or confirmed."""
        return self.filter(state__in=[Finding.State.OPEN, Finding.State.CONFIRMED])

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
    survivor = models.ForeignKey(
        ProjectRequest, models.PROTECT, null=True, blank=True, related_name="merge_proposals"
    )
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


class Cluster(models.Model):
    """Requests that the engine holds together by strong overlaps. Comes and goes with the scans; `code` stays as long
    as most of its members do, so that a link keeps working."""

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=300)
    terms = models.JSONField(default=list)
    score = models.FloatField(default=0)
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    requests = models.ManyToManyField(ProjectRequest, related_name="clusters")

    class Meta:
        ordering: ClassVar[list[str]] = ["-score", "id"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        """The cluster's page."""
        return reverse("impacts:cluster-detail", kwargs={"code": self.code})


class Family(models.Model):
    """A cluster that people confirmed: a lead request, a named owner; each member keeps its own words."""

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=300)
    lead = models.ForeignKey(ProjectRequest, models.PROTECT, related_name="families_led")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="families_owned")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="families_created")
    created_at = models.DateTimeField()
    dissolved_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        verbose_name_plural = "families"

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        """The family's page."""
        return reverse("impacts:family-detail", kwargs={"code": self.code})


class FamilyMember(models.Model):
    """A request belongs to a family, from when until when."""

    family = models.ForeignKey(Family, models.CASCADE, related_name="members")
    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="family_members")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["joined_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(left_at__isnull=True),
                name="request_in_one_family",
                violation_error_message="This request is already in a family. Take it out of that one first.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} in {self.family.code}"


class ScanRun(models.Model):
    """One run of the scanner: how many requests, what came of it, how long it took."""

    started_at = models.DateTimeField()
    seconds = models.FloatField(null=True, blank=True)
    requests = models.PositiveIntegerField(default=0)
    complete = models.BooleanField(default=False, help_text="Whether the whole portfolio was scanned.")
    counts = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-started_at", "-id"]

    def __str__(self) -> str:
        return f"scan of {self.requests} requests on {self.started_at:%d %B %Y %H:%M}"


