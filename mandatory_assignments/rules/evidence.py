"""What a learner's evidence says of a training: what of it counts under which floors, what completes it (product 2).

Judging is a function of the evidence alone: order and number of the events that led here change nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from ..data import (
    Catalogue,
    Ceiling,
    Certificate,
    Count,
    CourseGrade,
    Criterion,
    Floor,
    FloorCause,
    LearnerEvidence,
    Shape,
    Testimony,
    TrainingKind,
    Verdict,
)
from . import counting
from .counting import NO_GROUPS, CountedUnit

ALWAYS = datetime.min.replace(tzinfo=UTC)
NOTHING: Mapping[str, Sequence[datetime]] = {}


def floors_of_progress(floors: Collection[Floor], training_id: int) -> tuple[Floor, ...]:
    """The floors under which a training's current progress is judged: all of its own."""
    return tuple(floor for floor in floors if floor.training_id == training_id)


def floors_of_cycle(floors: Collection[Floor], training_id: int, cycle_id: int) -> tuple[Floor, ...]:
    """The floors under which one cycle is judged: revocations, and its own; other cycles' do not touch it."""
    return tuple(floor for floor in floors if floor.training_id == training_id and floor.cycle_id in (None, cycle_id))


def epoch(floors: Collection[Floor]) -> int:
    """The id of the floor in force among a training's own, 0 when there is none."""
    return max((floor.id for floor in floors), default=0)


def may_fulfil(happened_at: datetime, recorded_at: datetime, by_hand: bool, floors: Collection[Floor]) -> bool:
    """Whether a completion fulfils a cycle with these floors.

    What the platform showed must have happened after all of them. What staff or an import recorded after a revocation
    counts whenever it happened, yet nothing from before a cycle's opening fulfils that cycle.
    """
    revoked, opened = _since(floors, FloorCause.REVOKED), _since(floors, FloorCause.CYCLE)
    return happened_at > opened and (recorded_at if by_hand else happened_at) > revoked


def counts_as_prior(
    happened_at: datetime, now: datetime, max_age: timedelta | None, interval: timedelta | None
) -> bool:
    """Whether a completion from before an assignment may fulfil it: not too old, and younger than one interval."""
    age = now - happened_at
    return (max_age is None or age <= max_age) and (interval is None or age < interval)


def judge(
    shape: Shape,
    catalogue: Catalogue,
    evidence: LearnerEvidence,
    floors: Collection[Floor],
    ceiling: Ceiling | None = None,
) -> Verdict | None:
    """The verdict on a training under its own `floors`; None when a course of it cannot be read.

    With a ceiling units count only as far as they were done by then; the rest of the verdict takes no notice of it.
    Revocations of modules also count inside the courses and paths that contain them, those of courses inside paths.
    """
    if any(key not in catalogue.outlines for key in shape.course_keys):
        return None
    view = _View(shape, catalogue, evidence, tuple(floors), ceiling)
    parts = [*(view.course(key) for key in shape.course_keys), *(view.offline(key) for key in shape.offline_parts)]
    if shape.offline:
        parts.append(view.offline(shape.id))
    count = counting.total([part.count for part in parts])
    completed = [part.completed_at for part in parts if part.completed_at]
    return Verdict(
        count=count,
        completed_at=max(completed) if completed and len(completed) == len(parts) else None,
        failing=any(part.failing for part in parts),
        passing_seen={key: instant for part in parts for key, instant in part.passing_seen.items()},
    )


def units_of(
    shape: Shape,
    catalogue: Catalogue,
    evidence: LearnerEvidence,
    floors: Collection[Floor],
    ceiling: Ceiling | None = None,
) -> Iterator[tuple[str, CountedUnit, bool]]:
    """Every unit that counts, with the key of its course and whether it is done, as `judge` counts them.

    Course by course, in course order; a course that cannot be read has none.
    """
    view = _View(shape, catalogue, evidence, tuple(floors), ceiling)
    for course_key in shape.course_keys:
        if course_key in catalogue.outlines:
            units = list(view._units(course_key))
            done = view._done(course_key, units)
            for counted in units:
                yield course_key, counted, all(block.key in done for block in counted.blocks)


