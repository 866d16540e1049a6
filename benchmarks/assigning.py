"""Assigning one training to a thousand learners, against the bulk enrolment of learning-paths-plugin and floors.

Neither call enrols anybody in a course: with us workers do that afterwards, there the learners do it themselves.
"""

import json
from datetime import timedelta
from itertools import count
from typing import Any

from django.db import transaction
from django.test import Client
from django.utils import timezone
from learning_paths.models import LearningPath, LearningPathEnrollmentAudit

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.models import (
    Assignment,
    AuditEntry,
    Cycle,
    Deadline,
    LookAgain,
    RequiredEnrollment,
    Training,
)

from .measuring import QUICK, Variant, compare, settle

LEARNERS = 50 if QUICK else 1000
ADDRESS = "/api/learning_paths/v1/enrollments/bulk-enroll/"
TABLES = (Assignment, Cycle, Deadline, RequiredEnrollment, AuditEntry, LookAgain)


def main() -> None:
    """Prints the figures."""
    coordinator = build.user("cora", organization="Acme", is_staff=True)
    learners = build.users(LEARNERS, organization="Acme")
    settle()
    peer, ours, again, pair, six = (Targets(name) for name in ("peer", "ours", "again", "pair", "six"))
    client = Client()
    client.force_login(coordinator, backend="django.contrib.auth.backends.ModelBackend")
    emails = ",".join(person.email for person in learners)
    usernames = [person.username for person in learners]
    due_on = (timezone.now() + timedelta(days=30)).date()

    def enrol() -> None:
        body = {"learning_paths": peer.path, "emails": emails, "reason": "Before the audit, please."}
        answer = client.post(ADDRESS, json.dumps(body), content_type="application/json")
        assert answer.status_code == 201, answer.content[:300]

    def assign(course: str) -> int:
        outcome = api.assign_learners(
            actor=coordinator, training=course, learners=usernames, due_on=due_on, note="Before the audit, please."
        )
        return len(outcome.created)

    def assign_again() -> None:
        assert assign(again.course) == 0

    def rows(targets: Targets, models: tuple[Any, ...]) -> None:
        with transaction.atomic():
            bare_rows(targets.training, learners, coordinator, models)

    again.renew()
    assign(again.course)
    compare(
        f"assigning a training to {LEARNERS:,} learners",
        "learner",
        7,
        [
            Variant("learning-paths-plugin, bulk enrolment", enrol, peer.renew, LEARNERS),
            Variant("ours", lambda: assign(ours.course), ours.renew, LEARNERS),
            Variant("ours, all of them assigned already", assign_again, units=LEARNERS),
            Variant(
                "floor: row and history row by bulk_create",
                lambda: rows(pair, (Assignment, AuditEntry)),
                pair.renew,
                LEARNERS,
            ),
            Variant("floor: all six rows by bulk_create", lambda: rows(six, TABLES), six.renew, LEARNERS),
        ],
    )
    assert LearningPathEnrollmentAudit.objects.count() % LEARNERS == 0


class Targets:
    """Something new to assign for every turn."""

    def __init__(self, name: str) -> None:
        self._name, self._numbers = name.upper(), count()

    def renew(self) -> None:
        number = next(self._numbers)
        self.course = str(build.course(f"course-v1:Acme+{self._name}{number}+2027", sections=1, subsections=1, units=1))
        self.path = f"path-v1:Acme+{self._name}{number}+2027+a"
        LearningPath.objects.create(key=self.path, display_name=self._name)
        self.training = Training.objects.create(
            kind="course", key=f"{self.course}_", name="Floor", created_at=timezone.now()
        )


def bare_rows(training: Training, learners: list[Any], by: Any, models: tuple[Any, ...]) -> None:
    """The rows that an assignment is made of, with nothing asked or checked."""
    now, organization = timezone.now(), build.organization("Acme")
    due = {"due_on": now.date(), "zone": "UTC", "due_at": now}
    same = {"training": training, "organization": organization, "assigned_at": now}
    assignments = [Assignment(learner=person, assigned_by=by, **same) for person in learners]
    Assignment.objects.bulk_create(assignments, batch_size=500)
    if Cycle in models:
        ids = dict(Assignment.objects.filter(training=training).values_list("uuid", "id"))
        for row in assignments:
            row.id = ids[row.uuid]
        cycles = [
            Cycle(assignment=row, learner_id=row.learner_id, opens_at=now, sort_name="A", **due, **same)
            for row in assignments
        ]
        Cycle.objects.bulk_create(cycles, batch_size=500)
        cycle_ids = dict(Cycle.objects.filter(training=training).values_list("uuid", "id"))
        Deadline.objects.bulk_create(
            [
                Deadline(cycle_id=cycle_ids[row.uuid], version=1, recorded_at=now, recorded_by=by, **due)
                for row in cycles
            ],
            batch_size=500,
        )
    if RequiredEnrollment in models:
        RequiredEnrollment.objects.bulk_create(
            [RequiredEnrollment(assignment=row, course_key=training.key, next_at=now) for row in assignments],
            batch_size=500,
        )
        LookAgain.objects.bulk_create(
            [LookAgain(learner=person, course_key=training.key, next_at=now) for person in learners], batch_size=500
        )
    AuditEntry.objects.bulk_create(
        [AuditEntry(at=now, act="assigned", actor=by, learner=person, training_id=training.id) for person in learners],
        batch_size=500,
    )
