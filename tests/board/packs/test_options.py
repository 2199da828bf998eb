"""The options that are laid out for an item: which, and what each says of customers, money and the rest."""

from dataclasses import replace
from datetime import date

from board.packs.facts import ChannelFact, TouchFact
from board.packs.options import Option, options_for
from tests.board.packs.test_compose import OTHER, finding, item, load, request


def by_kind(*args: object, **facts: object) -> dict[str, Option]:
    return {option.kind: option for option in options_for(item(*args, **facts), "€")}  # type: ignore[arg-type]


def test_single_request_without_relatives_is_not_joined_merged_or_ordered() -> None:
    kinds = [option.kind for option in options_for(item(request(1)), "€")]
    assert kinds == ["approve", "hold", "reject", "approve_with_conditions", "return", "defer"]


def test_overlap_offers_joining_and_merging_and_conflict_only_order() -> None:
    overlap = by_kind(request(1), findings=(finding("REQ-2026-0001", "REQ-2026-0009", related=(OTHER,)),))
    assert {"join", "merge", "sequence"} <= set(overlap)
    for kind, start in (("join", "With"), ("merge", "Into")):
        assert overlap[kind].customer.startswith(f"{start} {OTHER.reference} ({OTHER.silo})"), "which one is said"
    conflict = by_kind(request(1), findings=(finding("x", related=(OTHER,), kind="conflict"),))
    assert "sequence" in conflict
    assert not {"join", "merge"} & set(conflict)


def test_several_requests_are_laid_out_from_going_together_to_not_at_all() -> None:
    options = options_for(item(request(1), request(2)), "€")
    assert [option.kind for option in options if option.main] == ["join", "sequence", "hold", "approve", "reject"]
    assert [option.label for option in options if option.main] == [
        "Go together as a family: Cards leads",
        "Go in order: Cards first",
        "Hold both",
        "Approve both as filed",
        "Reject both",
    ]


def test_what_is_agreed_by_consent_is_not_joined_merged_or_ordered() -> None:
    options = by_kind(request(1), request(2), kind="consent", family="")
    assert not {"join", "merge", "sequence"} & set(options)


def test_consent_begins_with_agreeing_and_says_that_customers_notice_nothing() -> None:
    own = item(request(1, go_live=date(2027, 3, 1)), request(2, go_live=date(2027, 5, 1)), kind="consent", family="")
    first, *_ = options_for(own, "€")
    assert (first.kind, first.label) == ("approve", "Approve both as filed")
    assert first.customer == "Live from 1 March 2027 to 1 May 2027; customers notice nothing."


def test_customers_have_only_what_meets_them_somewhere() -> None:
    live = request(1, go_live=date(2027, 3, 1))
    touch = TouchFact("REQ-2026-0001", "Text message", "Changes", "worse", "Calls up", ("Card holders",), 41_000, "")
    seen = by_kind(live, touches=(touch,))["approve"].customer
    assert seen.startswith("Customers have it on 1 March 2027.")
    unseen = by_kind(live, touches=())["approve"].customer
    assert unseen.startswith("Live on 1 March 2027; no touchpoint is named where customers meet it.")


def test_options_say_contacts_before_and_after() -> None:
    options = by_kind(request(1), request(2, "Retail", 300_000), loads=(load(),), findings=(finding("a", "b"),))
    assert "up to 17 contacts in 21 days; the policy allows 3" in options["approve"].customer
    for kind in ("join", "merge", "sequence"):
        assert "up to 5 contacts in 21 days instead of 17; the policy allows 3" in options[kind].customer, kind
    for kind in ("hold", "defer", "reject"):
        assert "up to 2 contacts in 21 days instead of 17; within the policy of 3" in options[kind].customer, kind


def channel(**fields: object) -> ChannelFact:
    made = ChannelFact("Text message", 450_000, 612_000, 300_000, ((1, 480_000), (2, 432_000)), date(2027, 3, 1))
    return replace(made, **fields)  # type: ignore[arg-type]


def test_options_say_what_a_channel_has_to_carry_where_it_cannot_carry_all() -> None:
    options = by_kind(request(1), request(2, "Retail", 300_000), channels=(channel(),), findings=(finding("a", "b"),))
    filed = "Text message: up to 612,000 contacts a week (week from 1 March 2027); only 450,000 can be made."
    assert filed in options["approve"].customer
    for kind in ("join", "merge", "sequence"):
        said = "text message: up to 480,000 contacts a week instead of 612,000; only 450,000 can be made."
        assert said in options[kind].customer.lower(), kind
    for kind in ("hold", "defer", "reject"):
        said = "Text message: up to 300,000 contacts a week instead of 612,000; 450,000 can be made."
        assert said in options[kind].customer, kind


