"""Sends the messages that wake workers. A message says only "there is work"; losing one delays, and changes nothing.

At most two messages per kind, process and window: one at once, and if anything came after it, one at the window's end.
"""

import logging
import threading
import time

from celery import current_app

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
_windows: dict[str, tuple[float, bool]] = {}


def wake(task: str) -> None:
    """Wakes workers for mandatory_assignments.<task>. Never raises: without a broker the next tick does the work."""
    countdown = _turn(task, time.monotonic())
    if countdown is None:
        return
    name = f"mandatory_assignments.{task}"
    try:
        with current_app.connection_for_write(**IMPATIENT) as connection:
            current_app.send_task(
                name, connection=connection, countdown=countdown or None, queue=setting("QUEUE") or None, retry=False
            )
    except Exception as error:  # noqa: BLE001 - whatever a broker raises, the caller's work is stored already
        log.warning("mandatory_assignments: no worker could be woken for %s (%s)", task, type(error).__name__)


def _turn(task: str, instant: float) -> float | None:
    """Seconds to wait before the message shall be worked on; None when one is on its way already."""
    with _lock:
        opened, followed = _windows.get(task, (float("-inf"), False))
        if instant - opened >= WINDOW_SECONDS:
            _windows[task] = (instant, False)
            return 0.0
        if followed:
            return None
        _windows[task] = (opened, True)
        return opened + WINDOW_SECONDS - instant
