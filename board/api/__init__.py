"""Meetings, agendas and decisions through the API: as on the pages."""

from rest_framework.routers import BaseRouter

from board.api.agenda import ItemViewSet
from board.api.decisions import DecisionViewSet
from board.api.meetings import MeetingViewSet
from board.api.objections import ObjectionViewSet


def add_routes(router: BaseRouter) -> None:
    """Add what the app shows to the API."""
    router.register("meetings", MeetingViewSet, basename="meeting")
    router.register("meetings/(?P<meeting>[0-9]{1,18})/items", ItemViewSet, basename="item")
    router.register("decisions", DecisionViewSet, basename="decision")
    router.register("objections", ObjectionViewSet, basename="objection")
