"""How far people are: one row per person and training that they began or completed, assigned or not.

A list reads the progress row alone. Staff see those whose completions they may record (queries.reach), and managers
their team; what is outside does not exist.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeVar

from django.contrib.auth import get_user_model
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from organizations.models import Organization

from ..data import Scope, TrainingKind
from ..host import lms
from ..models import Completion, Cycle, Membership, ModuleBlock, OrganizationMember, Progress, Training, TrainingPart
from . import access, teams, trainings
from .assignments import trainings_meant
from .evidence import Key
from .parts import (
    MOST_APART,
    MOST_SCATTERED,
    MOST_TRAININGS,
    NOBODY,
    Part,
    Parted,
    any_of,
    apart,
    of_learners,
    of_people,
    of_trainings,
)

Rows = TypeVar("Rows", bound=QuerySet[Progress])

COLUMN = "recent_at"
"""What the list is ordered by, the latest first."""

MOST_GROUNDS = 100
"""Whose trainings lie in more different courses than this, sees there everybody, enrolled or not by now."""

NOBODYS = (NOBODY, NOBODY)
"""The key of no row: looked for where none was found, so that what is out of reach costs as much."""

SHOWN = Q(recent_at__isnull=False)
"""The rows that tell anything, by an index: of others all was revoked or is to be done anew, and nothing happened."""


def rows(
    scope: Scope,
    *,
    kind: str = "",
    training: str = "",
    course_key: str = "",
    learner: str = "",
    organization: str = "",
    department: str = "",
    group: str = "",
    status: str = "",
    search: str = "",
) -> QuerySet[Progress]:
    """What this scope sees, narrowed by kind, training (uuid or key), username or e-mail, status and so on.

    `course_key` means what lies wholly inside that course. `organization` is a short name: that of the people, as
    `department` (with everything below it) and `group`, which are uuids. `search` is a part of a person's or a
    training's name.
    """
    kinds = [kind] if kind else list(TrainingKind)
    found = Q(state=status) & SHOWN if status else SHOWN
    closed = found & Q(kind=kind) if kind else found
    by_kind = [Part(found & Q(kind=each)) for each in kinds]
    narrowed = [_visible_parts(scope)]
    if training:
        narrowed.append(of_trainings(trainings_meant(training), COLUMN))
    if course_key:
        narrowed.append(of_trainings(inside_course(course_key), COLUMN))
    if learner:
        meant = Q(email__iexact=learner) if "@" in learner else Q(username=learner)
        ids = get_user_model().objects.filter(meant).values_list("id", flat=True)
        narrowed.append([of_learners(list(ids))])
    if organization:
        narrowed.append([of_people(_members_named(scope, organization))])
    if department:
        narrowed.append([of_people(teams.members_of_department(scope, department))])
    if group:
        narrowed.append([of_people(teams.members_of_group(scope, group))])
    if search:
        narrowed.append(_named(search, scope))
    if training or course_key:
        by_kind = [Part(closed)]
    return _with_names(Parted(Progress)).of_parts(closed, by_kind, *narrowed)


def row_of_completion(completion_uuid: uuid.UUID) -> Progress:
    """The row that tells of this completion, whoever asks."""
    one = Completion.objects.get(uuid=completion_uuid)
    return _with_names(Progress.objects.all()).get(learner_id=one.learner_id, training_id=one.training_id)


def keys_of(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Key]:
    """By uuid the (learner, training) of each of these rows, whoever asks, also of what tells nothing any more."""
    found = Progress.objects.filter(uuid__in=ids).values_list("uuid", "learner_id", "training_id")
    return {id: (learner_id, training_id) for id, learner_id, training_id in found}


def named_rows(keys: Sequence[Key]) -> list[Progress]:
    """The rows of these keys in their order, with names."""
    people_ids, training_ids = {key[0] for key in keys}, {key[1] for key in keys}
    found = _with_names(Progress.objects.filter(learner_id__in=people_ids, training_id__in=training_ids))
    by_key = {(row.learner_id, row.training_id): row for row in found}
    return [by_key[key] for key in keys if key in by_key]


def matching_ids(found: QuerySet[Progress], most: int) -> list[uuid.UUID]:
    """The uuids of the rows of a list, at most so many."""
    return list(found.select_related(None).order_by("learner_id", "id").values_list("uuid", flat=True)[:most])


def matching_keys(found: QuerySet[Progress], most: int) -> list[Key]:
    """The (learner, training) of the rows of a list, at most so many."""
    plain = found.select_related(None).order_by("learner_id", "id")
    return list(plain.values_list("learner_id", "training_id")[:most])


def inside_course(course_key: str) -> list[int]:
    """The ids of the course as a training, and of the modules and paths that hold nothing else."""
    blocks, parts = ModuleBlock.objects.filter(module=OuterRef("pk")), TrainingPart.objects.filter(path=OuterRef("pk"))
    modules = Exists(blocks.filter(course_key=course_key)) & ~Exists(blocks.exclude(course_key=course_key))
    paths = Exists(parts.filter(course__key=course_key)) & ~Exists(parts.exclude(course__key=course_key))
    return list(Training.objects.filter(Q(key=course_key) | modules | paths).values_list("id", flat=True))


# ----- what the scope sees --------------------------------------------------------------------------------------------


def _visible_parts(scope: Scope) -> list[Part]:
    if scope.everything:
        return [Part(Q())]
    found = []
    if scope.organization_ids:
        members = OrganizationMember.objects.filter(organization_id__in=scope.organization_ids)
        found.append(of_people(members.values_list("user_id", flat=True)) & _business_of(scope.organization_ids))
    if scope.course_keys or scope.course_orgs:
        found += _of_courses(scope)
    for team in scope.teams:
        theirs = _business_of(frozenset({team.organization_id}))
        if team.person_ids:
            found.append(of_learners(team.person_ids) & theirs)
        if team.department_ids:
            below = Membership.objects.filter(department_id__in=team.department_ids)
            found.append(of_people(below.values_list("user_id", flat=True)) & theirs)
    return apart(found)


def _business_of(organization_ids: frozenset[int]) -> Part:
    """The trainings that these organizations may assign, and whatever else they did assign to the person."""
    usable = access.visible_trainings(Scope(actor_id=0, organization_ids=organization_ids))
    assigned = Cycle.objects.filter(
        organization_id__in=organization_ids, learner_id=OuterRef("learner_id"), training_id=OuterRef("training_id")
    )
    return Part(Q(training_id__in=_ids(usable)) | Q(Exists(assigned)))


def _of_courses(scope: Scope) -> list[Part]:
    """The trainings that lie wholly inside the scope's courses, of the people who are enrolled in what they take."""
    own = replace(scope, organization_ids=frozenset(), teams=())
    shapes = trainings.shapes(_ids(access.visible_trainings(own)))
    grounds: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for shape in shapes.values():
        grounds[shape.course_keys].append(shape.id)
    if len(grounds) > MOST_GROUNDS:
        return of_trainings(shapes.keys(), COLUMN)
    enrolled = {keys: any_of([Part(Q(learner_id__in=lms.enrolled_learners(key))) for key in keys]) for keys in grounds}
    if len(grounds) > MOST_APART:
        own_people = any_of([Part(Q(training_id__in=ids) & enrolled[keys]) for keys, ids in grounds.items()])
        return [part & Part(own_people) for part in of_trainings(shapes.keys(), COLUMN)]
    found = []
    for keys, ids in grounds.items():
        few = all(lms.enrolled_learners(key)[: MOST_SCATTERED + 1].count() <= MOST_SCATTERED for key in keys)
        if few:
            found.append(Part(Q(training_id__in=ids) & enrolled[keys], scattered=True))
        else:
            found += [part & Part(enrolled[keys]) for part in of_trainings(ids, COLUMN)]
    return found


