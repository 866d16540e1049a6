"""A campus with thirty learners in a database that commits, a broker that can be stopped, and real processes."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from celery import current_app
from django.db import connection, connections

from demo.campus import build
from mandatory_assignments import api, wake
from mandatory_assignments.queries import tracking

ROOT = Path(__file__).parents[2]
COURSE = "course-v1:Acme+DRILL+2027"
SECOND = "course-v1:Acme+WATER+2027"
DUE = (datetime.now(UTC) + timedelta(days=90)).date()
PR_SET_PDEATHSIG = 1


@dataclass
class Campus:
    """Thirty learners, two courses of three units, and who assigns."""

    coordinator: Any
    learners: list[Any]

    def assign(self, *learners: Any, training: str = COURSE) -> Any:
        """Assigns to these, or to all."""
        names = [learner.username for learner in learners or self.learners]
        return api.assign_learners(actor=self.coordinator, training=training, learners=names, due_on=DUE)


@pytest.fixture
def campus(transactional_db) -> Campus:
    coordinator = build.user("cora", organization="Acme")
    build.coordinator(coordinator, "Acme")
    for key in (COURSE, SECOND):
        build.course(key, sections=1, subsections=1, units=3, blocks=1, block_types=["html"])
    return Campus(coordinator, build.users(30, prefix="learner", organization="Acme"))


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither tracked courses nor messages sent lately; a follower comes after a second."""
    tracking.forget_tracked_courses()
    wake._windows.clear()
    monkeypatch.setattr(wake, "WINDOW_SECONDS", 1.0)


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Waits until it holds; fails when it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Runs the calls at the same moment, each in a thread with a connection of its own; results or what was raised."""
    start, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            start.wait()
            results[index] = call()
        except Exception as error:  # noqa: BLE001 - the test judges it
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@contextmanager
def held(model: Any, *keys: int) -> Iterator[None]:
    """Inside, these rows are locked, as by a worker that hangs in its transaction."""
    other = connection.copy()
    other.set_autocommit(False)
    table, column = model._meta.db_table, model._meta.pk.column
    try:
        with other.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} WHERE {column} IN %s FOR UPDATE", [keys])
            assert len(cursor.fetchall()) == len(keys)
        yield
    finally:
        other.rollback()
        other.close()


def environment() -> dict[str, str]:
    """What a process needs to work on this test's database and broker."""
    url = urlsplit(os.environ["DATABASE_URL"])
    paths = (ROOT / "conf", ROOT / "conf" / "demo" / "standins", ROOT)
    return os.environ | {
        "DATABASE_URL": url._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
        "BROKER_URL": current_app.conf.broker_url,
        "DJANGO_SETTINGS_MODULE": "demo.settings",
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "PYTHONUNBUFFERED": "1",
    }


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass
class Processes:
    """Those that a test started; none outlives it."""

    folder: Path
    running: list[subprocess.Popen] = field(default_factory=list)

    def start(self, *command: str) -> tuple[subprocess.Popen, Path]:
        """The process, and the file with all that it says."""
        log = self.folder / f"{len(self.running)}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                preexec_fn=_die_with_parent,
            )
        self.running.append(process)
        return process, log

    def python(self, *arguments: str) -> tuple[subprocess.Popen, Path]:
        """A process of this Python."""
        return self.start(sys.executable, "-m", *arguments)

    def workers(self, number: int) -> list[subprocess.Popen]:
        """So many Celery workers, ready to work."""
        worker = ("celery", "--app=lms.celery", "worker", "--pool=solo", "--loglevel=INFO")
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        started = [self.python(*worker, *quiet, f"--hostname=worker{len(self.running)}@%h") for _ in range(number)]
        for process, log in started:
            until(lambda process=process, log=log: process.poll() is not None or " ready." in log.read_text(), 180)
            assert process.poll() is None, log.read_text()
        return [process for process, _ in started]

    def interrupted(self, work: str, point: str, sent: str, times: int = 1) -> subprocess.Popen:
        """A process that works and was sent the signal at that point, when it came there so many times."""
        process, log = self.python("tests.concurrency.interrupted", work, point, sent, str(times))
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        if sent == "STOP":
            assert os.WIFSTOPPED(status), log.read_text()
        else:
            assert os.WIFSIGNALED(status), log.read_text()
        return process


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    started = Processes(tmp_path)
    yield started
    for process in started.running:
        process.kill()
    for process in started.running:
        process.wait()


@dataclass
class Broker:
    """A Redis of the test's own, always at the same port."""

    processes: Processes
    port: int
    server: subprocess.Popen | None = None

    def start(self) -> None:
        """Empty, as after a restart without a dump."""
        options = {"port": self.port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": self.processes.folder}
        arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
        self.server, _ = self.processes.start("redis-server", *arguments)
        until(self._answers)

    def stop(self) -> None:
        """At once, with everything that it held."""
        self.server.kill()
        self.server.wait()

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture
def broker(processes: Processes, monkeypatch: pytest.MonkeyPatch) -> Broker:
    """A running broker, which this process and those that it starts use."""
    if not shutil.which("redis-server"):
        pytest.skip("missing: redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setattr(current_app.conf, "broker_url", f"redis://127.0.0.1:{port}/0")
    broker = Broker(processes, port)
    broker.start()
    return broker
