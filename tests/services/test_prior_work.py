"""What was done before an assignment: counted, ignored, or too old."""

from datetime import timedelta

import pytest
from completion.models import BlockCompletion

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.host import lms
from mandatory_assignments.models import Assignment, AuditEntry, Completion, Cycle, EvidenceFloor

from .conftest import COURSE, NOW
from .evidence_story import completed, course_training, finish, look, module, path, progress, rows_of

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)


def done_before(campus, units=None, days=30):
    build.enroll(campus.learner, COURSE)
    build.complete(campus.learner, COURSE, units=units, at=NOW - timedelta(days=days))


def shown():
    cycle = Cycle.objects.order_by("id").last()
    return cycle.units_done, cycle.percent, cycle.closed_as


def test_by_default_it_counts(campus):
    done_before(campus, units=2)
    campus.assign()
    build.drain()
    assert (shown(), EvidenceFloor.objects.count()) == ((2, 50, ""), 0)


def test_ignored_it_counts_for_nothing_and_can_be_done_again(campus):
    done_before(campus)
    campus.assign(prior_work="ignore")
    assert shown()[2] == ""
    build.drain()
    floor = EvidenceFloor.objects.get()
    assert (floor.cause, floor.since, floor.cycle) == ("cycle", NOW, Cycle.objects.get())
    assert (shown(), progress(campus.learner, course_training())) == ((0, 0, ""), None)
    assert rows_of(campus.learner) == (0, 8)
    with clock.at(LATER):
        finish(campus.learner)
    cycle = Cycle.objects.get()
    assert (cycle.closed_as, cycle.completed_at > LATER) == ("completed", True)


def test_a_completion_from_before_does_not_fulfil_it_and_stays(campus):
    course_training()
    done_before(campus)
    look(campus.learner)
    assert completed(campus.learner, course_training())
    campus.assign(prior_work="ignore", now=LATER)
    with clock.at(LATER):
        build.drain()
        api.reconcile()
        build.drain()
        assert (shown(), completed(campus.learner, course_training())) == ((0, 0, ""), True)
        assert progress(campus.learner, course_training()) == (0, 0)
        finish(campus.learner)
    assert shown() == (4, 100, "completed")
    assert Completion.objects.filter(live=True).count() == 2


def test_what_is_recorded_later_of_the_time_before_does_not_fulfil_it(campus):
    campus.assign(prior_work="ignore")
    build.drain()
    yesterday = (NOW - timedelta(days=1)).date()
    api.record_completions(actor=campus.coordinator, training=COURSE, learners=["lena"], completed_on=yesterday)
    build.drain()
    assert shown()[2] == ""
    with clock.at(LATER):
        api.record_completions(actor=campus.coordinator, training=COURSE, learners=["lena"], completed_on=LATER.date())
    assert shown()[2] == "completed"


def test_other_assignments_of_the_same_training_are_not_touched(campus):
    from organizations.models import Organization

    done_before(campus, units=3)
    campus.assign()
    build.drain()
    Assignment.objects.update(organization=build.organization("Globex"))
    Cycle.objects.update(organization=Organization.objects.get(short_name="Globex"))
    with clock.at(LATER):
        campus.assign(prior_work="ignore", now=LATER)
        build.drain()
        first, second = Cycle.objects.order_by("id")
        assert (first.percent, second.percent) == (75, 0)
        build.complete(campus.learner, COURSE)
        build.drain()
    first, second = Cycle.objects.order_by("id")
    assert (first.closed_as, second.closed_as) == ("completed", "completed")
    assert second.fulfilled_by.epoch == EvidenceFloor.objects.get().id


def test_the_module_inside_and_the_path_around_keep_theirs(campus):
    alarm, around = module(), path(COURSE)
    done_before(campus)
    look(campus.learner)
    campus.assign(prior_work="ignore", now=LATER)
    with clock.at(LATER):
        build.drain()
        look(campus.learner)
    assert (progress(campus.learner, alarm), progress(campus.learner, around)) == ((1, 100), (4, 100))


def test_a_completion_older_than_the_site_allows_begins_anew(campus, settings):
    settings.MANDATORY_ASSIGNMENTS_PRIOR_MAX_AGE_DAYS = 365
    course_training()
    done_before(campus, days=400)
    look(campus.learner)
    campus.assign()
    build.drain()
    assert (shown(), EvidenceFloor.objects.count(), rows_of(campus.learner)) == ((0, 0, ""), 1, (0, 8))


def test_it_is_too_old_also_where_nobody_had_looked_yet(campus, settings):
    settings.MANDATORY_ASSIGNMENTS_PRIOR_MAX_AGE_DAYS = 365
    done_before(campus, days=400)
    campus.assign()
    build.drain()
    assert (shown(), EvidenceFloor.objects.count()) == ((0, 0, ""), 1)


@pytest.mark.parametrize("looked", [True, False])
def test_a_younger_completion_fulfils_at_once(campus, settings, looked):
    settings.MANDATORY_ASSIGNMENTS_PRIOR_MAX_AGE_DAYS = 365
    done_before(campus, days=300)
    if looked:
        course_training()
        look(campus.learner)
    campus.assign()
    build.drain()
    assert (shown()[2], EvidenceFloor.objects.count()) == ("completed", 0)


def test_old_work_that_completes_nothing_counts(campus, settings):
    settings.MANDATORY_ASSIGNMENTS_PRIOR_MAX_AGE_DAYS = 365
    done_before(campus, units=1, days=400)
    campus.assign()
    build.drain()
    assert (shown(), EvidenceFloor.objects.count()) == ((1, 25, ""), 0)


def test_an_old_completion_recorded_after_the_assignment_does_not_fulfil_it(campus, settings):
    settings.MANDATORY_ASSIGNMENTS_PRIOR_MAX_AGE_DAYS = 365
    campus.assign()
    build.drain()
    for days, expected in ((400, ""), (300, "completed")):
        day = (NOW - timedelta(days=days)).date()
        api.record_completions(actor=campus.coordinator, training=COURSE, learners=["lena"], completed_on=day)
        assert shown()[2] == expected


def test_whoever_cannot_be_cleared_is_refused_and_left_as_they_were(campus, monkeypatch):
    otto = build.user("otto", organization="Acme")
    for user in (campus.learner, otto):
        build.enroll(user, COURSE)
        build.complete(user, COURSE, at=NOW - timedelta(days=3))
    course_training()
    real = lms.clear_completions

    def fails_for_lena(rows):
        if rows[0].learner_id == campus.learner.id:
            raise RuntimeError("here it ends")
        return real(rows)

    monkeypatch.setattr(lms, "clear_completions", fails_for_lena)
    outcome = campus.assign("lena", "otto", prior_work="ignore")
    assert [(entry, problem.code) for entry, problem in outcome.refused] == [("lena", "failed")]
    assert [cycle.learner for cycle in Cycle.objects.all()] == [otto]
    assert (rows_of(campus.learner), rows_of(otto)) == ((8, 0), (0, 8))
    assert EvidenceFloor.objects.get().learner == otto
    assert not AuditEntry.objects.filter(act="assigned", learner=campus.learner).exists()


def test_ignoring_the_prior_work_of_people_without_any_costs_no_query_per_person(campus, count_queries):
    names = [user.username for user in build.users(24, prefix="many", organization="Acme")]
    campus.assign()
    few = count_queries(lambda: campus.assign(*names[:2], prior_work="ignore"))
    assert count_queries(lambda: campus.assign(*names[2:], prior_work="ignore")) == few
    assert BlockCompletion.objects.count() == 0
