"""Decides what may run beside what with `pytest -n`: a file stays together, the tests with processes of their own too.

Those kill, count and wait, so that one alone is enough for a machine. What takes longest begins first.
"""

from __future__ import annotations

from typing import Any

import pytest

ONE_AFTER_THE_OTHER = "tests/concurrency/"
LONGEST_FIRST = (ONE_AFTER_THE_OTHER, "tests/browser/", "tests/campus/", "tests/packaging/", "tests/services/")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _place(item.nodeid))


def _place(nodeid: str) -> int:
    return next((place for place, folder in enumerate(LONGEST_FIRST) if nodeid.startswith(folder)), len(LONGEST_FIRST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return ONE_AFTER_THE_OTHER if nodeid.startswith(ONE_AFTER_THE_OTHER) else nodeid.split("::", 1)[0]

    config.option.loadscopereorder = False
    return ByFile(config, log)
