"""What people are told: once, only while it is true, together where it is told together, and shown in the log."""

import time
from contextlib import nullcontext
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext

from demo.campus import build, clock
from mandatory_assignments import api, mailing, periodic, tasks, wake
from mandatory_assignments.data import NoticeState, Reminder, Role
from mandatory_assignments.host import post
from mandatory_assignments.mailing import letters, sending
from mandatory_assignments.models import (
    AuditEntry,
    Coordinator,
    Cycle,
    Department,
    Notice,
    OrganizationPolicy,
    Supervision,
)
from mandatory_assignments.queries import noticing
from mandatory_assignments.rules import reminders
from mandatory_assignments.services import notify, remind

from .conftest import COURSE, NOW
from .evidence_story import course_training
from .mail_story import ASSIGNER, MANAGERS, change, in_between, log, mails, midnight, pass_by, states, text, ticks
from .obligations import codes, ids, join, may, on, round_of, work

pytestmark = pytest.mark.django_db

FIVE_MINUTES = timedelta(minutes=5)
DAY = timedelta(days=1)
DUE_DAY = midnight(11)
"""When the reminder three days before the due date falls due in Berlin."""


@pytest.fixture
def assigned(campus):
    """Assigned with a reminder three days before, told of, and worked off."""
    campus.assign(remind=[Reminder(3)])
    pass_by(NOW)
    return campus


def others(campus, number=3, **named):
    """So many courses more for Lena."""
    for index in range(number):
        key = f"course-v1:Acme+C{index}+2027"
        build.course(key, name=f"Course {index}")
        assert not campus.assign(training=key, **{"remind": [Reminder(3)], **named}).refused


def policy(**fields):
    """What Acme says itself."""
    OrganizationPolicy.objects.update_or_create(organization=build.organization("Acme"), defaults=fields)


# ----- what each act tells -------------------------------------------------------------------------------------------


def test_whoever_is_assigned_something_is_told_who_did_and_why(campus):
    campus.assign(note="Before the drill")
    pass_by(NOW)
    (sent,) = mails()
    assert "Cora assigned this to you." in text(sent)
    assert "Note: Before the drill" in text(sent)
    assert sent.subject == "Your learning assignment – Demo Campus"
    assert states("assigned") == ["sent"]


def test_without_a_mail_about_the_assignment_only_that_one_is_silent(campus):
    campus.assign(notify_by_email=False, remind=[Reminder(3)])
    pass_by(NOW)
    assert (mails(), log("assigned")[0][1:]) == ([], ("skipped", "no_mail_wanted"))
    assert noticing.unread(campus.learner.id) == 1
    pass_by(DUE_DAY)
    assert len(mails()) == 1
    change(campus, may(11), due_on=on(20))
    pass_by(may(11))
    assert len(mails()) == 2


@pytest.mark.parametrize(
    ("act", "words"),
    [
        pytest.param(
            lambda campus: api.withdraw_assignments(actor=campus.coordinator, ids=ids(), now=may(5)),
            "This assignment was withdrawn: you do not have to do it any more.",
            id="withdrawn",
        ),
        pytest.param(
            lambda campus: api.exempt_assignments(actor=campus.coordinator, ids=ids(), reason="Ill", now=may(5)),
            "You are exempt from this until further notice.",
            id="exempt",
        ),
        pytest.param(
            lambda campus: api.exempt_assignments(
                actor=campus.coordinator, ids=ids(), reason="Ill", until=on(12), now=may(5)
            ),
            "You are exempt up to and including Wednesday, 12 May 2027. "
            "Deadline: end of Sunday, 23 May 2027 (Europe/Berlin).",
            id="exempt for a time",
        ),
        pytest.param(
            lambda campus: api.pause_learner(
                actor=campus.coordinator, learner="lena", from_on=on(6), until_on=on(7), now=may(5)
            ),
            "This waits while you are away, from Thursday, 6 May 2027 to Friday, 7 May 2027. "
            "Deadline: end of Sunday, 16 May 2027 (Europe/Berlin).",
            id="paused",
        ),
        pytest.param(
            lambda campus: change(campus, may(5), due_on=on(21)),
            "The due date has changed; it was Friday, 14 May 2027. "
            "16 days left. Deadline: end of Friday, 21 May 2027 (Europe/Berlin).",
            id="another due date",
        ),
    ],
)
def test_what_staff_do_is_told_in_one_mail(assigned, act, words):
    mail.outbox.clear()
    act(assigned)
    pass_by(may(5))
    pass_by(may(5) + FIVE_MINUTES)
    (sent,) = mails()
    assert words in text(sent)


def test_what_ends_is_told_too(assigned):
    api.exempt_assignments(actor=assigned.coordinator, ids=ids(), reason="Ill", now=may(5))
    pass_by(may(5))
    api.lift_exemptions(actor=assigned.coordinator, ids=ids(), now=may(6))
    pass_by(may(6))
    assert "You are no longer exempt from this. 11 days left." in text(mails()[-1])
    api.pause_learner(actor=assigned.coordinator, learner="lena", from_on=on(7), until_on=on(9), now=may(7))
    pass_by(may(7))
    api.resume_learner(actor=assigned.coordinator, learner="lena", now=may(8))
    pass_by(may(8))
    assert "Welcome back: this goes on." in text(mails()[-1])
    ticks(may(8), may(11), timedelta(hours=6))
    assert states("resumed") == ["sent"]


