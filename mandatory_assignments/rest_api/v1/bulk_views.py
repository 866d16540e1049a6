"""The calls that change many: at once those that are named, by a confirmed preview all that a filter finds."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from ...data import Bucket, JobKind, Outcome, Problem
from ...queries import changing
from ...queries import jobs as queries
from ...services.bulk_change import plan_bulk_change
from ...services.change import change_assignments
from ...services.exempt import exempt_assignments, lift_exemptions
from ...services.jobs import confirm_job
from ...services.notify import remind_now
from ...services.recur import end_repetition
from ...services.withdraw import withdraw_assignments
from . import answers
from . import change_input as inputs
from .bulk_assignment_input import Token
from .bulk_assignment_views import BulkAssignment, BulkCancel, BulkRetry, BulkRows, JobDoor, told_of
from .calls import told
from .doors import checked
from .input import conditions_of
from .schedule_input import with_rules


class BulkUpdate(JobDoor):
    """`POST assignments/bulk-update/`: one action for up to 500 assignments, or what a preview showed."""

    kind = JobKind.BULK_CHANGE

    @told({200: answers.BulkUpdated, 202: answers.BulkJob}, body=(inputs.BulkUpdate, Token), refuses="404 409")
    def post(self, request: Request) -> Response:
        """What changed, what was so already and what was refused with its reason, each in the order of the ids.

        With a token 202 and the job; the same token again gives the same job.
        """
        if isinstance(request.data, Mapping) and "token" in request.data:
            job = self.job(checked(Token, request.data)["token"])
            confirmed = confirm_job(actor=request.user, token=job.uuid, now=self.now)
            return Response(told_of(confirmed), status=status.HTTP_202_ACCEPTED)
        self.check_acts(request.data)
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


class BulkUpdatePreview(JobDoor):
    """`POST assignments/bulk-update/preview/`: what an action would change of what a filter finds."""

    @told({200: answers.UpdatePreview}, body=inputs.FilterUpdate, refuses="409")
    def post(self, request: Request) -> Response:
        """The token that confirms exactly this; 409 `count_changed` where `expected_count` is not what is found."""
        self.check_acts(request.data)
        asked = checked(inputs.FilterUpdate, request.data)
        job = plan_bulk_change(
            actor=request.user,
            action=asked["action"],
            fields=with_rules(self.scope, checked(inputs.ACTIONS[asked["action"]], asked["fields"])),
            conditions=conditions_of(asked["filter"]),
            expected_count=asked["expected_count"],
            now=self.now,
        )
        found = queries.counts(job)
        refused = {code: number for (bucket, _state, code), number in found.items() if bucket == Bucket.REFUSE}
        return Response(
            {
                "token": str(job.uuid),
                "count": sum(found.values()),
                "counts": {"change": job.total, "refuse": sum(refused.values())},
                "refused": [{"code": code, "count": number} for code, number in sorted(refused.items())],
            }
        )


class UpdateJob(BulkAssignment):
    """`GET bulk-updates/{id}/`: how far a confirmed preview has come."""

    kind = JobKind.BULK_CHANGE


class UpdateCancel(BulkCancel):
    """`POST bulk-updates/{id}/cancel/`."""

    kind = JobKind.BULK_CHANGE


class UpdateRetry(BulkRetry):
    """`POST bulk-updates/{id}/retry/`."""

    kind = JobKind.BULK_CHANGE


class UpdateRows(BulkRows):
    """`GET bulk-updates/{id}/rows.csv`: what became of each assignment."""

    kind = JobKind.BULK_CHANGE


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
