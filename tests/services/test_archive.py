"""Archive and clear: what is copied and deleted, and that a failure at any step leaves that one person untouched."""

from datetime import timedelta

import pytest
from completion.models import BlockCompletion
from django.utils import timezone

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.host import lms
from mandatory_assignments.models import (
    AuditEntry,
    Completion,
    Cycle,
    EvidenceArchive,
    EvidenceFloor,
    LookAgain,
    Reopening,
)
from mandatory_assignments.queries import clearing
from mandatory_assignments.records import floors, reopening

from .conftest import COURSE, NOW
from .evidence_story import completed, course_training, facts, finish, module, progress, revoke, rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(campus):
    """Lena and Otto have completed the course."""
    campus.otto = build.user("otto", organization="Acme")
    campus.assign("lena", "otto")
    build.drain()
    for user in (campus.learner, campus.otto):
        build.complete(user, COURSE)
    build.drain()
    return campus


def test_the_archive_holds_exactly_what_the_platform_had(campus):
    course_training()
    build.enroll(campus.learner, COURSE)
    finish(campus.learner)
    rows = {(row.block_key, row.recorded_at) for row in lms.completion_rows([campus.learner.id], [COURSE])}
    revoke(campus, (campus.learner, course_training()))
    archived = EvidenceArchive.objects.filter(learner=campus.learner, floor=EvidenceFloor.objects.get())
    assert set(archived.values_list("block_key", "completed_at")) == rows
    assert len(rows) == 8


def test_of_a_module_only_its_own_blocks_are_cleared(campus):
    siren = module("module:siren", units=2)
    course_training()
    build.enroll(campus.learner, COURSE)
    finish(campus.learner)
    revoke(campus, (campus.learner, siren))
    left = {str(key) for key in BlockCompletion.objects.values_list("block_key", flat=True)}
    assert rows_of(campus.learner) == (4, 4)
    assert not left & set(EvidenceArchive.objects.values_list("block_key", flat=True))
    assert progress(campus.learner, course_training()) == (2, 50)


def test_unfinished_rows_stay_and_so_do_other_peoples(two):
    row = BlockCompletion.objects.filter(user=two.learner).first()
    row.completion = 0.0
    row.save()
    revoke(two, (two.learner, course_training()))
    assert (rows_of(two.learner), rows_of(two.otto)) == ((1, 7), (8, 0))


def test_what_is_finished_after_the_floor_is_left_alone(two):
    training = course_training()
    ground = clearing.grounds([training.id])[training.id]
    with clock.at(NOW + timedelta(days=1)):
        row = BlockCompletion.objects.filter(user=two.learner).first()
        row.completion = 0.0
        row.save()
        row.completion = 1.0
        row.save()
    rows = clearing.finished_rows([two.learner.id], ground, NOW + timedelta(hours=1))
    assert row.id not in {each.id for each in rows}
    assert len(rows) == 7


def test_a_row_that_changed_since_it_was_read_is_not_deleted(two):
    rows = lms.completion_rows([two.learner.id], [COURSE])
    BlockCompletion.objects.filter(id=rows[0].id).update(modified=NOW + timedelta(days=1))
    assert lms.clear_completions(rows) == 7
    assert [row.id for row in BlockCompletion.objects.filter(user=two.learner)] == [rows[0].id]


def test_a_training_without_content_has_nothing_to_clear(campus):
    from .evidence_story import training

    drill = training("course", "offline:drill", offline=True)
    api.record_completions(
        actor=campus.coordinator, training=str(drill.uuid), learners=["lena"], completed_on=NOW.date()
    )
    outcome = revoke(campus, (campus.learner, drill))
    assert (len(outcome.changed), completed(campus.learner, drill)) == (1, False)


def broken(*args, **named):
    raise RuntimeError("here it ends")


def some_are_gone(rows):
    return len(list(rows)) - 1


def the_copy_is_wrong(copies, **named):
    copies[0].block_type = "other"
    return EvidenceArchive._base_manager.bulk_create(copies, **named)


STEPS = {
    "setting the floor": (floors, "set_floor", broken),
    "reading the rows": (lms, "completion_rows", broken),
    "copying them": (EvidenceArchive.objects, "bulk_create", broken),
    "comparing the copies": (EvidenceArchive.objects, "bulk_create", the_copy_is_wrong),
    "deleting the rows": (lms, "clear_completions", broken),
    "counting the deleted": (lms, "clear_completions", some_are_gone),
    "setting attempts back": (lms, "reset_attempts", broken),
    "opening the cycle again": (reopening, "reopen", broken),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_failure_leaves_that_person_untouched_and_the_other_is_done(two, monkeypatch, step):
    owner, name, fault = STEPS[step]
    real, calls = getattr(owner, name), []

    def fails_the_first_time(*args, **named):
        calls.append(args)
        return (fault if len(calls) == 1 else real)(*args, **named)

    training = course_training()
    before = untouched(two.learner)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, fails_the_first_time)
        outcome = api.revoke_completions(
            actor=two.coordinator,
            keys=[(two.learner.id, training.id), (two.otto.id, training.id)],
            reason="",
            now=timezone.now(),
        )
    ((refused, problem),) = outcome.refused
    assert (refused, problem.code) == ((two.learner.id, training.id), "failed")
    assert [key for key, _ in outcome.changed] == [(two.otto.id, training.id)]
    assert untouched(two.learner) == before
    build.drain()
    assert untouched(two.learner) == before
    assert (rows_of(two.otto), completed(two.otto, training)) == ((0, 8), False)
    assert Cycle.objects.get(learner=two.otto).open is True


def untouched(user):
    """Everything of a person that a revocation could touch."""
    mine = {"learner": user}
    return [
        list(BlockCompletion.objects.filter(user=user).order_by("id").values()),
        list(EvidenceArchive.objects.filter(**mine).values()),
        list(EvidenceFloor.objects.filter(**mine).values()),
        list(Completion.objects.filter(**mine).values()),
        list(Cycle.objects.filter(**mine).values()),
        list(Reopening.objects.filter(cycle__learner=user).values()),
        list(AuditEntry.objects.filter(**mine).values()),
        list(LookAgain.objects.filter(**mine).values()),
    ]


def test_a_module_whose_course_cannot_be_read_is_refused_instead_of_half_cleared(campus, monkeypatch):
    alarm = module()
    course_training()
    build.enroll(campus.learner, COURSE)
    finish(campus.learner)
    before = facts()
    with monkeypatch.context() as patch:
        patch.setattr(lms, "outlines", lambda course_keys: {})
        outcome = api.revoke_completions(
            actor=campus.coordinator, keys=[(campus.learner.id, alarm.id)], reason="", now=timezone.now()
        )
    assert [problem.code for _, problem in outcome.refused] == ["failed"]
    assert facts() == before
    assert rows_of(campus.learner) == (8, 0)
