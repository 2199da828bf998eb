"""The link in a mailed report that ends it: whoever holds the mail may use it, without signing in."""

from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from board.selectors.reports.reports import REPORTS
from board.services.reports.report_links import read_stop_token
from board.services.reports.reporting import stop_report


@csrf_exempt  # mail programs end it by one POST of their own (RFC 8058); the signed address is the proof
@login_not_required
@require_http_methods(["GET", "POST"])
def stop_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether the report shall be sent no more, and do so. Looking at the page ends nothing: programs that check
    links in mails look at it, too."""
    try:
        schedule = read_stop_token(token)
    except BadSignature as error:
        raise Http404("This link is not one of ours.") from error
    if request.method == "POST" and schedule is not None:
        stop_report(person=schedule.person, report=schedule.report)
    kind = REPORTS.get(schedule.report) if schedule else None
    context = {"kind": kind, "stopped": schedule is None or request.method == "POST"}
    return render(request, "reports/stop.html", context)
