"""What a request touches, through the API: below each request its impacts, data uses, system uses, contacts, bets."""

from typing import Any, cast

from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api_fields import KnownFields, RegisterField
from customers.models import DataDomain, IdentifyingAttribute, Measure, Segment, System, Touchpoint
from impacts.errors import AlreadyThere
from impacts.models import Bet, BetAnswer, DataUse, Impact, PlannedContact, SystemUse
from impacts.permissions import can_tag
from impacts.services.tags.tagging import remove_tag
from impacts.touch_kinds import KINDS, TouchKind
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from portfolio.tasks import wake_scanner


class ImpactSerializer(KnownFields, serializers.ModelSerializer[Impact]):
    """What the request does at one touchpoint, for these segments or, with none, for all. `measure` and `measure_sign`
    (1 up, -1 down) go together."""

    touchpoint = RegisterField(Touchpoint)
    measure = RegisterField(Measure, required=False, allow_null=True)
    segments = RegisterField(Segment, many=True, required=False)

    class Meta:
        model = Impact
        fields = ("id", "touchpoint", "effect", "direction", "measure", "measure_sign", "segments", "note")


class DataUseSerializer(KnownFields, serializers.ModelSerializer[DataUse]):
    """What the request does to one data domain, in which system, and by which identifying attributes its records will
    be found there."""

    domain = RegisterField(DataDomain)
    system = RegisterField(System, required=False, allow_null=True)
    attributes = RegisterField(IdentifyingAttribute, many=True, required=False)

    class Meta:
        model = DataUse
        fields = ("id", "domain", "mode", "system", "attributes")


class SystemUseSerializer(KnownFields, serializers.ModelSerializer[SystemUse]):
    """What the request does to one system."""

    system = RegisterField(System)

    class Meta:
        model = SystemUse
        fields = ("id", "system", "effect")


class ContactSerializer(KnownFields, serializers.ModelSerializer[PlannedContact]):
    """A planned contact: every customer of the segment, on `times` days, `every_days` apart."""

    segment = RegisterField(Segment)

    class Meta:
        model = PlannedContact
        fields = ("id", "segment", "channel", "first_day", "times", "every_days", "purpose")


class BetAnswerSerializer(serializers.ModelSerializer[BetAnswer]):
    """What came of a bet, in its unit; below 0 where it went the wrong way."""

    person: Any = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = BetAnswer
        fields = ("delivered", "text", "person", "at")
        read_only_fields = fields


class BetSerializer(KnownFields, serializers.ModelSerializer[Bet]):
    """What the request moves for the customers of a segment, by `amount` and always for the better, counted on `due`.
    `measure` goes with `moves` = measure. `answer` is what came of it, null until somebody has said so."""

    segment = RegisterField(Segment)
    measure = RegisterField(Measure, required=False, allow_null=True)
    answer = serializers.SerializerMethodField()

    class Meta:
        model = Bet
        fields = ("id", "segment", "moves", "measure", "amount", "due", "note", "answer")

    @extend_schema_field(BetAnswerSerializer(allow_null=True))
    def get_answer(self, bet: Bet) -> Any:
        """What came of it."""
        return BetAnswerSerializer(bet.answer).data if hasattr(bet, "answer") else None


class TouchViewSet(viewsets.GenericViewSet[Any]):
    """The lines of one kind below a request. Everybody who sees the request reads them; who may edit it writes."""

    kind: TouchKind
    filter_backends = ()
    lookup_value_regex = "[0-9]{1,18}"

    def _request(self, *, to_change: bool = False) -> ProjectRequest:
        """The request of the address: 404 where it may not be seen, 403 where it may not be changed."""
        rows = ProjectRequest.objects.visible_to(self.request.user).select_related("silo", "requester")
        found = get_object_or_404(rows, reference=self.kwargs["reference"])
        if to_change and not can_tag(self.request.user, found):
            raise PermissionDenied(f"What {found.reference} touches is not yours to change.")
        return found

    def _line(self, request: ProjectRequest) -> Any:
        return get_object_or_404(self.kind.rows(request), pk=self.kwargs["pk"])

    def list(self, request: Request, reference: str) -> Response:
        """The lines of the request."""
        page = self.paginate_queryset(self.kind.rows(self._request()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, reference: str, pk: str) -> Response:
        """One line."""
        return Response(self.get_serializer(self._line(self._request())).data)

    def create(self, request: Request, reference: str) -> Response:
        """Add a line."""
        of = self._request(to_change=True)
        data = self.get_serializer(data=request.data)
        data.is_valid(raise_exception=True)
        line = self._kept(self.kind.add, of, request=of, **data.validated_data)
        return Response(self.get_serializer(self.kind.rows(of).get(pk=line.pk)).data, status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, reference: str, pk: str) -> Response:
        """Change a line."""
        of = self._request(to_change=True)
        line = self._line(of)
        data = self.get_serializer(line, data=request.data, partial=True)
        data.is_valid(raise_exception=True)
        values = dict(data.validated_data)
        for name in ("segments", "attributes"):
            if hasattr(line, name):
                values.setdefault(name, list(getattr(line, name).all()))
        self._kept(self.kind.change, of, **{self.kind.argument: line}, **values)
        return Response(self.get_serializer(self._line(of)).data)

    def destroy(self, request: Request, reference: str, pk: str) -> Response:
        """Take a line away. Its history stays."""
        of = self._request(to_change=True)
        self._kept(remove_tag, of, tag=self._line(of))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _kept(self, service: Any, of: ProjectRequest, **values: Any) -> Any:
        try:
            with transaction.atomic():
                made = service(person=cast(Person, self.request.user), **values)
        except IntegrityError as error:
            raise AlreadyThere("It was added a moment ago. Read the list again, and change that line.") from error
        if of.state is not Status.DRAFT:
            wake_scanner()
        return made


def _viewset(code: str, serializer: type[serializers.ModelSerializer[Any]]) -> type[TouchViewSet]:
    kind = KINDS[code]
    words = {
        "kind": kind,
        "serializer_class": serializer,
        "queryset": kind.model._default_manager.none(),
        "__doc__": kind.heading,
    }
    made = type(f"{kind.model.__name__}ViewSet", (TouchViewSet,), words)
    reference = OpenApiParameter("reference", str, OpenApiParameter.PATH, description="The request's reference.")
    return cast(type[TouchViewSet], extend_schema(parameters=[reference])(made))


TOUCH_VIEWSETS: dict[str, type[TouchViewSet]] = {
    "impacts": _viewset("touchpoints", ImpactSerializer),
    "data-uses": _viewset("data", DataUseSerializer),
    "system-uses": _viewset("systems", SystemUseSerializer),
    "contacts": _viewset("contacts", ContactSerializer),
    "bets": _viewset("bets", BetSerializer),
}
