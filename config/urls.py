"""Ombud's addresses."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from config import views

# One way in: the throttles and second factors of the sign-in page guard the administration site too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("health/", views.health, name="health"),
    # Addresses are changed by an administrator: they are how decisions name people.
    path("accounts/email/", RedirectView.as_view(pattern_name="portfolio:preferences")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("registers/", include("customers.urls")),
    path("board/", include("board.urls")),
    path("plan/", include("board.urls.plans")),
    path("priorities/", include("board.urls.priorities")),
    path("reports/", include("board.urls.reports")),
    path("api/v1/", include("config.api.routes")),
    # impacts before portfolio: the third step of filing (requests/<reference>/file/touches/) is its own.
    path("", include("impacts.urls")),
    path("", include("portfolio.urls")),
]
