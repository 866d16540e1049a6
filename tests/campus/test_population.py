"""The demo's campus: who lives there, what they have done, and that it is loaded once."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.test import TestCase

from common.djangoapps.student.models import CourseEnrollment
from demo.campus.cast import FEATURED
from demo.campus.pages.courses import is_staff, outline
from demo.campus.population import GROUPS, MANAGERS, PAST, RESIDENTS, populate
from demo.campus.syllabus import COURSES, DATA, LEADING, MACHINES, SAFETY, WELCOME
from mandatory_assignments.models import Coordinator, Department, Supervision
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview


def key(course):
    return CourseOverview.objects.get(display_name=course.name).id


class TestThePopulation(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.loaded = populate()
        cls.people = {user.username: user for user in get_user_model().objects.all()}

    def test_forty_people_and_five_courses_are_loaded_once(self) -> None:
        names = sorted(CourseOverview.objects.values_list("display_name", flat=True))

        assert self.loaded
        assert len(self.people) == 40
        assert names == sorted(course.name for course in COURSES)
        assert populate() is False
        assert get_user_model().objects.count() == 40

    def test_the_past_is_as_the_cards_tell(self) -> None:
        safety = key(SAFETY)
        amina, lukas, juergen = (outline(self.people[name], safety) for name in ("amina", "lukas", "juergen"))

        assert (amina.done, amina.total) == (4, 8)
        assert lukas.percent == 100
        assert juergen.done == 0
        assert not CourseEnrollment.is_enrolled(self.people["juergen"], safety)

    def test_roles_and_departments_are_given(self) -> None:
        coordinators = Coordinator.objects.values_list("user__username", "organization__short_name")
        departments = Department.objects.values_list("organization__short_name", "path")

        assert self.people["olivia"].is_staff
        assert is_staff(self.people["priya"], key(DATA))
        assert not is_staff(self.people["priya"], key(SAFETY))
        assert set(coordinators) == {("marta", "Acme"), ("david", "Globex")}
        assert {("Acme", "Field"), ("Acme", "Field/North"), ("Globex", "Production/Line A")} <= set(departments)
        assert Supervision.objects.filter(manager=self.people["thomas"], department__path="Field").exists()

    def test_courses_are_what_they_are_for(self) -> None:
        overviews = {course.display_name: course for course in CourseOverview.objects.all()}
        sizes = [len(outline(self.people["olivia"], key(course)).units) for course in (SAFETY, MACHINES)]

        assert overviews[LEADING.name].invitation_only
        assert overviews[DATA.name].lowest_passing_grade == 0.75
        assert sizes == [8, 18]

    def test_cohorts_see_units_of_their_own(self) -> None:
        welcome = key(WELCOME)
        plant, office = (
            {unit.title for unit in outline(self.people[name], welcome).units} for name in ("ravi", "grace")
        )

        assert plant - office == {"In the plant", "Shifts"}
        assert office - plant == {"In the office", "Flexible hours"}


def test_every_name_in_the_lists_is_somebody() -> None:
    residents = {person.username for person in (*FEATURED, *RESIDENTS)}
    named = [name for members in MANAGERS.values() for name in members]
    named += [name for _, _, members in GROUPS for name in members]
    named += [name for _, learners in PAST for name in learners]

    assert set(named) <= residents


def test_every_lesson_has_a_text_and_a_statement() -> None:
    lessons = [
        lesson
        for course in COURSES
        for subsections in course.sections.values()
        for rows in subsections.values()
        for lesson in rows
    ]

    assert [lesson.title for lesson in lessons if not (lesson.text and lesson.statement)] == []
    assert {lesson.true for lesson in lessons} == {True, False}
