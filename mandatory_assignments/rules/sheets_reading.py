"""An uploaded CSV as lines: how it is written is found out, and what cannot be read is refused for one clear reason.

Pure: bytes in, lines out. It knows nothing of what the columns mean, of limits in bytes, or of languages.
"""

import codecs
import csv
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .sheets import neutral

DELIMITERS = (",", ";", "\t")
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files begin that a spreadsheet program writes as its own."""

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATOR_LINE = re.compile(r'^"?sep=(.)"?[ \t]*$', re.IGNORECASE)


class Unreadable(Exception):
    """The file as a whole is refused: `code` says why, `facts` holds what the message names.

    Codes: `empty_file`, `header_only`, `spreadsheet`, `nul_bytes`, `undecodable`, `missing_columns` (columns, found),
    `repeated_column` (column), `broken_line` (line), `too_many_rows` (most).
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class Line:
    """A line by the names of its columns, blanks around cells left out; numbered as a spreadsheet does it."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a file is written, and which of the wanted columns it has."""

    encoding: str
    delimiter: str
    columns: Collection[str]
    _text: str
    _places: Mapping[str, int]

    def lines(self, most: int | None = None) -> Iterator[Line]:
        """The lines below the heading that say anything; raises Unreadable `broken_line` and `too_many_rows`."""
        records = _records(self._text, self.delimiter)
        next((cells for _number, cells in records if any(cells)), None)
        count = 0
        for number, cells in records:
            if not any(cells):
                continue
            count += 1
            if most is not None and count > most:
                raise Unreadable("too_many_rows", most=most)
            yield Line(number, {name: plain(cells[at]) if at < len(cells) else "" for name, at in self._places.items()})


def read(content: bytes, wanted: Mapping[str, Collection[str]], needed: Sequence[Collection[str]] = ()) -> Sheet:
    """The sheet in these bytes; `wanted` gives each column's headings in small letters, the first is its usual one.

    Of each group of `needed` columns one has to be there. Order and case of columns do not matter; others are ignored.
    """
    encoding, text = text_of(content)
    first, _end, rest = text.partition("\n")
    told = _SEPARATOR_LINE.match(first)
    if told:
        text = rest
    names = {heading: name for name, headings in wanted.items() for heading in headings}
    delimiters = (told.group(1),) if told and told.group(1) not in '"\r\n' else DELIMITERS
    delimiter = max(delimiters, key=lambda each: sum(heading in names for heading in _heading(text, each)))
    heading = _heading(text, delimiter)
    if not heading:
        raise Unreadable("empty_file")
    places: dict[str, int] = {}
    for place, told_as in enumerate(heading):
        if (name := names.get(told_as)) is None:
            continue
        if name in places:
            raise Unreadable("repeated_column", column=told_as)
        places[name] = place
    missing = [group for group in needed if not any(name in places for name in group)]
    if missing:
        raise Unreadable(
            "missing_columns",
            columns=[[next(iter(wanted[name])) for name in group] for group in missing],
            found=[told_as for told_as in heading if told_as][:20],
        )
    sheet = Sheet(encoding, delimiter, tuple(places), text, places)
    if next(sheet.lines(), None) is None:
        raise Unreadable("header_only")
    return sheet


def text_of(content: bytes) -> tuple[str, str]:
    """How these bytes are written, and what: lines that end with a line feed; raises Unreadable where it is no text."""
    if content.startswith(SPREADSHEETS):
        raise Unreadable("spreadsheet")
    encoding, text = _decoded(content)
    if "\x00" in text:
        raise Unreadable("nul_bytes")
    if not text.strip():
        raise Unreadable("empty_file")
    return encoding, text.replace("\r\n", "\n").replace("\r", "\n")


def plain(cell: str) -> str:
    """The cell without the apostrophe that a file of ours led it with."""
    cell = cell.strip()
    return cell[1:].strip() if cell[:1] == "'" and neutral(cell[1:]) == cell else cell


def _decoded(content: bytes) -> tuple[str, str]:
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _normal(encoding), _decode(content, encoding)
    if guessed := _without_mark(content):
        return _normal(guessed), _decode(content, guessed)
    try:
        return "utf-8", content.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252", _decode(content, "cp1252")


def _normal(encoding: str) -> str:
    return "utf-8" if encoding == "utf-8-sig" else encoding.removesuffix("-le").removesuffix("-be")


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("undecodable") from error


def _without_mark(content: bytes) -> str:
    """UTF-16 that does not say so: nearly every other byte of western text is zero."""
    first = content[:2000]
    if len(content) % 2 or len(first) < 2:
        return ""
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = first[offset::2].count(0), first[1 - offset :: 2].count(0)
        if zeros > len(first) * 0.35 and not others:
            return encoding
    return ""


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every record with its number, the heading's included; blank ones are empty lists."""
    number = 0
    records = csv.reader(_lines_of(text), delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable("broken_line", line=number + 1) from error
        number += 1
        yield number, [cell.strip() for cell in cells]


def _lines_of(text: str) -> Iterator[str]:
    """The text line by line, each with its end: no second copy of it is made, and no other sign ends a line."""
    begin = 0
    while begin < len(text):
        end = text.find("\n", begin) + 1 or len(text)
        yield text[begin:end]
        begin = end


def _heading(text: str, delimiter: str) -> list[str]:
    """The first record that says anything, as names are compared."""
    try:
        cells = next((cells for _number, cells in _records(text, delimiter) if any(cells)), [])
    except Unreadable:
        return []
    return [_comparable(cell) for cell in cells]


def _comparable(heading: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", heading).casefold().replace("_", " ").split())
