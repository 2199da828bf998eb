"""The data map as one person may see it: of requests that they may not see nothing is in it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Q, QuerySet
from django.urls import reverse

from customers.models import DataHolding, HoldingAttribute, System, Touchpoint, TouchpointNeed
from impacts.charts.data_map import Label, MapChart, map_chart
from impacts.data_map_words import EFFECT_SEVERITY, EFFECT_WORDS, STATE_SEVERITY, STATE_WORDS, MapWords
from impacts.engine.data_changes import ORDER, Changes, MapEffect, PlannedUse
from impacts.engine.data_map import Bridge, DataMap, Link, data_map
from impacts.engine.data_reach import WORST, Reach, Reacher
from impacts.engine.facts import DataMode, SystemEffect, SystemUseFact
from impacts.engine.joins import Node
from impacts.engine.rules.common import joined
from impacts.models import DataUse, Impact, SystemUse
from impacts.selectors.scans.facts import register_facts
from portfolio.models import ProjectRequest

QUALITY = {code: str(label).partition(":")[0].lower() for code, label in HoldingAttribute.Quality.choices}
ROLE = {code: str(label).lower() for code, label in DataHolding.Role.choices}
MOST_EFFECTS = 60
VERBS = (
    ("cuts", "cuts a bridge", "cut a bridge"),
    ("builds", "builds a bridge", "build a bridge"),
    ("needs", "needs a bridge that is not there", "need a bridge that is not there"),
    ("removes", "takes a system off the map", "take a system off the map"),
    ("open", "does not say by what it joins", "do not say by what they join"),
)

Uses = dict[int, list[PlannedUse]]
SystemUses = dict[int, list[SystemUseFact]]


@dataclass(frozen=True, slots=True)
class SystemRow:
    """One system of the map: what it keeps and holds, in words; `bridge` says what is lost with it, if anything."""

    node: Node
    name: str
    url: str
    island: int
    keeps: tuple[str, ...]
    holds: tuple[str, ...]
    bridge: str


@dataclass(frozen=True, slots=True)
class BridgeRow:
    """An attribute or system without which the map falls apart, and what is lost."""

    name: str
    url: str
    kind: str
    cut_off: int
    loss: str


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A data domain that a touchpoint needs, and where it would be read."""

    name: str
    state: str
    words: str
    severity: str
    where: str


@dataclass(frozen=True, slots=True)
class TouchpointRow:
    """What staff must know at a touchpoint. `is_said`: the register says so; else it is what requests there use.
    `also`: what requests use there that the register does not list."""

    touchpoint: Touchpoint
    state: str
    words: str
    severity: str
    needs: tuple[NeedRow, ...]
    is_said: bool
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EffectRow:
    """What a request does to the map."""

    request: ProjectRequest
    what: str
    words: str
    severity: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class SeenDataMap:
    """Everything that the page shows. `with_request`: the map is that after this request. `empty_systems`: systems of
    which no data is known; `hidden`: confidential requests that are in nothing here."""

    data: DataMap
    words: MapWords
    chart: MapChart
    systems: tuple[SystemRow, ...]
    bridges: tuple[BridgeRow, ...]
    touchpoints: tuple[TouchpointRow, ...]
    effects: tuple[EffectRow, ...]
    new_joins: tuple[str, ...]
    weak: tuple[str, ...]
    empty_systems: tuple[str, ...]
    with_request: ProjectRequest | None
    hidden: int

    @property
    def title(self) -> str:
        """The finding, as a sentence."""
        return self.words.title()

    @property
    def effects_title(self) -> str:
        """What live requests do to the map, as a sentence."""
        counts = Counter(row.what for row in self.effects)
        parts = [
            f"one {one}" if counts[what] == 1 else f"{counts[what]} {more}" for what, one, more in VERBS if counts[what]
        ]
        return f"Of the live requests {joined(parts)}" if parts else "No live request changes the map"

    @property
    def first_effects(self) -> tuple[EffectRow, ...]:
        """The gravest, as many as a page bears; the API has them all."""
        return self.effects[:MOST_EFFECTS]

    @property
    def unjoined(self) -> int:
        """At how many touchpoints not all that staff must know can be joined."""
        return sum(row.is_said and row.state != "joined" for row in self.touchpoints)

    @property
    def from_requests(self) -> tuple[TouchpointRow, ...]:
        """The touchpoints of which only requests say what is used there."""
        return tuple(row for row in self.touchpoints if not row.is_said)

    @property
    def said(self) -> int:
        """Of how many touchpoints the register says what staff must know there."""
        return sum(row.is_said for row in self.touchpoints)


