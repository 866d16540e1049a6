"""Without a broker, or with one that says nothing, people work and staff assign as ever; the next tick catches up."""

import json
import socket
import time
from collections.abc import Iterator

import pytest
from celery import current_app
from django.test import Client

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.models import Cycle, RequiredEnrollment
from tests.services.conftest import COURSE, DUE

ADDRESS = "/api/mandatory-assignments/v1/assignments/"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["refuses", "says nothing"])
def seconds(request, monkeypatch) -> Iterator[float]:
    """How long one message may hold up whoever sends it, with such a broker."""
    with socket.socket() as broker:
        broker.bind(("127.0.0.1", 0))
        if request.param == "says nothing":
            broker.listen()
        monkeypatch.setattr(current_app.conf, "broker_url", f"amqp://127.0.0.1:{broker.getsockname()[1]}//")
        yield 0.2 if request.param == "refuses" else 1.2


def test_nothing_fails_nothing_takes_long_and_the_tick_catches_up(campus, seconds):
    messages = 3 + 2  # of three kinds, in this window
    client = Client()
    client.force_login(campus.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    begun = time.monotonic()
    asked = {"learner": "lena", "training": COURSE, "due_on": DUE.isoformat()}
    answer = client.post(ADDRESS, json.dumps(asked), content_type="application/json")
    build.enroll(campus.learner, COURSE)
    build.complete(campus.learner, COURSE)
    took = time.monotonic() - begun
    assert answer.status_code == 201
    assert took < 4 + messages * seconds
    api.tick()
    assert Cycle.objects.get().closed_as == "completed"
    assert RequiredEnrollment.objects.get().state == "enrolled"


def test_a_message_that_cannot_be_sent_is_a_warning_and_no_error(campus, seconds, caplog):
    begun = time.monotonic()
    campus.assign()
    assert time.monotonic() - begun < 2 + 3 * seconds
    assert [record.levelname for record in caplog.records if record.name == "mandatory_assignments.wake"] == [
        "WARNING"
    ] * 3
