"""Withdrawing with "unenrol too": only what we made, nothing else needs and nobody has begun comes to an end."""

from datetime import timedelta

import pytest
from completion.models import BlockCompletion
from openedx_filters import PipelineStep
from openedx_filters.learning.filters import CourseUnenrollmentStarted

from common.djangoapps.student.models import CourseEnrollment
from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import PathPart
from mandatory_assignments.host import lms
from mandatory_assignments.models import AuditEntry, RequiredEnrollment
from mandatory_assignments.services import enroll, unenroll

from .conftest import COURSE, NOW

pytestmark = pytest.mark.django_db

UNENROLLMENT = "org.openedx.learning.course.unenrollment.started.v1"


class Never(PipelineStep):
    """Another plugin, which lets nobody go."""

    def run_filter(self, **kwargs):
        raise CourseUnenrollmentStarted.PreventUnenrollment("never")


def withdraw(campus, *ids, at=NOW):
    return api.withdraw_assignments(actor=campus.coordinator, ids=ids, unenroll=True, now=at)


def is_in(learner, key=COURSE):
    return CourseEnrollment.objects.filter(user=learner, course_id=key, is_active=True).exists()


def told():
    """What the audit trail says of ended enrolments, oldest first."""
    rows = AuditEntry.objects.filter(act__in=["unenrolled", "enrollment_kept"]).order_by("id")
    return [(row.act, row.after.get("reason")) for row in rows]


def state():
    row = RequiredEnrollment.objects.order_by("id").first()
    return row.state, row.next_at


@pytest.fixture
def assigned(campus):
    (made,) = campus.assign().created
    build.drain()
    assert is_in(campus.learner)
    return made


def test_the_enrolment_that_we_made_ends(campus, assigned):
    withdraw(campus, assigned)
    assert state()[0] == "leaving"
    build.drain()
    assert not is_in(campus.learner)
    assert state() == ("ended", None)
    assert told() == [("unenrolled", None)]


def test_without_asking_for_it_nothing_ends(campus, assigned):
    api.withdraw_assignments(actor=campus.coordinator, ids=[assigned], now=NOW)
    build.drain()
    assert is_in(campus.learner)
    assert state() == ("enrolled", None)
    assert told() == []


def test_an_enrolment_of_the_learners_own_stays(campus):
    build.enroll(campus.learner, COURSE)
    (made,) = campus.assign().created
    build.drain()
    withdraw(campus, made)
    build.drain()
    assert is_in(campus.learner)
    assert state() == ("enrolled", None)
    assert told() == [("enrollment_kept", "not_ours")]


def begin_and_clear(campus):
    """Something was done and revoked: what the platform held of it lies in our archive."""
    build.complete(campus.learner, COURSE, units=1)
    build.drain()
    training = RequiredEnrollment.objects.get().assignment.training_id
    api.revoke_completions(
        actor=campus.coordinator, keys=[(campus.learner.id, training)], reason="Not so.", now=NOW + timedelta(hours=1)
    )
    assert not BlockCompletion.objects.exists()


def half_a_block(campus):
    block = build.units(COURSE)[0].course_key.make_usage_key("problem", "anything")
    BlockCompletion.objects.submit_completion(campus.learner, block, 0.5)


@pytest.mark.parametrize(
    "begin",
    [
        pytest.param(lambda campus: build.complete(campus.learner, COURSE, units=1), id="a unit was done"),
        pytest.param(half_a_block, id="a block was half done"),
        pytest.param(begin_and_clear, id="what was done lies in the archive"),
    ],
)
def test_an_enrolment_in_which_something_was_done_stays(campus, assigned, begin):
    begin(campus)
    build.drain()
    withdraw(campus, assigned)
    build.drain()
    assert is_in(campus.learner)
    assert told() == [("enrollment_kept", "begun")]


def globex(campus):
    """Another organization assigns the same course to the same person."""
    boss = build.user("gus", organization="Globex", is_staff=True)
    api.add_organization_members("Globex", [campus.learner.id])
    return campus.assign(actor=boss, organization="Globex").created[0]


def of_a_path(campus):
    asked = {"actor": campus.coordinator, "kind": "path", "name": "Safety", "organization": "Acme"}
    path = api.create_training(**asked, parts=[PathPart(COURSE)], now=NOW).created[0]
    return campus.assign(training=str(path)).created[0]


def of_a_module(campus):
    asked = {"actor": campus.coordinator, "kind": "module", "name": "Exits", "organization": "Acme"}
    module = api.create_training(**asked, blocks=[str(build.units(COURSE)[0])], now=NOW).created[0]
    return campus.assign(training=str(module)).created[0]


