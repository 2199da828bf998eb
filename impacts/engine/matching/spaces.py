"""All voices on how alike requests are, in step: row `n` of every space here is the same request.

A voice that is to be added is one more space: it puts, drops and keeps its rows with the others, proposes candidates
in `near` and `best`, and has its say in `measure`.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from impacts.engine.facts import RequestFacts
from impacts.engine.matching.acronyms import Meanings, meanings, strangers
from impacts.engine.matching.gramspace import GramSpace
from impacts.engine.matching.meaning import MeaningSpace, Sense
from impacts.engine.matching.rows import Flags, Floats, Growing, Ints
from impacts.engine.matching.score import (
    MEANING_SHARE,
    TAGS_SHARE,
    TITLES_SHARE,
    WORDS_SHARE,
    Likeness,
    are_close,
    go_live_number,
    gram_text,
    request_counts,
    title_counts,
)
from impacts.engine.matching.space import InCommon, Query
from impacts.engine.matching.tags import Tag, tags_of
from impacts.engine.matching.tagspace import TagSpace
from impacts.engine.matching.terms import SharedWeights, whole_text
from impacts.engine.matching.wordspace import WordSpace

TAG_CANDIDATES = 2
"""So many tags in common, those that are not common everywhere, bring a pair together whatever its words."""

WORDLESS = 2.0
"""Tags in common must add so many times the floor where words and titles add less than FAINT: two requests of a large
portfolio touch the same two things by chance."""

DOUBT = 2.0
"""Meaning alone must add so many times the floor before a pair is looked at: unrelated texts are often close by it."""

STEADY = 20.0
"""Of the words of whole requests: about one and a half words that few others use (see Space.steady)."""

FAINT = 0.02
"""What adds less to the score says nothing. So much must words, titles, meaning and tags together add for a request to
be looked at when the best are asked for."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A request, filed or not, as the spaces see it. `row` is -1 when it is not filed."""

    row: int
    words: Query
    titles: Query
    tags: Query
    grams: Query
    meaning: Sense
    silo: int
    day: int
    meanings: Meanings


class Says(NamedTuple):
    """What a request says in words: as a whole, in its title, and what acronyms mean in it."""

    words: Query
    titles: Query
    meanings: Meanings


class Pairs(NamedTuple):
    """Many pairs of rows and what they have in common by words, titles and tags."""

    firsts: Ints
    seconds: Ints
    words: InCommon
    titles: InCommon
    tags: InCommon

    def of(self, chosen: Flags) -> "Pairs":
        """Some of the pairs."""
        if chosen.all():
            return self
        kinds = (each.of(chosen) for each in (self.words, self.titles, self.tags))
        return Pairs(self.firsts[chosen], self.seconds[chosen], *kinds)


