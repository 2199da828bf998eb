"""Where a merged request goes on."""

from portfolio.lifecycle import Status
from portfolio.models import ProjectRequest


def goes_on_in(request: ProjectRequest) -> ProjectRequest | None:
    """The request in which a merged one goes on in the end: its survivor, or what that was merged into since. None for
    one that was not merged. One query for each step beyond the survivor that is selected with it."""
    if request.state is not Status.MERGED:
        return None
    seen, here = {request.pk}, request
    while here.state is Status.MERGED and here.survivor is not None and here.survivor_id not in seen:
        here = here.survivor
        seen.add(here.pk)
    return here
