"""What counts in a course, and how it is rounded."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandatory_assignments.data import Block, CourseOutline, Section, Subsection, Unit
from mandatory_assignments.rules import counting

MONDAY, TUESDAY = datetime(2027, 6, 7, tzinfo=UTC), datetime(2027, 6, 8, tzinfo=UTC)


def outline(*units: list[Block], personal: bool = False) -> CourseOutline:
    rows = tuple(Unit(f"unit{number}", f"Unit {number}", tuple(blocks)) for number, blocks in enumerate(units))
    return CourseOutline("course", (Section("s", "S", (Subsection("q", "Q", rows),)),), personal)


def counted_in(course, done, groups=counting.NO_GROUPS, visible=None):
    return counting.count(counting.counted_units(course.units, groups, visible), done)


A, B, C = Block("a", "html"), Block("b", "problem"), Block("c", "video")
FOR_GROUP_1 = Block("g", "html", {50: frozenset({1})})


@pytest.mark.parametrize(
    ("units", "done", "groups", "expected"),
    [
        pytest.param([[A], [B]], {}, {}, (0, 2), id="nothing done"),
        pytest.param([[A, B]], {"a"}, {}, (0, 1), id="a unit is done only when all of its blocks are"),
        pytest.param([[A, B], [C]], {"a", "b"}, {}, (1, 2), id="one of two units"),
        pytest.param([[A], []], {"a"}, {}, (1, 1), id="a unit without counted blocks does not count"),
        pytest.param([[A], [FOR_GROUP_1]], {"a"}, {}, (1, 1), id="a block of a group hides from who has no group"),
        pytest.param([[A], [FOR_GROUP_1]], {"a"}, {50: 2}, (1, 1), id="a block of a group hides from another group"),
        pytest.param([[A], [FOR_GROUP_1]], {"a"}, {50: 1}, (1, 2), id="a block of a group counts for its group"),
        pytest.param([[A, FOR_GROUP_1]], {"a"}, {50: 2}, (1, 1), id="a unit counts by the blocks one can see"),
        pytest.param([[A]], {"a", "gone"}, {}, (1, 1), id="what was done in removed blocks does not count"),
        pytest.param([], {"a"}, {}, (0, 0), id="an empty course counts nothing"),
    ],
)
def test_units_count_as_the_learner_sees_them(units, done, groups, expected):
    counted = counted_in(outline(*units), dict.fromkeys(done, MONDAY), groups)
    assert (counted.units_done, counted.units_total) == expected


@pytest.mark.parametrize(
    ("done", "total", "expected"),
    [
        pytest.param(0, 0, None, id="nothing to count has no percent"),
        pytest.param(0, 3, 0, id="nothing done is zero"),
        pytest.param(1, 1000, 1, id="anything done is at least one"),
        pytest.param(2, 3, 66, id="rounded down"),
        pytest.param(999, 1000, 99, id="a hundred only when all is done"),
        pytest.param(7, 7, 100, id="all done"),
    ],
)
def test_percent(done, total, expected):
    assert counting.percent(done, total) == expected


def test_a_course_is_completed_when_its_last_block_was():
    counted = counted_in(outline([A], [B]), {"a": TUESDAY, "b": MONDAY})
    assert counted.completed_at == TUESDAY
    assert counted.started_at == MONDAY


def test_a_course_without_counted_units_is_never_completed_by_content():
    assert counted_in(outline([]), {"a": MONDAY}).completed_at is None


def test_the_platforms_own_tree_beats_the_groups_where_it_was_asked():
    counted = counted_in(outline([A], [B], [C], personal=True), {"a": MONDAY}, {}, visible={"a", "b"})
    assert (counted.units_done, counted.units_total) == (1, 2)


DRAWN = [Block(f"drawn{number}", "problem", personal=True) for number in range(5)]


@pytest.mark.parametrize(
    ("personal", "done", "expected"),
    [
        pytest.param(False, {"a", "b"}, False, id="never for a course that is the same for all"),
        pytest.param(True, {"a"}, False, id="not while two units are missing"),
        pytest.param(True, {"a", "b"}, True, id="when one unit is missing"),
        pytest.param(True, {"a", "b", "c"}, True, id="when only drawn blocks are not done, however many"),
    ],
)
def test_the_platform_is_asked_for_one_learner_only_close_to_the_end(personal, done, expected):
    course = outline([A], [B], [C], DRAWN, DRAWN, personal=personal)
    assert counting.needs_exact_count(course, dict.fromkeys(done, MONDAY)) is expected


@given(st.sets(st.sampled_from("abcdefgh")), st.sets(st.sampled_from("abcdefgh")))
def test_more_evidence_never_makes_less_progress(some, more):
    course = outline(*[[Block(key, "html")] for key in "abcdefgh"])
    less_done = counted_in(course, dict.fromkeys(some, MONDAY)).units_done
    assert counted_in(course, dict.fromkeys(some | more, MONDAY)).units_done >= less_done
