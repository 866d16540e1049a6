"""A file of a hundred thousand completions: analysed, stored as a plan, imported; against super-csv and bare rows.

super-csv is given what its users write: a look-up of the learner and one update_or_create for each row. BENCH_ROWS
names another number of rows.
"""

import csv
import gc
import io
import os
import sys
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone
from super_csv.csv_processor import ChecksumMixin, CSVProcessor, DeferrableMixin, ValidationError

from demo.campus import build
from mandatory_assignments import bulk
from mandatory_assignments.data import Bucket, JobKind, Source
from mandatory_assignments.models import (
    AuditEntry,
    Completion,
    Job,
    JobRow,
    LearnerLock,
    LookAgain,
    OrganizationMember,
    Training,
)
from mandatory_assignments.queries import access, analysing, uploads
from mandatory_assignments.records import jobs
from mandatory_assignments.rules import progress_rows as rules
from mandatory_assignments.services.import_progress import plan_progress_import
from mandatory_assignments.services.jobs import confirm_job

from .measuring import QUICK, Variant, compare, counting, settle, tell
from .ticking import highest_memory, memory_begins_anew

ROWS = 400 if QUICK else int(os.environ.get("BENCH_ROWS", "100000"))
SOME, ROUNDS = (100, 3) if QUICK else (2_000, 5)
COURSES = 20
PEER_GOAL, FLOOR_GOAL = 0.1, 2.0
COLUMNS = [*rules.HEADING, "csum"]


def main() -> None:
    """Prints the figures."""
    coordinator = build.user("cora", organization="Acme")
    build.coordinator(coordinator, "Acme")
    everybody = build.users(ROWS)
    member = {"organization": build.organization("Acme"), "joined_at": timezone.now()}
    OrganizationMember.objects.bulk_create(
        [OrganizationMember(user=person, **member) for person in everybody], batch_size=1000
    )
    if connection.vendor == "mysql":  # the platform keeps an index of the e-mail, which the demo's table has not
        with connection.cursor() as cursor:
            cursor.execute("CREATE INDEX typed_email ON auth_user (email)")
    for number in range(COURSES):
        build.course(_course(number), name=f"Course number {number}", sections=1, subsections=1, units=1)
    settle()
    _against_others(coordinator, everybody[:SOME])
    limits = {
        "MANDATORY_ASSIGNMENTS_UPLOAD_MAX_ROWS": ROWS,
        "MANDATORY_ASSIGNMENTS_UPLOAD_MAX_BYTES": 100 * ROWS + 1000,
    }
    with override_settings(**limits):
        _everybody(coordinator, everybody)


def _course(number: int) -> str:
    return f"course-v1:Acme+IMPORT{number}+2026"


def _sheet(people: list[Any], wrong: bool = False) -> bytes:
    """A row for each; with `wrong` one of ten cannot be recorded."""
    lines = [",".join(rules.HEADING)]
    for number, person in enumerate(people):
        email = f"nobody-{person.email}" if wrong and number % 20 == 7 else person.email
        day = "2024-02-30" if wrong and number % 20 == 17 else f"2024-05-{1 + number % 28:02}"
        lines.append(f"{email},course,Course number {number % COURSES},{day}")
    return "\r\n".join(lines).encode()


class Processor(ChecksumMixin, DeferrableMixin, CSVProcessor):  # type: ignore[misc]
    """The least that somebody writes who imports completions with super-csv."""

    columns = COLUMNS
    required_columns = list(rules.HEADING)
    checksum_columns = ["Email", "Name"]
    size_to_defer = 10**9
    max_file_size = None
    trainings: ClassVar[dict[str, int]] = {}

    def get_unique_path(self) -> str:
        return "completions"

    def validate_row(self, row: dict[str, str]) -> None:
        super().validate_row(row)
        if row["Name"] not in self.trainings:
            raise ValidationError("no such training")

    def process_row(self, row: dict[str, str]) -> tuple[bool, None]:
        learner = get_user_model().objects.get(email=row["Email"])
        day = row["Date (yyyy-mm-dd)"]
        Completion.objects.update_or_create(
            learner=learner,
            training_id=self.trainings[row["Name"]],
            source=Source.IMPORT,
            day_key=day,
            live=True,
            defaults={"happened_at": f"{day}T23:59:59Z", "happened_on": day, "recorded_at": timezone.now()},
        )
        return True, None


def _analysed(actor: Any, content: bytes) -> analysing.Analysis:
    """Read, checked, resolved: all that is done before anything is stored."""
    analysis = analysing.Analysis(actor, access.scope(actor), rules.DATE_FORMATS[0], historic=False, now=timezone.now())
    _found, lines = uploads.sheet(content, rules.COLUMNS, [(column,) for column in rules.COLUMNS])
    analysis.read(lines)
    return analysis


