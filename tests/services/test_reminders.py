"""When reminders go out: each slot once, never late ones in heaps, and only as long as there is something to do."""

from datetime import date, timedelta

import pytest
from django.core import mail

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.data import Reminder, Repeat, RepeatUnit, Role
from mandatory_assignments.models import Cycle, Notice
from mandatory_assignments.queries import reminding
from mandatory_assignments.records import reminders as strokes
from mandatory_assignments.rules import deadlines, reminders
from mandatory_assignments.services import remind

from .conftest import DUE, NOW
from .evidence_story import course_training
from .mail_story import (
    ASSIGNER,
    MANAGERS,
    STUDENT,
    change,
    every_day,
    log,
    mails,
    midnight,
    pass_by,
    states,
    text,
    ticks,
)
from .obligations import ids, may, on, round_of, work

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
THREE_DAYS_BEFORE = (Reminder(3),)


def assign(campus, *learners, remind=THREE_DAYS_BEFORE, **named):
    """Without a mail about the assignment itself, so that what counts are reminders."""
    asked = {"remind": list(remind), "notify_by_email": False, **named}
    outcome = campus.assign(*learners, **asked)
    assert not outcome.refused
    pass_by(asked.get("now", NOW))
    mail.outbox.clear()
    return outcome


@pytest.fixture
def campus(campus):
    """With a head of Lena's department."""
    head = build.user("max", organization="Acme", time_zone="Europe/Berlin")
    build.department("Acme/Field", organization="Acme", members=[campus.learner], managers=[head])
    return campus


# ----- each slot once ------------------------------------------------------------------------------------------------


def test_a_reminder_goes_out_at_the_beginning_of_its_day_where_the_learner_is(campus):
    assign(campus)
    assert round_of().next_reminder_at == midnight(11)
    pass_by(midnight(11) - MINUTE)
    assert mails() == []
    pass_by(midnight(11))
    (sent,) = mails()
    assert "3 days left. Deadline: end of Friday, 14 May 2027 (Europe/Berlin)." in text(sent)
    assert log() == [("-3", "sent", "")]
    assert (round_of().last_reminder_at, round_of().next_reminder_at) == (midnight(11), None)


def test_the_hour_at_which_reminders_are_sent_may_be_set(campus, settings):
    settings.MANDATORY_ASSIGNMENTS_SEND_HOUR = 9
    assign(campus)
    assert round_of().next_reminder_at == midnight(11) + timedelta(hours=9)


def test_however_often_the_scheduler_comes_by_each_slot_is_sent_once(campus):
    assign(campus, remind=[*reminders.SETS["compliance"], Reminder(-2, repeat_every=2, cap=2)])
    ticks(NOW, may(22), timedelta(hours=4))
    assert [slot for slot, _state, _reason in log()] == ["-7", "-3", "-1", "+1", "+2", "+4"]
    assert set(states()) == {"sent"}
    assert len(mails()) == 6
    assert ["7 days left" in text(sent) for sent in mails()] == [True] + [False] * 5
    assert round_of().next_reminder_at is None


def test_slots_before_the_assignment_was_made_are_never_sent(campus):
    assign(campus, remind=reminders.SETS["compliance"], due_on=on(9))
    pass_by(NOW + timedelta(days=1))
    assert log() == []
    assert round_of().next_reminder_at == midnight(6)


def test_what_staff_get_goes_out_at_the_beginning_of_their_own_day(campus):
    build.time_zone(campus.coordinator, "America/Los_Angeles")
    assign(campus, remind=[Reminder(3, (Role.STUDENT, Role.ASSIGNED_BY, Role.MANAGERS))])
    in_california = midnight(11) + timedelta(hours=9)
    ticks(midnight(10), in_california - MINUTE, timedelta(minutes=20))
    assert (len(mails()), len(mails("max")), len(mails("cora"))) == (1, 1, 0)
    pass_by(in_california)
    assert len(mails("cora")) == 1
    assert Notice.objects.filter(kind="reminder", state="sent").count() == 3


def test_what_staff_get_today_still_goes_out_although_the_assignment_was_made_when_the_day_had_begun_elsewhere(campus):
    build.time_zone(campus.coordinator, "America/Los_Angeles")
    at = may(3, 3)
    with clock.at(at):
        assign(campus, remind=[Reminder(11, (Role.STUDENT, Role.ASSIGNED_BY))], now=at)
        ticks(at, may(3, 9))
    assert (log(), log(username="cora")) == ([], [("-11", "sent", "")])


