"""Doing a graded course again: one attempt for each problem, revoked, worked through once more, completed once more.

The platform records a finished block only once and would grant no second attempt; an open assignment on a module inside
and one on a path around keep their own progress meanwhile.
"""

from datetime import timedelta

import pytest
from completion.models import BlockCompletion

from demo.campus import build, clock
from mandatory_assignments import api, periodic
from mandatory_assignments.host import lms
from mandatory_assignments.models import Completion, Cycle, EvidenceArchive, Training

from .conftest import COURSE, DUE, NOW
from .evidence_story import SECOND, another_course, course_training, module, path, progress, revoke
from .test_rebuild import check

pytestmark = pytest.mark.django_db

FIRST, REVOKED, AGAIN = (NOW + timedelta(days=days) for days in (0, 10, 12))


@pytest.fixture
def rounds(campus):
    """A module of three units of which one lies in another course, a path of both courses; all three are assigned."""
    build.course(
        COURSE,
        name="Fire safety",
        sections=1,
        subsections=2,
        units=2,
        blocks=2,
        graded=True,
        pass_mark=0.5,
        max_attempts=1,
    )
    another_course()
    campus.module = module(units=2)
    campus.module.blocks.create(course_key=SECOND, block_key=str(build.units(SECOND)[0]), position=2)
    campus.path = path(COURSE, SECOND)
    for training in (COURSE, str(campus.module.uuid), str(campus.path.uuid)):
        campus.assign(training=training)
    build.drain()
    campus.course_training = course_training()
    return campus


def works(rounds, units: int | None = None) -> None:
    build.complete(rounds.learner, COURSE, units=units)
    build.drain()


def cycle(training: Training) -> Cycle:
    return Cycle.objects.get(training=training)


def test_a_second_full_round(rounds):
    works(rounds)
    build.grade(rounds.learner, COURSE, 80)
    build.drain()
    assert cycle(rounds.course_training).closed_as == "completed"
    assert (progress(rounds.learner, rounds.module), progress(rounds.learner, rounds.path)) == ((2, 66), (4, 50))

    with clock.at(REVOKED):
        assert not revoke(rounds, (rounds.learner, rounds.course_training)).refused
        assert not BlockCompletion.objects.filter(user=rounds.learner).exists()
        assert EvidenceArchive.objects.count() == 8
        assert set(attempts(rounds).values()) == set()
        reopened = cycle(rounds.course_training)
        assert (reopened.open, reopened.reopened, reopened.units_done) == (True, True, 0)
        # What lies inside keeps its progress; what lies around is concerned by the course's floor.
        assert (progress(rounds.learner, rounds.module), progress(rounds.learner, rounds.path)) == ((2, 66), (0, 0))
        assert (cycle(rounds.module).units_done, cycle(rounds.path).units_done) == (2, 0)

    with clock.at(AGAIN):
        works(rounds, units=3)
        assert cycle(rounds.course_training).units_done == 3
        assert set(attempts(rounds).values()) == {1}
        assert progress(rounds.learner, rounds.module) == (2, 66)
        works(rounds)
        again = cycle(rounds.course_training)
        assert (again.closed_as, again.reopened) == ("completed", False)
        assert abs(again.completed_at - AGAIN) < timedelta(minutes=1)
        assert (progress(rounds.learner, rounds.module), progress(rounds.learner, rounds.path)) == ((2, 66), (4, 50))
        assert Completion.objects.filter(training=rounds.course_training).count() == 2
        assert [row.live for row in Completion.objects.filter(training=rounds.course_training).order_by("id")] == [
            None,
            True,
        ]
        build.complete(rounds.learner, SECOND)
        build.drain()
        assert {row.closed_as for row in Cycle.objects.all()} == {"completed"}
        assert check()[1] == 0


def test_without_a_reset_the_platform_would_let_nobody_do_it_again(rounds):
    works(rounds)
    build.grade(rounds.learner, COURSE, 80)
    build.drain()
    with clock.at(REVOKED):
        revoke(rounds, (rounds.learner, rounds.course_training), reset_course_state=False)
    with clock.at(AGAIN):
        works(rounds)
        assert (cycle(rounds.course_training).closed_as, cycle(rounds.course_training).units_done) == ("", 0)


def test_nothing_completes_the_first_round_again(rounds):
    works(rounds)
    build.grade(rounds.learner, COURSE, 80)
    build.drain()
    with clock.at(REVOKED):
        revoke(rounds, (rounds.learner, rounds.course_training))
        build.grade(rounds.learner, COURSE, 90)
        build.drain()
        api.reconcile()
        periodic.rebuild_progress()
        assert (cycle(rounds.course_training).open, cycle(rounds.course_training).units_done) == (True, 0)
        assert check()[1] == 0


def attempts(rounds) -> dict[tuple[int, str], int]:
    problems = [
        block.key for unit in lms.outlines([COURSE])[COURSE].units for block in unit.blocks if block.type == "problem"
    ]
    return lms.attempts([rounds.learner.id], problems)


def test_the_due_day_leaves_time_to_do_it_again(rounds):
    works(rounds)
    build.grade(rounds.learner, COURSE, 80)
    build.drain()
    with clock.at(NOW + timedelta(days=30)):
        revoke(rounds, (rounds.learner, rounds.course_training))
        reopened = cycle(rounds.course_training)
    assert reopened.due_on > DUE
    assert reopened.deadline_version == 2
