"""The viewer's own assignments in one course, as the XBlock inside a unit shows them."""

from datetime import datetime
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import transaction
from django.template.loader import render_to_string

from .. import wording
from ..queries import entrances, tracking, viewing


def stylesheet() -> str:
    """The address of our stylesheet."""
    return staticfiles_storage.url("mandatory_assignments/assignments.css")


def own_assignments(block: Any, heading: str, now: datetime) -> str:
    """The list's HTML for whom the block is rendered. No query in a course in which nobody has to do anything."""
    course_key, viewer_id = str(block.scope_ids.usage_id.context_key), viewing.viewer_id(block)
    rows = []
    if viewer_id and tracking.is_assigned(course_key):
        with transaction.atomic():
            rows = entrances.my_cycles_in(viewer_id, course_key)
    return render_to_string(
        "mandatory_assignments/learner/course_block.html",
        {"heading": heading, "rows": [wording.shown(row, now) for row in rows], "framed": True},
    )
