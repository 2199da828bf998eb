"""Home: what needs you now, by role."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from config.home import home_page
from impacts.models import Answer, Finding
from tests.factories import (
    ClusterFactory,
    ConditionFactory,
    ContactPolicyFactory,
    CustomerTimeFactory,
    FindingFactory,
    MeetingFactory,
    ObjectionFactory,
    PersonFactory,
    PlannedContactFactory,
    ProposedTermFactory,
    SegmentFactory,
    draft_request,
    filed_request,
)

pytestmark = pytest.mark.django_db


def overlap(*requests, **fields):
    return FindingFactory.create(
        between=list(requests), rule="same-purpose", kind="overlap", severity=Finding.Severity.SERIOUS, **fields
    )


def test_department_head_sees_what_meets_their_requests_until_they_answer(requester, outsider, cards, retail):
    own, other = filed_request(silo=cards, requester=requester), filed_request(silo=retail, requester=outsider)
    finding = overlap(own, other)
    assert [flag.pk for flag in home_page(requester).unanswered] == [finding.pk]
    Answer.objects.create(finding=finding, request=own, person=requester, kind="join", at=timezone.now())
    assert home_page(requester).unanswered == []
    assert [flag.pk for flag in home_page(outsider).unanswered] == [finding.pk]


def test_what_meets_a_request_of_somebody_who_left_waits_for_the_head_of_the_department(
    requester, outsider, cards, retail
):
    gone = PersonFactory.create(is_active=False)
    own, other = filed_request(silo=cards, requester=gone), filed_request(silo=retail, requester=outsider)
    finding = overlap(own, other)
    assert [flag.pk for flag in home_page(requester).unanswered] == [finding.pk]
    gone.is_active = True
    gone.save()
    assert home_page(requester).unanswered == []


def test_the_board_sees_a_distant_condition_whose_owner_is_gone(client_as, secretary):
    gone = PersonFactory.create(name="Gregor Gone")
    condition = ConditionFactory.create(owner=gone, due=date(2100, 1, 1))
    assert home_page(secretary).conditions == []
    gone.is_active = False
    gone.save()
    assert home_page(secretary).conditions == [condition]
    assert "Gregor Gone is no longer active" in client_as(secretary).get("/").text


def test_a_head_gets_from_the_weightiest_findings_to_all_of_them(client_as, requester, cards):
    own = filed_request(silo=cards, requester=requester)
    for _ in range(8):
        overlap(own, filed_request())
    page = client_as(requester).get("/").content.decode()
    assert "8 times your requests meet somebody else" in page
    assert '/triage/?mine=on">The 6 weightiest; all findings with your requests</a>' in page


def test_an_empty_home_says_what_to_do_first(client_as, requester, administrator, reader):
    assert "/registers/packs/" in client_as(administrator).get("/").content.decode()
    head = client_as(requester).get("/").content.decode()
    assert "File what your department wants" in head
    assert "at the side" not in head
    assert "See the requests" in client_as(reader).get("/").content.decode()
    SegmentFactory.create()
    assert "/registers/packs/" not in client_as(administrator).get("/").content.decode()


def test_a_head_sees_own_drafts_and_own_silo_only(requester, outsider, cards, retail):
    mine = draft_request(silo=cards, requester=requester, title="Mine")
    draft_request(silo=retail, requester=outsider, title="Theirs")
    own = filed_request(silo=cards, requester=requester)
    filed_request(silo=retail, requester=outsider)
    home = home_page(requester)
    assert home.drafts == [mine]
    assert home.mine == [own]


def test_architect_sees_findings_by_weight_and_what_is_not_in_triage(architect):
    light, heavy = (
        overlap(filed_request(), filed_request(), weight=1),
        overlap(filed_request(), filed_request(), weight=3),
    )
    home = home_page(architect)
    assert [flag.pk for flag in home.flags] == [heavy.pk, light.pk]
    assert home.flag_count == 2
    assert len(home.untriaged) == 4


def test_cluster_with_a_confidential_request_is_not_shown_to_who_may_not_see_it(architect, reader):
    cluster = ClusterFactory.create(holding=[filed_request(), filed_request(confidential=True)])
    assert home_page(architect).cluster.cluster == cluster
    assert home_page(reader).cluster is None


def test_segment_manager_opens_with_what_their_customers_live_through(segment_manager):
    segment = SegmentFactory.create(name="Card holders", manager=segment_manager)
    ContactPolicyFactory.create(segment=segment, channel="", limit=1, days=21)
    soon = timezone.localdate() + timedelta(days=30)
    for _ in range(3):
        PlannedContactFactory.create(request=filed_request(), segment=segment, first_day=soon, times=1)
    assert home_page(segment_manager).title.startswith("Card holders will hear from us 3 times in 21 days")


def test_conditions_are_their_owners_and_the_boards(requester, secretary, reader):
    condition = ConditionFactory.create(owner=requester, due=timezone.localdate() - timedelta(days=1))
    distant = ConditionFactory.create(owner=requester, due=date(2100, 1, 1))
    own = ConditionFactory.create(owner=secretary, due=date(2100, 1, 1))
    assert home_page(requester).own_conditions == [condition, distant], "until they are met"
    assert home_page(requester).conditions == []
    assert (home_page(secretary).own_conditions, home_page(secretary).conditions) == ([own], [condition])
    assert (home_page(reader).own_conditions, home_page(reader).conditions) == ([], [])


def test_an_own_condition_stands_before_findings_and_leads_to_where_it_is_met(client_as, requester, cards):
    condition = ConditionFactory.create(owner=requester, due=timezone.localdate() - timedelta(days=1))
    overlap(filed_request(requester=requester, silo=cards), filed_request())
    page = client_as(requester).get("/").text
    assert reverse("board:condition-met", args=[condition.pk]) in page
    assert page.index("What the board waits for from you") < page.index("Hold on: others want this")
    assert "Overdue" in page


@pytest.mark.parametrize("size", [2, 12])
def test_home_costs_the_same_queries_at_any_size(size, client_as, architect, django_assert_num_queries):
    for _ in range(size):
        overlap(filed_request(), filed_request())
    client = client_as(architect)
    with django_assert_num_queries(25):
        client.get("/")


@pytest.mark.parametrize(
    "who",
    ["requester", "architect", "board_member", "secretary", "cio", "segment_manager", "administrator", "reader"],
)
def test_every_role_has_a_home(client_as, request, who):
    assert client_as(request.getfixturevalue(who)).get("/").status_code == 200


def test_who_has_nothing_to_do_sees_what_customers_will_live_through(reader, segment_manager):
    segment = SegmentFactory.create(manager=segment_manager)
    ContactPolicyFactory.create(segment=segment, limit=1, days=21, channel="")
    for _ in range(2):
        PlannedContactFactory.create(
            request=filed_request(), segment=segment, first_day=timezone.localdate() + timedelta(days=30), times=1
        )
    home = home_page(reader)
    assert [year.segment for year in home.others_years] == [segment]
    assert home.title == home.others_years[0].title
    assert home_page(segment_manager).others_years == []


def test_only_architects_are_told_that_findings_wait_for_them(architect, secretary):
    overlap(filed_request(), filed_request())
    assert home_page(architect).title.startswith("One finding waits for you")
    assert home_page(secretary).title.startswith("One finding stands open")


def test_people_from_it_see_their_hours_and_nobody_else(client_as, it_manager, reader):
    CustomerTimeFactory.create(person=it_manager, day=timezone.localdate(), hours=3)
    page = client_as(it_manager).get("/").content.decode()
    assert "3 this month" in page
    assert 'href="/customers/it/hours/#add"' in page
    assert home_page(reader).hours is None


def test_a_segment_manager_reads_what_became_of_their_objections(client_as, segment_manager, other_manager):
    own = ObjectionFactory.create(segment=SegmentFactory.create(manager=segment_manager), reason="Enough is enough.")
    ObjectionFactory.create(segment=SegmentFactory.create(manager=other_manager))
    assert [seen.objection for seen in home_page(segment_manager).objections] == [own]
    page = client_as(segment_manager).get("/").content.decode()
    assert "What you objected to" in page
    assert "Enough is enough." in page


@pytest.fixture
def other_manager():
    """Who speaks for other customers."""
    return PersonFactory.create(name="Omar Other")


def test_who_keeps_the_registers_sees_how_many_proposed_terms_wait(client_as, architect, requester):
    assert "Words that departments missed" not in client_as(architect).get("/").content.decode()
    ProposedTermFactory.create()
    ProposedTermFactory.create()
    assert "2 proposed terms wait for an answer" in client_as(architect).get("/").content.decode()
    assert "proposed term" not in client_as(requester).get("/").content.decode()


def test_title_names_the_boards_day_in_the_zone_of_the_organisation(architect):
    overlap(filed_request(), filed_request())
    MeetingFactory.create(starts_at=datetime(2027, 1, 21, 23, 30, tzinfo=UTC))
    assert home_page(architect).title.endswith("before the board of Friday 22 January")
