"""Events of grades and certificates: each notes a look where the course matters, and costs nothing else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from demo.campus import build, clock
from mandatory_assignments.models import LookAgain
from mandatory_assignments.queries import tracking
from tests.services.conftest import COURSE, NOW, furnished

pytestmark = pytest.mark.django_db(transaction=True)


def grade(person) -> None:
    build.grade(person, COURSE, 80)


def certify(person) -> None:
    build.certificate(person, COURSE)


def revoke(person) -> None:
    build.certificate(person, COURSE, "unavailable")


ACTS = [grade, certify, revoke]


@pytest.fixture
def campus(transactional_db):
    tracking.forget_tracked_courses()
    with clock.at(NOW):
        yield furnished()
    tracking.forget_tracked_courses()


def ours(act, person) -> list[str]:
    """The statements of the act that touch the plugin's tables."""
    with CaptureQueriesContext(connection) as captured:
        act(person)
    return [query["sql"] for query in captured.captured_queries if "mandatory_assignments_" in query["sql"]]


def noted(person) -> set[tuple[int, str]]:
    return set(LookAgain.objects.filter(learner=person).values_list("learner_id", "course_key"))


@pytest.mark.parametrize("act", ACTS)
def test_in_a_course_that_is_no_training_nothing_is_asked_and_nothing_noted(campus, act):
    certify(campus.learner)
    assert not tracking.is_tracked(COURSE)
    assert ours(act, campus.learner) == []
    assert noted(campus.learner) == set()


@pytest.mark.parametrize("act", ACTS)
def test_in_a_training_it_notes_a_look_with_one_insert(campus, act):
    certify(campus.learner)
    campus.assign()
    assert tracking.is_tracked(COURSE)
    LookAgain.objects.all().delete()
    statements = ours(act, campus.learner)
    assert [statement.split()[0] for statement in statements] == ["INSERT"]
    assert noted(campus.learner) == {(campus.learner.id, COURSE)}


def test_a_failing_recalculation_is_looked_at_too(campus):
    campus.assign()
    build.grade(campus.learner, COURSE, 80)
    LookAgain.objects.all().delete()
    build.grade(campus.learner, COURSE, 10)
    assert noted(campus.learner) == {(campus.learner.id, COURSE)}


def test_each_of_the_events_has_its_receiver():
    from openedx_events.learning import signals

    from mandatory_assignments.apps import EVENTS

    for name in EVENTS:
        receivers = [row[0][0] for row in getattr(signals, name).receivers]
        assert f"mandatory_assignments.{name}" in receivers
