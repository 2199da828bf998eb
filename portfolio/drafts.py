"""What a draft still lacks, and what was typed into it that cannot be stored yet (`ProjectRequest.typed`)."""

from datetime import date

from customers.days import day
from portfolio.models import ProjectRequest

#: For so many days a discarded draft can be brought back.
TRASH_DAYS = 30


def parked(request: ProjectRequest) -> dict[str, dict[str, str]]:
    """What was typed and could not be stored: field to {raw, problem}."""
    values: dict[str, dict[str, str]] = request.typed.get("values", {})
    return values


def kept(request: ProjectRequest) -> dict[str, str]:
    """What was typed on one page while another stored something else: field to text."""
    entries: dict[str, str] = request.typed.get("kept", {})
    return entries


def missing_fields(request: ProjectRequest) -> dict[str, str]:
    """What must still be said before it can be filed: field to what to do. Empty when it is complete."""
    missing = {}
    if not request.title.strip():
        missing["title"] = "Give it a name that others recognise."
    if not request.problem.strip() and not request.proposal.strip():
        missing["problem"] = "Say what the trouble is, or what you propose."
    if not request.kind:
        missing["kind"] = "Choose whom it is for."
    for name, entry in parked(request).items():
        missing[name] = f"You typed “{entry['raw'][:60]}”. {entry['problem']}"
    for name in kept(request):
        missing[name] = "Two windows entered different things here. Choose one."
    return missing


def doubts(request: ProjectRequest, today: date) -> list[str]:
    """Dates that can be meant, but rarely are, each as a question."""
    start, live, seen = request.wanted_start, request.wanted_go_live, request.promised_by
    found = []
    if live and live < today:
        found.append(f"The go-live, {day(live)}, has passed. Is that the year you mean?")
    elif start and start < today:
        found.append(f"The start, {day(start)}, has passed. Has it begun already?")
    if seen and live and seen < live:
        found.append(f"The promise is to be seen by {day(seen)}, before the go-live. Who could have kept it by then?")
    elif seen and seen < today:
        found.append(f"The promise is to be seen by {day(seen)}, which has passed.")
    return found
