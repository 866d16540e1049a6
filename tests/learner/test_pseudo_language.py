"""Every word that people read passes the translator: what learners and staff see, in a language of brackets."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from django.utils import translation
from edx_django_utils.plugins import get_plugins_view_context

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.data import Repeat, RepeatUnit
from mandatory_assignments.queries import tracking
from tests.roles import COURSE, NOW

UUID = re.compile(r"[0-9a-f-]{36}")
NAMES = """
    Fire safety Unit Section Subsection Drill Before the drill Leave Acme Field Globex FIRE101 course-v1 Europe Berlin
    Lena Sommer lena Otto Lang otto Max Head max Carl Staff carl Cora Office cora Gregor gregor Olivia Boss olivia
"""
"""What courses, people and places of the cast are called, and what was written to them: nobody's to translate."""


@pytest.fixture
def pseudo(monkeypatch, settings):
    """Whatever passes the translator stands in brackets; our pages in our own frame."""
    settings.MANDATORY_ASSIGNMENTS_BASE_TEMPLATE = "mandatory_assignments/base.html"
    for name in ("gettext", "pgettext", "ngettext", "npgettext"):
        real = getattr(translation._trans, name)
        monkeypatch.setattr(translation._trans, name, lambda *asked, real=real: f"⟦{real(*asked)}⟧")


class _Read(HTMLParser):
    """What is read of a page: its text, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        self.silent += tag in ("style", "script")
        self.found += [
            value for name, value in attrs if name in ("aria-label", "alt", "title", "placeholder") and value
        ]

    def handle_endtag(self, tag):
        self.silent -= tag in ("style", "script")

    def handle_data(self, data):
        if not self.silent:
            self.found.append(data)


def escaped(text):
    """The words outside all brackets that are nobody's name."""
    assert "⟦" in text
    while text != (text := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)):
        pass
    return sorted(set(re.findall(r"[^\W\d_][\w-]+", text)) - set(NAMES.split()))


def read(html):
    """What somebody reads of a page."""
    parser = _Read()
    parser.feed(html)
    return "\n".join(parser.found)


def texts(answer):
    """What somebody reads of an answer to the script, of keys, ids and addresses nothing."""
    if isinstance(answer, dict):
        silent = {
            "id",
            "assignment",
            "status",
            "note_surface",
            "url",
            "continue_url",
            "due_at",
            "shown_at",
            "read_at",
            "kind",
        }
        return [text for name, value in answer.items() if name not in silent for text in texts(value)]
    if isinstance(answer, list):
        return [text for each in answer for text in texts(each)]
    return [answer] if isinstance(answer, str) and not UUID.fullmatch(answer) else []


def states(cast):
    """The assignment of the learner in one state after another, with the time at which to look."""
    by = {"actor": cast.people["coordinator"], "ids": [cast.assignment_id], "now": NOW}
    yield "new", NOW
    api.exempt_assignments(reason="Leave", **by)
    yield "exempt", NOW
    api.lift_exemptions(**by)
    api.pause_learner(learner="lena", actor=by["actor"], from_on=NOW.date(), until_on=NOW.date(), now=NOW)
    yield "paused", NOW
    api.resume_learner(learner="lena", actor=by["actor"], now=NOW)
    api.change_assignments(fields={"late_policy": "freeze", "repeat": Repeat(52, RepeatUnit.WEEKS)}, **by)
    build.complete(cast.people["learner"], COURSE, units=2)
    build.drain()
    yield "frozen", NOW + timedelta(days=13)
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    yield "completed", NOW + timedelta(days=1)
    yield "again", NOW + timedelta(weeks=53)
    api.withdraw_assignments(**by | {"now": NOW + timedelta(weeks=53)})
    yield "withdrawn", NOW + timedelta(weeks=53)


def test_nothing_that_a_learner_reads_escapes_the_translator(cast, pseudo):
    learner, client, wrong = cast.people["learner"], cast.client("learner"), {}
    tracking.forget_tracked_courses()
    for state, at in states(cast):
        with clock.at(at):
            if state == "again":
                build.drain()
            for path in ("", f"assignments/{cast.assignment_id}/", "inbox/", "preferences/"):
                answer = client.get(f"/mandatory-assignments/{path}")
                assert answer.status_code == 200
                wrong[state, path] = escaped(read(answer.content.decode()))
            for call in (f"course-badges/?view=script&course={quote(COURSE)}", "dashboard/", "notices/"):
                told = client.get(f"/api/mandatory-assignments/v1/me/{call}").json()
                wrong[state, call] = escaped("\n".join(texts(told)))
            context = get_plugins_view_context("lms.djangoapp", "course_dashboard", {"user": learner})
            wrong[state, "section"] = escaped(read(context["plugins"]["mandatory_assignments"]["section"] or "⟦⟧"))
            unit = client.get(f"/xblock/{build.units(COURSE)[3]}").content.decode()
            banner = re.search(r'<aside class="ma-banner.*?</aside>', unit, re.DOTALL)
            wrong[state, "banner"] = escaped(read(banner[0])) if banner else []
    assert {where: words for where, words in wrong.items() if words} == {}


STAFF = (
    "",
    "?status=",
    "new/",
    "assignments/{id}/",
    "assignments/{id}/edit/",
    "assignments/{id}/withdraw/",
    "assignments/{id}/exempt/",
    "people/lena/",
    "people/lena/pause/",
    "progress/",
    "progress/add/",
    "trainings/",
    "trainings/new/?kind=module",
    "trainings/new/?kind=path",
    "directory/",
    "directory/Acme/",
    "templates/",
    "reports/",
    "jobs/",
    "bulk/",
)


@pytest.mark.parametrize("path", STAFF)
def test_nothing_that_staff_read_escapes_the_translator(cast, pseudo, path):
    answer = cast.client("global_staff").get(
        f"/mandatory-assignments/staff/{path.format(id=cast.assignment_id)}", follow=True
    )
    assert answer.status_code == 200
    assert escaped(read(answer.content.decode())) == []


def test_a_word_that_escaped_would_be_found(pseudo):
    assert escaped(read('<p aria-label="Due">⟦Continue ⟦now⟧⟧ Fire safety, overdue</p>')) == ["Due", "overdue"]
