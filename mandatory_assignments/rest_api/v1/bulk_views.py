"""The call that changes many assignments at once: as many verbs as there are actions, one answer for all."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from ...data import Outcome, Problem
from ...queries import changing
from ...services.change import change_assignments
from ...services.exempt import exempt_assignments, lift_exemptions
from ...services.notify import remind_now
from ...services.recur import end_repetition
from ...services.withdraw import withdraw_assignments
from . import answers
from . import change_input as inputs
from .calls import told
from .change_views import AssignmentDoor
from .doors import checked
from .schedule_input import with_rules


class BulkUpdate(AssignmentDoor):
    """`POST assignments/bulk-update/`: one action for up to 500 assignments."""

    @told({200: answers.BulkUpdated}, body=inputs.BulkUpdate)
    def post(self, request: Request) -> Response:
        """What changed, what was so already and what was refused with its reason, each in the order of the ids."""
        if not (isinstance(request.data, Mapping) and request.data.get("action") == "remind"):
            self.check_assigns()
        asked = checked(inputs.BulkUpdate, request.data)
        action = asked["action"]
        fields = with_rules(self.scope, checked(inputs.ACTIONS[action], asked["fields"]))
        wanted = dict.fromkeys(_meant(text) for text in asked["ids"])
        ids = [id for id in wanted if isinstance(id, uuid.UUID)]
        outcome = _acted(action, actor=request.user, ids=ids, fields=fields, now=self.now)
        refused: dict[uuid.UUID | str, Problem] = dict(outcome.refused)
        refused |= {id: changing.not_found() for id in wanted if isinstance(id, str)}
        changed, unchanged = set(outcome.changed), set(outcome.unchanged)
        return Response(
            {
                "changed": [str(id) for id in wanted if id in changed],
                "unchanged": [str(id) for id in wanted if id in unchanged],
                "refused": [
                    {"id": str(id), "code": refused[id].code, "message": refused[id].message}
                    for id in wanted
                    if id in refused
                ],
            }
        )


def _meant(text: str) -> uuid.UUID | str:
    """The id, or what was sent instead of one: that belongs to nothing."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return text


def _acted(action: str, *, actor: Any, ids: Collection[uuid.UUID], fields: dict[str, Any], now: datetime) -> Outcome:
    match action:
        case "withdraw":
            return withdraw_assignments(actor=actor, ids=ids, **fields, now=now)
        case "exempt":
            return exempt_assignments(actor=actor, ids=ids, **fields, now=now)
        case "lift":
            return lift_exemptions(actor=actor, ids=ids, **fields, now=now)
        case "remind":
            return remind_now(actor=actor, ids=ids, now=now)
        case "end-repetition":
            return end_repetition(actor=actor, ids=ids, **fields, now=now)
    return change_assignments(actor=actor, ids=ids, fields=fields, now=now)
