"""Meridian Bank, loaded and scanned: it tells the stories of the design, and the rules find them."""

from collections import Counter
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from board.models import AgendaItem, Ballot, Condition, Decision, Hold, Meeting, Pack, PlanRun, Scenario, Vote
from config.demo.load import DemoRefused, Loaded, load_demo
from config.demo.load_papers import GUEST
from config.demo.load_plans import load_plans
from config.demo.load_registers import Registers
from config.demo.story import Story, read_story
from config.sign_ins import DEMO_PASSWORD, demo_sign_ins
from customers.assets import CLOSING, bridge
from customers.models import DataDomain, Segment, ServiceTier, System, Touchpoint, ValueStory
from customers.selectors.assets import flows_by_segment, problems_of
from impacts.models import Answer, Cluster, Family, Finding, TriageAct
from impacts.selectors.it.it_hours import last_met, seen_hours
from impacts.selectors.tags.bets import bet_book
from impacts.services.scans.full_scan import scan_all
from portfolio.lifecycle import Status
from portfolio.models import Comment, Notification, Person, ProjectRequest, Role, ScanMark, Transition
from tests.config.bank import TODAY
from tests.factories import person_with

pytestmark = pytest.mark.django_db
EXPECTED = read_story(TODAY).expected


@pytest.fixture(scope="module")
def story() -> Story:
    return read_story(TODAY)


def members(finding: Finding) -> set[int]:
    return set(finding.members.values_list("request_id", flat=True))


def ids(bank: Loaded, keys: list[str]) -> set[int]:
    return {bank.requests[key].pk for key in keys}


def described(row: dict[str, Any]) -> str:
    return f"{row.get('rule', 'cluster')}: {row['note']}"


@pytest.mark.parametrize("row", EXPECTED["findings"], ids=described)
def test_an_expected_finding_is_found(bank: Loaded, row: dict[str, Any]) -> None:
    wanted = ids(bank, row["requests"])
    findings = [finding for finding in Finding.objects.filter(rule=row["rule"]) if wanted <= members(finding)]
    assert findings, f"{row['rule']} is missing between {row['requests']}"
    for code in row.get("things", []):
        thing = (
            next(
                (f"{kind}:{entry.pk}", entry.name)
                for kind, model in (("touchpoint", Touchpoint), ("domain", DataDomain), ("system", System))
                for entry in model.objects.filter(code=code)
            )
            if not row["rule"].startswith("contact")
            else None
        )
        assert thing is None or any(thing[0] in finding.about or thing[1] in finding.title for finding in findings)


@pytest.mark.parametrize("row", EXPECTED["clusters"], ids=described)
def test_an_expected_cluster_holds_together(bank: Loaded, row: dict[str, Any]) -> None:
    clusters = Cluster.objects.filter(closed_at__isnull=True).prefetch_related("requests")
    assert any(ids(bank, row["members"]) <= {request.pk for request in cluster.requests.all()} for cluster in clusters)


def test_the_notification_cluster_is_those_five_and_nobody_has_confirmed_it(bank: Loaded) -> None:
    five = ids(bank, EXPECTED["clusters"][0]["members"])
    cluster = Cluster.objects.get(closed_at__isnull=True, requests=bank.requests["cards-spend-alerts"])
    assert {request.pk for request in cluster.requests.all()} == five
    assert not Family.objects.filter(members__request__in=five).exists()
    states = {finding.state for finding in Finding.objects.filter(rule="same-purpose") if members(finding) <= five}
    assert states == {Finding.State.OPEN}


def test_the_overload_names_17_contacts_and_everybody_who_adds_to_it(bank: Loaded) -> None:
    overload = Finding.objects.get(rule="contact-overload", requests=bank.requests["cards-spend-alerts"])
    assert "17 contacts" in overload.title
    silos = {request.silo.code for request in overload.requests.select_related("silo")}
    assert len(silos) == 9


def test_the_ordinary_requests_make_little_noise(bank: Loaded) -> None:
    """Most requests are about themselves: what the stories do not explain stays a small part of the inbox."""
    told = [ids(bank, row["requests"]) for row in EXPECTED["findings"]]
    others = [finding for finding in Finding.objects.standing() if not any(members(finding) & story for story in told)]
    assert len(others) <= 15
    assert ProjectRequest.objects.live().filter(findings__isnull=True).count() > 50


def test_every_state_that_the_stories_need_is_there(bank: Loaded) -> None:
    states = Counter(ProjectRequest.objects.values_list("status", flat=True))
    assert set(states) == {status.value for status in Status}
    assert states["draft"] >= 4
    assert bank.requests["mort-adviser-diary"].survivor == bank.requests["br-appointments"]
    assert bank.requests["dig-statements-online"].after == bank.requests["fin-statement-layout"]


