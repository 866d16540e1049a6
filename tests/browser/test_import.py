"""Importing completions in the browser: a file with mistakes, its errors corrected and uploaded, recorded, listed."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from demo.campus import build
from demo.campus.syllabus import SAFETY
from mandatory_assignments import bulk
from mandatory_assignments.models import Completion

from .campus import person
from .conftest import DESKTOP, IN_OTHER_LANGUAGES, PHONE
from .staff import LIST
from .test_looks import LONG, Inspection

pytestmark = pytest.mark.browser

UPLOAD = f"{LIST}progress/import/"
SHEET = (
    "Email;Training Type;Name;Date (yyyy-mm-dd)\r\n"
    f"sofia;course;{SAFETY.name};2026-03-02\r\n"
    f"leila;course;{SAFETY.name};02.03.2026\r\n"
    f"=cmd|' /C calc'!A0;course;{LONG[:80]};2026-03-02\r\n"
)


def put(page: Page, content: bytes, name: str = "event.csv") -> None:
    """Chooses a file and sends it."""
    page.locator("#ma-file").set_input_files([{"name": name, "mimeType": "text/csv", "buffer": content}])
    page.locator(".ma-form .ma-button").first.click()
    page.wait_for_load_state()


def downloaded(page: Page, link: str) -> bytes:
    """The file behind a link, as the browser keeps it."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link, exact=True).click()
    return Path(waiting.value.path()).read_bytes()


@pytest.mark.parametrize(
    ("size", "scripts"), [(DESKTOP, True), (PHONE, False)], ids=["desktop", "on a phone without scripts"]
)
def test_a_file_with_mistakes_is_corrected_and_recorded(visit, size, scripts) -> None:
    staff = Inspection(visit("marta", size, scripts=scripts))
    look = staff.look if scripts else lambda name, path="": staff.visitor.picture(name)
    page = staff.visitor.go(f"{LIST}progress/")
    page.get_by_role("link", name="Import progress").click()
    assert downloaded(page, "Download a template").startswith(b"\xef\xbb\xbfEmail,Training Type,Name,")
    put(page, b"PK\x03\x04 a workbook", "event.xlsx")
    expect(page.get_by_role("alert")).to_contain_text("save it as CSV and upload that")
    expect(page.locator("#ma-file")).to_have_attribute("aria-invalid", "true")
    look("import-refused")

    put(page, SHEET.encode("utf-16"))
    expect(page.get_by_text("Read as utf-16, cells separated by semicolon, dates written yyyy-mm-dd.")).to_be_visible()
    for number, name in ((1, "New"), (0, "User already completed"), (2, "Errors")):
        expect(page.get_by_role("link", name=f"{number} {name}", exact=True)).to_be_visible()
    expect(page.get_by_role("cell", name='Date: "02.03.2026" is no date written as yyyy-mm-dd.')).to_be_visible()
    look("import-analysis")
    errors = downloaded(page, "Errors")
    assert b"\r\n'=cmd|" in errors, "a formula is text in what we hand out"
    page.get_by_role("button", name="Import 1 row").dblclick()
    page.wait_for_url("**/staff/jobs/*/")
    bulk.work_jobs()
    page.reload()
    expect(page.get_by_role("main").get_by_text("1 recorded")).to_be_visible()
    expect(page.get_by_role("cell", name=SAFETY.name)).to_be_visible()
    look("import-done")
    page.go_back()
    expect(page.get_by_role("link", name="See how far the import is")).to_be_visible()
    expect(page.get_by_role("button", name="Import 1 row")).to_have_count(0)

    page.goto(staff.visitor.url + UPLOAD)
    put(page, errors.replace(b"02.03.2026", b"2026-03-03"), "errors.csv")
    page.get_by_role("button", name="Import 1 row").click()
    page.wait_for_url("**/staff/jobs/*/")
    build.drain()
    page.reload()
    page.get_by_role("link", name="See the training progress").click()
    page.goto(f"{staff.visitor.url}{LIST}progress/?kind=course&search=leila")
    expect(page.get_by_text("3 Mar 2026").or_(page.get_by_text("3 March 2026")).first).to_be_visible()
    found = Completion.objects.filter(source="import").values_list("learner__username", "day_key", "reference")
    assert sorted(found) == [("leila", "2026-03-03", "errors.csv:2"), ("sofia", "2026-03-02", "event.csv:2")]
    put(staff.visitor.go(UPLOAD), SHEET.encode())
    expect(page.get_by_text("There is nothing to import.")).to_be_visible()
    assert staff.wrong == []


@IN_OTHER_LANGUAGES
def test_the_pages_of_an_import_in(visit, language, size) -> None:
    from openedx.core.djangoapps.user_api.models import UserPreference

    UserPreference.objects.create(user=person("marta"), key="pref-lang", value=language)
    staff = Inspection(visit("marta", size))
    page = staff.visitor.page
    staff.look(f"import-{language}", UPLOAD)
    put(page, SHEET.encode("cp1252"))
    staff.look(f"import-analysis-{language}")
    page.locator(".ma-form .ma-button").first.click()
    page.wait_for_url("**/staff/jobs/*/")
    staff.look(f"import-running-{language}")
    assert staff.wrong == []
