"""A copy of an index, for who wants to change it while others go on asking: much quicker than building one."""

import io
import pickle
from typing import Any

from impacts.engine.facts import RegisterFacts
from impacts.engine.matching.index import PortfolioIndex


def copy_of(index: PortfolioIndex) -> PortfolioIndex:
    """An index that answers the same and shares nothing that changes. Takes 0.1 s and 60 MB for 10,000 requests."""
    file, arrays = io.BytesIO(), list[pickle.PickleBuffer]()
    writer = _Writer(file, protocol=5, buffer_callback=arrays.append)
    writer.dump(index)
    file.seek(0)
    copied: PortfolioIndex = _Reader(file, writer.shared, [bytearray(array.raw()) for array in arrays]).load()
    return copied


class _Writer(pickle.Pickler):
    """Leaves out the register: it never changes, so both may have it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.shared: list[object] = []

    def persistent_id(self, each: object) -> int | None:
        """The place of what is shared; None for everything else."""
        if not isinstance(each, RegisterFacts):
            return None
        self.shared.append(each)
        return len(self.shared) - 1


class _Reader(pickle.Unpickler):
    """Puts the register back in."""

    def __init__(self, file: io.BytesIO, shared: list[object], arrays: list[bytearray]) -> None:
        super().__init__(file, buffers=arrays)
        self._shared = shared

    def persistent_load(self, place: int) -> object:
        """What stood at this place."""
        return self._shared[place]
