"""What one learner has to do in an assignment, item by item, with what is done already."""

from dataclasses import dataclass
from datetime import datetime

from ..host import lms
from ..models import Cycle
from ..rules import counting
from . import evidence


@dataclass(frozen=True, slots=True)
class Item:
    """A unit that counts: where it stands in the course, whether it is done, where it opens."""

    key: str
    title: str
    section: str
    done: bool
    url: str
    due_at: datetime


def items(cycle: Cycle) -> list[Item]:
    """The units that count for the cycle's learner, in course order; empty where the course cannot be read."""
    pair = (cycle.learner_id, cycle.training.key)
    seen = evidence.course_evidence([pair])
    outline = seen.outlines.get(pair[1])
    if outline is None:
        return []
    done = seen.done.get(pair, evidence.NOTHING_DONE)
    visible = lms.learner_blocks(*pair) if outline.personal else None
    counted = {
        unit.key: all(block.key in done for block in blocks)
        for unit, blocks in counting.counted_units(outline, seen.groups.get(pair, {}), visible)
    }
    urls = lms.unit_urls(counted)
    return [
        Item(unit.key, unit.title, f"{section.title} – {part.title}", counted[unit.key], urls[unit.key], cycle.due_at)
        for section in outline.sections
        for part in section.subsections
        for unit in part.units
        if unit.key in counted
    ]


def next_url(cycle: Cycle) -> str:
    """Where to go on: the first unit that is not done, else the course."""
    return next((item.url for item in items(cycle) if not item.done), lms.course_url(cycle.training.key))
