"""What the blocks, courses and organizations that people name for a training are, and what is wrong with them.

What lies outside the scope answers as if it did not exist; what is in the training already may stay.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from organizations.models import Organization

from ..data import Course, CourseOutline, PathPart, Problem, Scope, TrainingFacts, TrainingKind
from ..host import lms
from ..models import Training
from ..rules import describing
from . import access, people, trainings
from .training_lists import ALL, inside

MOST_BLOCKS = 1000
MOST_PARTS = 200


Part = tuple[Training | Course, bool]
"""A course of a path, which may be no training yet, and whether it is required."""


@dataclass(frozen=True, slots=True)
class Content:
    """What the names in `facts` stand for, and what is wrong with them; None for lists that stay as they are.

    `facts` are those that were wanted with every name in its usual form. Blocks are (course key, block key).
    """

    facts: TrainingFacts
    owner: Organization | None
    blocks: Sequence[tuple[str, str]] | None
    parts: Sequence[Part] | None
    shares: Sequence[Organization] | None
    problems: Sequence[Problem]


def content(scope: Scope, wanted: TrainingFacts, before: TrainingFacts | None = None) -> Content:
    """Looks up what these facts name, for a training that is new or was as `before`."""
    was = before or TrainingFacts(wanted.kind)
    found_blocks = found_parts = shares = None
    course_keys: list[str] = []
    problems: list[Problem] = []
    if wanted.blocks != was.blocks:
        found_blocks, found = _blocks(scope, wanted.blocks, was.blocks)
        course_keys = list(dict.fromkeys(course_key for course_key, _key in found_blocks))
        problems += found
    if wanted.parts != was.parts:
        found_parts, found = _parts(scope, wanted.parts, [part.course for part in was.parts])
        course_keys = [
            course.key for course, _required in found_parts if isinstance(course, Course) or not course.offline
        ]
        wanted = replace(wanted, parts=tuple(PathPart(course.key, required) for course, required in found_parts))
        problems += found
    if wanted.shared_with != was.shared_with:
        shares, found = _shares(wanted.shared_with)
        problems += found
    if (before and before.organization == wanted.organization) or describing.is_course_run(wanted):
        owner = Organization.objects.filter(short_name=wanted.organization).first() if wanted.organization else None
    elif problems and not wanted.organization:
        owner = None
    else:
        owner, found = _owner(scope, wanted.organization, course_keys)
        problems += found
    facts = replace(wanted, organization=owner.short_name if owner else None)
    return Content(facts, owner, found_blocks, found_parts, shares, problems)


def _blocks(scope: Scope, keys: Sequence[str], stored: Collection[str]) -> tuple[list[tuple[str, str]], list[Problem]]:
    """The blocks with these usage keys: sections, subsections and units of courses that this scope may use."""
    if len(keys) > MOST_BLOCKS:
        return [], [_too_many("blocks", MOST_BLOCKS)]
    courses = lms.block_courses(keys)
    new = {courses[key] for key in keys if key in courses and key not in stored}
    usable = trainings.usable_courses(scope, new)
    outlines = lms.outlines(sorted({*usable, *(courses[key] for key in keys if key in stored)}))
    within = {key: above for outline in outlines.values() for key, above in _within(outline)}
    chosen, seen, problems, found = set(keys), set[str](), list[Problem](), list[tuple[str, str]]()
    for key in keys:
        if key not in stored and (key not in within or courses[key] not in usable):
            message = _('There is no section, subsection or unit "%(key)s" that you may use.') % {"key": key}
            problems.append(Problem("unknown_block", message, "blocks"))
        elif key in seen:
            problems.append(Problem("duplicate_block", _('"%(key)s" is named twice.') % {"key": key}, "blocks"))
        elif around := chosen.intersection(within.get(key, ())):
            message = _('"%(key)s" is named twice: it lies within "%(around)s".') % {"key": key, "around": min(around)}
            problems.append(Problem("duplicate_block", message, "blocks"))
        else:
            seen.add(key)
            found.append((courses[key], key))
    return found, problems


@dataclass(frozen=True, slots=True)
class Tree:
    """A course out of whose outline blocks can be picked, unless it is only there because some have been."""

    key: str
    name: str
    outline: CourseOutline
    usable: bool

    @property
    def titles(self) -> dict[str, str]:
        """The title of each section, subsection and unit, in course order."""
        found = {}
        for section in self.outline.sections:
            found[section.key] = section.title
            for part in section.subsections:
                found[part.key] = part.title
                found |= {unit.key: unit.title for unit in part.units}
        return found

    @property
    def above(self) -> dict[str, tuple[str, ...]]:
        """Each of them with those that it lies in."""
        return dict(_within(self.outline))


def trees(scope: Scope, course_keys: Sequence[str], stored: Collection[str] = ()) -> list[Tree]:
    """The outlines of these courses that this scope may use, and of those in which the `stored` blocks lie."""
    usable = trainings.usable_courses(scope, course_keys)
    courses = {**lms.courses(set(courses_of(stored)).intersection(course_keys)), **usable}
    outlines = lms.outlines(courses)
    return [
        Tree(key, courses[key].name, outlines[key], key in usable)
        for key in dict.fromkeys(course_keys)
        if key in outlines
    ]


def courses_of(block_keys: Collection[str]) -> list[str]:
    """The courses in which these blocks lie, in order."""
    return list(dict.fromkeys(lms.block_courses(block_keys).values()))


def _within(outline: CourseOutline) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each block that a module may hold, with those that it lies in."""
    for section in outline.sections:
        yield section.key, ()
        for part in section.subsections:
            yield part.key, (section.key,)
            for unit in part.units:
                yield unit.key, (section.key, part.key)


