"""Plans through the API, to be read: scenarios, and what the last plan of each says of every request."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from board.api.doors import OfTheBoard
from board.models import Scenario
from board.selectors.plans.plan_sheets import PlanSheet, SheetRow, last_plan, scenarios, sheet_of


class ScenarioSerializer(serializers.Serializer[Any]):
    """A scenario. `settings` are described in the handbook's page on planning; amounts are in the organisation's
    currency. `state` is that of its last run; null where it was never planned."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    quarters = serializers.ListField(child=serializers.CharField(), source="horizon.names")
    settings = serializers.JSONField(source="sets")
    made_by = serializers.EmailField(source="made_by.email")
    changed_at = serializers.DateTimeField()
    state = serializers.CharField(source="last_state", allow_null=True)
    proposed_at = serializers.DateTimeField(source="adopted_at", allow_null=True)


class PlannedRequestSerializer(serializers.Serializer[Any]):
    """What a plan says of one request; `quarter` is empty where it waits."""

    request = serializers.CharField(source="request.reference")
    goes = serializers.BooleanField(source="line.goes")
    quarter = serializers.SerializerMethodField()
    starts = serializers.DateField(source="line.starts", allow_null=True)
    live = serializers.DateField(source="line.live", allow_null=True)
    moved = serializers.BooleanField(source="line.moved")
    cost = serializers.DecimalField(14, 2, source="line.money")
    net_value = serializers.IntegerField(source="line.value")
    needs = serializers.ListField(child=serializers.CharField(), source="line.needs")
    why = serializers.CharField(source="line.why", allow_blank=True)
    fits_if = serializers.CharField(source="line.fits_if", allow_blank=True)

    def get_quarter(self, row: SheetRow) -> str:
        """Such as "Q2 2027"; empty where it waits."""
        period = row.line.period
        return "" if period is None else self.context["sheet"].horizon.name(period)


class PlanFieldsSerializer(serializers.Serializer[Any]):
    """A plan: `status` (optimal, feasible, infeasible, unknown), the proven `gap`, `figures`, `prices`, the `conflict`
    where there is no plan, and every request."""

    status = serializers.CharField()
    objective = serializers.FloatField(allow_null=True)
    bound = serializers.FloatField(allow_null=True)
    gap = serializers.FloatField(allow_null=True)
    figures = serializers.JSONField()
    prices = serializers.JSONField()
    conflict = serializers.JSONField(allow_null=True)
    requests = PlannedRequestSerializer(many=True)


_NO_PLAN: dict[str, Any] = {
    "status": "",
    "objective": None,
    "bound": None,
    "gap": None,
    "figures": {},
    "prices": [],
    "conflict": None,
}


class PlanSerializer(ScenarioSerializer):
    """A scenario with its last plan."""

    plan = serializers.SerializerMethodField()

    @extend_schema_field(PlanFieldsSerializer(allow_null=True))
    def get_plan(self, scenario: Scenario) -> Any:
        """The last plan; null where there is none yet."""
        sheet: PlanSheet | None = self.context["sheet"]
        if sheet is None:
            return None
        given = {**_NO_PLAN, **sheet.result, "requests": [*sheet.going, *sheet.waiting]}
        return PlanFieldsSerializer(given, context=self.context).data


class PlanViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Scenario]):
    """Scenarios of the planner, the last changed first. They show the money of all departments, and so are for the
    board and the architects."""

    permission_classes = (IsAuthenticated, OfTheBoard)
    serializer_class = ScenarioSerializer
    filter_backends = ()
    queryset = Scenario.objects.none()
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        """Those that nobody threw away."""
        return scenarios()

    @extend_schema(responses=PlanSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One scenario with its last plan."""
        scenario = self.get_object()
        run = last_plan(scenario)
        sheet = sheet_of(run) if run else None
        context = {**self.get_serializer_context(), "sheet": sheet}
        return Response(PlanSerializer(scenario, context=context).data)