def test_what_follows_the_due_date_is_never_sent_to_anybody_before_the_learners_deadline(campus):
    build.time_zone(campus.learner, "Pacific/Pago_Pago")
    build.time_zone(campus.coordinator, "Pacific/Kiritimati")
    assign(campus, remind=[Reminder(-1, (Role.STUDENT, Role.ASSIGNED_BY))])
    deadline = round_of().due_at
    ticks(may(14), deadline, timedelta(hours=2))
    pass_by(deadline)
    assert mail.outbox == []
    pass_by(deadline + timedelta(microseconds=1))
    assert (len(mails()), len(mails("cora"))) == (1, 1)


# ----- an edit -------------------------------------------------------------------------------------------------------


def test_a_rule_that_is_added_affects_future_slots_only(campus):
    assign(campus, remind=[])
    change(campus, may(12), reminders=[Reminder(7), Reminder(3), Reminder(1)])
    ticks(may(12), may(16))
    assert log() == [("-1", "sent", "")]


def test_a_rule_that_is_edited_sends_nothing_again(campus):
    assign(campus, remind=[Reminder(3)])
    pass_by(midnight(11))
    change(campus, may(11), reminders=[Reminder(3), Reminder(1)])
    change(campus, may(12), reminders=[Reminder(3), Reminder(2), Reminder(1)])
    ticks(may(11), may(16))
    assert log() == [("-3", "sent", ""), ("-1", "sent", "")]


def test_a_rule_that_is_taken_away_sends_nothing_more(campus):
    assign(campus, remind=every_day())
    pass_by(midnight(11))
    change(campus, may(11), reminders=[])
    ticks(may(11), may(16))
    assert log() == [("-5", "superseded", "newer"), ("-4", "superseded", "newer"), ("-3", "sent", "")]


def test_what_staff_were_still_to_get_of_a_rule_that_is_taken_away_is_not_sent_and_of_others_it_is(campus):
    build.time_zone(campus.coordinator, "America/Los_Angeles")
    assign(campus, remind=[Reminder(3, ASSIGNER), Reminder(3, MANAGERS), Reminder(1, ASSIGNER)])
    pass_by(midnight(11) - MINUTE)  # made ahead: in Kiritimati the day has begun
    assert (states(username="cora"), states(username="max")) == (["waiting"], ["waiting"])
    change(campus, midnight(11) - MINUTE, reminders=[Reminder(3, MANAGERS), Reminder(1, ASSIGNER)])
    ticks(midnight(11), may(15), timedelta(hours=3))
    assert log(username="cora") == [("-1", "sent", "")]
    assert log(username="max") == [("-3", "sent", "")]


def test_a_rule_that_is_switched_on_over_many_overdue_assignments_sends_nothing_for_what_is_past(campus):
    names = [person.username for person in build.users(60, prefix="late", organization="Acme")]
    assign(campus, *names, remind=[])
    pass_by(may(30))
    wanted = [*reminders.SETS["compliance"], Reminder(-2, repeat_every=10, cap=4)]
    change(campus, may(30), *names, reminders=wanted)
    pass_by(may(30))
    assert not Notice.objects.filter(kind="reminder").exists()
    assert set(Cycle.objects.values_list("next_reminder_at", flat=True)) == {may(36, 0)}  # 22 days after, in UTC
    pass_by(may(36, 0))
    assert len(mail.outbox) == 60


# ----- another due date ----------------------------------------------------------------------------------------------


def test_an_extension_plans_anew_and_is_itself_the_one_mail_about_it(campus):
    assign(campus, remind=[Reminder(5), Reminder(3)])
    pass_by(midnight(11))
    change(campus, may(12), due_on=on(15))
    mail.outbox.clear()
    pass_by(may(12))
    (told,) = mails()
    assert "The due date has changed; it was Friday, 14 May 2027." in text(told)
    assert "Deadline: end of Saturday, 15 May 2027" in text(told)
    ticks(may(12), may(16))
    assert len(mails()) == 1
    change(campus, may(16), due_on=on(24))
    ticks(may(16), may(25), timedelta(hours=6))
    assert log() == [("-5", "superseded", "newer"), ("-3", "sent", ""), ("-5", "sent", ""), ("-3", "sent", "")]
    assert states("due_changed") == ["sent", "sent"]