def test_a_note_that_changes_tells_nobody(assigned):
    change(assigned, may(5), note="Other words", late_policy="freeze")
    pass_by(may(5))
    assert len(mails()) == 1


def test_a_revoked_completion_is_told(assigned):
    work(assigned, None, may(5))
    pass_by(may(5))
    mail.outbox.clear()
    key = (assigned.learner.id, round_of().training_id)
    api.revoke_completions(actor=assigned.coordinator, keys=[key], reason="Wrong person", now=may(6))
    pass_by(may(6))
    assert "Your completion was revoked: this has to be done again." in text(mails()[0])


def test_the_assigning_person_is_told_of_a_completion_where_the_site_wants_that(campus, settings):
    settings.MANDATORY_ASSIGNMENTS_NOTIFY_COMPLETED = True
    campus.assign()
    pass_by(NOW)
    work(campus, None, may(5))
    pass_by(may(5))
    (sent,) = mails("cora")
    assert "Lena: Fire safety Completed: completed in time." in text(sent)


def test_a_completion_that_was_revoked_before_the_next_digest_is_told_no_more(campus, settings):
    settings.MANDATORY_ASSIGNMENTS_NOTIFY_COMPLETED = True
    campus.assign()
    pass_by(NOW)
    _complete(campus)
    assert states("completed", "cora") == ["waiting"]
    key = (campus.learner.id, round_of().training_id)
    api.revoke_completions(actor=campus.coordinator, keys=[key], reason="Wrong person", now=DUE_DAY + FIVE_MINUTES)
    pass_by(DUE_DAY + FIVE_MINUTES)
    assert mails("cora") == []
    assert log("completed", "cora")[0][1:] == ("superseded", "reopened")


def test_an_act_on_many_assignments_of_a_person_is_one_mail(campus):
    others(campus, 20)
    pass_by(NOW)
    (sent,) = mails()
    assert [f"Course {index} " in text(sent) for index in range(20)] == [True] * 20
    api.pause_learner(actor=campus.coordinator, learner="lena", from_on=on(6), until_on=on(7), now=may(5))
    pass_by(may(5))
    assert len(mails()) == 2
    assert text(mails()[1]).count("This waits while you are away") == 20


def test_a_withdrawn_bulk_tells_each_person_once(campus):
    names = [person.username for person in build.users(5, prefix="many", organization="Acme")]
    campus.assign(*names)
    pass_by(NOW)
    mail.outbox.clear()
    api.withdraw_assignments(actor=campus.coordinator, ids=ids(*names), now=may(5))
    pass_by(may(5))
    assert sorted(sent.to[0].split("@")[0] for sent in mail.outbox) == names


# ----- checked once more at the moment of sending --------------------------------------------------------------------


def _complete(campus):
    with clock.at(DUE_DAY):
        build.complete(campus.learner, COURSE)
        build.run_pending()
        periodic.look_again(DUE_DAY + FIVE_MINUTES)


def _set(**fields):
    return lambda campus: Cycle.objects.update(**fields)


ENDINGS = [
    pytest.param(_complete, ("skipped", "completed"), id="completed"),
    pytest.param(
        lambda campus: api.withdraw_assignments(actor=campus.coordinator, ids=ids(), now=DUE_DAY),
        ("skipped", "withdrawn"),
        id="withdrawn",
    ),
    pytest.param(
        lambda campus: api.exempt_assignments(actor=campus.coordinator, ids=ids(), reason="Ill", now=DUE_DAY),
        ("skipped", "exempt"),
        id="exempt",
    ),
    pytest.param(
        lambda campus: api.pause_learner(
            actor=campus.coordinator, learner="lena", from_on=on(11), until_on=on(12), now=DUE_DAY
        ),
        ("skipped", "paused"),
        id="paused",
    ),
    pytest.param(_set(cut_off_at=DUE_DAY - DAY), ("skipped", "frozen"), id="frozen"),
    pytest.param(
        lambda campus: api.archive_training(course_training().uuid, actor=campus.coordinator, now=DUE_DAY),
        ("skipped", "archived"),
        id="archived",
    ),
    pytest.param(
        lambda campus: change(campus, DUE_DAY, due_on=on(20)), ("superseded", "due_changed"), id="another due date"
    ),
    pytest.param(
        lambda campus: type(campus.learner).objects.filter(id=campus.learner.id).update(is_active=False),
        ("skipped", "inactive"),
        id="inactive",
    ),
    pytest.param(lambda campus: build.retire(campus.learner), ("skipped", "withdrawn"), id="retired"),
    pytest.param(
        lambda campus: type(campus.learner).objects.filter(id=campus.learner.id).update(email=""),
        ("skipped", "no_address"),
        id="without an address",
    ),
    pytest.param(
        lambda campus: api.set_email_preference(user_id=campus.learner.id, email=False, now=DUE_DAY),
        ("skipped", "opted_out"),
        id="opted out",
    ),
]


