"""The section beside the learner's courses: what must be done, by when, how far it is."""

import logging
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from .. import clock, wording
from ..queries import assignments, noticing, people

MOST_SHOWN = 5
"""Assignments in the section; the others are a click away."""

log = logging.getLogger(__name__)


def course_dashboard(context: dict[str, Any], **kwargs: Any) -> dict[str, SafeString]:
    """What the LMS's dashboard shows of ours: `section`, empty when there is nothing to show. Never raises."""
    try:
        with transaction.atomic():
            return {"section": _section(context["user"])}
    except Exception:
        log.exception("mandatory_assignments: the dashboard section could not be made")
        return {"section": mark_safe("")}


def _section(user: Any) -> SafeString:
    if not user.is_authenticated:
        return mark_safe("")
    now = clock.now()
    rows, older = assignments.my_dashboard(user.id, now)
    unread = noticing.unread(user.id)
    if not (rows or older or unread):
        return mark_safe("")
    zone = people.zones([user.id])[user.id]
    return render_to_string(
        "mandatory_assignments/learner/section.html",
        {
            "rows": [wording.shown(row, now, reader_zone=zone) for row in rows[:MOST_SHOWN]],
            "more": len(rows[MOST_SHOWN:]),
            "older": older,
            "unread": unread,
        },
    )
