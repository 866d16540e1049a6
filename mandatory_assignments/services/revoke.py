"""Revoking what people did of a training, so that they have to do it again, and undoing that (product 10)."""

import logging
import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..data import Conflict, FloorCause, Forbidden, Invalid, NoticeKind, Outcome, Problem
from ..models import AuditEntry, Completion, Cycle, EvidenceFloor
from ..queries import access, changing, clearing, reach, revoking, trainings
from ..queries.evidence import Key
from ..records import audit, floors, judging, notices, reopening, work
from ..verb import verb

log = logging.getLogger(__name__)


@verb("look_again", "notify")
def revoke_completions(
    *, actor: Any, keys: Collection[Key], reason: str, reset_course_state: bool = True, now: datetime
) -> Outcome:
    """Makes what these (learner id, training id) keys hold worthless: completions and what is in progress.

    With `reset_course_state` the finished blocks are archived and cleared, so that they can be done again; without it
    only staff or an import can complete the training again. The assignments fulfilled by it are open again, with at
    least the minimum lead time. Courses and paths around a module or course lose it too, but one that is completed
    stays so; what lies inside keeps its progress.

    `changed` holds pairs of the key and its floor's uuid, which `undo_revocation` takes; `unchanged` the uuids of
    assignments that stay closed because the same organization has opened another, or they another round; `refused`
    pairs of the key and a Problem: `not_found`, `nothing_to_revoke`, and `failed` for a person whose part could not be
    done and of which nothing was. Raises Forbidden, and Invalid `reason_too_long`.
    """
    scope = access.scope(actor)
    if not scope.assigns:
        raise Forbidden(Problem("forbidden", _("Your role does not let you revoke anything.")))
    changing.check_reason(reason)
    visible = reach.visible_keys(scope, keys)
    refused = [(key, _not_found()) for key in dict.fromkeys(keys) if key not in visible]
    work.lock_learners({learner_id for learner_id, _training_id in visible}, now=now)
    act = _Revoking(actor, reason.strip(), reset_course_state, now, visible)
    for _learner_id, own in groupby(sorted(visible), key=lambda key: key[0]):
        mine = list(own)
        worth = [key for key in mine if act.present.holds(key)]
        refused += [(key, _nothing()) for key in mine if key not in worth]
        try:
            with transaction.atomic():
                done = [act.revoke(key) for key in worth]
        except Exception:
            log.exception("The progress of learner %s could not be revoked", mine[0][0])
            refused += [(key, _failed()) for key in worth]
        else:
            act.done += done
    changed = [(floor.learner_id, floor.training_id) for floor, _ in act.done]
    _judge_again(changed, now)
    return Outcome(
        changed=[((floor.learner_id, floor.training_id), floor.uuid) for floor, _ in act.done],
        unchanged=[cycle.assignment.uuid for _, left in act.done for cycle in left],
        refused=refused,
    )


@verb("look_again")
def undo_revocation(floor_uuid: uuid.UUID, *, actor: Any, now: datetime) -> Outcome:
    """Takes a revocation back: what counted before counts again, and the assignments it opened are completed as before.

    `changed` holds the (learner id, training id) key. Raises Invalid `unknown_revocation`, Conflict `already_undone`,
    and Conflict `newer_exists` when this person and training have had a newer completion, revocation or cycle since.
    Blocks that were cleared stay in the archive, where they count.
    """
    scope = access.scope(actor)
    floor = revoking.revocation(floor_uuid)
    key = (floor.learner_id, floor.training_id) if floor else (0, 0)
    if floor is None or not reach.visible_keys(scope, [key]):
        raise Invalid(Problem("unknown_revocation", _("There is no such revocation.")))
    work.lock_learners([floor.learner_id], now=now)
    floor.refresh_from_db()
    if floor.lifted_at:
        raise Conflict(Problem("already_undone", _("This revocation has been undone already.")))
    opened = revoking.reopenings(floor)
    if revoking.is_outdated(floor, opened):
        raise Conflict(Problem("newer_exists", _("Something newer has happened since, so it cannot be undone.")))
    floor.lifted_at = now
    floor.save(update_fields=["lifted_at"])
    Completion.objects.filter(revoked_with=floor).update(live=True, revoked_at=None, revoked_with=None)
    before = {row.cycle_id: _shown(row.cycle) for row in opened}
    reopening.close_again(opened, actor=actor, now=now)
    audit.append(
        audit.entry(
            "revocation_undone",
            now=now,
            actor=actor,
            assignment=cycle.assignment if cycle else None,
            learner_id=floor.learner_id,
            training_id=floor.training_id,
            before={"floor": str(floor.uuid), **(before[cycle.id] if cycle else {})},
            after=_shown(cycle) if cycle else {},
        )
        for cycle in ([row.cycle for row in opened] if opened else [None])
    )
    _judge_again([key], now)
    return Outcome(changed=[key])


