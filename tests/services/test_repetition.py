"""Assignments that come again: when, what counts then, what ends them, and what is kept. Played over years."""

import uuid
from datetime import timedelta

import pytest
from completion.models import BlockCompletion
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.djangoapps.student.models import CourseEnrollment
from demo.campus import build, clock
from mandatory_assignments import api, periodic
from mandatory_assignments.data import Conflict, Criterion, Forbidden, Invalid, PriorWork, Reminder
from mandatory_assignments.host import lms
from mandatory_assignments.models import (
    AuditEntry,
    Completion,
    Cycle,
    Deadline,
    EvidenceArchive,
    EvidenceFloor,
    Notice,
    Training,
)
from mandatory_assignments.queries import standing
from mandatory_assignments.services import recur

from .conftest import COURSE, NOW
from .evidence_story import completed, course_training, finish, rows_of, training
from .obligations import join
from .rounds import YEARLY, assert_series_hold, at, change, codes, does, every, latest, on, opens, rounds, series, tick

pytestmark = pytest.mark.django_db

BERLIN_SUMMER, BERLIN_WINTER = "T22:00", "T23:00"
"""The instants, UTC, of the day before at which a day begins in Berlin."""

CALENDAR = every(1, "months", "calendar")


@pytest.fixture(autouse=True)
def _series_hold():
    yield
    assert_series_hold(at("2040-01-01"))


@pytest.fixture
def done(campus):
    """Every 52 weeks; assigned on 3 May 2027, due on the 14th, done on the 5th."""
    campus.assign(repeat=every(52, "weeks"))
    tick("2027-05-03")
    does(campus.learner, "2027-05-05")
    return campus


# ----- after completion ---------------------------------------------------------------------------------------------


def test_it_opens_at_the_beginning_of_the_local_day_an_interval_later_and_is_due_a_lead_time_after_that(done):
    assert opens() == at("2028-05-02" + BERLIN_SUMMER)
    tick("2028-05-02T21:59")
    assert rounds() == ["2027-05-14 completed"]
    tick("2028-05-02T22:00")
    assert rounds() == ["2027-05-14 completed", "2028-05-14 open"]
    assert opens() is None


@pytest.mark.parametrize(
    ("repeat", "finished", "opened", "due"),
    [
        (every(30, "days"), "2027-05-05", "2027-06-03T22:00", "2027-06-15"),
        (every(52, "weeks"), "2027-05-05", "2028-05-02T22:00", "2028-05-14"),
        (every(1, "months"), "2027-05-31", "2027-06-29T22:00", "2027-07-11"),
        (every(6, "months"), "2027-05-05", "2027-11-04T23:00", "2027-11-16"),
        (every(1, "years"), "2027-05-05", "2028-05-04T22:00", "2028-05-16"),
        (every(3, "years"), "2027-05-05", "2030-05-04T22:00", "2030-05-16"),
    ],
)
def test_every_unit(campus, repeat, finished, opened, due):
    """Of a month that has no 31st, the 30th; in November the day begins at 23:00 UTC, for the clock went back."""
    campus.assign(repeat=repeat)
    does(campus.learner, finished)
    assert opens() == at(opened)
    tick(opened)
    assert rounds()[1:] == [f"{due} open"]


def test_29_february_comes_back_on_the_28th(campus):
    campus.assign(repeat=YEARLY, now=at("2028-02-25"), due_on=on("2028-03-10"))
    does(campus.learner, "2028-02-29")
    assert opens() == at("2029-02-27" + BERLIN_WINTER)


def test_it_is_assigned_again_with_nothing_done_and_its_learner_is_told_and_reminded(campus):
    campus.assign(repeat=every(52, "weeks"), remind=[Reminder(3)])
    does(campus.learner, "2027-05-05")
    tick("2028-05-03")
    cycle = latest()
    assert standing.status_of(cycle, at("2028-05-03")) == "assigned"
    assert (cycle.units_done, cycle.units_total, cycle.percent, cycle.zone) == (0, 4, 0, "Europe/Berlin")
    told = Notice.objects.filter(cycle=cycle, kind="new_cycle", recipient=campus.learner)
    assert [notice.state for notice in told] == ["sent"]
    assert cycle.next_reminder_at == at("2028-05-10" + BERLIN_SUMMER)
    tick("2028-05-11")
    assert list(Notice.objects.filter(cycle=cycle, kind="reminder").values_list("state", flat=True)) == ["sent"]
    entry = AuditEntry.objects.get(act="cycle_opened")
    assert (entry.actor, entry.after) == (None, {"cycle": 2, "due_on": "2028-05-14", "zone": "Europe/Berlin"})


def test_it_goes_on_year_after_year_and_each_past_round_is_kept(done):
    for year in (2028, 2029):
        tick(f"{year}-05-20")
        does(done.learner, f"{year}-05-21")
    assert [(row.completed_on, row.closed_as) for row in Cycle.objects.order_by("number")] == [
        (on("2027-05-05"), "completed"),
        (on("2028-05-21"), "completed"),
        (on("2029-05-21"), "completed"),
    ]
    assert Completion.objects.filter(live=True).count() == 3
    assert Deadline.objects.count() == 3
    assert series().open is True


