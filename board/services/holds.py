"""Holds that ran out: their requests come back to the board by themselves."""

import logging
from datetime import date

from django.db import transaction
from django.utils import timezone

from board.models import Hold
from board.packs.words import day
from board.selectors.decisions import parties
from board.services.notices import reason_for, tell_return
from portfolio.errors import PortfolioError
from portfolio.lifecycle import Status
from portfolio.models import Membership, Person, Role
from portfolio.services.requests import move_request

logger = logging.getLogger(__name__)


def return_expired_holds(*, today: date | None = None) -> int:
    """Bring back what was held until `today` or earlier: release the hold, make its requests ready for the board, tell
    the owner, the watchers and the secretaries. Returns how many holds ran out. Running it twice does it once."""
    now = today or timezone.localdate()
    due = Hold.objects.filter(released_at__isnull=True, expires_on__lte=now).order_by("expires_on", "id")
    done = 0
    for hold in due.select_related("owner", "decision"):
        try:
            done += _return(hold)
        except PortfolioError as error:
            logger.warning("Hold %s stays for the next run: %s", hold.pk, error)
    return done


def _return(hold: Hold) -> int:
    with transaction.atomic():
        # Claimed by a conditional update, so that of two workers one brings it back.
        if not Hold.objects.filter(pk=hold.pk, released_at__isnull=True).update(released_at=timezone.now()):
            return 0
        why = f"The hold ended on {day(hold.expires_on)}. The question was: {hold.condition}"
        people = [hold.owner, *_secretaries()]
        concerned = parties(hold.decision)
        for row in hold.decision.requests.select_related("request").order_by("position", "id"):
            if row.request.state is Status.ON_HOLD:
                shown = reason_for(row.request, concerned, why)
                move_request(request=row.request, target=Status.READY, person=None, why=shown)
                key = f"hold-ended:{hold.pk}:{row.request.pk}"
                tell_return(request=row.request, people=people, key=key, why=shown)
    return 1


def _secretaries() -> list[Person]:
    rows = Membership.objects.filter(role=Role.SECRETARY, person__is_active=True).select_related("person")
    return [row.person for row in rows.order_by("id")]
