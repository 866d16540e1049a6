"""Platform events. They are hints: each only says "look again at this person in this course", and none ever raises.

A retirement alone is acted upon at once, because the account's name is about to go.
"""

import logging
from typing import Any

from . import clock
from .queries.tracking import is_tracked
from .services.look_again import note_look_again, note_new_zone
from .services.retire import retire_learner

log = logging.getLogger(__name__)

TIME_ZONE = "time_zone"
"""The platform's name for the preference that says where somebody lives."""


def on_block_completion(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """A block was finished, or no longer is (post_save and post_delete of completion.BlockCompletion)."""
    if not raw and is_tracked(course_key := str(instance.context_key)):
        note_look_again(instance.user_id, course_key, now=clock.now())


def on_enrollment(signal: Any, sender: Any, enrollment: Any, **kwargs: Any) -> None:
    """An enrolment was made, changed or ended; the platform says so twice, early and late."""
    _note(enrollment.user.id, enrollment.course)


def on_grade(signal: Any, sender: Any, grade: Any, **kwargs: Any) -> None:
    """A worker has stored a grade, seconds after the work that it judges."""
    _note(grade.user_id, grade.course)


def on_passing_status(signal: Any, sender: Any, course_passing_status: Any, **kwargs: Any) -> None:
    """A grade was calculated, whether or not that changed anything."""
    _note(course_passing_status.user.id, course_passing_status.course)


def on_certificate(signal: Any, sender: Any, certificate: Any, **kwargs: Any) -> None:
    """A certificate was given, changed or revoked; the platform repeats itself."""
    _note(certificate.user.id, certificate.course)


def on_preference(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """A preference was chosen, changed or taken back (post_save and post_delete of UserPreference)."""
    if not raw and instance.key == TIME_ZONE:
        note_new_zone(instance.user_id, now=clock.now())


def on_retirement(sender: Any, user: Any, **kwargs: Any) -> None:
    """An account is being retired; told in two steps that fail with whoever raises, so that the second may repair."""
    try:
        retire_learner(user.id, now=clock.now())
    except Exception:
        log.exception("mandatory_assignments: learner %s could not be retired", user.id)


def _note(learner_id: int, course: Any) -> None:
    if is_tracked(course_key := str(course.course_key)):
        note_look_again(learner_id, course_key, now=clock.now())
