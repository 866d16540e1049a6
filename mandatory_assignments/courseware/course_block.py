"""The viewer's own assignments in one course, as the XBlock inside a unit shows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import transaction
from django.template.loader import render_to_string

from .. import wording
from ..queries import entrances, people, tracking, viewing


def stylesheet() -> str:
    """The address of our stylesheet."""
    return staticfiles_storage.url("mandatory_assignments/assignments.css")


def own_assignments(block: Any, heading: str, now: datetime) -> str:
    """The list's HTML for whom the block is rendered. No query in a course in which nobody has to do anything."""
    course_key = str(block.scope_ids.usage_id.context_key)
    if not tracking.is_assigned(course_key):
        return _listed(heading, [])
    with transaction.atomic():
        viewer_id = viewing.viewer_id(block)
        cycles = entrances.my_cycles_in(viewer_id, course_key) if viewer_id else []
        zone = people.zones([viewer_id])[viewer_id] if viewer_id and cycles else ""
        return _listed(heading, [wording.shown(cycle, now, reader_zone=zone) for cycle in cycles])


def _listed(heading: str, rows: Sequence[Any]) -> str:
    context = {"heading": heading, "rows": rows, "framed": True}
    return render_to_string("mandatory_assignments/learner/course_block.html", context)