def test_a_reminder_that_waits_while_the_due_date_moves_gives_way_to_the_notice_of_that(campus):
    assign(campus)
    remind.find_due_reminders(now=midnight(11))
    assert states() == ["waiting"]
    change(campus, midnight(11), due_on=on(16))
    pass_by(midnight(11))
    assert log() == [("-3", "superseded", "due_changed")]
    assert ["it was Friday, 14 May" in text(sent) for sent in mails()] == [True]


def test_two_extensions_before_the_next_tick_are_one_mail(campus):
    assign(campus)
    change(campus, may(4), due_on=on(20))
    change(campus, may(4, 9), due_on=on(25))
    pass_by(may(4, 10))
    (sent,) = mails()
    assert "Deadline: end of Tuesday, 25 May 2027" in text(sent)
    assert states("due_changed") == ["superseded", "sent"]


def test_another_zone_of_the_learner_is_no_new_deadline_and_sends_no_slot_twice(campus):
    assign(campus, remind=[Reminder(3), Reminder(2)])
    pass_by(midnight(11))
    with clock.at(may(11, 1)):
        build.time_zone(campus.learner, "America/Los_Angeles")
        build.drain()
    assert round_of().zone == "America/Los_Angeles"
    ticks(may(11, 1), may(15))
    assert log() == [("-3", "sent", ""), ("-2", "sent", "")]


# ----- what ends reminders -------------------------------------------------------------------------------------------


def test_who_has_finished_is_not_reminded(campus):
    assign(campus)
    work(campus, None, may(5))
    ticks(may(5), may(16), timedelta(hours=6))
    assert (log(), mails()) == ([], [])
    assert round_of().next_reminder_at is None


def test_who_is_exempt_is_not_reminded_until_the_exemption_ends_and_then_by_the_new_date(campus):
    assign(campus, remind=every_day())
    api.exempt_assignments(actor=campus.coordinator, ids=ids(), reason="Ill", until=on(12), now=may(5))
    assert round_of().due_on == on(23)
    ticks(may(5), may(24), timedelta(hours=6))
    assert [slot for slot, state, _ in log() if state == "sent"] == ["-5", "-4", "-3", "-2", "-1", "+0"]
    assert len(mails()) == 1 + 6


def test_who_is_away_is_not_reminded_and_not_flooded_on_return_but_welcomed_once(campus):
    assign(campus, remind=[Reminder(days) for days in range(20)])
    other = build.course("course-v1:Acme+WATER+2027", name="Water")
    assign(campus, remind=[Reminder(days) for days in range(20)], training=str(other), due_on=on(12))
    ticks(NOW, may(6))
    mail.outbox.clear()
    api.pause_learner(actor=campus.coordinator, learner="lena", from_on=on(7), until_on=on(20), now=may(6))
    pass_by(may(6))
    assert ["waits while you are away" in text(sent) for sent in mails()] == [True]
    mail.outbox.clear()
    ticks(midnight(7), midnight(21) - MINUTE, timedelta(hours=3))
    assert mails() == []
    pass_by(midnight(21))
    (sent,) = mails()
    assert text(sent).count("Welcome back: this goes on.") == 2
    ticks(midnight(21), may(22), timedelta(hours=1))
    assert len(mails()) == 2  # the next day's


def test_somebody_without_reminders_is_welcomed_back_too(campus):
    assign(campus, remind=[])
    pass_by(may(16))
    api.pause_learner(actor=campus.coordinator, learner="lena", from_on=on(17), until_on=on(20), now=may(16))
    ticks(may(16), may(22), timedelta(hours=4))
    assert states("resumed") == ["sent"]
    assert "overdue" in text(mails()[-1]).lower()
    assert round_of().last_reminder_at is None


def test_a_scheduler_that_stood_still_during_an_absence_sends_one_mail_afterwards(campus):
    assign(campus, remind=[Reminder(days) for days in range(20)])
    api.pause_learner(actor=campus.coordinator, learner="lena", from_on=on(7), until_on=on(10), now=may(6))
    pass_by(may(6))
    mail.outbox.clear()
    ticks(may(12), may(12, 20))
    assert len(mails()) == 1


