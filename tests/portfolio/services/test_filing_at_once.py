"""Two who act in the same moment, on real connections."""

import pytest

from portfolio.models import Person, ProjectRequest, Silo
from portfolio.services.filing import create_draft, save_step
from portfolio.services.merging import Entry, fingerprint
from tests.at_once import at_once
from tests.factories import draft_request

pytestmark = pytest.mark.django_db(transaction=True)


def test_page_that_saves_twice_at_once_makes_one_draft(requester: Person, cards: Silo) -> None:
    errors = at_once(*[lambda: create_draft(person=requester, silo=cards, token="t")] * 4)

    assert errors == []
    assert ProjectRequest.objects.count() == 1


def test_four_windows_that_save_at_once_lose_nothing(requester: Person, cards: Silo) -> None:
    names = ("title", "problem", "proposal", "promised_effect")
    draft = draft_request(requester=requester, silo=cards, **dict.fromkeys(names, ""))

    def save(name: str) -> None:
        entries = {each: Entry(value="", raw="", base=fingerprint("")) for each in names}
        entries[name] = Entry(value=f"The {name}", raw=f"The {name}", base=fingerprint(""))
        save_step(request=draft, person=requester, entries=entries, page=name)

    errors = at_once(*[lambda name=name: save(name) for name in names])  # type: ignore[misc]

    draft.refresh_from_db()
    assert errors == []
    assert [getattr(draft, name) for name in names] == [f"The {name}" for name in names]
    assert draft.version == 5
