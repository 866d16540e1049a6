"""What one finished block costs the learner's request: with nothing attached, with us, with completion-aggregator.

The platform's own call, without the request around it: a real request costs more by itself, so its ratio is lower.
"""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from completion.models import BlockCompletion
from completion_aggregator.signals import completion_updated_handler
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models.signals import post_save
from django.test.utils import override_settings
from django.utils import timezone

from demo.campus import build
from mandatory_assignments import wake
from mandatory_assignments.handlers import on_block_completion
from mandatory_assignments.models import LookAgain, Training
from mandatory_assignments.queries.tracking import forget_tracked_courses
from openedx.core.lib.celery import APP

from .measuring import QUICK, Variant, compare

TRACKED = "course-v1:Acme+TRACKED+2027"
UNTRACKED = "course-v1:Acme+UNTRACKED+2027"
UID = "mandatory_assignments.django.db.models.signals.post_save"
GOALS = {UNTRACKED: 1.05, TRACKED: 1.3}
BLOCKS, BATCH = (20, 20) if QUICK else (60, 20)


def main() -> None:
    _furnish()
    for key, name in ((UNTRACKED, "untracked"), (TRACKED, "tracked")):
        leaves = _leaves(key)[:BLOCKS]
        goal = GOALS[key]
        compare(
            f"completion in a course that is {name}, a transaction each",
            "completion",
            60,
            [
                _variant("nothing attached", leaves, _each),
                _variant("ours", leaves, _each, ours=True, goal=goal),
            ],
        )
        compare(
            f"completion in a course that is {name}, {BATCH} in one transaction",
            "completion",
            60,
            [
                _variant("nothing attached", leaves, _batches),
                _variant("ours", leaves, _batches, ours=True, goal=goal),
            ],
        )
    compare(
        "completion in a course that is tracked, the first one in a quiet process",
        "completion",
        20,
        [
            _variant("nothing attached", leaves, _each),
            _variant("ours", leaves, _each_waking, ours=True),
        ],
        broker=APP.conf.broker_url.split(":")[0],
    )
    compare(
        "completion beside completion-aggregator, a transaction each",
        "completion",
        20,
        [
            _variant("nothing attached", leaves, _each),
            _variant("ours", leaves, _each, ours=True),
            _variant("completion-aggregator", leaves, _each_deferred, aggregator=True),
        ],
    )
    _bare_handler()


def _furnish() -> None:
    for key in (TRACKED, UNTRACKED):
        build.course(key, sections=5, subsections=4, units=5, blocks=3)
    Training.objects.create(kind="course", key=TRACKED, name="Tracked", created_at=timezone.now())
    forget_tracked_courses()


def _variant(
    name: str,
    leaves: list[Any],
    work: Callable[[Any, list[Any]], None],
    *,
    ours: bool = False,
    aggregator: bool = False,
    goal: float | None = None,
) -> Variant:
    """Each turn is a new learner who finishes the blocks."""
    turn: dict[str, Any] = {}

    def ready() -> None:
        turn["learner"] = next(_newcomers)
        _attach(ours, aggregator)

    def act() -> None:
        work(turn["learner"], leaves)

    return Variant(name, act, ready, units=len(leaves), goal=goal)


def _attach(ours: bool, aggregator: bool) -> None:
    post_save.disconnect(on_block_completion, sender=BlockCompletion, dispatch_uid=UID)
    post_save.disconnect(completion_updated_handler, sender=BlockCompletion)
    if ours:
        post_save.connect(on_block_completion, sender=BlockCompletion, dispatch_uid=UID)
    if aggregator:
        post_save.connect(completion_updated_handler, sender=BlockCompletion)
    assert len(post_save._live_receivers(BlockCompletion)[0]) == ours + aggregator


def _each(learner: Any, leaves: list[Any]) -> None:
    for leaf in leaves:
        with transaction.atomic():
            BlockCompletion.objects.submit_completion(learner, leaf, 1.0)


def _batches(learner: Any, leaves: list[Any]) -> None:
    for start in range(0, len(leaves), BATCH):
        BlockCompletion.objects.submit_batch_completion(
            learner, [(leaf, 1.0) for leaf in leaves[start : start + BATCH]]
        )


def _each_waking(learner: Any, leaves: list[Any]) -> None:
    """As if ten seconds had passed since the last message each time."""
    for leaf in leaves:
        wake._windows.clear()
        _each(learner, [leaf])


def _each_deferred(learner: Any, leaves: list[Any]) -> None:
    with override_settings(COMPLETION_AGGREGATOR_ASYNC_AGGREGATION=True):
        _each(learner, leaves)


def _bare_handler() -> None:
    """The handler by itself, for an event that is not ours: too little to be seen above."""
    row = BlockCompletion.objects.filter(context_key=_leaves(UNTRACKED)[0].course_key)[0]

    def call() -> None:
        for _ in range(10_000):
            on_block_completion(BlockCompletion, row)

    compare("our handler for a course that is untracked", "call", 15, [Variant("ours", call, units=10_000)])


def _leaves(course_key: str) -> list[Any]:
    found = build.loaded(course_key)
    return [leaf for unit in build.units(course_key) for leaf in found.children[unit]]


def _learners() -> Iterator[Any]:
    """People without end, made a hundred at a time."""
    for number in count():
        get_user_model().objects.bulk_create(
            get_user_model()(username=f"finisher{number}_{each}", email=f"finisher{number}_{each}@example.com")
            for each in range(100)
        )
        yield from get_user_model().objects.filter(username__startswith=f"finisher{number}_").order_by("id")
        LookAgain.objects.all().delete()


_newcomers = _learners()
