"""Suggested tags: names and synonyms first, words of descriptions, what neighbours carry; nothing from prose."""

from impacts.engine.facts import ImpactFact, RegisterFacts, ThingFact
from impacts.engine.suggest import suggest_tags
from tests.impacts.engine.making import request

REGISTER = RegisterFacts(
    touchpoints={
        1: ThingFact(1, "MOB-LOGIN", "Mobile app login", "Where customers sign in on their phone", ("app sign-in",)),
        2: ThingFact(2, "BRANCH", "Branch counter", "Face to face service at the counter of a branch"),
        3: ThingFact(3, "IVR", "Phone menu", "What callers hear before an agent answers", ("IVR",)),
    },
    domains={
        1: ThingFact(1, "ADDR", "Customer address", "Where a customer lives and gets letters", ("postal address",)),
        2: ThingFact(2, "CONSENT", "Consent", "What customers allowed us to do with their data", ("opt-in",)),
    },
    segments={1: ThingFact(1, "STUD", "Students", "Customers in education, below 28 years")},
    systems={1: ThingFact(1, "CRM", "Siebel CRM", "Holds every contact with a customer", ("Siebel",))},
)


def suggested(*parts, neighbours=(), register=REGISTER):
    return [(tag.register, tag.thing) for tag in suggest_tags(parts, register, neighbours)]


def test_a_name_in_the_text_is_suggested_with_its_words():
    (first, *_) = suggest_tags(["Branch counters close early", "The branch counter has a queue."], REGISTER)
    assert (first.register, first.thing) == ("touchpoint", 2)
    assert {word.lower() for word in first.words} >= {"branch", "counters"}
    assert first.confidence > 0.8


def test_a_synonym_counts_as_a_name():
    assert suggested("Make the IVR shorter")[0] == ("touchpoint", 3)
    assert suggested("Ask for opt-in again")[0] == ("domain", 2)
    assert ("system", 1) in suggested("Leave Siebel behind")


def test_words_of_a_description_speak_less_loudly_than_a_name():
    by_name = suggest_tags(["The phone menu"], REGISTER)[0].confidence
    told = {
        (tag.register, tag.thing): tag for tag in suggest_tags(["What callers hear before an agent answers"], REGISTER)
    }
    assert told[("touchpoint", 3)].confidence < by_name


def test_what_neighbours_carry_is_suggested_even_without_a_word():
    near = [
        (0.6, request(1, impacts=(ImpactFact(2, "changes"),))),
        (0.5, request(2, impacts=(ImpactFact(2, "changes"),))),
    ]
    assert suggested("Something quite different", neighbours=near) == [("touchpoint", 2)]
    far = [(0.05, facts) for _, facts in near]
    assert suggested("Something quite different", neighbours=far) == []


def test_prose_suggests_nothing():
    assert suggested("A new project to improve our system and support the service") == []


def test_most_confident_first_and_stable():
    tags = suggest_tags(["The mobile app login and the customer address of students"], REGISTER)
    assert [tag.confidence for tag in tags] == sorted((tag.confidence for tag in tags), reverse=True)
    assert {("touchpoint", 1), ("domain", 1), ("segment", 1)} <= {(tag.register, tag.thing) for tag in tags}
    assert all(0 < tag.confidence <= 1 for tag in tags)


def test_odd_texts_and_an_empty_register_suggest_nothing():
    for text in ("", "😀", "x" * 50_000, "客户"):
        assert suggested(text) == []
    assert suggested("Branch counter", register=RegisterFacts()) == []
    assert suggested() == []
