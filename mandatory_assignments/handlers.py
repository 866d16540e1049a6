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
    if is_tracked(course_key := str(enrollment.course.course_key)):
        note_look_again(enrollment.user.id, course_key, now=clock.now())