def test_nothing_is_sent_after_the_late_policy_has_frozen_it(campus):
    assign(campus, remind=[Reminder(-1, repeat_every=1, cap=5)], late_policy="freeze", grace_days=2)
    ticks(may(14), may(22), timedelta(hours=6))
    assert log() == [("+1", "sent", ""), ("+2", "sent", "")]
    assert round_of().next_reminder_at is None


def test_an_archived_training_reminds_nobody_and_goes_on_when_it_is_restored(campus):
    assign(campus, remind=every_day())
    training = course_training()
    api.archive_training(training.uuid, actor=campus.coordinator, now=may(5))
    ticks(may(5), may(12), timedelta(hours=6))
    assert log() == []
    api.restore_training(training.uuid, actor=campus.coordinator, now=may(12))
    ticks(may(12), may(16), timedelta(hours=6))
    assert log() == [("-1", "sent", ""), ("+0", "sent", "")]


def test_a_new_round_reminds_again(campus):
    assign(campus, repeat=Repeat(52, RepeatUnit.WEEKS))
    pass_by(midnight(11))
    work(campus, None, may(12))
    pass_by(may(12))
    opened_on = date(2028, 5, 10)
    ticks(may(12).replace(year=2028, day=9), may(12).replace(year=2028, day=25), timedelta(hours=6))
    found = Notice.objects.filter(kind="reminder").order_by("id")
    assert [row.state for row in found] == ["sent", "sent"]
    assert found[0].cycle_id != found[1].cycle_id
    assert found[1].slot_at.date() == opened_on + (DUE - NOW.date()) - timedelta(days=4)


# ----- after an outage -----------------------------------------------------------------------------------------------


def test_a_scheduler_that_stood_still_for_three_days_sends_one_mail_and_shows_the_others_as_superseded(campus):
    assign(campus, remind=every_day())
    pass_by(midnight(10))
    mail.outbox.clear()
    pass_by(midnight(13) + timedelta(hours=2))
    assert len(mails()) == 1
    assert log() == [
        ("-5", "superseded", "newer"),
        ("-4", "sent", ""),
        ("-3", "superseded", "newer"),
        ("-2", "superseded", "newer"),
        ("-1", "sent", ""),
    ]
    assert "Due tomorrow" in text(mails()[0])


def test_several_assignments_after_an_outage_are_still_one_mail_to_the_person(campus):
    for number in range(3):
        key = f"course-v1:Acme+C{number}+2027"
        build.course(key, name=f"Course {number}")
        assign(campus, training=key, due_on=on(12 + number), remind=every_day())
    pass_by(midnight(13))
    (sent,) = mails()
    assert [text(sent).count(f"Course {number}") for number in range(3)] == [1, 1, 1]
    assert states().count("sent") == 3
    assert set(states()) == {"sent", "superseded", "missed"}


def test_own_texts_are_no_reason_for_more_than_one_mail_after_an_outage(campus):
    texts = {"": ("{training}", "Dear {learner}")}
    friendly, urgent = (
        str(api.save_template(actor=campus.coordinator, name=name, kind="reminder", wordings=texts, now=NOW).created[0])
        for name in ("Friendly", "Urgent")
    )
    assign(campus, remind=[Reminder(3, template=friendly), Reminder(2), Reminder(1, template=urgent)])
    pass_by(midnight(13))
    assert [state for _slot, state, _reason in log()] == ["superseded", "superseded", "sent"]
    assert len(mails()) == 1


def test_after_a_long_outage_what_is_too_old_is_missed_and_the_newest_is_sent(campus):
    assign(campus, remind=every_day())
    pass_by(midnight(14) + MINUTE)
    assert log() == [
        ("-5", "missed", "too_old"),
        ("-4", "missed", "too_old"),
        ("-3", "missed", "too_old"),
        ("-2", "superseded", "newer"),
        ("-1", "superseded", "newer"),
        ("+0", "sent", ""),
    ]


def test_what_fell_due_longer_ago_than_the_limit_is_missed(campus):
    assign(campus)
    pass_by(midnight(14) + timedelta(minutes=5))
    assert log() == [("-3", "missed", "too_old")]
    assert mails() == []


def test_a_reminder_that_no_mail_server_took_for_days_is_missed_too(campus):
    assign(campus)
    remind.find_due_reminders(now=midnight(11))
    pass_by(midnight(14) + timedelta(minutes=5))
    assert log() == [("-3", "missed", "too_old")]
    assert mails() == []


