"""The block "My mandatory assignments": every view of it, for whom it is rendered, and in Studio without our tables."""

import re
import subprocess
import sys
from datetime import timedelta

import pytest
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock

from common.djangoapps.split_modulestore_django import content
from demo.campus import build
from lms.djangoapps.courseware.block_render import block_for
from mandatory_assignments import api
from mandatory_assignments.courseware import course_block
from mandatory_assignments.queries.tracking import forget_tracked_courses
from tests.roles import COURSE, NOW

TYPE = "mandatory_assignments"


@pytest.fixture
def placed(cast):
    """The block stands in the first unit of the assigned course."""
    return place(COURSE)


def place(course_key, name=None):
    key = build.key_of(course_key)
    tree = content.load(key).tree
    unit = tree["children"][0]["children"][0]["children"][0]
    fields = {"display_name": name} if name else {}
    unit["children"].append({"type": TYPE, "id": "my_own", "fields": fields, "children": []})
    content.publish(key, tree)
    forget_tracked_courses()
    return key.make_usage_key(TYPE, "my_own")


def rendered(user, key, view="student_view"):
    return block_for(user, key).render(view, {})


def text(fragment):
    return " ".join(re.sub(r"<[^>]+>", " ", fragment.content).split())


def test_it_is_installed_as_a_block_that_counts_for_nothing(cast, placed):
    found = XBlock.load_class(TYPE)
    assert XBlockCompletionMode.get_mode(found) == XBlockCompletionMode.EXCLUDED
    assert (found.has_score, found.show_in_read_only_mode, found.has_author_view) == (False, True, True)
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    answer = cast.client("learner").get(f"/api/mandatory-assignments/v1/me/assignments/{cast.assignment_id}/").json()
    assert (answer["status"], answer["units_total"]) == ("completed", 4)


def test_learners_see_their_own_with_due_date_progress_and_the_way_on(cast, placed):
    fragment = rendered(cast.people["learner"], placed)
    told = text(fragment)
    assert told.startswith("My mandatory assignments Fire safety Assigned 11 days left – Friday, 14 May 2027")
    assert "0 of 4 units" in told
    assert [resource.kind for resource in fragment.resources] == ["url"]
    assert "mandatory_assignments/assignments" in fragment.resources[0].data
    # The unit stands in a frame, and our pages do not.
    links = re.findall(r"<a [^>]*>", fragment.content)
    assert len(links) == 3
    assert all('target="_top"' in link for link in links)


@pytest.mark.parametrize("role", ["other_learner", "coordinator", "course_staff", "global_staff"])
def test_nobody_sees_what_is_somebody_elses(cast, placed, role):
    told = text(rendered(cast.people[role], placed))
    assert "You have no mandatory assignments in this course." in told
    assert "Fire safety" not in told


def test_staff_who_view_the_course_as_a_learner_see_the_learners(cast, placed):
    client = cast.client("course_staff")
    unit = f"/xblock/{build.units(COURSE)[0]}?view=student_view"
    assert "You have no mandatory assignments in this course." in client.get(unit).content.decode()
    chosen = {"role": "student", "user_name": "lena"}
    answer = client.post(f"/courses/{COURSE}/masquerade", chosen, content_type="application/json")
    assert answer.json()["success"]
    assert f"/assignments/{cast.assignment_id}/" in client.get(unit).content.decode()


def test_only_this_courses_are_listed_with_modules_and_paths_and_what_is_open_first(cast, placed):
    from mandatory_assignments.data import PathPart

    told = {"actor": cast.people["coordinator"], "now": NOW}
    other = str(build.course("course-v1:Acme+OTHER+2027", name="Elsewhere"))
    unit = str(build.units(COURSE)[0])
    module = api.create_training(**told, kind="module", name="One unit", organization="Acme", blocks=[unit]).created[0]
    parts = [PathPart(COURSE), PathPart(other)]
    path = api.create_training(**told, kind="path", name="All of it", organization="Acme", parts=parts).created[0]
    for training, days in ((other, 9), (module, 5), (path, 30)):
        cast.assign(training=str(training), due_on=(NOW + timedelta(days=days)).date())
    build.drain()
    build.complete(cast.people["learner"], COURSE, units=1)
    build.drain()
    html = rendered(cast.people["learner"], placed).content
    assert re.findall(r"_top\">([^<]+)</a>", html) == ["Fire safety", "All of it", "One unit", "All my assignments"]


