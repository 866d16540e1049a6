"""What a training has to say of itself, and what of it can be changed later (product 1)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..data import Criterion, TrainingFacts, TrainingKind

LONGEST_NAME = 255
LONGEST_TEXT = 10_000

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,254}")
"""A key of ours: never that of a course, which holds a plus sign or a slash."""

UUID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A code, the field that it is about, and the number that would be allowed, where there is one."""

    code: str
    field: str
    most: int = 0


def wrong(facts: TrainingFacts) -> Iterator[Wrong]:
    """Everything that does not fit together in what is said of a training."""
    course = is_course_run(facts)
    if not (facts.name or course):
        yield Wrong("name_required", "name")
    longest = {"name": LONGEST_NAME, "description": LONGEST_TEXT, "context": LONGEST_TEXT, "goals": LONGEST_TEXT}
    for field, most in longest.items():
        if len(getattr(facts, field)) > most:
            yield Wrong("too_long", field, most)
    if facts.key and not course and (not KEY.fullmatch(facts.key) or UUID.fullmatch(facts.key)):
        yield Wrong("bad_key", "key")
    if not may_complete(facts.kind, facts.criterion):
        yield Wrong("bad_criterion", "criterion")
    for kind, field in ((TrainingKind.MODULE, "blocks"), (TrainingKind.PATH, "parts")):
        if getattr(facts, field) and (facts.offline or facts.kind != kind):
            yield Wrong("not_for_this_kind", field)
    if not facts.offline and facts.kind == TrainingKind.MODULE and not facts.blocks:
        yield Wrong("blocks_required", "blocks")
    if not facts.offline and facts.kind == TrainingKind.PATH and not any(part.required for part in facts.parts):
        yield Wrong("parts_required", "parts")


def may_complete(kind: TrainingKind, criterion: str) -> bool:
    """Whether this criterion can complete a training of the kind: blocks of a course have no grade of their own."""
    if kind == TrainingKind.MODULE:
        return criterion == Criterion.CONTENT
    return criterion in list(Criterion)


def is_course_run(facts: TrainingFacts) -> bool:
    """Whether this is a course of the platform, which says its name and whose it is."""
    return facts.kind == TrainingKind.COURSE and not facts.offline


def changed_though_fixed(before: TrainingFacts, wanted: TrainingFacts) -> Iterator[str]:
    """The fields that differ and may not: what a training is stays, and the platform names its courses."""
    fixed = ["kind", "key", "offline"]
    if is_course_run(before):
        fixed += ["name", "organization"]
    yield from (field for field in fixed if getattr(wanted, field) != getattr(before, field))
