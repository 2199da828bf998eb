"""What reports count, as one person may see it."""

import pytest

from board.reporting.document import Period
from board.selectors.reports.report_facts import conditions
from portfolio.models import Person
from tests.factories import ConditionFactory, DecidedRequestFactory, filed_request

pytestmark = pytest.mark.django_db


def test_who_sees_to_a_condition_is_not_told_of_which_confidential_request(reader: Person, architect: Person) -> None:
    condition = ConditionFactory.create(owner=reader)
    DecidedRequestFactory.create(decision=condition.decision, request=filed_request(confidential=True))
    assert [len(fact.requests) for fact in conditions(reader, Period())] == [0]
    assert [len(fact.requests) for fact in conditions(architect, Period())] == [1]