def test_decisions_are_those_of_the_story(bank: Loaded, story: Story) -> None:
    closed = [meeting for meeting in story.board["meetings"] if meeting["status"] == "closed"]
    wanted = Counter(item["decision"]["kind"] for meeting in closed for item in meeting["items"])
    assert Counter(Decision.objects.values_list("kind", flat=True)) == wanted
    assert Hold.objects.get().decision.item.request == bank.requests["retail-loyalty-points"]
    assert Condition.objects.filter(due__lt=TODAY, met_at__isnull=True).exists()
    assert Condition.objects.filter(due__gte=TODAY).exists()
    assert Condition.objects.get(met_at__isnull=False).met_by == Person.objects.get(name="Marcus Bell")


def test_the_board_joined_asked_back_and_put_off_in_the_words_of_the_bank(bank: Loaded) -> None:
    joined = Decision.objects.get(kind="join").joining
    assert (joined.lead, joined.owner.name) == (bank.requests["dig-passkeys"], "Anika Sharma")
    assert bank.requests["cards-pin-view"].pk in joined.family.members.values_list("request_id", flat=True)
    back = Decision.objects.get(kind="return")
    assert back.item.request == bank.requests["mort-payment-holiday"]
    assert [question.answered_at is None for question in back.questions.order_by("id")] == [True, False]
    deferred = Decision.objects.filter(kind="defer").get()
    assert deferred.deferral.until > TODAY


def test_two_meetings_are_closed_and_one_waits_with_an_agenda(bank: Loaded) -> None:
    assert list(Meeting.objects.order_by("starts_at").values_list("status", flat=True)) == [
        "closed",
        "closed",
        "planned",
    ]
    coming = Meeting.objects.get(status=Meeting.Status.PLANNED)
    assert timedelta(days=5) < coming.starts_at.date() - TODAY < timedelta(days=14)
    # Nine that the story tells, and one that was changed after its approval.
    assert AgendaItem.objects.filter(meeting=coming, status=AgendaItem.Status.OPEN).count() == 10
    assert AgendaItem.objects.filter(meeting=coming, family__isnull=False).count() == 1


def test_the_pack_of_the_coming_meeting_is_published_and_shared_with_a_guest(bank: Loaded) -> None:
    pack = Pack.objects.get()
    assert pack.meeting == Meeting.objects.get(status=Meeting.Status.PLANNED)
    assert pack.links.get().name == GUEST


def test_the_board_decides_by_vote_since_its_last_meeting(bank: Loaded) -> None:
    before, last, coming = Meeting.objects.order_by("starts_at")
    assert [meeting.deciding for meeting in (before, last, coming)] == ["consensus", "majority", "majority"]
    assert coming.series is not None
    assert coming.series.deciding == "majority"
    assert not Vote.objects.filter(decision__item__meeting=before).exists()
    assert Vote.objects.filter(decision__item__meeting=last, choice="against").exclude(words="").count() == 3
    ballots = Ballot.objects.filter(decision__item__meeting=last)
    deferred = Decision.objects.filter(item__meeting=last, kind=Decision.Kind.DEFER).count()
    assert ballots.count() == AgendaItem.objects.filter(meeting=last).count() - deferred
    (tie,) = (ballot for ballot in ballots if ballot.count.by_chair)
    assert tie.decision.item.request == bank.requests["br-cash-machines"]


def test_what_people_said_stands_where_they_said_it(bank: Loaded, story: Story) -> None:
    assert Comment.objects.count() == len(story.board["comments"])
    assert Answer.objects.count() == len(story.board["answers"])
    assert TriageAct.objects.count() == len(story.board["triage"])
    assert set(Finding.objects.values_list("state", flat=True)) >= {"open", "confirmed", "dismissed"}


def test_nothing_in_the_past_happened_today_or_later(bank: Loaded) -> None:
    monday = timezone.make_aware(timezone.datetime(2026, 11, 23))  # type: ignore[attr-defined]
    assert not Transition.objects.filter(at__gte=monday).exists()
    assert not Comment.objects.filter(at__gte=monday).exists()
    assert not Decision.objects.filter(at__gte=monday).exists()
    assert not Finding.objects.filter(first_seen__gte=monday).exists()
    assert not TriageAct.objects.filter(at__gte=monday).exists()
    filed = ProjectRequest.objects.filter(submitted_at__isnull=False)
    assert not filed.filter(submitted_at__gte=monday).exists()
    for request in filed.order_by("id"):
        dates = [row.history_date for row in request.history.order_by("history_id")]
        assert dates == sorted(dates), request
        assert dates[-1] < monday, request


