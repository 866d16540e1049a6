"""The banner above a unit, in the page that the player frames: for whom, with what, and never in the way."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from demo.campus import build, clock
from mandatory_assignments.courseware import banner
from mandatory_assignments.queries import tracking
from tests.roles import COURSE, NOW


@pytest.fixture(autouse=True)
def _look_at_the_tracked_courses_anew():
    tracking.forget_tracked_courses()
    yield
    tracking.forget_tracked_courses()


def unit(cast, number=0, client=None, course=COURSE):
    """The framed page of a unit."""
    answer = (client or cast.client("learner")).get(f"/xblock/{build.units(course)[number]}")
    assert answer.status_code == 200
    return answer.content.decode()


def told(html):
    """The banner as it is read, empty when there is none."""
    found = re.search(r'<aside class="ma-banner.*?</aside>', html, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def test_an_assigned_unit_tells_the_due_date_and_the_note(cast):
    html = unit(cast)
    assert told(html) == "Mandatory – due Friday, 14 May 2027 Before the drill"
    assert "mandatory_assignments/assignments" in html
    assert html.count("ma-banner-due") == 1


def test_a_unit_that_is_done_has_a_check_mark_at_once(cast):
    build.complete(cast.people["learner"], COURSE, units=1)
    assert told(unit(cast)) == "Done – was due Friday, 14 May 2027 Before the drill"
    assert told(unit(cast, 1)).startswith("Mandatory – due")


def test_everything_is_done_once_the_assignment_is_completed(cast):
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    build.edit(COURSE, add=1)
    assert told(unit(cast, 4)).startswith("Done – was due")


def test_an_overdue_unit_says_so_in_words(cast):
    with clock.at(NOW + timedelta(days=13)):
        assert told(unit(cast)).startswith("Mandatory – was due Friday, 14 May 2027, 2 days overdue")


def test_markup_in_the_note_is_text_and_lines_are_kept(cast):
    cast.assign("otto", note="<script>alert(1)</script>\nsecond line")
    html = unit(cast, client=cast.client("other_learner"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nsecond line" in html
    assert "<script>alert" not in html


def test_the_icon_is_hidden_from_readers_and_nothing_in_it_takes_the_focus(cast):
    found = re.search(r'<aside class="ma-banner.*?</aside>', unit(cast), re.DOTALL)[0]
    assert 'aria-hidden="true" focusable="false"' in found
    assert not re.search(r"<a |<button|tabindex|style=|<script", found)


def test_who_was_assigned_nothing_sees_none(cast):
    assert told(unit(cast, client=cast.client("other_learner"))) == ""
    assert told(unit(cast, client=cast.client("course_staff"))) == ""


def test_staff_who_look_as_a_learner_see_the_learners(cast):
    client = cast.client("course_staff")
    chosen = {"role": "student", "user_name": "lena"}
    assert client.post(f"/courses/{COURSE}/masquerade", chosen, content_type="application/json").json()["success"]
    assert told(unit(cast, client=client)).startswith("Mandatory – due")


def test_a_course_in_which_nothing_is_assigned_costs_no_query(cast):
    course = build.course("course-v1:Acme+FREE+2027")
    build.enroll(cast.people["learner"], course)
    client = cast.client("learner")
    assert told(unit(cast, client=client, course=course)) == ""
    with CaptureQueriesContext(connection) as captured:
        unit(cast, client=client, course=course)
    assert [query["sql"] for query in captured if "mandatory_assignments_" in query["sql"]] == []


def test_an_assigned_unit_costs_one_query_of_ours_and_one_look_at_the_completions(cast):
    client = cast.client("learner")
    unit(cast, client=client)
    with CaptureQueriesContext(connection) as captured:
        unit(cast, client=client)
    assert len([query for query in captured if "mandatory_assignments_" in query["sql"]]) == 1


def test_a_failure_leaves_the_unit_as_it_is(cast, monkeypatch, caplog):
    monkeypatch.setattr(banner.assignments, "cycles_of_course", lambda *_: 1 / 0)
    html = unit(cast)
    assert told(html) == ""
    assert "vert" in html
    assert "the banner of a unit could not be made" in caplog.text


def test_what_is_withdrawn_exempt_or_paused_shows_nothing(cast):
    from mandatory_assignments import api

    by = {"actor": cast.people["coordinator"], "now": NOW}
    api.exempt_assignments(ids=[cast.assignment_id], reason="Leave", **by)
    assert told(unit(cast)) == ""
    api.lift_exemptions(ids=[cast.assignment_id], **by)
    assert told(unit(cast)).startswith("Mandatory – due")
    api.pause_learner(learner="lena", from_on=NOW.date(), until_on=(NOW + timedelta(days=3)).date(), **by)
    assert told(unit(cast)) == ""
    api.resume_learner(learner="lena", **by)
    assert told(unit(cast)).startswith("Mandatory – due")
    api.withdraw_assignments(ids=[cast.assignment_id], **by)
    assert told(unit(cast)) == ""


def test_what_was_withdrawn_does_not_hide_what_was_completed(cast):
    from mandatory_assignments import api

    api.withdraw_assignments(ids=[cast.assignment_id], actor=cast.people["coordinator"], now=NOW)
    cast.assign(note="Again")
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    assert told(unit(cast)).startswith("Done – was due")


def test_a_frozen_one_says_that_work_no_longer_counts(cast):
    from mandatory_assignments import api

    by = {"actor": cast.people["coordinator"], "now": NOW}
    api.change_assignments(ids=[cast.assignment_id], fields={"late_policy": "freeze"}, **by)
    with clock.at(NOW + timedelta(days=13)):
        assert "2 days overdue What you do now no longer counts for the assignment." in told(unit(cast))
