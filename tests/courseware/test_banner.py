"""The banner above a unit, in the page that the player frames: for whom, with what, and never in the way."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from opaque_keys.edx.keys import CourseKey
from web_fragments.fragment import Fragment

from common.djangoapps.split_modulestore_django import content
from demo.campus import build, clock
from lms.djangoapps.courseware.block_runtime import CoursewareRuntime
from mandatory_assignments import api
from mandatory_assignments.courseware import banner
from mandatory_assignments.data import PathPart
from mandatory_assignments.host import lms
from mandatory_assignments.pipeline import UnitBanner
from mandatory_assignments.queries import tracking
from tests.roles import COURSE, NOW


@pytest.fixture(autouse=True)
def _look_at_the_tracked_courses_anew():
    tracking.forget_tracked_courses()
    yield
    tracking.forget_tracked_courses()


def unit(cast, number=0, client=None, course=COURSE):
    """The framed page of a unit."""
    answer = (client or cast.client("learner")).get(f"/xblock/{build.units(course)[number]}")
    assert answer.status_code == 200
    return answer.content.decode()


def told(html):
    """The banner as it is read, empty when there is none."""
    found = re.search(r'<aside class="ma-banner.*?</aside>', html, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def bundle(cast, name, *blocks, note="", days=5):
    """A module of these blocks, assigned to the learner and due in some days."""
    by = {"actor": cast.people["coordinator"], "now": NOW}
    blocks = [str(key) for key in blocks]
    (made,) = api.create_training(kind="module", name=name, organization="Acme", blocks=blocks, **by).created
    cast.assign(training=str(made), note=note, due_on=(NOW + timedelta(days=days)).date())
    tracking.forget_tracked_courses()


def test_an_assigned_unit_tells_the_due_date_and_the_note(cast):
    html = unit(cast)
    assert told(html) == "Mandatory – due Friday, 14 May 2027 Before the drill"
    assert "mandatory_assignments/assignments" in html
    assert html.count("ma-banner-due") == 1


def test_a_unit_that_is_done_has_a_check_mark_at_once(cast):
    build.complete(cast.people["learner"], COURSE, units=1)
    assert told(unit(cast)) == "Done – was due Friday, 14 May 2027 Before the drill"
    assert told(unit(cast, 1)).startswith("Mandatory – due")


def test_everything_is_done_once_the_assignment_is_completed(cast):
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    build.edit(COURSE, add=1)
    assert told(unit(cast, 4)).startswith("Done – was due")


def test_an_overdue_unit_says_so_in_words_and_by_its_shape(cast):
    with clock.at(NOW + timedelta(days=13)):
        html = unit(cast)
    assert told(html).startswith("Mandatory – was due Friday, 14 May 2027, 2 days overdue")
    shapes = [re.search(r'class="ma-icon".*?</svg>', each, re.DOTALL)[0] for each in (html, unit(cast))]
    assert shapes[0] != shapes[1]


def test_markup_in_the_note_is_text_and_lines_are_kept(cast):
    cast.assign("otto", note="<script>alert(1)</script>\nsecond line")
    html = unit(cast, client=cast.client("other_learner"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nsecond line" in html
    assert "<script>alert" not in html


def test_the_icon_is_hidden_from_readers_and_nothing_in_it_takes_the_focus(cast):
    found = re.search(r'<aside class="ma-banner.*?</aside>', unit(cast), re.DOTALL)[0]
    assert 'aria-hidden="true" focusable="false"' in found
    assert not re.search(r"<a |<button|tabindex|style=|<script", found)


def test_who_was_assigned_nothing_sees_none(cast):
    assert told(unit(cast, client=cast.client("other_learner"))) == ""
    assert told(unit(cast, client=cast.client("course_staff"))) == ""


def test_staff_who_look_as_a_learner_see_the_learners(cast):
    client = cast.client("course_staff")
    chosen = {"role": "student", "user_name": "lena"}
    assert client.post(f"/courses/{COURSE}/masquerade", chosen, content_type="application/json").json()["success"]
    assert told(unit(cast, client=client)).startswith("Mandatory – due")


def test_what_is_assigned_while_the_process_believes_there_is_nothing_shows_at_once(
    cast, django_capture_on_commit_callbacks
):
    course = str(build.course("course-v1:Acme+NEW+2027"))
    build.enroll(cast.people["learner"], course)
    assert told(unit(cast, course=course)) == ""
    with django_capture_on_commit_callbacks(execute=True):
        cast.assign(training=course)
    assert told(unit(cast, course=course)).startswith("Mandatory – due")


def ours(cast, course=COURSE, number=0):
    """The queries in our tables for a second look at a unit."""
    client = cast.client("learner")
    unit(cast, number, client, course)
    with CaptureQueriesContext(connection) as captured:
        unit(cast, number, client, course)
    return [query["sql"] for query in captured if "mandatory_assignments_" in query["sql"]]


def test_a_course_in_which_nothing_is_assigned_costs_no_query_not_even_when_every_course_is_tracked(cast, settings):
    settings.MANDATORY_ASSIGNMENTS_TRACK_ALL_COURSES = True
    course = build.course("course-v1:Acme+FREE+2027")
    build.enroll(cast.people["learner"], course)
    asked = {"actor": cast.people["global_staff"], "now": NOW}
    api.create_training(kind="course", key=str(course), **asked)
    assert told(unit(cast, course=course)) == ""
    assert ours(cast, course) == []


@pytest.mark.parametrize("assigned", [1, 12])
def test_an_assigned_unit_costs_one_query_of_ours_however_much_is_assigned(cast, assigned):
    for number in range(assigned - 1):
        bundle(cast, f"Drill {number}", build.units(COURSE)[0])
    assert len(ours(cast)) == 1


def test_a_failure_leaves_the_unit_as_it_is(cast, monkeypatch, caplog):
    monkeypatch.setattr(banner.badges, "binding_cycles", lambda *_: 1 / 0)
    html = unit(cast)
    assert told(html) == ""
    assert "vert" in html
    assert "the banner of a unit could not be made" in caplog.text


def test_what_is_withdrawn_exempt_or_paused_shows_nothing(cast):
    by = {"actor": cast.people["coordinator"], "now": NOW}
    api.exempt_assignments(ids=[cast.assignment_id], reason="Leave", **by)
    assert told(unit(cast)) == ""
    api.lift_exemptions(ids=[cast.assignment_id], **by)
    assert told(unit(cast)).startswith("Mandatory – due")
    api.pause_learner(learner="lena", from_on=NOW.date(), until_on=(NOW + timedelta(days=3)).date(), **by)
    assert told(unit(cast)) == ""
    api.resume_learner(learner="lena", **by)
    assert told(unit(cast)).startswith("Mandatory – due")
    api.withdraw_assignments(ids=[cast.assignment_id], **by)
    assert told(unit(cast)) == ""


def test_what_was_withdrawn_does_not_hide_what_was_completed(cast):
    api.withdraw_assignments(ids=[cast.assignment_id], actor=cast.people["coordinator"], now=NOW)
    cast.assign(note="Again")
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    assert told(unit(cast)).startswith("Done – was due")


def test_a_frozen_one_says_that_work_no_longer_counts(cast):
    by = {"actor": cast.people["coordinator"], "now": NOW}
    api.change_assignments(ids=[cast.assignment_id], fields={"late_policy": "freeze"}, **by)
    with clock.at(NOW + timedelta(days=13)):
        assert "2 days overdue What you do now no longer counts for the assignment." in told(unit(cast))


def parts(course):
    """The keys of the course's only section and of its subsections."""
    outline = lms.outlines([str(course)])[str(course)]
    (section,) = outline.sections
    return [section.key, *(part.key for part in section.subsections)]


