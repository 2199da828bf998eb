"""What the pages of the administration share: rows that are only read."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from board.selectors.decisions.decisions import hidden_from
from portfolio.selectors.hidden import without_hidden


class ReadOnly(ModelAdmin):  # type: ignore[misc]
    """Rows that are written once: everybody with access may read, nobody changes. `about` are the lookups from a row to
    requests."""

    about: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows without those about a request that the person may not see: to administer is not to see all."""
        return without_hidden(super().get_queryset(request), request.user, *self.about)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: they come from meetings."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class PartOfDecision(ReadOnly):
    """What belongs to a decision (`decision` is the lookup to it) may speak of all that the decision may speak of."""

    decision: ClassVar[str] = "decision"
    about: ClassVar[tuple[str, ...]] = (
        "decision__requests__request",
        "decision__item__request",
        "decision__item__family__members__request",
        "decision__item__members__request",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows without those of decisions whose words are not for the person."""
        hidden = hidden_from(request.user).values("pk")
        return super().get_queryset(request).exclude(**{f"{self.decision}__in": hidden})
