"""Lists of people as they are pasted or uploaded: one username or e-mail a line, or a column of a CSV file.

It reads text alone; who is meant is asked elsewhere.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ..data import Refused
from ..queries import uploads

MOST_TYPED = 2_000
MOST_LISTED = 100_000
MOST_BYTES = 10_000_000
LONGEST_ENTRY = 254

COLUMNS = {
    "username": ("username", "user", "login", "benutzername"),
    "email": ("email", "e-mail", "e_mail", "e-mail-adresse", "mail"),
}
"""The columns that name people with their headings, whatever the case; where there are both the first one counts."""


class Unreadable(Exception):
    """The list cannot be used; the text says why."""


def typed(text: str) -> list[str]:
    """The entries of what was typed or pasted, each once; raises Unreadable."""
    return _entries(text.replace("\x00", "").splitlines(), MOST_TYPED)


def uploaded(content: bytes) -> list[str]:
    """The entries of a file, each once; raises Unreadable."""
    try:
        return _entries(list(uploads.one_column(content, COLUMNS)), MOST_LISTED)
    except Refused as refusal:
        told = refusal.problems[0].message
        if refusal.code == "missing_columns":
            told = _(
                "The file has several columns, none of them called “username” or “email”: name it in the first line."
            )
        raise Unreadable(told) from refusal


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
