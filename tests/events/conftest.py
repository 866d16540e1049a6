"""A small campus, ways to keep events from the plugin and to send them again, and a publisher that only notes down."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
from completion.models import BlockCompletion
from django.db import connection
from django.db.models.signals import post_delete, post_save
from django.test.utils import CaptureQueriesContext
from openedx_events.learning import signals

from demo.campus import clock
from mandatory_assignments import wake
from mandatory_assignments.models import Completion, Cycle, Progress, RequiredEnrollment
from mandatory_assignments.queries import tracking
from tests.services.conftest import NOW, Campus, furnished

MODEL_SIGNALS = (post_save, post_delete)
EVENTS = (
    signals.CERTIFICATE_CHANGED,
    signals.CERTIFICATE_CREATED,
    signals.CERTIFICATE_REVOKED,
    signals.COURSE_ENROLLMENT_CHANGED,
    signals.COURSE_ENROLLMENT_CREATED,
    signals.COURSE_PASSING_STATUS_UPDATED,
    signals.COURSE_UNENROLLMENT_COMPLETED,
    signals.PERSISTENT_GRADE_SUMMARY_CHANGED,
)

Event = Callable[[], Any]


class Publisher:
    """Stands where Celery's app stands; `sent` holds each message's task and its countdown in seconds."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, float | None]] = []

    def connection_for_write(self, **options: Any) -> Any:
        return nullcontext()

    def send_task(self, name: str, *, countdown: float | None, **options: Any) -> None:
        self.sent.append((name.removeprefix("mandatory_assignments."), countdown))


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Neither tracked courses nor messages sent lately, as in a process that has just started."""
    tracking.forget_tracked_courses()
    wake._windows.clear()
    yield
    tracking.forget_tracked_courses()
    wake._windows.clear()


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Publisher:
    publisher = Publisher()
    monkeypatch.setattr(wake, "current_app", publisher)
    return publisher


@pytest.fixture
def campus(request: pytest.FixtureRequest) -> Iterator[Campus]:
    """In a database whose transactions really commit, where the test is marked so."""
    marker = request.node.get_closest_marker("django_db")
    request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
    with clock.at(NOW):
        yield furnished()


@contextmanager
def deaf() -> Iterator[int]:
    """Inside, no event reaches the plugin; gives how many of its receivers were connected."""
    kept = [(signal, signal.receivers) for signal in (*MODEL_SIGNALS, *EVENTS)]
    for signal, receivers in kept:
        signal.receivers = [receiver for receiver in receivers if not _ours(receiver)]
        signal.sender_receivers_cache.clear()
    try:
        yield sum(_ours(receiver) for _, receivers in kept for receiver in receivers)
    finally:
        for signal, receivers in kept:
            signal.receivers = receivers
            signal.sender_receivers_cache.clear()


def _ours(receiver: Any) -> bool:
    return str(receiver[0][0]).startswith("mandatory_assignments.")


@contextmanager
def withheld() -> Iterator[list[Event]]:
    """Inside, events do not reach the plugin; each is put into the list as a call that sends it for real."""
    caught: list[Event] = []

    def saved(sender: Any, signal: Any, **named: Any) -> None:
        caught.append(lambda: signal.send(sender=sender, **named))

    def told(signal: Any, sender: Any, metadata: Any, enrollment: Any, **named: Any) -> None:
        caught.append(lambda: signal.send_event(enrollment=enrollment))

    with deaf():
        for signal in MODEL_SIGNALS:
            signal.connect(saved, sender=BlockCompletion)
        for signal in EVENTS:
            signal.connect(told)
        yield caught


@pytest.fixture
def statements() -> Callable[[Callable[[], Any]], list[str]]:
    """What a call asks of the database, with BEGIN and COMMIT."""

    def listen(call: Callable[[], Any]) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            call()
        return [query["sql"] for query in captured]

    return listen


def ours(sql: list[str]) -> list[str]:
    """The statements that touch the plugin's tables."""
    return [statement for statement in sql if "mandatory_assignments_" in statement]


def state() -> dict[str, list[Any]]:
    """All that the plugin concluded, without the instants at which it did."""
    return {
        "progress": list(
            Progress.objects.order_by("learner_id").values_list("learner_id", "units_done", "units_total", "percent")
        ),
        "cycles": list(
            Cycle.objects.order_by("learner_id").values_list(
                "learner_id", "open", "closed_as", "units_done", "units_total", "percent", "attention"
            )
        ),
        "completions": list(
            Completion.objects.order_by("learner_id").values_list("learner_id", "source", "live", "happened_at")
        ),
        "enrollments": list(
            RequiredEnrollment.objects.order_by("assignment__learner_id").values_list(
                "assignment__learner_id", "state", "reason", "made", "next_at", "claim"
            )
        ),
    }
