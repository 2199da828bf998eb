"""The index on disk, so that a process that starts need not build it: a worker writes it, everybody reads it.

One file for each database, below VAR_DIR/index: a line of JSON that says what it is, the pickled index, and after it
its arrays, which are mapped into memory as they are. So processes share the arrays' pages until one of them changes
its own copy, and loading takes the time of the small objects alone. A file that another version of the engine wrote,
that is cut short, damaged, or that somebody else may write to, is passed over and the index is built afresh. Whatever
the file says, the database decides: what has changed since is read again at once (`HeldIndex.bring_up_to_date`).
"""

import hashlib
import json
import logging
import mmap
import os
import pickle
import platform
import stat
import tempfile
import time
import zlib
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import connection

from impacts import engine
from impacts.engine.garbage import without_collecting
from impacts.engine.matching.index import PortfolioIndex
from impacts.selectors.scans import facts
from impacts.selectors.scans.facts import Version
from impacts.selectors.scans.meaning import model_in_use

logger = logging.getLogger(__name__)

MAGIC = b"ombud-index-1 "
ALIGNED = 64
"""Arrays begin at multiples of so many bytes."""

HEADER_LIMIT = 1_000_000

SHAPED_BY = ("numpy", "scipy", "PyStemmer")
"""Libraries whose objects are in the index, or that decide which words are the same."""

CUT_SHORT = 3600
"""Seconds after which a file that is still being written belongs to nobody any more."""

Content = tuple[PortfolioIndex, dict[int, Version]]


class Unusable(Exception):
    """The file cannot be used; the message says why."""


UNREADABLE = (
    Unusable,
    OSError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ImportError,
    AttributeError,
    pickle.UnpicklingError,
)
"""What a file that is no stored index, or half of one, may raise."""


def snapshot_path() -> Path:
    """Where the index of this database is kept."""
    about = [str(connection.settings_dict[key]) for key in ("ENGINE", "HOST", "PORT", "NAME")]
    return Path(settings.VAR_DIR) / "index" / f"{hashlib.sha256(repr(about).encode()).hexdigest()[:16]}.index"


def save_snapshot(index: PortfolioIndex, versions: dict[int, Version]) -> int:
    """Write the index in place of what was there, all of it or nothing. Returns the bytes. Only for who holds the lock
    of the index. Raises OSError when it cannot be written."""
    arrays: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps((index, versions), protocol=5, buffer_callback=arrays.append)
    parts = [memoryview(pickled), *(array.raw() for array in arrays)]
    checksum = 0
    for part in parts:
        checksum = zlib.crc32(part, checksum)
    header = {"made_by": made_by(), "sizes": [part.nbytes for part in parts], "checksum": checksum}
    path = snapshot_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear_what_was_cut_short(path)
    descriptor, name = tempfile.mkstemp(prefix=f"{path.stem}-", suffix=".part", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(MAGIC + json.dumps(header).encode() + b"\n")
            for part in parts:
                file.write(bytes(-file.tell() % ALIGNED))
                file.write(part)
            written = file.tell()
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    return written


def _clear_what_was_cut_short(path: Path) -> None:
    """Remove what workers left that were killed while they wrote."""
    for left in path.parent.glob(f"{path.stem}-*.part"):
        with suppress(FileNotFoundError):  # another worker was quicker
            if time.time() - left.stat().st_mtime > CUT_SHORT:
                left.unlink()


def load_snapshot() -> Content | None:
    """The index as it was last written, or None when there is none that can be used."""
    path = snapshot_path()
    try:
        return _load(path)
    except FileNotFoundError:
        return None
    except UNREADABLE as reason:
        logger.warning("The stored index %s is passed over and built afresh: %s", path.name, reason)
        return None


def _load(path: Path) -> Content:
    with path.open("rb") as file:
        held = os.fstat(file.fileno())
        if held.st_uid != os.geteuid() or held.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise Unusable("others may write to it")
        line = file.readline(HEADER_LIMIT)
        if not line.startswith(MAGIC):
            raise Unusable("it is no stored index")
        header = json.loads(line[len(MAGIC) :])
        if header["made_by"] != made_by():
            raise Unusable("another version of the engine wrote it")
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    parts, at, checksum = list[memoryview](), len(line), 0
    for size in header["sizes"]:
        at += -at % ALIGNED
        parts.append(whole[at : at + size])
        at += size
        checksum = zlib.crc32(parts[-1], checksum)
    if at != len(whole) or checksum != header["checksum"]:
        raise Unusable("it is damaged")
    with without_collecting():
        index, versions = pickle.loads(parts[0], buffers=parts[1:])  # noqa: S301 - our own file, see docs/security.md
    return index, versions


def made_by() -> str:
    """What a stored index depends on besides its requests: the code and libraries that shaped its rows, and the
    language model whose vectors it holds."""
    return f"{code_and_libraries()} {model_in_use()}"


@cache
def code_and_libraries() -> str:
    """The engine's code, that which makes its facts, Python, and the libraries of SHAPED_BY, as one fingerprint."""
    libraries = [f"{name} {version(name)}" for name in SHAPED_BY]
    digest = hashlib.sha256(f"{platform.python_version()} {libraries}".encode())
    root = Path(engine.__path__[0])
    for path in [*sorted(root.rglob("*.py")), Path(facts.__file__)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
