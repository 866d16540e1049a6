"""The banner above a unit that a learner has to do: a watch with the due date and the notes, a check mark once done.

It runs at every unit view by everybody, so it first asks the set of assigned courses that the process keeps.
"""

import logging
from datetime import datetime
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import transaction
from django.template.loader import render_to_string

from ..queries import badges, tracking, viewing
from ..settings import setting
from ..wording import badges as wording

IN_THE_UNIT = "filter"
"""The value of the setting NOTE_SURFACE with which there is a banner."""

log = logging.getLogger(__name__)


def stylesheet() -> str:
    """The address of our stylesheet."""
    return staticfiles_storage.url("mandatory_assignments/assignments.css")


def unit_banner(block: Any, now: datetime) -> str:
    """The banner's HTML for whom the unit is rendered; empty where nothing is assigned or anything fails."""
    try:
        course_key = str(block.scope_ids.usage_id.context_key)
        if setting("NOTE_SURFACE") != IN_THE_UNIT or not tracking.is_assigned(course_key):
            return ""
        learner_id = viewing.viewer_id(block)
        with transaction.atomic():
            return _banner(block, learner_id, course_key, now) if learner_id else ""
    except Exception:
        log.exception("mandatory_assignments: the banner of a unit could not be made")
        return ""


def _banner(block: Any, learner_id: int, course_key: str, now: datetime) -> str:
    cycles = badges.binding_cycles(learner_id, course_key, now, viewing.place_keys(block))
    if not cycles:
        return ""
    first = cycles[0]
    done = not first.open or viewing.unit_is_done(block, learner_id, course_key)
    noted = [cycle for cycle in cycles if cycle.assignment.note and (cycle.open or cycle is first)]
    named = wording.needs_name(first, len(cycles))
    return render_to_string(
        "mandatory_assignments/unit_banner.html",
        {
            "done": done,
            "overdue": wording.is_overdue(first, done, now),
            "frozen": wording.is_frozen(first, done, now),
            "due_told": wording.due_told(first, done, now),
            "training": first.training.name if named and first not in noted else "",
            "notes": [wording.note(cycle, named=named) for cycle in noted],
        },
    )
