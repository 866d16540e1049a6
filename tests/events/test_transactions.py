"""Events and the host's transactions: nobody looks before the commit, and what is rolled back is forgotten."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from django.db import transaction

from demo.campus import build
from mandatory_assignments import periodic, wake
from mandatory_assignments.models import LookAgain
from mandatory_assignments.queries import tracking
from tests.services.conftest import COURSE

from .conftest import state, withheld

OTHER = "course-v1:Acme+WATER102+2027"

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def rolled_back() -> Iterator[None]:
    """A transaction, or an inner part of one, that ends with an error."""
    with suppress(Undo), transaction.atomic():
        yield
        raise Undo


class Undo(Exception):
    """What takes a transaction back."""


@pytest.fixture
def busy(campus, publisher):
    """Both courses are assigned and nothing waits."""
    build.course(OTHER, sections=1, subsections=1, units=2, blocks=1)
    campus.assign()
    campus.assign(training=OTHER)
    build.drain()
    assert tracking.is_tracked(COURSE)
    publisher.sent.clear()
    wake._windows.clear()
    return campus


def finish(campus, course: str = COURSE, units: int = 1) -> None:
    build.complete(campus.learner, course, units=units)


def looks() -> list[str]:
    return list(LookAgain.objects.order_by("id").values_list("course_key", flat=True))


def test_nothing_is_noted_and_nobody_is_woken_before_the_commit(busy, publisher):
    with transaction.atomic():
        finish(busy)
        assert (looks(), publisher.sent) == ([], [])
    assert looks() == [COURSE]
    assert publisher.sent == [("look_again", None)]


def test_a_worker_that_looks_before_the_commit_hides_nothing(busy):
    with transaction.atomic():
        finish(busy)
        periodic.look_again()
    periodic.look_again()
    assert {row[3] for row in state()["cycles"]} == {0, 1}


def test_a_worker_without_a_transaction_notes_at_once(busy):
    with withheld() as events:
        finish(busy)
    for event in events:
        event()
    assert looks() == [COURSE] * len(events)


def test_what_was_rolled_back_is_forgotten(busy, publisher):
    with rolled_back():
        finish(busy)
    assert (looks(), publisher.sent) == ([], [])
    finish(busy, OTHER)
    assert looks() == [OTHER]


def test_an_inner_part_that_was_rolled_back_takes_nothing_else_with_it(busy):
    with transaction.atomic():
        finish(busy)
        with rolled_back():
            finish(busy, OTHER)
    assert COURSE in looks()
    build.drain()
    assert sorted(row[1:4] for row in state()["progress"]) == [(1, 4, 25)]


def test_what_comes_after_an_inner_part_was_rolled_back_is_noted(busy):
    with transaction.atomic():
        with rolled_back():
            finish(busy, OTHER)
        finish(busy)
    assert looks() == [COURSE]


def test_the_same_event_inside_and_after_an_inner_part_that_was_rolled_back(busy):
    with transaction.atomic():
        with rolled_back():
            finish(busy)
        finish(busy)
    build.drain()
    assert sorted(row[1:4] for row in state()["progress"]) == [(1, 4, 25)]


@pytest.mark.parametrize("nested", [False, True], ids=["at once", "in a transaction of its own"])
def test_a_block_finished_by_somebody_elses_commit_callback_loses_none(busy, nested):
    def callback():
        if nested:
            return finish(busy, OTHER)
        with withheld() as events:
            finish(busy, OTHER)
        return [event() for event in events]

    with transaction.atomic():
        transaction.on_commit(callback)
        finish(busy)
    assert set(looks()) == {COURSE, OTHER}
