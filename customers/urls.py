"""Addresses of the registers."""

from django.urls import path

from customers import views

app_name = "customers"
urlpatterns = [
    path("", views.register_list, name="register-list"),
    path("systems/<slug:system>/holds/", views.holding_edit, name="holding-new"),
    path("systems/<slug:system>/holds/<slug:domain>/", views.holding_edit, name="holding-edit"),
    path("systems/<slug:system>/holds/<slug:domain>/remove/", views.holding_remove, name="holding-remove"),
    path("<slug:register>/", views.entry_list, name="entry-list"),
    path("<slug:register>/new/", views.entry_new, name="entry-new"),
    path("<slug:register>/<slug:code>/", views.entry_detail, name="entry-detail"),
    path("<slug:register>/<slug:code>/edit/", views.entry_edit, name="entry-edit"),
    path("<slug:register>/<slug:code>/retire/", views.entry_retire, name="entry-retire"),
    path("<slug:register>/<slug:code>/history/", views.entry_history, name="entry-history"),
]
