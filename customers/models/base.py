"""What all registers share: channels, stages of the journey, and what every entry has."""

from typing import ClassVar, Self, TypeVar

from django.db import models
from django.urls import reverse

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
