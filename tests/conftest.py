"""Keeps test runs off the demo's own files, and each test off what an earlier one left in the process."""

import os
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# How fast an example is says something about the machine and what else it does, nothing about the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    """Clock and outbox in a folder of this process, messages in it too unless a broker is named.

    Of processes that run tests side by side (gw0, gw1, …) each counts on to a Redis database of its own.
    """
    from openedx.core.lib.celery import APP

    folder = tempfile.TemporaryDirectory(prefix="campus")
    config.add_cleanup(folder.cleanup)
    os.environ["DEMO_VAR"] = folder.name
    broker, _, number = (os.environ.get("BROKER_URL") or "memory://").rpartition("/")
    if number.isdecimal() and hasattr(config, "workerinput"):
        number = str(int(number) + int(config.workerinput["workerid"].removeprefix("gw")))
        os.environ["BROKER_URL"] = f"{broker}/{number}"
    APP.conf.broker_url = f"{broker}/{number}"


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
