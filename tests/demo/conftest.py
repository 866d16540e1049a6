"""Ears for events, and a small course with one learner in it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from demo.campus import build

COURSE = "course-v1:Acme+FIRE101+2027"


@pytest.fixture
def hear() -> Iterator[Callable[..., list[tuple[str, Any]]]]:
    """`hear(SIGNAL, OTHER=...)` gives a growing list of what was sent: (name, what its receiver was called with)."""
    connected = []

    def listen(**signals: Any) -> list[tuple[str, Any]]:
        heard: list[tuple[str, Any]] = []
        for name, signal in signals.items():

            def receive(name: str = name, **kwargs: Any) -> None:
                heard.append((name, kwargs))

            signal.connect(receive, weak=False)
            connected.append((signal, receive))
        return heard

    yield listen
    for signal, receive in connected:
        signal.disconnect(receive)


@pytest.fixture
def count_queries() -> Callable[[Callable[[], Any]], int]:
    """How many queries a call costs, those of the plugin left out."""

    def count(call: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            call()
        return sum("mandatory_assignments" not in query["sql"] for query in captured)

    return count


@pytest.fixture
def ann(db: None) -> Any:
    return build.user("ann", name="Ann Other")


@pytest.fixture
def course(db: None) -> Any:
    return build.course(COURSE)
