"""Work that is cut off in the middle is done again by whoever comes after the lease, once and in full."""

import signal
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from common.djangoapps.student.models import CourseEnrollment
from demo.campus import build
from mandatory_assignments import api, periodic
from mandatory_assignments.models import AuditEntry, Completion, Cycle, LookAgain, Progress, RequiredEnrollment
from mandatory_assignments.records.work import LEASE
from mandatory_assignments.services import enroll, track

from .conftest import COURSE, together

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

AFTER_THE_LEASE = LEASE + timedelta(minutes=1)


@pytest.mark.parametrize("point", ["nothing is written", "all is written"])
def test_a_look_that_is_cut_off_is_done_again(campus, processes, point):
    learners = campus.learners[:5]
    campus.assign(*learners)
    build.drain()
    for learner in learners:
        build.complete(learner, COURSE)
    processes.interrupted("look", point, "KILL")
    assert LookAgain.objects.filter(claim__isnull=False).count() == LookAgain.objects.count() > 0
    assert not Completion.objects.exists()
    periodic.look_again()
    assert not Completion.objects.exists()
    api.tick(now=timezone.now() + AFTER_THE_LEASE)
    assert not LookAgain.objects.exists()
    assert Cycle.objects.filter(closed_as="completed", units_done=3).count() == 5
    assert (Progress.objects.count(), Completion.objects.count()) == (5, 5)
    assert AuditEntry.objects.filter(act="completed").count() == 5


@pytest.mark.parametrize("point", ["the platform enrolled", "nothing is written", "all is written"])
def test_an_enrolment_that_is_cut_off_is_done_again_and_is_ours(campus, processes, point):
    learners = campus.learners[:5]
    campus.assign(*learners)
    processes.interrupted("enroll", point, "KILL")
    assert RequiredEnrollment.objects.filter(state="pending", claim__isnull=False).count() == 5
    periodic.enroll_waiting()
    assert not CourseEnrollment.objects.exists()
    api.tick(now=timezone.now() + AFTER_THE_LEASE)
    assert CourseEnrollment.objects.filter(is_active=True).count() == 5
    assert RequiredEnrollment.objects.filter(state="enrolled", made=True, attempts=1, next_at=None).count() == 5
    assert AuditEntry.objects.filter(act="enrolled").count() == 5


@pytest.mark.parametrize(
    ("work", "point", "claim", "act"),
    [
        ("look", "nothing is written", track.claim_look_agains, track.track_learners),
        ("enroll", "the platform enrolled", enroll.claim_enrollments, enroll.enroll_learners),
    ],
    ids=["look", "enroll"],
)
def test_work_that_hangs_beyond_its_lease_and_then_goes_on_is_done_once(campus, processes, work, point, claim, act):
    learner = campus.learners[0]
    campus.assign(learner)
    if work == "look":
        build.drain()
        build.complete(learner, COURSE)
    hanging = processes.interrupted(work, point, "STOP")
    later = timezone.now() + AFTER_THE_LEASE
    taken_over = claim(now=later)
    assert taken_over

    def go_on() -> int:
        hanging.send_signal(signal.SIGCONT)
        return hanging.wait(60)

    outcome, code = together(partial(act, taken_over, now=later), go_on)
    assert (type(outcome).__name__, code) == ("Outcome", 0)
    enrollment = RequiredEnrollment.objects.get()
    assert (enrollment.state, enrollment.made, enrollment.attempts, enrollment.claim) == ("enrolled", True, 1, None)
    build.drain()
    assert not LookAgain.objects.filter(next_at__lte=later).exists()
    assert AuditEntry.objects.filter(act="enrolled").count() == 1
    assert Completion.objects.count() == AuditEntry.objects.filter(act="completed").count() == (work == "look")
