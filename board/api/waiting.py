"""What waits for the board, what is proposed for a meeting, and who is there: to be read through the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from board.api.doors import OfTheBoard
from board.models import AgendaItem, Attendance, Meeting
from board.selectors.meetings.backlog import Waiting, backlog
from portfolio.api_fields import ReferencesField


class WaitingSerializer(serializers.Serializer[Any]):
    """One thing that waits for the board and is on no agenda: why it belongs before it, why it waits, how many days,
    and how many meetings were held meanwhile. `points` are what is at stake."""

    key = serializers.CharField(source="candidate.key")
    kind = serializers.ChoiceField(source="candidate.kind", choices=AgendaItem.Kind.choices)
    title = serializers.CharField(source="candidate.title")
    requests = ReferencesField(source="candidate.requests")
    causes = serializers.ListField(source="candidate.causes", child=serializers.CharField())
    since = serializers.DateTimeField(source="candidate.since")
    days = serializers.IntegerField()
    meetings_passed = serializers.IntegerField(source="passed")
    reason = serializers.CharField()
    points = serializers.FloatField(source="candidate.points")


class BacklogViewSet(viewsets.GenericViewSet[Meeting]):
    """What waits for the board and is on no agenda, the weightiest first."""

    serializer_class = WaitingSerializer
    permission_classes = (IsAuthenticated, OfTheBoard)
    filter_backends = ()
    queryset = Meeting.objects.none()

    @extend_schema(responses=WaitingSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The backlog of the board."""
        rows: list[Waiting] = list(backlog().rows)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(WaitingSerializer(page, many=True).data)


class LineSerializer(serializers.Serializer[Any]):
    """A line of the proposed agenda: an item that is there (`item`), or something new (`key`). `kept` says why an item
    stays whatever weighs more."""

    key = serializers.CharField()
    item = serializers.IntegerField(source="item.pk", default=None, allow_null=True)
    requests = ReferencesField()
    joins = ReferencesField()
    minutes = serializers.IntegerField()
    points = serializers.FloatField()
    kept = serializers.CharField(allow_blank=True)


class LeftSerializer(serializers.Serializer[Any]):
    """What is not on the proposed agenda, and why not; an item that would give way, or something that waits."""

    key = serializers.CharField()
    item = serializers.IntegerField(source="item.pk", default=None, allow_null=True)
    reason = serializers.CharField()
    needs = serializers.IntegerField()


class ProposalSerializer(serializers.Serializer[Any]):
    """The agenda that Ombud proposes. Nothing is changed by reading it."""

    lines = LineSerializer(many=True)
    giving_way = LeftSerializer(many=True)
    waiting = LeftSerializer(many=True)
    problems = serializers.ListField(child=serializers.CharField())
    minutes = serializers.IntegerField()
    left = serializers.IntegerField()


class AttendanceSerializer(serializers.ModelSerializer[Attendance]):
    """A person who is expected: what they replied, and whether they are there. `votes`: they count for the quorum."""

    person = serializers.EmailField(source="person.email")

    class Meta:
        model = Attendance
        fields = ("person", "votes", "reply", "replied_at", "present", "absent_because", "invited_at")
        read_only_fields = fields
