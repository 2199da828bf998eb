"""The rules, in the order in which they run. To add one: write its module, and name it here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from impacts.engine.facts import EngineSettings, FindingKind, FoundFinding, Severity
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.rules import (
    change_collision,
    channel_overload,
    contact_overload,
    freeze,
    hollow_claim,
    it_came_late,
    not_connected,
    opposed_aim,
    order,
    over_capacity,
    retire_vs_use,
    same_purpose,
    two_masters,
    unowned,
)

Find = Callable[[PortfolioIndex, EngineSettings, date, frozenset[int] | None], list[FoundFinding]]


class _RuleModule(Protocol):
    CODE: str
    KIND: FindingKind
    SEVERITY: Severity
    REASON: str

    def find(
        self, portfolio: PortfolioIndex, settings: EngineSettings, today: date, about: frozenset[int] | None = None
    ) -> list[FoundFinding]: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as the administration page shows it: its stable code, kind, one-line reason and default severity."""

    code: str
    kind: FindingKind
    severity: Severity
    reason: str
    find: Find


def _rule(module: _RuleModule) -> Rule:
    return Rule(module.CODE, module.KIND, module.SEVERITY, module.REASON, module.find)


RULES: tuple[Rule, ...] = (
    _rule(same_purpose),
    _rule(two_masters),
    _rule(retire_vs_use),
    _rule(opposed_aim),
    _rule(change_collision),
    _rule(freeze),
    _rule(contact_overload),
    _rule(channel_overload),
    _rule(not_connected),
    _rule(order),
    _rule(unowned),
    _rule(it_came_late),
    _rule(hollow_claim),
    _rule(over_capacity),
)

RULE_BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}
