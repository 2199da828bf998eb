"""Who has left: from that day on nothing is done in their name."""

import logging

from django.db import transaction
from django.utils import timezone

from portfolio.models import Person

logger = logging.getLogger(__name__)


@transaction.atomic
def switch_off_who_left() -> int:
    """Switch off everybody whose day of leaving has come, so that they cannot sign in, get no mail and are told of
    nothing; what they did keeps their name. Returns how many. Who comes back is switched on by an administrator, who
    takes the day away too."""
    today = timezone.localdate()
    leaving = Person.objects.filter(left_on__lte=today, is_active=True).order_by("id")
    for person in leaving:
        person.is_active = False
        person._change_reason = f"Left on {person.left_on:%-d %B %Y}."  # type: ignore[attr-defined]
        person.save(update_fields=["is_active"])
        logger.info("%s left on %s and is switched off", person, person.left_on)
    return len(leaving)
