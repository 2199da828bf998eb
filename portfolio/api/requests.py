"""Requests through the API: the same filters, permissions, services and messages as the pages."""

import uuid
from typing import Any, cast

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from customers.api_fields import KnownFields
from portfolio.api.objectives import ContributionViewSet, ObjectiveReadingViewSet
from portfolio.api.skills import RequestSkillSerializer, SkillCapacityViewSet
from portfolio.api_fields import PersonField
from portfolio.errors import StepNotPossible
from portfolio.filters import DEFAULT_SORT, SORTS, RequestFilter, is_sort, sorted_requests
from portfolio.lifecycle import LABELS, Status, step_between
from portfolio.models import STATUS_CHOICES, Comment, Objective, Person, ProjectRequest, Silo, Skill, Transition
from portfolio.permissions import can_comment, can_edit, can_file, can_see, can_see_money
from portfolio.selectors.merged import goes_on_in
from portfolio.selectors.pages import offered_steps
from portfolio.services.belongings import remove_skill, set_skill
from portfolio.services.editing import FIELDS, edit_request
from portfolio.services.filing import create_draft, submit_request
from portfolio.services.steps import advance_request
from portfolio.services.talk import add_comment
from portfolio.tasks import wake_scanner


class RequestSerializer(serializers.ModelSerializer[ProjectRequest]):
    """A request as the reader may see it: what it costs is null for who may not see it."""

    silo = serializers.SlugRelatedField[Silo](slug_field="code", read_only=True)
    requester = serializers.SlugRelatedField[Person](slug_field="email", read_only=True)
    sponsor = PersonField(read_only=True, allow_null=True)
    objective = serializers.SlugRelatedField[Objective](slug_field="code", read_only=True, allow_null=True)
    kind = serializers.ChoiceField(choices=ProjectRequest.Kind.choices, allow_blank=True, read_only=True)
    first_heard = serializers.ChoiceField(choices=ProjectRequest.FirstHeard.choices, allow_blank=True, read_only=True)
    survivor = serializers.SerializerMethodField()
    goes_on_in = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()
    also_after = serializers.SerializerMethodField()

    class Meta:
        model = ProjectRequest
        fields = (
            "reference",
            "silo",
            "requester",
            *FIELDS,
            "status",
            "heads_up",
            "survivor",
            "goes_on_in",
            "after",
            "also_after",
            "changing_since",
            "submitted_at",
            "updated_at",
            "version",
        )
        read_only_fields = fields

    def to_representation(self, instance: ProjectRequest) -> dict[str, Any]:
        """The request, without its costs where the reader may not see them."""
        shown = dict(super().to_representation(instance))
        if not can_see_money(self.context["request"].user, instance):
            shown |= {"one_off_cost": None, "yearly_cost": None}
        return shown

    def get_survivor(self, request: ProjectRequest) -> str | None:
        """The reference of the request this one was merged into, where the reader may see it."""
        return self._reference(request.survivor)

    def get_goes_on_in(self, request: ProjectRequest) -> str | None:
        """The reference of the request in which a merged one goes on in the end, where the reader may see it."""
        return self._reference(goes_on_in(request))

    def get_after(self, request: ProjectRequest) -> str | None:
        """The reference of the request this one comes after, of several that of the one that goes live last, where the
        reader may see it."""
        return self._reference(request.after)

    def get_also_after(self, request: ProjectRequest) -> list[str]:
        """The references of what else this one comes after, as far as the reader may see it."""
        return [other.reference for other in request.also_after.all() if self._reference(other)]

    def _reference(self, other: ProjectRequest | None) -> str | None:
        shown = other is not None and can_see(self.context["request"].user, other)
        return other.reference if other is not None and shown else None


class RequestWriteSerializer(KnownFields, serializers.ModelSerializer[ProjectRequest]):
    """What may be said of a request. `silo` counts when it is made; `version` is the one that was read before."""

    silo = serializers.SlugRelatedField(slug_field="code", queryset=Silo.objects.order_by("pk"), required=False)
    sponsor = PersonField(required=False, allow_null=True)
    objective = serializers.SlugRelatedField(
        slug_field="code", queryset=Objective.objects.filter(retired_on=None), required=False, allow_null=True
    )
    version = serializers.IntegerField(required=False, min_value=1, max_value=2_147_483_647)

    class Meta:
        model = ProjectRequest
        fields = ("silo", "version", *FIELDS)


class StepSerializer(KnownFields):
    """A step of the lifecycle to make."""

    target = serializers.ChoiceField(choices=STATUS_CHOICES)
    why = serializers.CharField(required=False, allow_blank=True, default="", max_length=5000)


