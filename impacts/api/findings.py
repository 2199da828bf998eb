"""Findings through the API: the inbox with the filters of its page, one finding, and what architects say of it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api_fields import KnownFields
from impacts.engine.rules.registry import RULES
from impacts.models import Finding
from impacts.permissions import can_triage
from impacts.selectors.findings.findings import filtered_findings, findings_for, what_was_said
from impacts.selectors.findings.presenting import PresentedFinding, present
from impacts.selectors.scans.judging import in_order
from impacts.services.findings.triage import ACTS, undo_last_act
from portfolio.api_fields import PersonField, ReferencesField, RequestField
from portfolio.models import Silo
from portfolio.tasks import wake_scanner

UNDO = "undo"
#: What each act must be told besides the version.
NEEDED = {"dismiss": ("reason",), "merge": ("survivor",), "family": ("lead", "owner"), "order": ("first", "later")}
TAKES = {"merge": ("survivor",), "family": ("lead", "owner", "title"), "order": ("first", "later")}
MESSAGES = {
    "reason": "Say why you dismiss it, so that nobody has to look again.",
    "survivor": "Name the request that carries the others, by its reference.",
    "lead": "Name the request that leads, by its reference.",
    "owner": "Name the person who owns the family, by e-mail address.",
    "first": "Name the request that must come first, by its reference.",
    "later": "Name the request that needs it, by its reference.",
}


#: What is computed of all the requests of a finding, so that it measures a hidden one.
MEASURES = ("score", "weight", "first_seen", "last_seen")


class FindingQuery(serializers.Serializer[Any]):
    """What the list is narrowed to. Without a state: the open ones."""

    state = serializers.ChoiceField(choices=[*Finding.State.values, "all"], required=False, allow_blank=True)
    rule = serializers.ChoiceField(choices=[rule.code for rule in RULES], required=False, allow_blank=True)
    severity = serializers.ChoiceField(choices=Finding.Severity.choices, required=False, allow_blank=True)
    silo = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Silo.objects.order_by("pk"),
        required=False,
        allow_null=True,
        help_text="The code of a silo.",
    )
    request = serializers.CharField(required=False, allow_blank=True, max_length=40, help_text="A reference.")
    mine = serializers.BooleanField(required=False, help_text="Only those of requests that concern you.")
    order = serializers.ChoiceField(
        choices=["learn"],
        required=False,
        allow_blank=True,
        help_text="The weightiest first; or `learn`: only overlaps, those first whose verdict would teach most.",
    )


class EvidenceSerializer(serializers.Serializer[Any]):
    """One line of evidence, and its part of the score."""

    kind = serializers.CharField()
    text = serializers.CharField()
    weight = serializers.FloatField(allow_null=True)
    words = serializers.ListField(child=serializers.CharField())


class FindingSerializer(serializers.Serializer[Any]):
    """A finding as the reader may see it.

    `summary` says in one sentence what an overlap's requests have in common, `remedy` what would end a conflict. The
    weights of the evidence of an overlap sum to its score; of the words that both titles or both texts use, the
    strongest have a line each. `hidden` counts requests that the reader may not see, `ask` is who can tell more about
    them, and `is_redacted` says that what it is about is not shown at all. While any is hidden there is no score, no
    weight and no day: these tell how alike, how large and how old the hidden one is.
    """

    id = serializers.IntegerField(source="pk")
    rule = serializers.CharField()
    kind = serializers.ChoiceField(choices=Finding.Kind.choices)
    severity = serializers.ChoiceField(choices=Finding.Severity.choices)
    state = serializers.ChoiceField(choices=Finding.State.choices)
    score = serializers.FloatField(allow_null=True)
    weight = serializers.FloatField(allow_null=True)
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    evidence = EvidenceSerializer(many=True)
    remedy = serializers.CharField(allow_blank=True)
    requests = ReferencesField()
    hidden = serializers.IntegerField()
    ask = serializers.EmailField(source="contact.email", default=None, allow_null=True)
    is_redacted = serializers.BooleanField()
    came_back = serializers.CharField(allow_blank=True)
    first_seen = serializers.DateTimeField(allow_null=True)
    last_seen = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()

    def to_representation(self, instance: PresentedFinding) -> dict[str, Any]:
        """Without what measures a hidden request."""
        shown: dict[str, Any] = super().to_representation(instance)
        return shown | dict.fromkeys(MEASURES) if instance.hidden else shown


class SaidSerializer(serializers.Serializer[Any]):
    """What a person said of a finding, or a scan did to it."""

    at = serializers.DateTimeField()
    person = serializers.EmailField(source="person.email", default=None, allow_null=True)
    text = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)


class FindingDetailSerializer(FindingSerializer):
    """A finding with what was said of it; that is empty where a request is hidden, for it may speak of it."""

    said = SaidSerializer(many=True)


class ActSerializer(KnownFields):
    """What an architect says. `version` is the finding's that was read; an undo takes back the last act."""

    act = serializers.ChoiceField(choices=[*ACTS, UNDO])
    version = serializers.IntegerField(min_value=1, max_value=2_147_483_647, required=False)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)
    survivor = RequestField(required=False, allow_null=True)
    lead = RequestField(required=False, allow_null=True)
    owner = PersonField(required=False, allow_null=True)
    first = RequestField(required=False, allow_null=True)
    later = RequestField(required=False, allow_null=True)
    title = serializers.CharField(required=False, allow_blank=True, max_length=300)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What the act needs is there."""
        kind = attrs["act"]
        errors = {name: [MESSAGES[name]] for name in NEEDED.get(kind, ()) if not attrs.get(name)}
        if kind != UNDO and "version" not in attrs:
            errors["version"] = ["Send the version that you read."]
        if errors:
            raise serializers.ValidationError(errors)
        return attrs


class FindingViewSet(viewsets.GenericViewSet[Finding]):
    """Findings: the weightiest first, with the filters of the triage page; read one; say what is true of it."""

    serializer_class = FindingDetailSerializer
    queryset = Finding.objects.none()
    filter_backends = ()
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        """Those of which the person may see a request."""
        return findings_for(self.request.user)

    @extend_schema(parameters=[FindingQuery], responses=FindingSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The findings, as the reader may see them."""
        query = FindingQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        rows = filtered_findings(request.user, query.validated_data)
        page = self.paginate_queryset(in_order(rows, query.validated_data.get("order", "")))
        return self.get_paginated_response(FindingSerializer(present(page or [], request.user), many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One finding, with what was said of it."""
        return self._shown(self.get_object())

    @extend_schema(request=ActSerializer, responses=FindingDetailSerializer)
    @action(detail=True, methods=["post"])
    def triage(self, request: Request, pk: str) -> Response:
        """Confirm, dismiss, propose merging, join as a family, put in order, or take the last act back."""
        finding = self.get_object()
        if not can_triage(request.user):
            raise PermissionDenied("Only an architect decides over findings.")
        data = ActSerializer(data=request.data, context=self.get_serializer_context())
        data.is_valid(raise_exception=True)
        given = data.validated_data
        kind = given["act"]
        if kind == UNDO:
            undo_last_act(finding=finding, person=request.user)  # type: ignore[arg-type] # signed in
        else:
            details = {name: given[name] for name in TAKES.get(kind, ()) if name in given}
            common = {"person": request.user, "version": given["version"], "reason": given["reason"]}
            ACTS[kind](finding=finding, **common, **details)
        wake_scanner()
        return self._shown(self.get_object())

    def _shown(self, finding: Finding) -> Response:
        found: list[PresentedFinding] = present([finding], self.request.user)
        if not found:
            raise NotFound
        shown = FindingSerializer(found[0]).data
        said = [] if found[0].hidden else what_was_said(finding)
        return Response({**shown, "said": SaidSerializer(said, many=True).data})
