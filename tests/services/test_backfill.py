"""People who were in a course before it mattered, and courses that matter because the site tracks all of them."""

from datetime import timedelta

import pytest

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.models import Backfill, Completion, LookAgain, Progress, Training
from mandatory_assignments.queries import tracking
from mandatory_assignments.records import work
from mandatory_assignments.services import backfill, scan

from .conftest import COURSE, NOW
from .evidence_story import course_training, module

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=2)
GLOBEX = "course-v1:Globex+SALES+2027"


@pytest.fixture(autouse=True)
def _nothing_remembered():
    tracking.forget_tracked_courses()
    yield
    tracking.forget_tracked_courses()


@pytest.fixture
def early(campus):
    """Seven people who finished the first unit when nobody asked for it."""
    people = build.users(7, prefix="early", organization="Acme")
    for person in people:
        build.complete(person, COURSE, units=1)
    build.drain()
    assert not Progress.objects.exists()
    return people


def learners_with_progress() -> set[int]:
    return set(Progress.objects.values_list("learner_id", flat=True))


def test_whoever_was_in_a_course_before_it_became_a_training_is_looked_at(campus, early):
    campus.assign()
    with clock.at(LATER):
        build.drain()
    assert learners_with_progress() == {person.id for person in early}
    assert set(Progress.objects.values_list("units_done", "percent")) == {(1, 25)}
    assert not Backfill.objects.exists()


def test_a_backfill_waits_until_every_process_knows_the_course(campus, early):
    campus.assign()
    row = Backfill.objects.get()
    assert row.next_at - NOW > timedelta(seconds=tracking.REFRESH_SECONDS)
    assert backfill.claim_backfills(now=NOW + timedelta(seconds=60)) == []


def test_a_backfill_goes_on_where_it_was_stopped(campus, early, monkeypatch):
    monkeypatch.setattr(backfill, "CHUNK", 3)
    work.ask_backfill([COURSE], now=NOW)
    looked_at = []
    for _ in range(3):
        claimed = backfill.claim_backfills(now=LATER)
        looked_at.append(len(backfill.backfill_courses(claimed, now=LATER).changed))
    assert looked_at == [3, 3, 1]
    assert not Backfill.objects.exists()
    assert LookAgain.objects.filter(course_key=COURSE).values("learner").distinct().count() == 7


def test_one_tick_goes_on_chunk_by_chunk(campus, early, monkeypatch):
    monkeypatch.setattr(backfill, "CHUNK", 3)
    work.ask_backfill([COURSE], now=NOW)
    training = course_training()
    counts = api.tick(LATER)
    assert (counts["backfilled"], counts["failed"]) == (7, 0)
    assert set(Progress.objects.values_list("training", "units_done")) == {(training.id, 1)}
    assert learners_with_progress() == {person.id for person in early}


def test_a_worker_that_died_gives_its_course_back(campus, early):
    work.ask_backfill([COURSE], now=NOW)
    assert backfill.claim_backfills(now=LATER)
    assert backfill.claim_backfills(now=LATER) == []
    after = LATER + work.LEASE
    assert [row.course_key for row in backfill.claim_backfills(now=after)] == [COURSE]


def test_asked_for_again_it_begins_anew_even_while_it_is_worked_on(campus, early, monkeypatch):
    monkeypatch.setattr(backfill, "CHUNK", 3)
    work.ask_backfill([COURSE], now=NOW)
    claimed = backfill.claim_backfills(now=LATER)
    work.ask_backfill([COURSE], now=LATER)
    backfill.backfill_courses(claimed, now=LATER)
    row = Backfill.objects.get()
    assert (row.after_learner_id, row.claim) == (0, None)


def test_a_chunk_costs_the_same_for_three_people_as_for_seven(campus, early, monkeypatch, count_queries):
    costs = []
    for chunk in (4, 8):
        monkeypatch.setattr(backfill, "CHUNK", chunk)
        Backfill.objects.all().delete()
        work.ask_backfill([COURSE], now=NOW)
        claimed = backfill.claim_backfills(now=LATER)
        costs.append(count_queries(lambda claimed=claimed: backfill.backfill_courses(claimed, now=LATER)))
    assert costs[0] == costs[1]


# ----- every course -----


def test_without_the_switch_nobody_is_followed_in_a_course_that_is_no_training(campus, early):
    api.reconcile()
    assert not Training.objects.exists()


@pytest.mark.parametrize("switch", [True, ["Acme"]], ids=["all", "one organization"])
def test_with_the_switch_the_first_thing_done_makes_the_course_a_training(campus, settings, switch):
    settings.MANDATORY_ASSIGNMENTS_TRACK_ALL_COURSES = switch
    build.complete(campus.learner, COURSE, units=2)
    build.drain()
    training = Training.objects.get()
    assert (training.kind, training.key, training.name, training.organization.short_name) == (
        "course",
        COURSE,
        "Fire safety",
        "Acme",
    )
    assert Progress.objects.get().units_done == 2
    build.complete(campus.learner, COURSE)
    build.drain()
    assert Completion.objects.get().learner == campus.learner


def test_the_switch_for_one_organization_leaves_the_others_alone(campus, settings):
    settings.MANDATORY_ASSIGNMENTS_TRACK_ALL_COURSES = ["Acme"]
    build.course(GLOBEX, sections=1, subsections=1, units=1)
    build.complete(campus.learner, GLOBEX)
    build.drain()
    api.reconcile()
    assert not Training.objects.exists()


def test_switched_on_later_the_night_finds_what_was_done_before(campus, early, settings):
    settings.MANDATORY_ASSIGNMENTS_TRACK_ALL_COURSES = True
    build.course(GLOBEX, sections=1, subsections=1, units=1)
    assert api.reconcile()["adopted"] == 1
    with clock.at(LATER):
        build.drain()
    assert [training.key for training in Training.objects.all()] == [COURSE]
    assert learners_with_progress() == {person.id for person in early}


def test_a_lost_event_in_a_switched_on_course_is_found_by_the_scan(campus, settings):
    api.tick()
    settings.MANDATORY_ASSIGNMENTS_TRACK_ALL_COURSES = True
    build.complete(campus.learner, COURSE, units=1)
    build.run_pending()
    LookAgain.objects.all().delete()
    api.tick()
    assert Progress.objects.get().units_done == 1


# ----- the scan and the night, for trainings that are no courses -----


def test_a_lost_event_in_a_modules_course_is_found_by_the_scan(campus):
    made = module(units=1)
    api.tick()
    build.complete(campus.learner, COURSE, units=1)
    build.run_pending()
    LookAgain.objects.all().delete()
    assert scan.scan_completions(now=NOW).created == [(campus.learner.id, COURSE)]
    build.drain()
    assert Progress.objects.get(training=made).percent == 100
    assert scan.scan_completions(now=NOW).created == []


def test_a_scan_costs_the_same_for_one_new_completion_as_for_many(campus, count_queries):
    module(units=1)
    api.tick()
    build.complete(campus.learner, COURSE, units=1)
    few = count_queries(lambda: scan.scan_completions(now=NOW))
    for person in build.users(20, prefix="many"):
        build.complete(person, COURSE, units=1)
    assert count_queries(lambda: scan.scan_completions(now=NOW)) == few
