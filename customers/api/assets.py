"""Customers by quarter and their movement between tiers, through the API: to read. They are typed or imported as a
whole quarter, since only a whole quarter can be checked."""

from django_filters import rest_framework as filters
from rest_framework import serializers, viewsets

from customers.api_fields import RegisterField
from customers.models import AssetQuarter, Segment, Tier, TierMovement


class AssetQuarterSerializer(serializers.ModelSerializer[AssetQuarter]):
    """One tier of a segment in one quarter, in customers; `tier` null: the whole segment. `referrals` are those of the
    gained whom another customer brought, `worth` what one customer was worth a year."""

    segment = RegisterField(Segment)
    tier = RegisterField(Tier, allow_null=True)

    class Meta:
        model = AssetQuarter
        fields = (
            *("id", "segment", "tier", "year", "quarter", "customers_start", "gained", "referrals", "lost"),
            *("customers_end", "worth"),
        )
        read_only_fields = fields


class TierMovementSerializer(serializers.ModelSerializer[TierMovement]):
    """So many customers were in one tier at the start of a quarter and in another at its end."""

    segment = RegisterField(Segment)
    from_tier = RegisterField(Tier)
    to_tier = RegisterField(Tier)

    class Meta:
        model = TierMovement
        fields = ("id", "segment", "year", "quarter", "from_tier", "to_tier", "customers")
        read_only_fields = fields


class AssetFilter(filters.FilterSet):  # type: ignore[misc]
    """By segment, year and quarter."""

    segment = filters.CharFilter(field_name="segment__code")

    class Meta:
        model = AssetQuarter
        fields = ("segment", "year", "quarter")


class MovementFilter(AssetFilter):
    """By segment, year and quarter."""

    class Meta:
        model = TierMovement
        fields = ("segment", "year", "quarter")


class AssetQuarterViewSet(viewsets.ReadOnlyModelViewSet[AssetQuarter]):
    """Customers at the start, gained, lost and at the end of each quarter, by tier."""

    queryset = AssetQuarter.objects.select_related("segment", "tier").order_by(
        "year", "quarter", "segment__code", "tier__rank", "id"
    )
    serializer_class = AssetQuarterSerializer
    filterset_class = AssetFilter
    lookup_value_regex = "[0-9]{1,18}"


class TierMovementViewSet(viewsets.ReadOnlyModelViewSet[TierMovement]):
    """Who moved between tiers in each quarter."""

    queryset = TierMovement.objects.select_related("segment", "from_tier", "to_tier").order_by(
        "year", "quarter", "segment__code", "from_tier__rank", "to_tier__rank", "id"
    )
    serializer_class = TierMovementSerializer
    filterset_class = MovementFilter
    lookup_value_regex = "[0-9]{1,18}"
