"""What people did, read in sets: everything a look needs, in as many calls for one learner as for a hundred."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from ..data import (
    Catalogue,
    Ceiling,
    Criterion,
    Enrollment,
    Floor,
    FloorCause,
    LearnerEvidence,
    Shape,
    Source,
    Testimony,
    Verdict,
)
from ..host import lms
from ..models import Completion, EvidenceArchive, EvidenceFloor, GradeSeen, Progress
from ..rules import counting
from ..rules import evidence as rules
from . import trainings

T = TypeVar("T")

Key = tuple[int, int]
"""(learner id, training id)."""

Pair = tuple[int, str]
"""(learner id, course key, or the key of an offline training)."""


@dataclass(frozen=True, slots=True)
class Look:
    """All there is to know about some learners and the trainings that their courses concern.

    `concerned` are the (learner, training) keys to be judged. `completions` are all live ones of these learners in the
    trainings around, earliest first.
    """

    catalogue: Catalogue
    concerned: frozenset[Key]
    learners: Mapping[int, LearnerEvidence]
    enrollments: Mapping[Pair, Enrollment]
    completions: Mapping[Key, Sequence[Completion]]

    def floors(self, key: Key, cycle_id: int | None = None) -> tuple[Floor, ...]:
        """The training's own floors for its progress, or for one cycle."""
        floors = self.learners[key[0]].floors
        if cycle_id is None:
            return rules.floors_of_progress(floors, key[1])
        return rules.floors_of_cycle(floors, key[1], cycle_id)

    def judge(self, key: Key, floors: Collection[Floor], ceiling: Ceiling | None = None) -> Verdict | None:
        """The verdict on one training of one learner under these floors; None where a course cannot be read."""
        return rules.judge(self.catalogue.shapes[key[1]], self.catalogue, self.learners[key[0]], floors, ceiling)

    def personal(self, learner_id: int) -> list[str]:
        """The personal courses in which this learner is so far that the platform has to be asked."""
        evidence = self.learners[learner_id]
        return [
            course_key
            for course_key, outline in self.catalogue.outlines.items()
            if outline.personal
            and counting.needs_exact_count(
                outline, evidence.blocks.get(course_key, ()), evidence.groups.get(course_key, counting.NO_GROUPS)
            )
        ]

    def asked(self, visible: Mapping[Pair, frozenset[str]]) -> "Look":
        """The same, with what the platform said it shows some learners in some courses."""
        per_learner: dict[int, dict[str, frozenset[str]]] = defaultdict(dict)
        for (learner_id, course_key), keys in visible.items():
            per_learner[learner_id][course_key] = keys
        learners = {**self.learners}
        for learner_id, courses in per_learner.items():
            learners[learner_id] = replace(learners[learner_id], visible=courses)
        return replace(self, learners=learners)


def look(pairs: Collection[Pair], *, only: Collection[int] | None = None) -> Look:
    """The evidence of these pairs as it is now; `only` narrows the trainings that are judged."""
    shapes = trainings.shapes_around({course_key for _, course_key in pairs})
    concerned = frozenset(_concerned(pairs, shapes, only))
    return _look(concerned, shapes)


def look_at(keys: Collection[Key]) -> Look:
    """The evidence of these (learner, training) keys as it is now."""
    own = trainings.look_keys({training_id for _, training_id in keys})
    shapes = trainings.shapes_around(set(own.values()))
    return _look(frozenset(key for key in keys if key[1] in shapes), shapes)


def look_in_course(learner_id: int, course_key: str, training_ids: Collection[int]) -> Look:
    """What one learner did in one course alone of these trainings, to tell its units from done; it completes nothing.

    The trainings are known as far as they lie in this course, so that a path costs as much as its one course. Where
    the course is personal, the platform is asked what it shows this learner.
    """
    shapes = {
        id: replace(shape, course_keys=(course_key,), offline_parts=(), criterion=Criterion.CONTENT)
        for id, shape in trainings.shapes_around([course_key]).items()
        if course_key in shape.course_keys
    }
    found = _look(frozenset((learner_id, id) for id in training_ids if id in shapes), shapes)
    outline = found.catalogue.outlines.get(course_key)
    shown = lms.learner_blocks(learner_id, course_key) if outline is not None and outline.personal else None
    return found if shown is None else found.asked({(learner_id, course_key): shown})


def exact(look: Look, most: int | None = None) -> tuple[Look, set[int]]:
    """The look with the platform's own answer where only that can tell; the learners left out after `most` asked."""
    visible: dict[Pair, frozenset[str]] = {}
    left_out = set()
    for learner_id in sorted(look.learners):
        for course_key in look.personal(learner_id):
            if len(visible) == most:
                left_out.add(learner_id)
            elif (shown := lms.learner_blocks(learner_id, course_key)) is not None:
                visible[learner_id, course_key] = shown
    return (look.asked(visible) if visible else look), left_out


def _concerned(pairs: Collection[Pair], shapes: Mapping[int, Shape], only: Collection[int] | None) -> set[Key]:
    by_key: dict[str, list[int]] = defaultdict(list)
    for shape in shapes.values():
        if only is None or shape.id in only:
            offline = [shapes[part].key for part in shape.offline_parts]
            for key in (*shape.course_keys, *offline, *([shape.key] if shape.offline else [])):
                by_key[key].append(shape.id)
    return {(learner_id, training_id) for learner_id, key in pairs for training_id in by_key[key]}


