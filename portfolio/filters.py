"""Filters and orders of the requests list. The list, its exports and the API share them, so they never differ.

Drafts appear only where `status=draft` is asked for: the list is of what was filed. A value that cannot be understood
is left out, and `form.errors` says which.
"""

from collections.abc import Mapping
from typing import Any

import django_filters
from django import forms
from django.db.models import Case, F, IntegerField, OrderBy, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from portfolio.lifecycle import Status
from portfolio.models import STATUS_CHOICES, Objective, ProjectRequest, Silo
from portfolio.permissions import can_see_all_money, roles_of
from portfolio.search import MAX_LENGTH, search_requests

DEFAULT_SORT = "-filed"
#: What the list can be ordered by. Only who sees all money may order by cost: the order alone would tell it.
SORTS: dict[str, str] = {
    "reference": "Reference",
    "title": "Title",
    "silo": "Department",
    "status": "Status",
    "filed": "Filed",
    "go_live": "Go-live",
    "cost": "One-off cost",
}
WHOSE = [("mine", "Mine"), ("silo", "My department’s"), ("watching", "Those I watch")]


class RequestFilter(django_filters.FilterSet):  # type: ignore[misc] # it ships no types
    """The filters of the requests list; `request.user` decides about `whose` and the costs."""

    q = django_filters.CharFilter(label="Search", method="by_text", max_length=MAX_LENGTH)
    status = django_filters.MultipleChoiceFilter(label="Status", choices=STATUS_CHOICES, method="by_status")
    silo = django_filters.MultipleChoiceFilter(label="Department", choices=[], method="by_silo")
    kind = django_filters.MultipleChoiceFilter(label="Kind", choices=ProjectRequest.Kind.choices, method="by_kind")
    objective = django_filters.ChoiceFilter(label="Objective", choices=[], method="by_objective", empty_label="Any")
    whose = django_filters.ChoiceFilter(label="Whose", choices=WHOSE, method="by_whose", empty_label="Everybody’s")
    heads_up = django_filters.ChoiceFilter(
        label="Heads-ups", choices=[("yes", "Only them"), ("no", "Without them")], method="by_heads_up",
        empty_label="All",
    )  # fmt: skip
    go_live_from = django_filters.DateFilter(label="Go-live from", field_name="wanted_go_live", lookup_expr="gte")
    go_live_to = django_filters.DateFilter(label="Go-live to", field_name="wanted_go_live", lookup_expr="lte")
    cost_from = django_filters.NumberFilter(
        label="One-off cost from", field_name="one_off_cost", lookup_expr="gte", max_digits=14, decimal_places=2
    )
    cost_to = django_filters.NumberFilter(
        label="One-off cost to", field_name="one_off_cost", lookup_expr="lte", max_digits=14, decimal_places=2
    )

    class Meta:
        model = ProjectRequest
        fields: list[str] = []

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        for each in self.filters.values():
            # Whoever describes the filters (the API's schema) leaves fields without choices on the class's own.
            each.__dict__.pop("_field", None)
        silos = list(Silo.objects.order_by("name").values_list("id", "code", "name"))
        self._silo_ids = {code: pk for pk, code, _ in silos}
        self.filters["silo"].extra["choices"] = [(code, name) for _, code, name in silos]
        objectives = list(Objective.objects.order_by("name").values_list("id", "code", "name"))
        self._objective_ids = {code: pk for pk, code, _ in objectives}
        self.filters["objective"].extra["choices"] = [(code, name) for _, code, name in objectives]
        for name in ("go_live_from", "go_live_to"):
            self.filters[name].extra["widget"] = forms.DateInput(attrs={"type": "date"})
        for name in ("cost_from", "cost_to"):
            self.filters[name].extra["widget"] = forms.NumberInput(attrs={"class": "short", "min": 0})
        if not can_see_all_money(self.user):
            del self.filters["cost_from"], self.filters["cost_to"]

    @property
    def user(self) -> Any:
        """Who looks."""
        return getattr(self.request, "user", None)

    def filter_queryset(self, queryset: QuerySet[ProjectRequest]) -> QuerySet[ProjectRequest]:
        """Apply what was understood, leave out what was not."""
        chosen = self.form.cleaned_data
        if not chosen.get("status"):
            queryset = queryset.exclude(status=Status.DRAFT.value)
        for name, each in self.filters.items():
            if name in chosen:
                queryset = each.filter(queryset, chosen[name])
        return queryset

    def by_text(self, queryset: QuerySet[ProjectRequest], name: str, value: str) -> QuerySet[ProjectRequest]:
        """Search over all text."""
        return search_requests(queryset, value)

    def by_status(self, queryset: QuerySet[ProjectRequest], name: str, value: list[str]) -> QuerySet[ProjectRequest]:
        """In one of these states."""
        return queryset.filter(status__in=value) if value else queryset

    def by_silo(self, queryset: QuerySet[ProjectRequest], name: str, value: list[str]) -> QuerySet[ProjectRequest]:
        """Filed by one of these silos (codes)."""
        return queryset.filter(silo__in=[self._silo_ids[code] for code in value]) if value else queryset

    def by_kind(self, queryset: QuerySet[ProjectRequest], name: str, value: list[str]) -> QuerySet[ProjectRequest]:
        """Of one of these kinds."""
        return queryset.filter(kind__in=value) if value else queryset

    def by_objective(self, queryset: QuerySet[ProjectRequest], name: str, value: str) -> QuerySet[ProjectRequest]:
        """Serving this objective (code)."""
        return queryset.filter(objective=self._objective_ids[value])

    def by_heads_up(self, queryset: QuerySet[ProjectRequest], name: str, value: str) -> QuerySet[ProjectRequest]:
        """Mere ideas only, or without them."""
        return queryset.filter(heads_up=value == "yes")

    def by_whose(self, queryset: QuerySet[ProjectRequest], name: str, value: str) -> QuerySet[ProjectRequest]:
        """Of the person who looks: theirs, their silo's, watched by them."""
        if value == "mine":
            return queryset.filter(Q(requester=self.user) | Q(sponsor=self.user))
        if value == "silo":
            return queryset.filter(silo__in=roles_of(self.user).silos)
        return queryset.filter(pk__in=self.user.watches.order_by().values("request"))


def is_sort(sort: str, user: Any) -> bool:
    """Whether `user` may order the list by `sort` (a key of SORTS, with a minus for the other way)."""
    key = sort.removeprefix("-")
    return key in SORTS and (key != "cost" or can_see_all_money(user))


def sorted_requests(queryset: QuerySet[ProjectRequest], sort: str) -> QuerySet[ProjectRequest]:
    """`queryset` in this order; the newest first among equals, requests without a value last either way."""
    key, descending = sort.removeprefix("-"), sort.startswith("-")
    if key == "filed":  # Drafts have no date, and are never mixed with others unless asked for.
        return queryset.order_by("-submitted_at", "-id") if descending else queryset.order_by("submitted_at", "id")
    expression = _expression(key)
    nullable = True if key in {"go_live", "cost"} else None
    order = OrderBy(expression, descending=descending, nulls_last=nullable)
    return queryset.order_by(order, "-id" if descending else "id")


def _expression(key: str) -> Any:
    if key == "title":
        return Lower("title")
    if key == "status":
        whens = [When(status=status.value, then=Value(place)) for place, status in enumerate(Status)]
        return Case(*whens, default=Value(99), output_field=IntegerField())
    return F({"reference": "reference", "silo": "silo__name", "go_live": "wanted_go_live", "cost": "one_off_cost"}[key])
