"""Finished blocks, and the walks over the completion table."""

from datetime import UTC, datetime

import pytest
from completion.models import BlockCompletion
from opaque_keys.edx.keys import UsageKey

from demo.campus import build
from mandatory_assignments.host import lms

FIRE = "course-v1:Acme+Fire+2026"
LAW = "course-v1:Acme+Law+2026"

pytestmark = pytest.mark.django_db


def test_finished_blocks_carry_the_instant_at_which_the_platform_recorded_them() -> None:
    build.course(FIRE, sections=1, subsections=1, units=2, blocks=2, block_types=["html"])
    ann = build.user("ann")
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    build.complete(ann, FIRE, units=1, at=at)
    done = lms.block_completions([ann.id], [FIRE])[ann.id, FIRE]
    assert set(done) == {block.key for block in lms.outlines([FIRE])[FIRE].units[0].blocks}
    assert {instant.replace(second=0, microsecond=0) for instant in done.values()} == {at}


def test_a_block_that_is_not_finished_does_not_count() -> None:
    build.course(FIRE)
    ann = build.user("ann")
    block = lms.outlines([FIRE])[FIRE].units[0].blocks[0].key
    BlockCompletion.objects.submit_completion(ann, UsageKey.from_string(block), 0.5)
    assert lms.block_completions([ann.id], [FIRE]) == {}


def test_completions_of_a_hundred_people_cost_as_many_queries_as_of_one(count_queries) -> None:
    for key in (FIRE, LAW):
        build.course(key, sections=1, subsections=1, units=1, block_types=["html"])
    for name in ("ann", "bob", "cid"):
        build.complete(build.user(name), FIRE)
    one, many = lambda: lms.block_completions([1], [FIRE]), lambda: lms.block_completions(range(100), [FIRE, LAW])
    assert count_queries(one) == count_queries(many) == 1


def test_nobody_and_no_course_cost_nothing(count_queries) -> None:
    assert count_queries(lambda: lms.block_completions([], [FIRE])) == 0
    assert count_queries(lambda: lms.block_completions([1], ["not a key"])) == 0


def test_the_table_can_be_walked_by_row() -> None:
    assert lms.last_completion_id() == 0
    build.course(FIRE, sections=1, subsections=1, units=2, blocks=1, block_types=["html"])
    ann = build.user("ann")
    build.complete(ann, FIRE)
    first, second = lms.completions_after(0, 10)
    assert (first.learner_id, first.course_key) == (ann.id, FIRE)
    assert first.recorded_at == BlockCompletion.objects.get(id=first.id).modified
    assert lms.completions_after(0, 1) == [first]
    assert lms.completions_after(first.id, 10) == [second]
    assert lms.last_completion_id() == second.id


def test_people_with_completions_are_walked_by_id_each_once(count_queries) -> None:
    build.course(FIRE, sections=1, subsections=1, units=3, block_types=["html"])
    build.course(LAW, sections=1, subsections=1, units=1, block_types=["html"])
    ann, _, cid, dan = (build.user(name) for name in ("ann", "bob", "cid", "dan"))
    build.complete(ann, FIRE)
    build.complete(cid, FIRE, units=1)
    build.complete(dan, LAW)
    assert lms.learners_with_completions(FIRE, 0, 10) == [ann.id, cid.id]
    assert lms.learners_with_completions(FIRE, 0, 1) == [ann.id]
    assert lms.learners_with_completions(FIRE, ann.id, 10) == [cid.id]
    assert lms.learners_with_completions("not a key", 0, 10) == []
    assert count_queries(lambda: lms.learners_with_completions(FIRE, 0, 10)) == 1


def test_courses_in_which_somebody_did_something_are_told_from_the_others(count_queries) -> None:
    for key in (FIRE, LAW):
        build.course(key, sections=1, subsections=1, units=1, block_types=["html"])
    build.complete(build.user("ann"), FIRE)
    assert lms.courses_with_completions([FIRE, LAW, "not a key"]) == {FIRE}
    assert count_queries(lambda: lms.courses_with_completions([FIRE, LAW])) == 1
