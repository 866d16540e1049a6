"""What was recorded of a person, in words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..data import Source
from ..models import Completion
from .dates import day, day_of
from .rounds import SOURCES


@dataclass(frozen=True, slots=True)
class Recorded:
    """A completion as people read it; `revoked` is empty for one that counts."""

    training: str
    happened: str
    source: str
    by: str
    recorded: str
    reference: str
    grade: str
    revoked: str


def recorded(rows: Collection[Completion], names: Mapping[int, str], zone: str) -> list[Recorded]:
    """The completions in their order; days that were recorded as days are told as such."""
    return [
        Recorded(
            row.training.name,
            day(row.happened_on) if row.happened_on else day_of(row.happened_at, zone),
            str(SOURCES[Source(row.source)]),
            names.get(row.recorded_by_id or 0, ""),
            day_of(row.recorded_at, zone),
            row.reference,
            "" if row.grade is None else f"{row.grade:g} %",
            day_of(row.revoked_at, zone) if row.revoked_at else "",
        )
        for row in rows
    ]
