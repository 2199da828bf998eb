"""The kinds of lines that say what a request touches: their words, forms and services, for one set of views."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from impacts.forms.tags import BetForm, ContactForm, DataUseForm, ImpactForm, SystemUseForm, TagForm
from impacts.models import Bet, DataUse, Impact, PlannedContact, SystemUse
from impacts.services.tags import tagging
from portfolio.models import ProjectRequest


@dataclass(frozen=True, slots=True)
class TouchKind:
    """One kind of line. `argument` is what the changing service calls the line, `step` the step of filing it is on."""

    code: str
    heading: str
    why: str
    add_label: str
    empty: str
    model: type[Model]
    form: type[TagForm]
    add: Callable[..., Any]
    change: Callable[..., Any]
    argument: str
    related: tuple[str, ...]
    prefetched: tuple[str, ...] = ()
    step: str = "touches"

    def rows(self, request: ProjectRequest) -> "QuerySet[Any]":
        """The lines of a request, in their order, with what showing them needs."""
        rows = self.model._default_manager.filter(request=request).select_related("request", *self.related)
        return rows.prefetch_related(*self.prefetched)


KINDS: dict[str, TouchKind] = {
    kind.code: kind
    for kind in (
        TouchKind(
            "touchpoints",
            "Where does the customer notice it?",
            "We ask so that nobody else changes the same place in the same week without you knowing.",
            "Add a touchpoint",
            "No touchpoint yet. If no customer notices it, say on step 2 that it is internal.",
            Impact,
            ImpactForm,
            tagging.add_impact,
            tagging.change_impact,
            "impact",
            ("touchpoint__accountable", "measure"),
            ("segments",),
        ),
        TouchKind(
            "data",
            "Which customer data does it use?",
            "Two systems that both keep the master of the same data will, one day, disagree in front of a customer.",
            "Add customer data",
            "No customer data named yet.",
            DataUse,
            DataUseForm,
            tagging.add_data_use,
            tagging.change_data_use,
            "use",
            ("domain__steward", "system"),
            ("attributes",),
        ),
        TouchKind(
            "systems",
            "Which systems does it change or need?",
            "So that nobody switches off in June what you build on in July.",
            "Add a system",
            "No system named yet.",
            SystemUse,
            SystemUseForm,
            tagging.add_system_use,
            tagging.change_system_use,
            "use",
            ("system",),
        ),
        TouchKind(
            "contacts",
            "Will it contact customers?",
            "Count a message only if we start it. A receipt the customer asked for is not a contact.",
            "Add a planned contact",
            "No contact planned.",
            PlannedContact,
            ContactForm,
            tagging.add_contact,
            tagging.change_contact,
            "contact",
            ("segment",),
            step="when",
        ),
        TouchKind(
            "bets",
            "What do you bet that it brings?",
            "What moves for which customers, by how much and by when. On that day we ask you what came of it, so that "
            "everybody learns which promises hold.",
            "Add a bet",
            "Nothing is bet on yet.",
            Bet,
            BetForm,
            tagging.add_bet,
            tagging.change_bet,
            "bet",
            ("segment", "measure", "answer__person"),
            step="when",
        ),
    )
}
