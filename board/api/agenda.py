"""The agenda of a meeting through the API: put on, word, move, take off, decide."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from board.api.decisions import DecideSerializer, DecisionSerializer, shown_decision
from board.api.doors import OfTheBoard, check_runs, me
from board.models import AgendaItem, Meeting
from board.permissions import can_advise, can_propose, can_run
from board.selectors.meetings.items import members_of
from board.selectors.meetings.meetings import ITEM_RELATIONS, agenda_line, agenda_lines, lines_of
from board.services.decisions.decisions import record_decision
from board.services.meetings.agenda import add_item, advise, drop_item, move_item, restore_item, reword_item
from board.services.meetings.own_items import add_own_item, close_own_item, reopen_own_item
from customers.api_fields import KnownFields
from impacts.models import Family
from portfolio.api_fields import ReferencesField, RequestField
from portfolio.tasks import wake_scanner


class ItemSerializer(serializers.Serializer[Any]):
    """A line of the agenda: over one request, one family, a group of requests, several by consent, or the board's own
    over none, with its `note`, and the `outcome` in words once it is dealt with. `number` and
    `starts_at` are null for what was taken off; `why` says what brought it there, empty for by hand.

    `absences` say which of its requests cannot be decided over and why; `blocked` when none can.
    """

    id = serializers.IntegerField(source="item.pk")
    number = serializers.IntegerField(allow_null=True)
    starts_at = serializers.DateTimeField(allow_null=True)
    request = serializers.CharField(source="item.request.reference", default=None, allow_null=True)
    family = serializers.CharField(source="item.family.code", default=None, allow_null=True)
    kind = serializers.ChoiceField(source="item.kind", choices=AgendaItem.Kind.choices)
    title = serializers.CharField(source="item.title", allow_blank=True)
    requests = ReferencesField()
    why = serializers.CharField(source="item.why", allow_blank=True)
    pinned = serializers.BooleanField(source="item.pinned")
    question = serializers.CharField(source="item.question")
    minutes = serializers.IntegerField(source="item.minutes")
    note = serializers.CharField(source="item.note", allow_blank=True)
    outcome = serializers.CharField(source="item.outcome", allow_blank=True)
    closed_at = serializers.DateTimeField(source="item.closed_at", allow_null=True)
    closed_by = serializers.EmailField(source="item.closed_by.email", default=None, allow_null=True)
    advice = serializers.CharField(source="item.advice", allow_blank=True)
    advised_by = serializers.EmailField(source="item.advised_by.email", default=None, allow_null=True)
    status = serializers.ChoiceField(source="item.status", choices=AgendaItem.Status.choices)
    dropped_because = serializers.CharField(source="item.dropped_because", allow_blank=True)
    absences = serializers.ListField(child=serializers.CharField())
    blocked = serializers.BooleanField()
    decision = serializers.IntegerField(source="decision.pk", default=None, allow_null=True)
    version = serializers.IntegerField(source="item.version")


class AddSerializer(KnownFields):
    """What to put on the agenda: a request by its reference, a family by its code, or something of the board's own by
    its title, with a note and minutes."""

    request = RequestField(required=False, allow_null=True)
    family = serializers.SlugRelatedField(
        slug_field="code", queryset=Family.objects.select_related("lead__silo"), required=False, allow_null=True
    )

    title = serializers.CharField(required=False, max_length=300)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    minutes = serializers.IntegerField(required=False, min_value=1, max_value=240)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the three; a note and minutes only with a title."""
        if sum(bool(attrs.get(name)) for name in ("request", "family", "title")) != 1:
            raise serializers.ValidationError("Name either a request, a family, or a title of the board's own.")
        if "title" not in attrs and attrs.keys() & {"note", "minutes"}:
            raise serializers.ValidationError(
                "A note and minutes go with a title. Word the item of a request afterwards."
            )
        return attrs


class WordSerializer(KnownFields):
    """The question and its minutes, for who runs the meeting; the advice, for architects."""

    question = serializers.CharField(required=False, max_length=300)
    minutes = serializers.IntegerField(required=False, min_value=1, max_value=240)
    advice = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=2000, help_text="Of what is the board's own; ignored of others."
    )
    version = serializers.IntegerField(min_value=1, max_value=2_147_483_647)


class MoveSerializer(KnownFields):
    """The place an item moves to: 1 is first, beyond the end means the end."""

    to = serializers.IntegerField(min_value=1, max_value=100_000)


class CloseSerializer(KnownFields):
    """What was said and resolved over an item of the board's own."""

    outcome = serializers.CharField(max_length=5000)
    version = serializers.IntegerField(min_value=1, max_value=2_147_483_647)


class DropSerializer(KnownFields):
    """Why an item is taken off."""

    reason = serializers.CharField(max_length=300)


