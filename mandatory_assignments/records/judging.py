"""Judging people again and writing what came of it: progress, completions, cycles fulfilled. Shared by verbs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..data import Count, Floor, NoticeKind, Source, Verdict
from ..models import AuditEntry, Completion, Cycle, Deadline, Progress
from ..queries import cycles as cycle_queries
from ..queries import evidence, recurring, trainings
from ..queries.evidence import Key, Look
from ..rules import evidence as rules
from ..rules import recurrence, standing
from ..rules.deadlines import local_day
from ..settings import setting
from . import audit, cycles, deadlines, notices, series, work
from . import evidence as evidence_records
from .evidence import Completed, Found

EXACT_COUNTS = 50
"""Per-learner trees asked of the platform in one chunk; the others are looked at again."""


@dataclass
class Judged:
    """What judging found: for the strokes that write it."""

    keys: Collection[Key] = ()
    counts: dict[Key, Count] = field(default_factory=dict)
    completed: list[Completed] = field(default_factory=list)
    seen: dict[tuple[int, str, int], datetime] = field(default_factory=dict)
    cycles: list[Cycle] = field(default_factory=list)
    unread: list[Cycle] = field(default_factory=list)
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    before: dict[int, tuple[object, ...]] = field(default_factory=dict)
    look: Look | None = None
    stored: dict[Key, Progress] = field(default_factory=dict)
    fulfilled: list[Cycle] = field(default_factory=list)
    changed: list[Cycle] = field(default_factory=list)


def judge(look: Look, keys: Collection[Key], *, now: datetime) -> Judged:
    """Judges the progress of these (learner, training) keys and each of their cycles under its own floors.

    Of a cycle that is frozen, or that has to be frozen now, only what was done up to its cut-off is counted.

    What cannot be judged, because a course cannot be read, stays as it is; `unread` holds the open cycles of that sort.
    """
    judged = Judged(look=look, keys=frozenset(keys), stored=evidence.stored_progress(keys))
    verdicts: dict[tuple[Key, tuple[Floor, ...]], Verdict | None] = {}

    def verdict_on(key: Key, floors: tuple[Floor, ...]) -> Verdict | None:
        if (key, floors) not in verdicts:
            found = verdicts[key, floors] = look.judge(key, floors)
            if found:
                known = look.learners[key[0]].passing_seen
                judged.seen |= {
                    (key[0], *epoch): instant for epoch, instant in found.passing_seen.items() if epoch not in known
                }
                if found.completed_at and not fulfilling_completion(look.completions.get(key, ()), floors):
                    judged.completed.append(Completed(key, found.completed_at, rules.epoch(floors)))
        return verdicts[key, floors]

    for key in sorted(keys):
        if progress := verdict_on(key, look.floors(key)):
            judged.counts[key] = progress.count
    for cycle in cycle_queries.cycles_to_judge(keys):
        key = (cycle.learner_id, cycle.training_id)
        if not cycle.open and is_past(cycle, look):
            continue
        floors = look.floors(key, cycle.id)
        found = verdict_on(key, floors)
        if found and cycle.open and standing.is_cut_off(cycle.cut_off_at, now):
            found = look.judge(key, floors, deadlines.ceiling(cycle))
        if found:
            judged.cycles.append(cycle)
            judged.verdicts[cycle.id] = found
            judged.before[cycle.id] = _columns(cycle)
        elif cycle.open:
            judged.unread.append(cycle)
    return judged


def write(judged: Judged, *, now: datetime) -> None:
    """Stores what was judged, and closes the cycles that are fulfilled."""
    look = judged.look
    assert look is not None
    completions = look.completions
    if judged.seen:
        evidence_records.remember_passing(judged.seen)
    if judged.completed:
        evidence_records.add_platform_completions(judged.completed, now=now)
        keys = {one.key for one in judged.completed}
        completions = {
            **completions,
            **evidence.live_completions({key[0] for key in keys}, {key[1] for key in keys}),
        }
    evidence_records.write_progress(found(judged, completions), judged.stored)
    entries, frozen = [], []
    for cycle in judged.cycles:
        key, verdict = (cycle.learner_id, cycle.training_id), judged.verdicts[cycle.id]
        if cycle.open:
            fulfilling = fulfilling_completion(completions.get(key, ()), look.floors(key, cycle.id), cycle)
            if cycle.frozen_at is None or fulfilling:
                cycles.show(cycle, verdict.count.units_done, verdict.count.units_total)
            if cycle.frozen_at is None and not fulfilling and standing.is_cut_off(cycle.cut_off_at, now):
                cycle.frozen_at = now
                frozen.append(cycle)
            if fulfilling:
                cycles.fulfil(cycle, fulfilling, now=now)
                judged.fulfilled.append(cycle)
                entries.append(cycles.fulfilled_entry(cycle, fulfilling, now=now))
        else:
            by_platform = cycle.fulfilled_by is not None and cycle.fulfilled_by.source == Source.PLATFORM
            cycle.regraded = verdict.failing and by_platform
        if _columns(cycle) != judged.before[cycle.id]:
            judged.changed.append(cycle)
    if judged.changed:
        cycles.save(judged.changed)
        series.save(judged.fulfilled)
        if setting("NOTIFY_COMPLETED"):
            told = [one for one in judged.fulfilled if _source(one) != Source.IMPORT]
            notices.tell_assigners(NoticeKind.COMPLETED, told, now=now)
    if frozen:
        entries += _freeze(frozen, now)
    if entries:
        audit.append(entries)


def found(judged: Judged, completions: Mapping[Key, Sequence[Completion]]) -> dict[Key, Found]:
    """What the progress rows have to say, with these live completions (earliest first).

    In force is the latest that holds under the training's floors; one from before a new round only as long as nothing
    of that round was begun.
    """
    look = judged.look
    assert look is not None
    told = {}
    for key in judged.keys:
        count, rows = judged.counts.get(key), completions.get(key, ())
        holding = [row for row in rows if fulfilling_completion([row], look.floors(key))]
        begun = count is not None and count.started_at is not None
        completion = next(reversed(holding or ([] if begun else rows)), None)
        if count or completion or key in judged.stored:
            told[key] = Found(look.catalogue.shapes[key[1]].kind, count, completion)
    return told


def _freeze(frozen: Collection[Cycle], now: datetime) -> list[AuditEntry]:
    """Stores with the deadline what counted when the cycle was cut off; the audit entries that tell it."""
    rows = {(row.cycle_id, row.version, row.revision): row for row in Deadline.objects.filter(cycle__in=frozen)}
    changed = []
    for cycle in frozen:
        row = rows[cycle.id, cycle.deadline_version, cycle.deadline_revision]
        row.frozen_units_done, row.frozen_units_total = cycle.units_done, cycle.units_total
        changed.append(row)
    Deadline.objects.bulk_update(changed, ["frozen_units_done", "frozen_units_total"], batch_size=500)
    return [
        audit.entry(
            "frozen",
            now=now,
            assignment=cycle.assignment,
            after={"cut_off_at": cycle.cut_off_at.isoformat() if cycle.cut_off_at else "", "percent": cycle.percent},
        )
        for cycle in frozen
    ]


def judge_again(keys: Collection[Key], *, now: datetime) -> None:
    """Judges these (learner, training) keys at once, because something beside the platform's evidence changed.

    Whoever would have to be asked about one by one, and is one too many, is looked at later instead.
    """
    if not keys:
        return
    look, postponed = evidence.exact(evidence.look_at(keys), EXACT_COUNTS)
    write(judge(look, {key for key in keys if key[0] not in postponed}, now=now), now=now)
    if later := [key for key in keys if key[0] in postponed]:
        own = trainings.look_keys({training_id for _, training_id in later})
        work.add_look_agains(sorted((learner_id, own[training_id]) for learner_id, training_id in later), now=now)


def fulfilling_completion(
    completions: Collection[Completion], floors: Collection[Floor], cycle: Cycle | None = None
) -> Completion | None:
    """The earliest of the live completions that holds under these floors.

    For a cycle only one that was not too old when it opened, and that its late policy does not cut off.
    """
    ceiling = deadlines.ceiling(cycle) if cycle else None
    return next(
        (
            row
            for row in completions
            if rules.may_fulfil(row.happened_at, row.recorded_at, row.source != Source.PLATFORM, floors)
            and (cycle is None or is_young_enough(row.happened_at, cycle))
            and (ceiling is None or ceiling.reaches(row.happened_at, row.happened_on))
        ),
        None,
    )


def is_young_enough(happened_at: datetime, cycle: Cycle) -> bool:
    """Whether what happened then may fulfil the cycle: within the site's limit, and younger than one interval."""
    days, repeat = setting("PRIOR_MAX_AGE_DAYS"), recurring.repeat_of(cycle.assignment)
    happened_on = local_day(happened_at, cycle.zone)
    return rules.counts_as_prior(
        happened_at,
        cycle.opens_at,
        None if days is None else timedelta(days=days),
        recurrence.later(happened_on, repeat) - happened_on if repeat else None,
    )


def is_past(cycle: Cycle, look: Look) -> bool:
    """Whether a completed cycle's training was begun anew since: grades of today speak of the new round, not of it."""
    floors = look.floors((cycle.learner_id, cycle.training_id))
    return cycle.completed_at is not None and any(floor.since >= cycle.completed_at for floor in floors)


def _source(cycle: Cycle) -> str:
    return cycle.fulfilled_by.source if cycle.fulfilled_by else ""


def _columns(cycle: Cycle) -> tuple[object, ...]:
    return cycle.units_done, cycle.units_total, cycle.attention, cycle.open, cycle.regraded, cycle.frozen_at
