"""The section in the dashboard: what it shows, when it is absent, and that it never breaks the dashboard."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from edx_django_utils.plugins import get_plugins_view_context

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.learner import section
from mandatory_assignments.services.notify import note_read
from tests.roles import COURSE, NOW


def html(user):
    """The section as the LMS asks for it."""
    context = get_plugins_view_context("lms.djangoapp", "course_dashboard", {"user": user})
    return context["plugins"]["mandatory_assignments"]["section"]


def text(user):
    return " ".join(re.sub(r"<[^>]+>", " ", html(user)).split())


def test_it_tells_name_status_due_date_and_progress(cast):
    told = text(cast.people["learner"])
    assert "Fire safety Assigned 11 days left – Friday, 14 May 2027 0 of 4 units 0 %" in told
    assert "Continue" in told


def test_the_name_leads_to_the_assignment(cast):
    address = f"/mandatory-assignments/assignments/{cast.assignment_id}/"
    assert f'<a href="{address}">Fire safety</a>' in html(cast.people["learner"])
    assert f'href="{address}continue/"' in html(cast.people["learner"])


def test_it_is_absent_when_there_is_nothing(cast):
    assert html(cast.people["other_learner"]) == ""
    assert html(AnonymousUser()) == ""


def test_what_was_not_read_yet_is_counted_and_leads_to_the_inbox(cast):
    learner = cast.people["learner"]
    assert '<a href="/mandatory-assignments/inbox/">1 unread message</a>' in html(learner)
    api.withdraw_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], now=NOW)
    assert text(learner) == "Mandatory assignments 2 unread messages All my assignments"
    note_read(user_id=learner.id, now=NOW)
    assert html(learner) == ""


def test_the_most_urgent_comes_first_and_what_is_done_last(cast):
    for key, days in (("SOON", 4), ("LATER", 30)):
        course = build.course(f"course-v1:Acme+{key}+2027", name=key)
        cast.assign(training=str(course), due_on=(NOW + timedelta(days=days)).date())
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    names = re.findall(r'/">(SOON|LATER|Fire safety)</a>', html(cast.people["learner"]))
    assert names == ["SOON", "LATER", "Fire safety"]


def test_what_is_frozen_comes_after_what_can_still_be_done(cast):
    by = {"actor": cast.people["coordinator"], "ids": [cast.assignment_id], "now": NOW}
    api.change_assignments(fields={"late_policy": "freeze"}, **by)
    cast.assign(training=str(build.course("course-v1:Acme+LATER+2027", name="LATER")), due_on=date(2027, 6, 30))
    with clock.at(NOW + timedelta(days=13)):
        names = re.findall(r'/">(LATER|Fire safety)</a>', html(cast.people["learner"]))
    assert names == ["LATER", "Fire safety"]


def test_it_leaves_fifteen_days_after_the_due_day_but_what_is_open_is_counted(cast):
    with clock.at(NOW.replace(day=29)):
        told = text(cast.people["learner"])
    assert "1 older, still open" in told
    assert "Fire safety" not in told


def test_it_leaves_at_the_learners_own_midnight_whatever_the_status(cast, settings):
    midnight = datetime(2027, 5, 28, 22, tzinfo=UTC)  # in Berlin
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    note_read(user_id=cast.people["learner"].id, now=NOW)
    with clock.at(midnight - timedelta(minutes=1)):
        assert "Fire safety Completed" in text(cast.people["learner"])
    with clock.at(midnight):
        assert html(cast.people["learner"]) == ""
        settings.MANDATORY_ASSIGNMENTS_HIDE_AFTER_DAYS = 16
        assert "Fire safety Completed" in text(cast.people["learner"])


def test_it_shows_five_and_says_how_many_more(cast):
    for number in range(7):
        cast.assign(training=str(build.course(f"course-v1:Acme+N{number}+2027")))
    found = html(cast.people["learner"])
    assert found.count("<article") == 5
    assert "3 more, and all my assignments" in found


@pytest.mark.parametrize("context", [{}, {"user": None}, None], ids=str)
def test_a_context_without_a_person_gives_nothing(db, context, caplog):
    assert section.course_dashboard(context) == {"section": ""}


def test_a_failure_gives_nothing_and_is_logged(cast, monkeypatch, caplog):
    monkeypatch.setattr(section.assignments, "my_dashboard", lambda *_: 1 / 0)
    assert section.course_dashboard({"user": cast.people["learner"]}) == {"section": ""}
    assert "the dashboard section could not be made" in caplog.text


def test_markup_in_a_name_is_text(cast):
    course = build.course("course-v1:Acme+EVIL+2027", name="<script>alert(1)</script>")
    cast.assign(training=str(course))
    assert "<script>" not in html(cast.people["learner"])


def test_it_costs_as_many_queries_for_many_as_for_one(cast, count_queries):
    learner = cast.people["learner"]
    html(learner)
    one = count_queries(lambda: html(learner))
    for number in range(9):
        cast.assign(training=str(build.course(f"course-v1:Acme+Q{number}+2027")))
    assert count_queries(lambda: html(learner)) == one


def test_what_waits_is_calm_and_comes_after_what_is_to_do(cast):
    from mandatory_assignments import api

    course = build.course("course-v1:Acme+LATER+2027", name="LATER")
    cast.assign(training=str(course), due_on=(NOW + timedelta(days=30)).date())
    api.exempt_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], reason="Leave", now=NOW)
    found = html(cast.people["learner"])
    assert re.findall(r'/">(LATER|Fire safety)</a>', found) == ["LATER", "Fire safety"]
    assert found.count("Continue<") == 1
    assert "ma-card-exempt" in found


def test_what_was_withdrawn_is_gone(cast):
    from mandatory_assignments import api

    api.withdraw_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], now=NOW)
    note_read(user_id=cast.people["learner"].id, now=NOW)
    assert html(cast.people["learner"]) == ""


def test_what_waits_is_not_counted_among_the_older_ones(cast):
    from mandatory_assignments import api

    api.exempt_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], reason="Leave", now=NOW)
    note_read(user_id=cast.people["learner"].id, now=NOW)
    with clock.at(NOW.replace(day=31)):
        assert html(cast.people["learner"]) == ""
