"""A small world and few words to tell what one learner did in it, so that a rule's case is one line.

Courses and their units (a unit is one block of the same name): fire a b c d; data x y; exam e f q, where q is graded;
mixed g h, where g is for group 1 only; half with one unit of two blocks m n; empty without units.
Modules: intro = a b; across = b of fire and x of data; talk is held offline.
Paths: safety = fire and data, exam is optional; licence = exam and data; yard = data and the offline course drill.
Days are numbers; everything happens at noon.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from mandatory_assignments.data import (
    Block,
    Catalogue,
    Certificate,
    CourseGrade,
    CourseOutline,
    Criterion,
    Floor,
    FloorCause,
    LearnerEvidence,
    Section,
    Shape,
    Subsection,
    Testimony,
    TrainingKind,
    Unit,
    Verdict,
)
from mandatory_assignments.rules import evidence as rules

COURSES = {
    "fire": "a b c d",
    "data": "x y",
    "exam": "e f q*",
    "mixed": "g@1 h",
    "half": "m+n",
    "empty": "",
}
COURSE, MODULE, PATH = TrainingKind.COURSE, TrainingKind.MODULE, TrainingKind.PATH
SHAPES = {
    **{name: {"kind": COURSE, "course_keys": (name,)} for name in COURSES},
    "intro": {"kind": MODULE, "course_keys": ("fire",), "block_keys": ("unit a", "unit b")},
    "across": {"kind": MODULE, "course_keys": ("fire", "data"), "block_keys": ("unit b", "unit x")},
    "talk": {"kind": MODULE, "offline": True},
    "drill": {"kind": COURSE, "offline": True},
    "safety": {"kind": PATH, "course_keys": ("fire", "data")},
    "licence": {"kind": PATH, "course_keys": ("exam", "data")},
    "yard": {"kind": PATH, "course_keys": ("data",), "offline_parts": ("drill",)},
    "hollow": {"kind": PATH, "course_keys": ("fire", "empty")},
}
IDS = {name: number for number, name in enumerate(SHAPES, start=1)}


def noon(day: float) -> datetime:
    """That day at noon."""
    return datetime(2027, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)


def day_of(instant: datetime | None) -> float | None:
    """The number of the day of an instant."""
    return None if instant is None else (instant - noon(0)) / timedelta(days=1)


def _block(text: str) -> Block:
    name, _, group = text.rstrip("*").partition("@")
    groups = {50: frozenset({int(group)})} if group else {}
    return Block(name, "problem" if text.endswith("*") else "html", groups, graded=text.endswith("*"))


def _outline(name: str, units: str) -> CourseOutline:
    rows = []
    for text in units.split():
        blocks = tuple(_block(part) for part in text.split("+"))
        rows.append(Unit(f"unit {blocks[0].key}", text, blocks))
    return CourseOutline(name, (Section(f"{name} 1", name, (Subsection(f"{name} 1.1", name, tuple(rows)),)),))


def catalogue(criterion: Criterion = Criterion.CONTENT_AND_PASSING, *, without: str = "") -> Catalogue:
    """The world, every training with this criterion; `without` is a course that cannot be read."""
    shapes = {}
    for name, made_of in SHAPES.items():
        parts = tuple(IDS[part] for part in made_of.get("offline_parts", ()))
        needed = Criterion.CONTENT if made_of["kind"] == MODULE else criterion
        shapes[IDS[name]] = Shape(
            **{**made_of, "id": IDS[name], "key": name, "criterion": needed, "offline_parts": parts}
        )
    outlines = {name: _outline(name, units) for name, units in COURSES.items() if name != without}
    return Catalogue(shapes, outlines)


@dataclass
class Story:
    """What one learner did; each word of it is a function that adds to it."""

    blocks: dict[str, dict[str, list[datetime]]] = field(default_factory=lambda: defaultdict(dict))
    evidence: LearnerEvidence = field(default_factory=LearnerEvidence)

    def told(self) -> LearnerEvidence:
        """The evidence."""
        return replace(self.evidence, blocks=self.blocks)


Word = Callable[[Story], None]


def tell(*words: Word) -> LearnerEvidence:
    """The evidence after all of this."""
    story = Story()
    for word in words:
        word(story)
    return story.told()


def did(names: str, day: float) -> Word:
    """Finished these blocks on that day, and the platform recorded it."""

    def add(story: Story) -> None:
        for name in names.split():
            course = next(course for course, units in COURSES.items() if name in _names(units))
            story.blocks[course].setdefault(name, []).append(noon(day))

    return add


def _names(units: str) -> set[str]:
    return {_block(part).key for text in units.split() for part in text.split("+")}


def _adding(**changes: Any) -> Word:
    def add(story: Story) -> None:
        old = story.evidence
        merged = {
            name: {**getattr(old, name), **value} if isinstance(value, dict) else [*getattr(old, name), *value]
            for name, value in changes.items()
        }
        story.evidence = replace(old, **merged)

    return add


def passed(course: str, day: float, *, graded: float | None = None) -> Word:
    """Passes now, for the first time on `day`; the grade was last computed on `graded`."""
    return _adding(grades={course: CourseGrade(80.0, True, noon(day), noon(day if graded is None else graded))})


def failed(course: str, day: float, *, once_passed: float | None = None) -> Word:
    """Is below the mark since `day`, though it was passed before on `once_passed`."""
    first = None if once_passed is None else noon(once_passed)
    return _adding(grades={course: CourseGrade(60.0, False, first, noon(day))})


def certified(course: str, day: float, *, valid: bool = True) -> Word:
    """Has a certificate that was last changed on that day."""
    return _adding(certificates={course: Certificate("downloadable" if valid else "unavailable", valid, noon(day))})


def attested(training: str, day: float, *, recorded: float | None = None) -> Word:
    """Staff or an import say that it was completed on `day`; they recorded it then, or on `recorded`."""
    when = noon(day if recorded is None else recorded)
    return _adding(testimonies=[Testimony(IDS[training], noon(day), when)])


def revoked(training: str, day: float, *, number: int = 1) -> Word:
    """The training was revoked on that day."""
    return _adding(floors=[Floor(number, IDS[training], noon(day), FloorCause.REVOKED)])


def begun_anew(training: str, day: float, *, cycle: int = 7, number: int = 2) -> Word:
    """A cycle of the training began anew on that day."""
    return _adding(floors=[Floor(number, IDS[training], noon(day), FloorCause.CYCLE, cycle)])


def in_group(course: str, group: int) -> Word:
    """Is in this group of the course."""
    return _adding(groups={course: {50: group}})


def judged(
    training: str,
    told: LearnerEvidence,
    *,
    criterion: Criterion = Criterion.CONTENT_AND_PASSING,
    cycle: int | None = None,
    without: str = "",
) -> Verdict | None:
    """The verdict on the training's progress, or on one cycle of it."""
    world = catalogue(criterion, without=without)
    if cycle is None:
        floors = rules.floors_of_progress(told.floors, IDS[training])
    else:
        floors = rules.floors_of_cycle(told.floors, IDS[training], cycle)
    return rules.judge(world.shapes[IDS[training]], world, told, floors)


def in_short(verdict: Verdict | None) -> str:
    """ "2/4", "4/4 done on day 3", with "failing" behind where a grade is in the way; "unreadable"."""
    if verdict is None:
        return "unreadable"
    words = [f"{verdict.count.units_done}/{verdict.count.units_total}"]
    if verdict.completed_at:
        words.append(f"done on day {day_of(verdict.completed_at):g}")
    return " ".join([*words, *(["failing"] if verdict.failing else [])])
