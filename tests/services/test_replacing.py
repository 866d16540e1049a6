"""A new assignment takes the place of one that is frozen past its cut-off; that one was missed."""

import pytest

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.models import Assignment, AuditEntry, Cycle, Deadline

from .obligations import (
    assert_facts_and_columns_agree,
    codes,
    ids,
    join,
    may,
    on,
    round_of,
    status,
    tick,
    told,
    work,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def frozen(campus):
    """One of four units was done in time, two more the day after."""
    campus.assign(late_policy="freeze")
    work(campus, 1, may(13))
    work(campus, 3, may(15))
    return campus


def outcomes():
    return list(Cycle.objects.order_by("id").values_list("closed_as", flat=True))


def test_the_old_one_is_missed_and_the_new_one_counts_everything(frozen):
    tick(may(16))
    assert len(frozen.assign(now=may(17), due_on=on(30)).created) == 1
    tick(may(17))
    old, new = Cycle.objects.order_by("id")
    assert (old.closed_as, old.open, old.closed_at, old.units_done) == ("missed", None, may(17), 1)
    assert (old.assignment.open, new.assignment.open) == (None, True)
    assert (new.units_done, status(may(17))) == (3, "in_progress")
    entry = told("missed")
    assert (entry.actor, entry.assignment, entry.after["cause"]) == (frozen.coordinator, old.assignment, "replaced")
    assert_facts_and_columns_agree(may(17))


def test_what_counted_is_stored_even_where_nobody_looked_before(frozen):
    frozen.assign(now=may(17), due_on=on(30))
    assert outcomes() == ["missed", ""]
    assert Deadline.objects.order_by("id").first().frozen_units_done == 1


def test_whoever_finished_in_time_was_not_missing_though_nobody_looked(campus):
    campus.assign(late_policy="freeze")
    work(campus, None, may(13))
    assert len(campus.assign(now=may(17), due_on=on(30)).created) == 1
    assert outcomes() == ["completed", "completed"]
    assert not AuditEntry.objects.filter(act="missed").exists()
    assert_facts_and_columns_agree(may(17))


def test_whoever_finished_too_late_has_fulfilled_the_new_one(frozen):
    work(frozen, None, may(16))
    tick(may(16))
    frozen.assign(now=may(17), due_on=on(30))
    assert outcomes() == ["missed", "completed"]


@pytest.mark.parametrize(
    ("policy", "grace", "now"),
    [
        pytest.param("freeze", 0, may(14, 21), id="the deadline has not come"),
        pytest.param("freeze", 3, may(16), id="in the days of grace"),
        pytest.param("accept", 0, may(30), id="late work is accepted"),
    ],
)
def test_before_its_cut_off_it_stands_in_the_way(campus, policy, grace, now):
    campus.assign(late_policy=policy, grace_days=grace)
    assert codes(campus.assign(now=now, due_on=on(40))) == ["already_assigned"]
    assert outcomes() == [""]


def test_one_that_was_thawed_stands_in_the_way_again(frozen):
    tick(may(16))
    api.change_assignments(actor=frozen.coordinator, ids=ids(), fields={"due_on": on(25)}, now=may(17))
    assert codes(frozen.assign(now=may(18), due_on=on(30))) == ["already_assigned"]


def test_what_cannot_be_assigned_leaves_the_old_one_as_it_is(frozen):
    assert codes(frozen.assign(now=may(17), due_on=on(18))) == ["due_too_early"]
    assert outcomes() == [""]


def test_another_organization_replaces_nothing(frozen):
    gregor = build.user("gregor", organization="Globex")
    build.coordinator(gregor, "Globex")
    join(frozen.learner, "Globex")
    olivia = build.user("olivia", is_staff=True)
    outcome = frozen.assign(actor=olivia, now=may(17), due_on=on(30), organization="Globex")
    assert len(outcome.created) == 1
    assert outcomes() == ["", ""]


def test_what_was_missed_stays_so_whatever_comes_later(frozen):
    frozen.assign(now=may(17), due_on=on(30))
    missed = Assignment.objects.order_by("id").first()
    acting = {"actor": frozen.coordinator, "ids": [missed.uuid], "now": may(18)}
    assert codes(api.change_assignments(fields={"due_on": on(40)}, **acting)) == ["missed"]
    assert codes(api.withdraw_assignments(**acting)) == ["missed"]
    assert codes(api.exempt_assignments(reason="x", **acting)) == ["missed"]
    work(frozen, None, may(18))
    tick(may(18))
    assert outcomes() == ["missed", "completed"]
    assert round_of().completed_on == on(18)


def test_replacing_many_costs_as_many_queries_as_one(campus, count_queries):
    names = [person.username for person in build.users(22, prefix="many", organization="Acme")]
    campus.assign(*names, late_policy="freeze")
    tick(may(16))
    later = {"now": may(17), "due_on": on(30)}
    few = count_queries(lambda: campus.assign(*names[:2], **later))
    assert count_queries(lambda: campus.assign(*names[2:], **later)) == few
    assert Cycle.objects.filter(closed_as="missed").count() == 22
