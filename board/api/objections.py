"""Objections through the API: as on the pages."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from board.api.doors import me
from board.models import Objection
from board.selectors.decisions.objections import SeenObjection, seen_objections, visible_objections
from board.services.decisions.objections import object_to, withdraw_objection
from customers.api_fields import KnownFields
from customers.models import Segment
from portfolio.api_fields import RequestField


class ObjectionSerializer(serializers.Serializer[Any]):
    """What is said against a request for the customers of a segment. `standing`: it waits for the board; `decision` is
    the id of the decision that answered it."""

    id = serializers.IntegerField(source="objection.pk")
    request = serializers.CharField(source="objection.request.reference")
    segment = serializers.CharField(source="objection.segment.code")
    person = serializers.EmailField(source="objection.person.email")
    reason = serializers.CharField(source="objection.reason")
    at = serializers.DateTimeField(source="objection.at")
    state = serializers.ChoiceField(source="objection.state", choices=Objection.State.choices)
    standing = serializers.BooleanField()
    meeting = serializers.IntegerField(source="objection.item.meeting_id", default=None, allow_null=True)
    decision = serializers.IntegerField(source="objection.answered_by_id", allow_null=True)
    withdrawn_at = serializers.DateTimeField(source="objection.withdrawn_at", allow_null=True)
    withdrawn_because = serializers.CharField(source="objection.withdrawn_because", allow_blank=True)


class ObjectSerializer(KnownFields):
    """To which request, for which customers, and why."""

    request = RequestField()
    segment = serializers.SlugRelatedField(slug_field="code", queryset=Segment.objects.order_by("pk"))
    reason = serializers.CharField(max_length=2000)


class WithdrawSerializer(KnownFields):
    """Why it is taken back."""

    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)


class ObjectionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Objection]):
    """Objections to requests that you may see, the latest first."""

    serializer_class = ObjectionSerializer
    filter_backends = ()
    queryset = Objection.objects.none()
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        """Those to requests that the person may see."""
        return visible_objections(self.request.user)

    def _shown(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        return Response(ObjectionSerializer(self._seen([self.get_queryset().get(pk=pk)])[0]).data, status=code)

    def _seen(self, rows: list[Objection]) -> list[SeenObjection]:
        return seen_objections(rows, self.request.user)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All of them, in pages."""
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(ObjectionSerializer(self._seen(list(page)), many=True).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One objection."""
        return self._shown(self.get_object().pk)

    @extend_schema(request=ObjectSerializer, responses={201: ObjectionSerializer})
    def create(self, request: Request) -> Response:
        """Object for the customers of a segment that you speak for. 409 when there is an open one already."""
        data = ObjectSerializer(data=request.data, context=self.get_serializer_context())
        data.is_valid(raise_exception=True)
        made = object_to(person=me(request), **data.validated_data)
        return self._shown(made.pk, status.HTTP_201_CREATED)

    @extend_schema(request=WithdrawSerializer, responses=ObjectionSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take it back: who raised it, or who speaks for these customers now."""
        objection = self.get_object()
        data = WithdrawSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        withdraw_objection(person=me(request), objection=objection, reason=data.validated_data.get("reason", ""))
        return self._shown(objection.pk)
