"""Addresses of the app impacts."""

from django.urls import URLPattern

app_name = "impacts"
urlpatterns: list[URLPattern] = []
