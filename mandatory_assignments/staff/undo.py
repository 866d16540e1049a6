"""Taking back what was just done, offered beside the message that tells of it: where that is possible, and no further.

The offer is signed and carried by the message. What somebody changed meanwhile stays as it is; mails that went out stay
sent, and whoever was told is told of this, too.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from .. import kept
from ..data import Outcome, Refused, Scope
from ..queries import acting, progress, recordable
from ..services.change import change_assignments
from ..services.departments import change_department_managers, change_department_members
from ..services.directory import change_coordinators, change_managers
from ..services.exempt import exempt_assignments, lift_exemptions
from ..services.groups import change_group_members
from ..services.pause import pause_learner, resume_learner
from ..services.revoke import revoke_completions, undo_revocation
from .doors import check, staff_page, way_back

SALT = "mandatory_assignments.undo"


def offer(request: HttpRequest, told: str, act: str, what: Any) -> None:
    """Tells that something was done, with a button that takes it back; without one where `what` is empty.

    `what` is: for "change" [uuid, fields before, fields now] of each (see `change_of`), for "exempt" and "lift" what
    the others need to be as they were (see `_exempt`), for "leave" one of LISTS, whose it is and the usernames, for
    "pause" and "resume" the arguments of the other verb, for "record" the ids of rows of progress, for "revoke" the
    uuids of revocations.
    """
    tag = signing.dumps([act, what], salt=SALT, compress=True) if what else ""
    messages.success(request, told, extra_tags=tag, fail_silently=True)


@require_POST
@staff_page
def undo(request: HttpRequest, scope: Scope, now: datetime) -> HttpResponse:
    """Takes it back as far as nobody changed it since, and tells what came of that."""
    check(scope.assigns)
    try:
        act, what = signing.loads(request.POST.get("undo", ""), salt=SALT)
        take_back = ACTS[act]
    except (signing.BadSignature, KeyError):  # an act of another release is none of ours
        raise Http404 from None
    try:
        with transaction.atomic():
            outcome = take_back(scope, request.user, what, now)
    except Refused as refusal:
        outcome = Outcome(refused=[("", problem) for problem in refusal.problems])
    if outcome.changed and act in ("record", "revoke", "leave"):
        messages.success(request, _("Taken back."), fail_silently=True)
    elif done := len(outcome.changed):
        told = ngettext(
            "Taken back for %(count)d assignment. Who was told already is told of this, too.",
            "Taken back for %(count)d assignments. Who was told already is told of this, too.",
            done,
        )
        messages.success(request, told % {"count": done}, fail_silently=True)
    elif not outcome.refused:
        messages.success(request, _("Taken back."), fail_silently=True)
    for message in dict.fromkeys(problem.message for _id, problem in outcome.refused):
        messages.warning(request, _("Not taken back: %(why)s") % {"why": message}, fail_silently=True)
    return redirect(way_back(request))


def change_of(id: UUID, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Any]:
    """What "change" needs of one assignment whose fields, as `change_assignments` takes them, were and are these."""
    return [str(id), _written(before), _written(after)]


def _written(fields: Mapping[str, Any]) -> str:
    """Equal fields as equal texts."""
    return json.dumps(kept.fields_json(fields), sort_keys=True)


def _read(text: str) -> dict[str, Any]:
    return kept.fields_of(json.loads(text))


def _change(scope: Scope, actor: Any, changed: Collection[tuple[str, str, str]], now: datetime) -> Outcome:
    """Each assignment's fields as they were, where they still are what they were changed to."""
    rows = acting.chosen(scope, [UUID(id) for id, _before, _after in changed])
    alike: dict[str, list[UUID]] = defaultdict(list)
    for id, before, after in changed:
        if (row := rows.get(UUID(id))) and _written(acting.fields_of(row, list(_read(after)))) == after:
            alike[before].append(row.assignment.uuid)
    outcomes = [
        change_assignments(actor=actor, ids=ids, fields=_read(fields), now=now) for fields, ids in alike.items()
    ]
    return _together(outcomes, stale=len(changed) - sum(map(len, alike.values())))


