"""What of IT's work goes to customers: money, when IT hears of requests, and the contact that runs over IT."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import ExtractQuarter, ExtractYear

from customers.models import Channel, Touchpoint
from portfolio.lifecycle import COMMITTED, Status
from portfolio.models import ProjectRequest
from portfolio.permissions import can_see_all_money

ASKED = frozenset({Status.SUBMITTED, Status.IN_TRIAGE, Status.READY, Status.ON_HOLD, Status.DEFERRED, Status.RETURNED})
"""Asked for: the board has not said yes or no."""

APPROVED = COMMITTED | {Status.DELIVERED, Status.REVIEWED}
"""Approved: the board said yes, also to what is done by now."""

CUSTOMERS, REGULATORY, INTERNAL, UNSAID = "customer_facing", "regulatory", "internal", ""
KINDS = {CUSTOMERS: "For customers", REGULATORY: "Required by law", INTERNAL: "Internal", UNSAID: "Not said"}
STAGES = {**dict(ProjectRequest.FirstHeard.choices), "": "Not said"}
EARLY = ("idea", "business_case")
LATE = ("vendor_chosen", "contract_signed")
QUARTERS = 8


def _share(part: Decimal | int, whole: Decimal | int) -> int:
    return round(100 * part / whole) if whole else 0


# --- Money --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class MoneyRow:
    """What is asked for, or approved: one-off costs by kind of request, how many requests, and how many say no cost."""

    label: str
    by_kind: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(KINDS, Decimal(0)))
    requests: int = 0
    unsaid: int = 0

    @property
    def total(self) -> Decimal:
        """All of it."""
        return sum(self.by_kind.values(), Decimal(0))

    @property
    def share(self) -> int:
        """What goes to customers, in per cent."""
        return _share(self.by_kind[CUSTOMERS], self.total)


@dataclass(slots=True)
class SeenMoney:
    """Money asked for and approved, of all and by department."""

    asked: MoneyRow
    approved: MoneyRow
    by_silo: list[tuple[str, MoneyRow, MoneyRow]]

    def largest(self, most: int | None) -> list[tuple[str, MoneyRow, MoneyRow]]:
        """The departments that ask for most, at most so many of them, the one that asks for most first."""
        return sorted(self.by_silo, key=lambda row: (-row[1].total, -row[2].total, row[0]))[:most]

    @property
    def is_said(self) -> bool:
        """Whether any request says what it costs."""
        return bool(self.asked.total or self.approved.total)

    @property
    def title(self) -> str:
        """What it says, as a sentence."""
        if not self.asked.total and not self.approved.total:
            return "No request says yet what it costs"
        if not self.approved.total:
            return f"{self.asked.share} % of the money asked for goes to customers; nothing is approved yet"
        if not self.asked.total:
            return f"{self.approved.share} % of the approved money goes to customers; nothing more is asked for"
        than = self.asked.share - self.approved.share
        if than == 0:
            return f"{self.asked.share} % of the money goes to customers, asked for and approved alike"
        beside = "only " if than > 0 else ""
        return (
            f"{self.asked.share} % of the money asked for goes to customers, and {beside}{self.approved.share} % "
            "of what is approved"
        )


def seen_money(user: Any) -> SeenMoney | None:
    """Costs of all departments by kind; None for who may not see the money of all. One query."""
    if not can_see_all_money(user):
        return None
    counted = ASKED | APPROVED
    rows = (
        ProjectRequest.objects.visible_to(user)
        .filter(status__in=sorted(counted))
        .order_by("silo__name", "silo_id", "status", "kind")
        .values_list("silo__name", "status", "kind")
        .annotate(sum=Sum("one_off_cost"), requests=Count("id"), unsaid=Count("id", filter=Q(one_off_cost=None)))
    )
    asked, approved = MoneyRow("Asked for"), MoneyRow("Approved")
    silos: dict[str, tuple[MoneyRow, MoneyRow]] = {}
    for silo, status, kind, cost, requests, unsaid in rows:
        pair = silos.setdefault(silo, (MoneyRow("Asked for"), MoneyRow("Approved")))
        place = 0 if Status(status) in ASKED else 1
        for row in (pair[place], (asked, approved)[place]):
            row.by_kind[kind] += cost or Decimal(0)
            row.requests += requests
            row.unsaid += unsaid
    return SeenMoney(asked, approved, [(name, *pair) for name, pair in silos.items()])


# --- When IT first hears ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class HeardRow:
    """So many requests, by the stage at which IT first heard of them. `key` is a quarter or a department."""

    label: str
    stages: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All requests."""
        return self.stages.total()

    @property
    def early(self) -> int:
        """Those of which IT heard while it could still shape them, in per cent."""
        return _share(sum(self.stages[stage] for stage in EARLY), self.total)

    @property
    def late(self) -> int:
        """How many came when the vendor was chosen or the contract signed."""
        return sum(self.stages[stage] for stage in LATE)