class TransitionSerializer(serializers.ModelSerializer[Transition]):
    """A step that was made: who, when, why."""

    person = serializers.SlugRelatedField[Person](slug_field="email", read_only=True)

    class Meta:
        model = Transition
        fields = ("source", "target", "person", "at", "why")
        read_only_fields = fields


class StepsSerializer(serializers.Serializer[Any]):
    """The steps that were made, and those that the reader may make now."""

    made = TransitionSerializer(many=True)
    possible = serializers.ListField(child=serializers.CharField())


class CommentSerializer(KnownFields, serializers.ModelSerializer[Comment]):
    """What somebody said about a request."""

    author = serializers.SlugRelatedField[Person](slug_field="email", read_only=True)

    class Meta:
        model = Comment
        fields = ("author", "text", "at")
        read_only_fields = ("author", "at")


@extend_schema_view(
    list=extend_schema(
        parameters=[
            OpenApiParameter(
                "sort",
                enum=[f"{way}{key}" for key in SORTS for way in ("", "-")],
                description="The newest first unless said; a minus turns it round. `cost` for who sees all costs.",
            )
        ]
    )
)
class RequestViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[ProjectRequest]):
    """Requests: list with the filters of the page, read, make a draft, change, make a step, discuss."""

    serializer_class = RequestSerializer
    filterset_class = RequestFilter
    lookup_field = "reference"
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> QuerySet[ProjectRequest]:
        """What the person may see, in the order of `sort` as on the page."""
        if getattr(self, "swagger_fake_view", False):
            return ProjectRequest.objects.none()
        rows = ProjectRequest.objects.visible_to(self.request.user)
        rows = rows.select_related("silo", "requester", "sponsor", "objective", "survivor", "after")
        rows = rows.prefetch_related(Prefetch("also_after", ProjectRequest.objects.order_by("reference", "id")))
        return sorted_requests(rows, self._sort())

    def _sort(self) -> str:
        """The order asked for; the usual one where nobody said, or may not use it. 400 for one that does not exist."""
        sort = self.request.query_params.get("sort", "") if self.action == "list" else ""
        if sort and sort.removeprefix("-") not in SORTS:
            raise ValidationError({"sort": [f"The list is sorted by {', '.join(SORTS)}; a minus turns it round."]})
        return sort if is_sort(sort, self.request.user) else DEFAULT_SORT

    def filter_queryset(self, queryset: Any) -> Any:
        """The filters narrow the list; what is asked for by its reference is found whatever they say."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    @property
    def person(self) -> Person:
        """Who asks."""
        return cast(Person, self.request.user)

    def _shown(self, request: ProjectRequest, code: int = status.HTTP_200_OK) -> Response:
        fresh = self.get_queryset().get(pk=request.pk)
        return Response(RequestSerializer(fresh, context=self.get_serializer_context()).data, status=code)

    @extend_schema(request=RequestWriteSerializer, responses={201: RequestSerializer})
    def create(self, request: Request) -> Response:
        """Make a draft for a silo; file it by a step to `submitted`."""
        if not can_file(self.person):
            raise PermissionDenied("You may not file requests. Heads of silos, architects and administrators may.")
        data = RequestWriteSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        values = dict(data.validated_data)
        values.pop("version", None)
        silo = values.pop("silo", None)
        if silo is None:
            raise serializers.ValidationError({"silo": ["Say for which silo it is, by its code."]})
        with transaction.atomic():
            draft = create_draft(person=self.person, silo=silo, token=uuid.uuid4().hex)
            if values:
                edit_request(request=draft, person=self.person, expected=draft.version, **values)
        return self._shown(draft, status.HTTP_201_CREATED)

    @extend_schema(request=RequestWriteSerializer, responses=RequestSerializer)
    def partial_update(self, request: Request, reference: str) -> Response:
        """Change fields. `version` must be the one that was read; 409 when somebody else was quicker."""
        found = self.get_object()
        if not can_edit(self.person, found):
            raise PermissionDenied(f"{found.reference} is not yours to change, or is decided over.")
        data = RequestWriteSerializer(found, data=request.data, partial=True)
        data.is_valid(raise_exception=True)
        values = dict(data.validated_data)
        if values.pop("silo", found.silo) != found.silo:
            raise serializers.ValidationError({"silo": ["A request stays with the silo for which it was made."]})
        version = values.pop("version", None)
        if version is None:
            raise serializers.ValidationError({"version": ["Send the version that you read."]})
        edit_request(request=found, person=self.person, expected=version, **values)
        wake_scanner()
        return self._shown(found)

    @extend_schema(methods=["GET"], responses=StepsSerializer, filters=False)
    @extend_schema(methods=["POST"], request=StepSerializer, responses=RequestSerializer, filters=False)
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def transitions(self, request: Request, reference: str) -> Response:
        """The steps made and possible; POST makes one."""
        found = self.get_object()
        if request.method == "GET":
            made = found.transitions.select_related("person").order_by("at", "id")
            possible = [step.target.value for step in offered_steps(self.person, found)]
            return Response(StepsSerializer({"made": made, "possible": possible}).data)
        data = StepSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        target, why = Status(data.validated_data["target"]), data.validated_data["why"]
        if target is Status.SUBMITTED and found.state is Status.DRAFT:
            submit_request(request=found, person=self.person)
        elif any(step.target is target for step in offered_steps(self.person, found)):
            advance_request(request=found, target=target, person=self.person, why=why)
        else:
            self._refuse(found, target)
        wake_scanner()
        return self._shown(found)

    def _refuse(self, request: ProjectRequest, target: Status) -> None:
        """Say why a step is not made: the lifecycle has none, or it is somebody else's to make."""
        if step_between(request.state, target) is None:
            state, wanted = LABELS[request.state].lower(), LABELS[target].lower()
            raise StepNotPossible(f"{request.reference} is {state}; from there it cannot become {wanted}.")
        raise PermissionDenied("This step is not yours to make. The board decides in its meetings.")

    @extend_schema(methods=["GET"], responses=CommentSerializer(many=True), filters=False)
    @extend_schema(methods=["POST"], request=CommentSerializer, responses={201: CommentSerializer}, filters=False)
    @action(detail=True, methods=["get", "post"], filter_backends=[])
    def comments(self, request: Request, reference: str) -> Response:
        """The discussion; POST adds to it."""
        found = self.get_object()
        if request.method == "GET":
            said: Any = found.comments.select_related("author").order_by("at", "id")
            page: Any = self.paginate_queryset(said)
            return self.get_paginated_response(CommentSerializer(page, many=True).data)
        if not can_comment(self.person, found):
            raise PermissionDenied("Readers look on; to take part, ask your administrator for a role.")
        data = CommentSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        comment = add_comment(request=found, author=self.person, text=data.validated_data["text"])
        return Response(CommentSerializer(comment).data, status=status.HTTP_201_CREATED)

    @extend_schema(methods=["GET"], responses=RequestSkillSerializer(many=True), filters=False)
    @extend_schema(methods=["POST"], request=RequestSkillSerializer, responses=RequestSkillSerializer(many=True))
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def skills(self, request: Request, reference: str) -> Response:
        """The skills it needs, in person-days; POST says how many of one, and gives all as they are then."""
        found = self.get_object()
        if request.method == "POST":
            if not can_edit(self.person, found):
                raise PermissionDenied(f"{found.reference} is not yours to change, or is decided over.")
            data = RequestSkillSerializer(data=request.data)
            data.is_valid(raise_exception=True)
            self._set_skill(found, **data.validated_data)
        rows = found.skills.select_related("skill").order_by("skill__code", "id")
        return Response(RequestSkillSerializer(rows, many=True).data)

    def _set_skill(self, request: ProjectRequest, skill: Skill, days: int) -> None:
        if days:
            set_skill(request=request, person=self.person, skill=skill, days=days)
        elif row := request.skills.filter(skill=skill).first():
            remove_skill(request=request, person=self.person, pk=row.pk)
        if request.state is not Status.DRAFT:
            wake_scanner()


class SiloSerializer(serializers.ModelSerializer[Silo]):
    """A silo."""

    class Meta:
        model = Silo
        fields = ("code", "name", "retired_on")


class SiloViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Silo]):
    """The silos that file requests."""

    queryset = Silo.objects.order_by("name", "id")
    serializer_class = SiloSerializer
    lookup_field = "code"
    lookup_value_regex = "[-a-zA-Z0-9_]+"


def add_routes(router: BaseRouter) -> None:
    """Add requests, silos, objectives and what is there of skills to the API."""
    router.register("requests", RequestViewSet, basename="request")
    router.register("skill-capacities", SkillCapacityViewSet, basename="skill-capacity")
    router.register("silos", SiloViewSet, basename="silo")
    router.register("contributions", ContributionViewSet, basename="contribution")
    router.register("objective-readings", ObjectiveReadingViewSet, basename="objective-reading")
