"""Clusters and families on screen."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from impacts.charts.cluster_map import MapRequest, MapTie, cluster_map
from impacts.models import Cluster, Family, FamilyMember, Finding
from portfolio.models import Person, ProjectRequest, Silo
from tests.factories import ClusterFactory, FamilyFactory, FindingFactory, SiloFactory, filed_request

pytestmark = pytest.mark.django_db

ClientAs = Callable[[Person], Client]


@pytest.fixture
def members(cards: Silo, retail: Silo, requester: Person, outsider: Person) -> list[ProjectRequest]:
    return [
        filed_request(silo=cards, requester=requester, title="Spend alerts", one_off_cost=420_000),
        filed_request(silo=retail, requester=outsider, title="Notification centre", one_off_cost=610_000),
        filed_request(title="Campaign messages"),
    ]


@pytest.fixture
def cluster(members: list[ProjectRequest]) -> Cluster:
    FindingFactory.create(between=members[:2], score=0.9)
    FindingFactory.create(between=members[1:], score=0.4)
    made: Cluster = ClusterFactory.create(holding=members, title="Three departments ask for the same thing: alerts")
    return made


def test_a_cluster_shows_its_map_its_table_and_every_tie(
    client_as: ClientAs, architect: Person, cluster: Cluster
) -> None:
    page = client_as(architect).get(cluster.get_absolute_url()).content.decode()
    assert page.count("<circle") == 3
    assert "90 in 100" in page
    assert "€1,030,000" in page
    assert "They share words." in page
    assert cluster.title in client_as(architect).get(reverse("impacts:cluster-list")).content.decode()


def test_a_tie_says_in_one_sentence_what_the_two_share(
    client_as: ClientAs, architect: Person, cluster: Cluster, members: list[ProjectRequest]
) -> None:
    named = [request.pk for request in members[:2]]
    lines = [("summary", "Both speak of alerts.", None), ("meaning", "They mean alike", 16.4)]
    tied = Finding.objects.get(score=0.9)
    tied.evidence = [{"kind": kind, "text": text, "weight": weight, "requests": named} for kind, text, weight in lines]
    tied.save()
    page = client_as(architect).get(cluster.get_absolute_url()).content.decode()
    assert "<td>Both speak of alerts.</td>" in page
    assert "They mean alike" not in page


def test_a_tie_within_one_department_does_not_say_its_name_twice(
    client_as: ClientAs, architect: Person, cluster: Cluster, members: list[ProjectRequest]
) -> None:
    ProjectRequest.objects.filter(pk__in=[request.pk for request in members]).update(silo=members[0].silo)
    page = client_as(architect).get(cluster.get_absolute_url()).content.decode()
    name = members[0].silo.name
    assert f"Two of {name}</a>" in page
    assert f"{name} and {name}</a>" not in page


def test_money_is_shown_only_to_who_may_see_all_of_it(client_as: ClientAs, requester: Person, cluster: Cluster) -> None:
    page = client_as(requester).get(cluster.get_absolute_url()).content.decode()
    assert "€420,000" in page
    assert "610,000" not in page
    assert "1,030,000" not in page
    assert page.count('r="34.8"') == 3


def test_a_hidden_member_is_counted_and_its_words_are_left_out(
    client_as: ClientAs, reader: Person, architect: Person, cluster: Cluster, members: list[ProjectRequest]
) -> None:
    ProjectRequest.objects.filter(pk=members[0].pk).update(confidential=True)
    page = client_as(reader).get(cluster.get_absolute_url()).content.decode()
    assert "1 more is confidential" in page
    for secret in ("Spend alerts", members[0].reference, "alerts"):
        assert secret not in page
    ProjectRequest.objects.filter(pk=members[1].pk).update(confidential=True)
    assert client_as(reader).get(cluster.get_absolute_url()).status_code == 404
    assert client_as(architect).get(cluster.get_absolute_url()).status_code == 200


def test_a_family_with_a_hidden_member_leaves_no_word_of_it_anywhere(
    client_as: ClientAs, reader: Person, architect: Person, cluster: Cluster, members: list[ProjectRequest]
) -> None:
    family = FamilyFactory.create(lead=members[0], with_members=members[1:], title="Spend alerts for all")
    ProjectRequest.objects.filter(pk=members[0].pk).update(confidential=True)
    addresses = [family.get_absolute_url(), cluster.get_absolute_url(), reverse("impacts:cluster-list")]
    for address in addresses:
        seen = client_as(reader).get(address).content.decode()
        assert "A confidential request is in this family" in seen
        assert members[1].reference in seen
        for secret in ("Spend alerts", members[0].reference):
            assert secret not in seen, address
        assert "Spend alerts for all" in client_as(architect).get(address).content.decode()
    page = client_as(reader).get(family.get_absolute_url()).content.decode()
    assert "Led by a confidential request" in page
    assert "1 more is confidential" in page

    ProjectRequest.objects.filter(pk__in=[each.pk for each in members]).update(confidential=True)
    assert client_as(reader).get(family.get_absolute_url()).status_code == 404
    assert family.code not in client_as(reader).get(reverse("impacts:cluster-list")).content.decode()


def test_an_architect_joins_some_of_a_cluster_as_a_family_and_undoes_it(
    client_as: ClientAs, architect: Person, cluster: Cluster, members: list[ProjectRequest]
) -> None:
    client = client_as(architect)
    posted = {
        "members": [members[0].pk, members[1].pk],
        "lead": members[1].pk,
        "owner": members[1].requester_id,
        "title": "One notification service",
    }
    answer = client.post(cluster.get_absolute_url(), posted, follow=True)
    family = Family.objects.get()
    assert (family.lead, family.owner, family.title) == (members[1], members[1].requester, "One notification service")
    assert reverse("impacts:family-undo", args=[family.code]) in answer.content.decode()
    assert Finding.objects.filter(state="confirmed").count() == 1

    client.post(reverse("impacts:family-undo", args=[family.code]))
    assert Finding.objects.filter(state="open").count() == 2
    assert not FamilyMember.objects.filter(left_at__isnull=True).exists()


def test_a_lead_that_is_not_chosen_is_refused_with_what_was_typed(
    client_as: ClientAs, architect: Person, cluster: Cluster, members: list[ProjectRequest]
) -> None:
    posted = {"members": [m.pk for m in members[:2]], "lead": members[2].pk, "owner": architect.pk, "title": "Mine"}
    answer = client_as(architect).post(cluster.get_absolute_url(), posted)
    assert answer.status_code == 422
    assert "must be one of the family" in answer.content.decode()
    assert 'value="Mine"' in answer.content.decode()


def test_only_architects_change_families(
    client_as: ClientAs, requester: Person, cio: Person, cluster: Cluster, members: list[ProjectRequest]
) -> None:
    family = FamilyFactory.create(lead=members[0], with_members=members[1:])
    for person in (requester, cio):
        client = client_as(person)
        assert client.get(family.get_absolute_url()).status_code == 200
        assert client.post(family.get_absolute_url()).status_code == 403
        assert client.post(cluster.get_absolute_url()).status_code == 403
        for name in ("add", "dissolve", "restore", "undo"):
            assert client.post(reverse(f"impacts:family-{name}", args=[family.code])).status_code == 403
        remove = reverse("impacts:family-remove", args=[family.code, members[1].reference])
        assert client.post(remove).status_code == 403
    assert FamilyMember.objects.filter(left_at__isnull=True).count() == 3


def test_a_family_is_changed_grown_and_dissolved(
    client_as: ClientAs, architect: Person, members: list[ProjectRequest]
) -> None:
    client = client_as(architect)
    family = FamilyFactory.create(lead=members[0], with_members=members[1:2])
    posted = {"version": family.version, "title": "Renamed", "lead": members[1].pk, "owner": architect.pk}
    assert client.post(family.get_absolute_url(), posted).status_code == 302
    stale = client.post(family.get_absolute_url(), posted | {"title": "Twice"})
    assert stale.status_code == 422
    assert "Somebody else changed this family" in stale.content.decode()
    client.post(reverse("impacts:family-add", args=[family.code]), {"reference": members[2].reference.lower()})
    missing = client.post(reverse("impacts:family-add", args=[family.code]), {"reference": "REQ-1"}, follow=True)
    assert "There is no live request" in missing.content.decode()
    client.post(reverse("impacts:family-remove", args=[family.code, members[0].reference]))
    standing = FamilyMember.objects.filter(family=family, left_at__isnull=True)
    assert {row.request for row in standing} == {members[1], members[2]}
    client.post(reverse("impacts:family-dissolve", args=[family.code]))
    family.refresh_from_db()
    assert (family.title, family.dissolved_at is None, standing.all().count()) == ("Renamed", False, 0)
    client.post(reverse("impacts:family-restore", args=[family.code]))
    assert standing.all().count() == 2


def test_the_list_takes_the_same_queries_for_few_and_many(
    client_as: ClientAs, architect: Person, cluster: Cluster, django_assert_max_num_queries: Any
) -> None:
    client = client_as(architect)
    url = reverse("impacts:cluster-list")
    client.get(url)

    def queries() -> int:
        with django_assert_max_num_queries(40) as captured:
            client.get(url)
        return len(captured)

    few = queries()
    for _ in range(6):
        ClusterFactory.create()
        FamilyFactory.create()
    assert queries() <= few + 1


def test_the_map_is_the_same_each_time_and_circles_do_not_touch() -> None:
    requests = [
        MapRequest(pk, f"{pk:04d}", f"Request number {pk}", "Cards", f"/{pk}/", float(pk * 1000), pk % 5)
        for pk in range(1, 13)
    ]
    ties = [
        MapTie(first, second, 0.3 + first / 40, "words", "/")
        for first in range(1, 13)
        for second in range(first + 1, 13)
        if (first + second) % 3
    ]
    drawn = cluster_map(requests, ties)
    assert drawn == cluster_map(list(reversed(requests)), list(reversed(ties)))
    for at, one in enumerate(drawn.nodes):
        assert 0 < one.x < drawn.width
        assert 0 < one.y < drawn.height
        for other in drawn.nodes[at + 1 :]:
            assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 > (one.r + other.r) ** 2


@pytest.mark.parametrize(
    ("costs", "words"),
    [
        ((None, None), "not priced yet."),
        ((5_000, None), "€5,000 in all, 1 of them not priced yet."),
        ((0, 0), "€0 in all."),
    ],
)
def test_a_family_without_prices_says_so(
    client_as: ClientAs, architect: Person, costs: tuple[int | None, int | None], words: str
) -> None:
    lead, other = (filed_request(one_off_cost=cost) for cost in costs)
    family = FamilyFactory.create(lead=lead, with_members=[other])
    page = client_as(architect).get(family.get_absolute_url()).content.decode()
    assert words in page
    assert ("€0" in page) == (costs == (0, 0))


@pytest.mark.parametrize("status", ["withdrawn", "rejected", "merged"])
def test_a_family_says_which_of_its_requests_are_gone_and_that_nobody_leads_it(
    client_as: ClientAs, architect: Person, reader: Person, status: str
) -> None:
    lead = filed_request(status=status, one_off_cost=420_000)
    family = FamilyFactory.create(lead=lead, with_members=[filed_request(one_off_cost=5_000)])
    page = " ".join(client_as(architect).get(family.get_absolute_url()).text.split())
    assert "€5,000 in all. 1 of them is withdrawn, rejected or merged and not counted." in page
    assert f"{lead.reference} is {status}, and leads nothing any more. Choose another lead" in page
    assert page.count(f">{status.capitalize()}<") == 1
    assert "An architect can choose another lead." in client_as(reader).get(family.get_absolute_url()).text


def test_many_clusters_of_many_departments_are_paged_and_name_the_first_departments(
    client_as: ClientAs, architect: Person
) -> None:
    wide = [filed_request(silo=SiloFactory.create(name=f"Department {number:02d}")) for number in range(9)]
    ClusterFactory.create(holding=wide, title="The widest", score=0.99)
    for number in range(20):
        ClusterFactory.create(holding=wide[:2], title=f"Cluster {number:02d}", score=0.5)
    client, url = client_as(architect), reverse("impacts:cluster-list")
    first, second = (client.get(url, {"page": page}).content.decode() for page in (1, 2))
    assert "21 times several departments ask for the same thing" in first
    assert "Department 04 and 4 more" in first
    assert "Department 05" not in first
    assert ("Cluster 18" in first, "Cluster 19" in first, "Cluster 19" in second) == (True, False, True)


def test_the_strongest_ties_are_shown_and_a_way_to_all(client_as: ClientAs, architect: Person) -> None:
    alike = [filed_request() for _ in range(8)]
    for place, (one, other) in enumerate(combinations(alike, 2)):
        FindingFactory.create(between=[one, other], kind="overlap", score=(90 - place) / 100)
    cluster = ClusterFactory.create(holding=alike)
    client, rows = client_as(architect), '<th scope="row"><a href="/triage/'
    first = client.get(cluster.get_absolute_url()).content.decode()
    assert first.count(rows) == 20
    assert "Show all 28" in first
    assert client.get(cluster.get_absolute_url(), {"ties": "all"}).content.decode().count(rows) == 28
