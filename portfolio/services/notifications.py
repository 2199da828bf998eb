"""Tells people what they should know: on screen at once, by mail through the mail task."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from portfolio.models import Membership, Notification, Person, ProjectRequest, Watch
from portfolio.models.people import gone
from portfolio.roles import Role


def notify(*, people: Iterable[Person], key: str, text: str, url: str, request: ProjectRequest | None = None) -> int:
    """Tell each active person once: the same `key` for the same person is not told again. Returns how many were told.

    `text` is a plain sentence of at most 500 characters, `url` a path within Ombud.
    """
    now = timezone.now()
    rows = [
        Notification(
            person=person, request=request, key=key[:120], text=text[:500], url=url, at=now, mail_due=person.wants_mail
        )
        for person in {person.pk: person for person in people}.values()
        if person.is_active
    ]
    return len(Notification.objects.bulk_create(rows, ignore_conflicts=True))


def watchers(request: ProjectRequest) -> list[Person]:
    """Who hears of what happens to the request: requester, sponsor, and who chose to watch it. Where the requester is
    gone the heads of its department hear in their place, unless it is confidential."""
    ids = set(Watch.objects.filter(request=request).values_list("person_id", flat=True))
    ids |= {pk for pk in (request.requester_id, request.sponsor_id) if pk}
    here = ~gone() & Q(pk__in=ids)
    if not request.confidential and Person.objects.filter(gone(), pk=request.requester_id).exists():
        heads = Membership.objects.filter(silo=request.silo_id, role=Role.HEAD).order_by().values("person")
        here |= ~gone() & Q(pk__in=heads)
    return list(Person.objects.filter(here).order_by("id"))


def mark_read(*, person: Person, ids: Iterable[int] | None = None) -> int:
    """Mark the person's notifications as read: these, or all. Returns how many were unread."""
    unread = Notification.objects.filter(person=person, read_at__isnull=True)
    if ids is not None:
        unread = unread.filter(pk__in=list(ids))
    return unread.update(read_at=timezone.now())
