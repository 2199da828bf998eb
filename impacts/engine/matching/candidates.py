"""Which pairs of many requests are worth a closer look: products of whole blocks of rows instead of one search each.

Most products of two rows are of one word that many requests use, and far below the floor. So words of many requests are
left out of the product at first (`frequent`). What they can add to a pair is at most the product of two numbers, the
length of what was left out of each row (Cauchy and Schwarz); only pairs that reach the floor with as much are looked
up. The few rows of which much was left out, such as three words that everybody uses, are multiplied in full.
"""

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

FREQUENT_POWERS = 0.45, 0.5, 0.55
"""Words of more than N to this power of N requests are frequent: the first power by which few rows are heavy."""

MOST_HEAVY = 0.02
"""So small a share of the rows, judged by the first block, are few. Otherwise no word is left out."""

MOST_TWOS = 64
"""With more pairs of tags to a request than this, on average, tags are multiplied one by one."""


class _Way(NamedTuple):
    """How features are laid out: which words are left out at first, and whether tags go by twos."""

    frequent: Flags
    by_twos: bool


class _Block(NamedTuple):
    """The features of some rows: sparse matrices whose products add to a score, and centred meanings."""

    words: csr_array  # and those of titles
    frequent: csr_array
    tags: csr_array
    lengths: Floats32  # of the rows of `frequent`
    heavy: Ints  # the rows of which much is left out
    meaning: Floats32


class _Turned(NamedTuple):
    """The sparse matrices of a block with rows for columns, and those of its heavy rows."""

    words: csr_array
    frequent: csr_array
    tags: csr_array
    heavy_words: csr_array
    heavy_frequent: csr_array


def near_pairs(spaces: Spaces, order: Ints, asking: Ints, floor: float) -> Iterator[tuple[Ints, Ints]]:
    """Pairs that may be near, by their places in `order`, sorted within each part: each place in `asking` with the
    later ones, and with the earlier ones that are not asking themselves; so each pair comes once. All that are near are
    among them (see `Spaces.are_near`), and some that are not.
    """
    asks = np.zeros(len(order), np.bool_)
    asks[asking] = True
    way = _way(spaces, order, asking, floor)
    for start in range(0, len(asking), PART):
        places = asking[start : start + PART]
        yield _of_part(spaces, order, places, asks, floor, way)


