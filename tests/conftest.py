"""Keeps test runs off the demo's own files, and each test off what an earlier one left in the process."""

import os
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Clock and outbox in a folder of this run, messages in this process unless a broker is named."""
    folder = tempfile.TemporaryDirectory(prefix="campus")
    config.add_cleanup(folder.cleanup)
    os.environ["DEMO_VAR"] = folder.name
    if not os.environ.get("BROKER_URL"):
        from openedx.core.lib.celery import APP

        APP.conf.broker_url = "memory://"


@pytest.fixture(scope="session", autouse=True)
def _collected_static() -> None:
    """Collect the static files once, before anything is timed or counted."""
    from django.contrib.staticfiles.storage import staticfiles_storage

    staticfiles_storage.hashed_files  # noqa: B018  the first look collects


@pytest.fixture(autouse=True)
def _fresh_process() -> Iterator[None]:
    """A test begins as a request does: with nothing remembered."""
    from django.core.cache import caches
    from edx_django_utils.cache import RequestCache

    RequestCache.clear_all_namespaces()
    for cache in caches.all(initialized_only=True):
        cache.clear()
    yield
    RequestCache.clear_all_namespaces()


@pytest.fixture
def count_queries() -> Callable[[Callable[[], Any]], int]:
    """How many queries a call costs."""

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(call: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            call()
        return len(captured)

    return count
