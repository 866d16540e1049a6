"""The older Django signals about enrolments and people, beside the public events."""

from django.dispatch import Signal

# course_enrollment, skip_refund
UNENROLL_DONE = Signal()
# event, user, course_id, mode, cost, currency
ENROLL_STATUS_CHANGE = Signal()
# user, course_key, mode, countdown
ENROLLMENT_TRACK_UPDATED = Signal()
# user
USER_EMAIL_CHANGED = Signal()
