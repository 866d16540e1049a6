"""Being told and not: the inbox, mail settings, the link in a mail; what staff see of it, remind and send again."""

from __future__ import annotations

import re
import uuid

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from demo.campus import build
from demo.campus.syllabus import MACHINES, SAFETY
from mandatory_assignments import api
from mandatory_assignments.data import Reminder, Repeat, RepeatUnit, Role
from mandatory_assignments.models import Notice

from .campus import person
from .conftest import DESKTOP, PHONE
from .staff import LIST, NOTE, in_days
from .test_changing import press
from .test_looks import LONG_NOTE, SIZES, Inspection
from .test_ways_of_working import follow, tab_to

pytestmark = pytest.mark.browser

INBOX, PREFERENCES = "/mandatory-assignments/inbox/", "/mandatory-assignments/preferences/"
WAYS = pytest.mark.parametrize(
    ("size", "scripts"), [(DESKTOP, True), (PHONE, False)], ids=["desktop", "phone without JavaScript"]
)
READERS = [("leila", "en", "ltr"), ("juergen", "de", "ltr"), ("fatima", "ar", "rtl")]


def told(username: str, *, note: str = NOTE) -> uuid.UUID:
    """Assigned with reminders to everybody and a repetition, and a due date that was moved; all mails are out."""
    mail.outbox.clear()
    outcome = api.assign_learners(
        actor=person("marta"),
        training=SAFETY.key,
        learners=[username],
        due_on=in_days(20),
        note=note,
        repeat=Repeat(52, RepeatUnit.WEEKS),
        remind=[Reminder(days, tuple(Role)) for days in (30, 14, 7, -1)],
        now=timezone.now(),
    )
    (made,) = outcome.created
    build.drain()
    api.change_assignments(actor=person("marta"), ids=[made], fields={"due_on": in_days(40)}, now=timezone.now())
    build.drain()
    return made


def unsubscribe_path() -> str:
    """The link in the latest mail, without the campus's address."""
    found = re.search(r"https?://[^/]+(/\S*/preferences/off/\S*)", mail.outbox[-1].body)
    assert found
    return found[1]


def one(assignment: uuid.UUID) -> str:
    return f"{LIST}assignments/{assignment}/"


@SIZES
@pytest.mark.parametrize(("username", "language", "direction"), READERS, ids=["English", "German", "Arabic"])
def test_the_pages_of_notices_in(visit, username, language, direction, size) -> None:
    visitor = visit(username, size)
    pages = Inspection(visitor)
    pages.look(f"notices-inbox-empty-{language}", INBOX)
    told(username, note=LONG_NOTE)
    pages.look(f"notices-inbox-{language}", INBOX)
    expect(visitor.page.locator("html")).to_have_attribute("dir", direction)
    pages.look(f"notices-preferences-{language}", PREFERENCES)
    pages.look(f"notices-unsubscribe-{language}", unsubscribe_path())
    visitor.page.locator("main button").click()
    visitor.page.get_by_role("status").wait_for()
    pages.look(f"notices-unsubscribed-{language}")

    assert pages.wrong == []


@SIZES
def test_the_settings_of_who_has_to_get_mails(visit, settings, size) -> None:
    settings.MANDATORY_ASSIGNMENTS_FORCE_EMAIL = True
    pages = Inspection(visit("leila", size))
    pages.look("notices-preferences-forced", PREFERENCES)
    assert pages.wrong == []


@WAYS
def test_an_inbox_is_read_and_mails_are_switched_off_and_on(visit, size, scripts) -> None:
    told("leila")
    page = visit("leila", size, scripts=scripts).go(INBOX)
    cards = page.locator(".ma-inbox li")
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("The due date has changed")
    expect(cards.locator(".ma-new")).to_have_count(2)
    press(page, "I have read them")
    expect(cards.locator(".ma-new")).to_have_count(0)
    page.get_by_role("link", name="Mails and calendar").click()
    page.get_by_label("Send me mails about my mandatory assignments").uncheck()
    press(page, "Save")
    expect(page.get_by_role("status")).to_contain_text("You get no more mails")
    page.reload()
    expect(page.get_by_label("Send me mails about my mandatory assignments")).not_to_be_checked()
    page.get_by_label("Send me mails about my mandatory assignments").check()
    press(page, "Save")
    expect(page.get_by_role("status")).to_contain_text("You get mails")
    press(page, "Make an address for my calendar")
    found = page.get_by_label("Address for your calendar program").input_value()
    entries = page.request.get(found).text()
    assert entries.count("BEGIN:VEVENT") == 1
    press(page, "Make a new address")
    assert page.request.get(found).status == 404
    press(page, "Take the address back")
    expect(page.get_by_role("status")).to_contain_text("leads nowhere")


