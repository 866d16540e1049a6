"""A learner chooses another zone: deadlines and holds follow, unless they are passed, near or settled."""

import pytest

from demo.campus import build, clock
from mandatory_assignments import api, periodic
from mandatory_assignments.models import AuditEntry, Cycle, Deadline, Hold, LookAgain, OrganizationPolicy
from mandatory_assignments.records import work as queue
from mandatory_assignments.rules import deadlines
from mandatory_assignments.services import scan, track

from .conftest import NOW
from .evidence_story import another_course, course_training
from .obligations import (
    assert_facts_and_columns_agree,
    ids,
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

BERLIN, NIUE, KIRITIMATI = "Europe/Berlin", "Pacific/Niue", "Pacific/Kiritimati"


@pytest.fixture
def assigned(campus):
    campus.assign()
    build.drain()
    return campus


def move(campus, zone, now=NOW, user=None):
    """The learner saves another zone, and what that asks for is done."""
    with clock.at(now):
        build.time_zone(user or campus.learner, zone)
        build.drain()


def deaf_move(campus, zone):
    """The zone changes without a word."""
    from openedx.core.djangoapps.user_api.models import UserPreference

    UserPreference.objects.filter(user=campus.learner, key="time_zone").update(value=zone)


def where():
    cycle = round_of()
    return cycle.zone, cycle.due_on, cycle.deadline_version, cycle.deadline_revision


def test_saving_a_zone_moves_open_deadlines_at_once_and_makes_no_new_version(assigned):
    move(assigned, NIUE, may(5))
    assert where() == (NIUE, on(14), 1, 1)
    assert round_of().due_at == deadlines.end_of_day(on(14), NIUE)
    rows = Deadline.objects.order_by("revision").values_list(
        "version", "revision", "zone", "recorded_at", "recorded_by"
    )
    first, second = rows
    assert (first[:3], second[:3], second[4]) == ((1, 0, BERLIN), (1, 1, NIUE), None)
    assert_facts_and_columns_agree(may(6))


def test_it_is_told_with_both_zones_and_both_deadlines(assigned):
    before = round_of().due_at
    move(assigned, NIUE, may(5))
    entry = told("zone_changed")
    assert (entry.actor, entry.learner, entry.assignment) == (None, assigned.learner, round_of().assignment)
    assert entry.before == {"zone": BERLIN, "due_at": before.isoformat()}
    assert entry.after == {"zone": NIUE, "due_at": round_of().due_at.isoformat()}


def test_saving_costs_one_insert_after_commit_and_other_preferences_nothing(
    assigned, count_queries, django_capture_on_commit_callbacks
):
    from openedx.core.djangoapps.user_api.models import UserPreference

    LookAgain.objects.all().delete()
    zone = UserPreference.objects.get(user=assigned.learner, key="time_zone")
    zone.value = NIUE
    with django_capture_on_commit_callbacks() as callbacks:
        assert count_queries(zone.save) == 1
    assert not LookAgain.objects.exists()
    assert count_queries(lambda: [call() for call in callbacks]) == 1
    assert list(LookAgain.objects.values_list("learner_id", "course_key")) == [(assigned.learner.id, queue.NO_COURSE)]
    with django_capture_on_commit_callbacks() as callbacks:
        UserPreference.objects.create(user=assigned.learner, key="pref-lang", value="de")
    assert callbacks == []


def test_taking_the_preference_back_falls_to_the_organization_and_then_to_the_site(assigned, settings):
    OrganizationPolicy.objects.create(organization=round_of().organization, zone="Asia/Tokyo")
    move(assigned, None, may(4))
    assert where() == ("Asia/Tokyo", on(14), 1, 1)
    OrganizationPolicy.objects.all().delete()
    settings.MANDATORY_ASSIGNMENTS_SITE_ZONE = "America/Havana"
    periodic.reconcile(may(5))
    assert where() == ("America/Havana", on(14), 1, 2)


@pytest.mark.parametrize("nonsense", ["PST", "Mars/Olympus", ""])
def test_what_is_no_zone_counts_as_none(assigned, nonsense):
    move(assigned, nonsense, may(4))
    assert round_of().zone == "UTC"


@pytest.mark.parametrize("fixed", ["organization", "site", "America/Los_Angeles"])
def test_where_the_learners_zone_does_not_decide_nothing_moves(campus, fixed):
    OrganizationPolicy.objects.create(
        organization=course_training().organization, zone="Asia/Tokyo", deadline_zone=fixed
    )
    campus.assign()
    before = where()
    move(campus, NIUE, may(5))
    assert where() == before
    assert not AuditEntry.objects.filter(act="zone_changed").exists()


def test_what_no_event_announced_is_found_at_night(assigned):
    deaf_move(assigned, NIUE)
    tick(may(5))
    assert round_of().zone == BERLIN
    periodic.reconcile(may(5))
    assert where() == (NIUE, on(14), 1, 1)
    assert_facts_and_columns_agree(may(5))


def test_the_second_night_has_nothing_left_to_do(assigned):
    deaf_move(assigned, NIUE)
    periodic.reconcile(may(5))
    periodic.reconcile(may(6))
    assert Deadline.objects.count() == 2
    assert AuditEntry.objects.filter(act="zone_changed").count() == 1


def test_whoever_moves_twice_before_anybody_looks_has_moved_once(assigned):
    build.time_zone(assigned.learner, NIUE)
    build.time_zone(assigned.learner, KIRITIMATI)
    build.drain()
    assert where() == (KIRITIMATI, on(14), 1, 1)


def test_whoever_moves_and_comes_back_is_where_they_were(assigned):
    before = round_of().due_at
    move(assigned, NIUE, may(5))
    move(assigned, BERLIN, may(6))
    assert (where(), round_of().due_at) == ((BERLIN, on(14), 1, 2), before)


# ----- 48 hours, passed, settled ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "near"),
    [
        pytest.param(KIRITIMATI, may(12, 10), id="eastward: 48 hours before the new deadline"),
        pytest.param(NIUE, may(12, 22), id="westward: 48 hours before the old deadline"),
    ],
)
def test_within_48_hours_of_either_deadline_it_stays_for_good(assigned, zone, near):
    move(assigned, zone, near)
    for day in (13, 14, 20):
        periodic.reconcile(may(day))
    assert where() == (BERLIN, on(14), 1, 0)


