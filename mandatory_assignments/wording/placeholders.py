"""What the placeholders of a template stand for, in words, with an example of each. Knows no assignment."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .dates import day

EXAMPLE_DUE_ON = date(2027, 6, 4)
EXAMPLE_DAYS = 3

MEANINGS: dict[str, Any] = {
    "learner": gettext_lazy("Name of the learner"),
    "training": gettext_lazy("Name of the training"),
    "due_date": gettext_lazy("Due date with its weekday"),
    "due_in_words": gettext_lazy("How much time is left when the mail goes out, or how late it is"),
    "zone": gettext_lazy("Time zone in which the due date ends"),
    "percent": gettext_lazy("How much is done"),
    "units": gettext_lazy("Units done out of all"),
    "note": gettext_lazy("The note to the learner"),
    "assigned_by": gettext_lazy("Name of who assigned it"),
    "organization": gettext_lazy("Name of the organization"),
    "platform": gettext_lazy("Name of the platform"),
    "link": gettext_lazy("Address of the assignment's page"),
}


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One of them as staff read about it; `written` is how it stands in a text."""

    written: str
    meaning: str
    example: str


def examples(platform: str, link: str) -> dict[str, str]:
    """A value for each, made up but for the platform's name and the address."""
    left = ngettext("%(days)d day left", "%(days)d days left", EXAMPLE_DAYS) % {"days": EXAMPLE_DAYS}
    return {
        "learner": "Lena Sommer",
        "training": _("Fire safety"),
        "due_date": day(EXAMPLE_DUE_ON),
        "due_in_words": left,
        "zone": "Europe/Berlin",
        "percent": "40 %",
        "units": "4/10",
        "note": _("Please finish this before the audit."),
        "assigned_by": "Cora Berg",
        "organization": "Acme",
        "platform": platform,
        "link": link,
    }


def explained(platform: str, link: str) -> list[Placeholder]:
    """Every placeholder with its meaning and an example."""
    values = examples(platform, link)
    return [Placeholder(f"{{{name}}}", str(meaning), values[name]) for name, meaning in MEANINGS.items()]
