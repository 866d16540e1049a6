"""Series whose next cycle is to open, and what keeps one from opening."""

from collections.abc import Collection
from datetime import datetime

from ..models import Absence, Assignment, Cycle


def due_assignments(now: datetime, limit: int) -> list[tuple[int, int]]:
    """The (id, learner id) of assignments whose next cycle opens now, the earliest first."""
    rows = Assignment.objects.filter(next_opens_at__lte=now).order_by("next_opens_at", "id")
    return list(rows.values_list("id", "learner_id")[:limit])


def present_cycles(assignment_ids: Collection[int], now: datetime) -> list[Cycle]:
    """The present cycle of each of these assignments that is still due, with all that opening another one needs."""
    rows = Cycle.objects.filter(assignment_id__in=assignment_ids, assignment__next_opens_at__lte=now)
    rows = rows.select_related("assignment__learner", "assignment__training", "fulfilled_by").order_by("number")
    return list({row.assignment_id: row for row in rows}.values())


def absences(cycles: Collection[Cycle]) -> dict[tuple[int, int], Absence]:
    """By (organization, learner) the absences that were not ended early; some may be over."""
    rows = Absence.objects.filter(
        organization_id__in={cycle.organization_id for cycle in cycles},
        learner_id__in={cycle.learner_id for cycle in cycles},
        live=True,
    )
    return {(row.organization_id, row.learner_id): row for row in rows}


def live_series(after_id: int, limit: int) -> list[int]:
    """The next assignments by id whose series lives."""
    rows = Assignment.objects.filter(id__gt=after_id, open=True, repeat_every__isnull=False, repetition_ended_at=None)
    return list(rows.order_by("id").values_list("id", flat=True)[:limit])
