"""The requests list: what is shown, in a fixed number of queries whatever the size of the portfolio."""

from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import Count, QuerySet, Window
from django.http import HttpRequest

from portfolio.filters import DEFAULT_SORT, RequestFilter, is_sort, sorted_requests
from portfolio.models import ProjectRequest
from portfolio.permissions import can_see_all_money, can_see_money

PAGE_SIZE = 50
_SHOWN = (
    "reference", "title", "status", "kind", "heads_up", "confidential", "submitted_at", "wanted_go_live",
    "one_off_cost", "silo__name", "requester_id", "sponsor_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A request in the list, and whether its costs may be shown."""

    request: ProjectRequest
    shows_money: bool


@dataclass(slots=True)
class Listing:
    """What the address asked for: the filtered requests in order, and what of it was not understood."""

    filterset: RequestFilter
    requests: QuerySet[ProjectRequest]
    sort: str
    ignored: list[str] = field(default_factory=list)

    def page(self, number: str) -> tuple[Page[int], list[Row]]:
        """One page: ids first, from the index alone, then the fifty requests. A bad number is the nearest page."""
        paginator: Paginator[int] = Paginator(self.requests.values_list("pk", flat=True), PAGE_SIZE)
        if self.filterset.form.cleaned_data.get("q") and (found := self._found(paginator, number or "1")):
            return found, list_rows(list(found.object_list), self.filterset.user)
        try:
            page = paginator.page(number or 1)
        except PageNotAnInteger:
            self.ignored.append(f"“{number}” is not a page number. You see the first page.")
            page = paginator.page(1)
        except EmptyPage:
            page = paginator.page(paginator.num_pages if number.isdecimal() and number != "0" else 1)
            self.ignored.append(f"There is no page {number}. You see page {page.number} of {paginator.num_pages}.")
        return page, list_rows(list(page.object_list), self.filterset.user)

    def _found(self, paginator: "Paginator[int]", number: str) -> "Page[int] | None":
        """A page of a search, counted in the same query: a word that many requests hold is looked up once, not twice.
        None where there is nothing on it."""
        if not number.isdecimal() or not 0 < int(number) < 100_000:
            return None
        start = (int(number) - 1) * PAGE_SIZE
        counted = self.requests.annotate(total=Window(Count("pk"))).values_list("pk", "total")
        rows = list(counted[start : start + PAGE_SIZE])
        if not rows:
            return None
        paginator.__dict__["count"] = rows[0][1]
        return Page([pk for pk, _ in rows], int(number), paginator)


def list_requests(http: HttpRequest) -> Listing:
    """The requests that the address asks for, of those its user may see."""
    filterset = RequestFilter(http.GET, ProjectRequest.objects.visible_to(http.user), request=http)
    sort, ignored = http.GET.get("sort", ""), []
    if sort and not is_sort(sort, http.user):
        ignored.append(f"The list cannot be sorted by “{sort.removeprefix('-')}”. You see the newest first.")
        sort = ""
    if {"cost_from", "cost_to"} & set(http.GET) and not can_see_all_money(http.user):
        ignored.append("Architects and the board find requests by what they cost. You see those of any cost.")
    sort = sort or DEFAULT_SORT
    return Listing(filterset, sorted_requests(filterset.qs, sort), sort, ignored)


def list_rows(ids: list[int], user: Any) -> list[Row]:
    """The requests with these ids, in this order, without their long texts."""
    found = ProjectRequest.objects.filter(pk__in=ids).select_related("silo").only(*_SHOWN).order_by()
    by_id = {request.pk: request for request in found}
    return [Row(by_id[pk], can_see_money(user, by_id[pk])) for pk in ids if pk in by_id]
