"""The launcher: one command starts web, worker and beat, and one signal leaves nothing of them behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

LAUNCH = Path(__file__).parents[2] / "conf" / "demo" / "launch.py"
pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="missing: /proc, to find processes")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Demo:
    """One launcher on a folder of its own."""

    def __init__(self, folder: Path, *arguments: str, port: int | str) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BROKER_URL")}
        self.folder = folder
        self.root = f"http://127.0.0.1:{port}"
        self.out = folder.parent / f"launcher-{time.monotonic_ns()}.txt"
        with self.out.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, str(LAUNCH), *arguments],
                env=kept | {"DEMO_VAR": str(folder), "PORT": str(port)},
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        return self.out.read_text()

    def open(self) -> Demo:
        eventually(lambda: "Ctrl-C stops everything" in self.said() or self.process.poll() is not None, seconds=150)
        assert "Ctrl-C stops everything" in self.said(), self.said()
        return self

    def page(self, path: str) -> str:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with opener.open(self.root + path, timeout=20) as answer:
            return answer.read().decode()

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    def commands(self) -> list[str]:
        """The command lines of all living processes that belong to this demo."""
        mark = f"DEMO_VAR={self.folder}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != self.process.pid:
                try:
                    if mark in (entry / "environ").read_bytes().split(b"\0"):
                        found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
                except OSError:
                    continue
        return found


def eventually(holds: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    demos: list[Demo] = []

    def starter(*arguments: str, port: int | str | None = None) -> Demo:
        demos.append(Demo(tmp_path / "var", *arguments, port=free_port() if port is None else port))
        return demos[-1]

    yield starter
    for demo in demos:
        if demo.process.poll() is None:
            demo.stop()


def test_the_whole_life_of_a_demo(start) -> None:
    demo = start().open()

    assert f"{demo.root}/signin/marta/" in demo.said()
    assert "Marta Kowalska" in demo.page("/signin/")
    assert "Workplace safety basics" in demo.page("/signin/amina/")
    alive = "\n".join(demo.commands())
    assert "waitress" in alive
    assert " worker " in alive
    assert " beat " in alive
    worker_log = demo.folder / "logs" / "worker.log"
    assert eventually(lambda: "ready" in worker_log.read_text(), seconds=60)

    second = start()
    assert second.process.wait(60) == 1
    assert "already running" in second.said()

    assert demo.stop(signal.SIGTERM) == 0
    assert demo.commands() == []
    with pytest.raises(urllib.error.URLError):
        demo.page("/heartbeat")

    again = start().open()
    assert "The campus is as it was left" in (again.folder / "logs" / "prepare.log").read_text()
    worker = next(pid for pid in children_of(again.process.pid) if "worker" in command_line(pid))
    os.kill(worker, signal.SIGKILL)
    assert again.process.wait(60) == 1
    assert "The worker ended by itself" in again.said()
    assert again.commands() == []

    fresh = start("--reset").open()
    assert "The campus was loaded" in (fresh.folder / "logs" / "prepare.log").read_text()
    fresh.process.kill()
    assert eventually(lambda: fresh.commands() == [], seconds=60), fresh.commands()


def test_a_port_that_is_taken_is_named_and_nothing_is_started(start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        demo = start(port=taken.getsockname()[1])
        code = demo.process.wait(60)

    assert code == 1
    assert "PORT=" in demo.said()
    assert demo.commands() == []


@pytest.mark.parametrize("port", ["0", "70000", "web", "-1", "８０"])
def test_a_port_that_is_none_is_refused(start, port: str) -> None:
    demo = start(port=port)

    assert demo.process.wait(60) == 1
    assert f"PORT={port} is no port" in demo.said()


def test_a_reset_leaves_a_database_alone_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept")
    environment = os.environ | {"DEMO_VAR": str(tmp_path), "DATABASE_URL": "mysql://x@127.0.0.1/x"}
    run = subprocess.run(
        [sys.executable, str(LAUNCH), "--reset"],
        env=environment | {"PORT": str(free_port())},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1
    assert "empty it yourself" in run.stderr
    assert (tmp_path / "kept").exists()


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
