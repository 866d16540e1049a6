"""Trainings as staff see them: which ones, what can be said about each, and who may change it."""

import uuid
from collections.abc import Collection

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from ..data import PathPart, Scope, Sharing, TrainingFacts, TrainingKind
from ..host import lms
from ..models import ModuleBlock, Training, TrainingPart, TrainingShare
from . import access, trainings

ALL = "*"
"""Stands in `shared_with` for all organizations."""


def visible(
    scope: Scope,
    *,
    kinds: Collection[TrainingKind] = (),
    organization: str = "",
    search: str = "",
    archived: bool | None = None,
) -> QuerySet[Training]:
    """What this scope may assign, narrowed by kinds, the owner's short name, a part of name or key, archived or not."""
    rows = _whole(Training.objects.filter(access.visible_trainings(scope)))
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if organization:
        rows = rows.filter(organization__short_name=organization)
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(key__icontains=search))
    return rows if archived is None else rows.filter(archived_at__isnull=not archived)


def training(scope: Scope, training_uuid: uuid.UUID) -> Training | None:
    """One training that this scope may assign."""
    return _whole(Training.objects.filter(access.visible_trainings(scope), uuid=training_uuid)).first()


def named(scope: Scope, reference: str) -> Training | None:
    """The training with this uuid or key that this scope may assign."""
    try:
        meant = Q(uuid=uuid.UUID(reference))
    except ValueError:
        meant = Q(key=reference)
    return Training.objects.select_related("organization").filter(access.visible_trainings(scope), meant).first()


def to_assign(scope: Scope, course_key: str = "") -> list[Training]:
    """The modules, paths and trainings in person that this scope may assign now, by name.

    With a course only the modules that lie wholly inside it.
    """
    rows = Training.objects.filter(access.visible_trainings(scope), archived_at=None)
    rows = rows.exclude(kind=TrainingKind.COURSE, offline=False).order_by("name", "id")
    if course_key:
        elsewhere = ModuleBlock.objects.filter(module=OuterRef("pk")).exclude(course_key=course_key)
        rows = rows.filter(~Exists(elsewhere), blocks__course_key=course_key).distinct()
    return list(rows)


def archived_courses(course_keys: Collection[str]) -> set[str]:
    """Those of the courses that are trainings no longer to be assigned."""
    rows = Training.objects.filter(key__in=course_keys, archived_at__isnull=False)
    return set(rows.values_list("key", flat=True))


def may_change(scope: Scope, row: Training) -> bool:
    """Whether this scope may change the training: its owner's coordinators, and the staff of all courses inside.

    A path takes a coordinator. A course is whose the platform says it is.
    """
    if scope.everything:
        return True
    if row.kind == TrainingKind.COURSE and not row.offline:
        owner = lms.organizations([row.key]).get(row.key)
        return owner in scope.organization_ids or access.staffs_course(scope, row.key, lms.course_org(row.key))
    return row.organization_id in scope.organization_ids or (
        row.kind == TrainingKind.MODULE and inside(scope, trainings.shapes([row.id])[row.id].course_keys)
    )


def inside(scope: Scope, course_keys: Collection[str]) -> bool:
    """Whether the scope has all of these courses itself, and there are any."""
    return bool(course_keys) and all(access.staffs_course(scope, key, lms.course_org(key)) for key in course_keys)


def facts(row: Training) -> TrainingFacts:
    """All that people may say about the training, as it is; no query for a row out of these lists."""
    sharing = Sharing(row.sharing)
    listed = [share.organization.short_name for share in row.shares.all()]
    return TrainingFacts(
        kind=TrainingKind(row.kind),
        key=row.key,
        name=row.name,
        description=row.description,
        context=row.context,
        goals=row.goals,
        organization=row.organization.short_name if row.organization else None,
        criterion=row.criterion,
        offline=row.offline,
        shared_with=(ALL,) if sharing == Sharing.ALL else tuple(sorted(listed) if sharing == Sharing.LISTED else ()),
        blocks=tuple(block.block_key for block in row.blocks.all()),
        parts=tuple(PathPart(part.course.key, part.required) for part in row.parts.all()),
    )


def in_person(scope: Scope) -> list[Training]:
    """The courses that take place in person and may be part of a path, by name."""
    rows = Training.objects.filter(access.visible_trainings(scope), kind=TrainingKind.COURSE, offline=True)
    return list(rows.filter(archived_at=None).order_by("name", "id"))


def _whole(rows: QuerySet[Training]) -> QuerySet[Training]:
    return rows.select_related("organization").prefetch_related(
        Prefetch("blocks", ModuleBlock.objects.order_by("position")),
        Prefetch("parts", TrainingPart.objects.select_related("course").order_by("position")),
        Prefetch("shares", TrainingShare.objects.select_related("organization")),
    )
