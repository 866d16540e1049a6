"""What counts in a training for one learner, and how much of it is done."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..data import Block, Count, CourseOutline, Unit

NO_GROUPS: Mapping[int, int] = {}


@dataclass(frozen=True, slots=True)
class CountedUnit:
    """A unit that counts for a learner, with the blocks of it that do (never none)."""

    unit: Unit
    blocks: tuple[Block, ...]


def percent(units_done: int, units_total: int) -> int | None:
    """Rounded down, at least 1 when anything is done, 100 only when all is; None when nothing counts."""
    if not units_total:
        return None
    return max(100 * units_done // units_total, 1) if units_done else 0


def may_see(block: Block, groups: Mapping[int, int]) -> bool:
    """Whether the learner's group in every partition that restricts the block is an allowed one."""
    return all(groups.get(partition) in allowed for partition, allowed in block.groups.items())


def named_units(outline: CourseOutline, keys: Collection[str]) -> tuple[Unit, ...]:
    """The units of a course that a module holds: named themselves, or by their subsection or section."""
    return tuple(
        unit
        for section in outline.sections
        for part in section.subsections
        for unit in part.units
        if not {section.key, part.key, unit.key}.isdisjoint(keys)
    )


def counted_units(
    units: Iterable[Unit], groups: Mapping[int, int] = NO_GROUPS, visible: Collection[str] | None = None
) -> Iterator[CountedUnit]:
    """Those of the units that count for a learner: with at least one counted block they can see.

    `visible` holds the keys the platform shows this very learner; None where the learner's groups decide.
    """
    for unit in units:
        blocks = tuple(
            block for block in unit.blocks if (may_see(block, groups) if visible is None else block.key in visible)
        )
        if blocks:
            yield CountedUnit(unit, blocks)


def count(units: Iterable[CountedUnit], done: Mapping[str, datetime]) -> Count:
    """Counts units for one learner. `done` maps finished blocks to the instant that counts.

    A unit is done when all of its counted blocks are. `completed_at` is the date of the evidence that completed the
    last one, set only when every unit is done and there is one at all.
    """
    units_done = units_total = 0
    instants: list[datetime] = []
    for counted in units:
        units_total += 1
        found = [done[block.key] for block in counted.blocks if block.key in done]
        instants += found
        units_done += len(found) == len(counted.blocks)
    last = max(instants, default=None)
    return Count(
        units_done=units_done,
        units_total=units_total,
        started_at=min(instants, default=None),
        last_activity_at=last,
        completed_at=last if units_total and units_done == units_total else None,
    )


def total(counts: Sequence[Count]) -> Count:
    """The sum of several counts; completed when each of them is, at the last one's instant."""
    started = [counted.started_at for counted in counts if counted.started_at]
    last = [counted.last_activity_at for counted in counts if counted.last_activity_at]
    completed = [counted.completed_at for counted in counts if counted.completed_at]
    return Count(
        units_done=sum(counted.units_done for counted in counts),
        units_total=sum(counted.units_total for counted in counts),
        started_at=min(started, default=None),
        last_activity_at=max(last, default=None),
        completed_at=max(completed) if completed and len(completed) == len(counts) else None,
    )


def needs_exact_count(outline: CourseOutline, done: Collection[str], groups: Mapping[int, int] = NO_GROUPS) -> bool:
    """Whether only the platform's tree for this one learner can tell if the course is done.

    So it is in a personal course as soon as at most one unit is certainly missing. A personal block (one of many that
    an item bank or a split test may hand out) makes its unit missing for nobody.
    """
    if not outline.personal:
        return False
    missing = 0
    for counted in counted_units(outline.units, groups):
        missing += any(not block.personal and block.key not in done for block in counted.blocks)
        if missing > 1:
            return False
    return True
