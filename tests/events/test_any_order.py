"""Events twice, late and in any order, with workers in between, end where the straight story ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from completion.models import BlockCompletion
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo.campus import build
from mandatory_assignments import periodic
from mandatory_assignments.models import AuditEntry, LookAgain
from mandatory_assignments.services import track
from tests.services.conftest import COURSE, NOW, Campus

from .conftest import Event, state, withheld

pytestmark = pytest.mark.django_db

BY_CHANCE = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@contextmanager
def taken_back() -> Iterator[None]:
    """What happens inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def assigned(campus: Campus, publisher: Any) -> None:
    """The course is assigned, the learner enrolled, and all work done."""
    campus.assign()
    build.drain()


@pytest.fixture
def straight(campus, publisher) -> dict[str, Any]:
    """How the story ends when each event comes once and in time; everything of it is then taken back."""
    assigned(campus, publisher)
    with taken_back():
        build.complete(campus.learner, COURSE, at=NOW)
        build.drain()
        return without_instants(state())


def without_instants(told: dict[str, Any]) -> dict[str, Any]:
    """The completion's own instant is the evidence's; stories that run later have later evidence."""
    rows = BlockCompletion.objects.filter(context_key=COURSE).values_list("user_id", "modified")
    last = {user: max(at for other, at in rows if other == user) for user, _ in rows}
    told["completions"] = [
        (learner, source, live, happened_at == last[learner])
        for learner, source, live, happened_at in told["completions"]
    ]
    return told


@pytest.fixture
def events(campus, straight) -> list[Event]:
    """The learner finished everything, and nobody was told yet; each call tells one thing."""
    with withheld() as events:
        build.complete(campus.learner, COURSE, at=NOW)
    assert len(events) >= 8
    return events


@given(data=st.data())
@BY_CHANCE
def test_events_doubled_and_shuffled_with_workers_in_between(events, straight, data):
    with taken_back():
        for event in data.draw(st.permutations([*events, *events])):
            event()
            worker = data.draw(st.sampled_from(["rests", "rests", "looks", "ticks"]))
            if worker != "rests":
                build.run_pending()
            if worker == "looks":
                periodic.look_again()
            if worker == "ticks":
                periodic.tick()
        build.drain()
        assert without_instants(state()) == straight
        assert AuditEntry.objects.filter(act="completed").count() == 1
        assert not LookAgain.objects.exists()


@given(data=st.data())
@BY_CHANCE
def test_looks_that_are_worked_off_in_any_order(events, straight, data):
    with taken_back():
        for event in events:
            event()
            build.run_pending()
        looks = track.claim_look_agains(limit=100)
        assert len(looks) == len(events)
        for look in data.draw(st.permutations(looks)):
            track.track_learners([look])
        assert not LookAgain.objects.exists()
        assert without_instants(state()) == straight
        assert AuditEntry.objects.filter(act="completed").count() == 1


@pytest.mark.parametrize("backwards", [False, True], ids=["as the platform sends them", "the other way round"])
@pytest.mark.parametrize("times", [1, 2])
def test_enrolment_events_in_either_order_once_or_twice(campus, publisher, backwards, times):
    campus.assign()
    with withheld() as events:
        build.enroll(campus.learner, COURSE)
    assert len(events) == 2
    for event in [*(reversed(events) if backwards else events)] * times:
        event()
        build.run_pending()
        periodic.look_again()
    build.drain()
    assert [row[1:] for row in state()["enrollments"]] == [("enrolled", "", False, None, None)]
    assert [row[-1] for row in state()["cycles"]] == [""]


@pytest.mark.parametrize("late", [False, True], ids=["told at once", "told after the worker enrolled"])
def test_a_course_that_was_done_before_the_enrolment(campus, publisher, late):
    campus.assign()
    with withheld() as events:
        build.complete(campus.learner, COURSE)
    if late:
        build.drain()
    for event in events:
        event()
    build.drain()
    told = state()
    assert [row[1:] for row in told["cycles"]] == [(None, "completed", 4, 4, 100, "")]
    assert [row[1:4] for row in told["enrollments"]] == [("enrolled", "", True)]


def test_leaving_and_coming_back_told_the_other_way_round(campus, publisher):
    assigned(campus, publisher)
    before = state()
    with withheld() as events:
        build.unenroll(campus.learner, COURSE, by=campus.coordinator)
        build.enroll(campus.learner, COURSE)
    for event in reversed(events):
        event()
        build.run_pending()
        periodic.look_again()
    build.drain()
    assert state() == before


def test_events_that_no_worker_saw_before_the_next_one(campus, straight):
    build.complete(campus.learner, COURSE, units=2, at=NOW)
    build.run_pending()
    stale = track.claim_look_agains(limit=1)
    build.complete(campus.learner, COURSE, at=NOW)
    build.run_pending()
    periodic.look_again()
    track.track_learners(stale)
    build.drain()
    assert without_instants(state()) == straight
