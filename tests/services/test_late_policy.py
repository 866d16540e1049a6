"""Late work: accepted and remembered as late, or frozen at the cut-off, whenever somebody looks."""

from datetime import date

import pytest

from common.djangoapps.split_modulestore_django import content
from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.models import AuditEntry, Completion, Deadline, OrganizationPolicy, Progress
from mandatory_assignments.queries import assignments

from .evidence_story import course_training
from .obligations import (
    assert_facts_and_columns_agree,
    ids,
    marks,
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


def change(campus, now, **fields):
    return api.change_assignments(actor=campus.coordinator, ids=ids(), fields=fields, now=now)


def days_late(now):
    return assignments.days_late(round_of(), now)


@pytest.fixture
def frozen(campus):
    """One of four units was done in time, two more the day after; a tick came on the 16th."""
    campus.assign(late_policy="freeze")
    work(campus, 1, may(13))
    tick(may(13))
    work(campus, 3, may(15))
    tick(may(16))
    return campus


# ----- accept -------------------------------------------------------------------------------------------------------


def test_accepted_late_work_completes_it_and_the_lateness_is_remembered(campus):
    campus.assign()
    work(campus, None, may(17))
    tick(may(20))
    assert status(may(20)) == "completed"
    assert days_late(may(40)) == 3


def test_a_look_that_comes_days_late_still_finds_it_in_time(campus):
    campus.assign()
    work(campus, None, may(14, 21))
    assert status(may(20)) == "overdue"
    tick(may(20))
    assert (status(may(20)), days_late(may(20))) == ("completed", 0)
    assert round_of().completed_at < round_of().due_at


def test_nothing_is_frozen_where_late_work_is_accepted(campus):
    campus.assign(grace_days=3)
    tick(may(40))
    assert (round_of().cut_off_at, round_of().frozen_at, marks(may(40))) == (None, None, [])


@pytest.mark.parametrize(
    ("day", "late"),
    [pytest.param(14, 0, id="on the due day: as on time"), pytest.param(16, 2, id="two days after it: late by two")],
)
def test_a_day_that_is_recorded_later_is_compared_as_a_day(campus, day, late):
    campus.assign()
    record(campus, on(day), may(25))
    assert (status(may(25)), days_late(may(25))) == ("completed", late)


def test_a_day_counts_as_that_day_in_whichever_zone_the_deadline_ends(campus):
    OrganizationPolicy.objects.create(organization=course_training().organization, deadline_zone="Pacific/Kiritimati")
    build.time_zone(campus.learner, "America/Los_Angeles")
    campus.assign(late_policy="freeze")
    assert round_of().zone == "Pacific/Kiritimati"
    record(campus, on(14), may(20))
    assert round_of().completed_at > round_of().due_at
    assert (status(may(20)), days_late(may(20)), round_of().completed_on) == ("completed", 0, on(14))


# ----- freeze -------------------------------------------------------------------------------------------------------


def test_what_is_done_after_the_cut_off_does_not_count_though_the_course_goes_on(frozen):
    cycle = round_of()
    assert (status(may(16)), marks(may(16)), cycle.units_done, cycle.percent) == ("overdue", ["frozen"], 1, 25)
    assert Progress.objects.get(learner=frozen.learner).units_done == 3
    work(frozen, None, may(17))
    tick(may(17))
    assert (status(may(17)), round_of().units_done) == ("overdue", 1)
    assert Completion.objects.filter(learner=frozen.learner, live=True).exists()


def test_what_counted_at_the_cut_off_is_a_fact_told_once(frozen):
    row = Deadline.objects.get()
    assert (row.frozen_units_done, row.frozen_units_total) == (1, 4)
    entry = told("frozen")
    assert (entry.actor, entry.after) == (None, {"cut_off_at": "2027-05-14T21:59:59.999999+00:00", "percent": 25})
    for day in (17, 18):
        tick(may(day))
    api.reconcile(now=may(18))
    assert AuditEntry.objects.filter(act="frozen").count() == 1
    assert_facts_and_columns_agree(may(18))


def test_the_first_look_after_the_cut_off_may_come_days_late(campus):
    campus.assign(late_policy="freeze")
    work(campus, 2, may(14))
    work(campus, 3, may(15))
    assert round_of().units_done == 0
    tick(may(25))
    assert (round_of().units_done, marks(may(25))) == (2, ["frozen"])


def test_whoever_finished_in_time_is_completed_however_late_that_is_noticed(campus):
    campus.assign(late_policy="freeze")
    work(campus, None, may(14, 21))
    tick(may(25))
    assert (status(may(25)), days_late(may(25))) == ("completed", 0)
    assert not AuditEntry.objects.filter(act="frozen").exists()


def test_until_somebody_looks_it_is_shown_as_frozen_all_the_same(campus):
    campus.assign(late_policy="freeze")
    assert [marks(may(14, 21)), marks(may(14, 22))] == [[], ["frozen"]]


def test_inside_the_days_of_grace_it_is_overdue_and_can_still_be_completed_late(campus):
    campus.assign(late_policy="freeze", grace_days=3)
    tick(may(15))
    assert (status(may(16)), marks(may(16))) == ("overdue", [])
    work(campus, None, may(17, 21))
    tick(may(20))
    assert (status(may(20)), days_late(may(20))) == ("completed", 3)


def test_a_microsecond_after_the_grace_is_too_late(campus):
    campus.assign(late_policy="freeze", grace_days=3)
    work(campus, None, may(17, 22))
    tick(may(20))
    assert (status(may(20)), marks(may(20))) == ("overdue", ["frozen"])


def test_the_organization_says_what_happens_to_late_work(campus):
    OrganizationPolicy.objects.create(organization=course_training().organization, late_policy="freeze", grace_days=2)
    campus.assign()
    assert round_of().cut_off_at.isoformat() == "2027-05-16T21:59:59.999999+00:00"


@pytest.mark.parametrize("source", ["manual", "import"])
def test_a_completion_recorded_later_but_dated_in_time_fulfils_what_is_frozen_as_on_time(frozen, source):
    record(frozen, on(14), may(20), source)
    cycle = round_of()
    assert (status(may(20)), days_late(may(20)), marks(may(20))) == ("completed", 0, [])
    assert (cycle.units_done, cycle.percent) == (4, 100)
    assert Deadline.objects.get().frozen_units_done == 1


def test_one_dated_after_the_cut_off_does_not(frozen):
    record(frozen, on(15), may(20))
    assert (status(may(20)), round_of().units_done) == ("overdue", 1)


def test_one_dated_in_the_days_of_grace_does_and_is_late(campus):
    campus.assign(late_policy="freeze", grace_days=2)
    tick(may(18))
    record(campus, on(16), may(20))
    assert (status(may(20)), days_late(may(20))) == ("completed", 2)


# ----- thaw ---------------------------------------------------------------------------------------------------------


def test_an_extension_counts_everything_at_once(frozen):
    change(frozen, may(18), due_on=on(25))
    assert (status(may(18)), marks(may(18)), round_of().units_done) == ("in_progress", [], 3)
    assert list(Deadline.objects.order_by("version").values_list("frozen_units_done", flat=True)) == [1, None]
    assert_facts_and_columns_agree(may(18))


def test_an_extension_completes_what_was_finished_meanwhile(frozen):
    work(frozen, None, may(17))
    tick(may(17))
    change(frozen, may(18), due_on=on(25))
    assert (status(may(18)), days_late(may(18))) == ("completed", 0)


def test_an_extension_counts_what_this_learner_sees_of_a_course_that_draws_its_content(campus):
    tree = content.load(campus.course).tree
    unit = tree["children"][0]["children"][0]["children"][0]
    drawn = [{"type": "html", "id": f"drawn_{number}", "children": []} for number in range(5)]
    unit["children"] = [{"type": "library_content", "id": "bank", "fields": {"max_count": 2}, "children": drawn}]
    content.publish(campus.course, tree)
    campus.assign(late_policy="freeze")
    work(campus, None, may(15))
    tick(may(16))
    assert (status(may(16)), round_of().units_done) == ("overdue", 0)
    change(campus, may(18), due_on=on(25))
    assert (status(may(18)), round_of().percent, Progress.objects.get().percent) == ("completed", 100, 100)


def test_each_deadline_version_freezes_once_and_remembers_what_counted(frozen):
    change(frozen, may(18), due_on=on(20))
    tick(may(21))
    assert list(Deadline.objects.order_by("version").values_list("frozen_units_done", flat=True)) == [1, 3]
    assert AuditEntry.objects.filter(act="frozen").count() == 2


def test_accepting_late_work_after_all_counts_everything_at_once(frozen):
    change(frozen, may(18), late_policy="accept")
    assert (status(may(18)), marks(may(18)), round_of().units_done) == ("overdue", [], 3)
    assert round_of().deadline_version == 1
    work(frozen, None, may(19))
    tick(may(19))
    assert (status(may(19)), days_late(may(19))) == ("completed", 5)


def test_more_days_of_grace_count_what_was_done_in_them(frozen):
    change(frozen, may(18), grace_days=1)
    assert (round_of().units_done, marks(may(18))) == (3, ["frozen"])
    facts = Deadline.objects.order_by("version", "revision").values_list("version", "revision", "frozen_units_done")
    assert list(facts) == [(1, 0, 1), (1, 1, 3)]
    assert_facts_and_columns_agree(may(18))


def test_freezing_late_comes_into_force_for_what_was_accepted_before(campus):
    campus.assign()
    work(campus, 1, may(13))
    work(campus, 2, may(15))
    tick(may(16))
    assert round_of().units_done == 2
    change(campus, may(17), late_policy="freeze")
    assert (round_of().units_done, marks(may(17))) == (1, ["frozen"])
    assert_facts_and_columns_agree(may(17))


def test_a_policy_that_is_changed_before_the_cut_off_makes_no_revision(campus):
    campus.assign(late_policy="freeze")
    change(campus, may(5), grace_days=5)
    assert (round_of().deadline_revision, Deadline.objects.count()) == (0, 1)
    assert round_of().cut_off_at.date() == date(2027, 5, 19)


# ----- revoked, undone ----------------------------------------------------------------------------------------------


def revoke(campus, now):
    keys = [(campus.learner.id, course_training().id)]
    ((_key, floor),) = api.revoke_completions(actor=campus.coordinator, keys=keys, reason="Copied", now=now).changed
    return floor


def test_what_is_revoked_is_open_again_with_the_minimum_lead_and_freezes_then(campus):
    campus.assign(late_policy="freeze")
    work(campus, None, may(10))
    tick(may(10))
    revoke(campus, may(20))
    assert (status(may(20)), marks(may(20)), round_of().due_on) == ("assigned", ["reopened"], on(23))
    tick(may(24))
    assert (status(may(24)), marks(may(24))) == ("overdue", ["frozen", "reopened"])
    assert_facts_and_columns_agree(may(24))


def test_undoing_a_revocation_restores_what_was_and_when(campus):
    campus.assign(late_policy="freeze")
    work(campus, None, may(10))
    tick(may(10))
    floor = revoke(campus, may(20))
    tick(may(24))
    api.undo_revocation(floor, actor=campus.coordinator, now=may(25))
    cycle = round_of()
    assert (status(may(25)), cycle.due_on, cycle.units_done, days_late(may(25))) == ("completed", on(14), 4, 0)
    assert_facts_and_columns_agree(may(25))


def test_revoking_what_an_import_fulfilled_opens_the_frozen_one_again(frozen):
    record(frozen, on(14), may(20))
    revoke(frozen, may(21))
    assert (status(may(21)), round_of().due_on, marks(may(21))) == ("assigned", on(24), ["reopened"])
    assert_facts_and_columns_agree(may(21))
