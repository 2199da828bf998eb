"""Two years side by side, figure by figure."""

from dataclasses import dataclass

from impacts.selectors.years.year_sums import CustomerYear


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure before and after. `less_is_better` says which way is good for the customer; None: neither."""

    label: str
    before: int
    after: int
    less_is_better: bool | None = True

    @property
    def difference(self) -> int:
        """By how much it moved."""
        return self.after - self.before

    @property
    def verdict(self) -> str:
        """Whether that is good for the customer."""
        if not self.difference or self.less_is_better is None:
            return "neutral"
        return "better" if (self.difference < 0) == self.less_is_better else "worse"


def compared_figures(before: CustomerYear, after: CustomerYear) -> list[Figure]:
    """What differs between the two, and what does not."""
    pairs: list[tuple[str, int, int, bool | None]] = [
        ("Contacts", len(before.contacts), len(after.contacts), True),
        *_peaks(before, after),
        ("Contacts in quiet periods", before.in_quiet, after.in_quiet, True),
        ("Changes at touchpoints", before.landings, after.landings, None),
        ("Changes for the better", before.better, after.better, False),
        ("Changes for the worse", before.worse, after.worse, True),
        ("Changes inside a freeze", before.frozen, after.frozen, True),
        ("Customers × touchpoints to learn anew", before.habits, after.habits, True),
        ("Customers reached", before.customers, after.customers, None),
        ("Requests", before.requests, after.requests, None),
    ]
    return [Figure(*pair) for pair in pairs]


def _peaks(before: CustomerYear, after: CustomerYear) -> list[tuple[str, int, int, bool | None]]:
    """The fullest window of each segment, under the policy that the year before is measured against."""
    later = {(one.segment.pk, policy.pk): load.peak for one in after.segments for policy, load in one.loads}
    found: list[tuple[str, int, int, bool | None]] = []
    for one in before.segments:
        if one.policy and one.load and (one.load.peak or later.get((one.segment.pk, one.policy.pk))):
            label = f"Most in {one.policy.days} days: {one.segment.name}, allowed {one.policy.limit}"
            found.append((label, one.load.peak, later.get((one.segment.pk, one.policy.pk), 0), True))
    return found
