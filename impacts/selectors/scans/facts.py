"""Turns rows into the engine's facts, in a fixed number of queries however many requests there are."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Literal, cast

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateTimeField,
    F,
    IntegerField,
    Max,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast

from customers.models import (
    ChangeFreeze,
    Channel,
    ChannelCapacity,
    ContactPolicy,
    DataDomain,
    DataHolding,
    HoldingAttribute,
    IdentifyingAttribute,
    Measure,
    QuietPeriod,
    RegisterEntry,
    Segment,
    Synonym,
    System,
    Touchpoint,
)
from impacts.engine.facts import (
    Accountable,
    ChannelCapacityFact,
    ContactFact,
    DataMode,
    DataUseFact,
    Effect,
    EngineSettings,
    FirstHeard,
    FreezeFact,
    HoldingFact,
    HoldingRole,
    ImpactFact,
    KeyFact,
    PolicyFact,
    Quality,
    QuietFact,
    RegisterFacts,
    RequestFacts,
    RequestKind,
    SkillCapacityFact,
    SkillNeedFact,
    SystemEffect,
    SystemUseFact,
    ThingFact,
)
from impacts.engine.tuning import tuned
from impacts.models import DataUse, EngineTuning, Impact, PlannedContact, RequestMeaning, SystemUse
from impacts.selectors.scans.meaning import fingerprint, model_in_use
from portfolio.lifecycle import COMMITTED, LIVE
from portfolio.models import Need, Person, ProjectRequest, RequestSkill, Silo, Skill, SkillCapacity

MOST_IDS = 2_000
"""Above this many ids the whole portfolio is read and filtered: databases limit the length of a list in a query."""

#: The moment stays the text of the database: it is only compared, and making 10,000 dates takes longer than asking.
CHANGED = Cast("updated_at", CharField())

Version = tuple[int, str, int]
LiveState = tuple[int | None, datetime | None, int | None, int | None]


def live_versions() -> dict[int, Version]:
    """For each live request its version, when it last changed, and the id of what is stored of its meaning (0:
    nothing): what an index must agree with. One query."""
    return _versions(ProjectRequest.objects.live())


def live_state() -> LiveState:
    """What changes whenever `live_versions` does, read from two indexes: so that nobody reads 100,000 versions to learn
    that they are the same. Two queries."""
    live = Q(status__in=[status.value for status in LIVE])
    number = Case(When(live, then=F("id") * F("version")), output_field=BigIntegerField())
    changed = Case(When(live, then=F("updated_at")), output_field=DateTimeField())
    seen = ProjectRequest.objects.order_by().aggregate(number=Sum(number), changed=Max(changed))
    read = RequestMeaning.objects.order_by().aggregate(last=Max("id"), number=Sum("id")) if model_in_use() else {}
    return seen["number"], seen["changed"], read.get("last"), read.get("number")


def _versions(rows: QuerySet[ProjectRequest]) -> dict[int, Version]:
    meaning = F("meaning__id") if model_in_use() else Value(None, IntegerField())
    rows = rows.order_by("id").annotate(changed=CHANGED, read=meaning)
    return {
        pk: (number, at, read or 0) for pk, number, at, read in rows.values_list("id", "version", "changed", "read")
    }


def versions_of(ids: Collection[int]) -> dict[int, Version]:
    """The same for these requests, the live among them. A query for each two thousand."""
    ordered = sorted(ids)
    found: dict[int, Version] = {}
    for start in range(0, len(ordered), MOST_IDS):
        found |= _versions(ProjectRequest.objects.live().filter(pk__in=ordered[start : start + MOST_IDS]))
    return found


def request_facts(ids: Collection[int] | None = None) -> dict[int, tuple[Version, RequestFacts]]:
    """Facts of the live requests with their versions, by id: of all, or of these. Those that are not live are left out.

    Nine queries, read in this order: the requests first, so that a tag written meanwhile can only be newer than the
    version that goes with it; such a request is simply read again.
    """
    chosen = ProjectRequest.objects.live()
    if ids is not None and len(ids) <= MOST_IDS:
        chosen = chosen.filter(pk__in=list(ids))
        return _facts(chosen)
    wanted = None if ids is None else set(ids)
    return {pk: pair for pk, pair in _facts(chosen).items() if wanted is None or pk in wanted}


def facts_of(request: ProjectRequest) -> RequestFacts:
    """Facts of one request in any state, such as a draft that is just being written. Nine queries."""
    found = _facts(ProjectRequest.objects.filter(pk=request.pk))
    return found[request.pk][1]


def text_facts(*, silo: int, title: str, problem: str = "", proposal: str = "") -> RequestFacts:
    """Facts of a request of which there is nothing but words yet. Its id is 0, which no request has."""
    return RequestFacts(id=0, reference="", silo=silo, title=title, problem=problem, proposal=proposal)


def engine_settings() -> EngineSettings:
    """What this organisation has set of the rules, on top of the defaults. One query."""
    latest = EngineTuning.objects.order_by("-version").first()
    if latest is None:
        return default_settings()
    return tuned(default_settings(), latest.numbers, frozenset(latest.disabled_rules))


def default_settings() -> EngineSettings:
    """The settings of the rules where nobody has changed them: those of the installation."""
    return EngineSettings(
        same_purpose=settings.OMBUD_SAME_PURPOSE,
        family=settings.OMBUD_FAMILY,
        collision_days=settings.OMBUD_COLLISION_DAYS,
    )


_REQUEST_FIELDS = (
    "id",
    "version",
    "changed",
    "reference",
    "silo_id",
    "title",
    "problem",
    "proposal",
    "kind",
    "status",
    "confidential",
    "wanted_start",
    "wanted_go_live",
    "first_heard",
    "heads_up",
    "meaning__id",
    "meaning__fingerprint",
    "meaning__vector",
    "after_id",
)
Grouped = dict[int, list[tuple[Any, ...]]]
_COMMITTED = frozenset(status.value for status in COMMITTED)


def _facts(chosen: QuerySet[ProjectRequest]) -> dict[int, tuple[Version, RequestFacts]]:
    rows = list(chosen.order_by("id").annotate(changed=CHANGED).values_list(*_REQUEST_FIELDS))
    model = model_in_use()
    inside = {"request__in": chosen.order_by().values("pk")}
    impacts = _impacts(inside)
    data, systems, contacts, skills = _uses(inside)
    first = _named_first(chosen)
    heirs = _heirs()
    return {
        row[0]: (
            (row[1], row[2], row[15] or 0 if model else 0),
            RequestFacts(
                id=row[0],
                reference=row[3],
                silo=row[4],
                title=row[5],
                problem=row[6],
                proposal=row[7],
                kind=cast(RequestKind, row[8]),
                committed=row[9] in _COMMITTED,
                confidential=row[10],
                start=row[11],
                go_live=row[12],
                first_heard=cast(FirstHeard, row[13]),
                heads_up=row[14],
                impacts=tuple(impacts.get(row[0], ())),
                data_uses=tuple(DataUseFact(d, cast(DataMode, m), s) for d, m, s in data.get(row[0], ())),
                system_uses=tuple(SystemUseFact(s, cast(SystemEffect, e)) for s, e in systems.get(row[0], ())),
                contacts=tuple(ContactFact(*values) for values in contacts.get(row[0], ())),
                skills=tuple(SkillNeedFact(*values) for values in skills.get(row[0], ())),
                needs=_needed(row[0], {*first[row[0]], row[18]}, heirs),
                meaning=bytes(row[17]) if row[16] and row[16] == fingerprint(model, *row[5:8]) else b"",
            ),
        )
        for row in rows
    }


def _uses(inside: Mapping[str, Any]) -> tuple[Grouped, Grouped, Grouped, Grouped]:
    """What requests do to data and to systems, whom they contact and which skills they need, by request."""
    return (
        _grouped(
            DataUse.objects.filter(**inside).order_by("request_id", "domain_id", "mode"),
            *("domain_id", "mode", "system_id"),
        ),
        _grouped(SystemUse.objects.filter(**inside).order_by("request_id", "system_id"), "system_id", "effect"),
        _grouped(
            PlannedContact.objects.filter(**inside).order_by("request_id", "first_day", "id"),
            *("segment_id", "channel", "first_day", "times", "every_days"),
        ),
        _grouped(RequestSkill.objects.filter(**inside).order_by("request_id", "skill_id"), "skill_id", "days"),
    )


def _needed(request: int, named: Collection[int | None], heirs: Mapping[int, int]) -> frozenset[int]:
    """What a request needs first, by its own word and by the board's order: of what was merged, who carries it now.
    What it carries itself it need not wait for."""
    return frozenset(heirs.get(each, each) for each in named if each and heirs.get(each) != request)


def _named_first(chosen: QuerySet[ProjectRequest]) -> dict[int, list[int]]:
    """What requests need, and what the board put them behind, beside the one that goes live last. One query."""
    ids = chosen.order_by().values("pk")
    behind = ProjectRequest.also_after.through.objects.filter(from_projectrequest__in=ids).order_by()
    needs = Need.objects.filter(request__in=ids).order_by().values_list("request_id", "needs_id")
    found: dict[int, list[int]] = defaultdict(list)
    for request, first in needs.union(behind.values_list("from_projectrequest_id", "to_projectrequest_id")):
        found[request].append(first)
    return found


def _heirs() -> dict[int, int]:
    """Of each request that was merged the one that carries it at last. One query."""
    rows = ProjectRequest.objects.filter(survivor__isnull=False).order_by("id").values_list("id", "survivor__id")
    into = dict(rows)
    heirs = {}
    for pk, survivor in into.items():
        last, seen = survivor, {pk}
        while last in into and last not in seen:
            seen.add(last)
            last = into[last]
        heirs[pk] = last
    return heirs


def _grouped(rows: QuerySet[Any], *fields: str) -> Grouped:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for request, *values in rows.values_list("request_id", *fields):
        found[request].append(tuple(values))
    return found


def _impacts(inside: dict[str, Any]) -> dict[int, list[ImpactFact]]:
    through = Impact.segments.through.objects.filter(**{f"impact__{key}": value for key, value in inside.items()})
    segments: dict[int, set[int]] = defaultdict(set)
    for impact, segment in through.order_by("id").values_list("impact_id", "segment_id"):
        segments[impact].add(segment)
    found: dict[int, list[ImpactFact]] = defaultdict(list)
    fields = ("id", "request_id", "touchpoint_id", "effect", "direction", "measure_id", "measure_sign")
    rows = Impact.objects.filter(**inside).order_by("request_id", "touchpoint_id").values_list(*fields)
    for pk, request, touchpoint, effect, direction, measure, sign in rows:
        found[request].append(
            ImpactFact(
                touchpoint=touchpoint,
                effect=cast(Effect, effect),
                direction=cast(Literal["better", "worse", "neutral"], direction),
                measure=measure,
                sign=sign,
                segments=frozenset(segments.get(pk, ())),
            )
        )
    return found


def accountable(person: Person | None) -> Accountable:
    """Who answers, with what is wrong with that answer: nobody named, left, cannot sign in, or a team."""
    if person is None:
        return Accountable(problem="nobody is named")
    return Accountable(person.name, person.accountability_problem)


def register_facts() -> RegisterFacts:
    """All registers with who answers for their entries. Retired entries are there too: requests may still name them;
    retired limits, systems, attributes and skills are none any more. Seventeen queries."""
    words = _synonyms()
    segments = Segment.objects.select_related("manager").order_by("id")
    touchpoints = Touchpoint.objects.select_related("accountable").order_by("id")
    domains = DataDomain.objects.select_related("steward").order_by("id")
    return RegisterFacts(
        silos=dict(Silo.objects.order_by("id").values_list("id", "name")),
        segments={s.pk: _thing(s, words["segment"], accountable(s.manager), s.customer_count) for s in segments},
        touchpoints={
            t.pk: _thing(t, words["touchpoint"], accountable(t.accountable), t.customers_per_month) for t in touchpoints
        },
        domains={d.pk: _thing(d, words["domain"], accountable(d.steward)) for d in domains},
        systems={s.pk: _thing(s, words["system"]) for s in System.objects.order_by("id")},
        measures={m.pk: _thing(m, {}) for m in Measure.objects.order_by("id")},
        attributes={a.pk: _thing(a, {}) for a in IdentifyingAttribute.objects.order_by("id")},
        skills={s.pk: _thing(s, {}) for s in Skill.objects.order_by("id")},
        policies=tuple(
            PolicyFact(p.pk, p.code, p.name, p.limit, p.days, p.segment_id, p.channel or None)
            for p in ContactPolicy.objects.active().order_by("id")
        ),
        quiet_periods=tuple(
            QuietFact(q.pk, q.code, q.name, q.starts, q.ends, q.segment_id, q.channel or None)
            for q in QuietPeriod.objects.active().order_by("id")
        ),
        freezes=tuple(
            FreezeFact(f.pk, f.code, f.name, f.starts, f.ends, frozenset(t.pk for t in f.touchpoints.all()))
            for f in ChangeFreeze.objects.active().prefetch_related("touchpoints").order_by("id")
        ),
        channels={code: str(name) for code, name in Channel.choices},
        channel_capacities=tuple(
            ChannelCapacityFact(c.pk, c.code, c.name, c.channel, c.contacts_per_week)
            for c in ChannelCapacity.objects.active().order_by("id")
        ),
        holdings=_holdings(),
        skill_capacities=_skill_capacities(),
    )


def _skill_capacities() -> tuple[SkillCapacityFact, ...]:
    rows = SkillCapacity.objects.filter(skill__retired_on=None).order_by("skill_id", "year", "quarter")
    return tuple(
        SkillCapacityFact(skill, (year, quarter), days)
        for skill, year, quarter, days in rows.values_list("skill_id", "year", "quarter", "days")
    )


def _holdings() -> tuple[HoldingFact, ...]:
    rows = HoldingAttribute.objects.filter(attribute__retired_on=None).order_by("holding_id", "attribute_id")
    keys: dict[int, list[KeyFact]] = defaultdict(list)
    for holding, attribute, quality in rows.values_list("holding_id", "attribute_id", "quality"):
        keys[holding].append(KeyFact(attribute, cast(Quality, quality)))
    holdings = DataHolding.objects.filter(system__retired_on=None).order_by("id")
    return tuple(
        HoldingFact(system, domain, cast(HoldingRole, role), tuple(keys.get(pk, ())))
        for pk, system, domain, role in holdings.values_list("id", "system_id", "domain_id", "role")
    )


def _synonyms() -> dict[str, dict[int, list[str]]]:
    kinds = ("segment", "touchpoint", "domain", "system")
    found: dict[str, dict[int, list[str]]] = {kind: defaultdict(list) for kind in kinds}
    for term, *ids in Synonym.objects.order_by("id").values_list("term", *(f"{kind}_id" for kind in kinds)):
        for kind, thing in zip(kinds, ids, strict=True):
            if thing is not None:
                found[kind][thing].append(term)
    return found


def _thing(
    entry: RegisterEntry,
    words: dict[int, list[str]],
    answers: Accountable | None = None,
    reach: int = 0,
) -> ThingFact:
    return ThingFact(
        id=entry.pk,
        code=entry.code,
        name=entry.name,
        description=entry.description,
        synonyms=tuple(words.get(entry.pk, ())),
        accountable=answers or Accountable(),
        reach=reach,
    )