def test_an_extension_changes_neither_the_lead_time_nor_the_day_it_comes_back(campus):
    campus.assign(repeat=every(52, "weeks"))
    change(campus, "2027-05-04", due_on=on("2027-07-30"))
    does(campus.learner, "2027-05-05")
    tick("2028-05-03")
    assert rounds() == ["2027-07-30 completed", "2028-05-14 open"]


def test_what_is_done_late_comes_back_an_interval_after_it_was_done(campus):
    campus.assign(repeat=every(52, "weeks"))
    tick("2028-06-01")
    assert rounds() == ["2027-05-14 open"]
    does(campus.learner, "2028-07-05")
    assert opens() == at("2029-07-03" + BERLIN_SUMMER)


def test_a_recorded_day_is_the_day_from_which_it_is_counted(campus):
    campus.assign(repeat=every(52, "weeks"))
    with clock.at(at("2027-07-01")):
        api.record_completions(
            actor=campus.coordinator, training=COURSE, learners=["lena"], completed_on=on("2027-05-05")
        )
    assert opens() == at("2028-05-02" + BERLIN_SUMMER)


def test_what_was_recorded_so_late_that_the_next_is_due_already_leaves_the_minimum_lead(campus):
    campus.assign(repeat=every(4, "weeks"))
    with clock.at(at("2027-09-01")):
        api.record_completions(
            actor=campus.coordinator, training=COURSE, learners=["lena"], completed_on=on("2027-05-05")
        )
    assert opens() <= at("2027-09-01T12:01")
    tick("2027-09-01T12:05")
    assert rounds() == ["2027-05-14 completed", "2027-09-04 open"]


def test_a_scheduler_that_was_away_for_days_leaves_the_due_day_and_at_least_the_minimum_lead(done):
    tick("2028-05-09")
    assert rounds()[1:] == ["2028-05-14 open"]
    does(done.learner, "2028-05-09T13:00")
    tick("2029-05-20")
    assert rounds()[2:] == ["2029-05-23 open"]


def test_the_new_round_ends_where_the_learner_lives_then_and_does_not_begin_before_the_day_does_there(done):
    with clock.at(at("2028-01-01")):
        build.time_zone(done.learner, "America/Los_Angeles")
        build.drain()
    tick("2028-05-03T06:59")
    assert rounds() == ["2027-05-14 completed"]
    assert opens() == at("2028-05-03T07:00")
    tick("2028-05-03T07:00")
    cycle = latest()
    assert (cycle.zone, cycle.due_on, cycle.due_at) == (
        "America/Los_Angeles",
        on("2028-05-14"),
        at("2028-05-15T06:59:59.999999"),
    )
    assert Cycle.objects.get(number=1).zone == "Europe/Berlin"


def test_a_day_that_begins_at_one_o_clock_opens_then(campus):
    """In Santiago the clock goes forward at midnight of 5 September 2027."""
    build.time_zone(campus.learner, "America/Santiago")
    campus.assign(repeat=every(4, "months"))
    does(campus.learner, "2027-05-05")
    assert opens() == at("2027-09-05T04:00")


# ----- on the calendar ----------------------------------------------------------------------------------------------


def test_the_next_due_day_is_an_interval_after_the_last_and_it_opens_a_lead_time_before(campus):
    campus.assign(repeat=every(1, "years", "calendar"))
    does(campus.learner, "2027-05-05")
    assert opens() == at("2028-05-02" + BERLIN_SUMMER)
    tick("2028-05-03")
    assert rounds() == ["2027-05-14 completed", "2028-05-14 open"]


def test_the_last_of_a_month_stays_the_last(campus):
    campus.assign(repeat=CALENDAR, now=at("2027-01-20"), due_on=on("2027-01-31"))
    for month in range(1, 7):
        does(campus.learner, f"2027-{month:02}-25")
    assert [text[:10] for text in rounds()] == [
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
        "2027-04-30",
        "2027-05-31",
        "2027-06-30",
    ]


def test_an_extension_leaves_the_grid_alone(campus):
    campus.assign(repeat=CALENDAR)
    change(campus, "2027-05-04", due_on=on("2027-05-20"))
    does(campus.learner, "2027-05-19")
    tick("2027-06-03")
    assert rounds() == ["2027-05-20 completed", "2027-06-14 open"]


def test_what_is_held_stays_open_and_overdue_and_what_passed_meanwhile_was_missed_when_it_is_done_at_last(campus):
    campus.assign(repeat=CALENDAR)
    tick("2027-08-01")
    assert (rounds(), opens()) == (["2027-05-14 open"], None)
    assert standing.status_of(latest(), at("2027-08-01")) == "overdue"
    does(campus.learner, "2027-08-01T13:00")
    assert (rounds(), opens()) == (["2027-05-14 completed"], at("2027-08-02" + BERLIN_SUMMER))
    tick("2027-08-03")
    assert rounds() == ["2027-05-14 completed", "2027-06-14 missed", "2027-07-14 missed", "2027-08-14 open"]
    missed = AuditEntry.objects.filter(act="missed").order_by("id")
    assert [entry.after for entry in missed] == [
        {"cause": "skipped", "due_on": "2027-06-14"},
        {"cause": "skipped", "due_on": "2027-07-14"},
    ]
    assert Cycle.objects.get(number=2).opens_at == Cycle.objects.get(number=4).opens_at


