"""Recording by hand that somebody completed something: who may, which days, what follows."""

from datetime import UTC, date, datetime, timedelta

import pytest

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.data import Forbidden, Invalid
from mandatory_assignments.models import AuditEntry, Completion, Cycle, Training
from mandatory_assignments.queries import assignments

from .conftest import COURSE, DUE, NOW
from .evidence_story import (
    SECOND,
    another_course,
    completed,
    course_training,
    finish,
    look,
    module,
    path,
    progress,
    training,
)

pytestmark = pytest.mark.django_db

YESTERDAY = (NOW - timedelta(days=1)).date()


def record(campus, *learners, **named):
    asked = {"actor": campus.coordinator, "training": COURSE, "completed_on": YESTERDAY, **named}
    return api.record_completions(learners=learners or ["lena"], **asked)


def codes(outcome):
    return [(entry, problem.code) for entry, problem in outcome.refused]


# ----- what is stored, what follows -----


def test_a_completion_is_dated_at_the_end_of_the_learners_day(campus):
    outcome = record(campus, reference="Certificate 4711")
    row = Completion.objects.get()
    assert outcome.created == [row.uuid]
    assert row.happened_at == datetime(2027, 5, 2, 21, 59, 59, 999999, tzinfo=UTC)
    assert (row.happened_on, row.day_key, row.source, row.epoch) == (YESTERDAY, "2027-05-02", "manual", 0)
    assert (row.recorded_by, row.reference) == (campus.coordinator, "Certificate 4711")


def test_of_today_it_is_dated_at_most_now(campus):
    record(campus, completed_on=NOW.date(), now=NOW)
    assert Completion.objects.get().happened_at == NOW


def test_it_fulfils_the_assignment_at_once(campus):
    campus.assign()
    record(campus)
    cycle = Cycle.objects.get()
    assert (cycle.closed_as, cycle.fulfilled_by) == ("completed", Completion.objects.get())
    assert (cycle.percent, cycle.units_done) == (100, 4)


@pytest.mark.parametrize(
    ("completed_on", "late"),
    [
        pytest.param(DUE, 0, id="on the due day is in time"),
        pytest.param(DUE + timedelta(days=1), 1, id="the day after is one day late"),
        pytest.param(DUE - timedelta(days=9), 0, id="before it is in time though recorded late"),
    ],
)
def test_lateness_is_judged_by_the_day(campus, completed_on, late):
    campus.assign()
    with clock.at(NOW + timedelta(days=30)):
        record(campus, completed_on=completed_on)
        assert assignments.days_late(Cycle.objects.get(), NOW + timedelta(days=30)) == late


def test_it_makes_the_blocks_done_wherever_they_appear(campus):
    another_course()
    alarm, course, around = module(), course_training(), path(COURSE, SECOND)
    record(campus, training=str(alarm.uuid))
    build.drain()
    assert [progress(campus.learner, each) for each in (alarm, course, around)] == [(1, 100), (1, 25), (1, 12)]
    record(campus)
    build.drain()
    assert [progress(campus.learner, each) for each in (alarm, course, around)] == [(1, 100), (4, 100), (4, 50)]
    assert (completed(campus.learner, course), completed(campus.learner, around)) == (True, False)


def test_a_path_follows_from_its_last_course(campus):
    another_course()
    around = path(COURSE, SECOND)
    build.enroll(campus.learner, COURSE)
    finish(campus.learner)
    record(campus, training=SECOND)
    build.drain()
    assert completed(campus.learner, around)


def test_an_offline_training_is_completed_this_way_only(campus):
    drill = training("course", "offline:drill", offline=True)
    around = path(COURSE, "offline:drill")
    record(campus, training=str(drill.uuid))
    record(campus)
    build.drain()
    assert (completed(campus.learner, drill), completed(campus.learner, around)) == (True, True)


def test_a_course_becomes_a_training_by_being_recorded(campus):
    record(campus)
    assert Training.objects.get().key == COURSE


def test_it_is_written_into_the_audit_trail(campus):
    campus.assign()
    record(campus, reference="Certificate 4711")
    entry = AuditEntry.objects.get(act="recorded")
    assert (entry.actor, entry.learner, entry.why) == (campus.coordinator, campus.learner, "Certificate 4711")
    assert entry.after["completed_on"] == "2027-05-02"
    assert AuditEntry.objects.filter(act="completed").count() == 1


# ----- repetition -----


def test_the_same_again_is_already_completed(campus):
    record(campus)
    again = record(campus, reference="typed twice")
    assert (again.created, codes(again)) == ([], [("lena", "already_completed")])
    assert Completion.objects.get().reference == ""


