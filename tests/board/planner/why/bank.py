"""Fifteen requests of a bank over four quarters: a budget, two skills, text capacity, orders, a freeze, contacts."""

from typing import Any

from board.planner.scenario import (
    AtLeast,
    AtMost,
    Before,
    Candidate,
    Exclude,
    Load,
    Requires,
    Resource,
    Scenario,
)

PERIODS = ("2027Q1", "2027Q2", "2027Q3", "2027Q4")


def _request(
    id_: str,
    label: str,
    value: float,
    budget: float,
    app: tuple[float, ...] = (),
    data: tuple[float, ...] = (),
    texts: tuple[float, ...] = (),
    **more: Any,
) -> Candidate:
    use = {"budget": (budget,), "app": app, "data": data, "texts": texts}
    return Candidate(id_, value, {resource: used for resource, used in use.items() if used}, label=label, **more)


def bank() -> Scenario:
    """The scenario as it is asked."""
    requests = (
        _request(
            "0009",
            "Customer Hub: one consent",
            310_000,
            240_000,
            (10, 12),
            (20, 20),
            mandatory=True,
            latest=1,
            effects={"customers on one consent": 400_000},
        ),
        _request("0012", "Card spend alerts", 260_000, 90_000, (30, 24), (6,), (18_000, 18_000, 18_000, 18_000)),
        _request("0016", "Loyalty points in the app", 95_000, 120_000, (34, 40), (4,)),
        _request(
            "0019",
            "One notification service",
            180_000,
            610_000,
            (24, 40, 10),
            (10, 6),
            effects={"customers on the new service": 12_000},
        ),
        _request("0021", "Branch appointment texts", 60_000, 30_000, (6,), (), (24_000, 24_000, 24_000, 24_000)),
        _request(
            "0023",
            "Payment reminders",
            150_000,
            70_000,
            (16, 10),
            (4,),
            (8_000, 8_000, 8_000),
            effects={"customers on the new service": 6_000},
        ),
        _request("0026", "Pay in instalments", 140_000, 200_000, (26, 18), (8,)),
        _request(
            "0030",
            "Fewer steps to pay",
            165_000,
            220_000,
            (22, 10),
            (2,),
            effects={"customers on the new service": 3_000},
        ),
        _request("0031", "Campaign messaging", 130_000, 540_000, (10, 14), (14, 10), (12_000, 12_000)),
        _request("0033", "Queue tickets in branches", 70_000, 160_000, (8,), ()),
        _request("0037", "Stronger identity check", -40_000, 310_000, (20, 20), (6, 6), mandatory=True, latest=2),
        _request("0041", "Proactive call-back", 120_000, 80_000, (8, 6), (10,)),
        _request("0043", "New phone menu", 85_000, 190_000, (), (4,)),
        _request("0047", "Data lake clean-up", -15_000, 60_000, (), (26, 14)),
        _request("0052", "Credit card face lift", 20_000, 110_000, (18,), (), barred={3: "Year-end freeze"}),
    )
    rules = (
        Before("0009", "0019", 1, "Notifications need the consent"),
        Requires("0019", "0009"),
        Before("0019", "0023", 1),
        Requires("0023", "0019"),
        Before("0019", "0031", 2),
        Requires("0031", "0019"),
        Requires("0041", "0047", "Call-back runs on clean data"),
        Before("0047", "0041", 1),
        Exclude(("0026", "0030"), "Both rebuild the payment page"),
        AtMost(("0012", "0016", "0030", "0026", "0052"), 1, 1, "Changes of the app's home page"),
        AtLeast("customers on the new service", 10_000, 3, "New service by year end"),
        Load(
            {(i, t): a for i, a in (("0012", 3), ("0021", 2), ("0023", 1), ("0031", 4)) for t in range(4)},
            8,
            "Contact policy of card holders",
            "contacts a month",
        ),
        AtMost(("0021", "0033", "0043"), 2, None, "Changes in branches this year"),
    )
    resources = (
        Resource("budget", (900_000, 800_000, 700_000, 500_000), "Budget", "€", 1.0),
        Resource("app", (60, 80, 80, 60), "App team", "weeks", 2_500),
        Resource("data", (40, 40, 40, 40), "Data team", "weeks", 2_500),
        Resource("texts", (40_000, 40_000, 40_000, 40_000), "Text gateway", "texts a week", 2.0),
    )
    return Scenario(PERIODS, resources, requests, rules, 0.03)
