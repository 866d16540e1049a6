"""The same work without a mouse, and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from demo.campus import build
from demo.campus.syllabus import SAFETY

from .conftest import DESKTOP, PHONE
from .staff import LIST, Wish, assign, fill, in_days, row
from .test_looks import Inspection

pytestmark = pytest.mark.browser

FOCUSED = """() => {
    const focused = document.activeElement, shown = getComputedStyle(focused);
    const name = focused.labels?.length ? focused.labels[0].textContent : focused.textContent;
    // Inside a date field the focus also rests on the calendar's button, which the browser outlines itself.
    const outlined = shown.outlineStyle !== "none" && parseFloat(shown.outlineWidth) >= 2;
    return [name.trim(), outlined || focused.type === "date"];
}"""


def tab_to(page: Page, name: str) -> None:
    """Press the tab key until the control of that name has the focus; everything on the way shows that it has it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused, shown = page.evaluate(FOCUSED)
        assert shown, f"nobody sees that {focused!r} has the focus"
        if focused == name:
            return
    raise AssertionError(f"{name!r} cannot be reached with the tab key on {page.url}")


def follow(page: Page, name: str) -> None:
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_course_is_assigned_by_keyboard_alone(visit) -> None:
    marta = visit("marta")
    page, day = marta.page, in_days(20)

    for name in ("Mandatory assignments", "Assignments of others", "Assign a training"):
        follow(page, name)
    tab_to(page, "Training")
    page.keyboard.type(SAFETY.name)
    tab_to(page, "Learner")
    page.keyboard.type("leila@acme.example.com")
    tab_to(page, "Due date")
    page.keyboard.type(day.strftime("%m%d%Y"))
    tab_to(page, "Note to the learner (optional)")
    page.keyboard.type("With the keyboard")
    follow(page, "Assign")

    expect(page.get_by_role("status")).to_contain_text(f"{SAFETY.name} to Leila Haddad, due ")
    build.drain()
    marta.go(LIST)
    tab_to(page, "Show")
    follow(page, "Leila Haddad")
    expect(page.get_by_text("With the keyboard")).to_be_visible()
    expect(page.locator(".ma-facts")).to_contain_text(f"{day:%A}, {day.day} {day:%B %Y}")


def test_a_unit_is_reached_by_keyboard_alone(visit) -> None:
    assign(visit("marta"), Wish("leila"))
    page = visit("leila").page

    follow(page, "All my assignments")
    follow(page, SAFETY.name)
    follow(page, "Continue")

    expect(page.frame_locator("#unit-iframe").get_by_label("Mandatory assignment")).to_be_visible()


def test_the_skip_link_leads_past_the_navigation(visit) -> None:
    marta = visit("marta")
    page = marta.go(LIST)

    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    inside = page.evaluate("() => document.querySelector('main, #content').contains(document.activeElement)")
    assert inside


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_pages_are_whole_without_javascript(visit, size) -> None:
    marta = visit("marta", size, scripts=False)
    assign(marta, Wish("leila", note="Without scripts"))
    expect(marta.page.get_by_role("status")).to_contain_text("Leila Haddad")

    page = marta.go(LIST)
    page.get_by_label("Learner or training").fill("haddad")
    page.get_by_label("Status").select_option(label="Assigned")
    page.get_by_role("button", name="Show").click()
    expect(row(page, "Leila Haddad")).to_contain_text("0 of 8 units")

    leila = visit("leila", size, scripts=False)
    page = leila.page
    page.get_by_role("region", name="Mandatory assignments").get_by_role("link", name=SAFETY.name, exact=True).click()
    expect(page.get_by_text("Without scripts")).to_be_visible()
    page.get_by_role("link", name="Continue").click()
    expect(page.frame_locator("#unit-iframe").get_by_label("Mandatory assignment")).to_contain_text("Mandatory – due ")


def test_a_refusal_is_told_without_javascript(visit) -> None:
    marta = visit("marta", scripts=False)
    page = marta.go(f"{LIST}new/")
    fill(page, Wish("nobody"))

    page.get_by_role("button", name="Assign", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("nobody")
    expect(page.get_by_label("Learner", exact=True)).to_have_value("nobody")


@pytest.mark.parametrize(("size", "scripts"), [(DESKTOP, True), (PHONE, True), (PHONE, False)])
@pytest.mark.parametrize("start", ["new/", "bulk/"])
def test_among_many_trainings_one_is_found_while_its_name_is_typed(visit, size, scripts, start) -> None:
    for number in range(26):
        build.course(f"course-v1:Acme+PUMP{number:02}+2026", name=f"Pump {number:02}", units=1, blocks=1)
    marta = visit("marta", size, scripts=scripts)
    page = marta.go(f"{LIST}{start}")
    search, training = page.get_by_label("Find a training"), page.get_by_label("Training", exact=True)
    if scripts:
        page.get_by_label("Note to the learner").fill("Kept")
        search.press_sequentially("pump 17")
    else:
        search.fill("pump 17")
        page.get_by_role("button", name="Find", exact=True).click()
    expect(training.get_by_role("option")).to_have_count(2)
    training.select_option(label="Pump 17 (course-v1:Acme+PUMP17+2026)")
    if scripts:
        expect(page.get_by_label("Note to the learner")).to_have_value("Kept")
        pages = Inspection(marta)
        pages.look(f"find-training-{start.rstrip('/')}")
        assert pages.wrong == []
    page.get_by_label("Due date").fill(in_days(20).isoformat())
    if start == "bulk/":
        page.get_by_role("button", name="Next: for whom").click()
        page.get_by_role("heading", name="Assign “Pump 17” to many").wait_for()
    else:
        page.get_by_label("Learner", exact=True).fill("leila")
        page.get_by_role("button", name="Assign", exact=True).click()
        page.wait_for_url("**/staff/assignments/*/")
