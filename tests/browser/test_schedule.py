"""Repetition and reminders while an assignment is made and changed: by mouse, by keyboard, without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from demo.campus import build
from demo.campus.syllabus import SAFETY
from mandatory_assignments.data import Reminder, Role
from mandatory_assignments.models import Assignment
from mandatory_assignments.queries import recurring, reminding

from .campus import person
from .conftest import IN_OTHER_LANGUAGES
from .staff import LIST, Wish, assigned, fill, in_days
from .test_changing import WAYS, enter, open_assignment, press
from .test_looks import LONG, SIZES, Inspection
from .test_ways_of_working import follow, tab_to

pytestmark = pytest.mark.browser


def made(username: str) -> Assignment:
    return Assignment.objects.get(learner=person(username))


def rules(assignment: Assignment) -> tuple[Reminder, ...]:
    return reminding.rules_of([assignment.reminder_set_id])[assignment.reminder_set_id]


def choose(page: Page, name: str) -> None:
    """A set of reminders by its name."""
    page.get_by_role("radio", name=name).check()


def click(page: Page, name: str, scripts: bool, rows: int) -> None:
    """A button that changes the rows: the page comes again, or the part that changed; so many rows are there then."""
    if scripts:
        page.get_by_role("button", name=name, exact=True).click()
    else:
        press(page, name)
    expect(page.locator(".ma-row")).to_have_count(rows)


def see(page: Page, scripts: bool) -> None:
    """Has the page show what will happen now; with JavaScript it does so by itself."""
    if not scripts:
        press(page, "Show the dates")


@WAYS
def test_an_assignment_is_made_that_comes_again_and_reminds_by_own_rules(visit, size, scripts) -> None:
    marta = visit("marta", size, scripts=scripts)
    page = marta.go(f"{LIST}new/")
    plan = page.get_by_role("region", name="What will happen")
    expect(plan).to_contain_text("To see the dates, fill in: Training, Learner, Due date.")
    fill(page, Wish("leila", due_on=in_days(30)))
    page.get_by_label("Comes again").check()
    see(page, scripts)
    expect(plan).to_contain_text("Comes again every 52 weeks.")
    expect(plan).to_contain_text("Leila Haddad (learner): to come")

    choose(page, "Compliance")
    click(page, "Change these rules", scripts, 5)
    click(page, "Remove Reminder 5", scripts, 4)
    click(page, "Add a reminder", scripts, 5)
    last = page.get_by_role("group", name="Reminder 5", exact=True)
    last.get_by_label("When").select_option("after")
    last.get_by_label("Days", exact=True).fill("2")
    last.get_by_label("The managers").check()
    last.get_by_label("Again every so many days").fill("7")
    last.get_by_label("So many times in all, at most").fill("3")
    last.get_by_label("So many times in all, at most").press("Tab")
    see(page, scripts)
    expect(plan.locator("li").filter(has_text="Leila Haddad")).to_have_count(7)
    assert not Assignment.objects.filter(learner=person("leila")).exists()
    marta.picture(f"schedule-new-{'scripts' if scripts else 'plain'}")

    press(page, "Assign")
    build.drain()
    found = made("leila")
    assert recurring.repeat_of(found).every == 52
    assert rules(found)[-1] == Reminder(-2, (Role.STUDENT, Role.MANAGERS), "", 7, 3)
    assert [rule.days for rule in rules(found)] == [14, 7, 3, 1, -2]


@WAYS
def test_repetition_and_reminders_of_an_assignment_are_changed(visit, size, scripts) -> None:
    assigned("zoe", SAFETY.key, days=20)
    marta = visit("marta", size, scripts=scripts)
    page = marta.go(LIST)
    open_assignment(page, "Zoë O’Connor")
    enter(page, "Edit")
    expect(page.get_by_role("radio", name="Relaxed")).to_be_checked()
    plan = page.get_by_role("region", name="What will happen")
    expect(plan.locator("li")).to_have_count(1)
    choose(page, "Compliance")
    page.get_by_label("Comes again").check()
    page.get_by_label("Every", exact=True).fill("6")
    page.get_by_label("Unit").select_option("months")
    see(page, scripts)
    expect(plan).to_contain_text("Comes again every 6 months.")
    expect(plan.locator("li")).to_have_count(6)
    press(page, "Save")
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.get_by_text("Comes again every 6 months.")).to_be_visible()
    assert len(rules(made("zoe"))) == 5


def test_by_keyboard_alone_a_row_is_added_filled_and_removed(visit) -> None:
    marta = visit("marta")
    page = marta.go(f"{LIST}new/")
    tab_to(page, "Training")
    page.keyboard.type(SAFETY.name)
    tab_to(page, "Learner")
    page.keyboard.type("leila")
    tab_to(page, "Due date")
    page.keyboard.type(in_days(20).strftime("%m%d%Y"))
    page.get_by_role("radio", name="As usual in the organization").focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("radio", name="Own rules")).to_be_checked()
    tab_to(page, "Add a reminder")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Reminder 2", exact=True).get_by_label("Days", exact=True)).to_be_focused()
    page.keyboard.type("1")
    expect(page.get_by_role("region", name="What will happen").locator("li")).to_have_count(2)
    tab_to(page, "Remove Reminder 2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Add a reminder")).to_be_focused()
    follow(page, "Assign")
    assert rules(made("leila")) == (Reminder(3),)


def test_the_dates_follow_what_is_typed_without_any_button(visit) -> None:
    marta = visit("marta")
    page = marta.go(f"{LIST}new/")
    plan = page.get_by_role("region", name="What will happen")
    fill(page, Wish("leila", due_on=in_days(5)))
    choose(page, "Compliance")
    expect(plan.locator("s")).to_have_count(2)
    page.get_by_label("Due date").fill(in_days(60).isoformat())
    expect(plan.locator("s")).to_have_count(0)
    page.get_by_label("Learner", exact=True).fill("nobody")
    expect(plan).to_contain_text("Name a learner to see the dates.")


@SIZES
def test_the_forms_look_well(visit, size) -> None:
    marta = visit("marta", size)
    staff = Inspection(marta)
    page = marta.go(f"{LIST}new/")
    fill(page, Wish("leila", due_on=in_days(8)))
    page.get_by_label("Comes again").check()
    page.locator("summary", has_text="How it is counted").click()
    page.get_by_label("Counted from").select_option("calendar")
    choose(page, "Compliance")
    page.get_by_role("region", name="What will happen").locator("s").first.wait_for()
    staff.look("schedule-new")
    click(page, "Change these rules", True, 5)
    page.get_by_role("group", name="Reminder 5", exact=True).wait_for()
    page.get_by_label("Every", exact=True).fill("1")
    first = page.get_by_role("group", name="Reminder 1", exact=True)
    first.get_by_label("Days", exact=True).fill("9999")
    first.get_by_label("The learner").uncheck()
    page.evaluate("() => { document.querySelector('.ma-form').noValidate = true }")
    page.get_by_role("button", name="Assign", exact=True).click()
    page.get_by_role("alert").wait_for()
    staff.look("schedule-new-refused")
    build.user("longname", name=LONG[:80], organization="Acme")
    assigned("longname", SAFETY.key, days=3)
    staff.look("schedule-edit", f"{LIST}assignments/{made('longname').uuid}/edit/")
    assert staff.wrong == []


@IN_OTHER_LANGUAGES
def test_the_form_in_other_languages(visit, size, language) -> None:
    marta = visit("marta", size)
    marta.context.add_cookies([{"name": "openedx-language-preference", "value": language, "url": marta.url}])
    staff = Inspection(marta)
    page = marta.go(f"{LIST}new/")
    page.locator("#ma-course").select_option(SAFETY.key)
    page.locator("#ma-learner").fill("leila")
    page.locator("#ma-due_on").fill(in_days(20).isoformat())
    page.locator("#ma-repeats").check()
    page.locator("input[value=compliance]").check()
    page.locator("button[name=use]").click()
    page.locator("#ma-reminders-4-days").wait_for()
    page.locator("#ma-plan-now li").first.wait_for()
    staff.look(f"schedule-{language}")
    assert staff.wrong == []
