"""Value stories: the page, each story, its way, and the feed."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.asked import page_of
from customers.models import ValueStory
from customers.toasts import toast
from impacts.errors import ActNotPossible, NotAllowed, StoryMoved
from impacts.forms.it import MoveForm, StoryForm
from impacts.permissions import can_edit_story, can_review_stories, can_write_stories, story_actors
from impacts.selectors.it.value_stories import (
    IN_FEED,
    live_feed_link,
    published_stories,
    reader_of,
    stories_for,
    story_events,
)
from impacts.services.it.feed_links import hash_of, make_feed_link, revoke_feed_link
from impacts.services.it.value_stories import move_story, save_story
from impacts.story_steps import StoryStep, step_between, steps_from
from impacts.views.touches import person_of

A_PAGE = 20
FRESH = "feed-link"
State = ValueStory.Status


@require_GET
def list_stories(request: HttpRequest) -> HttpResponse:
    """The published stories; before them those that wait, for who may read them."""
    waiting = stories_for(request.user).exclude(status=State.PUBLISHED)
    context = {
        "waiting": waiting.order_by("-status", "-updated_at", "id"),
        "page_obj": page_of(request, published_stories(), A_PAGE),
        "may_write": can_write_stories(request.user),
        "may_review": can_review_stories(request.user),
        "link": live_feed_link(request.user),
        "fresh": request.session.pop(FRESH, ""),
    }
    return render(request, "impacts/story_list.html", context)


def _story(request: HttpRequest, pk: int) -> ValueStory:
    return get_object_or_404(stories_for(request.user), pk=pk)


@require_GET
def show_story(request: HttpRequest, pk: int) -> HttpResponse:
    """One story, with the steps that the person may take it."""
    return _shown(request, _story(request, pk))


def _shown(
    request: HttpRequest, story: ValueStory, target: str = "", tried: MoveForm | None = None, status: int = 200
) -> HttpResponse:
    """The story; the form of a step to `target` that was `tried` as it was sent, with what is wrong with it."""
    offered = steps_from(story.status, story_actors(request.user, story))
    context = {
        "story": story,
        "steps": [(step, tried if tried and step.target == target else _move_form(story, step)) for step in offered],
        "tried": tried,
        "gone": tried if target not in {step.target for step in offered} else None,
        "may_edit": can_edit_story(request.user, story),
        "events": story_events(story),
    }
    return render(request, "impacts/story_detail.html", context, status=status)


def _move_form(story: ValueStory, step: StoryStep | None, data: Any = None) -> MoveForm:
    """The form of one step, against the story's version as it is read."""
    target = step.target if step else ""
    needs_reason = bool(step and step.needs_reason)
    return MoveForm(data, needs_reason=needs_reason, auto_id=f"{target}-%s", initial={"expected": story.version})


@require_http_methods(["GET", "POST"])
def edit_story(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a story, or change one."""
    story = _story(request, pk) if pk else ValueStory(author=person_of(request))
    if not (can_edit_story(request.user, story) if pk else can_write_stories(request.user)):
        raise PermissionDenied("People from IT tell stories; each is changed by its author, and not while published.")
    read = request.POST.get("expected", "")
    form = StoryForm(request.POST if request.method == "POST" else None, instance=story)
    if request.method == "POST" and form.is_valid():
        expected = int(read) if read.isascii() and read.isdecimal() and len(read) < 10 else None
        try:
            save_story(story=story, segments=form.cleaned_data["segments"], by=request.user, expected=expected)
        except (ValidationError, StoryMoved) as error:
            form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        else:
            toast(request, "Saved as a draft. Somebody else reviews it before it is published.")
            return redirect(story)
    context = {"form": form, "story": story, "expected": read or story.version}
    return render(request, "impacts/story_form.html", context, status=422 if form.errors else 200)


@require_POST
def take_step(request: HttpRequest, pk: int, target: str) -> HttpResponse:
    """Take a story one step along its way."""
    story = _story(request, pk)
    if target not in State.values:
        raise Http404("There is no such step.")
    form = _move_form(story, step_between(story.status, target), request.POST)
    if not form.is_valid():
        return _shown(request, story, target, form, 422)
    try:
        move_story(story=story, target=target, by=request.user, **form.cleaned_data)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except (ActNotPossible, StoryMoved) as error:
        form.add_error(None, str(error))
        return _shown(request, _story(request, pk), target, form, 409)
    toast(request, f"{story.get_status_display()}: {story.title}")
    return redirect(story)


@require_POST
def feed_link(request: HttpRequest, act: str) -> HttpResponse:
    """Make one's link to the feed (the one before opens nothing any more), or revoke it."""
    if act == "make":
        key = make_feed_link(person=request.user)
        address = request.build_absolute_uri(reverse("impacts:story-feed", args=[key]))
        request.session[FRESH] = address
    elif act == "revoke":
        revoke_feed_link(person=request.user)
        toast(request, "Your link to the feed opens nothing any more.")
    else:
        raise Http404("There is no such act.")
    return redirect(reverse("impacts:story-list") + "#feed")


class StoryFeed(Feed):  # type: ignore[type-arg]
    """The published stories as Atom, for who holds a person's link."""

    feed_type = Atom1Feed
    title = "What IT did for customers"
    subtitle = "Value stories: what IT did, for which customers, and the figure that shows it."
    description_template = None

    def get_object(self, request: HttpRequest, key: str) -> Any:
        """Whose feed it is; 404 for a link that opens nothing."""
        person = reader_of(hash_of(key))
        if person is None:
            raise Http404("This link opens nothing. Make a new one on the page of value stories.")
        return person

    def link(self, obj: Any) -> str:
        """The page of the stories."""
        return reverse("impacts:story-list")

    def feed_url(self, obj: Any) -> str:
        """The same: the secret address stands in no copy of the feed."""
        return reverse("impacts:story-list")

    def items(self, obj: Any) -> Any:
        """The latest."""
        return published_stories()[:IN_FEED]

    def item_title(self, item: Any) -> str:
        """Its title."""
        return str(item.title)

    def item_description(self, item: Any) -> str:
        """The figure, for whom, and what IT did, as text."""
        segments = ", ".join(each.name for each in item.segments.all())
        return f"{item.figure_words}.\n\nFor {segments}.\n\n{item.what}"

    def item_author_name(self, item: Any) -> str:
        """Who wrote it."""
        return str(item.author)

    def item_pubdate(self, item: Any) -> Any:
        """When it was published."""
        return item.published_at

    def item_updateddate(self, item: Any) -> Any:
        """When it was last changed."""
        return item.updated_at


@login_not_required
@never_cache
@require_GET
def story_feed(request: HttpRequest, key: str) -> HttpResponse:
    """The feed. A feed reader cannot sign in: the secret in the address says whose it is."""
    response: HttpResponse = StoryFeed()(request, key=key)
    response["Referrer-Policy"] = "no-referrer"
    return response
