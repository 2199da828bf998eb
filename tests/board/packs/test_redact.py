"""The document as one reader may read it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from board.packs.compose import compose
from board.packs.facts import (
    ChangedFact,
    ConditionFact,
    DecisionFact,
    GapFact,
    ObjectionFact,
    PortfolioFacts,
    PromiseFact,
    RelatedFact,
    SiloFact,
    YearFact,
    YearSide,
)
from board.packs.paper import on_paper
from board.packs.redact import BOARD, HIDDEN_ITEM, Reader, as_read_by, requests_named
from board.packs.seal import plain
from tests.board.packs.test_compose import finding, item, load, pack, request

SECRET = request(7, "Cards", 777_777, title="Secret plan", problem="Nobody may know.", confidential=True)
OTHER = RelatedFact(7, "REQ-2026-0007", "Secret plan", "Cards", "Ready", True)


def silo(live: int, asked: int) -> SiloFact:
    return SiloFact("Cards", live, live, 0, 1, live, Decimal(asked))


def year(peak: int, **fields: Any) -> YearFact:
    side = YearSide(peak, peak, 1, 0)
    made = YearFact("Card holders", 412_000, "", "All", 3, 21, date(2027, 1, 18), side, side, ((peak, peak),) * 52)
    return replace(made, **fields)


def document() -> dict[str, Any]:
    """A pack with a confidential item, and an open one that is tied to it in every way."""
    tied = replace(finding("REQ-2026-0001", "REQ-2026-0007", related=(OTHER,), kind="conflict"), secret=(7,))
    open_one = item(
        request(1, "Retail", 123_456),
        findings=(tied,),
        loads=(load(secret=(7,)),),
        waiting=("REQ-2026-0007",),
        waiting_secret=(7,),
        last=DecisionFact(datetime(2026, 12, 1, tzinfo=UTC), "Hold", "x", "Secret?", "Secret reason", (7,)),
    )
    facts = pack(
        open_one,
        item(SECRET, question="Secret question?", advice="Secret advice"),
        decisions=(DecisionFact(datetime(2026, 12, 1, tzinfo=UTC), "Hold", "Secret what", "?", "Secret why", (7,)),),
        conditions=(ConditionFact("Secret condition", "Ann", date(2027, 1, 2), ("REQ-2026-0007",), True, (7,)),),
        portfolio=PortfolioFacts((silo(9, 901_233),), (("Ready", 9),), 4, 5, 6, (7,)),
        portfolio_apart=PortfolioFacts((silo(8, 123_456),), (("Ready", 8),), 3, 4, 5),
        years=(year(17, secret=(7,), apart=year(2)),),
        gaps=(GapFact("Touchpoint", "Letter", "nobody is named", 9, ("REQ-2026-0001", "REQ-2026-0007"),
                      ("REQ-2026-0001",), (7,)),
              GapFact("Touchpoint", "Secret place", "nobody is named", 9, ("REQ-2026-0007",), (), (7,))),
        promises=(PromiseFact("REQ-2026-0007", "Cards", "Secret promise", "Card holders", date(2027, 9, 1), "", (7,)),),
    )  # fmt: skip
    made: dict[str, Any] = plain(compose(facts))
    return made


def text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def test_the_board_reads_everything() -> None:
    whole = document()
    assert as_read_by(whole, BOARD) is whole
    assert requests_named(whole) == ({1, 7}, {7})


def test_nothing_confidential_is_left_for_who_may_not_see_it() -> None:
    read = as_read_by(document(), Reader())
    shown = text(read)
    for word in ("Secret", "REQ-2026-0007", "Nobody may know", "777", "901", "€1", "€9"):
        assert word not in shown, word
    for paper in (on_paper(read),):
        assert "Secret" not in text(paper)


def test_a_confidential_item_keeps_its_place_and_says_whom_to_ask() -> None:
    read = as_read_by(document(), Reader())
    assert [row["question"] for row in read["agenda"]] == ["Should we?", HIDDEN_ITEM]
    page = read["pages"][1]
    assert (page["number"], page["question"], page["kind"]) == (2, HIDDEN_ITEM, "hidden")
    assert "secretary" in page["effect"]
    assert page["facts"] == page["findings"] == page["options"] == []


def test_what_touches_a_confidential_request_says_only_that_there_is_one() -> None:
    page = as_read_by(document(), Reader())["pages"][0]
    assert page["findings"][0]["title"].startswith("A confidential request works against it")
    assert page["charts"] == []
    assert "not shown, because confidential requests are counted" in page["effect"]["text"]
    assert page["waits"]["text"].endswith("A confidential request needs what it delivers.")
    assert page["last"]["text"] == "The board has decided over it."
    assert {row["customer"]["text"] for row in page["options"]} == {"Not shown: it counts confidential requests."}


def test_sums_are_those_without_confidential_requests() -> None:
    read = as_read_by(document(), Reader(money=frozenset({1})))
    sections = {section["anchor"]: section for section in (*read["front"], *read["back"])}
    assert sections["glance"]["blocks"][0]["stats"][0]["value"] == "8"
    assert "2 contacts in 21 days after" in text(sections["year"])
    assert "17" not in text(sections["year"])
    assert [row["cells"][1] for row in sections["gaps"]["blocks"][1]["rows"]] == ["Letter"]


def test_money_is_shown_for_ones_own_requests_only() -> None:
    read = as_read_by(document(), Reader(money=frozenset({1}), secrets=frozenset({7})))
    assert "€123,456" in text(read["pages"][0])
    assert "777" not in text(read["pages"][1])
    asked = next(fact["text"] for fact in read["pages"][1]["facts"] if fact["label"] == "Asked for")
    assert (asked["text"], asked["value"]) == ("not shown", "")
    assert "€" not in text(read["front"])


def test_who_may_see_the_confidential_request_reads_it() -> None:
    page = as_read_by(document(), Reader(secrets=frozenset({7})))["pages"][1]
    assert page["question"] == "Secret question?"
    assert page["advice"] == "Secret advice"


def test_the_summary_does_not_say_who_objects_to_a_confidential_request() -> None:
    against = ObjectionFact("Lena Vogt", "card holders", 9, "REQ-2026-0007", "Why?", datetime(2026, 12, 1, tzinfo=UTC))
    made: dict[str, Any] = plain(compose(pack(item(request(1, "Retail", 5)), item(SECRET, objections=(against,)))))
    assert "Lena Vogt" in text(as_read_by(made, BOARD)["summary"])
    assert "Lena Vogt" not in text(as_read_by(made, Reader(money=frozenset({1, 7}))))


def test_what_was_changed_since_the_approval_names_amounts_to_who_may_see_them() -> None:
    yes = DecisionFact(datetime(2026, 12, 1, tzinfo=UTC), "Approve", "x", "Good.", "Good.")
    changed = (
        ChangedFact(1, 1, "one-off cost, more", "one-off cost, more (€480,000 before, €508,800 now)", True),
        ChangedFact(1, 1, "go-live, later", "go-live, later (1 March 2027 before, 1 May 2027 now)", False),
        ChangedFact(9, 4, "title", "title of another item", False),
    )
    made = plain(compose(pack(item(request(1), last=yes), changed=changed)))
    told = made["pages"][0]["last"]["text"]
    assert told.endswith(
        "Changed since: one-off cost, more (€480,000 before, €508,800 now); "
        "go-live, later (1 March 2027 before, 1 May 2027 now)."
    )
    for money, shown in ((frozenset({1}), True), (frozenset(), False)):
        read = as_read_by(made, Reader(money=money))["pages"][0]["last"]["text"]
        assert ("€480,000" in read) == shown
        assert "one-off cost, more" in read
        assert "1 May 2027" in read
