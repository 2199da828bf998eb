"""Addresses of plans."""

from django.urls import path

from board.views.plans import plan_adopting, plan_compare, plan_sheets, plan_ways, plans

app_name = "plan"
urlpatterns = [
    path("", plans.scenario_list, name="scenario-list"),
    path("new/", plans.scenario_new, name="scenario-new"),
    path("compare/", plan_compare.compare, name="compare"),
    path("as-asked/", plan_sheets.asked_detail, {"key": "as-asked"}, name="as-asked"),
    path("as-approved/", plan_sheets.asked_detail, {"key": "as-approved"}, name="as-approved"),
    path("<int:pk>/", plan_sheets.scenario_detail, name="scenario-detail"),
    path("<int:pk>/settings/", plans.scenario_edit, name="scenario-edit"),
    path("<int:pk>/copy/", plans.scenario_copy, name="scenario-copy"),
    path("<int:pk>/discard/", plans.scenario_discard, name="scenario-discard"),
    path("<int:pk>/restore/", plans.scenario_restore, name="scenario-restore"),
    path("<int:pk>/run/", plans.scenario_run, name="scenario-run"),
    path("<int:pk>/stop/", plans.scenario_stop, name="scenario-stop"),
    path("<int:pk>/progress/", plan_sheets.progress, name="progress"),
    path("<int:pk>/move/", plans.scenario_pin, name="scenario-pin"),
    path("<int:pk>/unpin/<str:reference>/", plans.scenario_unpin, name="scenario-unpin"),
    path("<int:pk>/apply/", plan_ways.way_apply, name="way-apply"),
    path("<int:pk>/weights/", plan_sheets.sensitivity, name="sensitivity"),
    path("<int:pk>/adopt/", plan_adopting.adopt, name="adopt"),
    path("<int:pk>/take-back/", plan_adopting.take_back, name="take-back"),
    path("<str:key>.csv", plan_sheets.roadmap_csv, name="roadmap-csv"),
]
