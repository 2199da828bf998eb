"""A small reader of calendar files after RFC 5545, 3.1 to 3.3 and RFC 6868, so that what the library writes is not read
back by the same library."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_NAME = re.compile(r"[A-Za-z0-9-]+")
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)'
                        r'(?:,(?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*))*)')  # fmt: skip
_ESCAPES = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n", "\\N": "\n"}


@dataclass
class Line:
    """A content line: its name, its parameters, and its value as it stands."""

    name: str
    params: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value of a TEXT property, read; fails on what TEXT may not hold."""
        assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", self.value), f"{self.name} holds a bare comma or semicolon"
        return re.sub(r"\\[\\;,nN]", lambda found: _ESCAPES[found.group()], self.value)


@dataclass
class Part:
    """A component: its lines, and the components within."""

    name: str
    lines: list[Line] = field(default_factory=list)
    parts: list["Part"] = field(default_factory=list)

    def __getitem__(self, name: str) -> Line:
        [found] = self.all(name)
        return found

    def __contains__(self, name: str) -> bool:
        return bool(self.all(name))

    def all(self, name: str) -> list[Line]:
        """Every line of this name."""
        return [line for line in self.lines if line.name == name]

    def walk(self, name: str) -> list["Part"]:
        """Every component of this name, at any depth."""
        own = [self] if self.name == name else []
        return own + [found for part in self.parts for found in part.walk(name)]


def read(text: str) -> Part:
    """The calendar of the file. Fails where the file breaks the RFC's rules of lines."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = iter([_line(raw) for raw in text.replace("\r\n ", "").replace("\r\n\t", "").split("\r\n")[:-1]])
    first = next(lines)
    assert (first.name, first.value) == ("BEGIN", "VCALENDAR")
    calendar = _part("VCALENDAR", lines)
    assert next(lines, None) is None
    return calendar


def _part(name: str, lines: Iterator[Line]) -> Part:
    part = Part(name)
    for line in lines:
        if line.name == "END":
            assert line.value == name
            return part
        if line.name == "BEGIN":
            part.parts.append(_part(line.value, lines))
        else:
            part.lines.append(line)
    raise AssertionError(f"{name} does not end")


def _line(raw: str) -> Line:
    name = _NAME.match(raw)
    assert name, f"no name: {raw[:40]!r}"
    at, params = name.end(), {}
    while found := _PARAMETER.match(raw, at):
        params[found[1].upper()] = _parameter(found[2])
        at = found.end()
    assert raw[at : at + 1] == ":", f"no value: {raw[:80]!r}"
    return Line(name.group().upper(), params, raw[at + 1 :])


def _parameter(value: str) -> str:
    inner = value[1:-1] if value.startswith('"') else value
    return re.sub(r"\^[n'^]", lambda found: {"^n": "\n", "^'": '"', "^^": "^"}[found.group()], inner)
