"""Publishes the papers of the bank's next meeting, and shares them with somebody outside."""

from datetime import timedelta

from django.utils import timezone

from board.models import Meeting
from board.services.papers.links import make_pack_link
from board.services.papers.packs import publish_pack
from config.demo.load_registers import Registers

#: A member of the supervisory board, who has no account, reads along.
GUEST = "Dr. Amara Obi, supervisory board"


def load_papers(registers: Registers) -> None:
    """Publish the pack of the next meeting and share it for two weeks. Nothing where no meeting is planned."""
    meeting = Meeting.objects.filter(status=Meeting.Status.PLANNED).order_by("starts_at", "id").first()
    if meeting is None:
        return
    secretary = registers.with_role("secretary")[0]
    pack = publish_pack(person=secretary, meeting=meeting)
    make_pack_link(by=secretary, pack=pack, name=GUEST, until=timezone.now() + timedelta(days=14))
