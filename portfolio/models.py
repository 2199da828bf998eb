"""What the silos ask for: people and their roles, silos, objectives, requests and what is said about them."""

from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from simple_history.models import HistoricalRecords

from portfolio.lifecycle import COMMITTED, DECIDED, LABELS, LIVE, Status
from portfolio.permissions import visible_requests
from portfolio.roles import Role as Role

STATUS_CHOICES = [(status.value, LABELS[status]) for status in Status]


class PersonManager(BaseUserManager["Person"]):
    """Creates people, who sign in by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """A person with this e-mail address; without a password they cannot sign in by one."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def able_to_answer(self) -> "models.QuerySet[Person]":
        """People who can be accountable for something: living, active persons, not teams or mailboxes."""
        return self.filter(kind=Person.Kind.PERSON, is_active=True, left_on__isnull=True).order_by("name", "id")

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """A person who may do everything, the administration site included."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Person(AbstractUser):
    """Somebody in the organisation. A team or mailbox may be listed, but answers for nothing."""

    class Kind(models.TextChoices):
        PERSON = "person", "A person"
        TEAM = "team", "A team or mailbox"

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PERSON)
    left_on = models.DateField(null=True, blank=True)
    wants_mail = models.BooleanField(default=True)
    shortcuts = models.BooleanField("keyboard shortcuts", default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[PersonManager] = PersonManager()  # type: ignore[assignment]
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]
        verbose_name_plural = "people"
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="person_email_once")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """The person's name."""
        return self.name

    def get_short_name(self) -> str:
        """The person's name."""
        return self.name

    @property
    def accountability_problem(self) -> str:
        """Why nobody answers where this person is named, in words; empty for a living, active person."""
        if self.kind != self.Kind.PERSON:
            return f"“{self.name}” is a team or mailbox, not a person"
        if self.left_on:
            return f"{self.name} left on {self.left_on:%-d %B %Y}"
        return "" if self.is_active else f"{self.name} is no longer active"


