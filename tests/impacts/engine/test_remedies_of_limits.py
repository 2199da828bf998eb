"""That the change which a rule of limits, of claims or of joins names ends what it names, whatever the portfolio."""

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from impacts.engine.facts import FoundFinding, HoldingFact, KeyFact, SkillCapacityFact
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.remedy import Remedy
from impacts.engine.rules.registry import RULES
from impacts.engine.scan import scan_findings
from tests.impacts.engine.making import SETTINGS, TODAY, busy_register, crowds

NAMING_NO_CHANGE = ("No day after the freeze", "No single request can make room")
RULES_HERE = {"freeze", "channel-overload", "over-capacity", "hollow-claim"}
WITHOUT = {"same-purpose", "unowned", "it-came-late"}
"""Rules that name no change: what is the same is merged by people, and who answers only they can say."""

ROOM = tuple(
    SkillCapacityFact(skill, (year, quarter), days)
    for skill in (1, 2)
    for year, quarter, days in ((2027, 1, 60), (2027, 2, 90), (2027, 3, 150), (2027, 4, 200), (2028, 1, 200))
)
"""Of the skills, more in later quarters: somebody can wait."""

steady = settings(max_examples=80, deadline=None, derandomize=True)


def found(requests, register) -> dict[tuple[str, ...], FoundFinding]:
    return {each.identity: each for each in scan_findings(PortfolioIndex(requests, register, SETTINGS), TODAY)}


def remedy_of(finding: FoundFinding) -> Remedy:
    (line,) = (line for line in finding.evidence if isinstance(line, Remedy))
    return line


def test_every_rule_but_three_says_what_would_end_its_findings():
    said: Counter[str] = Counter()

    @steady
    @given(crowds())
    def look(requests):
        for finding in found(requests, busy_register()).values():
            said[finding.rule] += sum(isinstance(line, Remedy) for line in finding.evidence)

    look()
    assert {rule.code for rule in RULES} - {rule for rule, times in said.items() if times} == WITHOUT


def test_the_named_attribute_joins_what_nothing_joined():
    proved: Counter[int] = Counter()
    keys = st.lists(st.builds(KeyFact, st.integers(1, 4), st.sampled_from(["low", "high"])), min_size=1, max_size=2)
    each_system = [st.builds(HoldingFact, st.just(n), st.just(n), st.just("copy"), keys.map(tuple)) for n in (1, 2, 3)]

    @steady
    @given(crowds(), st.tuples(*each_system))
    def look(requests, holdings):
        register = replace(busy_register(), holdings=holdings)
        for identity, finding in found(requests, register).items():
            if finding.rule != "not-connected":
                continue
            line = remedy_of(finding)
            assert line.requests == finding.requests
            islands = [each for each in finding.evidence if each.kind == "system"]
            if not line.holdings:
                assert "both kept one attribute" in line.text
                continue
            left = found(requests, replace(register, holdings=line.holdings)).get(identity)
            if len(islands) == 2:
                assert left is None
            elif left is not None:
                assert sum(each.kind == "system" for each in left.evidence) < len(islands)
            proved[len(islands)] += 1

    look()
    assert set(proved) == {2, 3}


def test_the_named_change_ends_the_finding():
    proved: Counter[str] = Counter()

    @steady
    @given(crowds())
    def look(requests):
        register = replace(busy_register(), skill_capacities=ROOM)
        known = {facts.id: facts for facts in requests}
        for identity, finding in found(requests, register).items():
            if finding.rule not in RULES_HERE:
                continue
            line = remedy_of(finding)
            assert line.requests == finding.requests
            assert {facts.id for facts in line.changed} <= set(finding.requests)
            if not line.changed:
                assert line.text.startswith(NAMING_NO_CHANGE)
                continue
            after = known | {facts.id: facts for facts in line.changed}
            left = found(after.values(), register)
            assert identity not in left
            if finding.rule == "freeze":  # "no freeze would be in its way"
                assert not any(each.rule == "freeze" and each.requests == finding.requests for each in left.values())
            proved[finding.rule] += 1

    look()
    assert set(proved) == RULES_HERE
