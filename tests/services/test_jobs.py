"""Bulk jobs: what is planned is done, once, whatever happens meanwhile."""

from datetime import timedelta

import pytest

from demo.campus import build
from mandatory_assignments import bulk, clock
from mandatory_assignments.data import (
    Bucket,
    Conflict,
    Invalid,
    JobState,
    People,
    Reminder,
    Repeat,
    RepeatUnit,
    RowState,
    Terms,
)
from mandatory_assignments.models import Assignment, AuditEntry, Cycle, Deadline, Department, Job, JobRow, LearningGroup
from mandatory_assignments.queries import jobs as queries
from mandatory_assignments.services.assign import assign_learners
from mandatory_assignments.services.bulk_assign import plan_bulk_assignment
from mandatory_assignments.services.bulk_change import plan_bulk_change
from mandatory_assignments.services.jobs import cancel_job, claim_job, confirm_job, forget_jobs, retry_job

pytestmark = pytest.mark.django_db
KEY = "course-v1:Acme+S1+2026"


@pytest.fixture
def chief():
    build.course(KEY)
    return build.user("chief", is_staff=True)


def people(count, **named):
    return [build.user(f"p{number:03}", organization="Acme", **named) for number in range(count)]


def terms(**named):
    return Terms(
        **{"training": KEY, "due_on": (clock.now() + timedelta(days=30)).date(), "organization": "Acme", **named}
    )


def buckets(job):
    found = {bucket.value: [] for bucket in Bucket}
    for row in JobRow.objects.filter(job=job).order_by("number"):
        found[row.bucket].append((row.entry, row.code) if row.code else row.entry)
    return found


def test_the_plan_sorts_everybody_and_assigns_nobody(chief):
    people(4)
    assign_learners(actor=chief, training=KEY, learners=["p001"], due_on=terms().due_on, organization="Acme")
    job = plan_bulk_assignment(
        actor=chief, terms=terms(), people=People(learners=["p000", " p001 ", "P003@example.com", "p000", "nobody", ""])
    )
    found = buckets(job)
    assert found["skip"] == [("p001", "already_assigned")]
    assert found["refuse"] == [("nobody", "unknown_learner")]
    assert found["create"][0] == "p000"
    assert (job.state, job.total, Assignment.objects.count()) == ("planned", len(found["create"]), 1)


def test_who_completed_it_already_is_skipped_unless_the_assignment_comes_again(chief):
    done, _todo = people(2)
    build.enroll(done, KEY)
    assign_learners(actor=chief, training=KEY, learners=[done.username], due_on=terms().due_on, organization="Acme")
    build.complete(done, KEY)
    build.drain()
    assert Assignment.objects.get().open is None
    named = People(learners=["p000", "p001"])
    plain = plan_bulk_assignment(actor=chief, terms=terms(), people=named)
    assert buckets(plain) == {"create": ["p001"], "skip": [("p000", "already_completed")], "refuse": []}
    anyway = plan_bulk_assignment(actor=chief, terms=terms(), people=named, include_completed=True)
    assert buckets(anyway)["create"] == ["p000", "p001"]
    yearly = Repeat(1, RepeatUnit.YEARS)
    again = plan_bulk_assignment(actor=chief, terms=terms(repeat=yearly), people=named)
    assert buckets(again)["create"] == ["p000", "p001"]
    anew = plan_bulk_assignment(actor=chief, terms=terms(prior_work="ignore"), people=named)
    assert buckets(anew)["create"] == ["p000", "p001"]


def test_a_department_means_everybody_below_it_too(chief):
    head, sub, both = people(3)
    build.department("Acme/Field", "Acme", [head, both], [])
    build.department("Acme/Field/North", "Acme", [sub], [])
    build.learning_group("Drivers", "Acme", [both])
    top, group = Department.objects.get(path="Field"), LearningGroup.objects.get()
    everybody = People(departments=[str(top.uuid)], groups=[str(group.uuid)])
    assert buckets(plan_bulk_assignment(actor=chief, terms=terms(), people=everybody))["create"] == [
        "p000",
        "p001",
        "p002",
    ]
    alone = People(departments=[str(top.uuid)], sub_departments=False)
    assert buckets(plan_bulk_assignment(actor=chief, terms=terms(), people=alone))["create"] == ["p000", "p002"]


def test_unknown_departments_and_groups_refuse_the_whole_plan(chief):
    people(1)
    with pytest.raises(Invalid) as refusal:
        plan_bulk_assignment(actor=chief, terms=terms(), people=People(departments=["x"], groups=["y"]))
    assert [problem.code for problem in refusal.value.problems] == ["unknown_department", "unknown_group"]
    with pytest.raises(Invalid, match="people_required"):
        plan_bulk_assignment(actor=chief, terms=terms(), people=People())


def test_a_confirmed_job_does_what_was_planned_and_nothing_twice(chief):
    people(7)
    job = plan_bulk_assignment(
        actor=chief,
        terms=terms(note="Read this", remind=(Reminder(3),)),
        people=People(learners=[f"p{number:03}" for number in range(7)]),
    )
    first, second = confirm_job(actor=chief, token=job.uuid), confirm_job(actor=chief, token=str(job.uuid))
    assert first.id == second.id == job.id
    bulk.work_jobs()
    bulk.work_jobs()
    job.refresh_from_db()
    assert (job.state, job.total, job.done, job.created, job.skipped, job.failed) == ("done", 7, 7, 7, 0, 0)
    assert Assignment.objects.count() == Cycle.objects.count() == Deadline.objects.count() == 7
    assert AuditEntry.objects.filter(act="assigned").count() == 7
    assert set(Assignment.objects.values_list("note", flat=True)) == {"Read this"}
    rows = JobRow.objects.filter(job=job)
    assert {row.assignment_id for row in rows} == set(Assignment.objects.values_list("id", flat=True))


