"""The root of a course."""

from typing import Any

from opaque_keys.edx.keys import CourseKey
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import Boolean, Dict, Integer, Scope

from xmodule.partitions.partitions import UserPartition

from .x_module import XModuleMixin

PASS_MARK = 0.5


class CourseBlock(XModuleMixin, XBlock):
    """A course run with its grading policy and its partitions."""

    has_children = True
    completion_mode = XBlockCompletionMode.AGGREGATOR

    invitation_only = Boolean(default=False, scope=Scope.settings)
    self_paced = Boolean(default=True, scope=Scope.settings)
    max_student_enrollments_allowed = Integer(scope=Scope.settings)
    grading_policy = Dict(default={"GRADE_CUTOFFS": {"Pass": PASS_MARK}}, scope=Scope.content)

    enable_proctored_exams = False
    enable_timed_exams = False

    @property
    def id(self) -> CourseKey:
        """The course key."""
        return self.course_id

    @property
    def org(self) -> str:
        """The organization's short name."""
        return self.course_id.org

    @property
    def number(self) -> str:
        """The course number."""
        return self.course_id.course

    @property
    def end(self) -> Any:
        """When the course ends, or None."""
        return self.node_field("end")

    @property
    def enrollment_start(self) -> Any:
        """When enrolment opens, or None."""
        return self.node_field("enrollment_start")

    @property
    def enrollment_end(self) -> Any:
        """When enrolment closes, or None."""
        return self.node_field("enrollment_end")

    @property
    def grade_cutoffs(self) -> dict[str, float]:
        """Letter -> least grade, 0 to 1."""
        return self.grading_policy["GRADE_CUTOFFS"]

    @property
    def lowest_passing_grade(self) -> float:
        """The least passing grade, 0 to 1."""
        return min(self.grade_cutoffs.values())

    @property
    def user_partitions(self) -> list[UserPartition]:
        """How learners of this course are divided."""
        return [UserPartition.from_json(each) for each in self.node_field("partitions") or ()]
