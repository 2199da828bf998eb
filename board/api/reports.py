"""Reports through the API, to be read."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from board.models import ReportSchedule
from board.permissions import can_see_reports
from board.report_files import plain
from board.reporting.document import Period
from board.selectors.reports.reports import REPORTS, period_of, reports_for


class ReportKindSerializer(serializers.Serializer[Any]):
    """A report there is."""

    slug = serializers.CharField()
    name = serializers.CharField()
    question = serializers.CharField()


class ReportTableSerializer(serializers.Serializer[Any]):
    """One table: its headings, and its rows in their order."""

    name = serializers.CharField()
    headings = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField())


class ReportSerializer(serializers.Serializer[Any]):
    """A report over a period: its finding and its tables."""

    title = serializers.CharField()
    deck = serializers.CharField()
    first = serializers.DateField(allow_null=True)
    last = serializers.DateField(allow_null=True)
    tables = ReportTableSerializer(many=True)


class PeriodSerializer(serializers.Serializer[Any]):
    """From when to when."""

    first = serializers.DateField(required=False)
    last = serializers.DateField(required=False)


class ReportViewSet(viewsets.ViewSet):
    """The reports of the board over time, each counting what you may see."""

    lookup_field = "slug"
    lookup_value_regex = "[-a-z]{1,40}"

    @extend_schema(responses=ReportKindSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Those that you may open."""
        return Response(ReportKindSerializer(reports_for(request.user), many=True).data)

    @extend_schema(
        responses=ReportSerializer,
        parameters=[
            OpenApiParameter("slug", str, OpenApiParameter.PATH),
            OpenApiParameter("first", str, description="First day; without any, four quarters."),
            OpenApiParameter("last", str, description="Last day."),
        ],
    )
    def retrieve(self, request: Request, slug: str) -> Response:
        """One report."""
        kind = REPORTS.get(slug)
        if kind is None:
            raise Http404
        if not can_see_reports(request.user, money=kind.is_money):
            raise PermissionDenied("This report shows the money of all: architects and the board open it.")
        period = _period(request)
        report = kind.build(request.user, period, timezone.now())
        tables = [
            {
                "name": table.name,
                "headings": [heading.label for heading in table.headings],
                "rows": [[plain(cell) for cell in row] for row in table.rows],
            }
            for table in report.tables
        ]
        fields = {"title": report.title, "deck": report.deck, "first": period.first, "last": period.last}
        return Response(ReportSerializer({**fields, "tables": tables}).data)


def _period(request: Request) -> Period:
    asked = PeriodSerializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    said = asked.validated_data
    if not said:
        return period_of(ReportSchedule.Span.YEAR, timezone.localdate())
    if said.get("first") and said.get("last") and said["last"] < said["first"]:
        raise ValidationError({"last": ["This day lies before the first one."]})
    return Period(said.get("first"), said.get("last"))
