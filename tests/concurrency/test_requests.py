"""No request of a learner waits for a worker, not even one that hangs; of staff who act at once each is answered."""

import json
import signal
import time
from collections import Counter
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from demo.campus import build
from mandatory_assignments.models import Assignment, Cycle, LearnerLock, LookAgain, Training
from mandatory_assignments.queries import tracking

from .conftest import COURSE, DUE, SECOND, held, together

ADDRESS = "/api/mandatory-assignments/v1/assignments/"
AT_ONCE = 2.0
"""Seconds."""

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def slowest(*acts) -> float:
    """Seconds of the slowest of these acts, each on its own."""
    lengths = []
    for act in acts:
        begun = time.monotonic()
        act()
        lengths.append(time.monotonic() - begun)
    return max(lengths)


def learning(learner) -> float:
    """The slowest of what a learner does in a training; at last all of it is done."""
    return slowest(
        lambda: build.complete(learner, COURSE, units=2),
        lambda: build.unenroll(learner, COURSE),
        lambda: build.enroll(learner, COURSE),
        lambda: build.complete(learner, COURSE, units=4),
        lambda: build.complete(learner, COURSE),
    )


@pytest.fixture
def learner(campus, settings):
    """Has finished the first unit of what was assigned, and may leave the course."""
    settings.MANDATORY_ASSIGNMENTS_UNENROLLMENT = "allow"
    campus.assign(campus.learners[0])
    build.drain()
    build.complete(campus.learners[0], COURSE, units=1)
    return campus.learners[0]


def test_a_learner_does_not_wait_for_the_lock_that_workers_take(learner):
    with held(LearnerLock, learner.id), CaptureQueriesContext(connection) as asked:
        assert learning(learner) < AT_ONCE
    assert not [query for query in asked if LearnerLock._meta.db_table in query["sql"]]
    build.drain()
    assert Cycle.objects.get().closed_as == "completed"


@pytest.mark.parametrize("point", ["nothing is written", "all is written"])
def test_a_learner_does_not_wait_for_a_worker_that_hangs_in_its_transaction(learner, processes, point):
    build.complete(learner, COURSE)
    hanging = processes.interrupted("look", point, "STOP")
    build.edit(COURSE, add=2)
    assert learning(learner) < AT_ONCE
    hanging.send_signal(signal.SIGCONT)
    assert hanging.wait(30) == 0
    build.drain()
    assert Cycle.objects.get().closed_as == "completed"
    assert not LookAgain.objects.exists()


def test_one_of_several_who_assign_the_same_is_answered_created_and_the_others_already_assigned(campus):
    campus.assign(campus.learners[1])
    clients = [Client() for _ in range(4)]
    for client in clients:
        client.force_login(campus.coordinator, backend="django.contrib.auth.backends.ModelBackend")

    def post(client: Client) -> tuple[int, str]:
        asked = json.dumps({"learner": "learner1", "training": COURSE, "due_on": DUE.isoformat()})
        answer = client.post(ADDRESS, asked, content_type="application/json")
        return answer.status_code, answer.json().get("code", "")

    answers = Counter(together(*[partial(post, client) for client in clients]))
    assert answers == {(201, ""): 1, (409, "already_assigned"): 3}
    assert Assignment.objects.filter(learner__username="learner1").count() == 1


@pytest.mark.parametrize("trainings", [[COURSE], [COURSE, SECOND]], ids=["the same training", "two trainings"])
def test_several_who_assign_to_the_same_new_people_at_once_do_not_deadlock(campus, trainings):
    calls = [partial(campus.assign, training=trainings[number % len(trainings)]) for number in range(6)]
    outcomes = together(*calls)
    assert [type(outcome).__name__ for outcome in outcomes] == ["Outcome"] * 6
    assert sorted(len(outcome.created) for outcome in outcomes) == [0] * (6 - len(trainings)) + [30] * len(trainings)
    assert Training.objects.count() == len(trainings)
    assert Assignment.objects.count() == 30 * len(trainings)
    assert all(tracking.is_tracked(key) for key in trainings)
