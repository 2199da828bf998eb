"""How crowded it is around a request: some texts resemble everything, and their likeness to each tells less.

The crowding of a request is the mean, over its 11th to 30th nearest by text, of how much these lie above ABOVE; fewer
neighbours count as none. Ten close neighbours may be a true family, which must not be punished; thirty above that level
are a text that says what all say. The score of a pair loses the mean crowding of both (score.py). In most portfolios
nearly all requests have none. After the hubness correction of Conneau et al. ("Word Translation Without Parallel
Data", 2018: CSLS), which takes the ten nearest and so pushes families down.

Crowding moves slowly, so it is measured for all requests in a full scan and for a changed one in its own scan, and kept
in between. A request that was never scanned has none.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from impacts.engine.matching.rows import Floats, Ints

FAMILY, CROWD = 10, 30
ABOVE = 0.15


def crowding(texts: Floats) -> float:
    """The crowding of a request from what its text has alike with all near ones, in any order. 6 digits."""
    crowd = np.sort(texts)[::-1][FAMILY:CROWD]
    return round(float(np.maximum(crowd - ABOVE, 0.0).sum()) / (CROWD - FAMILY), 6)


def crowding_of_all(near: Iterable[tuple[Ints, Ints, Floats]]) -> Mapping[int, float]:
    """By row the crowding of all that have any, from every near pair once: rows, other rows, likeness of the texts."""
    found = [(one, two, texts) for one, two, texts in near if len(texts)]
    if not found:
        return {}
    firsts, seconds, texts = (np.concatenate(parts) for parts in zip(*found, strict=True))
    above = texts > ABOVE
    rows = np.concatenate([firsts[above], seconds[above]])
    texts = np.concatenate([texts[above], texts[above]])
    order = np.lexsort((texts, rows))
    names, starts = np.unique(rows[order], return_index=True)
    groups = np.split(texts[order], starts[1:])
    return {row: value for row, group in zip(names.tolist(), groups, strict=True) if (value := crowding(group)) > 0}
