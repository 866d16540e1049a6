"""Status as a function and status in SQL are one judgement, for every combination of facts and at every instant."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from organizations.models import Organization

from demo.campus import build, clock
from mandatory_assignments.data import Modifier, Scope, Standing, Status, TrainingKind
from mandatory_assignments.models import Assignment, Cycle, Training
from mandatory_assignments.queries import assignments, paging, standing
from mandatory_assignments.rules import standing as rule

NOW = datetime(2027, 5, 14, 21, 59, 59, 999999, tzinfo=UTC)
TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EVERYTHING = Scope(actor_id=0, everything=True)

Borders = tuple[timedelta | None, timedelta | None]
"""From when and until when a hold covers a cycle, counted from NOW."""

NONE: Borders = (None, None)
CLOSINGS = ["", "completed", "withdrawn", "missed"]
UNITS = [0, 1, 4]
DUES = [-HOUR, timedelta(), HOUR]
EXEMPTIONS: list[Borders] = [NONE, (-2 * DAY, None), (-4 * DAY, -3 * DAY), (-2 * DAY, 2 * DAY), (3 * DAY, 4 * DAY)]
ABSENCES: list[Borders] = [NONE, (-6 * DAY, -5 * DAY), (-DAY, DAY), (5 * DAY, 6 * DAY)]
COMBINATIONS = list(product(CLOSINGS, UNITS, DUES, EXEMPTIONS, ABSENCES))
BORDERS = sorted({length for length in (*DUES, *sum(EXEMPTIONS + ABSENCES, ())) if length is not None})

QUESTIONS = [*({one} for one in Status), standing.OPEN_STATUSES, standing.OPEN_STATUSES | {Status.OVERDUE}]
"""What is mostly asked: each status, `open`, and the staff's default."""

SETS = [set(chosen) for size in range(1, len(Status) + 1) for chosen in combinations(Status, size)]

LENGTHS = st.one_of(
    st.integers(-2, 2).map(lambda microseconds: timedelta(microseconds=microseconds)),
    st.integers(-2, 2).map(lambda seconds: timedelta(seconds=seconds)),
    st.integers(-1000, 1000).map(lambda days: timedelta(days=days)),
)
HOLDS = st.one_of(st.just(NONE), st.tuples(LENGTHS, st.none()), st.tuples(LENGTHS, LENGTHS))
FACTS = st.tuples(st.sampled_from(CLOSINGS), st.sampled_from(UNITS), LENGTHS, HOLDS, HOLDS)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(db) -> Assignment:
    """One under which any number of rounds can be made."""
    training = Training.objects.create(
        kind=TrainingKind.COURSE, key="course-v1:Acme+FIRE101+2027", name="Fire safety", created_at=NOW
    )
    return Assignment.objects.create(
        learner=build.user("lena"), training=training, organization=build.organization("Acme"), assigned_at=NOW
    )


def facts_of(closed_as: str, units_done: int, due: timedelta, exempt: Borders, paused: Borders) -> Standing:
    """The combination as the rule reads it."""
    instants = [None if length is None else NOW + length for length in (*exempt, *paused)]
    return Standing(NOW + due, units_done, closed_as, *instants)


def rounds(assignment: Assignment, facts: Sequence[Any]) -> list[Cycle]:
    """One cycle for each combination; the constraint on open ones is satisfied by an assignment for each."""
    organization, training = assignment.organization, assignment.training
    Assignment.objects.bulk_create(
        Assignment(
            learner_id=assignment.learner_id, training=training, organization=organization, assigned_at=NOW, open=None
        )
        for _ in facts
    )
    ids = Assignment.objects.filter(open=None).order_by("id").values_list("id", flat=True)
    Cycle.objects.bulk_create(
        cycle(id, organization, training, assignment.learner_id, facts_of(*combination))
        for id, combination in zip(ids, facts, strict=True)
    )
    return list(Cycle.objects.order_by("assignment_id"))


def cycle(
    assignment_id: int, organization: Organization, training: Training, learner_id: int, facts: Standing
) -> Cycle:
    """A cycle with these facts; half of those whose deadline has passed are cut off, which is no matter of status."""
    return Cycle(
        assignment_id=assignment_id,
        opens_at=NOW,
        due_on=facts.due_at.date(),
        zone="UTC",
        due_at=facts.due_at,
        cut_off_at=facts.due_at if assignment_id % 2 else None,
        open=None if facts.closed_as else True,
        closed_as=facts.closed_as,
        organization=organization,
        training=training,
        learner_id=learner_id,
        assigned_at=NOW,
        sort_name="Sommer",
        units_done=facts.units_done,
        units_total=4,
        exempt_from_at=facts.exempt_from_at,
        exempt_until_at=facts.exempt_until_at,
        paused_from_at=facts.paused_from_at,
        paused_until_at=facts.paused_until_at,
    )


