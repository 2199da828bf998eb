"""Sends notifications by mail: claimed one by one, so that two workers never send the same twice."""

import logging
import smtplib

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from customers.words import isolated
from portfolio.models import Notification, ProjectRequest
from portfolio.models.requests import REFERENCE
from portfolio.permissions import can_see

logger = logging.getLogger(__name__)

# So many requests are named in a mail; the page has the others.
MOST_NAMED = 10


def send_due_mail(*, limit: int = 200) -> int:
    """Send up to `limit` due mails, oldest first. Returns how many were sent.

    A mail is claimed by a conditional update before it is sent. When the server cannot be reached or is busy, it is
    given back and all wait for the next sweep; an address that the server refuses stops nobody else's mail, and is not
    tried again: the notification stands on the screen.
    """
    sent = 0
    due = Notification.objects.filter(mail_due=True).select_related("person", "request").order_by("id")[:limit]
    for note in due:
        if not Notification.objects.filter(pk=note.pk, mail_due=True).update(mail_due=False):
            continue
        if note.request is not None and not can_see(note.person, note.request):
            continue
        # A title in it may turn the direction of writing: the address below, and the mail program's own words, stay.
        subject = isolated(" ".join(note.text.split())[:150])
        try:
            send_mail(subject, body_of(note), settings.DEFAULT_FROM_EMAIL, [note.person.email])
        except smtplib.SMTPRecipientsRefused as error:
            logger.warning("Mail to %s is refused: %s", note.person.email, error)
            continue
        except (smtplib.SMTPException, OSError) as error:
            Notification.objects.filter(pk=note.pk).update(mail_due=True)
            logger.warning("Mail to %s waits: %s", note.person.email, error)
            break
        sent += 1
    return sent


def body_of(note: Notification) -> str:
    """What happened, where to look, and by name the requests that it speaks of by reference alone, as far as the person
    may see them."""
    site = settings.OMBUD_SITE_URL
    parts = [f"{isolated(note.text)}\n\n{site}{note.url}"]
    references = list(dict.fromkeys(REFERENCE.findall(note.text)))[:MOST_NAMED]
    if references:
        rows = ProjectRequest.objects.visible_to(note.person).filter(reference__in=references).select_related("silo")
        named = {row.reference: row for row in rows if row.title and row.title not in note.text}
        lines = [
            f"{each}: {isolated(named[each].title)} ({named[each].silo.name})" for each in references if each in named
        ]
        parts += ["\n".join(lines)] if lines else []
    parts.append(f"Whether you get mail: {site}{reverse('portfolio:preferences')}")
    return "\n\n".join(parts) + "\n"
