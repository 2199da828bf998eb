"""The portfolio's index in memory: one for each process, brought up to date whenever it is used.

Building it takes seconds for 10,000 requests, bringing it up to date takes milliseconds: two queries say whether any
live request changed, and where one did another says which have a version that the index has not, and only these are
read again. So it does not matter which process changed them, and nothing has to be sent around. Registers are small and
read anew each time. A process that starts takes the index that a worker stored (snapshot.py) and brings it up to date.
"""

import logging
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from django.db import connection, connections
from django.urls import reverse

from impacts.engine.facts import RequestFacts
from impacts.engine.matching.index import PortfolioIndex
from impacts.selectors.scans.facts import (
    MOST_IDS,
    LiveState,
    Version,
    engine_settings,
    live_state,
    live_versions,
    register_facts,
    request_facts,
)
from impacts.services.scans.snapshot import load_snapshot, save_snapshot

UNSAVED = 1_000
"""After so many changes, or a fiftieth of the portfolio, the index is stored anew."""

MOST_TERMS = 50_000
"""So many groups of requests are remembered with what they share."""

logger = logging.getLogger(__name__)

Seen = tuple[Version | None, ...]


class HeldIndex:
    """An index and the versions of the requests in it. Only for who holds `lock`."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.index = PortfolioIndex()
        self.versions: dict[int, Version] = {}
        self.odd: dict[int, Exception] = {}  # requests that cannot be taken in
        self.unsaved = 0  # changes since the index was stored or loaded
        self.tied_anew: set[int] | None = None
        """Requests whose overlaps changed since this process refreshed the clusters; None: any may have."""
        self._started = False
        self._state: LiveState | None = None  # of the live requests when they were last looked at
        self._terms: dict[tuple[int, ...], tuple[Seen, tuple[str, ...]]] = {}

    def bring_up_to_date(self, reread: Collection[int] = ()) -> None:
        """Take in what changed in the database; `reread` are read again in any case."""
        if not self._started:
            self.index, self.versions = load_snapshot() or (self.index, self.versions)
            self._started = True
        again, state = set(reread), live_state()
        if state == self._state:
            stale, gone = sorted(again & self.versions.keys()), again - self.versions.keys()
        else:
            now = live_versions()
            stale = [pk for pk, version in now.items() if pk in again or self.versions.get(pk) != version]
            gone = (self.versions.keys() | again) - now.keys()
        self._bring_registers()
        for start in range(0, len(stale), MOST_IDS):
            part = stale[start : start + MOST_IDS]
            read = request_facts(part)
            gone |= {pk for pk in part if pk not in read}
            self._take_in([facts for _, facts in read.values()])
            self.versions.update({pk: version for pk, (version, _) in read.items()})
        self.index.update(removed=gone)
        for pk in gone:
            self.versions.pop(pk, None)
            self.odd.pop(pk, None)
        self.unsaved += len(stale) + len(gone)
        self._state = state

    def _take_in(self, changed: list[RequestFacts]) -> None:
        """Take these into the index, each that can be; over which one cannot, and why, is kept until it changes."""
        for facts in changed:
            self.odd.pop(facts.id, None)
            try:
                self.index.update(changed=[facts])
            except (MemoryError, RecursionError):
                raise
            except Exception as error:
                logger.exception("Request %s cannot be compared: reading it failed.", facts.id)
                self.odd[facts.id] = error
                self.index.update(removed=[facts.id])

    def _bring_registers(self) -> None:
        register, settings = register_facts(), engine_settings()
        if register != self.index.register or settings != self.index.settings:
            self.index.replace_register(register, settings)

    def save(self) -> int:
        """Store the index for processes that start; what could not be taken in they try again. Returns the bytes."""
        written = save_snapshot(self.index, {pk: seen for pk, seen in self.versions.items() if pk not in self.odd})
        self.unsaved = 0
        return written

    def terms_of(self, members: tuple[int, ...]) -> tuple[str, ...]:
        """What some requests share, in words: remembered for as long as none of them changes. (Others shift the weight
        of every word a little; `forget_terms` takes that in.)"""
        seen = tuple(self.versions.get(pk) for pk in members)
        known = self._terms.get(members)
        if known is None or known[0] != seen:
            if len(self._terms) >= MOST_TERMS:
                self._terms.clear()
            known = self._terms[members] = (seen, self.index.common_terms(members))
        return known[1]

    def forget_terms(self) -> None:
        """Read the texts anew at the next call of `terms_of`."""
        self._terms.clear()

    def facts(self, request: int) -> RequestFacts | None:
        """The facts of a live request, or None."""
        return self.index.requests.get(request)


_HELD: dict[tuple[str, str], HeldIndex] = {}
_REGISTRY_LOCK = threading.Lock()


@contextmanager
def held_index(reread: Collection[int] = ()) -> Iterator[HeldIndex]:
    """The index of this process, up to date, for as long as the block runs; other threads wait meanwhile."""
    key = (connection.alias, str(connection.settings_dict["NAME"]))
    with _REGISTRY_LOCK:
        held = _HELD.setdefault(key, HeldIndex())
    with held.lock:
        held.bring_up_to_date(reread)
        yield held


def store_index(*, anyway: bool = False) -> int:
    """Store the index if enough has changed since, or `anyway`. Returns the bytes, 0 when it was not stored. A full
    disk costs the next start its time and nothing else."""
    with held_index() as held:
        if not anyway and held.unsaved < max(UNSAVED, len(held.versions) // 50):
            return 0
        try:
            return held.save()
        except OSError as error:
            logger.warning("The index could not be stored: %s", error)
            return 0


def warm_beside(*warm: Callable[[], object]) -> threading.Thread:
    """Run these in a thread beside a process that starts, such as `warm_index`, so that its first use need not wait."""

    def run() -> None:
        try:
            for each in warm:
                each()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, name="warm", daemon=True)
    thread.start()
    return thread


def load_addresses() -> None:
    """Read the site's addresses, which loads every view: a second that else falls into the first scan or page."""
    reverse("home")


def warm_index() -> int:
    """Build the index of this process ahead of its first use, and ask it once: the first answer lays out its tables.
    Returns how many requests it holds."""
    with held_index() as held:
        for request in list(held.index.requests)[:1]:
            held.index.nearest(request, 1)
        return len(held.versions)
