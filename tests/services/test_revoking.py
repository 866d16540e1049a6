"""Revoking: what goes, what stays, what opens again, and that nothing undoes it but undoing it (product 10)."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.data import Conflict, Forbidden, Invalid
from mandatory_assignments.models import (
    Assignment,
    AuditEntry,
    Completion,
    Cycle,
    Deadline,
    EvidenceFloor,
    Reopening,
)
from mandatory_assignments.services import scan

from .conftest import COURSE, DUE, NOW
from .evidence_story import (
    SECOND,
    THIRD,
    another_course,
    completed,
    course_training,
    facts,
    finish,
    look,
    module,
    path,
    progress,
    revoke,
    rows_of,
    undo,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(campus):
    """The course is assigned and completed."""
    campus.assign()
    build.drain()
    finish(campus.learner)
    assert Cycle.objects.get().closed_as == "completed"
    return course_training()


# ----- one training -----


def test_a_revoked_completion_counts_no_more_and_its_assignment_is_open_again(campus, done):
    outcome = revoke(campus, (campus.learner, done))
    cycle, completion, floor = Cycle.objects.get(), Completion.objects.get(), EvidenceFloor.objects.get()
    assert outcome.changed == [((campus.learner.id, done.id), floor.uuid)]
    assert (cycle.open, cycle.closed_as, cycle.fulfilled_by, cycle.completed_at) == (True, "", None, None)
    assert (cycle.reopened, cycle.percent, cycle.units_done, cycle.units_total) == (True, 0, 0, 4)
    assert Assignment.objects.get().open is True
    assert (completion.live, completion.revoked_with) == (None, floor)
    assert (floor.cause, floor.why, floor.set_by) == ("revoked", "The drill was not held", campus.coordinator)
    assert progress(campus.learner, done) == (0, 0)


def test_the_blocks_are_archived_and_cleared_and_can_be_done_again(campus, done):
    revoke(campus, (campus.learner, done))
    assert rows_of(campus.learner) == (0, 8)
    finish(campus.learner, units=1)
    assert progress(campus.learner, done) == (1, 25)
    finish(campus.learner)
    cycle = Cycle.objects.get()
    assert (cycle.closed_as, cycle.reopened) == ("completed", False)
    assert Completion.objects.filter(live=True).get().epoch == EvidenceFloor.objects.get().id


def test_without_clearing_only_staff_can_complete_it_again(campus, done):
    revoke(campus, (campus.learner, done), reset_course_state=False)
    assert rows_of(campus.learner) == (8, 0)
    finish(campus.learner)
    assert (progress(campus.learner, done), Cycle.objects.get().closed_as) == ((0, 0), "")
    api.record_completions(
        actor=campus.coordinator, training=COURSE, learners=["lena"], completed_on=NOW.date(), now=timezone.now()
    )
    assert Cycle.objects.get().closed_as == "completed"


def test_work_in_progress_is_revoked_too(campus):
    campus.assign()
    build.drain()
    finish(campus.learner, units=2)
    revoke(campus, (campus.learner, course_training()))
    assert progress(campus.learner, course_training()) == (0, 0)
    assert (Cycle.objects.get().percent, Cycle.objects.get().reopened) == (0, False)
    assert (Completion.objects.count(), Reopening.objects.count(), rows_of(campus.learner)) == (0, 0, (0, 4))


def test_attempts_of_problems_can_be_used_again(campus):
    graded = str(
        build.course(
            "course-v1:Acme+EXAM+2027", sections=1, subsections=1, units=1, blocks=1, block_types=["problem"],
            max_attempts=1,
        )
    )  # fmt: skip
    campus.assign(training=graded)
    build.drain()
    finish(campus.learner, graded)
    assert Cycle.objects.get().closed_as == "completed"
    revoke(campus, (campus.learner, course_training(graded)))
    finish(campus.learner, graded)
    assert Cycle.objects.get().closed_as == "completed"


def test_two_completions_of_one_person_go_together(campus, done):
    api.record_completions(
        actor=campus.coordinator, training=COURSE, learners=["lena"], completed_on=date(2027, 4, 1), now=timezone.now()
    )
    revoke(campus, (campus.learner, done))
    assert Completion.objects.filter(live=True).count() == 0
    assert Cycle.objects.get().open is True


# ----- the due day -----


def test_a_due_day_that_is_near_moves_to_the_minimum_lead_and_is_a_new_version(campus, done):
    with clock.at(NOW + timedelta(days=20)):
        revoke(campus, (campus.learner, done))
    cycle = Cycle.objects.get()
    assert (cycle.due_on, cycle.deadline_version) == (date(2027, 5, 26), 2)
    versions = Deadline.objects.order_by("version").values_list("version", "due_on", "recorded_by")
    assert list(versions) == [(1, DUE, campus.coordinator.id), (2, date(2027, 5, 26), campus.coordinator.id)]
    assert Deadline.objects.get(version=2).due_at == cycle.due_at


def test_a_due_day_that_is_far_enough_stays(campus, done):
    revoke(campus, (campus.learner, done))
    assert (Cycle.objects.get().due_on, Deadline.objects.count()) == (DUE, 1)


# ----- where the same assignment cannot be open twice -----


def test_an_assignment_that_was_made_anew_stays_the_only_open_one(campus, done):
    campus.assign(prior_work="ignore", now=timezone.now())
    build.drain()
    old, new = Cycle.objects.order_by("id")
    outcome = revoke(campus, (campus.learner, done))
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.open, new.open) == (None, True)
    assert outcome.unchanged == [old.assignment.uuid]
    assert AuditEntry.objects.filter(act="not_reopened", assignment=old.assignment).count() == 1


def test_of_two_assignments_fulfilled_by_the_same_completion_the_latest_opens(campus, done):
    campus.assign(now=timezone.now())
    build.drain()
    assert Cycle.objects.filter(closed_as="completed").count() == 2
    outcome = revoke(campus, (campus.learner, done))
    first, second = Cycle.objects.order_by("id")
    assert (first.open, second.open) == (None, True)
    assert outcome.unchanged == [first.assignment.uuid]


# ----- what lies around and inside -----


def test_a_modules_progress_goes_from_the_courses_that_are_not_completed(campus):
    """Product 10: the module lies in three paths' course; what is completed stays, the others lose it."""
    another_course(SECOND)
    another_course(THIRD)
    alarm = module()
    finished, running = path(COURSE, key="path:short"), path(COURSE, SECOND, key="path:long")
    optional = path(THIRD, optional=[COURSE], key="path:optional")
    campus.assign(training=COURSE)
    build.drain()
    finish(campus.learner)
    assert [completed(campus.learner, each) for each in (alarm, course_training(), finished, running)] == [
        True,
        True,
        True,
        False,
    ]
    assert progress(campus.learner, running) == (4, 50)
    revoke(campus, (campus.learner, alarm))
    assert completed(campus.learner, course_training())
    assert completed(campus.learner, finished)
    assert Cycle.objects.get().closed_as == "completed"
    assert (completed(campus.learner, alarm), progress(campus.learner, alarm)) == (False, (0, 0))
    assert progress(campus.learner, running) == (3, 37)
    assert progress(campus.learner, optional) is None
    assert rows_of(campus.learner) == (6, 2)


