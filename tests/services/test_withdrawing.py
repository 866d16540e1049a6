"""Withdrawing ends an open assignment; what was done stays, and so does the enrolment unless staff say otherwise."""

import pytest

from common.djangoapps.student.models import CourseEnrollment
from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import Forbidden, Invalid
from mandatory_assignments.models import Cycle, RequiredEnrollment

from .conftest import COURSE, NOW
from .obligations import (
    assert_facts_and_columns_agree,
    codes,
    ids,
    may,
    on,
    record,
    round_of,
    status,
    tick,
    told,
    work,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assigned(campus):
    campus.assign()
    build.drain()
    return campus


def withdraw(campus, *usernames, now=NOW, **named):
    return api.withdraw_assignments(actor=campus.coordinator, ids=ids(*usernames), now=now, **named)


def test_an_open_assignment_ends_and_the_work_stays(assigned):
    work(assigned, 2, may(4))
    tick(may(4))
    outcome = withdraw(assigned, reason=" Left the team ", now=may(5))
    assert outcome.changed == ids()
    cycle = round_of()
    assert (cycle.open, cycle.closed_as, cycle.closed_at, cycle.percent) == (None, "withdrawn", may(5), 50)
    assert (cycle.assignment.open, cycle.assignment.next_opens_at) == (None, None)
    assert status(may(30)) == "withdrawn"
    entry = told("withdrawn")
    assert (entry.actor, entry.why, entry.learner) == (assigned.coordinator, "Left the team", assigned.learner)
    assert CourseEnrollment.objects.get(user=assigned.learner).is_active
    assert_facts_and_columns_agree(may(5))


def test_what_is_done_afterwards_changes_nothing(assigned):
    withdraw(assigned, now=may(5))
    work(assigned, None, may(6))
    tick(may(6))
    assert status(may(6)) == "withdrawn"


def test_what_is_completed_is_refused_and_the_open_ones_go(assigned):
    build.user("otto", organization="Acme")
    assigned.assign("otto")
    record(assigned, on(4), may(5))
    outcome = withdraw(assigned, "lena", "otto", now=may(6))
    assert outcome.changed == ids("otto")
    assert [(id, problem.code) for id, problem in outcome.refused] == [(ids("lena")[0], "completed")]
    assert status(may(6)) == "completed"


def test_a_second_time_is_refused(assigned):
    withdraw(assigned)
    assert codes(withdraw(assigned)) == ["withdrawn"]


@pytest.mark.parametrize("state", ["overdue", "exempt", "paused", "frozen"])
def test_whatever_is_open_can_be_withdrawn(campus, state):
    campus.assign(late_policy="freeze" if state == "frozen" else "accept")
    if state == "exempt":
        api.exempt_assignments(actor=campus.coordinator, ids=ids(), reason="On loan", now=may(4))
    if state == "paused":
        away = {"learner": "lena", "from_on": on(4), "until_on": on(30)}
        api.pause_learner(actor=campus.coordinator, now=may(4), **away)
    tick(may(16))
    assert status(may(16)) == {"frozen": "overdue"}.get(state, state)
    assert withdraw(campus, now=may(16)).changed == ids()
    assert status(may(16)) == "withdrawn"
    assert_facts_and_columns_agree(may(16))


def test_the_same_can_be_assigned_again(assigned):
    withdraw(assigned)
    assert len(assigned.assign().created) == 1
    assert list(Cycle.objects.order_by("id").values_list("closed_as", flat=True)) == ["withdrawn", ""]


def test_only_enrolments_that_we_made_end_with_it(assigned):
    otto = build.user("otto", organization="Acme")
    build.enroll(otto, COURSE)
    assigned.assign("otto")
    build.drain()
    withdraw(assigned, "lena", "otto", unenroll=True)
    assert told("withdrawn").after["unenroll"] is True
    build.drain()
    states = dict(RequiredEnrollment.objects.values_list("assignment__learner__username", "state"))
    assert states == {"lena": "ended", "otto": "enrolled"}
    assert [CourseEnrollment.objects.get(user=user).is_active for user in (assigned.learner, otto)] == [False, True]


def test_learners_and_strangers_withdraw_nothing(assigned):
    with pytest.raises(Forbidden):
        api.withdraw_assignments(actor=assigned.learner, ids=ids(), now=NOW)
    gregor = build.user("gregor", organization="Globex")
    build.coordinator(gregor, "Globex")
    assert codes(api.withdraw_assignments(actor=gregor, ids=ids(), now=NOW)) == ["not_found"]
    assert status(NOW) == "assigned"


def test_a_reason_has_its_limit(assigned):
    with pytest.raises(Invalid) as refusal:
        withdraw(assigned, reason="x" * 10_000)
    assert refusal.value.code == "reason_too_long"


def test_many_cost_as_many_queries_as_one(campus, count_queries):
    names = [person.username for person in build.users(31, prefix="many", organization="Acme")]
    campus.assign(*names)
    build.drain()
    asked = {"actor": campus.coordinator, "unenroll": True, "now": NOW}
    one, many = ids(names[0]), ids(*names[1:])
    few = count_queries(lambda: api.withdraw_assignments(ids=one, **asked))
    assert count_queries(lambda: api.withdraw_assignments(ids=many, **asked)) == few
