"""What counts in a course, for whom, and what only the platform's tree for one learner can tell."""

import pytest
from django.contrib.auth.models import AnonymousUser
from opaque_keys.edx.keys import CourseKey

from demo.campus import build
from mandatory_assignments.host import lms
from tests.host.trees import COURSE, cohorts, node, random_groups

pytestmark = pytest.mark.django_db


def blocks(course_key: str = COURSE) -> dict[str, object]:
    """The counted blocks by the last part of their keys."""
    return {
        block.key.split("@")[-1]: block
        for unit in lms.outlines([course_key])[course_key].units
        for block in unit.blocks
    }


def test_the_outline_has_sections_subsections_units_and_blocks_in_order() -> None:
    key = build.course(COURSE, sections=2, subsections=1, units=2, blocks=2)
    outline = lms.outlines([COURSE])[COURSE]
    assert [len(section.subsections) for section in outline.sections] == [1, 1]
    assert [unit.key for unit in outline.units] == [str(unit) for unit in build.units(key)]
    assert all(len(unit.blocks) == 2 and unit.title for unit in outline.units)
    assert not outline.personal
    assert not outline.grouped


def test_an_edit_shows_at_the_next_look() -> None:
    build.course(COURSE, sections=1, subsections=1, units=2)
    assert len(lms.outlines([COURSE])[COURSE].units) == 2
    build.edit(COURSE, add=1)
    assert len(lms.outlines([COURSE])[COURSE].units) == 3


def test_what_cannot_be_completed_or_is_ticked_off_by_the_learner_does_not_count(publish) -> None:
    leaves = [node(kind, kind) for kind in ("html", "problem", "video", "discussion", "done")]
    publish(node("vertical", "unit", *leaves))
    assert set(blocks()) == {"html", "problem", "video"}


def test_which_blocks_are_ticked_off_is_a_setting(publish, settings) -> None:
    settings.MANDATORY_ASSIGNMENTS_SELF_TICK_BLOCK_TYPES = ["html"]
    publish(node("vertical", "unit", node("html", "text"), node("done", "tick")))
    assert set(blocks()) == {"tick"}


def test_staff_only_content_is_left_out_with_everything_below_it(publish) -> None:
    publish(
        node("vertical", "open", node("html", "shown"), node("html", "hidden", visible_to_staff_only=True)),
        node("vertical", "closed", node("html", "below"), visible_to_staff_only=True),
    )
    outline = lms.outlines([COURSE])[COURSE]
    assert [unit.title for unit in outline.units] == ["open"]
    assert set(blocks()) == {"shown"}


def test_unreleased_content_counts(publish) -> None:
    publish(node("vertical", "unit", node("html", "later", start="2999-01-01T00:00:00Z")))
    assert set(blocks()) == {"later"}


def test_leaves_of_a_nested_unit_belong_to_the_outer_one(publish) -> None:
    publish(node("vertical", "outer", node("html", "one"), node("vertical", "inner", node("html", "two"))))
    (unit,) = lms.outlines([COURSE])[COURSE].units
    assert [block.key.split("@")[-1] for block in unit.blocks] == ["one", "two"]


def test_a_leaf_that_stands_where_a_unit_should_is_a_unit_of_its_own(publish) -> None:
    publish(node("html", "alone"))
    (unit,) = lms.outlines([COURSE])[COURSE].units
    assert [block.key for block in unit.blocks] == [unit.key]


def test_groups_that_restrict_a_unit_restrict_the_blocks_in_it(publish) -> None:
    publish(
        node("vertical", "all", node("html", "for all")),
        node("vertical", "some", node("html", "for one"), group_access={100: [1]}),
        partitions=[cohorts(100, 1, 2)],
    )
    outline = lms.outlines([COURSE])[COURSE]
    assert {name: dict(block.groups) for name, block in blocks().items()} == {
        "forall": {},
        "forone": {100: frozenset({1})},
    }
    assert outline.grouped
    assert not outline.personal


@pytest.mark.parametrize("bank", ["itembank", "library_content"])
def test_a_course_with_drawn_content_is_personal_and_says_which_blocks_are(publish, bank: str) -> None:
    drawn = node(bank, "bank", node("problem", "p1"), node("problem", "p2"), max_count=1)
    publish(node("vertical", "unit", node("html", "text"), drawn))
    assert lms.outlines([COURSE])[COURSE].personal
    assert {name for name, block in blocks().items() if block.personal} == {"p1", "p2"}