def seen_data_map(user: Any, with_reference: str = "") -> SeenDataMap:
    """The map for `user`, as it is, or as it would be once the live request of this reference is done. Twenty-five
    queries at most, however many requests there are."""
    register = register_facts()
    requests = ProjectRequest.objects.live().filter(
        pk__in=ProjectRequest.objects.visible_to(user).order_by().values("pk")
    )
    uses, system_uses = _uses(requests), _system_uses(requests)
    now = data_map(register.holdings)
    changes = Changes(now)
    chosen = requests.select_related("silo").filter(reference=with_reference).first() if with_reference else None
    shown = changes.with_request(uses.get(chosen.pk, []), system_uses.get(chosen.pk, [])) if chosen else now
    words = MapWords(register, shown)
    bridges = {bridge.node: bridge for bridge in shown.bridges}
    return SeenDataMap(
        data=shown,
        words=words,
        chart=map_chart(shown, _label(words)),
        systems=tuple(_system_rows(words, bridges)),
        bridges=tuple(_bridge_row(words, bridge) for bridge in shown.bridges),
        touchpoints=_touchpoints(words, requests, uses),
        effects=_effects(MapWords(register, now), changes, uses, system_uses),
        new_joins=tuple(words.new_join(join) for join in shown.new_joins),
        weak=tuple(_weak(words, link) for link in shown.weak),
        empty_systems=_empty_systems(now),
        with_request=chosen,
        hidden=_hidden(requests),
    )


def _uses(requests: QuerySet[ProjectRequest]) -> Uses:
    """What these requests do to data, by request. Two queries."""
    through = DataUse.attributes.through.objects.filter(datause__request__in=requests.order_by().values("pk"))
    attributes: dict[int, list[int]] = defaultdict(list)
    pairs = through.order_by("datause_id", "identifyingattribute_id")
    for use, attribute in pairs.values_list("datause_id", "identifyingattribute_id"):
        attributes[use].append(attribute)
    found: Uses = defaultdict(list)
    rows = DataUse.objects.filter(request__in=requests.order_by().values("pk")).order_by("request_id", "id")
    for pk, request, domain, mode, system in rows.values_list("id", "request_id", "domain_id", "mode", "system_id"):
        found[request].append(PlannedUse(domain, cast(DataMode, mode), system, tuple(attributes.get(pk, ()))))
    return found


def _system_uses(requests: QuerySet[ProjectRequest]) -> SystemUses:
    found: SystemUses = defaultdict(list)
    rows = SystemUse.objects.filter(request__in=requests.order_by().values("pk")).order_by("request_id", "id")
    for request, system, effect in rows.values_list("request_id", "system_id", "effect"):
        found[request].append(SystemUseFact(system, cast(SystemEffect, effect)))
    return found


def _hidden(requests: QuerySet[ProjectRequest]) -> int:
    """How many live requests touch data or systems that are not among these."""
    touching = Q(pk__in=DataUse.objects.order_by().values("request")) | Q(
        pk__in=SystemUse.objects.order_by().values("request")
    )
    return ProjectRequest.objects.live().filter(touching).exclude(pk__in=requests.order_by().values("pk")).count()


def node_url(words: MapWords, node: Node) -> str:
    """The page of a system or attribute; empty where the register has none."""
    slug = "systems" if node[0] == "system" else "identifying-attributes"
    code = words.thing(node).code
    return reverse("customers:entry-detail", args=[slug, code]) if code else ""


def _label(words: MapWords) -> Callable[[Node, Bridge | None], Label]:
    """What stands in the boxes of the picture."""
    data = words.data
    alone = {island.systems[0] for island in data.islands if len(island.systems) == 1}
    links: dict[int, list[Link]] = defaultdict(list)
    for link in data.links:
        links[link.system].append(link)

    def below(node: Node, bridge: Bridge | None) -> str:
        if bridge is not None:
            number = bridge.cut_off
            return f"Bridge: {number} system{' hangs' if number == 1 else 's hang'} on it"
        if node[0] == "system" and node[1] in alone:
            known = [words.attributes([each.attribute]) + (", weak" if each.is_weak else "") for each in links[node[1]]]
            return "; ".join(known) or "no attribute known"
        return ""

    def label(node: Node, bridge: Bridge | None) -> Label:
        return Label(words.thing(node).name, below(node, bridge), node_url(words, node))

    return label


