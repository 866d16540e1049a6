"""What fails on our side fails alone: the host's own write goes through, and a later tick makes up for ours."""

import pytest
from completion.models import BlockCompletion
from django.db import OperationalError, connection

from common.djangoapps.student.models import CourseEnrollment
from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.models import Cycle, LookAgain
from mandatory_assignments.queries import tracking
from tests.services.conftest import COURSE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def busy(campus, publisher):
    campus.assign()
    build.drain()
    assert tracking.is_tracked(COURSE)
    return campus


def real_error(*arguments, **named):
    """A statement that the database refuses, which on some databases spoils the whole transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM no_such_table")


def lost_connection(*arguments, **named):
    raise OperationalError(2013, "Lost connection to server during query")


@pytest.fixture(params=[real_error, lost_connection])
def fails(request):
    return request.param


def act(campus) -> None:
    """One of each: a finished unit, an enrolment, the end of one."""
    build.complete(campus.learner, COURSE, units=1)
    otto = build.user("otto")
    build.enroll(otto, COURSE)
    build.unenroll(otto, COURSE)


def acted(campus) -> bool:
    return (
        BlockCompletion.objects.filter(user=campus.learner, completion=1.0).count() == 2
        and CourseEnrollment.objects.filter(user__username="otto", is_active=False).count() == 1
    )


def test_the_set_of_tracked_courses_cannot_be_read(busy, monkeypatch, fails, caplog):
    tracking.forget_tracked_courses()
    monkeypatch.setattr(tracking, "tracked_keys", fails)
    act(busy)
    assert acted(busy)
    assert "could not be read" in caplog.text
    assert LookAgain.objects.count() == 3  # what was known stays known
    api.tick()
    assert Cycle.objects.get().units_done == 1


def test_the_look_cannot_be_noted_after_the_commit(busy, monkeypatch, fails):
    with monkeypatch.context() as broken:
        broken.setattr("mandatory_assignments.records.work.add_look_agains", fails)
        act(busy)
    assert acted(busy)
    assert not LookAgain.objects.exists()
    api.tick()
    assert Cycle.objects.get().units_done == 1


def test_a_process_that_dies_between_commit_and_note_is_made_up_for_by_the_tick(busy, monkeypatch):
    with monkeypatch.context() as dying:
        dying.setattr("mandatory_assignments.services.look_again._insert", lambda pairs, now: pairs.clear())
        build.complete(busy.learner, COURSE)
    assert not LookAgain.objects.exists()
    api.tick()
    assert Cycle.objects.get().closed_as == "completed"


def test_a_row_that_cannot_be_worked_on_stops_no_other_and_no_scan(busy, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("mandatory_assignments.records.work.claim", lost_connection)
        counts = api.tick()
    assert counts["failed"] == 4  # enrolments and those that end, backfill, looks
    build.complete(busy.learner, COURSE)
    api.tick()
    assert Cycle.objects.get().closed_as == "completed"
