"""A small campus: an organization with a coordinator and a course of four units with two blocks each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from demo.campus import build, clock

COURSE = "course-v1:Acme+FIRE101+2027"
NOW = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)
DUE = date(2027, 5, 14)


@dataclass
class Campus:
    """Whom and what the tests speak of."""

    coordinator: Any
    learner: Any
    course: Any

    def assign(self, *learners: str, **named: Any) -> Any:
        """The coordinator assigns the course."""
        from mandatory_assignments import api

        asked = {"actor": self.coordinator, "training": COURSE, "due_on": DUE, "now": NOW, **named}
        return api.assign_learners(learners=learners or ["lena"], **asked)


@pytest.fixture
def campus(db) -> Iterator[Campus]:
    with clock.at(NOW):
        yield furnished()


def furnished() -> Campus:
    """The campus, built in whatever database is at hand."""
    coordinator = build.user("cora", organization="Acme")
    build.coordinator(coordinator, "Acme")
    course = build.course(COURSE, name="Fire safety", sections=1, subsections=2, units=2, blocks=2)
    return Campus(coordinator, build.user("lena", organization="Acme", time_zone="Europe/Berlin"), course)