def _against_others(actor: Any, some: list[Any]) -> None:
    content = _sheet(some)
    trainings = {
        f"Course number {number}": Training.objects.create(
            kind="course", key=_course(number), name=f"Course number {number}", created_at=timezone.now(), **_owner()
        ).id
        for number in range(COURSES)
    }
    signed = io.StringIO()
    Processor.trainings = trainings
    processor = Processor()
    processor.get_rows_to_export = lambda: csv.DictReader(io.StringIO(content.decode()))  # type: ignore[method-assign]
    processor.write_file(signed)
    theirs = signed.getvalue().encode()
    held: dict[str, Any] = {}

    def clear() -> None:
        for model in (Completion, AuditEntry, LookAgain, LearnerLock, JobRow, Job):
            model.objects.all()._raw_delete("default")

    def peer(commit: bool) -> None:
        processor = Processor()
        with transaction.atomic():
            processor.process_file(io.BytesIO(theirs), autocommit=commit)
        assert processor.status()["saved"] == (SOME if commit else 0), processor.status()

    def plan() -> Any:
        return plan_progress_import(actor=actor, file_name="f.csv", content=content)

    def work(job: Any) -> None:
        confirm_job(actor=actor, token=job.uuid)
        while job.state != "done":
            bulk.work_jobs()
            job.refresh_from_db()
        assert job.created == SOME

    def planned() -> None:
        clear()
        held["job"] = plan()

    bench = f"a file of {SOME:,} completions"
    compare(
        f"{bench}, recorded",
        "row",
        ROUNDS,
        [
            Variant("super-csv, a look-up and an update_or_create", lambda: peer(commit=True), clear, SOME),
            Variant("ours, imported", lambda: work(held["job"]), planned, SOME, PEER_GOAL),
            Variant("ours, analysed, stored and imported", lambda: work(plan()), clear, SOME),
            Variant("floor: the four rows by bulk_create", lambda: _bare_rows(some, trainings), clear, SOME),
        ],
    )
    lines = [
        jobs.Line(found.bucket, found.row and found.row.learner_id, entry=found.cells[0], values=_values(found))
        for found in _analysed(actor, content).rows()
    ]

    def store() -> None:
        jobs.store(JobKind.PROGRESS_IMPORT, lines, actor=actor, terms={}, now=timezone.now())

    def bare_job_rows() -> None:
        job = Job.objects.create(kind=JobKind.PROGRESS_IMPORT, actor=actor, terms={}, planned_at=timezone.now())
        rows = [
            JobRow(
                job=job,
                number=number,
                bucket=Bucket.CREATE,
                learner_id=line.learner_id,
                entry=line.entry,
                values=line.values,
            )
            for number, line in enumerate(lines, 1)
        ]
        JobRow.objects.bulk_create(rows, batch_size=1000)

    compare(
        f"{bench}, analysed",
        "row",
        ROUNDS,
        [
            Variant("super-csv, checksum and staging", lambda: peer(commit=False), units=SOME),
            Variant("csv module", lambda: list(csv.reader(io.StringIO(content.decode()))), units=SOME),
            Variant("ours, read, checked, resolved", lambda: list(_analysed(actor, content).rows()), clear, SOME),
        ],
    )
    compare(
        f"{bench}, its plan stored",
        "row",
        ROUNDS,
        [
            Variant("floor: the same rows by bulk_create", bare_job_rows, clear, SOME),
            Variant("ours", store, clear, SOME, FLOOR_GOAL),
        ],
    )
    clear()


def _owner() -> dict[str, Any]:
    return {"organization": build.organization("Acme")}


def _values(found: analysing.Found) -> dict[str, Any]:
    assert found.row
    return {"line": found.number, "cells": found.cells, "training": found.row.training, "on": found.row.on.isoformat()}


def _bare_rows(people: list[Any], trainings: dict[str, int]) -> None:
    """The rows that an imported completion is made of, with nothing asked or checked."""
    now, ids = timezone.now(), list(trainings.values())
    pairs = [(person.id, ids[number % COURSES]) for number, person in enumerate(people)]
    told = {"recorded_at": now, "happened_at": now, "source": Source.IMPORT, "day_key": "2024-05-01"}
    with transaction.atomic():
        for model, rows in (
            (Completion, [Completion(learner_id=one, training_id=other, **told) for one, other in pairs]),
            (AuditEntry, [AuditEntry(at=now, act="recorded", learner_id=one) for one, _other in pairs]),
            (LookAgain, [LookAgain(learner_id=one, course_key=_course(0), next_at=now) for one, _other in pairs]),
            (LearnerLock, [LearnerLock(learner_id=one, taken_at=now) for one, _other in pairs]),
        ):
            model.objects.bulk_create(rows, batch_size=1000)  # type: ignore[attr-defined]


def _everybody(actor: Any, everybody: list[Any]) -> None:
    content = _sheet(everybody, wrong=True)
    seconds, statements, memory = {"all of it": 0.0}, {"all of it": 0}, {}

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

    count = part("the csv module alone", lambda: sum(1 for _ in csv.reader(io.StringIO(content.decode()))))
    assert count == ROWS + 1
    found = part("read, checked, resolved", lambda: sum(1 for _ in _analysed(actor, content).rows()))
    assert found == ROWS
    job = part("the same, and stored", lambda: plan_progress_import(actor=actor, file_name="f.csv", content=content))
    new = job.total

    def work() -> None:
        confirm_job(actor=actor, token=job.uuid)
        while job.state != "done":
            assert bulk.work_jobs()["worked"]
            job.refresh_from_db()

    part("imported", work)
    assert job.created == new == Completion.objects.count()
    tell(f"a file of {ROWS:,} completions, nine of ten new", "row", ROWS, seconds, statements)
    told = ", ".join(f"{name} with at most {most:.0f} MiB more" for name, most in memory.items())
    rate = ROWS / seconds["read, checked, resolved"]
    print(f"{ROWS:,} rows: {told}; {rate:,.0f} rows a second read, checked, resolved", file=sys.stderr)
