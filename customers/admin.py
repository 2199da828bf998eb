"""The registers on the administration site, where synonyms and holdings are kept; the rest has pages of its own."""

from typing import Any

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin, TabularInline

from customers.models import (
    AssetQuarter,
    ChangeFreeze,
    ChannelCapacity,
    ContactPolicy,
    CustomerTime,
    DataDomain,
    DataHolding,
    EntryMerge,
    FeedLink,
    HoldingAttribute,
    IdentifyingAttribute,
    Measure,
    QuietPeriod,
    Segment,
    ServiceTier,
    Synonym,
    System,
    Tier,
    TierMovement,
    Touchpoint,
    TouchpointNeed,
    ValueStory,
)
from customers.tasks import wake_full_scan


class SynonymInline(TabularInline):  # type: ignore[misc]
    """Other words, on the page of their entry."""

    model = Synonym
    extra = 0

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        """Only the word itself: which entry it stands for follows from the page."""
        kwargs["fields"] = ["term"]
        return super().get_formset(request, obj, **kwargs)


class HoldingInline(TabularInline):  # type: ignore[misc]
    """Which data a system holds."""

    model = DataHolding
    extra = 0


class WakesScan:
    """What is written here is scanned as what is written on the pages is: it changes many findings."""

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """Save, then ask for a full scan."""
        super().save_related(request, form, formsets, change)  # type: ignore[misc]
        wake_full_scan()

    def delete_model(self, request: Any, obj: Any) -> None:
        """Delete, then ask for a full scan."""
        super().delete_model(request, obj)  # type: ignore[misc]
        wake_full_scan()

    def delete_queryset(self, request: Any, queryset: Any) -> None:
        """Delete several, then ask for a full scan."""
        super().delete_queryset(request, queryset)  # type: ignore[misc]
        wake_full_scan()


class RegisterAdmin(WakesScan, SimpleHistoryAdmin, ModelAdmin):  # type: ignore[misc]
    """What all registers share."""

    list_display = ("name", "code", "retired_on", "updated_at")
    search_fields = ("name", "code")
    list_filter = ("retired_on",)


@admin.register(Segment, Touchpoint, DataDomain)
class EntryAdmin(RegisterAdmin):
    """Registers with other words."""

    inlines = (SynonymInline,)


@admin.register(System)
class SystemAdmin(RegisterAdmin):
    """Systems, with what they hold."""

    inlines = (SynonymInline, HoldingInline)


class HoldingAttributeInline(TabularInline):  # type: ignore[misc]
    """By what the records of a holding are found."""

    model = HoldingAttribute
    extra = 0


@admin.register(TouchpointNeed)
class TouchpointNeedAdmin(SimpleHistoryAdmin, ModelAdmin):  # type: ignore[misc]
    """What staff must know of a customer where they meet."""

    list_display = ("touchpoint", "domain")
    list_select_related = ("touchpoint", "domain")
    list_filter = ("touchpoint", "domain")


@admin.register(DataHolding)
class HoldingAdmin(WakesScan, SimpleHistoryAdmin, ModelAdmin):  # type: ignore[misc]
    """Which system holds which data, and by what it is found there."""

    list_display = ("system", "domain", "role")
    list_select_related = ("system", "domain")
    list_filter = ("role", "system")
    inlines = (HoldingAttributeInline,)


@admin.register(Measure, Tier, ContactPolicy, QuietPeriod, ChangeFreeze, ChannelCapacity, IdentifyingAttribute)
class PlainAdmin(RegisterAdmin):
    """Registers without other words."""


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    """Shows rows; they are written on pages of their own, which check more."""

    def has_add_permission(self, request: Any) -> bool:
        """Nobody adds one here."""
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Nobody changes one here."""
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Nobody takes one away here."""
        return False


@admin.register(EntryMerge)
class EntryMergeAdmin(ReadOnlyAdmin):
    """Which entries were merged into which. They are merged and unmerged on the pages of the registers;
    nobody deletes one: it is how an old code leads on."""

    list_display = ("register", "merged_name", "merged_code", "by", "at", "undone_at")
    list_select_related = ("by",)
    list_filter = ("register",)


@admin.register(AssetQuarter, TierMovement)
class AssetAdmin(SimpleHistoryAdmin, ReadOnlyAdmin):  # type: ignore[misc]
    """Customers by quarter, with their history. They are typed and imported as whole quarters, which are checked."""

    list_display = ("__str__", "segment", "year", "quarter")
    list_select_related = ("segment",)
    list_filter = ("segment", "year", "quarter")


@admin.register(CustomerTime)
class CustomerTimeAdmin(SimpleHistoryAdmin, ReadOnlyAdmin):  # type: ignore[misc]
    """Hours with customers."""

    list_display = ("when", "person", "hours", "segment", "touchpoint", "words")
    list_select_related = ("person", "segment", "touchpoint")
    list_filter = ("person", "segment", "whole_month")


@admin.register(ValueStory)
class ValueStoryAdmin(SimpleHistoryAdmin, ReadOnlyAdmin):  # type: ignore[misc]
    """Value stories."""

    list_display = ("title", "status", "author", "reviewer", "published_at")
    list_select_related = ("author", "reviewer")
    list_filter = ("status",)


@admin.register(ServiceTier)
class ServiceTierAdmin(SimpleHistoryAdmin, ReadOnlyAdmin):  # type: ignore[misc]
    """What customers get where they deal with IT."""

    list_display = ("name", "touchpoint", "response", "response_unit", "price", "borne_by")
    list_select_related = ("touchpoint",)
    list_filter = ("touchpoint",)


@admin.register(FeedLink)
class FeedLinkAdmin(ModelAdmin):  # type: ignore[misc]
    """Who has a link to the feed. One that is taken away here opens nothing; its secret is not shown."""

    list_display = ("person", "created_at", "revoked_at")
    list_select_related = ("person",)
    fields = ("person", "created_at", "revoked_at")

    def has_add_permission(self, request: Any) -> bool:
        """Nobody makes a link for somebody else."""
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """A link is not changed."""
        return False
