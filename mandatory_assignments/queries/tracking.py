"""Which courses matter to us, answered from sets that this process keeps for a minute."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import Error, transaction

from ..data import TrainingKind
from ..host import lms
from ..models import ModuleBlock, Training
from ..settings import setting
from .trainings import assigned_keys, tracked_keys

REFRESH_SECONDS = 60.0

log = logging.getLogger(__name__)


@dataclass
class _Kept:
    course_keys: frozenset[str] = frozenset()
    fresh_until: float = float("-inf")


_tracked, _assigned = _Kept(), _Kept()


def is_tracked(course_key: str) -> bool:
    """Whether work in a course matters to a training, or to the switch that tracks courses, as of at most a minute ago.

    Costs no query but one a minute and process. Never raises: it is asked inside the host's own requests. When the
    database does not answer, what was known stays.
    """
    return course_key in _fresh(_tracked, tracked_keys) or is_switched_on(course_key)


def is_assigned(course_key: str) -> bool:
    """Whether any assignment there ever was needs a course, as of at most a minute ago; costs and fails as above."""
    return course_key in _fresh(_assigned, assigned_keys)


def _fresh(kept: _Kept, read: Callable[[], list[str]]) -> frozenset[str]:
    if time.monotonic() >= kept.fresh_until:
        kept.fresh_until = time.monotonic() + REFRESH_SECONDS
        try:
            with transaction.atomic():
                kept.course_keys = frozenset(read())
        except Error:
            log.exception("mandatory_assignments: a set of courses could not be read")
    return kept.course_keys


def is_switched_on(course_key: str) -> bool:
    """Whether the setting tracks this course even though it is no training yet. Costs no query."""
    switch = setting("TRACK_ALL_COURSES")
    org = lms.course_org(course_key) if switch else ""
    return bool(org) and (switch is True or (isinstance(switch, Collection) and org in switch))


def switched_on_courses() -> list[str]:
    """The keys of the catalogue's courses that the switch tracks; nothing is read without it."""
    switch = setting("TRACK_ALL_COURSES")
    if not switch:
        return []
    found = lms.courses_by_org(None if switch is True else list(switch))
    return sorted(course.key for course in found if is_switched_on(course.key))


def trainings_in_courses() -> dict[str, set[int]]:
    """By the key of every tracked course the ids of the course training and of the modules in it, in two queries."""
    found: dict[str, set[int]] = defaultdict(set)
    courses = Training.objects.filter(kind=TrainingKind.COURSE, offline=False).values_list("key", "id")
    blocks = ModuleBlock.objects.order_by().values_list("course_key", "module_id").distinct()
    for key, training_id in [*courses, *blocks]:
        found[key].add(training_id)
    return dict(found)


def forget_tracked_courses() -> None:
    """Makes this process read the sets again at the next question."""
    _tracked.fresh_until = float("-inf")
    forget_assigned_courses()


def forget_assigned_courses() -> None:
    """Makes this process read again in which courses anything is assigned, at the next question."""
    _assigned.fresh_until = float("-inf")
