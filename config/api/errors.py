"""Errors of the API as problem details (RFC 9457): `type`, `title`, `status`, `detail`, and `errors` by field."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from rest_framework import status
from rest_framework.exceptions import ValidationError as SerializerError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from board import errors as board
from customers import errors as customers
from impacts import errors as impacts
from portfolio import errors as portfolio
from portfolio.services.editing import errors_by_field

_FORBIDDEN = (portfolio.NotAllowed, impacts.NotAllowed, board.NotAllowed, customers.NotAllowed)
_CONFLICT = (
    portfolio.StaleVersion,
    impacts.FindingMoved,
    impacts.NothingToUndo,
    impacts.AlreadyThere,
    board.StaleMeeting,
    board.AlreadyDecided,
    board.AlreadyPlanned,
    board.AlreadyObjected,
    board.MeetingNotOpen,
)
_REFUSED = (portfolio.PortfolioError, impacts.ImpactsError, board.BoardError, customers.RegisterError)
NOT_THERE = "It does not exist, or you may not see it. Read the list above this address for what there is."
_TITLES = {
    400: "The request cannot be understood or carried out",
    401: "Sign in first",
    403: "You may not do this",
    404: "There is nothing here that you may see",
    405: "This address does not take that method",
    406: "This form of answer is not offered",
    409: "Somebody else was quicker",
    415: "This form of content is not understood",
    429: "Too many attempts",
}


def problem_details(exception: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error; None for what nobody foresaw, which the server reports and logs."""
    if isinstance(exception, ValidationError):
        errors = errors_by_field(exception)
        return _problem(400, " ".join(text for texts in errors.values() for text in texts), errors)
    if isinstance(exception, _REFUSED):
        code = 403 if isinstance(exception, _FORBIDDEN) else 409 if isinstance(exception, _CONFLICT) else 400
        fields: dict[str, str] = getattr(exception, "fields", {})
        return _problem(code, str(exception), {name: [text] for name, text in fields.items()})
    answer = exception_handler(exception, context)
    if answer is None:
        return None
    problem = _from_framework(exception, answer)
    for header, value in answer.items():
        problem[header] = value
    problem["Content-Type"] = "application/problem+json"
    return problem


def _from_framework(exception: Exception, answer: Response) -> Response:
    if isinstance(exception, SerializerError):
        errors = answer.data if isinstance(answer.data, dict) else {"detail": answer.data}
        return _problem(answer.status_code, "Something in what was sent does not fit; see `errors`.", errors)
    if isinstance(exception, Http404):  # its own words name a class of the program
        return _problem(answer.status_code, NOT_THERE)
    detail = answer.data.get("detail", "") if isinstance(answer.data, dict) else answer.data
    return _problem(answer.status_code, str(detail))


def _problem(code: int, detail: str, errors: Any = None) -> Response:
    body = {"type": "about:blank", "title": _TITLES.get(code, "It did not work"), "status": code, "detail": detail}
    if errors:
        body["errors"] = errors
    headers = {"WWW-Authenticate": "Token"} if code == status.HTTP_401_UNAUTHORIZED else None
    return Response(body, status=code, headers=headers, content_type="application/problem+json")
