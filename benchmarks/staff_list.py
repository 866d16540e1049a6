"""The first page of the staff list with a hundred thousand rows behind it, against bare SQL for the same page."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from demo.campus import build
from mandatory_assignments.models import Assignment, Cycle, RequiredEnrollment, Training

from .measuring import QUICK, Variant, compare, settle

LEARNERS, TRAININGS = (200, 5) if QUICK else (5000, 20)
PAGE = "/mandatory-assignments/staff/"
API = "/api/mandatory-assignments/v1/assignments/"
SQL = """
SELECT a.uuid, t.uuid, t.kind, t.key, t.name, u.username, c.sort_name, c.percent, c.units_done, c.units_total, c.due_on,
       c.due_at, c.zone, c.assigned_at, c.completed_at, c.number, c.attention, a.note, b.username, o.name
FROM (SELECT * FROM mandatory_assignments_cycle WHERE {where} ORDER BY due_at, id LIMIT 26) c
JOIN mandatory_assignments_assignment a ON a.id = c.assignment_id
JOIN mandatory_assignments_training t ON t.id = c.training_id
JOIN organizations_organization o ON o.id = c.organization_id
JOIN auth_user u ON u.id = c.learner_id
LEFT JOIN auth_user b ON b.id = a.assigned_by_id
ORDER BY c.due_at, c.id
"""


def main() -> None:
    """Prints the figures."""
    coordinator, root = build.user("cora", organization="Acme"), build.user("root", is_staff=True)
    build.coordinator(coordinator, "Acme")
    _load(coordinator)
    settle()
    total = Cycle.objects.count()
    acme = build.organization("Acme").id
    cora, everywhere = _signed_in(coordinator), _signed_in(root)
    for whose, client, where, values in (
        ("a coordinator of half of them", cora, "organization_id = %s AND open = 1", [acme]),
        ("global staff", everywhere, "open = 1", []),
    ):
        compare(
            f"the first page of the staff list, {total:,} assignments, for {whose}",
            "page",
            25,
            [
                Variant(
                    "floor: bare SQL of the page, json.dumps", lambda where=where, values=values: _bare(where, values)
                ),
                Variant(
                    "REST, open and overdue",
                    lambda client=client: _asked(client, f"{API}?status=open,overdue&page_size=25"),
                ),
                Variant("REST, everything", lambda client=client: _asked(client, f"{API}?page_size=25")),
                Variant(
                    "REST, by name",
                    lambda client=client: _asked(client, f"{API}?status=open,overdue&ordering=sort_name"),
                ),
                Variant("REST, part of a name", lambda client=client: _asked(client, f"{API}?search=learner123")),
                Variant("HTML, open and overdue", lambda client=client: _asked(client, PAGE)),
                Variant("floor: an empty request", lambda client=client: _asked(client, "/nothing/")),
            ],
        )


def _load(coordinator: Any) -> None:
    """Of every ten assignments seven are completed, two open and one overdue; two organizations have half each."""
    luck, now = random.Random(7), timezone.now()
    people = build.users(LEARNERS)
    organizations = [build.organization("Acme"), build.organization("Birch")]
    for number in range(TRAININGS):
        key = build.course(f"course-v1:Acme+C{number}+2027", sections=1, subsections=1, units=1, blocks=1)
        training = Training.objects.create(
            kind="course", key=str(key), name=f"Course {number}", organization=organizations[0], created_at=now
        )
        made, cycles = [], []
        for place, person in enumerate(people):
            lot = luck.random()
            open = True if lot > 0.7 else None
            due_on = (now + timedelta(days=luck.randint(-300, -1) if lot < 0.8 else luck.randint(3, 90))).date()
            owner = organizations[place % 2]
            same = {"learner": person, "training": training, "organization": owner, "open": open, "assigned_at": now}
            assignment = Assignment(assigned_by=coordinator, note="Before the audit, please.", **same)
            done = luck.randint(0, 20) if open else 20
            made.append(assignment)
            cycles.append(
                Cycle(
                    assignment=assignment,
                    opens_at=now,
                    due_on=due_on,
                    zone="UTC",
                    due_at=datetime(due_on.year, due_on.month, due_on.day, 23, 59, 59, 999999, UTC),
                    closed_as="" if open else "completed",
                    completed_at=None if open else now,
                    sort_name=person.username.title(),
                    units_done=done,
                    units_total=20,
                    percent=done * 5,
                    **same,
                )
            )
        Assignment.objects.bulk_create(made, batch_size=1000)
        ids = dict(Assignment.objects.filter(training=training).values_list("uuid", "id"))
        for assignment, cycle in zip(made, cycles, strict=True):
            cycle.assignment_id = assignment.id = ids[assignment.uuid]
        Cycle.objects.bulk_create(cycles, batch_size=1000)
        RequiredEnrollment.objects.bulk_create(
            [RequiredEnrollment(assignment=row, course_key=training.key, state="enrolled") for row in made],
            batch_size=1000,
        )


def _signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _asked(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:300]


def _bare(where: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(where=where), values)
        rows = cursor.fetchall()
    assert len(rows) == 26
    json.dumps(rows, default=str)
