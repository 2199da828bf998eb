"""Addresses of the app portfolio."""

from django.urls import URLPattern, path

from portfolio.views import list as listing

app_name = "portfolio"
urlpatterns: list[URLPattern] = [
    # The list, its exports and imports. They stand before requests/<reference>/.
    path("requests/", listing.request_list, name="request-list"),
    path("requests/export/<slug:fmt>/", listing.request_export, name="request-export"),
]
