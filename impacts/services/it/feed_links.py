"""Personal links to the feed of value stories: a secret address for a feed reader, which cannot sign in."""

import hashlib
import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone

from customers.models import FeedLink


def hash_of(key: str) -> str:
    """What is kept of a link's key. A plain hash does: the key is 256 bits of chance, which nobody can guess."""
    return hashlib.sha256(key.encode()).hexdigest()


def make_feed_link(*, person: Any) -> str:
    """A new key for the person's feed; the one before opens nothing any more. Returns the key, kept nowhere else."""
    key = secrets.token_urlsafe(32)
    with transaction.atomic():
        revoke_feed_link(person=person)
        FeedLink.objects.create(person=person, key_hash=hash_of(key), created_at=timezone.now())
    return key


def revoke_feed_link(*, person: Any) -> bool:
    """Let the person's link open nothing any more. False where there was none."""
    return bool(FeedLink.objects.filter(person=person, revoked_at__isnull=True).update(revoked_at=timezone.now()))
