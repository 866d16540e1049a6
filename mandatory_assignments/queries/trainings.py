"""Which trainings there are and whom they belong to."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from organizations.models import Organization, OrganizationCourse

from ..data import Course, Criterion, Scope, Shape, TrainingKind
from ..host import lms
from ..models import Assignment, ModuleBlock, Training, TrainingPart
from ..settings import setting
from .access import shared_trainings, staffs_course


def training(reference: str) -> Training | None:
    """The training with this uuid, or the course with this key where it is one already."""
    try:
        return Training.objects.select_related("organization").filter(uuid=uuid.UUID(reference)).first()
    except ValueError:
        return Training.objects.select_related("organization").filter(key=reference).first()


def course(course_key: str) -> Course | None:
    """The course run with this key on the platform."""
    return lms.courses([course_key], build=True).get(course_key)


def course_owner(course_key: str) -> Organization | None:
    """The organization to which the platform says the course belongs."""
    found = lms.organizations([course_key]).get(course_key)
    return Organization.objects.filter(id=found).first() if found else None


def owners(course_keys: Collection[str]) -> dict[str, int]:
    """The id of the organization to which the platform says each course belongs, where it belongs to one."""
    return lms.organizations(course_keys)


def course_trainings(course_keys: Collection[str]) -> dict[str, Training]:
    """The course trainings among these keys."""
    return {row.key: row for row in Training.objects.filter(kind=TrainingKind.COURSE, key__in=course_keys)}


def names(training_ids: Collection[int]) -> dict[int, str]:
    """The name of each training."""
    return dict(Training.objects.filter(id__in=training_ids).values_list("id", "name"))


def tracked_keys() -> list[str]:
    """The keys of all courses in which somebody's work matters to a training, in one query.

    Those that are trainings, the courses of paths among them, and those that modules take blocks of.
    """
    courses = Training.objects.filter(kind=TrainingKind.COURSE, offline=False).values_list("key", flat=True)
    return list(courses.order_by().union(ModuleBlock.objects.order_by().values_list("course_key", flat=True)))


def assigned_keys() -> list[str]:
    """The keys of all courses that an assignment needs or needed, in one query."""
    own, of_module, of_path = (
        Exists(Assignment.objects.filter(training_id=OuterRef(column))) for column in ("id", "module_id", "path_id")
    )
    courses = Training.objects.filter(own, kind=TrainingKind.COURSE, offline=False).values_list("key", flat=True)
    blocks = ModuleBlock.objects.filter(of_module).values_list("course_key", flat=True)
    parts = TrainingPart.objects.filter(of_path, required=True, course__offline=False)
    return list(courses.order_by().union(blocks.order_by(), parts.order_by().values_list("course__key", flat=True)))


def shapes(training_ids: Collection[int]) -> dict[int, Shape]:
    """What these trainings, archived ones too, are judged from: three queries."""
    return _shapes(
        Training.objects.filter(id__in=training_ids),
        ModuleBlock.objects.filter(module_id__in=training_ids).order_by("module_id", "position"),
        _required_parts().filter(path_id__in=training_ids),
    )


def shapes_around(keys: Collection[str]) -> dict[int, Shape]:
    """Everything that has to be known to judge what these courses concern, in four queries, archived trainings too.

    Concerned are the courses themselves, modules with a block in them, paths that require them. Around those lie the
    course trainings of all their courses and every module with a block in one of these, whose floors and testimonies
    matter. A key may also be that of a training without content: that one, and the paths that require it.
    """
    requiring = TrainingPart.objects.filter(course__key__in=keys, required=True).order_by().values("path_id")
    parts = list(_required_parts().filter(path_id__in=requiring))
    touched = ModuleBlock.objects.filter(course_key__in=keys).order_by().values("module_id")
    inside = ModuleBlock.objects.filter(module_id__in=touched).order_by().values_list("course_key", flat=True)
    around = {*keys, *inside.distinct(), *(part.course.key for part in parts)}
    modules = ModuleBlock.objects.filter(course_key__in=around).order_by().values("module_id")
    blocks = list(ModuleBlock.objects.filter(module_id__in=modules).order_by("module_id", "position"))
    ids = {*(block.module_id for block in blocks), *(part.path_id for part in parts)}
    return _shapes(Training.objects.filter(Q(key__in=around) | Q(id__in=ids)), blocks, parts)


def look_keys(training_ids: Collection[int]) -> dict[int, str]:
    """For each training a key with which `shapes_around` finds it: what a wish to look at somebody again names."""
    found = shapes(training_ids)
    offline = {id for shape in found.values() for id in shape.offline_parts}
    own = dict(Training.objects.filter(id__in={*training_ids, *offline}).values_list("id", "key"))
    return {
        id: next(iter((*shape.course_keys, *(own[part] for part in shape.offline_parts), own[id])))
        for id, shape in found.items()
    }


def around_keys(training_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """For each training the keys with which `shapes_around` finds all that it may be part of, itself included."""
    found, own = shapes(training_ids), look_keys(training_ids)
    return {
        id: shape.course_keys if shape.course_keys and shape.kind != TrainingKind.PATH else (own[id],)
        for id, shape in found.items()
    }


def _required_parts() -> QuerySet[TrainingPart]:
    return TrainingPart.objects.filter(required=True).select_related("course").order_by("path_id", "position")


def _shapes(rows: Iterable[Training], blocks: Iterable[ModuleBlock], parts: Iterable[TrainingPart]) -> dict[int, Shape]:
    """The shapes of these rows out of their modules' blocks and their paths' required parts, both in order."""
    blocks_of: dict[int, list[ModuleBlock]] = defaultdict(list)
    for block in blocks:
        blocks_of[block.module_id].append(block)
    parts_of: dict[int, list[TrainingPart]] = defaultdict(list)
    for part in parts:
        parts_of[part.path_id].append(part)
    return {row.id: _shape(row, blocks_of[row.id], parts_of[row.id]) for row in rows}


def _shape(row: Training, blocks: Iterable[ModuleBlock], parts: Iterable[TrainingPart]) -> Shape:
    kind = TrainingKind(row.kind)
    match kind:
        case _ if row.offline:
            courses: list[str] = []
        case TrainingKind.COURSE:
            courses = [row.key]
        case TrainingKind.MODULE:
            courses = [block.course_key for block in blocks]
        case TrainingKind.PATH:
            courses = [part.course.key for part in parts if not part.course.offline]
    return Shape(
        id=row.id,
        key=row.key,
        kind=kind,
        criterion=Criterion(row.criterion),
        offline=row.offline,
        course_keys=tuple(dict.fromkeys(courses)),
        block_keys=tuple(block.block_key for block in blocks),
        offline_parts=tuple(part.course_id for part in parts if part.course.offline),
    )


def usual_criterion(kind: TrainingKind) -> Criterion:
    """What completes a training for which nobody said so."""
    chosen = Criterion.CONTENT if kind == TrainingKind.MODULE else setting("CRITERION")
    return Criterion(chosen) if chosen in list(Criterion) else Criterion.CONTENT_AND_PASSING


def usable_course(scope: Scope, course_key: str) -> Course | None:
    """The course run with this key, if this scope may assign it."""
    return usable_courses(scope, [course_key]).get(course_key)


def usable_courses(scope: Scope, course_keys: Collection[str]) -> dict[str, Course]:
    """Those of the course runs that this scope may assign: its own, its organizations' and those shared with them.

    The platform is asked for no others: whether a course of others exists makes no difference.
    """
    return {course.key: course for course in lms.courses(_usable(scope, course_keys), build=True).values()}


def courses_for(scope: Scope) -> list[Course]:
    """The courses this scope may assign, by name."""
    if scope.everything:
        found = lms.courses_by_org(None)
    else:
        coordinated = Organization.objects.filter(id__in=scope.organization_ids, active=True)
        linked = OrganizationCourse.objects.filter(organization_id__in=scope.organization_ids, active=True)
        orgs = {*coordinated.values_list("short_name", flat=True), *scope.course_orgs}
        keys = {*linked.values_list("course_id", flat=True), *scope.course_keys, *_shared_course_keys(scope)}
        by_key = {course.key: course for course in lms.courses_by_org(orgs)} | lms.courses(keys)
        found = [by_key[key] for key in _usable(scope, by_key)]
    return sorted(found, key=lambda course: (course.name.casefold(), course.key))


def _usable(scope: Scope, course_keys: Collection[str]) -> list[str]:
    """Those of the keys whose courses the scope may assign, if there are such courses."""
    if scope.everything:
        return list(course_keys)
    owners, shared = lms.organizations(course_keys), _shared_course_keys(scope)
    return [
        key
        for key in course_keys
        if staffs_course(scope, key, lms.course_org(key)) or owners.get(key) in scope.organization_ids or key in shared
    ]


def _shared_course_keys(scope: Scope) -> set[str]:
    rows = Training.objects.filter(shared_trainings(scope), kind=TrainingKind.COURSE, offline=False)
    return set(rows.values_list("key", flat=True))
