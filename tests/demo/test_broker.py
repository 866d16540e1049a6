"""The demo's broker of files gives every message whole, with several processes at work."""

from __future__ import annotations

from multiprocessing import get_context
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from demo import broker


@pytest.fixture
def folders(tmp_path):
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    return {
        "data_folder_in": str(tmp_path / "messages"),
        "data_folder_out": str(tmp_path / "messages"),
        "control_folder": str(tmp_path / "control"),
    }


@pytest.fixture
def channel(folders):
    with Connection(transport=broker.Transport, transport_options=folders) as connection:
        yield connection.channel()


def send(folders: dict[str, str], first: int) -> None:
    with Connection(transport=broker.Transport, transport_options=folders) as connection:
        queue = connection.SimpleQueue("work")
        for number in range(first, first + 50):
            queue.put(number)


def test_a_message_that_is_still_being_written_is_not_taken(channel, monkeypatch):
    place, seen = Path.rename, []

    def watched(draft: Path, target: Path) -> Path:
        with pytest.raises(Empty):
            channel._get("work")
        seen.append(draft.read_text(encoding="utf-8"))
        return place(draft, target)

    monkeypatch.setattr(Path, "rename", watched)
    channel._put("work", {"number": 1})
    assert len(seen) == 1
    assert channel._get("work") == {"number": 1}


def test_what_two_processes_send_at_once_arrives_whole_and_once(folders):
    context = get_context("spawn")
    senders = [context.Process(target=send, args=(folders, first)) for first in (0, 50)]
    for sender in senders:
        sender.start()
    received = []
    with Connection(transport=broker.Transport, transport_options=folders) as connection:
        queue = connection.SimpleQueue("work")
        while len(received) < 100:
            message = queue.get(timeout=20)
            message.ack()
            received.append(message.payload)
    for sender in senders:
        sender.join(10)
    assert sorted(received) == list(range(100))


def test_the_demo_uses_it(settings):
    settings.BROKER_URL = "filesystem://"
    broker.use()
    with Connection("filesystem://") as connection:
        assert isinstance(connection.transport, broker.Transport)
