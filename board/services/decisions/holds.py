"""Holds that ran out and deferrals whose day has come: their requests come back to the board by themselves."""

import logging
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from board.models import Decision, Deferral, Hold
from board.packs.words import day
from board.selectors.decisions.decisions import parties
from board.selectors.meetings.meetings import secretaries
from board.services.decisions.notices import reason_for, tell_return
from portfolio.errors import PortfolioError
from portfolio.lifecycle import Status
from portfolio.models import Person
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
        except (PortfolioError, ValidationError) as error:
            logger.warning("Hold %s stays for the next run: %s", hold.pk, error)
    return done


def _return(hold: Hold) -> int:
    with transaction.atomic():
        # Claimed by a conditional update, so that of two workers one brings it back.
        if not Hold.objects.filter(pk=hold.pk, released_at__isnull=True).update(released_at=timezone.now()):
            return 0
        why = f"The hold ended on {day(hold.expires_on)}. The question was: {hold.condition}"
        _bring_back(hold.decision, Status.ON_HOLD, f"hold-ended:{hold.pk}", why, [hold.owner])
    return 1


def return_deferred(*, today: date | None = None) -> int:
    """Bring back what was deferred until `today` or earlier, and tell the watchers and the secretaries. Returns how
    many deferrals ended. Running it twice does it once."""
    now = today or timezone.localdate()
    due = Deferral.objects.filter(ended_at__isnull=True, until__lte=now, decision__superseded_by__isnull=True)
    done = 0
    for deferral in due.select_related("decision").order_by("until", "id"):
        try:
            done += _end(deferral)
        except (PortfolioError, ValidationError) as error:
            logger.warning("Deferral %s stays for the next run: %s", deferral.pk, error)
    return done


def _end(deferral: Deferral) -> int:
    with transaction.atomic():
        if not Deferral.objects.filter(pk=deferral.pk, ended_at__isnull=True).update(ended_at=timezone.now()):
            return 0
        why = f"It was deferred until {day(deferral.until)}: {deferral.decision.reason}"
        _bring_back(deferral.decision, Status.DEFERRED, f"deferral-ended:{deferral.pk}", why, [])
    return 1


def _bring_back(decision: Decision, state: Status, key: str, why: str, people: list[Person]) -> None:
    """Make the decision's requests that are still in this state ready for the board, and tell who is concerned."""
    concerned = parties(decision)
    for row in decision.requests.select_related("request").order_by("position", "id"):
        if row.request.state is state:
            shown = reason_for(row.request, concerned, why)
            move_request(request=row.request, target=Status.READY, person=None, why=shown)
            told = [*people, *secretaries()]
            tell_return(request=row.request, people=told, key=f"{key}:{row.request.pk}", why=shown)
