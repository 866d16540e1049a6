"""Rebuilding from evidence gives what incremental work stored, and the check finds whatever differs."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo.campus import build, clock
from mandatory_assignments import periodic
from mandatory_assignments.models import Completion, Cycle, EvidenceFloor, LookAgain, Progress, Training
from mandatory_assignments.services import rebuild

from .conftest import COURSE, NOW
from .evidence_story import SECOND, another_course, completed, course_training, module, path, progress, revoke

pytestmark = pytest.mark.django_db


def check() -> tuple[list[str], int]:
    """What the command says, line by line, and its exit status."""
    out = StringIO()
    try:
        call_command("mandatory_assignments_rebuild", "--check", stdout=out)
    except CommandError:
        return out.getvalue().splitlines(), 1
    return out.getvalue().splitlines(), 0


def derived() -> dict[str, list[dict[str, object]]]:
    """All that is derived from evidence; a progress row that says that nothing is done says no more than none."""
    begun = Progress.objects.filter(started_at__isnull=False).order_by("learner_id", "training_id")
    return {
        "progress": list(begun.values(*columns(Progress))),
        "completions": list(Completion.objects.order_by("id").values()),
        "cycles": list(Cycle.objects.order_by("id").values()),
    }


def columns(model) -> list[str]:
    return [field.attname for field in model._meta.fields if field.name != "id"]


@pytest.fixture
def story(campus):
    """A module inside a course inside a path; Lena did half, Otto everything, and his module was revoked."""
    campus.module, campus.path = module(units=2), path(COURSE, another_course())
    campus.otto = build.user("otto", organization="Acme")
    campus.assign("lena", "otto")
    build.drain()
    build.complete(campus.learner, COURSE, units=2)
    for key in (COURSE, SECOND):
        build.complete(campus.otto, key)
    build.drain()
    with clock.at(NOW + timedelta(hours=1)):
        assert revoke(campus, (campus.otto, campus.module)).changed
    return campus


def test_what_incremental_work_stored_is_what_a_check_derives(story):
    lines, status = check()
    assert status == 0
    assert lines[-1].startswith("check: keys=7 differences=0 ")


def test_thrown_away_progress_comes_back_as_it_was(story):
    before = derived()
    assert len(before["progress"]) == 6
    Progress.objects.all().delete()
    counts = periodic.rebuild_progress()
    assert derived() == before
    assert (counts["changed"], counts["completed"], counts["failed"]) == (6, 0, 0)


def test_a_rebuild_of_what_is_right_writes_nothing(story):
    before = derived()
    assert periodic.rebuild_progress()["changed"] == 0
    assert derived() == before


def test_a_revocation_is_undone_neither_by_a_rebuild_nor_at_night(story):
    periodic.rebuild_progress()
    periodic.reconcile()
    assert not completed(story.otto, story.module)
    assert progress(story.otto, story.module) == (0, 0)
    assert EvidenceFloor.objects.get().lifted_at is None


def test_the_path_that_was_completed_stays_so_and_is_told_as_unsupported(story):
    assert completed(story.otto, story.path)
    lines, status = check()
    assert status == 0
    assert "unsupported=2" in lines[-1]


@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        (lambda: Progress.objects.filter(units_done=2).update(units_done=1), "the stored progress is not what"),
        (
            lambda: (
                Cycle.objects.update(fulfilled_by=None, completed_at=None, closed_as="", open=True),
                Completion.objects.filter(training=course_training(), live=True).delete(),
            ),
            "a completion that the evidence shows is not stored",
        ),
        (lambda: Cycle.objects.update(closed_as="", open=True), "a cycle is open although a completion fulfils it"),
        (lambda: Completion.objects.update(live=None), "a cycle is completed by nothing that may fulfil it"),
        (lambda: Cycle.objects.filter(open=True).update(units_done=1), "an open cycle does not show what"),
        (lambda: Cycle.objects.filter(open=None).update(regraded=True), "a completed cycle's mark is wrong"),
    ],
    ids=["progress", "completion", "cycle left open", "dead completion", "read columns", "mark"],
)
def test_the_check_tells_each_difference_and_fails(story, spoil, text):
    with clock.at(NOW + timedelta(hours=2)):
        build.complete(story.otto, COURSE)
        build.drain()
    spoil()
    before = derived()
    lines, status = check()
    assert status == 1
    assert any(text in line for line in lines)
    assert derived() == before


def test_a_rebuild_mends_what_the_check_found(story):
    Progress.objects.update(units_done=3, percent=1)
    Cycle.objects.filter(open=True).update(units_done=1, percent=7)
    assert check()[1] == 1
    out = StringIO()
    call_command("mandatory_assignments_rebuild", stdout=out)
    assert out.getvalue().startswith("rebuild: keys=7 changed=7 completed=0 failed=0")
    assert check()[1] == 0


def test_a_completion_that_todays_outline_does_not_support_stays(campus):
    campus.assign()
    build.complete(campus.learner, COURSE)
    build.drain()
    build.edit(COURSE, add=1)
    with clock.at(NOW + timedelta(minutes=5)):
        periodic.rebuild_progress()
        lines, status = check()
    assert (status, Completion.objects.get().live) == (0, True)
    assert "unsupported=1" in lines[-1]


def test_who_has_something_stored_but_did_nothing_is_looked_at_too(campus):
    campus.assign()
    build.drain()
    assert check()[0][-1].startswith("check: keys=1 ")


def test_a_course_that_cannot_be_read_leaves_what_is_stored(story, monkeypatch):
    from mandatory_assignments.host import lms

    before = derived()
    monkeypatch.setattr(lms, "outlines", lambda course_keys: {})
    periodic.rebuild_progress()
    lines, status = check()
    assert (derived(), status) == (before, 0)
    assert "unreadable=7" in lines[-1]


def test_one_broken_chunk_is_told_and_stops_no_other(story, monkeypatch):
    Progress.objects.all().delete()
    real = rebuild.evidence.look_at

    def look_at(keys):
        if story.learner.id in {learner_id for learner_id, _ in keys}:
            raise RuntimeError
        return real(keys)

    monkeypatch.setattr(rebuild.evidence, "look_at", look_at)
    with pytest.raises(CommandError):
        call_command("mandatory_assignments_rebuild", stdout=StringIO())
    assert set(Progress.objects.values_list("learner_id", flat=True)) == {story.otto.id}


def test_a_chunk_of_thirty_costs_no_more_queries_than_one_of_three(campus, count_queries):
    people = build.users(30, prefix="many", organization="Acme")
    for person in people:
        build.complete(person, COURSE, units=1)
    campus.assign()
    build.drain()
    (shape, ids), *_ = [(shape, ids) for shape, ids in rebuild.chunks() if shape.key == COURSE]
    few = count_queries(lambda: rebuild.compare_learners(shape, ids[:3], now=NOW))
    assert count_queries(lambda: rebuild.compare_learners(shape, ids, now=NOW)) == few


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(
        st.sampled_from(["half", "all", "second", "fail", "pass", "edit", "revoke course", "revoke module", "drain"]),
        max_size=6,
    )
)
def test_whatever_happened_a_rebuild_equals_what_was_stored(acts):
    """Each example is a campus of its own, inside a savepoint that is rolled back."""
    from django.db import transaction

    from .conftest import furnished

    with transaction.atomic(), clock.at(NOW) as _:
        campus = furnished()
        build.course(COURSE, sections=1, subsections=2, units=2, blocks=2, graded=True, pass_mark=0.5)
        inner, _around = module(units=1), path(COURSE, another_course())
        campus.assign()
        build.drain()
        for hour, act in enumerate(acts, start=1):
            with clock.at(NOW + timedelta(hours=hour)):
                told(campus, inner, act)
        with clock.at(NOW + timedelta(days=1)):
            build.drain()
            periodic.reconcile()
            before = derived()
            assert check()[1] == 0
            Progress.objects.all().delete()
            periodic.rebuild_progress()
            assert derived() == before
            assert not LookAgain.objects.exists()
        transaction.set_rollback(True)


def told(campus, inner: Training, act: str) -> None:
    learner = campus.learner
    match act:
        case "half":
            build.complete(learner, COURSE, units=2)
        case "all":
            build.complete(learner, COURSE)
        case "second":
            build.complete(learner, SECOND)
        case "fail":
            build.grade(learner, COURSE, 40)
        case "pass":
            build.grade(learner, COURSE, 80)
        case "edit":
            build.edit(COURSE, add=1)
        case "revoke course":
            build.drain()
            revoke(campus, (learner, course_training()))
        case "revoke module":
            build.drain()
            revoke(campus, (learner, inner))
        case "drain":
            build.drain()