def test_a_newer_reminder_takes_the_place_of_one_that_could_not_be_sent(campus):
    assign(campus, remind=every_day())
    for day in (11, 12, 13):
        remind.find_due_reminders(now=midnight(day))
    assert states() == ["superseded", "superseded", "waiting", "waiting", "waiting"]
    pass_by(midnight(13))
    assert states().count("sent") == len(mails()) == 1
    assert log()[2:] == [("-3", "superseded", "newer"), ("-2", "superseded", "newer"), ("-1", "sent", "")]


# ----- whoever gets them ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recipients", "expected"),
    [
        pytest.param(STUDENT, {"lena"}, id="the learner"),
        pytest.param(ASSIGNER, {"cora"}, id="the assigning person"),
        pytest.param(MANAGERS, {"max"}, id="the managers"),
        pytest.param(tuple(Role), {"lena", "cora", "max"}, id="all of them"),
    ],
)
def test_a_reminder_goes_to_whom_the_rule_names(campus, recipients, expected):
    assign(campus, remind=[Reminder(3, recipients)])
    ticks(midnight(10), may(13))
    assert {each.to[0].split("@")[0] for each in mail.outbox} == expected
    assert len(mail.outbox) == len(expected)


def test_the_compliance_set_reaches_everybody_whom_it_names(campus):
    wanted = [
        *[Reminder(days, tuple(Role)) for days in (14, 7, 3, 1)],
        Reminder(-1, tuple(Role)),
    ]
    assign(campus, remind=wanted)
    ticks(NOW, may(18), timedelta(hours=4))
    for name in ("lena", "cora", "max"):
        assert log(username=name) == [(slot, "sent", "") for slot in ("-7", "-3", "-1", "+1")]
        assert len(mails(name)) == 4


def test_without_a_manager_the_assigning_person_gets_it(campus):
    build.user("otto", organization="Acme")
    assign(campus, "otto", remind=[Reminder(3, MANAGERS)])
    ticks(may(10), may(13))
    assert (len(mails("cora")), len(mails("max")), len(mails("otto"))) == (1, 0, 0)


def test_one_who_has_two_roles_gets_one_mail(campus):
    build.department("Acme/Field", organization="Acme", members=[campus.learner], managers=[campus.coordinator])
    assign(campus, remind=[Reminder(3, (Role.ASSIGNED_BY, Role.MANAGERS))])
    ticks(may(10), may(13))
    assert Notice.objects.filter(kind="reminder", recipient=campus.coordinator).count() == len(mails("cora")) == 1


def test_nobody_is_told_as_staff_about_their_own_assignment(campus):
    assign(campus, "cora", remind=[Reminder(3, tuple(Role))])
    ticks(may(10), may(13))
    assert {row.role for row in Notice.objects.filter(kind="reminder")} == {"student"}
    assert len(mails("cora")) == 1


# ----- the plan ------------------------------------------------------------------------------------------------------


def test_the_plan_of_a_form_is_what_is_sent_then(campus):
    rules = [Reminder(14), Reminder(3, tuple(Role)), Reminder(-1, repeat_every=2, cap=3)]
    planned = reminding.plan_of_new(
        rules,
        deadlines.deadline(DUE, "Europe/Berlin"),
        learner_id=campus.learner.id,
        assigner_id=campus.coordinator.id,
        manager_ids=[build.get_user_model().objects.get(username="max").id],
        ceiling_at=None,
        now=NOW,
    )
    assert [each.why_not for each in planned if each.slot.key == "-14"] == ["before_assigned"]
    assign(campus, remind=rules)
    ticks(NOW, may(22), timedelta(hours=4))
    sent = set(Notice.objects.filter(kind="reminder", state="sent").values_list("recipient_id", "slot", "slot_at"))
    assert sent == {(each.recipient_id, each.slot.key, each.slot.at) for each in planned if not each.why_not}


def test_the_plan_of_an_assignment_tells_what_was_sent_what_comes_and_what_does_not(campus):
    assign(campus, remind=[Reminder(14), Reminder(3), Reminder(1)])
    ticks(midnight(11), midnight(11))
    told = {each.slot.key: (each.why_not, each.sent_at) for each in reminding.plan_of(round_of(), may(11))}
    assert told == {"-14": ("before_assigned", None), "-3": ("", midnight(11)), "-1": ("", None)}
    work(campus, None, may(12))
    pass_by(may(12))
    told = {each.slot.key: each.why_not for each in reminding.plan_of(round_of(), may(12))}
    assert told == {"-14": "before_assigned", "-3": "", "-1": "completed"}


