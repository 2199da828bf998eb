"""The board's record through the API, to be read: what was changed after approvals, conditions and how they were moved,
merges, what was saved, and minutes; each as one person may see it."""

from typing import Any, cast

from django.utils.functional import cached_property
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from board.api.decisions import ConditionSerializer, DecisionSerializer
from board.api.doors import OfTheBoard
from board.models import AgendaItem, Condition, ConditionMove, DecidedRequest, LaterChange, Meeting
from board.selectors.decisions.changes import STILL_OPEN, later_changes, shown_differences, summary_of
from board.selectors.decisions.decisions import conditions_for, merges_for, visible_lines
from board.selectors.decisions.saved import saved_page
from board.selectors.meetings.meetings import attendance_of
from board.selectors.papers.minutes import MinutesLine, corrections_of, minutes_for, with_minutes
from portfolio.api_fields import PersonField, ReferencesField
from portfolio.permissions import can_see
from portfolio.selectors.merged import goes_on_in


class RecordViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    """Something to be read, in pages or one by one."""

    filter_backends = ()
    lookup_value_regex = "[0-9]{1,18}"


# --- later changes --------------------------------------------------------------------------------------------------


class DifferenceSerializer(serializers.Serializer[Any]):
    """One thing that is not as the board saw it, in words."""

    field = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)
    verdict = serializers.ChoiceField(choices=["none", "look", "void"])


class LaterChangeSerializer(serializers.ModelSerializer[LaterChange]):
    """A request is no longer what the board approved. `hidden` counts differences in what it costs, which the reader
    may not see. `answered_by` is the decision that answered it, `meeting` the one whose agenda it is on."""

    request = serializers.CharField(source="request.reference")
    person = PersonField(read_only=True, allow_null=True)
    summary = serializers.SerializerMethodField()
    differences = serializers.SerializerMethodField()
    hidden = serializers.SerializerMethodField()
    meeting = serializers.IntegerField(source="item.meeting_id", default=None, allow_null=True)

    class Meta:
        model = LaterChange
        fields = (
            *("id", "request", "decision", "verdict", "summary", "differences", "hidden", "reason", "person", "at"),
            *("meeting", "answered_by", "put_back_at"),
        )
        read_only_fields = fields

    def get_summary(self, change: LaterChange) -> str:
        """In a few words that tell no amounts."""
        return summary_of(change)

    @extend_schema_field(DifferenceSerializer(many=True))
    def get_differences(self, change: LaterChange) -> Any:
        """What the reader may see of it."""
        return DifferenceSerializer(shown_differences(change, self.context["request"].user), many=True).data

    def get_hidden(self, change: LaterChange) -> int:
        """How many differences they may not see."""
        return len(change.differences) - len(shown_differences(change, self.context["request"].user))


class _ChangeQuery(serializers.Serializer[Any]):
    """What the list is narrowed by."""

    state = serializers.ChoiceField(choices=["open"], required=False, allow_blank=True)


class ChangeViewSet(RecordViewSet):
    """What was changed of requests after the board approved them, the latest first; of requests that you may see."""

    serializer_class = LaterChangeSerializer
    queryset = LaterChange.objects.none()

    def get_queryset(self) -> Any:
        """Of the requests that the person may see."""
        rows = later_changes(self.request.user)
        if self.action != "list":
            return rows
        query = _ChangeQuery(data=self.request.query_params.dict())
        query.is_valid(raise_exception=True)
        return rows.filter(STILL_OPEN) if query.validated_data.get("state") else rows

    @extend_schema(parameters=[OpenApiParameter("state", str, enum=["open"], description="Only what waits.")])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All of them, or those that wait for the board."""
        return super().list(request, *args, **kwargs)


# --- conditions -----------------------------------------------------------------------------------------------------


class ConditionMoveSerializer(serializers.ModelSerializer[ConditionMove]):
    """A condition was given to another owner or day, and why. The first one's `..._before` is what the board said."""

    owner_before = PersonField(read_only=True)
    owner_after = PersonField(read_only=True)
    person = PersonField(read_only=True)

    class Meta:
        model = ConditionMove
        fields = ("owner_before", "owner_after", "due_before", "due_after", "reason", "person", "at")
        read_only_fields = fields


