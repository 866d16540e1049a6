"""What time it is in the miniature LMS: the real instant plus an offset that web, worker and beat share in one file.

Importing this module replaces `django.utils.timezone.now`; settings import it before anything can take that by name.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

_held: ContextVar[timedelta | None] = ContextVar("held", default=None)
_read: tuple[tuple[str, int, int], timedelta] | None = None


def path() -> Path:
    """The file that holds the offset in seconds; no file means none."""
    return Path(os.environ.get("DEMO_VAR") or Path(__file__).parents[1] / "var") / "clock"


def offset() -> timedelta:
    """How far the demo's now is ahead of the real one, in this context or else for all processes."""
    held = _held.get()
    return _shared() if held is None else held


def now() -> datetime:
    """The demo's current instant, aware, UTC."""
    return datetime.now(UTC) + offset()


@contextmanager
def at(instant: datetime | None) -> Iterator[None]:
    """Inside, the clock of this context starts at `instant` and ticks on; None leaves it as it is."""
    if instant is None:
        yield
        return
    token = _held.set(instant - datetime.now(UTC))
    try:
        yield
    finally:
        _held.reset(token)


def move(**length: float) -> None:
    """Move the shared clock by a `timedelta(**length)`, for all processes."""
    shift = _shared() + timedelta(**length)
    file = path()
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(f".{os.getpid()}")
    fresh.write_text(str(shift.total_seconds()))
    fresh.replace(file)


def reset() -> None:
    """Bring the shared clock back to the real instant."""
    path().unlink(missing_ok=True)


def _shared() -> timedelta:
    global _read
    file = path()
    try:
        stat = file.stat()
    except OSError:
        return timedelta()
    # The inode tells two writes within one tick of the file system apart.
    mark = (str(file), stat.st_mtime_ns, stat.st_ino)
    if _read is None or _read[0] != mark:
        _read = mark, timedelta(seconds=float(file.read_text()))
    return _read[1]


timezone.now = now
