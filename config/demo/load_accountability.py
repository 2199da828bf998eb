"""Loads what the demo tells of accountability: who was named later than the registers were begun, what is objected."""

from typing import Any

from board.models import Objection
from board.services.decisions.objections import object_to
from config.demo.load_registers import Registers
from config.demo.load_requests import Requests
from config.demo.story import Row, Story
from customers.models import RegisterEntry
from portfolio.models import Notification
from portfolio.selectors.holdings import HELD


def load_accountability(story: Story, registers: Registers, requests: Requests) -> None:
    """Let the history say since when somebody answers, and raise the objections. Raises the errors of the services."""
    for row in story.accountability["named_later"]:
        _name_later(getattr(registers, row["register"])[row["code"]], row["at"])
    for row in story.accountability["objections"]:
        _object(row, registers, requests)


def _name_later(entry: RegisterEntry, at: Any) -> None:
    """Make it so that nobody was named at first, and who answers now was named at `at`."""
    field = next(field for model, field in HELD if isinstance(entry, model))
    rows: Any = getattr(entry, "history")  # noqa: B009 - simple-history adds it to the concrete classes
    rows.update(**{field: None})
    entry._history_date = at  # type: ignore[attr-defined]
    entry._change_reason = "Somebody answers for it"  # type: ignore[attr-defined]
    entry.save()


def _object(row: Row, registers: Registers, requests: Requests) -> Objection:
    made = object_to(
        person=registers.people[row["by"]],
        request=requests[row["request"]],
        segment=registers.segments[row["segment"]],
        reason=row["reason"],
        at=row["at"],
    )
    made.history.update(history_date=row["at"])
    if made.item is not None:
        made.item.history.update(history_date=row["at"])
    Notification.objects.filter(key=f"objection:{made.pk}").update(at=row["at"])
    return made
