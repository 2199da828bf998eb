"""Why two requests overlap: parts that sum to the score, one plain sentence, the sentences that match best."""

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impacts.engine.facts import DataUseFact, ImpactFact, SystemUseFact
from impacts.engine.matching.beside import best_sentences, own_words
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.summary import joined, listed, summary
from impacts.engine.matching.terms import Written, phrases_in_common
from tests.impacts.engine.making import REGISTER, day, portfolios, request

ALERTS = request(
    1,
    1,
    "Spend alerts by text message",
    problem="Card holders learn of fraud from their statement, weeks late. The kiosk queue is long.",
    proposal="Tell a card holder by text message when money leaves the card.",
    go_live=day(60),
)
MESSAGES = request(
    2,
    2,
    "Text messages when money leaves",
    problem="Statements come late. Branch tellers type every complaint twice.",
    proposal="A text message tells card holders when money leaves their account.",
    go_live=day(120),
)
OTHERS = [
    request(10 + number, number % 4 + 1, title, problem=f"{title} is slow and nobody knows why.")
    for number, title in enumerate(
        ["Payroll archive", "Lift maintenance", "Vendor onboarding", "Treasury forecast", "Broker portal"]
    )
]


def pair_of(one, other, *others):
    index = PortfolioIndex([one, other, *others], REGISTER)
    [pair] = [pair for pair in index.nearest(one.id, 50) if {pair.first, pair.second} == {one.id, other.id}]
    return index, pair


def sentence(one, other, *others):
    index, pair = pair_of(one, other, *others)
    first = index.explain(pair)[0]
    assert (first.kind, first.weight, first.requests) == ("summary", None, (one.id, other.id))
    return first.text


# --- the parts


def parts_by_kind(lines):
    found = defaultdict(float)
    for line in lines:
        found[line.kind] += line.weight or 0.0
    return found


@settings(max_examples=60, deadline=None)
@given(portfolios(least=2))
def test_the_parts_sum_to_the_score_and_the_phrases_to_their_part(requests):
    index = PortfolioIndex({facts.id: facts for facts in requests}.values(), REGISTER)
    for pair in index.nearest(requests[0].id, 20):
        lines = index.explain(pair)
        assert lines[0].kind == "summary"
        assert round(sum(line.weight or 0.0 for line in lines), 4) == pair.score
        parts = parts_by_kind(lines)
        slack = 0.0001 * len(lines)  # each line is rounded to 4 digits, the strongest takes what that leaves
        assert parts["words"] == pytest.approx(pair.words, abs=slack)
        assert parts["titles"] == pytest.approx(pair.titles, abs=slack)
        assert all(set(line.requests) == {pair.first, pair.second} for line in lines)


def test_a_word_that_is_several_once_normalised_counts_with_all_of_them():
    index, pair = pair_of(*(request(number, proposal="0A:A¼") for number in (1, 2)))
    assert parts_by_kind(index.explain(pair))["words"] == pytest.approx(pair.words, abs=0.001)


def test_the_strongest_phrases_have_a_line_each():
    index, pair = pair_of(ALERTS, MESSAGES, *OTHERS)
    lines = [line for line in index.explain(pair) if line.kind == "words"]
    assert [line.text for line in lines[:2]] == ["“text message”", "“money leaves”"]
    assert all("“" in line.text for line in lines)
    weights = [line.weight for line in lines]
    assert weights == sorted(weights, reverse=True)
    assert {"message", "messages"} <= {word.lower() for line in lines for word in line.words}


def test_many_phrases_are_counted_beyond_the_fifth():
    names = ["kiosk", "barrier", "ledger", "voucher", "lantern", "harbour", "saddle", "trumpet"]
    one = request(1, 1, "", problem=". ".join(names))
    other = request(2, 2, "", problem=". ".join(reversed(names)))
    index, pair = pair_of(one, other, *OTHERS)
    *named, rest = [line for line in index.explain(pair) if line.kind == "words"]
    assert len(named) == 5
    assert (rest.text, len(rest.words)) == ("3 more words", 3)
    assert rest.weight == pytest.approx(pair.words * 3 / 8, abs=0.001)


def test_a_phrase_weighs_what_its_words_add():
    written = (Written("Open branch kiosks near the branch", "en"), Written("Branch kiosk and queue", "en"))
    phrases = phrases_in_common(*written, {"branch": 3.0, "kiosk": 1.0})
    assert [(each.text, each.share) for each in phrases] == [("branch kiosks", 1.0)]
    assert set(phrases[0].words) == {"branch", "kiosk", "kiosks"}


def test_words_apart_stand_alone_and_share_by_weight():
    written = (Written("kiosk for a branch", "en"), Written("branch with its kiosk", "en"))
    phrases = phrases_in_common(*written, {"branch": 3.0, "kiosk": 1.0})
    assert [(each.text, each.share) for each in phrases] == [("branch", 0.75), ("kiosk", 0.25)]


