"""Every page of ours, empty and full: axe-core finds nothing, and nothing sticks out at any width or in any language.

Their pictures are kept in test-artifacts/ for people to look at.
"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from pathlib import Path

import axe_playwright_python
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from demo.campus import build, clock
from demo.campus.syllabus import DATA, MACHINES, SAFETY
from mandatory_assignments import api
from mandatory_assignments.data import Reminder, Repeat, RepeatUnit
from mandatory_assignments.services.notify import set_email_preference

from .campus import Visitor, person
from .conftest import DESKTOP, PHONE
from .staff import LIST, NOTE, Wish, assigned, fill, in_days

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
MINE = "/mandatory-assignments/"
COURSE_LIST = f"{LIST}courses/{DATA.key}/"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung" * 3
LONG_NOTE = f"{LONG}\n\n{'https://example.com/a/very/long/address/' * 8}\n{NOTE}"
NARROWER = {DESKTOP[0]: 1080, PHONE[0]: 320}


def shortcomings(page: Page) -> list[str]:
    """What axe-core finds in the page and its frames, one line for each place."""
    for frame in page.frames:
        frame.evaluate(AXE)
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [f"{page.url} {each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]


def overflowing(page: Page) -> list[str]:
    """The page or frame that can be scrolled sideways, with what sticks out of it."""
    sticking_out = """() => {
        const page = document.documentElement;
        if (page.scrollWidth <= page.clientWidth) return [];
        const far = [...document.body.querySelectorAll("*")].filter((each) => {
            const box = each.getBoundingClientRect();
            return box.right > page.clientWidth + 1 || box.left < -1;
        });
        return [location.href, ...far.map((each) => each.outerHTML.slice(0, 120))];
    }"""
    return [line for frame in page.frames for line in frame.evaluate(sticking_out)]


class Inspection:
    """Looks at page after page and remembers what was wrong with any, on its screen and on a narrower one."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.wrong = visitor, []

    def look(self, name: str, path: str = "") -> None:
        """Inspect the page at the path, or the one that is open."""
        page = self.visitor.go(path) if path else self.visitor.page
        page.wait_for_load_state()
        self.wrong += shortcomings(page) + overflowing(page)
        self.visitor.picture(name)
        size = page.viewport_size
        page.set_viewport_size(size | {"width": NARROWER[size["width"]]})
        self.wrong += overflowing(page)
        page.set_viewport_size(size)


def open_first(visitor: Visitor) -> None:
    """The first assignment of the learner's list."""
    visitor.go(MINE).locator(".ma-name a").first.click()
    visitor.page.wait_for_url("**/mandatory-assignments/assignments/*/")