class Silo(models.Model):
    """A department that files requests."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=160, unique=True)
    retired_on = models.DateField(null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person has a role, in a silo where the role needs one."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    silo = models.ForeignKey(Silo, models.PROTECT, null=True, blank=True, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["person__name", "role", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "silo", "role"], condition=Q(silo__isnull=False), name="membership_once"
            ),
            models.UniqueConstraint(
                fields=["person", "role"], condition=Q(silo__isnull=True), name="membership_once_without_silo"
            ),
            models.CheckConstraint(
                condition=~Q(role="head") | Q(silo__isnull=False),
                name="head_of_a_silo",
                violation_error_message="A department head needs a department.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}" + (f" of {self.silo}" if self.silo else "")


class Objective(models.Model):
    """What the organisation wants to reach."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    description = models.TextField(blank=True, max_length=2000)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="objectives")
    retired_on = models.DateField(null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Skill(models.Model):
    """Something people must be able to do, so that a request can be built."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class RequestQuerySet(models.QuerySet["ProjectRequest"]):
    """Requests."""

    def live(self) -> Self:
        """Those the engine compares: filed, not yet delivered, not turned away."""
        return self.filter(status__in=[status.value for status in LIVE])

    def drafts(self) -> Self:
        """Drafts that were not thrown away."""
        return self.filter(status=Status.DRAFT.value, discarded_at__isnull=True)

    def visible_to(self, user: Any) -> Self:
        """Those that `user` may see: every filed one; drafts of their own silo; confidential ones where they are the
        requester, an architect or of the board."""
        return self.filter(visible_requests(user))


class ProjectRequest(models.Model):
    """One IT project asked for by one silo. Costs are in the organisation's currency; `version` counts every change."""

    class Kind(models.TextChoices):
        CUSTOMER_FACING = "customer_facing", "Customer-facing"
        REGULATORY = "regulatory", "Regulatory"
        INTERNAL = "internal", "Internal"

    class FirstHeard(models.TextChoices):
        IDEA = "idea", "As an idea"
        BUSINESS_CASE = "business_case", "At the business case"
        VENDOR_CHOSEN = "vendor_chosen", "When the vendor was chosen"
        CONTRACT_SIGNED = "contract_signed", "When the contract was signed"

    reference = models.CharField(max_length=40, unique=True)
    source = models.CharField(max_length=60, blank=True, help_text="The import that brought it, if any.")
    source_reference = models.CharField(max_length=120, blank=True)
    silo = models.ForeignKey(Silo, models.PROTECT, related_name="requests")
    requester = models.ForeignKey(Person, models.PROTECT, related_name="requests")
    sponsor = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="sponsored_requests")
    title = models.CharField(max_length=300, blank=True)
    problem = models.TextField(blank=True, max_length=50_000)
    proposal = models.TextField(blank=True, max_length=50_000)
    kind = models.CharField(max_length=16, choices=Kind, blank=True)
    objective = models.ForeignKey(Objective, models.PROTECT, null=True, blank=True, related_name="requests")
    status = models.CharField(max_length=24, choices=STATUS_CHOICES, default=Status.DRAFT.value)
    confidential = models.BooleanField(default=False)
    heads_up = models.BooleanField(default=False, help_text="A mere idea, filed in five fields.")
    first_heard = models.CharField(max_length=16, choices=FirstHeard, blank=True)
    wanted_start = models.DateField(null=True, blank=True)
    wanted_go_live = models.DateField(null=True, blank=True)
    one_off_cost = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    yearly_cost = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    promised_effect = models.TextField(blank=True, max_length=2000)
    promised_by = models.DateField(null=True, blank=True)
    survivor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_requests")
    after = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followers")
    submitted_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)
    client_token = models.CharField(
        max_length=36,
        null=True,
        blank=True,
        unique=True,
        help_text="The opened page that made the draft, so it makes one.",
    )
    typed = models.JSONField(
        default=dict,
        blank=True,
        help_text="What was typed into a draft and could not be stored yet: see services.filing.",
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = RequestQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["typed", "client_token"])

    class Meta:
        ordering: ClassVar[list[str]] = ["-submitted_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["status", "-submitted_at", "-id"], name="request_status"),
            models.Index(fields=["silo", "-submitted_at", "-id"], name="request_silo"),
            # The list reads nothing but this index to count, filter and order: see portfolio.filters.
            models.Index(
                fields=[
                    "-submitted_at",
                    "-id",
                    "status",
                    "silo",
                    "kind",
                    "objective",
                    "confidential",
                    "heads_up",
                    "requester",
                    "sponsor",
                    "discarded_at",
                    "wanted_go_live",
                    "one_off_cost",
                ],
                name="request_list",
            ),  # fmt: skip
            models.Index(Lower("title"), F("id"), name="request_title"),
            models.Index(fields=["wanted_go_live", "id"], name="request_go_live"),
            models.Index(fields=["updated_at"], name="request_updated"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(one_off_cost__isnull=True) | Q(one_off_cost__gte=0), name="request_cost_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(yearly_cost__isnull=True) | Q(yearly_cost__gte=0), name="request_yearly_cost_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(wanted_start__isnull=True)
                | Q(wanted_go_live__isnull=True)
                | Q(wanted_go_live__gte=F("wanted_start")),
                name="request_live_after_start",
                violation_error_message="The go-live lies before the start. Choose a later go-live or an earlier start.",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | (~Q(title="") & Q(submitted_at__isnull=False)),
                name="request_filed_with_title",
            ),
            models.CheckConstraint(
                condition=(Q(status="merged") & Q(survivor__isnull=False))
                | (~Q(status="merged") & Q(survivor__isnull=True)),
                name="request_merged_has_survivor",
            ),
            models.CheckConstraint(
                condition=~Q(status="sequenced") | Q(after__isnull=False), name="request_sequenced_after_another"
            ),
            models.CheckConstraint(
                condition=~Q(survivor=F("id")) & ~Q(after=F("id")), name="request_not_after_or_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True) | Q(status="draft"), name="request_only_drafts_discarded"
            ),
            models.UniqueConstraint(
                fields=["source", "source_reference"], condition=~Q(source=""), name="request_imported_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}".strip()

    def get_absolute_url(self) -> str:
        """The request's page, by its reference: the link survives every state."""
        return reverse("portfolio:request-detail", kwargs={"reference": self.reference})

    @property
    def state(self) -> Status:
        """Where the request stands."""
        return Status(self.status)

    @property
    def is_committed(self) -> bool:
        """Whether the board has said yes to it."""
        return self.state in COMMITTED

    @property
    def is_decided(self) -> bool:
        """Whether the board has decided over it."""
        return self.state in DECIDED


class ReferenceCounter(models.Model):
    """The last number given out in a year's references (REQ-2026-0041)."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class RequestSkill(models.Model):
    """So many person-days of a skill that a request needs."""

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="requests")
    days = models.PositiveIntegerField(validators=[MinValueValidator(1)])

    class Meta:
        ordering: ClassVar[list[str]] = ["skill__name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "skill"],
                name="request_skill_once",
                violation_error_message="This skill is already listed. Change its days instead.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.days} days of {self.skill}"


class Need(models.Model):
    """A request needs what another one delivers, and why."""

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="needs")
    needs = models.ForeignKey(ProjectRequest, models.PROTECT, related_name="needed_by")
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["needs__reference", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "needs"],
                name="need_once",
                violation_error_message="This request is already listed as needed.",
            ),
            models.CheckConstraint(
                condition=~Q(request=F("needs")),
                name="need_of_another",
                violation_error_message="A request cannot need itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request.reference} needs {self.needs.reference}"


class Transition(models.Model):
    """One step of a request's life: who, when and why. Written once, never changed."""

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="transitions")
    source = models.CharField(max_length=24, choices=STATUS_CHOICES, blank=True)
    target = models.CharField(max_length=24, choices=STATUS_CHOICES)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="transitions")
    at = models.DateTimeField()
    why = models.TextField(blank=True, max_length=5000)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.request.reference}: {self.source or 'new'} to {self.target}"


