"""What the board saw, read back from a decision's snapshot into the facts that it was made of."""

import dataclasses
import types
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Union, get_args, get_origin, get_type_hints

from board.models import Decision
from board.packs.facts import ItemFacts


def seen_facts(decision: Decision) -> ItemFacts | None:
    """The item as the board was shown it. None for a decision that has no such snapshot (a taking back), or one from a
    version that kept something else."""
    try:
        facts = _restored(ItemFacts, decision.snapshot)
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    return facts if isinstance(facts, ItemFacts) else None


def _restored(wanted: Any, value: Any) -> Any:
    """The inverse of board.packs.seal.plain for one annotated type."""
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        kinds = [each for each in inner if each is not type(None)]
        return None if value is None else _restored(kinds[0], value)
    if origin is tuple:
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_restored(inner[0], each) for each in value)
        return tuple(_restored(kind, each) for kind, each in zip(inner, value, strict=True))
    if dataclasses.is_dataclass(wanted) and isinstance(wanted, type):
        return _restored_dataclass(wanted, value)
    if wanted is datetime:
        return datetime.fromisoformat(value)
    if wanted is date:
        return date.fromisoformat(value)
    if wanted is Decimal:
        return Decimal(str(value))
    return value


def _restored_dataclass(wanted: type[Any], value: Mapping[str, Any]) -> Any:
    """Fields that the snapshot does not have keep their default; without one it is a KeyError."""
    hints = get_type_hints(wanted)
    given = {}
    for field in dataclasses.fields(wanted):
        has_default = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        if field.name in value or not has_default:
            given[field.name] = _restored(hints[field.name], value[field.name])
    return wanted(**given)
