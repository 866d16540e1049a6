"""Reads and recalculates course grades; every recalculation is told, changed or not."""

import hashlib
import json
from collections import namedtuple
from collections.abc import Iterable, Iterator
from typing import Any

from opaque_keys.edx.keys import CourseKey

from lms.djangoapps.grades.course_grade import CourseGrade, ZeroCourseGrade, reckoned
from lms.djangoapps.grades.models import PersistentCourseGrade
from openedx.core.djangoapps.signals.signals import (
    COURSE_GRADE_CHANGED,
    COURSE_GRADE_NOW_FAILED,
    COURSE_GRADE_NOW_PASSED,
)
from xmodule.modulestore.django import modulestore


class CourseGradeFactory:
    """Makes course grades."""

    GradeResult = namedtuple("GradeResult", ["student", "course_grade", "error"])

    def read(
        self,
        user: Any,
        course: Any = None,
        collected_block_structure: Any = None,
        course_structure: Any = None,
        course_key: CourseKey | None = None,
        create_if_needed: bool = True,
    ) -> CourseGrade | None:
        """The stored grade; a zero grade where nothing is stored, or None unless `create_if_needed`."""
        key = self._key(course, collected_block_structure, course_structure, course_key)
        try:
            stored = PersistentCourseGrade.read(user.id, key)
        except PersistentCourseGrade.DoesNotExist:
            return ZeroCourseGrade(user, key) if create_if_needed else None
        letter = stored.letter_grade
        return CourseGrade(user, key, stored.percent_grade, letter, letter != "", True, stored.modified)

    def iter(
        self,
        users: Iterable[Any],
        course: Any = None,
        collected_block_structure: Any = None,
        course_key: CourseKey | None = None,
        force_update: bool = False,
    ) -> Iterator[Any]:
        """A GradeResult for each learner, one after the other."""
        key = self._key(course, collected_block_structure, None, course_key)
        for user in users:
            method = self.update if force_update else self.read
            try:
                yield self.GradeResult(user, method(user, course_key=key), None)
            except Exception as error:  # noqa: BLE001  one learner must not stop the others
                yield self.GradeResult(user, None, error)

    def update(
        self,
        user: Any,
        course: Any = None,
        collected_block_structure: Any = None,
        course_structure: Any = None,
        course_key: CourseKey | None = None,
        force_update_subsections: bool = False,
    ) -> CourseGrade:
        """Recalculate; stored only where something was attempted, told in any case."""
        key = self._key(course, collected_block_structure, course_structure, course_key)
        course = course or modulestore().get_course(key)
        content = course.runtime.content
        graded = {
            block: float(content.nodes[block]["fields"].get("weight") or 1)
            for block in content.of_type("problem")
            if content.nodes[block]["fields"].get("graded")
        }
        grade = reckoned(user, course, graded)
        if grade.attempted:
            policy = json.dumps(course.grading_policy, sort_keys=True).encode()
            PersistentCourseGrade.update_or_create(
                user_id=user.id,
                course_id=key,
                course_version=content.version,
                course_edited_timestamp=content.edited_on,
                grading_policy_hash=hashlib.sha1(policy, usedforsecurity=False).hexdigest(),
                percent_grade=grade.percent,
                letter_grade=grade.letter_grade or "",
                passed=grade.passed,
            )
        COURSE_GRADE_CHANGED.send_robust(
            sender=None, user=user, course_grade=grade, course_key=key, deadline=course.end
        )
        if grade.passed:
            COURSE_GRADE_NOW_PASSED.send(sender=CourseGradeFactory, user=user, course_id=key)
        else:
            COURSE_GRADE_NOW_FAILED.send(sender=CourseGradeFactory, user=user, course_id=key, grade=grade)
        return grade

    @staticmethod
    def _key(course: Any, collected: Any, structure: Any, course_key: CourseKey | None) -> CourseKey:
        if course_key:
            return course_key
        if course:
            return course.id
        return (collected or structure).root_block_usage_key.course_key
