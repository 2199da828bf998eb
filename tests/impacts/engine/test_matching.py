"""The matcher: what is alike, what only looks so, and that no text is too odd for it."""

from dataclasses import replace

import pytest

from impacts.engine.facts import DataUseFact, EngineSettings, ImpactFact, SystemUseFact
from impacts.engine.matching.acronyms import accidents, meanings
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.text import gram_words, normalise, stems, surface_words, word_grams
from tests.impacts.engine.making import REGISTER, day, find, request

NOTIFY = request(
    1, 1, "Message customers when a card is blocked", problem="Customers learn at the till that their card is blocked."
)
NOTIFY_TOO = request(2, 2, "Messages to customers about blocked cards", problem="A blocked card comes as a surprise.")
PARKING = request(3, 3, "Car park barrier", problem="The barrier at the head office no longer opens.")
OTHERS = [
    request(10 + n, n % 4 + 1, title, problem=text)
    for n, (title, text) in enumerate(
        [
            ("Payroll tax tables", "The tables for the new tax year are typed by hand."),
            ("Archive of mortgage deeds", "Deeds lie on paper in a cellar that floods."),
            ("Branch cash forecast", "Branches order too much cash before holidays."),
            ("Fraud alerts by night", "Alerts wait until the morning shift."),
            ("Broker portal search", "Brokers cannot find an offer by its number."),
        ]
    )
]


def scores(*requests, settings=None):
    index = PortfolioIndex(requests, REGISTER, settings)
    return {(pair.first, pair.second): pair.score for request in requests for pair in index.nearest(request.id, 50)}


def test_two_requests_for_the_same_thing_are_found_and_others_are_not():
    (finding,) = find("same-purpose", NOTIFY, NOTIFY_TOO, PARKING, *OTHERS)
    assert finding.requests == (1, 2)
    assert finding.title == "Cards and Retail ask for much the same thing"


def test_likeness_is_symmetric():
    index = PortfolioIndex([NOTIFY, NOTIFY_TOO, *OTHERS], REGISTER)
    one = {(p.first, p.second): p for p in index.nearest(1, 50)}
    other = {(p.first, p.second): p for p in index.nearest(2, 50)}
    assert one[(1, 2)] == other[(1, 2)]


def test_the_same_silo_scores_less_and_says_so():
    across = scores(NOTIFY, NOTIFY_TOO, *OTHERS)[(1, 2)]
    within = scores(NOTIFY, replace(NOTIFY_TOO, silo=1), *OTHERS)[(1, 2)]
    assert within == pytest.approx(0.75 * across, abs=0.0002)
    (finding,) = find(
        "same-purpose", NOTIFY, replace(NOTIFY_TOO, silo=1), *OTHERS, settings=EngineSettings(same_purpose=0.2)
    )
    assert next(line.weight for line in finding.evidence if line.kind == "silo") < 0
    assert finding.title.startswith("Two requests of Cards ask")


def test_prose_that_a_portfolio_shares_does_not_make_two_requests_alike():
    prose = "This project will implement a new system solution to improve and support business processes and services."
    one = request(1, 1, "Project for a new system", problem=f"{prose} It prints parking permits.")
    other = request(2, 2, "New system project", problem=f"{prose} It weighs lorries.")
    everybody = [
        replace(facts, id=100 * n + facts.id, title=f"{facts.title} {n}", proposal=prose)
        for n in range(6)
        for facts in OTHERS
    ]
    found = find("same-purpose", one, other, *everybody)
    assert (1, 2) not in [f.requests for f in found]


def test_a_title_of_project_prose_alone_does_not_make_two_requests_alike():
    one = request(1, 1, "New system project", problem="It prints parking permits.")
    other = request(2, 2, "Project for a new system", problem="It weighs lorries.")
    assert not find("same-purpose", one, other, *OTHERS)


def test_shared_tags_add_to_the_score_each_with_its_own_line():
    plain = scores(NOTIFY, NOTIFY_TOO, *OTHERS)[(1, 2)]
    tags = {
        "impacts": (ImpactFact(1, "changes", segments=frozenset({1})),),
        "data_uses": (DataUseFact(2, "reads", 1),),
        "go_live": day(100),
    }
    tagged = [replace(NOTIFY, **tags), replace(NOTIFY_TOO, **tags), *OTHERS]
    assert scores(*tagged)[(1, 2)] > plain
    (finding,) = find("same-purpose", *tagged)
    assert {"touchpoint", "domain", "system", "segment", "dates"} <= {line.kind for line in finding.evidence}
    assert "Both touch where customers meet us: “Mobile login”" in {line.text for line in finding.evidence}


