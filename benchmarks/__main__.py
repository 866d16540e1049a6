"""Runs everything on SQLite and on MariaDB, one process after the other, and prints tables of what came out.

BENCH_DATABASE_URL names another MariaDB or MySQL; the name of its database must hold the word bench, for it is dropped.
BENCH_BROKER_URL names another Redis for the messages that wake workers; without any they stay in the process.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from . import report

ROOT = Path(__file__).parents[1]
BENCHES = ("completions", "lists", "assigning", "looking", "looks", "staff_list")
LONG = {"million": "million", "reading": "million", "ticking": "ticking", "bulk": "bulk", "importing": "importing"}
"""Only by name, only on the server, in the database that is named: what they fill may stay for the next run."""

SERVER = os.environ.get("BENCH_DATABASE_URL") or "mysql://root@127.0.0.1:3306/ma_bench"
REDIS = os.environ.get("BENCH_BROKER_URL") or "redis://127.0.0.1:6379/11"


def main() -> int:
    """How many benches failed, at most 1."""
    asked = _arguments()
    figures, failed, load = [], [], [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        databases = {"sqlite": f"sqlite:///{folder}/bench.sqlite3", "mariadb": SERVER}
        silence = _silence() if "mariadb" in asked.database else ""
        broker = _broker()
        if silence:
            del databases["mariadb"]
        for name in asked.database:
            for bench in asked.benches if name in databases else ():
                if bench in LONG and name == "sqlite":
                    continue
                print(f"... {bench} on {name}", file=sys.stderr, flush=True)
                database = f"{SERVER}_{LONG[bench]}" if bench in LONG else databases[name]
                code, lines = _run(bench, database, broker, folder, asked)
                figures += lines
                load.append(os.getloadavg()[0])
                if code:
                    failed.append(f"{bench} on {name}")
    if asked.json:
        asked.json.write_text("".join(f"{json.dumps(figure)}\n" for figure in figures), encoding="utf-8")
    print(f"{report.tables(figures)}\n\n{report.surroundings(load)}")
    if silence:
        print(f"\n!!! MariaDB, the one that counts, was SKIPPED: {silence}")
    for name in failed:
        print(f"\n!!! FAILED: {name}")
    return bool(failed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument(
        "benches", nargs="*", default=BENCHES, help=f"out of {', '.join((*BENCHES, *LONG))}; without: the first six"
    )
    parser.add_argument("--database", action="append", choices=["sqlite", "mariadb"], help="only on this one")
    parser.add_argument("--quick", action="store_true", help="tiny loads, to see that everything runs")
    parser.add_argument("--reuse", action="store_true", help=f"what an earlier run of {', '.join(LONG)} filled stays")
    parser.add_argument("--json", type=Path, help="where the figures go, one JSON object a line")
    asked = parser.parse_args()
    asked.database = asked.database or ["sqlite", "mariadb"]
    if unknown := set(asked.benches) - {*BENCHES, *LONG}:
        parser.error(f"no such bench: {', '.join(sorted(unknown))}")
    return asked


def _silence() -> str:
    """Why the server cannot be used; nothing when it answers."""
    try:
        import dj_database_url
        import MySQLdb

        database = dj_database_url.parse(SERVER)
        names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
        MySQLdb.connect(**{key: database[name] for key, name in names.items() if database[name]}).close()
    except Exception as error:  # noqa: BLE001 - whatever is missing, the reason is told
        return f"{type(error).__name__}: {error}"
    return ""


def _broker() -> str:
    try:
        import redis

        redis.Redis.from_url(REDIS, socket_connect_timeout=2).ping()
    except Exception:  # noqa: BLE001 - whatever is missing, there is another way
        return "memory://"
    return REDIS


def _run(
    bench: str, database_url: str, broker_url: str, folder: str, asked: argparse.Namespace
) -> tuple[int, list[dict[str, object]]]:
    """The exit code and the figures of one bench in a process of its own."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "conf", ROOT / "conf/demo/standins", ROOT))),
        "DATABASE_URL": database_url,
        "BROKER_URL": broker_url,
        "DEMO_VAR": folder,
        "BENCH_QUICK": "1" if asked.quick else "",
        "BENCH_REUSE": "1" if asked.reuse and bench in LONG else "",
    }
    code = f"from benchmarks.measuring import run; run({bench!r})"
    figures = []
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as child:
        for line in child.stdout or ():
            if line.startswith("{"):
                figures.append(json.loads(line))
                print(report.line(figures[-1]), file=sys.stderr, flush=True)
    return child.returncode, figures


if __name__ == "__main__":
    sys.exit(main())