def _look(concerned: frozenset[Key], shapes: Mapping[int, Shape]) -> Look:
    learner_ids = sorted({learner_id for learner_id, _ in concerned})
    course_keys = sorted({key for _, training_id in concerned for key in shapes[training_id].course_keys})
    outlines = lms.outlines(course_keys)
    grouped = [key for key, outline in outlines.items() if outline.grouped]
    groups = lms.groups(learner_ids, grouped) if grouped else {}
    targets = [shapes[training_id] for training_id in {training_id for _, training_id in concerned}]
    graded = sorted({key for shape in targets if shape.criterion.needs_passing for key in shape.course_keys})
    certified = sorted(
        {key for shape in targets if shape.criterion == Criterion.CERTIFICATE for key in shape.course_keys}
    )
    blocks = finished_blocks(learner_ids, course_keys)
    grades = lms.grades(learner_ids, graded) if graded else {}
    certificates = lms.certificates(learner_ids, certified) if certified else {}
    completions = live_completions(learner_ids, shapes)
    floors = live_floors(learner_ids, shapes)
    seen = _passing_seen(learner_ids, course_keys) if floors else {}
    testimonies: dict[int, list[Testimony]] = defaultdict(list)
    for (learner_id, training_id), rows in completions.items():
        testimonies[learner_id] += [
            Testimony(training_id, row.happened_at, row.recorded_at, row.happened_on)
            for row in rows
            if row.source != Source.PLATFORM
        ]
    catalogue = Catalogue(shapes, outlines)
    learners = {
        learner_id: LearnerEvidence(
            blocks=_of(learner_id, blocks, course_keys),
            grades=_of(learner_id, grades, course_keys),
            certificates=_of(learner_id, certificates, course_keys),
            groups=_of(learner_id, groups, grouped),
            testimonies=testimonies[learner_id],
            floors=floors.get(learner_id, ()),
            passing_seen=seen.get(learner_id, {}),
        )
        for learner_id in learner_ids
    }
    return Look(catalogue, concerned, learners, lms.enrollments(learner_ids, course_keys), completions)


def _of(learner_id: int, found: Mapping[Pair, T], course_keys: Collection[str]) -> dict[str, T]:
    return {key: found[learner_id, key] for key in course_keys if (learner_id, key) in found}


def finished_blocks(
    learner_ids: Collection[int], course_keys: Collection[str]
) -> dict[Pair, dict[str, list[datetime]]]:
    """Every instant at which a block was finished: the platform's rows and the archived ones."""
    found: dict[Pair, dict[str, list[datetime]]] = {
        pair: {key: [instant] for key, instant in blocks.items()}
        for pair, blocks in lms.block_completions(learner_ids, course_keys).items()
    }
    archived = EvidenceArchive.objects.filter(learner_id__in=learner_ids, course_key__in=course_keys)
    for learner_id, course_key, block_key, instant in archived.values_list(
        "learner_id", "course_key", "block_key", "completed_at"
    ):
        found.setdefault((learner_id, course_key), {}).setdefault(block_key, []).append(instant)
    return found


def live_completions(learner_ids: Collection[int], training_ids: Iterable[int]) -> dict[Key, list[Completion]]:
    """The live completions of these learners in these trainings, earliest first."""
    found: dict[Key, list[Completion]] = defaultdict(list)
    rows = Completion.objects.filter(learner_id__in=learner_ids, training_id__in=list(training_ids), live=True)
    for row in rows.order_by("happened_at", "id"):
        found[row.learner_id, row.training_id].append(row)
    return found


def live_floors(learner_ids: Collection[int], training_ids: Iterable[int]) -> dict[int, list[Floor]]:
    """By learner the floors in force on these trainings, oldest first."""
    found: dict[int, list[Floor]] = defaultdict(list)
    rows = EvidenceFloor.objects.filter(
        learner_id__in=learner_ids, training_id__in=list(training_ids), lifted_at=None
    ).order_by("id")
    for row in rows:
        found[row.learner_id].append(Floor(row.id, row.training_id, row.since, FloorCause(row.cause), row.cycle_id))
    return found


def stored_progress(keys: Collection[Key]) -> dict[Key, Progress]:
    """The progress row of each (learner, training) that has one."""
    rows = Progress.objects.filter(
        learner_id__in={learner_id for learner_id, _ in keys}, training_id__in={training_id for _, training_id in keys}
    )
    return {key: row for row in rows if (key := (row.learner_id, row.training_id)) in keys}


def _passing_seen(
    learner_ids: Collection[int], course_keys: Collection[str]
) -> dict[int, dict[tuple[str, int], datetime]]:
    found: dict[int, dict[tuple[str, int], datetime]] = defaultdict(dict)
    rows = GradeSeen.objects.filter(learner_id__in=learner_ids, course_key__in=course_keys)
    for learner_id, course_key, epoch, seen_at in rows.values_list("learner_id", "course_key", "epoch", "seen_at"):
        found[learner_id][course_key, epoch] = seen_at
    return found
