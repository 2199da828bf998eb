"""Meetings through the API."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from board.api.doors import OfTheBoard, check_runs, me
from board.api.waiting import AttendanceSerializer, ProposalSerializer
from board.models import Meeting
from board.permissions import can_manage_meetings
from board.selectors.meetings.meetings import attendance_of, meetings_with_counts, people_to_chair
from board.selectors.meetings.proposals import propose
from board.services.meetings.meetings import change_meeting, close_meeting, open_meeting, plan_meeting, write_note
from customers.api_fields import KnownFields
from portfolio.api_fields import PersonField

FIELDS = ("title", "starts_at", "minutes", "place", "chair", "secretary", "quorum", "deciding", "voting", "note")
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class ChairField(PersonField):
    """Somebody of the board, by e-mail address."""

    def get_queryset(self) -> Any:
        """Who may chair a meeting or keep its minutes."""
        return people_to_chair()


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    """A meeting, and how many items are on its agenda and decided."""

    chair = ChairField(read_only=True, allow_null=True)
    secretary = ChairField(read_only=True, allow_null=True)
    on_agenda = serializers.IntegerField(read_only=True)
    decided = serializers.IntegerField(read_only=True)

    class Meta:
        model = Meeting
        fields = (
            "id", *FIELDS, "status", "series", "series_day", "uid", "sequence", "opened_at", "closed_at",
            "cancelled_at", "cancelled_because", "on_agenda", "decided", "version",
        )  # fmt: skip
        read_only_fields = fields


class MeetingWriteSerializer(KnownFields, serializers.ModelSerializer[Meeting]):
    """When and where the board meets, and who chairs. `version` is the one that was read, when a meeting changes."""

    chair = ChairField(required=False, allow_null=True)
    secretary = ChairField(required=False, allow_null=True)
    version = serializers.IntegerField(required=False, min_value=1, max_value=2_147_483_647)

    class Meta:
        model = Meeting
        fields = (*FIELDS, "version")

    def validate_starts_at(self, value: datetime) -> datetime:
        """A day that calendars know."""
        if not FIRST <= value < LAST:
            raise serializers.ValidationError("Choose a day between 2000 and 2199.")
        return value


def _write_note(request: Request, meeting: Meeting, expected: int, sent: Mapping[str, Any]) -> None:
    """Write the note, where one was sent."""
    if sent.get("note", meeting.note) != meeting.note:
        write_note(person=me(request), meeting=meeting, expected=expected, note=sent["note"])


class MeetingViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Meeting]):
    """Meetings: the latest first; plan one, change it, start and close it."""

    serializer_class = MeetingSerializer
    permission_classes = (IsAuthenticated, OfTheBoard)
    filter_backends = ()
    queryset = Meeting.objects.none()
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        """All meetings."""
        return meetings_with_counts().order_by("-starts_at", "-id")

    def _shown(self, meeting: Meeting, code: int = status.HTTP_200_OK) -> Response:
        return Response(MeetingSerializer(self.get_queryset().get(pk=meeting.pk)).data, status=code)

    @extend_schema(request=MeetingWriteSerializer, responses={201: MeetingSerializer})
    def create(self, request: Request) -> Response:
        """Plan a meeting; everybody of the board is expected."""
        if not can_manage_meetings(request.user):
            raise PermissionDenied("Meetings are planned by the board's secretary or the CIO.")
        data = MeetingWriteSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        values = {name: value for name, value in data.validated_data.items() if name not in ("version", "note")}
        with transaction.atomic():
            meeting = plan_meeting(person=me(request), **values)
            _write_note(request, meeting, meeting.version, data.validated_data)
        return self._shown(meeting, status.HTTP_201_CREATED)

    @extend_schema(request=MeetingWriteSerializer, responses=MeetingSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change when, where and with whom, or the note. 409 when somebody else was quicker, or it is closed."""
        meeting = self.get_object()
        check_runs(request, meeting)
        data = MeetingWriteSerializer(data=request.data, partial=True)
        data.is_valid(raise_exception=True)
        values = dict(data.validated_data)
        if "version" not in values:
            raise serializers.ValidationError({"version": ["Send the version that you read."]})
        expected = values.pop("version")
        kept = {name: getattr(meeting, name) for name in FIELDS if name != "note"}
        changed = {name: value for name, value in values.items() if name != "note"}
        with transaction.atomic():
            change_meeting(person=me(request), meeting=meeting, expected=expected, **(kept | changed))
            _write_note(request, meeting, meeting.version, values)
        return self._shown(meeting)

    @extend_schema(responses=ProposalSerializer)
    @action(detail=True, methods=["get"])
    def proposal(self, request: Request, pk: str) -> Response:
        """The agenda that Ombud proposes, in order, and what waits."""
        return Response(ProposalSerializer(propose(self.get_object())).data)

    @extend_schema(responses=AttendanceSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None)
    def people(self, request: Request, pk: str) -> Response:
        """Who is expected, what they replied, and who is there."""
        return Response(AttendanceSerializer(attendance_of(self.get_object()), many=True).data)

    @extend_schema(request=None, responses=MeetingSerializer)
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: str) -> Response:
        """Start the meeting, so that decisions can be recorded."""
        meeting = self.get_object()
        check_runs(request, meeting)
        return self._shown(open_meeting(person=me(request), meeting=meeting))

    @extend_schema(request=None, responses=MeetingSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Close the meeting and freeze its minutes."""
        meeting = self.get_object()
        check_runs(request, meeting)
        return self._shown(close_meeting(person=me(request), meeting=meeting))