@pytest.mark.parametrize(("finished", "due"), [("2027-06-11", "2027-06-14"), ("2027-06-12", "2027-07-14")])
def test_when_it_is_done_at_last_the_next_due_day_is_the_first_with_the_minimum_lead(campus, finished, due):
    campus.assign(repeat=CALENDAR)
    does(campus.learner, finished)
    tick("2027-07-03")
    assert rounds()[-1] == f"{due} open"


def test_what_rolls_is_closed_as_missed_when_the_next_opens(campus):
    campus.assign(repeat=every(1, "months", "calendar", "roll"))
    does(campus.learner, "2027-05-05", units=2)
    assert opens() == at("2027-06-02" + BERLIN_SUMMER)
    tick("2027-06-03")
    assert rounds() == ["2027-05-14 missed", "2027-06-14 open"]
    assert (Cycle.objects.get(number=1).units_done, latest().units_done) == (2, 0)
    assert AuditEntry.objects.get(act="missed").after == {"cause": "rolled"}
    tick("2027-07-03")
    assert rounds() == ["2027-05-14 missed", "2027-06-14 missed", "2027-07-14 open"]


def test_what_was_done_in_time_and_nobody_has_looked_at_is_completed_and_not_rolled_over(campus):
    campus.assign(repeat=every(1, "months", "calendar", "roll"))
    tick("2027-05-03")
    build.complete(campus.learner, COURSE, at=at("2027-05-12"))
    tick("2027-06-04")
    assert rounds() == ["2027-05-14 completed", "2027-06-14 open"]
    assert latest().units_done == 0


def test_nothing_rolls_over_before_its_deadline_however_far_that_was_put_off(campus):
    campus.assign(repeat=every(1, "months", "calendar", "roll"))
    change(campus, "2027-05-04", due_on=on("2027-06-20"))
    tick("2027-06-10")
    assert rounds() == ["2027-06-20 open"]
    assert opens() == at("2027-07-02" + BERLIN_SUMMER)
    tick("2027-07-03")
    assert rounds() == ["2027-06-20 missed", "2027-06-14 missed", "2027-07-14 open"]


# ----- frozen -------------------------------------------------------------------------------------------------------


def test_what_is_frozen_past_its_cut_off_was_missed_and_comes_back_an_interval_after_its_due_day(campus):
    campus.assign(repeat=every(52, "weeks"), late_policy="freeze", grace_days=2)
    tick("2027-05-18")
    does(campus.learner, "2027-05-20")
    assert rounds() == ["2027-05-14 open"]
    assert opens() == at("2028-05-11" + BERLIN_SUMMER)
    tick("2028-05-12")
    assert rounds() == ["2027-05-14 missed", "2028-05-23 open"]
    assert AuditEntry.objects.get(act="missed").after == {"cause": "frozen"}


def test_frozen_on_the_calendar_the_next_comes_when_it_is_due(campus):
    campus.assign(repeat=CALENDAR, late_policy="freeze")
    tick("2027-06-03")
    assert rounds() == ["2027-05-14 missed", "2027-06-14 open"]


def test_days_of_grace_that_reach_into_the_next_period_are_waited_for(campus):
    campus.assign(repeat=every(2, "weeks", "calendar"), late_policy="freeze", grace_days=20)
    tick("2027-05-30")
    assert rounds() == ["2027-05-14 open"]
    assert opens() == at("2027-06-03" + BERLIN_SUMMER)
    tick("2027-06-04")
    assert rounds() == ["2027-05-14 missed", "2027-05-28 missed", "2027-06-11 open"]


def test_what_was_done_before_the_cut_off_is_found_before_it_would_be_missed(campus):
    campus.assign(repeat=every(4, "weeks"), late_policy="freeze")
    tick("2027-05-03")
    build.complete(campus.learner, COURSE, at=at("2027-05-13"))
    tick("2027-06-12")
    assert rounds() == ["2027-05-14 completed", "2027-06-21 open"]


def test_an_extension_thaws_it_and_moves_the_next_opening(campus):
    campus.assign(repeat=every(52, "weeks"), late_policy="freeze")
    tick("2027-05-16")
    change(campus, "2027-05-16", due_on=on("2027-05-28"))
    assert opens() == at("2028-05-25" + BERLIN_SUMMER)


# ----- what counts --------------------------------------------------------------------------------------------------


def graded(campus, **named):
    build.course(COURSE, sections=1, subsections=2, units=2, blocks=2, graded=True, pass_mark=0.5, max_attempts=1)
    campus.assign(**named)
    with clock.at(NOW):
        build.drain()
        build.complete(campus.learner, COURSE)
        build.grade(campus.learner, COURSE, 80)
        build.drain()


def test_last_years_work_never_fulfils_also_when_the_platform_still_says_passed(campus):
    graded(campus, repeat=YEARLY)
    assert rounds() == ["2027-05-14 completed"]
    tick("2028-05-04")
    assert rounds() == ["2027-05-14 completed", "2028-05-14 open"]
    assert rows_of(campus.learner) == (0, 8)
    with clock.at(at("2028-05-05")):
        build.grade(campus.learner, COURSE, 85)
        build.drain()
        periodic.reconcile()
        periodic.rebuild_progress()
        build.drain()
    assert (rounds()[-1], latest().units_done) == ("2028-05-14 open", 0)
    does(campus.learner, "2028-05-06", units=3)
    assert rounds()[-1] == "2028-05-14 open"
    does(campus.learner, "2028-05-07")
    assert rounds()[-1] == "2028-05-14 completed"
    assert latest().completed_on == on("2028-05-07")


