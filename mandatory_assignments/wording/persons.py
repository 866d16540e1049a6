"""What was recorded of a person, in words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..data import Source
from ..models import Completion
from .completions import SOURCES, told_reference
from .dates import day, day_of


@dataclass(frozen=True, slots=True)
class Recorded:
    """A completion as people read it; `revoked` is empty for one that counts, `floor` the uuid of what revoked it."""

    training: str
    happened: str
    source: str
    by: str
    recorded: str
    reference: str
    grade: str
    revoked: str
    revoked_by: str
    why: str
    floor: str


def recorded(rows: Collection[Completion], names: Mapping[int, str], zone: str) -> list[Recorded]:
    """The completions in their order; days that were recorded as days are told as such."""
    return [_recorded(row, names, zone) for row in rows]


def _recorded(row: Completion, names: Mapping[int, str], zone: str) -> Recorded:
    floor = row.revoked_with
    return Recorded(
        training=row.training.name,
        happened=day(row.happened_on) if row.happened_on else day_of(row.happened_at, zone),
        source=str(SOURCES[Source(row.source)]),
        by=names.get(row.recorded_by_id or 0, ""),
        recorded=day_of(row.recorded_at, zone),
        reference=told_reference(row),
        grade="" if row.grade is None else f"{row.grade:g} %",
        revoked=day_of(row.revoked_at, zone) if row.revoked_at else "",
        revoked_by=names.get(floor.set_by_id or 0, "") if floor else "",
        why=floor.why if floor else "",
        floor=str(floor.uuid) if floor else "",
    )
