"""A learner lives in another zone now: deadlines and holds follow, as far as they are neither passed nor near."""

from collections.abc import Collection
from datetime import datetime

from ..models import Cycle, Deadline
from ..queries import cycles as cycle_queries
from ..queries import policies
from ..rules import deadlines
from . import audit, holding, series
from . import deadlines as due


def follow_learners(learner_ids: Collection[int], *, now: datetime) -> list[Cycle]:
    """Gives the open cycles of these people the zone in which their days end now; those that changed.

    Each keeps its due day and its deadline version. What stays, because its deadline has passed or is near, keeps the
    days of its holds too.
    """
    versions, entries = [], []
    zones_before: dict[int, str] = {}
    open_cycles = cycle_queries.open_cycles(learner_ids)
    zones = policies.zones_of(open_cycles)
    changed = []
    for cycle in open_cycles:
        moved = deadlines.moved_to(due.present(cycle), zones[cycle.id], now)
        if moved is None:
            continue
        before = {"zone": cycle.zone, "due_at": cycle.due_at.isoformat()}
        zones_before[cycle.id] = cycle.zone
        versions.append(due.revise(cycle, moved, now=now))
        after = {"zone": cycle.zone, "due_at": cycle.due_at.isoformat()}
        entries.append(audit.entry("zone_changed", now=now, assignment=cycle.assignment, before=before, after=after))
        changed.append(cycle)
    if changed:
        holding.follow_zone(changed, zones_before, now=now)
        Deadline.objects.bulk_create(versions, batch_size=500)
        Cycle.objects.bulk_update(changed, holding.COLUMNS, batch_size=100)
        series.save(changed)
        audit.append(entries)
    return changed
