"""What the campus teaches: five courses, their texts in one file each. Plain data, readable without Django."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

HEADING = re.compile(r"(?P<depth>#+) (?P<title>.+?)(?: \[(?P<groups>.+)\])?$")


@dataclass
class Lesson:
    """One unit: a text to read and a statement to judge, `true` or not; `groups` limits it to cohorts."""

    title: str
    text: str = ""
    statement: str = ""
    true: bool = False
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Course:
    """One course run; `options` are those of `build.course`. All its sections have one shape."""

    key: str
    name: str
    block_types: tuple[str, ...] = ("html", "problem")
    options: dict[str, object] = field(default_factory=dict)
    cohorts: tuple[str, ...] = ()

    @cached_property
    def sections(self) -> dict[str, dict[str, list[Lesson]]]:
        """Section title -> subsection title -> lessons, in order."""
        return read(Path(__file__).with_name(f"{self.key.split('+')[1]}.md"))


SAFETY = Course("course-v1:Acme+SAFE101+2026", "Workplace safety basics")
DATA = Course(
    "course-v1:Acme+DATA201+2026",
    "Data protection in practice",
    options={"graded": True, "pass_mark": 0.75, "max_attempts": 2},
)
MACHINES = Course("course-v1:Acme+MACH110+2026", "Working with machines", block_types=("html", "video"))
LEADING = Course("course-v1:Globex+LEAD300+2026", "Leading a shift", options={"invitation_only": True})
WELCOME = Course("course-v1:Globex+WELC001+2026", "Welcome to Globex", cohorts=("Plant", "Office"))

COURSES = (SAFETY, DATA, MACHINES, LEADING, WELCOME)


def read(file: Path) -> dict[str, dict[str, list[Lesson]]]:
    """The sections of a course's text: `#` section, `##` subsection, `###` lesson, `true?`/`false?` its statement."""
    sections: dict[str, dict[str, list[Lesson]]] = {}
    lessons: list[Lesson] = []
    for line in filter(None, file.read_text(encoding="utf-8").splitlines()):
        heading = HEADING.match(line)
        if heading is None:
            _add(lessons[-1], line)
        elif heading["depth"] == "#":
            subsections = sections.setdefault(heading["title"], {})
        elif heading["depth"] == "##":
            lessons = subsections.setdefault(heading["title"], [])
        else:
            lessons.append(Lesson(heading["title"], groups=tuple(filter(None, (heading["groups"] or "").split(", ")))))
    return sections


def _add(lesson: Lesson, line: str) -> None:
    for mark, truth in (("true? ", True), ("false? ", False)):
        if line.startswith(mark):
            lesson.statement, lesson.true = line.removeprefix(mark), truth
            return
    lesson.text = f"{lesson.text} {line}".strip()
