"""Which pairs of many requests are worth a closer look: products of whole blocks of rows instead of one search each."""

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_array, hstack

from impacts.engine.matching.rows import Ints
from impacts.engine.matching.score import TAGS_SHARE, TITLES_SHARE, WORDS_SHARE, Flags
from impacts.engine.matching.spaces import Spaces

BLOCK = 4096
"""Rows multiplied at a time: the block's numbers stay in the processor's cache."""

SLACK = 1e-4
"""Products are in 32-bit floats: what misses the floor by less is looked at too, and decided exactly by `are_near`."""

Matrices = list[csr_array]


def near_pairs(spaces: Spaces, order: Ints, asking: Ints, floor: float) -> Iterator[tuple[int, Ints]]:
    """For each of some rows in `order` (by their places there, ascending), the later places in `order`, ascending, that
    may be near, and the earlier ones that are not asking themselves; so each pair comes once. All that are near are
    among them (see `Spaces.are_near`), and some that are not.
    """
    asks = np.zeros(len(order), np.bool_)
    asks[asking] = True
    blocks = [_matrices(spaces, order[start : start + BLOCK]) for start in range(0, len(order), BLOCK)]
    turned = [[csr_array(matrix.T.tocsr()) for matrix in matrices] for matrices in blocks]
    for start in range(0, len(order), BLOCK):
        places = np.arange(start, min(start + BLOCK, len(order)))[asks[start : start + BLOCK]]
        if len(places):
            mine = [matrix[places - start] for matrix in blocks[start // BLOCK]]
            first = start // BLOCK if asks.all() else 0
            yield from _of_block(mine, turned, first, places, asks, floor - SLACK)


def _of_block(
    mine: Matrices, turned: list[Matrices], first: int, places: Ints, asks: Flags, floor: float
) -> Iterator[tuple[int, Ints]]:
    """The pairs of some rows with those of the blocks from `first`."""
    found = []
    for other in range(first, len(turned)):
        for own, theirs in zip(mine, turned[other], strict=True):
            product = (own @ theirs).tocoo()
            kept = product.data >= floor
            one, two = places[product.coords[0][kept]], product.coords[1][kept].astype(np.int64) + other * BLOCK
            once = (two > one) | ((two < one) & ~asks[two])
            found.append(one[once] * len(asks) + two[once])
    firsts, seconds = np.divmod(np.unique(np.concatenate(found)), len(asks))
    starts, stops = np.searchsorted(firsts, places), np.searchsorted(firsts, places, "right")
    for place, start, stop in zip(places.tolist(), starts.tolist(), stops.tolist(), strict=True):
        if stop > start:
            yield place, seconds[start:stop]


def _matrices(spaces: Spaces, rows: Ints) -> Matrices:
    words = [spaces.words.matrix(rows, WORDS_SHARE), spaces.titles.matrix(rows, TITLES_SHARE, rare=False)]
    return [csr_array(hstack(words, "csr")), spaces.tags.matrix(rows, TAGS_SHARE)]
