"""The document that a pack and minutes are: plain frozen values, no Django, no layout.

`compose` and `minutes` make it of facts; `seal.plain` turns it into JSON, which a published pack freezes; the renderers
(HTML, PDF, XLSX, PPTX) set that JSON and know nothing else. So the document holds everything that is shown and nothing
more: amounts and days carry their value beside their words, so that a sheet can compute with them.

Some of it is not for everybody. `requests` are the ids of requests whose money a text names, `secret` those of the
confidential requests that it speaks of; `redact` puts `instead` in its place for who may not read it.
"""

from dataclasses import dataclass

MODEL = 2
"""The version of this model. A published document keeps the one it was made with; `upgrade` reads older ones."""

EVERY_REQUEST = -1
"""Stands in `requests` for sums over the whole portfolio: only who sees all money may read them."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words that not everybody may read. `value` is the amount that they name, as decimal text; empty for none."""

    text: str
    value: str = ""
    requests: tuple[int, ...] = ()
    secret: tuple[int, ...] = ()
    instead: str = "not shown"


@dataclass(frozen=True, slots=True)
class Day:
    """A day, in words and as ISO 8601; the latter is empty where none is known."""

    text: str
    iso: str = ""


Text = str | Said
Cell = str | int | Said | Day


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled line, such as "Asked for: €420,000"."""

    label: str
    text: Text


@dataclass(frozen=True, slots=True)
class Stat:
    """A key figure: the number large, what it counts beneath."""

    value: Text
    label: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `kind` is text, count, money, day or mark (a severity); `width` its share of the width."""

    label: str
    kind: str = "text"
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; the first cell names it. Left out for who may not read of `secret`."""

    cells: tuple[Cell, ...]
    secret: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table. Tables of one `name` make one sheet. `empty` is said where there are no rows."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: str = "None."
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph. `tone` is empty, soft or alarm."""

    text: Text
    tone: str = ""
    kind: str = "words"


@dataclass(frozen=True, slots=True)
class Facts:
    """Labelled lines."""

    facts: tuple[Fact, ...]
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Stats:
    """Key figures beside each other."""

    stats: tuple[Stat, ...]
    kind: str = "stats"


@dataclass(frozen=True, slots=True)
class Bar:
    """One column of a chart. `over`: it passes the limit. An empty label is not written; `day` is the week's Monday as
    ISO 8601, empty where it is no week."""

    label: str
    value: int
    over: bool = False
    day: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture of a chart; all panels of a chart have one scale."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns week by week, or by anything else, against a limit (0: none). `title` says the finding, `alt` the
    numbers. Panels stand beside each other, or one above the other when it is `wide`."""

    title: str
    caption: str
    alt: str
    limit: int
    top: int
    panels: tuple[Panel, ...]
    wide: bool = False
    secret: tuple[int, ...] = ()
    kind: str = "chart"


Block = Table | Words | Facts | Stats | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of the document. `starts_page`: on paper it begins a new one. `instead` is the same section for who
    may not read of `secret`; without one it is left out for them."""

    title: str
    anchor: str
    blocks: tuple[Block, ...]
    starts_page: bool = True
    secret: tuple[int, ...] = ()
    instead: "Section | None" = None


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """One line of the agenda, with its time and the heading's name to link to."""

    number: int
    time: str
    minutes: int
    question: str
    subject: str
    anchor: str
    secret: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingBox:
    """A finding with its strongest evidence. `mark` is serious, look or note; `remedy` what would end it."""

    mark: str
    kind: str
    title: str
    evidence: tuple[str, ...]
    references: str
    remedy: str = ""
    secret: tuple[int, ...] = ()
    instead: str = ""


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One option as the table has it."""

    label: str
    customer: Text
    cost: Text
    undo: str


@dataclass(frozen=True, slots=True)
class TouchRow:
    """What the item does at one touchpoint, by which requests, for whom, and who answers there (empty: nobody)."""

    touchpoint: str
    what: str
    whom: str
    reach: int
    answers: str


@dataclass(frozen=True, slots=True)
class Member:
    """One request of an item over several."""

    reference: str
    title: str
    silo: str
    cost: Said
    live: Day


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One item with everything that there is to say; `trim` leaves out what has no room on its page. `secret` are its
    own confidential requests."""

    number: int
    of: int
    minutes: int
    time: str
    anchor: str
    kind: str
    kicker: str
    question: str
    facts: tuple[Fact, ...]
    members: tuple[Member, ...]
    why: str
    effect: Text
    touches: tuple[TouchRow, ...]
    charts: tuple[Chart, ...]
    findings: tuple[FindingBox, ...]
    options: tuple[OptionRow, ...]
    advice: str
    adviser: str
    against: tuple[str, ...]
    last: Text
    waits: Text
    gone: tuple[str, ...]
    boxes: tuple[str, ...]
    secret: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole pack, or the minutes of a meeting. `kind` is pack or minutes; `number` is 0 for a draft. `front` stands
    before the items, `back` after them. `agenda` and `pages` are empty in minutes. `currency` is the sign or code that
    amounts begin with."""

    kind: str
    organisation: str
    title: str
    day: Day
    starts: str
    ends: str
    place: str
    number: int
    made: str
    summary: Text
    stats: tuple[Stat, ...]
    facts: tuple[Fact, ...]
    agenda: tuple[AgendaRow, ...]
    front: tuple[Section, ...]
    pages: tuple[ItemPage, ...]
    back: tuple[Section, ...]
    currency: str = ""
    model: int = MODEL
