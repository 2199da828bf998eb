"""Findings, clusters, families and what requests touch, through the API: as on the pages."""

from rest_framework.routers import BaseRouter

from impacts.api.findings import FindingViewSet
from impacts.api.groups import ClusterViewSet, FamilyViewSet
from impacts.api.it import IT_VIEWSETS
from impacts.api.maps import MAP_VIEWSETS
from impacts.api.touches import TOUCH_VIEWSETS
from impacts.api.years import YEAR_VIEWSETS

BELOW_REQUEST = "requests/(?P<reference>[^/]+)/"


def add_routes(router: BaseRouter) -> None:
    """Add what the app shows to the API."""
    router.register("findings", FindingViewSet, basename="finding")
    router.register("clusters", ClusterViewSet, basename="cluster")
    router.register("families", FamilyViewSet, basename="family")
    for name, map_viewset in MAP_VIEWSETS.items():
        router.register(name, map_viewset, basename=name.replace("/", "-"))
    for name, year_viewset in YEAR_VIEWSETS.items():
        router.register(name, year_viewset, basename=name.replace("/", "-"))
    for name, it_viewset in IT_VIEWSETS.items():
        router.register(name, it_viewset, basename=name)
    for name, viewset in TOUCH_VIEWSETS.items():
        router.register(BELOW_REQUEST + name, viewset, basename=name)