class Comment(models.Model):
    """What somebody says about a request."""

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="comments")
    author = models.ForeignKey(Person, models.PROTECT, related_name="comments")
    text = models.TextField(max_length=5000)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.author} on {self.request.reference}"


class Watch(models.Model):
    """A person hears of what happens to a request. Requesters and sponsors watch from the start."""

    request = models.ForeignKey(ProjectRequest, models.CASCADE, related_name="watches")
    person = models.ForeignKey(Person, models.CASCADE, related_name="watches")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        verbose_name_plural = "watches"
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "person"], name="watch_once")]

    def __str__(self) -> str:
        return f"{self.person} watches {self.request.reference}"


class Notification(models.Model):
    """Something a person should know. `mail_due` marks what the mail task has still to send."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notifications")
    request = models.ForeignKey(ProjectRequest, models.CASCADE, null=True, blank=True, related_name="notifications")
    key = models.CharField(max_length=120, help_text="Names the event, so that a repeated task tells it once.")
    text = models.CharField(max_length=500)
    url = models.CharField(max_length=300)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mail_due = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["person", "-at", "-id"], name="notification_person"),
            models.Index(fields=["mail_due", "id"], condition=Q(mail_due=True), name="notification_mail_due"),
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "key"], name="notification_once")]

    def __str__(self) -> str:
        return self.text


class ScanMark(models.Model):
    """This request has changed since it was last scanned, up to `version`. Written in the transaction of the change.

    It stands here, not in `impacts` which consumes it, because the lower app writes it: a save and its mark are one
    transaction, and `portfolio` must not import `impacts` (decision 0003).
    """

    request = models.OneToOneField(ProjectRequest, models.CASCADE, primary_key=True, related_name="scan_mark")
    version = models.PositiveIntegerField()
    since = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["since", "request_id"]
        indexes: ClassVar = [models.Index(fields=["since"], name="scan_mark_since")]

    def __str__(self) -> str:
        return f"scan request {self.request_id} at version {self.version}"
