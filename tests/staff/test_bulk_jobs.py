"""The pages of one's own jobs: progress, result, and the strip on every staff page."""

import uuid
from datetime import timedelta

import pytest

from demo.campus import build, clock
from mandatory_assignments import bulk
from mandatory_assignments.data import People, RowState, Terms
from mandatory_assignments.models import Job, JobRow
from mandatory_assignments.services.bulk_assign import plan_bulk_assignment
from mandatory_assignments.services.jobs import cancel_job, confirm_job
from tests.roles import COURSE, DUE, NOW

from .test_bulk_pages import RULES, WHAT

PAGES = "/mandatory-assignments/staff"


@pytest.fixture
def crowd(cast):
    return [build.user(f"p{number:03}", name=f"Person {number:03}", organization="Acme") for number in range(30)]


def confirmed(cast, *learners, role="coordinator", work=True):
    """A job that assigns the course to them, worked off unless told otherwise."""
    actor = cast.people[role]
    plan = plan_bulk_assignment(actor=actor, terms=Terms(COURSE, DUE), people=People(learners=learners), now=NOW)
    job = confirm_job(actor=actor, token=plan.uuid, now=NOW)
    if work:
        bulk.work_jobs()
        job.refresh_from_db()
    return job


def text(answer):
    return " ".join(answer.content.decode().split())


def test_the_page_tells_what_came_of_it_and_leads_to_the_assignments(cast, crowd):
    job = confirmed(cast, "p000", "p001", "lena", "nobody")
    page = cast.client("coordinator").get(f"{PAGES}/jobs/{job.uuid}/")
    html = text(page)
    assert "Assigning Fire safety" in html
    assert "2 of 2 · 2 assigned" in html
    assert page.context["counts"] == {"created": 2, "skipped": 0, "failed": 0, "waiting": 0, "left_out": 2}
    assert [row["username"] for row in page.context["rows"]] == ["p000", "p001"]
    assert "hx-get" not in html.split('id="ma-job"')[1].split(">")[0]
    left_out = cast.client("coordinator").get(f"{PAGES}/jobs/{job.uuid}/?part=left_out")
    assert "This training is assigned to this person already." in text(left_out)


def test_while_it_runs_the_page_asks_how_far_it_is_and_then_reads_itself_again(cast, crowd):
    job = confirmed(cast, "p000", work=False)
    client = cast.client("coordinator")
    html = text(client.get(f"{PAGES}/jobs/{job.uuid}/"))
    assert 'hx-trigger="every 2s"' in html
    assert '<noscript><meta http-equiv="refresh"' in html
    progress = client.get(f"{PAGES}/jobs/{job.uuid}/progress/")
    assert "0 of 1" in text(progress)
    assert "HX-Refresh" not in progress
    bulk.work_jobs()
    assert client.get(f"{PAGES}/jobs/{job.uuid}/progress/")["HX-Refresh"] == "true"


def test_what_failed_stands_first_by_reason_and_is_tried_again(cast, crowd):
    job = confirmed(cast, "p000", "p001", "p002", work=False)
    clock_later = NOW + timedelta(days=9)
    with clock.at(clock_later):
        bulk.work_jobs(clock_later)
        client = cast.client("coordinator")
        page = client.get(f"{PAGES}/jobs/{job.uuid}/")
        assert page.context["asked"]["part"] == "failed"
        assert [(reason["count"], reason["code"]) for reason in page.context["reasons"]] == [("3", "due_too_early")]
        assert "Try the failed ones again" in text(page)
        answer = client.post(f"{PAGES}/jobs/{job.uuid}/retry/")
        assert answer["Location"] == f"{PAGES}/jobs/{job.uuid}/"
        assert Job.objects.get().state == "waiting"
        assert set(JobRow.objects.values_list("state", flat=True)) == {RowState.WAITING}
        assert "Nothing failed here." not in text(client.get(answer["Location"]))


def test_cancelling_asks_first_and_the_rest_can_be_done_later(cast, crowd):
    job = confirmed(cast, "p000", "p001", work=False)
    client, address = cast.client("coordinator"), f"{PAGES}/jobs/{job.uuid}/cancel/"
    assert "2 are left at this moment" in text(client.get(address))
    html = text(client.post(address, follow=True))
    assert "Cancelled. What had been done stays." in html
    assert "Go on with the rest" in html
    assert client.get(address).status_code == 302
    assert "This has ended already." in text(client.post(address, follow=True))
    client.post(f"{PAGES}/jobs/{job.uuid}/retry/")
    bulk.work_jobs()
    assert Job.objects.get().created == 2


def test_the_strip_shows_what_runs_and_what_has_just_ended_until_it_is_closed(cast, crowd):
    client = cast.client("coordinator")
    assert "ma-strip" not in text(client.get(f"{PAGES}/"))
    job = confirmed(cast, "p000", work=False)
    running = text(client.get(f"{PAGES}/trainings/"))
    assert "Assigning Fire safety" in running
    assert 'hx-trigger="every 4s"' in running
    bulk.work_jobs()
    ended = text(client.get(f"{PAGES}/"))
    assert "1 assigned" in ended
    assert 'hx-trigger="every 4s"' not in ended
    assert "ma-strip-job" not in text(client.get(f"{PAGES}/jobs/{job.uuid}/"))
    answer = client.post(f"{PAGES}/jobs/{job.uuid}/close/", {"back": f"{PAGES}/trainings/?kind=course"})
    assert answer["Location"] == f"{PAGES}/trainings/?kind=course"
    assert "ma-strip" not in text(client.get(f"{PAGES}/"))
    assert "Assigning Fire safety" in text(client.get(f"{PAGES}/jobs/"))


