from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from edx_django_utils.cache import RequestCache
from opaque_keys.edx.keys import CourseKey
from xblock.completable import XBlockCompletionMode

from common.djangoapps.split_modulestore_django import content
from common.djangoapps.student.roles import CourseBetaTesterRole
from demo.campus import build, clock
from lms.djangoapps.course_blocks.api import get_course_blocks
from lms.djangoapps.courseware.models import StudentModule
from openedx.core.djangoapps.content.block_structure.api import get_block_structure_manager
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview
from openedx.core.djangoapps.content.learning_sequences.api import get_course_keys_with_outlines, get_course_outline
from openedx.core.djangoapps.content.learning_sequences.data import CourseOutlineData
from xmodule.course_metadata_utils import DEFAULT_START_DATE
from xmodule.modulestore.django import SignalHandler, modulestore
from xmodule.modulestore.exceptions import ItemNotFoundError

NOWHERE = CourseKey.from_string("course-v1:Acme+NOWHERE+1")
LATER = timezone.now() + timedelta(days=30)


def collected(course):
    return get_block_structure_manager(course).get_collected()


def root(course):
    return modulestore().make_course_usage_key(course)


def seen(user, course, block_type="vertical"):
    """The block ids of one type that this person sees, in order."""
    structure = get_course_blocks(user, root(course))
    return [key.block_id for key in structure.topological_traversal() if key.block_type == block_type]


def change(course, block_id, **fields):
    """Publish the course with these fields of one block changed."""
    tree = content.load(course).tree
    (node,) = (node for node in nodes(tree) if node["id"] == block_id)
    node["fields"] |= fields
    content.publish(course, tree)


def nodes(node):
    yield node
    for child in node.get("children", ()):
        yield from nodes(child)


def replace_unit(course, number, node):
    """Publish the course with one unit's children replaced by a block."""
    tree = content.load(course).tree
    (unit,) = (each for each in nodes(tree) if each["id"] == f"unit_{number}")
    unit["children"] = [node]
    content.publish(course, tree)


class TestEdits:
    """Studio is another process."""

    def test_they_announce_nothing(self, course, hear):
        heard = hear(published=SignalHandler.course_published, deleted=SignalHandler.item_deleted)
        build.edit(course, add=1, remove=1, hide=1)
        assert heard == []

    def test_they_show_at_the_next_look(self, course):
        before = collected(course)
        build.edit(course, add=2)
        assert len(collected(course)) == len(before) + 2 * 3
        assert len(before) == 1 + 2 + 4 + 12 + 24

    def test_they_give_the_course_a_new_version(self, course):
        before = get_course_outline(course).published_version
        build.edit(course, hide=1)
        assert get_course_outline(course).published_version != before


class TestTheCollectedStructure:
    """One for all learners."""

    def test_it_begins_at_the_course(self, course):
        structure = collected(course)
        assert structure.root_block_usage_key == root(course)
        assert root(course) in structure
        assert NOWHERE.make_usage_key("course", "course") not in structure

    def test_it_is_read_in_one_query(self, course, count_queries):
        collected(course)
        assert count_queries(lambda: collected(course)) == 1

    def test_it_tells_what_counts(self, course):
        structure = collected(course)
        modes = {
            key.block_type: structure.get_xblock_field(key, "completion_mode")
            for key in structure.topological_traversal()
        }
        assert modes == {
            "course": XBlockCompletionMode.AGGREGATOR,
            "chapter": XBlockCompletionMode.AGGREGATOR,
            "sequential": XBlockCompletionMode.AGGREGATOR,
            "vertical": XBlockCompletionMode.AGGREGATOR,
            "html": XBlockCompletionMode.COMPLETABLE,
            "problem": XBlockCompletionMode.COMPLETABLE,
        }

    def test_what_no_transformer_asked_for_is_not_there(self, course):
        change(course, "unit_1", visible_to_staff_only=True)
        assert collected(course).get_xblock_field(build.units(course)[0], "visible_to_staff_only") is None

    def test_what_is_for_staff_is_so_down_to_the_leaves(self, course):
        change(course, "subsection_1_1", visible_to_staff_only=True)
        structure = collected(course)
        hidden = [
            key.block_type
            for key in structure
            if structure.get_transformer_block_field(key, "visibility", "merged_visible_to_staff_only")
        ]
        assert sorted(hidden) == ["html"] * 3 + ["problem"] * 3 + ["sequential"] + ["vertical"] * 3

    def test_a_block_starts_with_the_latest_above_it(self, course):
        change(course, "section_1", start=LATER)
        structure = collected(course)
        starts = {
            key.block_id: structure.get_transformer_block_field(key, "start_date", "merged_start_date")
            for key in structure
        }
        assert starts["unit_1"] == starts["section_1"]
        assert starts["unit_12"] == starts["course"] == datetime(2020, 1, 1, tzinfo=UTC)

    def test_a_course_without_a_start_is_far_off(self, course):
        change(course, "course", start=None)
        structure = collected(course)
        assert structure.get_transformer_block_field(root(course), "start_date", "merged_start_date") == (
            DEFAULT_START_DATE
        )

    def test_a_course_that_is_not_there_is_an_error(self, db):
        with pytest.raises(ItemNotFoundError):
            collected(NOWHERE)


