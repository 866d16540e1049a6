"""What is said beside the rows of a progress list: names, organizations, assignments, who recorded a completion.

As many queries for one row as for a thousand.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from ..data import Scope
from ..models import Completion, Cycle, Progress
from . import access, directory, people
from .evidence import Key


@dataclass(frozen=True, slots=True)
class Facts:
    """By learner id names, zones and the names of organizations; by key the assignment (uuid) that the scope sees.

    `completions` are those in force, with `recorded_by`.
    """

    names: Mapping[int, str]
    zones: Mapping[int, str]
    organizations: Mapping[int, list[str]]
    assignments: Mapping[Key, UUID]
    completions: Mapping[Key, Completion]


def facts(scope: Scope, rows: Collection[Progress]) -> Facts:
    """What the scope may know beside these rows."""
    ids = {row.learner_id for row in rows}
    completions = in_force(rows)
    recorded = {row.recorded_by for row in completions.values() if row.recorded_by}
    return Facts(
        people.names({row.learner for row in rows} | recorded),
        people.zones(ids),
        directory.organizations_of(scope, ids),
        _assignments(scope, rows),
        completions,
    )


def in_force(rows: Collection[Progress]) -> dict[Key, Completion]:
    """By key the completion that each of the rows tells of: one query."""
    told = {(row.learner_id, row.training_id): (row.completed_at, row.source) for row in rows if row.completed_at}
    live = Completion.objects.filter(
        learner_id__in={key[0] for key in told}, training_id__in={key[1] for key in told}, live=True
    )
    return {
        (row.learner_id, row.training_id): row
        for row in live.select_related("recorded_by").order_by("id")
        if told.get((row.learner_id, row.training_id)) == (row.happened_at, row.source)
    }


def _assignments(scope: Scope, rows: Collection[Progress]) -> dict[Key, UUID]:
    """The open assignment of each, else the latest."""
    cycles = Cycle.objects.filter(
        access.visible_cycles(scope),
        learner_id__in={row.learner_id for row in rows},
        training_id__in={row.training_id for row in rows},
    )
    columns = ("learner_id", "training_id", "assignment__open", "assignment__uuid")
    found: dict[Key, tuple[bool, UUID]] = {}
    for learner_id, training_id, open, id in cycles.order_by("assignment_id").values_list(*columns):
        if bool(open) >= found.get((learner_id, training_id), (False, id))[0]:
            found[learner_id, training_id] = bool(open), id
    return {key: id for key, (_, id) in found.items()}
