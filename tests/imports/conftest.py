"""A town for files of completions: people, trainings of every kind, a name that two have, what is completed already.

It is built once for all tests of a module, none of which leaves anything in it.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.models import JobRow, Training
from mandatory_assignments.services.import_progress import plan_progress_import

NOW = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)
FIRST_RUN, SECOND_RUN = "course-v1:Acme+YEARLY+2026", "course-v1:Acme+YEARLY+2027"
CODES = {"create": "new", "skip": "completed"}

Analyse = Callable[..., tuple[Any, list[str]]]


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The coordinator of the town."""
    with django_db_blocker.unblock(), transaction.atomic(), clock.at(NOW):
        coordinator = build.user("cora", organization="Acme")
        build.coordinator(coordinator, "Acme")
        otto = [build.user(name, organization="Acme") for name in ("lena", "otto", "anna", "ben")][1]
        build.user("umit", email="ümit@Example.com", organization="Acme")
        build.user("gregor", organization="Globex")
        build.course("course-v1:Acme+FIRE+2027", name="Fire safety", units=1)
        build.course("course-v1:Acme+CAFE+2027", name="Café Über Straße", units=1)
        build.course("course-v1:Globex+SECRET+2027", name="Secret", units=1)
        for key in (FIRST_RUN, SECOND_RUN):
            build.course(key, name="Yearly check", units=1)
        _trainings(coordinator)
        outcome = api.record_completions(
            actor=coordinator,
            training="course-v1:Acme+FIRE+2027",
            learners=[otto.username],
            completed_on=date(2027, 4, 1),
            now=NOW,
        )
        assert outcome.created
        yield coordinator
        transaction.set_rollback(True)


def _trainings(coordinator: Any) -> None:
    from organizations.models import Organization

    owner = Organization.objects.get(short_name="Acme")
    for kind, key, name in (
        ("module", "module:alarm", "Alarm"),
        ("path", "path:warden", "Fire warden, level 1"),
        ("module", "module:formula", "=Sum(1+1)"),
        ("path", "path:lines", "Two\nlines"),
    ):
        Training.objects.create(kind=kind, key=key, name=name, organization=owner, offline=True, created_at=NOW)


@pytest.fixture
def analyse(town: Any, db: None) -> Analyse:
    """`analyse(content)`: the job, and by line what is said of it: new, completed, or the code of what is wrong."""

    def call(content: bytes, **asked: Any) -> tuple[Any, list[str]]:
        job = plan_progress_import(actor=town, file_name="f.csv", content=content, **{"now": NOW, **asked})
        rows = JobRow.objects.filter(job=job).order_by("number").values_list("bucket", "code")
        told = [CODES.get(bucket, code) for bucket, code in rows]
        counted = job.terms["counts"]
        assert sum(counted.values()) == len(told), "every row is in exactly one part"
        assert (counted["create"], counted["skip"]) == (told.count("new"), told.count("completed"))
        assert job.total == counted["create"]
        return job, told

    return call
