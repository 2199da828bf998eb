"""Links to packs: one named reader each, until they expire or are taken back, on record and not too often."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from board.errors import CannotShare, NotAllowed, TooMany
from board.models import AgendaItem, Pack, PackLink, PackOpening
from board.services.papers.links import (
    OPENINGS_A_MINUTE,
    WRONG_A_MINUTE,
    make_pack_link,
    open_pack_link,
    revoke_pack_link,
)
from board.services.papers.packs import publish_pack
from portfolio.models import Person
from tests.factories import PackFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pack(item: AgendaItem, secretary: Person) -> Pack:
    """A published pack."""
    return publish_pack(person=secretary, meeting=item.meeting)


def made(pack: Pack, by: Person, **fields: Any) -> tuple[PackLink, str]:
    fields = {"name": "Amara Obi", "until": timezone.now() + timedelta(days=3), **fields}
    return make_pack_link(by=by, pack=pack, **fields)


def opened(key: str, address: str = "10.0.0.9") -> PackLink | None:
    return open_pack_link(key=key, form="html", address=address)


def test_a_link_opens_the_pack_and_each_opening_is_on_record(pack: Pack, secretary: Person) -> None:
    link, key = made(pack, secretary)
    assert opened(key) == link
    assert opened(key, "not an address") == link
    assert [(row.form, row.address) for row in PackOpening.objects.order_by("id")] == [
        ("html", "10.0.0.9"),
        ("html", None),
    ]


def test_the_key_is_kept_nowhere(pack: Pack, secretary: Person) -> None:
    link, key = made(pack, secretary)
    assert len(key) >= 43
    assert key not in str(PackLink.objects.filter(pk=link.pk).values().get())


def test_each_key_opens_its_own_link_and_a_guess_opens_none(pack: Pack, secretary: Person) -> None:
    (first, first_key), (second, second_key) = made(pack, secretary), made(pack, secretary, name="Ben Idris")
    assert (opened(first_key), opened(second_key)) == (first, second)
    assert opened(first_key[:-1]) is None
    assert PackOpening.objects.count() == 2


def test_an_expired_or_unknown_link_opens_nothing(pack: Pack, secretary: Person) -> None:
    link, key = made(pack, secretary)
    past = timezone.now() - timedelta(seconds=1)
    PackLink.objects.filter(pk=link.pk).update(made_at=past - timedelta(days=1), expires_at=past)
    assert opened(key) is None
    assert opened("x") is None
    assert PackOpening.objects.count() == 0


def test_a_revoked_link_opens_nothing(pack: Pack, secretary: Person, board_member: Person) -> None:
    link, key = made(pack, secretary)
    with pytest.raises(NotAllowed):
        revoke_pack_link(by=board_member, link=link)
    assert revoke_pack_link(by=secretary, link=link)
    assert not revoke_pack_link(by=secretary, link=link)
    assert opened(key) is None


def test_who_has_left_reads_nothing(pack: Pack, secretary: Person, reader: Person) -> None:
    _, key = made(pack, secretary, person=reader, name="")
    Person.objects.filter(pk=reader.pk).update(is_active=False)
    assert opened(key) is None
    reader.refresh_from_db()
    with pytest.raises(CannotShare, match="has left"):
        made(pack, secretary, person=reader)


def test_only_who_runs_the_meeting_shares(pack: Pack, board_member: Person, architect: Person) -> None:
    for person in (board_member, architect):
        with pytest.raises(NotAllowed):
            made(pack, person)


@pytest.mark.parametrize("days", [-1, 0, 92, 4000])
def test_a_link_ends_between_tomorrow_and_ninety_days(pack: Pack, secretary: Person, days: int) -> None:
    with pytest.raises(CannotShare):
        made(pack, secretary, until=timezone.now() + timedelta(days=days, seconds=-1))


def test_a_link_names_somebody(pack: Pack, secretary: Person) -> None:
    with pytest.raises(ValidationError):
        made(pack, secretary, name="  ")


def test_a_pack_of_the_first_model_is_for_the_board_alone(secretary: Person) -> None:
    old = PackFactory.create(published_by=secretary)
    with pytest.raises(CannotShare, match="Publish it again"):
        made(old, secretary)


def test_opening_is_limited_by_the_minute(pack: Pack, secretary: Person) -> None:
    _, key = made(pack, secretary)
    for _ in range(OPENINGS_A_MINUTE):
        opened(key)
    with pytest.raises(TooMany):
        opened(key)


def test_guessing_is_limited_by_address(pack: Pack) -> None:
    for number in range(WRONG_A_MINUTE):
        opened(f"guess-{number}")
    with pytest.raises(TooMany):
        opened("one more")
    assert opened("from elsewhere", "10.0.0.10") is None
