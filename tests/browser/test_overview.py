"""The overview at work: a figure leads to its rows, everything that matches is moved, a mistake is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from demo.campus import build, clock
from demo.campus.syllabus import DATA, MACHINES, SAFETY

from .conftest import DESKTOP, IN_ALL_LANGUAGES, PHONE
from .staff import LIST, assigned, in_days
from .test_looks import Inspection

pytestmark = pytest.mark.browser


def busy() -> None:
    """Something overdue, something near, something far."""
    with clock.at(timezone.now() - timedelta(days=12)):
        assigned(["zoe", "lukas"], SAFETY.key, days=8)
    assigned(["amina", "fatima"], SAFETY.key, days=5)
    assigned("guadalupe", DATA.key, MACHINES.key, days=40)


@IN_ALL_LANGUAGES
def test_it_looks_well(visit, size, language) -> None:
    busy()
    marta = visit("marta", size)
    marta.context.set_extra_http_headers({"Accept-Language": language})
    staff = Inspection(marta)
    staff.look(f"overview-{language}", LIST)
    staff.look(f"overview-matching-{language}", f"{LIST}?picked=matching&status=")
    page = marta.page
    page.locator("fieldset.ma-bulk button").nth(1).click()
    staff.look(f"overview-act-{language}")
    page.get_by_role("textbox").or_(page.locator("input[type=date]")).first.fill(in_days(30).isoformat())
    page.locator(".ma-form button").first.click()
    page.wait_for_url("**/plans/*/")
    staff.look(f"overview-plan-{language}")
    page.go_back()
    marta.go(LIST)
    page.locator(".ma-pick input").first.check()
    page.locator("fieldset.ma-bulk button").nth(1).click()
    page.locator("input[type=date]").fill(in_days(40).isoformat())
    page.locator(".ma-form button").first.click()
    page.get_by_role("status").wait_for()
    staff.look(f"overview-done-{language}")
    assert staff.wrong == []


@pytest.mark.parametrize(("scripts", "size"), [(True, DESKTOP), (True, PHONE), (False, PHONE)])
def test_the_charts_are_opened_on_the_spot_or_on_their_page(visit, scripts, size) -> None:
    busy()
    marta = visit("marta", size, scripts=scripts)
    page = marta.go(LIST)
    page.locator("summary", has_text="Compliance, and what falls due").press("Enter")
    if not scripts:
        page.get_by_role("link", name="See the charts").click()
    page.get_by_role("heading", name="Compliance now").wait_for()
    page.get_by_role("heading", name="What falls due").wait_for()
    assert page.locator(".ma-report svg").count()
    if scripts:
        staff = Inspection(marta)
        staff.look("overview-charts")
        assert staff.wrong == []
    page.get_by_role("link", name="Field", exact=True).click()
    page.wait_for_url("**/staff/reports/?*department=*")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_figure_a_row_a_mistake_and_all_that_match(visit, scripts) -> None:
    busy()
    marta = visit("marta", DESKTOP if scripts else PHONE, scripts=scripts)
    page = marta.go(LIST)
    page.get_by_role("navigation", name="At a glance").get_by_role("link", name="Overdue").click()
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("button", name="Remind now").click()
    page.get_by_text("The learner is reminded within moments.").wait_for()
    page.locator(".ma-pick input").first.check()
    page.get_by_role("button", name="Grant an exemption").click()
    page.get_by_label("Reason").fill("A mistake")
    page.get_by_role("button", name="Next: see the new due dates").click()
    page.get_by_role("button", name="Grant an exemption").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back for 1 assignment.").wait_for()
    assert page.locator("tbody tr").count() == 1
    marta.go(f"{LIST}?picked=matching")
    page.get_by_role("button", name="Move the due date").click()
    page.get_by_label("New due date").fill(in_days(30).isoformat())
    page.get_by_role("button", name="Next: see what will happen").click()
    page.get_by_role("button", name="Move 5 due dates").dblclick()
    page.wait_for_url("**/staff/jobs/*/")
    build.drain()
    page.reload()
    page.get_by_text("5 changed").first.wait_for()
