"""The pack's document, composed from facts without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from board.packs.compose import compose
from board.packs.document import Day, Row, Said, Section, Table
from board.packs.facts import (
    AnswerFact,
    ConditionFact,
    DecisionFact,
    FindingFact,
    ItemFacts,
    LoadFact,
    PackFacts,
    RelatedFact,
    RequestFact,
    TouchFact,
    WeekFact,
)
from board.packs.seal import plain, seal_of


def request(pk: int, silo: str = "Cards", cost: int | None = 100_000, **fields: object) -> RequestFact:
    made = RequestFact(
        id=pk,
        reference=f"REQ-2026-{pk:04d}",
        title=f"Request {pk}",
        silo=silo,
        status="ready",
        status_label="Ready for board",
        decidable=True,
        absent="",
        requester="Tomás Rey, Head of Cards",
        sponsor="Henrik Dahl",
        kind="Customer-facing",
        confidential=False,
        problem="Customers wait.",
        proposal="They do not.",
        promised_effect="Calls fall by half",
        promised_by=None,
        start=date(2027, 2, 1),
        go_live=date(2027, 3, 1) + timedelta(days=pk),
        one_off=None if cost is None else Decimal(cost),
        yearly=None,
        version=3,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def item(*requests: RequestFact, **fields: object) -> ItemFacts:
    made = ItemFacts(
        id=1,
        position=1,
        minutes=8,
        question="Should we?",
        advice="",
        adviser="",
        family="F-1" if len(requests) > 1 else "",
        family_title="Alerts" if len(requests) > 1 else "",
        lead=requests[0].reference if len(requests) > 1 else "",
        owner="",
        requests=requests,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def load(**fields: object) -> LoadFact:
    made = LoadFact(
        segment="Card holders",
        customers=412_000,
        manager="Lena Vogt",
        policy="All channels",
        limit=3,
        days=21,
        as_filed=17,
        without=2,
        alone=((1, 5), (2, 14)),
        own=15,
        first=date(2027, 3, 2),
        last=date(2027, 3, 22),
        weeks=(WeekFact(date(2027, 3, 1), 17, 2),),
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def finding(*references: str, related: tuple[RelatedFact, ...] = (), kind: str = "overlap", pk: int = 1) -> FindingFact:
    return FindingFact(
        pk, "same-purpose", kind, "serious", "The same thing", ("They share words.",), references, related, True
    )  # type: ignore[arg-type]


OTHER = RelatedFact(9, "REQ-2026-0009", "Other", "Retail", "Approved", True)


def pack(*items: ItemFacts, **fields: object) -> PackFacts:
    made = PackFacts(
        organisation="Meridian Bank",
        currency="€",
        title="Review board",
        starts_at=datetime(2027, 1, 22, 14, 0, tzinfo=UTC),
        minutes=90,
        place="Room 4",
        chair="Margaret Ashby",
        secretary="Mara Lindqvist",
        members=("Margaret Ashby", "Henrik Dahl"),
        items=items,
        decisions=(),
        conditions=(),
        made_at=datetime(2027, 1, 16, 15, 20, tzinfo=UTC),
        number=None,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def rows(section: Section, name: str) -> tuple[Row, ...]:
    """The rows of the section's table of this name."""
    return next(block.rows for block in section.blocks if isinstance(block, Table) and block.name == name)


def test_agenda_times_run_on() -> None:
    document = compose(pack(item(request(1)), item(request(2), minutes=10), item(request(3))))
    assert [row.time for row in document.agenda] == ["14:00", "14:08", "14:18"]
    assert document.ends == "15:30"
    assert [page.number for page in document.pages] == [1, 2, 3]


def test_without_a_chair_and_a_secretary_the_pack_says_nobody_as_the_page_does() -> None:
    said = {fact.label: fact.text for fact in compose(pack(chair="", secretary="")).facts}
    assert (said["Chair"], said["Minutes kept by"]) == ("Nobody", "Nobody")


