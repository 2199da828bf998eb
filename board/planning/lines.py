"""What a plan says of each request, in days and money; and the plans that nobody has to search for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from board.planning.dates import asked_period, days_at, mind_freezes
from board.planning.facts import Asked, Wish
from board.planning.horizon import Horizon
from board.planning.settings import PlanSettings
from board.planning.worth import worth_of


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One request in a plan. `period` None: it waits. `asked_period` None: it named no day."""

    request: int
    period: int | None
    asked_period: int | None
    starts: date | None
    live: date | None
    money: int
    value: int
    running: bool = False
    needs: tuple[str, ...] = ()
    why: str = ""
    fits_if: str = ""

    @property
    def goes(self) -> bool:
        """Whether the plan lets it go."""
        return self.period is not None

    @property
    def moved(self) -> bool:
        """Whether it starts in another quarter than it asked for."""
        return self.period is not None and not self.running and self.asked_period not in (None, self.period)


def plan_lines(
    asked: Asked,
    horizon: Horizon,
    settings: PlanSettings,
    chosen: Mapping[int, int],
    whys: Mapping[int, tuple[str, str]] | None = None,
) -> list[PlanLine]:
    """A line for each request, by period and day. `whys`: of each its reason, and what would let it in."""
    names = {wish.id: wish.facts.reference for wish in asked.wishes}
    lines = []
    for wish in asked.wishes:
        period = chosen.get(wish.id)
        starts, live = (None, None) if period is None else days_at(wish, horizon, period)
        why, fits_if = (whys or {}).get(wish.id, ("", ""))
        if period is not None and settings.use_freezes:
            why = f"{why} {mind_freezes(wish, horizon, period)}".strip()
        lines.append(
            PlanLine(
                request=wish.id,
                period=period,
                asked_period=asked_period(wish, horizon),
                starts=starts,
                live=live,
                money=wish.money,
                value=worth_of(wish, asked, settings).net,
                running=wish.running,
                needs=tuple(sorted(names[each] for each in wish.facts.needs if each in names)),
                why=why,
                fits_if=fits_if,
            )
        )
    return sorted(lines, key=lambda line: (line.starts or date.max, line.request))


def as_asked(asked: Asked, horizon: Horizon) -> dict[int, int]:
    """Every request when it asked to start; what asked to start before the plan begins starts with it."""
    return _when_asked(asked.wishes, horizon)


def as_approved(asked: Asked, horizon: Horizon) -> dict[int, int]:
    """What the board approved, when it asked to start."""
    return _when_asked([wish for wish in asked.wishes if wish.facts.committed], horizon)


def _when_asked(wishes: Iterable[Wish], horizon: Horizon) -> dict[int, int]:
    """Requests that want to start after the last quarter are not in it."""
    periods = {wish.id: max(asked_period(wish, horizon) or 0, 0) for wish in wishes}
    return {request: period for request, period in periods.items() if period < horizon.number}
