"""How much of each skill is there, and how much a request needs, through the API."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api_fields import KnownFields, RegisterField
from customers.permissions import can_change_registers
from customers.tasks import wake_full_scan
from portfolio.models import Person, RequestSkill, Skill, SkillCapacity
from portfolio.services.skills import set_capacities

MOST_DAYS = 1_000_000


class RequestSkillSerializer(KnownFields, serializers.ModelSerializer[RequestSkill]):
    """So many person-days of a skill, from the start to the go-live. 0 days take it off the request."""

    skill = RegisterField(Skill)
    days = serializers.IntegerField(min_value=0, max_value=100_000)

    class Meta:
        model = RequestSkill
        fields = ("skill", "days")


class SkillCapacitySerializer(KnownFields, serializers.ModelSerializer[SkillCapacity]):
    """What is there of a skill in a quarter of the calendar. `days` null: nobody knows; 0: there is nobody."""

    skill = RegisterField(Skill)
    year = serializers.IntegerField(min_value=2000, max_value=2200)
    quarter = serializers.IntegerField(min_value=1, max_value=4)
    days = serializers.IntegerField(min_value=0, max_value=MOST_DAYS, allow_null=True)

    class Meta:
        model = SkillCapacity
        fields = ("skill", "year", "quarter", "days")
        validators = ()


class SkillCapacityViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[SkillCapacity]):
    """What is there of each skill, by quarter."""

    queryset = SkillCapacity.objects.select_related("skill").order_by("skill__code", "year", "quarter", "id")
    serializer_class = SkillCapacitySerializer

    @extend_schema(request=SkillCapacitySerializer, responses=SkillCapacitySerializer)
    def create(self, request: Request) -> Response:
        """Say what is there of a skill in one quarter; said again, the new number counts."""
        if not can_change_registers(request.user):
            raise PermissionDenied("Only architects and administrators say how much of a skill is there.")
        data = self.get_serializer(data=request.data)
        data.is_valid(raise_exception=True)
        said: dict[str, Any] = dict(data.validated_data)
        cell = (said["skill"], (said["year"], said["quarter"]))
        if set_capacities(person=cast(Person, request.user), days={cell: said["days"]}):
            wake_full_scan()
        return Response({**said, "skill": said["skill"].code}, status=status.HTTP_200_OK)