def _ids(condition: Q) -> list[int]:
    return list(Training.objects.filter(condition).values_list("id", flat=True)) or [NOBODY]


def _members_named(scope: Scope, short_name: str) -> "QuerySet[OrganizationMember, int]":
    """The ids of the members of an organization whose people the scope knows; nobody of others."""
    known = [*scope.organization_ids, *(team.organization_id for team in scope.teams)]
    seen = Q() if scope.everything else Q(id__in=known)
    named = Organization.objects.filter(seen, short_name=short_name).values_list("id", flat=True)
    return OrganizationMember.objects.filter(organization_id__in=list(named)).values_list("user_id", flat=True)


def _named(text: str, scope: Scope) -> list[Part]:
    """Whose name, or the name of what they began, contains the text."""
    by_name = list(Training.objects.filter(name__icontains=text).values_list("id", flat=True)) or [NOBODY]
    learners = lms.people_named(text, MOST_SCATTERED + 1, access.only_people(scope))
    many = len(learners) > MOST_SCATTERED
    people = Part(Q(learner_id__in=lms.named(text))) if many else of_learners(learners)
    return apart([people, Part(Q(training_id__in=by_name), scattered=len(by_name) <= MOST_TRAININGS)])


def _with_names(found: Rows) -> Rows:
    return found.select_related("training", "learner").defer(*_unshown_columns())


@cache
def _unshown_columns() -> tuple[str, ...]:
    joined: dict[str, type[Model]] = {"learner": get_user_model(), "training": Training}
    shown = {"id", "uuid", "kind", "key", "name", "username", "offline", "archived_at"}
    return tuple(
        f"{path}__{field.name}"
        for path, model in joined.items()
        for field in model._meta.concrete_fields
        if field.name not in shown
    )
