"""What people did, read in sets: the platform's evidence for a look, and the completions and progress we keep."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ..data import Count, CourseOutline, Enrollment
from ..host import lms
from ..models import Completion, Progress
from ..rules import counting

Key = tuple[int, int]
"""(learner id, training id)."""

Pair = tuple[int, str]
"""(learner id, course key)."""

NOTHING_DONE: Mapping[str, datetime] = {}


@dataclass(frozen=True, slots=True)
class CourseEvidence:
    """What the platform knows of some learners in some courses, read in as many calls for one as for a hundred."""

    outlines: Mapping[str, CourseOutline]
    done: Mapping[Pair, Mapping[str, datetime]]
    groups: Mapping[Pair, Mapping[int, int]]
    enrollments: Mapping[Pair, Enrollment]

    def count(self, pair: Pair, visible: Collection[str] | None = None) -> Count | None:
        """The learner's units in the course; None where the course cannot be read."""
        outline = self.outlines.get(pair[1])
        if outline is None:
            return None
        return counting.count(outline, self.done.get(pair, NOTHING_DONE), self.groups.get(pair, {}), visible)

    def needs_exact_count(self, pair: Pair) -> bool:
        """Whether this learner is so far in a personal course that the platform has to be asked."""
        outline = self.outlines.get(pair[1])
        return outline is not None and counting.needs_exact_count(
            outline, self.done.get(pair, NOTHING_DONE), self.groups.get(pair, {})
        )


def course_evidence(pairs: Collection[Pair]) -> CourseEvidence:
    """The evidence of these pairs as it is now."""
    learner_ids = sorted({learner_id for learner_id, _ in pairs})
    course_keys = sorted({course_key for _, course_key in pairs})
    outlines = lms.outlines(course_keys)
    grouped = [key for key, outline in outlines.items() if outline.grouped]
    return CourseEvidence(
        outlines=outlines,
        done=lms.block_completions(learner_ids, course_keys),
        groups=lms.groups(learner_ids, grouped) if grouped else {},
        enrollments=lms.enrollments(learner_ids, course_keys),
    )


def exact_count(evidence: CourseEvidence, pair: Pair) -> Count | None:
    """The same by the platform's own tree for this one learner: several queries, for personal courses only."""
    return evidence.count(pair, lms.learner_blocks(*pair))


def live_completions(keys: Iterable[Key]) -> dict[Key, Completion]:
    """The earliest live completion of each (learner, training) that has one."""
    wanted = set(keys)
    rows = Completion.objects.filter(
        learner_id__in={learner_id for learner_id, _ in wanted},
        training_id__in={training_id for _, training_id in wanted},
        live=True,
    ).order_by("-happened_at", "-id")
    return {key: row for row in rows if (key := (row.learner_id, row.training_id)) in wanted}


def stored_progress(keys: Iterable[Key]) -> dict[Key, Progress]:
    """The progress row of each (learner, training) that has one."""
    wanted = set(keys)
    rows = Progress.objects.filter(
        learner_id__in={learner_id for learner_id, _ in wanted},
        training_id__in={training_id for _, training_id in wanted},
    )
    return {key: row for row in rows if (key := (row.learner_id, row.training_id)) in wanted}
