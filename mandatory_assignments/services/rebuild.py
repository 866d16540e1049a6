"""Deriving again what is stored of people's evidence, and telling where the two differ. Facts are only ever added."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ..data import Outcome, Shape, Source, Verdict
from ..models import Cycle
from ..queries import evidence, rebuilding
from ..queries.evidence import Key, Look
from ..records import evidence as evidence_records
from ..records import judging, work
from ..records.judging import Judged
from ..verb import verb

CHUNK = 100
"""People of one training who are judged in one transaction."""


@dataclass
class Findings:
    """What was found for one chunk: the number of keys, differences in words, and counts of what is only information.

    `unsupported` completions are stored although today's outline or grade would not complete the training any more.
    `left_closed` cycles were completed by what was revoked, and stay closed because there is a newer one. `unreadable`
    keys belong to a course that cannot be read, so that nobody can tell.
    """

    keys: int = 0
    differences: list[tuple[Key, str]] = field(default_factory=list)
    information: Counter[str] = field(default_factory=Counter)


def chunks() -> Iterator[tuple[Shape, list[int]]]:
    """Every training with the people to be judged in it, some at a time and by id."""
    for shape in rebuilding.every_shape():
        last = 0
        while learner_ids := rebuilding.learners_of(shape, last, CHUNK):
            last = learner_ids[-1]
            yield shape, learner_ids


@verb()
def rebuild_learners(shape: Shape, learner_ids: list[int], *, now: datetime) -> Outcome:
    """Judges the training anew for these people and stores what comes of it.

    `created` holds the keys with a completion that was missing, `changed` those whose progress or cycle differed.
    """
    work.lock_learners(learner_ids, now=now)
    judged = _judged(shape, learner_ids, now)
    differing = {*_differing(judged)}
    judging.write(judged, now=now)
    differing |= {(cycle.learner_id, cycle.training_id) for cycle in judged.changed}
    return Outcome(created=sorted({one.key for one in judged.completed}), changed=sorted(differing))


@verb()
def compare_learners(shape: Shape, learner_ids: list[int], *, now: datetime) -> Findings:
    """Judges the training anew for these people, and tells how what is stored differs. Writes nothing."""
    judged = _judged(shape, learner_ids, now)
    look = judged.look
    assert look is not None
    found = Findings(keys=len(learner_ids))
    for key in _differing(judged):
        found.differences.append((key, "the stored progress is not what the evidence says"))
    for key in sorted({one.key for one in judged.completed}):
        found.differences.append((key, "a completion that the evidence shows is not stored"))
    for cycle in judged.cycles:
        if text := _difference(cycle, judged.verdicts[cycle.id], look):
            found.differences.append(((cycle.learner_id, cycle.training_id), text))
    for cycle, newer in rebuilding.completed_cycles(learner_ids, shape.id):
        if not _is_fulfilled(cycle, look):
            key = (cycle.learner_id, cycle.training_id)
            if newer and cycle.fulfilled_by and cycle.fulfilled_by.revoked_with_id:
                found.information["left_closed"] += 1
            else:
                found.differences.append((key, "a cycle is completed by nothing that may fulfil it"))
    found.information["unreadable"] = len(learner_ids) - len(judged.counts)
    found.information["unsupported"] = sum(_is_unsupported(key, look) for key in judged.counts)
    return found


def _differing(judged: Judged) -> list[Key]:
    """The keys whose stored progress is not what the evidence says."""
    assert judged.look is not None
    return evidence_records.differing(judging.found(judged, judged.look.completions), judged.stored)


def _judged(shape: Shape, learner_ids: list[int], now: datetime) -> Judged:
    keys = {(learner_id, shape.id) for learner_id in learner_ids}
    look, _ = evidence.exact(evidence.look_at(keys))
    return judging.judge(look, keys, now=now)


def _difference(cycle: Cycle, verdict: Verdict, look: Look) -> str:
    """How a cycle differs from what the evidence says of it; empty when it does not."""
    key = (cycle.learner_id, cycle.training_id)
    if not cycle.open:
        by_platform = cycle.fulfilled_by is not None and cycle.fulfilled_by.source == Source.PLATFORM
        return "a completed cycle's mark is wrong" if cycle.regraded != (by_platform and verdict.failing) else ""
    if judging.fulfilling_completion(look.completions.get(key, ()), look.floors(key, cycle.id), cycle):
        return "a cycle is open although a completion fulfils it"
    count = verdict.count
    if cycle.frozen_at is None and (cycle.units_done, cycle.units_total) != (count.units_done, count.units_total):
        return "an open cycle does not show what the evidence says"
    return ""


def _is_fulfilled(cycle: Cycle, look: Look) -> bool:
    completion, key = cycle.fulfilled_by, (cycle.learner_id, cycle.training_id)
    return bool(
        completion and completion.live and judging.fulfilling_completion([completion], look.floors(key, cycle.id))
    )


def _is_unsupported(key: Key, look: Look) -> bool:
    """Whether the platform's completion in force is one that today's evidence would not give."""
    floors = look.floors(key)
    by_platform = [row for row in look.completions.get(key, ()) if row.source == Source.PLATFORM]
    verdict = look.judge(key, floors) if judging.fulfilling_completion(by_platform, floors) else None
    return verdict is not None and verdict.completed_at is None
