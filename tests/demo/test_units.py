import pytest
from django.contrib.auth.models import AnonymousUser
from openedx_filters import PipelineStep
from openedx_filters.learning.filters import VerticalBlockChildRenderStarted, VerticalBlockRenderCompleted

from common.djangoapps.split_modulestore_django import content
from demo.campus import build
from lms.djangoapps.courseware.block_render import block_for
from xmodule.x_module import PUBLIC_VIEW, STUDENT_VIEW

SEEN = []


class Note(PipelineStep):
    """A step of another plugin that writes above every unit."""

    def run_filter(self, block, fragment, context, view):
        SEEN.append((block.location.block_id, context.get("child_of_vertical", False), view))
        fragment.content = f"<p>above {block.location.block_id}</p>{fragment.content}"
        return {"block": block, "fragment": fragment, "context": context, "view": view}


class Withhold(PipelineStep):
    """A step of another plugin that shows no unit at all."""

    def run_filter(self, **kwargs):
        raise VerticalBlockRenderCompleted.PreventVerticalBlockRender("<p>not now</p>")


class NoProblems(PipelineStep):
    """A step of another plugin that leaves problems out."""

    def run_filter(self, block, context):
        if block.category == "problem":
            raise VerticalBlockChildRenderStarted.PreventChildBlockRender("no problems")
        return {"block": block, "context": context}


@pytest.fixture
def steps(settings):
    def use(**by_type):
        settings.OPEN_EDX_FILTERS_CONFIG = {
            {"unit": VerticalBlockRenderCompleted, "child": VerticalBlockChildRenderStarted}[name].filter_type: {
                "fail_silently": False,
                "pipeline": [f"{__name__}.{step.__name__}"],
            }
            for name, step in by_type.items()
        }

    SEEN.clear()
    use()
    return use


@pytest.fixture
def nested(course):
    """The first unit's key; it holds a text and a column with another text."""
    tree = content.load(course).tree
    unit = tree["children"][0]["children"][0]["children"][0]
    inner = {"type": "html", "id": "inner", "fields": {"data": "<p>inside</p>"}, "children": []}
    unit["children"] = [unit["children"][0], {"type": "vertical", "id": "column", "fields": {}, "children": [inner]}]
    content.publish(course, tree)
    return build.units(course)[0]


def rendered(user, key, view=STUDENT_VIEW, **context):
    return block_for(user, key).render(view, context).content


def test_a_unit_shows_its_blocks_in_boxes_that_scripts_can_hold_on_to(ann, course, steps):
    html = rendered(ann, build.units(course)[0])
    assert '<h2 class="hd hd-2 unit-title">Unit 1</h2>' in html
    assert 'class="xblock xblock-student_view xblock-student_view-html"' in html
    assert f'data-usage-id="{course.make_usage_key("html", "html_1_1")}"' in html
    assert f"/courses/{course}/xblock/{course.make_usage_key('problem', 'problem_1_2')}/handler/problem_check" in html


def test_only_what_is_not_complete_and_completes_by_looking_says_so(ann, course, steps):
    html = rendered(ann, build.units(course)[0])
    assert html.count('data-mark-completed-on-view-after-delay="1000"') == 1
    build.complete(ann, course, units=1)
    assert "data-mark-completed-on-view-after-delay" not in rendered(ann, build.units(course)[0])


def test_the_title_can_be_left_to_the_page_around(ann, course, steps):
    assert "unit-title" not in rendered(ann, build.units(course)[0], show_title=False)


def test_steps_can_write_into_a_unit(ann, course, steps):
    steps(unit=Note)
    assert "<p>above unit_1</p>" in rendered(ann, build.units(course)[0])
    assert SEEN == [("unit_1", False, STUDENT_VIEW)]


def test_the_filter_runs_for_columns_inside_a_unit_as_well(ann, course, nested, steps):
    steps(unit=Note)
    html = rendered(ann, nested)
    assert SEEN == [("column", True, STUDENT_VIEW), ("unit_1", False, STUDENT_VIEW)]
    assert "<p>inside</p>" in html


def test_a_step_can_stop_a_unit(ann, course, steps):
    steps(unit=Withhold)
    assert "<p>not now</p>" in rendered(ann, build.units(course)[0])


def test_a_step_can_leave_a_block_out(ann, course, steps):
    steps(child=NoProblems)
    html = rendered(ann, build.units(course)[0])
    assert "xblock-student_view-html" in html
    assert "<form" not in html


def test_somebody_who_is_not_signed_in_has_no_id(course, steps):
    steps(unit=Note)
    block = block_for(AnonymousUser(), build.units(course)[0])
    block.get_children = list
    assert "above unit_1" in block.render(PUBLIC_VIEW, {}).content
    assert block.runtime.service(block, "user").get_current_user().opt_attrs == {"edx-platform.is_authenticated": False}


def test_what_a_learner_may_not_see_is_not_rendered(ann, course):
    unit = build.units(course)[-1]
    build.edit(course, hide=1)
    assert block_for(ann, unit) is None
    assert block_for(build.user("boss", is_staff=True), unit) is not None


def test_a_film_and_a_box_complete_themselves(client, ann):
    course = build.course("course-v1:Acme+FILM+1", units=1, blocks=2, block_types=["video", "done"])
    build.enroll(ann, course)
    client.force_login(ann)
    video, done = (next(content.load(course).of_type(kind)) for kind in ("video", "done"))

    def post(key, handler, body):
        url = f"/courses/{course}/xblock/{key}/handler/{handler}"
        return client.post(url, body, content_type="application/json").json()

    def completion(key):
        return ann.blockcompletion_set.get(block_key=key).completion

    assert post(video, "publish_completion", {"completion": 1.0}) == {"result": "ok"}
    assert completion(video) == 1.0
    assert post(done, "toggle_button", {"done": True}) == {"state": True}
    assert completion(done) == 1.0
    assert post(done, "toggle_button", {"done": False}) == {"state": False}
    assert completion(done) == 0.0


def test_a_problem_tells_how_the_answer_was_taken(client, ann):
    course = build.course("course-v1:Acme+QUIZ+1", units=1, blocks=1, block_types=["problem"], max_attempts=2)
    build.enroll(ann, course)
    client.force_login(ann)
    problem = next(content.load(course).of_type("problem"))
    url = f"/courses/{course}/xblock/{problem}/handler/problem_check"
    said = [client.post(url, {"answer": it}, content_type="application/json").json() for it in ("no", "yes", "yes")]
    assert [(each["success"], each["correct"], each["attempts"]) for each in said] == [
        (True, False, 1),
        (True, True, 2),
        (False, None, 2),
    ]
