"""Lists of people as they are pasted or uploaded: one username or e-mail a line, or a column of a CSV file.

It reads text alone; who is meant is asked elsewhere.
"""

import csv
from collections.abc import Sequence

from django.utils.translation import gettext as _

MOST_TYPED = 2_000
MOST_LISTED = 100_000
MOST_BYTES = 10_000_000
LONGEST_ENTRY = 254

COLUMNS = ("username", "email", "e-mail", "e_mail", "user", "login", "benutzername", "e-mail-adresse", "mail")
"""Headings of a column that names people, whatever the case."""


class Unreadable(Exception):
    """The list cannot be used; the text says why."""


def typed(text: str) -> list[str]:
    """The entries of what was typed or pasted, each once; raises Unreadable."""
    return _entries(text.replace("\x00", "").splitlines(), MOST_TYPED)


def uploaded(content: bytes) -> list[str]:
    """The entries of a file, each once; raises Unreadable."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable(_("This is a spreadsheet file. Save it as CSV or plain text and choose that."))
    lines = [line for line in _text(content).splitlines() if line.strip()]
    if lines and lines[0].lower().startswith("sep="):
        del lines[0]
    if not lines:
        raise Unreadable(_("The file is empty."))
    delimiter = max(",;\t", key=lines[0].count)
    if delimiter not in lines[0]:
        first = lines[0].strip().strip('"').casefold()
        return _entries([line.strip().strip('"') for line in lines[first in COLUMNS :]], MOST_LISTED)
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error as error:
        raise Unreadable(_("The file cannot be read as CSV.")) from error
    heading = [cell.strip().casefold() for cell in rows[0]]
    column = next((heading.index(name) for name in COLUMNS if name in heading), None)
    if column is None:
        told = _("The file has several columns, and none is called “username” or “email”. Name it in the first line.")
        raise Unreadable(told)
    return _entries([row[column] for row in rows[1:] if len(row) > column], MOST_LISTED)


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: Sequence[str] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable(_("This is no text file."))


def _entries(lines: Sequence[str], most: int) -> list[str]:
    entries = list(dict.fromkeys(entry for line in lines if (entry := line.strip().strip(",;").strip())))
    if len(entries) > most:
        facts = {"count": len(entries), "most": most}
        raise Unreadable(_("These are %(count)d entries; at most %(most)d are allowed.") % facts)
    for number, entry in enumerate(entries, 1):
        if len(entry) > LONGEST_ENTRY:
            told = _("Entry %(number)d (%(entry)s) is longer than %(most)d characters.")
            raise Unreadable(told % {"number": number, "entry": f"{entry[:40]}…", "most": LONGEST_ENTRY})
    return entries
