"""A tick over ten thousand to a million open assignments with ten thousand reminders due: where the time goes.

Mails go to a backend that swallows them, once to a real mail server in a process of its own; what a mail costs beside
the platform's own sending is compared with the least that the database takes for as many rows and commits.
"""

import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from itertools import product
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from common.djangoapps.student.models import UserProfile
from demo.campus import build
from mandatory_assignments import periodic
from mandatory_assignments.data import Mail, NoticeKind, NoticeState
from mandatory_assignments.host import lms, post
from mandatory_assignments.mailing import sending
from mandatory_assignments.models import Assignment, Cycle, Notice, ReminderRule, ReminderSet, Training
from mandatory_assignments.queries import noticing
from mandatory_assignments.records import notices
from mandatory_assignments.services import notify, remind

from .crowd import write
from .measuring import QUICK, Variant, compare, counting, settle, tell

SIZES, DUE, CHUNK, ROUNDS = ((20, 200, 2_000), 20, 20, 3) if QUICK else ((10_000, 100_000, 1_000_000), 10_000, 500, 10)
EACH = 10
"""Trainings of each learner, from the second size on."""

GOAL = 1.5
SWALLOWED = "django.core.mail.backends.dummy.EmailBackend"
OVER_SMTP = "django.core.mail.backends.smtp.EmailBackend"
PARTS: dict[str, list[tuple[Any, str]]] = {
    "finding what falls due": [(remind, "find_due_reminders")],
    "claiming": [(notify, "claim_notices")],
    "looking whether it is still true": [(noticing, "circumstances"), (noticing, "changed")],
    "noting that it begins": [(notify, "begin_sending")],
    "putting it into words": [(sending, "_mail")],
    "edx-ace": [(post.Office, "send")],
    "noting what came of it": [(notify, "note_sent")],
}


def main() -> None:
    """Prints the figures, and beside them statements, committed writes and memory."""
    slot_at = datetime.combine(timezone.now().astimezone(UTC).date(), clock_time.min, UTC)
    filled = Cycle.objects.count()
    for size in SIZES:
        if size > filled:
            _grow(filled, size, slot_at)
            settle()
            filled = size
        _tick(filled, slot_at, SWALLOWED)
    with _mail_server() as port, override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=port):
        _tick(filled, slot_at, OVER_SMTP)
    with override_settings(EMAIL_BACKEND=SWALLOWED):
        compare(f"a mail, {filled:,} open assignments", "mail", ROUNDS, _ways(slot_at))


