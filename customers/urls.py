"""Addresses of the app customers."""

from django.urls import URLPattern

app_name = "customers"
urlpatterns: list[URLPattern] = []
