"""Mail: an address that is refused stops nobody else's, a server that is away loses nobody's."""

import smtplib
from collections.abc import Sequence
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend

from portfolio.models import Notification, Person
from portfolio.services.mail import send_due_mail
from portfolio.services.notifications import notify
from tests.factories import filed_request

pytestmark = pytest.mark.django_db


class Refusing(EmailBackend):
    """A server that does not take mail for the head of Cards."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        """Refuse the one, take the others."""
        for message in messages:
            if message.to == [Refusing.refused]:
                raise smtplib.SMTPRecipientsRefused({Refusing.refused: (550, b"no such mailbox")})
        return super().send_messages(messages)

    refused = ""


class Faltering(EmailBackend):
    """A server that takes one mail and then cannot be reached."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        """Take the first, answer no more."""
        if mail.outbox:
            raise ConnectionResetError
        return super().send_messages(messages)


class Away(EmailBackend):
    """A server that cannot be reached."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        """Nobody answers."""
        raise ConnectionRefusedError


def test_an_address_that_is_refused_stops_nobody_elses_mail(
    requester: Person, outsider: Person, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    Refusing.refused = requester.email
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    notify(people=[requester, outsider], key="k", text="Something happened", url="/x/")

    assert send_due_mail() == 1
    assert [message.to for message in mail.outbox] == [[outsider.email]]
    assert not Notification.objects.filter(mail_due=True).exists()
    assert Notification.objects.filter(person=requester, read_at__isnull=True).exists()


def test_a_server_that_is_away_gets_everything_later(
    requester: Person, outsider: Person, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    notify(people=[requester, outsider], key="k", text="Something happened", url="/x/")

    assert send_due_mail() == 0
    assert Notification.objects.filter(mail_due=True).count() == 2
    settings.EMAIL_BACKEND = backend
    assert send_due_mail() == 2


def test_what_was_sent_before_the_server_went_away_is_not_sent_again(
    requester: Person, outsider: Person, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Faltering"
    notify(people=[requester, outsider], key="k", text="Something happened", url="/x/")

    assert send_due_mail() == 1
    settings.EMAIL_BACKEND = backend
    assert send_due_mail() == 1
    assert sorted(message.to[0] for message in mail.outbox) == sorted([requester.email, outsider.email])


def test_what_waits_longest_is_sent_first(requester: Person, mailoutbox: list[EmailMessage]) -> None:
    for number in range(3):
        notify(people=[requester], key=f"k{number}", text=f"Event {number}", url="/x/")

    assert send_due_mail(limit=2) == 2
    assert [message.subject for message in mail.outbox] == ["Event 0", "Event 1"]


def test_nobody_is_mailed_about_a_request_that_became_confidential(
    requester: Person, outsider: Person, mailoutbox: list[EmailMessage]
) -> None:
    request = filed_request(requester=requester, silo=requester.memberships.get().silo)
    notify(people=[requester, outsider], key="k", text="A comment", url="/x/", request=request)
    request.confidential = True
    request.save()

    assert send_due_mail() == 1
    assert [message.to for message in mail.outbox] == [[requester.email]]
    assert not Notification.objects.filter(mail_due=True).exists()


def test_a_mail_names_the_requests_that_it_speaks_of_as_far_as_they_may_be_seen(
    requester: Person, outsider: Person, mailoutbox: list[EmailMessage]
) -> None:
    one, secret = filed_request(title="Fewer letters"), filed_request(title="Nightfall", confidential=True)
    named = filed_request(title="Said already")
    text = f"They look alike ({one.reference}, {secret.reference}); {named.reference} Said already."
    notify(people=[requester, outsider], key="k", text=text, url="/triage/7/")

    assert send_due_mail() == 2
    for message in mail.outbox:
        assert f"{one.reference}: Fewer letters ({one.silo.name})" in message.body
        assert "/triage/7/" in message.body
        assert "Nightfall" not in message.body
        assert message.body.count("Said already") == 1
        assert "/me/preferences/" in message.body
