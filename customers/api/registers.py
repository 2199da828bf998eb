"""The registers through the API: the same permissions, services and messages as the pages."""

from typing import Any, ClassVar

from rest_framework import mixins, serializers, viewsets
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.routers import BaseRouter

from customers import services
from customers.api.assets import AssetQuarterViewSet, TierMovementViewSet
from customers.api_fields import AnswererField, KnownFields, RegisterField
from customers.models import DataDomain, DataHolding, HoldingAttribute, IdentifyingAttribute, RegisterEntry, System
from customers.permissions import can_change_registers
from customers.registers import REGISTERS, Register
from customers.selectors import entry_by_code
from customers.selectors.entries import FOUND_BY
from customers.tasks import wake_full_scan
from customers.words import with_article


class MayChangeRegisters(BasePermission):
    """Everybody signed in may read; architects and administrators write."""

    message = "Only architects and administrators change the registers."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the person may do this with the registers."""
        return request.method in ("GET", "HEAD", "OPTIONS") or can_change_registers(request.user)


class EntrySerializer(KnownFields, serializers.ModelSerializer[RegisterEntry]):
    """An entry of a register. People are named by their e-mail address, other entries by their code."""

    def build_relational_field(self, field_name: str, relation_info: Any) -> Any:
        """Relations by a name that lasts: e-mail for people, code for entries."""
        is_person = hasattr(relation_info.related_model, "email")
        options: dict[str, Any] = {
            "queryset": relation_info.related_model._default_manager.order_by("pk"),
            "many": relation_info.to_many,
            "required": False,
        }
        if not relation_info.to_many:
            options["allow_null"] = True
        if is_person:
            return AnswererField, options
        del options["queryset"]
        return RegisterField, {"model": relation_info.related_model, **options}


class RegisterViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    viewsets.GenericViewSet[Any],
):
    """One register: list, read, add and change entries. Nothing is deleted; an entry is retired by its date."""

    register: ClassVar[Register]
    permission_classes = (IsAuthenticated, MayChangeRegisters)
    lookup_field = "code"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    http_method_names: list[str] = ["get", "post", "patch", "head", "options"]

    def get_queryset(self) -> Any:
        """All entries, retired ones last."""
        model = self.register.model
        shown = {field.name: field for field in model._meta.get_fields() if field.name in self.register.fields}
        single = [name for name, field in shown.items() if field.many_to_one]
        many = [name for name, field in shown.items() if field.many_to_many]
        return self.register.rows().select_related(None).select_related(*single).prefetch_related(*many)

    def get_object(self) -> Any:
        """The entry of this code; for one that was merged, the one it was merged into."""
        survivor = entry_by_code(self.register, self.kwargs["code"])
        if survivor is not None:
            self.kwargs["code"] = survivor.code
        return super().get_object()

    def perform_create(self, serializer: Any) -> None:
        """Add the entry through the service."""
        self._save(serializer, self.register.model())

    def perform_update(self, serializer: Any) -> None:
        """Change the entry through the service."""
        self._save(serializer, serializer.instance)

    def _save(self, serializer: Any, entry: RegisterEntry) -> None:
        values = dict(serializer.validated_data)
        touchpoints = values.pop("touchpoints", None)
        for name, value in values.items():
            setattr(entry, name, value)
        serializer.instance = services.save_entry(entry=entry, by=self.request.user, touchpoints=touchpoints)
        wake_full_scan()


def _viewset(register: Register) -> type[RegisterViewSet]:
    fields = [*register.fields, "retired_on", "updated_at"]
    options = {"model": register.model, "fields": fields, "read_only_fields": ["updated_at"]}
    options["extra_kwargs"] = {"code": {"required": False}}
    name = register.model.__name__
    meta = type("Meta", (), options)
    serializer = type(
        f"{name}Serializer",
        (EntrySerializer,),
        {"Meta": meta, "__doc__": f"{with_article(register.singular).capitalize()}."},
    )
    words = {"register": register, "serializer_class": serializer, "__doc__": register.why}
    return type(f"{name}ViewSet", (RegisterViewSet,), words)


class HoldingAttributeSerializer(KnownFields, serializers.ModelSerializer[HoldingAttribute]):
    """An identifying attribute of the records, and how far it can be trusted there."""

    attribute = RegisterField(IdentifyingAttribute)

    class Meta:
        model = HoldingAttribute
        fields = ("attribute", "quality")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Each row names its attribute, also where a holding is changed in part."""
        if "attribute" not in attrs:
            raise serializers.ValidationError({"attribute": ["Say which identifying attribute it is."]})
        return attrs


class HoldingSerializer(KnownFields, serializers.ModelSerializer[DataHolding]):
    """A system holds a data domain, as what, and by what its records are found. `attributes` replaces them all."""

    system = RegisterField(System)
    domain = RegisterField(DataDomain)
    attributes = HoldingAttributeSerializer(many=True, required=False)

    class Meta:
        model = DataHolding
        fields = ("id", "system", "domain", "role", "attributes")
        validators: ClassVar[list[Any]] = []

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A system holds a domain once; which two they are does not change."""
        if self.instance is None:
            if DataHolding.objects.filter(system=attrs["system"], domain=attrs["domain"]).exists():
                raise serializers.ValidationError({"domain": ["The system holds it already. Change that holding."]})
        elif any(attrs.get(name, getattr(self.instance, name)) != getattr(self.instance, name) for name in _ENDS):
            raise serializers.ValidationError("System and domain stay. Take this holding away and add another.")
        return attrs


_ENDS = ("system", "domain")


class HoldingViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    mixins.DestroyModelMixin,
    viewsets.GenericViewSet[Any],
):
    """Which system holds which data, and by what it is found there."""

    serializer_class = HoldingSerializer
    permission_classes = (IsAuthenticated, MayChangeRegisters)
    queryset = (
        DataHolding.objects.select_related("system", "domain")
        .prefetch_related(FOUND_BY)
        .order_by("system__name", "domain__name", "id")
    )
    lookup_value_regex = "[0-9]{1,18}"
    http_method_names: list[str] = ["get", "post", "patch", "delete", "head", "options"]

    def perform_create(self, serializer: Any) -> None:
        """Add the holding through the service."""
        self._save(serializer)

    def perform_update(self, serializer: Any) -> None:
        """Change the holding through the service."""
        self._save(serializer)

    def perform_destroy(self, instance: DataHolding) -> None:
        """Take the holding away through the service."""
        services.remove_holding(holding=instance, by=self.request.user)
        wake_full_scan()

    def _save(self, serializer: Any) -> None:
        values, before = serializer.validated_data, serializer.instance
        said = {row["attribute"]: row.get("quality", "medium") for row in values.get("attributes", [])}
        if before is not None and "attributes" not in values:
            said = {row.attribute: row.quality for row in before.attributes.all()}
        saved = services.save_holding(
            system=before.system if before else values["system"],
            domain=before.domain if before else values["domain"],
            role=values.get("role", before.role if before else ""),
            attributes=said,
            by=self.request.user,
        )
        serializer.instance = self.get_queryset().get(pk=saved.pk)
        wake_full_scan()


def add_routes(router: BaseRouter) -> None:
    """Add the registers and holdings to the API."""
    router.register("holdings", HoldingViewSet, basename="holding")
    router.register("asset-quarters", AssetQuarterViewSet, basename="asset-quarter")
    router.register("tier-movements", TierMovementViewSet, basename="tier-movement")
    for register in REGISTERS.values():
        router.register(f"registers/{register.slug}", _viewset(register), basename=f"register-{register.slug}")