def test_empty_agenda_makes_a_document_without_pages() -> None:
    document = compose(pack())
    assert document.pages == ()
    assert document.summary == "The agenda is empty."
    assert [stat.value for stat in document.stats if stat.label == "asked for, once"] == ["€0"]


def test_the_page_names_the_open_conditions_of_its_requests() -> None:
    first = request(1)
    due = date(2027, 1, 20)
    conditions = (
        ConditionFact("Agree one flow.", "Sofia Marchetti", due, (first.reference,), True),
        ConditionFact("Not this one.", "Sofia Marchetti", due, ("REQ-9999",), False),
    )
    page = compose(pack(item(first), conditions=conditions)).pages[0]
    said = [fact.text for fact in page.facts if fact.label == "Open condition"]
    assert said == ["“Agree one flow.” Sofia Marchetti, due 20 January 2027, overdue"]


def test_what_is_the_boards_own_has_a_page_with_its_note_and_is_no_decision() -> None:
    own = item(kind="own", question="Budget for next year", note="Ten per cent less.")
    document = compose(pack(own, item(request(1))))
    page = document.pages[0]
    assert (page.kicker, page.why, page.options, page.boxes) == ("The board’s own", "Ten per cent less.", (), ())
    assert document.stats[0].value == "1"
    assert str(getattr(document.summary, "text", "")).endswith("; one item of the board’s own.")
    assert compose(pack(own)).summary == "One item of the board’s own; no request waits for a decision."


def test_cover_sums_each_request_once_and_says_what_is_missing() -> None:
    document = compose(pack(item(request(1), request(2, "Retail", None)), item(request(1))))
    assert isinstance(document.summary, Said)
    assert document.summary.text.startswith("Two departments ask for €100,000, one amount not said in two requests")
    assert document.summary.instead.startswith("Two departments ask in two requests")
    assert document.summary.requests == (1, 2)


def test_page_says_what_happens_to_the_customer_with_numbers() -> None:
    page = compose(pack(item(request(1), loads=(load(),)))).pages[0]
    assert "412,000 customers" in page.effect
    assert "up to 17 times in 21 days" in page.effect
    assert "the policy allows 3" in page.effect
    chart = page.charts[0]
    assert chart.title == "Card holders: up to 17 contacts in 21 days, 14 over policy"
    assert [panel.title for panel in chart.panels] == ["As filed: up to 17", "Without this item: up to 2"]
    assert [panel.bars[0].over for panel in chart.panels] == [True, False]


def test_touchpoints_without_somebody_who_answers_stand_out() -> None:
    touch = TouchFact("REQ-2026-0001", "Text message", "Changes", "worse", "Calls up", ("Card holders",), 41_000, "")
    page = compose(pack(item(request(1), touches=(touch,)))).pages[0]
    assert page.touches[0].answers == ""
    assert page.touches[0].reach == 41_000
    assert "gets worse at Text message" in page.effect


def test_what_it_does_names_who_notices_it_and_a_broken_policy_comes_first() -> None:
    touch = TouchFact("REQ-2026-0001", "App", "Changes", "better", "", ("Card holders", "Starters"), 41_000, "Ina")
    page = compose(pack(item(request(1), touches=(touch,), loads=(load(),)))).pages[0]
    assert str(page.effect).startswith("412,000 customers in “Card holders” are contacted up to 17 times")
    seen = "Card holders and Starters notice it at “App”, used by 41,000 a month, for the better."
    assert str(page.effect).endswith(seen)
    kept = compose(pack(item(request(1), touches=(touch,), loads=(load(as_filed=2, without=1),)))).pages[0]
    assert str(kept.effect).startswith(seen)
    nobody = replace(touch, segments=(), direction="neutral")
    page = compose(pack(item(request(1), touches=(nobody,)))).pages[0]
    assert page.effect == "Customers notice it at “App”, used by 41,000 a month."


