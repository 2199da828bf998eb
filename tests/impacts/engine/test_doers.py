"""Who does what to which thing is answered as the facts say, whatever came, changed and went; and a rule that asks
unpacks only those that can fire."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from impacts.engine.facts import ImpactFact, RequestFacts, SystemUseFact
from impacts.engine.matching.doers import Doer, deeds_of
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.scan import scan_findings
from tests.impacts.engine.making import REGISTER, TODAY, day, find, portfolios, request


def _doer(facts: RequestFacts) -> Doer:
    return Doer(facts.id, facts.silo, facts.committed, facts.confidential, facts.go_live)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(portfolios(1), portfolios(), st.frozensets(st.integers(1, 6)), st.booleans(), st.booleans())
def test_who_does_what_is_what_the_facts_say(requests, later, removed, confidential, pack):
    index = PortfolioIndex(requests)
    index.update(removed=removed)
    if pack:
        index._pack()
    index.update(changed=(replace(facts, confidential=confidential) for facts in later))
    known = {facts.id: facts for facts in index.requests.values()}
    assert known.keys() == {each.id for each in later} | ({each.id for each in requests} - removed)
    deeds = {deed for facts in (*requests, *later) for deed in deeds_of(facts)}
    for kind, thing in {deed[:2] for deed in deeds}:
        effects = sorted(deed[2] for deed in deeds if deed[:2] == (kind, thing))
        for asked in (effects, *([effect] for effect in effects)):
            some = {(kind, thing, effect) for effect in asked}
            doing = [known[each] for each in sorted(known) if some & deeds_of(known[each])]
            assert index.doing(kind, thing, asked) == [_doer(facts) for facts in doing]


def test_what_nobody_does_has_no_doers():
    index = PortfolioIndex([request(1, system_uses=(SystemUseFact(1, "uses"),))])
    assert index.doing("system", 1, ("retires", "replaces")) == []
    assert index.doing("system", 2, ("uses",)) == []
    assert index.doing("system", 1, ("uses", "retires"))[0].id == 1


def test_an_effect_outlives_the_change_of_who_has_it_no_more():
    """A request that no longer retires a system is found by what it does now, also after dead rows are gone."""
    index = PortfolioIndex([request(1, system_uses=(SystemUseFact(1, "retires"),)), request(2)])
    index.update(changed=[request(1, system_uses=(SystemUseFact(1, "uses"),))])
    for _ in range(2):
        assert index.doing("system", 1, ("retires",)) == []
        assert [each.id for each in index.doing("system", 1, ("uses",))] == [1]
        index._pack()


def test_a_scan_of_one_unpacks_nobody_beside_whom_it_only_stands():
    """Forty change a touchpoint and use a system, a month apart: none of them collides, and none is unpacked."""
    others = [
        request(
            number,
            go_live=day(30 * number),
            impacts=(ImpactFact(1, "changes"),),
            system_uses=(SystemUseFact(1, "uses"),),
        )
        for number in range(1, 41)
    ]
    index = PortfolioIndex(others, REGISTER)
    assert not index.requests._at_hand
    assert scan_findings(index, TODAY, frozenset({7})) == ()
    assert index.requests._at_hand.keys() <= {7}
    assert find("change-collision", *others, replace(others[0], id=99)) != []
