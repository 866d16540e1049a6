"""Real workers on a real broker, woken by messages alone: no event is lost, nothing happens twice."""

import signal
import time
from datetime import timedelta
from functools import partial

import pytest
from celery import current_app
from django.utils import timezone

from common.djangoapps.student.models import CourseEnrollment
from demo.campus import build
from mandatory_assignments import api, periodic
from mandatory_assignments.models import AuditEntry, Completion, Cycle, LearnerLock, LookAgain, RequiredEnrollment
from mandatory_assignments.records.work import LEASE

from .conftest import COURSE, SECOND, held, together, until

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

AFTER_THE_LEASE = LEASE + timedelta(minutes=1)


def all_completed() -> bool:
    return not Cycle.objects.filter(open=True).exists()


def test_thirty_learners_finish_everything_while_two_workers_look(campus, broker, processes):
    processes.workers(2)
    campus.assign()
    until(lambda: RequiredEnrollment.objects.filter(state="enrolled", made=True).count() == 30)

    def work_through(learners) -> None:
        for learner in learners:
            build.complete(learner, COURSE)

    assert together(*[partial(work_through, campus.learners[number::3]) for number in range(3)]) == [None] * 3
    until(all_completed)
    until(lambda: not LookAgain.objects.exists())
    assert Cycle.objects.filter(closed_as="completed", units_done=3).count() == 30
    assert Completion.objects.count() == 30
    assert AuditEntry.objects.filter(act="completed").count() == 30
    assert CourseEnrollment.objects.filter(is_active=True).count() == 30


def test_a_worker_that_is_killed_gives_its_looks_back_when_the_lease_ends(campus, broker, processes):
    (worker,) = processes.workers(1)
    learner = campus.learners[0]
    campus.assign(learner)
    until(lambda: RequiredEnrollment.objects.get().state == "enrolled" and not LookAgain.objects.exists())
    with held(LearnerLock, learner.id):
        build.complete(learner, COURSE)
        until(lambda: LookAgain.objects.filter(claim__isnull=False).exists())
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    claimed = LookAgain.objects.filter(claim__isnull=False).count()
    periodic.look_again()
    assert LookAgain.objects.filter(claim__isnull=False).count() == claimed
    api.tick(now=timezone.now() + AFTER_THE_LEASE)
    assert not LookAgain.objects.exists()
    assert Cycle.objects.get().closed_as == "completed"
    assert Completion.objects.count() == 1


def test_people_work_and_staff_assign_while_the_broker_is_gone(campus, broker, processes):
    processes.workers(1)
    first, second = campus.learners[:2]
    campus.assign(first)
    until(lambda: RequiredEnrollment.objects.get().state == "enrolled")
    broker.stop()
    begun = time.monotonic()
    campus.assign(second)
    campus.assign(first, training=SECOND)
    for learner in (first, second):
        build.complete(learner, COURSE)
    assert time.monotonic() - begun < 10
    assert not all_completed()
    broker.start()
    processes.workers(1)  # as a supervisor does: kombu may end a worker that held a message when the broker went
    with current_app.connection_for_write() as connection:
        current_app.send_task("mandatory_assignments.tick", connection=connection)
    until(lambda: Cycle.objects.filter(closed_as="completed").count() == 2)
    until(lambda: RequiredEnrollment.objects.filter(state="enrolled").count() == 3)