def test_page_holds_all_findings_and_at_most_five_lines_of_evidence_of_each() -> None:
    long = request(1, problem="word " * 500)
    many = tuple(
        replace(finding("REQ-2026-0001", pk=number), evidence=("A line.",) * 9, remedy="If it " * 100)
        for number in range(9)
    )
    page = compose(pack(item(long, findings=many, advice="advice " * 300))).pages[0]
    assert len(page.findings) == 9
    assert page.findings[0].evidence[5:] == ("and four more lines on the finding’s own page",)
    assert len(page.findings[0].remedy) <= 320
    assert page.why.endswith("…")
    assert len(page.advice) <= 600


def test_amounts_and_days_carry_their_values() -> None:
    page = compose(pack(item(request(1), request(2, "Retail", 300_000)))).pages[0]
    asked = next(fact.text for fact in page.facts if fact.label == "Asked for")
    assert isinstance(asked, Said)
    assert (asked.text, asked.value, asked.requests) == ("€400,000 in two requests", "400000", (1, 2))
    assert page.members[0].live == Day("2 March 2027", "2027-03-02")
    assert next(row.cost.value for row in page.options if isinstance(row.cost, Said)) == "400000"


def test_a_consent_item_is_one_page_that_lists_its_requests() -> None:
    many = [request(number, kind="Internal") for number in range(1, 9)]
    page = compose(pack(item(*many, kind="consent", family="", lead=""))).pages[0]
    assert page.kicker == "By consent: eight requests"
    assert [each.reference for each in page.members][-1] == "REQ-2026-0008"
    assert page.why == ""
    assert "Approve all" in page.boxes


def test_who_disagrees_is_quoted() -> None:
    answers = (
        AnswerFact("Julien Faure", "Marketing", "REQ-2026-0001", "differs", "Campaigns need their own engine."),
        AnswerFact("Helen Osei", "Retail", "REQ-2026-0002", "join", ""),
    )
    page = compose(pack(item(request(1), answers=answers))).pages[0]
    assert page.against == ("Julien Faure, Marketing: “Campaigns need their own engine.”",)


def test_waiting_names_the_day_and_who_waits() -> None:
    page = compose(pack(item(request(1), waiting=("REQ-2026-0007",)))).pages[0]
    assert "was to start on 1 February 2027, 10 days after this meeting" in page.waits
    assert "REQ-2026-0007 needs what it delivers" in page.waits


def test_withdrawn_request_has_no_options_and_says_so() -> None:
    gone = request(1, decidable=False, absent="REQ-2026-0001 is withdrawn.")
    page = compose(pack(item(gone))).pages[0]
    assert page.gone == ("REQ-2026-0001 is withdrawn.",)
    assert page.options == ()


def test_last_decisions_and_open_conditions_are_listed() -> None:
    decision = DecisionFact(datetime(2026, 12, 1, tzinfo=UTC), "Hold", "REQ-1 Alerts", "Alerts?", "Who is master?")
    condition = ConditionFact("Consent first", "Sofia Marchetti", date(2027, 1, 2), ("REQ-1",), True)
    document = compose(pack(item(request(1), last=decision), decisions=(decision,), conditions=(condition,)))
    last, conditions = document.front[:2]
    assert rows(last, "Last decisions")[0].cells[0] == Day("1 December 2026", "2026-12-01")
    assert rows(conditions, "Open conditions")[0].cells[1] == "Overdue"
    assert str(document.pages[0].last).startswith("1 December 2026: Hold")


def test_seal_changes_with_the_document_and_not_with_the_order_of_keys() -> None:
    document = plain(compose(pack(item(request(1)))))
    turned = dict(reversed(list(document.items())))
    assert seal_of(document) == seal_of(turned)
    assert seal_of({**document, "title": "Another"}) != seal_of(document)
