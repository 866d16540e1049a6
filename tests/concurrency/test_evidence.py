"""Several workers and staff at one person's evidence at the same moment, on a database with real row locks."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import Conflict
from mandatory_assignments.models import AuditEntry, Completion, Cycle, EvidenceFloor, LookAgain, Training
from mandatory_assignments.queries import evidence
from mandatory_assignments.records import work
from mandatory_assignments.services import track

from ..services.conftest import COURSE, furnished
from ..services.evidence_story import rows_of

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def campus(monkeypatch):
    """The course is assigned and worked through, all looks are done; from then on every look takes its time."""
    made = furnished()
    now = timezone.now()
    made.assign(now=now, due_on=(now + timedelta(days=30)).date())
    build.drain()
    build.complete(made.learner, COURSE, units=3)
    build.drain()
    build.complete(made.learner, COURSE)
    LookAgain.objects.all().delete()
    for name in ("look", "look_at"):
        monkeypatch.setattr(evidence, name, _slowly(getattr(evidence, name)))
    made.training = Training.objects.get(key=COURSE)
    return made


def _slowly(read):
    def reading(*args, **named):
        found = read(*args, **named)
        time.sleep(0.3)
        return found

    return reading


def at_once(*acts):
    """Runs each in a thread with a connection of its own, all from the same moment; what they gave, or raised."""
    start, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index):
        try:
            start.wait()
            results[index] = acts[index]()
        except Exception as error:  # noqa: BLE001 - the thread that joins tells
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not [result for result in results if isinstance(result, Exception)]
    return results


def a_worker(learner):
    """A claimed look at the learner, and the worker that does it."""
    now = timezone.now()
    work.add_look_agains([(learner.id, COURSE)], now=now)
    claimed = track.claim_look_agains(now=now)
    return lambda: track.track_learners(claimed, now=timezone.now())


def revoking(campus):
    """Staff who revoke what the learner did."""
    keys = [(campus.learner.id, campus.training.id)]
    return lambda: api.revoke_completions(actor=campus.coordinator, keys=keys, reason="")


def recording(campus):
    """Staff who record that the learner completed the course yesterday."""
    day = (timezone.now() - timedelta(days=1)).date()
    return lambda: api.record_completions(
        actor=campus.coordinator, training=COURSE, learners=["lena"], completed_on=day
    )


def test_two_workers_who_complete_the_same_person_make_one_completion(campus):
    outcomes = at_once(a_worker(campus.learner), a_worker(campus.learner))
    assert sorted(len(outcome.created) for outcome in outcomes) == [0, 1]
    assert Completion.objects.get().live is True
    assert AuditEntry.objects.filter(act="completed").count() == 1
    assert Cycle.objects.get().closed_as == "completed"
    assert LookAgain.objects.count() == 0


def test_two_who_record_the_same_make_one_completion(campus):
    outcomes = at_once(recording(campus), recording(campus))
    assert sorted(len(outcome.created) for outcome in outcomes) == [0, 1]
    assert [problem.code for outcome in outcomes for _, problem in outcome.refused] == ["already_completed"]
    assert Completion.objects.filter(source="manual").count() == 1
    assert AuditEntry.objects.filter(act="completed").count() == 1


def test_two_who_revoke_the_same_set_one_floor(campus):
    a_worker(campus.learner)()
    outcomes = at_once(revoking(campus), revoking(campus))
    assert sorted(len(outcome.changed) for outcome in outcomes) == [0, 1]
    assert [problem.code for outcome in outcomes for _, problem in outcome.refused] == ["nothing_to_revoke"]
    assert EvidenceFloor.objects.count() == 1
    assert rows_of(campus.learner) == (0, 8)


def test_a_worker_who_completes_while_staff_revoke_does_not_bring_it_back(campus):
    at_once(a_worker(campus.learner), revoking(campus))
    build.drain()
    assert not Completion.objects.filter(live=True).exists()
    assert (Cycle.objects.get().open, Cycle.objects.get().percent) == (True, 0)
    assert rows_of(campus.learner) == (0, 8)


def test_one_undoes_what_another_undoes_at_the_same_moment(campus):
    a_worker(campus.learner)()
    ((_key, floor),) = revoking(campus)().changed

    def undo():
        try:
            return len(api.undo_revocation(floor, actor=campus.coordinator).changed)
        except Conflict as refusal:
            return refusal.code

    assert sorted(map(str, at_once(undo, undo))) == ["1", "already_undone"]
    assert Completion.objects.get().live is True
    assert Cycle.objects.get().closed_as == "completed"
