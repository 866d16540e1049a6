"""Bulk jobs whose ground moves: the actor, the organization, the people and their rights go while they run."""

from datetime import timedelta

import pytest

from demo.campus import build
from mandatory_assignments import bulk, clock
from mandatory_assignments.data import Conflict, Invalid, JobState, People, Terms
from mandatory_assignments.models import Assignment, AuditEntry, Job, JobRow
from mandatory_assignments.queries import people as people_queries
from mandatory_assignments.services.assign import assign_learners
from mandatory_assignments.services.bulk_assign import plan_bulk_assignment
from mandatory_assignments.services.bulk_change import plan_bulk_change
from mandatory_assignments.services.jobs import cancel_job, confirm_job, retry_job

pytestmark = pytest.mark.django_db
KEY = "course-v1:Acme+S1+2026"
NAMES = ["p1", "p2", "p3", "p4"]


@pytest.fixture
def chief():
    build.course(KEY)
    build.users(4, prefix="p", organization="Acme")
    return build.user("chief", is_staff=True)


def due_on():
    return (clock.now() + timedelta(days=30)).date()


def confirmed(actor, names=NAMES):
    job = plan_bulk_assignment(
        actor=actor, terms=Terms(KEY, due_on(), organization="Acme"), people=People(learners=names)
    )
    return confirm_job(actor=actor, token=job.uuid)


def meanwhile(monkeypatch, act):
    """Two rows at once; after the first two something happens."""
    monkeypatch.setattr(bulk.KINDS["bulk_assignment"], "chunk", 2)
    real = bulk.jobs.note_results

    def noting(*args, **named):
        found = real(*args, **named)
        if Job.objects.get().done == 2:
            act()
        return found

    monkeypatch.setattr(bulk.jobs, "note_results", noting)
    bulk.work_jobs()


def test_an_actor_whose_rights_end_while_it_runs_assigns_nobody_more(chief, monkeypatch):
    job = confirmed(chief)
    meanwhile(monkeypatch, lambda: type(chief).objects.filter(id=chief.id).update(is_staff=False))
    job.refresh_from_db()
    assert (job.state, job.done, Assignment.objects.count()) == (JobState.FAILED, 2, 2)
    assert job.problem


def test_an_actor_who_is_deleted_while_it_runs_assigns_nobody_more(chief, monkeypatch):
    job = confirmed(chief)
    meanwhile(monkeypatch, lambda: chief.delete())
    job.refresh_from_db()
    assert (job.state, job.done, job.actor_id, Assignment.objects.count()) == (JobState.FAILED, 2, None, 2)
    assert bulk.work_jobs()["jobs"] == 0


def test_a_job_whose_organization_is_deleted_is_gone_with_it(chief):
    confirmed(chief)
    build.organization("Acme").delete()
    assert bulk.work_jobs()["failed"] == 0
    assert not JobRow.objects.exists()
    assert not Assignment.objects.exists()


def test_a_job_whose_organization_is_closed_says_so(chief):
    job = confirmed(chief)
    organization = build.organization("Acme")
    organization.active = False
    organization.save()
    bulk.work_jobs()
    job.refresh_from_db()
    assert (job.state, Assignment.objects.count()) == (JobState.FAILED, 0)
    assert "Acme" in job.problem


def test_a_row_of_which_the_verb_says_nothing_fails_instead_of_waiting_for_ever(chief):
    assign_learners(actor=chief, training=KEY, learners=NAMES, due_on=due_on(), organization="Acme")
    job = plan_bulk_change(actor=chief, action="withdraw", fields={}, conditions={})
    JobRow.objects.filter(number=2).update(assignment_id=987654)
    confirm_job(actor=chief, token=job.uuid)
    bulk.work_jobs()
    job.refresh_from_db()
    assert (job.state, job.done, job.created, job.failed) == (JobState.DONE, 4, 3, 1)
    assert JobRow.objects.get(number=2).code == "not_found"


def test_the_entries_of_a_job_name_it_and_those_of_others_do_not(chief):
    assign_learners(actor=chief, training=KEY, learners=["p1"], due_on=due_on(), organization="Acme")
    job = confirmed(chief, ["p2"])
    bulk.work_jobs()
    found = AuditEntry.objects.filter(act="assigned").order_by("id")
    assert [entry.after.get("job") for entry in found] == [None, str(job.uuid)]


def test_the_reasons_are_in_the_language_in_which_it_was_planned(chief):
    from django.utils import translation

    with translation.override("de"):
        job = confirmed(chief)
    assign_learners(actor=chief, training=KEY, learners=["p3"], due_on=due_on(), organization="Acme")
    bulk.work_jobs()
    with translation.override("de"):
        expected = translation.gettext("This training is assigned to this person already.")
    assert JobRow.objects.get(job=job, state="skipped").message == expected != ""


def test_what_is_cancelled_before_it_is_confirmed_stays_so(chief):
    job = plan_bulk_assignment(
        actor=chief, terms=Terms(KEY, due_on(), organization="Acme"), people=People(learners=NAMES)
    )
    cancel_job(actor=chief, token=job.uuid)
    with pytest.raises(Conflict, match="cancelled"):
        confirm_job(actor=chief, token=job.uuid)
    with pytest.raises(Conflict, match="running"):
        retry_job(actor=chief, token=job.uuid)


@pytest.mark.parametrize(
    ("action", "fields", "code"),
    [
        ("exempt", {"reason": " "}, "reason_required"),
        ("withdraw", {"reason": "x" * 10_000}, "reason_too_long"),
        ("extend", {"due_on": "9999-12-31"}, "due_too_late"),
        ("change", {"note": "x" * 10_000}, "note_too_long"),
        ("change", {"grace_days": -1}, "bad_grace_days"),
    ],
)
def test_what_is_wrong_for_all_is_refused_before_anything_is_planned(chief, action, fields, code):
    assign_learners(actor=chief, training=KEY, learners=["p1"], due_on=due_on(), organization="Acme")
    with pytest.raises(Invalid, match=code):
        plan_bulk_change(actor=chief, action=action, fields=fields, conditions={})
    assert not Job.objects.exists()


def test_people_are_found_by_any_writing_of_their_e_mail(chief):
    build.user("mixed", email="Mixed.Case@Example.com", organization="Acme")
    entries = [
        "p1",
        " p2@example.com ",
        "P3@EXAMPLE.COM",
        "mixed.case@example.com",
        "MIXED.CASE@example.com",
        "p9@x.org",
    ]
    found = people_queries.learners(entries, within=people_queries.everybody())
    assert {entry: user.username for entry, user in found.items()} == {
        "p1": "p1",
        " p2@example.com ": "p2",
        "P3@EXAMPLE.COM": "p3",
        "mixed.case@example.com": "mixed",
        "MIXED.CASE@example.com": "mixed",
    }