@pytest.mark.parametrize(("level", "shown"), [(0, [0, 1, 2, 3]), (1, [0, 1]), (None, [2])])
def test_a_module_is_told_in_its_units_however_it_holds_them(cast, level, shown):
    api.withdraw_assignments(ids=[cast.assignment_id], actor=cast.people["coordinator"], now=NOW)
    bundle(cast, "Exits", build.units(COURSE)[2] if level is None else parts(COURSE)[level], note="Look up")
    found = [told(unit(cast, number)) for number in range(4)]
    assert [number for number, text in enumerate(found) if text] == shown
    assert {found[number] for number in shown} == {"Mandatory – due Saturday, 8 May 2027 Exits Look up"}


def test_a_course_that_a_path_requires_is_told_and_an_optional_one_is_not(cast):
    more = [str(build.course(f"course-v1:Acme+MORE{number}+2027")) for number in (1, 2)]
    by = {"actor": cast.people["global_staff"], "now": NOW}
    parts = [PathPart(more[0], True), PathPart(more[1], False)]
    (path,) = api.create_training(kind="path", name="Warden", organization="Acme", parts=parts, **by).created
    cast.assign(training=str(path))
    tracking.forget_tracked_courses()
    for course in more:
        build.enroll(cast.people["learner"], course)
    assert told(unit(cast, course=more[0])) == "Mandatory – due Friday, 14 May 2027 Warden"
    assert told(unit(cast, course=more[1])) == ""


def test_of_several_the_most_urgent_date_is_told_and_every_note_with_its_training(cast):
    bundle(cast, "Exits", build.units(COURSE)[0], note="Look up")
    assert told(unit(cast)) == "Mandatory – due Saturday, 8 May 2027 Exits Look up Fire safety Before the drill"
    assert told(unit(cast, 1)) == "Mandatory – due Friday, 14 May 2027 Before the drill"


@pytest.mark.parametrize("surface", ["slot", "none"])
def test_it_is_silent_where_the_note_is_told_elsewhere(cast, settings, surface):
    settings.MANDATORY_ASSIGNMENTS_NOTE_SURFACE = surface
    assert told(unit(cast)) == ""


@pytest.mark.parametrize(("note", "folded"), [("short\n" * 3, 0), ("word " * 80, 1), ("line\n" * 9, 1)])
def test_a_long_note_is_folded_and_whole_inside(cast, note, folded):
    cast.assign("otto", note=note)
    html = unit(cast, client=cast.client("other_learner"))
    assert html.count("<details") == folded
    assert note.strip() in html


@pytest.mark.parametrize(
    ("viewer", "view", "context", "shown"),
    [
        ("learner", "student_view", {}, True),
        ("learner", "student_view", None, True),
        ("learner", "student_view", {"child_of_vertical": True}, False),
        ("learner", "public_view", {}, False),
        ("learner", "author_view", {}, False),
        ("other_learner", "student_view", {}, False),
        (None, "student_view", {}, False),
    ],
    ids=["a unit", "without context", "inside another", "public", "in Studio", "of another person", "of nobody"],
)
def test_it_stands_on_a_units_page_alone(cast, viewer, view, context, shown):
    user = cast.people[viewer] if viewer else AnonymousUser()
    found = content.load(CourseKey.from_string(COURSE))
    block = CoursewareRuntime(found, user).get_block(build.units(COURSE)[0])
    fragment = Fragment("<p>Read this.</p>")
    answer = UnitBanner("any", []).run_filter(block=block, fragment=fragment, context=context, view=view)
    assert set(answer) == {"block", "fragment", "context", "view"}
    assert answer["fragment"].content.endswith("<p>Read this.</p>")
    assert bool(told(answer["fragment"].content)) == shown
