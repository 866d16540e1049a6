"""Sends the messages that wake workers. A message says only "there is work"; losing one delays, and changes nothing.

At most two messages per kind, process and window: one at once, and if anything came after it, one at the window's end.
"""

import logging
import threading
import time
from typing import Any

from celery import current_app
from celery_utils.logged_task import LoggedTask

from .settings import setting

WINDOW_SECONDS = 10.0

ANSWER_SECONDS = 1
IMPATIENT = {
    "connect_timeout": ANSWER_SECONDS,
    "transport_options": {
        "max_retries": 0,
        "socket_connect_timeout": ANSWER_SECONDS,
        "socket_timeout": ANSWER_SECONDS,
    },
}
"""A connection of our own: those of Celery's pool try for six seconds to reach a broker, inside somebody's request."""

log = logging.getLogger(__name__)
_lock = threading.Lock()
_windows: dict[tuple[str, int], tuple[float, bool]] = {}


class QueuedTask(LoggedTask):  # type: ignore[misc]  # celery-utils has no types
    """A task that goes to the operator's queue whoever sends it: beat names none."""

    abstract = True

    def apply_async(self, *arguments: Any, **options: Any) -> Any:
        """As Celery's, with our queue where the caller names no other."""
        return super().apply_async(*arguments, **{"queue": setting("QUEUE") or None, **options})


def wake(task: str, *, after_seconds: int = 0) -> None:
    """Wakes workers for mandatory_assignments.<task>. Never raises: without a broker the next tick does the work.

    What is there to be done so many seconds from now is met by a message too: its window is as long as that.
    """
    turn = _turn(task, after_seconds, time.monotonic())
    if turn is None:
        return
    countdown = after_seconds + turn
    name = f"mandatory_assignments.{task}"
    try:
        with current_app.connection_for_write(**IMPATIENT) as connection:
            current_app.send_task(
                name, connection=connection, countdown=countdown or None, queue=setting("QUEUE") or None, retry=False
            )
    except Exception as error:  # noqa: BLE001 - whatever a broker raises, the caller's work is stored already
        log.warning("mandatory_assignments: no worker could be woken for %s (%s)", task, type(error).__name__)


def _turn(task: str, after_seconds: int, instant: float) -> float | None:
    """Seconds to wait before the message's turn; None when one is on its way already."""
    kind, window = (task, after_seconds), max(WINDOW_SECONDS, after_seconds)
    with _lock:
        opened, followed = _windows.get(kind, (float("-inf"), False))
        if instant - opened >= window:
            _windows[kind] = (instant, False)
            return 0.0
        if followed:
            return None
        _windows[kind] = (opened, True)
        return opened + window - instant