def test_a_second_more_than_48_hours_before_it_moves(assigned):
    move(assigned, KIRITIMATI, may(12, 9))
    assert round_of().zone == KIRITIMATI


def test_what_is_overdue_is_not_judged_again(assigned):
    move(assigned, NIUE, may(14, 22))
    assert (where(), status(may(14, 22))) == ((BERLIN, on(14), 1, 0), "overdue")


def test_what_is_completed_or_withdrawn_stays_as_it_is(assigned):
    build.user("otto", organization="Acme", time_zone=BERLIN)
    otto = build.user("otta", organization="Acme", time_zone=BERLIN)
    assigned.assign("otta")
    record(assigned, on(4), may(5))
    api.withdraw_assignments(actor=assigned.coordinator, ids=ids("otta"), now=may(5))
    for user in (assigned.learner, otto):
        move(assigned, NIUE, may(6), user)
    assert set(Cycle.objects.values_list("zone", flat=True)) == {BERLIN}


def test_what_is_frozen_stays_frozen(campus):
    campus.assign(late_policy="freeze")
    work(campus, 1, may(13))
    tick(may(15))
    move(campus, NIUE, may(15))
    assert (where(), round_of().frozen_at) == ((BERLIN, on(14), 1, 0), may(15))


def test_after_an_extension_the_new_deadline_is_one_of_the_new_zone(assigned):
    move(assigned, NIUE, may(14))
    api.change_assignments(actor=assigned.coordinator, ids=ids(), fields={"due_on": on(25)}, now=may(15))
    periodic.reconcile(may(15))
    assert where() == (NIUE, on(25), 2, 1)


def test_the_cut_off_moves_with_the_deadline(campus):
    campus.assign(late_policy="freeze", grace_days=2)
    move(campus, NIUE, may(5))
    assert round_of().cut_off_at == deadlines.end_of_day(on(16), NIUE)
    assert_facts_and_columns_agree(may(5))


# ----- holds --------------------------------------------------------------------------------------------------------


def pause(campus, first, last, now):
    asked = {"actor": campus.coordinator, "learner": "lena", "now": now}
    api.pause_learner(from_on=on(first), until_on=on(last), **asked)


