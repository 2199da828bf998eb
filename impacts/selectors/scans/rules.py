"""The rules as the organisation has set them: what each says, what it has found, who changed what."""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from impacts.engine.calibration import Judged, confirmed_from
from impacts.engine.facts import EngineSettings
from impacts.engine.rules.registry import RULES, Rule
from impacts.engine.tuning import LEVELS, TUNABLES, Tunable, thresholds_at, tuned
from impacts.models import EngineTuning, Finding, ScanRun
from impacts.selectors.findings.presenting import RULE_LABELS
from impacts.selectors.scans.facts import default_settings
from portfolio.models import Person

PATIENCE = timedelta(minutes=10)
"""So long a full scan that was asked for may take before the sweep asks again."""

SHOWN = 20
_SETTING = re.compile(r"`settings\.(\w+)`")


@dataclass(frozen=True, slots=True)
class SetRule:
    """A rule with how it is set. `paragraphs` say when it fires and when not."""

    rule: Rule
    label: str
    is_on: bool
    paragraphs: tuple[str, ...]
    tunables: tuple[tuple[Tunable, int | float, int | float], ...]  # with the number now, and by default
    open: int
    confirmed: int
    dismissed: int


def set_rules(settings: EngineSettings) -> list[SetRule]:
    """All rules in the order in which they run. One query."""
    counts = _counts()
    default = default_settings()
    return [
        SetRule(
            rule,
            RULE_LABELS.get(rule.code, rule.code),
            rule.code not in settings.disabled_rules,
            explanation(rule),
            tuple(
                (each, getattr(settings, each.field), getattr(default, each.field))
                for each in TUNABLES
                if each.rule == rule.code
            ),
            *(counts[rule.code].get(state, 0) for state in ("open", "confirmed", "dismissed")),
        )
        for rule in RULES
    ]


def _counts() -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    rows = Finding.objects.exclude(state=Finding.State.CLOSED).order_by("rule", "state")
    for row in rows.values("rule", "state").annotate(n=Count("pk")):
        counts[row["rule"]][row["state"]] = row["n"]
    return counts


def explanation(rule: Rule) -> tuple[str, ...]:
    """When the rule fires and when not, as its module says it, in paragraphs."""
    text = (sys.modules[rule.find.__module__].__doc__ or "").strip()
    labels = {each.field: each.label for each in TUNABLES}
    text = _SETTING.sub(lambda found: f"the number under “{labels.get(found[1], found[1])}”", text)
    first, *rest = [" ".join(part.split()) for part in text.split("\n\n")]
    said = first.partition(": ")[2] or first
    return (said[:1].upper() + said[1:], *rest)


@dataclass(frozen=True, slots=True)
class Hint:
    """What a level means here: its thresholds, and of the overlaps judged so far from there on, how many hold."""

    code: str
    label: str
    same_purpose: float
    family: float
    help: str
    judged: int
    confirmed: int

    @property
    def text(self) -> str:
        """One sentence on what was judged; empty when that is too little to go by."""
        if not self.judged:
            return ""
        share = round(100 * self.confirmed / self.judged)
        return f"Of {self.judged} overlaps judged so far from there on, {share} % were confirmed."


def level_hints(judged: Iterable[Judged]) -> list[Hint]:
    """The levels, the strictest first."""
    known, default = list(judged), default_settings()
    hints = []
    for level in LEVELS:
        low, high = thresholds_at(level.code, default)
        said = confirmed_from(known, low) or (0, 0)
        hints.append(Hint(level.code, level.label, low, high, level.help, *said))
    return hints


def latest_version() -> int:
    """The version of the settings that hold; 0 where nobody has changed them."""
    return EngineTuning.objects.order_by("-version").values_list("version", flat=True).first() or 0


def owes_full_scan(now: datetime | None = None) -> bool:
    """Whether the rules were set anew, no full scan has come through since, and none has been asked for just now."""
    change = EngineTuning.objects.order_by("-version").values_list("at", flat=True).first()
    if change is None or (now or timezone.now()) - change < PATIENCE:
        return False
    since = ScanRun.objects.filter(complete=True, started_at__gt=change)
    recent = Q(started_at__gt=(now or timezone.now()) - PATIENCE)
    return not since.filter(Q(error="") | recent).exists()


def awaited_since() -> datetime | None:
    """Since when findings are behind the settings, because no full scan has come through; None when they are not."""
    change = EngineTuning.objects.order_by("-version").values_list("at", flat=True).first()
    if change is None or ScanRun.objects.filter(complete=True, error="", started_at__gt=change).exists():
        return None
    return change


@dataclass(frozen=True, slots=True)
class SetAnew:
    """One change in the history: who, when, why, and what was different after it, in words."""

    at: datetime
    person: Person
    why: str
    changes: tuple[str, ...]


def what_was_set() -> list[SetAnew]:
    """The latest changes of the settings, the newest first. One query."""
    rows = list(EngineTuning.objects.select_related("person").order_by("-version")[: SHOWN + 1])
    default = default_settings()
    settings = [tuned(default, row.numbers, frozenset(row.disabled_rules)) for row in rows]
    before = [*settings[1:], default]
    return [
        SetAnew(row.at, row.person, row.why, tuple(differences(old, new)))
        for row, old, new in zip(rows, before, settings, strict=False)
    ][:SHOWN]


def _number(tunable: Tunable, number: float) -> str:
    """'14 days'; a likeness as pages tell it, '30 in 100'."""
    if not tunable.is_whole:
        return f"{100 * number:g} in 100"
    return f"{number:g} {tunable.unit}".strip()


def differences(before: EngineSettings, after: EngineSettings) -> list[str]:
    """What is different, one sentence for each."""
    said = []
    for rule in RULES:
        if (rule.code in before.disabled_rules) != (rule.code in after.disabled_rules):
            how = "off" if rule.code in after.disabled_rules else "on"
            said.append(f"“{RULE_LABELS.get(rule.code, rule.code)}” is switched {how}")
    for each in TUNABLES:
        old, new = getattr(before, each.field), getattr(after, each.field)
        if old != new:
            said.append(f"“{each.label}” is {_number(each, new)} instead of {_number(each, old)}")
    return said
