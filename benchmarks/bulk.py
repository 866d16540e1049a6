"""Assigning one training to fifty thousand people as a job: the plan, the work, and what it takes to find who is meant.

Against the bulk enrolment of learning-paths-plugin, and against the bare rows. Neither enrols anybody in a course.
BENCH_PEOPLE names another number.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from demo.campus import build
from mandatory_assignments import bulk
from mandatory_assignments.data import People, Terms
from mandatory_assignments.models import Assignment, AuditEntry, Cycle, Deadline, OrganizationMember
from mandatory_assignments.queries import people
from mandatory_assignments.services.bulk_assign import plan_bulk_assignment
from mandatory_assignments.services.jobs import confirm_job

from .assigning import ADDRESS, TABLES, Targets, bare_rows
from .measuring import QUICK, Variant, compare, counting, settle, tell
from .ticking import highest_memory, memory_begins_anew

EVERYBODY = 200 if QUICK else int(os.environ.get("BENCH_PEOPLE", "50000"))
"""Those who are assigned as one job, beside as many who are not meant."""

SOME, TYPED, ROUNDS = (50, 40, 3) if QUICK else (1_000, 5_000, 5)
FOUR = (Assignment, Cycle, Deadline, AuditEntry)
PEER_GOAL, FLOOR_GOAL = 0.1, 2.0


def main() -> None:
    """Prints the figures."""
    chief, coordinator = build.user("chief", is_staff=True), build.user("cora", organization="Acme")
    build.coordinator(coordinator, "Acme")
    everybody = build.users(EVERYBODY)
    build.users(EVERYBODY, prefix="stranger")
    member = {"organization": build.organization("Acme"), "joined_at": timezone.now()}
    OrganizationMember.objects.bulk_create(
        [OrganizationMember(user=person, **member) for person in everybody], batch_size=1000
    )
    settle()
    _against_others(chief, everybody[:SOME])
    _everybody(coordinator, everybody)
    _who_is_meant()


def _against_others(chief: Any, some: list[Any]) -> None:
    peer, ours, four, eight = (Targets(name) for name in ("peer", "ours", "four", "eight"))
    client = Client()
    client.force_login(chief, backend="django.contrib.auth.backends.ModelBackend")
    emails = ",".join(person.email for person in some)
    named = People(learners=[person.username for person in some])

    def enrol() -> None:
        body = {"learning_paths": peer.path, "emails": emails, "reason": "Before the audit, please."}
        answer = client.post(ADDRESS, json.dumps(body), content_type="application/json")
        assert answer.status_code == 201, answer.content[:300]

    def plan(course: str) -> Any:
        return plan_bulk_assignment(actor=chief, terms=_terms(course), people=named)

    def work(job: Any) -> None:
        confirm_job(actor=chief, token=job.uuid)
        bulk.work_jobs()
        job.refresh_from_db()
        assert (job.state, job.created) == ("done", SOME)

    def planned() -> None:
        ours.renew()
        ours.job = plan(ours.course)

    def rows(targets: Targets, models: tuple[Any, ...]) -> None:
        with transaction.atomic():
            bare_rows(targets.training, some, chief, models)

    bench = f"assigning a training to {SOME:,} people by a job"
    compare(
        bench,
        "person",
        ROUNDS,
        [
            Variant("learning-paths-plugin, bulk enrolment", enrol, peer.renew, SOME),
            Variant("ours, planned and worked off", lambda: work(plan(ours.course)), ours.renew, SOME, PEER_GOAL),
        ],
    )
    compare(
        f"{bench}, beside bare rows",
        "person",
        ROUNDS,
        [
            Variant("floor: the four rows by bulk_create", lambda: rows(four, FOUR), four.renew, SOME),
            Variant("floor: with those of waiting work", lambda: rows(eight, TABLES), eight.renew, SOME),
            Variant("ours, worked off", lambda: work(ours.job), planned, SOME, FLOOR_GOAL),
        ],
    )


def _everybody(coordinator: Any, everybody: list[Any]) -> None:
    targets = Targets("whole")
    targets.renew()
    named = People(learners=[person.username for person in everybody])
    seconds, statements = {"all of it": 0.0}, {"all of it": 0}
    memory = {}

    def part(name: str, act: Callable[[], Any]) -> Any:
        gc.collect()
        memory_begins_anew()
        before = highest_memory()
        with counting() as sent:
            begun = time.perf_counter()
            found = act()
            seconds[name] = time.perf_counter() - begun
        statements[name] = len(sent)
        memory[name] = highest_memory() - before
        for sums in (seconds, statements):
            sums["all of it"] += sums[name]  # type: ignore[index]
        return found

    job = part("planned", lambda: plan_bulk_assignment(actor=coordinator, terms=_terms(targets.course), people=named))
    assert job.total == EVERYBODY

    def work() -> None:
        confirm_job(actor=coordinator, token=job.uuid)
        while job.state != "done":
            assert bulk.work_jobs()["worked"]
            job.refresh_from_db()

    part("worked off", work)
    assert job.created == Assignment.objects.filter(training__key=targets.course).count() == EVERYBODY
    tell(f"assigning a training to {EVERYBODY:,} people by a job", "person", EVERYBODY, seconds, statements)
    each = statements["worked off"] / EVERYBODY
    told = ", ".join(f"{name} with at most {most:.0f} MiB more" for name, most in memory.items())
    print(f"{EVERYBODY:,} people: {told}; {each:.3g} statements a person to work them off", file=sys.stderr)


def _who_is_meant() -> None:
    """By what was typed; the platform keeps an index of the e-mail, which the demo's table has not."""
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            cursor.execute("CREATE INDEX typed_email ON auth_user (email)")
    users = list(get_user_model().objects.filter(username__startswith="learner").order_by("?")[:TYPED])
    ways = {
        "usernames": [user.username for user in users],
        "e-mails": [user.email for user in users],
        "e-mails in capitals": [user.email.upper() for user in users],
        "e-mails of nobody": [f"nobody-{user.email}" for user in users],
    }
    total = get_user_model().objects.count()
    compare(
        f"finding who is meant by {TYPED:,} entries among {total:,} accounts",
        "entry",
        ROUNDS,
        [
            Variant(name, lambda entries=entries: people.learners(entries, within=people.everybody()), units=TYPED)
            for name, entries in ways.items()
        ],
    )


def _terms(course: str) -> Terms:
    due_on = (timezone.now() + timedelta(days=30)).date()
    return Terms(course, due_on, "Before the audit, please.", organization="Acme")
