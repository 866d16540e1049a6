"""The configuration that Tutor renders, in the real plugin framework: bundled, and looked at in a browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from demo.campus import build
from demo.campus.syllabus import SAFETY
from mandatory_assignments.host import lms
from tests.tutor.installing import front_end_libraries, run, site

from .campus import ARTIFACTS, person
from .conftest import DESKTOP
from .staff import NOTE, assigned

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent / "front_end"
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}


def bundled(folder: Path) -> dict[str, Path]:
    """The host with the configuration of a site of its own; the files of the page by name."""
    libraries = front_end_libraries()
    rendered = site(folder) / "plugins/mfe/build/mfe"
    config = rendered / "env.config.jsx"
    defined = {"process.env.APP_ID": '"learning"', "process.env.NODE_ENV": '"development"', "process.env": "{}"}
    esbuild = libraries / "node_modules/.bin/esbuild"
    run(esbuild, rendered / "site/src/customApp.tsx", f"--outfile={folder / 'app.js'}", "--log-level=error", cwd=folder)
    run(
        esbuild,
        HERE / "host.jsx",
        "--bundle",
        f"--outfile={folder / 'host.js'}",
        f"--alias:env.config={config}",
        "--loader:.scss=empty",
        "--loader:.svg=empty",
        "--define:global=window",
        "--log-level=error",
        *(f"--define:{name}={value}" for name, value in defined.items()),
        cwd=folder,
        NODE_PATH=str(libraries / "node_modules"),
    )
    styles = libraries / "node_modules/@openedx/paragon/dist"
    pages = {"host.js": folder / "host.js", "page.html": HERE / "page.html"}
    return pages | {f"{name}.css": styles / f"{name}.min.css" for name in ("core", "light")}


def test_the_slots_that_tutor_renders_show_badges_and_notes(browser, campus, tmp_path, settings) -> None:
    files = bundled(tmp_path)
    settings.MANDATORY_ASSIGNMENTS_NOTE_SURFACE = "slot"
    assigned("sofia", SAFETY.key)
    section = lms.outlines([SAFETY.key])[SAFETY.key].sections[0]
    parts = [
        {"id": part.key, "title": part.title, "units": [{"id": unit.key, "title": unit.title} for unit in part.units]}
        for part in section.subsections
    ]
    course = {"courseId": SAFETY.key, "section": section.title, "sequences": parts, "lms": campus}

    def answer(route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[1]
        if name == "course.js":
            route.fulfill(body=f"window.COURSE = {json.dumps(course)}", content_type="text/javascript")
            return
        file = files.get(name, files["page.html"])
        route.fulfill(path=file, content_type=TYPES[file.suffix])

    context = browser.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, locale="en-US")
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{campus}/signin/sofia/")
    page.route(f"{campus}/mfe/**", answer)
    page.goto(f"{campus}/mfe/learning/course/{SAFETY.key}/{parts[0]['id']}/{parts[0]['units'][0]['id']}")

    rows = page.locator("#outline-sidebar-outline > li")
    badges = page.locator("#outline-sidebar-outline .ma-badge")
    units = [len(part["units"]) for part in parts]
    expect(badges).to_have_count(len(parts) + units[0])
    expect(rows.nth(1).locator(".collapsible-trigger > .ma-badge:last-child")).to_have_count(1)
    kinds = (
        rows.nth(0).locator("a").locator("[data-ma-badge]").evaluate_all("all => all.map((one) => one.dataset.maBadge)")
    )
    assert kinds == ["slot", *["row"] * (units[0] - 1)], "one badge in each link, whoever put it there"
    expect(page.locator("main section.ma-list").get_by_role("link", name=SAFETY.name, exact=True)).to_be_visible()
    expect(page.locator("nav a")).to_have_count(0)
    note = page.locator("main aside.ma-unit-note")
    expect(note).to_have_count(1)
    expect(note).to_contain_text("Mandatory – due")
    expect(note).to_contain_text(NOTE.splitlines()[0])
    page.screenshot(path=ARTIFACTS / "front-end-1280.png")

    rows.nth(0).locator(".collapsible-trigger").click()
    expect(badges).to_have_count(len(parts))
    rows.nth(1).locator(".collapsible-trigger").click()
    expect(badges).to_have_count(len(parts) + units[1])
    link = rows.nth(1).locator("a").first
    link.click()
    expect(page.locator("main h1")).to_have_text(parts[1]["units"][0]["id"])
    expect(note).to_have_count(1)
    expect(badges).to_have_count(len(parts) + units[1])

    build.complete(person("sofia"), SAFETY.key)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(note).to_contain_text("Done – was due")
    expect(link).to_contain_text("Done – was due")
    link.hover(position={"x": 12, "y": 20})
    expect(page.locator(".ma-tip")).to_contain_text("Done – was due")
    page.screenshot(path=ARTIFACTS / "front-end-done-1280.png")
    page.goto(f"{campus}/signin/marta/")
    page.goto(f"{campus}/mfe/learning/course/{SAFETY.key}/{parts[0]['id']}/{parts[0]['units'][0]['id']}")
    expect(page.get_by_role("link", name="Assignments of others")).to_be_visible()
    expect(page.locator("main aside.ma-unit-note, .ma-badge, .ma-list")).to_have_count(0)
    assert errors == []
    context.close()