@pytest.mark.parametrize(("act", "expected"), ENDINGS)
def test_what_changed_between_finding_and_sending_is_not_sent(assigned, act, expected):
    remind.find_due_reminders(now=DUE_DAY)
    assert states() == ["waiting"]
    mail.outbox.clear()
    with clock.at(DUE_DAY):
        act(assigned)
        api.tick(now=DUE_DAY)
    row = Notice.objects.get(kind="reminder")
    assert (row.state, row.reason) == expected
    assert not [sent for sent in mail.outbox if "3 days left" in text(sent)]


@pytest.mark.parametrize(("act", "expected"), ENDINGS)
def test_what_changed_between_claiming_and_sending_is_not_sent_either(assigned, monkeypatch, act, expected):
    remind.find_due_reminders(now=DUE_DAY)
    mail.outbox.clear()
    with clock.at(DUE_DAY):
        in_between(monkeypatch, lambda: act(assigned))
        api.tick(now=DUE_DAY)
    row = Notice.objects.get(kind="reminder")
    assert (row.state, row.reason) == expected
    assert not [sent for sent in mail.outbox if "3 days left" in text(sent)]


def test_what_changes_while_the_mails_of_others_go_out_is_not_sent(campus, monkeypatch):
    names = [person.username for person in build.users(8, prefix="many", organization="Acme")]
    campus.assign(*names)
    send = post.Office.send

    def slowly(office, letter):
        if letter.address == "many3@example.com":
            api.withdraw_assignments(actor=campus.coordinator, ids=ids("many5"), now=NOW)
            time.sleep(1.5 * sending.FRESH_SECONDS)
        return send(office, letter)

    monkeypatch.setattr(post.Office, "send", slowly)
    with clock.at(NOW):
        api.tick(now=NOW)
    assert states("assigned", "many5") == ["skipped"]
    told = [text(sent) for sent in mails("many5")]
    assert not [each for each in told if "assigned this to you" in each]
    assert sorted(
        Notice.objects.filter(kind="assigned", state="sent").values_list("recipient__username", flat=True)
    ) == [name for name in names if name != "many5"]


def test_a_mail_that_somebody_else_has_claimed_meanwhile_is_not_sent_and_the_one_before_it_is_noted(
    campus, monkeypatch
):
    first, second = (person.username for person in build.users(2, prefix="many", organization="Acme"))
    campus.assign(first, second)
    send = post.Office.send

    def taken_over(office, letter):
        if letter.address == f"{first}@example.com":
            Notice.objects.filter(recipient__username=second).update(claim=uuid4())
        return send(office, letter)

    monkeypatch.setattr(noticing, "changed", lambda rows: set())
    monkeypatch.setattr(post.Office, "send", taken_over)
    pass_by(NOW)
    assert (len(mails(first)), states("assigned", first)) == (1, ["sent"])
    assert (len(mails(second)), states("assigned", second)) == (0, ["claimed"])


def test_of_several_in_one_mail_only_what_is_still_true_goes_out(campus, monkeypatch):
    others(campus, 3, notify_by_email=False)
    pass_by(NOW)
    done = Cycle.objects.get(training__key="course-v1:Acme+C1+2027").assignment.uuid
    with clock.at(DUE_DAY):
        in_between(
            monkeypatch,
            lambda: api.withdraw_assignments(actor=campus.coordinator, ids=[done], now=DUE_DAY),
        )
        api.tick(now=DUE_DAY)
    first = mails()[0]
    assert [f"Course {index} " in text(first) for index in range(3)] == [True, False, True]
    assert sorted(states()) == ["sent", "sent", "skipped"]


def test_a_manager_who_is_one_no_longer_gets_nothing(campus):
    head = build.user("max", organization="Acme", time_zone="Europe/Berlin")
    build.department("Acme/Field", organization="Acme", members=[campus.learner], managers=[head])
    campus.assign(remind=[Reminder(3, MANAGERS)], notify_by_email=False)
    pass_by(NOW)
    remind.find_due_reminders(now=DUE_DAY)
    build.department("Acme/Field", organization="Acme", members=[campus.learner], managers=[campus.coordinator])
    Supervision.objects.filter(manager=head).delete()
    pass_by(DUE_DAY)
    assert mails("max") == []
    assert log(username="max")[0][1:] == ("skipped", "no_recipient")


@pytest.mark.parametrize("recipients", [ASSIGNER, MANAGERS], ids=["named by the rule", "instead of a manager"])
def test_who_assigned_it_and_may_not_see_it_any_more_gets_nothing(campus, recipients):
    campus.assign(remind=[Reminder(3, recipients)], notify_by_email=False)
    pass_by(NOW)
    Coordinator.objects.filter(user=campus.coordinator).delete()
    build.coordinator(campus.coordinator, "Globex")
    ticks(midnight(11), midnight(12), timedelta(hours=6))
    assert mails("cora") == []
    assert log(username="cora")[0][1:] == ("skipped", "no_recipient")


