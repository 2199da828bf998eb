"""Writing through the API: the services of the screens, their messages, their versions."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from board.models import Decision, Meeting
from board.services.meetings.agenda import Group, add_item
from impacts.models import Finding, Impact
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest, ScanMark
from tests import factories
from tests.config.api.conftest import World

Connect = Callable[[Person | None], APIClient]


def test_a_program_files_a_request(requester: Person, api_as: Connect) -> None:
    client = api_as(requester)
    made = client.post("/api/v1/requests/", {"silo": "cards", "title": "One inbox", "problem": "Five inboxes."})
    assert made.status_code == 201
    url = f"/api/v1/requests/{made.json()['reference']}/"
    early = client.post(f"{url}transitions/", {"target": "submitted"})
    assert (early.status_code, set(early.json()["errors"])) == (400, {"kind"})
    change = {"kind": "internal", "one_off_cost": "1200.00", "version": made.json()["version"]}
    assert client.patch(url, change).status_code == 200
    filed = client.post(f"{url}transitions/", {"target": "submitted"}).json()
    assert (filed["status"], filed["one_off_cost"]) == ("submitted", "1200.00")
    steps = client.get(f"{url}transitions/").json()
    assert [step["target"] for step in steps["made"]] == ["submitted"]
    assert steps["possible"] == ["withdrawn"]


def test_a_bad_draft_is_not_left_behind(requester: Person, api_as: Connect) -> None:
    body = {"silo": "cards", "title": "x", "wanted_start": "2027-05-01", "wanted_go_live": "2027-01-01"}
    answer = api_as(requester).post("/api/v1/requests/", body)
    assert answer.status_code == 400
    assert "go-live" in str(answer.json()["errors"])
    assert ProjectRequest.objects.count() == 0


def test_a_name_that_is_no_field_is_refused_and_not_lost(
    world: World, requester: Person, api: APIClient, secretary: Person, api_as: Connect
) -> None:
    client, url = api_as(requester), f"/api/v1/requests/{world.open.reference}/"
    slip = client.post("/api/v1/requests/", {"silo": "cards", "title": "x", "go_live": "2027-01-01"})
    assert slip.status_code == 400
    assert list(slip.json()["errors"]) == ["go_live"]
    assert "wanted_go_live" in slip.json()["errors"]["go_live"][0]
    version = client.get(url).json()["version"]
    assert set(client.patch(url, {"status": "approved", "version": version}).json()["errors"]) == {"status"}
    line = f"{url}impacts/{world.impact.pk}/"
    assert set(client.patch(line, {"efect": "retires"}).json()["errors"]) == {"efect"}
    assert client.patch(line, client.get(line).json()).status_code == 200, "what was read may be sent back"
    segment = world.contact.segment.code
    assert set(api.patch(f"/api/v1/registers/segments/{segment}/", {"naem": "x"}).json()["errors"]) == {"naem"}
    hold = {"owner": secretary.email, "condition": "Who?", "expires_on": "2030-01-01", "until": "2031-01-01"}
    body = {"kind": "hold", "reason": "Wait.", "submission": "s", "version": world.item.version, "hold": hold}
    decide = f"/api/v1/meetings/{world.meeting.pk}/items/{world.item.pk}/decide/"
    assert set(api_as(secretary).post(decide, body).json()["errors"]["hold"]) == {"until"}


def test_a_request_stays_with_its_silo(world: World, requester: Person, api_as: Connect) -> None:
    client, url = api_as(requester), f"/api/v1/requests/{world.open.reference}/"
    version = client.get(url).json()["version"]
    refused = client.patch(url, {"silo": "retail", "version": version})
    assert (refused.status_code, set(refused.json()["errors"])) == (400, {"silo"})
    assert client.patch(url, {"silo": "cards", "version": version}).status_code == 200


def test_a_filed_request_that_would_lose_its_title_is_refused_by_field(
    world: World, requester: Person, api_as: Connect
) -> None:
    client, url = api_as(requester), f"/api/v1/requests/{world.open.reference}/"
    version = client.get(url).json()["version"]
    refused = client.patch(url, {"title": "", "version": version})
    assert (refused.status_code, set(refused.json()["errors"])) == (400, {"title"})
    assert "Constraint" not in refused.content.decode()


def test_who_comes_second_is_told(world: World, requester: Person, api_as: Connect) -> None:
    client, url = api_as(requester), f"/api/v1/requests/{world.open.reference}/"
    version = client.get(url).json()["version"]
    assert client.patch(url, {"title": "First", "version": version}).status_code == 200
    late = client.patch(url, {"title": "Second", "version": version})
    assert (late.status_code, late["Content-Type"]) == (409, "application/problem+json")
    world.open.refresh_from_db()
    assert world.open.title == "First"


def test_the_board_decides_in_meetings_only(world: World, cio: Person, api_as: Connect) -> None:
    url = f"/api/v1/requests/{world.open.reference}/transitions/"
    answer = api_as(cio).post(url, {"target": "approved", "why": "Go."})
    assert answer.status_code == 403
    assert api_as(cio).post(url, {"target": "reviewed", "why": "Done."}).status_code == 400
    world.open.refresh_from_db()
    assert world.open.status == Status.READY


def test_lines_are_added_changed_and_taken_away(world: World, requester: Person, api_as: Connect) -> None:
    client, url = api_as(requester), f"/api/v1/requests/{world.open.reference}/impacts/"
    touchpoint, segment = factories.TouchpointFactory.create(), factories.SegmentFactory.create()
    ScanMark.objects.all().delete()
    body = {"touchpoint": touchpoint.code, "effect": "retires", "direction": "worse", "segments": [segment.code]}
    made = client.post(url, body)
    assert made.status_code == 201
    assert ScanMark.objects.filter(request=world.open).exists()
    assert client.post(url, body).status_code == 400, "the same touchpoint twice"
    line = f"{url}{made.json()['id']}/"
    changed = client.patch(line, {"note": "From June"}).json()
    assert (changed["note"], changed["segments"]) == ("From June", [segment.code])
    assert client.patch(line, {"measure_sign": 1}).status_code == 400
    assert client.delete(line).status_code == 204
    assert client.get(line).status_code == 404
    assert Impact.objects.filter(request=world.open).count() == 1


def test_a_retired_entry_is_not_taken_anew(world: World, requester: Person, api_as: Connect) -> None:
    client, url = api_as(requester), f"/api/v1/requests/{world.open.reference}/impacts/"
    world.impact.touchpoint.retired_on = "2026-01-01"
    world.impact.touchpoint.save()
    code = world.impact.touchpoint.code
    same = client.patch(f"{url}{world.impact.pk}/", {"touchpoint": code, "note": "Still there"})
    assert same.status_code == 200
    world.impact.delete()
    refused = client.post(url, {"touchpoint": code, "effect": "changes"})
    assert (refused.status_code, set(refused.json()["errors"])) == (400, {"touchpoint"})


def test_an_architect_triages_and_takes_it_back(world: World, api: APIClient) -> None:
    url = f"/api/v1/findings/{world.pair.pk}/triage/"
    bare = api.post(url, {"act": "dismiss", "version": 1})
    assert (bare.status_code, set(bare.json()["errors"])) == (400, {"reason"})
    done = api.post(url, {"act": "dismiss", "version": 1, "reason": "Other customers."}).json()
    assert (done["state"], done["said"][-1]["reason"]) == ("dismissed", "Other customers.")
    assert api.post(url, {"act": "confirm", "version": 1}).status_code == 409
    assert api.post(url, {"act": "undo"}).json()["state"] == "open"
    assert api.post(url, {"act": "undo"}).status_code == 409


def test_an_architect_merges_orders_and_joins(world: World, outsider: Person, api: APIClient) -> None:
    def act(**body: Any) -> Any:
        version = Finding.objects.get(pk=world.pair.pk).version
        return api.post(f"/api/v1/findings/{world.pair.pk}/triage/", {"version": version, **body})

    assert act(act="merge", survivor=world.family.lead.reference).status_code == 400, "no member of it"
    assert act(act="merge", survivor=world.open.reference).json()["state"] == "confirmed"
    assert act(act="order", first=world.open.reference, later=world.other.reference).status_code == 200
    assert world.other.needs.get().needs == world.open
    refused = act(act="family", lead=world.open.reference, owner="nobody@example.org")
    assert (refused.status_code, set(refused.json()["errors"])) == (400, {"owner"})


def test_the_secretary_plans_and_the_board_decides(
    world: World, secretary: Person, architect: Person, cio: Person, api_as: Connect
) -> None:
    client = api_as(secretary)
    plan = {"starts_at": (timezone.now() + timedelta(days=3)).isoformat(), "chair": cio.email}
    meeting = client.post("/api/v1/meetings/", plan).json()
    url = f"/api/v1/meetings/{meeting['id']}/"
    assert client.patch(url, {"place": "Room 2", "version": meeting["version"]}).json()["place"] == "Room 2"
    assert client.patch(url, {"place": "Room 3", "version": meeting["version"]}).status_code == 409
    item = client.post(f"{url}items/", {"request": world.open.reference}).json()
    here = f"{url}items/{item['id']}/"
    advised = api_as(architect).patch(here, {"advice": "Go.", "version": item["version"]}).json()
    assert (advised["advice"], advised["advised_by"]) == ("Go.", architect.email)
    assert api_as(architect).patch(here, {"minutes": 9, "version": advised["version"]}).status_code == 403
    decision = {"kind": "approve", "reason": "Yes.", "submission": "one", "version": advised["version"]}
    assert client.post(f"{here}decide/", decision).status_code == 409, "not in session"
    assert client.post(f"{url}open/").json()["status"] == Meeting.Status.IN_SESSION
    stale = {**decision, "seen": {world.open.reference: world.open.version + 7}}
    assert client.post(f"{here}decide/", stale).status_code == 400
    first = client.post(f"{here}decide/", decision)
    after = {row["reference"]: row["after"] for row in first.json()["requests"]}
    assert (first.status_code, after[world.open.reference]) == (201, "approved")
    assert client.post(f"{here}decide/", decision).json()["id"] == first.json()["id"], "sent twice"
    assert client.post(f"{here}decide/", {**decision, "submission": "two"}).status_code == 409
    assert Decision.objects.filter(item=item["id"]).count() == 1
    back = {"submission": "three", "reason": "The wrong button."}
    assert client.post(f"/api/v1/decisions/{first.json()['id']}/take-back/", back).json()["voided"] is True
    world.open.refresh_from_db()
    assert world.open.status == Status.READY


def test_an_item_of_more_than_500_requests_is_decided_by_what_was_read(
    world: World, secretary: Person, api_as: Connect
) -> None:
    like = {"silo": world.open.silo, "requester": world.open.requester, "status": Status.READY}
    like |= {"kind": "internal", "submitted_at": timezone.now()}
    many = [ProjectRequest(reference=f"REQ-2031-{n:04}", title=f"Desk {n}", **like) for n in range(501)]
    requests = ProjectRequest.objects.bulk_create(many)
    meeting = Meeting.objects.get(pk=world.meeting.pk)
    item = add_item(person=secretary, meeting=meeting, group=Group("Internal", requests, kind="consent"))
    url = f"/api/v1/meetings/{meeting.pk}/items/{item.pk}/decide/"
    seen = {request.reference: request.version for request in requests}
    body = {"kind": "approve", "reason": "Yes.", "submission": "one", "version": item.version, "seen": seen}
    refused = api_as(secretary).post(url, {**body, "seen": seen | {world.open.reference: 1}})
    assert (refused.status_code, refused.json()["errors"]) == (
        400,
        {"seen": [f"Nothing was recorded: not on this item: {world.open.reference}."]},
    )
    made = api_as(secretary).post(url, body)
    assert (made.status_code, len(made.json()["requests"])) == (201, 501)


def test_what_is_too_long_is_refused_and_never_cut(world: World, secretary: Person, api_as: Connect) -> None:
    client = api_as(secretary)
    plan = {"starts_at": (timezone.now() + timedelta(days=3)).isoformat()}
    meeting = client.post("/api/v1/meetings/", plan).json()
    url = f"/api/v1/meetings/{meeting['id']}/"
    item = client.post(f"{url}items/", {"request": world.open.reference}).json()
    here, version = f"{url}items/{item['id']}/", {"version": item["version"]}
    long = "w" * 6000
    bodies: dict[str, dict[str, Any]] = {"note": {"note": long}, "title": {"title": long}, "place": {"place": long}}
    for field, body in bodies.items():
        answer = client.patch(url, body | {"version": meeting["version"]})
        assert (answer.status_code, set(answer.json()["errors"])) == (400, {field})
    refused = [client.post(f"{here}drop/", {"reason": long}), client.patch(here, {"question": long} | version)]
    refused.append(client.post(f"{here}decide/", {"kind": "reject", "reason": long, "submission": "one"} | version))
    assert [answer.status_code for answer in refused] == [400, 400, 400]
    assert Meeting.objects.get(pk=meeting["id"]).note == ""


def test_how_the_board_decides_and_what_is_written_down_is_read_and_written(
    world: World, secretary: Person, api_as: Connect
) -> None:
    client = api_as(secretary)
    plan = {"starts_at": (timezone.now() + timedelta(days=3)).isoformat(), "deciding": "consensus", "voting": "none"}
    meeting = client.post("/api/v1/meetings/", plan).json()
    assert (meeting["deciding"], meeting["voting"]) == ("consensus", "none")
    url = f"/api/v1/meetings/{meeting['id']}/"
    changed = client.patch(url, {"voting": "votes", "version": meeting["version"]}).json()
    assert (changed["voting"], client.get(url).json()["voting"]) == ("votes", "votes")
    refused = client.patch(url, {"voting": "secret", "version": changed["version"]})
    assert (refused.status_code, set(refused.json()["errors"])) == (400, {"voting"})


def test_a_decision_with_conditions_and_a_hold(world: World, secretary: Person, cio: Person, api_as: Connect) -> None:
    client = api_as(secretary)
    here = f"/api/v1/meetings/{world.meeting.pk}/items/{world.item.pk}/decide/"
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    bare = {"kind": "hold", "reason": "Whoa.", "submission": "one", "version": world.item.version}
    refused = client.post(here, bare)
    assert (refused.status_code, set(refused.json()["errors"])) == (400, {"hold_condition", "hold_owner", "hold_until"})
    hold = {"owner": cio.email, "condition": "Who keeps the address?", "expires_on": day}
    held = client.post(here, {**bare, "hold": hold}).json()
    assert (held["kind"], held["hold"]["owner"], held["hold"]["expires_on"]) == ("hold", cio.email, day)


def test_items_move_drop_and_come_back(world: World, secretary: Person, api_as: Connect) -> None:
    client, url = api_as(secretary), f"/api/v1/meetings/{world.meeting.pk}/items/"
    added = client.post(url, {"request": world.other.reference}).json()
    assert client.post(url, {"request": world.other.reference, "family": world.family.code}).status_code == 400
    assert client.post(f"{url}{added['id']}/move/", {"to": 1}).json()["number"] == 1
    dropped = client.post(f"{url}{added['id']}/drop/", {"reason": "Too early."}).json()
    assert (dropped["status"], dropped["number"]) == ("dropped", None)
    assert client.post(f"{url}{added['id']}/restore/").json()["request"] == world.other.reference


def test_registers_are_kept(api: APIClient, reader: Person, api_as: Connect) -> None:
    body = {"name": "Night desk", "channel": "phone", "journey_stage": "get_help"}
    made = api.post("/api/v1/registers/touchpoints/", body)
    assert (made.status_code, made.json()["code"]) == (201, "night-desk")
    team = factories.PersonFactory.create(kind=Person.Kind.TEAM)
    url = "/api/v1/registers/touchpoints/night-desk/"
    assert set(api.patch(url, {"accountable": team.email}).json()["errors"]) == {"accountable"}
    assert api.patch(url, {"retired_on": "2026-12-31"}).json()["retired_on"] == "2026-12-31"
    assert api.delete(url).status_code == 405
    assert api_as(reader).get(url).json()["name"] == "Night desk"


def test_a_program_says_which_skills_a_request_needs(world: World, requester: Person, api_as: Connect) -> None:
    skill = factories.SkillFactory.create(code="weaving")
    client, url = api_as(requester), f"/api/v1/requests/{world.open.reference}/skills/"
    assert client.post(url, {"skill": "weaving", "days": 12}).json() == [{"skill": "weaving", "days": 12}]
    assert ScanMark.objects.filter(request=world.open).exists()
    assert client.post(url, {"skill": "knitting", "days": 12}).status_code == 400
    assert client.post(url, {"skill": "weaving", "days": -1}).status_code == 400
    assert client.get(url).json() == [{"skill": "weaving", "days": 12}]
    assert client.post(url, {"skill": "weaving", "days": 0}).json() == []
    assert list(skill.requests.model.history.values_list("history_type", flat=True)) == ["-", "+"]


def test_a_program_says_how_much_of_a_skill_is_there(architect: Person, api_as: Connect) -> None:
    factories.SkillFactory.create(code="weaving")
    client, url = api_as(architect), "/api/v1/skill-capacities/"
    cell = {"skill": "weaving", "year": 2027, "quarter": 2}
    for days in (40, 50):
        assert client.post(url, {**cell, "days": days}).json() == {**cell, "days": days}
    assert client.get(url).json()["results"] == [{**cell, "days": 50}]
    assert client.post(url, {**cell, "quarter": 5, "days": 1}).status_code == 400
    assert client.post(url, {**cell, "days": None}).status_code == 200
    assert client.get(url).json()["count"] == 0


def test_a_program_keeps_what_systems_hold(architect: Person, api_as: Connect) -> None:
    system, domain = factories.SystemFactory.create(), factories.DataDomainFactory.create()
    number = factories.IdentifyingAttributeFactory.create()
    client, ends = api_as(architect), {"system": system.code, "domain": domain.code}
    key = {"attribute": number.code, "quality": "low"}
    made = client.post("/api/v1/holdings/", {**ends, "role": "copy", "attributes": [key]})
    assert (made.status_code, made.json()["attributes"]) == (201, [key])
    assert client.post("/api/v1/holdings/", {**ends, "role": "copy"}).status_code == 400
    url = f"/api/v1/holdings/{made.json()['id']}/"
    assert client.patch(url, {"role": "master"}).json() == {**made.json(), "role": "master"}
    assert client.patch(url, {"system": factories.SystemFactory.create().code}).status_code == 400
    nameless = client.patch(url, {"attributes": [{"quality": "high"}]})
    assert (nameless.status_code, list(nameless.json()["errors"])) == (400, ["attributes"])
    assert client.patch(url, {"attributes": []}).json()["attributes"] == []
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


def test_the_note_of_a_meeting_is_written_and_changed(secretary: Person, api_as: Connect) -> None:
    client = api_as(secretary)
    plan = {"starts_at": (timezone.now() + timedelta(days=3)).isoformat(), "note": "Bring the plan."}
    meeting = client.post("/api/v1/meetings/", plan).json()
    assert meeting["note"] == "Bring the plan."
    url = f"/api/v1/meetings/{meeting['id']}/"
    changed = client.patch(url, {"note": "No plan needed.", "place": "Room 2", "version": meeting["version"]}).json()
    assert (changed["note"], changed["place"]) == ("No plan needed.", "Room 2")
    assert client.patch(url, {"note": "Old.", "version": meeting["version"]}).status_code == 409