@SIZES
class TestInEnglish:
    """The pages as most people see them."""

    def test_the_staff_pages(self, visit, size) -> None:
        marta = visit("marta", size)
        staff = Inspection(marta)
        staff.look("staff-list-empty", LIST)
        staff.look("staff-new", f"{LIST}new/")
        fill(marta.page, Wish("nobody", due_on=in_days(1)))
        marta.page.evaluate("() => { document.querySelector('.ma-form').noValidate = true }")
        marta.page.get_by_role("button", name="Assign", exact=True).click()
        marta.page.get_by_role("alert").wait_for()
        staff.look("staff-new-refused")
        fill(marta.page, Wish("sofia"))
        marta.page.get_by_role("button", name="Assign", exact=True).click()
        marta.page.wait_for_url("**/staff/assignments/*/")
        staff.look("staff-assignment-new")

        assigned("guadalupe", SAFETY.key, DATA.key, note=LONG_NOTE)
        assigned("amina", SAFETY.key, MACHINES.key)
        assigned("lukas", SAFETY.key, days=20)
        assigned("fatima", DATA.key, days=40)
        build.unenroll(person("amina"), MACHINES.key, by=person("marta"))
        build.drain()
        staff.look("staff-list", f"{LIST}?status=")
        staff.look("staff-list-nothing-found", f"{LIST}?search=qqqq")
        marta.go(f"{LIST}?search=guadalupe").locator("tbody th a").first.click()
        marta.page.wait_for_url("**/staff/assignments/*/")
        staff.look("staff-assignment-long-note")
        clock.move(days=15)
        staff.look("staff-list-overdue", f"{LIST}?status=")
        marta.page.locator("tbody th a").first.click()
        marta.page.wait_for_url("**/staff/assignments/*/")
        staff.look("staff-assignment-overdue")

        assert staff.wrong == []

    def test_the_pages_of_course_staff(self, visit, size) -> None:
        staff = Inspection(visit("priya", size))
        staff.look("course-list-empty", COURSE_LIST)
        staff.look("course-new", f"{COURSE_LIST}new/")
        assigned("annika", DATA.key)
        staff.look("course-list", COURSE_LIST)
        staff.look("legacy-dashboard", f"/courses/{DATA.key}/instructor")
        staff.look("new-dashboard", f"/instructor-dashboard/{DATA.key}/")

        assert staff.wrong == []

    def test_the_learner_s_pages(self, visit, size) -> None:
        zoe = visit("zoe", size)
        learner = Inspection(zoe)
        learner.look("mine-empty", MINE)
        learner.look("no-role", LIST)
        assigned("zoe", SAFETY.key, note=LONG_NOTE)
        assigned("zoe", DATA.key, days=12)
        assigned("zoe", MACHINES.key, days=30, note="")
        learner.look("dashboard", "/dashboard")
        learner.look("mine", MINE)
        open_first(zoe)
        learner.look("mine-one")
        zoe.page.get_by_role("link", name="Continue").click()
        zoe.page.frame_locator("#unit-iframe").locator(".ma-banner").wait_for()
        learner.look("unit")

        clock.move(days=13)
        learner.look("dashboard-overdue", "/dashboard")
        open_first(zoe)
        learner.look("mine-one-overdue")
        zoe.page.get_by_role("link", name="Continue").click()
        zoe.page.frame_locator("#unit-iframe").locator(".ma-banner-overdue").wait_for()
        learner.look("unit-overdue")

        build.complete(person("zoe"), SAFETY.key)
        build.drain()
        learner.look("dashboard-completed", "/dashboard")
        learner.look("mine-completed", MINE)
        zoe.page.locator("section", has=zoe.page.get_by_role("heading", name="Past")).locator("a").first.click()
        zoe.page.wait_for_url("**/mandatory-assignments/assignments/*/")
        learner.look("mine-one-completed")
        zoe.page.locator(".ma-units a").first.click()
        zoe.page.frame_locator("#unit-iframe").locator(".ma-banner-done").wait_for()
        learner.look("unit-completed")

        clock.move(days=30)
        learner.look("dashboard-older", "/dashboard")
        assert zoe.page.get_by_role("link", name="older, still open").is_visible()

        assert learner.wrong == []


def in_every_state() -> dict[str, uuid.UUID]:
    """Assignments of the safety course in every status there is, by the name of the status; the clock goes on."""
    marta, now = person("marta"), timezone.now()
    people = {
        "overdue": "joao",
        "frozen": "leila",
        "exempt": "sukarno",
        "paused": "khai",
        "withdrawn": "ingrid",
        "missed": "mateusz",
        "completed": "beatrix",
        "in_progress": "amina",
    }
    ids = {
        status: api.assign_learners(
            actor=marta,
            training=SAFETY.key,
            learners=[username],
            due_on=in_days(40 if status in ("exempt", "in_progress") else 5),
            late_policy="freeze" if status in ("frozen", "missed") else "accept",
            note=NOTE,
            now=now,
        ).created[0]
        for status, username in people.items()
    }
    build.drain()
    by = {"actor": marta, "now": now}
    api.exempt_assignments(ids=[ids["exempt"]], reason="Parental leave", until=in_days(60), **by)
    api.withdraw_assignments(ids=[ids["withdrawn"]], reason="Changed departments", unenroll=True, **by)
    api.pause_learner(learner="khai", from_on=in_days(2), until_on=in_days(30), reason="Long holiday", **by)
    clock.move(days=9)
    api.tick()
    assigned("mateusz", SAFETY.key, days=30)
    return ids