@dataclass(frozen=True, slots=True)
class _View:
    """One training of one learner under some floors."""

    shape: Shape
    catalogue: Catalogue
    evidence: LearnerEvidence
    floors: tuple[Floor, ...]
    ceiling: Ceiling | None = None

    def course(self, course_key: str) -> Verdict:
        """What the learner did of the training in one course."""
        units = list(self._units(course_key))
        done = self._done(course_key, units)
        count = counting.count(units, done)
        graded = [block.key for counted in units for block in counted.blocks if block.graded]
        needed = self.shape.criterion
        if needed == Criterion.CONTENT_AND_PASSING and not graded:
            needed = Criterion.CONTENT
        testified = self._testified_at(course_key)
        passed_at, seen = self._passed_at(course_key, graded, done) if needed.needs_passing else (None, {})
        completed_at = {
            Criterion.CONTENT: count.completed_at,
            Criterion.PASSING: passed_at,
            Criterion.CERTIFICATE: self._certified_at(course_key),
            Criterion.CONTENT_AND_PASSING: _later(count.completed_at, passed_at),
        }[needed]
        return Verdict(
            count=count,
            completed_at=_earlier(completed_at, testified),
            failing=testified is None and self._fails(needed, course_key),
            passing_seen=seen,
        )

    def offline(self, training_id: int) -> Verdict:
        """An offline training weighs one unit, which staff or an import make done."""
        instants = [testimony.happened_at for testimony in self._counting(training_id, ALWAYS)]
        happened_at = min(instants, default=None)
        return Verdict(Count(int(bool(instants)), 1, happened_at, happened_at, happened_at), happened_at)

    def _units(self, course_key: str) -> Iterator[CountedUnit]:
        outline, evidence = self.catalogue.outlines[course_key], self.evidence
        module = self.shape.kind == TrainingKind.MODULE
        units = counting.named_units(outline, self.shape.block_keys) if module else outline.units
        return counting.counted_units(
            units, evidence.groups.get(course_key, NO_GROUPS), evidence.visible.get(course_key)
        )

    def _done(self, course_key: str, units: Sequence[CountedUnit]) -> dict[str, datetime]:
        """The counted blocks that are finished, each with the earliest instant that counts."""
        finished = self.evidence.blocks.get(course_key, NOTHING)
        own = _since(self.floors)
        inner = [
            (floor, keys)
            for floor in self.evidence.floors
            if floor.training_id != self.shape.id
            and floor.cause == FloorCause.REVOKED
            and (keys := self._covered(floor.training_id, course_key, by_floor=True)) is not None
        ]
        testimonies = [
            (testimony, keys)
            for testimony in self.evidence.testimonies
            if (keys := self._covered(testimony.training_id, course_key, by_floor=False)) is not None
        ]
        done = {}
        for key in (block.key for counted in units for block in counted.blocks):
            revoked = max((floor.since for floor, keys in inner if key in keys), default=ALWAYS)
            since = max(own, revoked)
            instants = [instant for instant in finished.get(key, ()) if instant > since and self._in_time(instant)]
            instants += [
                testimony.happened_at
                for testimony, keys in testimonies
                if key in keys and self._counts(testimony, revoked)
            ]
            if instants:
                done[key] = min(instants)
        return done

    def _covered(self, training_id: int, course_key: str, *, by_floor: bool) -> Collection[str] | None:
        """The blocks of this course that a floor or a testimony of that training reaches in this one; None if none.

        A module's reaches wherever its blocks appear; a course's floor reaches into paths, its testimony everywhere.
        """
        other = self.catalogue.shapes.get(training_id)
        if other is None or course_key not in other.course_keys:
            return None
        outline = self.catalogue.outlines[course_key]
        if other.kind == TrainingKind.MODULE and not (by_floor and self.shape.kind == TrainingKind.MODULE):
            return {block.key for unit in counting.named_units(outline, other.block_keys) for block in unit.blocks}
        course_reaches = other.kind == TrainingKind.COURSE and (not by_floor or self.shape.kind == TrainingKind.PATH)
        if course_reaches or (training_id == self.shape.id and not by_floor):
            return {block.key for unit in outline.units for block in unit.blocks}
        return None

    def _testified_at(self, course_key: str) -> datetime | None:
        """When somebody testified the whole course, or the training itself."""
        revoked = max((floor.since for floor in self._course_floors(course_key)), default=ALWAYS)
        instants = [
            testimony.happened_at
            for testimony in self.evidence.testimonies
            if self._is_course(testimony.training_id, course_key) or testimony.training_id == self.shape.id
            if self._counts(testimony, revoked)
        ]
        return min(instants, default=None)

    def _passed_at(
        self, course_key: str, graded: Sequence[str], done: Mapping[str, datetime]
    ) -> tuple[datetime | None, dict[tuple[str, int], datetime]]:
        """When the learner passed; under a floor: passing now, and every graded block done again since.

        The platform's own instant never moves, so under a floor the first one seen is remembered for the epoch.
        """
        grade: CourseGrade | None = self.evidence.grades.get(course_key)
        if grade is None or not grade.passed:
            return None, {}
        floors = [*self.floors, *self._course_floors(course_key)]
        if not floors:
            return grade.passed_at or grade.graded_at, {}
        if any(key not in done for key in graded):
            return None, {}
        key = (course_key, epoch(floors))
        seen = self.evidence.passing_seen.get(key) or max([grade.graded_at, *(done[block] for block in graded)])
        return seen, {key: seen}

    def _fails(self, needed: Criterion, course_key: str) -> bool:
        """Whether the platform says that the learner lacks what the criterion asks for beside units."""
        grade, certificate = self.evidence.grades.get(course_key), self.evidence.certificates.get(course_key)
        if needed == Criterion.CERTIFICATE:
            return certificate is not None and not certificate.valid
        return needed.needs_passing and grade is not None and not grade.passed

    def _certified_at(self, course_key: str) -> datetime | None:
        certificate: Certificate | None = self.evidence.certificates.get(course_key)
        since = max(_since(self.floors), _since(self._course_floors(course_key)))
        if certificate is None or not certificate.valid or certificate.changed_at <= since:
            return None
        return certificate.changed_at

    def _course_floors(self, course_key: str) -> list[Floor]:
        """The revocations of the course itself, where this training is a path around it."""
        if self.shape.kind != TrainingKind.PATH:
            return []
        return [
            floor
            for floor in self.evidence.floors
            if floor.cause == FloorCause.REVOKED and self._is_course(floor.training_id, course_key)
        ]

    def _is_course(self, training_id: int, course_key: str) -> bool:
        other = self.catalogue.shapes.get(training_id)
        return other is not None and other.kind == TrainingKind.COURSE and other.course_keys == (course_key,)

    def _counting(self, training_id: int, revoked: datetime) -> Iterator[Testimony]:
        for testimony in self.evidence.testimonies:
            if testimony.training_id == training_id and self._counts(testimony, revoked):
                yield testimony

    def _counts(self, testimony: Testimony, revoked: datetime) -> bool:
        """Recorded after every revocation that reaches here, happened after the cycle's opening and before its end."""
        return (
            testimony.recorded_at > max(revoked, _since(self.floors, FloorCause.REVOKED))
            and testimony.happened_at > _since(self.floors, FloorCause.CYCLE)
            and self._in_time(testimony.happened_at, testimony.happened_on)
        )

    def _in_time(self, happened_at: datetime, happened_on: date | None = None) -> bool:
        return self.ceiling is None or self.ceiling.reaches(happened_at, happened_on)


def _since(floors: Collection[Floor], cause: FloorCause | None = None) -> datetime:
    """The latest of the floors, of one cause or of all."""
    return max((floor.since for floor in floors if cause in (None, floor.cause)), default=ALWAYS)


def _later(first: datetime | None, second: datetime | None) -> datetime | None:
    return max(first, second) if first and second else None


def _earlier(first: datetime | None, second: datetime | None) -> datetime | None:
    return min(first, second) if first and second else first or second
