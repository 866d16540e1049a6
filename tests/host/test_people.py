"""Names, zones, languages, and who is on the staff of what."""

import pytest
from django.contrib.auth.models import AnonymousUser
from opaque_keys.edx.keys import CourseKey

from common.djangoapps.student.models import UserProfile
from common.djangoapps.student.roles import (
    CourseDataResearcherRole,
    CourseInstructorRole,
    CourseLimitedStaffRole,
    CourseStaffRole,
    OrgStaffRole,
)
from demo.campus import build
from mandatory_assignments.host import lms

FIRE = "course-v1:Acme+Fire+2026"
LAW = "course-v1:Acme+Law+2026"

pytestmark = pytest.mark.django_db


def test_names_come_from_the_profiles(count_queries) -> None:
    ann, bob = build.user("ann", name="Ann Arbor"), build.user("bob")
    UserProfile.objects.filter(user=bob).delete()
    assert lms.names(user.id for user in (ann, bob)) == {ann.id: "Ann Arbor"}
    assert count_queries(lambda: lms.names(range(100))) == 1


def test_zones_and_languages_are_what_people_chose(count_queries) -> None:
    ann, bob = build.user("ann", time_zone="Asia/Tokyo", language="ja"), build.user("bob")
    assert lms.time_zones([ann.id, bob.id]) == {ann.id: "Asia/Tokyo"}
    assert lms.languages([ann.id, bob.id]) == {ann.id: "ja"}
    assert count_queries(lambda: lms.time_zones(range(100))) == 1
    assert count_queries(lambda: lms.languages(range(100))) == 1


def test_global_staff_are_active_accounts_with_the_flag() -> None:
    boss, ann = build.user("boss", is_staff=True), build.user("ann")
    assert lms.is_global_staff(boss)
    assert not lms.is_global_staff(ann)
    assert not lms.is_global_staff(AnonymousUser())
    boss.is_active = False
    assert not lms.is_global_staff(boss)


def test_course_staff_is_whom_the_platform_calls_so() -> None:
    build.course(FIRE)
    build.course(LAW)
    ann, boss = build.user("ann"), build.user("boss", is_staff=True)
    build.course_staff(ann, FIRE)
    assert lms.is_course_staff(ann, FIRE)
    assert not lms.is_course_staff(ann, LAW)
    assert not lms.is_course_staff(ann, "not a key")
    assert lms.is_course_staff(boss, LAW)
    assert not lms.is_course_staff(AnonymousUser(), FIRE)


def test_whoever_masquerades_as_a_learner_is_no_staff_meanwhile() -> None:
    from lms.djangoapps.courseware.masquerade import CourseMasquerade

    key = build.course(FIRE)
    boss = build.user("boss", is_staff=True)
    boss.masquerade_settings = {key: CourseMasquerade(key)}
    assert not lms.is_course_staff(boss, FIRE)


@pytest.mark.parametrize("role", [CourseStaffRole, CourseInstructorRole, CourseLimitedStaffRole])
def test_staff_instructors_and_limited_staff_have_their_courses(role: type) -> None:
    ann = build.user("ann")
    role(CourseKey.from_string(FIRE)).add_users(ann)
    assert lms.staff_courses(ann) == (frozenset({FIRE}), frozenset())


def test_a_role_in_an_organization_is_not_one_in_a_course() -> None:
    ann = build.user("ann")
    OrgStaffRole("Acme").add_users(ann)
    CourseStaffRole(CourseKey.from_string(LAW)).add_users(ann)
    assert lms.staff_courses(ann) == (frozenset({LAW}), frozenset({"Acme"}))


def test_lesser_roles_inactive_accounts_and_strangers_have_no_courses() -> None:
    ann, bob = build.user("ann"), build.user("bob")
    CourseDataResearcherRole(CourseKey.from_string(FIRE)).add_users(ann)
    CourseStaffRole(CourseKey.from_string(FIRE)).add_users(bob)
    bob.is_active = False
    for user in (ann, bob, AnonymousUser()):
        assert lms.staff_courses(user) == (frozenset(), frozenset())


def test_the_courses_of_somebody_with_a_hundred_roles_cost_two_queries(count_queries) -> None:
    ann = build.user("ann")
    for number in range(100):
        CourseStaffRole(CourseKey.from_string(f"course-v1:Acme+C{number}+2026")).add_users(ann)
    assert len(lms.staff_courses(ann)[0]) == 100
    assert count_queries(lambda: lms.staff_courses(ann)) == 2
