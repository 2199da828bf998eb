"""CP-SAT beside the search, as a process that is asked in rounds: the program in whole numbers, plans out and in.

A process that fails or ends early loses nothing: each plan was handed in when it was found.
"""

import importlib.util
import json
import math
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from board.planner.highs import Limits
from board.planner.model import Floats, Program

# Programs larger than this in starts or in amounts are left to HiGHS, which is better there and takes less memory.
STARTS_MOST, AMOUNTS_MOST = 6000, 150_000
# Whole amounts up to here, so that no sum of thousands of them comes near what CP-SAT counts with.
WHOLE_MOST = 1e11
# How exactly amounts are taken that have too many digits.
DIGITS = 1e9
# How often the process is looked after, in seconds.
LOOK = 0.05


@dataclass(frozen=True)
class Whole:
    """A program in whole numbers: the values are taken `times` so large, all together `off` by so much at most. Unless
    the rows are `exact` its bound proves nothing."""

    values: list[int]
    rows: list[tuple[list[int], list[int], int, int]]
    times: float
    off: float
    exact: bool

    def bound_of(self, bound: float) -> float:
        """What a bound on the whole values says of the program's."""
        return (bound + self.off) / self.times if self.exact else math.inf


@dataclass(frozen=True)
class Round:
    """How a round ended: "OPTIMAL", "FEASIBLE", "INFEASIBLE", "UNKNOWN"; None where it was stopped or failed."""

    status: str | None
    bound: float = math.inf
    work: float = 0.0


def suits(program: Program) -> bool:
    """Whether CP-SAT is there and the program is of a size for it."""
    small = len(program.starts) <= STARTS_MOST and program.rows.nnz <= AMOUNTS_MOST
    return small and importlib.util.find_spec("ortools") is not None


def whole(program: Program) -> Whole:
    """The program in whole numbers."""
    times, values_whole = _times(program.value)
    rows, exact = [], True
    matrix = program.rows
    for row in range(matrix.shape[0]):
        cells = slice(matrix.indptr[row], matrix.indptr[row + 1])
        amounts = matrix.data[cells]
        scale, all_whole = _times(amounts)
        exact = exact and all_whole
        hair = 1e-9 * scale * program.size[row]
        least, most = program.lower[row] * scale - hair, program.upper[row] * scale + hair
        far = 1 + int(np.abs(np.rint(amounts * scale)).sum())
        rows.append(
            (
                matrix.indices[cells].tolist(),
                np.rint(amounts * scale).astype(int).tolist(),
                max(-far, math.ceil(least)) if math.isfinite(least) else -far,
                min(far, math.floor(most)) if math.isfinite(most) else far,
            )
        )
    off = 0.0 if values_whole else 0.5 * len(program.value)
    return Whole(np.rint(program.value * times).astype(int).tolist(), rows, times, off, exact)


def _times(amounts: Floats) -> tuple[float, bool]:
    """By what to multiply amounts so that they are whole, and whether they then are."""
    largest = float(np.abs(amounts).max(initial=0.0))
    for power in range(7):
        scaled = amounts * 10.0**power
        if largest * 10.0**power > WHOLE_MOST:
            break
        if (np.abs(scaled - np.rint(scaled)) <= 1e-9 * np.maximum(1.0, np.abs(scaled))).all():
            return 10.0**power, True
    return DIGITS / max(largest, 1e-300), False


class CpSat:
    """The process, asked in rounds. To be used as a context: it ends with it."""

    def __init__(self, program: Program) -> None:
        self.program, self.whole = program, whole(program)
        # Isolated, and by its path: only OR-Tools is loaded, and no module of the planner stands before another's.
        script = Path(__file__).with_name("cp_sat.py")
        self.process = subprocess.Popen(  # noqa: S603 our own file
            [sys.executable, "-I", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.said: queue.Queue[Any] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self._ask(self.whole.values, self.whole.rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        with suppress(OSError):
            if self.process.stdin:
                self.process.stdin.close()

    def round(
        self, limits: Limits, hint: Floats | None, found: Callable[[Floats], object], stop: Callable[[], bool]
    ) -> Round:
        """Search within the limits from the hint on. `found` gets each better plan."""
        # Without a limit of its own a round has a day.
        seconds, work = min(limits.seconds, 86_400.0), min(limits.work, 1e9)
        taken = [] if hint is None else np.flatnonzero(hint > 0.5).tolist()
        self._ask(seconds, work, limits.seed % 2**31, taken)
        while not stop():
            try:
                said = self.said.get(timeout=LOOK)
            except queue.Empty:
                continue
            if said is None:
                # For the next round too there is nobody.
                self.said.put(None)
                break
            if "plan" in said:
                x = np.zeros(len(self.program.starts))
                x[said["plan"]] = 1.0
                found(x)
            else:
                # Where it has no plan its bound is none either.
                some = said["status"] in ("OPTIMAL", "FEASIBLE")
                bound = self.whole.bound_of(said["bound"]) if some else math.inf
                return Round(said["status"], bound, said["work"])
        return Round(None)

    def _ask(self, *what: object) -> None:
        pipe = self.process.stdin
        with suppress(OSError):
            if pipe:
                pipe.write(json.dumps(what) + "\n")
                pipe.flush()

    def _listen(self) -> None:
        # A line that was cut off when the process failed is no JSON, and closing the pipe ends the reading.
        pipe = self.process.stdout
        with suppress(OSError, ValueError), pipe or nullcontext(()) as lines:
            for line in lines:
                self.said.put(json.loads(line))
        self.said.put(None)