def test_who_assigned_it_as_the_course_s_staff_goes_on_reading_of_it(campus):
    Coordinator.objects.filter(user=campus.coordinator).delete()
    build.course_staff(campus.coordinator, COURSE)
    build.enroll(campus.learner, COURSE)
    assert not campus.assign(remind=[Reminder(3, ASSIGNER)], notify_by_email=False).refused
    pass_by(NOW)
    ticks(midnight(11), midnight(12), timedelta(hours=6))
    assert log(username="cora") == [("-3", "sent", "")]


def test_what_is_not_true_any_more_leaves_the_inbox_and_what_was_not_mailed_stays(assigned):
    remind.find_due_reminders(now=DUE_DAY)
    assert [row.kind for row in noticing.inbox(assigned.learner.id)] == ["reminder", "assigned"]
    api.withdraw_assignments(actor=assigned.coordinator, ids=ids(), now=DUE_DAY)
    api.set_email_preference(user_id=assigned.learner.id, email=False, now=DUE_DAY)
    pass_by(DUE_DAY)
    assert [row.kind for row in noticing.inbox(assigned.learner.id)] == ["withdrawn", "assigned"]
    assert log("withdrawn")[0][1:] == ("skipped", "opted_out")


def test_a_pause_that_was_taken_back_before_it_was_told_is_told_no_more(assigned):
    mail.outbox.clear()
    api.pause_learner(actor=assigned.coordinator, learner="lena", from_on=on(10), until_on=on(12), now=may(5))
    api.resume_learner(actor=assigned.coordinator, learner="lena", now=may(5) + FIVE_MINUTES)
    pass_by(may(5) + FIVE_MINUTES)
    (sent,) = mails()
    assert "while you are away" not in text(sent)
    assert states("paused") == ["superseded"]


# ----- whether they want it ------------------------------------------------------------------------------------------


def test_who_switched_mails_off_finds_everything_in_the_platform(assigned):
    api.set_email_preference(user_id=assigned.learner.id, email=False, now=may(5))
    pass_by(DUE_DAY)
    assert log()[0][1:] == ("skipped", "opted_out")
    assert len(mails()) == 1
    assert noticing.unread(assigned.learner.id) == 2
    assert not noticing.wants_email(assigned.learner.id)
    api.set_email_preference(user_id=assigned.learner.id, email=True, now=may(12))
    change(assigned, may(12), due_on=on(20))
    pass_by(may(12))
    assert len(mails()) == 2


def test_an_organization_may_force_mails_and_says_so(assigned):
    policy(force_email=True)
    api.set_email_preference(user_id=assigned.learner.id, email=False, now=may(5))
    pass_by(DUE_DAY)
    sent = mails()[-1]
    assert states() == ["sent"]
    assert "they cannot be switched off" in text(sent)
    assert "List-Unsubscribe" not in sent.extra_headers
    assert "List-Unsubscribe" in mails()[0].extra_headers


def test_a_site_may_force_mails_and_an_organization_may_not_want_that(assigned, settings):
    settings.MANDATORY_ASSIGNMENTS_FORCE_EMAIL = True
    api.set_email_preference(user_id=assigned.learner.id, email=False, now=may(5))
    policy(force_email=False)
    pass_by(DUE_DAY)
    assert log()[0][1:] == ("skipped", "opted_out")


# ----- digests -------------------------------------------------------------------------------------------------------


@pytest.fixture
def team(campus):
    """Three people of Berlin whom Max looks after; he is told three days before, and a day after."""
    head = build.user("max", organization="Acme", time_zone="Europe/Berlin")
    people = [
        campus.learner,
        *(build.user(name, organization="Acme", time_zone="Europe/Berlin") for name in ("otto", "paul")),
    ]
    build.department("Acme/Field", organization="Acme", members=[head, *people], managers=[head])
    wanted = [Reminder(3, MANAGERS), Reminder(-1, MANAGERS)]
    assert not campus.assign("lena", "otto", "paul", remind=wanted, notify_by_email=False).refused
    pass_by(NOW)
    return campus


def test_a_manager_gets_one_digest_about_the_whole_team(team):
    ticks(midnight(10), midnight(12), timedelta(hours=2))
    (sent,) = mails("max")
    assert [f"{name}: Fire safety" in text(sent) for name in ("Lena", "Otto", "Paul")] == [True] * 3
    assert sent.subject == "Mandatory assignments of your people – Demo Campus"
    assert Notice.objects.get(kind="digest").state == "sent"


def test_what_falls_due_later_on_the_same_day_waits_for_the_next_days_digest(team):
    build.time_zone(type(team.learner).objects.get(username="paul"), "America/Los_Angeles")
    build.drain()
    ticks(midnight(15), midnight(16) - FIVE_MINUTES, timedelta(hours=1))
    assert [text(sent).count("1 day overdue") for sent in mails("max")[-1:]] == [2]
    assert len(mails("max")) == 1
    ticks(midnight(16), midnight(17), timedelta(hours=3))
    last = mails("max")[-1]
    assert "Paul: Fire safety" in text(last)
    assert "Lena: Fire safety" not in text(last)
    assert Notice.objects.filter(kind="digest").count() == len(mails("max")) == 2


