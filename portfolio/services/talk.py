"""The discussion on a request, who follows it, and what a person chooses for themselves."""

from datetime import timedelta

from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from customers.words import isolated
from portfolio.errors import NotAllowed
from portfolio.models import Comment, Person, ProjectRequest, Watch
from portfolio.permissions import can_comment, can_see
from portfolio.services.steps import tell_watchers

TWICE = timedelta(seconds=20)
#: Text fields do not check their length themselves.
MOST_TEXT = 5000


def add_comment(*, request: ProjectRequest, author: Person, text: str) -> Comment:
    """Say something about a request. Who speaks follows it from then on; everybody else who follows it is told.

    The same words of the same person within TWICE are a button pressed twice: they are said once.

    Raises NotAllowed, ValidationError for no text or too much.
    """
    if not can_comment(author, request):
        raise NotAllowed("Readers look on; to take part, ask your administrator for a role.")
    with transaction.atomic():
        # Holds the author's row, so that of two presses at once the second one sees the first.
        Person.objects.filter(pk=author.pk).update(wants_mail=F("wants_mail"))
        since = timezone.now() - TWICE
        said = Comment.objects.filter(request=request, author=author, text=text.strip(), at__gte=since)
        if (known := said.order_by("id").first()) is not None:
            return known
        comment = Comment(request=request, author=author, text=text.strip(), at=timezone.now())
        comment.full_clean()
        MaxLengthValidator(MOST_TEXT)(comment.text)
        comment.save()
        watch_request(request=request, person=author)
        tell_watchers(
            request=request,
            actor=author,
            key=f"comment:{comment.pk}",
            text=f"{author} on {request.reference} “{isolated(request.title[:120])}”: {' '.join(comment.text.split())}",
            url=f"{request.get_absolute_url()}#comment-{comment.pk}",
        )
    return comment


def watch_request(*, request: ProjectRequest, person: Person) -> None:
    """From now on the person is told what happens to the request. Raises NotAllowed for one they may not see."""
    if not can_see(person, request):
        raise NotAllowed("You may not see this request.")
    Watch.objects.bulk_create([Watch(request=request, person=person)], ignore_conflicts=True)


def unwatch_request(*, request: ProjectRequest, person: Person) -> None:
    """The person is no longer told, unless they asked for the request or sponsor it."""
    Watch.objects.filter(request=request, person=person).delete()


def set_preferences(*, person: Person, wants_mail: bool, shortcuts: bool) -> Person:
    """Store what the person chose for themselves."""
    person.wants_mail, person.shortcuts = wants_mail, shortcuts
    person.save(update_fields=["wants_mail", "shortcuts"])
    return person
