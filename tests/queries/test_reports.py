"""Compliance in numbers: every way to ask for it says the same as the rows behind it."""

from datetime import date, timedelta

import pytest

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import Scope
from mandatory_assignments.models import Department
from mandatory_assignments.queries import access, assignments, reports
from mandatory_assignments.queries.reports import Asked, GroupBy
from mandatory_assignments.queries.standing import named_statuses
from tests.roles import COURSE, DUE, NOW

pytestmark = pytest.mark.django_db
EVERYTHING = Scope(actor_id=0, everything=True)
LATER = NOW + timedelta(days=20)
NUMBERS = ["assigned", "completed", "late", "exempt", "overdue", "missed", "open", "paused"]


@pytest.fixture
def firm(cast):
    """Somebody in every state: Lena is in time, the others are called by what became of theirs; two departments."""
    names = ["done", "late", "exempt", "overdue", "away", "gone"]
    people = {name: build.user(name, organization="Acme") for name in names}
    cast.assign(*names)
    named = {"actor": cast.people["coordinator"], "now": NOW}
    api.change_assignments(ids=[of("lena")], fields={"due_on": DUE + timedelta(days=30)}, **named)
    api.record_completions(training=COURSE, learners=["done"], completed_on=NOW.date(), **named)
    api.exempt_assignments(ids=[of("exempt")], reason="Retrained", **named)
    api.withdraw_assignments(ids=[of("gone")], reason="Left", **named)
    api.pause_learner(learner="away", from_on=NOW.date(), until_on=NOW.date() + timedelta(days=60), **named)
    late = {**named, "now": NOW + timedelta(days=15)}
    api.record_completions(training=COURSE, learners=["late"], completed_on=DUE + timedelta(days=2), **late)
    build.department("Acme/Field/North", members=[people["late"], people["overdue"]])
    build.department("Acme/Office", members=[people["overdue"], people["exempt"], people["gone"]])
    return cast


def of(username: str):
    return assignments.cycles(EVERYTHING, now=NOW, learner=username).get().assignment.uuid


def told(scope, asked, by, now=LATER):
    found = reports.report(scope, asked, by, now)
    rows = {row.name: tuple(getattr(row.tally, name) for name in NUMBERS) for row in found.rows}
    return rows, tuple(getattr(found.total, name) for name in NUMBERS)


EVERYBODY = (6, 2, 1, 1, 1, 0, 1, 1)


@pytest.mark.parametrize("by", GroupBy)
@pytest.mark.parametrize("as_of", [None, LATER.date()], ids=["now", "as of today"])
def test_everybody_is_counted_once_in_total(firm, by, as_of):
    assert told(EVERYTHING, Asked(as_of), by)[1] == EVERYBODY


@pytest.mark.parametrize("as_of", [None, LATER.date()], ids=["now", "as of today"])
def test_a_department_counts_everybody_below_it_and_in_each_that_somebody_is_in(firm, as_of):
    rows, _total = told(EVERYTHING, Asked(as_of), GroupBy.DEPARTMENT)
    assert rows == {
        "Field": (3, 1, 1, 0, 1, 0, 1, 0),
        "Office": (2, 0, 0, 1, 1, 0, 0, 0),
        "": (2, 1, 0, 0, 0, 0, 0, 1),
    }
    field = str(Department.objects.get(path="Field").uuid)
    rows, total = told(EVERYTHING, Asked(as_of, department=field), GroupBy.DEPARTMENT)
    assert rows == {"North": (2, 1, 1, 0, 1, 0, 0, 0), "": (1, 0, 0, 0, 0, 0, 1, 0)}
    assert total == (3, 1, 1, 0, 1, 0, 1, 0)


def test_an_earlier_day_knows_nothing_of_what_came_after_it(firm):
    rows, _total = told(EVERYTHING, Asked(DUE), GroupBy.TRAINING)
    assert rows == {"Fire safety": (6, 1, 0, 1, 0, 0, 3, 1)}
    rows, total = told(EVERYTHING, Asked(NOW.date() - timedelta(days=1)), GroupBy.TRAINING)
    assert (rows, total) == ({}, (0,) * 8)


