"""Prior work: which new cycles it fulfils, and for which of them nothing from before counts."""

from collections.abc import Sequence
from datetime import datetime

from ..data import PriorWork
from ..models import Completion, Cycle
from ..queries import evidence
from ..rules import evidence as rules
from ..settings import setting
from . import cycles as strokes
from . import floors, judging


def take_prior_work(made: Sequence[Cycle], *, prior_work: PriorWork, now: datetime) -> list[Cycle]:
    """Fulfils new cycles by what was completed before, or lets them begin anew; the cycles for which that failed.

    They begin anew where prior work is to be ignored, and where the training was completed longer ago than the site
    allows. Of those that failed nothing may stay: the caller takes them back.
    """
    if not made:
        return []
    fulfilled, anew = ([], list(made)) if prior_work == PriorWork.IGNORE else _sorted(made)
    failed = floors.begin_anew(anew, now=now) if anew else []
    for cycle in anew:
        strokes.show(cycle, 0, cycle.units_total)
    for cycle, completion in fulfilled:
        strokes.fulfil(cycle, completion, now=now)
    changed = [*anew, *(cycle for cycle, _ in fulfilled)]
    if changed:
        strokes.save(changed)
    return failed


def _sorted(made: Sequence[Cycle]) -> tuple[list[tuple[Cycle, Completion]], list[Cycle]]:
    """The cycles with the completions that fulfil them, and those whose training was completed too long ago.

    What nobody has looked at yet may have been completed too: where the age is limited, that is judged here.
    """
    learner_ids, training_ids = {cycle.learner_id for cycle in made}, {cycle.training_id for cycle in made}
    completions = evidence.live_completions(learner_ids, training_ids)
    standing = evidence.live_floors(learner_ids, training_ids)
    limited = setting("PRIOR_MAX_AGE_DAYS") is not None or any(cycle.assignment.repeat_every for cycle in made)
    keys = {(cycle.learner_id, cycle.training_id) for cycle in made}
    look = evidence.exact(evidence.look_at(keys))[0] if limited else None
    fulfilled: list[tuple[Cycle, Completion]] = []
    too_old: list[Cycle] = []
    for cycle in made:
        key = (cycle.learner_id, cycle.training_id)
        own = rules.floors_of_cycle(standing.get(cycle.learner_id, ()), cycle.training_id, cycle.id)
        if completion := judging.fulfilling_completion(completions.get(key, ()), own, cycle):
            fulfilled.append((cycle, completion))
        elif judging.fulfilling_completion(completions.get(key, ()), own) or (
            look
            and (verdict := look.judge(key, own))
            and verdict.completed_at
            and not judging.is_young_enough(verdict.completed_at, cycle)
        ):
            too_old.append(cycle)
    return fulfilled, too_old
