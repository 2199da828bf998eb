"""Priorities through the API, to be read: scores, the two orders of the queue, the quarter's queue."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from board.models import RankedRequest, Score
from board.permissions import can_see_orders
from board.selectors.priorities.orders import WAITING_VALUES
from board.selectors.priorities.queue import queue_page
from portfolio.models import ProjectRequest


class ScoreSerializer(serializers.ModelSerializer[Score]):
    """What a request is worth by one criterion, 0 to 5, and why."""

    request = serializers.CharField(source="request.reference")
    criterion = serializers.CharField(source="criterion.code")
    person = serializers.EmailField(source="person.email")

    class Meta:
        model = Score
        fields = ("request", "criterion", "points", "reason", "person", "at")


class ScoreViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Score]):
    """The scores of the requests that you may see."""

    serializer_class = ScoreSerializer
    queryset = Score.objects.none()
    filter_backends = ()

    def get_queryset(self) -> Any:
        """Those of requests that the person may see."""
        visible = ProjectRequest.objects.visible_to(self.request.user).order_by().values("pk")
        rows = Score.objects.filter(request__in=visible).select_related("request", "criterion", "person")
        return rows.order_by("request__reference", "criterion__position", "id")


class SeesOrders(BasePermission):
    """The two orders are for the CIO, the customer leader, the board and the architects."""

    message = "The two orders are for the CIO, the customer leader, the board and the architects."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the person may look at the orders."""
        return can_see_orders(request.user)


class RankSerializer(serializers.ModelSerializer[RankedRequest]):
    """A request at its place in the order of one side: "it" is the CIO's, "customers" the customer leader's."""

    side = serializers.CharField(source="ranking.side")
    request = serializers.CharField(source="request.reference")

    class Meta:
        model = RankedRequest
        fields = ("side", "position", "request")


class RankViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[RankedRequest]):
    """Both orders of the queue, as far as you may see the requests."""

    serializer_class = RankSerializer
    permission_classes = (IsAuthenticated, SeesOrders)
    queryset = RankedRequest.objects.none()
    filter_backends = ()

    def get_queryset(self) -> Any:
        """What waits for the board and the person may see."""
        visible = ProjectRequest.objects.visible_to(self.request.user).filter(status__in=WAITING_VALUES)
        rows = RankedRequest.objects.filter(request__in=visible.order_by().values("pk"))
        return rows.select_related("ranking", "request").order_by("ranking__side", "position", "id")


class QueueSerializer(serializers.Serializer[Any]):
    """One quarter: carried_in + asked = taken + away + left; `again` are those of asked that were decided before."""

    quarter = serializers.CharField(source="code")
    carried_in = serializers.SerializerMethodField()
    asked = serializers.SerializerMethodField()
    again = serializers.SerializerMethodField()
    taken = serializers.SerializerMethodField()
    away = serializers.SerializerMethodField()
    left = serializers.SerializerMethodField()

    def get_carried_in(self, line: Any) -> int:
        """Waited when the quarter began."""
        return int(line.count("carried_in"))

    def get_asked(self, line: Any) -> int:
        """Came in the quarter."""
        return int(line.count("asked"))

    def get_again(self, line: Any) -> int:
        """Of those, had been decided before."""
        return int(line.count("again"))

    def get_taken(self, line: Any) -> int:
        """The board said yes."""
        return int(line.count("taken"))

    def get_away(self, line: Any) -> int:
        """Rejected, merged or withdrawn."""
        return int(line.count("away"))

    def get_left(self, line: Any) -> int:
        """Wait at the end, and are carried over."""
        return int(line.count("left"))


class QueueViewSet(viewsets.ViewSet):
    """The quarter's queue."""

    @extend_schema(responses=QueueSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Every quarter, the present one last, counting the requests that you may see."""
        page = queue_page(request.user, today=timezone.localdate(), quarters=40)
        return Response(QueueSerializer(page.lines, many=True).data)
