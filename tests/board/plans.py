"""A small portfolio in the database for the tests of plans, and a scenario with so much money."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from board.models import Scenario
from board.planning.settings import PlanSettings, Pot
from customers.models import Segment
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.factories import (
    ImpactFactory,
    NeedFactory,
    ScenarioFactory,
    SegmentFactory,
    SiloFactory,
    TouchpointFactory,
    filed_request,
)


@dataclass(frozen=True)
class Little:
    """The portfolio. `best` is worth most, `needs` needs it first, `poor` costs more than it brings, `duty` is
    regulatory, `runs` is being delivered."""

    best: ProjectRequest
    needs: ProjectRequest
    poor: ProjectRequest
    duty: ProjectRequest
    runs: ProjectRequest
    segment: Segment

    @property
    def all(self) -> list[ProjectRequest]:
        """All of them."""
        return [self.best, self.needs, self.poor, self.duty, self.runs]


def little_portfolio() -> Little:
    """Five requests that want to start at the beginning of 2027, each 100,000, which takes a quarter."""
    savers = SegmentFactory.create(
        code="savers", name="Savers", customer_count=10_000, yearly_value=Decimal(50_000_000)
    )
    app = TouchpointFactory.create(name="App", customers_per_month=10_000, change_limit=None)
    web = TouchpointFactory.create(name="Online banking", customers_per_month=5_000, change_limit=None)
    silo = SiloFactory.create(name="Savings")

    def ask(title: str, status: Status = Status.READY, **more: object) -> ProjectRequest:
        more.setdefault("kind", "customer_facing")
        days = {"wanted_start": date(2027, 1, 11), "wanted_go_live": date(2027, 3, 22)}
        made: ProjectRequest = filed_request(
            status=status.value, silo=silo, title=title, one_off_cost=Decimal(100_000), **{**days, **more}
        )
        return made

    best, needs = ask("Alerts in the app"), ask("Answers to alerts")
    poor, duty = ask("Golden letters"), ask("A duty", kind="regulatory")
    runs = ask("Under way", Status.IN_DELIVERY)
    for request, place, go_live in ((best, app, date(2027, 3, 1)), (needs, web, date(2027, 3, 22))):
        impact = ImpactFactory.create(request=request, touchpoint=place, effect="changes", direction="better")
        impact.segments.add(savers)
        ProjectRequest.objects.filter(pk=request.pk).update(wanted_go_live=go_live)
    NeedFactory.create(request=needs, needs=best)
    return Little(best, needs, poor, duty, runs, savers)


def scenario_with(money: int, *, person: Person | None = None, quarters: int = 4, **settings: object) -> Scenario:
    """A scenario with so much money a quarter, searched for at most five seconds."""
    given = {"pots": (Pot("Budget", (money,) * quarters),), "seconds": 5, **settings}
    more = {"made_by": person} if person else {}
    made: Scenario = ScenarioFactory.create(quarters=quarters, settings=PlanSettings(**given), **more)  # type: ignore[arg-type]
    return made
