"""The banner above a unit that a learner has to do: a watch with the due date and the note, a check mark once done.

It runs at every unit view by everybody, so it first asks the set of tracked courses that the process keeps.
"""

import logging
from datetime import datetime
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import transaction
from django.template.loader import render_to_string

from .. import wording
from ..data import Modifier, Status
from ..queries import assignments, standing, tracking, viewing

SILENT = (Status.WITHDRAWN, Status.MISSED, Status.EXEMPT, Status.PAUSED)
"""Nobody has to do the unit now, and nobody did it for an assignment."""

log = logging.getLogger(__name__)


def stylesheet() -> str:
    """The address of our stylesheet."""
    return staticfiles_storage.url("mandatory_assignments/assignments.css")


def unit_banner(block: Any, now: datetime) -> str:
    """The banner's HTML for whom the unit is rendered; empty where nothing is assigned or anything fails."""
    try:
        course_key = str(block.scope_ids.usage_id.context_key)
        if not tracking.is_tracked(course_key):
            return ""
        learner_id = viewing.viewer_id(block)
        with transaction.atomic():
            return _banner(block, learner_id, course_key, now) if learner_id else ""
    except Exception:
        log.exception("mandatory_assignments: the banner of a unit could not be made")
        return ""


def _banner(block: Any, learner_id: int, course_key: str, now: datetime) -> str:
    cycles = assignments.cycles_of_course(learner_id, course_key)
    cycle = next((row for row in cycles if standing.status_of(row, now) not in SILENT), None)
    if cycle is None:
        return ""
    done = not cycle.open or viewing.unit_is_done(block, cycle.learner_id, course_key)
    return render_to_string(
        "mandatory_assignments/unit_banner.html",
        {
            "done": done,
            "overdue": not done and now > cycle.due_at,
            "frozen": Modifier.FROZEN in standing.modifiers_of(cycle, now),
            "due_day": wording.day(cycle.due_on),
            "due_text": wording.due_in_words(cycle, now),
            "note": cycle.assignment.note,
        },
    )
