"""Composes what stands before and after the items: last decisions, open conditions, the portfolio at a glance; the
customer's year before and after, accountability gaps, bets and objections, the appendix. No Django."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from decimal import Decimal

from board.packs import words
from board.packs.document import (
    EVERY_REQUEST,
    Bar,
    Block,
    Chart,
    Column,
    Day,
    Panel,
    Row,
    Said,
    Section,
    Stat,
    Stats,
    Table,
    Text,
    Words,
)
from board.packs.facts import GapFact, PackFacts, PortfolioFacts, RequestFact, SiloFact, YearFact, YearSide
from board.packs.page import day_of, secret_of

HIDDEN_YEAR = "Confidential requests are counted in none of these figures."
MOST_SILOS = 12


# --- before the items ---------------------------------------------------------------------------------------------


def decided_last_time(pack: PackFacts) -> Section:
    """The decisions of the meeting before."""
    rows = [
        Row(
            (day_of(each.at.date()), each.label, words.cut(each.what, 160), words.cut(each.reason, 260)),
            each.secret,
        )
        for each in pack.decisions
    ]
    columns = (
        Column("On", "day", 1.1),
        Column("Decision", width=1.1),
        Column("Over", width=2),
        Column("Because", width=2.4),
    )
    empty = "Nothing was decided at an earlier meeting."
    table = Table("Last decisions", "Decided at the last meeting", columns, tuple(rows), empty)
    return Section("Decided last time", "last-decisions", (table,), starts_page=False)


def open_conditions(pack: PackFacts) -> Section:
    """Conditions that are open, the first due first, and holds that run."""
    late = sum(each.overdue for each in pack.conditions)
    rows = [
        Row(
            (
                day_of(each.due),
                "Overdue" if each.overdue else "Open",
                words.cut(each.text, 300),
                each.owner,
                words.listed(each.references, 4),
            ),
            each.secret,
        )
        for each in pack.conditions
    ]
    columns = (
        Column("Due", "day", 1.1),
        Column("State", "mark", 0.7),
        Column("Condition", width=3.2),
        Column("Who sees to it", width=1.2),
        Column("Over", width=1.3),
    )
    blocks: list[Block] = []
    if rows:
        overdue = words.number_word(late) if late else "none"
        blocks.append(Words(f"{words.sentence(words.counted(len(rows), 'condition'))[:-1]} open, {overdue} overdue."))
    empty = "No condition is open."
    blocks.append(Table("Open conditions", "Open conditions by due date", columns, tuple(rows), empty))
    if pack.holds:
        blocks.append(_holds(pack))
    return Section("Open conditions and holds", "conditions", tuple(blocks), starts_page=False)


def _holds(pack: PackFacts) -> Table:
    rows = tuple(
        Row(
            (day_of(each.until), words.cut(each.question, 300), each.owner, words.listed(each.references, 4)),
            each.secret,
        )
        for each in pack.holds
    )
    columns = (
        Column("Until", "day", 1.1),
        Column("What must be answered", width=3.2),
        Column("Who answers", width=1.2),
        Column("Over", width=1.3),
    )
    return Table("Holds", "Holds that run", columns, rows)


def at_a_glance(pack: PackFacts) -> tuple[Section, ...]:
    """The portfolio: key figures, where requests stand, what each department has in it. None where nothing is known."""
    if pack.portfolio is None:
        return ()
    apart = pack.portfolio_apart
    return (_glance(pack, pack.portfolio, None if apart is None else _glance(pack, apart, None)),)


def _glance(pack: PackFacts, known: PortfolioFacts, apart: Section | None) -> Section:
    live = sum(row.live for row in known.silos)
    undecided = sum(row.undecided for row in known.silos)
    asked = [row.asked for row in known.silos if row.asked is not None]
    worth = str(sum(asked, Decimal(0))) if asked or not undecided else ""
    stats = (
        Stat(f"{live:,}", "live requests"),
        Stat(f"{undecided:,}", "not decided yet"),
        Stat(Said(words.short_amount(worth, pack.currency), worth, (EVERY_REQUEST,)), "asked for in them, once"),
        Stat(f"{known.overlaps:,}", "overlaps stand"),
        Stat(f"{known.conflicts:,}", "conflicts stand"),
        Stat(f"{known.gaps:,}", "gaps nobody owns"),
    )
    drawn = (_silo_chart(known),) if live else ()
    blocks = (Stats(stats), *drawn, _states(known), _silo_table(pack, known))
    return Section("The portfolio at a glance", "glance", blocks, secret=known.secret, instead=apart)


def _money(value: Decimal | None, currency: str, requests: tuple[int, ...]) -> Said:
    return Said(words.amount(value, currency), "" if value is None else str(value), requests)


def _silo_chart(known: PortfolioFacts) -> Chart:
    rows = [row for row in known.silos if row.live][:MOST_SILOS]
    most = max(rows, key=lambda row: row.undecided, default=None)
    if most is None or not most.undecided:
        title = "No request waits for a decision"
    else:
        part, whole = most.undecided, sum(row.undecided for row in known.silos)
        title = f"{words.cut(most.silo, 60)} waits for most decisions: {part:,} of {whole:,} open requests"
    bars = tuple(Bar(words.cut(row.silo, 22), row.undecided, row is most) for row in rows)
    alt = f"{title}. " + ", ".join(f"{row.silo}: {row.undecided}" for row in rows)
    top = max([1, *(bar.value for bar in bars)])
    caption = "Live requests without a decision, by department."
    return Chart(title, caption, alt, 0, top, (Panel("", bars),), wide=True)


def _states(known: PortfolioFacts) -> Table:
    rows = tuple(Row((label, count)) for label, count in known.states)
    columns = (Column("State", width=3), Column("Live requests", "count", 1))
    return Table("Portfolio states", "Live requests by state", columns, rows, "No request is live.")


def _silo_table(pack: PackFacts, known: PortfolioFacts) -> Table:
    columns = (
        Column("Department", width=2.4),
        Column("Live", "count", 0.7),
        Column("Not decided", "count", 0.9),
        Column("Approved", "count", 0.9),
        Column("On this agenda", "count", 1),
        Column("Customers notice", "count", 1.1),
        Column("Asked for, not decided", "money", 1.6),
    )
    return Table(
        "Portfolio",
        "What each department has in the portfolio",
        columns,
        tuple(_silo(pack, row) for row in known.silos),
    )


def _silo(pack: PackFacts, row: SiloFact) -> Row:
    asked = _money(row.asked, pack.currency, (EVERY_REQUEST,)) if row.undecided else ""
    return Row((words.cut(row.silo, 80), row.live, row.undecided, row.approved, row.here, row.facing, asked))


# --- after the items ----------------------------------------------------------------------------------------------


def customers_year(pack: PackFacts) -> Section:
    """The year of the segments that the items reach, with what is approved and with everything on the agenda."""
    title, anchor = "The customer’s year, before and after", "year"
    if not pack.years:
        return Section(title, anchor, (Words("No item contacts customers or changes something for a named segment."),))
    intro = Words(
        "Before: what the board has approved. After: everything on this agenda besides, as it was filed. "
        f"Twelve months from {words.day(pack.years[0].starts)}."
    )
    rows = [row for year in pack.years for row in _year_rows(year)]
    columns = (
        Column("Segment", width=1.5),
        Column("What", width=2.4),
        Column("Before", "count", 0.7),
        Column("After", "count", 0.7),
        Column("Difference", "count", 0.8),
    )
    table = Table("Customers year", "Before and after, figure by figure", columns, tuple(rows))
    apart = any(year.secret for year in pack.years)
    charts: list[Block] = [chart for year in pack.years[:4] for chart in _year_charts(year)]
    secret = tuple(sorted({pk for year in pack.years for pk in year.secret}))
    without = None
    if apart:
        plain = [year.apart or year for year in pack.years]
        without = Section(
            title,
            anchor,
            (
                intro,
                Words(HIDDEN_YEAR, "soft"),
                *(chart for year in plain[:4] for chart in _year_charts(year)),
                Table(
                    "Customers year", table.caption, columns, tuple(row for year in plain for row in _year_rows(year))
                ),
            ),
        )
    return Section(title, anchor, (intro, *charts, table), secret=secret, instead=without)


def _year_rows(year: YearFact) -> list[Row]:
    pairs: tuple[tuple[str, Callable[[YearSide], int]], ...] = (
        ("Contacts", lambda side: side.contacts),
        (f"Most contacts in {year.days} days; the policy allows {year.limit}", lambda side: side.peak),
        ("Changes at touchpoints", lambda side: side.changes),
        ("Changes for the worse", lambda side: side.worse),
    )
    rows = []
    for label, value in pairs:
        if year.limit or not label.startswith("Most"):
            before, after = value(year.before), value(year.after)
            rows.append(Row((words.cut(year.segment, 60), label, before, after, after - before)))
    return rows


def _year_charts(year: YearFact) -> list[Chart]:
    if not year.limit or not any(after for _, after in year.weeks):
        return []
    segment = words.cut(year.segment, 60)
    title = (
        f"{segment}: {_peak(year, year.before)} before, {_peak(year, year.after)} after; the policy allows {year.limit}"
    )
    mondays = [year.starts + timedelta(weeks=index) for index in range(len(year.weeks))]
    labels = [
        f"{monday:%b}" if index == 0 or monday.month != mondays[index - 1].month else ""
        for index, monday in enumerate(mondays)
    ]
    panels = tuple(
        Panel(
            name,
            tuple(
                Bar(label, week[side], week[side] > year.limit) for label, week in zip(labels, year.weeks, strict=True)
            ),
        )
        for side, name in enumerate(("Before: what is approved", "After: with everything on this agenda"))
    )
    top = max([year.limit, 1, *(value for week in year.weeks for value in week)])
    caption = (
        f"Contacts to {words.in_sentence(segment)}, {year.customers:,} customers, in any {year.days} days, by week."
    )
    full = [index for index, week in enumerate(year.weeks) if max(week) > year.limit]
    alt = f"{title}. Over the policy in {len(full)} of {len(year.weeks)} weeks."
    return [Chart(title, caption, alt, year.limit, top, panels, wide=True)]


def _peak(year: YearFact, side: YearSide) -> str:
    return f"{side.peak or 'no'} contact{'' if side.peak == 1 else 's'} in {year.days} days"


def accountability_gaps(pack: PackFacts) -> Section:
    """Ground on which the items land and for which nobody answers."""
    rows = tuple(_gap(each) for each in pack.gaps)
    columns = (
        Column("What", width=1),
        Column("Name", width=2),
        Column("What is wrong", width=1.6),
        Column("Customers", "count", 1),
        Column("Requests that land there", width=2),
    )
    empty = "Somebody answers for everything that the items touch."
    table = Table("Accountability gaps", "Where nobody answers", columns, rows, empty)
    blocks: tuple[Block, ...] = (table,)
    if rows:
        what = words.counted(len(rows), "thing")
        text = f"The items touch {what} for which nobody answers. “Everyone” and “we don’t know” are the same answer."
        blocks = (Words(text), table)
    return Section("Accountability gaps", "gaps", blocks)


def _gap(gap: GapFact) -> Row:
    """Left out only for who may see none of the requests that land there."""
    landing: Text = words.listed(gap.references, 5)
    if gap.secret and gap.apart:
        landing = Said(str(landing), secret=gap.secret, instead=words.listed(gap.apart, 5))
    customers = "" if gap.customers is None else gap.customers
    cells = (gap.kind, words.cut(gap.name, 120), gap.problem, customers, landing)
    return Row(cells, () if gap.apart else gap.secret)


def bets_and_objections(pack: PackFacts) -> Section:
    """What the requests bet on for customers, those that bet on nothing, and who objects."""
    bets = tuple(
        Row((each.reference, each.silo, words.cut(each.promise, 160), words.cut(each.segment, 60), day_of(each.by),
             words.cut(each.note, 160)), each.secret)
        for each in pack.promises
    )  # fmt: skip
    columns = (
        Column("Request", width=1.5),
        Column("Department", width=1.2),
        Column("Bets on", width=2.2),
        Column("For", width=1.2),
        Column("Counted on", "day", 1.2),
        Column("Note", width=1.6),
    )
    blocks: list[Block] = [
        Table("Bets", "What is promised for customers", columns, bets, "No request on the agenda bets on anything.")
    ]
    if pack.silent:
        blocks.append(Words(f"Say that customers notice them and bet on nothing: {words.listed(pack.silent, 12)}."))
    seen: dict[tuple[str, str, str], Row] = {}
    for number, item in enumerate(pack.items, start=1):
        for each in item.objections:
            cells = (number, each.person, each.segment, each.customers, each.reference, words.cut(each.reason, 400))
            seen.setdefault((each.person, each.segment, each.reference), Row(cells, secret_of(item)))
    columns = (
        Column("Item", "count", 0.5),
        Column("Who objects", width=1.2),
        Column("For", width=1.2),
        Column("Customers", "count", 0.9),
        Column("Against", width=1.5),
        Column("Because", width=3),
    )
    blocks.append(Table("Objections", "Who objects for customers", columns, tuple(seen.values()), "Nobody objects."))
    return Section("Bets and objections", "bets", tuple(blocks), starts_page=False)


def appendix(pack: PackFacts) -> Section:
    """Every request on the agenda, and how the figures were counted."""
    known: dict[int, tuple[int, RequestFact]] = {}
    for number, item in enumerate(pack.items, start=1):
        for request in item.requests:
            known.setdefault(request.id, (number, request))
    columns = (
        Column("Item", "count", 0.5),
        Column("Request", width=1.8),
        Column("Title", width=2.4),
        Column("Department", width=1.15),
        Column("Stands at", width=1.25),
        Column("One-off", "money", 1.35),
        Column("A year", "money", 1.3),
        Column("Start", "day", 1.1),
        Column("Live", "day", 1.1),
    )
    rows = tuple(_request(pack, number, request) for number, request in known.values())
    table = Table("Requests", "Requests on the agenda", columns, rows, "The agenda is empty.")
    return Section("Appendix: requests, and how it was counted", "appendix", (table, *_method(known.values())))


def _request(pack: PackFacts, number: int, request: RequestFact) -> Row:
    own = (request.id,)
    cells = (
        number,
        request.reference,
        words.cut(request.title, 200),
        request.silo,
        request.status_label,
        _money(request.one_off, pack.currency, own),
        _money(request.yearly, pack.currency, own),
        _day(request.start),
        _day(request.go_live),
    )
    return Row(cells, own if request.confidential else ())


def _day(value: object) -> Day:
    return day_of(value) if value else Day("")


def _method(known: Iterable[tuple[int, RequestFact]]) -> Sequence[Words]:
    """How the figures are counted."""
    texts = [
        "Contacts are counted exactly: a policy allows so many in any so many days in a row, and every window counts.",
        "A request that stands on several items is counted once in every sum. An amount that nobody said is said to be "
        "missing; it is not nothing.",
        "An overlap is the same thing twice, a conflict works against another request, a gap is what nobody owns "
        "or connects. Each stands with its evidence until somebody dismisses it with a reason.",
        "Serious, look, note say how much a finding weighs; what would end it is the smallest change that was found.",
    ]
    if any(request.confidential for _, request in known):
        texts.append("This pack holds confidential requests. Do not pass it on.")
    return [Words(text, "soft") for text in texts]
