"""Bulk jobs under attack: workers are killed, people collide, the ground moves; what was previewed is done, once."""

import os
from collections import Counter
from functools import partial

import pytest

from common.djangoapps.student.models import CourseEnrollment
from demo.campus import build
from mandatory_assignments import bulk, clock, wake
from mandatory_assignments.data import People, Terms
from mandatory_assignments.models import (
    Assignment,
    AuditEntry,
    Cycle,
    Deadline,
    Department,
    Job,
    JobRow,
    OrganizationMember,
    RequiredEnrollment,
)
from mandatory_assignments.records.jobs import LEASE
from mandatory_assignments.services.bulk_assign import plan_bulk_assignment
from mandatory_assignments.services.jobs import cancel_job, confirm_job, retry_job

from .conftest import COURSE, DUE, together, until

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

MANY = int(os.environ.get("MANDATORY_TEST_BULK", "400"))
"""People of a job, at least 400; the more, the more often it is interrupted in the middle of something."""


@pytest.fixture
def many(campus):
    return build.users(MANY, prefix="many", organization="Acme")


@pytest.fixture
def small_chunks(monkeypatch):
    """So that a job of few people has many of them."""
    monkeypatch.setattr(bulk.KINDS["bulk_assignment"], "chunk", 20)


def plan(actor, people=None, **named):
    terms = Terms(**{"training": COURSE, "due_on": DUE, "organization": "Acme", **named})
    return plan_bulk_assignment(actor=actor, terms=terms, people=people)


def named(users):
    return People(learners=[user.username for user in users])


def counts(job):
    job.refresh_from_db()
    return job.state, job.total, job.done, job.created, job.skipped, job.failed


def assert_each_has_one(users):
    """One open assignment with one cycle, one deadline, one entry in the audit for each of these, and no more."""
    ids = sorted(user.id for user in users)
    assert sorted(Assignment.objects.filter(open=True).values_list("learner_id", flat=True)) == ids
    assert sorted(Cycle.objects.filter(open=True).values_list("learner_id", flat=True)) == ids
    assert Deadline.objects.count() == RequiredEnrollment.objects.count() == len(ids)
    assert sorted(AuditEntry.objects.filter(act="assigned").values_list("learner_id", flat=True)) == ids


def test_a_job_whose_worker_is_killed_twice_is_done_whole_and_once(campus, many, broker, processes):
    job = plan(campus.coordinator, named(many))
    confirm_job(actor=campus.coordinator, token=job.uuid)
    for point in ("the rows are noted", "all is written"):
        processes.interrupted("bulk", point, "KILL", times=3)
        assert Job.objects.get().state == "running"
        assert Assignment.objects.count() == JobRow.objects.filter(state="created").count()
        assert 0 < Job.objects.get().done < MANY
        Job.objects.update(next_at=clock.now() - LEASE)  # the lease is over
    processes.workers(1)
    wake.wake("work_jobs")
    until(lambda: Job.objects.get().state == "done", 60 + MANY / 10)
    assert counts(job) == ("done", MANY, MANY, MANY, 0, 0)
    assert_each_has_one(many)
    rows = JobRow.objects.filter(job=job)
    assert {row.assignment_id for row in rows} == set(Assignment.objects.values_list("id", flat=True))
    assert {entry.after["job"] for entry in AuditEntry.objects.filter(act="assigned")} == {str(job.uuid)}


def test_two_who_assign_the_same_to_the_same_at_once_make_one_assignment_each(campus, many, small_chunks):
    other = build.user("cosmo", organization="Acme")
    build.coordinator(other, "Acme")
    first, second = many[:120], many[60:180]
    jobs = [plan(campus.coordinator, named(first)), plan(other, named(reversed(second)))]
    for actor, job in zip((campus.coordinator, other), jobs, strict=True):
        confirm_job(actor=actor, token=job.uuid)
    assert all(not isinstance(found, Exception) for found in together(*[bulk.work_jobs] * 4))
    assert_each_has_one(many[:180])
    for job in jobs:
        state, total, done, created, skipped, failed = counts(job)
        assert (state, total, done, created + skipped, failed) == ("done", 120, 120, 120, 0)
    assert Counter(JobRow.objects.values_list("state", "code")) == {
        ("created", ""): 180,
        ("skipped", "already_assigned"): 60,
    }


