"""Who the organisation serves, where it meets them, what it knows of them, and who answers for each."""

from typing import ClassVar, Self, TypeVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from simple_history.models import HistoricalRecords

T = TypeVar("T", bound=models.Model)


class Channel(models.TextChoices):
    """By which way the organisation and a customer meet."""

    BRANCH = "branch", "Branch"
    PHONE = "phone", "Phone"
    EMAIL = "email", "E-mail"
    LETTER = "letter", "Letter"
    SMS = "sms", "Text message"
    PUSH = "push", "Push message"
    APP = "app", "App"
    WEB = "web", "Web"
    CHAT = "chat", "Chat"
    ATM = "atm", "Cash machine"
    SOCIAL = "social", "Social media"
    PARTNER = "partner", "Partner"
    IN_PERSON = "in_person", "In person"


class JourneyStage(models.TextChoices):
    """Where on their way with the organisation the customer is."""

    DISCOVER = "discover", "Discovers us"
    CHOOSE = "choose", "Chooses"
    JOIN = "join", "Joins"
    USE = "use", "Uses"
    GET_HELP = "get_help", "Gets help"
    CHANGE = "change", "Changes something"
    LEAVE = "leave", "Leaves"


class RegisterQuerySet(models.QuerySet[T]):
    """Entries of a register."""

    def active(self) -> Self:
        """Those that are not retired."""
        return self.filter(retired_on__isnull=True)


class RegisterEntry(models.Model):
    """What every entry of a register has: a code that imports and links use, a name, a description."""

    register: ClassVar[str] = ""

    code = models.SlugField(max_length=60, unique=True, help_text="Short and lasting; links and imports use it.")
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True, max_length=2000)
    retired_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The entry's page."""
        return reverse("customers:entry-detail", kwargs={"register": self.register, "code": self.code})


class Segment(RegisterEntry):
    """Customers grouped by how they behave. `yearly_value` is in the organisation's currency, for the whole segment."""

    register = "segments"

    behaviour = models.TextField(max_length=2000, blank=True, help_text="What these customers do, not who they are.")
    customer_count = models.PositiveIntegerField(default=0)
    yearly_value = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="segments_managed"
    )

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta(RegisterEntry.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(yearly_value__isnull=True) | Q(yearly_value__gte=0), name="segment_value_not_negative"
            )
        ]


class Touchpoint(RegisterEntry):
    """Where a customer meets the organisation: a channel at a stage of the journey."""

    register = "touchpoints"

    channel = models.CharField(max_length=12, choices=Channel)
    journey_stage = models.CharField(max_length=12, choices=JourneyStage)
    customers_per_month = models.PositiveIntegerField(default=0)
    run_by_it = models.BooleanField(default=False)
    accountable = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="touchpoints_answered_for"
    )
    change_limit = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many changes a quarter customers can take here; empty for no limit."
    )

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()


class Measure(RegisterEntry):
    """Something counted about customers that a request may push up or down, such as calls about fraud."""

    class Good(models.TextChoices):
        UP = "up", "More is better"
        DOWN = "down", "Less is better"

    register = "measures"

    unit = models.CharField(max_length=40, blank=True)
    good_direction = models.CharField(max_length=4, choices=Good)

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()


class DataDomain(RegisterEntry):
    """A kind of data about customers: identity, warranty, service history, consent."""

    register = "data-domains"

    steward = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="domains_stewarded"
    )

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()


class System(RegisterEntry):
    """An application that holds data domains."""

    register = "systems"

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()


class DataHolding(models.Model):
    """A system holds a data domain as master, copy or reader."""

    class Role(models.TextChoices):
        MASTER = "master", "Master"
        COPY = "copy", "Copy"
        READER = "reader", "Reader"

    system = models.ForeignKey(System, models.CASCADE, related_name="holdings")
    domain = models.ForeignKey(DataDomain, models.CASCADE, related_name="holdings")
    role = models.CharField(max_length=8, choices=Role)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["system__name", "domain__name", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "domain"], name="holding_once")]

    def __str__(self) -> str:
        return f"{self.system} is {self.get_role_display().lower()} of {self.domain}"


