"""What comes out of the portfolio: named reads in a fixed number of queries."""

from portfolio.selectors.filing import (
    filing_steps,
    my_drafts,
    my_trash,
    neighbours,
    requests_to_need,
    silos_to_file_for,
    step_label,
    step_url,
)
from portfolio.selectors.history import request_history
from portfolio.selectors.notifications import notifications_of, unread_count
from portfolio.selectors.pages import RequestPage, offered_steps, request_page

__all__ = [
    "RequestPage",
    "filing_steps",
    "my_drafts",
    "my_trash",
    "neighbours",
    "notifications_of",
    "offered_steps",
    "request_history",
    "request_page",
    "requests_to_need",
    "silos_to_file_for",
    "step_label",
    "step_url",
    "unread_count",
]
