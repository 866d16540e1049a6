"""What workers do afterwards: judging a hundred learners again in a course of three hundred blocks.

Against completion-aggregator's task, which takes one learner at a time. Its door to the platform is given the course as
dictionaries, which costs nothing; ours reads the stand-ins' structures.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from completion.models import BlockCompletion
from completion_aggregator import compat
from completion_aggregator.models import Aggregator
from completion_aggregator.tasks.aggregation_tasks import update_aggregators
from django.db.models import CharField
from django.db.models.functions import Cast
from django.utils import timezone
from edx_django_utils.cache import RequestCache

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.models import Cycle, Progress
from mandatory_assignments.records import work
from mandatory_assignments.services import track

from .measuring import QUICK, Variant, compare, settle

COURSE = "course-v1:Acme+LONG+2027"
LEARNERS, FEW = (10, 5) if QUICK else (100, 10)


def main() -> None:
    """Prints the figures."""
    coordinator = build.user("cora", organization="Acme")
    build.coordinator(coordinator, "Acme")
    build.course(COURSE, sections=5, subsections=4, units=5, blocks=3)
    learners = build.users(LEARNERS, organization="Acme")
    due_on = (timezone.now() + timedelta(days=30)).date()
    api.assign_learners(
        actor=coordinator, training=COURSE, learners=[person.username for person in learners], due_on=due_on
    )
    build.drain()
    found = build.loaded(COURSE)
    leaves = [leaf for unit in build.units(COURSE) for leaf in found.children[unit]]
    _hand_over(found)
    _complete(learners, leaves[:-6])
    settle()
    last = [str(leaf) for leaf in leaves[-12:-6]]

    def unseen() -> None:
        """As if the last two units had been finished since the last look."""
        Progress.objects.update(units_done=96)
        Cycle.objects.update(units_done=96)
        work.add_look_agains([(person.id, COURSE) for person in learners], now=timezone.now())
        RequestCache.clear_all_namespaces()

    def ours() -> None:
        now = timezone.now()
        outcome = track.track_learners(track.claim_look_agains(now=now), now=now)
        assert len(outcome.changed) == LEARNERS

    def theirs_unseen() -> None:
        Aggregator.objects.update(last_modified=datetime(2000, 1, 1, tzinfo=UTC))
        RequestCache.clear_all_namespaces()

    def theirs() -> None:
        for person in learners[:FEW]:
            update_aggregators(person.username, COURSE, last)

    compare(
        f"looking again at {LEARNERS} learners in a course of {len(leaves)} blocks, nearly all done",
        "learner",
        15,
        [
            Variant("completion-aggregator's task", theirs, theirs_unseen, FEW),
            Variant("ours", ours, unseen, LEARNERS),
            Variant("floor: their completions by one query", lambda: _read(learners), units=LEARNERS),
        ],
    )
    assert Aggregator.objects.filter(aggregation_name="course", percent__gt=0.97).count() == FEW
    assert set(Progress.objects.values_list("units_done", "units_total")) == {(98, 100)}


def _complete(learners: list[Any], leaves: list[Any]) -> None:
    now = timezone.now()
    for person in learners:
        BlockCompletion.objects.bulk_create(
            BlockCompletion(
                user=person,
                context_key=leaf.course_key,
                block_key=leaf,
                block_type=leaf.block_type,
                completion=1.0,
                created=now,
                modified=now,
            )
            for leaf in leaves
        )


def _read(learners: list[Any]) -> None:
    rows = BlockCompletion.objects.filter(user__in=learners, completion=1.0)
    columns = ("user_id", _text("context_key"), _text("block_key"), "modified")
    assert len(rows.values_list(*columns)) > 0


def _text(field: str) -> Any:
    return Cast(field, CharField())


def _hand_over(found: Any) -> None:
    """The course for completion-aggregator."""

    def above(key: Any) -> Iterator[Any]:
        while key := found.parent.get(key):
            yield key

    compat.get_modulestore = lambda: SimpleNamespace(bulk_operations=lambda key: nullcontext())
    compat.init_course_block_key = lambda store, key: found.root
    compat.init_course_blocks = lambda user, key: found.children
    compat.get_children = lambda blocks, key: blocks[key]
    compat.get_block_aggregators = lambda blocks, key: list(above(key))
    compat.is_block_optional = lambda blocks, key: False
