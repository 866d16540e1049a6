"""Runs the whole suite: the rules with every branch, all on SQLite, and where MariaDB and Redis answer, again on those.

What could not run is listed after the last line of pytest, and the last line of all adds up the runs. All but the
rules, whose coverage is measured, run on as many cores as there are, up to four.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

DATABASE_URL = os.environ.get("MANDATORY_TEST_DATABASE_URL", "mysql://root@127.0.0.1:3306/mandatory_assignments")
BROKER_URL = os.environ.get("MANDATORY_TEST_BROKER_URL", "redis://127.0.0.1:6379/9")
EVERY_BRANCH = [
    "--cov=mandatory_assignments/rules",
    "--cov-branch",
    "--cov-report=term-missing",
    "--cov-fail-under=100",
]
ON_ALL_CORES = ["-n", "logical", "--maxprocesses", "4"]
WITHOUT_DATABASE = """
architecture campus courseware demo documentation host journeys learner management packaging rules staff tutor wording
rest_api/test_badges.py rest_api/test_bad_input.py rest_api/test_changing.py rest_api/test_directory.py
rest_api/test_openapi.py rest_api/test_out_of_reach.py rest_api/test_roles.py rest_api/test_schedule.py
rest_api/test_syncs.py rest_api/test_texts.py rest_api/test_trainings.py
""".split()
NO_DATABASE = [f"--ignore=tests/{folder}" for folder in WITHOUT_DATABASE]
"""What says nothing about a database, or nothing that tests of what it calls do not say too."""
NO_TESTS = 5  # pytest's exit code when nothing was collected


def silent_services() -> str:
    """Why the services cannot be used, or nothing when both of them answer."""
    try:
        import dj_database_url
        import MySQLdb
        import redis

        database = dj_database_url.parse(DATABASE_URL)
        names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
        MySQLdb.connect(**{key: database[name] for key, name in names.items() if database[name]}).close()
        redis.Redis.from_url(BROKER_URL, socket_connect_timeout=2).ping()
    except Exception as error:  # noqa: BLE001 - whatever is missing, the reason is told
        return f"{type(error).__name__}: {error}"
    return ""


def run(title: str, arguments: list[str], environment: dict[str, str]) -> dict:
    """One run of pytest: its counts, its exit code, and how long it took."""
    print(f"\n=== {title}: pytest {' '.join(arguments)}", flush=True)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tally = Path(folder) / "tally"
        code = subprocess.call(
            [sys.executable, "-m", "pytest", *arguments],
            env={**os.environ, **environment, "MANDATORY_TEST_TALLY": str(tally)},
        )
        counts = json.loads(tally.read_text(encoding="utf-8")) if tally.exists() else {}
    took = f"{(time.monotonic() - begun) / 60:5.1f} minutes  {title}"
    return {"passed": 0, "failed": 0, "skipped": {}, **counts, "code": 0 if code == NO_TESTS else code, "took": took}


def main(arguments: list[str]) -> int:
    silence = silent_services()
    runs = [
        run("Decisions, every branch", ["tests/rules", *EVERY_BRANCH, *arguments], {}),
        run("SQLite", ["-m", "not services", "--ignore=tests/rules", *ON_ALL_CORES, *arguments], {}),
    ]
    if silence:
        runs.append(run("Without services", ["-m", "services", *arguments], {}))
    else:
        services = {"DATABASE_URL": DATABASE_URL, "BROKER_URL": BROKER_URL}
        runs.append(run("MariaDB and Redis", ["-m", "not browser", *NO_DATABASE, *ON_ALL_CORES, *arguments], services))

    skipped = sum((Counter(each["skipped"]) for each in runs), Counter())
    passed, failed = (sum(each[key] for each in runs) for key in ("passed", "failed"))
    if skipped or silence:
        print(f"\n{' SKIPPED BECAUSE MISSING ':!^100}")
        if silence:
            print(f"      the whole suite on MariaDB ({silence})")
        for reason, count in skipped.most_common():
            print(f"{count:5} x {reason}")
    print("", *(each["took"] for each in runs), sep="\n")
    print(f"\n{passed} passed, {failed} failed, {sum(skipped.values())} skipped", flush=True)
    forbidden = silence and os.environ.get("MANDATORY_TEST_NO_SKIPS", "") not in ("", "0")
    return 1 if forbidden else max(each["code"] for each in runs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
