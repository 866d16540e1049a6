"""How everything here is measured: in turns, in one process, each time against the same base.

Machines have moods. What is compared runs in turns, so that a mood meets all alike, and a ratio is the median of the
ratios inside each round. Beside it stands the ratio of the fastest tenths, which the moods touch least.
"""

import gc
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from celery import current_app
from django.core.management import call_command
from django.db import OperationalError, connection

QUICK = bool(os.environ.get("BENCH_QUICK"))
"""Tiny loads, to see that everything runs; the figures say nothing."""


@dataclass
class Variant:
    """One way to do the job: `act` is timed, `ready` comes before it each time and is not."""

    name: str
    act: Callable[[], Any]
    ready: Callable[[], Any] = lambda: None
    units: int = 1
    goal: float | None = None
    """The highest ratio to the base that we want."""


@dataclass
class Figure:
    """What came out for one variant. Seconds are per unit; the ratio is to the base of the same comparison."""

    bench: str
    database: str
    variant: str
    unit: str
    units: int
    rounds: int
    median: float
    quartiles: tuple[float, float]
    statements: float
    base: str
    ratio: float
    ratio_quartiles: tuple[float, float]
    undisturbed: float
    undisturbed_ratio: float
    goal: float | None = None
    late: float = 0
    """Within so long nineteen turns of twenty were done."""


def compare(bench: str, unit: str, rounds: int, variants: Sequence[Variant]) -> list[Figure]:
    """Times the variants in turns, the first being the base, and prints one JSON line for each.

    Statements are counted on a first, untimed turn, which also warms up; savepoints count, commits do not. Every other
    round goes backwards.
    """
    statements = {variant.name: _statements(variant) for variant in variants}
    gc.collect()
    gc.freeze()  # so that collecting before each turn costs nothing
    seconds: dict[str, list[float]] = {variant.name: [] for variant in variants}
    for number in range(3 if QUICK else rounds):
        for variant in variants if number % 2 else reversed(variants):
            seconds[variant.name].append(_seconds(variant) / variant.units)
    base = variants[0]
    figures = []
    for variant in variants:
        taken = seconds[variant.name]
        ratios = [mine / its for mine, its in zip(taken, seconds[base.name], strict=True)]
        figures.append(
            Figure(
                bench=bench,
                database=database(),
                variant=variant.name,
                unit=unit,
                units=variant.units,
                rounds=len(taken),
                median=statistics.median(taken),
                quartiles=_quartiles(taken),
                statements=statements[variant.name] / variant.units,
                base=base.name,
                ratio=statistics.median(ratios),
                ratio_quartiles=_quartiles(ratios),
                undisturbed=_first_decile(taken),
                undisturbed_ratio=_first_decile(taken) / _first_decile(seconds[base.name]),
                goal=variant.goal,
                late=statistics.quantiles(taken, n=20, method="inclusive")[-1],
            )
        )
        print(json.dumps(asdict(figures[-1])), flush=True)
    return figures


def tell(bench: str, unit: str, units: int, seconds: Mapping[str, float], statements: Mapping[str, int]) -> None:
    """Prints what was measured once, whole and by parts, as JSON lines: the whole first, ratios are shares of it."""
    whole, base = next(iter(seconds.values())), next(iter(seconds))
    for part, taken in seconds.items():
        each, share = taken / units, taken / whole
        figure = Figure(
            bench=bench,
            database=database(),
            variant=part,
            unit=unit,
            units=units,
            rounds=1,
            median=each,
            quartiles=(each, each),
            statements=statements.get(part, 0) / units,
            base=base,
            ratio=share,
            ratio_quartiles=(share, share),
            undisturbed=each,
            undisturbed_ratio=share,
            late=each,
        )
        print(json.dumps(asdict(figure)), flush=True)


def run(bench: str) -> None:
    """One bench in a fresh database, unless BENCH_REUSE says that it may use what an earlier run left in it."""
    import django

    django.setup()
    if not (os.environ.get("BENCH_REUSE") and _is_filled()):
        fresh_database()
    try:
        import_module(f"benchmarks.{bench}").main()
    finally:
        current_app.control.purge()


def _is_filled() -> bool:
    try:
        return bool(connection.introspection.table_names())
    except OperationalError:  # there is no such database yet
        return False


def database() -> str:
    """What runs under the measured code, with its version."""
    if connection.vendor == "sqlite":
        import sqlite3

        return f"SQLite {sqlite3.sqlite_version}"
    kind = "MariaDB" if connection.mysql_is_mariadb else "MySQL"
    return f"{kind} {'.'.join(map(str, connection.mysql_version))}"


def fresh_database() -> None:
    """Drops everything in the benchmarks' own database and migrates. Its name must say that it is one."""
    name = str(connection.settings_dict["NAME"])
    if "bench" not in name:
        raise SystemExit(f"{name} is not a database of the benchmarks: its name must hold the word bench")
    if connection.vendor == "mysql":
        quoted = connection.ops.quote_name(name)
        connection.settings_dict["NAME"] = ""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted}")
            cursor.execute(f"CREATE DATABASE {quoted} CHARACTER SET utf8mb4")
        connection.close()
        connection.settings_dict["NAME"] = name
    else:
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)
    call_command("migrate", run_syncdb=True, verbosity=0)


def settle() -> None:
    """Lets the database look at what was loaded in bulk, so that its plans do not depend on luck."""
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            cursor.execute(f"ANALYZE TABLE {', '.join(map(connection.ops.quote_name, tables))}")
            cursor.fetchall()
        else:
            cursor.execute("ANALYZE")


@contextmanager
def counting() -> Iterator[list[str]]:
    """Inside, gathers the statements sent, without the cost of DEBUG."""
    sent: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield sent


def _statements(variant: Variant) -> int:
    variant.ready()
    with counting() as sent:
        variant.act()
    return len(sent)


def _seconds(variant: Variant) -> float:
    variant.ready()
    gc.collect()
    start = time.perf_counter()
    variant.act()
    return time.perf_counter() - start


def _first_decile(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=10, method="inclusive")[0]


def _quartiles(values: Sequence[float]) -> tuple[float, float]:
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high
