"""Mail templates and reminder sets in the browser: written with a live preview, without scripts, and how they look."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from demo.campus.syllabus import SAFETY
from mandatory_assignments.models import EmailTemplate, ReminderSet

from .staff import LIST, assigned
from .test_looks import LONG, LONG_NOTE, SIZES, Inspection

pytestmark = pytest.mark.browser

TEMPLATES = f"{LIST}templates/"
SETS = f"{LIST}reminder-sets/"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_template_is_written_seen_and_put_into_a_set(visit, scripts) -> None:
    assigned("leila", SAFETY.key)
    page = visit("marta", scripts=scripts).go(LIST)
    page.get_by_role("link", name="Templates").click()
    page.get_by_role("link", name="New template").click()
    page.get_by_label("Name", exact=True).fill("Kind words")
    page.get_by_label("Subject", exact=True).fill("{training} waits")
    page.get_by_label("Text", exact=True).fill("Dear {learner}")
    if not scripts:
        page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#ma-mail")).to_contain_text(f"{SAFETY.name} waits")
    expect(page.locator("#ma-mail")).to_contain_text("Dear Leila Haddad")
    page.get_by_label("Text", exact=True).fill("Dear {password}")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("alert")).to_contain_text('"password" cannot be filled in')
    page.get_by_label("Text", exact=True).fill("Dear {learner}")
    page.get_by_label("Another language").select_option("de")
    page.get_by_role("button", name="Add", exact=True).click()
    german = page.get_by_role("group", name="Deutsch")
    german.get_by_label("Subject").fill("Bitte {training}")
    german.get_by_label("Text").fill("Hallo {learner}")
    german.get_by_label("Subject").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    assert {text.language for text in EmailTemplate.objects.get(name="Kind words").texts.all()} == {"", "de"}

    page.get_by_role("link", name="New reminder set").click()
    page.get_by_label("Name", exact=True).fill("Gently")
    page.get_by_text("Another text").click()
    page.locator("#ma-reminders-0-template").select_option(label="Kind words")
    page.get_by_role("button", name="Add a reminder").click()
    second = page.get_by_role("group", name="Reminder 2")
    page.locator("#ma-reminders-1-days").fill("5")
    second.get_by_label("When").select_option("after")
    page.locator("[name=reminders-1-recipients][value=managers]").check()
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("3 days before the due date, to: learner, with the text “Kind words”")).to_be_visible()
    assert [rule.days for rule in ReminderSet.objects.get(name="Gently").rules.order_by("position")] == [3, -5]


@SIZES
def test_the_pages_about_templates(visit, size) -> None:
    assigned("leila", SAFETY.key)
    marta = visit("marta", size)
    staff, page = Inspection(marta), marta.page
    EmailTemplate.objects.all().delete()
    ReminderSet.objects.exclude(name="").delete()
    staff.look("templates-empty", TEMPLATES)
    staff.look("template-new", f"{TEMPLATES}new/")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.get_by_role("alert").wait_for()
    staff.look("template-refused")
    page.get_by_label("Name", exact=True).fill(LONG[:250])
    page.get_by_label("Subject", exact=True).fill("Please remember {training}")
    page.get_by_label("Text", exact=True).fill("Dear {learner},\n\n{due_in_words}: {link}\n\n" + LONG_NOTE)
    page.get_by_label("Another language").select_option("ar")
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("#ma-text-ar-subject").fill("{training} مرحبا")
    page.locator("#ma-text-ar-body").fill("مرحبا {learner} {due_date}")
    page.get_by_label("Language", exact=True).select_option("ar")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_load_state()
    page.locator("#ma-mail summary").click()
    staff.look("template-form")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.get_by_role("status").wait_for()

    row = EmailTemplate.objects.get()
    staff.look("template-delete", f"{TEMPLATES}{row.uuid}/delete/")
    staff.look("reminder-set-new", f"{SETS}new/")
    page.locator("#ma-reminders-0-days").fill("")
    page.locator("[name=reminders-0-recipients][value=student]").uncheck()
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.get_by_role("alert").wait_for()
    staff.look("reminder-set-refused")
    page.get_by_label("Name", exact=True).fill(LONG[:200])
    page.locator("#ma-reminders-0-days").fill("4")
    page.locator("[name=reminders-0-recipients][value=student]").check()
    if not page.locator("#ma-reminders-0-template").is_visible():
        page.get_by_text("Another text").click()
    page.locator("#ma-reminders-0-template").select_option(str(row.uuid))
    page.get_by_role("button", name="Add a reminder").click()
    staff.look("reminder-set-form")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.get_by_role("status").wait_for()
    staff.look("templates")
    staff.look("template-in-use", f"{TEMPLATES}{row.uuid}/delete/")
    staff.look("reminder-set-delete", f"{SETS}{ReminderSet.objects.exclude(name='').get().uuid}/delete/")
    EmailTemplate.objects.update(organization=None, owner_key="")
    staff.look("template-of-the-site", f"{TEMPLATES}{row.uuid}/")

    assert staff.wrong == []


@pytest.mark.parametrize("language", ["de", "ar"])
def test_the_pages_in(visit, language) -> None:
    from openedx.core.djangoapps.user_api.models import UserPreference

    from .campus import person

    assigned("leila", SAFETY.key)
    UserPreference.objects.create(user=person("marta"), key="pref-lang", value=language)
    pages = Inspection(visit("marta", (360, 740)))
    pages.look(f"templates-{language}", TEMPLATES)
    page = pages.visitor.go(f"{TEMPLATES}new/")
    page.locator("#ma-text-other-subject").fill("{training}")
    page.locator("#ma-text-other-body").fill("{learner} {due_in_words}")
    page.locator("[name=show]").click()
    pages.look(f"template-form-{language}")
    page = pages.visitor.go(f"{SETS}new/")
    page.locator("[name=add]").click()
    pages.look(f"reminder-set-form-{language}")
    assert pages.wrong == []