def _grow(filled: int, size: int, slot_at: datetime) -> None:
    """As many open assignments as that, each with a reminder three days before that is a month away."""
    if not filled:
        organization = build.organization("Acme")
        rules = ReminderSet.objects.create(key="three days before")
        ReminderRule.objects.create(reminder_set=rules, position=0, days=3)
        for number in range(EACH):
            key = f"course-v1:Acme+C{number}+2027"
            Training.objects.create(
                kind="course", key=key, name=f"Course {number}", organization=organization, created_at=slot_at
            )
    made_at, later_at = ((slot_at + timedelta(days=days)).replace(tzinfo=None) for days in (-30, 30))
    later = (later_at + timedelta(days=3), later_at + timedelta(days=4), later_at)
    rules, training = ReminderSet.objects.get(), list(Training.objects.order_by("id"))
    known = get_user_model().objects.filter(username__startswith="learner").count()
    people = max(DUE, size // EACH)
    fresh = range(known + 1, people + 1)
    write(
        get_user_model(),
        {"password": "!", "is_active": 1, "date_joined": made_at},
        ("id", "username", "email"),
        ((id, f"learner{id}", f"learner{id}@example.com") for id in fresh),
    )
    write(UserProfile, {}, ("user_id", "name"), ((id, f"Learner Number {id}") for id in fresh))

    def rows() -> Iterator[tuple[int, int, int]]:
        """Ids of the assignments that are new, with learner and training."""
        pairs = product(range(size // people), range(1, people + 1))
        new = ((number, id) for number, id in pairs if id > known or number >= filled // known)
        return ((made, id, training[number].id) for made, (number, id) in enumerate(new, filled + 1))

    whose = {"organization_id": training[0].organization_id, "assigned_at": made_at, "open": 1}
    write(
        Assignment,
        whose | {"lead_days": 30, "reminder_set_id": rules.id},
        ("id", "learner_id", "training_id"),
        rows(),
    )
    with _without_indexes():
        write(
            Cycle,
            whose | {"opens_at": made_at, "zone": "UTC", "percent": 0, "units_total": 20},
            ("id", "assignment_id", "learner_id", "training_id", "sort_name", "due_on", "due_at", "next_reminder_at"),
            ((id, id, learner, course, f"Learner Number {learner}", *later) for id, learner, course in rows()),
        )


@contextmanager
def _without_indexes() -> Iterator[None]:
    """The lists' indexes are built at the end, which is faster by far."""
    indexes = list(Cycle._meta.indexes)
    with connection.cursor() as cursor:
        cursor.execute("SET foreign_key_checks = 0, unique_checks = 0")
        for index in indexes:
            cursor.execute(f"DROP INDEX {index.name} ON {Cycle._meta.db_table}")
    yield
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.add_index(Cycle, index)
    with connection.cursor() as cursor:
        cursor.execute("SET foreign_key_checks = 1, unique_checks = 1")


def _fall_due(count: int, slot_at: datetime) -> None:
    """So many reminders are due, of a learner each, and nothing was ever sent."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE TABLE {Notice._meta.db_table}")
    due = Cycle.objects.filter(id__lte=DUE)
    due_at = slot_at + timedelta(days=4, microseconds=-1)
    due.update(due_on=due_at.date(), due_at=due_at, next_reminder_at=due_at, last_reminder_at=None)
    due.filter(id__lte=count).update(next_reminder_at=slot_at)


def _tick(size: int, slot_at: datetime, backend: str) -> None:
    """One tick, whole and by parts; all of it is the base, so that the ratios are shares."""
    _fall_due(DUE, slot_at)
    seconds, statements, writes = Counter[str](), Counter[str](), Counter[str]()
    with override_settings(EMAIL_BACKEND=backend), counting() as sent, ExitStack() as stack:
        for part, places in PARTS.items():
            for owner, name in places:
                stack.enter_context(
                    patch.object(owner, name, _watched(getattr(owner, name), part, seconds, statements, sent))
                )
        stack.enter_context(_counting_commits(sent, writes))
        memory_begins_anew()
        begun = time.perf_counter()
        counts = periodic.tick()
        whole = time.perf_counter() - begun
    assert counts["mails"] == DUE, counts
    where = "a mail server" if backend == OVER_SMTP else "nowhere"
    bench = f"a tick over {size:,} open assignments, {DUE:,} reminders due, mails to {where}"
    rest = {"the rest": whole - seconds.total()}
    tell(bench, "mail", DUE, {"all of it": whole, **seconds, **rest}, {"all of it": len(sent), **statements})
    chunks = DUE / CHUNK
    found = (statements["finding what falls due"] + statements["claiming"]) / chunks
    print(
        f"{bench}: {found:.3g} statements to find and claim {CHUNK}, {writes['commits'] / DUE:.3g} committed writes a "
        f"mail, at most {highest_memory():.0f} MiB",
        file=sys.stderr,
    )


def _watched(
    act: Callable[..., Any], part: str, seconds: Counter[str], statements: Counter[str], sent: list[str]
) -> Callable[..., Any]:
    def watched(*args: Any, **named: Any) -> Any:
        before, begun = len(sent), time.perf_counter()
        try:
            return act(*args, **named)
        finally:
            seconds[part] += time.perf_counter() - begun  # type: ignore[assignment]
            statements[part] += len(sent) - before

    return watched


@contextmanager
def _counting_commits(sent: list[str], writes: Counter[str]) -> Iterator[None]:
    """Counts the transactions that wrote something, and the writing statements that were one by themselves."""
    commit, seen = connection.commit, 0

    def writing(sql: str) -> bool:
        return sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE"))

    def counted() -> None:
        nonlocal seen
        writes["commits"] += any(map(writing, sent[seen:]))
        seen = len(sent)
        commit()

    def alone(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal seen
        if not connection.in_atomic_block:
            writes["commits"] += writing(sql)
            seen = len(sent)
        return execute(sql, *rest)

    with patch.object(connection, "commit", counted), connection.execute_wrapper(alone):
        yield


def memory_begins_anew() -> None:
    """Puts the highest mark of memory back to what is used now."""
    Path("/proc/self/clear_refs").write_text("5")


def highest_memory() -> float:
    """In MiB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0


@contextmanager
def _mail_server() -> Iterator[int]:
    """The port of a mail server that takes everything and keeps nothing."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    sink = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    with subprocess.Popen(sink) as server:
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield port
        finally:
            server.terminate()


def _ways(slot_at: datetime) -> list[Variant]:
    """The floor, ours without and with edx-ace, and edx-ace alone with the same mails."""
    mails: list[Mail] = []

    def due() -> None:
        _fall_due(CHUNK, slot_at)

    def ours() -> None:
        assert periodic.remind()["mails"] == CHUNK

    def ours_alone() -> None:
        with patch.object(post.Office, "send", lambda office, mail: mails.append(mail) or ""):
            ours()
        del mails[:-CHUNK]

    def no_words() -> None:
        with patch.object(sending, "_mail", lambda *args: mails[0]):
            ours_alone()

    def bare() -> None:
        from edx_ace import ace

        with lms.worker_request():
            for mail in mails[-CHUNK:]:
                ace.send(post._message(mail))

    def floor() -> None:
        now = timezone.now()
        cycles = list(Cycle.objects.filter(id__lte=CHUNK))
        rows = [notices.notice(NoticeKind.REMINDER, cycle, recipient_id=cycle.learner_id, now=now) for cycle in cycles]
        notices.add(rows)
        for id in Notice.objects.values_list("id", flat=True):
            Notice.objects.filter(id=id).update(state=NoticeState.SENDING)
            Notice.objects.filter(id=id).update(state=NoticeState.SENT)

    due()
    ours_alone()
    return [
        Variant("floor: a row inserted by the 500, two updates committed", floor, due, CHUNK),
        Variant("ours but for words and edx-ace", no_words, due, CHUNK, GOAL),
        Variant("ours but for edx-ace", ours_alone, due, CHUNK, GOAL),
        Variant("edx-ace alone, the same mails", bare, units=CHUNK),
        Variant("ours with edx-ace", ours, due, CHUNK),
    ]
