"""The front ends' script: in the demo's player, and in a page of our own that behaves as badly as React may."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, expect

from demo.campus import build
from demo.campus.syllabus import SAFETY

from .conftest import DESKTOP, PHONE
from .staff import NOTE, assigned
from .test_journey import do_unit
from .test_looks import Inspection

pytestmark = pytest.mark.browser

COURSE = "course-v1:Acme+X+1"
PART = "block-v1:Acme+X+1+type@sequential+block@"
UNIT = "block-v1:Acme+X+1+type@vertical+block@"
HERE = Path(__file__).parent
HTML = {"Content-Type": "text/html; charset=utf-8"}
DUE, DONE = "Mandatory – due Friday, 14 May 2027", "Done – was due Friday, 14 May 2027"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_player_shows_what_is_assigned_and_a_check_mark_once_it_is_done(visit, size, settings) -> None:
    assigned("sofia", SAFETY.key, note=f"{NOTE} {'Look closely. ' * 30}")
    sofia = visit("sofia", size)
    page = sofia.go(f"/courses/{SAFETY.key}/jump_to/{build.units(SAFETY.key)[0]}")
    first = page.locator("#outline-sidebar-outline a > .ma-badge").first
    expect(first).to_contain_text("Mandatory – due")
    expect(page.locator("#outline-sidebar-outline summary > .ma-badge")).to_have_count(2)
    do_unit(page)
    expect(first).to_contain_text("Done – was due")
    expect(page.locator("[data-slot=sidebar] [role=status]")).to_contain_text("Ways out: Done – was due")
    banner = page.frame_locator("#unit-iframe").get_by_label("Mandatory assignment")
    banner.get_by_text("Show all of it").click()
    expect(banner.locator(".ma-note")).to_be_visible()
    expect(page.locator("[data-slot=unit-note] *")).to_have_count(0)
    first.hover()
    expect(page.locator(".ma-tip")).to_contain_text("Done – was due")
    look = Inspection(sofia)
    look.look("badges-player")

    settings.MANDATORY_ASSIGNMENTS_NOTE_SURFACE = "slot"
    page.reload()
    note = page.locator("[data-slot=unit-note] aside")
    expect(note).to_contain_text("Done – was due")
    note.get_by_text("Show all of it").click()
    expect(note.locator(".ma-note")).to_be_visible()
    expect(page.frame_locator("#unit-iframe").locator(".ma-banner")).to_have_count(0)
    page.evaluate(
        """(courseId) => ["dashboard", "course-home", "header"].forEach((surface) => {
            const place = document.createElement("div");
            place.dataset.slot = surface;
            document.querySelector("#player > div").append(place);
            window.MandatoryAssignments.mount(place, { surface, courseId });
        })""",
        SAFETY.key,
    )
    for surface in ("dashboard", "course-home"):
        place = page.locator(f"[data-slot={surface}]")
        expect(place.get_by_role("link", name=SAFETY.name, exact=True)).to_be_visible()
        expect(place.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "0")
    going_on = page.locator("[data-slot=dashboard] .ma-go").get_attribute("href")
    assert going_on.startswith(f"{sofia.url}/mandatory-assignments/assignments/")
    look.look("badges-surfaces")
    assert look.wrong == []


class Endpoint:
    """Answers for the LMS in a page of our own: what it says, how often it was asked, whether it fails."""

    def __init__(self, page: Page, url: str) -> None:
        self.asked, self.fails, self.said = 0, False, []
        keys = [*(f"{UNIT}{name}" for name in "abcd"), *(f"{PART}{name}" for name in ("one", "two", "three"))]
        self.blocks = {key: self.badge() for key in keys}
        titles = {"one": "Begin", "two": "Middle", "three": "Twin"}
        self.places = {
            f"{PART}{name}": {"title": title, "section": "First", "unique": title != "Twin"}
            for name, title in titles.items()
        }
        page.on("console", lambda said: self.said.append(said.text))
        policy = {"Content-Security-Policy": "default-src 'self'"}
        page.route(f"{url}/outline/", lambda route: route.fulfill(path=HERE / "outline.html", headers=policy | HTML))
        page.route(f"{url}/outline/page.js", lambda route: route.fulfill(path=HERE / "outline.js"))
        page.route(f"{url}/api/mandatory-assignments/v1/me/course-badges/**", self.answer)

    @staticmethod
    def badge(*, done: bool = False) -> dict[str, object]:
        """A badge as the script gets it."""
        told = {"due_at": "2027-05-14T21:59:59.999999Z", "due_text": DONE if done else DUE, "done": done}
        return told | {"overdue": False, "assignments": []}

    def answer(self, route: Route) -> None:
        """What the LMS would say."""
        self.asked += 1
        assert quote(COURSE, safe="") in route.request.url
        if self.fails:
            route.fulfill(status=404, body="no")
            return
        found = {"blocks": self.blocks, "notes": [], "assignments": [], "places": self.places}
        words = dict.fromkeys(("one", "here", "note", "note_from", "more", "less"), "x")
        route.fulfill(json=found | {"note_surface": "filter", "words": words})


def badges(page: Page) -> list[str]:
    """Where there are badges, by the title of their row, each the last thing in it."""
    return page.evaluate(
        """() => [...document.querySelectorAll("#outline-sidebar-outline .ma-badge")].map((badge) =>
            badge.parentElement.querySelector("[data-title]").textContent.trim()
            + (badge.parentElement.lastElementChild === badge ? "" : " (not last)"))"""
    )


EVERYWHERE = ["Begin", "Unit a", "Unit b", "Middle"]


def test_a_page_that_renders_again_and_again_keeps_one_badge_in_each_row(visit, campus) -> None:
    visitor = visit("sofia")
    page = visitor.page
    lms = Endpoint(page, campus)
    visitor.go("/outline/")
    before = page.evaluate("rows()")
    lms.fails = True
    page.evaluate("begin()")
    page.wait_for_timeout(300)
    assert (badges(page), page.evaluate("rows()"), lms.asked) == ([], before, 1)
    assert [text for text in lms.said if "mandatory assignments are not shown: 404" in text]
    page.evaluate("end()")

    lms.fails = False
    page.evaluate("begin(); end(); begin(); begin()")  # as React does in development
    expect(page.locator(".ma-badge")).to_have_count(4)
    # A closed row is known by its title, unless another one has it, too; another course's link is not meant.
    assert badges(page) == EVERYWHERE
    assert page.evaluate("rows()") == before, "something moved"
    expect(page.get_by_role("link", name=f"Unit a, incomplete , {DUE}")).to_have_count(1)
    assert page.locator("#outline-sidebar-outline [tabindex]:not(.collapsible-trigger)").count() == 0

    for change in ("retitle()", "replaceLinks()", "grow()", "double()"):
        page.evaluate(change)
        page.wait_for_timeout(50)
        assert badges(page) == EVERYWHERE, change
    page.evaluate("toggle('Begin')")
    page.wait_for_timeout(50)
    assert badges(page) == ["Begin", "Middle"]
    page.evaluate("toggle('Twin')")  # seen open once, it is known for good
    page.wait_for_timeout(50)
    assert badges(page) == ["Begin", "Middle", "Twin", "Unit c"]
    page.evaluate("toggle('Twin'); toggle('Begin')")
    page.wait_for_timeout(50)
    assert badges(page) == ["Begin", "Unit a", "Unit b", "Middle", "Twin"]

    page.evaluate("window.leave = slot('a'); null")  # a front end with a slot in the link itself
    page.wait_for_timeout(50)
    assert page.locator("a[href$=a].row .ma-badge").evaluate_all("each => each.map((one) => one.dataset.maBadge)") == [
        "slot"
    ]
    page.evaluate("leave()")
    page.wait_for_timeout(50)
    assert badges(page) == [*EVERYWHERE, "Twin"]

    asked = lms.asked
    lms.blocks[f"{UNIT}a"] = lms.badge(done=True)
    del lms.blocks[f"{UNIT}b"]
    page.wait_for_timeout(1000)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#place [role=status]")).to_have_text(f"Unit a: {DONE}")
    assert badges(page) == ["Begin", "Unit a", "Middle", "Twin"]
    page.evaluate("show('b')")  # another unit
    page.wait_for_timeout(1300)
    assert lms.asked == asked + 2

    tip = page.locator(".ma-tip")
    page.locator("#outline-sidebar-outline .ma-badge svg").nth(2).hover()
    expect(tip).to_contain_text(DUE)
    expect(tip.locator("span")).to_contain_text("2027")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.mouse.move(900, 600)
    page.locator("#before").focus()
    page.keyboard.press("Tab")
    expect(tip).to_contain_text(DUE)
    page.keyboard.press("Tab")
    expect(tip).to_contain_text(DONE)

    def shape(row: str) -> str:
        return page.locator(f"a[href$={row}].row .ma-badge path").first.get_attribute("d")

    lms.blocks[f"{UNIT}b"] = lms.badge() | {"overdue": True}
    page.wait_for_timeout(1000)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator(".ma-badge-late")).to_have_count(1)
    assert shape("b") != shape("a"), "overdue by its colour alone"
    del lms.blocks[f"{UNIT}b"]

    page.evaluate("document.documentElement.dir = 'rtl'")
    link = page.locator("#outline-sidebar-outline a").first.bounding_box()
    icon = page.locator("#outline-sidebar-outline a .ma-badge svg").first.bounding_box()
    assert link["x"] + link["width"] - icon["x"] < 30, "not at the beginning of the line"

    page.evaluate("sections()")  # all sections instead of one: nothing there is ours
    page.wait_for_timeout(50)
    assert badges(page) == []
    lms.fails = True
    page.evaluate("end(); late()")  # the script comes after the place is gone
    page.wait_for_timeout(100)
    assert page.locator(".ma-badge, .ma-tip, .ma-unseen").count() == 0
    assert len([text for text in lms.said if "not shown" in text]) == 1


def test_what_is_shown_is_asked_for_again_every_minute_while_somebody_looks(visit, campus) -> None:
    visitor = visit("sofia")
    page = visitor.page
    lms = Endpoint(page, campus)
    page.clock.install()
    visitor.go("/outline/")
    page.evaluate("begin()")
    expect(page.locator(".ma-badge")).to_have_count(4)
    assert lms.asked == 1
    lms.blocks.clear()
    page.clock.run_for(61_000)
    expect(page.locator(".ma-badge")).to_have_count(0)
    assert lms.asked == 2

    page.evaluate("Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' })")
    page.clock.run_for(300_000)
    assert lms.asked == 2, "asked in the background"
    page.evaluate("delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(200)
    assert lms.asked == 3
    page.evaluate("end()")
    page.clock.run_for(300_000)
    assert lms.asked == 3, "asked for a place that is gone"
