"""Doing what a plan proposes: one button beside each way out, and beside what would let a request in."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from board.errors import BoardError, StaleScenario
from board.forms.plans import WayForm
from board.selectors.plans.plan_sheets import last_run
from board.services.plans.ways import apply_way, way_of
from board.tasks import wake_planner
from board.views.loading import me
from board.views.plans.plan_loading import own_scenario, planners_only
from customers.toasts import toast

CHANGED = "The scenario was changed after this plan was made, so nothing was done. Plan again, then choose."


@require_POST
@planners_only
def way_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the scenario as its plan proposes, and plan it anew. What is done is read from the plan, never sent."""
    scenario, form = own_scenario(request, pk), WayForm(request.POST)
    if not form.is_valid():
        raise Http404("There is no such proposal.")
    run = get_object_or_404(scenario.runs, pk=form.cleaned_data["run"])
    way = way_of(run, form.cleaned_data["way"], form.cleaned_data["request"])
    if way is None:
        raise Http404("There is no such proposal.")
    try:
        said = apply_way(person=me(request), scenario=scenario, run=run, way=way)
    except StaleScenario:
        # Pressed twice: the first time did it, and the page shows the planner at work.
        at_work = last_run(scenario)
        if at_work is None or not at_work.is_open:
            toast(request, CHANGED, level=messages.ERROR)
    except BoardError as error:
        toast(request, f"{error} Nothing was changed.", level=messages.ERROR)
    else:
        toast(request, f"{'; '.join(said)}. It is being planned anew.")
        wake_planner()
    return redirect(scenario)
