"""What an assignment is to be made of: the training that is meant, whose it becomes, and whom it may reach.

Outside the scope nothing is found; what cannot be used is said in the words for what does not exist.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from organizations.models import Organization

from .. import data
from ..data import Forbidden, Invalid, Problem, Scope, TrainingKind
from ..models import Training
from . import people, training_lists, trainings


def check_assigns(scope: Scope) -> None:
    """Raises Forbidden for a role that assigns nothing at all."""
    if not scope.assigns:
        raise Forbidden(Problem("forbidden", _("Your role does not let you assign anything.")))


@dataclass(frozen=True, slots=True)
class Target:
    """The training that is meant, or the course that is none yet; whose it is, and the courses it requires.

    `inside` tells that the actor is on the staff of all of these.
    """

    meant: Training | data.Course
    owner: Organization | None
    course_keys: tuple[str, ...]
    inside: bool


def target(scope: Scope, reference: str) -> Target:
    """What is meant by a training's uuid or a key, if this scope may use it."""
    row = training_lists.named(scope, reference)
    found: Target | None
    if row is not None and (row.offline or row.kind != TrainingKind.COURSE):
        found = _bundle(scope, row)
    else:
        found = _course(scope, row.key if row else reference)
    if found is None:
        message = _('No training "%(entry)s" can be found.') % {"entry": reference}
        raise Invalid(Problem("unknown_training", message, "training"))
    if isinstance(found.meant, Training) and found.meant.archived_at:
        message = _('"%(name)s" is archived and cannot be assigned any more.') % {"name": found.meant.name}
        raise Invalid(Problem("archived_training", message, "training"))
    return found


def _bundle(scope: Scope, row: Training) -> Target:
    course_keys = trainings.shapes([row.id])[row.id].course_keys
    return Target(row, row.organization, course_keys, training_lists.inside(scope, course_keys))


def _course(scope: Scope, course_key: str) -> Target | None:
    course = trainings.usable_course(scope, course_key)
    if course is None:
        return None
    owner = trainings.course_owner(course.key)
    row = trainings.course_trainings([course.key]).get(course.key)
    return Target(row or course, owner, (course.key,), training_lists.inside(scope, [course.key]))


def organization_for(scope: Scope, target: Target, short_name: str | None) -> Organization:
    """Whom the assignment belongs to: the one named, else the training's owner, else the actor's only one."""
    candidates = {row.short_name: row for row in people.organizations_to_assign_for(scope)}
    if target.owner and target.inside:
        candidates[target.owner.short_name] = target.owner
    if short_name:
        if short_name in candidates:
            return candidates[short_name]
        raise Invalid(
            Problem(
                "unknown_organization",
                _('No organization "%(name)s" can be found.') % {"name": short_name},
                "organization",
            )
        )
    if target.owner and target.owner.short_name in candidates:
        return target.owner
    if len(candidates) == 1:
        return next(iter(candidates.values()))
    raise Invalid(Problem("organization_required", _("Name the organization for which you assign."), "organization"))


def within(scope: Scope, target: Target, owner: Organization) -> Q:
    """Whom this actor may assign something to: members, or for course staff the people of the courses."""
    if scope.everything:
        return people.everybody()
    found = Q(pk__in=())
    if owner.id in scope.organization_ids:
        found |= people.members_of(owner.id)
    if target.inside:
        for course_key in target.course_keys:
            found |= people.enrolled_in(course_key)
    return found
