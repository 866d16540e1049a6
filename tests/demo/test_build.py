from datetime import UTC, datetime, timedelta

import pytest
from completion.models import BlockCompletion
from django.contrib.auth import get_user_model
from django.db import transaction
from organizations.models import Organization

from common.djangoapps.course_modes.models import CourseMode
from common.djangoapps.split_modulestore_django import content
from common.djangoapps.student.models import CourseEnrollment
from demo.campus import build
from lms.djangoapps.courseware.attempts import attempts
from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.grades.models import PersistentCourseGrade, WaitingRecalculation
from mandatory_assignments import models
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview
from openedx.core.djangoapps.user_api.models import UserPreference

KEY = "course-v1:Acme+FIRE101+2027"
THEN = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)
NEARLY = timedelta(seconds=5)

pytestmark = pytest.mark.django_db


def kinds(course):
    return [key.block_type for key in content.load(course).nodes if key.block_type not in STRUCTURE]


STRUCTURE = ("course", "chapter", "sequential", "vertical")


class TestPeople:
    """Accounts and the directory."""

    def test_a_user_can_sign_in(self, client):
        ann = build.user("ann")
        assert (ann.email, ann.profile.name, ann.is_active) == ("ann@example.com", "Ann", True)
        assert client.login(username="ann", password="demo")

    def test_a_user_has_what_is_said(self):
        ann = build.user("ann", email="a@b.c", name="Ann Other", time_zone="Asia/Tokyo", language="ja", is_staff=True)
        assert (ann.email, ann.profile.name, ann.is_staff) == ("a@b.c", "Ann Other", True)
        assert UserPreference.get_all_preferences(ann) == {"time_zone": "Asia/Tokyo", "pref-lang": "ja"}

    def test_a_user_of_an_organization_is_its_member(self):
        ann = build.user("ann", organization="Acme")
        member = models.OrganizationMember.objects.get()
        assert (member.user, member.organization.short_name) == (ann, "Acme")

    def test_a_user_is_a_handful_of_queries(self, count_queries):
        build.user("first", organization="Acme")
        assert count_queries(lambda: build.user("second", time_zone="UTC", organization="Acme")) <= 10

    def test_many_are_as_cheap_as_few(self, count_queries):
        few = count_queries(lambda: build.users(3, prefix="few", organization="Acme"))
        assert count_queries(lambda: build.users(100, prefix="many", organization="Acme")) <= few
        assert models.OrganizationMember.objects.count() == 103

    def test_many_come_in_order(self):
        people = build.users(12)
        assert [person.username for person in people] == [f"learner{number}" for number in range(1, 13)]
        assert people == list(get_user_model().objects.order_by("id"))

    def test_a_coordinator_is_appointed(self):
        build.coordinator(build.user("cora"), "Acme")
        assert models.Coordinator.objects.get().organization.short_name == "Acme"

    def test_a_department_has_all_levels_members_and_managers(self):
        ann, max_ = build.user("ann"), build.user("max")
        build.department("Acme/Field/North", "Acme", [ann], [max_])
        assert set(models.Department.objects.values_list("path", flat=True)) == {"Field", "Field/North"}
        assert models.Membership.objects.get().user == ann
        assert models.Supervision.objects.get().manager == max_

    def test_a_departments_path_begins_with_its_organization(self):
        with pytest.raises(ValueError, match="does not begin"):
            build.department("Acme/Field", "Globex", [], [])

    def test_a_learning_group_has_members(self):
        build.learning_group("First aiders", "Acme", build.users(2))
        assert models.Membership.objects.filter(group__name="First aiders").count() == 2

    def test_a_zone_can_be_chosen_changed_and_taken_back(self):
        ann = build.user("ann")
        for zone in ("Asia/Tokyo", "nowhere", None):
            build.time_zone(ann, zone)
            assert UserPreference.get_value(ann, "time_zone") == zone


