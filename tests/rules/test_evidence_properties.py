"""What holds of every verdict, whatever the learner did, in whatever order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandatory_assignments.data import Criterion
from mandatory_assignments.rules import counting
from mandatory_assignments.rules import evidence as rules
from tests.rules.story import (
    COURSES,
    IDS,
    SHAPES,
    attested,
    begun_anew,
    catalogue,
    certified,
    did,
    failed,
    in_group,
    judged,
    noon,
    passed,
    revoked,
    tell,
)

DAYS = st.integers(0, 20)
TRAININGS = st.sampled_from(sorted(SHAPES))
CRITERIA = st.sampled_from(list(Criterion))
BLOCKS = st.sampled_from("abcdxyefqghmn")
COURSE_NAMES = st.sampled_from(sorted(COURSES))

WORK = st.one_of(
    st.builds(did, BLOCKS, DAYS),
    st.builds(attested, TRAININGS, DAYS),
    st.builds(lambda training, day, later: attested(training, day, recorded=day + later), TRAININGS, DAYS, DAYS),
)
PLATFORM = st.one_of(
    st.builds(passed, COURSE_NAMES, DAYS),
    st.builds(failed, COURSE_NAMES, DAYS),
    st.builds(certified, COURSE_NAMES, DAYS),
    st.builds(in_group, st.just("mixed"), st.integers(1, 2)),
)
NUMBERS = st.integers(1, 50)
FLOORS = st.one_of(
    st.builds(lambda training, day, number: revoked(training, day, number=number), TRAININGS, DAYS, NUMBERS),
    st.builds(lambda training, day, number: begun_anew(training, day, number=number), TRAININGS, DAYS, NUMBERS),
)
STORIES = st.tuples(st.lists(WORK, max_size=15), st.lists(PLATFORM, max_size=4), st.lists(FLOORS, max_size=3))


@given(STORIES, TRAININGS, CRITERIA, st.randoms(use_true_random=False))
def test_the_order_of_events_never_changes_the_verdict(story, training, criterion, random):
    work, platform, floors = story
    shuffled, sunk = list(work), list(floors)
    random.shuffle(shuffled)
    random.shuffle(sunk)
    first = judged(training, tell(*work, *platform, *floors), criterion=criterion)
    assert judged(training, tell(*shuffled, *platform, *sunk), criterion=criterion) == first


@given(STORIES, WORK, TRAININGS, CRITERIA)
def test_more_work_never_makes_less_progress_and_never_undoes_a_completion(story, more, training, criterion):
    work, platform, floors = story
    less = judged(training, tell(*work, *platform, *floors), criterion=criterion)
    after = judged(training, tell(*work, more, *platform, *floors), criterion=criterion)
    assert after.count.units_done >= less.count.units_done
    assert after.count.units_total == less.count.units_total
    assert after.completed_at or not less.completed_at


@given(STORIES, FLOORS, TRAININGS, CRITERIA)
def test_a_floor_never_raises_anything_and_lifting_it_restores_exactly(story, floor, training, criterion):
    work, platform, floors = story
    before = tell(*work, *platform, *floors)
    under = tell(*work, *platform, *floors, floor)
    verdict = judged(training, under, criterion=criterion)
    assert verdict.count.units_done <= judged(training, before, criterion=criterion).count.units_done
    lifted = replace(under, floors=[found for found in under.floors if found not in under.floors[len(floors) :]])
    kept = replace(before, floors=[found for found in before.floors if found in lifted.floors])
    assert judged(training, lifted, criterion=criterion) == judged(training, kept, criterion=criterion)


@given(STORIES, TRAININGS, DAYS, DAYS)
def test_two_revocations_are_as_the_later_one(story, training, first, second):
    work, platform, _ = story
    both = tell(*work, *platform, revoked(training, first, number=90), revoked(training, second, number=91))
    later = tell(*work, *platform, revoked(training, max(first, second), number=91))
    assert judged(training, both, criterion=Criterion.CONTENT) == judged(training, later, criterion=Criterion.CONTENT)


@given(STORIES, CRITERIA)
def test_a_path_sums_its_required_courses_where_nothing_was_recorded_or_revoked(story, criterion):
    work, platform, _ = story
    told = replace(tell(*work, *platform), testimonies=())
    path = judged("safety", told, criterion=criterion).count
    parts = [judged(name, told, criterion=criterion).count for name in ("fire", "data")]
    assert (path.units_done, path.units_total) == (
        sum(part.units_done for part in parts),
        sum(part.units_total for part in parts),
    )


@given(STORIES, TRAININGS, CRITERIA)
def test_percent_is_bounded_and_a_hundred_only_when_all_is_done(story, training, criterion):
    work, platform, floors = story
    count = judged(training, tell(*work, *platform, *floors), criterion=criterion).count
    percent = counting.percent(count.units_done, count.units_total)
    if percent is None:
        assert count.units_total == 0
    else:
        assert 0 <= percent <= 100
        assert (percent == 100) == (count.units_done == count.units_total)
        assert (percent == 0) == (count.units_done == 0)


@given(STORIES, TRAININGS)
def test_the_evidence_that_completes_lies_after_every_opening_of_the_cycle(story, training):
    work, platform, floors = story
    told = tell(*work, *platform, *floors)
    verdict = judged(training, told, criterion=Criterion.CONTENT, cycle=7)
    openings = [floor.since for floor in told.floors if floor.cycle_id == 7 and floor.training_id == IDS[training]]
    assert verdict.completed_at is None or all(verdict.completed_at > opening for opening in openings)


@given(STORIES, TRAININGS)
def test_a_cycle_is_judged_as_if_other_cycles_were_not_there(story, training):
    work, platform, floors = story
    told = tell(*work, *platform, *floors)
    alone = replace(told, floors=[floor for floor in told.floors if floor.cycle_id is None])
    assert judged(training, told, cycle=8) == judged(training, alone, cycle=8)


@pytest.mark.parametrize(
    ("happened", "recorded", "by_hand", "floor", "expected"),
    [
        pytest.param(1, 1, False, None, True, id="without floors everything counts"),
        pytest.param(1, 9, False, revoked("fire", 5), False, id="what the platform shows must have happened after"),
        pytest.param(6, 9, False, revoked("fire", 5), True, id="and then it counts"),
        pytest.param(1, 9, True, revoked("fire", 5), True, id="a record made after a revocation counts for any day"),
        pytest.param(6, 4, True, revoked("fire", 5), False, id="one made before it never does"),
        pytest.param(1, 9, True, begun_anew("fire", 5), False, id="nothing from before a cycle's opening fulfils it"),
        pytest.param(6, 6, True, begun_anew("fire", 5), True, id="a record of a day after the opening does"),
    ],
)
def test_what_may_fulfil_a_cycle(happened, recorded, by_hand, floor, expected):
    floors = tell(floor).floors if floor else ()
    assert rules.may_fulfil(noon(happened), noon(recorded), by_hand, floors) is expected


@pytest.mark.parametrize(
    ("days_ago", "max_age", "interval", "expected"),
    [
        pytest.param(4000, None, None, True, id="prior work counts, however old"),
        pytest.param(365, 365, None, True, id="up to the age that the site sets"),
        pytest.param(366, 365, None, False, id="and not when it is older"),
        pytest.param(363, None, 364, True, id="with repetition when it is younger than one interval"),
        pytest.param(364, None, 364, False, id="and not when it is as old as one"),
        pytest.param(300, 200, 364, False, id="the stricter of the two holds"),
    ],
)
def test_what_counts_as_prior_work(days_ago, max_age, interval, expected):
    now = noon(5000)
    ages = [timedelta(days=days) if days else None for days in (max_age, interval)]
    assert rules.counts_as_prior(now - timedelta(days=days_ago), now, *ages) is expected


def test_the_epoch_is_the_newest_floor_and_none_is_zero():
    told = tell(revoked("fire", 5, number=3), begun_anew("fire", 2, number=4), revoked("data", 9, number=8))
    assert rules.epoch(rules.floors_of_progress(told.floors, IDS["fire"])) == 4
    assert rules.epoch(rules.floors_of_cycle(told.floors, IDS["fire"], 1)) == 3
    assert rules.epoch(()) == 0


def test_passing_that_was_seen_in_an_epoch_is_remembered_and_moves_no_more():
    told = tell(did("e f q", 7), passed("exam", 1, graded=9), revoked("exam", 5))
    first = judged("exam", told)
    assert first.passing_seen == {("exam", 1): noon(9)}
    regraded = replace(
        tell(did("e f q", 7), passed("exam", 1, graded=15), revoked("exam", 5)), passing_seen=first.passing_seen
    )
    assert judged("exam", regraded).completed_at == noon(9)


@pytest.mark.parametrize(
    ("without", "expected"),
    [
        pytest.param("", [("fire", "b", True), ("data", "x", False)], id="all units, as they are counted"),
        pytest.param("data", [("fire", "b", True)], id="those of a course that cannot be read are left out"),
    ],
)
def test_units_are_told_course_by_course(without, expected):
    told, world = tell(did("b", 1)), catalogue(without=without)
    found = rules.units_of(world.shapes[IDS["across"]], world, told, ())
    assert [(course_key, counted.blocks[0].key, done) for course_key, counted, done in found] == expected
