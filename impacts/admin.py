"""Findings, acts, families and scans on the administration site: to read. They change through triage only."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from impacts.models import (
    Answer,
    Bet,
    Cluster,
    EngineTuning,
    Family,
    Finding,
    FindingChange,
    ProposedTerm,
    ScanRun,
    ScanTrouble,
    TagSuggestion,
    TriageAct,
)
from portfolio.permissions import can_administer
from portfolio.selectors.hidden import without_hidden


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    """Shows, changes nothing; for administrators, and of confidential requests no more than they see elsewhere.
    `about` are the lookups from a row to its requests."""

    about: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows without those about a request that the person may not see: to administer is not to see all."""
        return without_hidden(super().get_queryset(request), request.user, *self.about)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Administrators may look."""
        return can_administer(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Administrators see the app in the list."""
        return can_administer(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes here."""
        return False


class ActInline(TabularInline):  # type: ignore[misc]
    """What people said of a finding."""

    model = TriageAct
    fields = ("at", "person", "kind", "reason", "state_before", "state_after")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds here."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators may look."""
        return can_administer(request.user)


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin):
    """Findings."""

    about = ("requests",)
    list_display = ("title", "rule", "severity", "state", "score", "first_seen", "last_seen")
    list_filter = ("rule", "state", "severity", "kind")
    search_fields = ("title", "identity")
    inlines = (ActInline,)


@admin.register(TriageAct)
class TriageActAdmin(ReadOnlyAdmin):
    """Acts of architects."""

    about = ("finding__requests",)
    list_display = ("at", "person", "kind", "finding", "reason")
    list_filter = ("kind",)
    list_select_related = ("person", "finding")


@admin.register(Answer)
class AnswerAdmin(ReadOnlyAdmin):
    """Answers of requesters."""

    about = ("finding__requests",)
    list_display = ("at", "person", "kind", "request", "text")
    list_select_related = ("person", "request")


@admin.register(FindingChange)
class FindingChangeAdmin(ReadOnlyAdmin):
    """What scans did."""

    about = ("finding__requests",)
    list_display = ("at", "what", "finding", "score")
    list_filter = ("what",)
    list_select_related = ("finding",)


@admin.register(Cluster)
class ClusterAdmin(ReadOnlyAdmin):
    """Clusters."""

    about = ("requests",)
    list_display = ("code", "title", "score", "found_at", "closed_at")


@admin.register(Family)
class FamilyAdmin(ReadOnlyAdmin):
    """Families."""

    about = ("members__request",)
    list_display = ("code", "title", "lead", "owner", "created_at", "dissolved_at")
    list_select_related = ("lead", "owner")


@admin.register(TagSuggestion)
class TagSuggestionAdmin(ReadOnlyAdmin):
    """Suggestions, and what became of them."""

    about = ("request",)
    list_display = ("request", "register", "thing_id", "confidence", "state", "decided_by")
    list_filter = ("register", "state")
    list_select_related = ("request", "decided_by")


@admin.register(EngineTuning)
class EngineTuningAdmin(ReadOnlyAdmin):
    """How the rules were set, and by whom. They are set on the page of the rules."""

    list_display = ("version", "at", "person", "numbers", "disabled_rules", "why")
    list_select_related = ("person",)


@admin.register(ScanRun)
class ScanRunAdmin(ReadOnlyAdmin):
    """Runs of the scanner, with what went wrong."""

    list_display = ("started_at", "requests", "seconds", "complete", "error")
    list_filter = ("complete",)


@admin.register(ScanTrouble)
class ScanTroubleAdmin(ReadOnlyAdmin):
    """Requests that are set aside, because the engine stumbled over them."""

    about = ("request",)
    list_display = ("request", "version", "at", "last_line")
    list_select_related = ("request",)

    @admin.display(description="error")
    def last_line(self, trouble: ScanTrouble) -> str:
        """What went wrong, without the way there."""
        return trouble.error.strip().rpartition("\n")[2]


@admin.register(ProposedTerm)
class ProposedTermAdmin(ReadOnlyAdmin):
    """Words that departments missed. They are decided on the page of proposed terms."""

    list_display = ("name", "register", "state", "proposer", "proposed_at", "decided_by")
    list_select_related = ("proposer", "decided_by")
    list_filter = ("state", "register")


@admin.register(Bet)
class BetAdmin(ReadOnlyAdmin):
    """What requests bet on for customers. Bets are made while filing and answered on their own page."""

    about = ("request",)
    list_display = ("__str__", "request", "due", "asked_on")
    list_select_related = ("request", "segment", "measure")
    list_filter = ("moves", "due")
