"""What became of the demo's decisions: an approved request costs more now and goes before the board again, a condition
was given more time."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from board.models import Condition
from board.services.decisions.changes import finish_change
from board.services.decisions.conditions import move_condition
from config.demo.load_registers import Registers
from config.demo.story import Story, at_hour
from impacts.services.scans.scanning import scan_until_done
from portfolio.models import ProjectRequest
from portfolio.services.changing import open_for_change
from portfolio.services.editing import edit_request

#: Its supplier asks for a little more: the board looks again.
MORE = Decimal("1.06")


def load_record(story: Story, registers: Registers) -> None:
    """Change one approved request, and move one condition, as they would be today."""
    _change(story)
    _move(story, registers)
    scan_until_done()


def _change(story: Story) -> None:
    """The approved request that costs most."""
    rows = ProjectRequest.objects.filter(status="approved", one_off_cost__isnull=False)
    request = rows.select_related("silo", "requester").order_by("-one_off_cost", "id").first()
    if request is None or request.one_off_cost is None:
        return
    person, began, done = request.requester, timezone.now(), at_hour(story.anchor - timedelta(days=1), 15, 32)
    opened = open_for_change(
        request=request,
        person=person,
        reason="The supplier's offer is 6 per cent above its estimate.",
        at=at_hour(story.anchor - timedelta(days=1), 15, 20),
    )
    cost = (request.one_off_cost * MORE).quantize(Decimal(1))
    edit_request(request=opened, person=person, expected=opened.version, one_off_cost=cost)
    finish_change(request=opened, person=person, at=done)
    request.history.filter(history_date__gte=began).update(history_date=done)
    ProjectRequest.objects.filter(pk=request.pk).update(updated_at=done)


def _move(story: Story, registers: Registers) -> None:
    """The open condition that is due last gets four more weeks."""
    condition = Condition.objects.filter(met_at__isnull=True).order_by("-due", "id").first()
    if condition is None:
        return
    began, at = timezone.now(), at_hour(story.anchor - timedelta(days=2), 9, 10)
    move_condition(
        person=registers.with_role("secretary")[0],
        condition=condition,
        owner=condition.owner,
        due=condition.due + timedelta(days=28),
        reason="The second half of the machines comes four weeks later than ordered.",
        seen=(condition.owner_id, condition.due),
        at=at,
    )
    condition.history.filter(history_date__gte=began).update(history_date=at)
