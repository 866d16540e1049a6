"""Status as a function and status in SQL are one judgement, for every combination of facts and at every instant."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from organizations.models import Organization

from demo.campus import build
from mandatory_assignments.data import Scope, Status, TrainingKind
from mandatory_assignments.models import Assignment, Cycle, Training
from mandatory_assignments.queries import assignments, paging, standing
from mandatory_assignments.rules import standing as rule

DUE = datetime(2027, 5, 14, 21, 59, 59, 999999, tzinfo=UTC)
INSTANTS = st.one_of(
    st.integers(-2, 2).map(lambda microseconds: timedelta(microseconds=microseconds)),
    st.integers(-2, 2).map(lambda seconds: timedelta(seconds=seconds)),
    st.integers(-1000, 1000).map(lambda days: timedelta(days=days)),
)
FACTS = st.tuples(st.booleans(), st.sampled_from([0, 1, 4]), st.integers(-2, 2))
SETS = [set(chosen) for size in range(1, len(Status) + 1) for chosen in combinations(Status, size)]
EVERYTHING = Scope(actor_id=0, everything=True)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db) -> list[tuple[int, Training, Organization]]:
    """Enough who could be assigned a training."""
    organization = build.organization("Acme")
    training = Training.objects.create(
        kind=TrainingKind.COURSE, key="course-v1:Acme+FIRE101+2027", name="Fire safety", created_at=DUE
    )
    return [(user.id, training, organization) for user in build.users(60, prefix="person")]


def cycles(people, facts) -> None:
    """One for each fact: whether it is completed, units done, microseconds by which its deadline is later than DUE."""
    made = [
        Assignment(learner_id=learner_id, training=training, organization=organization, assigned_at=DUE)
        for (learner_id, training, organization), _ in zip(people, facts, strict=False)
    ]
    Assignment.objects.bulk_create(made)
    by_learner = dict(Assignment.objects.values_list("learner_id", "id"))
    Cycle.objects.bulk_create(
        Cycle(
            assignment_id=by_learner[assignment.learner_id],
            opens_at=DUE,
            due_on=date(2027, 5, 14),
            zone="UTC",
            due_at=DUE + timedelta(microseconds=later),
            open=None if completed else True,
            closed_as=Status.COMPLETED if completed else "",
            organization=assignment.organization,
            training=assignment.training,
            learner_id=assignment.learner_id,
            assigned_at=DUE,
            sort_name=f"person {assignment.learner_id}",
            units_done=units_done,
            units_total=4,
        )
        for assignment, (completed, units_done, later) in zip(made, facts, strict=True)
    )


@given(facts=st.lists(FACTS, min_size=1, max_size=60), after=INSTANTS)
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_function_the_filter_the_list_and_its_count_agree(people, facts, after):
    now = DUE + after
    with transaction.atomic():
        cycles(people, facts)
        rows = list(Cycle.objects.all())
        expected = {row.id: standing.status_of(row, now) for row in rows}
        judged = Counter(
            rule.status(completed=completed, due_at=DUE + timedelta(microseconds=later), units_done=units_done, now=now)
            for completed, units_done, later in facts
        )
        assert Counter(expected.values()) == judged
        for statuses in SETS:
            chosen = {id for id, status in expected.items() if status in statuses}
            found = assignments.cycles(EVERYTHING, now=now, statuses=statuses)
            assert {row.id for row in paging.page(found, ["due_at"], size=100).rows} == chosen
            assert assignments.count(found) == (len(chosen), True)
        alone = [assignments.count(Cycle.objects.filter(standing.has_status({one}, now)))[0] for one in Status]
        assert sum(alone) == len(rows)
        transaction.set_rollback(True)


def test_without_a_chosen_status_the_filter_finds_nothing_and_the_list_everything(people):
    cycles(people, [(False, 0, 0), (True, 4, 0)])
    assert not Cycle.objects.filter(standing.has_status((), DUE)).exists()
    assert assignments.count(assignments.cycles(EVERYTHING, now=DUE)) == (2, True)
