"""How the front end's script gets what it shows: in words of the reader's language, with addresses that are whole."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ... import wording
from ...queries import people
from ...queries.badges import Badge, CourseBadges
from ...settings import setting
from ...wording.badges import due_told, is_frozen, is_overdue, needs_name
from .shapes import instant

Address = Callable[..., str]
"""Makes the whole address of one of our pages from its name and what stands in it."""


def badges(found: CourseBadges, now: datetime) -> dict[str, Any]:
    """What everybody gets: the badges by usage key, and the notes."""
    noted = [cycle for cycle in found.cycles if cycle.assignment.note]
    names = people.names([cycle.assignment.assigned_by for cycle in noted if cycle.assignment.assigned_by])
    return {
        "blocks": {key: _badge(badge, now) for key, badge in found.blocks.items()},
        "notes": [
            {
                "assignment": str(cycle.assignment.uuid),
                "training": cycle.training.name,
                "note": cycle.assignment.note,
                "assigned_by": names[by.id] if (by := cycle.assignment.assigned_by) else None,
                "due_at": instant(cycle.due_at),
                "due_text": due_told(cycle, not cycle.open, now),
            }
            for cycle in noted
        ],
    }


def badges_for_script(found: CourseBadges, now: datetime, address: Address) -> dict[str, Any]:
    """The same with all that the script needs beside it."""
    told = badges(found, now)
    for key, badge in found.blocks.items():
        told["blocks"][key] |= {
            "overdue": is_overdue(badge.cycle, badge.done, now),
            "frozen": is_frozen(badge.cycle, badge.done, now),
            "training": badge.cycle.training.name if needs_name(badge.cycle, len(badge.covering)) else None,
            "assignments": [str(cycle.assignment.uuid) for cycle in badge.covering],
        }
    return told | {
        "assignments": [_assignment(cycle, now, address) for cycle in found.cycles],
        "places": {
            key: {"title": place.title, "section": place.section, "unique": place.unique}
            for key, place in found.places.items()
        },
        "note_surface": setting("NOTE_SURFACE"),
        "words": {
            "one": _("Mandatory assignment"),
            "here": _("Mandatory assignments in this course"),
            "note": _("Note"),
            "note_from": _("Note from %(name)s"),
            "more": _("Show all of it"),
            "less": _("Show less"),
            "frozen": _("What you do now no longer counts for the assignment."),
        },
    }


def _badge(badge: Badge, now: datetime) -> dict[str, Any]:
    return {
        "due_at": instant(badge.cycle.due_at),
        "due_text": due_told(badge.cycle, badge.done, now),
        "done": badge.done,
    }


def _assignment(cycle: Any, now: datetime, address: Address) -> dict[str, Any]:
    done = not cycle.open
    return {
        "id": str(cycle.assignment.uuid),
        "title": cycle.training.name,
        "url": address("my-assignment", assignment_id=cycle.assignment.uuid),
        "due_text": due_told(cycle, done, now),
        "done": done,
        "overdue": is_overdue(cycle, done, now),
        "percent": cycle.percent,
        "progress_label": _progress_in(cycle.training.name),
    }


def dashboard(cards: list[wording.Shown], more: int, older: int, unread: int, address: Address) -> dict[str, Any]:
    """The dashboard's section; no links where there is nothing to tell."""
    links = []
    if unread:
        text = ngettext("%(counter)s unread message", "%(counter)s unread messages", unread) % {"counter": unread}
        links.append({"text": text, "url": address("inbox")})
    if older:
        text = ngettext("%(counter)s older, still open", "%(counter)s older, still open", older) % {"counter": older}
        links.append({"text": text, "url": address("my-assignments")})
    if more:
        text = ngettext("%(counter)s more, and all my assignments", "%(counter)s more, and all my assignments", more)
        links.append({"text": text % {"counter": more}, "url": address("my-assignments")})
    elif cards or links:
        links.append({"text": _("All my assignments"), "url": address("my-assignments")})
    return {"title": _("Mandatory assignments"), "assignments": [_card(row, address) for row in cards], "links": links}


def _card(row: wording.Shown, address: Address) -> dict[str, Any]:
    goes_on = row.open and not row.held and not row.offline
    return {
        "id": str(row.id),
        "title": row.training,
        "url": address("my-assignment", assignment_id=row.id),
        "continue_url": address("my-assignment-continue", assignment_id=row.id) if goes_on else None,
        "continue_text": _("Continue"),
        "status": row.status,
        "status_text": row.status_text,
        "frozen_text": _("Frozen") if row.frozen else None,
        "due_text": f"{row.due_text} – {row.due_told}" if row.due_told else row.due_text,
        "hindrance": row.hindrance or None,
        "units_text": row.units_text,
        "percent": row.percent,
        "progress_label": _progress_in(row.training),
    }


def _progress_in(training: str) -> str:
    return _("Progress in %(training)s") % {"training": training}
