"""The map of silos: who asks for the same, who works together, which talk is missing, and what stays secret."""

import pytest
from django.utils import timezone

from impacts.selectors.maps.silos import seen_silos
from portfolio.models import Role
from tests.factories import (
    AnswerFactory,
    CommentFactory,
    FamilyFactory,
    FindingFactory,
    NeedFactory,
    PersonFactory,
    SiloFactory,
    filed_request,
    person_with,
)

pytestmark = pytest.mark.django_db
URL = "/customers/silos/"


@pytest.fixture
def silos():
    return [SiloFactory.create(name=name, code=name.lower()) for name in ("Cards", "Retail", "Risk")]


@pytest.fixture
def heads(silos):
    return [person_with(Role.HEAD, silo=silo, name=f"Head of {silo.name}") for silo in silos]


def ask(silo, head, **fields):
    return filed_request(silo=silo, requester=head, **fields)


def overlap(*requests, **fields):
    return FindingFactory.create(
        between=list(requests), rule="same-purpose", kind="overlap", severity="serious", **{"score": 0.8, **fields}
    )


@pytest.fixture
def pair(silos, heads):
    """A request of Cards and one of Retail that want the same."""
    requests = [ask(silos[at], heads[at], title=f"Alerts {at}") for at in (0, 1)]
    overlap(*requests)
    return requests


def test_the_missing_talk_names_the_two_heads_and_the_requests(pair, heads, reader):
    seen = seen_silos(reader)
    (talk,) = seen.talks
    assert seen.title == "Cards and Retail ask for the same once, and have not talked yet"
    assert [person.name for person in talk.invite] == ["Head of Cards", "Head of Retail"]
    assert talk.requests == tuple(pair)
    assert talk.why == "They ask for the same once (80 in 100 alike)"


def test_without_a_head_whoever_asked_is_invited(silos, reader):
    people = [PersonFactory.create(name=name) for name in ("Ana", "Ben")]
    overlap(ask(silos[0], people[0]), ask(silos[1], people[1]))
    assert [person.name for person in seen_silos(reader).talks[0].invite] == ["Ana", "Ben"]


def test_who_has_left_is_not_invited(pair, heads, reader):
    heads[0].left_on = timezone.localdate()
    heads[0].save()
    assert [person.name for person in seen_silos(reader).talks[0].invite] == ["Head of Retail"]


def in_a_family(pair, heads):
    FamilyFactory.create(lead=pair[0], with_members=[pair[1]])


def merged(pair, heads):
    ask(pair[0].silo, heads[0], status="merged", survivor=pair[1])


def needed(pair, heads):
    NeedFactory.create(request=pair[0], needs=pair[1])


def sponsored(pair, heads):
    pair[0].sponsor = heads[1]
    pair[0].save()


def answered(pair, heads):
    AnswerFactory.create(finding=pair[0].findings.get(), request=pair[0], person=heads[0], kind="talk")


def commented(pair, heads):
    CommentFactory.create(request=pair[0], author=heads[1])


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (in_a_family, "a family"),
        (merged, "a merged request"),
        (needed, "a request that needs the other’s"),
        (sponsored, "a sponsor from the other"),
        (answered, "an answer to a finding"),
        (commented, "a comment on a request"),
    ],
)
def test_who_works_together_needs_no_first_talk(happens, words, pair, heads, reader):
    happens(pair, heads)
    seen = seen_silos(reader)
    assert seen.talks == ()
    assert seen.rows[0].together == words
    assert seen.title.startswith("All departments that ask for the same")


def test_only_what_stands_and_weighs_counts(silos, heads, reader):
    one, other = ask(silos[0], heads[0]), ask(silos[1], heads[1])
    overlap(one, other, state="dismissed")
    FindingFactory.create(between=[one, other], rule="same-purpose", kind="overlap", severity="note", score=0.3)
    assert seen_silos(reader).rows == ()
    assert seen_silos(reader).title == "No two departments ask for the same or work against each other"


def test_the_same_stands_above_the_diagonal_and_against_each_other_below(pair, reader):
    FindingFactory.create(between=pair, rule="opposed-aim", kind="conflict", severity="serious", score=0.7)
    overlap(*pair, score=0.5)
    (first, cells), (second, others) = seen_silos(reader).matrix
    assert [first.name, second.name] == ["Cards", "Retail"]
    assert (cells[0], cells[1].number) == (None, 2)
    assert (others[0].number, others[1]) == (1, None)


def test_of_a_confidential_request_nothing_is_told_but_that_there_is_one(
    pair, silos, heads, reader, architect, client_as
):
    secret = ask(silos[2], heads[2], confidential=True, title="Sale of the card book")
    before = seen_silos(reader)
    overlap(pair[0], secret, score=0.95)
    FamilyFactory.create(lead=secret, with_members=[pair[1]])
    NeedFactory.create(request=secret, needs=pair[0])
    after = seen_silos(reader)
    assert (after.rows, after.talks, after.hidden) == (before.rows, before.talks, 1)
    assert len(seen_silos(architect).rows) == 3
    for page in (URL, f"{URL}?one=cards&other=risk", f"{URL}csv/"):
        html = client_as(reader).get(page).content.decode()
        assert "Sale of the card book" not in html
        assert secret.reference not in html
    assert "One confidential request is in none of these figures" in client_as(reader).get(URL).content.decode()


def test_a_number_opens_what_stands_behind_it(pair, reader, client_as):
    page = client_as(reader).get(URL, {"one": "retail", "other": "cards"})
    assert page.status_code == 200
    assert pair[0].findings.get().get_absolute_url() in page.content.decode()


def test_many_pairs_stand_on_pages_of_their_own(reader, client_as):
    requests = [filed_request(silo=SiloFactory.create()) for _ in range(12)]
    for number, one in enumerate(requests):
        for other in requests[:number]:
            overlap(one, other)
    page = client_as(reader).get(URL, {"page": 2})
    assert "All 66 pairs of departments that meet" in page.content.decode()
    assert len(page.context["pairs"]) == 16
    assert "?page=1#pairs-table" in page.content.decode()


@pytest.mark.parametrize("query", ["one=x&other=", "one=cards&other=cards", "rows=%00", "one=cards"])
def test_odd_addresses_show_the_map(query, pair, reader, client_as):
    assert client_as(reader).get(f"{URL}?{query}").status_code == 200


def test_an_empty_portfolio_says_what_would_come_here(reader, client_as):
    page = client_as(reader).get(URL).content.decode()
    assert "Departments appear here once their requests meet" in page


def test_csv_holds_every_pair_and_no_formula(pair, silos, reader, client_as):
    silos[0].name = "=Cards"
    silos[0].save()
    lines = client_as(reader).get(f"{URL}csv/").content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("department,other department,ask for the same")
    assert lines[1].startswith("'=Cards,Retail,1,80,0,,Head of Cards,Head of Retail,")


@pytest.mark.parametrize("size", [2, 9])
def test_it_costs_the_same_queries_at_any_size(size, heads, silos, reader, client_as, django_assert_num_queries):
    for _ in range(size):
        requests = [ask(silo, head) for silo, head in zip(silos, heads, strict=True)]
        for at in (0, 1):
            overlap(requests[at], requests[at + 1])
        NeedFactory.create(request=requests[0], needs=requests[2])
    client = client_as(reader)
    with django_assert_num_queries(19):
        client.get(URL, {"one": "cards", "other": "retail"})
