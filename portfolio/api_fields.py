"""Fields of the API that name people by their e-mail address and requests by their reference."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from portfolio.models import Person, ProjectRequest


class PersonField(serializers.SlugRelatedField[Person]):
    """A person who can answer for something (living, active, not a team), by e-mail address in any case."""

    def __init__(self, **options: Any) -> None:
        if not options.get("read_only"):
            options["queryset"] = Person.objects.order_by("pk")
        super().__init__(slug_field="email", **options)

    def get_queryset(self) -> QuerySet[Person]:
        """Whom one may name."""
        return Person.objects.able_to_answer()

    def to_internal_value(self, data: Any) -> Person:
        """The person with this address."""
        return super().to_internal_value(data.strip().lower() if isinstance(data, str) else data)


class RequestField(serializers.SlugRelatedField[ProjectRequest]):
    """A request that the person may see, by its reference; to anybody else it does not exist."""

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="reference", queryset=ProjectRequest.objects.order_by("pk"), **options)

    def get_queryset(self) -> QuerySet[ProjectRequest]:
        """What the person may see."""
        return ProjectRequest.objects.visible_to(self.context["request"].user).select_related("silo", "survivor")


class ReferencesField(serializers.ListField):
    """The references of requests, to be read."""

    child = serializers.CharField()

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, data: Any) -> list[str]:
        """Their references, in the same order."""
        return [request.reference for request in data]
