"""The way in from both instructor dashboards: a section in the old one, a tab in the new one, for course staff."""

import pytest
from openedx_filters.learning import filters

from tests.roles import COURSE

PAGE = f"/mandatory-assignments/staff/courses/{COURSE}/"


@pytest.mark.parametrize("role", ["course_staff", "global_staff"])
def test_the_old_dashboard_links_to_the_page_of_the_course(cast, role):
    html = cast.client(role).get(f"/courses/{COURSE}/instructor").content.decode()
    assert f'href="{PAGE}"' in html
    assert cast.client(role).get(PAGE).status_code == 200


@pytest.mark.skipif(
    not hasattr(filters, "InstructorDashboardTabsRequested"),
    reason="missing: the filter for tabs, which came with Verawood",
)
@pytest.mark.parametrize("role", ["course_staff", "global_staff"])
def test_the_new_dashboard_has_a_tab_with_an_absolute_address(cast, role, settings):
    tabs = cast.client(role).get(f"/api/instructor/v2/courses/{COURSE}").json()["tabs"]
    (tab,) = [tab for tab in tabs if tab["tab_id"] == "mandatory_assignments"]
    assert tab == {
        "tab_id": "mandatory_assignments",
        "title": "Mandatory assignments",
        "url": f"{settings.LMS_ROOT_URL}{PAGE}",
        "sort_order": 130,
    }