def test_a_module_out_of_three_courses_goes_from_each_and_the_completed_one_stays(campus):
    for key in (SECOND, THIRD):
        another_course(key)
    alarm = module()
    from mandatory_assignments.models.trainings import ModuleBlock

    for position, key in enumerate((SECOND, THIRD), start=1):
        course_training(key)
        ModuleBlock.objects.create(module=alarm, course_key=key, block_key=str(build.units(key)[0]), position=position)
    first = course_training()
    build.enroll(campus.learner, COURSE)
    finish(campus.learner)
    for key in (SECOND, THIRD):
        finish(campus.learner, key, units=2)
    assert completed(campus.learner, alarm)
    revoke(campus, (campus.learner, alarm))
    assert completed(campus.learner, first)
    assert [progress(campus.learner, course_training(key)) for key in (SECOND, THIRD)] == [(1, 25), (1, 25)]


def test_a_courses_progress_goes_and_its_modules_keep_theirs(campus, done):
    alarm, siren = module(), module("module:siren", units=2)
    around = path(COURSE)
    look(campus.learner)
    assert progress(campus.learner, alarm) == (1, 100)
    revoke(campus, (campus.learner, done))
    assert [progress(campus.learner, each) for each in (alarm, siren, done)] == [(1, 100), (2, 100), (0, 0)]
    assert (completed(campus.learner, alarm), completed(campus.learner, around)) == (True, True)