def plan(now):
    return {each.slot.key: each.why_not for each in reminding.plan_of(round_of(), now)}


def test_the_plan_during_an_absence_tells_what_comes_after_it_and_afterwards_why_nothing_came(campus):
    assign(campus, remind=[Reminder(7), Reminder(5), Reminder(1)])
    api.pause_learner(actor=campus.coordinator, learner="lena", from_on=on(6), until_on=on(13), now=may(4))
    assert round_of().due_on == on(22)
    change(campus, may(4), due_on=on(14))
    expected = {"-7": "paused", "-5": "paused", "-1": "paused"}
    assert plan(may(4)) == expected
    ticks(may(4), may(8), timedelta(hours=12))
    change(campus, may(8), reminders=[Reminder(7), Reminder(1), Reminder(0)])
    for now in (may(8), may(9)):
        assert plan(now) == {"-7": "paused", "-1": "paused", "+0": ""}
        pass_by(now)
    ticks(may(13, 12), may(14, 12), timedelta(hours=3))
    assert plan(may(14, 12)) == {"-7": "paused", "-1": "paused", "+0": ""}
    assert states("reminder") == ["sent"]


def test_the_plan_of_what_is_done_tells_that_of_all_that_would_have_come_since(campus):
    assign(campus, remind=[Reminder(3), Reminder(1)])
    work(campus, None, may(5))
    ticks(may(5), may(16), timedelta(hours=12))
    assert plan(may(20)) == {"-3": "completed", "-1": "completed"}


def test_the_plan_of_an_archived_training_says_so(campus):
    assign(campus)
    api.archive_training(course_training().uuid, actor=campus.coordinator, now=may(5))
    assert plan(may(5)) == {"-3": "archived"}
    pass_by(may(5))
    assert plan(may(5)) == {"-3": "archived"}


# ----- what it costs -------------------------------------------------------------------------------------------------


def test_finding_costs_four_statements_however_many_there_are(campus, count_queries):
    names = [person.username for person in build.users(41, prefix="many", organization="Acme")]
    assign(campus, "lena", *names)
    remind.find_due_reminders(now=midnight(11) - MINUTE)
    counted = []
    for limit in (1, 40):
        counted.append(count_queries(lambda limit=limit: remind.find_due_reminders(now=may(11, 0), limit=limit)))
    savepoint = 2
    assert counted == [4 + savepoint] * 2
    assert Notice.objects.filter(kind="reminder").count() == 41


def test_a_cycle_that_cannot_be_worked_out_holds_up_nobody(campus, monkeypatch, caplog):
    build.user("otto", organization="Acme", time_zone="Europe/Berlin")
    assign(campus, "lena", "otto")
    broken = round_of("lena").id
    original = reminding.slots

    def slots(cycle, *arguments):
        if cycle.id == broken:
            raise RuntimeError("broken")
        return original(cycle, *arguments)

    monkeypatch.setattr(reminding, "slots", slots)
    with clock.at(midnight(11)):
        counts = api.tick(now=midnight(11))
    assert counts["failed"] == 2
    assert (len(mails("otto")), len(mails("lena"))) == (1, 0)
    monkeypatch.undo()
    pass_by(midnight(11) + timedelta(minutes=5))
    assert len(mails("lena")) == 0
    pass_by(midnight(11) + timedelta(hours=1))
    assert len(mails("lena")) == 0  # what fell due before it was put off is told of no more
    assert Cycle.objects.get(id=broken).next_reminder_at is None


def test_a_set_of_rules_is_kept_once_for_all_that_have_the_same(campus):
    build.user("otto", organization="Acme")
    assign(campus, remind=[Reminder(3), Reminder(1)])
    assign(campus, "otto", remind=[Reminder(3), Reminder(1)])
    assert round_of("lena").assignment.reminder_set_id == round_of("otto").assignment.reminder_set_id
    assert strokes.shared_set([Reminder(1), Reminder(3)]).id != round_of("lena").assignment.reminder_set_id
