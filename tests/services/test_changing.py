"""Changing open assignments: what a new due date, note or late policy does, and whom it may concern."""

import uuid

import pytest

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import Forbidden, Invalid
from mandatory_assignments.models import AuditEntry, Deadline

from .conftest import NOW
from .obligations import assert_facts_and_columns_agree, codes, ids, may, on, record, round_of, status, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def assigned(campus):
    campus.assign()
    build.drain()
    return campus


def change(campus, asked=None, now=NOW, **fields):
    return api.change_assignments(actor=campus.coordinator, ids=asked or ids(), fields=fields, now=now)


def test_another_due_date_is_another_deadline_version_and_the_old_one_stays_known(assigned):
    assert change(assigned, due_on=on(20), now=may(5)).changed == ids()
    cycle = round_of()
    assert (cycle.deadline_version, cycle.due_on, cycle.due_at.isoformat()) == (
        2,
        on(20),
        "2027-05-20T21:59:59.999999+00:00",
    )
    rows = Deadline.objects.order_by("version").values_list("version", "due_on", "recorded_at", "recorded_by__username")
    assert list(rows) == [(1, on(14), NOW, "cora"), (2, on(20), may(5), "cora")]
    entry = told("changed")
    assert (entry.actor, entry.at) == (assigned.coordinator, may(5))
    assert (entry.before, entry.after) == ({"due_on": "2027-05-14"}, {"due_on": "2027-05-20"})
    assert_facts_and_columns_agree(may(5))


def test_what_is_overdue_is_no_longer_so_once_its_date_lies_ahead(assigned):
    assert status(may(15)) == "overdue"
    change(assigned, due_on=on(15), now=may(15))
    assert status(may(15)) == "assigned"
    assert status(may(16)) == "overdue"


def test_the_original_lead_time_survives_every_extension(assigned):
    change(assigned, due_on=on(30))
    assert round_of().assignment.lead_days == 11


@pytest.mark.parametrize(
    ("zone", "today"),
    [
        pytest.param("Pacific/Kiritimati", 4, id="where it is tomorrow already"),
        pytest.param("Pacific/Niue", 3, id="where it is still the day before tomorrow"),
        pytest.param("Europe/Berlin", 3, id="in Berlin"),
    ],
)
def test_an_edit_may_go_down_to_the_learners_today_whatever_day_it_is_for_the_actor(campus, zone, today):
    build.time_zone(campus.learner, zone)
    build.time_zone(campus.coordinator, "Asia/Tokyo")
    campus.assign()
    evening = may(3, 20)
    assert codes(change(campus, due_on=on(today - 1), now=evening)) == ["due_too_early"]
    assert change(campus, due_on=on(today), now=evening).changed == ids()
    assert status(evening) == "assigned"


def test_a_date_that_stays_is_never_too_early(assigned):
    assert change(assigned, due_on=on(14), note="Bring boots", now=may(20)).changed == ids()
    assert (round_of().deadline_version, round_of().assignment.note) == (1, "Bring boots")


def test_the_error_names_the_date_and_the_first_allowed(assigned):
    ((_, problem),) = change(assigned, due_on=on(1)).refused
    assert (problem.field, problem.message) == (
        "due_on",
        "2027-05-01 is too early; the first date allowed is 2027-05-03.",
    )


def test_what_is_the_same_already_is_unchanged_and_not_told(assigned):
    outcome = change(assigned, due_on=on(14), late_policy="accept", grace_days=0)
    assert (outcome.changed, outcome.unchanged) == ([], ids())
    assert not AuditEntry.objects.filter(act="changed").exists()


def test_a_note_alone_leaves_the_deadline_as_it_is(assigned):
    change(assigned, note="Bring boots", notify_by_email=False)
    assert told("changed").after == {"note": "Bring boots", "notify_by_email": False}
    assert Deadline.objects.count() == 1


def test_what_is_over_is_refused_by_what_it_is_and_the_others_are_changed(assigned):
    for name in ("otto", "wanda"):
        build.user(name, organization="Acme")
    assigned.assign("otto", "wanda")
    record(assigned, on(4), may(5))
    api.withdraw_assignments(actor=assigned.coordinator, ids=ids("wanda"), now=may(5))
    outcome = change(assigned, ids("lena", "otto", "wanda"), due_on=on(20), now=may(5))
    assert outcome.changed == ids("otto")
    assert [(id, problem.code) for id, problem in outcome.refused] == [
        (ids("lena")[0], "completed"),
        (ids("wanda")[0], "withdrawn"),
    ]


def test_foreign_and_missing_assignments_are_not_found_alike_and_named_once(assigned):
    gregor = build.user("gregor", organization="Globex")
    build.coordinator(gregor, "Globex")
    missing = uuid.uuid4()
    asked = {"actor": gregor, "fields": {"note": "x"}, "now": NOW}
    outcome = api.change_assignments(ids=[missing, *ids(), *ids()], **asked)
    assert [(id, problem.code) for id, problem in outcome.refused] == [(missing, "not_found"), (ids()[0], "not_found")]
    assert round_of().assignment.note == ""


def test_whoever_assigns_nothing_changes_nothing(assigned):
    with pytest.raises(Forbidden):
        api.change_assignments(actor=assigned.learner, ids=ids(), fields={"note": "x"}, now=NOW)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"note": "x" * 10_000}, "note_too_long"),
        ({"due_on": on(3).replace(year=2300)}, "due_too_late"),
        ({"late_policy": "never"}, "bad_late_policy"),
        ({"grace_days": -1}, "bad_grace_days"),
        ({"grace_days": 100_000}, "bad_grace_days"),
    ],
)
def test_what_is_wrong_for_everybody_is_told_once_and_nothing_changes(assigned, fields, code):
    with pytest.raises(Invalid) as refusal:
        change(assigned, **fields)
    assert refusal.value.code == code
    assert not AuditEntry.objects.filter(act="changed").exists()


def test_an_edit_stands_as_it_is_named_even_where_the_learner_is_away(assigned):
    away = {"learner": "lena", "from_on": on(10), "until_on": on(19)}
    api.pause_learner(actor=assigned.coordinator, now=may(5), **away)
    change(assigned, due_on=on(15), now=may(6))
    assert round_of().due_on == on(15)
    assert (status(may(16)), status(may(20))) == ("paused", "overdue")


def test_many_cost_as_many_queries_as_one(campus, count_queries):
    names = [person.username for person in build.users(41, prefix="many", organization="Acme")]
    campus.assign(*names, late_policy="freeze")
    build.drain()
    one, many = ids(names[0]), ids(*names[1:])
    asked = {"due_on": on(20), "note": "Longer", "grace_days": 2}
    few = count_queries(lambda: change(campus, one, **asked))
    assert count_queries(lambda: change(campus, many, **asked)) == few
    assert Deadline.objects.filter(version=2).count() == 41
