"""Published packs through the API: what was frozen, and its files."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from board.api.doors import OfTheBoard, me
from board.models import Pack, PaperFile
from board.packs.forms import FORMS
from board.selectors.papers.papers import LONG, file_name, published_document
from board.services.papers.papers import ask_for_paper, paper_of
from board.tasks import wake_paper_maker

FIELDS = ("id", "meeting", "number", "seal", "published_at", "published_by")


class PackSerializer(serializers.ModelSerializer[Pack]):
    """A published pack. `seal` is the SHA-256 of its document."""

    published_by = serializers.CharField(source="published_by.email", read_only=True)

    class Meta:
        model = Pack
        fields = FIELDS
        read_only_fields = fields


class WholePackSerializer(PackSerializer):
    """The same with the document, as it was frozen."""

    document = serializers.JSONField(read_only=True)

    class Meta:
        model = Pack
        fields = (*FIELDS, "document")
        read_only_fields = fields


class AnyForm(BaseContentNegotiation):
    """Lets a program ask for the media type of a file by name: the address says already which form it wants."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """The first renderer: it only sets what goes wrong."""
        return renderers[0], renderers[0].media_type

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """The first parser: nothing is sent."""
        return parsers[0]


class PackViewSet(ListModelMixin, RetrieveModelMixin, viewsets.GenericViewSet[Pack]):
    """Published packs, the latest first; each with its document, and as a file in four forms."""

    permission_classes = (IsAuthenticated, OfTheBoard)
    filter_backends = ()
    queryset = Pack.objects.none()
    serializer_class = PackSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        """All packs; in the list without their documents."""
        rows = Pack.objects.select_related("published_by", "meeting").order_by("-published_at", "-id")
        return rows.defer("document") if self.action == "list" else rows

    def get_serializer_class(self) -> Any:
        """With the document where one pack is asked for."""
        return WholePackSerializer if self.action == "retrieve" else PackSerializer

    @extend_schema(
        parameters=[OpenApiParameter("form", str, OpenApiParameter.PATH, enum=list(FORMS))],
        responses={
            200: OpenApiResponse(OpenApiTypes.BINARY, "The file"),
            202: OpenApiResponse(OpenApiTypes.OBJECT, "It is long and being made: ask again. `done` is in per cent"),
        },
    )
    @action(detail=True, url_path="files/(?P<form>[a-z]{1,8})", content_negotiation_class=AnyForm)
    def file(self, request: Request, pk: str, form: str) -> HttpResponse | Response:
        """The pack as pdf, pptx, xlsx or html. A long one is made in the background: 202 until it is there."""
        if form not in FORMS:
            raise NotFound("There is no such form. Ask for pdf, pptx, xlsx or html.")
        pack = self.get_object()
        content = self._content(request, pack, form)
        if isinstance(content, Response):
            return content
        response = HttpResponse(content, content_type=FORMS[form].media_type)
        name = file_name("pack", pack.meeting, pack.number, form)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def _content(self, request: Request, pack: Pack, form: str) -> bytes | Response:
        document = published_document(pack)
        if len(document["pages"]) <= LONG:
            return paper_of(document, form, pack.seal)
        file = ask_for_paper(meeting=pack.meeting, form=form, person=me(request), pack=pack)
        if file.state == PaperFile.State.DONE:
            return bytes(PaperFile.objects.get(pk=file.pk).content)
        wake_paper_maker()
        return Response({"state": file.state, "done": file.done}, status=status.HTTP_202_ACCEPTED)
