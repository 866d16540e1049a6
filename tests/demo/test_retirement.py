import pytest

from common.djangoapps.student.models import CourseEnrollment, CourseEnrollmentAllowed, ManualEnrollmentAudit
from demo.campus import build
from openedx.core.djangoapps.user_api.accounts import signals

ALL = {
    "misc": signals.USER_RETIRE_LMS_MISC,
    "mailings": signals.USER_RETIRE_MAILINGS,
    "critical": signals.USER_RETIRE_LMS_CRITICAL,
}


def test_the_row_stays_without_what_told_of_the_person(ann, course):
    enrollment = build.enroll(ann, course)
    ManualEnrollmentAudit.create_manual_enrollment_audit(ann, ann.email, "a", "because she asked", enrollment)
    CourseEnrollmentAllowed.objects.create(email=ann.email, course_id=course)
    build.retire(ann)
    retired = type(ann).objects.get(id=ann.id)
    assert retired.username.startswith("retired__user_")
    assert retired.email.endswith("@retired.invalid")
    assert (retired.profile.name, retired.is_active, retired.has_usable_password()) == ("", False, False)
    assert ManualEnrollmentAudit.objects.get().enrolled_email == retired.email
    assert not CourseEnrollmentAllowed.objects.exists()
    assert CourseEnrollment.objects.filter(user=ann).exists()


def test_it_is_told_in_two_steps_and_before_the_name_is_gone(ann, hear):
    heard = hear(**ALL)
    names = []
    signals.USER_RETIRE_LMS_CRITICAL.connect(listen := lambda user, **kwargs: names.append(user.username), weak=False)
    try:
        build.retire(ann)
    finally:
        signals.USER_RETIRE_LMS_CRITICAL.disconnect(listen)
    assert [name for name, _ in heard] == ["misc", "mailings", "critical"]
    assert names == ["ann"]
    mailings, critical = heard[1][1], heard[2][1]
    assert mailings["email"] == "ann@example.com"
    assert mailings["new_email"] == critical["retired_email"] == ann.email
    assert critical["retired_username"] == ann.username


@pytest.mark.parametrize("step", ["misc", "critical"])
def test_a_receiver_that_raises_fails_its_step(ann, step):
    def fail(**kwargs):
        raise RuntimeError("broken plugin")

    ALL[step].connect(fail, weak=False)
    try:
        with pytest.raises(RuntimeError):
            build.retire(ann)
    finally:
        ALL[step].disconnect(fail)
    assert type(ann).objects.get(id=ann.id).username == "ann"


def test_a_public_event_would_not_have_failed(ann, course):
    from openedx_events.learning.signals import COURSE_ENROLLMENT_CREATED

    def fail(**kwargs):
        raise RuntimeError("broken plugin")

    COURSE_ENROLLMENT_CREATED.connect(fail, weak=False)
    try:
        assert build.enroll(ann, course).is_active
    finally:
        COURSE_ENROLLMENT_CREATED.disconnect(fail)


def test_a_step_that_failed_can_be_tried_again(ann):
    build.retire(ann)
    first = ann.username
    build.retire(ann)
    assert ann.username.startswith("retired__user_")
    assert first.startswith("retired__user_")
