"""Which pairs of many requests are worth a closer look: products of whole blocks of rows instead of one search each."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, hstack

from impacts.engine.matching.encoder import Floats32
from impacts.engine.matching.rows import Flags, Ints
from impacts.engine.matching.score import MEANING_SHARE, TAGS_SHARE, TITLES_SHARE, WORDS_SHARE
from impacts.engine.matching.spaces import DOUBT, FAINT, WORDLESS, Spaces

BLOCK = 4096
"""Rows multiplied at a time: the block's numbers stay in the processor's cache."""

PART = 64 * BLOCK
"""So many requests ask at a time."""

SLACK = 1e-4
"""Products are in 32-bit floats: what misses the floor by less is looked at too, and decided exactly by `are_near`."""

Sparse = list[csr_array]


class _Block(NamedTuple):
    """The features of some rows: sparse matrices whose products add to a score, and centred meanings."""

    sparse: Sparse
    meaning: Floats32


def near_pairs(spaces: Spaces, order: Ints, asking: Ints, floor: float) -> Iterator[tuple[Ints, Ints]]:
    """Pairs that may be near, by their places in `order`, sorted within each part: each place in `asking` with the
    later ones, and with the earlier ones that are not asking themselves; so each pair comes once. All that are near are
    among them (see `Spaces.are_near`), and some that are not.
    """
    asks = np.zeros(len(order), np.bool_)
    asks[asking] = True
    for start in range(0, len(asking), PART):
        places = asking[start : start + PART]
        yield _of_part(spaces, order, places, asks, floor)


def _of_part(spaces: Spaces, order: Ints, asking: Ints, asks: Flags, floor: float) -> tuple[Ints, Ints]:
    """The pairs of some places, in ascending order, with all. The other rows are laid out block by block and forgotten:
    all of them at once would take much room."""
    parts = [asking[start : start + BLOCK] for start in range(0, len(asking), BLOCK)]
    mine = [_block(spaces, order[places]) for places in parts]
    found = [np.zeros(0, np.int64)]
    # With nobody else than who asks, what lies before the first of them has asked before.
    for start in range(int(asking[0]) // BLOCK * BLOCK if asks.all() else 0, len(order), BLOCK):
        block = _block(spaces, order[start : start + BLOCK])
        turned = [csr_array(matrix.T.tocsr()) for matrix in block.sparse]
        for places, own in zip(parts, mine, strict=True):
            if asks.all() and places[0] >= start + BLOCK:
                continue
            for pairs in _near(own, block, turned, floor):
                rows, others = np.divmod(pairs, len(block.meaning))
                one, two = places[rows], others + start
                once = (two > one) | ((two < one) & ~asks[two])
                found.append(one[once] * len(asks) + two[once])
    firsts, seconds = np.divmod(np.unique(np.concatenate(found)), len(asks))
    return firsts, seconds


def _near(mine: _Block, block: _Block, turned: Sparse, floor: float) -> Iterator[Ints]:
    """What may be near by each voice, as row of mine times the rows of the block plus its row. `turned` are the
    block's sparse matrices with rows for columns."""
    words, tags = (one @ other for one, other in zip(mine.sparse, turned, strict=True))
    yield _where(words, floor)[0]
    pairs, tagged = _where(tags, floor)
    enough = tagged >= WORDLESS * floor - SLACK
    if not enough.all():
        enough[~enough] = words[np.divmod(pairs[~enough], len(block.meaning))] >= FAINT - SLACK
    yield pairs[enough]
    if mine.meaning.shape[1]:
        least = DOUBT * floor / MEANING_SHARE - SLACK
        yield np.flatnonzero(mine.meaning @ block.meaning.T >= least)


def _where(products: csr_array, least: float) -> tuple[Ints, npt.NDArray[np.float32]]:
    """Where products are at least so much, and how much."""
    kept = np.flatnonzero(products.data >= least - SLACK)
    rows = np.searchsorted(products.indptr, kept, "right") - 1
    return rows * products.shape[1] + products.indices[kept], products.data[kept]


def _block(spaces: Spaces, rows: Ints) -> _Block:
    words = [spaces.words.matrix(rows, WORDS_SHARE), spaces.titles.matrix(rows, TITLES_SHARE, rare=False)]
    sparse = [csr_array(hstack(words, "csr")), spaces.tags.matrix(rows, TAGS_SHARE)]
    return _Block(sparse, spaces.meaning.matrix(rows))
