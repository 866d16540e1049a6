"""Starts the demo - database, campus, web, worker, beat - in one command, and stops all of it together."""

import argparse
import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

HERE = Path(__file__).resolve().parent
CONF = HERE.parent
VAR = Path(os.environ.get("DEMO_VAR") or HERE / "var").resolve()
LOCK = VAR / "lock"
HOST = "127.0.0.1"
START_SECONDS = 90
STOP_SECONDS = 10
PR_SET_PDEATHSIG = 1


class Refused(Exception):
    """The demo cannot start or go on; the text is for the person at the terminal."""


class Child:
    """One process of the demo, in a session of its own so that a Ctrl-C reaches only the launcher."""

    def __init__(self, name: str, *command: str, environment: dict[str, str]) -> None:
        self.name = name
        self.log = VAR / "logs" / f"{name}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=CONF.parent,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent(),
            )

    def exit_code(self) -> int | None:
        """The exit code, or None while it runs."""
        return self.process.poll()

    def stop(self) -> None:
        """Ask it to end; `finish` sees to it."""
        if self.exit_code() is None:
            self.process.terminate()

    def finish(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic), then end it and everything it started."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def tail(self, lines: int = 15) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def main(arguments: list[str]) -> int:
    """Run the demo until it is stopped; the exit status for the shell."""
    parser = argparse.ArgumentParser(
        description="Start the demo campus on PORT.", epilog="DATABASE_URL and BROKER_URL are read, too."
    )
    parser.add_argument("--reset", action="store_true", help="throw the campus away first and start over")
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # the campus's people have names that not every terminal can show
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    children: list[Child] = []
    try:
        with _locked():
            port = _free_port(os.environ.get("PORT") or "8000")
            if options.reset:
                _wipe()
            try:
                _run(children, stopping, port)
            finally:
                _stop(children)
    except Refused as refusal:
        print(refusal, file=sys.stderr, flush=True)
        return 1
    print("Stopped.", flush=True)
    return 0


def _run(children: list[Child], stopping: threading.Event, port: int) -> None:
    environment = _environment(port)
    _say("Preparing the database and the campus ...")
    children.append(Child("prepare", "django", "open_campus", environment=environment))
    while (code := children[0].exit_code()) is None:
        if stopping.wait(0.1):
            return
    if code:
        raise Refused(f"The campus could not be prepared ({children[0].log}):\n{children[0].tail()}")
    celery = ("celery", "--app=lms.celery")
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    beat_schedule = f"--schedule={VAR / 'beat-schedule'}"
    serve = ("waitress", f"--listen={HOST}:{port}", "--threads=8", "--call", "django.core.wsgi:get_wsgi_application")
    children[:] = [
        Child("worker", *celery, "worker", "--concurrency=2", "--loglevel=INFO", *quiet, environment=environment),
        Child("beat", *celery, "beat", "--loglevel=INFO", "--pidfile=", beat_schedule, environment=environment),
        Child("web", *serve, environment=environment),
    ]
    deadline = time.monotonic() + START_SECONDS
    while not _answers(port):
        if stopping.wait(0.3):
            return
        _insist_on_life(children)
        if time.monotonic() > deadline:
            raise Refused(f"The web server did not answer within {START_SECONDS} s:\n{children[-1].tail()}")
    _welcome(port)
    while not stopping.wait(0.5):
        _insist_on_life(children)
    _say("Stopping ...")


def _environment(port: int) -> dict[str, str]:
    paths = [str(CONF), str(HERE / "standins"), os.environ.get("PYTHONPATH", "")]
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "demo.settings",
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "PYTHONUNBUFFERED": "1",
        "PORT": str(port),
        "DEMO_VAR": str(VAR),
    }


def _insist_on_life(children: list[Child]) -> None:
    for child in children:
        if (code := child.exit_code()) is not None:
            raise Refused(
                f"The {child.name} ended by itself (exit code {code}), so everything is stopped. "
                f"The end of {child.log}:\n{child.tail()}"
            )


def _stop(children: list[Child]) -> None:
    for child in children:
        child.stop()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        child.finish(deadline)


def _die_with_parent() -> Callable[[], None] | None:
    """What a child runs first: even a launcher that is killed outright leaves nothing behind (Linux only)."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGTERM) and None


@contextmanager
def _locked() -> Iterator[None]:
    """Holds var/ for one launcher; the system lets go of it however the launcher ends."""
    VAR.mkdir(parents=True, exist_ok=True)
    with LOCK.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"The demo is already running on {VAR}. Stop it first.") from None
        yield


def _free_port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 65536):
        raise Refused(f"PORT={text} is no port: give a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except OSError as error:
            raise Refused(f"Port {text} cannot be used ({error.strerror}). Choose another one with PORT=.") from None
    return int(text)


def _wipe() -> None:
    if not os.environ.get("DATABASE_URL", "sqlite").startswith("sqlite"):
        raise Refused("The database named by DATABASE_URL is yours: empty it yourself, then start without --reset.")
    for entry in VAR.iterdir():
        if entry != LOCK:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/heartbeat", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def _welcome(port: int) -> None:
    sys.path.insert(0, str(CONF))
    from demo.campus.cast import FEATURED

    root = f"http://{HOST}:{port}"
    _say(f"\nThe demo campus is open: {root}/\n\nSign in as")
    width = max(len(person.name) for person in FEATURED)
    for person in FEATURED:
        _say(f"  {person.name:{width}}  {root}/signin/{person.username}/  {person.role}")
    _say(f"\nLogs are in {VAR / 'logs'}. Ctrl-C stops everything.")


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
