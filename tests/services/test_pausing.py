"""Somebody is away: nothing is asked of them meanwhile, and afterwards they have as many days as before."""

from datetime import date

import pytest

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import Conflict, Forbidden, Invalid
from mandatory_assignments.models import Absence, Completion, Hold

from .conftest import NOW
from .evidence_story import another_course, course_training, module
from .obligations import (
    assert_facts_and_columns_agree,
    ids,
    join,
    marks,
    may,
    on,
    record,
    round_of,
    status,
    tick,
    told,
    work,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assigned(campus):
    campus.assign()
    build.drain()
    return campus


def pause(campus, first, last, now=NOW, **named):
    asked = {"learner": "lena", "from_on": on(first), "until_on": on(last), "now": now, **named}
    return api.pause_learner(actor=campus.coordinator, **asked)


def resume(campus, now, **named):
    return api.resume_learner(**{"actor": campus.coordinator, "learner": "lena", "now": now, **named})


def extend(campus, due_on, now):
    api.change_assignments(actor=campus.coordinator, ids=ids(), fields={"due_on": due_on}, now=now)


def test_a_planned_absence_moves_the_deadline_by_its_length(assigned):
    outcome = pause(assigned, 10, 19)
    assert outcome.changed == ids()
    assert (round_of().due_on, round_of().deadline_version) == (on(24), 2)
    assert [status(may(9, 21)), status(may(9, 22))] == ["assigned", "paused"]
    assert [status(may(19, 21)), status(may(19, 22))] == ["paused", "assigned"]
    assert status(may(25)) == "overdue"
    assert_facts_and_columns_agree(NOW)


def test_a_deadline_before_the_absence_does_not_move_and_is_overdue_again_on_return(assigned):
    pause(assigned, 20, 25)
    assert (round_of().due_on, round_of().deadline_version) == (on(14), 1)
    assert [status(at) for at in (may(15), may(21), may(26))] == ["overdue", "paused", "overdue"]


def test_one_that_is_told_late_moves_the_deadline_that_passed_in_it(assigned):
    assert status(may(16)) == "overdue"
    pause(assigned, 12, 20, may(16))
    assert (round_of().due_on, status(may(16)), status(may(21))) == (on(24), "paused", "assigned")
    assert_facts_and_columns_agree(may(16))


def test_what_was_overdue_when_it_began_stays_overdue(assigned):
    pause(assigned, 15, 20, may(17))
    assert (round_of().due_on, status(may(17)), status(may(21))) == (on(14), "paused", "overdue")


@pytest.mark.parametrize(
    ("first", "last", "due"),
    [
        pytest.param(14, 14, 18, id="away on the due day itself"),
        pytest.param(14, 20, 24, id="the first day away is the due day"),
        pytest.param(13, 13, 17, id="away on the day before"),
        pytest.param(5, 6, 16, id="long before"),
    ],
)
def test_whoever_is_back_has_at_least_the_minimum_lead(assigned, first, last, due):
    pause(assigned, first, last)
    assert round_of().due_on == on(due)
    assert round_of().due_on >= max(on(last + 4), on(14 + last - first + 1))


def test_the_organization_says_what_the_minimum_lead_is(assigned):
    from mandatory_assignments.models import OrganizationPolicy

    OrganizationPolicy.objects.create(organization=round_of().organization, min_lead_days=10)
    pause(assigned, 13, 13)
    assert round_of().due_on == on(24)


def test_of_an_absence_that_began_before_the_assignment_only_the_rest_counts(assigned):
    pause(assigned, 1, 9, may(4))
    assert round_of().due_on == on(14 + 7)


def test_work_counts_meanwhile(assigned):
    pause(assigned, 4, 19)
    work(assigned, 2, may(5))
    tick(may(5))
    assert (status(may(5)), round_of().units_done) == ("paused", 2)
    work(assigned, None, may(6))
    tick(may(6))
    assert status(may(6)) == "completed"
    assert resume(assigned, may(7)).changed == []
    assert status(may(7)) == "completed"


def test_everything_open_of_the_organization_waits_and_nothing_else(assigned):
    second = another_course()
    globex = build.user("gregor", organization="Globex")
    build.coordinator(globex, "Globex")
    build.user("olivia", is_staff=True)
    assigned.assign(training=second)
    build.course("course-v1:Globex+X+1")
    join(assigned.learner, "Globex")
    api.assign_learners(
        actor=globex, training="course-v1:Globex+X+1", learners=["lena"], due_on=on(14), organization="Globex", now=NOW
    )
    assert len(pause(assigned, 10, 19).changed) == 2
    assert status(may(12)) == "assigned"
    assert Hold.objects.count() == 2


def test_an_organization_can_be_away_from_one_and_not_from_the_other(assigned):
    globex = build.user("gregor", organization="Globex")
    build.coordinator(globex, "Globex")
    with pytest.raises(Invalid) as refusal:
        api.pause_learner(actor=globex, learner="lena", from_on=on(10), until_on=on(12), now=NOW)
    assert refusal.value.code == "unknown_learner"
    with pytest.raises(Invalid) as refusal:
        pause(assigned, 10, 12, organization="Globex")
    assert refusal.value.code == "unknown_organization"


# ----- coming back --------------------------------------------------------------------------------------------------


def test_whoever_comes_back_early_has_the_days_that_were_really_lost(assigned):
    pause(assigned, 10, 19)
    assert resume(assigned, may(15)).changed == ids()
    assert (status(may(15)), round_of().due_on) == ("assigned", on(19))
    assert Absence.objects.get().live is None
    assert set(Hold.objects.values_list("ended_at", flat=True)) == {may(15)}
    assert_facts_and_columns_agree(may(15))


def test_whoever_comes_back_early_has_at_least_the_minimum_lead(assigned):
    pause(assigned, 13, 19)
    resume(assigned, may(14))
    assert round_of().due_on == on(17)


@pytest.mark.parametrize("now", [may(4), may(10)], ids=["before it began", "on its first day"])
def test_an_absence_that_did_not_happen_leaves_no_trace_on_the_deadline(assigned, now):
    pause(assigned, 10, 19)
    resume(assigned, now)
    assert (round_of().due_on, round_of().deadline_version) == (on(14), 3)
    assert status(now) == "assigned"
    assert_facts_and_columns_agree(now)


def test_what_did_not_move_does_not_move_back(assigned):
    pause(assigned, 15, 20, may(17))
    resume(assigned, may(18))
    assert (round_of().due_on, round_of().deadline_version, status(may(18))) == (on(14), 1, "overdue")


def test_what_staff_moved_since_stays_where_they_put_it(assigned):
    pause(assigned, 10, 19)
    extend(assigned, on(30), may(11))
    resume(assigned, may(12))
    assert (round_of().due_on, status(may(12))) == (on(30), "assigned")


def test_it_is_told_when_they_went_and_when_they_came(assigned):
    pause(assigned, 10, 19, reason=" Parental leave ")
    entry = told("paused")
    assert (entry.actor, entry.why, entry.before) == (assigned.coordinator, "Parental leave", {"due_on": "2027-05-14"})
    assert entry.after == {"from_on": "2027-05-10", "until_on": "2027-05-19", "due_on": "2027-05-24"}
    resume(assigned, may(15))
    entry = told("resumed")
    assert (entry.before["due_on"], entry.after["due_on"]) == ("2027-05-24", "2027-05-19")


def test_somebody_without_assignments_is_away_too(campus):
    pause(campus, 4, 10)
    entry = told("paused")
    assert (entry.learner, entry.assignment, entry.organization.short_name) == (campus.learner, None, "Acme")
    campus.assign(now=may(5), due_on=on(8))
    assert (status(may(5)), round_of().due_on) == ("paused", on(14))


# ----- assigned, opened again, exempt while away --------------------------------------------------------------------


def test_what_is_assigned_meanwhile_is_due_at_least_the_minimum_lead_after_the_return(campus):
    pause(campus, 4, 19)
    campus.assign(now=may(5), due_on=on(14))
    assert (status(may(5)), round_of().due_on, round_of().deadline_version) == ("paused", on(23), 2)
    assert_facts_and_columns_agree(may(5))


def test_what_is_assigned_meanwhile_and_due_long_after_stays_as_it_is(campus):
    pause(campus, 4, 19)
    campus.assign(now=may(5), due_on=on(30))
    assert (status(may(5)), round_of().due_on, round_of().deadline_version) == ("paused", on(30), 1)


def test_coming_back_early_gives_what_was_assigned_meanwhile_the_date_that_was_wanted(campus):
    pause(campus, 4, 19)
    campus.assign(now=may(5), due_on=on(14))
    resume(campus, may(8))
    assert round_of().due_on == on(14)


def test_what_is_assigned_before_a_planned_absence_and_due_in_it_waits_too(campus):
    pause(campus, 10, 19)
    campus.assign(now=may(5))
    assert [status(at) for at in (may(5), may(12), may(21))] == ["assigned", "paused", "assigned"]
    assert round_of().due_on == on(23)


def test_an_absence_that_is_over_pauses_nothing_new(campus):
    pause(campus, 4, 5)
    campus.assign(now=may(6))
    assert (status(may(6)), Hold.objects.count(), round_of().due_on) == ("assigned", 0, on(14))


def test_what_is_opened_again_while_somebody_is_away_waits_for_them(assigned):
    record(assigned, on(4), may(5))
    pause(assigned, 6, 25, may(6))
    assert status(may(6)) == "completed"
    keys = [(assigned.learner.id, course_training().id)]
    api.revoke_completions(actor=assigned.coordinator, keys=keys, reason="Wrong person", now=may(8))
    assert (status(may(8)), round_of().due_on, marks(may(8))) == ("paused", on(29), ["reopened"])
    assert_facts_and_columns_agree(may(8))
    resume(assigned, may(9))
    assert (status(may(9)), round_of().due_on) == ("assigned", on(14))
    assert_facts_and_columns_agree(may(9))


def test_of_an_absence_that_ended_meanwhile_nothing_is_left_on_what_is_opened_again(assigned):
    pause(assigned, 4, 30)
    record(assigned, on(4), may(5))
    resume(assigned, may(6))
    keys = [(assigned.learner.id, course_training().id)]
    api.revoke_completions(actor=assigned.coordinator, keys=keys, reason="Wrong person", now=may(8))
    assert status(may(8)) == "assigned"
    assert_facts_and_columns_agree(may(8))


def test_what_is_completed_and_opened_again_in_the_same_absence_waits_on(assigned):
    pause(assigned, 4, 19)
    record(assigned, on(4), may(5))
    keys = [(assigned.learner.id, course_training().id)]
    api.revoke_completions(actor=assigned.coordinator, keys=keys, reason="Wrong person", now=may(8))
    assert (status(may(8)), round_of().due_on) == ("paused", on(30))
    assert_facts_and_columns_agree(may(8))
    assert Completion.objects.filter(live=True).count() == 0


# ----- what is refused ----------------------------------------------------------------------------------------------


def test_a_second_absence_waits_until_the_first_is_over(assigned):
    pause(assigned, 10, 12)
    with pytest.raises(Conflict) as refusal:
        pause(assigned, 20, 22, may(12))
    assert refusal.value.code == "already_paused"
    pause(assigned, 20, 22, may(13))
    assert [status(at) for at in (may(11), may(14), may(21))] == ["assigned", "assigned", "paused"]
    assert Absence.objects.filter(live=True).count() == 1
    assert_facts_and_columns_agree(may(13))


@pytest.mark.parametrize("now", [NOW, may(20)], ids=["never away", "back already"])
def test_whoever_is_not_away_cannot_come_back(assigned, now):
    if now != NOW:
        pause(assigned, 10, 12)
    with pytest.raises(Conflict) as refusal:
        resume(assigned, now)
    assert refusal.value.code == "not_paused"


@pytest.mark.parametrize(
    ("days", "code", "field"),
    [
        ((on(12), on(11)), "until_before_from", "until_on"),
        ((on(1), on(2)), "until_too_early", "until_on"),
        ((on(12), date(2151, 1, 1)), "until_too_late", "until_on"),
        ((date.min, on(12)), "from_too_early", "from_on"),
        ((on(12), date.max), "until_too_late", "until_on"),
    ],
)
def test_days_that_make_no_sense_are_refused_by_name(assigned, days, code, field):
    with pytest.raises(Invalid) as refusal:
        api.pause_learner(actor=assigned.coordinator, learner="lena", from_on=days[0], until_on=days[1], now=NOW)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.field) == (code, field)
    assert not Absence.objects.exists()


