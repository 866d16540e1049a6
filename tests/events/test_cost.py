"""What an event costs the host's request: nothing before its commit, and one INSERT after it where it matters."""

from types import SimpleNamespace

import pytest

from demo.campus import build
from mandatory_assignments.models import LookAgain
from mandatory_assignments.queries import tracking
from tests.services.conftest import COURSE

from .conftest import deaf, ours

OTHER = "course-v1:Acme+COOKING+2027"

pytestmark = pytest.mark.django_db(transaction=True)


def split(sql: list[str]) -> tuple[list[str], list[str]]:
    """Before and after the request's commit; what only opens and ends a transaction is left out afterwards."""
    commit = sql.index("COMMIT")
    return sql[:commit], [statement for statement in sql[commit + 1 :] if not statement.startswith(("BEGIN", "COMMIT"))]


@pytest.fixture
def people(campus, publisher):
    """Three who have done nothing; what the platform remembers of its first request is warm."""
    build.course(OTHER, sections=1, subsections=1, units=2, blocks=20, block_types=["html"])
    learners = build.users(4, prefix="reader", organization="Acme")
    for key in (COURSE, OTHER):
        build.enroll(learners[3], key)
        build.complete(learners[3], key)
    return learners


def test_every_event_has_its_receiver():
    with deaf() as connected:
        assert connected == 12


@pytest.mark.parametrize("act", [build.complete, build.enroll])
def test_an_event_in_a_course_that_is_no_training_costs_no_query(people, statements, act):
    assert not tracking.is_tracked(COURSE)
    heard = statements(lambda: act(people[0], COURSE))
    with deaf():
        unheard = statements(lambda: act(people[1], COURSE))
    assert len(heard) == len(unheard)
    assert ours(heard) == []


@pytest.mark.parametrize(
    "act", [lambda person: build.complete(person, COURSE, units=1), lambda person: build.enroll(person, COURSE)]
)
def test_an_event_in_a_training_costs_one_insert_after_the_commit(campus, people, statements, act):
    campus.assign()
    assert tracking.is_tracked(COURSE)
    heard = statements(lambda: act(people[0]))
    with deaf():
        unheard = statements(lambda: act(people[1]))
    before, after = split(heard)
    assert ours(before) == []
    assert len(before) == len(split(unheard)[0])
    assert [statement.split()[0] for statement in after] == ["INSERT"]
    assert ours(after) == after


def test_a_request_that_finishes_twenty_blocks_costs_one_insert(campus, people, statements):
    campus.assign(training=OTHER)
    assert tracking.is_tracked(OTHER)
    LookAgain.objects.all().delete()
    before, after = split(statements(lambda: build.complete(people[0], OTHER, units=1)))
    assert ours(before) == []
    assert [statement.split()[0] for statement in after] == ["INSERT"]
    assert list(LookAgain.objects.values_list("learner_id", "course_key")) == [(people[0].id, OTHER)]


def test_the_set_of_tracked_courses_is_read_once_a_minute_and_process(campus, statements, monkeypatch):
    clock = SimpleNamespace(seconds=1000.0, monotonic=lambda: clock.seconds)
    monkeypatch.setattr(tracking, "time", clock)
    tracking.forget_tracked_courses()

    def reads() -> int:
        return len(ours(statements(lambda: [tracking.is_tracked(COURSE) for _ in range(5)])))

    assert reads() == 1
    clock.seconds += 59
    assert reads() == 0
    clock.seconds += 2
    assert reads() == 1


def test_a_course_that_became_a_training_elsewhere_is_tracked_within_a_minute(campus, publisher, monkeypatch):
    clock = SimpleNamespace(seconds=1000.0, monotonic=lambda: clock.seconds)
    monkeypatch.setattr(tracking, "time", clock)
    assert not tracking.is_tracked(COURSE)
    monkeypatch.setattr("mandatory_assignments.records.trainings.forget_tracked_courses", lambda: None)
    campus.assign()
    assert not tracking.is_tracked(COURSE)
    clock.seconds += 60
    assert tracking.is_tracked(COURSE)
