"""The way in from both instructor dashboards: a section in the old one, a tab in the new one, for course staff."""

import html
import json
import os
import re
import subprocess
import sys

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from opaque_keys.edx.keys import CourseKey
from openedx_filters.learning import filters

from common.djangoapps.student.roles import CourseDataResearcherRole
from demo.campus import build, clock
from mandatory_assignments.courseware import dashboards
from mandatory_assignments.pipeline import InstructorTab
from mandatory_assignments.settings import FILTER_STEPS, plugin_settings
from tests.roles import COURSE, NOW

PAGE = f"/mandatory-assignments/staff/courses/{COURSE}/"
OLD = f"/courses/{COURSE}/instructor"
NEW = f"/api/instructor/v2/courses/{COURSE}"

with_tabs = pytest.mark.skipif(
    not hasattr(filters, "InstructorDashboardTabsRequested"),
    reason="missing: the filter for tabs, which came with Verawood",
)


def tiles(client):
    """{text: (number, address)} of the section in the old dashboard."""
    page = client.get(OLD).content.decode()
    found = re.findall(r'<a class="ma-tile[^"]*" href="([^"]+)"><strong>([^<]+)</strong> <span>([^<]+)</span>', page)
    return {text: (int(number), html.unescape(url)) for url, number, text in found}


def tab(client):
    return [tab for tab in client.get(NEW).json()["tabs"] if tab["tab_id"] == "mandatory_assignments"]


@pytest.fixture
def researcher(cast):
    """May open the dashboard, and nothing of ours."""
    person = build.user("rita", name="Rita Numbers")
    CourseDataResearcherRole(CourseKey.from_string(COURSE)).add_users(person)
    cast.people["researcher"] = person
    return cast.client("researcher")


@pytest.mark.parametrize("role", ["course_staff", "global_staff"])
def test_the_old_dashboard_links_to_the_page_of_the_course(cast, role):
    assert f'href="{PAGE}"' in cast.client(role).get(OLD).content.decode()
    assert cast.client(role).get(PAGE).status_code == 200


@pytest.mark.parametrize("days", [0, 6, 20])
def test_every_figure_is_the_number_of_the_rows_behind_it(cast, days):
    people = [build.user(f"extra{number}", organization="Acme").username for number in range(3)]
    cast.assign(*people, due_on=NOW.date().replace(day=22))
    with clock.at(NOW.replace(day=3 + days)):
        client = cast.client("course_staff")
        found = tiles(client)
        assert list(found) == ["Overdue", "Due in 7 days", "Needs attention", "Open"]
        assert {text: client.get(url).context["counted"] for text, (_, url) in found.items()} == {
            text: number for text, (number, _) in found.items()
        }
    assert [number for number, _ in found.values()][::3] == {0: [0, 4], 6: [0, 4], 20: [4, 0]}[days]


def test_the_old_dashboard_costs_as_many_queries_for_many_as_for_few(cast):
    def cost():
        client.get(OLD)
        with CaptureQueriesContext(connection) as captured:
            client.get(OLD)
        return len(captured)

    client = cast.client("course_staff")
    few = cost()
    cast.assign(*[build.user(f"extra{number}", organization="Acme").username for number in range(20)])
    assert cost() == few


def test_who_has_no_say_in_assignments_sees_the_dashboard_without_us(researcher):
    answer = researcher.get(OLD)
    assert answer.status_code == 200
    assert "idash-mandatory_assignments" not in answer.content.decode()
    assert researcher.get(PAGE).status_code == 403


@with_tabs
def test_who_has_no_say_in_assignments_gets_no_tab(researcher):
    assert researcher.get(NEW).status_code == 200
    assert tab(researcher) == []


@with_tabs
@pytest.mark.parametrize("role", ["course_staff", "global_staff"])
def test_the_new_dashboard_has_a_tab_with_an_address_on_the_site_that_is_looked_at(cast, role, settings):
    settings.LMS_ROOT_URL = "https://learn.example.org"
    assert tab(cast.client(role)) == [
        {
            "tab_id": "mandatory_assignments",
            "title": "Mandatory assignments",
            "url": f"https://testserver{PAGE}",
            "sort_order": 130,
        }
    ]


def test_without_a_request_the_tab_leads_to_the_platforms_own_address(cast, settings):
    settings.LMS_ROOT_URL = "https://learn.example.org/"
    step = InstructorTab("", [])
    (found,) = step.run_filter([], cast.people["global_staff"], COURSE)["tabs"]
    assert found["url"] == f"https://learn.example.org{PAGE}"


def lost(*arguments):
    raise OperationalError(2013, "Lost connection to server during query")


def broken(*arguments):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM no_such_table")


@pytest.mark.parametrize("fails", [lost, broken])
def test_what_fails_on_our_side_leaves_both_dashboards_as_they_were(cast, monkeypatch, caplog, settings, fails):
    entries = settings.OPEN_EDX_FILTERS_CONFIG
    settings.OPEN_EDX_FILTERS_CONFIG = {kind: entry | {"fail_silently": False} for kind, entry in entries.items()}
    monkeypatch.setattr(dashboards, "scope_in", fails)
    client = cast.client("course_staff")
    page = client.get(OLD)
    assert (page.status_code, "ma-tile" in page.content.decode()) == (200, False)
    assert client.get(NEW).status_code == 200
    assert tab(client) == []
    assert "could not be made" in caplog.text


class TestSettings:
    @pytest.mark.parametrize(
        ("theirs", "before"),
        [
            ("other.Step", ["other.Step"]),
            (["other.Step"], ["other.Step"]),
            ({"pipeline": ["other.Step"], "fail_silently": False}, ["other.Step"]),
            ({}, []),
            (None, []),
        ],
        ids=["a string", "a list", "a dict", "an empty dict", "nothing"],
    )
    def test_our_steps_come_once_after_those_of_others_in_every_form(self, theirs, before):
        class Site:
            OPEN_EDX_FILTERS_CONFIG = dict.fromkeys(FILTER_STEPS, theirs)

        for _ in range(2):
            plugin_settings(Site)
        for kind, step in FILTER_STEPS.items():
            entry = Site.OPEN_EDX_FILTERS_CONFIG[kind]
            assert entry["pipeline"] == [*before, step]
            assert entry["fail_silently"] is not (isinstance(theirs, dict) and bool(theirs))

    def test_they_are_there_although_the_hosts_yaml_replaces_the_setting_between_common_and_production(self, tmp_path):
        kind = "org.openedx.learning.instructor.dashboard.tabs.requested.v1"
        config = {"OPEN_EDX_FILTERS_CONFIG": {kind: {"pipeline": ["other.Step"], "fail_silently": False}}}
        (tmp_path / "lms.yml").write_text(json.dumps(config))
        asked = "import json; from demo import settings; print(json.dumps(settings.OPEN_EDX_FILTERS_CONFIG))"
        environment = os.environ | {"LMS_CFG": str(tmp_path / "lms.yml"), "DEMO_VAR": str(tmp_path)}
        told = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", asked],
            env=environment | {"PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        found = json.loads(told.stdout)
        assert found[kind] == {"pipeline": ["other.Step", FILTER_STEPS[kind]], "fail_silently": False}
        assert set(found) == set(FILTER_STEPS)