def test_a_regrade_in_the_new_round_does_not_mark_the_old_one(campus):
    graded(campus, repeat=YEARLY)
    with clock.at(at("2027-08-01")):
        build.grade(campus.learner, COURSE, 20)
        build.drain()
    assert Cycle.objects.get().regraded is True
    with clock.at(at("2027-08-02")):
        build.grade(campus.learner, COURSE, 80)
        build.drain()
    assert Cycle.objects.get().regraded is False
    tick("2028-05-04")
    with clock.at(at("2028-05-05")):
        build.grade(campus.learner, COURSE, 20)
        build.drain()
        periodic.rebuild_progress()
        differences: list[str] = []
        assert periodic.compare_progress(differences.append)["differences"] == 0, differences
    assert [row.regraded for row in Cycle.objects.order_by("number")] == [False, False]


@pytest.mark.parametrize("evidence", ["keep", "clear"])
def test_an_old_certificate_never_fulfils_and_a_new_one_does(campus, evidence):
    course_training(criterion=Criterion.CERTIFICATE)
    campus.assign(repeat=every(1, "years", evidence=evidence))
    with clock.at(at("2027-05-05")):
        build.complete(campus.learner, COURSE)
        build.certificate(campus.learner, COURSE)
        build.drain()
    assert rounds() == ["2027-05-14 completed"]
    tick("2028-05-06")
    with clock.at(at("2028-05-07")):
        build.drain()
        periodic.reconcile()
        build.drain()
    assert rounds() == ["2027-05-14 completed", "2028-05-16 open"]
    assert rows_of(campus.learner) == ((8, 0) if evidence == "keep" else (0, 8))
    with clock.at(at("2028-05-08")):
        build.certificate(campus.learner, COURSE)
        build.drain()
    assert rounds() == ["2027-05-14 completed", "2028-05-16 completed"]


def test_what_staff_record_counts_from_the_opening_on(campus):
    drill = training("course", "offline:drill", offline=True)
    campus.assign(training=str(drill.uuid), repeat=every(1, "years", evidence="keep"))

    def records(text, day):
        with clock.at(at(text)):
            api.record_completions(
                actor=campus.coordinator, training=str(drill.uuid), learners=["lena"], completed_on=on(day)
            )
            build.drain()

    records("2027-05-06", "2027-05-05")
    tick("2028-05-06")
    assert rounds() == ["2027-05-14 completed", "2028-05-16 open"]
    records("2028-05-08", "2028-03-01")
    assert rounds()[-1] == "2028-05-16 open"
    records("2028-05-08", "2028-05-07")
    assert rounds()[-1] == "2028-05-16 completed"


def test_other_assignments_of_the_same_training_see_no_change(campus):
    """The other organization's, done in part, goes on where it was."""
    from mandatory_assignments.models import OrganizationMember

    globex = build.organization("Globex")
    OrganizationMember.objects.create(organization=globex, user=campus.learner, joined_at=NOW)
    boss = build.user("olivia", is_staff=True)
    campus.assign(repeat=every(4, "weeks"))
    does(campus.learner, "2027-05-05", units=2)
    campus.assign(actor=boss, organization="Globex", due_on=on("2027-12-01"))
    with clock.at(at("2027-05-06")):
        api.record_completions(
            actor=campus.coordinator, training=COURSE, learners=["lena"], completed_on=on("2027-05-05")
        )
        build.drain()
    assert set(Cycle.objects.values_list("closed_as", flat=True)) == {"completed"}
    tick("2027-06-03")
    assert (Cycle.objects.filter(open=True).count(), rows_of(campus.learner)) == (1, (0, 4))
    assert Cycle.objects.get(organization=globex).units_done == 4


def test_what_was_done_in_part_for_another_assignment_stays_while_a_new_round_opens(campus):
    globex = build.organization("Globex")
    join(campus.learner, "Globex")
    boss = build.user("olivia", is_staff=True)
    campus.assign(repeat=every(4, "weeks"))
    does(campus.learner, "2027-05-05")
    asked = {"actor": boss, "organization": "Globex", "prior_work": PriorWork.IGNORE}
    assert campus.assign(**asked, due_on=on("2027-12-01"), now=at("2027-05-10")).created
    does(campus.learner, "2027-05-12", units=3)
    tick("2027-06-03")
    there = Cycle.objects.get(organization=globex)
    assert (there.open, there.units_done, there.percent) == (True, 3, 75)
    assert (latest().number, latest().units_done, rows_of(campus.learner)) == (2, 0, (0, 14))
    does(campus.learner, "2027-06-05", units=2)
    there.refresh_from_db()
    assert (there.units_done, latest().units_done) == (3, 2)


def test_what_may_not_be_kept_is_refused_when_assigning_and_when_changing(campus):
    kept = every(1, "years", evidence="keep")
    with pytest.raises(Invalid) as refusal:
        campus.assign(repeat=kept)
    assert [(problem.code, problem.field) for problem in refusal.value.problems] == [("keep_not_possible", "repeat")]
    campus.assign(repeat=YEARLY)
    assert codes(change(campus, "2027-05-04", repeat=kept)) == ["keep_not_possible"]


def test_what_was_kept_is_cleared_where_content_completes_the_training_by_now(campus):
    course_training(criterion=Criterion.CERTIFICATE)
    campus.assign(repeat=every(1, "years", evidence="keep"))
    with clock.at(at("2027-05-05")):
        build.complete(campus.learner, COURSE)
        build.certificate(campus.learner, COURSE)
        build.drain()
    Training.objects.update(criterion=Criterion.CONTENT)
    tick("2028-05-06")
    assert rows_of(campus.learner) == (0, 8)


def test_an_interval_that_is_not_longer_than_the_lead_time_is_refused_in_each_learner_s_zone(campus):
    """At 11:00 UTC of 3 May it is the 4th in Kiritimati already: there the lead is a day shorter."""
    build.user("kim", organization="Acme", time_zone="Pacific/Kiritimati")
    made = campus.assign("lena", "kim", repeat=every(11, "days"), now=at("2027-05-03T11:00"))
    assert (len(made.created), codes(made)) == (1, ["interval_too_short"])
    assert series("kim").lead_days == 10
    with pytest.raises(Invalid) as refusal:
        campus.assign(repeat=every(0, "days"))
    assert refusal.value.code == "bad_every"


@pytest.mark.parametrize(("days_ago", "closed_as"), [(20, "completed"), (27, "completed"), (28, ""), (60, "")])
def test_prior_work_fulfils_the_first_round_only_when_it_is_younger_than_one_interval(campus, days_ago, closed_as):
    build.enroll(campus.learner, COURSE)
    course_training()
    with clock.at(NOW - timedelta(days=days_ago)):
        finish(campus.learner)
    assert completed(campus.learner, course_training())
    with clock.at(NOW):
        campus.assign(repeat=every(4, "weeks"))
        build.drain()
    assert latest().closed_as == closed_as
    if closed_as:
        assert opens() == at("2027-05-02T22:00") + timedelta(days=28 - days_ago)
    else:
        assert rows_of(campus.learner) == (0, 8)


# ----- archive and clear --------------------------------------------------------------------------------------------


def failing_for(learner, real):
    def clear(rows):
        rows = list(rows)
        if any(row.learner_id == learner.id for row in rows):
            raise RuntimeError("here it ends")
        return real(rows)

    return clear


def test_a_failure_leaves_that_person_untouched_and_the_others_go_on_and_it_is_tried_again(campus, monkeypatch):
    otto = build.user("otto", organization="Acme")
    campus.assign("lena", "otto", repeat=YEARLY)
    for user in (campus.learner, otto):
        does(user, "2027-05-05")
    before = list(Cycle.objects.filter(learner=campus.learner).values())
    with monkeypatch.context() as patch:
        patch.setattr(lms, "clear_completions", failing_for(campus.learner, lms.clear_completions))
        with clock.at(at("2028-05-06")):
            counts = periodic.tick()
            build.drain()
    assert (counts["opened"], counts["failed"]) == (1, 1)
    assert list(Cycle.objects.filter(learner=campus.learner).values()) == before
    assert (rows_of(campus.learner), rows_of(otto)) == ((8, 0), (0, 8))
    assert not EvidenceFloor.objects.filter(learner=campus.learner).exists()
    assert not Notice.objects.filter(recipient=campus.learner, kind="new_cycle").exists()
    assert not AuditEntry.objects.filter(learner_id=campus.learner.id, act="cycle_opened").exists()
    assert timedelta(minutes=59) < opens() - at("2028-05-06") <= timedelta(minutes=61)
    tick("2028-05-06T12:30")
    assert rounds() == ["2027-05-14 completed"]
    tick("2028-05-06T13:05")
    assert rounds() == ["2027-05-14 completed", "2028-05-16 open"]


def test_fifty_who_fail_hold_up_nobody(campus, monkeypatch):
    people = build.users(4, organization="Acme")
    campus.assign("lena", *(user.username for user in people), repeat=YEARLY)
    for user in (campus.learner, *people):
        does(user, "2027-05-05")
    monkeypatch.setattr(recur, "CHUNK", 2)
    monkeypatch.setattr(recur.open_next_cycles.__wrapped__, "__kwdefaults__", {"limit": 2})
    real = lms.clear_completions

    def clear(rows):
        rows = list(rows)
        if rows[0].learner_id in {campus.learner.id, people[0].id, people[1].id}:
            raise RuntimeError("here it ends")
        return real(rows)

    monkeypatch.setattr(lms, "clear_completions", clear)
    with clock.at(at("2028-05-06")):
        counts = periodic.open_next_cycles()
    assert (counts["opened"], counts["failed"]) == (2, 3)


def test_an_unfinished_round_of_which_nobody_can_tell_is_not_missed(campus, monkeypatch):
    campus.assign(repeat=every(1, "months", "calendar", "roll"))
    tick("2027-05-03")
    with monkeypatch.context() as patch:
        patch.setattr(lms, "outlines", lambda course_keys: {})
        with clock.at(at("2027-06-04")):
            assert periodic.open_next_cycles()["failed"] == 1
    assert rounds() == ["2027-05-14 open"]
    tick("2027-06-04T14:00")
    assert rounds() == ["2027-05-14 missed", "2027-06-14 open"]


