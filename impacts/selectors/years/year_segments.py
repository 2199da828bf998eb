"""Whose year can be looked at, and whose is looked at where nobody said."""

from typing import Any

from django.db.models import Count, Q, Sum

from customers.models import Segment
from impacts.models import PlannedContact
from impacts.selectors.years.year_rows import visible_rows
from portfolio.lifecycle import LIVE


def segments_in_use(user: Any) -> list[Segment]:
    """Segments in use: those that most is planned to be sent to, as far as `user` may see, come first."""
    live = visible_rows(user).filter(status__in=[status.value for status in LIVE]).order_by().values("pk")
    planned = Count("contacts", filter=Q(contacts__request__in=live))
    rows = Segment.objects.active().select_related("manager").annotate(planned=planned)
    return list(rows.order_by("-planned", "-customer_count", "id"))


def segment_contacted_most(user: Any, references: tuple[str, ...]) -> Segment | None:
    """The segment that these requests contact most, else the first that one of them changes something for."""
    rows = visible_rows(user).filter(reference__in=references).order_by().values("pk")
    sent = PlannedContact.objects.filter(request__in=rows).order_by().values("segment").annotate(sent=Sum("times"))
    most = sent.order_by("-sent", "segment").values_list("segment", flat=True).first()
    every = Segment.objects.select_related("manager").order_by("-customer_count", "id")
    if most is not None:
        return every.get(pk=most)
    return every.filter(impacts__request__in=rows).first()
