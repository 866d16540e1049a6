"""Rows as a file for spreadsheets: CSV as a stream of lines, in UTF-8 with a mark that tells it."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from ..rules.sheets import neutral

LINES = 500
"""Lines that are handed on at once."""


def csv_stream(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The file in pieces; memory holds one piece. Cells that a spreadsheet would work out are neutralised."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    text.write("\ufeff")
    writer.writerow(heading)
    for number, row in enumerate(rows, 1):
        writer.writerow([neutral(cell) for cell in row])
        if number % LINES == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: StringIO) -> bytes:
    piece = text.getvalue().encode(errors="replace")
    text.seek(0)
    text.truncate()
    return piece