class _Revoking:
    """One call of the verb: what is known beforehand, and person by person what is done."""

    def __init__(self, actor: Any, reason: str, clear: bool, now: datetime, keys: Collection[Key]) -> None:
        self.actor, self.reason, self.clear, self.now = actor, reason, clear, now
        self.present = revoking.revocable(keys)
        self.grounds = clearing.grounds({training_id for _, training_id in keys}) if clear else {}
        self.done: list[tuple[EvidenceFloor, list[Cycle]]] = []

    def revoke(self, key: Key) -> tuple[EvidenceFloor, list[Cycle]]:
        """The floor that was set, and the cycles that stay closed; to be called in a savepoint of the person's own."""
        learner_id, training_id = key
        floor = floors.set_floor(
            learner_id=learner_id,
            training_id=training_id,
            since=self.now,
            cause=FloorCause.REVOKED,
            why=self.reason,
            actor=self.actor,
        )
        completions = self.present.completions.get(key, [])
        if completions:
            Completion.objects.filter(id__in=[row.id for row in completions]).update(
                live=None, revoked_at=self.now, revoked_with=floor
            )
        cleared = floors.archive_and_clear(floor, self.grounds[training_id], now=self.now) if self.clear else 0
        opened, left = self.present.reopened(key)
        before = {cycle.id: _shown(cycle) for cycle in opened}
        away = reopening.reopen(opened, floor, actor=self.actor, now=self.now) if opened else []
        notices.tell(NoticeKind.REVOKED, opened, now=self.now)
        after = {"floor": str(floor.uuid), "completions": len(completions), "cleared_blocks": cleared}
        entries = [self._entry("revoked", cycle, before[cycle.id], {**after, **_shown(cycle)}) for cycle in opened]
        if not opened:
            entries.append(self._entry("revoked", None, {}, after, key))
        entries += [self._entry("not_reopened", cycle, {}, after) for cycle in left]
        audit.append([*entries, *away])
        return floor, left

    def _entry(
        self,
        act: str,
        cycle: Cycle | None,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        key: Key | tuple[None, None] = (None, None),
    ) -> AuditEntry:
        return audit.entry(
            act,
            now=self.now,
            actor=self.actor,
            assignment=cycle.assignment if cycle else None,
            learner_id=key[0],
            training_id=key[1],
            why=self.reason,
            before=before,
            after=after,
        )


def _shown(cycle: Cycle) -> dict[str, str | None]:
    """What the audit tells of before and after."""
    completed_at = cycle.completed_at.isoformat() if cycle.completed_at else None
    return {"due_on": cycle.due_on.isoformat(), "completed_at": completed_at}


def _not_found() -> Problem:
    return Problem("not_found", _("There is no such progress."))


def _nothing() -> Problem:
    return Problem("nothing_to_revoke", _("Nothing has been done there that could be revoked."))


def _failed() -> Problem:
    return Problem("failed", _("It could not be revoked; nothing of this person was changed. Try again."))


def _judge_again(keys: Collection[Key], now: datetime) -> None:
    """Judges the trainings themselves now, and notes looks at all that they may be part of."""
    if not keys:
        return
    judging.judge_again(set(keys), now=now)
    around = trainings.around_keys({training_id for _, training_id in keys})
    work.add_look_agains(
        sorted({(learner_id, key) for learner_id, training_id in keys for key in around[training_id]}), now=now
    )