def test_the_same_thing_in_different_words_is_found_by_its_tags():
    tags = {
        "impacts": (ImpactFact(1, "changes", segments=frozenset({1})), ImpactFact(2, "changes")),
        "data_uses": (DataUseFact(2, "reads", 1),),
    }
    one = request(1, 1, "Text people when their card is stopped", problem="They find out at the till.", **tags)
    other = request(2, 2, "Alert holders about blocked cards", problem="A push message before the shop does.", **tags)
    assert not find(
        "same-purpose", replace(one, impacts=(), data_uses=()), replace(other, impacts=(), data_uses=()), *OTHERS
    )
    assert [f.requests for f in find("same-purpose", one, other, *OTHERS)] == [(1, 2)]


def test_tags_alone_never_make_an_overlap():
    tags = {"impacts": (ImpactFact(1, "changes"), ImpactFact(2, "changes")), "system_uses": (SystemUseFact(1, "uses"),)}
    one, other = request(1, 1, "Zebra", **tags), request(2, 2, "Quokka", **tags)
    assert not find("same-purpose", one, other, *OTHERS)


def test_a_tag_that_everybody_carries_tells_nothing():
    tag = {"impacts": (ImpactFact(1, "changes"),)}
    everybody = [replace(facts, **tag) for facts in (NOTIFY, NOTIFY_TOO, *OTHERS)]
    lone = [replace(NOTIFY, **tag), replace(NOTIFY_TOO, **tag), *OTHERS]
    assert scores(*everybody)[(1, 2)] < scores(*lone)[(1, 2)]


def test_the_evidence_quotes_the_words_in_common_as_they_are_written():
    (finding,) = find("same-purpose", NOTIFY, NOTIFY_TOO, *OTHERS)
    lines = [line for line in finding.evidence if line.kind == "words"]
    assert all(line.requests == (1, 2) for line in lines)
    marked = {word for line in lines for word in line.words}
    assert {"card", "cards", "blocked"} <= {word.lower() for word in marked}
    text = f"{NOTIFY.title} {NOTIFY.problem} {NOTIFY_TOO.title} {NOTIFY_TOO.problem}"
    assert all(word in text for word in marked)
    assert "“blocked”" in [line.text for line in lines]


def test_phrases_do_not_run_across_marks():
    one = request(1, 1, "Show products, last contacts and open complaints")
    other = request(2, 2, "See products, last contacts, open complaints")
    (finding,) = find("same-purpose", one, other, *OTHERS)
    titles = next(line.text for line in finding.evidence if line.kind == "titles")
    assert "“last contacts”" in titles
    assert "products last" not in titles


def test_what_a_dismissal_rests_on_does_not_move_with_other_requests():
    alone = find("same-purpose", NOTIFY, NOTIFY_TOO, *OTHERS)[0]
    crowd = find("same-purpose", NOTIFY, NOTIFY_TOO, *OTHERS, replace(PARKING, title="A card for the car park"))[0]
    assert alone.material == crowd.material
    rewritten = replace(NOTIFY_TOO, title="Message customers when a card is blocked", problem=NOTIFY.problem)
    assert find("same-purpose", NOTIFY, rewritten, *OTHERS)[0].material != alone.material


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Special Access Program (SAP)", "Systems, Applications and Products (SAP)"),
        ("CMS (Case Management System)", "Content Moderation Suite (CMS)"),
    ],
)
def test_an_acronym_that_means_two_things_does_not_count(one, other):
    assert accidents(one, other)
    accident = scores(request(1, 1, f"{one} for SAP CMS"), request(2, 2, f"{other} rollout"), *OTHERS)
    innocent = scores(request(1, 1, one.split("(")[0] + "SAP CMS"), request(2, 2, "SAP CMS rollout"), *OTHERS)
    assert accident[(1, 2)] < innocent[(1, 2)]


