"""How good bets were: what was promised against what came, by silo. A bet is kept when at least all that was promised
came. What came is a share of what was promised: 1 is exactly as promised, below 0 the wrong way."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median


@dataclass(frozen=True, slots=True)
class BetFact:
    """One bet: whose, how much was promised (above 0), how much came (None while nobody has said), and by when."""

    silo: str
    promised: Decimal
    delivered: Decimal | None
    due: date

    @property
    def share(self) -> float | None:
        """What came as a share of what was promised."""
        return None if self.delivered is None else float(self.delivered / self.promised)

    @property
    def is_kept(self) -> bool:
        """Whether at least what was promised came."""
        return self.delivered is not None and self.delivered >= self.promised


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """The bets of one silo: `shares` of those answered, lowest first; `kept` of them; `silent` are due and nobody has
    said what came; `coming` are not due yet."""

    silo: str
    shares: tuple[float, ...]
    kept: int
    silent: int
    coming: int

    @property
    def answered(self) -> int:
        """How many bets somebody has said what came of."""
        return len(self.shares)

    @property
    def bets(self) -> int:
        """All of them."""
        return self.answered + self.silent + self.coming

    @property
    def hit_rate(self) -> float | None:
        """The share of answered bets that were kept; None without any."""
        return self.kept / self.answered if self.shares else None

    @property
    def median(self) -> float | None:
        """The middle share of what was promised; None without any answer."""
        return median(self.shares) if self.shares else None


def track_records(bets: Iterable[BetFact], *, today: date) -> list[TrackRecord]:
    """The record of each silo: who delivers most of what they promise first, those without an answer last."""
    by_silo: dict[str, list[BetFact]] = defaultdict(list)
    for bet in bets:
        by_silo[bet.silo].append(bet)
    records = [_record(silo, rows, today) for silo, rows in by_silo.items()]
    return sorted(records, key=lambda each: (each.median is None, -(each.median or 0), each.silo))


def overall(bets: Iterable[BetFact], *, today: date) -> TrackRecord:
    """The record of all together."""
    return _record("", list(bets), today)


def _record(silo: str, bets: list[BetFact], today: date) -> TrackRecord:
    open_ = [bet for bet in bets if bet.delivered is None]
    return TrackRecord(
        silo=silo,
        shares=tuple(sorted(bet.share for bet in bets if bet.share is not None)),
        kept=sum(bet.is_kept for bet in bets),
        silent=sum(bet.due <= today for bet in open_),
        coming=sum(bet.due > today for bet in open_),
    )
