"""Staff who change the same obligations at once, and workers who judge them: nothing twice, nothing lost."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from demo.campus import build
from mandatory_assignments import api, periodic
from mandatory_assignments.data import Conflict, Outcome
from mandatory_assignments.models import Absence, Assignment, AuditEntry, Completion, Cycle, Deadline, Hold, LookAgain

from ..services.obligations import assert_facts_and_columns_agree, codes
from .conftest import COURSE, DUE, SECOND, together

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

WEEK = timedelta(days=7)


@pytest.fixture
def assigned(campus):
    """Thirty people with the course, all looks done."""
    campus.assign()
    build.drain()
    return campus


def ids():
    """Those of all assignments, and the same the other way round: who locks in the order asked for would deadlock."""
    found = list(Assignment.objects.order_by("id").values_list("uuid", flat=True))
    return found, found[::-1]


def everything_went_well(results):
    """Every verb answered, and what it left behind agrees."""
    assert [result for result in results if not isinstance(result, Outcome)] == []
    assert_facts_and_columns_agree(timezone.now())
    return results


def told(act):
    return AuditEntry.objects.filter(act=act).count()


def test_two_who_withdraw_the_same_end_each_assignment_once(assigned):
    there, back = ids()
    withdraw = partial(api.withdraw_assignments, actor=assigned.coordinator, unenroll=True)
    outcomes = everything_went_well(together(partial(withdraw, ids=there), partial(withdraw, ids=back)))
    assert sorted(id for outcome in outcomes for id in outcome.changed) == sorted(there)
    assert Counter(code for outcome in outcomes for code in codes(outcome)) == {"withdrawn": 30}
    assert told("withdrawn") == 30


def test_two_who_extend_to_the_same_day_make_one_version(assigned):
    there, back = ids()
    extend = partial(api.change_assignments, actor=assigned.coordinator, fields={"due_on": DUE + WEEK})
    outcomes = everything_went_well(together(*[partial(extend, ids=each) for each in (there, back) * 2]))
    assert sorted(id for outcome in outcomes for id in outcome.changed) == sorted(there)
    assert sum(len(outcome.unchanged) for outcome in outcomes) == 90
    assert Deadline.objects.filter(version=2).count() == told("changed") == 30


def test_two_who_exempt_the_same_exempt_each_once(assigned):
    there, back = ids()
    exempt = partial(api.exempt_assignments, actor=assigned.coordinator, reason="On loan", until=DUE)
    outcomes = everything_went_well(together(partial(exempt, ids=there), partial(exempt, ids=back)))
    assert sorted(id for outcome in outcomes for id in outcome.changed) == sorted(there)
    assert Hold.objects.count() == told("exempted") == 30


def test_whoever_withdraws_extends_exempts_lifts_and_pauses_at_once_leaves_facts_that_agree(assigned):
    there, back = ids()
    actor = {"actor": assigned.coordinator}

    def pausing():
        for learner in assigned.learners[:10]:
            api.pause_learner(learner=learner.username, from_on=DUE - WEEK, until_on=DUE, **actor)
        return Outcome()

    everything_went_well(
        together(
            partial(api.change_assignments, ids=there, fields={"due_on": DUE + WEEK}, **actor),
            partial(api.change_assignments, ids=back, fields={"late_policy": "freeze", "grace_days": 2}, **actor),
            partial(api.exempt_assignments, ids=there, reason="On loan", **actor),
            partial(api.lift_exemptions, ids=back, **actor),
            partial(api.withdraw_assignments, ids=back[:10], **actor),
            pausing,
        )
    )
    assert Cycle.objects.filter(closed_as="withdrawn").count() == told("withdrawn") == 10
    assert told("exempted") == Hold.objects.filter(kind="exempt").count()
    assert Hold.objects.filter(kind="exempt", ended_at=None).count() == told("exempted") - told("exemption_lifted")
    assert Hold.objects.filter(kind="pause").count() == 10


def test_a_look_that_completes_and_staff_who_withdraw_take_turns(assigned):
    for learner in assigned.learners:
        build.complete(learner, COURSE)
    there, back = ids()
    withdraw = partial(api.withdraw_assignments, actor=assigned.coordinator)
    halves = (partial(withdraw, ids=back[:15]), partial(withdraw, ids=back[15:]))
    looked, *outcomes = together(periodic.look_again, *halves)
    everything_went_well(outcomes)
    assert looked["failed"] == 0
    build.drain()
    assert_facts_and_columns_agree(timezone.now())
    ended = Counter(Cycle.objects.values_list("closed_as", flat=True))
    assert ended["completed"] + ended["withdrawn"] == 30
    assert ended["withdrawn"] == told("withdrawn") == sum(len(outcome.changed) for outcome in outcomes)
    assert ended["completed"] == told("completed") == sum(len(codes(outcome)) for outcome in outcomes)
    assert Completion.objects.filter(live=True).count() == 30
    assert not Assignment.objects.filter(open=True).exists()
    assert len(there) == 30


def test_of_two_who_pause_the_same_person_one_is_told_that_it_is_done(assigned):
    learner = assigned.learners[0]
    asked = {"actor": assigned.coordinator, "learner": learner.username, "until_on": DUE}
    results = together(
        *[partial(api.pause_learner, from_on=DUE - day * timedelta(days=1), **asked) for day in range(4)]
    )
    refused = [result for result in results if isinstance(result, Conflict)]
    assert [refusal.code for refusal in refused] == ["already_paused"] * 3
    everything_went_well([result for result in results if result not in refused])
    assert Absence.objects.get().live is True
    assert (Hold.objects.count(), told("paused")) == (1, 1)


def test_of_two_who_bring_somebody_back_one_does(assigned):
    learner = assigned.learners[0]
    asked = {"actor": assigned.coordinator, "learner": learner.username}
    api.pause_learner(from_on=timezone.now().date(), until_on=DUE, **asked)
    results = together(*[partial(api.resume_learner, **asked)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Outcome"]
    assert told("resumed") == 1
    assert_facts_and_columns_agree(timezone.now())


def test_of_two_who_replace_what_is_frozen_one_does(campus):
    past = timezone.now() - timedelta(days=30)
    names = [learner.username for learner in campus.learners]
    asked = {"actor": campus.coordinator, "training": COURSE, "late_policy": "freeze"}
    api.assign_learners(learners=names, due_on=(past + WEEK).date(), now=past, **asked)
    results = together(
        *[partial(api.assign_learners, learners=each, due_on=DUE, **asked) for each in (names, names[::-1])]
    )
    everything_went_well(results)
    assert sum(len(result.created) for result in results) == 30
    assert Counter(code for result in results for code in codes(result)) == {"already_assigned": 30}
    assert Cycle.objects.filter(closed_as="missed").count() == told("missed") == 30
    assert Assignment.objects.filter(open=True).count() == 30


def test_whoever_moves_while_staff_extend_has_one_deadline(assigned):
    there, back = ids()
    LookAgain.objects.all().delete()
    for learner in assigned.learners:
        build.time_zone(learner, "Pacific/Niue")
    extend = partial(api.change_assignments, ids=back, actor=assigned.coordinator, fields={"due_on": DUE + WEEK})
    looked, *outcomes = together(periodic.look_again, extend, periodic.look_again)
    assert (looked["failed"], outcomes[1]["failed"]) == (0, 0)
    everything_went_well(outcomes[:1])
    assert set(Cycle.objects.values_list("zone", "due_on")) == {("Pacific/Niue", DUE + WEEK)}
    assert told("zone_changed") == told("changed") == len(there)


def test_somebody_who_is_paused_while_another_assigns_waits_with_everything(campus):
    campus.assign()
    asked = {"actor": campus.coordinator, "from_on": timezone.now().date(), "until_on": DUE + WEEK}

    def pausing():
        for learner in campus.learners:
            api.pause_learner(learner=learner.username, **asked)
        return Outcome()

    everything_went_well(together(pausing, partial(campus.assign, training=SECOND)))
    assert Hold.objects.filter(kind="pause").count() == Cycle.objects.filter(paused_from_at__isnull=False).count() == 60
    assert not Cycle.objects.filter(due_on__lt=DUE + WEEK + timedelta(days=4)).exists()
