"""The main job, clicked through: assigned by a coordinator, done unit by unit by the learner, completed for both."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from demo.campus import build
from demo.campus.syllabus import SAFETY

from .conftest import DESKTOP, PHONE
from .staff import LIST, NOTE, Wish, assign, row

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


def open_assignment(page: Page) -> None:
    """From the dashboard to the assignment's page."""
    section = page.get_by_role("region", name="Mandatory assignments")
    section.get_by_role("link", name=SAFETY.name, exact=True).click()
    page.wait_for_url("**/mandatory-assignments/assignments/*/")


def do_unit(page: Page) -> None:
    """Read the text, answer the question, and wait until the player's outline has its tick."""
    frame = page.frame_locator("#unit-iframe")
    frame.get_by_label("True", exact=True).check()
    frame.get_by_role("button", name="Submit").click()
    ticks = page.locator("#outline-sidebar-outline a[aria-current=page] .tick.done")
    expect(ticks).to_have_count(1)


@SIZES
def test_an_assigned_course_is_done_unit_by_unit(visit, size) -> None:
    marta = visit("marta", size)
    assign(marta, Wish("sofia"))
    expect(marta.page.get_by_role("status")).to_contain_text(f"{SAFETY.name} to Sofía Hernández, due ")
    marta.picture("journey-1-assigned")

    sofia = visit("sofia", size)
    page = sofia.page
    card = page.get_by_role("region", name="Mandatory assignments").get_by_role("listitem")
    expect(card).to_contain_text("Assigned")
    expect(card).to_contain_text(re.compile("1[345] days left"))
    expect(card).to_contain_text("0 of 8 units")
    sofia.picture("journey-2-dashboard")

    open_assignment(page)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "0")
    expect(page.get_by_text("Note from Marta Kowalska")).to_be_visible()
    address = page.url
    page.get_by_role("link", name="Continue").click()

    banner = page.frame_locator("#unit-iframe").get_by_label("Mandatory assignment")
    expect(banner).to_contain_text("Mandatory – due ")
    expect(banner.locator(".ma-note")).to_have_text(NOTE)
    expect(banner.locator("svg")).to_have_attribute("aria-hidden", "true")
    expect(page.frame_locator("#unit-iframe").locator(".vert, aside").first).to_have_class("ma-banner")
    sofia.picture("journey-3-unit")
    do_unit(page)

    page.reload()
    expect(banner).to_contain_text("Done – was due ")
    sofia.picture("journey-4-unit-done")
    build.drain()
    unit = page.url
    page.goto(address)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "12")
    expect(page.get_by_text("7 units are still to be done.")).to_be_visible()

    page.goto(unit)
    for _ in range(7):
        page.get_by_role("link", name="Next", exact=True).click()
        do_unit(page)
    build.drain()

    page.goto(address)
    expect(page.get_by_text("Completed", exact=True)).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "100")
    expect(page.get_by_role("link", name="Continue")).to_have_count(0)
    sofia.picture("journey-5-completed")
    sofia.go("/dashboard")
    expect(card).to_contain_text("Completed")

    marta.go(f"{LIST}?status=completed")
    expect(row(marta.page, "Sofía Hernández")).to_contain_text("completed in time")
    marta.picture("journey-6-list")


@pytest.mark.parametrize(
    ("username", "name", "status", "units", "percent"),
    [
        ("leila", "Leila Haddad", "Assigned", "0 of 8 units", "0"),
        ("amina", "Amina Yusuf", "In progress", "4 of 8 units", "50"),
        ("lukas", "Lukáš Novák", "Completed", "8 of 8 units", "100"),
    ],
    ids=["to somebody who has not begun", "to somebody half through", "to somebody who is done"],
)
def test_what_was_done_before_counts_when_assigned(visit, username, name, status, units, percent) -> None:
    marta = visit("marta")
    assign(marta, Wish(username))

    marta.go(f"{LIST}?status=")
    line = row(marta.page, name)
    expect(line).to_contain_text(status)
    expect(line).to_contain_text(units)

    page = visit(username).page
    open_assignment(page)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", percent)
    expect(page.locator(".ma-standing")).to_have_text(status)
    assert page.locator(".ma-units .ma-done").count() == int(units[0])


def test_the_next_unit_is_where_the_learner_left_off(visit) -> None:
    assign(visit("marta"), Wish("amina"))

    page = visit("amina").page
    open_assignment(page)
    first_open = page.locator(".ma-units li:not(.ma-done)").first.inner_text().split(",")[0]
    page.get_by_role("link", name="Continue").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(first_open)


def test_a_unit_that_was_done_before_wears_the_check_mark_at_once(visit) -> None:
    assign(visit("marta"), Wish("amina"))

    page = visit("amina").page
    open_assignment(page)
    page.locator(".ma-units .ma-done a").first.click()

    expect(page.frame_locator("#unit-iframe").get_by_label("Mandatory assignment")).to_contain_text("Done – was due ")


def test_who_has_nothing_to_do_sees_neither_section_nor_banner(visit) -> None:
    assign(visit("marta"), Wish("sofia"))

    page = visit("zoe").page
    expect(page.get_by_role("region", name="Mandatory assignments")).to_have_count(0)
    page.get_by_role("link", name=f"Continue {SAFETY.name}").click()

    frame = page.frame_locator("#unit-iframe")
    expect(frame.get_by_role("button", name="Submit")).to_be_visible()
    expect(frame.locator(".ma-banner")).to_have_count(0)
