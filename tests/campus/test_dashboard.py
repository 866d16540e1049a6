"""The dashboard: progress, plugins' contributions, joining and leaving."""

from __future__ import annotations

import pytest
from openedx_filters.learning.filters import CourseUnenrollmentStarted
from openedx_filters.tooling import OpenEdxPublicFilter

from common.djangoapps.student.models import CourseEnrollment
from demo.campus import build
from demo.campus.pages import dashboard

from .conftest import KEY

LEAVE = f"/courses/{KEY}/unenroll"
JOIN = f"/courses/{KEY}/enroll"


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_a_card_tells_how_far_the_learner_is(visit_as, course, enrolled) -> None:
    build.complete(enrolled, course, units=1)

    card = visit_as(enrolled).get("/dashboard").context["cards"][0]

    assert (card["done"], card["total"], card["percent"]) == (1, 4, 25)


def test_continue_leads_to_the_first_unit_that_is_not_done(visit_as, course, enrolled, unit_pages) -> None:
    build.complete(enrolled, course, units=2)

    card = visit_as(enrolled).get("/dashboard").context["cards"][0]

    assert card["continue_url"] == unit_pages[2][0]


def test_what_the_plugin_says_stands_beside_the_courses(visit_as, enrolled, monkeypatch) -> None:
    answer = {"plugins": {"mandatory_assignments": {"section": "<b>three to do</b>"}}}
    monkeypatch.setattr(dashboard, "get_plugins_view_context", lambda *_: answer)

    assert visit_as(enrolled).get("/dashboard").context["section"] == "<b>three to do</b>"


def test_a_learner_may_leave(visit_as, course, enrolled) -> None:
    response = visit_as(enrolled).post(LEAVE, follow=True)

    assert said(response) == ["You have left “Fire safety”."]
    assert not CourseEnrollment.is_enrolled(enrolled, course)


def test_a_refused_leave_shows_the_reason_and_changes_nothing(visit_as, course, enrolled, monkeypatch) -> None:
    def refuse(**_: object) -> None:
        raise CourseUnenrollmentStarted.PreventUnenrollment("This course is mandatory for you.")

    monkeypatch.setattr(OpenEdxPublicFilter, "run_pipeline", staticmethod(refuse))
    response = visit_as(enrolled).post(LEAVE, follow=True)

    assert said(response) == ["This course is mandatory for you."]
    assert CourseEnrollment.is_enrolled(enrolled, course)


def test_leaving_takes_a_post(visit_as, enrolled) -> None:
    assert visit_as(enrolled).get(LEAVE).status_code == 405


def test_an_open_course_can_be_joined(visit_as, course, learner) -> None:
    response = visit_as(learner).post(JOIN, follow=True)

    assert said(response) == ["You are enrolled in “Fire safety”."]
    assert CourseEnrollment.is_enrolled(learner, course)


def test_joining_twice_says_so(visit_as, enrolled) -> None:
    assert said(visit_as(enrolled).post(JOIN, follow=True)) == ["You are already enrolled in “Fire safety”."]


def test_a_course_by_invitation_cannot_be_joined(visit_as, learner) -> None:
    key = build.course("course-v1:Acme+CLOSED+2027", name="Closed", units=1, invitation_only=True)

    response = visit_as(learner).post(f"/courses/{key}/enroll", follow=True)

    assert not CourseEnrollment.is_enrolled(learner, key)
    assert len(said(response)) == 1


def test_staff_find_their_courses(visit_as, course, teacher, learner) -> None:
    assert [found.id for found in visit_as(teacher).get("/dashboard").context["staff_courses"]] == [course]
    assert visit_as(learner).get("/dashboard").context["staff_courses"] == []


@pytest.mark.parametrize("path", ["/courses/course-v1:No+Such+Course/enroll", "/courses/a+b+c/unenroll"])
def test_unknown_courses_are_not_found(visit_as, learner, path: str) -> None:
    assert visit_as(learner).post(path).status_code == 404
