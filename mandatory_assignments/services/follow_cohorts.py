"""Learning groups that follow a cohort of the platform: linked, brought to what it holds, and let go again.

Nobody becomes a member of the organization by being in a cohort, and nobody leaves it. Without actor the system acts.
"""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ..data import Conflict, Invalid, Outcome, Problem
from ..models import LearningGroup
from ..queries import cohorts, directory
from ..queries.cohorts import Cohort
from ..records import directory as records
from ..verb import verb


@verb()
def link_group(group: uuid.UUID, *, course: str, cohort: str, actor: Any = None, now: datetime) -> Outcome:
    """Lets a learning group follow the cohort of this name in the course run (key), and brings it to what that holds.

    `created` and `changed` hold the ids of who came and went. Coordinators link to courses that their organization
    owns, global staff to any. Raises Forbidden; Invalid `unknown_group`, `unknown_cohort`.
    """
    scope = directory.keeper(actor)
    row = _locked(directory.group_to_keep(scope, group), now)
    wanted = Cohort(course, cohort)
    if not cohorts.may_follow(scope, row, wanted):
        message = _('There is no cohort "%(cohort)s" in the course %(course)s, or the organization does not own it.')
        raise Invalid(Problem("unknown_cohort", message % {"cohort": cohort, "course": course}, "cohort"))
    before = cohorts.followed(row)
    if before != wanted:
        row.cohort_course_key, row.cohort_name = course, cohort
        row.save(update_fields=["cohort_course_key", "cohort_name"])
        _note("group_linked", row, actor=actor, now=now, before=before, after=wanted)
    return _brought([row], actor=actor, now=now)


@verb()
def unlink_group(group: uuid.UUID, *, actor: Any = None, now: datetime) -> Outcome:
    """Lets a learning group follow no cohort any more; its members stay. The uuid is in `changed`, or in `unchanged`.

    Raises Forbidden; Invalid `unknown_group`.
    """
    row = _locked(directory.group_to_keep(directory.keeper(actor), group), now)
    before = cohorts.followed(row)
    if before is None:
        return Outcome(unchanged=[row.uuid])
    row.cohort_course_key, row.cohort_name, row.refreshed_at = "", "", None
    row.save(update_fields=["cohort_course_key", "cohort_name", "refreshed_at"])
    _note("group_unlinked", row, actor=actor, now=now, before=before)
    return Outcome(changed=[row.uuid])


@verb()
def refresh_group(group: uuid.UUID, *, actor: Any = None, now: datetime) -> Outcome:
    """Brings a learning group to what its cohort holds now; `created` and `changed` hold who came and went.

    Raises Forbidden; Invalid `unknown_group`; Conflict `not_linked`, and `cohort_gone`, where nobody leaves.
    """
    row = _locked(directory.group_to_keep(directory.keeper(actor), group), now)
    if cohorts.followed(row) is None:
        raise Conflict(Problem("not_linked", _("This learning group follows no cohort.")))
    outcome = _brought([row], actor=actor, now=now)
    if outcome.refused:
        raise Conflict(outcome.refused[0][1])
    return outcome


@verb()
def refresh_groups(ids: Collection[int], *, now: datetime) -> Outcome:
    """Brings these learning groups (ids), as far as they follow cohorts, to what those hold now.

    `created` and `changed` hold who came and went, `refused` pairs of a group and a problem: its cohort is gone, and
    everybody stays.
    """
    rows = LearningGroup.objects.filter(id__in=ids).exclude(cohort_course_key="")
    for owner in sorted({row.organization for row in rows.select_related("organization")}, key=lambda each: each.id):
        records.lock(owner, now=now)
    return _brought(list(rows.select_related("organization").order_by("id")), actor=None, now=now)


def _brought(rows: Collection[LearningGroup], *, actor: Any, now: datetime) -> Outcome:
    """Brings groups that are locked to what their cohorts hold."""
    followed = {row: cohort for row in rows if (cohort := cohorts.followed(row))}
    found = cohorts.changes(followed)
    came: list[int] = []
    went: list[int] = []
    for row, change in found.items():
        if change.coming:
            came += records.join(row, change.coming, actor=actor, now=now)
        if change.going:
            went += records.leave(row, change.going, actor=actor, now=now)
    LearningGroup.objects.filter(id__in=[row.id for row in found]).update(refreshed_at=now)
    return Outcome(
        created=came,
        changed=went,
        refused=[(row.id, _gone(cohort)) for row, cohort in followed.items() if row not in found],
    )


def _gone(cohort: Cohort) -> Problem:
    message = _('The cohort "%(cohort)s" is not there any more. Everybody stays in the learning group.')
    return Problem("cohort_gone", message % {"cohort": cohort.name}, "cohort")


def _locked(row: LearningGroup, now: datetime) -> LearningGroup:
    """The group as it is once nobody else changes this organization's directory."""
    records.lock(row.organization, now=now)
    fresh = LearningGroup.objects.filter(id=row.id).select_related("organization").first()
    if fresh is None:
        message = _('No learning group "%(entry)s" can be found.') % {"entry": row.uuid}
        raise Invalid(Problem("unknown_group", message, "group"))
    return fresh


def _note(
    act: str, row: LearningGroup, *, actor: Any, now: datetime, before: Cohort | None, after: Cohort | None = None
) -> None:
    records.note(
        act,
        [None],
        row.organization,
        actor=actor,
        now=now,
        before={"group": row.name, **_told(before)},
        after={"group": row.name, **_told(after)},
    )


def _told(cohort: Cohort | None) -> dict[str, str]:
    return {"cohort": cohort.name, "course": cohort.course_key} if cohort else {}
