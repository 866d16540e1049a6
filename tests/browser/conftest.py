"""Chromium, and for each test a campus of its own behind a real port. Waiting work is done by `build.drain()`."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import translation
from playwright.sync_api import Browser, expect, sync_playwright

from demo.campus import clock
from mandatory_assignments.queries.tracking import forget_tracked_courses
from tests.plugins.needs import chromium

from .campus import ARTIFACTS, Visitor, build_campus, copy, database, web_server

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP, PHONE = (1280, 900), (360, 740)

IN_OTHER_LANGUAGES = pytest.mark.parametrize(
    ("language", "size"), [("de", PHONE), ("ar", DESKTOP)], ids=["German on a phone", "Arabic"]
)
IN_ALL_LANGUAGES = pytest.mark.parametrize(
    ("language", "size"),
    [("en", DESKTOP), ("de", PHONE), ("ar", DESKTOP)],
    ids=["English", "German on a phone", "Arabic"],
)
"""Long words where there is least room, right-to-left where there is most: all of them cost CI half an hour."""

expect.set_options(timeout=15_000)  # as long as a page may take: two browsers share the machine with two servers


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory, django_db_blocker) -> Path:
    """A database file with the demo's campus in it, built once."""
    ARTIFACTS.mkdir(exist_ok=True)
    file = tmp_path_factory.mktemp("campus") / "furnished.sqlite3"
    with django_db_blocker.unblock():
        build_campus(file)
    return file


@pytest.fixture(scope="module")
def browser(furnished: Path) -> Iterator[Browser]:
    # Playwright's event loop runs in this thread, where Django would refuse to ask the database.
    with patch.dict(os.environ, DJANGO_ALLOW_ASYNC_UNSAFE="true"), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def campus(browser: Browser, furnished: Path, tmp_path: Path, django_db_blocker) -> Iterator[str]:
    """The address of a campus that only this test changes."""
    copy(furnished, tmp_path / "campus.sqlite3")
    with django_db_blocker.unblock(), database(tmp_path / "campus.sqlite3"), web_server() as url:
        forget_tracked_courses()
        yield url
    clock.reset()
    forget_tracked_courses()


@pytest.fixture
def visit(browser: Browser, campus: str) -> Iterator[Callable[..., Visitor]]:
    """`visit("sofia", PHONE)`: she is signed in and sees her dashboard; `scripts=False` switches JavaScript off."""
    visitors: list[Visitor] = []

    def come(username: str, size: tuple[int, int] = DESKTOP, *, scripts: bool = True) -> Visitor:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="en-US", java_script_enabled=scripts
        )
        context.set_default_timeout(15_000)
        visitors.append(Visitor(context, campus, username))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.context.close()
    assert [trouble for visitor in visitors for trouble in visitor.troubles] == []


ARABIC = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ابتدهفغحيجكلمنوقرستعضخصطزش")
HELD = re.compile(r"(%\(\w+\)\w|\{\w+\}|<[^>]+>|&\w+;|%[%sd])")


@pytest.fixture
def pseudo_arabic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our texts in Arabic letters and a third longer, where somebody reads in Arabic: there is no such catalogue."""

    def told(text: str) -> str:
        parts = HELD.split(text)
        parts[::2] = [part.lower().translate(ARABIC) + "ـ" * (len(part) // 3) for part in parts[::2]]
        return "".join(parts)

    def translated(real: Callable[..., str]) -> Callable[..., str]:
        def translate(*asked: Any) -> str:
            text = real(*asked)
            return told(text) if translation.get_language() == "ar" and text in asked else text

        return translate

    for name in ("gettext", "pgettext", "ngettext", "npgettext"):
        monkeypatch.setattr(translation._trans, name, translated(getattr(translation._trans, name)))