def _of_part(spaces: Spaces, order: Ints, asking: Ints, asks: Flags, floor: float, way: _Way) -> tuple[Ints, Ints]:
    """The pairs of some places, in ascending order, with all. The other rows are laid out block by block and forgotten:
    all of them at once would take much room."""
    parts = [asking[start : start + BLOCK] for start in range(0, len(asking), BLOCK)]
    mine = [_block(spaces, order[places], floor, way) for places in parts]
    found = [np.zeros(0, np.int64)]
    # With nobody else than who asks, what lies before the first of them has asked before.
    for start in range(int(asking[0]) // BLOCK * BLOCK if asks.all() else 0, len(order), BLOCK):
        block = _block(spaces, order[start : start + BLOCK], floor, way)
        turned = _turned(block)
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


def _near(mine: _Block, block: _Block, turned: _Turned, floor: float) -> Iterator[Ints]:
    """What may be near by each voice, as row of mine times the rows of the block plus its row."""
    yield _near_by_words(mine, block, turned, floor)
    yield from _near_by_heavy_rows(mine, block, turned, floor)
    pairs, tags = _sifted(mine.tags @ turned.tags, floor)
    enough = tags >= WORDLESS * floor - SLACK
    rows, others = np.divmod(pairs[~enough], len(block.meaning))
    words = _looked_up(mine.words, block.words, rows, others) + _looked_up(mine.frequent, block.frequent, rows, others)
    enough[~enough] = words >= FAINT - SLACK
    yield pairs[enough]
    if mine.meaning.shape[1]:
        least = DOUBT * floor / MEANING_SHARE - SLACK
        yield np.flatnonzero(mine.meaning @ block.meaning.T >= least)


def _near_by_words(mine: _Block, block: _Block, turned: _Turned, floor: float) -> Ints:
    """Pairs of rows that are not heavy: frequent words add at most half the floor to these."""
    pairs, known = _sifted(mine.words @ turned.words, floor / 2)
    rows, others = np.divmod(pairs, len(block.meaning))
    maybe = known + mine.lengths[rows] * block.lengths[others] >= floor - SLACK
    pairs, rows, others, known = pairs[maybe], rows[maybe], others[maybe], known[maybe]
    return pairs[known + _looked_up(mine.frequent, block.frequent, rows, others) >= floor - SLACK]


def _near_by_heavy_rows(mine: _Block, block: _Block, turned: _Turned, floor: float) -> Iterator[Ints]:
    """Pairs with a heavy row, by all words."""
    if len(mine.heavy):
        words = mine.words[mine.heavy] @ turned.words + mine.frequent[mine.heavy] @ turned.frequent
        rows, others = np.divmod(_sifted(words, floor)[0], len(block.meaning))
        yield mine.heavy[rows] * len(block.meaning) + others
    if len(block.heavy):
        words = mine.words @ turned.heavy_words + mine.frequent @ turned.heavy_frequent
        rows, others = np.divmod(_sifted(words, floor)[0], len(block.heavy))
        yield rows * len(block.meaning) + block.heavy[others]


def _sifted(product: csr_array, least: float) -> tuple[Ints, npt.NDArray[np.float32]]:
    """Where the products of rows and columns are at least so much, and how much."""
    kept = np.flatnonzero(product.data >= least - SLACK)
    rows = np.searchsorted(product.indptr, kept, "right") - 1
    return rows * product.shape[1] + product.indices[kept], product.data[kept]


def _looked_up(one: csr_array, other: csr_array, rows: Ints, others: Ints) -> npt.NDArray[np.float32]:
    """The products of some rows with as many others."""
    return np.asarray(one[rows].multiply(other[others]).sum(axis=1), np.float32)


def _way(spaces: Spaces, order: Ints, asking: Ints, floor: float) -> _Way:
    """The plain way for few: they do not make up for what laying out takes."""
    plain = np.zeros(spaces.words.columns, np.bool_)
    if len(asking) <= BLOCK:
        return _Way(plain, by_twos=False)
    words = spaces.words.matrix(order[asking[:BLOCK]], WORDS_SHARE)
    for frequent in map(spaces.words.in_more_than, FREQUENT_POWERS):
        if np.mean(_squares(_parted(words, frequent)[1]) > floor / 2) <= MOST_HEAVY:
            break
    else:
        frequent = plain
    return _Way(frequent, spaces.tags.twos_of_each(order) <= MOST_TWOS)


def _block(spaces: Spaces, rows: Ints, floor: float, way: _Way) -> _Block:
    words, frequent = _parted(spaces.words.matrix(rows, WORDS_SHARE), way.frequent)
    titles = spaces.titles.matrix(rows, TITLES_SHARE, rare=False)
    squares = _squares(frequent)
    return _Block(
        words=csr_array(hstack([words, titles], "csr")),
        frequent=frequent,
        tags=spaces.tags.twos(rows, TAGS_SHARE) if way.by_twos else spaces.tags.matrix(rows, TAGS_SHARE),
        lengths=np.sqrt(squares),
        heavy=np.flatnonzero(squares > floor / 2),
        meaning=spaces.meaning.matrix(rows),
    )


def _turned(block: _Block) -> _Turned:
    heavy = [csr_array(matrix[block.heavy].T.tocsr()) for matrix in (block.words, block.frequent)]
    return _Turned(*(csr_array(matrix.T.tocsr()) for matrix in (block.words, block.frequent, block.tags)), *heavy)


def _squares(matrix: csr_array) -> npt.NDArray[np.float32]:
    """The squares of the lengths of rows."""
    return np.asarray(matrix.multiply(matrix).sum(axis=1), np.float32)


def _parted(matrix: csr_array, columns: Flags) -> tuple[csr_array, csr_array]:
    """A matrix without some columns, and these alone."""
    return matrix[:, np.flatnonzero(~columns)], matrix[:, np.flatnonzero(columns)]
