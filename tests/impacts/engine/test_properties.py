"""What holds of every rule, whatever the portfolio; test_invariants.py holds what is true of the index and the scan.

Taking a request away never adds a conflict, exactly: of every finding of what remains there was one before of the same
rule about the same things with all its members, and perhaps more. (A run of changes may part in two, a circle of needs
in smaller ones; each part is of the old.) Its severity may rise, when the one that left was the only one not approved.
Same-purpose is no conflict and is left out: every request shifts the weight of words a little.
"""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impacts.engine.facts import FoundFinding, RequestFacts
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.rules.registry import RULES
from impacts.engine.scan import scan_findings
from tests.impacts.engine.making import SETTINGS, TODAY, busy_register, crowds, requests_with

REGISTER = busy_register()
WITH_ROLES = {"retire-vs-use", "order"}
quick = settings(max_examples=30, deadline=None, derandomize=True)


def findings(requests: list[RequestFacts], changed=SETTINGS) -> tuple[FoundFinding, ...]:
    return scan_findings(PortfolioIndex(requests, REGISTER, changed), TODAY)


def things(finding: FoundFinding) -> tuple[str, ...]:
    """What a finding is about, without the requests."""
    return tuple(part for part in finding.identity if not part.startswith("request:"))


def test_the_portfolios_that_are_tried_make_every_rule_fire():
    fired: Counter[str] = Counter()

    @quick
    @given(crowds())
    def look(requests):
        fired.update(finding.rule for finding in findings(requests))

    look()
    assert {rule.code for rule in RULES} == set(fired)


@quick
@given(crowds(), st.data())
def test_taking_a_request_away_never_adds_a_conflict(requests, data):
    gone = data.draw(st.sampled_from(requests))
    before = findings(requests)
    for finding in findings([request for request in requests if request is not gone]):
        if finding.rule != "same-purpose":
            assert any(
                things(finding) == things(old) and set(finding.requests) <= set(old.requests) for old in before
            ), finding.identity


@quick
@given(crowds(), st.data())
def test_who_came_first_does_not_matter(requests, data):
    """The same requests under other ids give the same findings with the same members, things and weight. Roles (who
    takes away, who needs) go with the requests. Only over-capacity serves those that were filed first, so who no longer
    fits may differ, but not where it does not fit."""
    ids = [request.id for request in requests]
    new = dict(zip(ids, data.draw(st.permutations([number + 50 for number in ids])), strict=True))
    renamed = [
        replace(request, id=new[request.id], needs=frozenset(new.get(needed, needed) for needed in request.needs))
        for request in requests
    ]

    def told(found, name):
        return Counter(
            (things(each), tuple(sorted(name(pk) for pk in each.requests)), each.severity, each.score) for each in found
        )

    assert told(findings(requests), new.__getitem__) == told(findings(renamed), lambda pk: pk)


@quick
@given(crowds())
def test_roles_are_kept_apart(requests):
    """A finding about who takes away or needs names that one: there is one for each, and it is a member."""
    for finding in findings(requests):
        named = {int(part.partition(":")[2]) for part in finding.identity if part.startswith("request:")}
        assert named <= set(finding.requests)
        if finding.rule in WITH_ROLES:
            assert named


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_a_rule_that_is_off_finds_nothing_and_leaves_the_others_as_they_are(code):
    off = replace(SETTINGS, disabled_rules=frozenset({code}))

    @settings(quick, max_examples=8)
    @given(crowds())
    def look(requests):
        assert findings(requests, off) == tuple(each for each in findings(requests) if each.rule != code)

    look()


@quick
@given(crowds(), st.frozensets(st.integers(1, 8), max_size=3))
def test_a_scan_about_some_requests_is_the_part_of_the_full_scan_that_involves_them(requests, about):
    index = PortfolioIndex(requests, REGISTER, SETTINGS)
    whole = scan_findings(index, TODAY)
    assert scan_findings(index, TODAY, about) == tuple(each for each in whole if not about.isdisjoint(each.requests))


@quick
@given(crowds(), st.randoms(use_true_random=False))
def test_neither_the_order_of_requests_nor_of_what_they_say_matters(requests, dice):
    shuffled = []
    for request in requests:
        parts = {name: list(getattr(request, name)) for name in ("impacts", "data_uses", "system_uses", "contacts")}
        for part in parts.values():
            dice.shuffle(part)
        shuffled.append(replace(request, **{name: tuple(part) for name, part in parts.items()}))
    dice.shuffle(shuffled)
    assert [each.identity for each in findings(shuffled)] == [each.identity for each in findings(requests)]
    assert [each.severity for each in findings(shuffled)] == [each.severity for each in findings(requests)]


@quick
@given(crowds(), st.data())
def test_an_index_that_was_changed_and_changed_back_finds_the_same(requests, data):
    index = PortfolioIndex(requests, REGISTER, SETTINGS)
    first = scan_findings(index, TODAY)
    number = data.draw(st.integers(1, 8))
    index.update(changed=[data.draw(requests_with(number))])
    scan_findings(index, TODAY)
    index.update(changed=[request for request in requests if request.id == number], removed=[number])
    assert scan_findings(index, TODAY) == first


@quick
@given(crowds())
def test_evidence_reveals_members_only_and_what_a_dismissal_rests_on_is_said(requests):
    known = {rule.code: rule for rule in RULES}
    for finding in findings(requests):
        assert finding.kind == known[finding.rule].kind
        assert finding.identity[0] == finding.rule
        assert finding.requests == tuple(sorted(set(finding.requests)))
        assert finding.material
        assert len(set(finding.material)) == len(finding.material)
        for line in finding.evidence:
            assert set(line.requests) <= set(finding.requests)
        assert sum(line.kind == "remedy" for line in finding.evidence) <= 1
