"""Sealing decisions: each becomes the next entry of one chain, whoever else records one at the same moment."""

import logging

from django.db import IntegrityError, transaction
from django.db.models import F

from board.models import ChainHead, Decision, Seal
from board.selectors.decisions.chain import COVERS, GENESIS, MANY_PARTS, ONE_PART, content_of, link

logger = logging.getLogger(__name__)

TRIES = 20


def hold_chain() -> None:
    """Let nobody else decide until the transaction ends, in whatever meeting: of two merges or orders that cross, the
    second is checked against the first. Call it before what is decided is read."""
    ChainHead.objects.get_or_create(pk=1, defaults={"own_hash": GENESIS})
    ChainHead.objects.filter(pk=1).update(count=F("count"))


def seal_decision(*, decision: Decision) -> Seal:
    """Close the decision, after all that belongs to it is written: call it last in the transaction that records it.

    The head of the chain is taken by a conditional update, so that of two decisions at once the second waits for the
    first and follows it; that no two seals follow the same one is also a constraint of the database. The seal goes to
    the log as well, where it outlives the database. Raises RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A decision is sealed in the transaction that records it.")
    # Read again, so that what is sealed is what the database holds.
    fresh = Decision.objects.select_related(*ONE_PART).prefetch_related(*MANY_PARTS)
    content = content_of(fresh.get(pk=decision.pk))
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                seal = _seal_once(decision, content)
        except IntegrityError:
            if attempt == TRIES - 1:
                raise
            continue
        if seal is not None:
            logger.info("Decision %s is entry %s of the chain: %s", decision.pk, seal.sequence, seal.own_hash)
            return seal
    raise RuntimeError(f"Others recorded decisions faster than decision {decision.pk} could be sealed.")


def _seal_once(decision: Decision, content: dict[str, object]) -> Seal | None:
    """The seal; None when another decision was sealed since the head was read."""
    head, _ = ChainHead.objects.get_or_create(pk=1, defaults={"own_hash": GENESIS})
    sequence, previous = head.count + 1, head.own_hash
    own = link(content, sequence, previous)
    taken = ChainHead.objects.filter(pk=1, count=head.count, own_hash=previous)
    if not taken.update(count=F("count") + 1, own_hash=own):
        return None
    return Seal.objects.create(
        decision=decision, sequence=sequence, previous_hash=previous, own_hash=own, covers=COVERS
    )