@SIZES
def test_every_status_and_every_form(visit, size) -> None:
    ids = in_every_state()
    staff = Inspection(visit("marta", size))
    staff.look("states-list", f"{LIST}?status=&order=sort_name")
    staff.visitor.page.locator("summary", has_text="More filters").click()
    staff.look("states-list-filters")
    for status in ids:
        staff.look(f"states-{status}", f"{LIST}assignments/{ids[status]}/")
    one = f"{LIST}assignments/{ids['in_progress']}/"
    staff.look("form-edit", f"{one}edit/")
    staff.look("form-withdraw", f"{one}withdraw/")
    staff.look("form-lift", f"{LIST}assignments/{ids['exempt']}/lift/")
    staff.look("form-exempt", f"{one}exempt/")
    page = staff.visitor.page
    page.evaluate("() => { document.querySelector('.ma-form').noValidate = true }")
    page.get_by_role("button", name="Next: see the new due dates").click()
    page.get_by_role("alert").wait_for()
    staff.look("form-exempt-refused")
    page.get_by_label("Reason").fill("Parental leave")
    page.get_by_label("Exempt until").fill(in_days(90).isoformat())
    page.get_by_role("button", name="Next: see the new due dates").click()
    page.get_by_role("button", name="Change").wait_for()
    staff.look("form-exempt-foreseen")
    several = "&".join(f"id={id}" for id in ids.values())
    staff.look("form-withdraw-several", f"{LIST}change/withdraw/?{several}")
    staff.look("form-lift-none", f"{LIST}change/lift/?id={ids['completed']}")
    staff.look("form-pause", f"{LIST}people/amina/pause/")
    page.get_by_label("Last day away").fill(in_days(30).isoformat())
    page.get_by_role("button", name="Next: see the new due dates").click()
    page.get_by_role("button", name="Change").wait_for()
    staff.look("form-pause-foreseen")
    staff.look("form-resume", f"{LIST}people/khai/resume/")
    page = staff.visitor.go(f"{LIST}?status=&search=amina")
    page.get_by_label("Choose ").first.check()
    page.get_by_role("button", name="Grant an exemption").click()
    page.get_by_label("Reason").fill("Quarantine")
    page.get_by_role("button", name="Next: see the new due dates").click()
    page.get_by_role("button", name="Grant an exemption").click()
    page.get_by_role("status").wait_for()
    staff.look("states-list-done")

    for username, status in (("sukarno", "exempt"), ("khai", "paused"), ("leila", "frozen"), ("mateusz", "missed")):
        learner = Inspection(visit(username, size))
        learner.look(f"mine-dashboard-{status}", "/dashboard")
        learner.look(f"mine-list-{status}", MINE)
        learner.look(f"mine-one-{status}", f"{MINE}assignments/{ids[status]}/")
        staff.wrong += learner.wrong

    assert staff.wrong == []


@SIZES
def test_words_without_end_are_broken(visit, size) -> None:
    build.user("w" * 30, name=LONG[:255], organization="Acme")
    course = build.course("course-v1:Acme+LONG+2027", name=LONG[:255], sections=1, subsections=1, units=1)
    assigned("w" * 30, str(course), note=LONG_NOTE)

    staff = Inspection(visit("marta", size))
    staff.look("long-staff-list", LIST)
    staff.visitor.go(LIST).locator("tbody th a").first.click()
    staff.visitor.page.wait_for_url("**/staff/assignments/*/")
    staff.look("long-staff-assignment")
    address = staff.visitor.page.url.removeprefix(staff.visitor.url)
    for act in ("edit", "withdraw", "exempt"):
        staff.look(f"long-staff-{act}", f"{address}{act}/")
    staff.look("long-staff-pause", f"{LIST}people/{'w' * 30}/pause/")
    staff.look("long-staff-new", f"{LIST}new/")
    learner = Inspection(visit("w" * 30, size))
    learner.look("long-dashboard", "/dashboard")
    open_first(learner.visitor)
    learner.look("long-mine-one")

    assert staff.wrong + learner.wrong == []