def test_acronyms_are_read_where_they_are_spelled_out():
    assert meanings("the Office of the Ombudsman (OO), a Case Management System (CMS)").keys() == {"oo", "cms"}
    assert not meanings("Replace the old thing (CMS)")
    assert not accidents("Case Management System (CMS)", "Case Management Solution (CMS)")


ODD = [
    "",
    " ",
    "x",
    "2024",
    "the of and",
    "😀😀😀 🚀",
    "مشروع جديد لخدمة العملاء",
    "客户地址变更项目",
    "word " * 10_000,
    "x" * 50_000,
    "<script>alert('x')</script> & <b>",
    "\x00\ufffd\u202e",
    "A" * 61,
    "Ǆungla Straße İstanbul ﬁrst",
]


@pytest.mark.parametrize("text", ODD)
def test_no_text_is_too_odd(text):
    odd = [request(1, 1, text, problem=text), request(2, 2, text), request(3, 3, "", proposal=text)]
    index = PortfolioIndex([*odd, *OTHERS], REGISTER)
    for facts in odd:
        index.nearest(facts.id)
        index.look_alikes(replace(facts, id=0))
    find("same-purpose", *odd, *OTHERS)
    for word in gram_words(text):
        buckets, counts = word_grams(word)
        assert len(buckets) == len(counts) > 0


def test_the_grams_of_a_word_have_three_to_five_characters_its_edges_included():
    assert [int(word_grams(word)[1].sum()) for word in ("a", "ab", "abc")] == [1, 3, 6]
    buckets, counts = word_grams("papa")
    assert counts.sum() == 4 + 3 + 2
    assert set(word_grams("pa")[0]) & set(buckets)


def test_empty_texts_are_not_alike():
    assert not find("same-purpose", *(request(n, n) for n in range(1, 5)))


def test_chinese_and_arabic_requests_match_their_like():
    chinese = [request(1, 1, "客户地址变更通知"), request(2, 2, "通知客户地址变更")]
    arabic = [request(3, 1, "تغيير عنوان العميل"), request(4, 2, "عنوان العميل تغيير جديد")]
    found = find("same-purpose", *chinese, *arabic, *OTHERS)
    assert {f.requests for f in found} == {(1, 2), (3, 4)}


def test_accents_case_and_endings_do_not_matter():
    assert normalise("CAFÉ") == normalise("café") == "cafe"
    assert stems("Migrating migrated migration") == ["migrat"] * 3
    assert surface_words("GCdocs, here")[0] == ("GCdocs", ("gcdoc",))


def test_look_alikes_of_a_draft_come_with_reasons_and_without_the_draft_itself():
    index = PortfolioIndex([NOTIFY, NOTIFY_TOO, PARKING, *OTHERS], REGISTER)
    draft = request(0, 4, "Tell customers that their card was blocked")
    found = index.look_alikes(draft)
    assert [alike.request for alike in found] == [1, 2]
    for alike in found:
        assert round(sum(line.weight or 0 for line in alike.evidence), 4) == alike.score
    assert 1 not in [alike.request for alike in index.look_alikes(NOTIFY)]


def test_an_empty_draft_or_an_empty_portfolio_has_no_look_alikes():
    assert PortfolioIndex([], REGISTER).look_alikes(NOTIFY) == []
    assert PortfolioIndex([NOTIFY], REGISTER).look_alikes(request(0)) == []


def test_changing_only_tags_keeps_the_index_right():
    index = PortfolioIndex([NOTIFY, NOTIFY_TOO, *OTHERS], REGISTER)
    tagged = replace(NOTIFY, impacts=(ImpactFact(1, "changes"),))
    index.update(changed=[tagged])
    assert index.carriers("touchpoint", 1) == [1]
    assert index.nearest(1) == PortfolioIndex([tagged, NOTIFY_TOO, *OTHERS], REGISTER).nearest(1)


def test_many_changes_of_one_request_do_not_fill_the_memory():
    index = PortfolioIndex([NOTIFY, NOTIFY_TOO, *OTHERS], REGISTER)
    for n in range(2500):
        index.update(changed=[replace(NOTIFY, title=f"Message {n}")])
    index.update(changed=[NOTIFY])
    assert index.requests.rows < 1100
    assert index.nearest(1) == PortfolioIndex([NOTIFY, NOTIFY_TOO, *OTHERS], REGISTER).nearest(1)
