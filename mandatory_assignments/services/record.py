"""Recording by hand, or out of an import, that people completed a training on some day."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from ..data import Forbidden, Invalid, Outcome, Problem, Scope, Source
from ..models import Training
from ..queries import access, evidence, people, reach, recordable, trainings
from ..records import judging, recording, work
from ..records import trainings as training_records
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
    `too_long_ago`, `already_completed` (the same is recorded already). Raises Forbidden when the actor records nothing
    at all, and Invalid for `unknown_training` and `reference_too_long`. Cycles are fulfilled at once, in time or late
    by that day; the courses and paths around follow by looks.
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
        zones_of_both = (zones[user.id], zones[actor.id])
        if problem := recordable.own(user.id, actor) or recordable.wrong_day(completed_on, zones_of_both, now):
            refused.append((entry, problem))
        elif user.id not in wanted:
            wanted[user.id] = entry
    work.lock_learners(wanted, now=now)
    floors = evidence.live_floors(wanted, [row.id])
    completions = [
        recording.completion(
            row,
            learner_id,
            completed_on,
            zone=zones[learner_id],
            floors=floors.get(learner_id, ()),
            source=source,
            reference=reference,
            actor=actor,
            now=now,
        )
        for learner_id in wanted
    ]
    made = recording.store(completions)
    refused += [(wanted[one.learner_id], recordable.already_on(completed_on)) for one in completions if one.id is None]
    if made:
        recording.note(made, actor=actor, now=now)
        judging.judge_again({(one.learner_id, row.id) for one in made}, now=now)
        recording.look_around(made, now=now)
    return Outcome(created=[one.uuid for one in made], refused=refused)


def _training(scope: Scope, reference: str, now: datetime) -> tuple[Training, reach.Reach]:
    """The training meant and whose completions of it may be recorded; a course becomes one by being recorded."""
    row = trainings.training(reference)
    if row is None and (course := reach.course_to_add(scope, reference)):
        row = training_records.course_training(*course, now=now)
    covered = reach.reaches(scope, [row.id]) if row else {}
    if row is None or row.id not in covered:
        raise Invalid(recordable.unknown_training(reference))
    return row, covered[row.id]
