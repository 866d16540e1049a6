"""Messages that wake workers: at most two of a kind in ten seconds, one at once and one at the end of the window."""

import threading
from types import SimpleNamespace

import pytest
from celery.beat import Scheduler

from mandatory_assignments import tasks, wake


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(seconds=100.0, monotonic=lambda: clock.seconds)
    monkeypatch.setattr(wake, "time", clock)
    return clock


def test_the_first_is_sent_at_once_the_second_to_the_end_of_the_window_and_no_third(publisher, clock):
    for _ in range(50):
        wake.wake("look_again")
        clock.seconds += 0.125
    assert publisher.sent == [("look_again", None), ("look_again", 9.875)]


def test_one_alone_in_its_window_has_no_follower(publisher, clock):
    wake.wake("look_again")
    clock.seconds += 10
    wake.wake("look_again")
    assert publisher.sent == [("look_again", None), ("look_again", None)]


def test_whatever_comes_is_followed_by_a_message(publisher, clock):
    due = []
    for _ in range(200):
        before = len(publisher.sent)
        wake.wake("look_again")
        due += [clock.seconds + (countdown or 0) for _, countdown in publisher.sent[before:]]
        assert max(due) >= clock.seconds
        clock.seconds += 0.375
    assert len(publisher.sent) == 2 * 8


def test_each_kind_has_a_window_of_its_own(publisher, clock):
    for _ in range(5):
        wake.wake("look_again")
        wake.wake("enroll")
    assert sorted(publisher.sent, key=str) == [
        ("enroll", 10.0), ("enroll", None), ("look_again", 10.0), ("look_again", None),
    ]  # fmt: skip


def test_threads_of_one_process_share_the_window(publisher, clock):
    together = threading.Barrier(8)

    def wakes() -> None:
        together.wait()
        for _ in range(20):
            wake.wake("look_again")

    threads = [threading.Thread(target=wakes) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(publisher.sent, key=str) == [("look_again", 10.0), ("look_again", None)]


def test_what_waits_a_minute_is_met_by_two_messages_in_a_minute_beside_those_that_are_sent_at_once(publisher, clock):
    for _ in range(120):
        wake.wake("notify", after_seconds=60)
        clock.seconds += 0.5
    assert publisher.sent == [("notify", 60.0), ("notify", 119.5)]
    wake.wake("notify")
    wake.wake("notify", after_seconds=60)
    assert publisher.sent[2:] == [("notify", None), ("notify", 60.0)]


def test_the_operators_queue_is_named_in_the_message(publisher, settings, monkeypatch):
    named = {}
    monkeypatch.setattr(publisher, "send_task", lambda name, **options: named.update({name: options["queue"]}))
    settings.MANDATORY_ASSIGNMENTS_QUEUE = "training"
    wake.wake("look_again")
    settings.MANDATORY_ASSIGNMENTS_QUEUE = ""
    wake.wake("enroll")
    assert named == {"mandatory_assignments.look_again": "training", "mandatory_assignments.enroll": None}


@pytest.mark.parametrize(("queue", "expected"), [("", None), ("reminders", "reminders")])
def test_what_beat_sends_goes_to_the_operator_s_queue_too(settings, monkeypatch, queue, expected):
    settings.MANDATORY_ASSIGNMENTS_QUEUE = queue
    sent = []

    def send_task(name, *_, **options):
        sent.append((name, options["queue"]))
        return SimpleNamespace(id="1")

    monkeypatch.setattr(tasks.tick.app, "send_task", send_task)
    beat = Scheduler(app=tasks.tick.app, lazy=True)
    beat.apply_async(beat.Entry(task=tasks.tick.name, schedule=300, app=tasks.tick.app), advance=False)
    assert sent == [("mandatory_assignments.tick", expected)]
