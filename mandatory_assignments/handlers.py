"""Platform events. They are hints: each only says "look again at this person in this course", and none ever raises."""

from typing import Any

from . import clock
from .queries.tracking import is_tracked
from .services.look_again import note_look_again


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


def _note(learner_id: int, course: Any) -> None:
    if is_tracked(course_key := str(course.course_key)):
        note_look_again(learner_id, course_key, now=clock.now())
