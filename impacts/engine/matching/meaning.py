"""Meaning as a voice of the matcher: vectors of requests, and how close two of them lie.

A request's vector is that of its whole text plus TITLE_PART of its title's, brought to length one and stored as 384
half-precision numbers (768 bytes). The closeness of two requests is the cosine of their vectors after the portfolio's
mean vector is taken away, zero at least: all requests of an organisation are somewhat alike, and only what is beyond
that tells (mean-centring: Mu and Viswanath, "All-but-the-Top", 2018).

In memory a vector is whole numbers in steps of 1/512. Their products and those with the mean, in steps of 1/32 of
that, stay below 2^24 (Cauchy and Schwarz: at most 512 x 512 and 512 x 512 x 32), so 32-bit sums are exact whatever
their order: closeness depends neither on who asks nor on how many are computed at once.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from impacts.engine.matching.encoder import Encoder, Floats32
from impacts.engine.matching.rows import Floats, Growing, Ints

TITLE_PART = 0.3
STEADY = 50
"""So many imagined requests without any meaning steady the mean of a small portfolio."""

STEPS = 512
MEAN_STEPS = 32
BLOCK = 8192
"""Rows multiplied at a time."""


def request_vectors(encoder: Encoder, texts: Sequence[tuple[str, str]]) -> list[bytes]:
    """The vector of each (title, body), as bytes to be stored; empty bytes for a text without a letter or digit, since
    all empty texts would look alike.
    """
    return [_vector(encoder, title, body) for title, body in texts]


def _vector(encoder: Encoder, title: str, body: str) -> bytes:
    if not any(char.isalnum() for char in title + body):
        return b""
    if any(char.isalnum() for char in title):
        whole, heading = encoder.encode([f"{title}. {body}", title])
        whole = whole + np.float32(TITLE_PART) * heading
    else:
        whole = encoder.encode([body])[0]
    return np.asarray(whole / np.linalg.norm(whole), np.float16).tobytes()


class Sense(NamedTuple):
    """A vector that asks, in steps; of length 0 when nothing is known of the meaning."""

    steps: Floats32
    square: float


NOTHING = Sense(np.zeros(0, np.float32), 0.0)


class MeaningSpace:
    """Vectors by row, in step with the other spaces. A row may be without one."""

    def __init__(self) -> None:
        self._matrix: npt.NDArray[np.int8] = np.zeros((0, 0), np.int8)
        self._known: Growing[np.bool_] = Growing(np.bool_)
        self._squares: Growing[np.float64] = Growing(np.float64)
        self._sum: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, vector: bytes) -> None:
        """Add the vector of a request as the next row; empty bytes, or those of another model's size, say nothing."""
        sense = self.query(vector)
        if len(sense.steps) and not self._count:
            self._matrix = np.zeros((max(self._known.size, 1024), len(sense.steps)), np.int8)
            self._sum = np.zeros(len(sense.steps), np.int64)
        known = bool(len(sense.steps)) and len(sense.steps) == self._matrix.shape[1]
        if known:
            self._make_room(self._known.size + 1)
            self._matrix[self._known.size] = sense.steps
            self._sum += sense.steps.astype(np.int64)
            self._count += 1
        self._known.append(known)
        self._squares.append(sense.square if known else 0.0)

    def _make_room(self, rows: int) -> None:
        if rows > len(self._matrix):
            matrix = np.zeros((max(rows, len(self._matrix) + len(self._matrix) // 4), self._matrix.shape[1]), np.int8)
            matrix[: len(self._matrix)] = self._matrix
            self._matrix = matrix

    def drop(self, row: int) -> None:
        """Count a row no more. It keeps its number until `keep`."""
        if self._known.view()[row]:
            self._sum -= self._matrix[row]
            self._count -= 1
            self._known.view()[row] = False

    def keep(self, rows: Ints) -> None:
        """Forget the rows that are not among these; they are numbered anew in this order."""
        if self._matrix.size:
            self._make_room(self._known.size)
            self._matrix = self._matrix[rows]
        self._known.keep(rows)
        self._squares.keep(rows)

    def query(self, vector: bytes) -> Sense:
        """A stored vector as one that asks."""
        if not vector:
            return NOTHING
        values = np.frombuffer(vector, np.float16).astype(np.float32)
        steps = np.clip(np.rint(values * STEPS), -127, 127).astype(np.float32)
        return Sense(steps, float(np.dot(steps.astype(np.float64), steps.astype(np.float64))))

    def of_row(self, row: int) -> Sense:
        """A row as one that asks."""
        if not self._known.view()[row]:
            return NOTHING
        return Sense(self._matrix[row].astype(np.float32), float(self._squares.view()[row]))

    def likeness(self, sense: Sense, rows: Ints) -> Floats:
        """The closeness to some rows, in 0..1; NaN where either says nothing."""
        if not self._fits(sense) or not len(rows):
            return np.full(len(rows), np.nan)
        known = self._known.view()[rows]
        found = np.full(len(rows), np.nan)
        found[known] = self._cosines(sense, self._matrix[rows[known]], self._squares.view()[rows[known]])
        return found

    def pair_likeness(self, firsts: Ints, seconds: Ints) -> Floats:
        """The same of many pairs of rows."""
        found = np.full(len(firsts), np.nan)
        known = np.flatnonzero(self._known.view()[firsts] & self._known.view()[seconds])
        mean, squares = self._mean(), self._squares.view()
        middle = float(np.sum(mean.astype(np.float64) ** 2)) / MEAN_STEPS**2
        for start in range(0, len(known), BLOCK):
            part = known[start : start + BLOCK]
            one, other = (self._matrix[rows[part]].astype(np.float32) for rows in (firsts, seconds))
            product = np.einsum("ij,ij->i", one, other).astype(np.float64)
            by_one, by_other = ((rows @ mean).astype(np.float64) / MEAN_STEPS for rows in (one, other))
            long_one = np.maximum(squares[firsts[part]] - 2 * by_one + middle, 0.0)
            long_other = np.maximum(squares[seconds[part]] - 2 * by_other + middle, 0.0)
            above = product - by_other - by_one + middle
            found[part] = np.clip(above / np.sqrt(np.maximum(long_other * long_one, 1.0)), 0.0, 1.0)
        return found

    def likeness_of_all(self, sense: Sense) -> Floats:
        """The same by row, with all rows; 0 where either says nothing, so that it can be added up."""
        size = self._known.size
        found = np.zeros(size)
        if self._fits(sense):
            self._make_room(size)
            for start in range(0, size, BLOCK):
                part = slice(start, min(start + BLOCK, size))
                found[part] = self._cosines(sense, self._matrix[part], self._squares.view()[part])
            found *= self._known.view()
        return found

    def _fits(self, sense: Sense) -> bool:
        return bool(self._count) and len(sense.steps) == self._matrix.shape[1]

    def _mean(self) -> Floats32:
        """The mean vector in steps of a step."""
        return np.asarray(np.rint(self._sum * (MEAN_STEPS / (self._count + STEADY))), np.float32)

    def _cosines(self, sense: Sense, rows: npt.NDArray[np.int8], squares: Floats) -> Floats:
        mean = self._mean()
        middle = float(np.sum(mean.astype(np.float64) ** 2)) / MEAN_STEPS**2
        both = np.stack([sense.steps, mean], axis=1)
        products = (rows.astype(np.float32) @ both).astype(np.float64)
        beside = products[:, 1] / MEAN_STEPS
        own = float(np.dot(sense.steps.astype(np.float64), mean.astype(np.float64))) / MEAN_STEPS
        above = products[:, 0] - beside - own + middle
        lengths = np.maximum(squares - 2 * beside + middle, 0.0) * max(sense.square - 2 * own + middle, 0.0)
        return np.clip(above / np.sqrt(np.maximum(lengths, 1.0)), 0.0, 1.0)

    def matrix(self, rows: Ints) -> Floats32:
        """Rows whose products are about the closeness, below zero too; rows that say nothing are zero."""
        if not self._count:
            return np.zeros((len(rows), 0), np.float32)
        self._make_room(self._known.size)
        known = self._known.view()[rows]
        centred = (self._matrix[rows].astype(np.float32) - self._mean() / np.float32(MEAN_STEPS)) * known[:, None]
        return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1.0), np.float32)
