"""Requests in other languages than English: how the language is told, and that twins are found in each."""

from pathlib import Path

import pytest

from impacts.engine.evaluation import engine
from impacts.engine.evaluation.labelled import LabelledSet, read_labelled
from impacts.engine.evaluation.measuring import measure
from impacts.engine.facts import EngineSettings, RegisterFacts, ThingFact
from impacts.engine.matching.acronyms import accidents, meanings
from impacts.engine.matching.compounds import parts_of
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.languages import FUNCTION_WORDS, LANGUAGES, language_of
from impacts.engine.matching.text import gram_words, stems, stems_of_word, surface_words
from impacts.engine.suggest import TagSuggester
from tests.impacts.engine.making import REGISTER, find, request

FOLDER = Path(__file__).parents[2] / "data" / "languages"
SENTENCES = {
    "en": "Customers who move must report their new address to five departments.",
    "fr": "Les clients qui déménagent doivent annoncer leur nouvelle adresse à cinq services.",
    "de": "Kunden, die umziehen, müssen fünf Abteilungen ihre neue Adresse melden.",
    "es": "Los clientes que se mudan deben comunicar su nueva dirección a cinco departamentos.",
    "it": "I clienti che cambiano casa devono comunicare il nuovo indirizzo a cinque uffici.",
    "nl": "Klanten die verhuizen moeten hun nieuwe adres aan vijf afdelingen doorgeven.",
    "pt": "Os clientes que se mudam devem comunicar a sua nova morada a cinco departamentos.",
}


def portfolio(language: str) -> LabelledSet:
    """Twenty requests with five twins: the same ones in each language, as people of that language would write them."""
    return read_labelled(FOLDER / f"{language}-items.jsonl", FOLDER / "pairs.jsonl")


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_twins_are_first_and_families_before_everything_else(language):
    figures = measure(portfolio(language))
    assert (figures["queries"], figures["hit@1"], figures["map"], figures["ap"]) == (10, 1, 1, 1)


@pytest.mark.parametrize("language", ["fr", "de"])
def test_twins_score_about_as_much_as_in_english(language):
    def twins_scores(name: str) -> list[float]:
        labelled = portfolio(name)
        index = engine.build(labelled.items)
        return [dict(engine.twins(index, one))[other] for one, other in sorted(labelled.positives)]

    english, other = twins_scores("en"), twins_scores(language)
    assert sum(other) > 0.7 * sum(english)
    assert min(other) > 0.7 * min(english)


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_every_request_of_a_portfolio_is_told_by_its_own_text(language):
    assert {language_of(f"{item.title}\n{item.text}") for item in portfolio(language).items} == {language}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_tells_its_language(language):
    assert language_of(SENTENCES[language]) == language
    assert language_of(SENTENCES[language].upper()) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "42",
        "Kundenportal",
        "Portail citoyen",
        "Los Angeles office move",
        "Generative AI R&D Sandbox",
        "Medicare Part C/D Marketing Material Review",
        "Multi-Modal Digital Image Exchange - AI (MDIE-AI)",
        "🎉🎉🎉",
        "客户地址变更通知",
        "تغيير عنوان العميل",
        "Zmiana adresu klienta we wszystkich systemach",
    ],
)
def test_what_does_not_tell_counts_as_english(text):
    assert language_of(text) == "en"


def test_no_known_request_in_english_is_taken_for_another_language(shared_data):
    for name in ("canada-2022", "australia", "us-ai-2024"):
        lines = (shared_data / name / "items.jsonl").read_text(encoding="utf-8").splitlines()
        assert {language_of(line) for line in lines} == {"en"}


def test_the_longer_part_of_a_mixed_text_decides():
    assert language_of(SENTENCES["fr"] * 2 + SENTENCES["en"]) == "fr"
    assert language_of(SENTENCES["en"] * 2 + SENTENCES["de"]) == "en"


@pytest.mark.parametrize(
    ("language", "alike"),
    [
        ("fr", ["numériser", "numérisée", "numérisations", "NUMÉRISATION"]),
        ("fr", ["accès", "ACCÈS"]),
        ("fr", ["sœurs", "soeur"]),
        ("de", ["Änderung", "Änderungen", "Aenderung", "AENDERUNGEN"]),
        ("de", ["Größe", "Groesse", "GRÖSSE"]),
        ("de", ["Straße", "Strasse", "Straßen"]),
        ("es", ["gestión", "gestiones"]),
        ("it", ["richiesta", "richieste"]),
        ("nl", ["aanvraag", "aanvragen"]),
        ("pt", ["pedido", "pedidos"]),
    ],
)
def test_endings_accents_and_spellings_do_not_matter(language, alike):
    assert len({stems_of_word(word, language) for word in alike}) == 1
    assert stems_of_word(alike[0], language)


