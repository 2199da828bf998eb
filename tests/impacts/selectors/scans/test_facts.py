"""Rows become the facts that the rules about limits and gaps need, in a fixed number of queries."""

from datetime import date
from typing import Any

import pytest

from customers.models import Channel
from impacts.engine.facts import (
    ChannelCapacityFact,
    FreezeFact,
    HoldingFact,
    KeyFact,
    SkillCapacityFact,
    SkillNeedFact,
)
from impacts.selectors.scans.facts import register_facts, request_facts
from tests.factories import (
    ChangeFreezeFactory,
    ChannelCapacityFactory,
    DataHoldingFactory,
    HoldingAttributeFactory,
    RequestSkillFactory,
    SkillCapacityFactory,
    TouchpointFactory,
    filed_request,
)

pytestmark = pytest.mark.django_db
GONE = date(2026, 1, 1)


def test_a_request_says_when_it_was_heard_of_what_kind_it_is_and_which_skills_it_needs() -> None:
    request = filed_request(kind="internal", first_heard="contract_signed", heads_up=True)
    needs = [RequestSkillFactory.create(request=request, days=days) for days in (5, 7)]
    facts = request_facts()[request.pk][1]
    assert (facts.kind, facts.first_heard, facts.heads_up) == ("internal", "contract_signed", True)
    assert facts.skills == tuple(SkillNeedFact(need.skill_id, need.days) for need in needs)


def test_what_nobody_said_is_empty() -> None:
    facts = request_facts([filed_request(kind="", first_heard="").pk])
    ((_, only),) = facts.values()
    assert (only.kind, only.first_heard, only.skills) == ("", "", ())


def test_freezes_and_capacities_in_use_become_limits() -> None:
    place = TouchpointFactory.create()
    freeze = ChangeFreezeFactory.create(starts=date(2027, 1, 1), ends=date(2027, 1, 9))
    freeze.touchpoints.add(place)
    everywhere = ChangeFreezeFactory.create()
    ChangeFreezeFactory.create(retired_on=GONE)
    capacity = ChannelCapacityFactory.create(channel=Channel.SMS, contacts_per_week=9)
    ChannelCapacityFactory.create(channel=Channel.LETTER, retired_on=GONE)
    register = register_facts()
    assert register.freezes == (
        FreezeFact(freeze.pk, freeze.code, freeze.name, freeze.starts, freeze.ends, frozenset({place.pk})),
        FreezeFact(everywhere.pk, everywhere.code, everywhere.name, everywhere.starts, everywhere.ends),
    )
    assert register.channel_capacities == (ChannelCapacityFact(capacity.pk, capacity.code, capacity.name, "sms", 9),)
    assert register.channels["sms"] == "Text message"


def test_holdings_come_with_their_attributes_as_far_as_these_are_in_use() -> None:
    key = HoldingAttributeFactory.create(quality="low")
    HoldingAttributeFactory.create(holding=key.holding, attribute__retired_on=GONE)
    bare = DataHoldingFactory.create(role="reader")
    DataHoldingFactory.create(system__retired_on=GONE)
    register = register_facts()
    assert register.holdings == (
        HoldingFact(key.holding.system_id, key.holding.domain_id, "master", (KeyFact(key.attribute_id, "low"),)),
        HoldingFact(bare.system_id, bare.domain_id, "reader"),
    )
    assert register.attributes[key.attribute_id].name == key.attribute.name


def test_capacities_of_skills_in_use() -> None:
    row = SkillCapacityFactory.create(year=2027, quarter=3, days=40)
    SkillCapacityFactory.create(skill__retired_on=GONE)
    register = register_facts()
    assert register.skill_capacities == (SkillCapacityFact(row.skill_id, (2027, 3), 40),)
    assert register.skills[row.skill_id].name == row.skill.name


def test_facts_take_the_same_queries_for_few_and_many(django_assert_num_queries: Any) -> None:
    for size in (1, 6):
        for _ in range(size):
            RequestSkillFactory.create(request=filed_request())
            HoldingAttributeFactory.create()
            SkillCapacityFactory.create()
            ChangeFreezeFactory.create().touchpoints.add(TouchpointFactory.create())
        with django_assert_num_queries(9):
            request_facts()
        with django_assert_num_queries(17):
            register_facts()
