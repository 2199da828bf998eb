"""How alike two requests are: one number in 0..1, and the parts that it is the sum of.

score = (text + crowd + tags + dates) x silo, with
  text  = 0.6 L + 0.4 M where the meaning of both requests is known, else L (1.25 - 0.25 L): so that a threshold lets
          about as much through with a model as without
          L = 0.8 (0.6 W + 0.4 C) + 0.2 H: what they say in words
          W: cosine of weighted stems of the whole request, C: cosine of its weighted character grams,
          H: cosine of the weighted stems of the titles alone (untitled: of how the text begins)
          M: closeness of meaning, see meaning.py
  crowd = what they give up since others have it in common too, or gain since they stand out, see crowding.py
  tags  = 0.3 (1 - text) T  T: likeness of the tags, see tags.py
  dates = 0.03 (1 - text) T when both go-lives are known and lie within 92 days
  silo  = 0.75 when both come from the same silo: one department's own projects share names and wording
The sum before the silo's part stays below 1 because tags and dates fill at most a third of what text leaves open, and
standing out at most a seventh.
Symmetric; rounded to 4 digits. Where the shares come from: docs/matching.md.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from impacts.engine.facts import RequestFacts
from impacts.engine.matching.crowding import NOBODY, Crowding, standing_out
from impacts.engine.matching.languages import Language, language_of
from impacts.engine.matching.rows import Flags, Floats, Ints
from impacts.engine.matching.sentences import heading
from impacts.engine.matching.tags import Tag
from impacts.engine.matching.text import stem_counts

WORDS_SHARE, GRAMS_SHARE, TITLES_SHARE = 0.48, 0.32, 0.20
MEANING_SHARE = 0.40
LONE = 0.25
"""How much more words count where they are all there is; nothing more when they agree in full."""
TITLE_WEIGHT = 3
"""A word in the title counts as much as in three places of the body: people say there what it is."""
TAGS_SHARE, DATES_SHARE = 0.30, 0.03
CLOSE_DAYS = 92
SAME_SILO = 0.75


class Likeness(NamedTuple):
    """How alike pairs of requests are by every voice: arrays of one length, values in 0..1."""

    words: Floats
    titles: Floats
    grams: Floats
    meaning: Floats  # NaN where it is not known of both
    tags: Floats
    close: Flags  # both go-lives are known and at most CLOSE_DAYS apart
    same_silo: Flags

    def of(self, chosen: Flags) -> "Likeness":
        """Some of the pairs."""
        words, titles, grams, meaning, tags = (voice[chosen] for voice in self[:5])
        return Likeness(words, titles, grams, meaning, tags, self.close[chosen], self.same_silo[chosen])


class Parts(NamedTuple):
    """The parts of the scores of pairs, and the scores: arrays of one length."""

    words: Floats
    titles: Floats
    grams: Floats
    meaning: Floats
    crowd: Floats  # what standing out adds, or being one of many takes away
    tags: Floats
    dates: Floats
    silo: Floats  # what the same silo takes away: zero or negative
    score: Floats

    @property
    def text(self) -> Floats:
        """What the texts have alike, before crowding."""
        return self.words + self.titles + self.grams + self.meaning


def parts_of(alike: Likeness, around: Crowding = NOBODY) -> Parts:
    """The formula. `around` is the crowding of each pair: the greater of its requests'."""
    known = ~np.isnan(alike.meaning)
    lone = WORDS_SHARE * alike.words + TITLES_SHARE * alike.titles + GRAMS_SHARE * alike.grams
    lexical = np.where(known, 1.0 - MEANING_SHARE, 1.0 + LONE * (1.0 - lone))
    words, titles = WORDS_SHARE * lexical * alike.words, TITLES_SHARE * lexical * alike.titles
    grams = GRAMS_SHARE * lexical * alike.grams
    meaning = MEANING_SHARE * np.where(known, alike.meaning, 0.0)
    text = words + titles + grams + meaning
    crowd = standing_out(text, around)
    room = 1.0 - text
    tags = TAGS_SHARE * room * alike.tags
    dates = DATES_SHARE * room * alike.tags * alike.close
    whole = text + crowd + tags + dates
    silo = (SAME_SILO - 1.0) * whole * alike.same_silo
    return Parts(words, titles, grams, meaning, crowd, tags, dates, silo, np.round(whole + silo, 4))


@dataclass(frozen=True, slots=True)
class PairScore:
    """Two requests (first < second) and the parts of their score."""

    first: int
    second: int
    score: float
    words: float
    titles: float
    grams: float
    meaning: float
    crowd: float  # what standing out adds, or being one of many takes away
    tags: tuple[tuple[Tag, float], ...]
    dates: float
    silo: float  # what the same silo takes away: zero or negative

    @property
    def text(self) -> float:
        """What words, titles, spelling and meaning add."""
        return self.words + self.titles + self.grams + self.meaning

    @property
    def likeness(self) -> float:
        """The score whichever silos they come from: for ranking what resembles a request. 4 digits."""
        return round(self.score - self.silo, 4)


def gram_text(facts: RequestFacts) -> str:
    """The text whose character grams are compared; the title comes three times, as in TITLE_WEIGHT."""
    return f"{facts.title}\n{facts.title}\n{facts.title}\n{facts.problem}\n{facts.proposal}"


def request_language(facts: RequestFacts) -> Language:
    """The language in which all parts of a request are read: that of the whole, since a title alone seldom tells."""
    return language_of(f"{facts.title}\n{facts.problem}\n{facts.proposal}")


def request_counts(facts: RequestFacts) -> dict[str, float]:
    """How often each stem occurs in a request, its title weighing TITLE_WEIGHT times."""
    return stem_counts(facts.title, f"{facts.problem}\n{facts.proposal}", TITLE_WEIGHT, request_language(facts))


def title_counts(facts: RequestFacts) -> dict[str, float]:
    """How often each stem occurs in the title, or in how an untitled request begins."""
    return stem_counts(heading(facts), "", 1.0, request_language(facts))


def go_live_number(day: date | None) -> int:
    """The go-live as a number of days, far from any other when it is not known."""
    return day.toordinal() if day is not None else -CLOSE_DAYS - 1


def are_close(day: Ints | int, days: Ints) -> Flags:
    """Whether go-lives (see `go_live_number`) are known and at most CLOSE_DAYS apart."""
    return np.asarray((day > 0) & (days > 0) & (np.abs(days - day) <= CLOSE_DAYS))
