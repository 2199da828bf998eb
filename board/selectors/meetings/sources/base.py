"""What the sources say: causes for single requests, ties between several."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from impacts.models import Cluster, Family, Finding
from portfolio.lifecycle import Status

#: States of requests that nobody at the board has decided over, and that nobody put down.
UNDECIDED = (Status.SUBMITTED.value, Status.IN_TRIAGE.value, Status.READY.value)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why the request with this id belongs before the board, as a sentence, and since when it waits for that.

    `review`: the board said yes to it and should look again, so that it can be decided over though it is approved.
    `short` says it in a few words, where the text holds more.
    """

    request: int
    source: str
    text: str
    since: datetime
    review: bool = False
    short: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """Requests (by id, in order) that belong together, why, and since when. One of `family`, `cluster` and `finding`
    says which family, cluster or finding holds them. The weightiest tie of a source comes first."""

    key: str
    requests: tuple[int, ...]
    source: str
    title: str
    text: str
    since: datetime
    family: Family | None = None
    cluster: Cluster | None = None
    finding: Finding | None = None


def start_of(day: date) -> datetime:
    """When the day begins, in the organisation's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))
