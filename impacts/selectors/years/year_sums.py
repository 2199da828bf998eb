"""What adds up in the customer's year: segments against their policies, weeks, and the finding as a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from customers.models import ContactPolicy, Segment
from impacts.engine.contact_load import LoadForecast, QuietBreach
from impacts.selectors.years.year_rows import FreezeSpan, Landing, Mark
from portfolio.models import ProjectRequest

Measured = tuple[ContactPolicy, LoadForecast]


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the table twin: who contacts, what changes, how full the policy's window is."""

    monday: date
    contacts: int
    rolling: int
    over: int
    from_whom: str
    changes: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one request adds to the fullest window."""

    request: ProjectRequest
    silo: str
    contacts: int


@dataclass(frozen=True, slots=True)
class SegmentYear:
    """What one segment lives through. `loads`: each policy that protects it with how full it gets; `main` is the one
    that is broken furthest, else the closest. `everybody`: how full that gets with all else that is live."""

    segment: Segment
    loads: tuple[Measured, ...]
    main: Measured | None
    everybody: LoadForecast | None
    quiet: tuple[QuietBreach, ...]
    changes: int = 0
    better: int = 0
    worse: int = 0
    relearned: tuple[str, ...] = ()
    contacts: int = 0

    @property
    def told(self) -> list[Measured]:
        """The policies worth a line: the main one, and those under which something is sent."""
        return [pair for pair in self.loads if pair[1].peak or pair is self.main]

    @property
    def policy(self) -> ContactPolicy | None:
        """The policy that it is measured against."""
        return self.main[0] if self.main else None

    @property
    def load(self) -> LoadForecast | None:
        """How full that policy gets."""
        return self.main[1] if self.main else None

    @property
    def over(self) -> int:
        """By how much the fullest window passes the policy."""
        return max(0, self.load.peak - self.load.policy.limit) if self.load else 0

    @property
    def everybody_over(self) -> int:
        """The same with all else that is live."""
        return max(0, self.everybody.peak - self.everybody.policy.limit) if self.everybody else 0

    @property
    def urgency(self) -> tuple[int, int, int, int]:
        """What makes it the one to show first."""
        return self.over, self.everybody_over, self.load.peak if self.load else 0, self.segment.customer_count

    @property
    def breach_days(self) -> list[tuple[date, date]]:
        """The days whose contacts break a policy."""
        return [(episode.first, episode.last) for _, load in self.loads for episode in load.episodes]

    @property
    def habits(self) -> int:
        """Customers times touchpoints that they must learn anew."""
        return self.segment.customer_count * len(self.relearned)

    @property
    def value_each(self) -> Decimal | None:
        """What one of its customers is worth a year; None where nobody said."""
        if self.segment.yearly_value is None or not self.segment.customer_count:
            return None
        return self.segment.yearly_value / self.segment.customer_count


@dataclass(frozen=True, slots=True)
class CustomerYear:
    """A year as one person may see it: of one segment, or of all that the picked requests reach. `lead` is the segment
    that the weeks are measured for; `hidden` counts confidential requests that also reach the customers, at any time,
    and are in nothing else here."""

    segment: Segment | None
    starts: date
    weeks: int
    committed_only: bool
    picked: bool
    by_request: bool
    lanes: tuple[str, ...]
    contacts: tuple[Mark, ...]
    changes: tuple[Mark, ...]
    freezes: tuple[FreezeSpan, ...]
    segments: tuple[SegmentYear, ...]
    lead: SegmentYear | None
    by_week: tuple[Week, ...]
    peak_from: tuple[Contribution, ...]
    among: Sequence[ProjectRequest]
    hidden: int

    @property
    def requests(self) -> int:
        """How many requests it is made of."""
        return len(self.among)

    @property
    def ends(self) -> date:
        """The last day shown."""
        return self.starts + timedelta(weeks=self.weeks) - timedelta(days=1)

    @property
    def policy(self) -> ContactPolicy | None:
        """The policy that the weeks are measured against."""
        return self.lead.policy if self.lead else None

    @property
    def load(self) -> LoadForecast | None:
        """How full that policy gets."""
        return self.lead.load if self.lead else None

    @property
    def silos(self) -> tuple[str, ...]:
        """The departments from which something comes."""
        return tuple(sorted({mark.silo for mark in (*self.contacts, *self.changes)}))

    @property
    def customers(self) -> int:
        """Customers reached; who is in two segments counts twice."""
        return sum(one.segment.customer_count for one in self.segments if one.changes or one.contacts)

    @property
    def value(self) -> Decimal:
        """What they are worth a year, of the segments that say it."""
        reached = (one.segment.yearly_value for one in self.segments if one.changes or one.contacts)
        return sum((value for value in reached if value is not None), Decimal(0))

    @property
    def landings(self) -> int:
        """Changes, counted at each touchpoint."""
        return sum(len(mark.landings) for mark in self.changes)

    @property
    def better(self) -> int:
        """Changes for the better."""
        return self._directed("better")

    @property
    def worse(self) -> int:
        """Changes for the worse."""
        return self._directed("worse")

    @property
    def neutral(self) -> int:
        """Changes that are neither."""
        return self._directed("neutral")

    @property
    def habits(self) -> int:
        """Customers times touchpoints that they must learn anew."""
        return sum(one.habits for one in self.segments)

    @property
    def frozen(self) -> int:
        """Changes at touchpoints that land inside a freeze."""
        return sum(bool(landing.in_freeze) for mark in self.changes for landing in mark.landings)

    @property
    def grave(self) -> list[tuple[Mark, Landing]]:
        """The changes for the worse or inside a freeze, each at its touchpoint, by day."""
        every = ((mark, landing) for mark in self.changes for landing in mark.landings)
        return [(mark, landing) for mark, landing in every if landing.direction == "worse" or landing.in_freeze]

    @property
    def in_quiet(self) -> int:
        """Contacts that fall into a quiet period."""
        return sum(broken.contacts for one in self.segments for broken in one.quiet)

    @property
    def title(self) -> str:
        """The finding, as a sentence."""
        seen = "As far as you may see, " if self.hidden and not self._is_breach else ""
        whom = self.lead.segment.name if self.lead else "customers"
        if self.picked:
            return self._title_of_picked(whom)
        name = f"{seen}{whom}"
        if not self.contacts:
            through = f", but live through {_counted(len(self.changes), 'change')}" if self.changes else ""
            return f"{name} will not hear from us in these {self.weeks} weeks{through}"
        if self.load is None or self.policy is None:
            return f"{name} will hear from us {_times(len(self.contacts))}; no contact policy protects them"
        if self.load.window is None:
            return f"{name} will not hear from us in these {self.weeks} weeks"
        if self.load.breach:
            return f"{name} will hear from us {self._fullest}; the policy allows {self.policy.limit}"
        return f"{name} never hear from us more than {self._span}; the policy allows {self.policy.limit}"

    def _title_of_picked(self, whom: str) -> str:
        who = "These requests reach no customer" if not self.segments else f"These {self.requests} requests"
        if self.requests == 1:
            who = "This request" if self.segments else "This request reaches no customer"
        if not self.segments:
            return f"{who} in these {self.weeks} weeks"
        if self.policy and self._is_breach:
            return f"{who} will contact {whom} {self._fullest}; the policy allows {self.policy.limit}"
        if self.policy and self.lead and self.lead.everybody_over and self.lead.everybody:
            peak = _times(self.lead.everybody.peak)
            return (
                f"With {who.lower()} {whom} will hear from us {peak} in {_days(self.policy.days)}; "
                f"the policy allows {self.policy.limit}"
            )
        s = "s" if self.requests == 1 else ""
        touched = len({landing.touchpoint.pk for mark in self.changes for landing in mark.landings})
        what = f"change{s} {_counted(touched, 'touchpoint')} for {self.customers:,} customers"
        return f"{who} {what} and contact{s} them {_times(len(self.contacts))}"

    @property
    def deck(self) -> str:
        """What the title cannot say."""
        return " ".join(filter(None, (self._sum, self._unseen)))

    @property
    def _span(self) -> str:
        return f"{_times(self.load.peak)} in {_days(self.policy.days)}" if self.load and self.policy else ""

    @property
    def peak_begins(self) -> date | None:
        """The first contact in the fullest window: the days of the policy from then on hold as many."""
        if self.load is None or self.load.window is None or self.lead is None:
            return None
        policy, begins = self.load.policy, self.load.window[0]
        inside = (
            mark.day
            for mark in self.contacts
            if mark.segment == self.lead.segment.pk and policy.channel in (None, mark.channel) and mark.day >= begins
        )
        return min(inside, default=begins)

    @property
    def _fullest(self) -> str:
        return f"{self._span} from {_day(self.peak_begins)}" if self.peak_begins else self._span

    @property
    def _is_breach(self) -> bool:
        return self.load is not None and self.load.breach

    @property
    def _unseen(self) -> str:
        if not self.hidden:
            return ""
        who = "One confidential request also reaches them and is"
        if self.hidden > 1:
            who = f"{self.hidden} confidential requests also reach them and are"
        return f"{who} in none of these figures; an architect can tell you if it matters."

    @property
    def _sum(self) -> str:
        if not self.peak_from or not self._is_breach:
            whence = f"{len(self.silos)} department{'' if len(self.silos) == 1 else 's'}"
            return (
                f"{_counted(len(self.changes), 'change')} and {_counted(len(self.contacts), 'contact')} from {whence}."
            )
        by_silo: dict[str, int] = {}
        for part in self.peak_from:
            by_silo[part.silo] = by_silo.get(part.silo, 0) + part.contacts
        if len(by_silo) == 1:
            return f"{_counted(len(self.peak_from), 'request')} of {next(iter(by_silo))} add up to this."
        return (
            f"{len(self.peak_from)} requests of {len(by_silo)} departments add up to this. "
            f"No department sends more than {max(by_silo.values())}. Nobody was asked for the sum."
        )

    def _directed(self, direction: str) -> int:
        return sum(landing.direction == direction for mark in self.changes for landing in mark.landings)


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _days(days: int) -> str:
    return "one day" if days == 1 else f"{days} days"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