@extend_schema(parameters=[OpenApiParameter("meeting", int, OpenApiParameter.PATH, description="The meeting's id.")])
class ItemViewSet(viewsets.GenericViewSet[AgendaItem]):
    """The agenda of a meeting, in order."""

    serializer_class = ItemSerializer
    permission_classes = (IsAuthenticated, OfTheBoard)
    filter_backends = ()
    queryset = AgendaItem.objects.none()
    lookup_value_regex = "[0-9]{1,18}"

    def _meeting(self) -> Meeting:
        meetings = Meeting.objects.select_related("chair", "secretary")
        return get_object_or_404(meetings, pk=self.kwargs["meeting"])

    def _item(self) -> AgendaItem:
        items = AgendaItem.objects.select_related(*ITEM_RELATIONS).filter(meeting=self._meeting())
        return get_object_or_404(items, pk=self.kwargs["pk"])

    def _shown(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        """The item as it stands now, with its place on the agenda where it has one."""
        meeting = self._meeting()
        item = AgendaItem.objects.select_related(*ITEM_RELATIONS).get(pk=pk)
        if line := agenda_line(meeting, item):
            return Response(ItemSerializer(line).data, status=code)
        data = ItemSerializer(lines_of(meeting, [item], members_of([item]))[0]).data
        return Response({**data, "number": None, "starts_at": None}, status=code)

    @extend_schema(responses=ItemSerializer(many=True))
    def list(self, request: Request, meeting: str) -> Response:
        """The agenda."""
        page = self.paginate_queryset(agenda_lines(self._meeting()))
        return self.get_paginated_response(ItemSerializer(page, many=True).data)

    def retrieve(self, request: Request, meeting: str, pk: str) -> Response:
        """One item, also one that was taken off."""
        return self._shown(self._item().pk)

    @extend_schema(request=AddSerializer, responses={201: ItemSerializer})
    def create(self, request: Request, meeting: str) -> Response:
        """Put a request, a family, or something of the board's own at the end; what is there already stays in place."""
        of = self._meeting()
        if not can_propose(request.user, of):
            raise PermissionDenied("Only the secretary, the chair and architects do this, until the meeting is closed.")
        data = AddSerializer(data=request.data, context=self.get_serializer_context())
        data.is_valid(raise_exception=True)
        given = {name: value for name, value in data.validated_data.items() if value}
        item = (add_own_item if "title" in given else add_item)(person=me(request), meeting=of, **given)
        return self._shown(item.pk, status.HTTP_201_CREATED)

    @extend_schema(request=WordSerializer, responses=ItemSerializer)
    def partial_update(self, request: Request, meeting: str, pk: str) -> Response:
        """Word the question, give it minutes, write the advice: each by who may."""
        item = self._item()
        runs, advises = can_run(request.user, item.meeting), can_advise(request.user, item.meeting)
        if not (runs or advises) or item.status != AgendaItem.Status.OPEN:
            raise PermissionDenied("Who runs the meeting words an open item; architects write the advice.")
        data = WordSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        given = dict(data.validated_data)
        expected = given.pop("version")
        if not runs and given.keys() - {"advice"}:
            raise PermissionDenied("The question and its minutes are the secretary's and the chair's.")
        if not runs:
            advise(person=me(request), item=item, expected=expected, advice=given.get("advice", item.advice))
        else:
            kept: dict[str, Any] = {"question": item.question, "minutes": item.minutes}
            reword_item(person=me(request), item=item, expected=expected, **(kept | given))
        return self._shown(item.pk)

    @extend_schema(request=MoveSerializer, responses=ItemSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, meeting: str, pk: str) -> Response:
        """Move the item to another place."""
        item = self._item()
        check_runs(request, item.meeting)
        data = MoveSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        move_item(person=me(request), item=item, to=data.validated_data["to"])
        return self._shown(item.pk)

    @extend_schema(request=DropSerializer, responses=ItemSerializer)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, meeting: str, pk: str) -> Response:
        """Take the item off the agenda, and say why."""
        item = self._item()
        check_runs(request, item.meeting)
        data = DropSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        drop_item(person=me(request), item=item, reason=data.validated_data["reason"])
        return self._shown(item.pk)

    @extend_schema(request=None, responses=ItemSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, meeting: str, pk: str) -> Response:
        """Put what was taken off back at the end."""
        item = self._item()
        check_runs(request, item.meeting)
        return self._shown(restore_item(person=me(request), item=item).pk)

    @extend_schema(request=CloseSerializer, responses=ItemSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, meeting: str, pk: str) -> Response:
        """Write down what was said and resolved over what is the board's own: it is dealt with."""
        item = self._item()
        check_runs(request, item.meeting)
        data = CloseSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        given = data.validated_data
        close_own_item(person=me(request), item=item, expected=given["version"], outcome=given["outcome"])
        return self._shown(item.pk)

    @extend_schema(request=None, responses=ItemSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, meeting: str, pk: str) -> Response:
        """Take up again what is the board's own and was dealt with."""
        item = self._item()
        check_runs(request, item.meeting)
        return self._shown(reopen_own_item(person=me(request), item=item).pk)

    @extend_schema(request=DecideSerializer, responses={201: DecisionSerializer})
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, meeting: str, pk: str) -> Response:
        """Record the board's decision. The same `submission` sent twice decides once; 409 when somebody was quicker."""
        item = self._item()
        check_runs(request, item.meeting)
        data = DecideSerializer(data=request.data, context=self.get_serializer_context())
        data.is_valid(raise_exception=True)
        given = data.validated_data
        decision = record_decision(
            person=me(request),
            item=item,
            expected=given["version"],
            submission=given["submission"],
            ruling=data.ruling(),
            seen=data.seen_versions(item),
        )
        wake_scanner()
        return Response(shown_decision(decision.pk, request.user), status=status.HTTP_201_CREATED)