def test_another_day_or_an_import_is_further_evidence(campus):
    record(campus)
    record(campus, completed_on=YESTERDAY - timedelta(days=365))
    record(campus, source="import")
    assert Completion.objects.count() == 3


def test_one_person_named_twice_gets_one_completion(campus):
    assert len(record(campus, "lena", "lena@example.com").created) == 1


def test_after_a_revocation_the_same_day_can_be_recorded_again(campus):
    from .evidence_story import revoke

    record(campus)
    revoke(campus, (campus.learner, course_training()))
    assert len(record(campus, now=NOW + timedelta(hours=1)).created) == 1
    assert Completion.objects.filter(live=True).count() == 1


# ----- days -----


@pytest.mark.parametrize(
    ("learner", "recorder", "last"),
    [
        pytest.param("UTC", "UTC", date(2027, 5, 3), id="both at home"),
        pytest.param("Pacific/Kiritimati", "UTC", date(2027, 5, 4), id="at 12:00 it is the 4th where the learner is"),
        pytest.param("UTC", "Pacific/Kiritimati", date(2027, 5, 4), id="or where the recorder is"),
        pytest.param("Pacific/Pago_Pago", "UTC", date(2027, 5, 3), id="the zone that is behind does not matter"),
    ],
)
def test_the_future_begins_in_the_zone_that_is_furthest_ahead(campus, learner, recorder, last):
    build.time_zone(campus.learner, learner)
    build.time_zone(campus.coordinator, recorder)
    noon = NOW + timedelta(hours=4)
    refused = record(campus, completed_on=last + timedelta(days=1), now=noon)
    ((_, problem),) = refused.refused
    assert problem.code == "in_the_future"
    assert last.isoformat() in problem.message
    assert len(record(campus, completed_on=last, now=noon).created) == 1
    assert Completion.objects.get().happened_at <= noon


# ----- who -----


def test_nobody_records_their_own_unless_the_site_says_so(campus, settings):
    assert codes(record(campus, "cora")) == [("cora", "own_completion")]
    settings.MANDATORY_ASSIGNMENTS_RECORD_OWN = True
    assert len(record(campus, "cora").created) == 1


@pytest.mark.parametrize("entry", ["nobody", "gert", "gert@example.com"])
def test_unknown_and_foreign_people_are_the_same_answer(campus, entry):
    build.user("gert", organization="Globex")
    assert codes(record(campus, entry)) == [(entry, "unknown_learner")]


@pytest.mark.parametrize(
    "reference", ["course-v1:Globex+OTHER+1", "course-v1:Acme+NONE+1", "nonsense", "module:theirs"]
)
def test_unknown_and_foreign_trainings_are_the_same_answer(campus, reference):
    build.course("course-v1:Globex+OTHER+1")
    training("module", "module:theirs")
    Training.objects.update(organization=build.organization("Globex"))
    with pytest.raises(Invalid) as refusal:
        record(campus, training=reference)
    assert refusal.value.code == "unknown_training"


def test_a_training_that_is_shared_can_be_recorded_for_ones_own_people(campus):
    shared = training("module", "module:theirs", sharing="all", offline=True)
    Training.objects.update(organization=build.organization("Globex"))
    build.user("gert", organization="Globex")
    outcome = record(campus, "lena", "gert", training=str(shared.uuid))
    assert (len(outcome.created), codes(outcome)) == (1, [("gert", "unknown_learner")])


def test_course_staff_record_their_course_for_the_people_in_it(campus):
    teacher = build.user("tess")
    build.course_staff(teacher, COURSE)
    build.user("olga", organization="Acme")
    build.enroll(campus.learner, COURSE)
    outcome = record(campus, "lena", "olga", actor=teacher)
    assert (len(outcome.created), codes(outcome)) == (1, [("olga", "unknown_learner")])


def test_a_learner_records_nothing_and_a_reference_has_its_limit(campus):
    with pytest.raises(Forbidden):
        record(campus, actor=campus.learner)
    with pytest.raises(Invalid) as refusal:
        record(campus, reference="x" * 256)
    assert refusal.value.code == "reference_too_long"
    assert Completion.objects.count() == 0


def test_global_staff_record_anything_for_anybody(campus):
    build.user("gert", organization="Globex")
    outcome = record(campus, "lena", "gert", actor=build.user("root", is_staff=True))
    assert len(outcome.created) == 2


def test_recording_for_many_takes_no_more_queries_than_for_two(campus, count_queries):
    names = [user.username for user in build.users(52, prefix="many", organization="Acme")]
    campus.assign(*names)
    build.drain()
    look(campus.learner)
    record(campus)
    few = count_queries(lambda: record(campus, *names[:2]))
    assert count_queries(lambda: record(campus, *names[2:])) == few
