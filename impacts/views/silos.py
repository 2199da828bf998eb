"""The map of silos: who asks for the same, who works against whom, and which talk has not happened yet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from customers.asked import not_known, page_of
from customers.csv_file import csv_file
from impacts.selectors.maps.silos import PairRow, SeenSilos, pair_findings, seen_silos

CSV_HEAD = (
    "department", "other department", "ask for the same", "most alike in 100", "against each other",
    "work together by", "invite", "and", "requests",
)  # fmt: skip
PER_PAGE = 50


@require_GET
def show_silos(request: HttpRequest) -> HttpResponse:
    """The map; `?one=cards&other=retail` opens what stands behind one pair."""
    seen = seen_silos(request.user, all_silos=request.GET.get("rows") == "all")
    chosen = _chosen(request, seen)
    context = {
        "seen": seen,
        "chosen": chosen,
        "pairs": page_of(request, seen.rows, PER_PAGE),
        "findings": pair_findings(request.user, chosen) if chosen else (),
        "all_shown": len(seen.matrix) == len(seen.silos),
    }
    return render(request, "impacts/silo_map.html", context)


def _chosen(request: HttpRequest, seen: SeenSilos) -> PairRow | None:
    codes = {request.GET.get("one", ""), request.GET.get("other", "")}
    found = next((row for row in seen.rows if {row.one.code, row.other.code} == codes), None)
    if found is None and any(codes):
        not_known(request, "departments", " and ".join(sorted(filter(None, codes))))
    return found


@require_GET
def silos_csv(request: HttpRequest) -> HttpResponse:
    """Every pair of departments, the most promising talk first."""
    return csv_file("departments", CSV_HEAD, map(_cells, seen_silos(request.user).rows))


def _cells(row: PairRow) -> list[str | int]:
    invite = [person.name for person in row.invite] + ["", ""]
    references = " ".join(each.reference for each in row.requests)
    counts = [len(row.pair.same), "" if row.likeness is None else row.likeness, len(row.pair.against)]
    return [row.one.name, row.other.name, *counts, row.together, *invite[:2], references]
