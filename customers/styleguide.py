"""What the style guide shows: every component with settled values, so that its picture never changes by itself."""

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator

_UTC = dt.UTC


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label="Title", help_text="A head of another department should recognise it.")
    accountable = forms.CharField(
        label="Who answers for text messages?",
        help_text="One living person. If you do not know, name who can find out.",
    )
    problem = forms.CharField(
        label="What goes wrong today?",
        help_text="In the customer’s words, if you can.",
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    go_live = forms.DateField(label="Wanted go-live", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    silo = forms.ChoiceField(label="Department", choices=[("cards", "Cards"), ("retail", "Retail")])
    kind = forms.ChoiceField(
        label="Who is it for?",
        help_text="It decides who looks at it first.",
        choices=[("customer", "For customers"), ("regulatory", "A rule asks for it"), ("internal", "For ourselves")],
        widget=forms.RadioSelect,
    )
    segments = forms.MultipleChoiceField(
        label="Which customers?",
        choices=[("cards", "Card holders"), ("savers", "Everyday savers"), ("homes", "Home owners")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    confidential = forms.BooleanField(
        label="Confidential",
        help_text="Only you, the architects and the board see it; others see that it exists and whom to ask.",
        required=False,
    )

    def clean_accountable(self) -> str:
        """A team cannot answer for anything."""
        name = str(self.cleaned_data["accountable"])
        if name.lower().startswith("the "):
            raise forms.ValidationError(f"“{name}” is not a person. Choose one name.")
        return name


COLOURS = (
    "paper",
    "surface",
    "sunk",
    "ink",
    "ink-2",
    "ink-3",
    "line",
    "line-2",
    "accent",
    "accent-wash",
    "high",
    "mid",
    "good",
    "mark",
)
KIND_NOTES = {
    "customer": "Customers will notice it. We look for others who change the same place.",
    "regulatory": "It has a date that cannot move. The plan is built around it.",
    "internal": "No customer notices it. Say so, and we do not ask further.",
}


def _request_rows() -> list[dict[str, Any]]:
    return [
        {
            "reference": "REQ-2026-0012",
            "title": "Card spend alerts by push and text",
            "silo": "Cards",
            "status": "in_triage",
            "label": "In triage",
            "cost": 420_000,
        },
        {
            "reference": "REQ-2026-0019",
            "title": "One notification centre in the app",
            "silo": "Retail",
            "status": "ready",
            "label": "Ready for board",
            "cost": 610_000,
        },
        {
            "reference": "REQ-2026-0021",
            "title": "Branch appointment texts",
            "silo": "Branches",
            "status": "on_hold",
            "label": "On hold",
            "cost": None,
        },
    ]


def _sides() -> list[dict[str, Any]]:
    return [
        {
            "reference": "REQ-2026-0012",
            "url": "#compare",
            "by": "Cards, Tomás Rey",
            "title": "Card spend alerts by push and text",
            "text": "Tell a card holder within ten seconds when money leaves the card, by push, or by text if the app "
            "is not installed.",
            "facts": [
                {
                    "label": "Touches",
                    "items_list": [
                        {"text": "Push message", "shared": True},
                        {"text": "text message", "shared": False},
                    ],
                },
                {"label": "For", "value": "Card holders", "shared": True},
                {"label": "When, cost", "value": "2 March 2026, €420,000"},
            ],
        },
        {
            "reference": "REQ-2026-0019",
            "url": "#compare",
            "by": "Retail, Helen Osei",
            "title": "One notification centre in the app",
            "text": "A single place where customers choose what we tell them at once: money in, money leaving, a new "
            "payee. Sent by push, kept for a year.",
            "facts": [
                {
                    "label": "Touches",
                    "items_list": [{"text": "Push message", "shared": True}, {"text": "app home", "shared": False}],
                },
                {"label": "For", "value": "Card holders", "shared": True},
                {"label": "When, cost", "value": "11 May 2026, €610,000"},
            ],
        },
    ]


def styleguide_context() -> dict[str, Any]:
    """The context of templates/styleguide.html. Reads nothing; the sample form is bound and has one error."""
    data = {
        "title": "Card spend alerts",
        "accountable": "The team",
        "silo": "cards",
        "kind": "customer",
        "segments": ["cards"],
        "confidential": "",
    }
    steps = [
        {"label": "What and why", "url": "#steps", "note": "Done"},
        {"label": "For whom", "url": "#steps", "note": "Done"},
        {"label": "What it touches", "current": True},
        {"label": "When and how much", "note": "About 2 minutes"},
        {"label": "Check and file", "note": "About 1 minute"},
    ]
    return {
        "colours": COLOURS,
        "statuses": [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("in_triage", "In triage"),
            ("ready", "Ready for board"),
            ("approved", "Approved"),
            ("approved_with_conditions", "Approved with conditions"),
            ("on_hold", "On hold"),
            ("merged", "Merged into 0019"),
            ("sequenced", "After 0019"),
            ("deferred", "Deferred"),
            ("returned", "Returned for information"),
            ("rejected", "Rejected"),
            ("in_delivery", "In delivery"),
            ("delivered", "Delivered"),
            ("reviewed", "Reviewed"),
            ("withdrawn", "Withdrawn"),
        ],
        "form": SampleForm(data, auto_id="sample_%s"),
        "plain_form": SampleForm(auto_id="plain_%s", prefix="plain"),
        "kind_notes": KIND_NOTES,
        "steps": steps,
        "chips": [
            {"label": "Department", "value": "Cards", "url": "#filters"},
            {"label": "State", "value": "In triage", "url": "#filters"},
        ],
        "exports": [{"label": "CSV", "url": "#table"}, {"label": "XLSX", "url": "#table"}],
        "rows": _request_rows(),
        "page_obj": Paginator(range(2_000), 50).page(7),
        "evidence": [
            "Both say: tell the customer at once when money leaves",
            "Both change push message and alert settings, for card holders, ten weeks apart",
            "Of 100 pairs that looked like this, architects merged 94",
        ],
        "marked": ["tell", "at once", "money", "push", "choose", "card holder"],
        "related": [{"reference": "REQ-2026-0019", "label": "Retail", "url": "#evidence"}],
        "hold_actions": [
            {"label": "Talk to the other four", "url": "#hold"},
            {"label": "Join the family", "url": "#hold"},
            {"label": "Ours differs, because…", "url": "#hold", "bare": True},
        ],
        "due": dt.date(2026, 1, 23),
        "sides": _sides(),
        "stats": [
            {"label": "Flags open", "value": 14, "trend": "9 more than Friday", "url": "#stats"},
            {"label": "Touchpoints with a person", "value": "10 of 12", "trend": "unchanged"},
            {"label": "Median time to decide", "value": "19 days", "trend": "6 fewer than in autumn"},
        ],
        "events": [
            {"at": dt.date(2026, 1, 8), "text": "Filed by Cards"},
            {"at": "Today", "text": "In triage", "state": "now"},
            {"at": dt.date(2026, 2, 5), "text": "Board, if ready", "state": "next"},
        ],
        "tabs": [
            {"label": "One page", "url": "#tabs", "current": True},
            {"label": "Findings", "url": "#tabs", "count": 5},
            {"label": "History", "url": "#tabs", "count": 23},
        ],
        "heat": [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4), (7, 4)],
        "saved_at": dt.datetime(2026, 1, 19, 15, 41, tzinfo=_UTC),
        "helen": "Helen Osei",
    }
