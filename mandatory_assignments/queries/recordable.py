"""What speaks against recording that somebody completed something on some day."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from ..data import Problem
from ..host import lms
from ..models import Completion, Cycle, EvidenceArchive
from ..rules import deadlines
from ..settings import setting
from . import trainings
from .evidence import Key

COMPLETED = "already_completed"

EARLIEST = date(1900, 1, 1)
"""A day before that is a slip of the pen."""

LAST_ZONE = "Etc/GMT+12"
"""Where a day begins last: what is not in the future there is so nowhere."""


def wrong_day(day: date, zones: Collection[str], now: datetime) -> Problem | None:
    """Why nothing can have been completed on this day, judged in whichever of the zones is furthest ahead."""
    last = max(deadlines.local_day(now, zone) for zone in zones)
    facts = {"day": day.isoformat(), "last": last.isoformat(), "first": EARLIEST.isoformat()}
    if day > last:
        message = _("%(day)s is in the future; the last date allowed is %(last)s.")
        return Problem("in_the_future", message % facts, "completed_on")
    if day < EARLIEST:
        message = _("%(day)s is too long ago; the first date allowed is %(first)s.")
        return Problem("too_long_ago", message % facts, "completed_on")
    return None


def is_certainly_past(day: date, now: datetime) -> bool:
    """Whether the day has begun in every zone and is none of long ago, so that nobody's zone need be known."""
    return EARLIEST <= day <= deadlines.local_day(now, LAST_ZONE)


def own(learner_id: int, actor: Any) -> Problem | None:
    """Why nobody records what they completed themselves, unless the site lets them."""
    if learner_id != actor.id or setting("RECORD_OWN"):
        return None
    return Problem("own_completion", _("Somebody else has to record what you completed yourself."), "learner")


def already_on(day: date) -> Problem:
    """That the very same is recorded."""
    return Problem(
        COMPLETED,
        _("That this was completed on %(day)s is recorded already.") % {"day": day.isoformat()},
        "learner",
    )


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is known of some (learner, training): days recorded by people, the latest completion, open rounds beside."""

    open: Collection[Key] = ()
    days: Mapping[Key, Collection[date]] = field(default_factory=dict)
    latest: Mapping[Key, date | datetime] = field(default_factory=dict)

    def completed(self, key: Key, on: date, *, historic: bool) -> date | datetime | None:
        """The day, or instant, of the completion beside which another of that day says nothing new; None where it does.

        With an open round, and for records of the past, that is the same one alone.
        """
        if on in self.days.get(key, ()):
            return on
        return None if historic or key in self.open else self.latest.get(key)


def recorded(keys: Collection[tuple[int, Hashable]]) -> Recorded:
    """What is known of these keys, in two queries at most; a course that is no training yet is unknown to all."""
    wanted: set[Any] = {key for key in keys if isinstance(key[1], int)}
    concerned = Q(learner_id__in={key[0] for key in wanted}, training_id__in={key[1] for key in wanted})
    days: dict[Key, set[date]] = {}
    latest: dict[Key, date | datetime] = {}
    rows = Completion.objects.filter(concerned, live=True).order_by("happened_at")
    for learner_id, training_id, on, at in rows.values_list("learner_id", "training_id", "happened_on", "happened_at"):
        if (key := (learner_id, training_id)) in wanted:
            latest[key] = on or at
            if on:
                days.setdefault(key, set()).add(on)
    # A round matters beside a completion alone.
    beside = Q(learner_id__in={key[0] for key in latest}, training_id__in={key[1] for key in latest})
    cycles = Cycle.objects.filter(beside, open=True).values_list("learner_id", "training_id")
    return Recorded(latest.keys() & set(cycles), days, latest)


def has_worked(learner_id: int, training_id: int) -> bool:
    """Whether the platform, or the archive, knows of anything that the person did inside the training."""
    course_keys = trainings.shapes([training_id])[training_id].course_keys
    archived = EvidenceArchive.objects.filter(learner_id=learner_id, course_key__in=course_keys)
    return bool(lms.begun_courses([learner_id], course_keys)) or archived.exists()


def stands_alone(key: Key) -> bool:
    """Whether one live completion is all that is known of the person in the training, so that it can be taken back."""
    return Completion.objects.filter(learner_id=key[0], training_id=key[1], live=True).count() == 1 and not has_worked(
        *key
    )


def completed(before: date | datetime, zone: str) -> Problem:
    """That there is a completion beside which another says nothing new."""
    day = deadlines.local_day(before, zone) if isinstance(before, datetime) else before
    return Problem(COMPLETED, _("Completed on %(day)s already.") % {"day": day.isoformat()})


def unknown_training(entry: str) -> Problem:
    """The one answer for every training that is not found, whatever the reason."""
    return Problem("unknown_training", _('No training "%(entry)s" can be found.') % {"entry": entry}, "training")
