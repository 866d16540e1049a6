"""The one thing to do next about an assignment that is overdue or needs attention, as a link or a button.

What the trouble is, the wording says; here stands only where the way out of it begins, as far as the role goes it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from .. import wording
from ..data import Scope, Status
from ..queries import standing

RETRIED = frozenset({"closed", "full", "not_allowed", "no_such_mode", "failed"})
"""Refusals of an enrolment that may be none any more when it is tried again."""


@dataclass(frozen=True, slots=True)
class Step:
    """`url` is where it begins; `at_once`: the button does it, else a page comes first."""

    text: str
    url: str
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list: the assignment in words, the next step where there is one, and whether it can be chosen."""

    row: wording.Shown
    step: Step | None
    choosable: bool


def next_step(cycle: Any, row: wording.Shown, scope: Scope, *, mine: bool, reminded: Collection[int]) -> Step | None:
    """None where nobody has to do anything. `reminded` holds the ids of the rounds whose learner was reminded lately.

    `mine`: the scope may change it.
    """
    if not row.cause:
        return None
    if mine and row.needs_attention:
        if cycle.attention in RETRIED:
            return Step(_("Try the enrolment again"), _url("retry", row), at_once=True)
        if cycle.attention != standing.NOT_ENROLLED:
            return Step(_("Assign another"), reverse("mandatory_assignments:staff-new"))
    if mine and row.frozen:
        return Step(_("Move the due date"), _url("edit", row))
    if mine and row.offline and row.status == Status.OVERDUE and not cycle.training.archived_at:
        asked = {"kind": cycle.training.kind, "training": cycle.training.uuid, "learner": row.username}
        return Step(_("Record it"), f"{reverse('mandatory_assignments:staff-progress-add')}?{urlencode(asked)}")
    left = cycle.units_total - cycle.units_done or not cycle.units_done
    asked_to_go_on = row.status == Status.OVERDUE and left and not row.needs_attention
    if asked_to_go_on or cycle.attention == standing.NOT_ENROLLED:
        if cycle.id not in reminded and not (row.held or row.frozen or cycle.training.archived_at):
            return Step(_("Remind now"), _url("remind", row), at_once=True)
        if mine and asked_to_go_on:
            return Step(_("Move the due date"), _url("edit", row))
    return Step(_("See what is known"), _url("assignment", row))


def _url(name: str, row: wording.Shown) -> str:
    return reverse(f"mandatory_assignments:staff-{name}", kwargs={"assignment_id": row.id})
