"""Grades, certificates and attempts as the platform stores them."""

import json
from datetime import UTC, datetime

import pytest
from opaque_keys.edx.keys import UsageKey

from common.djangoapps.student.models import UserProfile
from demo.campus import build
from lms.djangoapps.courseware.models import StudentModule
from mandatory_assignments.host import lms

FIRE = "course-v1:Acme+Fire+2026"
PROBLEM = "block-v1:Acme+Fire+2026+type@problem+block@p1"
OTHER = "block-v1:Acme+Fire+2026+type@problem+block@p2"

pytestmark = pytest.mark.django_db


def test_a_grade_says_what_it_is_and_since_when_it_was_first_enough() -> None:
    build.course(FIRE, graded=True, pass_mark=0.75)
    ann = build.user("ann")
    passed_at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    build.grade(ann, FIRE, 80, at=passed_at)
    grade = lms.grades([ann.id], [FIRE])[ann.id, FIRE]
    assert (grade.percent, grade.passed) == (80, True)
    assert grade.passed_at.replace(second=0, microsecond=0) == passed_at


def test_whoever_falls_below_the_mark_again_has_passed_once_but_does_not_pass() -> None:
    build.course(FIRE, graded=True, pass_mark=0.75)
    ann = build.user("ann")
    build.grade(ann, FIRE, 80)
    build.grade(ann, FIRE, 60)
    grade = lms.grades([ann.id], [FIRE])[ann.id, FIRE]
    assert (grade.percent, grade.passed) == (60, False)
    assert grade.passed_at is not None


def test_whoever_has_tried_nothing_has_no_grade(count_queries) -> None:
    build.course(FIRE, graded=True)
    ann = build.user("ann")
    assert lms.grades([ann.id], [FIRE, "not a key"]) == {}
    assert count_queries(lambda: lms.grades(range(100), [FIRE])) == 1


@pytest.mark.parametrize(("status", "valid"), [("downloadable", True), ("notpassing", False), ("unavailable", False)])
def test_a_certificate_is_valid_when_it_can_be_had(status: str, valid: bool, count_queries) -> None:
    build.course(FIRE)
    ann = build.user("ann")
    build.certificate(ann, FIRE, status)
    certificate = lms.certificates([ann.id], [FIRE])[ann.id, FIRE]
    assert (certificate.status, certificate.valid) == (status, valid)
    assert certificate.changed_at.tzinfo is not None
    assert count_queries(lambda: lms.certificates(range(100), [FIRE, "not a key"])) == 1


def keep(user: object, key: str, state: object, grade: float | None = None) -> None:
    usage_key = UsageKey.from_string(key)
    text = state if state is None or isinstance(state, str) else json.dumps(state)
    StudentModule.objects.create(
        student=user,
        module_state_key=usage_key,
        course_id=usage_key.course_key,
        module_type="problem",
        state=text,
        grade=grade,
    )


def test_attempts_are_counted_by_learner_and_problem(count_queries) -> None:
    ann, bob = build.user("ann"), build.user("bob")
    keep(ann, PROBLEM, {"attempts": 2})
    keep(bob, PROBLEM, {"attempts": 1})
    keep(bob, OTHER, {"attempts": 0})
    assert lms.attempts([ann.id, bob.id], [PROBLEM, OTHER, "nonsense"]) == {(ann.id, PROBLEM): 2, (bob.id, PROBLEM): 1}
    assert lms.attempts([ann.id], [OTHER]) == {}
    assert count_queries(lambda: lms.attempts(range(100), [PROBLEM, OTHER])) == 1


@pytest.mark.parametrize("state", [None, "", "no json", "[]", {"attempts": "many"}, {}])
def test_a_state_that_tells_no_attempts_counts_as_none(state: object) -> None:
    ann = build.user("ann")
    keep(ann, PROBLEM, state)
    assert lms.attempts([ann.id], [PROBLEM]) == {}
    assert lms.reset_attempts([ann.id], [PROBLEM]) == 0


def test_resetting_gives_the_attempts_back_and_keeps_answers_and_scores() -> None:
    ann, bob = build.user("ann"), build.user("bob")
    state = {"attempts": 3, "student_answers": {"1": "yes"}, "score": {"raw_earned": 1}, "score_history": [1, 1, 1]}
    keep(ann, PROBLEM, state, grade=1.0)
    keep(bob, PROBLEM, {"attempts": 1})
    assert lms.reset_attempts([ann.id], [PROBLEM, OTHER]) == 1
    row = StudentModule.objects.get(student=ann)
    assert json.loads(row.state) == state | {"attempts": 0, "score_history": []}
    assert row.grade == 1.0
    assert lms.attempts([ann.id, bob.id], [PROBLEM]) == {(bob.id, PROBLEM): 1}
    assert lms.reset_attempts([ann.id], [PROBLEM]) == 0


def test_resetting_for_a_hundred_people_costs_as_many_queries_as_for_one(count_queries) -> None:
    people = [build.user(f"user{number}") for number in range(101)]
    for user in people:
        keep(user, PROBLEM, {"attempts": 1})
    one = count_queries(lambda: lms.reset_attempts([people[0].id], [PROBLEM]))
    many = count_queries(lambda: lms.reset_attempts([user.id for user in people[1:]], [PROBLEM]))
    assert one == many


def test_a_submitted_problem_counts_an_attempt() -> None:
    build.course(FIRE, sections=1, subsections=1, units=1, blocks=1, block_types=["problem"], max_attempts=2)
    ann = build.user("ann")
    assert UserProfile.objects.filter(user=ann).exists()
    build.enroll(ann, FIRE)
    build.complete(ann, FIRE)
    (block,) = lms.outlines([FIRE])[FIRE].units[0].blocks
    assert lms.attempts([ann.id], [block.key]) == {(ann.id, block.key): 1}
