"""What is material of requests, now and as the board saw it, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from board.material.compare import Difference, compare
from board.material.limits import Limit, with_changes
from board.models import DecidedRequest, Decision, MaterialLimit
from impacts.models import DataUse, Impact, PlannedContact, SystemUse
from portfolio.lifecycle import Status
from portfolio.models import ProjectRequest, RequestSkill

#: What a decision says yes with.
YES = (Status.APPROVED.value, Status.APPROVED_WITH_CONDITIONS.value, Status.SEQUENCED.value)


def limits_in_use() -> dict[str, Limit]:
    """The table of limits with the organisation's own numbers. One query."""
    rows = MaterialLimit.objects.order_by("field").values_list("field", "look_above", "void_above")
    return with_changes({field: (look, void) for field, look, void in rows})


def material_of(requests: Iterable[ProjectRequest]) -> dict[int, dict[str, Any]]:
    """The material facts of each request by id, as plain values that a snapshot keeps. Six queries, and two for the
    segments and attributes."""
    requests = list(requests)
    ids = [request.pk for request in requests]
    touchpoints, data, systems, contacts = _touchpoints(ids), _data(ids), _systems(ids), _contacts(ids)
    people, skills = _people(ids), _skills(ids)
    return {
        request.pk: {
            "title": request.title,
            "problem": request.problem,
            "proposal": request.proposal,
            "promised_effect": request.promised_effect,
            "kind": request.get_kind_display() if request.kind else "not said",
            **people[request.pk],
            "one_off": None if request.one_off_cost is None else str(request.one_off_cost),
            "yearly": None if request.yearly_cost is None else str(request.yearly_cost),
            "start": _day(request.wanted_start),
            "go_live": _day(request.wanted_go_live),
            "promised_by": _day(request.promised_by),
            "touchpoints": touchpoints[request.pk],
            "data": data[request.pk],
            "systems": systems[request.pk],
            "contacts": contacts[request.pk],
            "skills": skills[request.pk],
        }
        for request in requests
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


def _people(ids: Iterable[int]) -> Mapping[int, dict[str, list[str] | None]]:
    """Who answers for each, and whose it is."""
    rows = ProjectRequest.objects.filter(pk__in=ids).order_by("pk")
    columns = ("pk", "sponsor_id", "sponsor__name", "silo__code", "silo__name")
    return {
        pk: {"sponsor": [str(sponsor), name] if sponsor else None, "silo": [code, silo]}
        for pk, sponsor, name, code, silo in rows.values_list(*columns)
    }


def _skills(ids: Iterable[int]) -> Mapping[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = RequestSkill.objects.filter(request__in=ids).order_by("skill__name", "id")
    for request, skill, name, days in rows.values_list("request_id", "skill_id", "skill__name", "days"):
        found[request].append({"key": str(skill), "name": name, "days": days})
    return found


def _touchpoints(ids: Iterable[int]) -> Mapping[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = Impact.objects.filter(request__in=ids).select_related("touchpoint", "measure").prefetch_related("segments")
    for row in rows.order_by("touchpoint__code", "id"):
        measure = f"{row.measure.name} {'up' if row.measure_sign == 1 else 'down'}" if row.measure else ""
        segments = sorted((segment.code, segment.name) for segment in row.segments.all())
        found[row.request_id].append(
            {
                "code": row.touchpoint.code,
                "name": row.touchpoint.name,
                "effect": row.get_effect_display().lower(),
                "direction": row.get_direction_display().lower(),
                "measure": measure,
                "segments": [list(pair) for pair in segments],
            }
        )
    return found


def _data(ids: Iterable[int]) -> Mapping[int, list[dict[str, str]]]:
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    rows = DataUse.objects.filter(request__in=ids).select_related("domain", "system").prefetch_related("attributes")
    for row in rows.order_by("domain__code", "mode", "id"):
        where = f" in {row.system.name}" if row.system else ""
        names = sorted(attribute.name for attribute in row.attributes.all())
        by = f", found by {', '.join(names)}" if names else ""
        words = f"{row.get_mode_display()} {row.domain.name}{where}{by}"
        found[row.request_id].append({"key": words, "words": words})
    return found


def _systems(ids: Iterable[int]) -> Mapping[int, list[dict[str, str]]]:
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    for row in SystemUse.objects.filter(request__in=ids).select_related("system").order_by("system__code", "id"):
        key = f"{row.system.code} {row.effect}"
        found[row.request_id].append({"key": key, "words": f"{row.get_effect_display()} {row.system.name}"})
    return found


def _contacts(ids: Iterable[int]) -> Mapping[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in PlannedContact.objects.filter(request__in=ids).select_related("segment").order_by("first_day", "id"):
        found[row.request_id].append(
            {
                "segment": [row.segment.code, row.segment.name],
                "channel": [row.channel, row.get_channel_display()],
                "first": row.first_day.isoformat(),
                "times": row.times,
                "every": row.every_days,
            }
        )
    return found


def approvals_of(requests: Iterable[ProjectRequest]) -> dict[int, Decision]:
    """Of each request the last decision that stands, where that said yes; by request id. One query."""
    found: dict[int, DecidedRequest] = {}
    rows = (
        DecidedRequest.objects.filter(request__in=[request.pk for request in requests])
        .filter(decision__superseded_by__isnull=True)
        .exclude(decision__kind=Decision.Kind.REOPEN)
        .select_related("decision")
        .order_by("decision__at", "decision_id")
    )
    for row in rows:
        found[row.request_id] = row
    return {pk: row.decision for pk, row in found.items() if row.status_after in YES}


def seen_by_board(decision: Decision, request: ProjectRequest) -> dict[str, Any]:
    """The material facts of the request as the decision's snapshot keeps them; of a decision from before these were
    kept, the part that the snapshot had. Empty where the request was not on the table."""
    material = decision.snapshot.get("material", {}).get(str(request.pk))
    if material is not None:
        return dict(material)
    rows = decision.snapshot.get("requests", [])
    row = next((each for each in rows if each.get("id") == request.pk), None)
    if row is None:
        return {}
    plain = ("title", "problem", "proposal", "promised_effect", "start", "go_live", "promised_by", "one_off", "yearly")
    return {name: row[name] for name in plain if name in row}


def differences_from(decision: Decision, requests: Iterable[ProjectRequest]) -> dict[int, list[Difference]]:
    """Of each request what is no longer as the decision's snapshot has it, by id; empty lists included."""
    requests = list(requests)
    now, limits = material_of(requests), limits_in_use()
    return {request.pk: compare(seen_by_board(decision, request), now[request.pk], limits) for request in requests}
