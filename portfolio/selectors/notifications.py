"""What a person was told."""

from django.db.models import QuerySet

from portfolio.models import Notification, Person


def notifications_of(person: Person) -> QuerySet[Notification]:
    """Everything the person was told, newest first."""
    return Notification.objects.filter(person=person).select_related("request").order_by("-at", "-id")


def unread_count(person: Person) -> int:
    """How many of the person's notifications are unread."""
    return Notification.objects.filter(person=person, read_at__isnull=True).count()