def test_a_digest_with_nothing_in_it_is_not_sent(team):
    remind.find_due_reminders(now=DUE_DAY)
    api.withdraw_assignments(actor=team.coordinator, ids=ids("lena", "otto", "paul"), now=DUE_DAY)
    mail.outbox.clear()
    ticks(DUE_DAY, midnight(13), timedelta(hours=6))
    assert mails("max") == []
    assert not Notice.objects.filter(kind="digest").exists()


def test_a_digest_that_is_empty_when_it_is_begun_leaves_the_day_free(team, monkeypatch):
    remind.find_due_reminders(now=DUE_DAY)
    with clock.at(DUE_DAY):
        in_between(
            monkeypatch,
            lambda: api.withdraw_assignments(actor=team.coordinator, ids=ids("lena", "otto", "paul"), now=DUE_DAY),
        )
        api.tick(now=DUE_DAY)
    assert not Notice.objects.filter(kind="digest").exists()


def test_a_long_digest_is_capped_and_names_the_number_and_the_list(campus):
    names = [person.username for person in build.users(60, prefix="many", organization="Acme")]
    campus.assign(*names, remind=[Reminder(3, (Role.ASSIGNED_BY,))], notify_by_email=False)
    ticks(may(10), may(12), timedelta(hours=6))
    (sent,) = mails("cora")
    assert text(sent).count(": Fire safety") == 50
    assert "And 10 more." in text(sent)
    assert "http://127.0.0.1:8000/mandatory-assignments/staff/" in text(sent)
    assert states(username="cora") == ["sent"] * 60


@pytest.mark.parametrize("chunk", [7, 25, 60])
def test_a_digest_about_more_than_fits_into_a_claim_is_still_one_and_leaves_nobody_out(campus, monkeypatch, chunk):
    names = [person.username for person in build.users(60, prefix="many", organization="Acme")]
    campus.assign(*names, remind=[Reminder(3, (Role.STUDENT, Role.ASSIGNED_BY))], notify_by_email=False)
    pass_by(NOW)
    claim = notify.claim_notices
    monkeypatch.setattr(notify, "claim_notices", lambda **named: claim(**named, limit=chunk))
    ticks(may(10), may(12), timedelta(hours=6))
    (sent,) = mails("cora")
    listed = text(sent).count(": Fire safety")
    assert listed == min(chunk, 50)
    assert f"And {60 - listed} more." in text(sent)
    assert states(username="cora") == ["sent"] * 60
    assert len({row.mail for row in Notice.objects.filter(kind="reminder", role="assigned_by")}) == 1
    assert len(mail.outbox) == 61


def test_each_organization_sends_its_own_digest(team):
    other = build.user("gus", organization="Globex")
    build.coordinator(other, "Globex")
    head = type(other).objects.get(username="max")
    learner = build.user("gina", organization="Globex")
    join(head, "Globex")
    build.department("Globex/Lab", organization="Globex", members=[learner], managers=[head])
    build.course("course-v1:Globex+LAB+2027", name="Lab safety")
    asked = {"training": "course-v1:Globex+LAB+2027", "due_on": on(14), "remind": [Reminder(3, MANAGERS)]}
    assert not api.assign_learners(actor=other, learners=["gina"], now=NOW, **asked).refused
    ticks(NOW, midnight(12), timedelta(hours=6))
    first, second = sorted(map(text, mails("max")), key=lambda told: "Lab safety" in told)
    assert ("Lab safety" in first, "Fire safety" in first) == (False, True)
    assert ("Lab safety" in second, "Fire safety" in second) == (True, False)


def test_managers_who_are_inactive_foreign_or_the_learner_get_nothing_and_then_the_assigning_person_does(campus):
    away = build.user("anna", organization="Acme")
    foreign = build.user("fred", organization="Globex")
    build.department("Acme/Field", organization="Acme", members=[campus.learner], managers=[away, campus.learner])
    Supervision.objects.create(
        organization=build.organization("Acme"), department=Department.objects.get(name="Field"), manager=foreign
    )
    away.is_active = False
    away.save()
    campus.assign(remind=[Reminder(3, MANAGERS)], notify_by_email=False)
    ticks(may(10), may(12), timedelta(hours=6))
    assert [sent.to for sent in mail.outbox] == [["cora@example.com"]]


def test_staff_are_told_nothing_about_somebody_who_is_inactive(team):
    type(team.learner).objects.filter(username="lena").update(is_active=False)
    ticks(midnight(10), midnight(12), timedelta(hours=6))
    (sent,) = mails("max")
    assert "Lena" not in text(sent)


def test_a_digest_that_could_not_be_put_into_words_is_tried_again_on_the_same_day(team, monkeypatch):
    item = letters.item
    monkeypatch.setattr(letters, "item", lambda *arguments: 1 / 0)
    pass_by(DUE_DAY)
    assert mails("max") == []
    assert states(username="max") == ["failed"] * 3
    assert not Notice.objects.filter(kind="digest").exists()
    monkeypatch.setattr(letters, "item", item)
    pass_by(DUE_DAY + FIVE_MINUTES)
    assert len(mails("max")) == 1
    assert states(username="max") == ["sent"] * 3


