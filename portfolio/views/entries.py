"""From a posted form to entries that can be merged, and from a request to a form that shows what was typed."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Model
from django.http import QueryDict

from portfolio.drafts import kept, parked
from portfolio.forms.requests import STEP_FORMS, StepForm
from portfolio.models import ProjectRequest, Silo
from portfolio.services.merging import Entry


def step_form(step: str, request: ProjectRequest | None, silos: list[Silo], data: QueryDict | None = None) -> StepForm:
    """The form of one step: with `data` as posted, else as stored, with what was typed and could not be stored on top.

    Who may file for one department only is not asked for it.
    """
    choosable = _choosable(request, silos)
    options: dict[str, Any] = {"silos": choosable, "initial": _initial(step, request, silos)}
    if data is not None:
        return STEP_FORMS[step](data, **options)
    form = STEP_FORMS[step](**options)
    if request is None:
        return form
    typed = {name: entry["raw"] for name, entry in parked(request).items()} | kept(request)
    over = {name: raw for name, raw in typed.items() if name in form.fields}
    return STEP_FORMS[step]({**form.initial, **over}, **options) if over else form


def _choosable(request: ProjectRequest | None, silos: list[Silo]) -> Any:
    pks = {silo.pk for silo in silos} | ({request.silo_id} if request else set())
    return Silo.objects.filter(pk__in=pks) if len(pks) > 1 else None


def _initial(step: str, request: ProjectRequest | None, silos: list[Silo]) -> dict[str, Any]:
    names = STEP_FORMS[step].base_fields
    if request is None:
        return {"silo": silos[0].pk} if silos else {}
    values = {name: getattr(request, name) for name in names}
    return {name: value.pk if isinstance(value, Model) else value for name, value in values.items()}


def entries_of(form: StepForm, data: QueryDict, *, with_choices: bool) -> dict[str, Entry]:
    """What the posted form holds. Fields that the browser did not send are left alone.

    Choices between two windows count only where the person pressed a button: a page that saves itself must not choose
    while its field still shows the other text.
    """
    form.is_valid()
    bases = bases_of(data)
    entries = {}
    for name, field in form.fields.items():
        if name not in data and not (isinstance(field, forms.BooleanField) and name in bases):
            continue
        problem = " ".join(str(each) for each in form.errors.get(name, []))
        entries[name] = Entry(
            value=None if problem else form.cleaned_data.get(name),
            raw=data.get(name, "").replace("\x00", ""),
            problem=problem,
            base=bases.get(name, ""),
            choice=data.get(f"choice-{name}", "") if with_choices else "",
        )
    return entries


def bases_of(data: QueryDict) -> Mapping[str, str]:
    """The fingerprints that the page remembered: what each field showed when it was opened."""
    try:
        bases = json.loads(data.get("base") or "{}")
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(base) for name, base in bases.items()} if isinstance(bases, dict) else {}
