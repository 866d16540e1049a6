"""Enrolments, with the platform's order of filters and events: CHANGED first, and CREATED again on every call."""

import logging
from collections import namedtuple
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from edx_django_utils.cache import RequestCache
from eventtracking import tracker
from opaque_keys.edx.keys import CourseKey
from openedx_events.learning.data import CourseData, CourseEnrollmentData
from openedx_events.learning.signals import (
    COURSE_ENROLLMENT_CHANGED,
    COURSE_ENROLLMENT_CREATED,
    COURSE_UNENROLLMENT_COMPLETED,
)
from openedx_filters.learning.filters import CourseEnrollmentStarted, CourseUnenrollmentStarted

from common.djangoapps.course_modes.models import CourseMode
from common.djangoapps.student.signals.signals import ENROLL_STATUS_CHANGE, ENROLLMENT_TRACK_UPDATED, UNENROLL_DONE
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

from ..events import user_data
from .enrollment_errors import (
    AlreadyEnrolledError,
    CourseFullError,
    EnrollmentClosedError,
    EnrollmentNotAllowed,
    EnrollStatusChange,
    NonExistentCourseError,
    UnenrollmentNotAllowed,
)
from .enrollment_records import CourseEnrollmentAllowed

log = logging.getLogger(__name__)

CourseEnrollmentState = namedtuple("CourseEnrollmentState", "mode, is_active")

SCORE_RECALCULATION_DELAY_ON_ENROLLMENT_UPDATE = 30


def _default_course_mode(course_id: str) -> str:
    available = CourseMode.modes_for_course_dict(CourseKey.from_string(course_id))
    return next(
        (slug for slug in (CourseMode.DEFAULT_MODE_SLUG, CourseMode.HONOR) if slug in available), CourseMode.AUDIT
    )


class CourseEnrollmentManager(models.Manager):
    """Questions about all enrolments of a course."""

    def is_course_full(self, course: Any) -> bool:
        """Whether as many learners are enrolled as the course allows."""
        limit = course.max_student_enrollments_allowed
        return limit is not None and self.num_enrolled_in_exclude_admins(course.id) >= limit

    def num_enrolled_in_exclude_admins(self, course_id: CourseKey) -> int:
        """Active enrolments of people who are not staff of the course."""
        from .user import CourseAccessRole

        admins = CourseAccessRole.objects.filter(course_id=course_id).values("user_id")
        return self.filter(course_id=course_id, is_active=True).exclude(user_id__in=admins).count()

    def users_enrolled_in(
        self,
        course_id: CourseKey,
        include_inactive: bool = False,
        verified_only: bool = False,
        course_groups: Any = None,
    ) -> Any:
        """The people, as a queryset."""
        condition = {"courseenrollment__course_id": course_id}
        if not include_inactive:
            condition["courseenrollment__is_active"] = True
        if verified_only:
            condition["courseenrollment__mode"] = CourseMode.VERIFIED
        return get_user_model().objects.filter(**condition)


