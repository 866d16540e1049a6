"""The groups that decide what a learner sees, read in sets, and that sets and the platform agree."""

import pytest
from opaque_keys.edx.keys import CourseKey

from demo.campus import build
from mandatory_assignments.host import lms
from openedx.core.djangoapps.course_groups.models import (
    CohortMembership,
    CourseCohortsSettings,
    CourseUserGroup,
    CourseUserGroupPartitionGroup,
)
from tests.host.trees import COURSE, cohorts, node

pytestmark = pytest.mark.django_db


def cohort(name: str, group: int | None, *members: object, course_key: str = COURSE) -> None:
    """A cohort with these members, bound to a group of partition 100."""
    key = CourseKey.from_string(course_key)
    CourseCohortsSettings.objects.update_or_create(course_id=key, defaults={"is_cohorted": True})
    build.cohort(key, name, members)
    made = CourseUserGroup.objects.get(course_id=key, name=name)
    CourseUserGroupPartitionGroup.objects.filter(course_user_group=made).delete()
    if group is not None:
        CourseUserGroupPartitionGroup.objects.create(course_user_group=made, partition_id=100, group_id=group)


def test_a_learners_cohort_and_mode_are_their_groups() -> None:
    build.course(COURSE)
    ann, bob, cid = (build.user(name) for name in ("ann", "bob", "cid"))
    cohort("red", 1, ann)
    cohort("unbound", None, bob)
    build.enroll(ann, COURSE)
    found = lms.groups([ann.id, bob.id, cid.id], [COURSE])
    assert found == {(ann.id, COURSE): {100: 1, 50: 1}}


def test_cohorts_of_a_course_that_is_not_cohorted_any_more_mean_nothing() -> None:
    build.course(COURSE)
    ann = build.user("ann")
    cohort("red", 1, ann)
    CourseCohortsSettings.objects.update(is_cohorted=False)
    assert lms.groups([ann.id], [COURSE]) == {}


def test_whoever_left_has_no_track() -> None:
    build.course(COURSE)
    ann = build.user("ann")
    build.enroll(ann, COURSE)
    build.unenroll(ann, COURSE)
    assert lms.groups([ann.id], [COURSE]) == {}


@pytest.mark.parametrize(
    ("offered", "mode", "group"),
    [
        pytest.param(["audit", "verified"], "verified", 2, id="the mode itself"),
        pytest.param(["audit"], "honor", 1, id="a mode that is not offered counts as audit"),
        pytest.param([], "honor", 1, id="no modes at all mean audit"),
        pytest.param(["audit", "verified", "credit"], "credit", 2, id="credit sees what verified sees"),
        pytest.param(["professional", "verified", "credit"], "credit", 3, id="and professional before that"),
    ],
)
def test_the_track_is_the_mode_as_the_course_offers_it(offered: list[str], mode: str, group: int) -> None:
    from common.djangoapps.course_modes.models import CourseMode
    from common.djangoapps.student.models import CourseEnrollment

    key = build.course(COURSE)
    CourseMode.objects.filter(course_id=key).delete()
    for slug in offered:
        CourseMode.objects.create(course_id=key, mode_slug=slug)
    ann = build.user("ann")
    build.enroll(ann, COURSE)
    CourseEnrollment.objects.update(mode=mode)
    assert lms.groups([ann.id], [COURSE]) == {(ann.id, COURSE): {50: group}}


def test_looking_puts_nobody_into_a_cohort() -> None:
    build.course(COURSE)
    ann = build.user("ann")
    cohort("red", 1)
    lms.groups([ann.id], [COURSE])
    assert not CohortMembership.objects.exists()


def test_groups_of_a_hundred_people_cost_as_many_queries_as_of_one(count_queries) -> None:
    build.course(COURSE)
    ann = build.user("ann")
    cohort("red", 1, ann)
    build.enroll(ann, COURSE)
    other = "course-v1:Acme+Law+2026"
    build.course(other)
    one, many = lambda: lms.groups([ann.id], [COURSE]), lambda: lms.groups(range(1, 101), [COURSE, other])
    assert count_queries(one) == count_queries(many) == 3


def test_sets_and_the_platform_agree_on_who_sees_what(publish) -> None:
    from mandatory_assignments.rules import counting

    publish(
        node("vertical", "all", node("html", "text"), node("html", "staff", visible_to_staff_only=True)),
        node("vertical", "red", node("html", "redtext"), group_access={100: [1]}),
        node("vertical", "paid", node("html", "paidtext"), group_access={50: [2]}),
        node("vertical", "later", node("html", "latertext", start="2999-01-01T00:00:00Z")),
        partitions=[cohorts(100, 1, 2)],
    )
    ann, bob, cid = (build.user(name) for name in ("ann", "bob", "cid"))
    cohort("red", 1, ann)
    cohort("blue", 2, bob)
    for user in (ann, bob, cid):
        build.enroll(user, COURSE)
    outline, groups = lms.outlines([COURSE])[COURSE], lms.groups([ann.id, bob.id, cid.id], [COURSE])
    for user in (ann, bob, cid):
        by_sets = counting.counted_units(outline.units, groups[user.id, COURSE])
        exactly = counting.counted_units(outline.units, visible=lms.learner_blocks(user.id, COURSE))
        assert [counted.unit.key for counted in by_sets] == [counted.unit.key for counted in exactly] != []
