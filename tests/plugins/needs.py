"""Decides which tests can run here and says loudly, at the very end, which could not.

A test names what it needs by its marker. MANDATORY_TEST_NO_SKIPS=1 turns every skip into a failure,
MANDATORY_TEST_TALLY names a file that gets the counts, so that several runs can be added up.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The path of the browser that the browser tests drive; the variable CHROMIUM overrides the search."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def missing(marker: str) -> str:
    """What is missing for tests with this marker, as a reason to skip; empty when all is there."""
    if marker == "services":
        on_mariadb = os.environ.get("DATABASE_URL", "").startswith("mysql:")
        on_redis = os.environ.get("BROKER_URL", "").startswith("redis:")
        return "" if on_mariadb and on_redis else "a run on MariaDB and Redis (DATABASE_URL, BROKER_URL)"
    if marker == "browser":
        return "" if chromium() else "Chromium"
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for marker in ("services", "browser"):
        if reason := missing(marker):
            for item in items:
                if item.get_closest_marker(marker):
                    item.add_marker(pytest.mark.skip(reason=f"missing: {reason}"))


def skips_forbidden() -> bool:
    return os.environ.get("MANDATORY_TEST_NO_SKIPS", "") not in ("", "0")


def skip_reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


def forbid_skip(report: Report) -> Report:
    if report.skipped and not hasattr(report, "wasxfail") and skips_forbidden():
        report.outcome = "failed"
        report.longrepr = f"Skipping is forbidden here (MANDATORY_TEST_NO_SKIPS): {skip_reason(report)}"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Iterator[None]:
    return forbid_skip((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Iterator[None]:
    return forbid_skip((yield))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    stats = terminalreporter.stats
    skipped = Counter(skip_reason(report) for report in stats.get("skipped", ()))
    if skipped:
        terminalreporter.section("SKIPPED BECAUSE MISSING", sep="!", red=True, bold=True)
        for reason, count in skipped.most_common():
            terminalreporter.line(f"{count:5} x {reason}")
    if tally := os.environ.get("MANDATORY_TEST_TALLY"):
        counts = {
            "passed": len(stats.get("passed", ())) + len(stats.get("xfailed", ())),
            "failed": len(stats.get("failed", ())) + len(stats.get("error", ())),
            "skipped": dict(skipped),
        }
        Path(tally).write_text(json.dumps(counts), encoding="utf-8")
