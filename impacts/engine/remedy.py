"""What would end a conflict: the smallest change, as one line of evidence and as the requests after it.

A date is only ever put off, never brought forward: nobody can be asked to be ready sooner. Approved requests stay as
they are where that is possible. What is as small and as good falls on the request that came later.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from impacts.engine.facts import Evidence, HoldingFact, RegisterFacts, RequestFacts
from impacts.engine.rules.common import Member, silo_name

KIND = "remedy"

MOST = 12
"""More changes than this are no remedy that anybody would follow: the line then says how many it would take."""

MOST_NAMED = 3
"""Up to so many changes make up the sentence; of more it says how many, and they follow it one by one."""


@dataclass(frozen=True, slots=True)
class Remedy(Evidence):
    """A line of evidence of the kind "remedy". `changed` are the requests as they would be after the change; empty
    where no small change ends the conflict and the line says so. `holdings` are those of the register after it, where
    that is to change. Neither is stored: they prove the line in tests.
    """

    changed: tuple[RequestFacts, ...] = ()
    holdings: tuple[HoldingFact, ...] = ()


def remedy(text: str, members: Iterable[Member], changed: Iterable[RequestFacts] = ()) -> Remedy:
    """The line. It rests on all members of the finding, so only who may see them all may see it."""
    requests = tuple(sorted(request.id for request in members))
    return Remedy(KIND, text, requests, changed=tuple(sorted(changed, key=lambda facts: facts.id)))


def named(register: RegisterFacts, request: RequestFacts, members: Iterable[Member]) -> str:
    """The request as its silo; with its reference where several of the members come from that silo."""
    silo = silo_name(register, request)
    alone = sum(other.silo == request.silo for other in members) < 2
    return silo if alone else f"{silo} ({request.reference})"


def one_by_one(sentence: str, changes: Iterable[str]) -> str:
    """The sentence that counts the changes, and after it each of them: '... would be kept: 2 of Cards; 1 of Retail.'"""
    return f"{sentence.removesuffix('.')}: {'; '.join(changes)}."


def on(day: date) -> str:
    """'17 March 2027'."""
    return f"{day:%-d %B %Y}"


def later(day: date, days: int) -> date:
    """The day so many days later (earlier, if below 0), within what the calendar holds."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def the_one_to_move(first: RequestFacts, second: RequestFacts) -> RequestFacts:
    """Which of two changes: the one that is not approved; the later one (by id) when both are or neither is."""
    return max(first, second, key=lambda request: (not request.committed, request.id))
