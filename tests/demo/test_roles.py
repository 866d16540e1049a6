import json

import pytest
from completion.models import BlockCompletion
from django.contrib.auth.models import AnonymousUser
from openedx_events.learning.signals import COURSE_ACCESS_ROLE_ADDED, COURSE_ACCESS_ROLE_REMOVED

from common.djangoapps.student import auth
from common.djangoapps.student.roles import (
    CourseDataResearcherRole,
    CourseInstructorRole,
    CourseLimitedStaffRole,
    CourseStaffRole,
    GlobalStaff,
    OrgStaffRole,
    strict_role_checking,
)
from demo.campus import build
from lms.djangoapps.courseware.access import has_access
from lms.djangoapps.courseware.masquerade import (
    get_course_masquerade,
    get_masquerade_role,
    is_masquerading_as_specific_student,
)
from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.instructor import permissions

ROLES = {
    "staff": CourseStaffRole,
    "limited": CourseLimitedStaffRole,
    "instructor": CourseInstructorRole,
    "researcher": CourseDataResearcherRole,
}


def holder(name, course):
    """Somebody with that role, read anew so that nothing is remembered."""
    person = build.user(name, is_staff=name == "global")
    if name == "organization":
        OrgStaffRole(course.org).add_users(person)
    elif name in ROLES:
        ROLES[name](course).add_users(person)
    return type(person).objects.get(id=person.id)


@pytest.mark.parametrize(
    ("name", "staff", "instructor", "dashboard", "research"),
    [
        ("nobody", False, False, False, False),
        ("researcher", False, False, True, True),
        ("limited", True, False, True, False),
        ("staff", True, False, True, False),
        ("organization", True, False, True, False),
        ("instructor", True, True, True, False),
        ("global", True, True, True, True),
    ],
)
def test_who_may_what(course, name, staff, instructor, dashboard, research):
    person = holder(name, course)
    assert bool(has_access(person, "staff", course)) is staff
    assert bool(has_access(person, "instructor", course)) is instructor
    assert person.has_perm(permissions.VIEW_DASHBOARD, course) is dashboard
    assert person.has_perm(permissions.CAN_RESEARCH, course) is research
    assert person.has_perm(permissions.CAN_ENROLL, course) is staff


def test_limited_staff_counts_as_staff_unless_asked_strictly(course):
    person = holder("limited", course)
    assert CourseStaffRole(course).has_user(person)
    with strict_role_checking():
        assert not CourseStaffRole(course).has_user(person)


def test_a_role_is_for_one_course(course):
    other = build.course("course-v1:Acme+OTHER+1")
    assert not has_access(holder("staff", course), "staff", other)
    assert has_access(holder("organization", course), "staff", other)
    assert not has_access(type(course).from_string("course-v1:X+Y+Z") and holder("nobody", course), "staff", other)


def test_an_inactive_account_holds_nothing(course):
    person = holder("staff", course)
    person.is_active = False
    assert not CourseStaffRole(course).has_user(person)
    assert not auth.user_has_role(person, CourseStaffRole(course))


def test_roles_are_remembered_on_the_user_object(course):
    person = holder("nobody", course)
    assert not CourseStaffRole(course).has_user(person)
    build.course_staff(type(person).objects.get(id=person.id), course)
    assert not CourseStaffRole(course).has_user(person)


def test_roles_are_given_and_taken_by_others(ann, course, hear):
    heard = hear(added=COURSE_ACCESS_ROLE_ADDED, removed=COURSE_ACCESS_ROLE_REMOVED)
    boss = build.user("boss", is_staff=True)
    auth.add_users(boss, CourseStaffRole(course), ann)
    auth.add_users(boss, CourseStaffRole(course), ann)
    assert list(CourseStaffRole(course).users_with_role()) == [ann]
    auth.remove_users(boss, CourseStaffRole(course), ann)
    assert [name for name, _ in heard] == ["added", "removed"]
    assert not auth.user_has_role(ann, CourseStaffRole(course))


