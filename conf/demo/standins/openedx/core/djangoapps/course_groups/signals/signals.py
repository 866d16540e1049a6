"""The one thing that tells of a removal from a cohort."""

from django.dispatch import Signal

# user, course_key
COHORT_MEMBERSHIP_UPDATED = Signal()