class TestOneLearnersTree:
    """lms.djangoapps.course_blocks.api.get_course_blocks"""

    def test_it_costs_at_least_five_queries_for_every_learner(self, ann, course, count_queries):
        build.enroll(ann, course)
        build.cohort(course, "Plant", [ann])
        structure = collected(course)
        fresh = type(ann).objects.get(id=ann.id)
        count = count_queries(lambda: get_course_blocks(fresh, root(course), collected_block_structure=structure))
        assert count >= 5

    def test_it_leaves_the_collected_structure_as_it_is(self, ann, course):
        build.edit(course, hide=3)
        before = len(collected(course))
        seen(ann, course)
        assert len(collected(course)) == before

    def test_what_is_for_staff_is_hidden_from_learners(self, ann, course):
        build.edit(course, hide=2)
        boss = build.user("boss", is_staff=True)
        assert (len(seen(ann, course)), len(seen(boss, course))) == (10, 12)

    def test_what_is_not_released_is_hidden_until_then(self, ann, course):
        change(course, "section_2", start=LATER)
        assert len(seen(ann, course)) == 6
        with clock.at(LATER + timedelta(seconds=1)):
            assert len(seen(ann, course)) == 12

    def test_it_can_be_asked_for_what_is_not_released_yet(self, ann, course):
        change(course, "section_2", start=LATER)
        structure = get_course_blocks(ann, root(course), allow_start_dates_in_future=True)
        assert sum(key.block_type == "vertical" for key in structure) == 12

    def test_testers_come_early(self, ann, course):
        change(course, "unit_1", start=LATER, days_early_for_beta=60)
        assert len(seen(ann, course)) == 11
        CourseBetaTesterRole(course).add_users(ann)
        assert len(seen(ann, course)) == 12

    def test_what_is_for_a_cohort_is_hidden_from_others(self, ann, course):
        bob = build.user("bob")
        build.cohort(course, "Plant", [ann])
        build.cohort(course, "Office", [bob])
        build.restrict(course, build.units(course)[:2], "Plant")
        assert (len(seen(ann, course)), len(seen(bob, course))) == (12, 10)

    def test_what_is_for_a_mode_is_hidden_from_others(self, ann, course):
        build.enroll(ann, course)
        change(course, "unit_1", group_access={"50": [6]})
        assert len(seen(ann, course)) == 11
        ann.courseenrollment_set.update(mode="honor")
        RequestCache.clear_all_namespaces()
        assert len(seen(ann, course)) == 12

    def test_a_bank_gives_each_learner_a_draw_that_is_kept(self, ann, course):
        problems = [{"type": "problem", "id": f"drawn_{number}", "children": []} for number in range(5)]
        bank = {"type": "library_content", "id": "bank", "fields": {"max_count": 2}, "children": problems}
        replace_unit(course, 1, bank)
        drawn = {key for key in seen(ann, course, "problem") if key.startswith("drawn_")}
        assert len(drawn) == 2
        assert {key for key in seen(ann, course, "problem") if key.startswith("drawn_")} == drawn
        assert StudentModule.objects.get().module_type == "library_content"

    def test_a_split_test_gives_each_learner_one_branch(self, ann, course):
        branches = [
            {"type": "vertical", "id": f"branch_{number}", "children": [{"type": "html", "id": f"text_{number}"}]}
            for number in (0, 1)
        ]
        to_child = {str(number): str(course.make_usage_key("vertical", f"branch_{number}")) for number in (0, 1)}
        fields = {"user_partition_id": 7, "group_id_to_child": to_child}
        replace_unit(course, 1, {"type": "split_test", "id": "split", "fields": fields, "children": branches})
        groups = [{"id": number, "name": str(number)} for number in (0, 1)]
        change(course, "course", partitions=[{"id": 7, "name": "by lot", "scheme": "random", "groups": groups}])
        drawn = [key for key in seen(ann, course, "html") if key.startswith("text_")]
        assert len(drawn) == 1
        assert [key for key in seen(ann, course, "html") if key.startswith("text_")] == drawn
        assert "split" not in seen(ann, course, "split_test")

    def test_it_can_say_what_is_complete(self, ann, course):
        build.complete(ann, course, units=3)
        structure = get_course_blocks(ann, root(course), include_completion=True)
        complete = {
            key.block_id
            for key in structure
            if key.block_type in ("vertical", "sequential", "chapter") and structure.get_xblock_field(key, "complete")
        }
        assert complete == {"unit_1", "unit_2", "unit_3", "subsection_1_1"}