def test_only_staff_of_an_organization_pause_its_members(assigned):
    with pytest.raises(Forbidden):
        api.pause_learner(actor=assigned.learner, learner="lena", from_on=on(10), until_on=on(12), now=NOW)
    with pytest.raises(Forbidden):
        api.resume_learner(actor=assigned.learner, learner="lena", now=NOW)


@pytest.mark.parametrize("entry", ["nobody", "gregor"])
def test_strangers_and_people_of_others_are_unknown_alike(assigned, entry):
    build.user("gregor", organization="Globex")
    with pytest.raises(Invalid) as refusal:
        pause(assigned, 10, 12, learner=entry)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.message) == ("unknown_learner", f'No learner "{entry}" can be found.')


# ----- late policy, cost --------------------------------------------------------------------------------------------


def test_an_absence_moves_the_cut_off_with_the_deadline(campus):
    campus.assign(late_policy="freeze", grace_days=2)
    pause(campus, 10, 19)
    assert round_of().cut_off_at.isoformat() == "2027-05-26T21:59:59.999999+00:00"
    tick(may(20))
    assert marks(may(20)) == []


def test_an_absence_told_late_thaws_what_froze_in_it(campus):
    campus.assign(late_policy="freeze")
    work(campus, 1, may(13))
    tick(may(15))
    assert marks(may(15)) == ["frozen"]
    work(campus, 2, may(16))
    pause(campus, 12, 20, may(17))
    assert (marks(may(17)), round_of().units_done) == ([], 2)
    assert_facts_and_columns_agree(may(17))


def test_many_assignments_of_one_person_cost_as_many_queries_as_one(campus, count_queries):
    build.user("otto", organization="Acme")
    modules = [module(f"module:{number}") for number in range(12)]
    campus.assign(training=modules[0].key)
    for each in modules:
        campus.assign("otto", training=each.key)
    build.drain()

    def away(name):
        asked = {"actor": campus.coordinator, "learner": name}
        return (
            count_queries(lambda: api.pause_learner(from_on=on(10), until_on=on(19), now=NOW, **asked)),
            count_queries(lambda: api.resume_learner(now=may(12), **asked)),
        )

    few = away("lena")
    assert away("otto") == few
    assert Hold.objects.count() == 13
    assert_facts_and_columns_agree(may(12))


def test_assigning_to_many_who_are_away_costs_as_many_queries_as_to_one(campus, count_queries):
    names = [person.username for person in build.users(21, prefix="away", organization="Acme")]
    for name in names:
        pause(campus, 4, 19, learner=name)
    campus.assign(now=may(5))
    few = count_queries(lambda: campus.assign(names[0], now=may(5)))
    assert count_queries(lambda: campus.assign(*names[1:], now=may(5))) == few
    assert Hold.objects.count() == 21
