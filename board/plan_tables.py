"""The tables that set plans side by side: figures, who waits, and requests whose quarter differs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from board.models import Scenario, ScenarioPin
from board.packs.words import cut
from board.selectors.plans.plan_sheets import APPROVED, ASKED, NAMES, PlanSheet, SheetRow
from customers.amounts import money_text
from portfolio.lifecycle import COMMITTED
from portfolio.models import ProjectRequest

SHOWN_LOADS = SHOWN_FULL = 2
"""So many rows of contacts and capacities stand among the figures; the page that compares has all."""


LITTLE = 0.001
"""Such a share of what a plan is worth is little."""

MOST_NAME = 60
"""Of a title so many characters stand beside a price."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one plan. `over`: it breaks what holds. `note` is said in small beneath."""

    text: str
    over: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of all plans, and how far the last is from the first."""

    label: str
    cells: tuple[Cell, ...]
    difference: str = ""


def tabs_of(current: str) -> list[dict[str, Any]]:
    """The tabs of plans: as asked, as approved, and the scenarios changed last. One query."""
    rows = [(ASKED, NAMES[ASKED], reverse("plan:as-asked")), (APPROVED, NAMES[APPROVED], reverse("plan:as-approved"))]
    recent = list(Scenario.objects.kept().order_by("-changed_at", "-id").values_list("pk", "name")[:6])
    if current.isdecimal() and int(current) not in dict(recent):
        own = Scenario.objects.filter(pk=int(current)).values_list("pk", "name").first()
        recent = [*recent[:5], *([own] if own else [])]
    rows += [
        (str(pk), name, reverse("plan:scenario-detail", args=[pk]))
        for pk, name in sorted(recent, key=lambda row: row[1])
    ]
    rows.append(("new", "New plan", reverse("plan:scenario-new")))
    return [{"label": name, "url": url, "count": None, "current": key == current} for key, name, url in rows]


def proof_words(sheet: PlanSheet) -> str:
    """How long the search took, and how good the plan is proven to be."""
    result = sheet.result
    seconds = f"Computed in {result.get('seconds', 0):g} s."
    gap = result.get("gap")
    if gap is None:
        return seconds
    if result["status"] == "optimal" or gap < 5e-5:
        return f"{seconds} Proven best: no plan under these rules is worth more."
    return f"{seconds} No plan under these rules is worth more by over {max(gap * 100, 0.1):.1f} %."


def comparison(sheets: Sequence[PlanSheet]) -> list[Row]:
    """What there is to compare, a row each. Plans without figures (none was found) are left blank."""
    figures = [sheet.figures for sheet in sheets]
    known = [each for each in figures if each]
    if not known:
        return []
    return [
        _numbers("Requests that go", figures, lambda each: each["goes"], _plain),
        _numbers("Requests that wait", figures, lambda each: each["waits"], _plain),
        _numbers("Value to customers", figures, lambda each: each["value"], _money),
        _numbers("Cost", figures, lambda each: each["cost"], _money),
        *_later(figures, known),
        _numbers("Value less all costs", figures, lambda each: each["net"], _money),
        *loads(sheets)[:SHOWN_LOADS],
        _numbers("Weeks over contact policy", figures, lambda each: each["weeks_over"], _plain),
        *fullest(sheets)[:SHOWN_FULL],
        *_channels(figures, known),
        _numbers("Conflicts left open", figures, lambda each: sum(each["conflicts"].values()), _plain),
    ]


Figures = Sequence[Any]
Shown = Callable[[float], str]


def _plain(number: float) -> str:
    return f"{number:,.0f}"


def _money(number: float) -> str:
    return money_text(round(number), short=True)


def _numbers(label: str, figures: Figures, of: Callable[[Any], float], shown: Shown) -> Row:
    numbers = [of(each) if each else None for each in figures]
    cells = tuple(Cell("no plan") if number is None else Cell(shown(number)) for number in numbers)
    return Row(label, cells, _difference(numbers, shown))


def _later(figures: Figures, known: Figures) -> list[Row]:
    """What of the cost no quarter of the plan pays for; no row where that is nothing, or a plan is older than this."""
    if not all("later" in each for each in known) or not any(each["later"] for each in known):
        return []
    return [_numbers("Of that after the last quarter", figures, lambda each: each["later"], _money)]


def _difference(numbers: Sequence[float | None], shown: Shown) -> str:
    """How far the last is from the first, in words: 14 fewer, €1.31 m less."""
    if len(numbers) < 2 or numbers[0] is None or numbers[-1] is None:
        return ""
    step = numbers[-1] - numbers[0]
    if not step:
        return "the same"
    words = ("more", "less") if shown is _money else ("more", "fewer")
    return f"{shown(abs(step))} {words[0] if step > 0 else words[1]}"


def loads(sheets: Sequence[PlanSheet]) -> list[Row]:
    """Most contacts in a window by segment and policy; what comes closest to its limit in any of the plans first."""
    figures = [sheet.figures for sheet in sheets]
    known = [each for each in figures if each]
    worst: dict[tuple[str, str], int] = {}
    for each in known:
        for load in each["loads"]:
            key = (load["segment"], load["policy"])
            worst[key] = min(worst.get(key, 10**6), load["limit"] - load["peak"])
    rows = []
    for key in sorted(worst, key=lambda key: (worst[key], key)):
        found = [_load_of(each, key) for each in figures]
        one = next(load for load in found if load)
        label = f"Most contacts in {one['days']} days, {one['segment']}; policy {one['limit']}"
        cells = tuple(
            Cell(str(load["peak"]), over=load["peak"] > load["limit"]) if load else Cell("0" if each else "no plan")
            for load, each in zip(found, figures, strict=True)
        )
        peaks = [load["peak"] if load else 0 if each else None for load, each in zip(found, figures, strict=True)]
        rows.append(Row(label, cells, _difference(peaks, _plain)))
    return rows


def _load_of(figures: Any, key: tuple[str, str]) -> Any:
    return next((load for load in figures.get("loads", ()) if (load["segment"], load["policy"]) == key), None)


def fullest(sheets: Sequence[PlanSheet]) -> list[Row]:
    """Money and people in their fullest quarter; what is fullest in any of the plans first."""
    figures = [sheet.figures for sheet in sheets]
    known = [each for each in figures if each]
    share: dict[str, float] = {}
    for each in known:
        for resource in each["resources"]:
            share[resource["label"]] = max(share.get(resource["label"], 0.0), _full(resource)[2])
    rows = []
    for label in sorted(share, key=lambda label: (-share[label], label)):
        cells: list[Cell] = []
        used: list[float | None] = []
        for each in figures:
            resource = next((row for row in each["resources"] if row["label"] == label), None) if each else None
            if resource is None:
                cells.append(Cell("no limit" if each else "no plan"))
                used.append(None)
                continue
            amount, there, full = _full(resource)
            shown = _plain if resource["unit"] == "days" else _money
            cells.append(Cell(f"{shown(amount)} of {shown(there)}", over=full > 1.0001))
            used.append(amount)
        unit = next(row["unit"] for each in known for row in each["resources"] if row["label"] == label)
        rows.append(
            Row(f"{label} at its fullest", tuple(cells), _difference(used, _plain if unit == "days" else _money))
        )
    return rows


def _full(resource: Any) -> tuple[float, float, float]:
    """Used, there and their share in the fullest quarter."""
    pairs = zip(resource["used"], resource["capacity"], strict=True)
    return max(
        ((used, there, used / there if there else 10.0 if used else 0.0) for used, there in pairs),
        key=lambda row: row[2],
    )


def _channels(figures: Figures, known: Figures) -> list[Row]:
    """The channel that is fullest in any plan."""
    worst = max(
        (channel for each in known for channel in each["channels"] if channel["peak"]),
        key=lambda channel: channel["peak"] / max(channel["limit"], 1),
        default=None,
    )
    if worst is None:
        return []
    found = [
        next((c for c in each["channels"] if c["label"] == worst["label"]), None) if each else None for each in figures
    ]
    cells = tuple(
        Cell(f"{c['peak']:,} of {c['limit']:,}", over=c["peak"] > c["limit"]) if c else Cell("no plan") for c in found
    )
    peaks = [c["peak"] if c else None for c in found]
    return [Row(f"{worst['label']} a week at its fullest", cells, _difference(peaks, _plain))]


def waits_by_silo(sheets: Sequence[PlanSheet]) -> list[Row]:
    """How many requests of each department wait in each plan, and what they ask for; who waits most first."""
    waiting: dict[str, list[list[SheetRow]]] = {}
    for place, sheet in enumerate(sheets):
        for row in sheet.waiting:
            waiting.setdefault(row.request.silo.name, [[] for _ in sheets])[place].append(row)
    ranked = sorted(waiting.items(), key=lambda pair: (-max(map(len, pair[1])), pair[0]))
    return [
        Row(silo, tuple(_waits(rows, sheet) for rows, sheet in zip(plans, sheets, strict=True)))
        for silo, plans in ranked
    ]


def _waits(rows: Sequence[SheetRow], sheet: PlanSheet) -> Cell:
    if not sheet.figures:
        return Cell("no plan")
    money = _money(sum(float(row.line.money) for row in rows))
    return Cell(f"{len(rows):,}, {money}" if rows else "none")


@dataclass(frozen=True, slots=True)
class Differing:
    """A request that does not start in the same quarter in all plans; `quarters` says when, plan by plan."""

    request: ProjectRequest
    quarters: tuple[str, ...]


def differences(sheets: Sequence[PlanSheet]) -> list[Differing]:
    """The requests on which the plans differ, by reference."""
    if sum(bool(sheet.figures) for sheet in sheets) < 2:
        return []
    requests: dict[int, ProjectRequest] = {}
    when: list[dict[int, str]] = []
    for sheet in sheets:
        own = {}
        for row in (*sheet.going, *sheet.waiting):
            requests[row.request.pk] = row.request
            own[row.request.pk] = sheet.horizon.name(row.line.period) if row.line.period is not None else "waits"
        when.append(own)
    found = []
    for pk, request in requests.items():
        quarters = tuple(own.get(pk, "not in it") for own in when)
        if len({quarter for quarter, sheet in zip(quarters, sheets, strict=True) if sheet.figures}) > 1:
            found.append(Differing(request, quarters))
    return sorted(found, key=lambda row: row.request.reference)


def costs_nothing(price: Mapping[str, Any], worth: float) -> bool:
    """Whether what the board insists on costs nothing, or little or nothing as far as is estimated, or known: no plan
    without it was found to be worth more, and none is by more than a thousandth of what this one is `worth`."""
    if price["most"] == 0:
        return True
    little = price["about"] or (price["most"] is not None and price["most"] <= LITTLE * abs(worth))
    return bool(little and price.get("likely") == 0)


def insisted_names(sheet: PlanSheet, pins: Iterable[ScenarioPin]) -> dict[str, str]:
    """By reference what a request is called and why it must go, as it is said beside the price of that."""
    pinned = {pin.request_id for pin in pins if pin.kind != ScenarioPin.Kind.OUT}
    names = {}
    for row in (*sheet.going, *sheet.waiting):
        request = row.request
        why = (
            "pinned" if request.pk in pinned
            else "regulatory" if request.kind == ProjectRequest.Kind.REGULATORY
            else "approved" if request.state in COMMITTED
            else ""
        )  # fmt: skip
        names[request.reference] = ", ".join(filter(None, [cut(request.title, MOST_NAME), why]))
    return names


def keeps_limits(sheet: PlanSheet) -> bool:
    """Whether a plan stays within money, people, channels and contact policy."""
    figures = sheet.figures
    return (
        not figures["weeks_over"]
        and all(_full(resource)[2] <= 1.0001 for resource in figures["resources"])
        and all(channel["peak"] <= channel["limit"] for channel in figures["channels"])
    )


def compare_title(sheets: Sequence[PlanSheet]) -> str:
    """Which of the plans is worth most, as a sentence; one that keeps its limits goes before one that does not."""
    known = [sheet for sheet in sheets if sheet.figures]
    if len(known) < 2:
        return "Compare plans"
    best = max(known, key=lambda sheet: (keeps_limits(sheet), sheet.figures["net"]))
    last = max(known, key=lambda sheet: sheet.conflicts)
    over = "" if keeps_limits(best) else "; none of them stays within money, people and contact policy"
    if last.conflicts > best.conflicts:
        left = f"“{best.name}” leaves {best.conflicts or 'no'} conflicts open, “{last.name}” {last.conflicts}"
        return f"{left}; it is worth {_money(best.figures['net'])} after costs{over}"
    return f"“{best.name}” is worth most: {_money(best.figures['net'])} after costs{over}"
