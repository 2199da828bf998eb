"""The customer's year through the API, read-only: what its page shows, as far as one may see it."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from customers.models import Segment
from impacts.selectors.years.customer_year import MAX_WEEKS, MIN_WEEKS, YearAsked, years_compared
from impacts.selectors.years.year_export import DAY_COLUMNS, day_rows, segment_json
from impacts.selectors.years.year_sums import CustomerYear
from impacts.year_address import parse_day, references

FIELDS = tuple(name.replace(" ", "_") for name in DAY_COLUMNS)


class YearQuery(serializers.Serializer[Any]):
    """Whose year: of a segment, or of the requests picked (references with commas between), or what of these reaches
    the segment. One of both must be said."""

    segment = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Segment.objects.order_by("pk"),
        required=False,
        allow_null=True,
        help_text="The code of a segment.",
    )
    request = serializers.CharField(required=False, allow_blank=True, max_length=8000)
    starts = serializers.DateField(required=False, help_text="From the Monday of this day; else of today.")
    weeks = serializers.IntegerField(required=False, default=52, min_value=MIN_WEEKS, max_value=MAX_WEEKS)
    approved_only = serializers.BooleanField(required=False, default=False)
    without = serializers.CharField(required=False, allow_blank=True, max_length=8000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Somebody's year it must be."""
        if attrs.get("segment") is None and not references([attrs.get("request", "")]):
            raise serializers.ValidationError({"segment": "Say whose year: a segment, or requests."})
        return attrs


class YearDaySerializer(serializers.Serializer[Any]):
    """Something that happens to customers: a contact, a change at a touchpoint, a freeze or a quiet period. What does
    not concern it is empty."""

    day = serializers.DateField()
    until = serializers.DateField()
    what = serializers.ChoiceField(choices=["contact", "change", "freeze", "quiet period"])
    department = serializers.CharField()
    request = serializers.CharField()
    title = serializers.CharField()
    channel_or_touchpoint = serializers.CharField()
    effect = serializers.CharField()
    for_them = serializers.CharField()
    measure = serializers.CharField()
    segments = serializers.CharField()
    customers = serializers.IntegerField(allow_null=True)
    must_be_relearned = serializers.CharField()
    in_a_freeze = serializers.CharField()
    breaks_a_policy = serializers.CharField()


class YearPolicySerializer(serializers.Serializer[Any]):
    """How full the fullest window of a policy gets, and which it is."""

    policy = serializers.CharField()
    limit = serializers.IntegerField()
    days = serializers.IntegerField()
    peak = serializers.IntegerField()
    breach = serializers.BooleanField()
    starts = serializers.DateField(source="from", allow_null=True)
    ends = serializers.DateField(source="to", allow_null=True)


class YearSegmentSerializer(serializers.Serializer[Any]):
    """What one segment lives through, in sum."""

    segment = serializers.CharField()
    customers = serializers.IntegerField()
    yearly_value = serializers.CharField(allow_null=True)
    contacts = serializers.IntegerField()
    changes = serializers.IntegerField()
    better = serializers.IntegerField()
    worse = serializers.IntegerField()
    relearned = serializers.ListField(child=serializers.CharField())
    customers_times_relearned = serializers.IntegerField()
    policies = YearPolicySerializer(many=True)
    peak_with_everybody = serializers.IntegerField(allow_null=True)


class _YearViewSet(viewsets.GenericViewSet[Any]):
    """A list that is worked out as a whole, page by page."""

    filter_backends = ()

    def _year(self, request: Request) -> CustomerYear:
        query = YearQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        said, today = query.validated_data, timezone.localdate()
        asked = YearAsked(
            starts=parse_day(str(said.get("starts", today)), today),
            weeks=said["weeks"],
            segment=said.get("segment"),
            picked=references([said.get("request", "")]),
            committed_only=said["approved_only"],
            without=references([said.get("without", "")]),
        )
        before, after = years_compared(user=request.user, asked=asked)
        return after or before

    def _answer(self, rows: list[dict[str, Any]]) -> Response:
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class YearDayViewSet(_YearViewSet):
    """The customer's year, day by day."""

    serializer_class = YearDaySerializer

    @extend_schema(parameters=[YearQuery], responses=YearDaySerializer(many=True))
    def list(self, request: Request) -> Response:
        """What happens, by day."""
        rows = (dict(zip(FIELDS, row, strict=True)) for row in day_rows(self._year(request)))
        return self._answer([row | {"customers": row["customers"] or None} for row in rows])


class YearSegmentViewSet(_YearViewSet):
    """The customer's year, in sum for each segment that it reaches."""

    serializer_class = YearSegmentSerializer

    @extend_schema(parameters=[YearQuery], responses=YearSegmentSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The segments, by name."""
        return self._answer([segment_json(one) for one in self._year(request).segments])


YEAR_VIEWSETS: dict[str, type[_YearViewSet]] = {
    "customer-year/days": YearDayViewSet,
    "customer-year/segments": YearSegmentViewSet,
}
