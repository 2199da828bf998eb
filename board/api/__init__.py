"""Meetings, agendas and decisions through the API: as on the pages."""

from rest_framework.routers import BaseRouter

from board.api.agenda import ItemViewSet
from board.api.decisions import DecisionViewSet
from board.api.meetings import MeetingViewSet
from board.api.objections import ObjectionViewSet
from board.api.packs import PackViewSet
from board.api.plans import PlanViewSet
from board.api.priorities import QueueViewSet, RankViewSet, ScoreViewSet
from board.api.record import ChangeViewSet, ConditionViewSet, MergeViewSet, MinutesViewSet, SavedViewSet
from board.api.reports import ReportViewSet
from board.api.waiting import BacklogViewSet


def add_routes(router: BaseRouter) -> None:
    """Add what the app shows to the API."""
    router.register("meetings", MeetingViewSet, basename="meeting")
    router.register("backlog", BacklogViewSet, basename="backlog")
    router.register("meetings/(?P<meeting>[0-9]{1,18})/items", ItemViewSet, basename="item")
    router.register("decisions", DecisionViewSet, basename="decision")
    router.register("changes", ChangeViewSet, basename="later-change")
    router.register("conditions", ConditionViewSet, basename="condition")
    router.register("merges", MergeViewSet, basename="merge")
    router.register("saved", SavedViewSet, basename="saved")
    router.register("minutes", MinutesViewSet, basename="minutes")
    router.register("objections", ObjectionViewSet, basename="objection")
    router.register("packs", PackViewSet, basename="pack")
    router.register("plans", PlanViewSet, basename="plan")
    router.register("scores", ScoreViewSet, basename="score")
    router.register("orders", RankViewSet, basename="rank")
    router.register("queue", QueueViewSet, basename="queue")
    router.register("reports", ReportViewSet, basename="report")
