"""Does what waits for the planner, whatever its kind."""

from board.models import PlanRun
from board.services.plans.planning import run_plan, runs_to_take, search_plan
from board.services.plans.sensitivity import search_sensitivity

SEARCHES = {PlanRun.Kind.PLAN.value: search_plan, PlanRun.Kind.SENSITIVITY.value: search_sensitivity}


def plan_what_waits(*, watched: bool = True) -> int:
    """Take the runs that wait or whose worker died, one after the other, until none is left. Returns how many were
    done."""
    done = 0
    while waiting := runs_to_take():
        kinds = dict(PlanRun.objects.filter(pk__in=waiting[:20]).order_by().values_list("id", "kind"))
        for pk in waiting[:20]:
            if pk in kinds and run_plan(pk=pk, search=SEARCHES[kinds[pk]], watched=watched) is not None:
                done += 1
    return done