def _parts(scope: Scope, named: Sequence[PathPart], stored: Collection[str]) -> tuple[list[Part], list[Problem]]:
    """The courses that a path names by course key, or by the uuid or key of a course that takes place in person."""
    if len(named) > MOST_PARTS:
        return [], [_too_many("parts", MOST_PARTS)]
    courses = _courses(scope, {part.course for part in named}, stored)
    problems, found, seen = list[Problem](), list[Part](), set[str]()
    for part in named:
        course = courses.get(part.course)
        if course is None:
            problems.append(unknown_course(part.course, "parts"))
        elif course.key in seen:
            message = _('"%(course)s" is named twice.') % {"course": part.course}
            problems.append(Problem("duplicate_course", message, "parts"))
        elif isinstance(course, Training) and course.archived_at and course.key not in stored:
            message = _('"%(course)s" is archived: restore it first.') % {"course": part.course}
            problems.append(Problem("archived_training", message, "parts"))
        else:
            seen.add(course.key)
            found.append((course, part.required))
    return found, problems


def _courses(scope: Scope, references: Collection[str], stored: Collection[str]) -> dict[str, Training | Course]:
    """By what was named: the training that it is already, or the course run that is none yet."""
    uuids = {reference: uuid for reference in references if (uuid := _uuid(reference))}
    rows = list(Training.objects.filter(Q(uuid__in=uuids.values()) | Q(key__in=references), kind=TrainingKind.COURSE))
    in_person = {row.id for row in rows if row.offline}
    visible = set(
        Training.objects.filter(access.visible_trainings(scope), id__in=in_person).values_list("id", flat=True)
    )
    by_name = {row.key: row for row in rows} | {str(row.uuid): row for row in rows}
    names = {reference: str(uuids.get(reference, reference)) for reference in references}
    asked = {by_name[name].key if name in by_name else name for name in names.values()} - set(stored)
    usable = trainings.usable_courses(scope, asked)
    found: dict[str, Training | Course] = {}
    for reference, name in names.items():
        row = by_name.get(name)
        if row and (row.key in stored or row.id in visible or row.key in usable):
            found[reference] = row
        elif row is None and name in usable:
            found[reference] = usable[name]
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _shares(names: Sequence[str]) -> tuple[list[Organization], list[Problem]]:
    """The organizations with these short names; none for "*" alone."""
    if tuple(names) == (ALL,):
        return [], []
    found = {row.short_name: row for row in Organization.objects.filter(short_name__in=names, active=True)}
    problems = [unknown_organization(name, "shared_with") for name in names if name not in found]
    return [found[name] for name in names if name in found], problems


def _owner(scope: Scope, name: str | None, course_keys: Collection[str]) -> tuple[Organization | None, list[Problem]]:
    """The organization named, else that of all the courses, else the actor's only one.

    None where nobody owns it: for global staff, and where none of the courses is anybody's.
    """
    owners = lms.organizations(course_keys)
    owner_ids = {owners.get(key) for key in course_keys}
    candidates = {row.id: row for row in people.organizations_to_assign_for(scope)}
    if inside(scope, course_keys):
        candidates |= {row.id: row for row in Organization.objects.filter(id__in=owner_ids - {None}, active=True)}
    if name:
        chosen = next((row for row in candidates.values() if row.short_name == name), None)
        return chosen, [] if chosen else [unknown_organization(name, "organization")]
    if len(owner_ids) == 1 and (only := next(iter(owner_ids))) in candidates:
        return candidates[only], []
    if scope.everything or (owner_ids == {None} and inside(scope, course_keys)):
        return None, []
    if len(candidates) == 1:
        return next(iter(candidates.values())), []
    message = _("Name the organization that shall own the training.")
    return None, [Problem("organization_required", message, "organization")]


def unknown_course(reference: str, field: str) -> Problem:
    """The one answer for a course that is not there, whatever the reason."""
    return Problem("unknown_course", _('No course "%(entry)s" can be found.') % {"entry": reference}, field)


def unknown_organization(name: str, field: str) -> Problem:
    """The one answer for an organization that is not there, whatever the reason."""
    return Problem("unknown_organization", _('No organization "%(name)s" can be found.') % {"name": name}, field)


def _too_many(field: str, most: int) -> Problem:
    return Problem("too_many", _("At most %(most)d are allowed.") % {"most": most}, field)
