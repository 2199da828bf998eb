"""Meridian Bank as an organisation runs it, with the language model: the stories are found, and little besides."""

from datetime import date
from typing import Any

import pytest

from config.demo.load import load_demo
from config.demo.story import read_story
from impacts.models import Cluster, Finding, RequestMeaning
from portfolio.models import ProjectRequest

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
TODAY = date(2026, 11, 25)


def test_with_the_language_model_the_bank_tells_the_same_stories(settings: Any) -> None:
    settings.OMBUD_MODEL = "packaged"
    expected, bank = read_story(TODAY).expected, load_demo(TODAY)
    assert RequestMeaning.objects.count() == ProjectRequest.objects.live().count()

    def ids(keys: list[str]) -> set[int]:
        return {bank.requests[key].pk for key in keys}

    found = [
        (finding.rule, {request.pk for request in finding.requests.all()})
        for finding in Finding.objects.exclude(state=Finding.State.CLOSED).prefetch_related("requests")
    ]
    held = [{request.pk for request in cluster.requests.all()} for cluster in Cluster.objects.filter(closed_at=None)]

    def is_found(row: dict[str, Any]) -> bool:
        return any(rule == row["rule"] and ids(row["requests"]) <= members for rule, members in found)

    assert [row["note"] for row in expected["findings"] if not is_found(row)] == []
    apart = [row["note"] for row in expected["clusters"] if not any(ids(row["members"]) <= each for each in held)]
    assert apart == []
    five = ids(expected["clusters"][0]["members"])
    assert five in held
    told = [ids(row["requests"]) for row in expected["findings"]]
    noise = [(rule, members) for rule, members in found if not any(members & story for story in told)]
    assert len(noise) <= 15
