"""Requests that are all alike, and one that is like all: no flood of findings, and every one of them is still shown."""

import pytest

from impacts.engine.facts import EngineSettings
from impacts.engine.matching import space
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.rules import same_purpose
from impacts.engine.scan import scan_findings
from tests.impacts.engine.making import REGISTER, TODAY, request

TEXT = "People hear too late that their card is blocked, and call us from the till of a shop."
FEW = EngineSettings(most_overlaps=5)


def index_of(requests) -> PortfolioIndex:
    return PortfolioIndex(requests, REGISTER, FEW)


def overlaps(index, about=None):
    return [f.requests for f in same_purpose.find(index, index.settings, TODAY, about)]


def test_many_requests_of_one_text_bring_no_flood() -> None:
    crowd = [request(n, n % 4 + 1, "Blocked cards", problem=TEXT) for n in range(1, 201)]
    others = [request(n, 1, f"Subject{n}", problem=f"Thing{n} is{n} late{n}.") for n in range(1001, 2001)]
    found = overlaps(index_of([*crowd, *others]))
    assert len(found) <= 5 * len(crowd)
    assert {one for pair in found for one in pair} == set(range(1, 201))


def test_in_a_crowd_it_does_not_matter_who_asks() -> None:
    crowd = [request(n, n % 4 + 1, f"Blocked cards {'again ' * (n % 3)}", problem=TEXT) for n in range(1, 41)]
    index = index_of(crowd)
    whole = scan_findings(index, TODAY)
    for one in (1, 17, 40):
        assert scan_findings(index, TODAY, frozenset({one})) == tuple(f for f in whole if one in f.requests)


def test_a_request_that_is_like_all_hides_none_of_their_own_overlaps() -> None:
    subjects = ["blocked cards", "mortgage deeds", "branch cash", "fraud alerts", "broker search", "payroll tables"]
    twins = [
        request(10 * n + at, at + 1, subject.title(), problem=f"We must renew {subject} before summer.")
        for n, subject in enumerate(subjects, 1)
        for at in (0, 1)
    ]
    like_all = request(1, 3, " and ".join(subjects), problem=" ".join(facts.problem for facts in twins))
    found = set(overlaps(index_of([*twins, like_all])))
    assert {(10 * n, 10 * n + 1) for n in range(1, len(subjects) + 1)} <= found
    assert len([pair for pair in found if 1 in pair]) <= len(twins)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "card",
        "🙂🎉🚗 " * 40,
        "بطاقة العميل محظورة في المتجر",
        "客户的信用卡在商店被冻结",
        "Karte 客户 بطاقة 🙂 card",
        "card " * 10_000,
    ],
    ids=["empty", "one word", "emoji", "arabic", "chinese", "mixed", "50,000 characters"],
)
def test_odd_texts_are_twins_of_themselves_or_of_nobody(text) -> None:
    others = [request(n, 1, f"Mortgage deed {n}", problem="Deeds lie on paper in a cellar.") for n in range(5, 9)]
    index = index_of([request(1, 1, text, problem=text), request(2, 2, text, problem=text), *others])
    near = {pair.second: pair.score for pair in index.nearest(1)}
    assert near.get(2, 0.0) > 0.85 or 2 not in near
    assert not set(overlaps(index)) - {(1, 2)} - {(a, b) for a in range(5, 9) for b in range(5, 9)}
    changed = request(1, 1, "Payroll tables")
    index.update(changed=[changed])
    assert index.nearest(1) == index_of([changed, request(2, 2, text, problem=text), *others]).nearest(1)


def test_words_of_a_twentieth_of_a_large_portfolio_bring_nobody_together(monkeypatch) -> None:
    monkeypatch.setattr(space, "COMMON_LEAST", 3)
    crowd = [
        request(n, n, f"Renew {word}", problem="renew") for n, word in enumerate(["deeds", "cash", "alerts", "tax"], 1)
    ]
    index = index_of([*crowd, request(9, 9, "Deeds", problem="deeds on paper")])
    assert {(pair.first, pair.second) for pair in index.pairs()} == {(1, 9)}
