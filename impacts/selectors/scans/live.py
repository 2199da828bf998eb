"""What appears beside a form while one types: look-alikes, from the same engine, read-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from impacts.engine.facts import LookAlike, RequestFacts
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.summary import KIND as SUMMARY
from impacts.selectors.findings.presenting import whom_to_ask
from portfolio.models import Person, ProjectRequest

SHOWN = 5
LEAST_WORDS, LEAST_UNNAMED = 2, 5


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
    if len(text) < (LEAST_WORDS if facts.title.strip() else LEAST_UNNAMED):
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
