from datetime import UTC, datetime, timedelta

import pytest
from openedx_events.learning.signals import COURSE_PASSING_STATUS_UPDATED, PERSISTENT_GRADE_SUMMARY_CHANGED

from common.djangoapps.split_modulestore_django import content
from demo.campus import build
from lms.djangoapps.courseware.attempts import submit_answer
from lms.djangoapps.grades.course_grade_factory import CourseGradeFactory
from lms.djangoapps.grades.models import PersistentCourseGrade, WaitingRecalculation
from lms.djangoapps.grades.tasks import recalculate_waiting_grades
from openedx.core.djangoapps.signals import signals

THEN = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)
NEARLY = timedelta(seconds=5)
EVENTS = {
    "passing": COURSE_PASSING_STATUS_UPDATED,
    "summary": PERSISTENT_GRADE_SUMMARY_CHANGED,
    "changed": signals.COURSE_GRADE_CHANGED,
    "passed": signals.COURSE_GRADE_NOW_PASSED,
    "failed": signals.COURSE_GRADE_NOW_FAILED,
    "first": signals.COURSE_GRADE_PASSED_FIRST_TIME,
}


@pytest.fixture
def course(db):
    return build.course("course-v1:Acme+EXAM+2027", graded=True, pass_mark=0.75, block_types=["problem"])


def names(heard):
    return [name for name, _ in heard]


def answer(user, course, right):
    """Answer all problems, the first `right` of them rightly."""
    for number, problem in enumerate(content.load(course).of_type("problem")):
        submit_answer(user, problem, int(number < right), 1, None)


def test_a_score_changes_no_grade_until_a_worker_has_recalculated(ann, course, hear):
    heard = hear(**EVENTS)
    answer(ann, course, right=24)
    assert heard == []
    assert not PersistentCourseGrade.objects.exists()
    assert recalculate_waiting_grades() == 1
    assert PersistentCourseGrade.objects.get().percent_grade == 1.0


def test_a_recalculation_happens_once_for_all_that_waits(ann, course, hear):
    answer(ann, course, right=24)
    heard = hear(passing=COURSE_PASSING_STATUS_UPDATED)
    recalculate_waiting_grades()
    assert recalculate_waiting_grades() == 0
    assert len(heard) == 1


def test_the_first_passing_tells_everything(ann, course, hear):
    heard = hear(**EVENTS)
    build.grade(ann, course, 80)
    assert names(heard) == ["first", "summary", "changed", "passing", "passed"] or names(heard) == [
        "first",
        "summary",
        "changed",
        "passed",
        "passing",
    ]


def test_the_passing_status_is_told_on_every_recalculation(ann, course, hear):
    heard = hear(passing=COURSE_PASSING_STATUS_UPDATED)
    for percent in (40, 40, 80, 80):
        build.grade(ann, course, percent)
    assert [said["course_passing_status"].is_passing for _, said in heard] == [False, False, True, True]


def test_it_is_told_for_courses_where_nothing_is_graded_too(ann, hear):
    plain = build.course("course-v1:Acme+PLAIN+1")
    heard = hear(**EVENTS)
    build.complete(ann, plain, units=1)
    recalculate_waiting_grades()
    assert set(names(heard)) == {"changed", "failed", "passing"}
    assert not PersistentCourseGrade.objects.exists()


def test_the_first_passing_is_never_forgotten(ann, course):
    build.grade(ann, course, 80, at=THEN)
    build.grade(ann, course, 20, at=THEN + timedelta(days=1))
    grade = PersistentCourseGrade.objects.get()
    assert (grade.percent_grade, grade.letter_grade) == (0.2, "")
    assert grade.passed_timestamp - THEN < NEARLY


def test_passing_again_does_not_move_the_first_instant(ann, course, hear):
    build.grade(ann, course, 80, at=THEN)
    build.grade(ann, course, 20)
    heard = hear(first=signals.COURSE_GRADE_PASSED_FIRST_TIME)
    build.grade(ann, course, 90)
    assert heard == []
    assert PersistentCourseGrade.objects.get().passed_timestamp - THEN < NEARLY


def test_a_grade_set_by_hand_outlives_recalculations(ann, course):
    answer(ann, course, right=3)
    build.grade(ann, course, 90)
    answer(ann, course, right=0)
    recalculate_waiting_grades()
    assert PersistentCourseGrade.objects.get().percent_grade == 0.9


def test_a_grade_set_by_hand_is_recalculated_at_once(ann, course):
    answer(ann, course, right=0)
    build.grade(ann, course, 90)
    assert not WaitingRecalculation.objects.exists()


def test_reading_gives_a_zero_grade_where_nothing_is_stored(ann, course):
    grade = CourseGradeFactory().read(ann, course_key=course)
    assert (grade.percent, grade.passed) == (0.0, False)
    assert CourseGradeFactory().read(ann, course_key=course, create_if_needed=False) is None


def test_reading_gives_what_is_stored(ann, course):
    build.grade(ann, course, 80)
    grade = CourseGradeFactory().read(ann, course_key=course)
    assert (grade.percent, grade.letter_grade, grade.passed) == (0.8, "Pass", True)


def test_many_are_read_one_by_one(ann, course, count_queries):
    people = [ann, *build.users(4)]
    assert count_queries(lambda: list(CourseGradeFactory().iter(people, course_key=course))) == 5


def test_the_learners_progress_sets_the_grade(ann, course):
    answer(ann, course, right=12)
    recalculate_waiting_grades()
    grade = PersistentCourseGrade.objects.get()
    assert (grade.percent_grade, grade.letter_grade, grade.passed_timestamp) == (0.5, "", None)
