"""Changing assignments as staff do it: in the list and on pages, by mouse and keyboard, without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from demo.campus import build, clock
from demo.campus.syllabus import DATA, MACHINES, SAFETY

from .conftest import DESKTOP, PHONE
from .staff import LIST, assigned, in_days, row
from .test_ways_of_working import follow, tab_to

pytestmark = pytest.mark.browser

WAYS = pytest.mark.parametrize(
    ("size", "scripts"), [(DESKTOP, True), (PHONE, False)], ids=["desktop", "phone without JavaScript"]
)


def open_assignment(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_url("**/staff/assignments/*/")


def press(page: Page, name: str) -> None:
    """The button of that name, and the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def enter(page: Page, name: str) -> None:
    """The link of that name, and the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("link", name=name, exact=True).click()


@WAYS
def test_the_list_is_filtered_sorted_and_turned_over(visit, size, scripts) -> None:
    build.users(30, prefix="crowd", organization="Acme")
    assigned([f"crowd{number}" for number in range(1, 31)], SAFETY.key, days=10)
    assigned(["amina", "joao"], MACHINES.key, days=20)
    marta = visit("marta", size, scripts=scripts)
    page = marta.go(LIST)
    expect(page.locator(".ma-count")).to_contain_text("32 assignments")

    page.locator("summary", has_text="More filters").click()
    page.get_by_label("Training", exact=True).select_option(label=SAFETY.name)
    page.get_by_label("Due until").fill(in_days(15).isoformat())
    page.get_by_label("Order").select_option(label="By name")
    press(page, "Show")
    expect(page.locator(".ma-count")).to_contain_text("30 assignments")
    enter(page, "Next page")
    expect(page.locator("tbody tr")).to_have_count(5)
    expect(page.get_by_label("Training", exact=True)).to_have_value(re.compile("[0-9a-f-]{36}"))

    page.get_by_label("Department").select_option(label="Field/North")
    press(page, "Show")
    expect(page.get_by_text("Nothing here fits this filter.")).to_be_visible()
    page.get_by_label("Training", exact=True).select_option(label="All trainings")
    page.get_by_label("Due until").fill("")
    press(page, "Show")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(row(page, "Amina Yusuf")).to_be_visible()


@WAYS
def test_an_assignment_is_edited(visit, size, scripts) -> None:
    assigned("zoe", SAFETY.key)
    marta = visit("marta", size, scripts=scripts)
    page, day = marta.go(LIST), in_days(40)
    open_assignment(page, "Zoë O’Connor")
    enter(page, "Edit")
    page.get_by_label("Due date").fill(day.isoformat())
    page.get_by_label("Note to the learner").fill("More time")
    page.locator("summary", has_text="Late work").click()
    page.get_by_label("Late work").select_option(label="It does not count")
    page.get_by_label("Days of grace").fill("2")
    press(page, "Save")

    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.locator(".ma-facts").first).to_contain_text(f"{day:%A}, {day.day} {day:%B %Y}")
    expect(page.locator(".ma-facts").first).to_contain_text("later than 2 days")
    expect(page.get_by_role("region", name="History")).to_contain_text("Due date moved from")

    zoe = visit("zoe", size, scripts=scripts)
    zoe.page.get_by_role("region", name="Mandatory assignments").get_by_role(
        "link", name=SAFETY.name, exact=True
    ).click()
    expect(zoe.page.get_by_text("More time")).to_be_visible()
    expect(
        zoe.page.get_by_text("you can still complete it late; what you do after that does not count")
    ).to_be_visible()


@WAYS
def test_an_assignment_is_withdrawn_with_its_enrolment(visit, size, scripts) -> None:
    assigned("tomas", MACHINES.key)
    marta = visit("marta", size, scripts=scripts)
    page = marta.go(LIST)
    open_assignment(page, "Tomáš Dvořák")
    enter(page, "Withdraw")
    expect(page.get_by_text("The learner is told on the platform")).to_be_visible()
    page.get_by_label("Reason").fill("Wrong person")
    page.get_by_label("Unenrol, too").check()
    press(page, "Withdraw")

    expect(page.get_by_role("status")).to_contain_text("Withdrawn: ")
    expect(page.get_by_role("region", name="History")).to_contain_text("Reason: Wrong person")
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)
    build.drain()
    page.reload()
    expect(page.get_by_role("region", name="Enrolment")).to_contain_text("Ended with the assignment")
    tomas = visit("tomas", size, scripts=scripts)
    section = tomas.page.get_by_role("region", name="Mandatory assignments")
    expect(section).to_contain_text("unread message")
    expect(section.locator(".ma-card")).to_have_count(0)


@WAYS
def test_a_learner_is_exempted_and_the_exemption_lifted(visit, size, scripts) -> None:
    assigned("zoe", SAFETY.key)
    marta = visit("marta", size, scripts=scripts)
    page, last = marta.go(LIST), in_days(30)
    open_assignment(page, "Zoë O’Connor")
    enter(page, "Grant an exemption")
    page.get_by_label("Reason").fill("Parental leave")
    page.get_by_label("Exempt until").fill(last.isoformat())
    press(page, "Next: see the new due dates")
    expect(page.locator(".ma-new-day")).to_contain_text("New due date: ")
    foreseen = page.locator(".ma-new-day").inner_text().removeprefix("New due date: ")
    press(page, "Change")
    expect(page.get_by_label("Reason")).to_have_value("Parental leave")
    press(page, "Next: see the new due dates")
    press(page, "Grant an exemption")

    expect(page.locator(".ma-standing").first).to_contain_text("Exempt until ", use_inner_text=False)
    expect(page.locator(".ma-facts").first).to_contain_text(foreseen)

    zoe = visit("zoe", size, scripts=scripts)
    zoe.go("/mandatory-assignments/").get_by_role("link", name=SAFETY.name, exact=True).click()
    expect(zoe.page.get_by_text("You are exempt until ")).to_be_visible()
    expect(zoe.page.get_by_text("Parental leave")).to_be_visible()

    enter(page, "Lift the exemption")
    expect(page.locator(".ma-new-day")).to_be_visible()
    press(page, "Lift the exemption")
    expect(page.get_by_role("status")).to_contain_text("No longer exempt")
    expect(page.get_by_role("link", name="Grant an exemption")).to_be_visible()


@WAYS
def test_a_person_is_paused_and_comes_back(visit, size, scripts) -> None:
    assigned("zoe", SAFETY.key, days=20)
    marta = visit("marta", size, scripts=scripts)
    page = marta.go(LIST)
    open_assignment(page, "Zoë O’Connor")
    enter(page, "Pause Zoë O’Connor")
    page.get_by_label("First day away").fill(in_days(0).isoformat())
    page.get_by_label("Last day away").fill(in_days(9).isoformat())
    page.get_by_label("Reason").fill("Holiday")
    press(page, "Next: see the new due dates")
    expect(page.locator(".ma-new-day")).to_have_count(1)
    press(page, "Pause")
    expect(page.get_by_role("status")).to_contain_text("the assignments wait")
    clock.move(days=2)
    page.reload()
    expect(page.locator(".ma-standing").first).to_contain_text("Paused")

    zoe = visit("zoe", size, scripts=scripts)
    card = zoe.page.get_by_role("region", name="Mandatory assignments").get_by_role("listitem")
    expect(card).to_contain_text("away until ")
    expect(card.get_by_role("link", name="Continue")).to_have_count(0)

    enter(page, "Zoë O’Connor is back")
    press(page, "End the absence")
    expect(page.get_by_role("status")).to_contain_text("is back")
    expect(page.locator(".ma-standing").first).not_to_contain_text("Paused")


@WAYS
def test_several_are_chosen_and_changed_at_once(visit, size, scripts) -> None:
    assigned(["zoe", "amina"], SAFETY.key)
    assigned("lukas", SAFETY.key)
    marta = visit("marta", size, scripts=scripts)
    page = marta.go(f"{LIST}?status=&order=sort_name")
    press(page, "Withdraw")
    expect(page.get_by_role("status")).to_contain_text("Choose at least one assignment first.")
    page.get_by_label("Choose Zoë O’Connor").check()
    page.get_by_label("Choose Amina Yusuf").check()
    page.get_by_label("Choose Lukáš Novák").check()
    press(page, "Withdraw")
    expect(page.get_by_role("heading", level=1)).to_have_text("Withdraw 2 assignments?")
    expect(page.get_by_role("region", name="1 stays as it is")).to_contain_text("Lukáš Novák")
    press(page, "Withdraw 2 assignments")

    assert page.url.endswith("?status=&search=&order=sort_name")
    expect(page.get_by_role("status")).to_contain_text("2 assignments were withdrawn.")
    expect(page.get_by_role("status")).to_contain_text("Left as it is: Lukáš Novák")
    expect(row(page, "Amina Yusuf")).to_contain_text("Withdrawn")
    expect(row(page, "Lukáš Novák")).to_contain_text("Completed")


def test_everything_on_a_page_is_chosen_and_moved(visit) -> None:
    assigned(["zoe", "amina", "joao"], SAFETY.key)
    marta = visit("marta")
    page, day = marta.go(LIST), in_days(50)
    enter(page, "Choose all on this page")
    press(page, "Move the due date")
    page.get_by_label("New due date").fill(day.isoformat())
    press(page, "Move 3 due dates")
    expect(page.get_by_role("status")).to_contain_text("3 due dates were moved.")
    expect(page.locator("tbody .ma-day")).to_have_text([f"{day:%A}, {day.day} {day:%B %Y}"] * 3)


def test_a_double_click_does_it_once(visit) -> None:
    assigned("zoe", SAFETY.key)
    marta = visit("marta")
    page = marta.go(LIST)
    open_assignment(page, "Zoë O’Connor")
    enter(page, "Withdraw")
    page.get_by_role("button", name="Withdraw", exact=True).dblclick()
    page.wait_for_url("**/staff/assignments/*/")
    expect(page.get_by_role("region", name="History").get_by_text("Withdrawn.", exact=True)).to_have_count(1)


def test_the_work_is_done_by_keyboard_alone(visit) -> None:
    assigned(["zoe", "amina"], DATA.key)
    marta = visit("marta")
    page = marta.go(f"{LIST}?order=sort_name")
    tab_to(page, "More filters")
    page.keyboard.press("Enter")
    tab_to(page, "Only what needs attention")
    tab_to(page, f"Choose Amina Yusuf: {DATA.name}")
    page.keyboard.press("Space")
    follow(page, "Grant an exemption")
    tab_to(page, "Reason")
    page.keyboard.type("By keyboard")
    follow(page, "Next: see the new due dates")
    follow(page, "Grant an exemption")
    expect(page.get_by_role("status")).to_contain_text("Exempt: Amina Yusuf")
    marta.go(f"{LIST}?status=exempt")
    follow(page, "Amina Yusuf")
    follow(page, "Lift the exemption")
    follow(page, "Lift the exemption")
    follow(page, "Edit")
    tab_to(page, "Note to the learner (optional)")
    page.keyboard.type("Typed ")
    follow(page, "Save")
    expect(page.get_by_role("status")).to_contain_text("Saved.")


def test_a_refused_form_keeps_what_was_typed(visit) -> None:
    assigned("zoe", SAFETY.key)
    marta = visit("marta")
    page = marta.go(LIST)
    open_assignment(page, "Zoë O’Connor")
    enter(page, "Grant an exemption")
    page.get_by_label("Reason").fill("Because of this")
    page.get_by_label("Exempt until").fill((in_days(0) - timedelta(days=9)).isoformat())
    page.evaluate("() => { document.querySelector('.ma-form').noValidate = true }")
    press(page, "Next: see the new due dates")
    expect(page.get_by_role("alert")).to_contain_text("the first date allowed is")
    expect(page.get_by_label("Reason")).to_have_value("Because of this")
    expect(page.get_by_label("Exempt until")).to_have_attribute("aria-invalid", "true")
