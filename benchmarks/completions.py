"""What one finished block costs the learner: with nothing attached, with us, with completion-aggregator.

By the platform's own call, which is all that differs, and as a whole request, which is what the learner waits for.
"""

import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from completion.models import BlockCompletion
from completion_aggregator.signals import completion_updated_handler
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models.signals import post_save
from django.test import Client
from django.utils import timezone

from common.djangoapps.student.models import CourseEnrollment
from demo.campus import build
from mandatory_assignments import wake
from mandatory_assignments.handlers import on_block_completion
from mandatory_assignments.models import LookAgain, Training
from mandatory_assignments.queries.tracking import forget_tracked_courses
from openedx.core.lib.celery import APP

from .measuring import Variant, compare

TRACKED = "course-v1:Acme+TRACKED+2027"
UNTRACKED = "course-v1:Acme+UNTRACKED+2027"
UID = "mandatory_assignments.on_block_completion.django.db.models.signals.post_save"
ADDRESS = "/api/completion/v1/completion-batch"
BATCH, FEW = 20, 5
"""How many blocks a learner finishes in one turn: together, or each by itself."""


def main() -> None:
    """Prints the figures."""
    for key in (TRACKED, UNTRACKED):
        build.course(key, sections=1, subsections=1, units=5, blocks=4)
    Training.objects.create(kind="course", key=TRACKED, name="Tracked", created_at=timezone.now())
    forget_tracked_courses()
    broker = APP.conf.broker_url.partition(":")[0]
    for key, course, goal in ((UNTRACKED, "a course that is no training", 1.05), (TRACKED, "a tracked course", 1.3)):
        for how, work, rounds in (
            ("a transaction each", _each, 400),
            (f"{BATCH} in one transaction", _together, 200),
            ("a request each", _requests, 100),
        ):
            compare(
                f"a block finished in {course}, {how}",
                "block",
                rounds,
                [_variant("nothing attached", key, work), _variant("ours", key, work, ours=True, goal=goal)],
            )
    compare(
        f"a block finished in a tracked course, a request each that sends a message ({broker})",
        "block",
        60,
        [_variant("nothing attached", TRACKED, _requests), _variant("ours", TRACKED, _quiet_requests, ours=True)],
    )
    settings.COMPLETION_AGGREGATOR_ASYNC_AGGREGATION = True
    compare(
        "a block finished in a tracked course, a transaction each, beside a peer",
        "block",
        100,
        [
            _variant("nothing attached", TRACKED, _each),
            _variant("ours", TRACKED, _each, ours=True),
            _variant("completion-aggregator, leaving the work to others", TRACKED, _each, aggregator=True),
        ],
    )
    compare("our receiver by itself, for a course that is no training", "call", 15, [_bare_call()])


def _variant(
    name: str,
    course_key: str,
    work: Callable[[Any, list[Any]], None],
    *,
    ours: bool = False,
    aggregator: bool = False,
    goal: float | None = None,
) -> Variant:
    """Each turn is a new learner who finishes some blocks."""
    leaves, turn = _leaves(course_key)[: BATCH if work is _together else FEW], {}

    def ready() -> None:
        _attach(ours, aggregator)
        turn["learner"] = next(_newcomers)

    return Variant(name, lambda: work(turn["learner"], leaves), ready, units=len(leaves), goal=goal)


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


def _together(learner: Any, leaves: list[Any]) -> None:
    BlockCompletion.objects.submit_batch_completion(learner, [(leaf, 1.0) for leaf in leaves])


def _requests(learner: Any, leaves: list[Any], before: Callable[[], None] = lambda: None) -> None:
    client = Client()
    client.force_login(learner, backend="django.contrib.auth.backends.ModelBackend")
    for leaf in leaves:
        before()
        body = {"username": learner.username, "course_key": str(leaf.course_key), "blocks": {str(leaf): 1.0}}
        answer = client.post(ADDRESS, json.dumps(body), content_type="application/json")
        assert answer.status_code == 200, answer.content[:300]


def _quiet_requests(learner: Any, leaves: list[Any]) -> None:
    """As if no worker had been woken for ten seconds."""
    _requests(learner, leaves, wake._windows.clear)


def _bare_call() -> Variant:
    row = BlockCompletion.objects.filter(context_key=_leaves(UNTRACKED)[0].course_key)[0]

    def call() -> None:
        for _ in range(1000):
            on_block_completion(BlockCompletion, row)

    return Variant("ours", call, units=1000)


def _leaves(course_key: str) -> list[Any]:
    found = build.loaded(course_key)
    return [leaf for unit in build.units(course_key) for leaf in found.children[unit]][:BATCH]


def _learners() -> Iterator[Any]:
    """People without end who are enrolled in both courses, made a hundred at a time."""
    model = get_user_model()
    for number in count():
        names = [f"finisher{number}_{each}" for each in range(100)]
        model.objects.bulk_create(model(username=name, email=f"{name}@example.com") for name in names)
        made = list(model.objects.filter(username__in=names))
        CourseEnrollment.objects.bulk_create(
            CourseEnrollment(user=person, course_id=_leaves(key)[0].course_key, is_active=True, mode="audit")
            for person in made
            for key in (TRACKED, UNTRACKED)
        )
        yield from made
        LookAgain.objects.all().delete()


_newcomers = _learners()