class TestCourses:
    """Their shape."""

    def test_a_course_has_sections_of_subsections_of_units_of_blocks(self):
        course = build.course(KEY, name="Fire safety", sections=1, subsections=2, units=3, blocks=4)
        assert len(build.units(course)) == 6
        assert kinds(course) == ["html", "problem", "html", "problem"] * 6
        assert CourseOverview.objects.get().display_name == "Fire safety"

    def test_it_is_named_by_key_or_text(self):
        course = build.course(KEY)
        assert str(course) == KEY
        assert build.units(KEY) == build.units(course)
        assert build.course(course) == course

    def test_it_has_an_owner_and_modes(self):
        build.course(KEY)
        assert Organization.objects.get().short_name == "Acme"
        assert set(CourseMode.objects.values_list("mode_slug", flat=True)) == {"audit", "honor"}

    def test_types_of_blocks_go_round_and_only_what_counts_is_counted(self):
        course = build.course(KEY, sections=1, subsections=1, units=1, blocks=3, block_types=["video", "discussion"])
        assert kinds(course) == ["video", "discussion", "video", "discussion", "video"]

    def test_it_can_be_graded_limited_and_closed(self):
        build.course(KEY, graded=True, pass_mark=0.6, max_attempts=2, invitation_only=True)
        problem = next(iter(content.load(build.units(KEY)[0].course_key).of_type("problem")))
        fields = content.load(problem.course_key).nodes[problem]["fields"]
        assert (fields["graded"], fields["max_attempts"]) == (True, 2)
        overview = CourseOverview.objects.get()
        assert (float(overview.lowest_passing_grade), overview.invitation_only) == (0.6, True)

    def test_it_is_a_handful_of_queries(self, count_queries):
        build.organization("Acme")
        assert count_queries(lambda: build.course(KEY)) <= 13

    def test_editing_removes_hides_and_adds_at_the_end(self):
        course = build.course(KEY, sections=1, subsections=1, units=5)
        build.edit(course, add=2, remove=1, hide=1)
        assert [unit.block_id for unit in build.units(course)] == [
            "unit_1",
            "unit_2",
            "unit_3",
            "unit_4",
            "unit_6",
            "unit_7",
        ]
        hidden = [key.block_id for key, node in content.load(course).nodes.items() if hides(node)]
        assert hidden == ["unit_4"]

    def test_a_removed_units_id_is_never_used_again(self):
        course = build.course(KEY, sections=1, subsections=1, units=3)
        build.edit(course, remove=1)
        build.edit(course, remove=1)
        build.edit(course, add=1)
        assert [unit.block_id for unit in build.units(course)] == ["unit_1", "unit_4"]

    def test_a_course_that_was_not_built_is_an_error(self):
        with pytest.raises(LookupError, match="no such course"):
            build.units(KEY)


def hides(node):
    return node["fields"].get("visible_to_staff_only", False)


