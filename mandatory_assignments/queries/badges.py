"""What of a course somebody has to do, or did, for assignments of any kind: block by block, in constant queries."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from ..data import CourseOutline, Status
from ..models import Cycle
from ..rules import evidence as rules
from . import evidence, standing
from .leaving import requires

SILENT = frozenset({Status.WITHDRAWN, Status.MISSED, Status.EXEMPT, Status.PAUSED})
"""Nobody has to do anything now, and nobody did it for an assignment."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A unit or subsection of an assignment: the round whose due date counts, and whether all of it is done.

    `covering` are all rounds that it belongs to, the most urgent first.
    """

    cycle: Cycle
    done: bool
    covering: tuple[Cycle, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subsection stands. `unique` says that no other one of the course has its title."""

    title: str
    section: str
    unique: bool


@dataclass(frozen=True, slots=True)
class CourseBadges:
    """The badges of a course by usage key, and the rounds that they come from, the most urgent first.

    `places` has the subsections with a badge that section and title alone tell from all others.
    """

    blocks: dict[str, Badge] = field(default_factory=dict)
    cycles: tuple[Cycle, ...] = ()
    places: dict[str, Place] = field(default_factory=dict)


def binding_cycles(
    learner_id: int, course_key: str, now: datetime, block_keys: Collection[str] | None = None
) -> list[Cycle]:
    """The present round of each of the learner's assignments that need the course: one query, the most urgent first.

    Open ones come before completed ones; whatever obliges nobody is left out. With `block_keys` modules count only
    when they hold one of these.
    """
    rows = Cycle.objects.filter(requires([course_key], block_keys), learner_id=learner_id)
    latest: dict[int, Cycle] = {}
    for row in rows.select_related("training", "assignment__assigned_by").order_by("-number"):
        latest.setdefault(row.assignment_id, row)
    found = [row for row in latest.values() if standing.status_of(row, now) not in SILENT]
    return sorted(found, key=_urgency)


def course_badges(learner_id: int, course_key: str, now: datetime) -> CourseBadges:
    """What this learner's assignments ask for in the course. One query where nothing is assigned to them there.

    A unit shows the due date that comes first among those for which it is still to be done. All units of a completed
    round are done; a subsection is when all of its units with a badge are.
    """
    cycles = binding_cycles(learner_id, course_key, now)
    if not cycles:
        return CourseBadges()
    look = evidence.look_in_course(learner_id, course_key, {cycle.training_id for cycle in cycles})
    outline = look.catalogue.outlines.get(course_key)
    if outline is None:
        return CourseBadges(cycles=tuple(cycles))
    units: dict[str, list[tuple[Cycle, bool]]] = {}
    for cycle in cycles:
        shape = look.catalogue.shapes.get(cycle.training_id)
        if shape is not None:
            floors = look.floors((learner_id, cycle.training_id), cycle.id)
            for _course, counted, done in rules.units_of(shape, look.catalogue, look.learners[learner_id], floors):
                units.setdefault(counted.unit.key, []).append((cycle, done or not cycle.open))
    blocks = {key: _badge(found) for key, found in units.items()}
    return CourseBadges(blocks | _subsections(outline, blocks), tuple(cycles), _places(outline, blocks))


def _urgency(cycle: Cycle) -> tuple[bool, float, int]:
    """Open ones by deadline, then those that are through, the latest first."""
    due = cycle.due_at.timestamp()
    return not cycle.open, due if cycle.open else -due, cycle.id


def _badge(found: Collection[tuple[Cycle, bool]]) -> Badge:
    """Undone for as long as it is so for anything."""
    cycle, done = min(found, key=lambda each: (each[1], _urgency(each[0])))
    return Badge(cycle, done, tuple(sorted((each for each, _done in found), key=_urgency)))


def _subsections(outline: CourseOutline, units: dict[str, Badge]) -> dict[str, Badge]:
    found = {}
    for section in outline.sections:
        for part in section.subsections:
            inside = [units[unit.key] for unit in part.units if unit.key in units]
            if inside:
                covering = {cycle.id: cycle for badge in inside for cycle in badge.covering}
                first = min(inside, key=lambda badge: (badge.done, _urgency(badge.cycle)))
                found[part.key] = Badge(first.cycle, first.done, tuple(sorted(covering.values(), key=_urgency)))
    return found


def _places(outline: CourseOutline, units: dict[str, Badge]) -> dict[str, Place]:
    parts = [(section.title, part) for section in outline.sections for part in section.subsections]
    titles = Counter(part.title for _section, part in parts)
    both = Counter((section, part.title) for section, part in parts)
    return {
        part.key: Place(part.title, section, titles[part.title] == 1)
        for section, part in parts
        if both[section, part.title] == 1 and any(unit.key in units for unit in part.units)
    }