class Spaces:
    """Words, titles, grams and tags of all requests, and what else of them enters a score, by row."""

    def __init__(self) -> None:
        self.words, self.titles = WordSpace(STEADY), WordSpace()
        self.grams, self.tags = GramSpace(), TagSpace()
        self.meaning = MeaningSpace()
        self._silos: Growing[np.int64] = Growing(np.int64)
        self._days: Growing[np.int64] = Growing(np.int64)
        self._alive: Growing[np.bool_] = Growing(np.bool_)
        self._meanings: dict[int, Meanings] = {}  # of rows that spell out an acronym

    def put(self, facts: RequestFacts) -> int:
        """Add a request. Returns its row. A text over which reading stumbles leaves everything as it was."""
        words, titles, tags = request_counts(facts), title_counts(facts), tags_of(facts)
        known, grams = meanings(whole_text(facts)), self.grams.read(gram_text(facts))
        row = self._alive.size
        self.meaning.put(facts.meaning)  # it may be no vector: first of all
        self.words.put(words)
        self.titles.put(titles)
        self.grams.put(grams)
        self.tags.put(tags)
        self._silos.append(facts.silo)
        self._days.append(go_live_number(facts.go_live))
        self._alive.append(True)
        if known:
            self._meanings[row] = known
        return row

    def drop(self, row: int) -> None:
        """Forget a request. Its row stays, dead, until `keep`."""
        for space in (self.words, self.titles, self.grams, self.tags, self.meaning):
            space.drop(row)
        self._alive.view()[row] = False
        self._meanings.pop(row, None)

    def keep(self, rows: Ints) -> None:
        """Write the living rows anew, in this order."""
        for space in (self.words, self.titles, self.grams, self.tags, self.meaning):
            space.keep(rows)
        self._silos.keep(rows)
        self._days.keep(rows)
        self._alive.keep(rows)
        self._meanings = {new: self._meanings[old] for new, old in enumerate(rows.tolist()) if old in self._meanings}

    def of_row(self, row: int) -> Asker:
        """A filed request asks."""
        return Asker(
            row,
            self.words.of_row(row),
            self.titles.of_row(row),
            self.tags.of_row(row),
            self.grams.of_row(row),
            self.meaning.of_row(row),
            int(self._silos.view()[row]),
            int(self._days.view()[row]),
            self._meanings.get(row, {}),
        )

    def of_text(self, facts: RequestFacts) -> Asker:
        """A request asks that is not filed."""
        return Asker(
            -1,
            self.words.query(request_counts(facts)),
            self.titles.query(title_counts(facts)),
            self.tags.query(tags_of(facts)),
            self.grams.query(gram_text(facts)),
            self.meaning.query(facts.meaning),
            facts.silo,
            go_live_number(facts.go_live),
            meanings(whole_text(facts)),
        )

    def near(self, asker: Asker, floor: float) -> Ints:
        """The rows that may score high enough with the asker: see `are_near`."""
        words = self.words.at_most(asker.words, rare=True)
        titles = self.titles.at_most(asker.titles)
        meaning = self.meaning.likeness_of_all(asker.meaning)
        by_meaning = MEANING_SHARE * meaning >= DOUBT * floor
        by_tags = TAGS_SHARE * self.tags.at_most(asker.tags, rare=True) >= floor
        maybe = (WORDS_SHARE * words + TITLES_SHARE * titles >= floor) | by_meaning | by_tags
        rows = np.flatnonzero(maybe & self._alive.view())
        words = WORDS_SHARE * self.words.likeness(asker.words, rows, rare=True)
        words += TITLES_SHARE * self.titles.likeness(asker.titles, rows)
        tags = TAGS_SHARE * self.tags.likeness(asker.tags, rows, rare=True)
        several = self.tags.shared_counts(asker.tags, rows)[1] >= TAG_CANDIDATES
        by_tags = several & (tags >= np.where(words >= FAINT, floor, WORDLESS * floor))
        return np.asarray(rows[((words >= floor) | by_tags | by_meaning[rows]) & (rows != asker.row)])

    def pairs(self, firsts: Ints, seconds: Ints) -> Pairs:
        """Many pairs of rows, those of one first row side by side, to be asked `are_near` and to be measured."""
        spaces = (self.words, self.titles, self.tags)
        return Pairs(firsts, seconds, *(space.in_common(firsts, seconds) for space in spaces))

    def are_near(self, pairs: Pairs, floor: float) -> Flags:
        """Which of many pairs of rows are looked at: their words and titles, or their tags, add at least `floor` to the
        score, or their meaning adds DOUBT times that, not counting words and tags that are common everywhere; tags only
        when there are several, and of pairs without a word in common only when they add WORDLESS times that. Symmetric.
        """
        words = WORDS_SHARE * pairs.words.likeness(rare=True) + TITLES_SHARE * pairs.titles.likeness()
        meaning = np.nan_to_num(self.meaning.pair_likeness(pairs.firsts, pairs.seconds))
        tags = TAGS_SHARE * pairs.tags.likeness(rare=True)
        several = pairs.tags.summed(~self.tags.common()) >= TAG_CANDIDATES
        by_tags = several & (tags >= np.where(words >= FAINT, floor, WORDLESS * floor))
        return np.asarray((words >= floor) | (MEANING_SHARE * meaning >= DOUBT * floor) | by_tags)

    def touching(self, tag: Tag) -> Ints:
        """The living rows that touch a thing, unordered."""
        return self.living(self.tags.rows_with(tag))

    def living(self, rows: Ints) -> Ints:
        """Those of some rows that are not dead, in their order."""
        return rows[self._alive.view()[rows]]

    def best(self, asker: Asker, count: int) -> Ints:
        """The living rows to which words, titles, meaning and tags together add most, unordered. What two rows have
        alike at the end of the list is decided by the index, so all of them are given."""
        most = self._part(
            asker,
            self.words.at_most(asker.words),
            self.titles.at_most(asker.titles),
            self.tags.at_most(asker.tags),
            self.meaning.likeness_of_all(asker.meaning),
        )
        most *= self._alive.view()
        if asker.row >= 0:
            most[asker.row] = 0.0
        rows = np.flatnonzero(most >= FAINT)
        if len(rows) > count:
            # Those that promise most are measured first: what promises less than the last of their best is out.
            first = rows[most[rows] >= np.partition(most[rows], -count)[-count]]
            least = np.partition(self._part_of(asker, first), -count)[-count]
            rows = rows[most[rows] >= least]
        part = self._part_of(asker, rows)
        rows, part = rows[part >= FAINT], part[part >= FAINT]
        if len(rows) > count:
            rows = rows[part >= np.partition(part, -count)[-count]]
        return rows

    def _part_of(self, asker: Asker, rows: Ints) -> Floats:
        """What words, titles, meaning and tags of some rows add to the score."""
        return self._part(
            asker,
            self.words.likeness(asker.words, rows),
            self.titles.likeness(asker.titles, rows),
            self.tags.likeness(asker.tags, rows),
            np.nan_to_num(self.meaning.likeness(asker.meaning, rows)),
        )

    def _part(self, asker: Asker, words: Floats, titles: Floats, tags: Floats, meaning: Floats) -> Floats:
        part = WORDS_SHARE * words + TITLES_SHARE * titles
        if len(self.meaning) and len(asker.meaning.steps):
            part = (1 - MEANING_SHARE) * part + MEANING_SHARE * meaning
        return np.asarray(part + TAGS_SHARE * tags)

    def measure(self, asker: Asker, rows: Ints) -> Likeness:
        """What every voice says of the asker and each of some rows."""
        words, titles = self._honest(asker, rows)
        tags = self.tags.likeness(asker.tags, rows)
        shared = self.tags.shared_counts(asker.tags, rows)[0]
        return Likeness(
            words=words,
            titles=titles,
            grams=self.grams.likeness(asker.grams, rows),
            meaning=self.meaning.likeness(asker.meaning, rows),
            tags=tags * shared / (shared + 1.0),
            close=are_close(asker.day, self._days.view()[rows]),
            same_silo=self._silos.view()[rows] == asker.silo,
        )

    def measure_pairs(self, pairs: Pairs) -> Likeness:
        """What every voice says of many pairs of rows."""
        firsts, seconds = pairs.firsts, pairs.seconds
        words, titles = self._honest_pairs(pairs)
        tags, shared = pairs.tags.likeness(), pairs.tags.summed(self.tags.squared() > 0)
        days, silos = self._days.view(), self._silos.view()
        return Likeness(
            words=words,
            titles=titles,
            grams=self.grams.pair_likeness(firsts, seconds),
            meaning=self.meaning.pair_likeness(firsts, seconds),
            tags=tags * shared / (shared + 1.0),
            close=are_close(days[firsts], days[seconds]),
            same_silo=silos[firsts] == silos[seconds],
        )

    def _honest(self, asker: Asker, rows: Ints) -> tuple[Floats, Floats]:
        """The likeness by words and titles, without acronyms that mean different things in both."""
        found = []
        for space, query in ((self.words, asker.words), (self.titles, asker.titles)):
            products = space.products(query, rows)
            for at, row in enumerate(rows.tolist() if asker.meanings else ()):
                odd = strangers(asker.meanings, self._meanings.get(row, {}))
                if odd:
                    products[at] -= space.product_by(odd, query, row)
            found.append(space.cosines(query, products, space.squares_of(rows)))
        return found[0], found[1]

    def _honest_pairs(self, pairs: Pairs) -> tuple[Floats, Floats]:
        """The same of many pairs of rows."""
        firsts, seconds, words, titles = pairs.firsts, pairs.seconds, pairs.words.likeness(), pairs.titles.likeness()
        spelled = np.fromiter(self._meanings, np.int64, len(self._meanings))
        for at in np.flatnonzero(np.isin(firsts, spelled) & np.isin(seconds, spelled)).tolist():
            one, other = int(firsts[at]), seconds[at : at + 1]
            words[at], titles[at] = (each[0] for each in self._honest(self.of_row(one), other))
        return words, titles

    def says(self, facts: RequestFacts, row: int | None) -> Says:
        """The words of a request, which is at this row or, when None, nowhere."""
        if row is not None:
            return Says(self.words.of_row(row), self.titles.of_row(row), self._meanings.get(row, {}))
        words, titles = self.words.query(request_counts(facts)), self.titles.query(title_counts(facts))
        return Says(words, titles, meanings(whole_text(facts)))

    def shared(self, one: Says, other: Says) -> SharedWeights:
        """What each stem of both adds to their likeness by words and by titles, as far as acronyms mean the same."""
        odd = strangers(one.meanings, other.meanings)
        words, titles = (
            {stem: each for stem, each in part.items() if stem not in odd}
            for part in (self.words.shared(one.words, other.words), self.titles.shared(one.titles, other.titles))
        )
        return SharedWeights(words, titles)
