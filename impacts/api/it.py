"""IT and the customer through the API: hours, value stories, service tiers. Stories and tiers are written on pages."""

from typing import Any, cast

from rest_framework import mixins, serializers, viewsets
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request

from customers.api_fields import KnownFields, RegisterField
from customers.models import CustomerTime, Segment, ServiceTier, Touchpoint, ValueStory
from impacts.permissions import can_log_time
from impacts.selectors.it.it_hours import entries_for
from impacts.selectors.it.value_stories import stories_for
from impacts.services.it.customer_time import save_time
from portfolio.models import Person


class MayLogTime(BasePermission):
    """Everybody signed in reads; people from IT write down their own hours."""

    message = "People from IT write down their hours with customers."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the person may do this."""
        return request.method in ("GET", "HEAD", "OPTIONS") or can_log_time(request.user)


class CustomerTimeSerializer(KnownFields, serializers.ModelSerializer[CustomerTime]):
    """Hours of one person with customers, on one day; with `whole_month`, of the month that `day` is the first of."""

    person = serializers.EmailField(source="person.email", read_only=True)
    segment = RegisterField(Segment, required=False, allow_null=True)
    touchpoint = RegisterField(Touchpoint, required=False, allow_null=True)

    class Meta:
        model = CustomerTime
        fields = ("id", "person", "day", "whole_month", "hours", "segment", "touchpoint", "words")


class CustomerTimeViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.CreateModelMixin, viewsets.GenericViewSet[CustomerTime]
):
    """Hours that people from IT spend with customers, the latest first. POST: one's own."""

    serializer_class = CustomerTimeSerializer
    permission_classes = (IsAuthenticated, MayLogTime)
    lookup_value_regex = "[0-9]{1,18}"
    http_method_names: list[str] = ["get", "post", "head", "options"]

    def get_queryset(self) -> Any:
        """Everybody's."""
        return entries_for("")

    def perform_create(self, serializer: Any) -> None:
        """Write them down through the service."""
        entry = CustomerTime(person=cast(Person, self.request.user), **serializer.validated_data)
        serializer.instance = save_time(entry=entry, by=self.request.user)


class ValueStorySerializer(serializers.ModelSerializer[ValueStory]):
    """What IT did for customers, with the figure that shows it."""

    segments: Any = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)
    author = serializers.EmailField(source="author.email")
    reviewer = serializers.EmailField(source="reviewer.email", default=None, allow_null=True)

    class Meta:
        model = ValueStory
        fields = (
            *("id", "title", "what", "segments", "figure", "before", "after", "source", "status", "author"),
            *("reviewer", "reviewed_at", "published_at", "version"),
        )


class ValueStoryViewSet(viewsets.ReadOnlyModelViewSet[ValueStory]):
    """Value stories that one may read: published ones, one's own, and all for who reviews."""

    serializer_class = ValueStorySerializer
    queryset = ValueStory.objects.none()
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        """The latest published first."""
        return stories_for(self.request.user)


class ServiceTierSerializer(serializers.ModelSerializer[ServiceTier]):
    """What customers get at a touchpoint that IT runs, and what it costs or who pays."""

    touchpoint: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)

    class Meta:
        model = ServiceTier
        fields = (
            *("id", "touchpoint", "name", "included", "response", "response_unit", "hours_of_service"),
            *("price", "price_for", "borne_by"),
        )


class ServiceTierViewSet(viewsets.ReadOnlyModelViewSet[ServiceTier]):
    """Service tiers of all touchpoints."""

    serializer_class = ServiceTierSerializer
    lookup_value_regex = "[0-9]{1,18}"
    queryset = ServiceTier.objects.select_related("touchpoint").order_by("touchpoint__name", "id")


IT_VIEWSETS: dict[str, type[viewsets.GenericViewSet[Any]]] = {
    "customer-time": CustomerTimeViewSet,
    "value-stories": ValueStoryViewSet,
    "service-tiers": ServiceTierViewSet,
}
