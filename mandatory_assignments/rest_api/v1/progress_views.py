"""The calls about progress: see it, record that somebody completed something, revoke it, take that back."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from ...data import Conflict, Forbidden, Invalid, JobKind, Problem, Refused
from ...queries import assignments, paging, progress, revoking, training_lists
from ...queries.evidence import Key
from ...services.bulk_revoke import check_count, plan_revocation
from ...services.jobs import confirm_job
from ...services.record import record_completions
from ...services.revoke import revoke_completions, undo_revocation
from . import answers
from . import progress_shapes as shapes
from .answers import page_of
from .bulk_assignment_views import BulkAssignment, BulkCancel, BulkRetry, BulkRows, told_of
from .calls import told
from .change_input import MOST_AT_ONCE
from .doors import StaffDoor, checked, paged

REFUSALS: Mapping[str, type[Forbidden] | type[Conflict]] = {"own_completion": Forbidden, "already_completed": Conflict}
"""By code how it is answered that a completion is not recorded; everything else is Invalid."""


class Progress(StaffDoor):
    """`GET progress/`: what people of the role began or completed. `POST progress/`: records a completion."""

    @told({200: page_of(shapes.Progress)}, query=shapes.ProgressQuery)
    def get(self, request: Request) -> Response:
        """A page, what happened last first; 400 with a code for a filter that cannot be meant."""
        query = checked(shapes.ProgressQuery, request.query_params.dict())
        rows = progress.rows(self.scope, **shapes.conditions_of(query))
        page = paging.page(
            rows,
            [progress.COLUMN],
            descending=True,
            size=query["page_size"],
            cursor=query["cursor"],
            keys_first=True,
        )
        return paged(request, page, *assignments.count(rows), shapes.progress_of(page.rows))

    @told({201: shapes.Progress}, body=shapes.NewCompletion, refuses="409")
    def post(self, request: Request) -> Response:
        """201 with the row; 400 for what is wrong, 403 for oneself, 409 where that day is recorded already."""
        self.check_assigns()
        asked = checked(shapes.NewCompletion, request.data)
        self._check_kind(asked["training"], asked["kind"])
        outcome = record_completions(
            actor=request.user,
            training=asked["training"],
            learners=[asked["learner"]],
            completed_on=asked["completed_on"],
            reference=asked["reference"],
            now=self.now,
        )
        for _entry, problem in outcome.refused:
            raise REFUSALS.get(problem.code, Invalid)(problem)
        row = progress.row_of_completion(outcome.created[0])
        return Response(shapes.progress_of([row])[0], status=status.HTTP_201_CREATED)

    def _check_kind(self, reference: str, kind: str) -> None:
        """Raises Invalid where what is named is there, and of another kind."""
        row = training_lists.named(self.scope, reference)
        if row and row.kind != kind:
            facts = {"entry": reference, "kind": row.kind}
            told = _('"%(entry)s" is of the kind %(kind)s.') % facts
            raise Invalid(Problem("wrong_kind", told, "kind"))


class Revoke(StaffDoor):
    """`POST progress/revoke/`: makes what people did worthless, so that they have to do it again."""

    @told({200: shapes.Revoked, 202: answers.BulkJob}, body=shapes.Revocation, refuses="409")
    def post(self, request: Request) -> Response:
        """What was revoked and what was refused; for a filter with more than 500 rows 202 and the job."""
        self.check_assigns()
        asked = checked(shapes.Revocation, request.data)
        terms = {"reason": asked["reason"], "reset_course_state": asked["reset_course_state"]}
        if "ids" in asked:
            return self._revoked(list(dict.fromkeys(map(_meant, asked["ids"]))), terms)
        conditions, expected = shapes.conditions_of(asked["filter"]), asked["expected_count"]
        rows = progress.rows(self.scope, **conditions)
        found = progress.matching_ids(rows, MOST_AT_ONCE + 1)
        if len(found) > MOST_AT_ONCE:
            job = plan_revocation(
                actor=request.user, conditions=conditions, expected_count=expected, **terms, now=self.now
            )
            confirmed = confirm_job(actor=request.user, token=job.uuid, now=self.now)
            return Response(told_of(confirmed), status=status.HTTP_202_ACCEPTED)
        check_count(len(found), expected)
        return self._revoked(found, terms)

    def _revoked(self, wanted: Sequence[uuid.UUID | str], terms: dict[str, Any]) -> Response:
        keys = _keys(wanted)
        outcome = revoke_completions(actor=self.request.user, keys=list(keys.values()), **terms, now=self.now)
        return _answer(wanted, keys, {key for key, _floor in outcome.changed}, dict(outcome.refused))


class Undo(StaffDoor):
    """`POST progress/undo/`: what was revoked last of these rows counts again."""

    @told({200: shapes.Revoked}, body=shapes.TakenBack)
    def post(self, request: Request) -> Response:
        """What counts again, and what was refused: also where anything newer happened since."""
        self.check_assigns()
        wanted = list(dict.fromkeys(map(_meant, checked(shapes.TakenBack, request.data)["ids"])))
        keys = _keys(wanted)
        changed: set[Key] = set()
        refused: dict[Key, Problem] = {}
        for key, floor in revoking.latest(self.scope, set(keys.values())).items():
            try:
                if floor is None:
                    raise Refused(Problem("nothing_to_undo", _("Nothing is revoked there.")))
                undo_revocation(floor, actor=request.user, now=self.now)
                changed.add(key)
            except Refused as refusal:
                refused[key] = refusal.problems[0]
        return _answer(wanted, keys, changed, refused)


class Revocation(BulkAssignment):
    """`GET progress/revoke/{id}/`: how far a revocation of many has come."""

    kind = JobKind.REVOCATION


class RevocationCancel(BulkCancel):
    """`POST progress/revoke/{id}/cancel/`."""

    kind = JobKind.REVOCATION


class RevocationRetry(BulkRetry):
    """`POST progress/revoke/{id}/retry/`."""

    kind = JobKind.REVOCATION


class RevocationRows(BulkRows):
    """`GET progress/revoke/{id}/rows.csv`: what became of each row."""

    kind = JobKind.REVOCATION


def _keys(wanted: Sequence[uuid.UUID | str]) -> dict[str, Key]:
    """By each id, as text, the key of its row; that of nobody where there is none."""
    found = progress.keys_of([id for id in wanted if isinstance(id, uuid.UUID)])
    return dict.fromkeys(map(str, wanted), progress.NOBODYS) | {str(id): key for id, key in found.items()}


def _answer(
    wanted: Sequence[uuid.UUID | str], keys: Mapping[str, Key], changed: Collection[Key], refused: Mapping[Key, Problem]
) -> Response:
    """What became of each row, in their order."""
    missing = Problem("not_found", _("There is no such progress."))
    return Response(
        {
            "changed": [str(id) for id in wanted if keys[str(id)] in changed],
            "refused": [
                {"id": str(id), "code": problem.code, "message": problem.message}
                for id in wanted
                if (key := keys[str(id)]) not in changed
                for problem in [refused.get(key, missing)]
            ],
        }
    )


def _meant(text: str) -> uuid.UUID | str:
    """The id, or what was sent instead of one: that belongs to nothing."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return text