class WholeConditionSerializer(ConditionSerializer):
    """A condition with the requests of its decision that you may see, and how it was moved."""

    met_by = PersonField(read_only=True, allow_null=True)
    requests = serializers.SerializerMethodField()
    moves = ConditionMoveSerializer(many=True, read_only=True)

    class Meta:
        model = Condition
        fields = ("id", "text", "owner", "due", "met_at", "met_note", "met_by", "decision", "requests", "moves")
        read_only_fields = fields

    def get_requests(self, condition: Condition) -> list[str]:
        """Their references."""
        return [each.reference for each in visible_lines(condition.decision, self.context["request"].user)]


class ConditionQuery(serializers.Serializer[Any]):
    """What the list is narrowed to, as on its page."""

    whose = serializers.ChoiceField(choices=["mine"], required=False, allow_blank=True)
    state = serializers.ChoiceField(choices=["open", "overdue", "met", "all"], required=False, default="open")


class ConditionViewSet(RecordViewSet):
    """Conditions of decisions that stand, by due date; the open ones unless you ask for others."""

    serializer_class = WholeConditionSerializer
    queryset = Condition.objects.none()

    def get_queryset(self) -> Any:
        """Those that the person may see."""
        query = ConditionQuery(data=self.request.query_params.dict() if self.action == "list" else {"state": "all"})
        query.is_valid(raise_exception=True)
        rows = conditions_for(self.request.user, **query.validated_data)
        return rows.prefetch_related("moves__owner_before", "moves__owner_after", "moves__person")

    @extend_schema(parameters=[ConditionQuery])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Those that are open, or as you ask."""
        return super().list(request, *args, **kwargs)


# --- merges ---------------------------------------------------------------------------------------------------------


class MergeSerializer(serializers.Serializer[Any]):
    """A request that was merged: into which other, and in which it goes on in the end; null where it is hidden."""

    request = serializers.CharField(source="request.reference")
    survivor = serializers.SerializerMethodField()
    goes_on_in = serializers.SerializerMethodField()
    decision = serializers.IntegerField(source="decision_id")
    at = serializers.DateTimeField(source="decision.at")

    def get_survivor(self, row: DecidedRequest) -> str | None:
        """What it was merged into."""
        return self._named(row.decision.survivor)

    def get_goes_on_in(self, row: DecidedRequest) -> str | None:
        """Where it goes on, should the survivor have been merged in its turn."""
        return self._named(goes_on_in(row.request))

    def _named(self, request: Any) -> str | None:
        return request.reference if request and can_see(self.context["request"].user, request) else None


class MergeViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[DecidedRequest]):
    """Requests that the board merged into others, by merges that stand, the latest first."""

    serializer_class = MergeSerializer
    filter_backends = ()
    queryset = DecidedRequest.objects.none()

    def get_queryset(self) -> Any:
        """Of requests that the person may see."""
        return merges_for(self.request.user)


# --- what was saved -------------------------------------------------------------------------------------------------


class SavedRowSerializer(serializers.Serializer[Any]):
    """One request of a figure: `gross` is what it asked for or planned, `taken_over` what goes on elsewhere."""

    request = serializers.CharField(source="request.reference")
    decision = serializers.IntegerField()
    at = serializers.DateTimeField()
    how = serializers.CharField()
    into = serializers.CharField(source="into.reference", default=None, allow_null=True)
    gross = serializers.DecimalField(source="saved.gross", max_digits=24, decimal_places=2)
    taken_over = serializers.DecimalField(source="saved.taken_over", max_digits=24, decimal_places=2)
    amount = serializers.DecimalField(source="saved.amount", max_digits=24, decimal_places=2)


class FigureSerializer(serializers.Serializer[Any]):
    """A figure and its rows, whose sum it is: money not spent twice, contacts not sent, contacts put off."""

    figure = serializers.ChoiceField(source="key", choices=["spend", "not_sent", "put_off"])
    total = serializers.DecimalField(max_digits=24, decimal_places=2)
    rows = SavedRowSerializer(many=True)


class SavedViewSet(viewsets.GenericViewSet[DecidedRequest]):
    """What saying "whoa" saved, in three figures."""

    serializer_class = FigureSerializer
    permission_classes = (IsAuthenticated, OfTheBoard)
    filter_backends = ()
    queryset = DecidedRequest.objects.none()

    def list(self, request: Request) -> Response:
        """The figures as they are now."""
        found = saved_page()
        page = self.paginate_queryset([found.spend, found.not_sent, found.put_off])
        return self.get_paginated_response(FigureSerializer(page, many=True).data)


# --- minutes --------------------------------------------------------------------------------------------------------


MINUTED = ("id", "title", "status", "starts_at", "opened_at", "closed_at", "place", "chair", "secretary", "note")


class AsideSerializer(serializers.Serializer[Any]):
    """Who stood aside, and why."""

    person = serializers.EmailField(source="person.email")
    because = serializers.CharField()


class MinutesLineSerializer(serializers.Serializer[Any]):
    """One item of the agenda: the decision that stands, and those that were taken back in the meeting."""

    number = serializers.IntegerField()
    item = serializers.IntegerField(source="item.pk")
    question = serializers.CharField()
    kind = serializers.ChoiceField(source="item.kind", choices=AgendaItem.Kind.choices)
    note = serializers.CharField(source="item.note", help_text="What an item of the board's own is about.")
    outcome = serializers.CharField(source="item.resolved", help_text="What was said and resolved over it, in words.")
    requests = ReferencesField()
    hidden = serializers.IntegerField()
    left_out = serializers.ListField(
        child=serializers.CharField(), help_text="Why requests of the item were not decided over."
    )
    gone = serializers.ListField(
        child=serializers.CharField(),
        help_text="Requests of an item without a decision that had ended by then: when, by whom, why.",
    )
    moot = serializers.BooleanField(help_text="Whether all of them had, so that there was nothing left to decide.")
    decision = DecisionSerializer(allow_null=True)
    taken_back = DecisionSerializer(many=True)
    asides = AsideSerializer(many=True)


class CorrectionSerializer(serializers.Serializer[Any]):
    """What was corrected after the minutes were closed: of the item of this number, 0 of the meeting as a whole."""

    number = serializers.IntegerField()
    text = serializers.CharField()
    hidden = serializers.BooleanField(help_text="Whether its words are about something that you may not see.")
    person = serializers.EmailField(source="made.person.email")
    at = serializers.DateTimeField(source="made.at")


class MinutesSerializer(serializers.ModelSerializer[Meeting]):
    """A meeting that has minutes."""

    chair = serializers.EmailField(source="chair.email", default=None, allow_null=True)
    secretary = serializers.EmailField(source="secretary.email", default=None, allow_null=True)

    class Meta:
        model = Meeting
        fields = MINUTED
        read_only_fields = fields


class PresentSerializer(serializers.Serializer[Any]):
    """Somebody who was expected, and whether they were there."""

    person = serializers.EmailField(source="person.email")
    present = serializers.BooleanField()
    absent_because = serializers.CharField(allow_blank=True)


class WholeMinutesSerializer(MinutesSerializer):
    """The same with who was there and what was decided, as you may read it."""

    people = serializers.SerializerMethodField()
    lines = serializers.SerializerMethodField()
    corrections = serializers.SerializerMethodField()

    class Meta:
        model = Meeting
        fields = (*MINUTED, "people", "lines", "corrections")
        read_only_fields = fields

    @cached_property
    def seen(self) -> list[MinutesLine]:
        """The lines as the person may read them."""
        return minutes_for(cast(Meeting, self.instance), self.context["request"].user)

    @extend_schema_field(PresentSerializer(many=True))
    def get_people(self, meeting: Meeting) -> Any:
        """Who was expected."""
        return PresentSerializer(attendance_of(meeting), many=True).data

    @extend_schema_field(MinutesLineSerializer(many=True))
    def get_lines(self, meeting: Meeting) -> Any:
        """The agenda, item by item."""
        return MinutesLineSerializer(self.seen, many=True).data

    @extend_schema_field(CorrectionSerializer(many=True))
    def get_corrections(self, meeting: Meeting) -> Any:
        """What was corrected after the minutes were closed."""
        return CorrectionSerializer(corrections_of(meeting, self.seen), many=True).data


class MinutesViewSet(RecordViewSet):
    """Minutes by the number of their meeting, the latest first: for everybody once it is closed, for the board and the
    architects as they grow."""

    queryset = Meeting.objects.none()

    def get_queryset(self) -> Any:
        """Meetings whose minutes the person may read."""
        return with_minutes(self.request.user)

    def get_serializer_class(self) -> Any:
        """With the lines where one meeting is asked for."""
        return WholeMinutesSerializer if self.action == "retrieve" else MinutesSerializer
