"""What every rule says alike: names of things and silos, identities, severity, weight."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from impacts.engine.facts import RegisterFacts, RequestFacts, Severity
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.names import thing_name

_BASE: dict[Severity, float] = {"serious": 0.7, "look": 0.45, "note": 0.2}


class Member(Protocol):
    """What is said of a request in a finding, whether its facts are unpacked or not."""

    @property
    def id(self) -> int:
        """Its id."""

    @property
    def silo(self) -> int:
        """Who filed it."""

    @property
    def committed(self) -> bool:
        """Whether the board has approved it."""


def name_of(register: RegisterFacts, kind: str, thing: int) -> str:
    """The register's name of a thing."""
    return thing_name(register, (kind, thing))


def silo_name(register: RegisterFacts, request: Member) -> str:
    """The name of the silo that filed the request."""
    return register.silos.get(request.silo, f"silo {request.silo}")


def both_silos(register: RegisterFacts, one: Member, other: Member) -> str:
    """'Cards and Retail', or 'Two requests of Cards' when both come from one silo."""
    if one.silo == other.silo:
        return f"Two requests of {silo_name(register, one)}"
    return joined(sorted({silo_name(register, one), silo_name(register, other)}))


def silos_of(register: RegisterFacts, requests: Iterable[Member]) -> str:
    """The silos of several requests, in alphabetical order, as words."""
    return joined(sorted({silo_name(register, request) for request in requests}))


def joined(names: Iterable[str], shown: int = 4) -> str:
    """'A', 'A and B', 'A, B and C'; beyond `shown` names 'A, B, C and 3 more'."""
    known = list(names)
    if len(known) > shown:
        known = [*known[: shown - 1], f"{len(known) - shown + 1} more"]
    return known[0] if len(known) == 1 else f"{', '.join(known[:-1])} and {known[-1]}"


def request_keys(*requests: int) -> tuple[str, ...]:
    """The identity parts of requests, ascending."""
    return tuple(f"request:{request}" for request in sorted(requests))


def raised(severity: Severity, requests: Iterable[Member]) -> Severity:
    """One step more severe when the board has approved every one of the requests: then it is no longer a wish."""
    steps: dict[Severity, Severity] = {"note": "look", "look": "serious", "serious": "serious"}
    return steps[severity] if all(request.committed for request in requests) else severity


def weight(severity: Severity, requests: Iterable[Member]) -> float:
    """The order of findings that have no likeness: by severity, then by how many silos and requests, then by how many
    of them are approved. In 0..1, 4 digits.
    """
    known = list(requests)
    silos = len({request.silo for request in known})
    approved = sum(request.committed for request in known) / max(len(known), 1)
    extra = 0.08 * min(silos - 1, 3) / 3 + 0.06 * min(len(known), 10) / 10 + 0.06 * approved
    return round(_BASE[severity] + extra, 4)


def pairs_sorted(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Each unordered pair once, ascending."""
    return sorted({(min(pair), max(pair)) for pair in found if pair[0] != pair[1]})


def involves(requests: Iterable[int], about: frozenset[int] | None) -> bool:
    """Whether a finding belongs into a scan about these requests (None: all)."""
    return about is None or not about.isdisjoint(requests)


def chosen(portfolio: PortfolioIndex, about: frozenset[int] | None) -> Iterator[RequestFacts]:
    """The requests that a rule about single requests looks at: all, or those of `about`, by id."""
    for request in sorted(portfolio.requests if about is None else about & portfolio.requests.keys()):
        yield portfolio.requests[request]
