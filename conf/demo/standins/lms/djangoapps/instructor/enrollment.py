"""What the dashboard does with enrolments and attempts; checks no permission."""

import json
from typing import Any

from opaque_keys.edx.keys import CourseKey, UsageKey

from common.djangoapps.student.models import CourseEnrollment, CourseEnrollmentAllowed
from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.grades.signals.signals import publish_score
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.exceptions import ItemNotFoundError


class EmailEnrollmentState:
    """How an address stands to a course."""

    def __init__(self, course_id: CourseKey, email: str) -> None:
        from django.contrib.auth import get_user_model

        self.user = get_user_model().objects.filter(email=email).first()
        self.mode, active = (
            CourseEnrollment.enrollment_mode_for_user(self.user, course_id) if self.user else (None, None)
        )
        self.enrollment = bool(active)
        self.full_name = self.user.profile.name if self.user else None
        allowed = CourseEnrollmentAllowed.objects.filter(email=email, course_id=course_id).first()
        self.allowed = allowed is not None
        self.auto_enroll = bool(allowed and allowed.auto_enroll)

    def to_dict(self) -> dict[str, bool]:
        """{user, enrollment, allowed, auto_enroll}."""
        return {
            "user": bool(self.user),
            "enrollment": self.enrollment,
            "allowed": self.allowed,
            "auto_enroll": self.auto_enroll,
        }


def enroll_email(
    course_id: CourseKey,
    student_email: str,
    auto_enroll: bool = False,
    message_students: bool = False,
    message_params: dict[str, Any] | None = None,
    language: str | None = None,
) -> tuple[EmailEnrollmentState, EmailEnrollmentState, CourseEnrollment | None]:
    """(before, after, enrolment); an unknown or inactive account is allowed to enrol instead. Sends no mail here."""
    before = EmailEnrollmentState(course_id, student_email)
    enrollment = None
    if before.user and before.user.is_active:
        mode = before.mode if before.enrollment else None
        enrollment = CourseEnrollment.enroll_by_email(student_email, course_id, mode)
    else:
        CourseEnrollmentAllowed.objects.update_or_create(
            course_id=course_id, email=student_email, defaults={"auto_enroll": auto_enroll}
        )
    return before, EmailEnrollmentState(course_id, student_email), enrollment


def unenroll_email(
    course_id: CourseKey,
    student_email: str,
    message_students: bool = False,
    message_params: dict[str, Any] | None = None,
    language: str | None = None,
) -> tuple[EmailEnrollmentState, EmailEnrollmentState]:
    """(before, after)."""
    before = EmailEnrollmentState(course_id, student_email)
    if before.enrollment:
        CourseEnrollment.unenroll_by_email(student_email, course_id)
    CourseEnrollmentAllowed.objects.filter(course_id=course_id, email=student_email).delete()
    return before, EmailEnrollmentState(course_id, student_email)


def reset_student_attempts(
    course_id: CourseKey,
    student: Any,
    module_state_key: UsageKey,
    requesting_user: Any,
    delete_module: bool = False,
    emit_signals_and_events: bool = True,
) -> None:
    """Set the attempts of a block and of what it contains back to none, or delete the state with its score.

    Raises StudentModule.DoesNotExist where the learner has no state, ValueError for state that is no JSON.
    """
    try:
        block = modulestore().get_item(module_state_key)
    except ItemNotFoundError:
        block = None
    for child in block.children if block is not None and block.has_children else ():
        try:
            reset_student_attempts(course_id, student, child, requesting_user, delete_module=delete_module)
        except StudentModule.DoesNotExist:
            continue
    module = StudentModule.objects.get(student_id=student.id, course_id=course_id, module_state_key=module_state_key)
    if not delete_module:
        _reset_module_attempts(module)
        return
    module.delete()
    if emit_signals_and_events and block is not None and block.has_score:
        publish_score(student.id, module_state_key, 0, block.max_score(), score_deleted=True)


def _reset_module_attempts(studentmodule: StudentModule) -> None:
    state = json.loads(studentmodule.state)
    state |= {"attempts": 0, "score_history": [], "correct_map_history": [], "student_answers_history": []}
    studentmodule.state = json.dumps(state)
    studentmodule.save()