# ----- what goes wrong -----------------------------------------------------------------------------------------------


class Refusing:
    """A mail server that says no; what it says it to is counted."""

    def __init__(self, monkeypatch, *addresses):
        self.asked, original = [], EmailBackend.send_messages

        def send_messages(backend, messages):
            for message in messages:
                self.asked.append(message.to[0])
                if message.to[0] in addresses:
                    raise SMTPRecipientsRefused({message.to[0]: (550, b"no such user")})
            return original(backend, messages)

        monkeypatch.setattr(EmailBackend, "send_messages", send_messages)


def test_a_refused_recipient_is_tried_again_later_each_time_until_it_is_given_up(campus, monkeypatch):
    build.user("otto", organization="Acme")
    server = Refusing(monkeypatch, "lena@example.com")
    campus.assign("lena", "otto")
    pass_by(NOW)
    assert len(mails("otto")) == 1
    assert log("assigned") == [(log("assigned")[0][0], "failed", "refused")]
    ticks(NOW, NOW + timedelta(hours=30), FIVE_MINUTES)
    row = Notice.objects.get(kind="assigned", recipient=campus.learner)
    assert (row.state, row.attempts, row.next_at) == ("failed", 8, None)
    assert server.asked.count("lena@example.com") == 8
    assert row.done_at - NOW == timedelta(minutes=5 * (2**7 - 1))


def test_what_failed_can_be_sent_again_by_staff(campus, monkeypatch):
    Refusing(monkeypatch, "lena@example.com")
    campus.assign()
    pass_by(NOW)
    monkeypatch.undo()
    row = Notice.objects.get(kind="assigned")
    outcome = api.resend_notices(actor=campus.coordinator, ids=[row.uuid], now=NOW + timedelta(minutes=1))
    assert outcome.changed == [row.uuid]
    pass_by(NOW + timedelta(minutes=1))
    assert len(mails()) == 1
    assert AuditEntry.objects.filter(act="resent").count() == 1
    outcome = api.resend_notices(actor=campus.coordinator, ids=[row.uuid], now=NOW + timedelta(minutes=2))
    assert codes(outcome) == ["not_failed"]
    pass_by(NOW + timedelta(minutes=2))
    assert len(mails()) == 1


def test_what_is_out_of_reach_can_not_be_sent_again(campus, monkeypatch):
    Refusing(monkeypatch, "lena@example.com")
    campus.assign()
    pass_by(NOW)
    stranger = build.user("gregor", organization="Globex")
    build.coordinator(stranger, "Globex")
    row = Notice.objects.get(kind="assigned")
    assert codes(api.resend_notices(actor=stranger, ids=[row.uuid], now=NOW)) == ["not_found"]
    assert Notice.objects.get().state == "failed"


def test_a_mail_that_was_being_handed_over_when_its_worker_died_is_unknown_and_not_sent_again_by_itself(campus):
    campus.assign()
    remind.find_due_reminders(now=NOW)
    claimed = notify.claim_notices(now=NOW)
    around = noticing.circumstances(claimed.rows)
    assert notify.begin_sending(claimed.rows, around, now=NOW).rows
    ticks(NOW, NOW + notify.LEASE, FIVE_MINUTES)
    assert states("assigned") == ["unknown"]
    ticks(NOW, NOW + DAY, timedelta(hours=1))
    assert mails() == []
    row = Notice.objects.get()
    api.resend_notices(actor=campus.coordinator, ids=[row.uuid], now=NOW + DAY)
    pass_by(NOW + DAY)
    assert (len(mails()), states("assigned")) == (1, ["sent"])


def test_of_the_mails_that_a_dead_worker_had_begun_only_the_last_is_in_doubt(campus):
    names = ["lena", "otto", "piet"]
    for name in names[1:]:
        build.user(name, organization="Acme")
    campus.assign(*names)
    remind.find_due_reminders(now=NOW)
    claimed = notify.claim_notices(now=NOW)
    around = noticing.circumstances(claimed.rows)
    for second, row in enumerate(claimed.rows):
        assert notify.begin_sending([row], around, now=NOW + timedelta(seconds=second)).rows
    first_ends = NOW + notify.LEASE
    assert notify.give_up_unknown(now=first_ends).changed == []
    found = dict(Notice.objects.values_list("recipient__username", "state"))
    assert sorted(found.values()) == ["sending", "sending", "sent"]
    assert len(notify.give_up_unknown(now=first_ends + timedelta(seconds=2)).changed) == 1
    found = dict(Notice.objects.values_list("recipient__username", "state"))
    assert [found[row.recipient.username] for row in claimed.rows] == ["sent", "sent", "unknown"]
    ticks(NOW, NOW + DAY, timedelta(hours=1))
    assert mails() == []


