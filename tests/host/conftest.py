"""Fixtures for the port: courses whose tree a test writes by hand."""

from collections.abc import Callable
from typing import Any

import pytest
from opaque_keys.edx.keys import CourseKey

from tests.host.trees import COURSE, node


@pytest.fixture
def publish(db: None) -> Callable[..., str]:
    """Publishes one section with one subsection that holds these units; gives the course key."""
    from common.djangoapps.split_modulestore_django import content
    from demo.campus import build

    def make(*units: dict[str, Any], section: dict[str, Any] | None = None, **fields: Any) -> str:
        build.course(COURSE)
        below = section or node("chapter", "section", node("sequential", "part", *units))
        content.publish(CourseKey.from_string(COURSE), node("course", "course", below, **fields))
        return COURSE

    return make