def test_apostrophes_part_words_and_their_pieces_do_not_count():
    found = stems("L'accès d'un usager aujourd'hui : qu’il s’agisse de l’identité ou du dossier, jusqu'à la fin.", "fr")
    assert "acces" in found
    assert not set(found) & {"l", "d", "qu", "s", "jusqu", "aujourd", "hui", "un"}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_letters_may_be_composed_or_not(form):
    import unicodedata

    text = unicodedata.normalize(form, "Sécurité des données à l'étranger pour les clients")
    assert language_of(text) == "fr"
    assert stems(text) == stems("Sécurité des données à l'étranger pour les clients")
    first = next(word for word, its_stems in surface_words(text) if its_stems)
    assert first == unicodedata.normalize(form, "Sécurité")


def test_words_of_one_language_keep_their_meaning_in_another():
    assert stems("Car park at the head office, in the event of war") == ["car", "park", "head", "offic", "event", "war"]
    assert "car" in FUNCTION_WORDS["fr"]
    assert "war" in FUNCTION_WORDS["de"]


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("kartensperre", ("kart", "sperre")),
        ("informationszugangsantrag", ("information", "zugang", "antrag")),
        ("zahlungsverkehr", ("zahlung", "verkehr")),
        ("lernplattform", ("lern", "plattform")),
        ("uberprufung", ()),
        ("unterlagen", ()),
        ("gesetzliche", ()),
        ("archivieren", ()),
        ("antworten", ()),
        ("verwaltung", ()),
        ("karte", ()),
    ],
)
def test_german_compounds_are_taken_apart_where_that_is_sure(compound, parts):
    assert parts_of(compound) == parts


def test_a_compound_has_its_own_stem_and_those_of_its_parts_only_in_german():
    assert stems_of_word("Kartensperren", "de") == ("kartensperr", "kart", "sperr")
    assert stems_of_word("kartensperren") == ("kartensperren",)


def test_a_title_is_read_in_the_language_of_its_request():
    body = SENTENCES["fr"]
    one = request(1, 1, "Archives numérisées", problem=body)
    other = request(2, 2, "Numériser archives", problem="La file d'attente est trop longue au guichet de la gare.")
    (pair,) = [pair for pair in PortfolioIndex([one, other], REGISTER).nearest(1) if pair.second == 2]
    assert pair.titles > 0.1
    (finding,) = find("same-purpose", one, other, settings=EngineSettings(same_purpose=0.1))
    assert {line.text for line in finding.evidence if line.kind == "titles"} == {"“archives”", "“numérisées”"}
    assert "title:numeris" in finding.material


def test_acronyms_are_spelled_out_in_french_and_german():
    french = "Système de gestion des cas (SGC) pour les services qui en ont besoin"
    assert meanings(french) == {"sgc": frozenset({"system", "gestion", "cas"})}
    german = "Zentrale Melde- und Alarmstelle (ZMA) für die Filialen und das Amt"
    assert accidents(french, "Service du grand courrier (SGC) pour les clients et les agences") == {"sgc"}
    assert "zma" in meanings(german)


def test_acronyms_in_brackets_within_brackets_and_after_marks_are_read():
    nested = "A feed (Canada Student Financial Assistance (CSFA)), for borrowers"
    assert meanings(nested) == {"csfa": frozenset({"canada", "student", "financi", "assist"})}
    assert meanings("Loans. Student Financial Assistance (SFA)") == {"sfa": frozenset({"student", "financi", "assist"})}
    assert meanings("Loans. Assistance (SFA)") == {}


@pytest.mark.parametrize("odd", ["ABC (" + "a" * 60 + "!", "ABC (" + "word " * 4000, "x " * 10_000 + "(" * 9_000])
def test_no_text_keeps_the_reading_of_acronyms_busy(odd):
    assert meanings(odd) == {}


def test_names_of_a_register_are_found_in_texts_of_its_language():
    register = RegisterFacts(
        touchpoints={1: ThingFact(1, "T1", "Réclamations écrites"), 2: ThingFact(2, "T2", "Guichet")}
    )
    text = "Nous voulons répondre plus vite à une réclamation écrite que les clients nous ont envoyée."
    (found,) = TagSuggester(register).suggest([text])
    assert (found.thing, found.words) == (1, ("réclamation écrite",))


MIXED = request(
    1, 1, "CRM Salesforce", problem="Les clients sont suivis dans le CRM Salesforce pour toutes les agences du pays."
)
MIXED_TOO = request(
    2, 2, "Salesforce CRM roll-out", problem="We want to keep all of our customers in the Salesforce CRM of the group."
)


def test_requests_of_two_languages_meet_through_names():
    others = [
        request(10 + n, 3, title) for n, title in enumerate(["Parking barrier", "Barrière du parking", "Payroll"])
    ]
    index = PortfolioIndex([MIXED, MIXED_TOO, *others], REGISTER)
    assert [pair.second for pair in index.nearest(1, 1)] == [2]
    assert language_of(MIXED.problem) == "fr"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_too_odd_in_any_language(language):
    sentence = SENTENCES[language]
    for odd in ("", "é", "🎉" * 300, "العنوان " * 50, "客户地址变更通知" * 200, "x" * 50_000, "\ud800", "ß'’" * 40):
        text = f"{sentence} {odd} {sentence}"
        assert stems(text)
        assert gram_words(text)
        assert surface_words(text)
    assert stems(sentence * 700) == stems((sentence * 700)[:20_000])
