"""What an import does: all or nothing, once, and never over what people changed in Ombud."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from customers.errors import ImportRefused
from customers.sheets.reading import read_table
from portfolio.imports.checking import Plan, plan_import
from portfolio.imports.mapping import Mapping, load_mapping, mapping_from, shipped_mappings
from portfolio.imports.storing import TEAM_EMAIL, Done, carry_out
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest, Role, ScanMark, Silo, Transition
from portfolio.search import search_requests
from portfolio.services.requests import next_reference
from tests.factories import ObjectiveFactory, SiloFactory, filed_request, person_with

pytestmark = pytest.mark.django_db
HEAD = "Reference,Department,Project,Description,Cost,Live"
COLUMNS = {"source_reference": "Reference", "silo": "Department", "title": "Project", "problem": "Description",
           "one_off_cost": "Cost", "wanted_go_live": "Live"}  # fmt: skip


def mapping(**changes: Any) -> Mapping:
    """A mapping of the file above."""
    return mapping_from({"source": "plan", "create_silos": True, "columns": COLUMNS, **changes})


def planned(*rows: str, **changes: Any) -> Plan:
    """The plan for these rows."""
    wanted = mapping(**changes)
    return plan_import(read_table("\n".join([HEAD, *rows]).encode(), columns=wanted.headings()), wanted)


def imported(*rows: str, person: Person | None = None, **changes: Any) -> Done:
    """Import these rows."""
    plan = planned(*rows, **changes)
    assert [str(error) for error in plan.errors] == []
    return carry_out(plan=plan, person=person)


def test_a_row_becomes_a_filed_request(administrator: Person) -> None:
    done = imported('A1,Health,First,"Why, so",$1400000,2027-03-01', person=administrator)
    request = ProjectRequest.objects.get()
    assert done.created == [request.pk]
    assert (request.reference, request.source, request.source_reference) == ("A1", "plan", "A1")
    assert (request.title, request.problem, request.silo.name) == ("First", "Why, so", "Health")
    assert (request.one_off_cost, request.wanted_go_live) == (Decimal(1400000), dt.date(2027, 3, 1))
    assert (request.state, request.version, request.heads_up) == (Status.SUBMITTED, 1, False)
    assert request.submitted_at is not None
    step = Transition.objects.get()
    assert (step.source, step.target, step.person, step.why) == (
        "draft",
        "submitted",
        administrator,
        "Imported from plan.",
    )
    assert ScanMark.objects.get().request == request
    memory = request.history.get()
    assert (memory.history_user, memory.history_change_reason, memory.title) == (administrator, "Import: plan", "First")
    assert list(search_requests(ProjectRequest.objects.all(), "why health")) == [request]


def test_the_same_file_twice_changes_nothing() -> None:
    rows = ["A1,Health,First,Why,5,2027-03-01", "A2,Tax,Second,,,"]
    imported(*rows)
    before = list(ProjectRequest.objects.order_by("id").values())
    again = imported(*rows)
    assert (again.created, again.changed, again.unchanged, again.silos) == ([], [], 2, [])
    assert list(ProjectRequest.objects.order_by("id").values()) == before
    assert ProjectRequest.history.count() == Transition.objects.count() == Silo.objects.count() == 2


def test_a_changed_row_updates_its_request_and_has_it_scanned() -> None:
    imported("A1,Health,First,Why,5,", "A2,Health,Second,,,")
    ScanMark.objects.all().delete()
    done = imported("A1,Tax,First of all,Why,6,", "A2,Health,Second,,,")
    request = ProjectRequest.objects.get(reference="A1")
    assert (done.changed, done.unchanged) == ([request.pk], 1)
    assert (request.title, request.one_off_cost, request.silo.name, request.version) == ("First of all", 6, "Tax", 2)
    assert ScanMark.objects.get().version == 2
    assert request.history.count() == 2


def test_what_people_changed_since_is_not_undone_by_the_same_file() -> None:
    imported("A1,Health,First,Why,5,")
    ProjectRequest.objects.update(title="Better", version=2)
    assert imported("A1,Health,First,Why,5,").unchanged == 1
    done = imported("A1,Health,First,Because,5,")
    request = ProjectRequest.objects.get()
    assert len(done.changed) == 1
    assert (request.title, request.problem, request.version) == ("Better", "Because", 3)


def test_where_both_changed_ombuds_is_kept_and_said() -> None:
    imported("A1,Health,First,Why,5,")
    ProjectRequest.objects.update(title="Better")
    plan = planned("A1,Health,Other,Why,5,")
    assert [str(each) for each in plan.warnings] == [
        "Row 2, Title: It was changed in Ombud (A1) and in the file. Ombud’s is kept."
    ]
    carry_out(plan=plan, person=None)
    assert ProjectRequest.objects.get().title == "Better"
    assert planned("A1,Health,Other,Why,5,").warnings == []


@pytest.mark.parametrize("status", [Status.APPROVED, Status.IN_DELIVERY, Status.WITHDRAWN])
def test_a_request_that_nobody_may_edit_any_more_stays_as_it_is(status: Status) -> None:
    imported("A1,Health,First,Why,5,")
    ProjectRequest.objects.update(status=status.value)
    plan = planned("A1,Health,Other,Why,5,")
    assert "stays as it is" in str(plan.warnings[0])
    carry_out(plan=plan, person=None)
    assert ProjectRequest.objects.get().title == "First"


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (",Health,First,,,", "Reference", "empty"),
        ("A1,,First,,,", "Department", "empty"),
        ("A1,Health,,,,", "Project", "empty"),
        (f"A1,Health,{'x' * 301},,,", "Project", "301 characters; 300 fit"),
        (f"A1,Health,First,{'x' * 50_001},,", "Description", "50,001 characters"),
        (f"{'x' * 121},Health,First,,,", "Reference", "121 characters"),
        ("A1,Health,First,,lots,", "Cost", "not an amount"),
        ("A1,Health,First,,-5,", "Cost", "not an amount"),
        ("A1,Health,First,,=1+1,", "Cost", "a formula"),
        ("A1,Health,First,,,31.02.2027", "Live", "not a day"),
        ("A1,Health,First,,,,extra", "", "more cells than the 6 columns"),
    ],
)
def test_each_error_names_its_row_and_column_and_nothing_is_written(row: str, column: str, said: str) -> None:
    plan = planned("A0,Health,Good,,,", row)
    assert [(error.row, error.column) for error in plan.errors] == [(3, column)]
    assert said in plan.errors[0].message
    with pytest.raises(ImportRefused):
        carry_out(plan=plan, person=None)
    assert not ProjectRequest.objects.exists()
    assert not Silo.objects.exists()


def test_all_errors_are_told_at_once() -> None:
    plan = planned("A1,Health,,,lots,soon", "A1,Health,x,,,")
    assert [(error.row, error.column) for error in plan.errors] == [
        (2, "Project"), (2, "Cost"), (2, "Live"), (3, "Reference"),
    ]  # fmt: skip
    assert "row 2" in plan.errors[3].message


def test_an_unknown_silo_is_an_error_unless_silos_are_created() -> None:
    SiloFactory.create(code="health", name="Health Office")
    plan = planned("A1,Nowhere,First,,,", "A2,HEALTH,Second,,,", "A3,health office,Third,,,", create_silos=False)
    assert [(error.row, error.column) for error in plan.errors] == [(2, "Department")]
    assert "There is no department “Nowhere”" in plan.errors[0].message


def test_new_silos_get_codes_of_their_own() -> None:
    SiloFactory.create(code="health", name="Other")
    done = imported("A1,Health!,First,,,", "A2,日本,Second,,,", "A3,Health?,Third,,,", "A4,health!,Fourth,,,")
    assert done.silos == ["Health!", "日本", "Health?"]
    assert set(Silo.objects.values_list("code", "name")) == {
        ("health", "Other"), ("health-2", "Health!"), ("silo", "日本"), ("health-3", "Health?"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("headings", "said"),
    [
        ("Reference,Department,Description,Cost,Live", "This column is missing (Title)"),
        (f"{HEAD},Cost", "stands twice"),
        ("something", "missing"),
    ],
)
def test_headings_that_do_not_fit(headings: str, said: str) -> None:
    plan = plan_import(read_table(f"{headings}\n1,2,3,4,5,6,7\n".encode()), mapping())
    assert all(error.row == 1 for error in plan.errors)
    assert said in plan.errors[0].message


def test_a_file_with_headings_only() -> None:
    assert "no rows" in planned().errors[0].message


def test_a_hundred_columns_are_no_trouble_where_the_right_ones_are_there() -> None:
    more = ",".join(f"c{number}" for number in range(94))
    data = f"{HEAD},{more}\nA1,Health,First,,,," + "," * 93 + "\n"
    plan = plan_import(read_table(data.encode()), mapping())
    assert (len(plan.new), plan.errors) == (1, [])


def test_words_for_not_known_are_left_empty_with_a_note() -> None:
    plan = planned("A1,Health,TBD,TBD,TBD,Ongoing")
    assert [(each.row, each.column) for each in plan.warnings] == [(2, "Cost"), (2, "Live")]
    carry_out(plan=plan, person=None)
    request = ProjectRequest.objects.get()
    assert (request.title, request.problem, request.one_off_cost, request.wanted_go_live) == ("TBD", "TBD", None, None)


def test_go_live_before_start_is_an_error() -> None:
    columns = {**COLUMNS, "wanted_start": "Cost"}
    del columns["one_off_cost"]
    plan = planned("A1,Health,First,,2027-05-01,2027-03-01", columns=columns)
    assert "lies before the start" in plan.errors[0].message


def test_kind_and_objective_by_their_words() -> None:
    ObjectiveFactory.create(code="growth", name="Grow")
    columns = {**COLUMNS, "kind": "Cost", "objective": "Live"}
    del columns["one_off_cost"], columns["wanted_go_live"]
    imported("A1,Health,First,,Customer-facing,GROW", columns=columns)
    request = ProjectRequest.objects.get()
    assert (request.kind, request.objective and request.objective.code) == ("customer_facing", "growth")
    assert "not known" in planned("A2,Health,x,,odd,", columns=columns).errors[0].message


def test_requests_are_filed_by_the_head_of_the_silo_else_by_the_import_team() -> None:
    silo = SiloFactory.create(code="health", name="Health")
    head = person_with(Role.HEAD, silo=silo)
    imported("A1,Health,First,,,", "A2,Tax,Second,,,")
    assert ProjectRequest.objects.get(reference="A1").requester == head
    team = ProjectRequest.objects.get(reference="A2").requester
    assert (team.email, team.kind, team.is_active, team.has_usable_password()) == (TEAM_EMAIL, "team", False, False)


def test_references_that_are_taken_or_unfit_are_replaced_by_our_own() -> None:
    filed_request(reference="A1")
    given = next_reference(year=dt.date.today().year)
    imported("A1,Health,a,,,", "x/y,Health,b,,,", "new,Health,c,,,", "REQ-2020-0001,Health,d,,,", "Ok-1,Health,e,,,")
    found = dict(ProjectRequest.objects.filter(source="plan").values_list("title", "reference"))
    first = int(given.rsplit("-", 1)[1])
    year = dt.date.today().year
    assert found == {
        "a": f"REQ-{year}-{first + 1:04d}", "b": f"REQ-{year}-{first + 2:04d}", "c": f"REQ-{year}-{first + 3:04d}",
        "d": f"REQ-{year}-{first + 4:04d}", "e": "Ok-1",
    }  # fmt: skip


def test_two_sources_may_use_the_same_references() -> None:
    imported("A1,Health,First,,,")
    imported("A1,Health,Other,,,", source="other")
    assert set(ProjectRequest.objects.values_list("source", "title")) == {("plan", "First"), ("other", "Other")}


def test_somebody_quicker_makes_the_whole_import_fail() -> None:
    imported("A1,Health,First,,,")
    plan = planned("A1,Health,Changed,,,", "A2,Health,New,,,")
    ProjectRequest.objects.update(version=9)
    with pytest.raises(ImportRefused, match="at this moment"):
        carry_out(plan=plan, person=None)
    assert list(ProjectRequest.objects.values_list("title", flat=True)) == ["First"]


def test_html_and_emoji_are_text() -> None:
    imported("A1,Health,<b>🚀</b>,=1+1,,")
    request = ProjectRequest.objects.get()
    assert (request.title, request.problem) == ("<b>🚀</b>", "=1+1")


def test_queries_grow_with_batches_not_with_rows(django_assert_max_num_queries: Any) -> None:
    rows = [f"A{number},Health,Title {number},,5," for number in range(400)]
    with django_assert_max_num_queries(60):
        imported(*rows)


# --- mappings -----------------------------------------------------------------------------------------------------


def test_the_shipped_mappings_can_be_read() -> None:
    assert [each.name for each in shipped_mappings()] == ["australia", "canada-2022"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"columns": {"title": "T"}}, "Reference: say which column"),
        ({"columns": {**COLUMNS, "colour": "x"}}, "“colour”"),
        ({"columns": {**COLUMNS, "title": ["a", "b"]}}, "one column only"),
        ({"source": ""}, "Give the source a name"),
        ({"money_unit": 0}, "money_unit"),
        ({"slashes": "year"}, "slashes"),
        ({"sauce": "x"}, "“sauce”"),
    ],
)
def test_a_mapping_that_does_not_fit_says_why(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ImportRefused, match=said):
        mapping(**change)


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: [", "\x00"])
def test_a_mapping_file_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text)
    with pytest.raises(ImportRefused, match=r"own\.yaml"):
        load_mapping(str(path))


def test_a_mapping_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(ImportRefused, match="australia, canada-2022"):
        load_mapping("../no-such-mapping")


def test_texts_of_several_columns_are_joined() -> None:
    imported("A1,Health,First,Why,5,2027-01-01", columns={**COLUMNS, "problem": ["Description", "Cost"]})
    assert ProjectRequest.objects.get().problem == "Why\n\n5"


# --- the real files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rows", "silos", "cost", "live", "notes"),
    [
        ("canada-2022", 495, 47, ("CA0000", Decimal(1_400_000)), ("CA0000", dt.date(2024, 1, 3)), 0),
        ("australia", 227, 82, ("AU2024-001", Decimal(156_000_000)), ("AU2024-000", dt.date(2026, 6, 30)), 22),
    ],
)
def test_real_portfolios_come_in_whole_and_once(
    shared_data: Path, name: str, rows: int, silos: int, cost: Any, live: Any, notes: int
) -> None:
    wanted = load_mapping(name)
    data = (shared_data / name / "requests.csv").read_bytes()
    plan = plan_import(read_table(data, columns=wanted.headings()), wanted)
    assert (plan.errors, len(plan.warnings)) == ([], notes)
    carry_out(plan=plan, person=None)
    assert (ProjectRequest.objects.live().count(), Silo.objects.count(), ScanMark.objects.count()) == (
        rows,
        silos,
        rows,
    )
    assert ProjectRequest.objects.get(reference=cost[0]).one_off_cost == cost[1]
    assert ProjectRequest.objects.get(reference=live[0]).wanted_go_live == live[1]
    again = plan_import(read_table(data, columns=wanted.headings()), wanted)
    assert (again.new, again.changed, again.unchanged) == ([], [], rows)
