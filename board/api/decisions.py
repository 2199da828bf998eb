"""Decisions through the API: as one person may see them, and what recording one takes."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from board.api.doors import check_runs, me
from board.models import AgendaItem, Condition, Deciding, Decision, Hold, Question, Vote
from board.selectors.decisions.decisions import decision_as_seen, seen, seen_decision
from board.selectors.decisions.log import LogFilter, logged
from board.selectors.meetings.items import members_of
from board.services.decisions.rulings import NewCondition, NewFamily, NewHold, NewQuestion, NewVote, Ruling
from board.services.decisions.undoing import take_back
from customers.api_fields import KnownFields
from customers.models import Segment, Touchpoint
from customers.words import listed
from portfolio.api_fields import PersonField, RequestField
from portfolio.models import STATUS_CHOICES, Silo
from portfolio.tasks import wake_scanner

KINDS = [choice for choice in Decision.Kind.choices if choice[0] != Decision.Kind.REOPEN]


def _by_code(model: Any, what: str) -> Any:
    return serializers.SlugRelatedField(
        slug_field="code",
        queryset=model.objects.order_by("pk"),
        required=False,
        allow_null=True,
        help_text=f"The code of a {what}.",
    )


class DecisionQuery(serializers.Serializer[Any]):
    """What the list is narrowed to."""

    q = serializers.CharField(required=False, allow_blank=True, max_length=200, help_text="Words to look for.")
    kind = serializers.ChoiceField(choices=Decision.Kind.choices, required=False, allow_blank=True)
    silo = _by_code(Silo, "silo")
    touchpoint = _by_code(Touchpoint, "touchpoint")
    segment = _by_code(Segment, "segment")
    group = serializers.CharField(
        required=False, allow_blank=True, max_length=12, help_text="The code of a family or a cluster."
    )
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    entries = serializers.ChoiceField(
        choices=[("all", "All, with those taken back")],
        required=False,
        allow_blank=True,
        help_text="`all` also gives what was taken back; without it only what stands.",
    )

    def wanted(self) -> LogFilter:
        """The filter, as the page's."""
        return LogFilter.from_data(self.validated_data)


class ConditionSerializer(serializers.ModelSerializer[Condition]):
    """What must be true for an approval to hold."""

    owner = PersonField(read_only=True)

    class Meta:
        model = Condition
        fields = ("id", "text", "owner", "due", "met_at", "met_note")
        read_only_fields = fields


class HoldSerializer(serializers.ModelSerializer[Hold]):
    """The formal "whoa": which question, who answers it, when it returns by itself."""

    owner = PersonField(read_only=True)

    class Meta:
        model = Hold
        fields = ("owner", "condition", "expires_on", "released_at")
        read_only_fields = fields


class QuestionSerializer(serializers.ModelSerializer[Question]):
    """What the board wants to know before it decides, and the answer."""

    owner = PersonField(read_only=True)
    answered_by = PersonField(read_only=True)

    class Meta:
        model = Question
        fields = ("id", "text", "owner", "due", "answer", "answered_by", "answered_at")
        read_only_fields = fields


class VoteSerializer(serializers.ModelSerializer[Vote]):
    """How somebody voted; their dissent, or why."""

    person = PersonField(read_only=True)

    class Meta:
        model = Vote
        fields = ("person", "choice", "words")
        read_only_fields = fields


class JoinedSerializer(serializers.Serializer[Any]):
    """The family that a decision founded or confirmed."""

    code = serializers.CharField(source="family.code")
    lead = serializers.CharField(source="lead.reference")
    owner = serializers.EmailField(source="owner.email")


class BallotSerializer(serializers.Serializer[Any]):
    """The count of a vote among those present who did not stand aside. `override_because` is why the chair decided
    against it."""

    majority = serializers.ChoiceField(choices=Deciding.choices)
    present = serializers.IntegerField()
    in_favour = serializers.IntegerField()
    against = serializers.IntegerField()
    abstained = serializers.IntegerField()
    carried = serializers.BooleanField()
    words = serializers.CharField(source="count.words")
    overridden_by = serializers.EmailField(source="overridden_by.email", default=None, allow_null=True)
    override_because = serializers.CharField()