def test_a_claim_whose_worker_died_before_is_taken_over_when_its_lease_ends(campus):
    campus.assign()
    remind.find_due_reminders(now=NOW)
    lost = notify.claim_notices(now=NOW)
    assert lost.rows
    pass_by(NOW + notify.LEASE - timedelta(seconds=1))
    assert mails() == []
    pass_by(NOW + notify.LEASE)
    assert len(mails()) == 1
    around = noticing.circumstances(lost.rows)
    assert not notify.begin_sending(lost.rows, around, now=NOW + notify.LEASE).rows
    assert not notify.put_back(lost.rows, DAY, now=NOW).refused
    assert states("assigned") == ["sent"]


def test_a_slow_worker_whose_mail_was_given_up_still_tells_that_it_went_out(campus):
    campus.assign()
    remind.find_due_reminders(now=NOW)
    claimed = notify.claim_notices(now=NOW)
    begun = notify.begin_sending(claimed.rows, noticing.circumstances(claimed.rows), now=NOW)
    notify.give_up_unknown(now=NOW + notify.LEASE)
    assert states("assigned") == ["unknown"]
    notify.note_sent([begun], now=NOW + notify.LEASE)
    assert states("assigned") == ["sent"]


def test_a_mail_that_cannot_be_put_into_words_holds_up_no_other(campus, monkeypatch, caplog):
    build.user("otto", organization="Acme")
    original = letters.context

    def context(rows, *arguments, **named):
        if rows[0].recipient.username == "lena":
            raise RuntimeError("no words")
        return original(rows, *arguments, **named)

    monkeypatch.setattr(letters, "context", context)
    campus.assign("lena", "otto")
    pass_by(NOW)
    assert (len(mails()), len(mails("otto"))) == (0, 1)
    assert log("assigned")[0][1:] == ("failed", "text")


# ----- reminding by hand ---------------------------------------------------------------------------------------------


def remind_now(actor, now, *names):
    with clock.at(now):
        return api.remind_now(actor=actor, ids=ids(*names), now=now)


def test_staff_remind_at_once_and_again_only_after_a_while(assigned):
    mail.outbox.clear()
    assert remind_now(assigned.coordinator, may(5)).changed == ids()
    pass_by(may(5))
    assert "9 days left" in text(mails()[0])
    assert codes(remind_now(assigned.coordinator, may(6, 7))) == ["cooling_down"]
    assert remind_now(assigned.coordinator, may(6, 9)).changed == ids()
    pass_by(may(6, 9))
    assert len(mails()) == 2
    assert round_of().last_reminder_at == may(6, 9)
    assert AuditEntry.objects.filter(act="reminded").count() == 2


def test_the_cool_down_may_be_set(assigned, settings):
    settings.MANDATORY_ASSIGNMENTS_REMIND_AGAIN_HOURS = 1
    remind_now(assigned.coordinator, may(5, 8))
    assert codes(remind_now(assigned.coordinator, may(5, 8) + timedelta(minutes=59))) == ["cooling_down"]
    assert not codes(remind_now(assigned.coordinator, may(5, 9)))


def test_a_manager_reminds_their_own_team_and_nobody_else(assigned):
    head = build.user("max", organization="Acme")
    other = build.user("otto", organization="Acme")
    build.department("Acme/Field", organization="Acme", members=[assigned.learner], managers=[head])
    assigned.assign("otto")
    pass_by(may(4))
    outcome = remind_now(head, may(5), "lena", "otto")
    assert (outcome.changed, codes(outcome)) == (ids("lena"), ["not_found"])
    assert other


@pytest.mark.parametrize(
    ("act", "code"),
    [
        pytest.param(_complete, "completed", id="completed"),
        pytest.param(
            lambda campus: api.withdraw_assignments(actor=campus.coordinator, ids=ids(), now=may(5)),
            "withdrawn",
            id="withdrawn",
        ),
        pytest.param(
            lambda campus: api.exempt_assignments(actor=campus.coordinator, ids=ids(), reason="Ill", now=may(5)),
            "exempt",
            id="exempt",
        ),
        pytest.param(
            lambda campus: api.pause_learner(
                actor=campus.coordinator, learner="lena", from_on=on(5), until_on=on(20), now=may(5)
            ),
            "paused",
            id="paused",
        ),
        pytest.param(_set(cut_off_at=may(5)), "frozen", id="frozen"),
        pytest.param(
            lambda campus: api.archive_training(course_training().uuid, actor=campus.coordinator, now=may(5)),
            "archived",
            id="archived",
        ),
    ],
)
def test_who_needs_no_reminder_gets_none_by_hand_either(assigned, act, code):
    act(assigned)
    assert codes(remind_now(assigned.coordinator, may(12))) == [code]
    assert not Notice.objects.filter(slot__startswith=noticing.BY_HAND).exists()


def test_a_reminder_by_hand_and_one_by_a_rule_are_one_mail(assigned):
    mail.outbox.clear()
    remind_now(assigned.coordinator, DUE_DAY - FIVE_MINUTES)
    pass_by(DUE_DAY)
    assert len(mails()) == 1
    assert sorted(states()) == ["sent", "superseded"]


# ----- one mail a person and tick ------------------------------------------------------------------------------------


def test_reminders_of_several_assignments_are_one_mail(campus):
    others(campus, 4, notify_by_email=False)
    pass_by(NOW)
    ticks(midnight(10), may(12), timedelta(hours=6))
    (sent,) = mails()
    assert text(sent).count("3 days left.") == 4
    assert len({row.mail for row in Notice.objects.filter(kind="reminder")}) == 1


