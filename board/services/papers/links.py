"""Links by which one named person reads a published pack: made, opened, revoked, each of it on record."""

import hashlib
import logging
import secrets
from datetime import datetime, timedelta

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from board.errors import CannotShare, NotAllowed, OtherReader, TooMany
from board.models import Pack, PackLink, PackOpening
from board.packs.upgrade import is_open_to_others
from board.permissions import can_run
from portfolio.models import Person

logger = logging.getLogger(__name__)

MOST_DAYS = 90
"""A link opens a pack for so many days at most."""

OPENINGS_A_MINUTE, WRONG_A_MINUTE = 60, 20
"""So many openings of one link, and so many tries of keys that open nothing from one address."""


def hash_of(key: str) -> str:
    """What is kept of a link's key. A plain hash does: the key is 256 bits of chance, which nobody can guess."""
    return hashlib.sha256(key.encode()).hexdigest()


def make_pack_link(
    *, by: Person, pack: Pack, until: datetime, person: Person | None = None, name: str = ""
) -> tuple[PackLink, str]:
    """A link for a person with an account, or for somebody by name, and its key, which is kept nowhere else.

    Raises NotAllowed, CannotShare where the pack cannot be read by others than the board or the time does not fit,
    ValidationError.
    """
    if not can_run(by, pack.meeting):
        raise NotAllowed("The board's secretary and the chair share the pack.")
    if not is_open_to_others(pack.document):
        raise CannotShare(
            "This pack was published before packs could be shared. Publish it again, then share that one."
        )
    now = timezone.now()
    if not now < until <= now + timedelta(days=MOST_DAYS + 1):
        raise CannotShare(f"Choose a day from today on, at most {MOST_DAYS} days from now.", {"until": "Out of range."})
    if person is not None and not person.is_active:
        raise CannotShare(f"{person.name} has left and cannot read it. Choose somebody else.", {"person": "Has left."})
    key = secrets.token_urlsafe(32)
    reader = person.get_full_name() if person else name.strip()
    link = PackLink(
        pack=pack, person=person, name=reader, key_hash=hash_of(key), made_by=by, made_at=now, expires_at=until
    )
    link.full_clean()
    link.save()
    logger.info("Link %s opens %s for %s until %s, made by %s", link.pk, pack, reader, until, by.pk)
    return link, key


def revoke_pack_link(*, by: Person, link: PackLink) -> bool:
    """Let the link open nothing any more. False where it was revoked before. Raises NotAllowed."""
    if not can_run(by, link.pack.meeting):
        raise NotAllowed("The board's secretary and the chair take back what they share.")
    mine = PackLink.objects.filter(pk=link.pk, revoked_at__isnull=True)
    return bool(mine.update(revoked_at=timezone.now(), revoked_by=by))


def open_pack_link(*, key: str, form: str, address: str, reader: Person | None = None) -> PackLink | None:
    """The link that the key opens, with its opening on record; None for one that is unknown, expired or revoked, or
    whose reader has left. A link for somebody with an account opens for them alone, whoever it was passed on to.
    Raises TooMany when it is asked for too often, OtherReader."""
    link = PackLink.objects.open().filter(key_hash=hash_of(key)).select_related("pack__meeting", "person").first()
    if link is None or (link.person is not None and not link.person.is_active):
        _count(f"pack-link-wrong:{address}", WRONG_A_MINUTE)
        return None
    _count(f"pack-link:{link.pk}", OPENINGS_A_MINUTE)
    if link.person is not None and link.person != reader:
        raise OtherReader(f"This link is for {link.person}, and opens for nobody else.")
    opening = PackOpening(link=link, at=timezone.now(), form=form[:8], address=address or None)
    try:
        opening.full_clean(exclude=["link"])
    except ValidationError:
        opening.address = None
    with transaction.atomic():
        opening.save()
    logger.info("Link %s opened as %s from %s", link.pk, form, address or "an unknown address")
    return link


def _count(name: str, most: int) -> None:
    """Count one more within this minute. Raises TooMany past the limit."""
    key = f"{name}:{timezone.now():%H%M}"
    cache.add(key, 0, timeout=120)
    try:
        count = cache.incr(key)
    except ValueError:  # it ran out in between
        count = 1
    if count > most:
        raise TooMany("That was asked for too often. Wait a minute, then try again.")
