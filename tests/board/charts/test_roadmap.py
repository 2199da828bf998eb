"""The roadmap's layout: bars on their days, arrows from what is needed, the narrowest capacity beneath."""

import pytest

from board.charts.roadmap import ONE_EACH, narrowest, roadmap
from board.charts.roadmap_bars import LEFT, WIDTH
from board.charts.roadmap_groups import FOLDED, NO_OBJECTIVE, groups_of
from board.models import PlanRun
from board.planning.horizon import Horizon
from board.selectors.plans.plan_sheets import sheet_of
from tests.factories import PlannedRequestFactory, SiloFactory, filed_request

pytestmark = pytest.mark.django_db
HORIZON = Horizon((2027, 1), 2)


def test_each_request_has_a_row_and_what_it_needs_points_at_it(run: PlanRun) -> None:
    chart = roadmap(sheet_of(run))
    assert len(chart.jobs) == len(chart.lines) == 4
    assert all(LEFT <= job.x < job.end <= WIDTH for job in chart.jobs)
    assert len({job.y for job in chart.jobs}) == 4
    assert len(chart.arrows) == 1
    assert chart.narrow is not None
    assert chart.narrow.sentence.startswith("Budget is")
    assert len(chart.narrow.bars) == 4


def test_many_requests_are_packed_by_department_without_touching(run: PlanRun) -> None:
    first = run.requests.filter(period=0).first()
    assert first is not None
    for _ in range(ONE_EACH):
        PlannedRequestFactory.create(
            run=run, request=filed_request(silo=first.request.silo), starts=first.starts, live=first.live
        )
    chart = roadmap(sheet_of(run))
    assert [line.name for line in chart.lines] == ["Savings"]
    for job in chart.jobs:
        beside = [other for other in chart.jobs if other.y == job.y and other is not job]
        assert all(other.x >= job.end or other.end <= job.x for other in beside)


@pytest.mark.parametrize(
    ("used", "sentence"),
    [
        ([60.0, 120.0], "Web is passed in Q2 2027: 120 of 100 days are needed"),
        ([99.0, 20.0], "Web is the narrow place: full in Q1 2027, 99 of 100 days"),
        ([10.0, 50.0], "Web is fullest: 50 % used in Q2 2027, 50 of 100 days"),
    ],
)
def test_the_narrowest_capacity_is_a_sentence(used: list[float], sentence: str) -> None:
    figures = {"resources": [{"id": "s", "label": "Web", "unit": "days", "capacity": [100.0, 100.0], "used": used}]}
    found = narrowest(figures, HORIZON)
    assert found is not None
    assert found.sentence == sentence


def test_nothing_is_narrow_where_nothing_is_used() -> None:
    nothing = {"resources": [{"id": "s", "label": "Web", "unit": "days", "capacity": [0.0], "used": [0.0]}]}
    assert narrowest(nothing, HORIZON) is None


@pytest.fixture
def many(run: PlanRun) -> PlanRun:
    """A hundred more that go, of two departments, and one that waits."""
    first = run.requests.filter(period=0).first()
    assert first is not None
    silos = [first.request.silo, SiloFactory.create(name="Other department")]
    for number in range(FOLDED + 10):
        request = filed_request(silo=silos[number % 2], requester=first.request.requester)
        PlannedRequestFactory.create(run=run, request=request, period=number % 3, starts=first.starts, live=first.live)
    return run


def test_very_many_requests_are_folded_into_groups_that_say_what_starts_when(many: PlanRun) -> None:
    sheet = sheet_of(many)
    chart = roadmap(sheet)
    assert not chart.jobs
    assert sum(fold.number for fold in chart.folds) == len(sheet.going)
    assert sum(cell.number for fold in chart.folds for cell in fold.cells) == len(sheet.going)
    assert chart.height < 600


def test_an_opened_group_shows_its_own_requests_and_no_others(many: PlanRun) -> None:
    sheet = sheet_of(many)
    group = groups_of(sheet, "silo")[0]
    chart = roadmap(sheet, opened=group.key, shown=group.rows[:20])
    assert {job.row.request.silo.code for job in chart.jobs} == {group.key}
    assert len(chart.jobs) == 20
    assert [fold.key for fold in chart.folds if fold.is_open] == [group.key]
    bottom = next(fold.y for fold in chart.folds if fold.y > chart.jobs[0].y)
    assert all(job.y + job.height < bottom for job in chart.jobs)


def test_groups_by_objective_put_what_serves_none_last(many: PlanRun) -> None:
    assert [group.key for group in groups_of(sheet_of(many), "objective")][-1] == NO_OBJECTIVE
