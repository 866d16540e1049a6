"""What one learner has to do in an assignment, item by item, with what is done already and what was done before it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from ..data import Ceiling, CourseOutline, Shape, TrainingKind
from ..host import lms
from ..models import Cycle
from ..rules import counting, deadlines
from ..rules import evidence as rules
from ..rules.counting import CountedUnit
from . import evidence, trainings
from .evidence import Look


@dataclass(frozen=True, slots=True)
class Item:
    """A unit that counts, or a training without content: where it stands, whether it is done.

    `url` is where it opens, None for what happens elsewhere. `late` tells that it was done after the last instant that
    counts for the assignment.
    """

    key: str
    title: str
    section: str
    done: bool
    url: str | None
    due_at: datetime
    late: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """All that there is to do, and how many percent of it were done before the round began; None where unknown."""

    items: list[Item]
    percent_before: int | None


def work(cycle: Cycle) -> Work:
    """What there is to do in the cycle, as `items` gives it, and what was done before it: as many queries as that."""
    look = _look(cycle)
    return Work(_items(cycle, look), percent_before(cycle, look))


def items(cycle: Cycle) -> list[Item]:
    """What counts for the cycle's learner, in the training's order; empty where no course of it can be read.

    The units of a course stand in its sections, those of a path in its courses, followed by the courses without
    content; a module's come in the order of its blocks.
    """
    return _items(cycle, _look(cycle))


def percent_before(cycle: Cycle, look: Look) -> int | None:
    """How far the learner was when the round began, judged from what is known of it today."""
    key = (cycle.learner_id, cycle.training_id)
    ceiling = Ceiling(cycle.opens_at, deadlines.local_day(cycle.opens_at, cycle.zone))
    verdict = look.judge(key, look.floors(key, cycle.id), ceiling)
    return counting.percent(verdict.count.units_done, verdict.count.units_total) if verdict else None


def _look(cycle: Cycle) -> Look:
    key = (cycle.learner_id, cycle.training_id)
    return _with_personal_courses(evidence.look_at([key]), *key)


def _items(cycle: Cycle, look: Look) -> list[Item]:
    key = (cycle.learner_id, cycle.training_id)
    shape, learner = look.catalogue.shapes[cycle.training_id], look.learners[cycle.learner_id]
    floors = look.floors(key, cycle.id)
    found = list(rules.units_of(shape, look.catalogue, learner, floors))
    late = _done_too_late(cycle, look, found)
    urls = lms.unit_urls(counted.unit.key for _course, counted, _done in found)
    names = _course_names(shape)
    places: dict[str, _Place] = {}
    for course_key in shape.course_keys:
        places |= _places(shape, look.catalogue.outlines.get(course_key), names.get(course_key, ""))
    units = [
        (place.rank, Item(unit.key, unit.title, place.section, done, urls[unit.key], cycle.due_at, unit.key in late))
        for unit, done, place in ((counted.unit, done, places[counted.unit.key]) for _course, counted, done in found)
    ]
    return [*(item for _rank, item in sorted(units, key=lambda each: each[0])), *_elsewhere(cycle, look, shape)]


def _done_too_late(cycle: Cycle, look: Look, found: Collection[tuple[str, CountedUnit, bool]]) -> set[str]:
    """The keys of the units that are done now but were not by the cut-off."""
    if cycle.cut_off_at is None or cycle.completed_at:
        return set()
    key = (cycle.learner_id, cycle.training_id)
    shape, learner = look.catalogue.shapes[cycle.training_id], look.learners[cycle.learner_id]
    ceiling = Ceiling(cycle.cut_off_at, deadlines.local_day(cycle.cut_off_at, cycle.zone))
    by_then = rules.units_of(shape, look.catalogue, learner, look.floors(key, cycle.id), ceiling)
    counting_ones = {counted.unit.key for _course, counted, done in by_then if done}
    return {counted.unit.key for _course, counted, done in found if done} - counting_ones


def next_url(cycle: Cycle) -> str | None:
    """Where to go on: the first unit that is not done, else the first course; None where there is nothing to open."""
    open_items = (item.url for item in items(cycle) if item.url and not item.done)
    shape = trainings.shapes([cycle.training_id])[cycle.training_id]
    return next(open_items, lms.course_url(shape.course_keys[0]) if shape.course_keys else None)


@dataclass(frozen=True, slots=True)
class _Place:
    section: str
    rank: int


def _with_personal_courses(look: Look, learner_id: int, training_id: int) -> Look:
    """The look with the platform's own answer for each of the training's personal courses."""
    personal = [key for key in look.catalogue.shapes[training_id].course_keys if _is_personal(look, key)]
    shown = {(learner_id, key): lms.learner_blocks(learner_id, key) for key in personal}
    return look.asked({pair: blocks for pair, blocks in shown.items() if blocks is not None})


def _is_personal(look: Look, course_key: str) -> bool:
    outline = look.catalogue.outlines.get(course_key)
    return outline is not None and outline.personal


def _course_names(shape: Shape) -> Mapping[str, str]:
    """Names where a learner has to tell several courses from each other."""
    if shape.kind != TrainingKind.PATH and len(shape.course_keys) < 2:
        return {}
    return {key: course.name for key, course in lms.courses(shape.course_keys).items()}


def _places(shape: Shape, outline: CourseOutline | None, course_name: str) -> dict[str, _Place]:
    """Where each unit of a course is listed, by its key."""
    if outline is None:
        return {}
    rank = {key: number for number, key in enumerate(shape.block_keys)}
    return {
        unit.key: _Place(
            _section(shape, course_name, [section.title, part.title]),
            min(rank.get(key, len(rank)) for key in (section.key, part.key, unit.key)),
        )
        for section in outline.sections
        for part in section.subsections
        for unit in part.units
    }


def _section(shape: Shape, course_name: str, titles: Sequence[str]) -> str:
    if shape.kind == TrainingKind.PATH:
        return course_name
    return " – ".join([course_name, *titles] if course_name else titles)


def _elsewhere(cycle: Cycle, look: Look, shape: Shape) -> list[Item]:
    """What happens in person: the training itself, or courses of a path."""
    ids = (shape.id,) if shape.offline else shape.offline_parts
    names = trainings.names(ids) if ids else {}
    learner, floors = look.learners[cycle.learner_id], look.floors((cycle.learner_id, cycle.training_id), cycle.id)
    only = {id: shape if shape.offline else replace(shape, course_keys=(), offline_parts=(id,)) for id in ids}
    verdicts = {id: rules.judge(part, look.catalogue, learner, floors) for id, part in only.items()}
    return [
        Item(
            look.catalogue.shapes[id].key,
            names[id],
            _("In person"),
            bool(verdict and verdict.count.units_done),
            None,
            cycle.due_at,
        )
        for id, verdict in verdicts.items()
    ]
