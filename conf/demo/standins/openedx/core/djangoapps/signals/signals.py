"""Django signals about grades, sent by the LMS alone."""

from django.dispatch import Signal

# user, course_grade, course_key, deadline; robust
COURSE_GRADE_CHANGED = Signal()
# course_id, user_id; once, when the learner passes for the first time
COURSE_GRADE_PASSED_FIRST_TIME = Signal()
# user, course_id; on every recalculation
COURSE_GRADE_NOW_PASSED = Signal()
# user, course_id, grade; on every recalculation
COURSE_GRADE_NOW_FAILED = Signal()
# user, course_key, mode, status; robust, on every save
COURSE_CERT_CHANGED = Signal()
COURSE_CERT_AWARDED = Signal()
COURSE_CERT_REVOKED = Signal()
