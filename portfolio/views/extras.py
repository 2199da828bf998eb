"""Step 4's rows: skills and needed requests, added and removed by buttons of the same form, so that nothing typed in
the other fields is lost."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from portfolio.errors import PortfolioError
from portfolio.forms.requests import NeedForm, SkillForm
from portfolio.models import ProjectRequest
from portfolio.selectors import requests_to_need
from portfolio.services.belongings import add_need, remove_need, remove_skill, set_skill
from portfolio.views.who import person_of


@dataclass(slots=True)
class Acted:
    """What a row button did: where to go now (`target` is a query and fragment), or the forms with their errors."""

    target: str = ""
    skill_form: SkillForm | None = None
    need_form: NeedForm | None = None


def act_on_belongings(http: HttpRequest, request: ProjectRequest) -> Acted | None:
    """Do what the pressed row button says. None where another button was pressed."""
    data = http.POST
    try:
        if "add_skill" in data:
            return _add_skill(http, request)
        if "find_need" in data:
            return Acted(
                "?" + urlencode({"need": data.get("need-find", ""), "why": data.get("need-why", "")}) + "#needs"
            )
        if "add_need" in data:
            return _add_need(http, request)
        if (pk := _number(data.get("remove_skill", ""))) is not None:
            remove_skill(request=request, person=person_of(http), pk=pk)
            return Acted("#skills")
        if (pk := _number(data.get("remove_need", ""))) is not None:
            remove_need(request=request, person=person_of(http), pk=pk)
            return Acted("#needs")
    except PortfolioError as error:
        form = NeedForm(data)
        form.add_error(None, str(error))
        return Acted(need_form=form)
    return None


def _number(text: str) -> int | None:
    """The id, or None for what no database could hold."""
    return int(text) if text.isdecimal() and len(text) < 18 else None


def _add_skill(http: HttpRequest, request: ProjectRequest) -> Acted:
    form = SkillForm(http.POST)
    if not form.is_valid():
        return Acted(skill_form=form)
    set_skill(request=request, person=person_of(http), **form.cleaned_data)
    return Acted("#skills")


def _add_need(http: HttpRequest, request: ProjectRequest) -> Acted:
    form = NeedForm(http.POST)
    reference = http.POST["add_need"].replace("\0", "")
    needs = ProjectRequest.objects.visible_to(http.user).filter(reference=reference).first()
    if needs is None:
        form.add_error("find", "This request does not exist, or you may not see it. Search again.")
    if needs is None or not form.is_valid():
        return Acted(need_form=form)
    add_need(request=request, person=person_of(http), needs=needs, why=form.cleaned_data["why"])
    return Acted("#needs")


def when_extras(http: HttpRequest, request: ProjectRequest, acted: Acted | None) -> dict[str, Any]:
    """What step 4 shows beside its own form."""
    words = http.GET.get("need", "") or http.POST.get("need-find", "")
    initial = {"find": words, "why": http.GET.get("why", "")}
    return {
        "skills": list(request.skills.select_related("skill").order_by("skill__name", "id")),
        "needs": visible_needs(http, request),
        "skill_form": (acted and acted.skill_form) or SkillForm(),
        "need_form": (acted and acted.need_form) or NeedForm(initial=initial),
        "found": requests_to_need(http.user, request, words),
        "searched": words,
    }


def visible_needs(http: HttpRequest, request: ProjectRequest) -> list[dict[str, Any]]:
    """The needed requests; of one that the person may not see only that it exists."""
    visible = set(
        ProjectRequest.objects.visible_to(http.user).filter(needed_by__request=request).values_list("pk", flat=True)
    )
    return [
        {"need": need, "visible": need.needs_id in visible}
        for need in request.needs.select_related("needs__silo").order_by("needs__reference", "id")
    ]