def _exempt(scope: Scope, actor: Any, exempted: Collection[str], now: datetime) -> Outcome:
    """An exemption that was a mistake: the deadlines are what they were before."""
    return lift_exemptions(actor=actor, ids=[UUID(id) for id in exempted], undo=True, now=now)


def _lift(scope: Scope, actor: Any, lifted: Collection[tuple[str, str, str | None]], now: datetime) -> Outcome:
    """Exempt again, each for the reason and up to the day that it was."""
    alike: dict[tuple[str, str | None], list[UUID]] = defaultdict(list)
    for id, reason, until in lifted:
        alike[reason, until].append(UUID(id))
    return _together(
        [
            exempt_assignments(
                actor=actor, ids=ids, reason=reason, until=date.fromisoformat(until) if until else None, now=now
            )
            for (reason, until), ids in alike.items()
        ]
    )


def _pause(scope: Scope, actor: Any, named: Mapping[str, str], now: datetime) -> Outcome:
    return resume_learner(actor=actor, **named, now=now)


def _resume(scope: Scope, actor: Any, named: Mapping[str, str], now: datetime) -> Outcome:
    """Away again, from today on: what the absence lasted so far, the deadlines have moved by already."""
    days = {name: date.fromisoformat(named[name]) for name in ("from_on", "until_on")}
    return pause_learner(actor=actor, **{**named, **days}, now=now)


def _record(scope: Scope, actor: Any, ids: Collection[str], now: datetime) -> Outcome:
    """What was recorded of somebody who had done nothing else there, nor has since."""
    keys = list(progress.keys_of([UUID(id) for id in ids]).values())
    alone = [key for key in keys if recordable.stands_alone(key)]
    reason = _("Recorded by mistake")
    outcome = revoke_completions(actor=actor, keys=alone, reason=reason, reset_course_state=False, now=now)
    return _together([outcome], stale=len(keys) - len(alone))


def _revoke(scope: Scope, actor: Any, floors: Collection[str], now: datetime) -> Outcome:
    """What was deleted counts again, each as far as nothing newer happened."""
    outcomes = []
    for floor in floors:
        try:
            outcomes.append(undo_revocation(UUID(floor), actor=actor, now=now))
        except Refused as refusal:
            outcomes.append(Outcome(refused=[(floor, problem) for problem in refusal.problems]))
    return _together(outcomes)


LISTS: Mapping[str, Callable[..., Outcome]] = {
    "coordinators": change_coordinators,
    "department_managers": change_department_managers,
    "department_members": change_department_members,
    "group_members": change_group_members,
    "managers": change_managers,
}
"""The lists of the directory that can be left and joined again without losing anything."""


def _leave(scope: Scope, actor: Any, left: tuple[str, Mapping[str, str], Collection[str]], now: datetime) -> Outcome:
    """People back on the list of the directory from which they were taken."""
    name, whose, usernames = left
    places = {name: UUID(value) if name in ("department", "group") else value for name, value in whose.items()}
    outcome = LISTS[name](**places, add=usernames, actor=actor, now=now)
    return Outcome(changed=[*outcome.created, *outcome.unchanged], refused=outcome.refused)


ACTS: Mapping[str, Callable[[Scope, Any, Any, datetime], Outcome]] = {
    "change": _change,
    "leave": _leave,
    "exempt": _exempt,
    "lift": _lift,
    "pause": _pause,
    "resume": _resume,
    "record": _record,
    "revoke": _revoke,
}


def _together(outcomes: Collection[Outcome], stale: int = 0) -> Outcome:
    refused = [each for outcome in outcomes for each in outcome.refused]
    if stale:
        refused.append(("", acting.changed_meanwhile()))
    return Outcome(changed=[id for outcome in outcomes for id in outcome.changed], refused=refused)
