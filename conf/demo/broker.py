"""The broker that is made of files, for several processes at once: a message appears whole or not at all.

Kombu's own writes a message where it is read, so that a worker may take it while it is still empty, and die of it.
"""

import fcntl
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Kombu's channel, with messages renamed into place and the table of queues read and written by turns."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        message = Path(self.data_folder_out) / f"{time.monotonic_ns():020}_{uuid.uuid4()}.{queue}.msg"
        draft = message.with_suffix(".draft")
        draft.write_text(dumps(payload), encoding="utf-8")
        draft.rename(message)

    def get_table(self, exchange: str) -> Any:
        with self._turn():
            return super().get_table(exchange)

    def _queue_bind(self, *args: Any) -> None:
        with self._turn():
            super()._queue_bind(*args)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        folder = Path(self.control_folder)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "turn").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """What `filesystem://` stands for in the demo."""

    Channel = Channel


def use() -> None:
    """Makes `filesystem://` mean this transport in the present process."""
    TRANSPORT_ALIASES["filesystem"] = "demo.broker:Transport"
