"""Making trainings in the browser: by mouse, without scripts, and how the pages look."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from demo.campus import build
from demo.campus.syllabus import DATA, MACHINES, SAFETY
from mandatory_assignments.models import Training
from mandatory_assignments.queries import training_lists

from .staff import LIST, Wish, in_days
from .test_looks import LONG, LONG_NOTE, SIZES, Inspection

pytestmark = pytest.mark.browser

TRAININGS = f"{LIST}trainings/"


def pick(page: Page, course: str, *titles: str) -> None:
    """Show the course's outline and tick what is called so."""
    page.get_by_label("Pick from a course").select_option(course)
    page.get_by_role("button", name="Show its outline").click()
    for title in titles:
        page.get_by_role("checkbox", name=title, exact=True).check()


def titles(course: str, count: int) -> list[str]:
    """What the first units of the course are called."""
    from mandatory_assignments.host import lms

    return [unit.title for unit in lms.outlines([course])[course].units[:count]]


def chosen(page: Page) -> list[str]:
    return [line.inner_text() for line in page.locator(".ma-lines .ma-line-text > bdi").all()]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_module_is_made_put_in_order_and_assigned(visit, scripts) -> None:
    marta = visit("marta", scripts=scripts)
    page = marta.go(TRAININGS)
    first, second = titles(SAFETY.key, 2)
    (third,) = titles(DATA.key, 1)

    page.get_by_role("link", name="New training").click()
    page.get_by_role("link", name="Module").click()
    page.get_by_label("Name", exact=True).fill("The first hour")
    pick(page, SAFETY.key, first, second)
    pick(page, DATA.key, third)
    page.get_by_role("button", name="Update the list").click()
    assert chosen(page) == [first, second, third]
    page.get_by_role("button", name=f"Up {third}").click()
    assert chosen(page) == [first, third, second]
    expect(page.get_by_label("Name", exact=True)).to_have_value("The first hour")
    page.get_by_label("Goals").fill("Know the way out")
    page.get_by_label("Goals").press("Tab")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The first hour")

    page.get_by_role("link", name="Assign", exact=True).click()
    expect(page.get_by_label("Training", exact=True)).to_have_value(str(Training.objects.get(kind="module").uuid))
    page.get_by_label("Learner", exact=True).fill("leila")
    page.get_by_label("Due date").fill(in_days(14).isoformat())
    page.get_by_role("button", name="Assign", exact=True).click()
    page.wait_for_url("**/staff/assignments/*/")
    build.drain()

    leila = visit("leila", scripts=scripts)
    page = leila.go("/mandatory-assignments/")
    page.get_by_role("link", name="The first hour").first.click()
    expect(page.locator(".ma-units li")).to_have_count(3)
    expect(page.get_by_text("Know the way out")).to_be_visible()


def test_the_enter_key_saves_and_moves_nothing(visit) -> None:
    marta = visit("marta")
    page = marta.go(f"{TRAININGS}new/path/")
    for course in (SAFETY, DATA):
        page.get_by_label("Add a course").select_option(course.key)
        page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Name", exact=True).fill("All of it")
    page.get_by_label("Name", exact=True).press("Enter")
    page.wait_for_url("**/staff/trainings/*-*/")
    made = Training.objects.get(kind="path")
    assert [part.course for part in training_lists.facts(made).parts] == [SAFETY.key, DATA.key]


@SIZES
def test_the_pages_about_trainings(visit, size) -> None:
    marta = visit("marta", size)
    staff, page = Inspection(marta), marta.page
    staff.look("trainings-empty", TRAININGS)
    staff.look("training-kinds", f"{TRAININGS}new/")
    staff.look("training-new-course", f"{TRAININGS}new/course/")
    staff.look("training-new-in-person", f"{TRAININGS}new/in-person/")
    page.get_by_label("Name", exact=True).fill("Evacuation drill")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.wait_for_url("**/staff/trainings/*-*/")
    staff.look("training-in-person")

    staff.look("training-new-module", f"{TRAININGS}new/module/")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.get_by_role("alert").wait_for()
    staff.look("training-module-refused")
    page.get_by_label("Name", exact=True).fill(LONG[:255])
    for field in ("Description", "Context", "Goals"):
        page.get_by_label(field).fill(LONG_NOTE)
    pick(page, SAFETY.key, *titles(SAFETY.key, 3))
    page.get_by_role("button", name="Update the list").click()
    staff.look("training-module-form")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.wait_for_url("**/staff/trainings/*-*/")
    staff.look("training-module")
    page.get_by_role("link", name="Archive", exact=True).click()
    staff.look("training-archive")
    page.get_by_role("button", name="Archive", exact=True).click()
    page.wait_for_url("**/staff/trainings/*-*/")
    staff.look("training-archived")

    marta.go(f"{TRAININGS}new/path/")
    for course in (SAFETY, DATA, MACHINES):
        page.get_by_label("Add a course").select_option(course.key)
        page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label(f"required {DATA.name}").uncheck()
    page.get_by_label("Name", exact=True).fill("Everything about safety")
    page.get_by_label("Description").fill("First paragraph.\n\nSecond one, with https://example.com/ in it.")
    staff.look("training-path-form")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.wait_for_url("**/staff/trainings/*-*/")
    staff.look("training-path")
    staff.look("trainings", f"{TRAININGS}?show=all")
    staff.look("staff-new-groups", f"{LIST}new/")

    path = Training.objects.get(kind="path")
    page.get_by_label("Training", exact=True).select_option(str(path.uuid))
    wish = Wish("zoe")
    page.get_by_label("Learner", exact=True).fill(wish.learner)
    page.get_by_label("Due date").fill(wish.day.isoformat())
    page.get_by_role("button", name="Assign", exact=True).click()
    page.wait_for_url("**/staff/assignments/*/")
    build.drain()
    staff.look("staff-list-of-a-training", f"{LIST}?training={path.uuid}")
    zoe = visit("zoe", size)
    learner = Inspection(zoe)
    zoe.go("/mandatory-assignments/").locator(".ma-name a").first.click()
    zoe.page.wait_for_url("**/mandatory-assignments/assignments/*/")
    learner.look("mine-path")

    assert staff.wrong + learner.wrong == []


@pytest.mark.parametrize("language", ["de", "ar"])
def test_the_form_in(visit, language) -> None:
    from openedx.core.djangoapps.user_api.models import UserPreference

    from .campus import person

    UserPreference.objects.create(user=person("marta"), key="pref-lang", value=language)
    pages = Inspection(visit("marta", (360, 740)))
    page = pages.visitor.go(f"{TRAININGS}new/module/")
    page.locator("#ma-show").select_option(SAFETY.key)
    page.locator(".ma-adding button").click()
    page.locator("[name=ticked]").nth(2).check()
    page.locator("[name=ticked]").nth(3).check()
    page.locator(".ma-tree + p button").click()
    pages.look(f"training-module-form-{language}")
    assert pages.wrong == []
