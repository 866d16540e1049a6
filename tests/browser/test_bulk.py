"""Assigning to many as staff do it: four steps, back and reload, a double click, the job that is watched."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from demo.campus import build
from demo.campus.syllabus import DATA, SAFETY
from mandatory_assignments import bulk
from mandatory_assignments.models import Assignment, Job

from .conftest import IN_OTHER_LANGUAGES
from .staff import LIST, in_days
from .test_changing import WAYS, enter, press
from .test_looks import LONG, SIZES, Inspection
from .test_ways_of_working import follow, tab_to

pytestmark = pytest.mark.browser


def open_wizard(visitor):
    """From the list to the first step."""
    page = visitor.go(LIST)
    enter(page, "Assign to many")
    return page


def what(page, day=None) -> None:
    """Fills in the first step and goes on."""
    page.get_by_label("Training", exact=True).select_option(SAFETY.key)
    page.get_by_label("Due date").fill((day or in_days(30)).isoformat())
    press(page, "Next: for whom")


@WAYS
def test_a_department_and_some_others_are_assigned_in_four_steps(visit, size, scripts) -> None:
    marta = visit("marta", size, scripts=scripts)
    page = open_wizard(marta)
    what(page)
    page.get_by_role("radio", name="Individually").focus()
    page.get_by_label("Add a person").fill("leila")
    press(page, "Add")
    expect(page.get_by_role("region", name="Chosen so far")).to_contain_text("1 person")
    page.get_by_text("By department").click()
    page.get_by_role("checkbox", name=re.compile("^Field")).check()
    if not scripts:
        press(page, "Count")
    expect(page.get_by_role("region", name="Chosen so far")).to_contain_text(re.compile(r"\d+ people"))
    marta.picture(f"bulk-people-{'scripts' if scripts else 'plain'}")
    press(page, "Next: reminders")
    page.get_by_role("radio", name="Compliance").check()
    if not scripts:
        press(page, "Show the dates")
    expect(page.get_by_role("region", name="What will happen")).to_contain_text("For example for leila")
    press(page, "Next: preview")

    button = page.get_by_role("button", name=re.compile(r"^Assign to \d+ people$"))
    number = int(re.search(r"\d+", button.inner_text())[0])
    page.reload()
    page.go_back()
    page.go_forward()
    expect(button).to_have_text(f"Assign to {number} people")
    assert not Assignment.objects.exists()
    with page.expect_navigation():
        button.dblclick(no_wait_after=True)
    page.wait_for_url("**/staff/jobs/*/")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Assigning {SAFETY.name}")
    expect(page.locator("#ma-job")).to_contain_text(f"0 of {number}")
    bulk.work_jobs()
    if not scripts:
        page.reload()
    expect(page.locator("#ma-job")).to_contain_text(f"{number} of {number} · {number} assigned")
    assert Assignment.objects.count() == number
    assert Job.objects.filter(confirmed_at__isnull=False).count() == 1
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Assigning {SAFETY.name}")

    marta.go(LIST)
    strip = page.get_by_role("complementary", name="My jobs")
    expect(strip).to_contain_text(f"{number} assigned")
    page.get_by_role("button", name=re.compile("^Close")).click()
    expect(strip).to_have_count(0)
    marta.go(LIST)
    expect(strip).to_have_count(0)


def test_the_four_steps_by_keyboard_alone(visit) -> None:
    marta = visit("marta")
    page = marta.go(LIST)
    follow(page, "Assign to many")
    tab_to(page, "Training")
    page.keyboard.type(SAFETY.name)
    tab_to(page, "Due date")
    page.keyboard.type(in_days(30).strftime("%m%d%Y"))
    follow(page, "Next: for whom")
    tab_to(page, "Individually")
    page.keyboard.press("ArrowRight")
    tab_to(page, "With everything below")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("region", name="Chosen so far")).to_contain_text("people")
    follow(page, "Next: reminders")
    follow(page, "Next: preview")
    follow(page, page.get_by_role("button", name=re.compile("^Assign to")).inner_text())
    expect(page.locator("#ma-job")).to_contain_text("0 of")
    follow(page, "Cancel")
    follow(page, "Cancel the job")
    expect(page.locator("#ma-job")).to_contain_text("Cancelled")


def fill_people(page, text: str) -> None:
    page.locator("#ma-entries").fill(text)


@SIZES
def test_the_pages_look_well(visit, size) -> None:
    someone = build.user("longname", name=LONG[:200], organization="Acme")
    build.department(f"Acme/{LONG[:100]}/Deep/Deeper/Deepest", "Acme", [someone], [])
    build.users(40, prefix="crowd", organization="Acme")
    marta = visit("marta", size)
    staff = Inspection(marta)
    page = open_wizard(marta)
    staff.look("bulk-what")
    page.evaluate("() => { document.querySelector('.ma-form').noValidate = true }")
    press(page, "Next: for whom")
    staff.look("bulk-what-refused")
    what(page)
    staff.look("bulk-people-empty")
    press(page, "Next: reminders")
    staff.look("bulk-people-refused")
    crowd = [f"crowd{number}" for number in range(1, 41)]
    fill_people(page, "\n".join([*crowd, "longname", "nobody", LONG[:150]]))
    page.get_by_role("region", name="Chosen so far").get_by_text("41 people").wait_for()
    staff.look("bulk-people-typed")
    page.get_by_text("By department").click()
    page.get_by_role("checkbox", name=re.compile("^Donau")).check()
    staff.look("bulk-people-departments")
    page.get_by_text("By learning group").click()
    staff.look("bulk-people-groups")
    press(page, "Next: reminders")
    staff.look("bulk-reminders")
    press(page, "Next: preview")
    staff.look("bulk-preview")
    page.get_by_role("link", name=re.compile("^Cannot be assigned")).click()
    page.wait_for_url("**part=cannot**")
    staff.look("bulk-preview-cannot")
    page.get_by_role("button", name=re.compile("^Assign to")).click()
    page.wait_for_url("**/staff/jobs/*/")
    staff.look("job-waiting")
    address = page.url.replace(marta.url, "")
    staff.look("job-strip", LIST)
    staff.look("job-cancel", f"{address}cancel/")
    bulk.work_jobs()
    staff.look("job-done", address)
    staff.look("jobs", f"{LIST}jobs/")
    assert staff.wrong == []


@IN_OTHER_LANGUAGES
def test_the_pages_in_other_languages(visit, size, language) -> None:
    marta = visit("marta", size)
    marta.context.add_cookies([{"name": "openedx-language-preference", "value": language, "url": marta.url}])
    staff = Inspection(marta)
    page = marta.go(f"{LIST}bulk/")
    page.locator("#ma-course").select_option(DATA.key)
    page.locator("#ma-due_on").fill(in_days(30).isoformat())
    staff.look(f"bulk-what-{language}")
    page.locator(".ma-actions .ma-button").first.click()
    fill_people(page, "leila\nzoe\nnobody")
    page.locator("#ma-chosen strong").wait_for()
    page.locator("label:has(input[value=departments])").click()
    staff.look(f"bulk-people-{language}")
    page.locator(".ma-actions .ma-button").first.click()
    page.wait_for_url("**/reminders/")
    staff.look(f"bulk-reminders-{language}")
    page.locator(".ma-actions .ma-button").first.click()
    page.wait_for_url("**/preview/")
    staff.look(f"bulk-preview-{language}")
    page.locator("button[name=confirm]").click()
    page.wait_for_url("**/staff/jobs/*/")
    bulk.work_jobs()
    page.reload()
    staff.look(f"job-{language}")
    assert staff.wrong == []


def test_course_staff_assign_their_course_to_those_enrolled(visit) -> None:
    priya = visit("priya")
    page = priya.go(f"{LIST}courses/{DATA.key}/")
    enter(page, "Assign to many")
    page.get_by_label("Due date").fill(in_days(30).isoformat())
    press(page, "Next: for whom")
    expect(page.get_by_text("By department")).to_have_count(0)
    expect(page.get_by_label("Add a person")).to_be_visible()