def test_who_has_reminders_to_be_worked_out_waits_so_that_all_of_them_are_one_mail(campus):
    others(campus, 4, notify_by_email=False)
    pass_by(NOW)
    remind.find_due_reminders(now=DUE_DAY, limit=2)
    assert Notice.objects.filter(kind="reminder").count() == 2
    assert notify.claim_notices(now=DUE_DAY).rows == ()
    remind.find_due_reminders(now=DUE_DAY)
    assert len(notify.claim_notices(now=DUE_DAY).rows) == 4


def test_staff_wait_while_anybodys_reminders_are_to_be_worked_out(team):
    assert remind.find_due_reminders(now=DUE_DAY, limit=1).created
    (claimed,) = [notify.claim_notices(now=DUE_DAY)]
    assert {row.role for row in claimed.rows} <= {"student"}
    pass_by(DUE_DAY)
    assert len(mails("max")) == 1


def test_claims_are_by_person(campus):
    names = [person.username for person in build.users(4, prefix="many", organization="Acme")]
    campus.assign(*names)
    build.course("course-v1:Acme+C9+2027", name="Course 9")
    campus.assign(*names, training="course-v1:Acme+C9+2027")
    Cycle.objects.update(next_reminder_at=None)
    for limit, expected in ((3, 2), (4, 4), (100, 2)):
        claimed = notify.claim_notices(now=NOW, limit=limit)
        assert len(claimed.rows) == expected
        assert {row.state for row in claimed.rows} == {NoticeState.CLAIMED}
    assert notify.claim_notices(now=NOW).rows == ()


def test_mails_per_minute_are_limited_for_all_workers_together(campus, settings):
    settings.MANDATORY_ASSIGNMENTS_MAILS_PER_MINUTE = 3
    names = [person.username for person in build.users(8, prefix="many", organization="Acme")]
    campus.assign(*names)
    pass_by(NOW)
    assert len(mail.outbox) == 3
    pass_by(NOW + timedelta(seconds=59))
    assert len(mail.outbox) == 3
    pass_by(NOW + timedelta(seconds=60))
    assert len(mail.outbox) == 6
    pass_by(NOW + timedelta(seconds=120))
    assert len(mail.outbox) == 8
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}


def test_what_a_minute_leaves_over_goes_out_without_a_tick_by_one_message_a_minute(campus, settings, monkeypatch):
    settings.MANDATORY_ASSIGNMENTS_MAILS_PER_MINUTE = 3
    sent = []

    class Publisher:
        connection_for_write = staticmethod(lambda **_: nullcontext())
        send_task = staticmethod(lambda name, *, countdown, **_: sent.append((name, countdown)))

    monkeypatch.setattr(wake, "current_app", Publisher)
    campus.assign(*[person.username for person in build.users(8, prefix="many", organization="Acme")])
    pass_by(NOW)
    sent.clear()
    monkeypatch.setattr(wake, "_windows", {})
    monkeypatch.setattr(wake, "time", seconds := SimpleNamespace(passed=0.0, monotonic=lambda: seconds.passed))
    for minute, (mails_out, messages) in enumerate([(6, 1), (8, 1), (8, 1)], start=1):
        # The clock does not stand still meanwhile.
        seconds.passed = 65.0 * minute
        with clock.at(NOW + timedelta(seconds=seconds.passed)):
            tasks.notify()
        assert (len(mail.outbox), len(sent)) == (mails_out, messages)
    assert sent == [("mandatory_assignments.notify", 60.0)]


# ----- what it costs -------------------------------------------------------------------------------------------------


def test_finding_and_claiming_cost_six_statements_together(campus, count_queries):
    names = [person.username for person in build.users(40, prefix="many", organization="Acme")]
    campus.assign(*names, remind=reminders.SETS["relaxed"], notify_by_email=False)
    pass_by(NOW)
    savepoints = 2 * 2
    at = may(11, 0)
    assert count_queries(lambda: (remind.find_due_reminders(now=at), notify.claim_notices(now=at))) == 6 + savepoints
    assert Notice.objects.filter(kind="reminder", state="claimed").count() == 40


def test_a_mail_costs_one_statement_and_what_went_out_one_more_for_many(campus, monkeypatch):
    monkeypatch.setattr(sending, "FRESH_SECONDS", 60)
    counted = []
    for number in (1, sending.LOOKED_AHEAD, sending.LOOKED_AHEAD + 10):
        names = [person.username for person in build.users(number, prefix=f"crowd{number}x", organization="Acme")]
        campus.assign(*names, remind=[])
        Cycle.objects.update(next_reminder_at=None)
        build.run_pending()
        with CaptureQueriesContext(connection) as captured, clock.at(NOW):
            mailing.send_waiting(NOW)
        counted.append(len(captured))
    one, many, more = counted
    assert many - one == sending.LOOKED_AHEAD - 1
    look, savepoints, note = 1, 2, 1
    assert more - many == 10 + look + savepoints + note
