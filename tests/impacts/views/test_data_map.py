"""The data map as a page: its sentences, what requests do to it, what touchpoints need, and what stays secret."""

import pytest

from customers.models import TouchpointNeed
from impacts.selectors.maps.data_map import seen_data_map
from tests.factories import (
    DataDomainFactory,
    DataHoldingFactory,
    DataUseFactory,
    HoldingAttributeFactory,
    IdentifyingAttributeFactory,
    ImpactFactory,
    SystemFactory,
    SystemUseFactory,
    TouchpointFactory,
    filed_request,
)

pytestmark = pytest.mark.django_db
URL = "/customers/data-map/"


def hold(system, domain, *attributes, quality="high", role="master"):
    holding = DataHoldingFactory.create(system=system, domain=domain, role=role)
    for attribute in attributes:
        HoldingAttributeFactory.create(holding=holding, attribute=attribute, quality=quality)
    return holding


class Works:
    """A maker of cars: service and warranty join by way of the sales system; the parts desk stands alone."""

    def __init__(self):
        self.number, self.vehicle, self.part = (
            IdentifyingAttributeFactory.create(name=name, code=name.lower().replace(" ", "-"))
            for name in ("Customer number", "Vehicle number", "Part number")
        )
        self.service, self.purchase, self.warranty, self.parts = (
            DataDomainFactory.create(name=name) for name in ("Last service", "Purchase date", "Warranty", "Parts")
        )
        self.garage, self.sales, self.cover, self.desk = (
            SystemFactory.create(name=name, code=name.lower()) for name in ("Garage", "Sales", "Cover", "Desk")
        )
        hold(self.garage, self.service, self.number)
        hold(self.sales, self.purchase, self.number, self.vehicle)
        hold(self.cover, self.warranty, self.vehicle)
        hold(self.desk, self.parts, self.part)


@pytest.fixture
def works():
    return Works()


def test_the_title_says_who_stands_alone_and_the_deck_what_most_hangs_on(works, reader):
    seen = seen_data_map(reader)
    assert seen.title == "3 of 4 systems can find the same customer; Desk stands alone"
    assert seen.words.deck() == (
        "One more join would connect all. Most hangs on the customer number: without it Garage would no longer find "
        "the customers of the other 2."
    )
    assert seen.new_joins == ("Let Desk also keep the customer number, as Garage and Sales do.",)
    assert [row.name for row in seen.bridges] == ["Customer number", "Vehicle number", "Sales"]


def test_the_customer_who_calls_expects_us_to_know_the_last_service_the_warranty_and_the_purchase_date(works, reader):
    call = TouchpointFactory.create(name="Call")
    for domain in (works.service, works.purchase, works.warranty):
        TouchpointNeed.objects.create(touchpoint=call, domain=domain)
    (row,) = seen_data_map(reader).touchpoints
    assert (row.words, row.is_said) == ("Can be joined", True)
    assert {need.name: need.where for need in row.needs} == {
        "Last service": "in Garage",
        "Purchase date": "in Sales, by customer number",
        "Warranty": "in Cover, by customer number and vehicle number by way of Sales",
    }
    TouchpointNeed.objects.create(touchpoint=call, domain=works.parts)
    seen = seen_data_map(reader)
    assert (seen.touchpoints[0].words, seen.unjoined) == ("Cannot be joined", 1)
    assert seen.touchpoints[0].needs[0].where == "in Desk, which nothing joins to the rest"


def test_where_the_register_is_silent_requests_say_what_is_used(works, reader):
    request = filed_request()
    counter = ImpactFactory.create(request=request).touchpoint
    DataUseFactory.create(request=request, domain=works.parts, system=works.desk)
    (row,) = seen_data_map(reader).touchpoints
    assert (row.touchpoint, row.is_said, [need.name for need in row.needs]) == (counter, False, ["Parts"])
    TouchpointNeed.objects.create(touchpoint=counter, domain=works.service)
    (row,) = seen_data_map(reader).touchpoints
    assert (row.is_said, [need.name for need in row.needs], row.also) == (True, ["Last service"], ("Parts",))


def test_requests_that_build_cut_and_need_a_bridge_are_told_apart(works, reader):
    builds, cuts, needs = (filed_request(title=title) for title in ("Builds", "Cuts", "Needs"))
    DataUseFactory.create(request=builds, domain=works.parts, system=works.desk, mode="changes").attributes.set(
        [works.number]
    )
    SystemUseFactory.create(request=cuts, system=works.sales, effect="retires")
    for system, domain in ((works.garage, works.service), (works.desk, works.parts)):
        DataUseFactory.create(request=needs, domain=domain, system=system)
    seen = seen_data_map(reader)
    assert [(row.request.title, row.words, row.text) for row in seen.effects] == [
        ("Cuts", "Cuts a bridge", "Cover would no longer find the customers of Garage"),
        ("Builds", "Builds a bridge", "Joins Desk to Cover, Garage and Sales by customer number"),
        ("Needs", "Needs a bridge", "Works in Garage and Desk, which nothing joins"),
    ]
    assert seen.effects_title.startswith("Of the live requests one cuts a bridge, one builds a bridge and one needs")
    assert seen_data_map(reader, builds.reference).title == (
        "All 4 systems that hold customer data can find the same customer"
    )
    assert seen_data_map(reader, cuts.reference).title == "None of our 3 systems can find the customer of another"


