"""What counts in a training for one learner, and how much of it is done."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from ..data import Block, Count, CourseOutline, Unit

NO_GROUPS: Mapping[int, int] = {}


def percent(units_done: int, units_total: int) -> int | None:
    """Rounded down, at least 1 when anything is done, 100 only when all is; None when nothing counts."""
    if not units_total:
        return None
    return max(100 * units_done // units_total, 1) if units_done else 0


def may_see(block: Block, groups: Mapping[int, int]) -> bool:
    """Whether the learner's group in every partition that restricts the block is an allowed one."""
    return all(groups.get(partition) in allowed for partition, allowed in block.groups.items())


def counted_units(
    outline: CourseOutline, groups: Mapping[int, int] = NO_GROUPS, visible: Collection[str] | None = None
) -> Iterator[tuple[Unit, tuple[Block, ...]]]:
    """The units that count for a learner, each with the blocks that do.

    `visible` holds the keys the platform shows this very learner; None where the learner's groups decide. A unit
    without counted blocks does not count.
    """
    for unit in outline.units:
        blocks = tuple(
            block for block in unit.blocks if (may_see(block, groups) if visible is None else block.key in visible)
        )
        if blocks:
            yield unit, blocks


def count(
    outline: CourseOutline,
    done: Mapping[str, datetime],
    groups: Mapping[int, int] = NO_GROUPS,
    visible: Collection[str] | None = None,
) -> Count:
    """Counts a course for one learner. `done` maps finished blocks to when the platform recorded them.

    A unit is done when all of its counted blocks are. `completed_at` is the date of the evidence that completed the
    course, set only when every counted unit is done.
    """
    units_done = units_total = 0
    instants: list[datetime] = []
    for _, blocks in counted_units(outline, groups, visible):
        units_total += 1
        found = [done[block.key] for block in blocks if block.key in done]
        instants += found
        units_done += len(found) == len(blocks)
    last = max(instants, default=None)
    return Count(
        units_done=units_done,
        units_total=units_total,
        started_at=min(instants, default=None),
        last_activity_at=last,
        completed_at=last if units_total and units_done == units_total else None,
    )


def needs_exact_count(
    outline: CourseOutline, done: Mapping[str, datetime], groups: Mapping[int, int] = NO_GROUPS
) -> bool:
    """Whether only the platform's tree for this one learner can tell if the course is done.

    So it is in a personal course as soon as at most one unit is certainly missing. A personal block (one of many that
    an item bank or a split test may hand out) makes its unit missing for nobody.
    """
    if not outline.personal:
        return False
    missing = 0
    for _, blocks in counted_units(outline, groups):
        missing += any(not block.personal and block.key not in done for block in blocks)
        if missing > 1:
            return False
    return True
