"""A copy of an index answers as the index does, and whatever is done to one, the other stays as it was."""

from dataclasses import replace

from hypothesis import given, settings

from impacts.engine.matching.copying import copy_of
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.scan import scan_findings
from tests.impacts.engine.making import SETTINGS, TODAY, busy_register, crowds


@settings(max_examples=20, deadline=None, derandomize=True)
@given(crowds(), crowds())
def test_a_copy_finds_the_same_and_goes_its_own_way(requests, later):
    index = PortfolioIndex(requests, busy_register(), SETTINGS)
    found = scan_findings(index, TODAY)
    copy = copy_of(index)
    assert scan_findings(copy, TODAY) == found
    copy.settings = replace(SETTINGS, same_purpose=0.9)
    copy.update(changed=later, removed=[requests[0].id])
    copy.replace_register(replace(busy_register(), freezes=()), copy.settings)
    scan_findings(copy, TODAY)
    assert scan_findings(index, TODAY) == found
    index.update(removed=list(index.requests))
    assert set(copy.requests) == {request.id for request in later} | {each.id for each in requests[1:]}
