"""Uploaded files within the site's limits, and in words why one is refused as a whole."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import Invalid, Problem
from ..rules import sheets_reading
from ..rules.sheets_reading import Line, Sheet, Unreadable
from ..settings import setting

DELIMITER_NAMES = {",": gettext_lazy("comma"), ";": gettext_lazy("semicolon"), "\t": gettext_lazy("tab")}
"""What the signs between cells are called; another is shown as it is."""


def most_rows() -> int:
    """How many lines a file may have."""
    return int(setting("UPLOAD_MAX_ROWS"))


def most_bytes() -> int:
    """How many bytes a file may have."""
    return int(setting("UPLOAD_MAX_BYTES"))


def check_size(size: int) -> None:
    """Raises Invalid `too_large`; ask before the file is read."""
    if size > most_bytes():
        message = _("The file has %(size)s bytes; at most %(most)s are allowed.")
        raise Invalid(Problem("too_large", message % {"size": size, "most": most_bytes()}, "file"))


def sheet(
    content: bytes, wanted: Mapping[str, Collection[str]], needed: Sequence[Collection[str]]
) -> tuple[Sheet, Iterator[Line]]:
    """The sheet and its lines; raises Invalid about the field `file`, the lines also while they are read."""
    check_size(len(content))
    with _in_words():
        found = sheets_reading.read(content, wanted, needed)
    return found, _lines(found)


def one_column(content: bytes, wanted: Mapping[str, Collection[str]]) -> Iterator[str]:
    """What stands in the first of these columns that says anything; or each line, where nothing separates columns.

    Such a list may begin with a heading or not. Raises Invalid as `sheet` does, but for the limits.
    """
    with _in_words():
        _encoding, text = sheets_reading.text_of(content)
        lines = [line.strip().strip('"') for line in text.split("\n") if line.strip()]
        if any(delimiter in lines[0] for delimiter in DELIMITER_NAMES) or lines[0].lower().startswith("sep="):
            for line in sheets_reading.read(content, wanted, [tuple(wanted)]).lines():
                yield next((cell for name in wanted if (cell := line.cells.get(name))), "")
        else:
            headings = {heading for each in wanted.values() for heading in each}
            yield from lines[lines[0].casefold() in headings :]


def _lines(found: Sheet) -> Iterator[Line]:
    with _in_words():
        yield from found.lines(most_rows())


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except Unreadable as refusal:
        raise Invalid(Problem(refusal.code, _message(refusal.code, refusal.facts), "file")) from refusal


def _message(code: str, facts: Mapping[str, Any]) -> str:
    match code:
        case "empty_file":
            return _("The file is empty.")
        case "header_only":
            return _("The file has a heading and no lines below it.")
        case "spreadsheet":
            return _("This is a spreadsheet program's own format: save it as CSV and upload that.")
        case "nul_bytes":
            return _("The file holds NUL bytes: it is no text.")
        case "undecodable":
            return _("The characters of the file cannot be read: save it as UTF-8, UTF-16 or Windows-1252.")
        case "missing_columns":
            columns = ", ".join(f" {_('or')} ".join(group) for group in facts["columns"])
            named = {"columns": columns, "found": ", ".join(facts["found"]) or "–"}
            return _("These columns are missing: %(columns)s. The file has: %(found)s.") % named
        case "repeated_column":
            return _('The column "%(column)s" is there twice.') % facts
        case "broken_line":
            return (
                _("Line %(line)d cannot be read: a quotation mark is in the wrong place, or a cell never ends.") % facts
            )
        case "too_many_rows":
            return _("The file has more than %(most)d lines; split it.") % facts
    raise KeyError(code)
