"""Real workers and ticks over many due notices, killed at random: nobody gets anything twice, nobody is forgotten.

MANDATORY_TEST_NOTICES names how many, MANDATORY_TEST_SEED which workers are killed when.
"""

import os
import random
import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time

import pytest
from celery import current_app
from django.db.models import Count
from django.utils import timezone

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.data import Reminder, Role
from mandatory_assignments.models import Cycle, LookAgain, Notice, RequiredEnrollment
from mandatory_assignments.services import notify, remind

from ..mailing.mail_server import MailServer
from .conftest import COURSE, SECOND

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

PEOPLE = int(os.environ.get("MANDATORY_TEST_NOTICES") or 1200)
SEED = int(os.environ.get("MANDATORY_TEST_SEED") or 1)
WORKERS, HEADS, KILLS = 4, 3, 5
DUE_IN_DAYS = 40
STANDSTILL_SECONDS = 10


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A real mail server, and what tells the workers where it is."""
    made = MailServer()
    settings = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": made.port,
    }
    file = tmp_path / "lms.yml"
    file.write_text("".join(f"{name}: {value}\n" for name, value in settings.items()))
    monkeypatch.setenv("LMS_CFG", str(file))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def moved_clock():
    """A shared clock that stands where the reminders three days before have just fallen due."""
    due_on = (datetime.now(UTC) + timedelta(days=DUE_IN_DAYS)).date()
    slot_at = datetime.combine(due_on - timedelta(days=3), clock_time.min, UTC)
    yield due_on, slot_at
    clock.reset()


def crowd(due_on, people):
    """So many learners with a reminder to them and to the head of their department; every tenth has two assignments."""
    coordinator = build.user("cora", organization="Acme")
    build.coordinator(coordinator, "Acme")
    for key in (COURSE, SECOND):
        build.course(key, sections=1, subsections=1, units=1, blocks=1, block_types=["html"])
    learners = build.users(people, prefix="learner", organization="Acme")
    for number in range(HEADS):
        head = build.user(f"head{number}", organization="Acme")
        build.department(f"Acme/Field{number}", organization="Acme", members=learners[number::HEADS], managers=[head])
    rules = [Reminder(3, (Role.STUDENT, Role.MANAGERS))]
    asked = {"actor": coordinator, "due_on": due_on, "remind": rules, "notify_by_email": False}
    names = [learner.username for learner in learners]
    for first in range(0, people, 1000):
        assert not api.assign_learners(training=COURSE, learners=names[first : first + 1000], **asked).refused
    for first in range(0, people, 10_000):
        assert not api.assign_learners(training=SECOND, learners=names[first : first + 10_000 : 10], **asked).refused
    RequiredEnrollment.objects.update(next_at=None)
    LookAgain.objects.all().delete()
    while remind.find_due_reminders().changed:
        pass
    assert not Notice.objects.filter(kind="reminder").exists()
    return names


def send(*tasks):
    """Messages to whichever workers there are."""
    with current_app.connection_for_write() as connection:
        for task in tasks:
            current_app.send_task(f"mandatory_assignments.{task}", connection=connection)


def open_notices():
    return Notice.objects.filter(state__in=("waiting", "claimed", "sending", "failed")).exclude(next_at=None)


def all_is_told():
    return not Cycle.objects.filter(next_reminder_at__lte=timezone.now()).exists() and not open_notices().exists()


def work_until(server, mails):
    """Calls workers until so many mails arrived or nothing is left; where nothing moves any more, a lease passes."""
    seen, since = len(server.received), time.monotonic()
    while len(server.received) < mails and not all_is_told():
        send("notify", "tick")
        time.sleep(1)
        if len(server.received) > seen:
            seen, since = len(server.received), time.monotonic()
        elif time.monotonic() - since > STANDSTILL_SECONDS:
            clock.move(seconds=(notify.LEASE + timedelta(minutes=1)).total_seconds())
            since = time.monotonic()
            left = Counter(open_notices().values_list("state", "kind"))
            assert clock.offset() < timedelta(days=DUE_IN_DAYS - 2), left


@pytest.mark.parametrize("kills", [0, KILLS], ids=["nobody is killed", "workers are killed"])
def test_four_workers_and_two_ticks_tell_everybody_once(
    transactional_db, broker, processes, server, moved_clock, kills
):
    due_on, slot_at = moved_clock
    names = crowd(due_on, PEOPLE)
    chance = random.Random(SEED)
    workers = processes.workers(WORKERS)
    clock.move(seconds=(slot_at + timedelta(hours=1) - datetime.now(UTC)).total_seconds())
    send("tick", "tick", "notify", "notify")
    for mails in sorted(chance.sample(range(1, PEOPLE * 9 // 10), kills)):
        work_until(server, mails)
        victim = workers.pop(chance.randrange(len(workers)))
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        workers += processes.workers(1)
    work_until(server, PEOPLE * 10)

    got = server.addresses()
    unknown = Notice.objects.filter(state="unknown")
    assert unknown.aggregate(mails=Count("mail", distinct=True))["mails"] <= kills
    assert set(got.values()) == {1}, got.most_common(5)
    everybody = {f"{name}@example.com" for name in names} | {f"head{number}@example.com" for number in range(HEADS)}
    in_doubt = set(unknown.values_list("recipient__email", flat=True))
    assert everybody - set(got) <= in_doubt
    assert set(got) <= everybody
    twice = len(names[::10]) if PEOPLE >= 10 else 0
    reminders = Notice.objects.filter(kind="reminder")
    assert reminders.filter(role="student").count() == reminders.filter(role="managers").count() == PEOPLE + twice
    assert set(reminders.values_list("state", flat=True)) <= {"sent", "unknown"}
    assert Notice.objects.filter(kind="digest").count() == HEADS
    # Everything that one person was told went out in one mail.
    assert not reminders.values("recipient").annotate(mails=Count("mail", distinct=True)).filter(mails__gt=1).exists()
    # An attempt that was told as sent arrived.
    sent = set(reminders.filter(state="sent").values_list("recipient__email", flat=True))
    assert sent <= set(got)
    said = "\n".join(log.read_text() for log in processes.folder.glob("*.log"))
    assert "Deadlock" not in said
    assert "a periodic step failed" not in said
    assert server.connections <= len(got) // 10 + 200
