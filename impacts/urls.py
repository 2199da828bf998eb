"""Addresses of the app impacts."""

from django.urls import path

from impacts.views import customer_side, triage

app_name = "impacts"
urlpatterns = [
    # Triage
    path("triage/", triage.show_triage, name="triage"),
    path("triage/<int:pk>/", triage.show_finding, name="finding-detail"),
    path("triage/<int:pk>/act/<slug:kind>/", triage.act_on_finding, name="finding-act"),
    path("triage/<int:pk>/undo/", triage.undo_act, name="finding-undo"),
    # From the customer's chair
    path("heat-map/", customer_side.show_heat_map, name="heat-map"),
    path("customers-year/", customer_side.show_customer_year, name="customer-year-default"),
    path("customers-year/<slug:code>/", customer_side.show_customer_year, name="customer-year"),
    path("customers-year/<slug:code>/csv/", customer_side.customer_year_csv, name="customer-year-csv"),
    path(
        "panels/registers/<slug:register>/<slug:code>/",
        customer_side.panel_entry_requests,
        name="panel-entry-requests",
    ),
]