def _system_rows(words: MapWords, bridges: dict[Node, Bridge]) -> Iterable[SystemRow]:
    data, island_of = words.data, words.data.island_of
    keeps: dict[int, list[str]] = defaultdict(list)
    holds: dict[int, list[str]] = defaultdict(list)
    for link in data.links:
        keeps[link.system].append(f"{words.attributes([link.attribute])} ({QUALITY[link.quality]})")
    for holding in data.holdings:
        holds[holding.system].append(f"{words.domain(holding.domain)} ({ROLE[holding.role]})")
    for system in sorted(data.systems, key=lambda each: (island_of[each], words.thing(("system", each)).name)):
        node: Node = ("system", system)
        loss = words.loss(bridges[node]) if node in bridges else ""
        name, url = words.thing(node).name, node_url(words, node)
        yield SystemRow(node, name, url, island_of[system], tuple(keeps[system]), tuple(sorted(holds[system])), loss)


def _bridge_row(words: MapWords, bridge: Bridge) -> BridgeRow:
    loss = words.loss(bridge)
    kind = "Attribute" if bridge.node[0] == "attribute" else "System"
    name, url = words.thing(bridge.node).name, node_url(words, bridge.node)
    return BridgeRow(name, url, kind, bridge.cut_off, loss[:1].upper() + loss[1:])


def _weak(words: MapWords, link: Link) -> str:
    system = words.thing(("system", link.system)).name
    return f"{system} finds {words.domains(link.domains)} by a {words.attributes([link.attribute])} of low quality"


def _touchpoints(words: MapWords, requests: QuerySet[ProjectRequest], uses: Uses) -> tuple[TouchpointRow, ...]:
    """The touchpoints of which it is known what they need, the worst first: those of the register, then those where
    only requests say it. Three queries."""
    said: dict[int, set[int]] = defaultdict(set)
    for touchpoint, domain in TouchpointNeed.objects.order_by("id").values_list("touchpoint_id", "domain_id"):
        said[touchpoint].add(domain)
    asked: dict[int, Counter[int]] = defaultdict(Counter)
    served = Impact.objects.filter(request__in=requests.order_by().values("pk")).exclude(effect="retires")
    for touchpoint, request in served.order_by("id").values_list("touchpoint_id", "request_id"):
        asked[touchpoint].update({use.domain for use in uses.get(request, ()) if use.mode != "retires"})
    reacher = Reacher(words.data)
    found = []
    for place in Touchpoint.objects.active().order_by("name", "id"):
        wanted = said.get(place.pk) or set(asked.get(place.pk, ()))
        if wanted:
            is_said = place.pk in said
            more = [each for each, _ in asked[place.pk].most_common() if each not in wanted]
            found.append(_touchpoint_row(words, place, reacher.reach(wanted), is_said, more))
    return tuple(sorted(found, key=lambda row: (not row.is_said, WORST.index(row.state))))


def _touchpoint_row(
    words: MapWords, touchpoint: Touchpoint, reach: Reach, is_said: bool, more: list[int]
) -> TouchpointRow:
    needs = [
        NeedRow(
            words.domain(each.domain), each.state, STATE_WORDS[each.state], STATE_SEVERITY[each.state], words.need(each)
        )
        for each in reach.needs
    ]
    needs.sort(key=lambda need: (WORST.index(need.state), need.name))
    state = reach.state
    return TouchpointRow(
        touchpoint,
        state,
        STATE_WORDS[state],
        STATE_SEVERITY[state],
        tuple(needs),
        is_said,
        tuple(words.domain(each) for each in more),
    )


def _effects(words: MapWords, changes: Changes, uses: Uses, system_uses: SystemUses) -> tuple[EffectRow, ...]:
    """What requests do to the map as it is, the gravest first. One query."""
    told: list[MapEffect] = []
    for request in sorted({*uses, *system_uses}):
        told += changes.effects(request, uses.get(request, []), system_uses.get(request, []))
    rows = ProjectRequest.objects.filter(pk__in={effect.request for effect in told}).select_related("silo")
    by_pk = {row.pk: row for row in rows.order_by("id")}
    told.sort(key=lambda effect: (ORDER.index(effect.what), by_pk[effect.request].reference, effect.parts))
    page = reverse("impacts:data-map")
    return tuple(
        EffectRow(
            request=by_pk[effect.request],
            what=effect.what,
            words=EFFECT_WORDS[effect.what],
            severity=EFFECT_SEVERITY[effect.what],
            text=words.effect(effect),
            url=f"{page}?with={by_pk[effect.request].reference}"
            if effect.what in ("cuts", "builds", "removes")
            else "",
        )
        for effect in told
    )


def _empty_systems(data: DataMap) -> tuple[str, ...]:
    """Systems in use of which the register knows no data. One query."""
    rows = System.objects.active().exclude(pk__in=data.systems)
    return tuple(rows.order_by("name", "id").values_list("name", flat=True))
