"""From a finished block to a completed assignment."""

from datetime import timedelta

import pytest

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.models import Assignment, AuditEntry, Completion, Cycle, LookAgain, Progress
from mandatory_assignments.services import look_again, track

from .conftest import COURSE, NOW

pytestmark = pytest.mark.django_db


def shown() -> tuple[int, int | None, str]:
    cycle = Cycle.objects.get()
    return cycle.units_done, cycle.percent, cycle.closed_as


@pytest.mark.parametrize(
    ("units", "expected"),
    [(0, (0, 0, "")), (1, (1, 25, "")), (3, (3, 75, "")), (4, (4, 100, "completed"))],
)
def test_units_done_become_percent_and_at_last_completion(campus, units, expected):
    campus.assign()
    build.drain()
    if units:
        build.complete(campus.learner, COURSE, units=units)
    build.drain()
    assert shown() == expected


def test_what_was_done_before_counts_and_is_remembered(campus):
    build.enroll(campus.learner, COURSE)
    build.complete(campus.learner, COURSE, units=2)
    campus.assign()
    build.drain()
    assert shown() == (2, 50, "")


def test_a_training_that_is_known_to_be_completed_fulfils_at_once(campus):
    campus.assign()
    build.complete(campus.learner, COURSE, at=NOW)
    build.drain()
    campus.assign()
    assert Assignment.objects.filter(open=True).count() == 0
    assert Cycle.objects.filter(closed_as="completed").count() == 2


def test_a_completion_carries_the_date_of_the_evidence(campus):
    done_at = NOW - timedelta(days=30)
    build.enroll(campus.learner, COURSE)
    build.complete(campus.learner, COURSE, at=done_at)
    campus.assign()
    build.drain()
    cycle = Cycle.objects.get()
    assert abs(cycle.completed_at - done_at) < timedelta(minutes=1)
    assert cycle.fulfilled_by == Completion.objects.get()


def test_a_completed_course_stays_completed_when_units_are_added(campus):
    campus.assign()
    build.complete(campus.learner, COURSE)
    build.drain()
    build.edit(COURSE, add=2)
    api.reconcile()
    build.drain()
    assert Cycle.objects.get().closed_as == "completed"


def test_an_edit_that_nobody_announced_is_found_at_night(campus):
    campus.assign()
    build.complete(campus.learner, COURSE, units=3)
    build.drain()
    build.edit(COURSE, hide=1)
    build.drain()
    assert Cycle.objects.get().closed_as == ""
    api.reconcile()
    assert Cycle.objects.get().closed_as == "completed"


def test_a_completion_whose_event_was_lost_is_found_by_the_tick(campus):
    campus.assign()
    build.drain()
    build.complete(campus.learner, COURSE, units=1)
    build.drain()
    Progress.objects.all().delete()
    LookAgain.objects.all().delete()
    Cycle.objects.update(units_done=0, percent=0)
    api.tick()
    assert shown() == (1, 25, "")


def test_leaving_the_course_shows_as_not_enrolled_and_coming_back_heals(campus, settings):
    settings.MANDATORY_ASSIGNMENTS_UNENROLLMENT = "allow"
    campus.assign()
    build.drain()
    build.unenroll(campus.learner, COURSE)
    build.drain()
    assert Cycle.objects.get().attention == "left"
    build.enroll(campus.learner, COURSE)
    build.drain()
    assert Cycle.objects.get().attention == ""


def test_looking_again_without_news_writes_nothing(campus, count_queries):
    campus.assign()
    build.complete(campus.learner, COURSE, units=2)
    build.drain()
    before = list(Progress.objects.values()), list(Cycle.objects.values()), AuditEntry.objects.count()
    look_again.note_look_again(campus.learner.id, COURSE, now=NOW)
    build.drain()
    assert (list(Progress.objects.values()), list(Cycle.objects.values()), AuditEntry.objects.count()) == before


def test_a_look_at_a_hundred_learners_takes_no_more_queries_than_at_ten(
    campus, count_queries, django_capture_on_commit_callbacks
):
    learners = build.users(110, prefix="many", organization="Acme")
    campus.assign(*[user.username for user in learners])
    build.drain()
    for user in learners:
        build.complete(user, COURSE, units=1)
    build.drain()
    with django_capture_on_commit_callbacks(execute=True):
        for user in learners:
            look_again.note_look_again(user.id, COURSE, now=NOW)
    now = NOW + timedelta(minutes=1)
    Progress.objects.update(units_done=0)
    ten = track.claim_look_agains(now=now, limit=10)
    hundred = track.claim_look_agains(now=now, limit=100)
    few = count_queries(lambda: track.track_learners(ten, now=now))
    assert len(hundred) == 100
    assert count_queries(lambda: track.track_learners(hundred, now=now)) == few


def test_a_course_that_is_gone_leaves_everything_as_it_was(campus, monkeypatch):
    from mandatory_assignments.host import lms

    campus.assign()
    build.complete(campus.learner, COURSE, units=1)
    build.drain()
    monkeypatch.setattr(lms, "outlines", lambda course_keys: {})
    look_again.note_look_again(campus.learner.id, COURSE, now=NOW)
    build.drain()
    assert shown() == (1, 25, "")
