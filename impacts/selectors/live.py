"""What appears beside a form while one types: look-alikes and contact load, from the same engine, read-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from impacts.engine.contact_load import forecasts
from impacts.engine.facts import ContactFact, LookAlike, PolicyFact, RequestFacts
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.summary import KIND as SUMMARY
from impacts.selectors.presenting import whom_to_ask
from portfolio.models import Person, ProjectRequest

SHOWN = 5
LEAST_WORDS = 2


@dataclass(frozen=True, slots=True)
class LookAlikeCard:
    """A filed request that looks like the one being written, with why in a sentence, and the words that both use."""

    request: ProjectRequest
    score: float
    summary: str
    words: tuple[str, ...]

    @property
    def in_hundred(self) -> int:
        """The score, as "94 in 100"."""
        return round(100 * self.score)


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """The cards that somebody may see, how many confidential ones there are besides, and whom to ask about them.
    `too_little` says that there are not enough words to compare yet."""

    cards: tuple[LookAlikeCard, ...]
    hidden: int
    contact: Person | None
    too_little: bool


def look_alikes(index: PortfolioIndex, facts: RequestFacts, user: Any) -> LookAlikes:
    """The filed requests that resemble these facts, as `user` may see them. At most three queries."""
    text = f"{facts.title} {facts.problem} {facts.proposal}".split()
    if len(text) < LEAST_WORDS or not facts.title.strip():
        return LookAlikes((), 0, None, True)
    return presented(index.look_alikes(facts, limit=SHOWN + 3), user)


def presented(found: Sequence[LookAlike], user: Any) -> LookAlikes:
    """These look-alikes as `user` may see them."""
    rows = ProjectRequest.objects.visible_to(user).filter(pk__in=[each.request for each in found])
    visible = {row.pk: row for row in rows.select_related("silo", "requester").order_by("id")}
    cards = [
        LookAlikeCard(
            visible[each.request],
            each.score,
            next((line.text for line in each.evidence if line.kind == SUMMARY), ""),
            tuple(word for line in each.evidence if line.kind in ("titles", "words") for word in line.words),
        )
        for each in found
        if each.request in visible
    ]
    hidden = sum(each.request not in visible for each in found)
    return LookAlikes(tuple(cards[:SHOWN]), hidden, whom_to_ask() if hidden else None, False)


@dataclass(frozen=True, slots=True)
class ContactLoad:
    """What one segment would hear in the fullest window of a policy: from others, from this request, and what the
    policy allows. `first_breach` is the first window that breaks it. `hidden` confidential requests contact it besides,
    at any time, and are not counted."""

    segment: str
    code: str
    policy: PolicyFact
    others: int
    yours: int
    others_requests: int
    window: tuple[date, date]
    first_breach: tuple[date, date] | None
    hidden: int

    @property
    def total(self) -> int:
        """Everything in that window."""
        return self.others + self.yours

    @property
    def over(self) -> int:
        """How many more than the policy allows."""
        return max(0, self.total - self.policy.limit)


def contact_loads(
    index: PortfolioIndex, facts: RequestFacts, user: Any, today: date | None = None
) -> list[ContactLoad]:
    """The load of each segment that the request contacts, under each policy that applies, the worst first, as `user`
    may see it (decision 0011). One query where confidential requests contact somebody, else none."""
    segments = sorted({contact.segment for contact in facts.contacts})
    senders = [request for request in index.requests.values() if request.contacts and request.id != facts.id]
    unseen = _unseen(senders, user)
    others = [request for request in senders if request.id not in unseen]
    found: list[ContactLoad] = []
    for load in forecasts([*others, facts], index.register.policies, segments, since=today or timezone.localdate()):
        if load.window is None:
            continue
        mine = _mine(facts.contacts, load.policy, load.segment)
        if not mine:
            continue
        parts = dict(load.contributors)
        yours = parts.pop(facts.id, 0)
        breach = load.episodes[0].window if load.episodes else None
        entry = index.register.segments.get(load.segment)
        if entry is None:
            continue
        hidden = sum(_mine(each.contacts, load.policy, load.segment) for each in senders if each.id in unseen)
        found.append(
            ContactLoad(
                entry.name, entry.code, load.policy, sum(parts.values()), yours, len(parts), load.window, breach, hidden
            )
        )
    return sorted(found, key=lambda load: (-load.over, -load.total, load.segment, load.policy.id))


def _unseen(requests: Sequence[RequestFacts], user: Any) -> set[int]:
    """The confidential ones that `user` may not see."""
    secret = {request.id for request in requests if request.confidential}
    if not secret:
        return secret
    return secret - set(ProjectRequest.objects.visible_to(user).filter(pk__in=secret).values_list("pk", flat=True))


def _mine(contacts: Sequence[ContactFact], policy: PolicyFact, segment: int) -> bool:
    return any(each.segment == segment and policy.channel in (None, each.channel) for each in contacts)
