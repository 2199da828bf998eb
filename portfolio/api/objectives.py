"""What requests move and how far objectives are, through the API, to be read. Objectives themselves are a register."""

from typing import Any

from rest_framework import mixins, serializers, viewsets

from portfolio.models import Contribution, ObjectiveReading, ProjectRequest


class ContributionSerializer(serializers.ModelSerializer[Contribution]):
    """A request moves an objective: `amount` is in the unit of the objective's measure, null where nobody can say."""

    request = serializers.CharField(source="request.reference")
    objective = serializers.CharField(source="objective.code")

    class Meta:
        model = Contribution
        fields = ("request", "objective", "direction", "amount", "how")


class ContributionViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Contribution]):
    """What the requests that you may see say that they move."""

    serializer_class = ContributionSerializer
    queryset = Contribution.objects.none()
    filter_backends = ()

    def get_queryset(self) -> Any:
        """Those of filed requests that the person may see."""
        visible = ProjectRequest.objects.visible_to(self.request.user).exclude(status="draft").order_by().values("pk")
        rows = Contribution.objects.filter(request__in=visible).select_related("request", "objective")
        return rows.order_by("request__reference", "objective__code", "id")


class ObjectiveReadingSerializer(serializers.ModelSerializer[ObjectiveReading]):
    """How far an objective was on a day, in the unit of its measure."""

    objective = serializers.CharField(source="objective.code")
    person = serializers.EmailField(source="person.email", default=None, allow_null=True)

    class Meta:
        model = ObjectiveReading
        fields = ("objective", "on", "value", "note", "person")


class ObjectiveReadingViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[ObjectiveReading]):
    """How far objectives were, day by day."""

    serializer_class = ObjectiveReadingSerializer
    queryset = ObjectiveReading.objects.select_related("objective", "person").order_by("objective__code", "on", "id")
    filter_backends = ()