def test_references_follow_the_order_of_filing(bank: Loaded) -> None:
    filed = ProjectRequest.objects.filter(submitted_at__isnull=False).order_by("reference")
    moments = [request.submitted_at.date() for request in filed if request.submitted_at]
    assert moments == sorted(moments)


def test_a_new_scan_finds_nothing_else(bank: Loaded) -> None:
    before = set(Finding.objects.values_list("identity", "state"))
    assert not ScanMark.objects.exists()
    scan_all()
    assert set(Finding.objects.values_list("identity", "state")) == before


def test_nobody_is_sent_mail_about_the_past(bank: Loaded) -> None:
    assert Notification.objects.exists()
    assert not Notification.objects.filter(mail_due=True).exists()


def test_everybody_with_a_role_can_sign_in_and_nobody_else(bank: Loaded) -> None:
    assert len(demo_sign_ins()) == 8
    able = [person for person in Person.objects.order_by("id") if person.check_password(DEMO_PASSWORD)]
    assert {person.email for person in Person.objects.all()} - {person.email for person in able} == {
        "voice.team@meridian.example",
        "gregor.halvorsen@meridian.example",
    }
    assert Client().login(email="ines.okafor@meridian.example", password=DEMO_PASSWORD)


def test_it_refuses_a_database_with_requests_and_changes_nothing(bank: Loaded) -> None:
    before = (ProjectRequest.objects.count(), Segment.objects.count(), Person.objects.count())
    with pytest.raises(DemoRefused):
        load_demo(TODAY)
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("demo", stdout=StringIO())
    assert (ProjectRequest.objects.count(), Segment.objects.count(), Person.objects.count()) == before


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2026, 12, 31), date(2027, 2, 28), date(2028, 2, 29)])
def test_the_story_moves_by_whole_weeks(today: date) -> None:
    then, now = read_story(date(2026, 11, 23)), read_story(today)
    shift = now.anchor - then.anchor
    assert shift.days % 7 == 0
    assert now.anchor.weekday() == 0
    assert timedelta(0) <= today - now.anchor < timedelta(days=7)
    for old, new in zip(then.requests, now.requests, strict=True):
        assert new.get("go_live") == (old["go_live"] + shift if old.get("go_live") else None)
    assert now.board["meetings"][0]["starts"].hour == 14


def test_the_quarters_of_every_segment_add_up_to_its_customers_and_their_worth(bank: Loaded) -> None:
    flows = flows_by_segment()
    for segment in Segment.objects.order_by("id"):
        quarters = flows[segment.pk]
        assert len(quarters) == 4
        assert problems_of(quarters) == []
        last = quarters[max(quarters)]
        assert last.end == segment.customer_count
        worth = bridge(last).of(CLOSING).value
        assert segment.yearly_value is not None
        assert abs(worth - segment.yearly_value) < segment.yearly_value / 500


def test_some_bets_were_kept_some_not_and_their_owners_are_asked_for_the_rest(bank: Loaded) -> None:
    book = bet_book(user=Person.objects.get(email="maya.hartmann@meridian.example"), today=TODAY)
    assert (book.total.kept, book.total.answered, book.total.silent) == (3, 8, 2)
    assert book.title == "3 of 8 bets on customers were kept; in the middle 54 % of what was promised came"
    assert book.without > 10
    asked = Notification.objects.filter(key__startswith="bet:")
    assert {note.request for note in asked} == {bet.request for bet in book.due}


def test_it_meets_customers_and_tells_what_came_of_it(bank: Loaded) -> None:
    hours = seen_hours(TODAY)
    assert len(hours.people) == 5
    assert sum(1 for each in hours.months if each.hours) >= 14
    assert "short of its target" in hours.title
    assert [row.segment.code for row in last_met() if row.entry is None] == ["home-owners"]
    states = sorted(ValueStory.objects.values_list("status", flat=True))
    assert states == ["draft", "published", "published", "published", "reviewed"]
    assert len({*ServiceTier.objects.values_list("touchpoint__code", flat=True)}) == 2
    for story in ValueStory.objects.exclude(status="draft"):
        assert story.reviewer_id != story.author_id
        story.full_clean()


@pytest.mark.usefixtures("db")
def test_no_plan_is_dated_to_come_so_that_the_next_one_is_the_last() -> None:
    Scenario.objects.all().delete()  # the bank's, where another test of this module has loaded it
    registers = Registers()
    registers.people["ines.okafor@meridian.example"] = person_with(Role.ARCHITECT)
    load_plans(read_story(timezone.localdate() + timedelta(weeks=2)), registers)
    asked = PlanRun.objects.values_list("asked_at", flat=True)
    assert asked
    assert max(asked) <= timezone.now()
