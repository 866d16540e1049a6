"""Course staff find the assignments of their course from both instructor dashboards."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from demo.campus import build
from demo.campus.syllabus import DATA

from .conftest import DESKTOP, PHONE
from .staff import Wish, fill, in_days, row

pytestmark = pytest.mark.browser

COURSE_PAGE = f"/mandatory-assignments/staff/courses/{DATA.key}/"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_legacy_dashboard_s_section_leads_to_the_course_s_assignments(visit, size) -> None:
    priya = visit("priya", size)
    page = priya.go(f"/courses/{DATA.key}/instructor")

    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Mandatory assignments").click()
    priya.picture("legacy-dashboard")
    page.get_by_role("link", name="Open mandatory assignments of this course").click()

    expect(page).to_have_url(priya.url + COURSE_PAGE)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Assignments in {DATA.name}")
    expect(page.get_by_text("Nothing is open or overdue.")).to_be_visible()
    priya.picture("course-list-empty")


def test_the_new_dashboard_s_tab_leads_to_the_course_s_assignments(visit) -> None:
    priya = visit("priya")
    page = priya.go(f"/instructor-dashboard/{DATA.key}/")

    tabs = page.get_by_role("navigation", name="Instructor dashboard")
    tabs.get_by_role("link", name="Mandatory assignments").click()

    expect(page).to_have_url(priya.url + COURSE_PAGE)


def test_course_staff_assign_their_course_and_see_no_other(visit) -> None:
    priya = visit("priya")
    page = priya.go(COURSE_PAGE)

    page.get_by_role("link", name="Assign a training").click()
    page.get_by_label("Learner", exact=True).fill("siobhan")
    page.get_by_label("Due date").fill(in_days(30).isoformat())
    page.get_by_role("button", name="Assign", exact=True).click()
    page.wait_for_url("**/staff/assignments/*/")
    build.drain()
    expect(page.get_by_role("status")).to_contain_text(f"{DATA.name} to Siobhán Ní Bhriain")

    priya.go(COURSE_PAGE)
    expect(row(page, "Siobhán Ní Bhriain")).to_contain_text("Assigned")
    priya.picture("course-list")
    marta = visit("marta")
    fill(marta.go("/mandatory-assignments/staff/new/"), Wish("zoe"))
    marta.page.get_by_role("button", name="Assign", exact=True).click()
    marta.page.wait_for_url("**/staff/assignments/*/")
    priya.go("/mandatory-assignments/staff/?status=")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_learner_is_told_that_the_staff_pages_are_not_for_them(visit) -> None:
    zoe = visit("zoe")

    zoe.go(COURSE_PAGE)

    expect(zoe.page.get_by_role("heading", level=1)).to_have_text("You cannot use this page")
    expect(zoe.page.get_by_role("link", name="To my own assignments")).to_be_visible()
