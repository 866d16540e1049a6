"""Recording by hand, or out of an import, that people completed a training on some day."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from ..data import Forbidden, Invalid, Outcome, Problem, Scope, Source
from ..models import Completion, Training
from ..queries import access, evidence, people, reach, trainings
from ..records import audit, judging, work
from ..records import trainings as training_records
from ..rules import deadlines
from ..rules import evidence as rules
from ..settings import setting
from ..verb import verb

LONGEST_REFERENCE = 255


@verb("look_again")
def record_completions(
    *,
    actor: Any,
    training: str,
    learners: Collection[str],
    completed_on: date,
    source: Source = Source.MANUAL,
    reference: str = "",
    now: datetime,
) -> Outcome:
    """Notes that these learners (usernames or e-mails) completed the training (uuid or course key) on that day.

    `created` holds the completions' uuids; `refused` pairs of the entry and a Problem: `unknown_learner`,
    `own_completion`, `in_the_future` (judged in the zone furthest ahead of the learner's and the recorder's),
    `already_completed` (the same is recorded already). Raises Forbidden when the actor records nothing at all, and
    Invalid for `unknown_training` and `reference_too_long`. Cycles are fulfilled at once, in time or late by that day;
    the courses and paths around follow by looks.
    """
    scope = access.scope(actor)
    if not scope.assigns:
        raise Forbidden(Problem("forbidden", _("Your role does not let you record anything.")))
    if len(reference) > LONGEST_REFERENCE:
        raise Invalid(
            Problem(
                "reference_too_long",
                _("The reference has %(length)d characters; at most %(longest)d are allowed.")
                % {"length": len(reference), "longest": LONGEST_REFERENCE},
                "reference",
            )
        )
    row, covered = _training(scope, training, now)
    found = people.learners(learners, within=reach.within(scope, covered))
    refused = [(entry, people.unknown_learner(entry)) for entry in dict.fromkeys(learners) if entry not in found]
    zones = people.zones({actor.id, *(user.id for user in found.values())})
    wanted: dict[int, str] = {}
    for entry, user in found.items():
        if problem := _problem(user.id, completed_on, (zones[user.id], zones[actor.id]), actor.id, now):
            refused.append((entry, problem))
        elif user.id not in wanted:
            wanted[user.id] = entry
    work.lock_learners(wanted, now=now)
    floors = evidence.live_floors(wanted, [row.id])
    completions = [
        Completion(
            learner_id=learner_id,
            training=row,
            happened_at=min(deadlines.end_of_day(completed_on, zones[learner_id]), now),
            happened_on=completed_on,
            recorded_at=now,
            recorded_by=actor,
            source=source,
            reference=reference,
            epoch=rules.epoch(rules.floors_of_progress(floors.get(learner_id, ()), row.id)),
            day_key=completed_on.isoformat(),
        )
        for learner_id in wanted
    ]
    made = _store(completions)
    refused += [(wanted[one.learner_id], _already(completed_on)) for one in completions if one.id is None]
    _judge_again(row, made, actor, now)
    return Outcome(created=[one.uuid for one in made], refused=refused)


def _training(scope: Scope, reference: str, now: datetime) -> tuple[Training, reach.Reach]:
    """The training meant and whose completions of it may be recorded; a course becomes one by being recorded."""
    row = trainings.training(reference)
    if row is None and (course := reach.course_to_add(scope, reference)):
        row = training_records.course_training(*course, now=now)
    covered = reach.reaches(scope, [row.id]) if row else {}
    if row is None or row.id not in covered:
        raise Invalid(
            Problem("unknown_training", _('No training "%(entry)s" can be found.') % {"entry": reference}, "training")
        )
    return row, covered[row.id]


def _problem(
    learner_id: int, completed_on: date, zones: Collection[str], actor_id: int, now: datetime
) -> Problem | None:
    if learner_id == actor_id and not setting("RECORD_OWN"):
        return Problem("own_completion", _("Somebody else has to record what you completed yourself."), "learner")
    last = max(deadlines.local_day(now, zone) for zone in zones)
    if completed_on <= last:
        return None
    return Problem(
        "in_the_future",
        _("%(day)s is in the future; the last date allowed is %(last)s.")
        % {"day": completed_on.isoformat(), "last": last.isoformat()},
        "completed_on",
    )


def _already(completed_on: date) -> Problem:
    return Problem(
        "already_completed",
        _("That this was completed on %(day)s is recorded already.") % {"day": completed_on.isoformat()},
        "learner",
    )


def _store(completions: Collection[Completion]) -> list[Completion]:
    """Adds them and gives back those that were not there, now with an id: the unique key decides."""
    Completion.objects.bulk_create(completions, batch_size=500, ignore_conflicts=True)
    by_uuid = {one.uuid: one for one in completions}
    found = Completion.objects.filter(uuid__in=by_uuid).order_by("id").values_list("uuid", "id")
    made = []
    for uuid, row_id in found:
        by_uuid[uuid].id = row_id
        made.append(by_uuid[uuid])
    return made


def _judge_again(training: Training, made: Collection[Completion], actor: Any, now: datetime) -> None:
    """Fulfils the cycles of the training itself now, and notes looks at all that it may be part of."""
    if not made:
        return
    audit.append(
        audit.entry(
            "recorded",
            now=now,
            actor=actor,
            learner_id=one.learner_id,
            training_id=training.id,
            why=one.reference,
            after={"completed_on": one.day_key, "source": str(one.source), "completion": str(one.uuid)},
        )
        for one in made
    )
    keys = {(one.learner_id, training.id) for one in made}
    judging.judge_again(keys, now=now)
    around = trainings.around_keys([training.id])[training.id]
    work.add_look_agains(sorted((one.learner_id, key) for one in made for key in around), now=now)
