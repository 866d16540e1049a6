"""A template's text as a mail before anybody gets it: with the facts of an assignment, or with made-up ones.

Sends nothing and stores nothing; what is for the recipient alone, such as the link that ends all mails, is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ..host import lms
from ..models import Notice
from ..queries import noticing
from ..settings import setting
from ..wording import placeholders
from . import letters


@dataclass(frozen=True, slots=True)
class Preview:
    """The mail's subject, what its reader sees of it, and the same as plain text."""

    subject: str
    greeting: str
    paragraphs: Sequence[str]
    link: str
    language: str
    right_to_left: bool
    text: str


def explained() -> list[placeholders.Placeholder]:
    """What a text may name, with examples from this platform."""
    return placeholders.explained(lms.platform_name(), _example_link())


def preview(subject: str, body: str, row: Notice | None, language: str, now: datetime) -> Preview | None:
    """The mail in that language with the facts of the notice, else with examples; None for an unknown placeholder."""
    with translation.override(language):
        if row is None:
            values = placeholders.examples(lms.platform_name(), _example_link())
        else:
            values = letters.values(row, noticing.circumstances([row]), now)
        try:
            subject, body = letters.filled(subject, body, values)
        except KeyError:
            return None
        shown = {
            "greeting": _("Hello %(name)s,") % {"name": values["learner"]},
            "paragraphs": letters.paragraphs(body),
            "link": values["link"],
            "all_url": lms.absolute(reverse("mandatory_assignments:my-assignments")),
            "sign_in": lms.absolute("/"),
            "help_url": setting("HELP_URL"),
            "platform_name": values["platform"],
            "preferences_url": lms.absolute(reverse("mandatory_assignments:preferences")),
            "unsubscribe_url": "…",
        }
        return Preview(
            subject=subject,
            greeting=shown["greeting"],
            paragraphs=shown["paragraphs"],
            link=values["link"],
            language=language,
            right_to_left=translation.get_language_bidi(),
            # What is rendered counts as safe markup, and this is none: strip() makes a plain string of it.
            text=render_to_string("mandatory_assignments/edx_ace/text.txt", shown).strip(),
        )


def _example_link() -> str:
    return lms.absolute(reverse("mandatory_assignments:my-assignments"))