def test_a_token_that_is_confirmed_many_times_at_once_is_one_job(campus, many, small_chunks):
    job = plan(campus.coordinator, named(many[:60]))
    confirming = partial(confirm_job, actor=campus.coordinator, token=job.uuid)
    assert {found.id for found in together(*[confirming] * 4)} == {job.id}
    together(*[bulk.work_jobs] * 3, confirming)
    bulk.work_jobs()
    assert counts(job) == ("done", 60, 60, 60, 0, 0)
    assert_each_has_one(many[:60])


def test_a_department_that_shrinks_and_grows_meanwhile_is_assigned_as_it_was_seen(campus, many, small_chunks):
    seen, joining = many[:50], many[50:60]
    build.department("Acme/Crew", organization="Acme", members=seen)
    department = str(Department.objects.get(path="Crew").uuid)
    job = plan(campus.coordinator, People(departments=[department]))
    build.department("Acme/Crew", organization="Acme", members=joining)
    gone = seen[:5]
    OrganizationMember.objects.filter(user__in=gone).delete()
    confirm_job(actor=campus.coordinator, token=job.uuid)
    bulk.work_jobs()
    assert counts(job) == ("done", 50, 50, 45, 0, 5)
    assert_each_has_one(seen[5:])
    failed = JobRow.objects.filter(state="failed")
    assert set(failed.values_list("learner_id", "code")) == {(user.id, "unknown_learner") for user in gone}


def test_who_cannot_be_enrolled_stops_nobody_else(campus, many, small_chunks):
    closed = "course-v1:Acme+CLOSED+2027"
    build.course(closed, sections=1, subsections=1, units=1, blocks=1, block_types=["html"], invitation_only=True)
    for key in (closed, COURSE):
        job = plan(campus.coordinator, named(many[:40]), training=key)
        confirm_job(actor=campus.coordinator, token=job.uuid)
    bulk.work_jobs()
    build.drain()
    assert set(Job.objects.values_list("state", "created")) == {("done", 40)}
    states = Counter(RequiredEnrollment.objects.values_list("course_key", "state"))
    assert states[(COURSE, "enrolled")] == 40
    assert sum(number for (key, _), number in states.items() if key == closed) == 40
    assert CourseEnrollment.objects.filter(course_id=COURSE, is_active=True).count() == 40


def test_what_is_cancelled_while_it_runs_keeps_whole_chunks_and_goes_on_when_it_is_wished(campus, many, small_chunks):
    job = plan(campus.coordinator, named(many[:100]))
    confirm_job(actor=campus.coordinator, token=job.uuid)

    def cancel_in_the_middle() -> None:
        until(lambda: Job.objects.get().done >= 20)
        cancel_job(actor=campus.coordinator, token=job.uuid)

    assert not [found for found in together(bulk.work_jobs, cancel_in_the_middle) if isinstance(found, Exception)]
    state, _total, done, created, *_ = counts(job)
    assert state == "cancelled"
    assert done == created == Assignment.objects.count()
    assert done % 20 == 0
    retry_job(actor=campus.coordinator, token=job.uuid)
    bulk.work_jobs()
    assert counts(job) == ("done", 100, 100, 100, 0, 0)
    assert_each_has_one(many[:100])


def test_two_who_try_again_at_once_try_once(campus, many, small_chunks):
    users = many[:40]
    job = plan(campus.coordinator, named(users))
    users[0].is_active = False
    users[0].save()
    confirm_job(actor=campus.coordinator, token=job.uuid)
    bulk.work_jobs()
    assert counts(job) == ("done", 40, 40, 39, 0, 1)
    users[0].is_active = True
    users[0].save()
    retrying = partial(retry_job, actor=campus.coordinator, token=job.uuid)
    raised = [found for found in together(retrying, retrying) if isinstance(found, Exception)]
    assert [str(error) for error in raised] == [str(raised[0])]
    bulk.work_jobs()
    assert counts(job) == ("done", 40, 40, 40, 0, 0)
    assert_each_has_one(users)