def test_of_a_confidential_request_nothing_is_told_but_that_there_is_one(works, reader, architect, client_as):
    before = seen_data_map(reader)
    secret = filed_request(confidential=True, title="Sale of the garage")
    SystemUseFactory.create(request=secret, system=works.sales, effect="retires")
    DataUseFactory.create(request=secret, domain=works.parts, system=works.desk)
    ImpactFactory.create(request=secret)
    after = seen_data_map(reader, secret.reference)
    assert (after.effects, after.touchpoints, after.data, after.hidden) == ((), (), before.data, 1)
    assert len(seen_data_map(architect).effects) == 1
    for page in (f"{URL}?with={secret.reference}", f"{URL}csv/?with={secret.reference}"):
        html = client_as(reader).get(page).content.decode()
        assert "Sale of the garage" not in html
        assert secret.reference not in html


@pytest.mark.parametrize("status", ["withdrawn", "delivered", "rejected"])
def test_requests_that_are_over_change_nothing(status, works, reader):
    SystemUseFactory.create(request=filed_request(status=status), system=works.sales, effect="retires")
    assert seen_data_map(reader).effects == ()


def test_the_page_shows_picture_and_table_and_marks_bridges_by_word(works, reader, client_as):
    html = client_as(reader).get(URL).content.decode()
    assert "<svg" in html
    assert "Bridge: 1 system hangs on it" in html
    assert "customer number (high), vehicle number (high)" in html


def test_an_empty_register_says_what_to_do(reader, client_as):
    SystemFactory.create(name="Garage")
    html = client_as(reader).get(URL).content.decode()
    assert "Nobody has said yet which system holds which data" in html


def test_systems_without_data_are_named_and_stand_nowhere(works, reader):
    SystemFactory.create(name="Mail")
    retires = SystemUseFactory.create(request=filed_request(), system=works.sales, effect="retires").request
    for reference in ("", retires.reference):
        assert seen_data_map(reader, reference).empty_systems == ("Mail",)


@pytest.mark.parametrize("query", ["with=", "with=REQ-0000-0000", "with=%00", "with=" + "9" * 300])
def test_odd_addresses_show_the_map(query, works, reader, client_as):
    assert client_as(reader).get(f"{URL}?{query}").status_code == 200


def test_csv_holds_every_line_of_the_picture_and_no_formula(works, reader, client_as):
    works.desk.name = "=Desk"
    works.desk.save()
    lines = client_as(reader).get(f"{URL}csv/").content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("island,system,code,attribute,quality")
    assert lines[1].startswith("1,Cover,cover,Vehicle number,high,Warranty,,without it")
    assert lines[-1] == "2,'=Desk,desk,Part number,high,Parts,,"
    assert len(lines) == 6


def test_who_answers_and_who_keeps_the_registers_say_what_is_needed(works, requester, architect, reader, client_as):
    call = TouchpointFactory.create(code="call", accountable=requester)
    url = f"{URL}touchpoints/call/"
    for person, wanted in ((requester, [works.service]), (architect, [works.service, works.parts])):
        assert client_as(person).get(url).status_code == 200
        answer = client_as(person).post(url, {"domains": [domain.pk for domain in wanted]})
        assert answer.status_code == 302
        assert {need.domain for need in call.needs.all()} == set(wanted)
    assert client_as(reader).get(url).status_code == 403
    assert client_as(reader).post(url, {"domains": []}).status_code == 403
    kept = TouchpointNeed.history.filter(domain=works.service)
    assert [row.history_user for row in kept] == [requester]


@pytest.mark.parametrize("value", ["0", "x", "9" * 40])
def test_data_that_is_not_there_is_refused_and_nothing_changes(value, works, architect, client_as):
    call = TouchpointFactory.create(code="call")
    TouchpointNeed.objects.create(touchpoint=call, domain=works.service)
    answer = client_as(architect).post(f"{URL}touchpoints/call/", {"domains": [value]})
    assert answer.status_code == 422
    assert call.needs.count() == 1


def test_an_unknown_touchpoint_is_not_found(architect, client_as):
    assert client_as(architect).get(f"{URL}touchpoints/nowhere/").status_code == 404


@pytest.mark.parametrize("size", [1, 8])
def test_it_costs_the_same_queries_at_any_size(size, works, architect, client_as, django_assert_num_queries):
    for _ in range(size):
        request = filed_request()
        use = DataUseFactory.create(request=request, domain=works.parts, system=works.desk, mode="changes")
        use.attributes.set([works.number])
        SystemUseFactory.create(request=request, system=works.sales, effect="retires")
        point = ImpactFactory.create(request=request).touchpoint
        TouchpointNeed.objects.create(touchpoint=point, domain=works.service)
        hold(SystemFactory.create(), DataDomainFactory.create(), works.number)
    client = client_as(architect)
    with django_assert_num_queries(34):
        client.get(URL)
