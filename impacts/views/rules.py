"""The rules: what each says and has found, how it is set, what another setting would change, and setting it."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from customers.tasks import wake_full_scan
from customers.toasts import toast
from impacts.engine.calibration import LEAST_JUDGED, calibrate
from impacts.errors import SettingsMoved, SettingsProblem
from impacts.forms.rules import LEVELLED, RulesForm, WhyForm, switch_name
from impacts.permissions import can_tune
from impacts.selectors.scans.facts import default_settings, engine_settings
from impacts.selectors.scans.judging import judged_overlaps
from impacts.selectors.scans.rules import (
    SetRule,
    awaited_since,
    differences,
    latest_version,
    level_hints,
    set_rules,
    what_was_set,
)
from impacts.services.scans.encoding import model_state
from impacts.services.scans.previewing import preview_settings
from impacts.services.scans.tuning import tune_engine
from impacts.views.touches import person_of


@require_GET
def list_rules(request: HttpRequest) -> HttpResponse:
    """All rules as they are set. With an address from the preview, the form holds what was being tried."""
    form = _form(request.GET if "seen" in request.GET else None)
    return render(request, "impacts/rule_list.html", _list_context(request, form))


@require_GET
def preview_rules(request: HttpRequest) -> HttpResponse:
    """What would appear and vanish with the settings in the address. Nothing is stored."""
    _must_tune(request)
    form = _form(request.GET)
    if not form.is_valid():
        return render(request, "impacts/rule_list.html", _list_context(request, form), status=422)
    return _preview(request, form, WhyForm())


@require_POST
def save_rules(request: HttpRequest) -> HttpResponse:
    """Let the settings that were previewed hold, and ask for a full scan."""
    _must_tune(request)
    form, why = _form(request.POST), WhyForm(request.POST)
    if not form.is_valid():
        return render(request, "impacts/rule_list.html", _list_context(request, form), status=422)
    if not why.is_valid():
        return _preview(request, form, why, 422)
    try:
        seen, settings = form.cleaned_data["seen"], form.settings()
        tune_engine(person=person_of(request), seen=seen, settings=settings, why=why.cleaned_data["why"])
    except SettingsProblem as error:
        form.add_error(None, str(error))
        return render(request, "impacts/rule_list.html", _list_context(request, form), status=422)
    except SettingsMoved as error:
        return render(request, "impacts/rule_list.html", _list_context(request, _form(None), str(error)), status=409)
    wake_full_scan()
    toast(request, "The rules are set. Everything is scanned with them now; findings follow within minutes.")
    return redirect("impacts:rule-list")


def _must_tune(request: HttpRequest) -> None:
    if not can_tune(request.user):
        raise PermissionDenied("Only architects and administrators change the rules.")


def _form(data: QueryDict | None) -> RulesForm:
    return RulesForm(data, now=engine_settings(), default=default_settings(), seen=latest_version())


def _preview(request: HttpRequest, form: RulesForm, why: WhyForm, status: int = 200) -> HttpResponse:
    before, after = form.now, form.settings()
    context = {
        "form": form,
        "why": why,
        "differences": differences(before, after),
        "preview": preview_settings(before=before, after=after, user=request.user) if before != after else None,
        "values": _values(form),
        "query": request.GET.urlencode() or urlencode(_values(form)),
    }
    return render(request, "impacts/rule_preview.html", context, status=status)


def _values(form: RulesForm) -> list[tuple[str, Any]]:
    """The settings as hidden fields: exactly what was previewed."""
    given = form.cleaned_data | {"level": "exactly"}
    return [(name, "on" if value is True else value) for name, value in given.items() if value is not False]


def _list_context(request: HttpRequest, form: RulesForm, problem: str = "") -> dict[str, Any]:
    judged = judged_overlaps()
    rules = set_rules(form.now)
    return {
        "form": form,
        "problem": problem,
        "may": can_tune(request.user),
        "rules": [(each, form[switch_name(each.rule.code)], _numbers(form, each)) for each in rules],
        "hints": level_hints(judged),
        "level": form.present_level(),
        "exact": [form[field] for field in LEVELLED],
        "awaited": awaited_since(),
        "history": what_was_set(),
        "judged": len(judged),
        "least_judged": LEAST_JUDGED,
        "calibration": calibrate(judged),
        "meaning": model_state(),
    }


def _numbers(form: RulesForm, rule: SetRule) -> list[tuple[Any, Any, Any]]:
    """The numbers of a rule that stand beside it, each with its field and the number by default. Those of a level stand
    with the level."""
    return [(form[each.field], each, default) for each, _, default in rule.tunables if each.field not in LEVELLED]
