"""The rows of a file of completions: what a cell means, and which rows of one file clash with each other.

Pure: texts in, plain values out. Who and which training is meant by a row is looked up elsewhere.
"""

import re
import unicodedata
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..data import TrainingKind

COLUMNS: Mapping[str, Collection[str]] = {
    "email": (
        "email",
        "e-mail",
        "mail",
        "email address",
        "e-mail-adresse",
        "adresse e-mail",
        "correo electrónico",
        "البريد الإلكتروني",
    ),
    "type": (
        "training type",
        "type",
        "trainingsart",
        "schulungsart",
        "type de formation",
        "tipo de formación",
        "نوع التدريب",
    ),
    "name": ("name", "training", "training name", "schulung", "nom", "nombre", "الاسم"),
    "date": (
        "date (yyyy-mm-dd)",
        "date",
        "completion date",
        "datum (jjjj-mm-tt)",
        "datum",
        "date (aaaa-mm-jj)",
        "fecha (aaaa-mm-dd)",
        "fecha",
        "التاريخ",
    ),
}
"""The columns with their headings; the first of each is the template's."""

HEADING = ("Email", "Training Type", "Name", "Date (yyyy-mm-dd)")
"""The template's heading, and the order of the columns in every file that is handed out."""

EXAMPLES = (
    ("first.example@example.com", "course", "Name of the course", "2026-01-31"),
    ("second.example@example.com", "certification", "Name of the certification", "2026-02-28"),
)
"""The template's rows: left in, they are errors."""

MOST_IN_CELL = 255
"""The longest text that a cell may hold, in characters."""

KINDS = {
    "module": TrainingKind.MODULE,
    "course": TrainingKind.COURSE,
    "path": TrainingKind.PATH,
    "certification": TrainingKind.PATH,
}
"""What the type may be, in small letters."""

DATE_FORMATS = ("yyyy-mm-dd", "dd.mm.yyyy", "dd/mm/yyyy", "mm/dd/yyyy", "yyyy/mm/dd")
"""How dates may be written; one way for a whole file, the first unless somebody says otherwise."""

_EXAMPLE_EMAILS = frozenset(row[0] for row in EXAMPLES)
_PIECES = {"yyyy": "(?P<year>[0-9]{4})", "mm": "(?P<month>[0-9]{2})", "dd": "(?P<day>[0-9]{2})"}
_PATTERNS = {
    each: re.compile(re.sub("yyyy|mm|dd", lambda piece: _PIECES[piece[0]], re.escape(each).replace("\\-", "-")))
    for each in DATE_FORMATS
}


def comparable(name: str) -> str:
    """The name as names are compared: normalized, in small letters, without superfluous blanks."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def kind(text: str) -> TrainingKind | None:
    """The kind of training that a cell names."""
    return KINDS.get(comparable(text))


def day(text: str, date_format: str) -> date | None:
    """The day that a cell names in this format; None for anything else, were it ever so clear what is meant."""
    found = _PATTERNS[date_format].fullmatch(text)
    try:
        return date(**{name: int(value) for name, value in found.groupdict().items()}) if found else None
    except ValueError:
        return None


def is_example(email: str) -> bool:
    """Whether the row is one of the template's."""
    return email.casefold() in _EXAMPLE_EMAILS


def too_long(cells: Sequence[str]) -> int | None:
    """Which of the cells, counted from 0, holds more than any name, address or date has."""
    if max(map(len, cells)) <= MOST_IN_CELL:
        return None
    return next(place for place, cell in enumerate(cells) if len(cell) > MOST_IN_CELL)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of which it is known who completed what on which day."""

    line: int
    learner_id: int
    training: Hashable
    on: date


@dataclass(frozen=True, slots=True)
class Clash:
    """Why a row cannot be taken beside others of the file: `duplicate_row` or `conflicting_dates`, and which."""

    code: str
    lines: tuple[int, ...]


def clashes(rows: Iterable[Row], *, historic: bool) -> dict[int, Clash]:
    """By line what clashes. Of identical rows the first counts; of different days none, unless all are history."""
    found: dict[int, Clash] = {}
    known: dict[tuple[int, Hashable], dict[date, int]] = {}
    for row in rows:
        days = known.setdefault((row.learner_id, row.training), {})
        if row.on in days:
            found[row.line] = Clash("duplicate_row", (days[row.on],))
        else:
            days[row.on] = row.line
    if not historic:
        for days in known.values():
            if len(days) > 1:
                lines = sorted(days.values())
                found |= {
                    line: Clash("conflicting_dates", tuple(each for each in lines if each != line)) for line in lines
                }
    return found
