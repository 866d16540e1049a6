"""The demo campus as a visitor meets it: a database file of one's own, its web server, and pages that keep a diary."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import django
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import connections
from django.test import override_settings
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

ARTIFACTS = Path(__file__).parents[2] / "test-artifacts"
LOADING_FAILED = "Failed to load resource"


@contextmanager
def database(file: Path) -> Iterator[None]:
    """Every thread of this process works in this SQLite file, with the demo's options."""
    ours, described = connections["default"], connections.settings["default"]
    options = {"timeout": 30}
    if django.VERSION >= (5, 1):
        options |= {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL;"}
    connections.settings["default"] = described | {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,
    }
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"], connections.settings["default"] = ours, described


def build_campus(file: Path) -> None:
    """The demo's people, courses and past, in a fresh file."""
    from demo.campus.population import populate

    with database(file):
        call_command("migrate", interactive=False, verbosity=0)
        populate()


def copy(source: Path, target: Path) -> None:
    """The same database once more; what is still in the journal is copied, too."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def person(username: str) -> AbstractBaseUser:
    """Somebody who lives on the campus."""
    return get_user_model().objects.get(username=username)


class _Silent(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Says nothing."""


@contextmanager
def web_server() -> Iterator[str]:
    """The LMS behind a port of this machine; gives its address, which the settings then know as well."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Silent, allow_reuse_address=False)
    url = f"http://127.0.0.1:{server.server_port}"
    addresses = {
        "LMS_BASE": url.removeprefix("http://"),
        "LMS_ROOT_URL": url,
        "LEARNING_MICROFRONTEND_URL": f"{url}/learning",
        "INSTRUCTOR_MICROFRONTEND_URL": f"{url}/instructor-dashboard",
    }
    with override_settings(**addresses, COMPLETION_BY_VIEWING_DELAY_MS=50):
        server.set_app(WSGIHandler())
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield url
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


class Visitor:
    """Somebody at a browser of their own. `troubles` holds what broke on the way: script errors, answers from 500."""

    def __init__(self, context: BrowserContext, url: str, username: str) -> None:
        self.context, self.url, self.username = context, url, username
        self.troubles: list[str] = []
        context.on("page", self._watch)
        self.page = context.new_page()
        self.go(f"/signin/{username}/")

    def go(self, path: str) -> Page:
        """Open an address of the campus."""
        self.page.goto(self.url + path)
        return self.page

    def picture(self, name: str) -> None:
        """Keep the whole page for people to look at."""
        width = self.page.viewport_size["width"]
        self.page.screenshot(path=ARTIFACTS / f"{name}-{width}.png", full_page=True)

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self._hear(page, said))
        page.on("response", self._judge)

    def _hear(self, page: Page, said: ConsoleMessage) -> None:
        # An answer that is an error is judged below; the console only repeats it.
        if said.type in ("error", "warning") and not said.text.startswith(LOADING_FAILED):
            self.troubles.append(f"{page.url}: {said.text}")

    def _judge(self, answer: Response) -> None:
        if answer.status >= 500:
            self.troubles.append(f"{answer.status} {answer.url}")