def test_what_was_withdrawn_is_gone(cast, placed):
    api.withdraw_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], now=NOW)
    assert "Fire safety" not in text(rendered(cast.people["learner"], placed))


def test_many_cost_as_many_queries_as_one_and_an_unassigned_course_none(cast, placed, count_queries):
    learner = cast.people["learner"]
    block = block_for(learner, placed)
    block.render("student_view", {})
    one = count_queries(lambda: block.render("student_view", {}))
    assert one <= 5  # with those of the savepoint
    for number in range(9):
        unit = str(build.units(COURSE)[number % 4])
        told = {"actor": cast.people["coordinator"], "now": NOW}
        made = api.create_training(**told, kind="module", name=f"Part {number}", organization="Acme", blocks=[unit])
        cast.assign(training=str(made.created[0]))
    assert block.render("student_view", {}).content.count("<article") == 10
    assert count_queries(lambda: block.render("student_view", {})) == one

    quiet = block_for(learner, place(build.course("course-v1:Acme+QUIET+2027")))
    quiet.render("student_view", {})
    assert count_queries(lambda: quiet.render("student_view", {})) == 0


def test_a_failure_leaves_the_unit_as_it_was(cast, placed, monkeypatch, caplog):
    monkeypatch.setattr(course_block.entrances, "my_cycles_in", lambda *_: 1 / 0)
    assert rendered(cast.people["learner"], placed).content.count("Fire safety") == 0
    assert "the list in a unit could not be made" in caplog.text
    unit = rendered(cast.people["learner"], build.units(COURSE)[0]).content
    assert "html_1_1" in unit


def test_the_heading_is_the_authors_own_and_never_markup(cast):
    key = place(COURSE, "<b>Your duties</b>")
    for view in ("student_view", "author_view"):
        html = rendered(cast.people["learner"], key, view).content
        assert "&lt;b&gt;Your duties&lt;/b&gt;" in html
        assert "<b>" not in html


def test_authors_read_what_learners_will_see_and_name_it(cast, placed):
    author = cast.people["global_staff"]
    assert "Here learners see their own mandatory assignments in this course" in text(
        rendered(author, placed, "author_view")
    )
    form = block_for(author, placed).studio_view({})
    assert 'value="My mandatory assignments"' in form.content
    assert form.js_init_fn == "StudioEditableXBlockMixin"


STUDIO = """
import sys
from django.conf import settings
settings.configure(INSTALLED_APPS=["django.contrib.contenttypes"], USE_I18N=True)
import django; django.setup()
from xblock.core import XBlock
from xblock.fields import ScopeIds
from xblock.runtime import DictKeyValueStore, KvsFieldData, MemoryIdManager
from xblock.test.tools import TestRuntime

runtime = TestRuntime(services={"field-data": KvsFieldData(DictKeyValueStore())})
block = runtime.construct_xblock("mandatory_assignments", ScopeIds("author", "mandatory_assignments", "d", "u"))
for view in ("author_view", "student_view", "studio_view"):
    print(getattr(block, view)({}).content)
assert not [name for name in sys.modules if name.startswith("mandatory_assignments.") and "xblock" not in name]
"""


def test_studio_which_has_none_of_our_tables_loads_it_and_shows_every_view():
    answer = subprocess.run([sys.executable, "-c", STUDIO], capture_output=True, text=True, check=False, env={})
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.count("Here learners see their own mandatory assignments") == 2
    assert "Display name" in answer.stdout
