"""Imports of completions in words: the parts of an analysis, and their rows as files that can be uploaded again."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import JobRow
from ..queries import imports, jobs
from ..rules.progress_rows import DATE_FORMATS, EXAMPLES, HEADING
from .sheets import csv_stream


def _written(day: date, date_format: str) -> str:
    return date_format.replace("yyyy", f"{day:%Y}").replace("mm", f"{day:%m}").replace("dd", f"{day:%d}")


BUCKET_NAMES = {
    "new": gettext_lazy("New"),
    "already_completed": gettext_lazy("User already completed"),
    "errors": gettext_lazy("Errors"),
}

RESULT_NAMES = {
    "created": gettext_lazy("Recorded"),
    "skipped": gettext_lazy("Completed meanwhile"),
    "failed": gettext_lazy("Failed"),
    "waiting": gettext_lazy("Not done yet"),
    "left_out": gettext_lazy("Left out from the start"),
}

FORMAT_EXAMPLES = {each: _written(date(2027, 12, 31), each) for each in DATE_FORMATS}
"""What a day looks like in each way of writing dates."""

SURE = ("new", "created", "waiting")
"""The parts of whose rows there is nothing more to say; all others give the reason in a fifth column."""


def cells(row: JobRow) -> Sequence[str]:
    """What stands in the row's four columns; of a person who is gone nothing but what became of the row."""
    found: Sequence[str] = row.values.get("cells") or (row.entry, "", "", "")
    return found


def template() -> Iterator[bytes]:
    """The file with the heading and two examples, which are errors when they are left in."""
    return csv_stream(HEADING, EXAMPLES)


def sheet(found: QuerySet[JobRow], part: str) -> Iterator[bytes]:
    """These rows as the template has them, which can be uploaded again; a fifth column gives the reason."""
    reasoned = part not in SURE
    heading = [*HEADING, _("Reason")] if reasoned else HEADING
    return csv_stream(heading, _lines(imports.bare(found), reasoned))


def _lines(found: QuerySet[JobRow], reasoned: bool) -> Iterator[Sequence[object]]:
    for chunk in jobs.in_chunks(found):
        for row in chunk:
            yield [*cells(row), row.message] if reasoned else cells(row)