def test_a_long_list_is_turned_over_and_back(visit) -> None:
    build.users(30, prefix="crowd", organization="Acme")
    assigned([f"crowd{number}" for number in range(1, 31)], SAFETY.key)
    staff = Inspection(visit("marta"))
    page, rows = staff.visitor.page, staff.visitor.page.locator("tbody tr")

    staff.look("staff-list-page-1", f"{LIST}?order=sort_name&search=crowd")
    assert rows.count() == 25
    page.get_by_role("link", name="Next page").click()
    page.get_by_role("link", name="Previous page").wait_for()
    staff.look("staff-list-page-2")
    assert rows.count() == 5
    page.get_by_role("link", name="Previous page").click()
    page.get_by_role("link", name="Next page").wait_for()
    assert rows.count() == 25

    assert staff.wrong == []


@SIZES
@pytest.mark.parametrize(
    ("username", "language", "direction"), [("juergen", "de", "ltr"), ("fatima", "ar", "rtl")], ids=["German", "Arabic"]
)
def test_the_learner_s_pages_in(visit, pseudo_arabic, username, language, direction, size) -> None:
    assigned(username, SAFETY.key, note=LONG_NOTE)
    visitor = visit(username, size)
    pages = Inspection(visitor)
    assert visitor.page.locator("html").get_attribute("lang") == language
    assert visitor.page.locator("html").get_attribute("dir") == direction

    pages.look(f"dashboard-{language}", "/dashboard")
    pages.look(f"mine-{language}", MINE)
    open_first(visitor)
    pages.look(f"mine-one-{language}")
    visitor.page.locator("a.ma-button").first.click()
    visitor.page.frame_locator("#unit-iframe").locator(".ma-banner").wait_for()
    pages.look(f"unit-{language}")

    assert pages.wrong == []


@pytest.mark.parametrize("language", ["de", "ar"])
def test_the_staff_pages_in(visit, pseudo_arabic, language) -> None:
    from openedx.core.djangoapps.user_api.models import UserPreference

    UserPreference.objects.create(user=person("marta"), key="pref-lang", value=language)
    assigned("guadalupe", SAFETY.key, note=LONG_NOTE)
    assigned("amina", SAFETY.key)
    for size in (DESKTOP, PHONE):
        pages = Inspection(visit("marta", size))
        pages.look(f"staff-list-{language}", f"{LIST}?status=")
        pages.look(f"staff-new-{language}", f"{LIST}new/")
        pages.visitor.go(LIST).locator("tbody th a").first.click()
        pages.visitor.page.wait_for_url("**/staff/assignments/*/")
        pages.look(f"staff-assignment-{language}")
        address = pages.visitor.page.url.removeprefix(pages.visitor.url)
        for act in ("edit", "withdraw", "exempt"):
            pages.look(f"staff-{act}-{language}", f"{address}{act}/")
        pages.look(f"staff-pause-{language}", f"{LIST}people/amina/pause/")
        assert pages.wrong == []


@SIZES
def test_the_pages_without_the_platform_s_frame(visit, settings, size) -> None:
    settings.MANDATORY_ASSIGNMENTS_BASE_TEMPLATE = "mandatory_assignments/base.html"
    assigned("amina", SAFETY.key)
    pages = Inspection(visit("marta", size))
    pages.look("bare-staff-list", LIST)
    pages.look("bare-staff-new", f"{LIST}new/")
    pages.look("bare-mine", MINE)

    assert pages.wrong == []


