"""What the requests touch in common: a space of tags. See tags.py for what a tag weighs and why."""

from collections.abc import Iterable

import numpy as np

from impacts.engine.matching.rows import Floats, Ints
from impacts.engine.matching.space import Query, Space
from impacts.engine.matching.tags import LEAST_WHOLE, Tag, tag_weight


class TagSpace(Space):
    """A space of tags: the products are weights in common, the square of a length is the weight of all tags."""

    least_length = LEAST_WHOLE**0.5

    def __init__(self) -> None:
        super().__init__()
        self._columns: dict[Tag, int] = {}
        self._tags: list[Tag] = []  # by column

    def put(self, tags: Iterable[Tag]) -> None:
        """Add the tags of a request as the next row."""
        named = sorted(tags)
        for tag in named:
            if tag not in self._columns:
                self._columns[tag] = len(self._columns)
                self._tags.append(tag)
                self._containing.append(0)
        columns = np.fromiter((self._columns[tag] for tag in named), np.int32, len(named))
        self.append(np.sort(columns), np.ones(len(columns), np.uint8))

    def telling(self) -> Floats:
        """What each tag weighs."""
        carriers = self._containing.view().tolist()
        weights = [tag_weight(tag, count, self._living) for tag, count in zip(self._tags, carriers, strict=True)]
        return np.asarray(np.rint(np.array(weights) * 256) / 256)

    def query(self, tags: Iterable[Tag]) -> Query:
        """The tags of a request that is not stored."""
        known = sorted(tags)
        columns = np.array(sorted(self._columns[tag] for tag in known if tag in self._columns), np.int32)
        new = sum(round(tag_weight(tag, 0, self._living) * 256) / 256 for tag in known if tag not in self._columns)
        return self._query(columns, np.ones(len(columns), np.uint8), new)

    def rows_with(self, tag: Tag) -> Ints:
        """The rows that have a tag, the dead ones included, unordered."""
        column = self._columns.get(tag)
        return np.zeros(0, np.int64) if column is None else self.having(column)

    def touched(self, rows: Ints | None = None) -> list[Tag]:
        """The tags of any living row, or of these rows, sorted."""
        found = np.flatnonzero(self._containing.view()) if rows is None else np.unique(self._rows.take(rows).columns)
        return sorted(self._tags[column] for column in found.tolist())

    def shared(self, query: Query, row: int) -> dict[Tag, float]:
        """The tags of both that weigh anything, sorted, each with its share of what they weigh together."""
        both = set(query.columns.tolist()).intersection(self._rows.row(row)[0].tolist())
        weights = {self._tags[column]: float(self.squared()[column]) for column in both}
        whole = sum(weights.values())
        return {tag: weight / whole for tag, weight in sorted(weights.items()) if weight}

    def shared_of(self, first: int, second: int) -> dict[Tag, float]:
        """The same of two rows."""
        return self.shared(self.of_row(first), second)

    def shared_counts(self, query: Query, rows: Ints) -> tuple[Ints, Ints]:
        """With each of some rows: how many tags of any weight are in common, and how many that are not common."""
        taken = self._rows.take(rows)
        weighty, rare = np.zeros((2, self.columns))
        weighty[query.columns] = self.squared()[query.columns] > 0
        rare[query.columns] = ~self.common()[query.columns]
        return taken.sums(weighty[taken.columns]).astype(np.int64), taken.sums(rare[taken.columns]).astype(np.int64)