class IdentifyingAttribute(RegisterEntry):
    """Something by which the records of one customer are told from those of another: customer number, e-mail address,
    vehicle number. Systems whose data carries the same one can be joined by it."""

    register = "identifying-attributes"

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()


class HoldingAttribute(models.Model):
    """The records of a holding can be found by an identifying attribute, as well as its quality there allows."""

    class Quality(models.TextChoices):
        HIGH = "high", "High: unique and kept up"
        MEDIUM = "medium", "Medium: mostly right"
        LOW = "low", "Low: a match may be the wrong customer"

    holding = models.ForeignKey(DataHolding, models.CASCADE, related_name="attributes")
    attribute = models.ForeignKey(IdentifyingAttribute, models.PROTECT, related_name="holdings")
    quality = models.CharField(max_length=6, choices=Quality, default=Quality.MEDIUM)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["attribute__name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["holding", "attribute"],
                name="holding_attribute_once",
                violation_error_message="This attribute is already listed. Change its quality instead.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.holding} by {self.attribute}"


class ContactPolicy(RegisterEntry):
    """At most `limit` contacts in any `days` consecutive days: for one segment or each, one channel or all together."""

    register = "contact-policies"

    segment = models.ForeignKey(Segment, models.CASCADE, null=True, blank=True, related_name="policies")
    channel = models.CharField(max_length=12, choices=Channel, blank=True)
    limit = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta(RegisterEntry.Meta):
        verbose_name_plural = "contact policies"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(days__gte=1), name="policy_days_at_least_one")]


class ChangeFreeze(RegisterEntry):
    """Days in which nothing goes live: at the named touchpoints, or anywhere when none is named."""

    register = "change-freezes"

    starts = models.DateField()
    ends = models.DateField()
    touchpoints = models.ManyToManyField(Touchpoint, blank=True, related_name="freezes")

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta(RegisterEntry.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="freeze_ends_after_start")
        ]


class ChannelCapacity(RegisterEntry):
    """How many single contacts a channel can make in a week, from Monday to Sunday. One for each channel in use."""

    register = "channel-capacities"

    channel = models.CharField(max_length=12, choices=Channel)
    contacts_per_week = models.PositiveIntegerField()

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta(RegisterEntry.Meta):
        verbose_name_plural = "channel capacities"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel"],
                condition=Q(retired_on__isnull=True),
                name="channel_capacity_once",
                violation_error_message="This channel has a capacity already. Change that one, or retire it first.",
            )
        ]


class Synonym(models.Model):
    """Another word for one entry of a register, so that every silo's word finds it."""

    term = models.CharField(max_length=120)
    segment = models.ForeignKey(Segment, models.CASCADE, null=True, blank=True, related_name="synonyms")
    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, null=True, blank=True, related_name="synonyms")
    domain = models.ForeignKey(DataDomain, models.CASCADE, null=True, blank=True, related_name="synonyms")
    system = models.ForeignKey(System, models.CASCADE, null=True, blank=True, related_name="synonyms")

    class Meta:
        ordering: ClassVar = [Lower("term"), "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="synonym_of_exactly_one",
                condition=(
                    Q(segment__isnull=False, touchpoint__isnull=True, domain__isnull=True, system__isnull=True)
                    | Q(segment__isnull=True, touchpoint__isnull=False, domain__isnull=True, system__isnull=True)
                    | Q(segment__isnull=True, touchpoint__isnull=True, domain__isnull=False, system__isnull=True)
                    | Q(segment__isnull=True, touchpoint__isnull=True, domain__isnull=True, system__isnull=False)
                ),
            ),
            *(
                models.UniqueConstraint(
                    Lower("term"), name=f"synonym_once_{kind}", condition=Q(**{f"{kind}__isnull": False})
                )
                for kind in ("segment", "touchpoint", "domain", "system")
            ),
        ]

    def __str__(self) -> str:
        return self.term
