"""People, roles and the small registers of the portfolio through the web. Requests are only read here: every change of
a request goes through the services, which keep its lifecycle, its history and its marks."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from customers.tasks import wake_full_scan
from portfolio.admin_history import acts_of
from portfolio.models import Membership, Objective, ObjectiveReading, Person, ProjectRequest, Silo, Skill, SkillCapacity
from portfolio.permissions import can_administer

# Roles stand in memberships; Django's groups would be a second, silent way to give rights.
admin.site.unregister(Group)


class PersonCreationForm(UserCreationForm):  # type: ignore[misc]
    """A new person: they sign in by e-mail address."""

    class Meta:
        model = Person
        fields = ("email", "name", "job_title", "kind", "manager")


class PersonChangeForm(UserChangeForm):  # type: ignore[misc]
    """A person who is there."""

    class Meta:
        model = Person
        fields = "__all__"


class AdministratorsOnly:
    """Only administrators see and change what is registered here; deleting is refused, for people and departments are
    part of what happened: they leave, or are retired."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the person sees the app at all."""
        return can_administer(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the person may look."""
        return can_administer(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the person may add."""
        return can_administer(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the person may change."""
        return can_administer(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted."""
        return False


class WakesScan:
    """What findings say of a row is found anew when one of these fields changed: `told` names them."""

    told: tuple[str, ...] = ()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save, then ask for a full scan where it makes a difference."""
        super().save_related(request, form, formsets, change)  # type: ignore[misc]
        if change and not set(self.told).isdisjoint(form.changed_data):
            wake_full_scan()


class MembershipInline(AdministratorsOnly, TabularInline):  # type: ignore[misc]
    """The roles of a person, on the person's page; a role can be taken away."""

    model = Membership
    # An empty row would be sent with the first of the roles chosen, and refused: nobody could be saved.
    extra = 0
    autocomplete_fields = ["silo"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A role can be taken away; the history keeps that it was there."""
        return can_administer(request.user)


@admin.register(Person)
class PersonAdmin(WakesScan, AdministratorsOnly, ModelAdmin, UserAdmin):  # type: ignore[misc, type-arg]
    """People and their roles."""

    # Whether somebody answers for what requests touch.
    told = ("kind", "is_active", "left_on")

    form = PersonChangeForm
    add_form = PersonCreationForm
    change_password_form = AdminPasswordChangeForm
    inlines = [MembershipInline]
    ordering = ["name", "id"]
    list_display = ["name", "email", "job_title", "kind", "manager", "is_active", "left_on"]
    list_select_related = ["manager"]
    autocomplete_fields = ["manager"]
    list_filter = ["is_active", "kind", "memberships__role"]
    search_fields = ["name", "email", "job_title"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Every change of the person and their roles, wherever it was made."""
        person = self.get_object(request, object_id)
        acts = acts_of(person) if person and self.has_view_permission(request, person) else []
        pages = Paginator(acts, 100)
        page = pages.get_page(request.GET.get(PAGE_VAR, 1))
        shown = {"action_list": page, "pagination_required": pages.count > 100}
        shown["page_range"] = pages.get_elided_page_range(page.number)
        found: HttpResponse = super().history_view(request, object_id, {**(extra_context or {}), **shown})
        return found

    fieldsets = [
        (None, {"fields": ["email", "name", "job_title", "kind", "manager", "password"]}),
        ("Access", {"fields": ["is_active", "left_on", "is_staff", "is_superuser"]}),
        ("What they chose", {"fields": ["wants_mail", "shortcuts"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {"fields": ["email", "name", "job_title", "kind", "manager", "usable_password", "password1", "password2"]},
        ),
    ]


@admin.register(Membership)
class MembershipAdmin(AdministratorsOnly, ModelAdmin):  # type: ignore[misc]
    """Who has which role, in one list."""

    list_display = ["person", "role", "silo"]
    list_filter = ["role", "silo"]
    list_select_related = ["person", "silo"]
    search_fields = ["person__name", "person__email"]
    autocomplete_fields = ["person", "silo"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A role can be taken away."""
        return can_administer(request.user)


@admin.register(Silo)
class SiloAdmin(WakesScan, AdministratorsOnly, ModelAdmin):  # type: ignore[misc]
    """Departments."""

    told = ("name",)

    list_display = ["name", "code", "retired_on"]
    search_fields = ["name", "code"]
    prepopulated_fields = {"code": ["name"]}


class ObjectiveReadingInline(AdministratorsOnly, TabularInline):  # type: ignore[misc]
    """How far an objective was, day by day."""

    model = ObjectiveReading
    extra = 0
    autocomplete_fields = ["person"]


@admin.register(Objective)
class ObjectiveAdmin(AdministratorsOnly, ModelAdmin):  # type: ignore[misc]
    """What the organisation wants to reach, with how far it is."""

    list_display = ["name", "code", "kind", "parent", "owner", "measure", "target", "due", "retired_on"]
    list_filter = ["kind"]
    list_select_related = ["owner", "parent", "measure"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["owner", "parent", "measure"]
    inlines = [ObjectiveReadingInline]
    prepopulated_fields = {"code": ["name"]}


class SkillCapacityInline(AdministratorsOnly, TabularInline):  # type: ignore[misc]
    """How much of a skill is there, by quarter."""

    model = SkillCapacity
    extra = 0


@admin.register(Skill)
class SkillAdmin(AdministratorsOnly, ModelAdmin):  # type: ignore[misc]
    """Skills that requests need, with how much is there in each quarter."""

    list_display = ["name", "code", "retired_on"]
    search_fields = ["name", "code"]
    prepopulated_fields = {"code": ["name"]}
    inlines = [SkillCapacityInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save, then ask for a full scan, as the page of capacities does."""
        super().save_related(request, form, formsets, change)
        wake_full_scan()


@admin.register(ProjectRequest)
class ProjectRequestAdmin(AdministratorsOnly, ModelAdmin):  # type: ignore[misc]
    """Requests, to look at. Administrators see here what they may see everywhere else, no drafts of others."""

    list_display = ["reference", "title", "silo", "status", "submitted_at"]
    list_filter = ["status", "silo"]
    list_select_related = ["silo"]
    search_fields = ["reference", "title"]
    exclude = ["typed", "client_token", "one_off_cost", "yearly_cost"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Only what the person may see."""
        return super().get_queryset(request).visible_to(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Requests are filed, not added."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Requests change through the services."""
        return False
