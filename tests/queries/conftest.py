"""One of every role around one assignment."""

from collections.abc import Iterator

import pytest

from tests.roles import Cast, on_stage


@pytest.fixture
def cast(db) -> Iterator[Cast]:
    with on_stage() as found:
        yield found
