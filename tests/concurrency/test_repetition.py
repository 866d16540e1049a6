"""Several who open next cycles at once, and some who die in the middle: each series gets exactly one next cycle."""

import signal
import time
from datetime import timedelta
from functools import partial

import pytest
from celery import current_app
from completion.models import BlockCompletion
from django.utils import timezone

from demo.campus import build, clock
from mandatory_assignments import api, periodic
from mandatory_assignments.data import Repeat, RepeatAnchor, RepeatUnit, Unfinished
from mandatory_assignments.models import Assignment, AuditEntry, Cycle, EvidenceArchive, EvidenceFloor, Notice

from ..services.rounds import assert_series_hold
from .conftest import COURSE, together, until

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

BEGUN = timedelta(days=-60)
DONE = timedelta(days=-55)
MONTHLY = Repeat(30, RepeatUnit.DAYS)


def assign(campus, learners, repeat) -> None:
    """Two months ago, due ten days later."""
    then = timezone.now() + BEGUN
    with clock.at(then):
        api.assign_learners(
            actor=campus.coordinator,
            training=COURSE,
            learners=[learner.username for learner in learners],
            due_on=(then + timedelta(days=10)).date(),
            repeat=repeat,
            now=then,
        )
        build.drain()


def finish(learners, at: timedelta) -> None:
    for learner in learners:
        build.complete(learner, COURSE, at=timezone.now() + at)


@pytest.fixture
def waiting(campus):
    """Ten series that were completed long ago, and whose next cycles should have opened since."""
    people = campus.learners[:10]
    assign(campus, people, MONTHLY)
    finish(people, DONE)
    with clock.at(timezone.now() + DONE):
        build.drain()
    assert Assignment.objects.filter(next_opens_at__lt=timezone.now(), open=True).count() == 10
    campus.learners = people
    return campus


def assert_opened_once(number: int = 10) -> None:
    assert Cycle.objects.filter(number=2, open=True).count() == Cycle.objects.filter(number__gt=1).count() == number
    assert EvidenceFloor.objects.count() == number
    assert EvidenceArchive.objects.count() == 3 * number
    assert not BlockCompletion.objects.exists()
    assert Notice.objects.filter(kind="new_cycle").count() == number
    assert AuditEntry.objects.filter(act="cycle_opened").count() == number
    assert_series_hold(timezone.now())


def assert_untouched() -> None:
    assert not Cycle.objects.filter(number__gt=1).exists()
    assert not EvidenceFloor.objects.exists()
    assert BlockCompletion.objects.count() == 30


def test_four_openers_at_once_make_one_next_cycle_each(waiting):
    counts = together(*[periodic.open_next_cycles] * 4)
    assert [count["failed"] for count in counts] == [0] * 4
    assert sum(count["opened"] for count in counts) == 10
    assert_opened_once()


def test_four_ticks_at_once_open_each_once_and_do_all_that_follows(waiting):
    ticks = together(*[api.tick] * 4)
    assert [tick["failed"] for tick in ticks] == [0] * 4
    build.drain()
    assert_opened_once()
    finish(waiting.learners, timedelta())
    build.drain()
    assert Cycle.objects.filter(number=2, closed_as="completed").count() == 10


@pytest.mark.parametrize("point", ["nothing is written", "the blocks are cleared", "all is written"])
def test_an_opening_that_is_cut_off_leaves_nothing_and_is_done_again(waiting, processes, point):
    processes.interrupted("open", point, "KILL")
    assert_untouched()
    assert periodic.open_next_cycles()["opened"] == 10
    assert_opened_once()


def test_an_opening_that_hangs_is_waited_for_and_not_done_twice(waiting, processes):
    hanging = processes.interrupted("open", "the blocks are cleared", "STOP")

    def go_on() -> int:
        time.sleep(2)
        hanging.send_signal(signal.SIGCONT)
        return hanging.wait(60)

    counts, code = together(periodic.open_next_cycles, go_on)
    assert (counts["opened"], counts["failed"], code) == (0, 0, 0)
    assert_opened_once()


def test_workers_that_are_told_to_tick_all_at_once_and_killed_in_the_middle_open_each_once(waiting, broker, processes):
    first, second = processes.workers(2)
    with current_app.connection_for_write() as connection:
        for _ in range(6):
            current_app.send_task("mandatory_assignments.tick", connection=connection)
    time.sleep(0.3)
    first.send_signal(signal.SIGKILL)
    first.wait()
    until(lambda: Cycle.objects.filter(number=2).count() == 10 or second.poll() is not None)
    second.send_signal(signal.SIGKILL)
    second.wait()
    processes.workers(1)
    with current_app.connection_for_write() as connection:
        current_app.send_task("mandatory_assignments.tick", connection=connection)
    until(lambda: Cycle.objects.filter(number=2).count() == 10)
    assert_opened_once()


ROLLING = Repeat(30, RepeatUnit.DAYS, RepeatAnchor.CALENDAR, Unfinished.ROLL)


def test_what_is_finished_while_it_is_rolled_over_is_either_completed_or_missed_and_never_lost(campus):
    """The grid: due 50 days ago, then 20 days ago, then in ten days; the last opens now."""
    people = campus.learners[:10]
    assign(campus, people, ROLLING)
    with clock.at(timezone.now() - timedelta(days=25)):
        build.drain()
    assert Cycle.objects.filter(number=2, open=True).count() == 10
    finish(people, timedelta(days=-1))
    results = together(periodic.open_next_cycles, periodic.look_again, periodic.open_next_cycles, periodic.look_again)
    assert all(result["failed"] == 0 for result in results)
    build.drain()
    assert Cycle.objects.filter(number=2, closed_as="completed").count() == 10
    assert Cycle.objects.filter(number=3, open=True).count() == 10
    assert_series_hold(timezone.now())


def test_who_ends_withdraws_or_changes_a_series_while_it_opens_loses_nothing(waiting):
    ids = list(Assignment.objects.order_by("id").values_list("uuid", flat=True))
    asked = {"actor": waiting.coordinator}
    ending, withdrawing, changing = ids[:3], ids[3:6], ids[6:]
    yearly = Repeat(1, RepeatUnit.YEARS)
    results = together(
        periodic.open_next_cycles,
        partial(api.end_repetition, ids=ending, **asked),
        partial(api.withdraw_assignments, ids=withdrawing, **asked),
        partial(api.change_assignments, ids=changing, fields={"repeat": yearly}, **asked),
        api.reconcile,
        periodic.open_next_cycles,
    )
    assert not [result for result in results if isinstance(result, Exception)]
    build.drain()
    assert_series_hold(timezone.now())
    assert not Assignment.objects.filter(uuid__in=ending, repetition_ended_at=None).exists()
    assert set(Assignment.objects.filter(uuid__in=changing).values_list("repeat_unit", flat=True)) == {"years"}
    assert Cycle.objects.filter(number__gt=2).count() == 0
