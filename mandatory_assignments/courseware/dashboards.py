"""What course staff see of us in the platform's instructor dashboards: whether anything, and a course's figures.

The figures are counted by what the list behind each link asks, so that they cannot differ from it.
"""

from datetime import datetime
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from .. import wording
from ..data import Scope, Status
from ..queries import access, assignments, overview, standing, trainings


def scope_in(user: Any, course_key: str) -> Scope | None:
    """What this user may see, where the course's page of ours opens for them; None where it does not."""
    scope = access.scope(user)
    return scope if trainings.usable_course(scope, course_key) else None


def course_page(course_key: str) -> str:
    """The path of the staff page limited to one course."""
    return reverse("mandatory_assignments:staff-course", kwargs={"course_key": course_key})


def figures(scope: Scope, course_key: str, now: datetime) -> str:
    """The HTML of the course's figures, each a link to the rows that it counts."""
    soon, page = overview.soon(now), course_page(course_key)
    asked: list[tuple[str, str, dict[str, Any], dict[str, str]]] = [
        ("overdue", _("Overdue"), {"statuses": {Status.OVERDUE}}, {"status": Status.OVERDUE}),
        (
            "soon",
            _("Due in 7 days"),
            {"statuses": standing.OPEN_STATUSES, "due_before": soon},
            {"status": standing.OPEN, "due_before": soon.isoformat()},
        ),
        ("attention", _("Needs attention"), {"needs_attention": True}, {"status": "", "attention": "1"}),
        ("open", _("Open"), {"statuses": standing.OPEN_STATUSES}, {"status": standing.OPEN}),
    ]
    tiles = []
    for name, text, conditions, query in asked:
        count, exact = assignments.count(assignments.cycles(scope, now=now, course_key=course_key, **conditions))
        tiles.append(
            {
                "name": name,
                "text": text,
                "count": count,
                "number": wording.number(count, exact),
                "url": f"{page}?{urlencode(query)}",
            }
        )
    context = {
        "tiles": tiles,
        "page": page,
        "progress": reverse("mandatory_assignments:staff-course-progress", kwargs={"course_key": course_key}),
        "stylesheet": staticfiles_storage.url("mandatory_assignments/assignments.css"),
    }
    return render_to_string("mandatory_assignments/course_figures.html", context)
