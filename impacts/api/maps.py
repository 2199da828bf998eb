"""The data map and the map of silos through the API, read-only: what the pages show, as far as one may see it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from impacts.engine.data_changes import ORDER
from impacts.engine.data_reach import WORST
from impacts.engine.silo_map import HOWS
from impacts.selectors.maps.data_map import SystemRow, TouchpointRow, seen_data_map
from impacts.selectors.maps.silos import PairRow, seen_silos


class MapSystemSerializer(serializers.Serializer[Any]):
    """One system of the data map. Systems of one `island` can find the same customer; `lost_with_it` says what could no
    longer be found without it, empty where nothing hangs on it."""

    system = serializers.CharField(source="code")
    name = serializers.CharField()
    island = serializers.IntegerField()
    finds_customers_by = serializers.ListField(source="keeps", child=serializers.CharField())
    holds = serializers.ListField(child=serializers.CharField())
    lost_with_it = serializers.CharField(source="bridge")


class MapRequestSerializer(serializers.Serializer[Any]):
    """What one live request does to the data map: it cuts or builds a bridge, needs one, removes a system, or leaves
    open by what customers are found."""

    request = serializers.CharField(source="request.reference")
    what = serializers.ChoiceField(choices=ORDER)
    text = serializers.CharField()


class MapNeedSerializer(serializers.Serializer[Any]):
    """A data domain that is needed, and where it would be read."""

    name = serializers.CharField()
    joined = serializers.ChoiceField(source="state", choices=WORST)
    where = serializers.CharField()


class MapTouchpointSerializer(serializers.Serializer[Any]):
    """What staff must know at a touchpoint, and whether it can be brought together there. `is_said`: somebody said so;
    else it is what live requests use there."""

    touchpoint = serializers.CharField(source="touchpoint.code")
    is_said = serializers.BooleanField()
    joined = serializers.ChoiceField(source="state", choices=WORST)
    needs = MapNeedSerializer(many=True)


class SiloPairSerializer(serializers.Serializer[Any]):
    """Two silos: findings in which they ask for the same or work against each other, by what they work together
    already (empty: the talk has not happened yet), and for the ten most promising talks whom to invite over which
    requests."""

    silos = serializers.SerializerMethodField()
    same = serializers.ListField(source="pair.same", child=serializers.IntegerField())
    against = serializers.ListField(source="pair.against", child=serializers.IntegerField())
    likeness = serializers.IntegerField(allow_null=True)
    together_by = serializers.SerializerMethodField()
    invite = serializers.SerializerMethodField()
    requests = serializers.SerializerMethodField()

    def get_silos(self, row: PairRow) -> list[str]:
        """The codes of both."""
        return [row.one.code, row.other.code]

    def get_together_by(self, row: PairRow) -> list[str]:
        """How they work together already."""
        ways = {work.how for work in row.pair.works}
        return [how for how in HOWS if how in ways]

    def get_invite(self, row: PairRow) -> list[str]:
        """E-mail addresses of whom to bring together."""
        return [person.email for person in row.invite]

    def get_requests(self, row: PairRow) -> list[str]:
        """The references of the requests that they should talk about."""
        return [request.reference for request in row.requests]


class _MapViewSet(viewsets.GenericViewSet[Any]):
    """A list that is worked out as a whole, page by page."""

    filter_backends = ()

    def _answer(self, rows: Any) -> Response:
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class MapSystemViewSet(_MapViewSet):
    """The systems of the data map, by island."""

    serializer_class = MapSystemSerializer

    @extend_schema(responses=MapSystemSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The systems, the largest island first."""
        seen = seen_data_map(request.user)
        return self._answer([_system(row, seen.words.thing(row.node).code) for row in seen.systems])


def _system(row: SystemRow, code: str) -> dict[str, Any]:
    fields = {"code": code, "name": row.name, "island": row.island}
    return {**fields, "keeps": row.keeps, "holds": row.holds, "bridge": row.bridge}


class MapRequestViewSet(_MapViewSet):
    """What live requests do to the data map."""

    serializer_class = MapRequestSerializer

    @extend_schema(responses=MapRequestSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The requests, the gravest first."""
        return self._answer(list(seen_data_map(request.user).effects))


class MapTouchpointViewSet(_MapViewSet):
    """What staff must know at touchpoints."""

    serializer_class = MapTouchpointSerializer

    @extend_schema(responses=MapTouchpointSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The touchpoints, the worst first."""
        rows: list[TouchpointRow] = list(seen_data_map(request.user).touchpoints)
        return self._answer(rows)


class SiloPairViewSet(_MapViewSet):
    """Which silos ask for the same or work against each other, and who works together."""

    serializer_class = SiloPairSerializer

    @extend_schema(responses=SiloPairSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The pairs, the most promising talk first."""
        return self._answer(list(seen_silos(request.user).rows))


MAP_VIEWSETS: dict[str, type[_MapViewSet]] = {
    "data-map/systems": MapSystemViewSet,
    "data-map/requests": MapRequestViewSet,
    "data-map/touchpoints": MapTouchpointViewSet,
    "silo-map": SiloPairViewSet,
}
