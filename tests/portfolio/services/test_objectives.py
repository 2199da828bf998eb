"""What requests move, how far objectives are, and that objectives form a tree."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from customers.registers import REGISTERS
from customers.sheets.catalog import sheet_of
from customers.sheets.reading import Line, Table
from portfolio.errors import NotAllowed, StepNotPossible
from portfolio.models import Contribution, Objective, ObjectiveReading, Person
from portfolio.selectors.objectives import served_by, standing, standings
from portfolio.services.objectives import record_reading, remove_contribution, set_contribution
from tests.factories import (
    ContributionFactory,
    MeasureFactory,
    ObjectiveFactory,
    ObjectiveReadingFactory,
    filed_request,
    person_with,
)

pytestmark = pytest.mark.django_db

OUTCOME, BACK = Objective.Kind.OUTCOME, Contribution.Direction.BACK


def counted(**fields: object) -> Objective:
    """An objective that goes from 50 on 1 January to 70 on 31 December."""
    days = {"baseline_on": date(2026, 1, 1), "due": date(2026, 12, 31)}
    measure = MeasureFactory.create(unit="per cent")
    return ObjectiveFactory.create(measure=measure, baseline=50, target=70, **{**days, **fields})


def test_a_request_says_what_it_moves_and_says_it_again(requester: Person, cards: object) -> None:
    request, objective = filed_request(requester=requester, silo=cards), counted()
    version = request.version
    set_contribution(request=request, person=requester, objective=objective, how="Fewer calls.")
    row = set_contribution(
        request=request, person=requester, objective=objective, how=" More calls. ", direction=BACK, amount=Decimal(3)
    )
    assert Contribution.objects.get() == row
    assert (row.how, row.direction, row.amount) == ("More calls.", BACK, 3)
    request.refresh_from_db()
    assert request.version == version + 2
    remove_contribution(request=request, person=requester, pk=row.pk)
    assert not Contribution.objects.exists()


def test_strangers_do_not_say_what_a_request_moves(outsider: Person) -> None:
    with pytest.raises(NotAllowed):
        set_contribution(request=filed_request(), person=outsider, objective=counted(), how="It does.")


def test_an_objective_that_is_retired_is_not_offered_to_new_ones(requester: Person, cards: object) -> None:
    gone = ObjectiveFactory.create(retired_on=date(2026, 1, 1))
    with pytest.raises(StepNotPossible):
        set_contribution(
            request=filed_request(requester=requester, silo=cards), person=requester, objective=gone, how="x"
        )


def test_what_a_request_sets_back_it_does_not_serve() -> None:
    one, two, three = ObjectiveFactory.create(), ObjectiveFactory.create(), ObjectiveFactory.create()
    request = filed_request(objective=one)
    ContributionFactory.create(request=request, objective=one)
    ContributionFactory.create(request=request, objective=two)
    ContributionFactory.create(request=request, objective=three, direction=BACK)
    hurting = filed_request(objective=three)
    ContributionFactory.create(request=hurting, objective=three, direction=BACK)
    assert served_by() == {request.pk: [one.pk, two.pk]}
    assert served_by([hurting.pk]) == {}


@pytest.mark.parametrize(
    ("value", "on", "state", "percent"),
    [
        ("70", date(2026, 3, 1), "reached", 100),
        ("60", date(2026, 7, 2), "on_track", 50),  # half the way on half the time
        ("58", date(2026, 7, 2), "on_track", 40),  # a tenth of the way may be missing
        ("57", date(2026, 7, 2), "behind", 35),
        ("49", date(2026, 3, 1), "away", -5),
    ],
)
def test_how_far_it_is_follows_the_days(value: str, on: date, state: str, percent: int) -> None:
    objective = counted()
    found = standing(objective, ObjectiveReading(objective=objective, on=on, value=Decimal(value)))
    assert (found.state, found.percent) == (state, percent)


def test_the_latest_reading_counts_and_none_says_so() -> None:
    read, unread, plain = counted(), counted(), ObjectiveFactory.create()
    ObjectiveReadingFactory.create(objective=read, on=date(2026, 5, 1), value=65)
    ObjectiveReadingFactory.create(objective=read, on=date(2026, 4, 1), value=40)
    found = standings([read, unread, plain])
    assert [found[each.pk].state for each in (read, unread, plain)] == ["on_track", "no_reading", "uncounted"]


def test_who_answers_says_how_far_it_is_and_corrects_it(reader: Person) -> None:
    objective = counted(owner=reader)
    today = timezone.localdate()
    record_reading(objective=objective, person=reader, on=today, value=Decimal(55))
    record_reading(objective=objective, person=reader, on=today, value=Decimal(56), note="Survey")
    assert [(row.value, row.note) for row in objective.readings.all()] == [(56, "Survey")]
    with pytest.raises(StepNotPossible):
        record_reading(objective=objective, person=reader, on=today + timedelta(days=1), value=Decimal(60))
    with pytest.raises(NotAllowed):
        record_reading(objective=objective, person=person_with(), on=today, value=Decimal(60))


def test_the_tree_has_no_circle_and_no_outcome_below_an_objective() -> None:
    top = ObjectiveFactory.create(kind=OUTCOME)
    middle = ObjectiveFactory.create(parent=top)
    low = ObjectiveFactory.create(parent=middle)
    middle.parent = low
    with pytest.raises(ValidationError, match="itself serves"):
        middle.full_clean()
    with pytest.raises(ValidationError, match="is an objective"):
        ObjectiveFactory.build(kind=OUTCOME, parent=low).full_clean()
    top.kind = Objective.Kind.OBJECTIVE
    ObjectiveFactory.create(kind=OUTCOME, parent=top)
    with pytest.raises(ValidationError, match="stays an outcome"):
        top.full_clean()


def imported(*lines: tuple[str, ...]) -> list[str]:
    """Imports rows of name, code, kind and what they serve; the problems, if any."""
    sheet = sheet_of("objectives")
    assert sheet is not None
    table = Table(("Name", "Code", "Kind", "Serves"), tuple(Line(n, each) for n, each in enumerate(lines, 2)), "CSV")
    plan = sheet.plan(table)
    if not plan.errors:
        sheet.store(plan.new, plan.changed, {"name", "code", "kind", "parent"}, person_with())
    return [problem.message for problem in plan.errors]


def test_a_file_may_name_a_parent_before_its_own_row() -> None:
    assert imported(("Low", "low", "Objective", "top"), ("Top", "top", "Relationship outcome", "")) == []
    low = Objective.objects.get(code="low")
    assert low.parent == Objective.objects.get(code="top")
    assert imported(("Low", "low", "Objective", "")) == []
    low.refresh_from_db()
    assert low.parent is None


def test_a_file_with_a_circle_or_an_unknown_parent_is_refused() -> None:
    assert any("serves itself" in text for text in imported(("A", "a", "Objective", "b"), ("B", "b", "Objective", "a")))
    assert any("no objective “zzz”" in text for text in imported(("A", "a", "Objective", "zzz")))
    assert not Objective.objects.exists()


def test_what_goes_out_comes_in_unchanged() -> None:
    ObjectiveFactory.create(parent=counted(kind=OUTCOME))
    sheet = sheet_of("objectives")
    assert sheet is not None
    assert REGISTERS["objectives"].sheet is not None
    headings = tuple(column.heading for column in sheet.columns())
    lines = tuple(Line(n, tuple(row)) for n, row in enumerate(sheet.export(sheet.rows()), start=2))
    plan = sheet.plan(Table(headings, lines, "CSV"))
    assert (plan.errors, plan.new, plan.changed, plan.unchanged) == ([], [], [], 2)