@WAYS
def test_the_link_in_a_mail_asks_first_and_then_no_mail_comes(visit, size, scripts) -> None:
    told("leila")
    page = visit("leila", size, scripts=scripts).go(unsubscribe_path())
    expect(page.get_by_role("heading", level=1)).to_have_text("No more such mails")
    mail.outbox.clear()
    press(page, "Send me no more mails")
    expect(page.get_by_role("status")).to_contain_text("You get no more mails")
    page.get_by_role("link", name="Mails and calendar").click()
    expect(page.get_by_label("Send me mails about my mandatory assignments")).not_to_be_checked()

    told_again = api.assign_learners(
        actor=person("marta"), training=MACHINES.key, learners=["leila"], due_on=in_days(9), now=timezone.now()
    )
    assert told_again.created
    build.drain()
    assert mail.outbox == []
    page.goto(page.url.replace(PREFERENCES, INBOX))
    expect(page.locator(".ma-inbox li")).to_have_count(3)


def test_the_inbox_and_the_settings_by_keyboard_alone(visit) -> None:
    told("leila")
    page = visit("leila").page
    follow(page, "All my assignments")
    tab_through(page, "What you were told")
    follow(page, "I have read them")
    expect(page.locator(".ma-new")).to_have_count(0)
    follow(page, "Mails and calendar")
    tab_to(page, "Send me mails about my mandatory assignments")
    page.keyboard.press("Space")
    follow(page, "Save")
    expect(page.get_by_role("status")).to_contain_text("You get no more mails")


def tab_through(page: Page, beginning: str) -> None:
    """Follow the link whose name begins so; it may end in a number."""
    name = page.get_by_role("link", name=re.compile(f"^{beginning}")).first.text_content() or ""
    follow(page, name.strip())


# ----- staff ----------------------------------------------------------------------------------------------------------


def fail_latest() -> None:
    """The mail server refused the latest notice to a learner, for good."""
    row = Notice.objects.filter(role=Role.STUDENT).latest("id")
    Notice.objects.filter(id=row.id).update(state="failed", reason="refused", attempts=8, next_at=None)


@WAYS
def test_staff_remind_send_again_and_end_the_repetition(visit, size, scripts) -> None:
    made = told("leila")
    fail_latest()
    page = visit("marta", size, scripts=scripts).go(one(made))
    notices, reminders = page.get_by_role("region", name="Notices"), page.get_by_role("region", name="Reminders")
    expect(reminders).to_contain_text("to come")
    expect(notices).to_contain_text("failed: the mail server refused it")

    press(page, "Send again what failed")
    expect(page.get_by_role("status")).to_contain_text("sent again within moments")
    mail.outbox.clear()
    build.drain()
    assert len(mail.outbox) == 1
    page.reload()
    expect(page.get_by_role("button", name="Send again what failed")).to_have_count(0)

    press(page, "Remind now")
    expect(page.get_by_role("status")).to_contain_text("reminded within moments")
    build.drain()
    assert len(mail.outbox) == 2
    press(page, "Remind now")
    expect(page.get_by_role("status")).to_contain_text("was reminded less than 24 hours ago")
    build.drain()
    assert len(mail.outbox) == 2

    repetition = page.get_by_role("region", name="Repetition")
    expect(repetition).to_contain_text("every 52 weeks")
    repetition.locator("summary").click()
    repetition.get_by_label("Reason").fill("The crane was sold")
    press(page, "End the repetition")
    expect(page.get_by_role("status")).to_contain_text("does not come again")
    expect(page.get_by_role("region", name="Repetition")).to_have_count(0)
    expect(page.get_by_role("region", name="History")).to_contain_text("The crane was sold")


def test_staff_remind_by_keyboard_alone(visit) -> None:
    made = told("leila")
    page = visit("marta").go(one(made))
    follow(page, "Remind now")
    expect(page.get_by_role("status")).to_contain_text("reminded within moments")
    tab_to(page, "End the repetition")
    page.keyboard.press("Enter")
    tab_to(page, "Reason")
    page.keyboard.type("Enough")
    follow(page, "End the repetition")
    expect(page.get_by_role("status")).to_contain_text("does not come again")


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_what_staff_see_of_mails_in(visit, language) -> None:
    from openedx.core.djangoapps.user_api.models import UserPreference

    UserPreference.objects.create(user=person("marta"), key="pref-lang", value=language)
    made = told("guadalupe", note=LONG_NOTE)
    fail_latest()
    for size in (DESKTOP, PHONE):
        pages = Inspection(visit("marta", size))
        pages.visitor.go(one(made)).locator("summary").first.click()
        pages.look(f"notices-staff-{language}")
        assert pages.wrong == []
