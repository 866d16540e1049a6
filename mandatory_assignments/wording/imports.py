"""Imports of completions in words: the parts of an analysis, and their rows as files that can be uploaded again."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import JobRow
from ..queries import imports, jobs
from ..rules.progress_rows import EXAMPLES, HEADING
from .sheets import csv_stream

BUCKET_NAMES = {
    "new": gettext_lazy("New"),
    "already_completed": gettext_lazy("User already completed"),
    "errors": gettext_lazy("Errors"),
}

REASONED = ("errors", "already_completed", "completed_meanwhile", "failed", "")
"""The parts whose rows say why they are there, in a fifth column."""


def cells(row: JobRow) -> Sequence[str]:
    """What stands in the row's four columns; of a person who is gone nothing but what became of the row."""
    found: Sequence[str] = row.values.get("cells") or (row.entry, "", "", "")
    return found


def template() -> Iterator[bytes]:
    """The file with the heading and two examples, which are errors when they are left in."""
    return csv_stream(HEADING, EXAMPLES)


def sheet(found: QuerySet[JobRow], part: str) -> Iterator[bytes]:
    """These rows as the template has them, which can be uploaded again; a fifth column gives the reason."""
    reasoned = part in REASONED
    heading = [*HEADING, _("Reason")] if reasoned else HEADING
    return csv_stream(heading, _lines(imports.bare(found), reasoned))


def _lines(found: QuerySet[JobRow], reasoned: bool) -> Iterator[Sequence[object]]:
    for chunk in jobs.in_chunks(found):
        for row in chunk:
            yield [*cells(row), row.message] if reasoned else cells(row)
