"""Clusters and families through the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from impacts.models import Cluster, Family
from impacts.selectors.findings.clusters import MEMBERS, SeenCluster, open_clusters, seen_cluster
from impacts.selectors.findings.families import families_for, seen_families
from portfolio.api_fields import ReferencesField


class ClusterSerializer(serializers.Serializer[Any]):
    """Requests that the engine holds together. Confidential ones are counted in `hidden`, and leave no words and no
    score."""

    code = serializers.CharField(source="cluster.code")
    title = serializers.CharField()
    terms = serializers.SerializerMethodField()
    score = serializers.SerializerMethodField()
    requests = ReferencesField()
    hidden = serializers.IntegerField()
    found_at = serializers.DateTimeField(source="cluster.found_at")
    closed_at = serializers.DateTimeField(source="cluster.closed_at", allow_null=True)

    def get_score(self, seen: SeenCluster) -> float | None:
        """The sum of its ties; nothing where some of them lead to a hidden request."""
        return None if seen.hidden else seen.cluster.score

    def get_terms(self, seen: SeenCluster) -> list[str]:
        """The words that its requests share; none where one of them is hidden."""
        return [] if seen.hidden else [str(term) for term in seen.cluster.terms]


class FamilySerializer(serializers.Serializer[Any]):
    """Requests that people confirmed to be one thing. Confidential ones are counted in `hidden`."""

    code = serializers.CharField(source="family.code")
    title = serializers.CharField()
    lead = serializers.CharField(source="lead.reference", default=None, allow_null=True)
    owner = serializers.EmailField(source="family.owner.email")
    requests = ReferencesField()
    hidden = serializers.IntegerField()
    created_by = serializers.EmailField(source="family.created_by.email")
    created_at = serializers.DateTimeField(source="family.created_at")
    dissolved_at = serializers.DateTimeField(source="family.dissolved_at", allow_null=True)
    version = serializers.IntegerField(source="family.version")


class ClusterViewSet(viewsets.GenericViewSet[Cluster]):
    """Clusters: those that stand, the strongest first; by its code also one that went."""

    serializer_class = ClusterSerializer
    queryset = Cluster.objects.none()
    filter_backends = ()
    lookup_field = "code"
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> Any:
        """All of them; which the person may see is decided one by one."""
        return Cluster.objects.order_by("-score", "id").prefetch_related(MEMBERS)

    @extend_schema(responses=ClusterSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The clusters that stand."""
        page: Any = self.paginate_queryset(open_clusters(request.user))
        return self.get_paginated_response(ClusterSerializer(page, many=True).data)

    def retrieve(self, request: Request, code: str) -> Response:
        """One cluster."""
        seen = seen_cluster(self.get_object(), request.user)
        if seen is None:
            raise NotFound
        return Response(ClusterSerializer(seen).data)


class FamilyViewSet(viewsets.GenericViewSet[Family]):
    """Families: those that stand, the newest first; by its code also one that was dissolved."""

    serializer_class = FamilySerializer
    queryset = Family.objects.none()
    filter_backends = ()
    lookup_field = "code"
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> Any:
        """Those of which the person may see a request."""
        return families_for(self.request.user)

    @extend_schema(responses=FamilySerializer(many=True))
    def list(self, request: Request) -> Response:
        """The families that stand."""
        page = self.paginate_queryset(self.get_queryset().filter(dissolved_at__isnull=True))
        return self.get_paginated_response(FamilySerializer(seen_families(page or [], request.user), many=True).data)

    def retrieve(self, request: Request, code: str) -> Response:
        """One family."""
        return Response(FamilySerializer(seen_families([self.get_object()], request.user)[0]).data)
