"""The staff form and what people write into it: refusals beside the fields, nothing lost, nothing executed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from demo.campus import build
from demo.campus.syllabus import SAFETY

from .staff import LIST, Wish, assign, fill, in_days

pytestmark = pytest.mark.browser

NEW = f"{LIST}new/"
STEAL = "document.title = 'executed'"
MARKUP = f'<script>{STEAL}</script><img src=x onerror="{STEAL}"><b>bold</b> & so on'


def send(page: Page) -> None:
    """Send the form as it stands, also where the browser itself would object."""
    page.evaluate("() => { document.querySelector('.ma-form').noValidate = true }")
    with page.expect_navigation():
        page.get_by_role("button", name="Assign", exact=True).click()


def complaint(page: Page, label: str) -> str:
    """What a screen reader says about the field besides its name, as far as it is a complaint."""
    field = page.get_by_label(label).first
    expect(field).to_have_attribute("aria-invalid", "true")
    said = (field.get_attribute("aria-describedby") or "").split()
    return " ".join(page.locator(f"#{each} .ma-error").inner_text() for each in said if each.endswith("-wrong"))


@pytest.mark.parametrize(
    ("changed", "label", "text"),
    [
        ({"learner": "nobody@example.com"}, "Learner", "nobody@example.com"),
        ({"learner": "olena"}, "Learner", "olena"),
        ({"due_on": in_days(-30)}, "Due date", in_days(3).strftime("%Y-")),
        ({"due_on": in_days(1)}, "Due date", in_days(3).strftime("%Y-")),
        ({"due_on": in_days(365 * 300)}, "Due date", "2200-12-31"),
    ],
    ids=["nobody's name", "a person of another organization", "a past day", "a day too near", "a day too far"],
)
def test_a_refusal_stands_beside_its_field_and_nothing_typed_is_lost(visit, changed, label, text) -> None:
    marta = visit("marta")
    page, wish = marta.go(NEW), Wish(**{"learner": "zoe"} | changed)
    fill(page, wish)

    send(page)

    assert text in complaint(page, label)
    expect(page.get_by_label("Training", exact=True)).to_have_value(SAFETY.key)
    expect(page.get_by_label("Learner", exact=True)).to_have_value(wish.learner)
    expect(page.get_by_label("Due date")).to_have_value(wish.day.isoformat())
    expect(page.get_by_label("Note to the learner")).to_have_value(wish.note)


def test_an_empty_form_says_what_is_missing(visit) -> None:
    marta = visit("marta")
    page = marta.go(NEW)

    send(page)

    for label in ("Training", "Learner", "Due date"):
        assert complaint(page, label) == "This field is required."
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(3)
    page.get_by_role("alert").get_by_role("link", name="Learner").click()
    expect(page.get_by_label("Learner", exact=True)).to_be_focused()


def test_a_note_that_is_too_long_is_not_cut(visit) -> None:
    marta = visit("marta")
    page, note = marta.go(NEW), "Ten letters" * 1000
    page.evaluate("() => document.querySelector('textarea').removeAttribute('maxlength')")
    fill(page, Wish("zoe", note=note))

    send(page)

    assert "2000" in complaint(page, "Note to the learner").replace(",", "").replace(".", "")
    expect(page.get_by_label("Note to the learner")).to_have_value(note)


def test_assigning_twice_is_told_beside_the_learner(visit) -> None:
    marta = visit("marta")
    assign(marta, Wish("zoe"))
    page = marta.go(NEW)
    fill(page, Wish("zoe"))

    send(page)

    assert "already" in complaint(page, "Learner")
    expect(page.get_by_label("Note to the learner")).to_have_value(Wish("zoe").note)


def test_markup_in_a_note_is_text_everywhere(visit) -> None:
    marta = visit("marta")
    assign(marta, Wish("zoe", note=MARKUP))
    expect(marta.page.locator(".ma-note")).to_have_text(MARKUP)

    zoe = visit("zoe")
    page = zoe.page
    page.get_by_role("region", name="Mandatory assignments").get_by_role("link", name=SAFETY.name, exact=True).click()
    expect(page.locator(".ma-note")).to_have_text(MARKUP)
    page.get_by_role("link", name="Continue").click()
    banner = page.frame_locator("#unit-iframe").get_by_label("Mandatory assignment")
    expect(banner.locator(".ma-note")).to_have_text(MARKUP)
    expect(banner.locator("b, img, script")).to_have_count(0)
    assert "executed" not in page.title()


def test_markup_in_a_name_and_in_a_search_is_text(visit) -> None:
    person = build.user("tag", name=MARKUP[:200], organization="Acme")
    assert person.profile.name == MARKUP[:200]
    marta = visit("marta")
    assign(marta, Wish("tag"))

    page = marta.go(LIST)
    expect(page.locator("tbody th a")).to_have_text(MARKUP[:200])
    page.get_by_label("Learner or training").fill('"><script>document.title = "executed"</script>')
    page.get_by_role("button", name="Show").click()

    expect(page.get_by_text("Nothing here fits this filter.")).to_be_visible()
    expect(page.get_by_label("Learner or training")).to_have_value('"><script>document.title = "executed"</script>')
    assert "executed" not in page.title()
