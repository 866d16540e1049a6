"""The tab "Assignments" of a course: for whom it is, where it leads, what it costs; it never gets in the way."""

import os
import subprocess
import sys
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from opaque_keys.edx.keys import CourseKey

from demo.campus import build
from lms.djangoapps.courseware.masquerade import CourseMasquerade
from lms.djangoapps.courseware.tabs import get_course_tab_list
from mandatory_assignments import api
from mandatory_assignments.course_tab import AssignmentsTab
from mandatory_assignments.queries import entrances, tracking
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview
from tests.roles import COURSE, NOW, ROLES

HERE = f"/mandatory-assignments/courses/{COURSE}/"
STAFF_PAGE = f"/mandatory-assignments/staff/courses/{COURSE}/"
MINE = "/mandatory-assignments/"
OTHER = "course-v1:Acme+OTHER1+2027"

WITH_TAB = ("learner", "course_staff", "global_staff")


def tabs(user, key=COURSE):
    course = CourseOverview.get_from_id(CourseKey.from_string(key))
    return {str(tab.title): tab.link_func(course, reverse) for tab in get_course_tab_list(user, course)}


@pytest.fixture(autouse=True)
def fresh():
    tracking.forget_tracked_courses()
    yield
    tracking.forget_tracked_courses()


@pytest.mark.parametrize("role", ROLES[1:])
def test_who_has_to_do_the_course_and_its_staff_get_the_tab(cast, role):
    assert tabs(cast.people[role]).get("Assignments") == (HERE if role in WITH_TAB else None)


@pytest.mark.parametrize("user", [None, AnonymousUser()], ids=["nobody", "the anonymous"])
def test_nobody_in_particular_gets_none(cast, user):
    assert "Assignments" not in tabs(user)


@pytest.mark.parametrize("role", ROLES)
def test_the_address_leads_each_to_their_own_page(cast, role):
    answer = cast.client(role).get(HERE)
    there = {
        "anonymous": f"/signin/?next={HERE}",
        "learner": f"{MINE}assignments/{cast.assignment_id}/",
        "course_staff": STAFF_PAGE,
        "global_staff": STAFF_PAGE,
    }
    assert (answer.status_code, unquote(answer["Location"])) == (302, unquote(there.get(role, MINE)))


def test_with_several_assignments_it_leads_to_all_of_them(cast):
    asked = {"actor": cast.people["coordinator"], "kind": "module", "name": "Exits", "organization": "Acme", "now": NOW}
    (made,) = api.create_training(**asked, blocks=[str(build.units(COURSE)[0])]).created
    cast.assign("lena", training=str(made))
    assert cast.client("learner").get(HERE)["Location"] == MINE


def test_what_was_withdrawn_leaves_no_tab_but_what_is_completed_does(cast):
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    assert "Assignments" in tabs(cast.people["learner"])
    (other,) = cast.assign("otto")
    assert "Assignments" in tabs(cast.people["other_learner"])
    api.withdraw_assignments(actor=cast.people["coordinator"], ids=[other], now=NOW)
    assert "Assignments" not in tabs(cast.people["other_learner"])


def test_who_looks_as_a_learner_sees_the_bar_of_that_learner(cast):
    staff, key = cast.people["course_staff"], CourseKey.from_string(COURSE)
    assert "Assignments" in tabs(staff)
    for name, shown in (("lena", True), ("otto", False), (None, False)):
        staff.masquerade_settings = {key: CourseMasquerade(key, user_name=name)}
        assert ("Assignments" in tabs(staff)) is shown, name


def test_an_unknown_course_says_nothing(cast):
    assert cast.client("learner").get("/mandatory-assignments/courses/course-v1:No+SUCH+1/")["Location"] == MINE


def cost(user, key=COURSE):
    course = CourseOverview.get_from_id(CourseKey.from_string(key))
    AssignmentsTab.is_enabled(course, user)
    with CaptureQueriesContext(connection) as captured:
        AssignmentsTab.is_enabled(course, user)
    return [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]


def test_a_course_that_is_in_no_training_costs_no_query(cast):
    build.course(OTHER)
    assert cost(cast.people["learner"], OTHER) == cost(cast.people["global_staff"], OTHER) == []


def test_a_learner_costs_one_query_however_many_assignments_there_are(cast):
    assert len(cost(cast.people["learner"])) == 1
    many = [build.user(f"extra{number}", organization="Acme").username for number in range(5)]
    cast.assign(*many)
    assert len(cost(cast.people["learner"])) == 1


def test_what_fails_on_our_side_only_hides_the_tab(cast, monkeypatch, caplog):
    def lost(*arguments):
        raise OperationalError(2013, "Lost connection to server during query")

    monkeypatch.setattr(entrances, "requires", lost)
    assert "Assignments" not in tabs(cast.people["learner"])
    assert "could not be told" in caplog.text


def test_a_course_shows_it_in_its_bar(cast):
    assert f'href="{HERE}"' in cast.client("learner").get(f"/courses/{COURSE}/").content.decode()


def test_the_module_needs_no_models_when_studio_loads_it():
    loading = "import sys, mandatory_assignments.course_tab; print('mandatory_assignments.models' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", loading],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr
