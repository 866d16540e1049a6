import pytest
from completion.models import BlockCompletion
from django.db import connection, transaction
from opaque_keys.edx.keys import CourseKey
from openedx_events.learning.signals import (
    COURSE_ENROLLMENT_CHANGED,
    COURSE_ENROLLMENT_CREATED,
    COURSE_UNENROLLMENT_COMPLETED,
)
from openedx_filters import PipelineStep
from openedx_filters.learning.filters import CourseEnrollmentStarted, CourseUnenrollmentStarted

from common.djangoapps.student.models import (
    AlreadyEnrolledError,
    CourseEnrollment,
    CourseEnrollmentAllowed,
    CourseFullError,
    EnrollmentClosedError,
    EnrollmentNotAllowed,
    ManualEnrollmentAudit,
    NonExistentCourseError,
    UnenrollmentNotAllowed,
)
from common.djangoapps.student.signals.signals import ENROLL_STATUS_CHANGE, UNENROLL_DONE
from demo.campus import build
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview
from openedx.core.djangoapps.enrollments import api, errors

ELSEWHERE = CourseKey.from_string("course-v1:Acme+NOWHERE+2027")
EVENTS = {
    "created": COURSE_ENROLLMENT_CREATED,
    "changed": COURSE_ENROLLMENT_CHANGED,
    "unenrolled": COURSE_UNENROLLMENT_COMPLETED,
}


class Refuse(PipelineStep):
    """A step of another plugin that lets nobody in or out."""

    def run_filter(self, **kwargs):
        if "enrollment" in kwargs:
            raise CourseUnenrollmentStarted.PreventUnenrollment("stay")
        raise CourseEnrollmentStarted.PreventEnrollment("not you")


@pytest.fixture
def refusing(settings):
    step = f"{__name__}.Refuse"
    settings.OPEN_EDX_FILTERS_CONFIG = {
        kind: {"fail_silently": True, "pipeline": [step]}
        for kind in (CourseEnrollmentStarted.filter_type, CourseUnenrollmentStarted.filter_type)
    }


def names(heard):
    return [name for name, _ in heard]


def test_a_first_enrolment_says_changed_before_created(ann, course, hear):
    heard = hear(**EVENTS)
    build.enroll(ann, course)
    assert names(heard) == ["changed", "created"]


def test_enrolling_again_says_created_again(ann, course, hear):
    build.enroll(ann, course)
    heard = hear(**EVENTS)
    build.enroll(ann, course)
    assert names(heard) == ["created"]


def test_coming_back_says_both(ann, course, hear):
    build.enroll(ann, course)
    build.unenroll(ann, course)
    heard = hear(**EVENTS)
    build.enroll(ann, course)
    assert names(heard) == ["changed", "created"]
    assert CourseEnrollment.objects.filter(user=ann).count() == 1


def test_leaving_says_changed_and_unenrolled_and_keeps_the_row(ann, course, hear):
    build.enroll(ann, course)
    heard = hear(**EVENTS)
    build.unenroll(ann, course)
    assert names(heard) == ["changed", "unenrolled"]
    assert CourseEnrollment.objects.get(user=ann).is_active is False


def test_older_signals_are_sent_as_well(ann, course, hear):
    heard = hear(status=ENROLL_STATUS_CHANGE, done=UNENROLL_DONE)
    build.enroll(ann, course)
    build.unenroll(ann, course)
    assert names(heard) == ["status", "done", "status"]


def test_the_event_knows_of_the_course_only_key_and_name_and_not_who_did_it(ann, course, hear):
    heard = hear(created=COURSE_ENROLLMENT_CREATED)
    build.enroll(ann, course)
    said = heard[0][1]["enrollment"]
    assert (said.course.course_key, said.course.display_name) == (course, "Acme FIRE101")
    assert said.course.start is None
    assert said.created_by is None


def test_receivers_run_before_the_commit(ann, course, hear):
    seen = []

    def look(**kwargs):
        transaction.on_commit(lambda: seen.append("committed"))
        seen.append(connection.in_atomic_block)

    COURSE_ENROLLMENT_CREATED.connect(look, weak=False)
    try:
        build.enroll(ann, course)
    finally:
        COURSE_ENROLLMENT_CREATED.disconnect(look)
    assert seen == [True]


@pytest.mark.django_db(transaction=True)
def test_what_waits_for_the_commit_runs_when_the_request_ends():
    ann, course = build.user("ann"), build.course("course-v1:Acme+A+1")
    seen = []

    def look(**kwargs):
        transaction.on_commit(lambda: seen.append("committed"))
        seen.append("told")

    COURSE_ENROLLMENT_CREATED.connect(look, weak=False)
    try:
        build.enroll(ann, course)
    finally:
        COURSE_ENROLLMENT_CREATED.disconnect(look)
    assert seen == ["told", "committed"]


@pytest.mark.django_db(transaction=True)
def test_a_request_that_fails_late_leaves_nothing_behind(client):
    def fail(**kwargs):
        raise RuntimeError("an older signal is sent plainly")

    course = build.course("course-v1:Acme+A+1")
    client.force_login(build.user("ann"))
    client.raise_request_exception = False
    ENROLL_STATUS_CHANGE.connect(fail, weak=False)
    try:
        answer = client.post(f"/courses/{course}/enroll")
    finally:
        ENROLL_STATUS_CHANGE.disconnect(fail)
    assert answer.status_code == 500
    assert not CourseEnrollment.objects.exists()


def test_a_receiver_that_raises_does_not_stop_an_enrolment(ann, course):
    def fail(**kwargs):
        raise RuntimeError("broken plugin")

    COURSE_ENROLLMENT_CREATED.connect(fail, weak=False)
    try:
        build.enroll(ann, course)
    finally:
        COURSE_ENROLLMENT_CREATED.disconnect(fail)
    assert CourseEnrollment.objects.get(user=ann).is_active


def test_an_enrolment_costs_about_twelve_queries(ann, course, count_queries):
    count = count_queries(lambda: build.enroll(type(ann).objects.get(id=ann.id), course))
    assert 9 <= count <= 15


def test_rows_written_past_the_methods_say_nothing(ann, course, hear):
    heard = hear(**EVENTS)
    CourseEnrollment.objects.create(user=ann, course_id=course)
    CourseEnrollment.objects.update(is_active=False)
    assert heard == []


def test_without_a_check_closed_doors_are_open(ann):
    course = build.course("course-v1:Acme+GUESTS+2027", invitation_only=True)
    CourseOverview.objects.filter(id=course).update(max_student_enrollments_allowed=0)
    assert build.enroll(ann, course).is_active


def test_with_a_check_the_platform_refuses_as_it_does(ann, course):
    def enroll(key):
        CourseEnrollment.enroll(ann, key, check_access=True)

    guests = build.course("course-v1:Acme+GUESTS+2027", invitation_only=True)
    with pytest.raises(EnrollmentClosedError):
        enroll(guests)
    CourseOverview.objects.filter(id=course).update(max_student_enrollments_allowed=0)
    with pytest.raises(CourseFullError):
        enroll(course)
    with pytest.raises(NonExistentCourseError):
        enroll(ELSEWHERE)
    build.enroll(ann, course)
    CourseOverview.objects.filter(id=course).update(max_student_enrollments_allowed=None)
    with pytest.raises(AlreadyEnrolledError):
        enroll(course)


def test_a_course_can_be_taken_before_it_exists(ann):
    assert build.enroll(ann, ELSEWHERE).course_overview is None


def test_another_plugins_step_can_keep_people_out(ann, course, refusing):
    with pytest.raises(EnrollmentNotAllowed, match="not you"):
        build.enroll(ann, course)


def test_another_plugins_step_can_keep_people_in(ann, course, settings, refusing):
    CourseEnrollment.objects.create(user=ann, course_id=course)
    with pytest.raises(UnenrollmentNotAllowed, match="stay"):
        build.unenroll(ann, course)
    assert CourseEnrollment.objects.get(user=ann).is_active


def test_ending_an_enrolment_that_is_not_there_is_silent(ann, course, hear):
    heard = hear(**EVENTS)
    build.unenroll(ann, course)
    assert heard == []


def test_an_enrolment_is_remembered_for_the_request_though_the_row_changes(ann, course):
    build.enroll(ann, course)
    assert CourseEnrollment.get_enrollment(ann, course).is_active
    CourseEnrollment.objects.update(is_active=False)
    assert CourseEnrollment.get_enrollment(ann, course).is_active


def test_an_address_that_is_waited_for_is_enrolled_once_its_account_is_active(course):
    CourseEnrollmentAllowed.objects.create(email="new@example.com", course_id=course, auto_enroll=True)
    new = build.user("new")
    assert not CourseEnrollment.objects.exists()
    for new.is_active in (False, True):
        new.save()
    assert CourseEnrollment.objects.get().is_active


def test_a_manual_enrolment_is_recorded_with_the_learners_address(ann, course):
    enrollment = build.enroll(ann, course)
    boss = build.user("boss")
    ManualEnrollmentAudit.create_manual_enrollment_audit(boss, ann.email, "from a to b", "because", enrollment)
    audit = ManualEnrollmentAudit.objects.get()
    assert (audit.enrolled_by, audit.enrolled_email) == (boss, ann.email)


class TestTheEnrolmentApi:
    """openedx.core.djangoapps.enrollments.api"""

    def test_it_tells_the_default_mode_first_and_the_real_one_later(self, ann, course, hear):
        heard = hear(**EVENTS)
        api.add_enrollment("ann", str(course), mode="honor")
        said = [(name, what["enrollment"].mode) for name, what in heard]
        assert said == [("changed", "audit"), ("created", "audit"), ("changed", "honor")]

    def test_it_marks_the_enrolment(self, ann, course):
        marks = [{"namespace": "mandatory", "name": "by", "value": "rule"}]
        answer = api.add_enrollment("ann", str(course), enrollment_attributes=marks)
        assert answer["user"] == "ann"
        assert CourseEnrollment.objects.get().attributes.get().value == "rule"

    def test_it_has_errors_of_its_own(self, ann, course):
        guests = build.course("course-v1:Acme+GUESTS+2027", invitation_only=True)
        for error, arguments in {
            errors.CourseModeNotFoundError: ("ann", str(course), "masters"),
            errors.UserNotFoundError: ("nobody", str(course)),
            errors.CourseNotFoundError: ("ann", str(ELSEWHERE)),
            errors.CourseEnrollmentClosedError: ("ann", str(guests)),
        }.items():
            with pytest.raises(error):
                api.add_enrollment(*arguments)
        api.add_enrollment("ann", str(course))
        with pytest.raises(errors.CourseEnrollmentExistsError):
            api.add_enrollment("ann", str(course))

    def test_it_ends_all_enrolments_past_every_filter(self, ann, course, refusing):
        CourseEnrollment.objects.create(user=ann, course_id=course)
        assert api.unenroll_user_from_all_courses("ann") == {"Acme"}
        assert not CourseEnrollment.objects.get().is_active


def test_leaving_a_course_takes_no_completion_away(ann, course):
    build.enroll(ann, course)
    build.complete(ann, course, units=1)
    before = BlockCompletion.objects.count()
    build.unenroll(ann, course)
    assert BlockCompletion.objects.count() == before > 0
