"""One of every role around one assignment, for tests of the doors: who gets in where is a table over these."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.test import Client

from demo.campus import build, clock

COURSE = "course-v1:Acme+FIRE101+2027"
NOW = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)
DUE = date(2027, 5, 14)

ROLES = (
    "anonymous",
    "learner",
    "other_learner",
    "manager",
    "course_staff",
    "coordinator",
    "foreign_coordinator",
    "global_staff",
)


@dataclass
class Cast:
    """The people by role, and the assignment of the learner: a course of four units with two blocks each."""

    people: dict[str, Any]
    assignment_id: Any = None

    def client(self, role: str) -> Client:
        """A browser in which somebody of the role is signed in."""
        client = Client()
        if role != "anonymous":
            client.force_login(self.people[role], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def assign(self, *learners: str, **named: Any) -> list[Any]:
        """The coordinator assigns the course; the ids of the new assignments."""
        from mandatory_assignments import api

        asked = {"actor": self.people["coordinator"], "training": COURSE, "due_on": DUE, "now": NOW, **named}
        outcome = api.assign_learners(learners=learners or ["lena"], **asked)
        assert not outcome.refused
        return list(outcome.created)


@contextmanager
def on_stage() -> Iterator[Cast]:
    """The cast with its one assignment, worked off, at NOW."""
    from mandatory_assignments import api

    with clock.at(NOW):
        cast = Cast(
            {
                "learner": build.user("lena", name="Lena Sommer", organization="Acme", time_zone="Europe/Berlin"),
                "other_learner": build.user("otto", name="Otto Lang", organization="Acme"),
                "manager": build.user("max", name="Max Head", organization="Acme"),
                "course_staff": build.user("carl", name="Carl Staff"),
                "coordinator": build.user("cora", name="Cora Office", organization="Acme"),
                "foreign_coordinator": build.user("gregor", name="Gregor Globex", organization="Globex"),
                "global_staff": build.user("olivia", name="Olivia Boss", is_staff=True),
            }
        )
        people = cast.people
        build.coordinator(people["coordinator"], "Acme")
        build.coordinator(people["foreign_coordinator"], "Globex")
        build.department("Acme/Field", organization="Acme", members=[people["learner"]], managers=[people["manager"]])
        build.course(COURSE, name="Fire safety", sections=1, subsections=2, units=2, blocks=2)
        build.course_staff(people["course_staff"], COURSE)
        build.enroll(people["other_learner"], COURSE)
        (cast.assignment_id,) = cast.assign(note="Before the drill")
        api.tick(now=NOW)
        yield cast