def test_a_course_with_a_split_test_is_personal(publish) -> None:
    key = CourseKey.from_string(COURSE)
    halves = [node("vertical", name, node("html", f"text{name}")) for name in ("a", "b")]
    children = {str(number): str(key.make_usage_key("vertical", name)) for number, name in enumerate("ab")}
    split = node("split_test", "split", *halves, user_partition_id=101, group_id_to_child=children)
    publish(node("vertical", "unit", node("html", "text"), split), partitions=[random_groups(101, 0, 1)])
    assert lms.outlines([COURSE])[COURSE].personal
    assert {name for name, block in blocks().items() if block.personal} == {"texta", "textb"}


def test_a_block_for_groups_that_cannot_be_read_in_sets_is_personal(publish) -> None:
    publish(
        node("vertical", "unit", node("html", "text", group_access={101: [0]})),
        partitions=[random_groups(101, 0, 1)],
    )
    assert lms.outlines([COURSE])[COURSE].personal
    assert not blocks()["text"].groups


def test_due_dates_and_release_dates_make_nothing_personal(publish) -> None:
    publish(
        node("vertical", "unit", node("html", "text", due="2026-01-01T00:00:00Z", start="2999-01-01T00:00:00Z")),
        self_paced=True,
    )
    assert not lms.outlines([COURSE])[COURSE].personal


def test_a_course_that_is_gone_is_absent_and_stops_no_other(caplog) -> None:
    build.course(COURSE)
    gone = "course-v1:Acme+Gone+2026"
    assert set(lms.outlines([gone, COURSE, "not a key"])) == {COURSE}
    assert gone in caplog.text


# ----- one learner --------------------------------------------------------------------------------------------------


def test_the_platform_tells_what_one_learner_drew(publish) -> None:
    drawn = node("itembank", "bank", node("problem", "p1"), node("problem", "p2"), max_count=1)
    publish(node("vertical", "unit", node("html", "text"), drawn))
    ann = build.user("ann")
    build.enroll(ann, COURSE)
    seen = lms.learner_blocks(ann.id, COURSE)
    assert len({block.key for block in blocks().values()} & seen) == 2
    assert lms.learner_blocks(ann.id, COURSE) == seen


def test_the_platform_cannot_tell_of_unknown_people_and_courses() -> None:
    build.course(COURSE)
    ann = build.user("ann")
    assert lms.learner_blocks(4711, COURSE) is None
    assert lms.learner_blocks(ann.id, "course-v1:Acme+Gone+2026") is None
    assert lms.learner_blocks(ann.id, "not a key") is None


def test_a_block_is_rendered_for_its_viewer_who_under_masquerade_is_the_learner(publish) -> None:
    from django.test import RequestFactory

    from common.djangoapps.split_modulestore_django import content
    from lms.djangoapps.courseware.block_runtime import CoursewareRuntime
    from lms.djangoapps.courseware.masquerade import MASQUERADE_SETTINGS_KEY, setup_masquerade

    publish(node("vertical", "unit", node("html", "text")))
    key = CourseKey.from_string(COURSE)
    ann, boss = build.user("ann"), build.user("boss", is_staff=True)
    build.enroll(ann, COURSE)

    def viewer(user: object) -> int | None:
        return lms.viewer_id(
            CoursewareRuntime(content.load(key), user).get_block(key.make_usage_key("vertical", "unit"))
        )

    request = RequestFactory().get("/")
    request.user = boss
    request.session = {MASQUERADE_SETTINGS_KEY: {COURSE: {"role": "student", "user_name": "ann"}}}
    _, learner = setup_masquerade(request, key, staff_access=True)
    assert viewer(learner) == ann.id
    assert viewer(boss) == boss.id
    assert viewer(AnonymousUser()) is None


def test_the_leaves_of_a_rendered_unit_are_those_that_count_for_its_viewer(publish) -> None:
    from common.djangoapps.split_modulestore_django import content
    from lms.djangoapps.courseware.block_runtime import CoursewareRuntime

    inner = node("vertical", "inner", node("problem", "two"), node("done", "tick"))
    publish(node("vertical", "unit", node("html", "one"), inner, node("html", "staff", visible_to_staff_only=True)))
    key = CourseKey.from_string(COURSE)

    def leaves(user: object) -> list[str]:
        unit = CoursewareRuntime(content.load(key), user, is_staff=True).get_block(
            key.make_usage_key("vertical", "unit")
        )
        return [leaf.split("@")[-1] for leaf in lms.leaf_keys(unit)]

    assert leaves(build.user("ann")) == ["one", "two"]
    assert leaves(AnonymousUser()) == []
