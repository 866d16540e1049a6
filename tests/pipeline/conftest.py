"""One of every role around one assignment."""

from collections.abc import Iterator

import pytest

from mandatory_assignments.queries import tracking
from tests.roles import Cast, on_stage


@pytest.fixture
def cast(db) -> Iterator[Cast]:
    tracking.forget_tracked_courses()
    with on_stage() as found:
        yield found
    tracking.forget_tracked_courses()