@SIZES
@pytest.mark.parametrize("username", ["juergen", "fatima", "leila"], ids=["German", "Arabic", "English"])
def test_rounds_reminders_and_mails_that_do_not_arrive(visit, size, username) -> None:
    learner = person(username)
    with clock.at(timezone.now() - timedelta(days=80)):
        (id,) = api.assign_learners(
            actor=person("marta"),
            training=SAFETY.key,
            learners=[username],
            due_on=in_days(10),
            repeat=Repeat(4, RepeatUnit.WEEKS),
            remind=[Reminder(9)],
            now=timezone.now(),
        ).created
        build.drain()
    for days in (68, 30, 5):
        with clock.at(timezone.now() - timedelta(days=days)):
            build.drain()
            if days > 5:
                build.complete(learner, SAFETY.key)
                build.drain()
    build.time_zone(learner, "Europe/Berlin")
    assigned(["amina", "lukas"], SAFETY.key, days=10)
    set_email_preference(user_id=learner.id, email=False, now=timezone.now())
    clock.move(days=20)
    staff, own = Inspection(visit("marta", size)), Inspection(visit(username, size))
    staff.look(f"rounds-list-{username}", f"{LIST}?status=&order=last_reminder_at")
    staff.look(f"rounds-staff-{username}", f"{LIST}assignments/{id}/")
    own.look(f"rounds-own-{username}", f"{MINE}assignments/{id}/")
    own.look(f"rounds-dashboard-{username}", "/dashboard")
    assert staff.wrong + own.wrong == []


@pytest.mark.parametrize(
    ("username", "size"), [("sofia", DESKTOP), ("fatima", PHONE)], ids=["desktop", "phone, Arabic"]
)
def test_much_of_it_what_was_too_late_what_hinders_the_calendar_and_the_block(visit, size, username) -> None:
    learner, told = person(username), {"actor": person("marta")}
    big = build.course("course-v1:Acme+BIG+2026", name=LONG, sections=3, subsections=4, units=5, blocks=1)
    before = timezone.now() - timedelta(days=20)
    terms = {"learners": [username], "due_on": in_days(-10), "now": before}
    with clock.at(before):
        (frozen,) = api.assign_learners(**told, training=SAFETY.key, late_policy="freeze", **terms).created
        build.drain()
        build.complete(learner, SAFETY.key, units=2)
    build.complete(learner, SAFETY.key, units=5)
    assigned(username, str(big), MACHINES.key, DATA.key)
    build.complete(learner, big, units=7)
    build.unenroll(learner, DATA.key, by=person("marta"))
    build.drain()
    visitor = visit(username, size)
    own = Inspection(visitor)
    own.look(f"much-mine-{username}", MINE)
    own.look(f"much-dashboard-{username}", "/dashboard")
    visitor.go(MINE).get_by_role("link", name=LONG, exact=True).click()
    parts = visitor.page.locator(".ma-folded")
    expect(parts).to_have_count(12)
    expect(visitor.page.locator(".ma-units li:visible")).to_have_count(5)
    parts.nth(5).locator("summary").press("Enter")
    expect(visitor.page.locator(".ma-units li:visible")).to_have_count(10)
    own.look(f"much-folded-{username}")
    own.look(f"much-too-late-{username}", f"{MINE}assignments/{frozen}/")
    expect(visitor.page.locator(".ma-too-late")).to_have_count(3)
    own.look(f"much-block-{username}", f"/courses/{MACHINES.key}/jump_to/{build.units(MACHINES.key)[0]}")
    expect(visitor.page.frame_locator("#unit-iframe").locator(".ma-section article")).to_have_count(1)
    visitor.go(f"{MINE}preferences/").locator("button[name=act]").click()
    own.look(f"much-calendar-{username}")
    expect(visitor.page.locator("#ma-address")).to_have_value(re.compile(r"\.ics$"))
    assert own.wrong == []
