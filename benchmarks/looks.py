"""Looking again at a thousand learners in a course of three hundred blocks, chunk by chunk, as a worker does.

Beside one raw grouped query over the same rows. Reports statements for each learner and the peak of memory, which must
not grow with the number of chunks.
"""

import sys
import tracemalloc
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from completion.models import BlockCompletion
from django.db.models import Count, Max
from django.utils import timezone
from edx_django_utils.cache import RequestCache

from demo.campus import build
from mandatory_assignments import api, periodic
from mandatory_assignments.models import Cycle, LookAgain, Progress
from mandatory_assignments.records import work
from mandatory_assignments.services import track
from openedx.core.lib.celery import APP

from .measuring import QUICK, Variant, compare, counting, settle

COURSE = "course-v1:Acme+LOOKS+2027"
LEARNERS = 100 if QUICK else 1000
MOST_STATEMENTS = 0.2
"""For each learner, in a course that can be counted in sets."""

MOST_GROWTH = 1.25
"""Peak of memory for all learners, compared with that for one chunk of them."""


def main() -> None:
    """Prints the figures, and fails where a bound does not hold."""
    APP.conf.broker_url = "memory://"
    coordinator = build.user("looks_cora", organization="Acme")
    build.coordinator(coordinator, "Acme")
    build.course(COURSE, sections=5, subsections=4, units=5, blocks=3)
    learners = build.users(LEARNERS, prefix="looks", organization="Acme")
    due_on = (timezone.now() + timedelta(days=30)).date()
    api.assign_learners(
        actor=coordinator, training=COURSE, learners=[person.username for person in learners], due_on=due_on
    )
    build.drain()
    found = build.loaded(COURSE)
    leaves = [leaf for unit in build.units(COURSE) for leaf in found.children[unit]][:-3]
    for person in learners:
        _complete(person, leaves)
    ids = [person.id for person in learners]
    _unseen(ids)
    periodic.look_again()
    settle()

    _unseen(ids)
    with counting() as sent:
        periodic.look_again()
    statements = sum(not statement.lstrip().upper().startswith(("SAVEPOINT", "RELEASE")) for statement in sent)
    few, many = (_peak(ids[:number]) for number in (min(track.CHUNK, LEARNERS), LEARNERS))
    compare(
        f"looking again at {LEARNERS} learners with {len(leaves)} finished blocks each",
        "learner",
        5,
        [
            Variant("floor: the same rows by one grouped query", lambda: _grouped(ids), units=LEARNERS),
            Variant("ours", periodic.look_again, lambda: _unseen(ids), LEARNERS),
        ],
    )
    peaks = f"{few / 2**20:.1f} MiB for a chunk, {many / 2**20:.1f} for all"
    print(f"    {statements / LEARNERS:.3g} statements a learner; {peaks}", file=sys.stderr, flush=True)
    assert not LookAgain.objects.exists()
    assert set(Progress.objects.filter(learner__in=ids).values_list("units_done", "units_total")) == {(99, 100)}
    assert QUICK or statements / LEARNERS <= MOST_STATEMENTS, statements
    assert QUICK or many <= few * MOST_GROWTH, (few, many)


def _unseen(ids: Sequence[int]) -> None:
    """As if the last unit but one had been finished since the last look."""
    Progress.objects.filter(learner__in=ids).update(units_done=98)
    Cycle.objects.filter(learner__in=ids).update(units_done=98)
    LookAgain.objects.all().delete()
    work.add_look_agains([(learner_id, COURSE) for learner_id in ids], now=timezone.now())
    RequestCache.clear_all_namespaces()


def _peak(ids: Sequence[int]) -> int:
    """The most memory that looking at these people held at once, in bytes."""
    _unseen(ids)
    tracemalloc.start()
    try:
        periodic.look_again()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _complete(person: Any, leaves: Sequence[Any]) -> None:
    BlockCompletion.objects.bulk_create(
        BlockCompletion(
            user=person, context_key=leaf.course_key, block_key=leaf, block_type=leaf.block_type, completion=1.0
        )
        for leaf in leaves
    )


def _grouped(ids: Sequence[int]) -> None:
    rows = BlockCompletion.objects.filter(user__in=ids, completion=1.0).values("user_id", "context_key").order_by()
    assert len(rows.annotate(blocks=Count("id"), last=Max("modified"))) == len(ids)
