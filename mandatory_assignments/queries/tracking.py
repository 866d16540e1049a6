"""Which courses matter to us, answered from a set that this process keeps for a minute."""

import logging
import time
from dataclasses import dataclass

from django.db import Error, transaction

from .trainings import tracked_keys

REFRESH_SECONDS = 60.0

log = logging.getLogger(__name__)


@dataclass
class _Kept:
    course_keys: frozenset[str] = frozenset()
    fresh_until: float = float("-inf")


_kept = _Kept()


def is_tracked(course_key: str) -> bool:
    """Whether a course is a training, as of at most a minute ago. Costs no query but one a minute and process.

    Never raises: it is asked inside the host's own requests. When the database does not answer, what was known stays.
    """
    if time.monotonic() >= _kept.fresh_until:
        _kept.fresh_until = time.monotonic() + REFRESH_SECONDS
        try:
            with transaction.atomic():
                _kept.course_keys = frozenset(tracked_keys())
        except Error:
            log.exception("mandatory_assignments: the set of tracked courses could not be read")
    return course_key in _kept.course_keys


def forget_tracked_courses() -> None:
    """Makes this process read the set again at the next question."""
    _kept.fresh_until = float("-inf")
