"""The addresses below /api/v1/: the apps' own routes joined by one router, their description, and signing in."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import APIRootView, DefaultRouter

import board.api
import customers.api.registers
import impacts.api
import portfolio.api.requests
from config.api.views import NothingHereView, TokenView


@extend_schema(exclude=True)
class StartView(APIRootView):
    """Where everything is."""


class Router(DefaultRouter):
    """The API's router: one form of answer, no formats in the addresses."""

    APIRootView = StartView
    include_format_suffixes = False


def make_router() -> Router:
    """The router with the routes of every app."""
    router = Router()
    for app in (portfolio.api.requests, impacts.api, board.api, customers.api.registers):
        app.add_routes(router)
    return router


router = make_router()
urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    path("token/", TokenView.as_view(), name="api-token"),
    path("", include(router.urls)),
    re_path("^.*$", NothingHereView.as_view(), name="api-nothing"),
]