def exempt(campus, until, now):
    api.exempt_assignments(actor=campus.coordinator, ids=ids(), reason="x", until=until, now=now)


def test_a_planned_absence_has_the_same_days_over_there(assigned):
    pause(assigned, 10, 12, may(4))
    move(assigned, NIUE, may(5))
    assert [status(may(10, 10)), status(may(10, 11))] == ["assigned", "paused"]
    assert [status(may(13, 10)), status(may(13, 11))] == ["paused", "assigned"]
    assert_facts_and_columns_agree(may(5))


def test_a_running_absence_ends_there_and_has_begun_where_it_began(assigned):
    pause(assigned, 10, 12, may(4))
    begun = round_of().paused_from_at
    move(assigned, NIUE, may(11))
    assert (round_of().paused_from_at, round_of().paused_until_at) == (begun, may(13, 11))
    assert Hold.objects.get().from_at == begun
    assert_facts_and_columns_agree(may(11))


def test_an_absence_that_is_over_stays_over(assigned):
    pause(assigned, 4, 5, may(4))
    until = round_of().paused_until_at
    move(assigned, NIUE, may(6))
    assert (round_of().paused_until_at, status(may(6))) == (until, "assigned")
    assert_facts_and_columns_agree(may(6))


def test_an_exemption_ends_at_the_end_of_its_day_there(assigned):
    exempt(assigned, on(10), may(4))
    move(assigned, KIRITIMATI, may(5))
    assert (round_of().exempt_from_at, round_of().exempt_until_at) == (may(4), may(10, 10))
    assert where()[:2] == (KIRITIMATI, on(21))
    assert_facts_and_columns_agree(may(5))


def test_an_exemption_without_end_has_none_there_either(assigned):
    exempt(assigned, None, may(4))
    move(assigned, NIUE, may(5))
    assert (round_of().zone, status(may(40))) == (NIUE, "exempt")
    assert_facts_and_columns_agree(may(5))


def test_nothing_that_was_shown_becomes_untrue(assigned):
    """Eastward the day of the return has begun already: the hold ends now, not before."""
    pause(assigned, 10, 12, may(4))
    now = may(12, 20)
    move(assigned, KIRITIMATI, now)
    assert status(may(12, 19)) == "paused"
    hold = Hold.objects.get()
    assert may(12, 20) <= hold.until_at <= may(12, 21)
    assert hold.until_at == round_of().paused_until_at
    assert_facts_and_columns_agree(may(12, 21))


# ----- cost ---------------------------------------------------------------------------------------------------------


def test_many_who_move_cost_as_many_queries_as_two(campus, count_queries):
    people = build.users(42, prefix="many", organization="Acme")
    campus.assign(*(person.username for person in people))
    for person in people:
        build.time_zone(person, NIUE)
    build.drain()
    Cycle.objects.update(zone=BERLIN, due_at=deadlines.end_of_day(on(14), BERLIN))
    LookAgain.objects.all().delete()

    def moved(some):
        queue.add_look_agains([(person.id, queue.NO_COURSE) for person in some], now=NOW)
        looks = track.claim_look_agains(now=NOW)
        return count_queries(lambda: track.track_learners(looks, now=NOW))

    few = moved(people[:2])
    assert moved(people[2:]) == few
    assert set(Cycle.objects.values_list("zone", flat=True)) == {NIUE}


def test_the_nightly_check_costs_as_many_queries_for_many_people_as_for_two(campus, count_queries):
    people = build.users(42, prefix="many", organization="Acme")
    campus.assign(*(person.username for person in people))
    campus.assign(people[0].username, training=another_course())
    few = count_queries(lambda: scan.look_at_open_cycles(now=NOW, limit=2))
    assert count_queries(lambda: scan.look_at_open_cycles(now=NOW)) == few


def test_a_look_at_somebody_who_has_nothing_open_or_is_gone_does_no_harm(campus):
    queue.add_look_agains([(campus.learner.id, queue.NO_COURSE), (10**9, queue.NO_COURSE)], now=NOW)
    counts = periodic.look_again(NOW)
    assert (counts["failed"], counts["worked"], LookAgain.objects.count()) == (0, 2, 0)