def test_attempts_are_set_back_and_answers_stay(campus):
    graded(campus, repeat=YEARLY)
    problems = [block.key for unit in lms.outlines([COURSE])[COURSE].units for block in unit.blocks]
    assert set(lms.attempts([campus.learner.id], problems).values()) == {1}
    tick("2028-05-06")
    assert set(lms.attempts([campus.learner.id], problems).values()) == set()
    does(campus.learner, "2028-05-07")
    assert BlockCompletion.objects.filter(user=campus.learner).count() == EvidenceArchive.objects.count() == 8


def test_whoever_left_the_course_between_two_rounds_is_enrolled_again(done):
    with clock.at(at("2027-08-01")):
        build.unenroll(done.learner, COURSE)
        build.drain()
    assert not CourseEnrollment.is_enrolled(done.learner, build.key_of(COURSE))
    tick("2028-05-03")
    assert CourseEnrollment.is_enrolled(done.learner, build.key_of(COURSE))
    assert latest().attention == ""


# ----- what ends a series -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cause", ["inactive", "archived"])
def test_a_series_ends_with_the_reason(done, cause):
    if cause == "inactive":
        done.learner.is_active = False
        done.learner.save()
    else:
        api.archive_training(series().training.uuid, actor=done.coordinator, now=at("2027-06-01"))
    tick("2028-05-03")
    assert rounds() == ["2027-05-14 completed"]
    assert (series().open, series().next_opens_at) == (None, None)
    assert series().repetition_ended_at
    entry = AuditEntry.objects.get(act="repetition_ended")
    assert (entry.actor, entry.after) == (None, {"cause": cause})


def test_an_unfinished_round_stays_open_when_its_series_ends(campus):
    campus.assign(repeat=every(1, "months", "calendar", "roll"))
    campus.learner.is_active = False
    campus.learner.save()
    tick("2027-06-03")
    assert (rounds(), series().open, opens()) == (["2027-05-14 open"], True, None)


def end(campus, text="2027-06-01", *ids):
    return api.end_repetition(actor=campus.coordinator, ids=ids or [series().uuid], reason="Enough", now=at(text))


def test_ending_the_repetition_between_two_rounds_ends_it_now(done):
    assert end(done).changed == [series().uuid]
    tick("2028-06-01")
    assert (rounds(), series().open) == (["2027-05-14 completed"], None)
    assert AuditEntry.objects.get(act="repetition_ended").why == "Enough"
    done.assign(due_on=on("2028-07-01"), now=at("2028-06-01"))


def test_ending_it_in_a_round_lets_that_be_the_last(campus):
    campus.assign(repeat=YEARLY)
    end(campus, "2027-05-04")
    assert (series().open, rounds()) == (True, ["2027-05-14 open"])
    does(campus.learner, "2027-05-05")
    assert (series().open, opens(), rounds()) == (None, None, ["2027-05-14 completed"])
    tick("2029-01-01")
    assert len(rounds()) == 1


def test_what_cannot_be_ended_says_why(campus):
    for name in ("otto", "mona", "paul"):
        build.user(name, organization="Acme")
    campus.assign("lena", "mona", repeat=YEARLY)
    campus.assign("otto")
    end(campus, "2027-05-04")
    api.withdraw_assignments(actor=campus.coordinator, ids=[series("mona").uuid], now=at("2027-05-04"))
    assert codes(end(campus, "2027-05-04")) == ["repetition_ended"]
    assert codes(end(campus, "2027-05-04", series("otto").uuid)) == ["not_repeating"]
    assert codes(end(campus, "2027-05-04", series("mona").uuid)) == ["withdrawn"]
    assert codes(end(campus, "2027-05-04", uuid.uuid4())) == ["not_found"]
    stranger = build.user("gus", organization="Globex")
    build.coordinator(stranger, "Globex")
    campus.assign("paul", repeat=YEARLY)
    foreign = api.end_repetition(actor=stranger, ids=[series("paul").uuid], now=at("2027-05-04"))
    assert (codes(foreign), series("paul").repetition_ended_at) == (["not_found"], None)
    with pytest.raises(Forbidden):
        api.end_repetition(actor=campus.learner, ids=[series().uuid], now=at("2027-05-04"))


def test_what_was_replaced_by_a_new_assignment_cannot_be_ended(campus):
    campus.assign(repeat=every(52, "weeks"), late_policy="freeze")
    old = series().uuid
    campus.assign(due_on=on("2027-06-30"), now=at("2027-05-20"))
    assert codes(end(campus, "2027-05-21", old)) == ["missed"]
    tick("2029-05-20")
    assert Cycle.objects.count() == 2


def test_withdrawing_ends_the_series_and_between_two_rounds_it_is_refused(done):
    withdraw = {"actor": done.coordinator, "ids": [series().uuid]}
    assert codes(api.withdraw_assignments(**withdraw, now=at("2027-06-01"))) == ["completed"]
    tick("2028-05-03")
    assert api.withdraw_assignments(**withdraw, now=at("2028-05-04")).changed
    tick("2030-01-01")
    assert rounds() == ["2027-05-14 completed", "2028-05-14 withdrawn"]
    assert series().open is None


def test_between_two_rounds_it_is_assigned_already(done):
    again = done.assign(due_on=on("2027-12-01"), now=at("2027-11-01"))
    assert codes(again) == ["already_assigned"]


# ----- edits --------------------------------------------------------------------------------------------------------