def test_what_was_recorded_afterwards_is_marked(firm):
    day = DUE + timedelta(days=3)
    found = reports.report(EVERYTHING, Asked(day), GroupBy.TRAINING, LATER)
    assert (found.total.overdue, found.total.recorded_later) == (2, 1)
    api.record_completions(
        actor=firm.people["coordinator"],
        training=COURSE,
        learners=["overdue"],
        completed_on=DUE,
        now=LATER,
    )
    found = reports.report(EVERYTHING, Asked(DUE + timedelta(days=4)), GroupBy.TRAINING, LATER)
    assert (found.total.overdue, found.total.recorded_later) == (1, 1)
    assert reports.people(EVERYTHING, Asked(DUE + timedelta(days=4)), "recorded_later", LATER).count() == 1


@pytest.mark.parametrize("as_of", [None, DUE, LATER.date()], ids=["now", "as of the due day", "as of today"])
@pytest.mark.parametrize("number", NUMBERS)
def test_behind_every_number_are_as_many_people(firm, as_of, number):
    asked = Asked(as_of)
    total = reports.report(EVERYTHING, asked, GroupBy.TRAINING, LATER).total
    rows = reports.people(EVERYTHING, asked, number, LATER)
    assert len(rows) == getattr(total, number)
    assert sum(map(len, reports.in_chunks(rows))) == getattr(total, number)


@pytest.mark.parametrize("status", ["open", "overdue", "exempt", "paused"])
def test_the_list_shows_the_same(firm, status):
    department = Department.objects.get(path="Office")
    for narrowed in ({}, {"organization": "Acme", "department": str(department.uuid)}, {"training": COURSE}):
        rows = assignments.cycles(EVERYTHING, now=LATER, statuses=named_statuses(status), **narrowed)
        total = reports.report(EVERYTHING, Asked(**narrowed), GroupBy.TRAINING, LATER).total
        assert rows.count() == getattr(total, status)


@pytest.mark.parametrize(
    ("role", "count"), [("manager", 3), ("course_staff", 6), ("coordinator", 6), ("foreign_coordinator", 0)]
)
def test_a_scope_is_told_of_its_own(firm, role, count):
    scope = access.scope(firm.people[role])
    for by in GroupBy:
        for as_of in (None, LATER.date()):
            assert reports.report(scope, Asked(as_of), by, LATER).total.assigned == count


def test_departments_of_others_tell_nothing(firm):
    scope, uuid = access.scope(firm.people["foreign_coordinator"]), str(Department.objects.get(path="Field/North").uuid)
    assert told(scope, Asked(department=uuid), GroupBy.DEPARTMENT) == ({}, (0,) * 8)
    assert told(scope, Asked(department="6f1a3c52-0000-4000-8000-000000000000"), GroupBy.DEPARTMENT) == ({}, (0,) * 8)


def test_what_falls_due_is_what_the_list_shows_of_that_week(firm):
    weeks = reports.falling_due(EVERYTHING, Asked(), NOW)
    assert sum(number for *_days, number in weeks) == 2
    for first, last, number in weeks:
        rows = assignments.cycles(
            EVERYTHING, now=NOW, statuses=named_statuses("open"), due_after=first, due_before=last
        )
        assert rows.count() == number
    assert weeks[0][0] == date(2027, 5, 3)


@pytest.mark.parametrize("by", GroupBy)
@pytest.mark.parametrize("as_of", [None, NOW.date()], ids=["now", "as of a day"])
def test_a_report_costs_the_same_for_one_and_for_a_hundred(cast, count_queries, by, as_of):
    def report() -> None:
        reports.report(EVERYTHING, Asked(as_of), by, LATER)

    costs = count_queries(report)
    people = build.users(100, organization="Acme")
    cast.assign(*[user.username for user in people])
    for index in range(5):
        build.department(f"Acme/D{index}/E", members=people[index::5])
    assert count_queries(report) == costs