class TestTheOutline:
    """learning_sequences"""

    def test_it_stops_at_subsections(self, course):
        outline = get_course_outline(course)
        assert [len(section.sequences) for section in outline.sections] == [2, 2]
        assert len(outline.sequences) == 4
        assert outline.title == "Acme FIRE101"

    def test_it_is_there_for_every_course_with_content(self, course):
        assert get_course_keys_with_outlines() == [course]

    def test_there_is_none_for_a_course_that_is_not_there(self, db):
        with pytest.raises(CourseOutlineData.DoesNotExist):
            get_course_outline(NOWHERE)

    def test_old_keys_have_none(self):
        with pytest.raises(ValueError, match="no outlines"):
            get_course_outline(CourseKey.from_string("Acme/FIRE/2012"))


class TestOverviews:
    """course_overviews"""

    def test_a_missing_one_is_built_from_the_content_and_stored(self, course):
        CourseOverview.objects.all().delete()
        assert CourseOverview.get_from_id(course).display_name == "Acme FIRE101"
        assert CourseOverview.objects.count() == 1

    def test_there_is_none_without_content(self, db):
        with pytest.raises(CourseOverview.DoesNotExist):
            CourseOverview.get_from_id(NOWHERE)

    def test_many_are_one_query_but_every_missing_one_is_built_by_itself(self, course, count_queries):
        others = [build.course(f"course-v1:Acme+C{number}+1") for number in range(3)]
        keys = [course, *others]
        assert count_queries(lambda: CourseOverview.get_from_ids(keys)) == 1
        CourseOverview.objects.filter(id__in=others).delete()
        assert count_queries(lambda: CourseOverview.get_from_ids(keys)) > 3
        assert CourseOverview.get_from_ids([course, NOWHERE])[NOWHERE] is None


class TestTheModulestore:
    """xmodule.modulestore"""

    def test_a_missing_course_is_none(self, db):
        assert modulestore().get_course(NOWHERE) is None

    def test_a_course_knows_its_pass_mark(self, db):
        with modulestore().bulk_operations(NOWHERE):
            course = modulestore().get_course(build.course(NOWHERE, pass_mark=70))
        assert course.lowest_passing_grade == 0.7

    def test_a_block_knows_its_place(self, course):
        unit = modulestore().get_item(build.units(course)[0])
        assert [child.category for child in unit.get_children()] == ["html", "problem"]
        assert unit.get_parent().location.block_id == "subsection_1_1"

    def test_a_missing_block_is_an_error(self, course):
        with pytest.raises(ItemNotFoundError):
            modulestore().get_item(course.make_usage_key("html", "nowhere"))