def agree(rows: Collection[Cycle], questions: Collection[Collection[Status]], now: datetime) -> Counter[Status]:
    """Asserts that function, filter, list, count and page answer alike; how many rows have each status."""
    expected = {row.id: standing.status_of(row, now) for row in rows}
    for statuses in questions:
        chosen = {id for id, status in expected.items() if status in statuses}
        listed = assignments.cycles(EVERYTHING, now=now, statuses=statuses)
        for found in (listed, Cycle.objects.filter(standing.has_status(statuses, now))):
            assert set(found.values_list("id", flat=True)) == chosen, (statuses, now)
        assert assignments.count(listed) == (len(chosen), True)
        if statuses in QUESTIONS:
            page = paging.page(listed, ["due_at"], size=len(rows), keys_first=True)
            assert {row.id for row in page.rows} == chosen
            assert all(standing.status_of(row, now) in statuses for row in page.rows)
    return Counter(expected.values())


@pytest.mark.parametrize("after", [-TICK, timedelta(), TICK], ids=["just before", "at", "just after"])
def test_every_combination_of_facts_at_every_border(assignment, after):
    rows = rounds(assignment, COMBINATIONS)
    assert [rule.status(facts_of(*combination), NOW) for combination in COMBINATIONS] == [
        standing.status_of(row, NOW) for row in rows
    ]
    found = Counter[Status]()
    for border in BORDERS:
        found += agree(rows, QUESTIONS, NOW + border + after)
    assert set(found) == set(Status)


@given(facts=st.lists(FACTS, min_size=1, max_size=60), after=LENGTHS)
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_facts_at_any_instant_for_every_set_of_statuses(assignment, facts, after):
    with transaction.atomic():
        rows = rounds(assignment, facts)
        counted = agree(rows, SETS, NOW + after)
        assert counted == Counter(rule.status(facts_of(*combination), NOW + after) for combination in facts)
        transaction.set_rollback(True)


def test_each_row_is_found_by_exactly_one_status(assignment):
    rounds(assignment, COMBINATIONS)
    alone = [set(Cycle.objects.filter(standing.has_status({one}, NOW)).values_list("id", flat=True)) for one in Status]
    assert len(set().union(*alone)) == sum(map(len, alone)) == len(COMBINATIONS)


def test_open_means_assigned_or_in_progress():
    assert standing.named_statuses("open") == {Status.ASSIGNED, Status.IN_PROGRESS}
    assert standing.named_statuses(" open, overdue ") == {Status.ASSIGNED, Status.IN_PROGRESS, Status.OVERDUE}


def test_without_a_chosen_status_the_filter_finds_nothing_and_the_list_everything(assignment):
    rounds(assignment, [("", 0, HOUR, NONE, NONE), ("completed", 4, HOUR, NONE, NONE)])
    assert not Cycle.objects.filter(standing.has_status((), NOW)).exists()
    assert assignments.count(assignments.cycles(EVERYTHING, now=NOW)) == (2, True)


def test_frozen_is_a_mark_of_what_is_open_and_past_its_cut_off(assignment):
    rows = rounds(assignment, COMBINATIONS)
    for after in (-TICK, timedelta(), TICK):
        for row in rows:
            frozen = not row.closed_as and row.cut_off_at is not None and NOW + after > row.cut_off_at
            assert (Modifier.FROZEN in standing.modifiers_of(row, NOW + after)) is frozen


@pytest.mark.parametrize(
    ("status", "ordering", "same"),
    [
        pytest.param(Status.ASSIGNED, "due_at", "due_at__gte", id="those still in time, the next to be late first"),
        pytest.param(Status.OVERDUE, "-due_at", "due_at__lte", id="those that are late, the last to become so first"),
    ],
)
def test_rows_and_count_use_one_instant_while_the_clock_goes_on(assignment, status, ordering, same):
    """Deadlines pass one after another while the request is answered: a second look at the clock would show."""
    moments = range(-200, 1800)
    rounds(assignment, [("", 0, index * timedelta(microseconds=500), NONE, NONE) for index in moments])
    reader = Client()
    reader.force_login(build.user("olivia", is_staff=True), backend="django.contrib.auth.backends.ModelBackend")
    address = f"/api/mandatory-assignments/v1/assignments/?status={status}&ordering={ordering}&page_size=100"
    reader.get(address)
    with clock.at(NOW):
        answer = reader.get(address).json()
    first = Cycle.objects.get(assignment__uuid=answer["results"][0]["id"])
    assert {row["status"] for row in answer["results"]} == {status}
    assert answer["count"] == Cycle.objects.filter(**{same: first.due_at}).count()
