"""What a person was told."""

from django.db.models import Q, QuerySet

from portfolio.models import Notification, Person, ProjectRequest


def notifications_of(person: Person) -> QuerySet[Notification]:
    """Everything the person was told, newest first; not what speaks of a request that became confidential since."""
    return _readable(person).select_related("request").order_by("-at", "-id")


def unread_count(person: Person) -> int:
    """How many of the person's notifications are unread."""
    return _readable(person).filter(read_at__isnull=True).count()


def _readable(person: Person) -> QuerySet[Notification]:
    visible = ProjectRequest.objects.visible_to(person).order_by().values("pk")
    return Notification.objects.filter(Q(request__isnull=True) | Q(request__in=visible), person=person)
