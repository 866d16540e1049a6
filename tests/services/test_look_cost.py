"""What looking at many people costs: queries by the chunk, never by the person."""

from datetime import timedelta
from typing import Any

import pytest
from completion.models import BlockCompletion

from demo.campus import build
from mandatory_assignments import periodic
from mandatory_assignments.models import LookAgain, Progress
from mandatory_assignments.records import work
from mandatory_assignments.services import track

from .conftest import COURSE, NOW
from .evidence_story import module, path

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=1)


def halfway(campus, number: int) -> list[Any]:
    """So many people with half of a course of 300 blocks behind them, assigned and to be looked at."""
    build.course(COURSE, sections=5, subsections=4, units=5, blocks=3)
    learners = build.users(number, prefix="busy", organization="Acme")
    campus.assign(*(person.username for person in learners))
    found = build.loaded(COURSE)
    leaves = [leaf for unit in build.units(COURSE)[:50] for leaf in found.children[unit]]
    BlockCompletion.objects.bulk_create(
        [
            BlockCompletion(
                user=person, context_key=leaf.course_key, block_key=leaf, block_type=leaf.block_type, completion=1.0
            )
            for person in learners
            for leaf in leaves
        ],
        batch_size=500,
    )
    build.run_pending()
    LookAgain.objects.all().delete()
    work.add_look_agains([(person.id, COURSE) for person in learners], now=NOW)
    return learners


def test_a_full_chunk_takes_at_most_a_fifth_of_a_query_a_person(campus, count_queries):
    learners = halfway(campus, track.CHUNK)
    queries = count_queries(lambda: periodic.look_again(LATER))
    assert set(Progress.objects.values_list("units_done", "units_total")) == {(50, 100)}
    assert (Progress.objects.count(), LookAgain.objects.count()) == (len(learners), 0)
    assert queries / len(learners) <= 0.2


def test_a_module_inside_and_a_path_around_cost_a_few_queries_for_all(campus, count_queries):
    module(units=10), path(COURSE)
    learners = halfway(campus, 50)
    looks = track.claim_look_agains(now=LATER)
    few = count_queries(lambda: track.track_learners(looks[:10], now=LATER))
    assert count_queries(lambda: track.track_learners(looks[10:], now=LATER)) - few <= 2
    assert Progress.objects.count() == 3 * len(learners)