class CourseEnrollment(models.Model):
    """One person in one course run; an inactive row is kept, so enrolling again is an update.

    .. no_pii:
    """

    MODE_CACHE_NAMESPACE = "CourseEnrollment.mode_and_active"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    course = models.ForeignKey(CourseOverview, db_constraint=False, on_delete=models.DO_NOTHING)
    created = models.DateTimeField(auto_now_add=True, null=True, db_index=True)
    is_active = models.BooleanField(default=True)
    mode = models.CharField(default=CourseMode.DEFAULT_MODE_SLUG, max_length=100)

    objects = CourseEnrollmentManager()

    class Meta:
        unique_together = (("user", "course"),)
        ordering = ("user", "course")

    def __str__(self) -> str:
        return f"[CourseEnrollment] {self.user_id}: {self.course_id} ({self.created}); active: ({self.is_active})"

    @property
    def course_overview(self) -> CourseOverview | None:
        """The overview, or None where there is none."""
        try:
            return self.course
        except CourseOverview.DoesNotExist:
            return None

    @classmethod
    def get_or_create_enrollment(cls, user: Any, course_key: CourseKey) -> "CourseEnrollment":
        """The row, made inactive when there is none; takes up an enrolment allowed by e-mail."""
        enrollment, _ = cls.objects.get_or_create(
            user=user, course_id=course_key, defaults={"mode": CourseMode.DEFAULT_MODE_SLUG, "is_active": False}
        )
        CourseEnrollmentAllowed.objects.filter(email=user.email, course_id=course_key, user__isnull=True).update(
            user=user
        )
        return enrollment

    @classmethod
    def get_enrollment(cls, user: Any, course_key: CourseKey, select_related: Any = None) -> "CourseEnrollment | None":
        """The row or None, remembered for the rest of the request even when the row changes."""
        if user.is_anonymous:
            return None
        cache = RequestCache("get_enrollment")
        cached = cache.get_cached_response((user.id, course_key))
        if cached.is_found:
            return cached.value
        found = cls.objects.filter(user=user, course_id=course_key)
        enrollment = (found.select_related(*select_related) if select_related else found).first()
        if enrollment:
            cache.set((user.id, course_key), enrollment)
        return enrollment

    @classmethod
    def enroll(
        cls,
        user: Any,
        course_key: CourseKey,
        mode: str | None = None,
        check_access: bool = False,
        can_upgrade: bool = False,
        enterprise_uuid: str | None = None,
    ) -> "CourseEnrollment":
        """Enrol at once, into full, closed and invitation-only courses too unless `check_access`.

        Raises NonExistentCourseError, EnrollmentClosedError, CourseFullError, AlreadyEnrolledError when checking,
        EnrollmentNotAllowed in any case.
        """
        try:
            user, course_key, mode = CourseEnrollmentStarted.run_filter(user=user, course_key=course_key, mode=mode)
        except CourseEnrollmentStarted.PreventEnrollment as refusal:
            raise EnrollmentNotAllowed(str(refusal)) from refusal
        if mode is None:
            mode = _default_course_mode(str(course_key))
        try:
            course = CourseOverview.get_from_id(course_key)
            course_data = CourseData(course_key=course.id, display_name=course.display_name)
        except CourseOverview.DoesNotExist as error:
            if check_access:
                raise NonExistentCourseError from error
            course_data = CourseData(course_key=course_key)
        if check_access:
            cls._check_access(user, course, can_upgrade)
        if cls.is_enrolled(user, course_key) and check_access:
            raise AlreadyEnrolledError

        enrollment = cls.get_or_create_enrollment(user, course_key)
        enrollment.update_enrollment(is_active=True, mode=mode, enterprise_uuid=enterprise_uuid)
        enrollment.send_signal(EnrollStatusChange.enroll)
        COURSE_ENROLLMENT_CREATED.send_event(enrollment=enrollment._event_data(user, course_data))
        return enrollment

    @classmethod
    def _check_access(cls, user: Any, course: CourseOverview, can_upgrade: bool) -> None:
        from lms.djangoapps.courseware.access import has_access

        if not has_access(user, "enroll", course) and not can_upgrade:
            raise EnrollmentClosedError
        if cls.objects.is_course_full(course):
            raise CourseFullError

    @classmethod
    def enroll_by_email(
        cls, email: str, course_id: CourseKey, mode: str | None = None, ignore_errors: bool = True
    ) -> "CourseEnrollment | None":
        """As `enroll`; None for an unknown address, or User.DoesNotExist unless errors are ignored."""
        try:
            user = get_user_model().objects.get(email=email)
        except get_user_model().DoesNotExist:
            if ignore_errors:
                return None
            raise
        return cls.enroll(user, course_id, mode)

    @classmethod
    def unenroll(cls, user: Any, course_id: CourseKey, skip_refund: bool = False) -> None:
        """End the enrolment, silently when there is none; raises UnenrollmentNotAllowed when a filter step refuses."""
        RequestCache("get_enrollment").clear()
        try:
            record = cls.objects.get(user=user, course_id=course_id)
        except cls.DoesNotExist:
            log.error("Tried to unenroll user %s from %s but they were not enrolled", user.id, course_id)
            return
        try:
            record = CourseUnenrollmentStarted.run_filter(enrollment=record)
        except CourseUnenrollmentStarted.PreventUnenrollment as refusal:
            raise UnenrollmentNotAllowed(str(refusal)) from refusal
        record.update_enrollment(is_active=False, skip_refund=skip_refund)

    @classmethod
    def unenroll_by_email(cls, email: str, course_id: CourseKey) -> None:
        """As `unenroll`; an unknown address is logged."""
        user = get_user_model().objects.filter(email=email).first()
        if user is None:
            log.error("Tried to unenroll an unknown address from %s", course_id)
        else:
            cls.unenroll(user, course_id)

    def update_enrollment(
        self,
        mode: str | None = None,
        is_active: bool | None = None,
        skip_refund: bool = False,
        enterprise_uuid: str | None = None,
    ) -> None:
        """Save what differs and tell it; nothing is told when nothing differs."""
        RequestCache("get_enrollment").clear()
        activation_changed = is_active is not None and is_active != self.is_active
        mode_changed = mode is not None and mode != self.mode
        if activation_changed:
            self.is_active = is_active
        if mode_changed:
            self.mode = mode
        overview = self.course_overview
        course = CourseData(course_key=self.course_id, display_name=overview.display_name if overview else "")
        if activation_changed or mode_changed:
            self.save()
            state = CourseEnrollmentState(self.mode, self.is_active)
            RequestCache(self.MODE_CACHE_NAMESPACE).data[(self.user_id, self.course_id)] = state
            COURSE_ENROLLMENT_CHANGED.send_event(enrollment=self._event_data(self.user, course))
        if activation_changed:
            name = "activated" if self.is_active else "deactivated"
            data = {"user_id": self.user_id, "course_id": str(self.course_id), "mode": self.mode}
            tracker.emit(f"edx.course.enrollment.{name}", data)
        if activation_changed and not self.is_active:
            UNENROLL_DONE.send(sender=None, course_enrollment=self, skip_refund=skip_refund)
            self.send_signal(EnrollStatusChange.unenroll)
            COURSE_UNENROLLMENT_COMPLETED.send_event(enrollment=self._event_data(self.user, course))
        if mode_changed:
            ENROLLMENT_TRACK_UPDATED.send(
                sender=None,
                user=self.user,
                course_key=self.course_id,
                mode=self.mode,
                countdown=SCORE_RECALCULATION_DELAY_ON_ENROLLMENT_UPDATE,
            )

    def send_signal(self, event: str, cost: Any = None, currency: Any = None) -> None:
        """Tell the older listeners."""
        ENROLL_STATUS_CHANGE.send(
            sender=None,
            event=event,
            user=self.user,
            mode=self.mode,
            course_id=self.course_id,
            cost=cost,
            currency=currency,
        )

    def _event_data(self, user: Any, course: CourseData) -> CourseEnrollmentData:
        # Who did it is never filled in, and of the course only key and name.
        return CourseEnrollmentData(
            user=user_data(user),
            course=course,
            mode=self.mode,
            is_active=self.is_active,
            creation_date=self.created,
        )

    @classmethod
    def is_enrolled(cls, user: Any, course_key: CourseKey) -> bool:
        """Whether there is an active enrolment; remembered for the request."""
        return bool(cls._state(user, course_key).is_active)

    @classmethod
    def enrollment_mode_for_user(cls, user: Any, course_id: CourseKey) -> tuple[str | None, bool | None]:
        """(mode, is_active), both None without a row."""
        return tuple(cls._state(user, course_id))

    @classmethod
    def enrollments_for_user(cls, user: Any) -> models.QuerySet:
        """The active enrolments."""
        return cls.objects.filter(user=user, is_active=1).select_related("user")

    @classmethod
    def _state(cls, user: Any, course_key: CourseKey) -> CourseEnrollmentState:
        if user.is_anonymous:
            return CourseEnrollmentState(None, None)
        cache = RequestCache(cls.MODE_CACHE_NAMESPACE).data
        if (user.id, course_key) not in cache:
            row = cls.objects.filter(user=user, course_id=course_key).values_list("mode", "is_active").first()
            cache[(user.id, course_key)] = CourseEnrollmentState(*(row or (None, None)))
        return cache[(user.id, course_key)]

    def activate(self) -> None:
        """Make this enrolment active."""
        self.update_enrollment(is_active=True)

    def deactivate(self) -> None:
        """Make this enrolment inactive."""
        self.update_enrollment(is_active=False)

    def change_mode(self, mode: str) -> None:
        """Change the mode alone."""
        self.update_enrollment(mode=mode)