def test_another_interval_holds_from_the_next_round_on(campus):
    campus.assign(repeat=every(52, "weeks"))
    change(campus, "2027-05-04", repeat=every(4, "weeks"))
    assert rounds() == ["2027-05-14 open"]
    does(campus.learner, "2027-05-05")
    assert opens() == at("2027-06-01" + BERLIN_SUMMER)


def test_between_two_rounds_another_interval_moves_the_next_opening(done):
    assert change(done, "2027-06-01", repeat=every(2, "years")).changed
    assert opens() == at("2029-05-04" + BERLIN_SUMMER)
    change(done, "2027-07-01", repeat=every(4, "weeks"))
    tick("2027-07-01T12:05")
    assert rounds() == ["2027-05-14 completed", "2027-07-04 open"]
    entry = AuditEntry.objects.filter(act="changed").latest("id")
    assert (entry.before["repeat"]["every"], entry.after["repeat"]["every"]) == (2, 4)


def test_between_two_rounds_its_note_may_change_and_its_due_day_not(done):
    assert change(done, "2027-06-01", note="Bring your badge", late_policy="freeze").changed
    assert codes(change(done, "2027-06-01", due_on=on("2027-06-20"))) == ["completed"]
    assert Cycle.objects.get().cut_off_at is None
    tick("2028-05-03")
    assert (latest().assignment.note, latest().cut_off_at) == ("Bring your badge", at("2028-05-14T21:59:59.999999"))


def test_without_a_repetition_what_is_done_is_over(done):
    change(done, "2027-06-01", repeat=None)
    assert (series().open, opens()) == (None, None)
    assert codes(change(done, "2027-06-02", repeat=YEARLY)) == ["completed"]


def test_a_repetition_that_ended_in_an_open_round_can_begin_again(campus):
    campus.assign(repeat=YEARLY)
    end(campus, "2027-05-04")
    assert change(campus, "2027-05-04", repeat=None).unchanged
    assert change(campus, "2027-05-04", repeat=YEARLY).changed
    does(campus.learner, "2027-05-05")
    assert opens() == at("2028-05-04" + BERLIN_SUMMER)


def test_an_assignment_can_be_made_to_repeat_later(campus):
    campus.assign()
    change(campus, "2027-05-04", repeat=CALENDAR)
    does(campus.learner, "2027-05-05")
    tick("2027-06-03")
    assert rounds() == ["2027-05-14 completed", "2027-06-14 open"]


def test_another_interval_on_the_calendar_counts_from_the_grid_and_not_from_an_extension(campus):
    campus.assign(repeat=CALENDAR)
    change(campus, "2027-05-04", due_on=on("2027-05-20"))
    change(campus, "2027-05-04", repeat=every(2, "months", "calendar"))
    does(campus.learner, "2027-05-05")
    tick("2027-07-03")
    assert rounds() == ["2027-05-20 completed", "2027-07-14 open"]


def test_a_change_beside_the_interval_leaves_the_last_of_the_month_the_last(campus):
    campus.assign(repeat=CALENDAR, now=at("2027-01-20"), due_on=on("2027-01-31"))
    does(campus.learner, "2027-01-25")
    tick("2027-02-20")
    change(campus, "2027-02-20", repeat=every(1, "months", "calendar", "roll"))
    does(campus.learner, "2027-02-21")
    tick("2027-03-21")
    assert rounds()[-1] == "2027-03-31 open"


def test_from_completion_to_the_calendar_the_present_due_day_becomes_the_grid(done):
    tick("2028-05-03")
    change(done, "2028-05-04", repeat=every(1, "years", "calendar"))
    does(done.learner, "2028-05-05")
    tick("2029-05-04")
    assert rounds()[-1] == "2029-05-14 open"


# ----- holds --------------------------------------------------------------------------------------------------------


def away(campus, text, first, last):
    with clock.at(at(text)):
        api.pause_learner(actor=campus.coordinator, learner="lena", from_on=on(first), until_on=on(last))
        build.drain()


def test_nothing_opens_while_its_learner_is_away(done):
    away(done, "2028-04-01", "2028-04-20", "2028-05-31")
    tick("2028-05-20")
    assert rounds() == ["2027-05-14 completed"]
    assert opens() == at("2028-05-31" + BERLIN_SUMMER)
    tick("2028-06-01")
    assert rounds()[1:] == ["2028-06-04 open"]


def test_whoever_comes_back_early_finds_the_next_round(done):
    away(done, "2028-04-01", "2028-04-20", "2028-05-31")
    tick("2028-05-10")
    with clock.at(at("2028-05-11")):
        api.resume_learner(actor=done.coordinator, learner="lena")
        build.drain()
    assert rounds()[1:] == ["2028-05-14 open"]


def test_an_absence_that_lies_ahead_pauses_the_new_round_too(done):
    away(done, "2028-05-01", "2028-05-10", "2028-05-20")
    tick("2028-05-03")
    cycle = latest()
    assert (cycle.due_on, cycle.deadline_version) == (on("2028-05-24"), 2)
    assert standing.status_of(cycle, at("2028-05-15")) == "paused"


def test_exempt_without_end_the_series_sleeps_until_that_is_lifted(campus):
    campus.assign(repeat=every(1, "months", "calendar", "roll"))
    with clock.at(at("2027-05-04")):
        api.exempt_assignments(actor=campus.coordinator, ids=[series().uuid], reason="Parental leave")
    for text in ("2027-06-03", "2027-09-03", "2028-09-03"):
        tick(text)
    assert rounds() == ["2027-05-14 open"]
    with clock.at(at("2028-09-04")):
        api.lift_exemptions(actor=campus.coordinator, ids=[series().uuid])
        build.drain()
    assert rounds() == ["2028-09-15 open"]
    tick("2028-10-03")
    assert rounds()[0] == "2028-09-15 missed"
    assert rounds()[-1] == "2028-10-14 open"


