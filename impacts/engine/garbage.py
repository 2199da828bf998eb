"""Making very many small objects at once without stopping to look for garbage among them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """While many small objects are made, none of them garbage: Python would look at all of them again and again, the
    more often the more there are. What nothing refers to is freed as ever; only circles wait until afterwards."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