def test_a_paths_progress_goes_and_its_courses_keep_theirs(campus):
    another_course()
    around = path(COURSE, SECOND)
    build.enroll(campus.learner, COURSE)
    finish(campus.learner)
    revoke(campus, (campus.learner, around))
    assert progress(campus.learner, around) == (0, 0)
    assert (completed(campus.learner, course_training()), rows_of(campus.learner)) == (True, (0, 8))


# ----- nothing else undoes it -----


def test_no_later_event_scan_reconcile_or_edit_brings_it_back(campus, done):
    revoke(campus, (campus.learner, done))
    before = facts()
    for _ in range(2):
        look(campus.learner)
        scan.scan_completions(now=timezone.now() + timedelta(minutes=5))
        api.tick(now=timezone.now() + timedelta(hours=1))
        api.reconcile(now=timezone.now() + timedelta(days=1))
        build.drain()
    assert facts() == before
    build.edit(COURSE, hide=1)
    api.reconcile(now=timezone.now() + timedelta(days=2))
    build.drain()
    assert (Cycle.objects.get().open, completed(campus.learner, done)) == (True, False)


def test_losing_the_progress_rows_does_not_bring_it_back(campus, done):
    from mandatory_assignments.models import Progress

    revoke(campus, (campus.learner, done), reset_course_state=False)
    Progress.objects.all().delete()
    api.reconcile(now=timezone.now() + timedelta(days=1))
    build.drain()
    assert (Cycle.objects.get().open, Cycle.objects.get().percent, completed(campus.learner, done)) == (True, 0, False)


@pytest.mark.parametrize("clear", [True, False])
def test_a_rebuild_neither_brings_it_back_nor_finds_a_difference(campus, done, clear):
    revoke(campus, (campus.learner, done), reset_course_state=clear)
    before = facts()
    call_command("mandatory_assignments_rebuild", "--check")
    call_command("mandatory_assignments_rebuild")
    assert facts() == before


def test_a_certificate_from_before_does_not_bring_it_back(campus):
    exam = course_training(criterion="certificate")
    campus.assign()
    build.drain()
    build.certificate(campus.learner, COURSE)
    build.drain()
    api.reconcile()
    build.drain()
    assert completed(campus.learner, exam)
    revoke(campus, (campus.learner, exam))
    api.reconcile()
    build.drain()
    assert (completed(campus.learner, exam), Cycle.objects.get().open) == (False, True)


# ----- undo -----


def test_undoing_restores_everything_as_it_was(campus, done):
    alarm = module()
    around = path(COURSE)
    look(campus.learner)
    before = facts()
    with clock.at(NOW + timedelta(days=20)):
        outcome = revoke(campus, (campus.learner, done))
        assert facts() != before
        undo(campus, outcome)
    assert facts() == before
    assert Reopening.objects.get().ended_at is not None
    assert EvidenceFloor.objects.get().lifted_at is not None
    assert Assignment.objects.get().open is None
    assert rows_of(campus.learner) == (0, 8)
    assert [completed(campus.learner, each) for each in (alarm, around, done)] == [True, True, True]
    assert list(Deadline.objects.order_by("version").values_list("due_on", flat=True)) == [DUE, date(2027, 5, 26), DUE]


def test_undoing_keeps_the_counts_that_the_cycle_closed_with(campus, done):
    build.edit(COURSE, add=2)
    outcome = revoke(campus, (campus.learner, done))
    assert Cycle.objects.get().units_total == 6
    undo(campus, outcome)
    assert (Cycle.objects.get().units_done, Cycle.objects.get().units_total) == (4, 4)


def test_what_was_done_since_does_not_hinder_undoing(campus, done):
    outcome = revoke(campus, (campus.learner, done))
    finish(campus.learner, units=1)
    undo(campus, outcome)
    assert (progress(campus.learner, done), Cycle.objects.get().closed_as) == ((4, 100), "completed")


