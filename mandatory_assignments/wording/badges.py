"""What a unit says of an assignment: by when it is to be done, or that it is done; and a note that is not too long."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from ..data import Modifier, TrainingKind
from ..models import Cycle
from ..queries import standing
from . import obligations
from .dates import day

LONG = 300
"""Characters after which a note is folded."""

MANY_LINES = 6


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it is shown: `start` is its beginning where it is folded, else empty."""

    text: str
    start: str
    training: str


def due_told(cycle: Cycle, done: bool, now: datetime) -> str:
    """The due day and what it means now: "Mandatory – due Friday, 14 May 2027"."""
    if done:
        return _("Done – was due %(due_day)s") % {"due_day": day(cycle.due_on)}
    if is_overdue(cycle, done, now):
        facts = {"due_day": day(cycle.due_on), "due_text": obligations.due_in_words(cycle, now)}
        return _("Mandatory – was due %(due_day)s, %(due_text)s") % facts
    return _("Mandatory – due %(due_day)s") % {"due_day": day(cycle.due_on)}


def is_overdue(cycle: Cycle, done: bool, now: datetime) -> bool:
    """Whether something should have been done by now."""
    return not done and now > cycle.due_at


def is_frozen(cycle: Cycle, done: bool, now: datetime) -> bool:
    """Whether what is done of it from now on no longer counts."""
    return not done and Modifier.FROZEN in standing.modifiers_of(cycle, now)


def needs_name(cycle: Cycle, several: int) -> bool:
    """Whether the training has to be named in a course: when it is another one, or one of several."""
    return several > 1 or cycle.training.kind != TrainingKind.COURSE


def note(cycle: Cycle, *, named: bool) -> Note:
    """The assignment's note, folded where it is long; `named` with the training that it belongs to."""
    text = cycle.assignment.note
    folded = len(text) > LONG or text.count("\n") >= MANY_LINES
    start = Truncator(" ".join(text.split())).chars(LONG // 2) if folded else ""
    return Note(text, start, cycle.training.name if named else "")
