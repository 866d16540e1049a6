"""Everything that is kept about one assignment beside its row: deadlines, holds, enrolments, people around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model

from ..host import lms
from ..models import Absence, Cycle, Deadline, Hold, RequiredEnrollment
from ..rules import deadlines
from . import changing, evidence, items, people
from .managers import managers


@dataclass(frozen=True, slots=True)
class Dossier:
    """What staff see of one round. Deadlines and holds come latest first; `courses` maps keys to names.

    `names` maps ids to the names of those who set deadlines and holds, `managers` are the learner's own by name.
    `absence` is one that is not over. `percent_before` is what was done before the round began, None where unknown.
    """

    deadlines: Sequence[Deadline]
    holds: Sequence[Hold]
    enrollments: Sequence[RequiredEnrollment]
    courses: Mapping[str, str]
    names: Mapping[int, str]
    managers: Sequence[str]
    absence: Absence | None
    percent_before: int | None


def dossier(cycle: Cycle, now: datetime) -> Dossier:
    """The dossier of a cycle: as many queries whatever there is in it."""
    due = list(Deadline.objects.filter(cycle=cycle).order_by("-version", "-revision"))
    holds = list(Hold.objects.filter(cycle=cycle).order_by("-id"))
    enrollments = list(RequiredEnrollment.objects.filter(assignment_id=cycle.assignment_id).order_by("course_key"))
    courses = lms.courses([row.course_key for row in enrollments]) if enrollments else {}
    manager_ids = managers([cycle.learner_id], cycle.organization_id)[cycle.learner_id]
    recorded_by = {*(row.recorded_by_id for row in due), *(row.recorded_by_id for row in holds)}
    names = people.names(list(get_user_model().objects.filter(id__in={*recorded_by, *manager_ids})))
    return Dossier(
        deadlines=due,
        holds=holds,
        enrollments=enrollments,
        courses={key: course.name for key, course in courses.items()},
        names=names,
        managers=sorted(names[id] for id in manager_ids),
        absence=_absence(cycle, now),
        percent_before=_percent_before(cycle),
    )


def _absence(cycle: Cycle, now: datetime) -> Absence | None:
    found = changing.absences(cycle.organization_id, [cycle.learner_id]).get(cycle.learner_id)
    return found if found and deadlines.local_day(now, cycle.zone) <= found.until_on else None


def _percent_before(cycle: Cycle) -> int | None:
    look, _ = evidence.exact(evidence.look_at([(cycle.learner_id, cycle.training_id)]))
    return items.percent_before(cycle, look)
