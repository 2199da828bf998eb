"""People and what they are: silos, roles, skills."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from simple_history.models import HistoricalRecords

from customers.answering import mailbox_in, nobody_in
from customers.models import RegisterEntry, RegisterQuerySet
from portfolio.roles import Role


def gone(who: str = "") -> Q:
    """The condition on people who are not here any more: they left, or were switched off. Who leaves later is here.
    `who` leads to the person from elsewhere ("requester")."""
    at = f"{who}__" if who else ""
    return Q(**{f"{at}left_on__lte": timezone.localdate()}) | Q(**{f"{at}is_active": False})


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
        return self.filter(~gone(), kind=Person.Kind.PERSON).order_by("name", "id")

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
    manager = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        help_text="Who hands over what this person answers for, should they leave.",
    )
    wants_mail = models.BooleanField(default=True)
    shortcuts = models.BooleanField("keyboard shortcuts", default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[PersonManager] = PersonManager()  # type: ignore[assignment]
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]
        verbose_name_plural = "people"
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
            models.CheckConstraint(
                condition=Q(manager__isnull=True) | ~Q(manager=F("id")),
                name="person_not_own_manager",
                violation_error_message="Nobody is their own manager. Leave it empty for who has none.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a line of managers that runs in a circle."""
        super().clean()
        above, seen = self.manager, {self.pk}
        while above is not None and self.pk is not None:
            if above.pk in seen:
                raise ValidationError({"manager": f"{self.manager} reports, directly or through others, to {self}."})
            seen.add(above.pk)
            above = above.manager

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
        if problem := nobody_in(self.name) or mailbox_in(self.email):
            return problem
        if self.left_on and self.left_on <= timezone.localdate():
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


class Skill(RegisterEntry):
    """Something people must be able to do, so that a request can be built."""

    register = "skills"

    objects = RegisterQuerySet.as_manager()
    history = HistoricalRecords()


class SkillCapacity(models.Model):
    """So many person-days of a skill are there in one quarter of the calendar, for all that is built."""

    skill = models.ForeignKey(Skill, models.CASCADE, related_name="capacities")
    year = models.PositiveSmallIntegerField(validators=[MinValueValidator(2000), MaxValueValidator(2200)])
    quarter = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(4)])
    days = models.PositiveIntegerField()

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["skill__name", "year", "quarter", "id"]
        verbose_name_plural = "skill capacities"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["skill", "year", "quarter"],
                name="skill_capacity_once",
                violation_error_message="This quarter is already listed for the skill. Change its days instead.",
            ),
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4, year__gte=2000, year__lte=2200),
                name="skill_capacity_in_a_quarter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days} days of {self.skill} in Q{self.quarter} {self.year}"
