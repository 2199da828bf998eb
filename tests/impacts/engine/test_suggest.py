"""Suggested tags: names and synonyms first, words of descriptions, what similar requests carry; nothing from prose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impacts.engine.facts import ImpactFact, RegisterFacts, SystemUseFact, ThingFact
from impacts.engine.suggest import LEAST, TagSuggester
from tests.impacts.engine.making import request

REGISTER = RegisterFacts(
    touchpoints={
        1: ThingFact(1, "MOB-LOGIN", "Mobile app login", "Where customers sign in on their phone", ("app sign-in",)),
        2: ThingFact(2, "BRANCH", "Branch counter", "Face to face service at the counter of a branch"),
        3: ThingFact(3, "IVR", "Phone menu", "What callers hear before an agent answers", ("IVR",)),
        4: ThingFact(4, "S-MAIL", "Service e-mail", "", ("call-back", "lock screen message")),
    },
    domains={
        1: ThingFact(1, "ADDR", "Customer address", "Where a customer lives and gets letters", ("postal address",)),
        2: ThingFact(2, "CONSENT", "Consent", "What customers allowed us to do with their data", ("opt-in",)),
    },
    segments={1: ThingFact(1, "STUD", "Students", "Customers in education, below 28 years")},
    systems={1: ThingFact(1, "CRM", "Siebel CRM", "Holds every contact with a customer", ("Siebel",))},
)
COUNTER, MENU, MAIL, CONSENT = ("touchpoint", 2), ("touchpoint", 3), ("touchpoint", 4), ("domain", 2)


def suggest(*parts, neighbours=(), register=REGISTER, **more):
    return {each.tag: each for each in TagSuggester(register).suggest(parts, neighbours, **more)}


def touching(number, thing, title="", **fields):
    return request(number, title=title, impacts=(ImpactFact(thing, "changes"),), **fields)


def test_a_name_in_the_text_is_suggested_with_its_words():
    found = suggest("Branch counters close early", "The branch counter has a queue.")
    assert next(iter(found)) == COUNTER
    assert found[COUNTER].words[0] == "Branch counters"
    assert found[COUNTER].confidence > 0.6


def test_every_silos_word_finds_the_one_entry():
    assert next(iter(suggest("Make the IVR shorter"))) == MENU
    assert next(iter(suggest("Ask for opt-in again"))) == CONSENT
    assert ("system", 1) in suggest("Leave Siebel behind")


@pytest.mark.parametrize(
    ("text", "tag", "word"),
    [
        ("Tell them by lock screen messages", MAIL, "lock screen messages"),
        ("a LOCK-SCREEN MESSAGE at night", MAIL, "LOCK-SCREEN MESSAGE"),
        ("a callback within the hour", MAIL, "callback"),
        ("one call back within the hour", MAIL, "call back"),
        ("Call-Backs within the hour", MAIL, "Call-Backs"),
        ("a service email a day", MAIL, "service email"),
        ("two service E-Mails", MAIL, "service E-Mails"),
        ("an optin page", CONSENT, "optin"),
        ("every Opt-Ins counts", CONSENT, "Opt-Ins"),
        ("new postal addresses", ("domain", 1), "postal addresses"),
    ],
)
def test_case_plural_and_hyphens_do_not_matter(text, tag, word):
    found = suggest(text)
    assert found[tag].confidence > 0.45
    assert found[tag].words[0] == word


def test_half_of_a_hyphenated_synonym_is_not_the_synonym():
    assert CONSENT not in suggest("Opt for the cheaper vendor")
    assert MAIL not in suggest("Mail the vendor")


def test_a_phrase_counts_more_than_its_words_apart_and_those_more_than_some_of_them():
    phrase, apart, some = (
        suggest(text, least=0.0)[MENU].confidence
        for text in ("The phone menu is long", "A menu for the phone", "The phone is off")
    )
    assert phrase > apart > some > 0


def test_marks_part_phrases():
    assert suggest("The phone. Menu of the week")[MENU].confidence < suggest("The phone menu")[MENU].confidence


def test_words_of_a_description_speak_less_loudly_than_a_name():
    told = suggest("What callers hear before an agent answers", least=0.0)
    assert 0 < told[MENU].confidence < suggest("The phone menu")[MENU].confidence
    assert "callers" in told[MENU].words


def test_what_similar_requests_carry_is_suggested_with_the_words_in_common():
    near = [
        (0.6, touching(1, 2, "Queue tickets for pensioners")),
        (0.5, touching(2, 2, "Queue display")),
        (0.4, touching(3, 3, "Opening hours")),
    ]
    found = suggest("Shorter queues", neighbours=near)
    assert next(iter(found)) == COUNTER
    assert found[COUNTER].words == ("queues",)
    assert found[COUNTER].similar == 2


def test_requests_that_are_hardly_alike_suggest_nothing():
    assert suggest("Something quite different", neighbours=[(0.06, touching(1, 2)), (0.05, touching(2, 2))]) == {}


def test_a_name_is_believed_less_where_similar_requests_that_say_it_do_not_carry_it():
    others = [(0.2, touching(number, 3, "Consent at the branch counter")) for number in range(1, 9)]
    agreeing = [(0.2, touching(number, 2, "Consent at the branch counter")) for number in range(1, 9)]
    alone, doubted, backed = (
        suggest("The branch counter", neighbours=near, least=0.0)[COUNTER].confidence for near in ([], others, agreeing)
    )
    assert doubted < alone < backed


def test_who_names_nothing_of_a_register_says_nothing_about_it():
    silent = [
        (0.3, request(number, title="The branch counter", system_uses=(SystemUseFact(1, "uses"),)))
        for number in range(1, 9)
    ]
    assert suggest("The branch counter", neighbours=silent)[COUNTER].confidence == pytest.approx(
        suggest("The branch counter")[COUNTER].confidence
    )


def test_a_declined_tag_loses_confidence_for_similar_texts_only():
    near = [(0.3, request(number, title="The branch counter closes")) for number in range(1, 5)]
    declined = {number: frozenset({COUNTER}) for number in range(1, 5)}
    before = suggest("The branch counter", neighbours=near)
    after = suggest("The branch counter", neighbours=near, declined=declined, least=0.0)
    assert after[COUNTER].confidence < before[COUNTER].confidence * 0.7
    elsewhere = [(0.3, request(number, title="Payroll")) for number in range(1, 5)]
    unmoved = suggest("The branch counter", neighbours=elsewhere, declined=declined)
    assert unmoved[COUNTER].confidence == before[COUNTER].confidence


def test_a_line_outvotes_an_earlier_no_for_the_same_request():
    near = [(0.5, touching(1, 2, "The branch counter"))]
    assert (
        suggest("Branch counter", neighbours=near, declined={1: frozenset({COUNTER})})[COUNTER]
        == suggest("Branch counter", neighbours=near)[COUNTER]
    )


def test_the_only_entry_of_a_register_is_found_by_its_name():
    only = RegisterFacts(touchpoints={1: ThingFact(1, "call-centre", "Call centre")})
    assert ("touchpoint", 1) in suggest("The call centre is slow", register=only)


def test_prose_suggests_nothing():
    assert suggest("A new project to improve our system and support the service") == {}


def test_most_confident_first_and_stable():
    found = suggest("The mobile app login and the customer address of students")
    confidences = [each.confidence for each in found.values()]
    assert confidences == sorted(confidences, reverse=True)
    assert {("touchpoint", 1), ("domain", 1), ("segment", 1)} <= set(found)
    assert all(LEAST <= each.confidence <= 1 for each in found.values())


def test_odd_texts_and_an_empty_register_suggest_nothing():
    for text in ("", "😀", "x" * 50_000, "客户", "عميل"):
        assert suggest(text) == {}
    assert suggest("Branch counter", register=RegisterFacts()) == {}
    assert suggest() == {}


words = st.sampled_from(["branch", "counter", "phone", "menu", "opt-in", "consent", "queue", "Siebel", "e-mail", "."])
texts = st.lists(words, max_size=12).map(" ".join)
neighbours = st.lists(st.tuples(st.floats(0.0, 1.0), texts, st.integers(1, 4)), max_size=6)


@given(texts, neighbours, st.randoms())
def test_order_of_neighbours_does_not_matter_and_every_word_is_of_the_text(text, near, random):
    pairs = [(score, touching(number, thing, title)) for number, (score, title, thing) in enumerate(near, 1)]
    found = TagSuggester(REGISTER).suggest([text], pairs, least=0.0)
    random.shuffle(pairs)
    assert TagSuggester(REGISTER).suggest([text], pairs, least=0.0) == found
    for each in found:
        assert 0 <= each.confidence <= 1
        assert all(word in text for word in each.words)
