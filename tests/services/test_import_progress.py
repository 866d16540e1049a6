"""Importing completions from a file: what the analysis says of every row, what is recorded, once and as analysed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import override_settings

from demo.campus import build, clock
from mandatory_assignments import api, bulk
from mandatory_assignments.data import Bucket, Forbidden, Invalid, JobState, RowState
from mandatory_assignments.models import AuditEntry, Completion, Cycle, JobRow, Training
from mandatory_assignments.services.import_progress import plan_progress_import
from mandatory_assignments.services.jobs import confirm_job

from .conftest import COURSE, NOW
from .evidence_story import course_training

pytestmark = pytest.mark.django_db

HEAD = "Email,Training Type,Name,Date (yyyy-mm-dd)\n"
TODAY = NOW.date()
ROW = "lena@example.com,course,Fire safety,2027-05-02\n"


def plan(campus, text: str, **named: Any) -> Any:
    asked = {"actor": campus.coordinator, "file_name": "event.csv", "content": (HEAD + text).encode(), **named}
    return plan_progress_import(**{"now": NOW, **asked})


def told(job: Any) -> list[tuple[str, str]]:
    """Bucket and code of each line."""
    return list(JobRow.objects.filter(job=job).order_by("number").values_list("bucket", "code"))


def work(campus, job: Any, *, actor: Any = None) -> Any:
    confirm_job(actor=actor or campus.coordinator, token=job.uuid, now=NOW)
    bulk.work_jobs(now=NOW)
    job.refresh_from_db()
    return job


def test_the_analysis_records_nothing_and_the_import_what_was_new(campus):
    job = plan(campus, ROW)
    assert job.terms["counts"] == {"create": 1, "skip": 0, "refuse": 0}
    assert job.terms["detected"] == {"encoding": "utf-8", "delimiter": ",", "date_format": "yyyy-mm-dd"}
    assert not Completion.objects.exists()
    assert not Training.objects.exists(), "a course becomes a training by being recorded, not by being looked at"
    assert (work(campus, job).state, job.created) == (JobState.DONE, 1)
    row = Completion.objects.get()
    assert (row.learner, row.source, row.happened_on) == (campus.learner, "import", date(2027, 5, 2))
    assert (row.recorded_by, row.reference) == (campus.coordinator, "event.csv:2")
    assert row.happened_at.isoformat() == "2027-05-02T21:59:59.999999+00:00", "the end of the learner's day"
    entry = AuditEntry.objects.get(act="recorded")
    assert (entry.after["file"], entry.after["line"], entry.after["job"]) == ("event.csv", 2, str(job.uuid))


def test_confirmed_twice_and_worked_twice_it_is_recorded_once(campus):
    job = work(campus, plan(campus, ROW))
    JobRow.objects.update(state=RowState.WAITING)
    type(job).objects.update(state=JobState.WAITING, next_at=NOW, ended_at=None)
    bulk.work_jobs(now=NOW)
    assert Completion.objects.count() == 1
    assert JobRow.objects.get().code == "already_completed"


def test_two_imports_of_the_same_file_create_once(campus):
    first, second = plan(campus, ROW), plan(campus, ROW)
    work(campus, first)
    assert (work(campus, second).created, second.skipped) == (0, 1)
    assert plan(campus, ROW).terms["counts"] == {"create": 0, "skip": 1, "refuse": 0}


def test_what_others_recorded_since_the_analysis_is_reported_so(campus):
    job = plan(campus, ROW)
    yesterday = TODAY - timedelta(days=1)
    asked = {"training": COURSE, "learners": ["lena"], "completed_on": yesterday, "now": NOW}
    api.record_completions(actor=campus.coordinator, **asked)
    assert (work(campus, job).created, job.skipped) == (0, 1)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param("ghost@example.com,course,Fire safety,2027-05-02", "unknown_learner", id="nobody"),
        pytest.param("gregor@example.com,course,Fire safety,2027-05-02", "unknown_learner", id="somebody else's"),
        pytest.param(",course,Fire safety,2027-05-02", "learner_required", id="no e-mail"),
        pytest.param("lena@example.com,webinar,Fire safety,2027-05-02", "unknown_type", id="a type that is none"),
        pytest.param("lena@example.com,module,Fire safety,2027-05-02", "wrong_type", id="another type"),
        pytest.param("lena@example.com,course,,2027-05-02", "training_required", id="no name"),
        pytest.param("lena@example.com,course,Fire,2027-05-02", "unknown_training", id="a part of a name"),
        pytest.param("lena@example.com,course,Fire safety,02.05.2027", "bad_date", id="another date format"),
        pytest.param("lena@example.com,course,Fire safety,2027-02-29", "bad_date", id="a day that is none"),
        pytest.param("lena@example.com,course,Fire safety,2027-05-04", "in_the_future", id="tomorrow"),
        pytest.param("lena@example.com,course,Fire safety,0199-05-04", "too_long_ago", id="a slip of the pen"),
        pytest.param("cora@example.com,course,Fire safety,2027-05-02", "own_completion", id="one's own"),
        pytest.param(
            "first.example@example.com,course,Name of the course,2026-01-31", "example_row", id="the template's example"
        ),
    ],
)
def test_a_row_that_cannot_be_recorded_says_why(campus, row, code):
    build.user("gregor", organization="Globex")
    assert told(plan(campus, f"{row}\n")) == [(Bucket.REFUSE, code)]


@override_settings(MANDATORY_ASSIGNMENTS_RECORD_OWN=True)
def test_ones_own_is_recorded_where_the_site_allows_it(campus):
    assert told(plan(campus, "cora@example.com,course,Fire safety,2027-05-02\n")) == [(Bucket.CREATE, "")]


def test_names_match_whatever_their_case_blanks_and_normal_form(campus):
    build.course("course-v1:Acme+CAFE+1", name="Café Über")
    rows = "lena@example.com,COURSE,  cafe\u0301   u\u0308BER ,2027-05-02\n"
    assert told(plan(campus, rows)) == [(Bucket.CREATE, "")]
    assert told(plan(campus, rows.replace("e\u0301", "e"))) == [(Bucket.REFUSE, "unknown_training")]


def test_a_name_of_several_is_an_error_that_lists_the_keys_and_a_key_names_one(campus):
    again = "course-v1:Acme+FIRE101+2028"
    build.course(again, name="FIRE safety")
    job = plan(campus, ROW + f"lena@example.com,course,{again},2027-05-02\n")
    assert told(job) == [(Bucket.REFUSE, "ambiguous_name"), (Bucket.CREATE, "")]
    assert f"{COURSE}, {again}" in JobRow.objects.get(job=job, number=1).message


def test_of_identical_rows_the_first_counts(campus):
    job = plan(campus, ROW + "LENA@example.com ,course,fire SAFETY,2027-05-02\n")
    assert told(job) == [(Bucket.CREATE, ""), (Bucket.REFUSE, "duplicate_row")]
    assert "line 2" in JobRow.objects.get(job=job, number=2).message


def test_different_days_of_one_training_are_conflicts_unless_they_are_history(campus):
    rows = ROW + ROW.replace("2027-05-02", "2026-05-02")
    assert told(plan(campus, rows)) == [(Bucket.REFUSE, "conflicting_dates")] * 2
    job = plan(campus, rows, historic=True)
    assert told(job) == [(Bucket.CREATE, "")] * 2
    work(campus, job)
    assert set(Completion.objects.values_list("day_key", flat=True)) == {"2027-05-02", "2026-05-02"}
    assert told(plan(campus, rows + ROW.replace("2027", "2025"), historic=True)) == [
        (Bucket.SKIP, "already_completed"),
        (Bucket.SKIP, "already_completed"),
        (Bucket.CREATE, ""),
    ]


def test_already_completed_is_what_counts_for_the_open_round_or_with_none_open_at_all(campus):
    work(campus, plan(campus, ROW))
    later = ROW.replace("2027-05-02", "2027-05-03")
    assert told(plan(campus, later)) == [(Bucket.SKIP, "already_completed")]
    campus.assign(prior_work="ignore")
    assert Cycle.objects.get().open
    assert told(plan(campus, later)) == [(Bucket.CREATE, "")]
    assert told(plan(campus, ROW)) == [(Bucket.SKIP, "already_completed")], "the very same is there"


def test_an_overdue_assignment_is_fulfilled_in_time_by_what_happened_by_the_due_day(campus):
    campus.assign()
    after = NOW + timedelta(days=30)
    job = plan(campus, ROW.replace("2027-05-02", "2027-05-14"), now=after)
    confirm_job(actor=campus.coordinator, token=job.uuid, now=after)
    with clock.at(after):
        build.drain()
    cycle = Cycle.objects.get()
    assert (cycle.closed_as, cycle.completed_on) == ("completed", date(2027, 5, 14))


def test_whoever_loses_the_right_meanwhile_records_nothing_more(campus):
    from mandatory_assignments.models import Coordinator

    job = plan(campus, ROW)
    Coordinator.objects.all().delete()
    assert work(campus, job).state == JobState.FAILED
    assert not Completion.objects.exists()


def test_a_role_that_assigns_nothing_imports_nothing(campus):
    with pytest.raises(Forbidden):
        plan(campus, ROW, actor=campus.learner)


def test_course_staff_import_for_the_people_of_their_course(campus):
    staff = build.user("stan")
    build.course_staff(staff, COURSE)
    other = build.user("otto")
    assert told(plan(campus, ROW, actor=staff)) == [(Bucket.REFUSE, "unknown_learner")]
    build.enroll(other, COURSE)
    rows = "otto@example.com,course,Fire safety,2027-05-02\n"
    assert told(plan(campus, rows, actor=staff)) == [(Bucket.CREATE, "")]
    course_training()
    rows = rows.replace("Fire safety", COURSE)
    job = plan(campus, rows, actor=staff)
    assert told(job) == [(Bucket.CREATE, "")]
    assert work(campus, job, actor=staff).created == 1


def test_a_date_format_that_is_none_is_refused(campus):
    with pytest.raises(Invalid) as refusal:
        plan(campus, ROW, date_format="d.m.y")
    assert refusal.value.code == "unknown_date_format"


def test_another_date_format_holds_for_the_whole_file(campus):
    rows = ROW.replace("2027-05-02", "02/05/2027") + ROW
    assert told(plan(campus, rows, date_format="dd/mm/yyyy")) == [(Bucket.CREATE, ""), (Bucket.REFUSE, "bad_date")]


def test_a_thousand_rows_cost_few_queries(campus, django_assert_max_num_queries):
    for number in range(60):
        build.user(f"p{number}", organization="Acme")
    work(campus, plan(campus, ROW))

    def rows(count: int) -> str:
        return "".join(f"p{number}@example.com,course,Fire safety,2027-05-02\n" for number in range(count))

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        plan(campus, rows(1))
    with CaptureQueriesContext(connection) as many:
        job = plan(campus, rows(60))
    assert len(many) == len(one)
    confirm_job(actor=campus.coordinator, token=job.uuid, now=NOW)
    with django_assert_max_num_queries(70):
        bulk.work_jobs(now=NOW)
    assert Completion.objects.count() == 61


def test_of_a_person_who_is_retired_meanwhile_nothing_is_recorded_and_nothing_kept(campus):
    build.user("otto", organization="Acme")
    job = plan(campus, ROW + ROW.replace("lena", "otto"))
    build.retire(campus.learner)
    job = work(campus, job)
    assert (job.state, job.created, job.failed) == (JobState.DONE, 1, 1)
    gone = JobRow.objects.get(job=job, number=1)
    assert (gone.values, gone.entry, gone.state) == ({}, "", RowState.FAILED)
    assert Completion.objects.get().learner.username == "otto"


def test_who_is_retired_imports_nothing_more(campus):
    job = plan(campus, ROW)
    confirm_job(actor=campus.coordinator, token=job.uuid, now=NOW)
    build.retire(campus.coordinator)
    bulk.work_jobs(now=NOW)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert not Completion.objects.exists()
