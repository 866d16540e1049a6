"""Catalogue entries, owners and addresses of courses."""

import pytest
from django.conf import settings
from organizations.models import Organization, OrganizationCourse

from demo.campus import build
from mandatory_assignments.host import lms

FIRE = "course-v1:Acme+Fire+2026"
GONE = "course-v1:Acme+Gone+2026"

pytestmark = pytest.mark.django_db


def test_a_course_is_known_by_its_catalogue_entry() -> None:
    build.course(FIRE, name="Fire safety")
    course = lms.courses([FIRE])[FIRE]
    assert (course.key, course.name, course.org) == (FIRE, "Fire safety", "Acme")


def test_the_mark_to_pass_is_in_percent_and_unknown_where_there_is_none() -> None:
    from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

    build.course(FIRE, graded=True, pass_mark=0.75)
    assert lms.courses([FIRE])[FIRE].pass_mark == 75
    CourseOverview.objects.update(lowest_passing_grade=None)
    assert lms.courses([FIRE])[FIRE].pass_mark is None


def test_unknown_courses_and_keys_that_are_none_are_absent() -> None:
    build.course(FIRE)
    assert set(lms.courses([FIRE, GONE, "not a key", ""])) == {FIRE}


def test_a_hundred_courses_cost_as_many_queries_as_one(count_queries) -> None:
    keys = [f"course-v1:Acme+Fire+{year}" for year in range(1900, 2000)]
    for key in keys[:5]:
        build.course(key)
    assert count_queries(lambda: lms.courses(keys[:1])) == count_queries(lambda: lms.courses(keys)) == 1


def test_a_missing_entry_is_built_only_on_demand() -> None:
    from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

    build.course(FIRE, name="Fire safety")
    CourseOverview.objects.all().delete()
    assert lms.courses([FIRE]) == {}
    assert lms.courses([FIRE, GONE], build=True)[FIRE].name == "Fire safety"
    assert lms.courses([GONE], build=True) == {}


def test_an_entry_that_cannot_be_built_is_absent_and_logged(monkeypatch, caplog) -> None:
    from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

    def broken(course_id: object) -> None:
        raise OSError("the course is broken")

    monkeypatch.setattr(CourseOverview, "load_from_module_store", broken)
    assert lms.courses([FIRE], build=True) == {}
    assert FIRE in caplog.text


def test_courses_can_be_listed_by_organization_or_all(count_queries) -> None:
    for key in (FIRE, "course-v1:Acme+Law+2026", "course-v1:Blue+Law+2026"):
        build.course(key)
    assert {course.key for course in lms.courses_by_org(["Acme", "Nobody"])} == {FIRE, "course-v1:Acme+Law+2026"}
    assert lms.courses_by_org([]) == []
    assert len(lms.courses_by_org(None)) == 3
    assert count_queries(lambda: lms.courses_by_org(None)) == 1


def test_a_course_belongs_to_the_organization_that_its_key_names() -> None:
    build.course(FIRE)
    assert lms.organizations([FIRE]) == {FIRE: Organization.objects.get(short_name="Acme").id}


def test_a_linked_organization_goes_before_the_one_of_the_key() -> None:
    build.course(FIRE)
    OrganizationCourse.objects.filter(course_id=FIRE).delete()
    owner = Organization.objects.create(short_name="Holding", name="Holding")
    OrganizationCourse.objects.create(course_id=FIRE, organization=owner)
    assert lms.organizations([FIRE]) == {FIRE: owner.id}


def test_an_inactive_organization_owns_nothing() -> None:
    build.course(FIRE)
    Organization.objects.update(active=False)
    assert lms.organizations([FIRE, "not a key"]) == {}


def test_owners_of_many_courses_cost_two_queries(count_queries) -> None:
    keys = [f"course-v1:Org{number}+Fire+2026" for number in range(100)]
    for key in keys[:3]:
        build.course(key)
    OrganizationCourse.objects.all().delete()
    assert count_queries(lambda: lms.organizations(keys[:1])) == count_queries(lambda: lms.organizations(keys)) == 2


def test_addresses_lead_into_the_lms() -> None:
    unit = "block-v1:Acme+Fire+2026+type@vertical+block@u1"
    assert lms.course_url(FIRE) == f"{settings.LMS_ROOT_URL}/courses/{FIRE}/course/"
    assert lms.unit_urls([unit, "nonsense"]) == {unit: f"{settings.LMS_ROOT_URL}/courses/{FIRE}/jump_to/{unit}"}
