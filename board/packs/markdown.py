"""A decision as a Markdown record: context, options, decision, consequences. No Django."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class RecordRequest:
    """One request as the record tells it. `lines` are facts about it in words, `after` where the decision led it."""

    reference: str
    title: str
    silo: str
    problem: str
    proposal: str
    lines: Sequence[str]
    after: str


@dataclass(frozen=True, slots=True)
class RecordOption:
    """One choice that was laid out. `kind` is the decision that it would have recorded."""

    kind: str
    label: str
    customer: str
    rest: str
    cost: str


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """Everything that a record says, already redacted for its reader. `followed` are the sentences under consequences,
    `votes` how each voted, `findings` what Ombud had found."""

    number: int | None
    title: str
    kind: str
    label: str
    status: str
    at: datetime
    meeting: str
    recorded_by: str
    reason: str
    requests: Sequence[RecordRequest]
    findings: Sequence[str]
    options: Sequence[RecordOption]
    conditions: Sequence[tuple[str, str, date]]
    votes: Sequence[str]
    followed: Sequence[str]
    seal: str


_SPECIAL = re.compile(r"([\\`*_\[\]<>|])")
_STARTS = re.compile(r"^(\s*)([#>+\-=~]|\d+[.)])")


def plain_text(text: str) -> str:
    """Text that somebody typed, so that Markdown shows it as it is: one paragraph for each of its paragraphs."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip())]
    return "\n\n".join(_STARTS.sub(_shielded, _SPECIAL.sub(r"\\\1", part)) for part in paragraphs if part)


def _shielded(match: re.Match[str]) -> str:
    mark = match.group(2)
    return f"{match.group(1)}{mark[:-1]}\\{mark[-1]}"


def as_markdown(record: DecisionRecord) -> str:
    """The record as a Markdown document in UTF-8 text."""
    number = f"Decision {record.number}: " if record.number else ""
    parts = [
        f"# {number}{_line(record.title)}",
        _listed(
            [
                f"Status: {record.status}",
                f"Date: {record.at:%Y-%m-%d %H:%M}",
                f"Meeting: {_line(record.meeting)}",
                f"Recorded by: {_line(record.recorded_by)}",
            ]
        ),
        "## Context",
        *_context(record),
        "## Options",
        *_options(record),
        "## Decision",
        f"**{_line(record.label)}.** {plain_text(record.reason)}",
        _listed([f"{each.reference}: {each.after}" for each in record.requests]),
        *(["### Votes", _listed([_line(vote) for vote in record.votes])] if record.votes else []),
        "## Consequences",
        *_consequences(record),
    ]
    if record.seal:
        parts.append(f"Seal: `{record.seal}`")
    return "\n\n".join(part for part in parts if part) + "\n"


def _line(text: str) -> str:
    return plain_text(" ".join(text.split()))


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _context(record: DecisionRecord) -> list[str]:
    parts = []
    for each in record.requests:
        parts.append(f"### {each.reference} {_line(each.title)}\n\nAsked for by {_line(each.silo)}.")
        parts += [plain_text(text) for text in (each.problem, each.proposal) if text.strip()]
        parts.append(_listed([_line(line) for line in each.lines]))
    if record.findings:
        parts += ["### What Ombud had found", _listed([_line(finding) for finding in record.findings])]
    return parts or ["It concerns requests that are confidential."]


def _options(record: DecisionRecord) -> list[str]:
    if not record.options:
        return ["None were laid out."]
    parts = []
    for option in record.options:
        chosen = " (chosen)" if option.kind == record.kind else ""
        cost = f" Cost: {_line(option.cost)}." if option.cost else ""
        text = " ".join(_line(each) for each in (option.customer, option.rest) if each)
        parts.append(f"- **{_line(option.label)}**{chosen}: {text}{cost}")
    return ["\n".join(parts)]


def _consequences(record: DecisionRecord) -> list[str]:
    parts = []
    if record.conditions:
        lines = [f"{_line(text)} ({_line(owner)}, by {due:%Y-%m-%d})" for text, owner, due in record.conditions]
        parts += ["It holds on these conditions:", _listed(lines)]
    parts.append(_listed([_line(each) for each in record.followed]) if record.followed else "")
    return [part for part in parts if part] or ["Nothing else follows from it."]