class DecidedSerializer(serializers.Serializer[Any]):
    """What a decision did to one request."""

    reference = serializers.CharField(source="request.reference")
    after = serializers.ChoiceField(choices=STATUS_CHOICES)
    position = serializers.IntegerField(help_text="Its place where an order was decided; equal places go together.")


class DecisionSerializer(serializers.Serializer[Any]):
    """A decision as the reader may see it. With any request `hidden`, question and reason are a plain notice, and
    there are no conditions and no hold."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(choices=Decision.Kind.choices)
    at = serializers.DateTimeField(source="decision.at")
    recorded_by = serializers.EmailField(source="decision.recorded_by.email")
    meeting = serializers.IntegerField(source="decision.item.meeting_id")
    item = serializers.IntegerField(source="decision.item_id")
    question = serializers.CharField()
    reason = serializers.CharField()
    requests = DecidedSerializer(many=True)
    hidden = serializers.IntegerField()
    survivor = serializers.CharField(source="survivor.reference", default=None, allow_null=True)
    conditions = ConditionSerializer(many=True)
    hold = HoldSerializer(allow_null=True)
    until = serializers.DateField(allow_null=True, help_text="The day on which what was deferred comes back.")
    questions = QuestionSerializer(many=True)
    votes = VoteSerializer(many=True)
    ballot = BallotSerializer(allow_null=True, help_text="How the votes were counted, where the board decides by vote.")
    family = JoinedSerializer(source="joining", allow_null=True)
    voided = serializers.BooleanField(help_text="Whether it was taken back.")
    sequence = serializers.IntegerField(
        source="decision.seal.sequence", default=None, allow_null=True, help_text="Its place in the chain."
    )
    previous_hash = serializers.CharField(source="decision.seal.previous_hash", default=None, allow_null=True)
    own_hash = serializers.CharField(source="decision.seal.own_hash", default=None, allow_null=True)


class NewConditionSerializer(KnownFields):
    """A condition: all three."""

    text = serializers.CharField(max_length=500)
    owner = PersonField()
    due = serializers.DateField()


class NewHoldSerializer(KnownFields):
    """A hold: who answers which question, and on which day it returns by itself."""

    owner = PersonField()
    condition = serializers.CharField(max_length=500)
    expires_on = serializers.DateField()


class NewQuestionSerializer(KnownFields):
    """What the board wants to know, who supplies it, by when."""

    text = serializers.CharField(max_length=500)
    owner = PersonField()
    due = serializers.DateField()


class NewFamilySerializer(KnownFields):
    """Under whose lead the requests go together, and who owns that; `partner` goes with a single request."""

    lead = RequestField()
    owner = PersonField()
    partner = RequestField(required=False, allow_null=True, default=None)
    approve = serializers.BooleanField(required=False, default=True)


class NewVoteSerializer(KnownFields):
    """How somebody present voted; `words` are their dissent, or why."""

    person = PersonField()
    choice = serializers.ChoiceField(choices=Vote.Choice.choices)
    words = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


class DecideSerializer(KnownFields):
    """A decision to record. `submission` is your own token for it: sent twice, it decides once. `version` is the item's
    that was read; `seen` may hold the versions of its requests that were read, by reference: others are then a 400."""

    kind = serializers.ChoiceField(choices=KINDS)
    reason = serializers.CharField(max_length=5000)
    conditions = NewConditionSerializer(many=True, required=False, default=list)
    hold = NewHoldSerializer(required=False, allow_null=True, default=None)
    survivor = RequestField(required=False, allow_null=True, default=None)
    approve_survivor = serializers.BooleanField(required=False, default=False)
    order = RequestField(many=True, required=False, default=list)
    places = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=999),
        required=False,
        default=list,
        help_text="The places of `order` where some go at the same time: 1, 1, 2.",
    )
    after = RequestField(required=False, allow_null=True, default=None)
    also_after = RequestField(
        many=True, required=False, default=list, help_text="What else the one request goes after."
    )
    until = serializers.DateField(required=False, allow_null=True, default=None)
    questions = NewQuestionSerializer(many=True, required=False, default=list)
    family = NewFamilySerializer(required=False, allow_null=True, default=None)
    votes = NewVoteSerializer(many=True, required=False, default=list)
    override = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=500,
        help_text="Why who is in the chair decides against the vote.",
    )
    submission = serializers.CharField(max_length=64)
    version = serializers.IntegerField(min_value=1, max_value=2_147_483_647)
    seen = serializers.DictField(child=serializers.IntegerField(min_value=1), required=False, allow_null=True)

    def ruling(self) -> Ruling:
        """What was sent, as the service takes it."""
        data = self.validated_data
        hold = data["hold"]
        return Ruling(
            kind=data["kind"],
            reason=data["reason"],
            conditions=[NewCondition(**each) for each in data["conditions"]],
            hold=NewHold(**hold) if hold else None,
            survivor=data["survivor"] if data["kind"] == Decision.Kind.MERGE else None,
            approve_survivor=data["approve_survivor"],
            order=data["order"],
            places=data["places"],
            until=data["until"],
            questions=[NewQuestion(**each) for each in data["questions"]],
            family=NewFamily(**data["family"]) if data["family"] else None,
            votes=[NewVote(**each) for each in data["votes"]],
            after=[*([data["after"]] if data["after"] else []), *data["also_after"]],
            override=data["override"],
        )

    def seen_versions(self, item: AgendaItem) -> dict[int, int] | None:
        """The versions of the requests that were read, by id; None where none were sent. However many the item has,
        each counts; what is none of its requests is refused by its name."""
        given = self.validated_data.get("seen")
        if given is None:
            return None
        known = {request.reference: request.pk for request in members_of([item]).requests[item.pk]}
        if others := sorted(set(given) - set(known)):
            named = listed(others, most=5)
            raise serializers.ValidationError({"seen": [f"Nothing was recorded: not on this item: {named}."]})
        return {known[reference]: version for reference, version in given.items()}


class TakeBackSerializer(KnownFields):
    """Why a decision is taken back. `submission` is your own token for it."""

    submission = serializers.CharField(max_length=64)
    reason = serializers.CharField(max_length=5000)


def shown_decision(pk: int, user: Any) -> Any:
    """The decision of this id as `user` may see it, for an answer."""
    return DecisionSerializer(decision_as_seen(pk, user)).data


class DecisionViewSet(viewsets.GenericViewSet[Decision]):
    """The decision log, the latest first, with the filters of its page; without `entries` those that stand."""

    serializer_class = DecisionSerializer
    filter_backends = ()
    queryset = Decision.objects.none()
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        """Every entry of the log: what was taken back can be read too."""
        return logged(self.request.user, LogFilter(all_entries=True))

    @extend_schema(parameters=[DecisionQuery], responses=DecisionSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The decisions, as the reader may see them."""
        query = DecisionQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        page = self.paginate_queryset(logged(request.user, query.wanted()))
        return self.get_paginated_response(DecisionSerializer(seen(page or [], request.user), many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One decision."""
        return Response(DecisionSerializer(seen_decision(self.get_object(), request.user)).data)

    @extend_schema(request=TakeBackSerializer, responses=DecisionSerializer)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: str) -> Response:
        """Take the decision back, while its meeting is not closed."""
        decision = self.get_object()
        check_runs(request, decision.item.meeting)
        data = TakeBackSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        take_back(person=me(request), decision=decision, **data.validated_data)
        wake_scanner()
        return Response(shown_decision(decision.pk, request.user))