def test_a_channel_that_carries_all_is_not_spoken_of_and_the_contacts_of_customers_stay() -> None:
    options = by_kind(request(1), loads=(load(),), channels=(channel(per_week=700_000),))
    assert "contacts a week" not in options["approve"].customer
    both = by_kind(request(1), loads=(load(),), channels=(channel(),))["hold"].customer
    assert "up to 2 contacts in 21 days" in both
    assert "up to 300,000 contacts a week" in both


def test_contacts_that_an_item_does_not_change_are_said_once() -> None:
    same = replace(load(), without=17, alone=((1, 17),))
    options = by_kind(request(1), loads=(same,))
    assert "With or without it, card holders get up to 17 contacts in 21 days" in options["approve"].customer
    for kind in ("hold", "defer", "reject"):
        assert "contacts" not in options[kind].customer, kind


def test_the_load_that_an_item_changes_comes_before_a_fuller_one_that_it_does_not() -> None:
    fuller = replace(load(), segment="Savers", as_filed=40, without=40, alone=((1, 40),))
    assert "Savers" not in by_kind(request(1), loads=(fuller, load()))["hold"].customer


def test_options_say_what_they_cost() -> None:
    options = by_kind(request(1), request(2, "Retail", 300_000), request(3, cost=None))
    assert (options["approve"].cost, options["approve"].cost_note) == ("€400,000", "one amount not said")
    assert (options["join"].cost, options["join"].cost_note) == ("€400,000", "€100,000 of it the lead’s")
    assert (options["merge"].cost, options["merge"].cost_note) == ("€100,000", "of €400,000")
    assert options["hold"].cost == "€0 now"
    assert options["reject"].cost_note == "of €400,000 asked"


def test_options_say_what_happens_to_the_rest_of_the_portfolio() -> None:
    facts = {"waiting": ("REQ-2026-0007", "REQ-2026-0008"), "findings": (finding("a", "b"),)}
    options = by_kind(request(1), request(2), **facts)
    assert options["approve"].rest.startswith("REQ-2026-0007 and REQ-2026-0008, which need it, can go on.")
    assert "One overlap between them must be solved on the way." in options["approve"].rest
    assert "One overlap between them ends with it." in options["merge"].rest
    assert options["hold"].rest == "REQ-2026-0007 and REQ-2026-0008, which need it, wait with it."
    assert options["reject"].rest == "REQ-2026-0007 and REQ-2026-0008, which need it, lose what they need."
    alone = by_kind(request(1))
    assert {option.rest for option in alone.values()} == {"No other request waits for it."}


def test_findings_with_others_stay_when_it_goes_and_end_when_it_does_not() -> None:
    options = by_kind(request(1), findings=(finding("x", related=(OTHER,), kind="conflict"),))
    assert "One conflict with others stays." in options["approve"].rest
    assert "One conflict with others ends with it." in options["reject"].rest


def test_only_turning_it_away_needs_words_of_its_own() -> None:
    options = by_kind(request(1), request(2), loads=(load(),))
    assert {kind for kind, option in options.items() if not option.because} == {"reject"}
    assert all(option.undo for option in options.values())


def test_without_money_no_option_has_a_cost() -> None:
    options = options_for(item(request(1), request(2)), "€", money=False)
    assert {(option.cost, option.cost_note) for option in options} == {("", "")}


def test_nothing_left_to_decide_has_no_options() -> None:
    gone = replace(request(1), decidable=False, absent="REQ-2026-0001 is withdrawn.")
    assert options_for(item(gone), "€") == ()


def test_what_was_promised_ends_in_one_stop() -> None:
    said = {
        promise: next(
            each for each in options_for(item(request(1, promised_effect=promise)), "€") if each.kind == "reject"
        )
        for promise in ("Calls fall by half.", "Is it worth it?", "电话减半。")
    }
    assert [option.customer.split(": ")[1] for option in said.values()] == [
        "Calls fall by half.",
        "Is it worth it?",
        "电话减半。",
    ]
