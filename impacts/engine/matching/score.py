"""How alike two requests are: one number in 0..1, and the parts that it is the sum of.

score = (text + tags + dates) x silo, with
  text  = 0.8 (0.6 W + 0.4 C) + 0.2 H
          W: cosine of weighted stems of the whole request, C: cosine of its weighted character grams,
          H: cosine of the weighted stems of the titles alone
  tags  = 0.3 (1 - text) T  T: likeness of the tags, see tags.py
  dates = 0.03 (1 - text) T when both go-lives are known and lie within 92 days
  silo  = 0.75 when both come from the same silo: one department's own projects share names and wording
The sum before the silo's part stays below 1 because tags and dates fill at most a third of what text leaves open.
Symmetric; rounded to 4 digits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from impacts.engine.facts import RequestFacts
from impacts.engine.matching.tags import Tag, tag_parts
from impacts.engine.matching.text import stem_counts

WORDS_SHARE, GRAMS_SHARE, TITLES_SHARE = 0.48, 0.32, 0.20
TITLE_WEIGHT = 3.0
"""A word in the title counts as much as in three places of the body: people say there what it is."""
TAGS_SHARE, DATES_SHARE = 0.30, 0.03
CLOSE_DAYS = 92
SAME_SILO = 0.75


class Near(NamedTuple):
    """Likeness of two requests by the words of the whole (W) and of their titles (H): what the first look gives."""

    words: float
    titles: float

    @property
    def part(self) -> float:
        """What both add to the score."""
        return WORDS_SHARE * self.words + TITLES_SHARE * self.titles


@dataclass(frozen=True, slots=True)
class PairScore:
    """Two requests (first < second, save where one is a draft) and the parts of their score."""

    first: int
    second: int
    score: float
    words: float
    titles: float
    grams: float
    tags: tuple[tuple[Tag, float], ...]
    dates: float
    silo: float  # what the same silo takes away: zero or negative

    @property
    def text(self) -> float:
        """What words, titles and spelling add."""
        return self.words + self.titles + self.grams


def gram_text(facts: RequestFacts) -> str:
    """The text whose character grams are compared; the title comes three times, as in TITLE_WEIGHT."""
    return f"{facts.title}\n{facts.title}\n{facts.title}\n{facts.problem}\n{facts.proposal}"


def request_counts(facts: RequestFacts) -> dict[str, float]:
    """How often each stem occurs in a request, its title weighing TITLE_WEIGHT times."""
    return stem_counts(facts.title, f"{facts.problem}\n{facts.proposal}", TITLE_WEIGHT)


def title_counts(facts: RequestFacts) -> dict[str, float]:
    """How often each stem occurs in the title."""
    return stem_counts(facts.title, "", 1.0)


def score_pair(
    one: RequestFacts,
    other: RequestFacts,
    near: Near,
    grams: float,
    one_tags: frozenset[Tag],
    other_tags: frozenset[Tag],
    weights: Mapping[Tag, float],
) -> PairScore:
    """The score of two requests from the likeness of their words, titles and grams and the weights of their tags."""
    first, second = sorted((one.id, other.id))
    words, titles, spelling = WORDS_SHARE * near.words, TITLES_SHARE * near.titles, GRAMS_SHARE * grams
    text = words + titles + spelling
    room = 1.0 - text
    parts = tag_parts(one_tags, other_tags, weights) if one_tags and other_tags else {}
    tags = tuple((tag, TAGS_SHARE * room * part) for tag, part in sorted(parts.items()))
    dates = DATES_SHARE * room * sum(parts.values()) if are_close(one, other) else 0.0
    whole = text + sum(part for _, part in tags) + dates
    silo = (SAME_SILO - 1.0) * whole if one.silo == other.silo else 0.0
    return PairScore(first, second, round(whole + silo, 4), words, titles, spelling, tags, dates, silo)


def are_close(one: RequestFacts, other: RequestFacts) -> bool:
    """Both go-lives are known and at most CLOSE_DAYS apart."""
    if one.go_live is None or other.go_live is None:
        return False
    return abs((one.go_live - other.go_live).days) <= CLOSE_DAYS