@pytest.mark.parametrize("newer", ["completed again", "recorded again", "revoked again", "assigned to do it again"])
def test_it_cannot_be_undone_once_something_newer_happened(campus, done, newer):
    outcome = revoke(campus, (campus.learner, done))
    match newer:
        case "completed again":
            finish(campus.learner)
        case "recorded again":
            api.record_completions(
                actor=campus.coordinator, training=COURSE, learners=["lena"], completed_on=date(2027, 4, 1),
            )  # fmt: skip
        case "revoked again":
            finish(campus.learner, units=1)
            revoke(campus, (campus.learner, done))
        case "assigned to do it again":
            Assignment.objects.update(open=None)
            Cycle.objects.update(open=None, closed_as="completed")
            campus.assign(prior_work="ignore", now=timezone.now())
    before = facts()
    with pytest.raises(Conflict) as refusal:
        undo(campus, outcome)
    assert refusal.value.code == "newer_exists"
    assert facts() == before


def test_it_can_be_undone_only_once_and_a_newer_one_first(campus, done):
    first = revoke(campus, (campus.learner, done))
    finish(campus.learner, units=1)
    second = revoke(campus, (campus.learner, done))
    undo(campus, second)
    undo(campus, first)
    with pytest.raises(Conflict) as refusal:
        undo(campus, first)
    assert refusal.value.code == "already_undone"
    assert completed(campus.learner, done)


# ----- who, and what is refused -----


def test_nothing_to_revoke_is_refused_and_named(campus, done):
    assert [problem.code for _, problem in revoke(campus, (campus.coordinator, done)).refused] == ["nothing_to_revoke"]
    revoke(campus, (campus.learner, done))
    again = revoke(campus, (campus.learner, done))
    assert [problem.code for _, problem in again.refused] == ["nothing_to_revoke"]
    assert EvidenceFloor.objects.count() == 1


def test_what_is_outside_the_scope_does_not_exist(campus, done):
    gert = build.user("gert", organization="Globex")
    build.enroll(gert, COURSE)
    finish(gert)
    foreign = build.user("fred", organization="Globex")
    build.coordinator(foreign, "Globex")
    assert [problem.code for _, problem in revoke(campus, (gert, done)).refused] == ["not_found"]
    outcome = revoke(campus, (campus.learner, done), actor=foreign)
    assert [problem.code for _, problem in outcome.refused] == ["not_found"]
    mine = revoke(campus, (campus.learner, done))
    with pytest.raises(Invalid) as refusal:
        undo(campus, mine, actor=foreign)
    assert refusal.value.code == "unknown_revocation"


def test_course_staff_revoke_for_the_people_of_their_course_and_learners_for_nobody(campus, done):
    teacher = build.user("tess")
    build.course_staff(teacher, COURSE)
    another_course()
    around = path(COURSE, SECOND)
    look(campus.learner)
    outcome = revoke(campus, (campus.learner, done), (campus.learner, around), actor=teacher)
    assert [key for key, _ in outcome.changed] == [(campus.learner.id, done.id)]
    assert [problem.code for _, problem in outcome.refused] == ["not_found"]
    with pytest.raises(Forbidden):
        revoke(campus, (campus.learner, done), actor=campus.learner)


def test_it_is_told_in_the_audit_trail(campus, done):
    outcome = revoke(campus, (campus.learner, done))
    entry = AuditEntry.objects.get(act="revoked")
    assert (entry.actor, entry.learner, entry.training, entry.why) == (
        campus.coordinator,
        campus.learner,
        done,
        "The drill was not held",
    )
    assert (entry.after["completions"], entry.after["cleared_blocks"]) == (1, 8)
    undo(campus, outcome)
    assert AuditEntry.objects.filter(act="revocation_undone", assignment=Assignment.objects.get()).count() == 1


def test_revoking_one_more_person_costs_a_fixed_number_of_queries(campus, count_queries):
    learners = build.users(14, prefix="many", organization="Acme")
    campus.assign(*[user.username for user in learners])
    build.drain()
    for user in learners:
        build.complete(user, COURSE)
    build.drain()
    keys = [(user.id, course_training().id) for user in learners]

    def cost(some):
        return count_queries(
            lambda: api.revoke_completions(actor=campus.coordinator, keys=some, reason="", now=timezone.now())
        )

    one, two, ten = cost(keys[:1]), cost(keys[1:3]), cost(keys[3:13])
    assert ten - two == 8 * (two - one)
    assert two - one <= 25
    assert one <= 80
