"""Slots: every instant lies inside its local day, each comes once, and what is too late gives way to what is newer."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandatory_assignments.data import Reminder, Role, Slot
from mandatory_assignments.rules import deadlines, reminders

from .test_deadlines import ZONES

FIRST, LAST = date(2024, 1, 1), date(2032, 12, 31)
A_MICROSECOND = timedelta(microseconds=1)


def _days_around_changes() -> list[tuple[str, date]]:
    """(zone, day) of every day on which the clocks change, and its neighbours."""
    found = []
    for zone in ZONES:
        for number in range((LAST - FIRST).days):
            day = FIRST + timedelta(days=number)
            here = [
                datetime.combine(day + timedelta(days=step), datetime.min.time(), ZoneInfo(zone)) for step in (0, 1)
            ]
            if here[0].utcoffset() != here[1].utcoffset():
                found += [(zone, day + timedelta(days=step)) for step in (-1, 0, 1)]
    return found


CHANGES = _days_around_changes()
PLACES = st.sampled_from(CHANGES) | st.tuples(st.sampled_from(ZONES), st.dates(FIRST, LAST))
HOURS = st.integers(0, 23)
RECIPIENTS = st.sets(st.sampled_from(list(Role)), min_size=1).map(tuple)
TEMPLATES = st.sampled_from(["", "", "one", "two"])
BEFORE = st.builds(Reminder, st.integers(0, 60), RECIPIENTS, TEMPLATES)
AFTER = st.builds(
    Reminder, st.integers(-60, -1), RECIPIENTS, TEMPLATES, st.none() | st.integers(1, 30), st.integers(1, 8)
)
RULES = st.lists(BEFORE | AFTER, max_size=6)


def slots(rules, due_on, *, zone="Europe/Berlin", here=None, hour=0, role=Role.STUDENT):
    return reminders.slots(rules, deadlines.deadline(due_on, zone), here or zone, hour, role)


def days(rules, role=Role.STUDENT):
    """The days of the slots of something due on 20 May 2027, as days relative to it."""
    return [slot.offset_days for slot in slots(rules, date(2027, 5, 20), role=role)]


# ----- instants ------------------------------------------------------------------------------------------------------


@given(PLACES, HOURS)
def test_the_hour_of_a_day_lies_inside_that_local_day(place, hour):
    zone, day = place
    at = reminders.at_hour(day, zone, hour)
    assert deadlines.local_day(at, zone) == day


@pytest.mark.parametrize("hour", range(24))
def test_the_hour_is_what_the_clocks_show_unless_they_skip_it_on_every_day_on_which_they_change(hour):
    for zone, day in CHANGES:
        here = ZoneInfo(zone)
        at = reminders.at_hour(day, zone, hour)
        shown = at.astimezone(here).replace(tzinfo=None)
        wanted = datetime.combine(day, datetime.min.time()) + timedelta(hours=hour)
        assert deadlines.local_day(at, zone) == day
        if shown == wanted:
            assert at.astimezone(here).fold == 0
        else:
            # No instant shows the hour: the clocks jump over it just before, or at the end of the day.
            assert wanted.replace(tzinfo=here).astimezone(UTC).astimezone(here).replace(tzinfo=None) != wanted
            before = (at - A_MICROSECOND).astimezone(here).replace(tzinfo=None)
            assert before < wanted < shown or (shown < wanted and at == deadlines.end_of_day(day, zone))


@pytest.mark.parametrize(
    ("zone", "day", "hour", "expected"),
    [
        pytest.param("Europe/Berlin", date(2027, 5, 20), 9, "2027-05-20T07:00", id="nine in Berlin"),
        pytest.param("America/New_York", date(2027, 3, 14), 2, "2027-03-14T07:00", id="two is skipped: three"),
        pytest.param("America/New_York", date(2027, 11, 7), 1, "2027-11-07T05:00", id="one comes twice: the first"),
        pytest.param("Antarctica/Troll", date(2027, 3, 28), 2, "2027-03-28T01:00", id="the gap has two hours"),
        pytest.param("Africa/Cairo", date(2027, 4, 30), 0, "2027-04-29T22:00", id="midnight is skipped"),
        pytest.param("America/Havana", date(2027, 11, 7), 0, "2027-11-07T04:00", id="midnight comes twice"),
        pytest.param("Pacific/Kiritimati", date(2027, 5, 20), 0, "2027-05-19T10:00", id="where days begin first"),
        pytest.param("Pacific/Pago_Pago", date(2027, 5, 20), 0, "2027-05-20T11:00", id="where days begin last"),
    ],
)
def test_the_hour_of_a_day_is_one_defined_instant(zone, day, hour, expected):
    assert reminders.at_hour(day, zone, hour) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_an_hour_that_is_skipped_at_the_end_of_the_day_is_the_days_last_instant():
    assert (
        reminders.at_hour(date(2027, 3, 27), "America/Nuuk", 23) == datetime(2027, 3, 28, 1, tzinfo=UTC) - A_MICROSECOND
    )


@given(RULES, PLACES, st.sampled_from(ZONES), HOURS, st.sampled_from(list(Role)))
def test_every_slot_lies_inside_its_local_day_or_just_after_the_deadline(rules, place, here, hour, role):
    zone, due_on = place
    due = deadlines.deadline(due_on, zone)
    for slot in reminders.slots(rules, due, here, hour, role):
        day = due_on + timedelta(days=slot.offset_days)
        if slot.offset_days > 0 and slot.at == due.due_at + A_MICROSECOND:
            assert slot.at >= reminders.at_hour(day, here, hour)
        else:
            assert deadlines.local_day(slot.at, here) == day
            assert slot.at == reminders.at_hour(day, here, hour)


@given(RULES, PLACES, st.sampled_from(ZONES), HOURS, st.sampled_from(list(Role)))
def test_no_slot_after_the_due_date_comes_before_the_deadline_and_none_before_it_after(rules, place, here, hour, role):
    zone, due_on = place
    due = deadlines.deadline(due_on, zone)
    for slot in reminders.slots(rules, due, here, hour, role):
        if slot.offset_days > 0:
            assert slot.at > due.due_at
        if here == zone:
            assert (slot.at > due.due_at) == (slot.offset_days > 0)


@given(RULES, PLACES, HOURS, st.sampled_from(list(Role)))
def test_each_slot_comes_exactly_once_in_the_order_of_time(rules, place, hour, role):
    zone, due_on = place
    found = slots(rules, due_on, zone=zone, hour=hour, role=role)
    wanted = {
        (offset, rule.template if role == Role.STUDENT else "")
        for rule in rules
        if role in rule.recipients
        for offset in reminders.offsets(rule)
    }
    assert sorted((slot.offset_days, slot.template) for slot in found) == sorted(wanted)
    assert len({slot.key for slot in found}) == len(found)
    assert all(before.at <= after.at for before, after in pairwise(found))


@given(RULES, PLACES, HOURS, st.sampled_from(list(Role)), st.lists(st.integers(1, 20 * 24 * 60), max_size=12))
def test_whoever_looks_from_time_to_time_finds_every_slot_once(rules, place, hour, role, pauses):
    """As the tick does: what fell due up to now, and then again when the next one does, however late."""
    zone, due_on = place
    found = slots(rules, due_on, zone=zone, hour=hour, role=role)
    since = deadlines.start_of_day(due_on - timedelta(days=30), zone)
    expected = [slot for slot in found if slot.at >= since]
    seen: list[Slot] = []
    late = iter(pauses)
    while since is not None:
        now = since + timedelta(minutes=next(late, 0))
        seen += [slot for slot in found if since <= slot.at <= now]
        since = reminders.next_at(found, now)
    assert seen == expected


# ----- what rules mean -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param([], [], id="without a rule there is nothing"),
        pytest.param([Reminder(3)], [-3], id="three days before"),
        pytest.param([Reminder(0)], [0], id="on the day"),
        pytest.param([Reminder(-7)], [7], id="a week after"),
        pytest.param([Reminder(-1, repeat_every=7, cap=3)], [1, 8, 15], id="the cap counts the first one"),
        pytest.param([Reminder(-1, repeat_every=7, cap=1)], [1], id="a cap of one is one mail"),
        pytest.param([Reminder(-1, cap=3)], [1], id="a cap without repeating is one mail"),
        pytest.param([Reminder(3), Reminder(3)], [-3], id="the same rule twice is one mail"),
        pytest.param([Reminder(-1, repeat_every=1, cap=3), Reminder(-2)], [1, 2, 3], id="rules that meet are one mail"),
        pytest.param([Reminder(3), Reminder(3, template="own")], [-3, -3], id="another text is another mail"),
        pytest.param([Reminder(3, (Role.MANAGERS,))], [], id="somebody else's"),
        pytest.param(reminders.SETS["none"], [], id="the set none"),
        pytest.param(reminders.SETS["relaxed"], [-3], id="the set relaxed"),
        pytest.param(reminders.SETS["compliance"], [-14, -7, -3, -1, 1], id="the set compliance"),
        pytest.param(reminders.SETS["onboarding"], [7], id="the set onboarding"),
    ],
)
def test_the_days_of_a_rule_are_counted_from_the_due_date(rules, expected):
    assert days(rules) == expected


@pytest.mark.parametrize("role", [Role.ASSIGNED_BY, Role.MANAGERS])
def test_staff_read_of_a_rule_with_a_template_once_and_in_plain_words(role):
    found = slots([Reminder(3, tuple(Role)), Reminder(3, tuple(Role), template="own")], date(2027, 5, 20), role=role)
    assert [(slot.key, slot.template) for slot in found] == [("-3", "")]


def test_the_set_compliance_reaches_the_assigning_person_only_after_the_due_date():
    assert days(reminders.SETS["compliance"], Role.ASSIGNED_BY) == [1]
    assert days(reminders.SETS["compliance"], Role.MANAGERS) == []


def test_what_follows_the_due_date_waits_for_a_deadline_in_a_later_zone():
    due_on = date(2027, 5, 20)
    (slot,) = slots([Reminder(-1)], due_on, zone="Pacific/Pago_Pago", here="Pacific/Kiritimati")
    assert slot.at == deadlines.end_of_day(due_on, "Pacific/Pago_Pago") + A_MICROSECOND


# ----- several at once -----------------------------------------------------------------------------------------------


@given(RULES, PLACES, st.data())
def test_of_several_only_what_fell_due_last_does_not_give_way_each_text_once(rules, place, data):
    zone, due_on = place
    found = slots(rules, due_on, zone=zone)
    fell = found[: data.draw(st.integers(0, len(found)))]
    given_way = reminders.superseded(fell)
    kept = [slot for slot in fell if slot not in given_way]
    last_at = max((slot.at for slot in fell), default=None)
    assert {slot.at for slot in kept} <= {last_at}
    assert sorted(slot.template for slot in kept) == sorted({slot.template for slot in fell if slot.at == last_at})


def test_another_text_is_no_reason_to_send_an_older_reminder_too():
    found = slots([Reminder(7, template="friendly"), Reminder(1, template="urgent")], date(2027, 5, 20))
    assert [slot.template for slot in reminders.superseded(found)] == ["friendly"]


def test_there_is_no_next_slot_after_the_last():
    found = slots([Reminder(3)], date(2027, 5, 20))
    assert reminders.next_at(found, found[0].at - A_MICROSECOND) == found[0].at
    assert reminders.next_at(found, found[0].at) is None


def test_what_fell_due_longer_ago_than_the_limit_is_too_old():
    at = datetime(2027, 5, 20, tzinfo=UTC)
    assert not reminders.is_too_old(at, at + timedelta(days=3), 3)
    assert reminders.is_too_old(at, at + timedelta(days=3) + A_MICROSECOND, 3)


# ----- rules that cannot be meant ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param(Reminder(3), [], id="days before"),
        pytest.param(Reminder(-3, repeat_every=7, cap=4), [], id="repeated after"),
        pytest.param(Reminder(3650), [], id="ten years before"),
        pytest.param(Reminder(3651), [("bad_days", "days")], id="more than ten years before"),
        pytest.param(Reminder(-3651), [("bad_days", "days")], id="more than ten years after"),
        pytest.param(Reminder(3, ()), [("recipients_required", "recipients")], id="for nobody"),
        pytest.param(
            Reminder(3, repeat_every=7, cap=2), [("repeats_before_due", "repeat_every")], id="repeated before"
        ),
        pytest.param(Reminder(0, repeat_every=7, cap=2), [("repeats_before_due", "repeat_every")], id="on the day"),
        pytest.param(Reminder(-1, repeat_every=0, cap=2), [("bad_repeat_every", "repeat_every")], id="every 0 days"),
        pytest.param(Reminder(-1, repeat_every=7), [("cap_required", "cap")], id="repeated without a cap"),
        pytest.param(Reminder(-1, repeat_every=7, cap=0), [("bad_cap", "cap")], id="a cap of nothing"),
        pytest.param(Reminder(-1, repeat_every=7, cap=101), [("bad_cap", "cap")], id="more than a hundred"),
    ],
)
def test_a_rule_that_cannot_be_meant_says_what_is_wrong(rule, expected):
    assert list(reminders.wrong(rule)) == expected
