"""Which pairs of many requests are worth a closer look: products of whole blocks of rows instead of one search each."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, hstack

from impacts.engine.matching.encoder import Floats32
from impacts.engine.matching.rows import Flags, Ints
from impacts.engine.matching.score import MEANING_SHARE, TAGS_SHARE, TITLES_SHARE, WORDS_SHARE
from impacts.engine.matching.spaces import DOUBT, Spaces

BLOCK = 4096
"""Rows multiplied at a time: the block's numbers stay in the processor's cache."""

SLACK = 1e-4
"""Products are in 32-bit floats: what misses the floor by less is looked at too, and decided exactly by `are_near`."""

Sparse = list[csr_array]
Places = npt.NDArray[np.signedinteger[Any]]


class _Block(NamedTuple):
    """The features of some rows: sparse matrices whose products add to a score, and centred meanings."""

    sparse: Sparse
    meaning: Floats32


def near_pairs(spaces: Spaces, order: Ints, asking: Ints, floor: float) -> Iterator[tuple[Ints, Ints]]:
    """Pairs that may be near, by their places in `order`, block by block, sorted: each place in `asking` with the later
    ones, and with the earlier ones that are not asking themselves; so each pair comes once. All that are near are among
    them (see `Spaces.are_near`), and some that are not.
    """
    asks = np.zeros(len(order), np.bool_)
    asks[asking] = True
    blocks = [_block(spaces, order[start : start + BLOCK]) for start in range(0, len(order), BLOCK)]
    turned = [_Block([csr_array(matrix.T.tocsr()) for matrix in each.sparse], each.meaning.T) for each in blocks]
    for start in range(0, len(order), BLOCK):
        places = np.arange(start, min(start + BLOCK, len(order)))[asks[start : start + BLOCK]]
        if len(places):
            block = blocks[start // BLOCK]
            mine = _Block([matrix[places - start] for matrix in block.sparse], block.meaning[places - start])
            first = start // BLOCK if asks.all() else 0
            yield _of_block(mine, turned, first, places, asks, floor)


def _of_block(
    mine: _Block, turned: list[_Block], first: int, places: Ints, asks: Flags, floor: float
) -> tuple[Ints, Ints]:
    """The pairs of some rows with those of the blocks from `first`."""
    found = []
    for other in range(first, len(turned)):
        for rows, columns in _near(mine, turned[other], floor):
            one, two = places[rows], columns.astype(np.int64) + other * BLOCK
            once = (two > one) | ((two < one) & ~asks[two])
            found.append(one[once] * len(asks) + two[once])
    firsts, seconds = np.divmod(np.unique(np.concatenate(found)), len(asks))
    return firsts, seconds


def _near(mine: _Block, turned: _Block, floor: float) -> Iterator[tuple[Places, Places]]:
    """Rows and columns of what may be near, by each voice."""
    for own, theirs in zip(mine.sparse, turned.sparse, strict=True):
        product = own @ theirs
        kept = np.flatnonzero(product.data >= floor - SLACK)
        yield np.searchsorted(product.indptr, kept, "right") - 1, product.indices[kept]
    if mine.meaning.shape[1]:
        least = DOUBT * floor / MEANING_SHARE - SLACK
        close = np.nonzero(mine.meaning @ turned.meaning >= least)
        yield close[0], close[1]


def _block(spaces: Spaces, rows: Ints) -> _Block:
    words = [spaces.words.matrix(rows, WORDS_SHARE), spaces.titles.matrix(rows, TITLES_SHARE, rare=False)]
    sparse = [csr_array(hstack(words, "csr")), spaces.tags.matrix(rows, TAGS_SHARE)]
    return _Block(sparse, spaces.meaning.matrix(rows))