def test_a_german_compound_is_named_once_and_not_again_by_its_parts():
    written = (Written("Die Kartensperre am Abend", "de"), Written("Eine Kartensperre für die Karte", "de"))
    weights = {"kartensperr": 2.0, "kart": 1.0, "sperr": 1.0}
    phrases = phrases_in_common(*written, weights)
    assert [(each.text, each.share) for each in phrases] == [("Kartensperre", 1.0)]


# --- the sentence


def test_phrases_tags_silos_and_months_make_one_sentence():
    both = {"impacts": (ImpactFact(1, "changes"),)}
    assert sentence(replace(ALERTS, **both), replace(MESSAGES, **both), *OTHERS) == (
        "Both speak of “text message” and “money leaves”, and change “Mobile login”; "
        "Cards plans it for March, Retail for May 2027."
    )


DATES = [
    (day(60), day(120), "; Cards plans it for March, Retail for May 2027."),
    (day(120), day(60), "; Retail plans it for March, Cards for May 2027."),
    (day(60), day(61), "; both plan it for March 2027."),
    (day(-20), day(60), "; Cards plans it for December 2026, Retail for March 2027."),
    (day(60), None, "; Cards plans it for March 2027, Retail has not said when."),
    (None, day(60), "; Retail plans it for March 2027, Cards has not said when."),
    (None, None, "”."),
]


@pytest.mark.parametrize(("one", "other", "end"), DATES)
def test_the_sentence_says_when_each_wants_it(one, other, end):
    assert sentence(replace(ALERTS, go_live=one), replace(MESSAGES, go_live=other), *OTHERS).endswith(end)


def test_requests_of_one_silo_are_told_by_their_references():
    text = sentence(ALERTS, replace(MESSAGES, silo=1), *OTHERS)
    assert text == (
        "Both come from Cards, and speak of “text message” and “money leaves”; "
        "REQ-1 is planned for March, REQ-2 for May 2027."
    )


VERBS = [
    ({"impacts": (ImpactFact(1, "retires"),)}, {"impacts": (ImpactFact(1, "retires"),)}, "retire “Mobile login”"),
    ({"impacts": (ImpactFact(1, "retires"),)}, {"impacts": (ImpactFact(1, "changes"),)}, "touch “Mobile login”"),
    ({"data_uses": (DataUseFact(1, "reads"),)}, {"data_uses": (DataUseFact(1, "reads"),)}, "read “Customer address”"),
    (
        {"data_uses": (DataUseFact(1, "reads"),)},
        {"data_uses": (DataUseFact(1, "changes"),)},
        "work with “Customer address”",
    ),
    ({"system_uses": (SystemUseFact(1, "uses"),)}, {"system_uses": (SystemUseFact(1, "uses"),)}, "use “CRM”"),
    (
        {"impacts": (ImpactFact(1, "changes", segments=frozenset({1})),)},
        {"impacts": (ImpactFact(2, "changes", segments=frozenset({1})),)},
        "are for “Card holders”",
    ),
]


@pytest.mark.parametrize(("one", "other", "said"), VERBS)
def test_what_both_touch_is_said_with_what_both_do_there(one, other, said):
    bare = {"title": "", "problem": "", "proposal": "", "go_live": None}
    first, second = replace(ALERTS, **bare, **one), replace(MESSAGES, **bare, **other)
    _, pair = pair_of(replace(ALERTS, **one), replace(MESSAGES, **other), *OTHERS)
    assert said in summary(first, second, pair, REGISTER, [], [])


@pytest.mark.parametrize(
    ("meaning", "grams", "said"),
    [(0.3, 0.1, "Both say much the same in other words."), (0.0, 0.2, "Both are worded alike.")],
)
def test_without_phrases_or_tags_it_says_what_brought_them_together(meaning, grams, said):
    first, second = replace(ALERTS, go_live=None), replace(MESSAGES, go_live=None)
    _, pair = pair_of(first, second, *OTHERS)
    pair = replace(pair, meaning=meaning, grams=grams, tags=())
    assert summary(first, second, pair, REGISTER, [], []) == said


def test_what_is_typed_needs_neither_reference_nor_date():
    typed = request(0, 1, "Text message when money leaves", go_live=None)
    [found] = PortfolioIndex([MESSAGES, *OTHERS], REGISTER).look_alikes(replace(typed, reference=""), limit=1)
    assert found.evidence[0].text.endswith("; Retail plans it for May 2027.")
    own = replace(typed, reference="", silo=2)
    [found] = PortfolioIndex([MESSAGES, *OTHERS], REGISTER).look_alikes(own, limit=1)
    assert found.evidence[0].text.endswith("; REQ-2 is planned for May 2027.")


def test_lists_of_words_and_of_clauses():
    assert [listed(["A"]), listed(["A", "B"]), listed(["A", "B", "C"])] == ["A", "A and B", "A, B and C"]
    assert joined(["speak of “A”", "touch “B”"]) == "speak of “A” and touch “B”"
    assert joined(["speak of “A” and “B”", "touch “C”"]) == "speak of “A” and “B”, and touch “C”"