def test_the_strip_costs_one_query_however_many_jobs_there_are(cast, crowd, count_queries):
    client = cast.client("coordinator")
    client.get(f"{PAGES}/")
    none = count_queries(lambda: client.get(f"{PAGES}/jobs/strip/"))
    for number in range(4):
        confirmed(cast, f"p{number:03}")
    assert count_queries(lambda: client.get(f"{PAGES}/jobs/strip/")) == none


@pytest.mark.parametrize("part", ["created", "left_out"])
def test_a_result_of_many_costs_as_many_queries_as_one_of_one(cast, crowd, count_queries, part):
    names = [user.username for user in crowd]
    confirmed(cast, *names[15:])
    one = confirmed(cast, names[0], names[15])
    many = confirmed(cast, *names)
    client = cast.client("coordinator")
    address = f"{PAGES}/jobs/{{}}/?part={part}"
    client.get(address.format(one.uuid))
    few = count_queries(lambda: client.get(address.format(one.uuid)))
    assert count_queries(lambda: client.get(address.format(many.uuid))) == few


def test_the_rows_are_searched_paged_and_taken_along(cast, crowd):
    job = confirmed(cast, *[user.username for user in crowd])
    client, address = cast.client("coordinator"), f"{PAGES}/jobs/{job.uuid}/"
    page = client.get(address)
    assert len(page.context["rows"]) == 25
    second = client.get(f"{address}?{page.context['next_query']}")
    assert [row["username"] for row in second.context["rows"]] == [f"p{number:03}" for number in range(25, 30)]
    found = client.get(f"{address}?search=Person 017")
    assert [row["username"] for row in found.context["rows"]] == ["p017"]
    assert client.get(f"{address}?search=zzz&part=created&cursor=x&code=%00").status_code == 200
    sheet = b"".join(client.get(f"{address}rows.csv?part=created").streaming_content).decode()
    lines = sheet.splitlines()
    assert len(lines) == 31
    assert lines[1].startswith("p000,Person 000,p000,Done,")


def test_what_nobody_confirmed_is_no_job_yet(cast, crowd):
    plan = plan_bulk_assignment(
        actor=cast.people["coordinator"], terms=Terms(COURSE, DUE), people=People(learners=["p000"]), now=NOW
    )
    client = cast.client("coordinator")
    assert client.get(f"{PAGES}/jobs/{plan.uuid}/").status_code == 404
    assert "There are none." in text(client.get(f"{PAGES}/jobs/"))
    cancel_job(actor=cast.people["coordinator"], token=plan.uuid, now=NOW)
    assert client.get(f"{PAGES}/jobs/{plan.uuid}/").status_code == 404


def test_what_was_begun_and_not_finished_is_listed_and_leads_to_where_it_stopped(cast, crowd):
    client = cast.client("coordinator")
    client.get(f"{PAGES}/bulk/")  # begun, and nothing filled in
    unfinished = client.get(f"{PAGES}/bulk/")["Location"]
    client.post(unfinished, WHAT)
    draft = Job.objects.latest("id")
    assert f'href="{unfinished}people/"' in text(client.get(f"{PAGES}/jobs/"))
    client.post(f"{unfinished}people/", {"entries": "p000", "next": "1"})
    page = client.get(f"{PAGES}/jobs/")
    assert f'href="{unfinished}reminders/"' in text(page)
    assert [each["title"] for each in page.context["drafts"]] == [draft.title]
    client.post(f"{unfinished}reminders/", RULES)
    assert f'href="{unfinished}preview/"' in text(client.get(f"{PAGES}/jobs/"))
    plan = Job.objects.latest("id")
    client.post(f"{unfinished}preview/", {"confirm": "1", "plan": plan.uuid})
    page = client.get(f"{PAGES}/jobs/")
    assert (page.context["drafts"], len(page.context["rows"])) == ([], 1)
    assert f"{PAGES}/jobs/" in text(cast.client("manager").get(f"{PAGES}/"))
    assert cast.client("global_staff").get(f"{PAGES}/jobs/").context["drafts"] == []


OWN = ["", "progress/", "cancel/", "rows.csv"]


@pytest.mark.parametrize("role", ["manager", "course_staff", "foreign_coordinator", "global_staff"])
def test_somebody_elses_job_does_not_exist(cast, crowd, role):
    job = confirmed(cast, "p000")
    client = cast.client(role)
    for rest in OWN:
        assert client.get(f"{PAGES}/jobs/{job.uuid}/{rest}").status_code == 404
        assert client.get(f"{PAGES}/jobs/{uuid.uuid4()}/{rest}").status_code == 404
    for rest in ("cancel/", "retry/", "close/"):
        assert client.post(f"{PAGES}/jobs/{job.uuid}/{rest}").status_code == 404
    assert not client.get(f"{PAGES}/jobs/").context["rows"]
    assert Job.objects.count() == 1
    assert Job.objects.get().seen_at is None
