"""Loads the demo's people and registers."""

from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth.hashers import make_password
from django.db.models import Model
from django.utils.text import slugify

from config.demo.story import Row, Story
from config.sign_ins import DEMO_PASSWORD
from customers.models import (
    ChangeFreeze,
    ChannelCapacity,
    ContactPolicy,
    DataDomain,
    DataHolding,
    HoldingAttribute,
    IdentifyingAttribute,
    Measure,
    Segment,
    Synonym,
    System,
    Touchpoint,
)
from portfolio.models import Membership, Objective, Person, Role, Silo, Skill, SkillCapacity

#: For so many quarters, from the present one on, the demo says what is there of each skill.
QUARTERS = 8

Codes = dict[str, Any]
T = TypeVar("T", bound=Model)


def saved(row: T, at: datetime) -> T:
    """Check the row's fields and store it (the database checks the constraints); its history says `at`."""
    row.full_clean(validate_unique=False, validate_constraints=False)
    row._history_date = at  # type: ignore[attr-defined]
    row.save()
    return row


class Registers:
    """The rows that requests and the board refer to: by code, people by e-mail address."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.silos: dict[str, Silo] = {}
        self.segments: dict[str, Segment] = {}
        self.touchpoints: dict[str, Touchpoint] = {}
        self.measures: dict[str, Measure] = {}
        self.domains: dict[str, DataDomain] = {}
        self.systems: dict[str, System] = {}
        self.objectives: dict[str, Objective] = {}
        self.skills: dict[str, Skill] = {}

    def person(self, email: str | None) -> Person | None:
        """The person with this address; None for none."""
        return self.people[email] if email else None

    def with_role(self, role: str) -> list[Person]:
        """The people who have this role, by name."""
        rows = Membership.objects.filter(role=role).select_related("person").order_by("person__name", "id")
        return [self.people[row.person.email] for row in rows if row.person.email in self.people]

    def head_of(self, silo: str) -> Person:
        """Who heads a silo."""
        head = Membership.objects.select_related("person").get(role=Role.HEAD, silo=self.silos[silo])
        return self.people[head.person.email]


def load_registers(story: Story, at: datetime) -> Registers:
    """Create people, silos and all registers, as if entered at `at`. Raises ValidationError for a wrong story."""
    found, rows = Registers(), story.registers
    found.silos = {row["code"]: saved(Silo(**row), at) for row in rows["silos"]}
    _load_people(found, story.people, at)
    found.objectives = {row["code"]: saved(Objective(**row), at) for row in rows["objectives"]}
    found.skills = {row["code"]: saved(Skill(**row), at) for row in rows["skills"]}
    found.measures = {row["code"]: saved(Measure(**row), at) for row in rows["measures"]}
    found.systems = {row["code"]: saved(System(**row), at) for row in rows["systems"]}
    found.segments = _named(found, Segment, rows["segments"], "manager", at)
    found.touchpoints = _named(found, Touchpoint, rows["touchpoints"], "accountable", at)
    found.domains = _named(found, DataDomain, rows["domains"], "steward", at)
    _load_holdings(found, rows, at)
    _load_rules(found, rows, at)
    _load_capacities(found, story, at)
    return found


def _load_people(found: Registers, people: list[Row], at: datetime) -> None:
    password = make_password(DEMO_PASSWORD)
    for row in people:
        roles = row["roles"]
        fields = {key: row[key] for key in ("email", "name", "job_title", "kind", "left_on")}
        person = Person.objects.filter(email=row["email"]).first() or Person(**fields, password=make_password(None))
        person.is_active = row["left_on"] is None
        person.is_staff = any(entry["role"] == Role.ADMINISTRATOR for entry in roles)
        if roles:
            person.password = password
        found.people[row["email"]] = saved(person, at)
        for entry in roles:
            silo = found.silos[entry["silo"]] if entry["silo"] else None
            saved(Membership(person=person, role=entry["role"], silo=silo), at)
    for row in people:
        if row.get("manager"):
            person = found.people[row["email"]]
            person.manager = found.people[row["manager"]]
            saved(person, at)


def _named(found: Registers, model: Any, rows: list[Row], field: str, at: datetime) -> Codes:
    """Entries of a register that names an accountable person. The story names some who cannot answer, so that the rule
    `unowned` has something to find; the screens would refuse them."""
    return {row["code"]: saved(model(**{**row, field: found.person(row[field])}), at) for row in rows}


def _load_holdings(found: Registers, rows: Row, at: datetime) -> None:
    attributes = {row["code"]: saved(IdentifyingAttribute(**row), at) for row in rows["attributes"]}
    for row in rows["holdings"]:
        system, domain = found.systems[row["system"]], found.domains[row["domain"]]
        holding = saved(DataHolding(system=system, domain=domain, role=row["role"]), at)
        for key in row.get("by", []):
            attribute = attributes[key["attribute"]]
            saved(HoldingAttribute(holding=holding, attribute=attribute, quality=key["quality"]), at)


def _load_capacities(found: Registers, story: Story, at: datetime) -> None:
    """What channels can make in a week, and what is there of skills in the quarters from the story's present on."""
    for row in story.registers["capacities"]:
        saved(ChannelCapacity(code=slugify(row["name"]), **row), at)
    now = 4 * story.anchor.year + (story.anchor.month - 1) // 3
    for row in story.registers["skill_capacities"]:
        for number in range(now, now + QUARTERS):
            year, quarter = number // 4, number % 4 + 1
            saved(SkillCapacity(skill=found.skills[row["skill"]], year=year, quarter=quarter, days=row["days"]), at)


def _load_rules(found: Registers, rows: Row, at: datetime) -> None:
    for row in rows["policies"]:
        segment = found.segments[row["segment"]] if row["segment"] else None
        saved(ContactPolicy(**{**row, "segment": segment, "channel": row["channel"] or ""}), at)
    for row in rows["freezes"]:
        freeze = ChangeFreeze(code=slugify(row["name"]), name=row["name"], starts=row["starts"], ends=row["ends"])
        saved(freeze, at).touchpoints.set([found.touchpoints[code] for code in row["touchpoints"]])
    for row in rows["synonyms"]:
        thing = getattr(found, f"{row['kind']}s")[row["code"]]
        saved(Synonym(term=row["term"], **{row["kind"]: thing}), at)
