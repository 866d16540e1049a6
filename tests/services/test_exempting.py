"""Letting somebody off: compliant meanwhile, never completed, and afterwards with the original lead time."""

from datetime import date

import pytest

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import Forbidden, Invalid
from mandatory_assignments.models import Deadline, Hold

from .conftest import NOW
from .obligations import (
    assert_facts_and_columns_agree,
    codes,
    ids,
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


def exempt(campus, *usernames, until=None, now=NOW, reason="On loan to Globex"):
    return api.exempt_assignments(actor=campus.coordinator, ids=ids(*usernames), until=until, reason=reason, now=now)


def lift(campus, *usernames, now, **named):
    return api.lift_exemptions(actor=campus.coordinator, ids=ids(*usernames), now=now, **named)


def pause(campus, first, last, now):
    return api.pause_learner(actor=campus.coordinator, learner="lena", from_on=on(first), until_on=on(last), now=now)


def test_with_an_end_the_obligation_resumes_then_with_its_original_lead_time(assigned):
    assert exempt(assigned, until=on(20), now=may(5)).changed == ids()
    cycle = round_of()
    assert (cycle.deadline_version, cycle.due_on) == (2, on(31))
    assert [status(at) for at in (may(5), may(15), may(20, 21))] == ["exempt"] * 3
    assert status(may(20, 22)) == "assigned"
    assert [status(may(31, 21)), status(may(31, 22))] == ["assigned", "overdue"]
    assert_facts_and_columns_agree(may(5))


def test_an_extension_does_not_change_the_original_lead_time(assigned):
    api.change_assignments(actor=assigned.coordinator, ids=ids(), fields={"due_on": on(18)}, now=may(4))
    exempt(assigned, until=on(20), now=may(5))
    assert round_of().due_on == on(31)


def test_the_last_day_may_be_today(assigned):
    exempt(assigned, until=on(5), now=may(5))
    assert (status(may(5, 21)), status(may(5, 22)), round_of().due_on) == ("exempt", "assigned", on(16))


def test_without_an_end_it_sleeps_until_it_is_lifted(assigned):
    exempt(assigned, now=may(5))
    assert (round_of().deadline_version, status(may(40))) == (1, "exempt")
    assert lift(assigned, reason="Back", now=may(40)).changed == ids()
    assert (round_of().due_on, round_of().deadline_version) == (on(51), 2)
    assert status(may(40)) == "assigned"
    assert Hold.objects.get().ended_at == may(40)
    assert_facts_and_columns_agree(may(40))


def test_one_with_an_end_can_be_lifted_before(assigned):
    exempt(assigned, until=on(30), now=may(5))
    lift(assigned, now=may(10))
    assert (status(may(10)), round_of().due_on) == ("assigned", on(21))


def test_what_was_overdue_is_not_while_it_is_exempt(assigned):
    assert status(may(16)) == "overdue"
    exempt(assigned, until=on(18), now=may(16))
    assert (status(may(16)), status(may(20)), status(may(30))) == ("exempt", "assigned", "overdue")


def test_an_exemption_that_is_over_may_be_followed_by_another(assigned):
    exempt(assigned, until=on(6), now=may(5))
    exempt(assigned, until=on(10), now=may(8))
    assert [status(at) for at in (may(7), may(8), may(11))] == ["assigned", "exempt", "assigned"]
    lift(assigned, now=may(9))
    first, second = Hold.objects.order_by("id")
    assert (first.ended_at, second.ended_at) == (None, may(9))
    assert_facts_and_columns_agree(may(9))


def test_it_is_told_with_reason_and_dates(assigned):
    exempt(assigned, until=on(20), now=may(5), reason=" On loan ")
    entry = told("exempted")
    assert (entry.actor, entry.why, entry.at) == (assigned.coordinator, "On loan", may(5))
    assert (entry.before, entry.after) == (
        {"due_on": "2027-05-14"},
        {"until": "2027-05-20", "due_on": "2027-05-31"},
    )
    lift(assigned, now=may(6), reason="Mistake")
    entry = told("exemption_lifted")
    assert (entry.why, entry.before["due_on"], entry.after["due_on"]) == ("Mistake", "2027-05-31", "2027-05-17")


def test_work_done_meanwhile_completes_it(assigned):
    exempt(assigned, now=may(5))
    work(assigned, None, may(6))
    tick(may(6))
    assert status(may(6)) == "completed"
    assert codes(lift(assigned, now=may(7))) == ["completed"]


def test_what_the_state_forbids_is_refused_by_name(assigned):
    for name in ("otto", "wanda"):
        build.user(name, organization="Acme")
    assigned.assign("otto", "wanda")
    record(assigned, on(4), may(5))
    api.withdraw_assignments(actor=assigned.coordinator, ids=ids("wanda"), now=may(5))
    exempt(assigned, "otto", now=may(5))
    everybody = ("lena", "otto", "wanda")
    assert codes(exempt(assigned, *everybody, now=may(6))) == ["completed", "already_exempt", "withdrawn"]
    lift(assigned, "otto", now=may(6))
    assert codes(lift(assigned, *everybody, now=may(7))) == ["completed", "not_exempt", "withdrawn"]


def test_one_that_ended_by_itself_is_not_lifted(assigned):
    exempt(assigned, until=on(6), now=may(5))
    assert codes(lift(assigned, now=may(7))) == ["not_exempt"]
    assert round_of().due_on == on(17)


@pytest.mark.parametrize(
    ("until", "code", "named"),
    [
        (on(4), "until_too_early", "2027-05-04 has passed; the first date allowed is 2027-05-05."),
        (date(2151, 1, 1), "until_too_late", "2151-01-01 is too far ahead; the last date allowed is 2150-12-31."),
        (date.min, "until_too_early", "0001-01-01 has passed; the first date allowed is 2027-05-05."),
        (date.max, "until_too_late", "9999-12-31 is too far ahead; the last date allowed is 2150-12-31."),
    ],
)
def test_an_end_that_makes_no_sense_names_what_is_allowed(assigned, until, code, named):
    ((_, problem),) = exempt(assigned, until=until, now=may(5)).refused
    assert (problem.code, problem.field, problem.message) == (code, "until", named)
    assert not Hold.objects.exists()


@pytest.mark.parametrize(("reason", "code"), [("", "reason_required"), ("  ", "reason_required")])
def test_a_reason_has_to_be_given(assigned, reason, code):
    with pytest.raises(Invalid) as refusal:
        exempt(assigned, reason=reason)
    assert refusal.value.code == code


def test_learners_and_strangers_exempt_nobody(assigned):
    gregor = build.user("gregor", organization="Globex")
    build.coordinator(gregor, "Globex")
    with pytest.raises(Forbidden):
        api.exempt_assignments(actor=assigned.learner, ids=ids(), reason="Me", now=NOW)
    with pytest.raises(Forbidden):
        api.lift_exemptions(actor=assigned.learner, ids=ids(), now=NOW)
    assert codes(api.exempt_assignments(actor=gregor, ids=ids(), reason="Him", now=NOW)) == ["not_found"]
    assert codes(api.lift_exemptions(actor=gregor, ids=ids(), now=NOW)) == ["not_found"]


# ----- together with the late policy, and with an absence -----------------------------------------------------------


def test_nothing_is_cut_off_while_it_is_exempt_without_end(campus):
    campus.assign(late_policy="freeze")
    exempt(campus, now=may(5))
    tick(may(16))
    assert (round_of().cut_off_at, marks(may(16))) == (None, [])
    lift(campus, now=may(20))
    assert round_of().cut_off_at == round_of().due_at
    tick(may(40))
    assert marks(may(40)) == ["frozen"]
    assert_facts_and_columns_agree(may(40))


def test_exempting_what_is_frozen_thaws_it(campus):
    campus.assign(late_policy="freeze")
    work(campus, 1, may(13))
    work(campus, 3, may(15))
    tick(may(16))
    assert (round_of().units_done, marks(may(16))) == (1, ["frozen"])
    exempt(campus, now=may(17))
    assert (round_of().units_done, status(may(17))) == (3, "exempt")
    assert Deadline.objects.get().frozen_units_done == 1
    assert_facts_and_columns_agree(may(17))


def test_exempt_goes_before_paused(assigned):
    pause(assigned, 5, 25, may(4))
    exempt(assigned, until=on(10), now=may(6))
    assert [status(at) for at in (may(5), may(7), may(11), may(26))] == ["paused", "exempt", "paused", "assigned"]


def test_an_exemption_that_ends_in_an_absence_leaves_the_minimum_lead_after_the_return(assigned):
    pause(assigned, 5, 25, may(4))
    exempt(assigned, until=on(10), now=may(6))
    assert round_of().due_on == on(29)
    assert_facts_and_columns_agree(may(6))


def test_lifting_during_an_absence_leaves_the_minimum_lead_after_the_return(assigned):
    exempt(assigned, now=may(4))
    pause(assigned, 5, 25, may(5))
    assert round_of().deadline_version == 1
    lift(assigned, now=may(6))
    assert (status(may(6)), round_of().due_on) == ("paused", on(29))


def test_an_absence_that_lies_behind_the_new_deadline_does_not_move_it(assigned):
    pause(assigned, 40, 50, may(4))
    exempt(assigned, until=on(10), now=may(6))
    assert round_of().due_on == on(21)


def test_many_cost_as_many_queries_as_one(campus, count_queries):
    names = [person.username for person in build.users(31, prefix="many", organization="Acme")]
    campus.assign(*names, late_policy="freeze")
    build.drain()
    acting = {"actor": campus.coordinator, "now": NOW}
    one, many = ids(names[0]), ids(*names[1:])
    few = count_queries(lambda: api.exempt_assignments(ids=one, reason="x", until=on(20), **acting))
    assert count_queries(lambda: api.exempt_assignments(ids=many, reason="x", until=on(20), **acting)) == few
    few = count_queries(lambda: api.lift_exemptions(ids=one, **acting))
    assert count_queries(lambda: api.lift_exemptions(ids=many, **acting)) == few
    assert_facts_and_columns_agree(NOW)
