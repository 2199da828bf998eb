"""What other settings of the rules would change, computed on a copy of the index in memory. Nothing is written.

In a portfolio of up to WHOLE requests every rule that would differ is run under both settings. In a larger one that is
too long to wait for where likeness is concerned: what would vanish or weigh otherwise is then read from the stored
scores, and what would appear is estimated from a sample of the requests.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from impacts.engine.facts import EngineSettings, FoundFinding
from impacts.engine.matching.copying import copy_of
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.preview import EXAMPLES, Difference, Identity, Part, difference
from impacts.engine.rules import same_purpose
from impacts.engine.tuning import rules_between
from impacts.models import Finding
from impacts.selectors.findings.presenting import RULE_LABELS, PresentedFinding, present, present_found, with_members
from impacts.services.scans.index import held_index
from impacts.services.scans.storing import identity_hash

WHOLE = 2_000
"""Requests up to which a preview compares every pair."""

SAMPLE = 400
"""Requests of a larger portfolio about which it looks for overlaps that would appear."""

COPIED = 50_000
"""Requests up to which the index is copied; with more, the copy would take too much memory."""

MOST_LOOKED_UP = 20_000
"""Vanishing findings whose verdicts are looked up."""

SEVERITIES = ("serious", "look", "note")
Count = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class PreviewPart:
    """What would appear, vanish or weigh otherwise: counts (rule in words, severity, how many), and the gravest."""

    total: int
    counts: tuple[Count, ...]
    examples: tuple[PresentedFinding, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What other settings would change, as one person may see it. `confirmed` and `dismissed` count what would vanish
    although somebody has judged it. `sample` requests of `requests` were looked at for overlaps that would appear; 0
    when all were: then the figures are exact."""

    appear: PreviewPart
    vanish: PreviewPart
    change: PreviewPart
    confirmed: int
    dismissed: int
    requests: int
    sample: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.appear.total or self.vanish.total or self.change.total)


def preview_settings(*, before: EngineSettings, after: EngineSettings, user: Any) -> Preview:
    """What would change if `after` held instead of `before`, as `user` may see it."""
    with _own_index() as index:
        requests = sorted(index.requests)
        overlaps = same_purpose.CODE in rules_between(before, after)
        sample = None
        if overlaps and len(requests) > WHOLE:
            # Spread evenly over the ids: which ones does not depend on anything that they say.
            sample = [requests[at * len(requests) // SAMPLE] for at in range(SAMPLE)]
        about = None if sample is None else frozenset(sample)
        found = difference(index, before, after, timezone.localdate(), about)
    stored = _stored([*found.vanish.identities[:MOST_LOOKED_UP], *(each.identity for each in _examples(found))])
    pks = {identity: pk for identity, (pk, _) in stored.items()}
    appear, vanish, change = (_part(part, user, pks) for part in (found.appear, found.vanish, found.change))
    judged = Counter(stored[identity][1] for identity in found.vanish.identities if identity in stored)
    if sample is not None:
        rows = _vanishing(before, after)
        appear = _scaled(appear, len(sample) / len(requests))
        vanish = _with_stored(vanish, rows, {}, user)
        change = _with_stored(change, *_weighing_otherwise(before, after), user)
        judged += Counter(rows.order_by().values_list("state", flat=True))
    return Preview(appear, vanish, change, judged["confirmed"], judged["dismissed"], len(requests), len(sample or ()))


@contextmanager
def _own_index() -> Iterator[PortfolioIndex]:
    """An index that may be asked with other settings. Others wait only while it is copied; for the whole block where
    the portfolio is too large for that."""
    with held_index() as held:
        if len(held.index.requests) > COPIED:
            yield held.index
            return
        index = copy_of(held.index)
    yield index


def _examples(found: Difference) -> list[FoundFinding]:
    return [each for part in (found.appear, found.vanish, found.change) for each in part.examples]


def _stored(identities: Sequence[Identity]) -> dict[Identity, tuple[int, str]]:
    """The id and state of those findings that are stored and not closed."""
    hashes = {identity_hash(identity): identity for identity in identities}
    wanted, found = list(hashes), {}
    for start in range(0, len(wanted), 500):
        rows = Finding.objects.filter(identity__in=wanted[start : start + 500]).exclude(state=Finding.State.CLOSED)
        for pk, key, state in rows.order_by("id").values_list("id", "identity", "state"):
            found[hashes[key]] = (pk, state)
    return found


def _part(part: Part, user: Any, pks: Mapping[Identity, int]) -> PreviewPart:
    counts = tuple((RULE_LABELS.get(rule, rule), severity, count) for rule, severity, count in part.counts)
    return PreviewPart(part.total, counts, tuple(present_found(part.examples, user, pks)))


def _vanishing(before: EngineSettings, after: EngineSettings) -> QuerySet[Finding]:
    """The stored overlaps that would no longer be reported."""
    rows = Finding.objects.filter(rule=same_purpose.CODE).exclude(state=Finding.State.CLOSED)
    if same_purpose.CODE in before.disabled_rules:
        return rows.none()
    return rows if same_purpose.CODE in after.disabled_rules else rows.filter(score__lt=after.same_purpose)


def _weighing_otherwise(before: EngineSettings, after: EngineSettings) -> tuple[QuerySet[Finding], dict[str, str]]:
    """The stored overlaps that would stay with another severity, and which one each would have."""
    low, high = sorted((before.family, after.family))
    off = same_purpose.CODE in before.disabled_rules | after.disabled_rules
    rows = Finding.objects.filter(rule=same_purpose.CODE, score__gte=max(low, after.same_purpose), score__lt=high)
    weaker = after.family > before.family
    becomes = {"serious": "look", "look": "note"} if weaker else {"look": "serious", "note": "look"}
    return (rows.none() if off else rows.exclude(state=Finding.State.CLOSED)), becomes


def _with_stored(part: PreviewPart, rows: QuerySet[Finding], becomes: Mapping[str, str], user: Any) -> PreviewPart:
    """The part with stored overlaps in place of those of the sample."""
    label = RULE_LABELS[same_purpose.CODE]
    counts = Counter(rows.order_by().values_list("severity", flat=True))
    own = tuple((label, becomes.get(each, each), counts[each]) for each in SEVERITIES if counts[each])
    others = tuple(count for count in part.counts if count[0] != label)
    examples = [
        replace(each, severity=becomes.get(each.severity, each.severity))
        for each in present(with_members(rows.order_by("-weight", "-score", "id")[:EXAMPLES]), user)
    ]
    rest = [each for each in part.examples if each.rule != same_purpose.CODE]
    return PreviewPart(sum(count for _, _, count in (*own, *others)), (*own, *others), (*examples, *rest)[:EXAMPLES])


def _scaled(part: PreviewPart, share: float) -> PreviewPart:
    """The part with its overlaps, found about this share of the requests, taken up to all: a pair is met when either
    of its two is in the sample."""
    label, met = RULE_LABELS[same_purpose.CODE], 1 - (1 - share) ** 2
    counts = tuple(
        (rule, severity, round(count / met) if rule == label else count) for rule, severity, count in part.counts
    )
    return PreviewPart(sum(count for _, _, count in counts), counts, part.examples)