def test_a_role_in_an_organization_has_no_course(ann, course, hear):
    heard = hear(added=COURSE_ACCESS_ROLE_ADDED)
    OrgStaffRole("Acme").add_users(ann)
    OrgStaffRole("Acme").add_users(ann)
    assert [said["course_access_role_data"].course_key for _, said in heard] == [None]


def test_staff_of_the_site_are_so_by_a_column(ann):
    GlobalStaff().add_users(ann)
    assert has_access(ann, "staff", "global")
    GlobalStaff().remove_users(ann)
    assert not has_access(ann, "staff", "global")


def test_nobody_signed_in_may_nothing(course):
    assert not has_access(None, "staff", course)
    assert not AnonymousUser().has_perm(permissions.VIEW_DASHBOARD, course)


class TestMasquerade:
    """Staff look as a learner looks."""

    @pytest.fixture
    def looking(self, client, ann, course):
        """Staff who look at the course as Ann does."""
        build.enroll(ann, course)
        self.boss = build.user("boss", is_staff=True)
        client.force_login(self.boss)
        body = {"role": "student", "user_name": "ann"}
        answer = client.post(f"/courses/{course}/masquerade", json.dumps(body), content_type="application/json")
        assert answer.json() == {"success": True}
        return client

    @pytest.fixture
    def request_of_staff(self, looking, rf, course):
        from lms.djangoapps.courseware.masquerade import setup_masquerade

        request = rf.get("/")
        request.user, request.session = self.boss, looking.session
        self.masquerade, self.effective = setup_masquerade(request, course, staff_access=True)
        return request

    def test_the_effective_user_is_the_learner(self, request_of_staff, ann, course):
        assert self.effective == ann
        assert self.effective.real_user == self.boss
        assert self.masquerade.user_name == "ann"
        assert is_masquerading_as_specific_student(self.effective, course)

    def test_staff_may_then_what_the_learner_may(self, request_of_staff, course):
        assert get_masquerade_role(self.boss, course) == "student"
        assert not has_access(self.boss, "staff", course)
        other = build.course("course-v1:Acme+OTHER+1")
        assert get_course_masquerade(self.boss, other) is None
        assert has_access(self.boss, "staff", other)

    def test_a_block_tells_the_learner_as_its_user(self, looking, rf, ann, course):
        from lms.djangoapps.courseware.block_render import get_block_by_usage_id

        request = rf.get("/")
        request.user, request.session = self.boss, looking.session
        block, _ = get_block_by_usage_id(request, str(course), str(build.units(course)[0]))
        user = block.runtime.service(block, "user").get_current_user()
        assert user.opt_attrs["edx-platform.user_id"] == ann.id

    def test_nothing_is_recorded(self, looking, course):
        from common.djangoapps.split_modulestore_django import content

        problem = next(content.load(course).of_type("problem"))
        url = f"/courses/{course}/xblock/{problem}/handler/problem_check"
        answer = looking.post(url, {"answer": "yes"}, content_type="application/json")
        assert answer.json()["success"] is False
        assert not StudentModule.objects.exists()
        assert not BlockCompletion.objects.exists()

    def test_it_ends_silently_when_the_learner_has_left(self, looking, rf, ann, course):
        from lms.djangoapps.courseware.masquerade import setup_masquerade

        build.unenroll(ann, course)
        request = rf.get("/")
        request.user, request.session = self.boss, looking.session
        assert setup_masquerade(request, course, staff_access=True) == (None, self.boss)

    def test_only_staff_can_and_only_as_somebody_in_the_course(self, client, ann, course):
        url, json_type = f"/courses/{course}/masquerade", {"content_type": "application/json"}
        build.enroll(ann, course)
        client.force_login(ann)
        assert client.post(url, {"user_name": "ann"}, **json_type).json() == {"success": False}
        client.force_login(build.user("boss", is_staff=True))
        assert client.post(url, {"user_name": "nobody"}, **json_type).json()["success"] is False