def test_exempt_with_an_end_it_rolls_after_the_new_due_day(campus):
    campus.assign(repeat=every(1, "months", "calendar", "roll"))
    with clock.at(at("2027-05-04")):
        api.exempt_assignments(
            actor=campus.coordinator, ids=[series().uuid], reason="Leave", until=on("2027-06-10"), now=at("2027-05-04")
        )
    tick("2027-06-15")
    assert rounds() == ["2027-06-21 open"]
    tick("2027-07-03")
    assert rounds() == ["2027-06-21 missed", "2027-06-14 missed", "2027-07-14 open"]


# ----- revoked ------------------------------------------------------------------------------------------------------


def revoke(campus, text):
    with clock.at(at(text)):
        found = api.revoke_completions(
            actor=campus.coordinator, keys=[(campus.learner.id, series().training_id)], reason="Fraud"
        )
        build.drain()
    return found.changed[0][1], found


def test_revoked_between_two_rounds_it_is_open_again_and_the_next_waits(done):
    floor, found = revoke(done, "2027-08-01")
    assert (rounds(), opens()) == (["2027-08-04 open"], None)
    assert not found.unchanged
    tick("2028-05-03")
    assert rounds() == ["2027-08-04 open"]
    with clock.at(at("2028-05-03")):
        api.undo_revocation(floor, actor=done.coordinator)
        build.drain()
    assert rounds() == ["2027-05-14 completed", "2028-05-14 open"]


def test_revoked_and_done_again_the_interval_is_counted_anew(done):
    revoke(done, "2027-08-01")
    does(done.learner, "2027-08-02")
    assert (rounds(), opens()) == (["2027-08-04 completed"], at("2028-07-30" + BERLIN_SUMMER))


def test_revoked_while_the_next_is_open_the_past_round_stays_closed_and_nothing_can_be_undone_after_more(done):
    tick("2028-05-03")
    does(done.learner, "2028-05-04", units=1)
    floor, _ = revoke(done, "2028-05-05")
    assert rounds() == ["2027-05-14 completed", "2028-05-14 open"]
    assert latest().units_done == 0
    does(done.learner, "2028-05-06")
    assert rounds() == ["2027-05-14 completed", "2028-05-14 completed"]
    with pytest.raises(Conflict) as refusal:
        api.undo_revocation(floor, actor=done.coordinator, now=at("2028-05-07"))
    assert refusal.value.code == "newer_exists"


def test_revoked_after_the_next_was_withdrawn_the_past_round_is_not_opened_behind_it(done):
    tick("2028-05-03")
    api.withdraw_assignments(actor=done.coordinator, ids=[series().uuid], now=at("2028-05-04"))
    _, found = revoke(done, "2028-05-05")
    assert rounds() == ["2027-05-14 completed", "2028-05-14 withdrawn"]
    assert found.unchanged == [series().uuid]
    assert AuditEntry.objects.get(act="not_reopened").assignment_id == series().id


def test_revoked_in_the_second_pause_only_the_last_round_opens_again(done):
    tick("2028-05-03")
    does(done.learner, "2028-05-05")
    floor, found = revoke(done, "2028-08-01")
    assert rounds() == ["2027-05-14 completed", "2028-08-04 open"]
    assert not found.unchanged
    with clock.at(at("2028-08-02")):
        api.undo_revocation(floor, actor=done.coordinator)
        build.drain()
    assert rounds() == ["2027-05-14 completed", "2028-05-14 completed"]
    assert opens() == at("2029-05-03" + BERLIN_SUMMER)


# ----- cost ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def many(campus):
    """Forty series that open on the same day, everything of each to be archived."""
    people = build.users(40, organization="Acme")
    campus.assign(*(user.username for user in people), repeat=YEARLY)
    with clock.at(NOW):
        build.drain()
        for user in people:
            build.complete(user, COURSE)
        build.drain()
    assert Cycle.objects.filter(closed_as="completed").count() == 40
    return campus


def statements(limit: int) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert len(recur.open_next_cycles(now=at("2028-05-04"), limit=limit).created) == limit
    return len(captured)


def test_each_opening_costs_the_same_few_statements(many):
    one, eleven, more = statements(1), statements(11), statements(21)
    each = (eleven - one) / 10
    assert more - eleven == 10 * each
    assert each <= 20
    assert one - each <= 40


def test_opening_nothing_costs_next_to_nothing(many):
    with CaptureQueriesContext(connection) as captured:
        recur.open_next_cycles(now=at("2027-06-01"))
    assert len(captured) <= 4


def test_planning_all_series_costs_the_same_for_all_and_changes_nothing(many, count_queries):
    before = set(many_plans())
    one, all_of_them = (count_queries(lambda n=n: recur.plan_series(now=NOW, limit=n)) for n in (1, 40))
    assert one == all_of_them
    assert set(many_plans()) == before


def many_plans():
    from mandatory_assignments.models import Assignment

    return Assignment.objects.values_list("id", "next_opens_at")
