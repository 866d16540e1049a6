"""Imports under attack: workers are killed, files meet, others record; what was analysed is recorded, once."""

from collections import Counter
from datetime import date
from functools import partial

import pytest

from demo.campus import build
from mandatory_assignments import api, bulk, clock, wake
from mandatory_assignments.models import AuditEntry, Completion, Job, JobRow, LookAgain, Training
from mandatory_assignments.records.jobs import LEASE
from mandatory_assignments.services.import_progress import plan_progress_import
from mandatory_assignments.services.jobs import confirm_job

from .conftest import COURSE, together, until

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

MANY = 400
DAY = date(2026, 5, 1)


@pytest.fixture
def many(campus):
    return build.users(MANY, prefix="many", organization="Acme")


@pytest.fixture
def small_chunks(monkeypatch):
    """So that a file of few rows has many of them."""
    monkeypatch.setattr(bulk.KINDS["progress_import"], "chunk", 20)


def plan(actor, users):
    rows = "".join(f"{user.email},course,{COURSE},{DAY}\n" for user in users)
    content = f"Email,Training Type,Name,Date\n{rows}".encode()
    return plan_progress_import(actor=actor, file_name="event.csv", content=content)


def counts(job):
    job.refresh_from_db()
    return job.state, job.total, job.done, job.created, job.skipped, job.failed


def assert_each_has_one(users):
    """One completion and one entry in the audit for each of these, and no more; one training of the course."""
    ids = sorted(user.id for user in users)
    assert sorted(Completion.objects.values_list("learner_id", flat=True)) == ids
    assert sorted(AuditEntry.objects.filter(act="recorded").values_list("learner_id", flat=True)) == ids
    assert set(Completion.objects.values_list("day_key", "source")) == {(str(DAY), "import")}
    assert Training.objects.count() == 1


def test_an_import_whose_worker_is_killed_at_three_points_is_done_whole_and_once(campus, many, broker, processes):
    job = plan(campus.coordinator, many)
    confirm_job(actor=campus.coordinator, token=job.uuid)
    for point, times in (("nothing is written", 2), ("all is written", 2), ("the rows are noted", 1)):
        processes.interrupted("bulk", point, "KILL", times=times)
        assert Job.objects.get().state == "running"
        done = Job.objects.get().done
        assert Completion.objects.count() == JobRow.objects.filter(state="created").count() == done
        assert set(LookAgain.objects.values_list("learner_id", flat=True)) == set(
            Completion.objects.values_list("learner_id", flat=True)
        )
        assert 0 < done < MANY
        Job.objects.update(next_at=clock.now() - LEASE)  # the lease is over
    processes.workers(1)
    wake.wake("work_jobs")
    until(lambda: Job.objects.get().state == "done", 60)
    assert counts(job) == ("done", MANY, MANY, MANY, 0, 0)
    assert_each_has_one(many)
    told = AuditEntry.objects.filter(act="recorded").values_list("after", flat=True)
    assert {(after["job"], after["line"]) for after in told} == {(str(job.uuid), line) for line in range(2, MANY + 2)}


def test_the_same_file_twice_at_once_is_recorded_once(campus, many, small_chunks):
    other = build.user("cosmo", organization="Acme")
    build.coordinator(other, "Acme")
    users = many[:120]
    jobs = [plan(campus.coordinator, users), plan(other, list(reversed(users)))]
    for actor, job in zip((campus.coordinator, other), jobs, strict=True):
        confirm_job(actor=actor, token=job.uuid)
    assert not [found for found in together(*[bulk.work_jobs] * 4) if isinstance(found, Exception)]
    bulk.work_jobs()
    assert_each_has_one(users)
    for job in jobs:
        state, total, done, created, skipped, failed = counts(job)
        assert (state, total, done, created + skipped, failed) == ("done", 120, 120, 120, 0)
    assert Counter(JobRow.objects.values_list("state", "code")) == {
        ("created", ""): 120,
        ("skipped", "already_completed"): 120,
    }


def test_an_import_that_is_confirmed_many_times_at_once_is_done_once(campus, many, small_chunks):
    job = plan(campus.coordinator, many[:60])
    confirming = partial(confirm_job, actor=campus.coordinator, token=job.uuid)
    assert {found.id for found in together(*[confirming] * 4)} == {job.id}
    together(*[bulk.work_jobs] * 3, confirming)
    bulk.work_jobs()
    assert counts(job) == ("done", 60, 60, 60, 0, 0)
    assert_each_has_one(many[:60])


def test_what_somebody_else_recorded_since_the_analysis_is_told(campus, many, small_chunks):
    job = plan(campus.coordinator, many[:100])
    others = [user.username for user in many[30:70]]
    asked = {"training": COURSE, "learners": others, "completed_on": date(2026, 4, 30)}
    assert len(api.record_completions(actor=campus.coordinator, **asked).created) == 40
    confirm_job(actor=campus.coordinator, token=job.uuid)
    bulk.work_jobs()
    assert counts(job) == ("done", 100, 100, 60, 40, 0)
    skipped = JobRow.objects.filter(job=job, state="skipped")
    assert set(skipped.values_list("learner__username", "code", "message")) == {
        (name, "already_completed", "Completed on 2026-04-30 already.") for name in others
    }
    assert Completion.objects.count() == 100