@dataclass(slots=True)
class SeenHeard:
    """At what stage IT first heard of requests, over time and by department. `cells` by department and quarter."""

    all: HeardRow
    quarters: list[HeardRow]
    silos: list[HeardRow]
    cells: dict[tuple[str, str], HeardRow]

    @property
    def title(self) -> str:
        """What it says, as a sentence."""
        if not self.all.total:
            return "No request is filed yet"
        if not self.all.late:
            return "IT heard of every request before a vendor was chosen"
        worst = max(self.silos, key=lambda row: (row.late / row.total, row.late))
        return (
            f"{self.all.late} of {self.all.total:,} requests reached IT only when the vendor was chosen or later; "
            f"{worst.label} is last to tell, with {worst.late} of {worst.total:,}"
        )

    def cell(self, silo: str, quarter: str) -> HeardRow | None:
        """One department in one quarter."""
        return self.cells.get((silo, quarter))

    @property
    def grid(self) -> list[tuple[HeardRow, list[HeardRow | None]]]:
        """A row for each department with a cell for each quarter."""
        return [(row, [self.cell(row.label, each.label) for each in self.quarters]) for row in self.silos]


def seen_heard(user: Any) -> SeenHeard:
    """The filed requests that `user` may see, by quarter of filing (the last with any) and by department. One query."""
    rows = (
        ProjectRequest.objects.visible_to(user)
        .filter(submitted_at__isnull=False)
        .exclude(status=Status.DRAFT.value)
        .annotate(year=ExtractYear("submitted_at"), quarter=ExtractQuarter("submitted_at"))
        .order_by("year", "quarter", "silo__name", "first_heard")
        .values_list("year", "quarter", "silo__name", "first_heard")
        .annotate(requests=Count("id"))
    )
    everything = HeardRow("All")
    quarters: dict[str, HeardRow] = {}
    silos: dict[str, HeardRow] = {}
    cells: dict[tuple[str, str], HeardRow] = defaultdict(lambda: HeardRow(""))
    found = list(rows)
    shown = sorted({(year, quarter) for year, quarter, *_ in found})[-QUARTERS:]
    for year, quarter, silo, stage, requests in found:
        if (year, quarter) not in shown:
            continue
        label = f"Q{quarter} {year}"
        quarters.setdefault(label, HeardRow(label)).stages[stage] += requests
        silos.setdefault(silo, HeardRow(silo)).stages[stage] += requests
        cells[silo, label].stages[stage] += requests
        everything.stages[stage] += requests
    by_late = sorted(silos.values(), key=lambda row: (row.early, row.label))
    return SeenHeard(everything, list(quarters.values()), by_late, dict(cells))


# --- Contact ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class ContactRow:
    """Customers reached a month over one channel: at touchpoints that IT runs, and at others."""

    label: str
    by_it: int = 0
    by_others: int = 0

    @property
    def total(self) -> int:
        """All."""
        return self.by_it + self.by_others

    @property
    def share(self) -> int:
        """What IT runs, in per cent."""
        return _share(self.by_it, self.total)


@dataclass(slots=True)
class SeenContact:
    """How much of the contact with customers runs over IT. `served` of the touchpoints that IT runs say what customers
    get there."""

    all: ContactRow
    channels: list[ContactRow]
    run_by_it: list[Touchpoint]
    served: int

    @property
    def title(self) -> str:
        """What it says, as a sentence."""
        if not self.all.total:
            return "No touchpoint says yet how many customers it reaches"
        return f"{self.all.share} % of the contact with customers runs over touchpoints that IT runs"

    @property
    def deck(self) -> str:
        """How many say what customers get."""
        number = len(self.run_by_it)
        if not number:
            return "Customers deal with IT nowhere directly."
        if self.served == number:
            return f"All {number} touchpoints that IT runs say what customers get there."
        none = "none says" if not self.served else f"{self.served} say{'s' if self.served == 1 else ''}"
        return f"IT runs {number} touchpoint{'' if number == 1 else 's'}; {none} what customers get there."


def seen_contact() -> SeenContact:
    """All touchpoints in use, by channel and by who runs them. One query."""
    touchpoints = Touchpoint.objects.active().annotate(tiers=Count("service_tiers"))
    labels = dict(Channel.choices)
    everything = ContactRow("All")
    channels: dict[str, ContactRow] = {}
    own: list[Any] = []
    for each in touchpoints.order_by("-customers_per_month", "name", "id"):
        row = channels.setdefault(each.channel, ContactRow(str(labels[each.channel])))
        for sum_ in (row, everything):
            if each.run_by_it:
                sum_.by_it += each.customers_per_month
            else:
                sum_.by_others += each.customers_per_month
        if each.run_by_it:
            own.append(each)
    by_size = sorted(channels.values(), key=lambda row: (-row.total, row.label))
    return SeenContact(everything, by_size, own, sum(1 for each in own if each.tiers))
