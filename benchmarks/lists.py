"""The learner's own list through Django's test client, against the list of learning-paths-plugin and floors.

Both list the same hundred courses of one learner: ours as a hundred assignments, theirs as twenty paths of five.
"""

import json
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone
from learning_paths.models import LearningPath, LearningPathEnrollment, LearningPathStep

from demo.campus import build
from mandatory_assignments import api

from .measuring import Variant, compare, settle

PATHS, STEPS = 20, 5
LIST = "/api/mandatory-assignments/v1/me/assignments/"
PEER = "/api/learning_paths/v1/learning-paths/"
FLOOR = """
SELECT a.uuid, t.uuid, t.kind, t.key, t.name, u.username, c.sort_name, c.percent, c.units_done, c.units_total, c.due_on,
       c.due_at, c.zone, c.assigned_at, c.completed_at, c.opens_at, c.number, c.attention, a.note, b.username, e.state
FROM mandatory_assignments_cycle c
JOIN mandatory_assignments_assignment a ON a.id = c.assignment_id
JOIN mandatory_assignments_training t ON t.id = c.training_id
JOIN mandatory_assignments_requiredenrollment e ON e.assignment_id = a.id
JOIN auth_user u ON u.id = c.learner_id
LEFT JOIN auth_user b ON b.id = a.assigned_by_id
WHERE c.learner_id = %s
"""


def main() -> None:
    """Prints the figures."""
    coordinator = build.user("cora", organization="Acme")
    build.coordinator(coordinator, "Acme")
    many, few = (build.user(name, organization="Acme") for name in ("many", "few"))
    courses = [_course(f"course-v1:Acme+C{number}+2027") for number in range(PATHS * STEPS)]
    due_on = (timezone.now() + timedelta(days=30)).date()
    for number, key in enumerate(courses):
        learners = [person.username for person in ((many, few) if number < PATHS else (many,))]
        api.assign_learners(
            actor=coordinator, training=key, learners=learners, due_on=due_on, note="Before the audit, please."
        )
    for number in range(PATHS):
        path = LearningPath.objects.create(key=f"path-v1:Acme+{number}+2027+a", display_name=f"Path {number}")
        for order, key in enumerate(courses[number * STEPS : (number + 1) * STEPS]):
            LearningPathStep.objects.create(learning_path=path, course_key=key, order=order)
        LearningPathEnrollment.objects.create(user=many, learning_path=path)
    build.drain()
    settle()
    his, her = _signed_in(many), _signed_in(few)
    for client, address, rows in ((his, PEER, PATHS), (his, f"{LIST}?page_size=100", 100), (her, LIST, 20)):
        assert len(client.get(address).json()["results"]) == rows
    compare(
        "the learner's own list",
        "request",
        100,
        [
            Variant("learning-paths-plugin, 20 paths of 5", lambda: _asked(his, PEER)),
            Variant("ours, 100 assignments", lambda: _asked(his, f"{LIST}?page_size=100"), goal=0.2),
            Variant("ours, 20 assignments", lambda: _asked(her, f"{LIST}?page_size=20"), goal=0.2),
            Variant("ours, 100 on the dashboard", lambda: _asked(his, f"{LIST}?view=dashboard"), goal=0.2),
            Variant("floor: 100 rows by one joined query, json.dumps", lambda: _floor(many.id)),
            Variant("floor: an empty request", lambda: _nothing(his)),
        ],
    )


def _course(key: str) -> str:
    build.course(key, sections=1, subsections=1, units=1, blocks=1)
    return key


def _signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _asked(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:300]


def _floor(learner_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FLOOR, [learner_id])
        rows = cursor.fetchall()
    assert len(rows) == 100
    json.dumps(rows, default=str)


def _nothing(client: Client) -> None:
    assert client.get("/nothing/").content == b""
