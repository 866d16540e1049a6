"""Several who work at once share the rows out among them, take turns on a person, and overwrite nothing."""

import threading
import time
from functools import partial

import pytest
from django.utils import timezone

from common.djangoapps.student.models import CourseEnrollment
from demo.campus import build
from mandatory_assignments import api, periodic
from mandatory_assignments.models import AuditEntry, Bookmark, Completion, Cycle, LookAgain, RequiredEnrollment
from mandatory_assignments.queries import cycles
from mandatory_assignments.services import enroll, look_again, track

from .conftest import COURSE, SECOND, held, together

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def claimed_by_one(claim, limit: int = 7) -> list[int]:
    """The ids of all rows that one worker gets."""
    found: list[int] = []
    while rows := claim(limit=limit):
        found += [row.id for row in rows]
    return found


def test_several_who_claim_at_once_never_share_a_row(campus):
    for _ in range(8):
        for learner in campus.learners:
            look_again.note_look_again(learner.id, COURSE, now=timezone.now())
    shares = together(*[partial(claimed_by_one, track.claim_look_agains)] * 8)
    assert sorted(id for share in shares for id in share) == sorted(LookAgain.objects.values_list("id", flat=True))
    campus.assign()
    shares = together(*[partial(claimed_by_one, enroll.claim_enrollments)] * 8)
    assert sorted(id for share in shares for id in share) == sorted(
        RequiredEnrollment.objects.values_list("id", flat=True)
    )


def test_whoever_claims_passes_over_rows_that_somebody_holds(campus):
    campus.assign()
    first, *others = RequiredEnrollment.objects.order_by("id").values_list("id", flat=True)
    with held(RequiredEnrollment, first):
        begun = time.monotonic()
        assert claimed_by_one(enroll.claim_enrollments, limit=1) == others
        assert time.monotonic() - begun < 5
    assert claimed_by_one(enroll.claim_enrollments) == [first]


def test_several_ticks_at_once_do_everything_once(campus):
    api.tick()
    campus.assign()
    for learner in campus.learners:
        build.complete(learner, COURSE)
    LookAgain.objects.all().delete()
    ticks = together(*[api.tick] * 4)
    assert [tick["failed"] for tick in ticks] == [0] * 4
    build.drain()
    assert Cycle.objects.filter(closed_as="completed").count() == Completion.objects.count() == 30
    assert AuditEntry.objects.filter(act="completed").count() == 30
    assert AuditEntry.objects.filter(act="enrolled").count() == CourseEnrollment.objects.count()
    names = Bookmark.objects.exclude(name__startswith="directory ").values_list("name", flat=True)
    assert set(names) == {"completions", "tick", "new training"}


def test_those_who_enrol_look_and_assign_at_once_neither_deadlock_nor_leave_anything_undone(campus, caplog):
    for learner in campus.learners[:10]:
        build.complete(learner, COURSE)
    finished = threading.Event()

    def assigning() -> None:
        try:
            for learner in campus.learners[:20]:
                for key in (COURSE, SECOND):
                    campus.assign(learner, training=key)
        finally:
            finished.set()

    def working(work) -> int:
        failed = 0
        while not finished.is_set():
            failed += work()["failed"]
        return failed

    works = [partial(working, work) for work in (periodic.look_again, periodic.enroll_waiting) for _ in range(2)]
    assert together(assigning, *works) == [None, 0, 0, 0, 0]
    assert not [record for record in caplog.records if "failed" in record.getMessage()]
    build.drain()
    assert Cycle.objects.filter(closed_as="completed").count() == Completion.objects.count() == 10
    assert RequiredEnrollment.objects.filter(assignment__open=True, state="enrolled", made=True).count() == 30
    assert not Cycle.objects.exclude(attention="").exists()


def test_whoever_enrols_waits_for_the_look_at_the_same_person_so_that_it_sees_all_or_nothing(campus, monkeypatch):
    campus.assign(campus.learners[0])
    enrolled = threading.Event()
    original = cycles.cycles_to_judge

    def when_the_evidence_was_read(keys):
        enrolled.wait(1)
        return original(keys)

    monkeypatch.setattr(cycles, "cycles_to_judge", when_the_evidence_was_read)

    def enrolling() -> None:
        periodic.enroll_waiting()
        enrolled.set()

    looks = track.claim_look_agains()
    assert together(partial(track.track_learners, looks), enrolling)[1] is None
    row = RequiredEnrollment.objects.get()
    assert (row.state, row.made, Cycle.objects.get().attention) == ("enrolled", True, "")