class TestWork:
    """What learners do."""

    def test_completing_goes_through_units_in_order(self, ann, course):
        build.complete(ann, course, units=2)
        done = set(BlockCompletion.objects.values_list("block_key", flat=True))
        below = {leaf for unit in build.units(course)[:2] for leaf in content.load(course).children[unit]}
        assert done == below

    def test_completing_again_does_only_the_rest(self, ann, course):
        build.complete(ann, course, units=2)
        build.complete(ann, course)
        assert BlockCompletion.objects.count() == 24
        assert {attempts(ann.id, key) for key in content.load(course).of_type("problem")} == {1}

    def test_completing_can_lie_in_the_past(self, ann, course):
        build.complete(ann, course, units=1, at=THEN)
        assert {row.modified - THEN < NEARLY for row in BlockCompletion.objects.all()} == {True}

    def test_hidden_units_are_passed_over(self, ann, course):
        build.edit(course, hide=2)
        build.complete(ann, course)
        assert BlockCompletion.objects.count() == 20

    def test_each_unit_is_one_transaction(self, ann, course):
        depths = []

        def look(**kwargs):
            depths.append(len(transaction.get_connection().savepoint_ids))

        from django.db.models.signals import post_save

        post_save.connect(look, sender=BlockCompletion, weak=False)
        try:
            build.complete(ann, course, units=1)
        finally:
            post_save.disconnect(look, sender=BlockCompletion)
        assert len(depths) == 2
        assert min(depths) >= 1

    def test_a_problem_without_attempts_left_is_refused_silently(self, ann):
        course = build.course(
            KEY, sections=1, subsections=1, units=1, blocks=1, block_types=["problem"], max_attempts=1
        )
        build.complete(ann, course, units=1)
        BlockCompletion.objects.all().delete()
        build.complete(ann, course, units=1)
        assert not BlockCompletion.objects.exists()
        assert attempts(ann.id, next(content.load(course).of_type("problem"))) == 1

    def test_completing_alone_passes_no_course(self, ann):
        course = build.course(KEY, graded=True)
        build.complete(ann, course)
        build.drain()
        assert PersistentCourseGrade.objects.get().percent_grade == 0

    def test_a_grade_is_in_percent(self, ann, course):
        build.grade(ann, course, 80, at=THEN)
        grade = PersistentCourseGrade.objects.get()
        assert (grade.percent_grade, grade.letter_grade) == (0.8, "Pass")
        assert grade.passed_timestamp - THEN < NEARLY

    def test_leaving_is_by_the_learner_or_by_whoever_is_named(self, ann, course):
        import crum
        from openedx_events.learning.signals import COURSE_UNENROLLMENT_COMPLETED

        by = []

        def look(**kwargs):
            by.append(crum.get_current_user())

        COURSE_UNENROLLMENT_COMPLETED.connect(look, weak=False)
        boss = build.user("boss", is_staff=True)
        try:
            build.enroll(ann, course)
            build.unenroll(ann, course)
            build.enroll(ann, course)
            build.unenroll(ann, course, by=boss)
        finally:
            COURSE_UNENROLLMENT_COMPLETED.disconnect(look)
        assert by == [ann, boss]

    def test_course_staff_are_staff(self, ann, course):
        from lms.djangoapps.courseware.access import has_access

        build.course_staff(ann, course)
        assert has_access(ann, "staff", course)


class TestDraining:
    """What happens later happens now."""

    def test_what_waits_for_the_commit_runs_once(self):
        ran = []
        transaction.on_commit(lambda: ran.append("callback"))
        build.drain()
        build.drain()
        assert ran == ["callback"]

    def test_what_a_callback_makes_wait_runs_as_well(self):
        ran = []
        transaction.on_commit(lambda: transaction.on_commit(lambda: ran.append("inner")))
        assert build.run_pending() == 2
        assert ran == ["inner"]

    def test_what_was_rolled_back_does_not_run(self):
        ran = []
        with transaction.atomic():
            transaction.on_commit(lambda: ran.append("lost"))
            transaction.set_rollback(True)
        build.drain()
        assert ran == []

    def test_a_callback_that_raises_is_heard_of_unless_it_is_robust(self):
        def fail():
            raise RuntimeError("callback")

        transaction.on_commit(fail, robust=True)
        build.run_pending()
        transaction.on_commit(fail)
        with pytest.raises(RuntimeError):
            build.run_pending()

    def test_grades_are_recalculated(self, ann, course):
        build.complete(ann, course, units=1)
        assert WaitingRecalculation.objects.exists()
        build.drain()
        assert not WaitingRecalculation.objects.exists()

    def test_it_ends(self):
        assert not any(build.drain().values())


@pytest.mark.django_db(transaction=True)
def test_all_of_it_works_in_real_transactions():
    ann = build.user("ann", organization="Acme")
    course = build.course(KEY, graded=True, max_attempts=3)
    build.cohort(course, "Plant", [ann])
    build.restrict(course, build.units(course)[:1], "Plant")
    build.enroll(ann, course)
    build.complete(ann, course)
    build.grade(ann, course, 80)
    build.certificate(ann, course)
    build.edit(course, add=1)
    build.unenroll(ann, course)
    build.drain()
    build.retire(ann)
    assert StudentModule.objects.count() == 12
    assert not CourseEnrollment.objects.get().is_active
