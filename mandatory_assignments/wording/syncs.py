"""What bringing a directory up to date does, in words: the parts of a plan, and the changes of one person."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .dates import number

KIND_NAMES = {
    "joining": gettext_lazy("Joining"),
    "moving": gettext_lazy("Moving"),
    "leaving": gettext_lazy("Leaving"),
    "managers": gettext_lazy("Only other managers"),
    "errors": gettext_lazy("Errors"),
    "unchanged": gettext_lazy("Unchanged"),
}
PART_NAMES = {
    "departments": gettext_lazy("Departments"),
    "groups": gettext_lazy("Learning groups"),
    "managers": gettext_lazy("Managers"),
}

_CHANGES = (
    ("add_departments", gettext_lazy("joins %(places)s")),
    ("remove_departments", gettext_lazy("leaves %(places)s")),
    ("add_groups", gettext_lazy("joins the group %(places)s")),
    ("remove_groups", gettext_lazy("leaves the group %(places)s")),
    ("add_managers", gettext_lazy("gets as manager %(places)s")),
    ("remove_managers", gettext_lazy("is no more managed by %(places)s")),
)


def changes(values: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """What changes for one person, as one line; `names` maps the ids of managers."""
    told = [_("becomes a member of the organization")] if values.get("joins") else []
    for change, words in _CHANGES:
        places: Sequence[Any] = values.get(change, ())
        if places:
            told.append(str(words) % {"places": ", ".join(str(names.get(each, each)) for each in places)})
    return "; ".join(told)


def managers_in(values: Mapping[str, Any]) -> list[int]:
    """The ids of the managers whom these changes name."""
    return [*values.get("add_managers", ()), *values.get("remove_managers", ())]


def emptied(part: str, name: str, leaving: int, size: int) -> str:
    """Where so many leave that somebody has to confirm it."""
    facts = {"name": name, "leaving": number(leaving), "size": number(size)}
    if part == "organization":
        told = ngettext(
            "%(leaving)s of %(size)s member of the organization leaves something",
            "%(leaving)s of %(size)s members of the organization leave something",
            size,
        )
    elif part == "department":
        told = ngettext(
            "%(leaving)s of %(size)s person leaves the department %(name)s",
            "%(leaving)s of %(size)s people leave the department %(name)s",
            size,
        )
    else:
        told = ngettext(
            "%(leaving)s of %(size)s person leaves the learning group %(name)s",
            "%(leaving)s of %(size)s people leave the learning group %(name)s",
            size,
        )
    return told % facts
