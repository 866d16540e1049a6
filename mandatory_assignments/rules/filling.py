"""Texts that staff wrote, with named placeholders such as {learner}: what they may name, and filling them in."""

import re
from collections.abc import Mapping

PLACEHOLDERS = (
    "learner",
    "training",
    "due_date",
    "due_in_words",
    "zone",
    "percent",
    "units",
    "note",
    "assigned_by",
    "organization",
    "platform",
    "link",
)
"""Everything a template may name."""

LONGEST_SUBJECT = 255
LONGEST_BODY = 10_000

_NAMED = re.compile(r"\{([^{}]*)\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def unknown_placeholders(text: str) -> list[str]:
    """What the text names in braces and may not, in order; a brace that stands alone is named itself."""
    found = [name for name in _NAMED.findall(text) if name not in PLACEHOLDERS]
    rest = _NAMED.sub("", text)
    return list(dict.fromkeys([*found, *(brace for brace in "{}" if brace in rest)]))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in, once: what a value holds is never a placeholder.

    Raises KeyError for one that is unknown.
    """
    return _NAMED.sub(lambda match: values[match.group(1)], text)


def as_header(text: str) -> str:
    """The text as it may stand in a mail's header: one line, without control characters."""
    return " ".join(_CONTROL.sub(" ", text).split())[:LONGEST_SUBJECT]
