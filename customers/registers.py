"""One table of the registers: what each is called, which fields its form has, which columns its list shows.

Apps above add theirs in a module `registers` of their own with `add_register`, such as the skills of `portfolio`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F

from customers.models import (
    ChangeFreeze,
    ChannelCapacity,
    ContactPolicy,
    DataDomain,
    EntryMerge,
    IdentifyingAttribute,
    Measure,
    QuietPeriod,
    RegisterEntry,
    Segment,
    System,
    Tier,
    Touchpoint,
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a register's list. `field` is the attribute shown, `number` right-aligns it."""

    field: str
    label: str
    number: bool = False

    @property
    def key(self) -> str:
        """How an address names the column to sort by it."""
        return self.field.removeprefix("get_").removesuffix("_display")


@dataclass(frozen=True, slots=True)
class Register:
    """How one register is presented. `person_field` names the field that says who answers, if it has one; `panel` the
    address of what another app shows on an entry's page, below `panel_title`; `sheet` makes the list that goes out and
    comes in as a file, where that is not simply the fields.
    """

    slug: str
    model: type[RegisterEntry]
    title: str
    singular: str
    why: str
    fields: tuple[str, ...]
    columns: tuple[Column, ...]
    person_field: str = ""
    synonym_field: str = ""
    panel: str = "impacts:panel-entry-requests"
    panel_title: str = "Requests that land here"
    sheet: "Callable[[Register], Any] | None" = None

    @property
    def related(self) -> tuple[str, ...]:
        """The foreign keys that a list needs in the same query."""
        names = {field.name for field in self.model._meta.get_fields() if field.is_relation and field.many_to_one}
        return tuple(column.field for column in self.columns if column.field in names)

    def rows(self) -> Any:
        """The entries of the register, retired ones last, with what the list shows; those merged into another are left
        out."""
        manager: Any = self.model._default_manager
        merged = EntryMerge.objects.filter(register=self.slug, undone_at__isnull=True).order_by().values("merged_id")
        rows = manager.exclude(pk__in=merged).select_related(*self.related)
        return rows.order_by(F("retired_on").asc(nulls_first=True), "name", "id")

    @property
    def sorts(self) -> set[str]:
        """What the list can be sorted by, both ways round."""
        keys = {"name", *(each.key for each in self.columns)}
        return keys | {f"-{key}" for key in keys}

    def order(self, sort: str) -> list[Any]:
        """What to order the list by for `sort`: the key of a column or "name", with "-" for the other way round, empty
        cells last. Retired ones last for anything else."""
        linked = self.related
        keys = {each.key: f"{each.key}__name" if each.field in linked else each.key for each in self.columns}
        field = {"name": "name", **keys}.get(sort.removeprefix("-"))
        if field is None:
            return [F("retired_on").asc(nulls_first=True), "name", "id"]
        by = F(field).desc(nulls_last=True) if sort.startswith("-") else F(field).asc(nulls_last=True)
        return [by, "name", "id"]


def _register(model: type[RegisterEntry], *columns: Column, **words: Any) -> Register:
    return Register(slug=model.register, model=model, columns=columns, **words)


REGISTERS: dict[str, Register] = {
    register.slug: register
    for register in (
        _register(
            Segment,
            Column("customer_count", "Customers", number=True),
            Column("yearly_value", f"Value a year, {settings.OMBUD_CURRENCY}", number=True),
            Column("manager", "Segment manager"),
            title="Segments",
            singular="segment",
            why="Customers grouped by how they behave. One person speaks for each.",
            fields=("name", "code", "behaviour", "description", "customer_count", "yearly_value", "manager"),
            person_field="manager",
            synonym_field="segment",
        ),
        _register(
            Tier,
            Column("segment", "Segment"),
            Column("rank", "Rank", number=True),
            Column("yearly_value", f"A customer's worth a year, {settings.OMBUD_CURRENCY}", number=True),
            title="Profitability tiers",
            singular="tier",
            why="How much one customer is worth, within each segment: the best tier has rank 1.",
            fields=("name", "code", "description", "segment", "rank", "yearly_value"),
            panel="",
        ),
        _register(
            Touchpoint,
            Column("get_channel_display", "Channel"),
            Column("get_journey_stage_display", "The customer…"),
            Column("customers_per_month", "Reached a month", number=True),
            Column("accountable", "Who answers"),
            title="Touchpoints",
            singular="touchpoint",
            why="Where a customer meets us. Exactly one person answers for each.",
            fields=(
                "name",
                "code",
                "description",
                "channel",
                "journey_stage",
                "customers_per_month",
                "change_limit",
                "run_by_it",
                "accountable",
            ),
            person_field="accountable",
            synonym_field="touchpoint",
        ),
        _register(
            DataDomain,
            Column("steward", "Steward"),
            title="Data domains",
            singular="data domain",
            why="What we know about customers. One steward answers for each kind.",
            fields=("name", "code", "description", "key_attributes", "steward"),
            person_field="steward",
            synonym_field="domain",
        ),
        _register(
            System,
            Column("description", "What it is"),
            title="Systems",
            singular="system",
            why="The applications that hold what we know.",
            fields=("name", "code", "description"),
            synonym_field="system",
        ),
        _register(
            IdentifyingAttribute,
            Column("description", "What it is"),
            title="Identifying attributes",
            singular="identifying attribute",
            why="By what a system finds one customer among all. Systems that share one can be joined.",
            fields=("name", "code", "description"),
            panel="",
        ),
        _register(
            Measure,
            Column("unit", "Unit"),
            Column("get_good_direction_display", "Good is"),
            title="Measures",
            singular="measure",
            why="What we count about customers, so that two requests that push it in opposite directions are seen.",
            fields=("name", "code", "description", "unit", "good_direction"),
        ),
        _register(
            ContactPolicy,
            Column("segment", "For whom"),
            Column("get_channel_display", "Channel"),
            Column("limit", "Contacts at most", number=True),
            Column("days", "In how many days", number=True),
            title="Contact policies",
            singular="contact policy",
            why="How often a customer may hear from us, whoever sends it.",
            fields=("name", "code", "description", "segment", "channel", "limit", "days"),
            panel="",
        ),
        _register(
            QuietPeriod,
            Column("segment", "For whom"),
            Column("get_channel_display", "Channel"),
            Column("starts", "From"),
            Column("ends", "To"),
            title="Quiet periods",
            singular="quiet period",
            why="Days in which customers hear nothing from us, whoever wants to send it.",
            fields=("name", "code", "description", "segment", "channel", "starts", "ends"),
            panel="",
        ),
        _register(
            ChannelCapacity,
            Column("get_channel_display", "Channel"),
            Column("contacts_per_week", "Contacts a week", number=True),
            title="Channel capacities",
            singular="channel capacity",
            why="How many single contacts a channel can make in a week, from Monday to Sunday, for all of us together.",
            fields=("name", "code", "description", "channel", "contacts_per_week"),
            panel="",
        ),
        _register(
            ChangeFreeze,
            Column("starts", "From"),
            Column("ends", "To"),
            title="Change freezes",
            singular="change freeze",
            why="Days in which nothing goes live.",
            fields=("name", "code", "description", "starts", "ends", "touchpoints"),
            panel="",
        ),
    )
}


def add_register(model: type[RegisterEntry], *columns: Column, **words: Any) -> None:
    """Add the register of another app."""
    REGISTERS[model.register] = _register(model, *columns, **words)