def test_who_was_assigned_meanwhile_is_skipped_and_who_left_is_failed(chief):
    gone = people(3)[2]
    job = plan_bulk_assignment(actor=chief, terms=terms(), people=People(learners=["p000", "p001", "p002"]))
    assign_learners(actor=chief, training=KEY, learners=["p001"], due_on=terms().due_on, organization="Acme")
    gone.is_active = False
    gone.save()
    confirm_job(actor=chief, token=job.uuid)
    bulk.work_jobs()
    job.refresh_from_db()
    assert (job.state, job.created, job.skipped, job.failed) == ("done", 1, 1, 1)
    assert [row.code for row in queries.rows(job)] == ["", "already_assigned", "unknown_learner"]
    gone.is_active = True
    gone.save()
    retry_job(actor=chief, token=job.uuid)
    bulk.work_jobs()
    job.refresh_from_db()
    assert (job.state, job.done, job.created, job.failed) == ("done", 3, 2, 0)
    with pytest.raises(Conflict, match="nothing_failed"):
        retry_job(actor=chief, token=job.uuid)


def test_a_cancelled_job_stops_and_keeps_what_was_done(chief, monkeypatch):
    people(6)
    monkeypatch.setattr(bulk.KINDS["bulk_assignment"], "chunk", 2)
    monkeypatch.setattr(bulk, "MOST_CHUNKS", 2)
    job = plan_bulk_assignment(
        actor=chief, terms=terms(), people=People(learners=[f"p{number:03}" for number in range(6)])
    )
    confirm_job(actor=chief, token=job.uuid)
    job = claim_job()
    bulk._work_off(job, None)
    cancel_job(actor=chief, token=job.uuid)
    bulk.work_jobs()
    job.refresh_from_db()
    assert (job.state, job.done, job.created, Assignment.objects.count()) == ("cancelled", 4, 4, 4)
    with pytest.raises(Conflict, match="ended"):
        cancel_job(actor=chief, token=job.uuid)


def test_a_worker_that_lost_its_claim_does_nothing_more(chief):
    people(2)
    job = plan_bulk_assignment(actor=chief, terms=terms(), people=People(learners=["p000", "p001"]))
    confirm_job(actor=chief, token=job.uuid)
    frozen = claim_job()
    assert claim_job() is None
    later = clock.now() + timedelta(minutes=3)
    assert claim_job(now=later).id == frozen.id
    bulk._work_off(frozen, None)
    assert Assignment.objects.count() == 0


def test_a_row_that_breaks_stops_no_other(chief, monkeypatch):
    victim = people(3)[1].id
    real = bulk.assign_accounts

    def breaking(*, learner_ids, **named):
        if victim in learner_ids:
            raise RuntimeError
        return real(learner_ids=learner_ids, **named)

    monkeypatch.setattr(bulk, "assign_accounts", breaking)
    job = plan_bulk_assignment(actor=chief, terms=terms(), people=People(learners=["p000", "p001", "p002"]))
    confirm_job(actor=chief, token=job.uuid)
    bulk.work_jobs()
    job.refresh_from_db()
    assert (job.state, job.created, job.failed) == ("done", 2, 1)
    assert list(queries.rows(job, state=RowState.FAILED).values_list("code", flat=True)) == ["failed"]


def test_whose_rights_are_gone_meanwhile_assigns_nobody(chief):
    people(1)
    job = plan_bulk_assignment(actor=chief, terms=terms(), people=People(learners=["p000"]))
    confirm_job(actor=chief, token=job.uuid)
    chief.is_staff = False
    chief.save()
    bulk.work_jobs()
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.problem
    assert not Assignment.objects.exists()


def test_nobody_sees_or_confirms_somebody_elses_job(chief):
    people(1)
    job = plan_bulk_assignment(actor=chief, terms=terms(), people=People(learners=["p000"]))
    other = build.user("other", is_staff=True)
    for act in (confirm_job, cancel_job, retry_job):
        with pytest.raises(Invalid, match="not_found"):
            act(actor=other, token=job.uuid)


def test_a_filter_is_changed_as_it_was_when_it_was_seen(chief):
    people(4)
    names = [f"p{number:03}" for number in range(4)]
    assign_learners(actor=chief, training=KEY, learners=names, due_on=terms().due_on, organization="Acme")
    with pytest.raises(Conflict, match="count_changed"):
        plan_bulk_change(actor=chief, action="withdraw", fields={}, conditions={}, expected_count=5)
    due_on = (clock.now() + timedelta(days=60)).date()
    job = plan_bulk_change(
        actor=chief, action="extend", fields={"due_on": due_on.isoformat()}, conditions={}, expected_count=4
    )
    confirm_job(actor=chief, token=job.uuid)
    bulk.work_jobs()
    job.refresh_from_db()
    assert (job.state, job.created) == ("done", 4)
    assert set(Cycle.objects.values_list("due_on", flat=True)) == {due_on}


def test_old_plans_and_old_jobs_are_forgotten(chief):
    people(1)
    named = People(learners=["p000"])
    plan_bulk_assignment(actor=chief, terms=terms(), people=named)
    done = plan_bulk_assignment(actor=chief, terms=terms(), people=named)
    confirm_job(actor=chief, token=done.uuid)
    bulk.work_jobs()
    forget_jobs(now=clock.now() + timedelta(days=2))
    assert list(Job.objects.values_list("id", flat=True)) == [done.id]
    forget_jobs(now=clock.now() + timedelta(days=100))
    assert not Job.objects.exists()
    assert not JobRow.objects.exists()
