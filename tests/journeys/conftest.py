"""People who walk through a source system's own description, by pages and by REST, while the clock goes on."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from demo.campus import build, clock
from mandatory_assignments import api, bulk
from mandatory_assignments.queries.tracking import forget_tracked_courses

from .sets import settings_set

A_WHILE = timedelta(seconds=10)
CALLS = "/api/mandatory-assignments/v1/"


@dataclass
class Journey:
    """What somebody does and reads at an instant; between two instants the scheduler comes by once.

    Whatever is done takes a few seconds, so that what comes later has a later time.
    """

    now: datetime
    browsers: dict[str, Client] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)

    def person(self, username: str, **named: Any) -> Any:
        """Somebody, signed in at a browser of their own."""
        self.people[username] = build.user(username, **named)
        self.browsers[username] = Client()
        self.browsers[username].force_login(self.people[username], backend="django.contrib.auth.backends.ModelBackend")
        return self.people[username]

    def at(self, now: datetime) -> None:
        """Time passes, and the scheduler comes by."""
        self.now = now
        self.work()

    def work(self) -> None:
        """Everything that waits is done."""
        forget_tracked_courses()
        with clock.at(self.now):
            build.drain()
            bulk.work_jobs()
            api.tick(now=self.now)
            build.drain()

    def call(self, username: str, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """A call of the API."""
        data = b"" if body is None else json.dumps(body).encode()
        with clock.at(self.now):
            answer = self.browsers[username].generic(method, CALLS + path, data, "application/json")
        assert answer.status_code == status, answer.content
        if method != "GET":
            self.now += A_WHILE
        return answer.json() if answer.content else None

    def upload(self, username: str, path: str, lines: Iterable[Sequence[str]], **named: Any) -> Any:
        """Sends a file of comma-separated lines."""
        written = io.StringIO()
        csv.writer(written).writerows(lines)
        file = SimpleUploadedFile("file.csv", written.getvalue().encode())
        with clock.at(self.now):
            answer = self.browsers[username].post(f"/{CALLS.strip('/')}/{path}", {"file": file, **named})
        assert answer.status_code == 201, answer.content
        return answer.json()

    def download(self, username: str, path: str) -> list[list[str]]:
        """The lines of a file."""
        with clock.at(self.now):
            answer = self.browsers[username].get(f"/{CALLS.strip('/')}/{path}")
            whole = b"".join(answer.streaming_content)
        assert answer.status_code == 200
        return list(csv.reader(io.StringIO(whole.decode("utf-8-sig"), newline="")))

    def html(self, username: str, path: str) -> str:
        """A page as it was sent."""
        with clock.at(self.now):
            answer = self.browsers[username].get(path, follow=True)
        assert answer.status_code == 200, path
        return answer.content.decode()

    def read(self, username: str, path: str) -> str:
        """A page as it is read."""
        return as_read(self.html(username, path))

    def does(self, username: str, course_key: Any, units: int | None = None) -> None:
        """Somebody works through the first units of a course that are not done."""
        with clock.at(self.now):
            build.complete(self.people[username], course_key, units=units)
        self.now += A_WHILE
        self.work()

    def mails(self, username: str) -> list[Any]:
        """What somebody was sent, the oldest first."""
        return [each for each in mail.outbox if each.to == [f"{username}@example.com"]]


def as_read(html: str) -> str:
    """Without markup, in one line."""
    body = re.sub(r"<(head|script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.fixture
def journey(db, settings) -> Iterator[Callable[[str, datetime], Journey]]:
    """`journey("viewing", now)`: the settings of that set hold, and mails are kept."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox.clear()

    def begin(name: str, now: datetime) -> Journey:
        for key, value in settings_set(name).items():
            setattr(settings, key, value)
        return Journey(now)

    yield begin
    forget_tracked_courses()