@pytest.mark.parametrize("another", [globex, of_a_path, of_a_module])
def test_what_another_assignment_needs_stays_and_ends_with_that_one(campus, assigned, another):
    other = another(campus)
    build.drain()
    withdraw(campus, assigned)
    build.drain()
    assert is_in(campus.learner)
    assert told() == [("enrollment_kept", "needed")]
    boss = build.user("root", is_staff=True)
    api.withdraw_assignments(actor=boss, ids=[other], unenroll=True, now=NOW)
    build.drain()
    assert not is_in(campus.learner)
    assert told() == [("enrollment_kept", "needed"), ("unenrolled", None)]


def test_what_is_assigned_again_meanwhile_is_needed(campus, assigned):
    withdraw(campus, assigned)
    campus.assign()
    build.drain()
    assert is_in(campus.learner)
    assert told() == [("enrollment_kept", "needed")]


def test_somebody_elses_assignment_keeps_nobody(campus, assigned):
    build.user("olga", organization="Acme")
    campus.assign("olga")
    build.drain()
    withdraw(campus, assigned)
    build.drain()
    assert not is_in(campus.learner)


def test_one_who_has_left_already_is_left_alone(campus, assigned):
    with pytest.MonkeyPatch.context() as quiet:
        quiet.setattr("mandatory_assignments.handlers.is_tracked", lambda key: False)
        build.unenroll(campus.learner, COURSE, by=campus.coordinator)
    withdraw(campus, assigned)
    build.drain()
    assert state() == ("ended", None)
    assert told() == []


def test_one_that_was_never_made_is_simply_not_needed(campus):
    (made,) = campus.assign().created
    withdraw(campus, made)
    build.drain()
    assert not is_in(campus.learner)
    assert state() == ("not_needed", None)
    assert told() == []


def test_one_that_is_being_made_at_that_moment_ends_too(campus, monkeypatch):
    (made,) = campus.assign().created
    asked = lms.enroll

    def slowly(learner_ids, course_key):
        withdraw(campus, made)
        return asked(learner_ids, course_key)

    monkeypatch.setattr(lms, "enroll", slowly)
    enroll.enroll_learners(enroll.claim_enrollments())
    monkeypatch.undo()
    assert is_in(campus.learner)
    build.drain()
    assert not is_in(campus.learner)
    assert state() == ("ended", None)


def test_a_technical_failure_is_tried_again_later_and_later(campus, assigned, monkeypatch):
    withdraw(campus, assigned)
    monkeypatch.setattr(CourseEnrollment, "unenroll", lambda *_: 1 / 0)
    (row,) = unenroll.claim_unenrollments(now=NOW)
    assert unenroll.unenroll_learners([row], now=NOW).refused == [row.id]
    assert state() == ("leaving", NOW + timedelta(hours=1))
    api.tick(now=NOW + timedelta(hours=1))
    assert state() == ("leaving", NOW + timedelta(hours=3))
    monkeypatch.undo()
    api.tick(now=NOW + timedelta(hours=3))
    assert state() == ("ended", None)
    assert told() == [("unenrolled", None)]


def test_what_another_plugin_does_not_allow_stays(campus, assigned, settings):
    ours = settings.OPEN_EDX_FILTERS_CONFIG
    steps = [*ours[UNENROLLMENT]["pipeline"], f"{__name__}.Never"]
    settings.OPEN_EDX_FILTERS_CONFIG = {**ours, UNENROLLMENT: {"pipeline": steps}}
    withdraw(campus, assigned)
    build.drain()
    assert is_in(campus.learner)
    assert state() == ("enrolled", None)
    assert told() == [("enrollment_kept", "not_allowed")]


def test_the_claim_of_one_kind_leaves_the_other_alone(campus, assigned):
    build.user("olga", organization="Acme")
    withdraw(campus, assigned)
    campus.assign("olga")
    (joining,) = enroll.claim_enrollments()
    (leaving,) = unenroll.claim_unenrollments()
    assert (joining.state, leaving.state) == ("pending", "leaving")
    assert not enroll.claim_enrollments()
    assert not unenroll.claim_unenrollments()


def test_asking_what_needs_a_hundred_costs_as_many_queries_as_asking_for_one(campus, count_queries, monkeypatch):
    people = build.users(101, prefix="many", organization="Acme")
    monkeypatch.setattr(lms, "unenroll", lambda ids, key: dict.fromkeys(ids, "failed"))
    made = campus.assign(*[person.username for person in people]).created
    build.drain()
    costs = []
    for ids in (made[:1], made[1:]):
        withdraw(campus, *ids)
        rows = unenroll.claim_unenrollments(limit=200)
        assert len(rows) == len(ids)
        costs.append(count_queries(lambda rows=rows: unenroll.unenroll_learners(rows)))
    assert costs[0] == costs[1]
