"""Tags for forms (field, form, error summary) and for boxes around content (scrolling table, dialog)."""

from collections.abc import Iterable
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

_GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.filter
def kind_of_control(field: BoundField) -> str:
    """How a field is drawn: hidden, check, group, file or line."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, _GROUPS):
        return "group"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "line"


@register.simple_tag
def control(field: BoundField, **attrs: object) -> SafeString:
    """The control alone, with our class, its error state and its description; keyword attributes are added.

    Underscores in names become dashes: {% control form.title data_key="t" %}.
    """
    own = {key.replace("_", "-"): value if isinstance(value, bool) else str(value) for key, value in attrs.items()}
    # A browser cuts what is pasted at its length without a word. Here it is kept, and the answer says how long it is.
    own.setdefault("maxlength", False)
    if kind_of_control(field) == "line":
        classes = [str(own.pop("class", "")), str(field.field.widget.attrs.get("class", "")), "ctl"]
        own["class"] = " ".join(dict.fromkeys(" ".join(classes).split()))
    return field.as_widget(attrs=own)


@register.inclusion_tag("components/field.html")
def render_field(field: BoundField, label: str = "", optional: bool = True, css: str = "") -> dict[str, object]:
    """One field: label, why we ask (its help text), error, control. `optional` marks fields that may stay empty."""
    return {
        "field": field,
        "kind": kind_of_control(field),
        "label": label or field.label,
        "show_optional": optional and not field.field.required,
        "css": css,
    }


@register.inclusion_tag("components/form_fields.html")
def render_form(form: forms.BaseForm) -> dict[str, object]:
    """All fields of a form, hidden ones first. The <form>, its CSRF token and its buttons stay with the page."""
    return {"form": form}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*given: Any, title: str = "", note: str = "Everything you typed is kept below.") -> dict[str, object]:
    """The box on top that links each error to its field. Takes forms, formsets, or lists of forms."""
    errors: list[dict[str, str]] = []
    for form in _each_form(given):
        for text in form.non_field_errors():
            errors.append({"text": str(text), "target": ""})
        for bound in form:
            for text in bound.errors:
                hidden = bound.is_hidden
                errors.append(
                    {
                        "text": _with_label(str(bound.label), str(text)),
                        "target": "" if hidden else _first_id(bound),
                    }
                )
    return {"errors": errors, "title": title, "note": note}


def _with_label(label: str, text: str) -> str:
    """An error that makes sense away from its field."""
    return f"{label} {text}" if label.endswith("?") else f"{label}: {text}"


def _first_id(bound: BoundField) -> str:
    """The id that a link can jump to: the control, or the first choice of a group."""
    if kind_of_control(bound) == "group":
        return f"{bound.auto_id}_0"
    return str(bound.id_for_label or bound.auto_id)


def _each_form(given: Iterable[Any]) -> Iterable[forms.BaseForm]:
    for thing in given:
        if isinstance(thing, forms.BaseForm):
            yield thing
        elif isinstance(thing, forms.BaseFormSet):
            yield from _each_form(thing.forms)
        elif thing:
            yield from _each_form(thing)


@register.simple_block_tag
def scroll_table(content: str, label: str, sticky: bool = False) -> SafeString:
    """A table that scrolls sideways where there is no room, reachable by keyboard. `sticky` keeps its head in view."""
    return format_html(
        '<div class="scroll{}" tabindex="0" role="group" aria-label="{}">{}</div>',
        " sticky" if sticky else "",
        label,
        content,
    )


@register.simple_block_tag
def dialog(content: str, name: str, title: str) -> SafeString:
    """A <dialog> opened by a link or button with data-opens="<name>"; without script the link's page serves."""
    return format_html(
        '<dialog class="dialog" id="{0}" aria-labelledby="{0}-title"><h2 id="{0}-title">{1}</h2>{2}</dialog>',
        name,
        title,
        content,
    )