@settings(max_examples=40, deadline=None)
@given(portfolios(least=2))
def test_any_two_requests_have_a_sentence(requests):
    index = PortfolioIndex({facts.id: facts for facts in requests}.values(), REGISTER)
    for pair in index.nearest(requests[0].id, 5):
        text = index.explain(pair)[0].text
        assert text.startswith("Both ")
        assert text.endswith(".")
        assert "None" not in text


# --- beside each other


def beside(one, other, *others):
    index = PortfolioIndex([one, other, *others], REGISTER)
    return best_sentences(one, other, index.word_weights(one), index.word_weights(other))


def test_the_sentences_that_match_best_are_found_with_their_words():
    found = beside(ALERTS, MESSAGES, *OTHERS)
    assert found.first == "Tell a card holder by text message when money leaves the card."
    assert found.second == "A text message tells card holders when money leaves their account."
    assert {"text", "message", "money", "leaves", "card"} <= {word.lower() for word in found.words}


@pytest.mark.parametrize(
    ("one", "other", "first", "second"),
    [
        # the rare word counts for more than two that all say
        (
            "The new system improves service for everybody. The kiosk prints a ticket by night.",
            "A new system improves the service of all. By night a kiosk gives out tickets.",
            "The kiosk prints a ticket by night.",
            "By night a kiosk gives out tickets.",
        ),
        # of two that share the same words, the shorter says less else
        (
            "Kiosks for shops, letters to lawyers, lamps and doors and cellars. The kiosks stand in shops.",
            "There are kiosks in all the shops.",
            "The kiosks stand in shops.",
            "There are kiosks in all the shops.",
        ),
        # nothing in common: how each begins
        ("Barriers open at dawn every day. They close.", "Payslips come by post each month.", None, None),
        # French and German
        (
            "La file est longue au guichet de gare. Le client reçoit un message sur son téléphone pour chaque achat.",
            "Un message au téléphone du client pour chaque achat par carte. Les lettres arrivent en retard.",
            "Le client reçoit un message sur son téléphone pour chaque achat.",
            "Un message au téléphone du client pour chaque achat par carte.",
        ),
        (
            "Der Keller ist feucht und die Akten sind alt. Kunden sperren ihre Karte in der App selbst.",
            "Die Karte wird von den Kunden in der App gesperrt. Briefe kommen zu spät bei den Kunden an.",
            "Kunden sperren ihre Karte in der App selbst.",
            "Die Karte wird von den Kunden in der App gesperrt.",
        ),
    ],
)
def test_sentences_worked_by_hand(one, other, first, second):
    left, right = request(1, 1, "A", problem=one), request(2, 2, "B", problem=other)
    found = beside(left, right, *OTHERS)
    if first is None:
        assert found.words == ()
        assert (found.first, found.second) == (one, other)
        return
    assert (found.first, found.second) == (first, second)
    assert found.words


def test_a_request_of_a_title_alone_speaks_by_its_title():
    found = beside(request(1, 1, "Text messages about money"), MESSAGES, *OTHERS)
    assert found.first == "Text messages about money"
    assert found.second.startswith("A text message tells")


@pytest.mark.parametrize("text", ["", "🚗🚗🚗", "...", "word", "ATM " * 12_500, "x" * 50_000, "客户地址变更通知" * 40])
def test_no_text_is_too_odd_to_be_put_beside_another(text):
    odd = request(1, 1, text, problem=text, proposal=text)
    found = beside(odd, MESSAGES, *OTHERS)
    assert (found is None) == (not any(char.isalnum() for char in text))
    index = PortfolioIndex([odd, replace(odd, id=3, silo=3), MESSAGES], REGISTER)
    for pair in index.nearest(1, 5):
        assert round(sum(line.weight or 0.0 for line in index.explain(pair)), 4) == pair.score
    assert own_words(odd, odd, index.word_weights(odd)) == ()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_the_best_sentences_are_the_same_whoever_asks(one, other):
    left, right = request(1, 1, "A", problem=one), request(2, 2, "B", problem=other)
    found, turned = beside(left, right), beside(right, left)
    assert (found is None) == (turned is None)
    if found is not None and turned is not None:
        assert bool(found.words) == bool(turned.words)


def test_words_that_only_one_has_are_named_as_it_writes_them():
    index = PortfolioIndex([ALERTS, MESSAGES, *OTHERS], REGISTER)
    mine = own_words(ALERTS, MESSAGES, index.word_weights(ALERTS))
    theirs = own_words(MESSAGES, ALERTS, index.word_weights(MESSAGES))
    assert {"kiosk", "fraud"} <= set(mine)
    assert not {"message", "money", "statement"} & {word.lower() for word in mine}
    assert {"complaint", "Branch"} <= set(theirs)
    assert len(mine) <= 4
