"""Repetition and reminders in the forms: refusals at their fields, buttons that keep all, dates that come true."""

import re

import pytest

from mandatory_assignments.data import Reminder, Repeat, RepeatAnchor, RepeatEvidence, RepeatUnit, Role, Unfinished
from mandatory_assignments.models import Assignment, AuditEntry, Cycle
from mandatory_assignments.queries import recurring, reminding
from mandatory_assignments.services.texts import save_reminder_set, save_template
from tests.roles import COURSE, NOW

NEW = "/mandatory-assignments/staff/new/"
GOOD = {"course": COURSE, "learner": "otto", "due_on": "2027-05-31"}
YEARLY = {"repeats": "on", "every": "52", "unit": "weeks", "anchor": "completion", "unfinished": "hold"}


def row(number=0, **named):
    """A row as a browser sends it."""
    values = {"days": "3", "when": "before", "recipients": ["student"], "repeat_every": "", "cap": "", **named}
    return {f"reminders-{number}-{name}": value for name, value in values.items()}


def rows(*found):
    sent = {"remind": "own", "reminders-TOTAL_FORMS": len(found), "reminders-INITIAL_FORMS": len(found)}
    for number, each in enumerate(found):
        sent |= row(number, **each)
    return sent


def send(cast, role="coordinator", address=NEW, **changed):
    return cast.client(role).post(address, {**GOOD, **changed})


def made(cast):
    return Assignment.objects.get(learner=cast.people["other_learner"])


def rules(assignment):
    return reminding.rules_of([assignment.reminder_set_id])[assignment.reminder_set_id]


def complaints(answer):
    assert answer.status_code == 200
    return [(label, error) for _id, label, error in answer.context["form"].complaints]


def test_without_a_word_it_comes_once_and_reminds_as_usual(cast):
    assert send(cast).status_code == 302
    assert recurring.repeat_of(made(cast)) is None
    assert rules(made(cast)) == (Reminder(3),)


def test_a_repetition_is_stored_as_it_was_chosen(cast):
    answer = send(cast, **{**YEARLY, "every": "2", "unit": "years", "anchor": "calendar", "unfinished": "roll"})
    assert answer.status_code == 302
    assert recurring.repeat_of(made(cast)) == Repeat(
        2, RepeatUnit.YEARS, RepeatAnchor.CALENDAR, Unfinished.ROLL, RepeatEvidence.CLEAR
    )


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"every": ""}, "Every", "Say how often: a whole number from 1 to 1000."),
        ({"every": "0"}, "Every", "0 is not allowed: write a whole number from 1 to 1000."),
        ({"every": "1001"}, "Every", "1001 is not allowed: write a whole number from 1 to 1000."),
        ({"every": "often"}, "Every", "often is not allowed: write a whole number from 1 to 1000."),
        ({"every": "4"}, "Every", "The interval of 28 days must be longer than the 28 days to the due date."),
        ({"unit": "moons"}, "Unit", "moons is not one of the available choices"),
        ({"evidence": "keep"}, "What was done in the round before", "Finished work can be kept only where staff"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_repetition_is_said_beside_the_field(cast, changed, field, words):
    answer = send(cast, **{**YEARLY, **changed})
    ((label, error),) = complaints(answer)
    assert label == field
    assert words in error
    assert not Assignment.objects.filter(learner=cast.people["other_learner"]).exists()


def test_what_stands_in_a_repetition_that_was_not_chosen_is_no_mistake(cast):
    assert send(cast, every="often", unit="moons").status_code == 302


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("none", ()),
        ("relaxed", (Reminder(3),)),
        ("onboarding", (Reminder(-7),)),
    ],
)
def test_a_set_is_chosen_by_one_click(cast, chosen, expected):
    send(cast, remind=chosen)
    assert rules(made(cast)) == expected


def test_a_set_of_the_organization_is_offered_by_name(cast):
    wanted = (Reminder(30, (Role.MANAGERS,)), Reminder(0))
    save_reminder_set(actor=cast.people["coordinator"], name="Audits", organization="Acme", wanted=wanted, now=NOW)
    page = cast.client("coordinator").get(NEW)
    (option,) = [each for each in page.context["form"].options if each["name"] == "Audits"]
    assert option["words"] == "30 days before (managers); on the day"
    send(cast, remind=option["value"])
    assert rules(made(cast)) == wanted
    others = [each["name"] for each in cast.client("foreign_coordinator").get(NEW).context["form"].options]
    assert "Audits" not in others


def test_own_rules_are_stored_in_their_order(cast):
    (template,) = save_template(
        actor=cast.people["coordinator"],
        organization="Acme",
        name="Last call",
        kind="reminder",
        wordings={"": ("Last call", "Do it now.")},
        now=NOW,
    ).created
    sent = rows(
        {"days": "2", "when": "after", "recipients": ["student", "managers"], "repeat_every": "7", "cap": "3"},
        {"days": "", "when": "on", "template": str(template)},
        {"days": "10", "recipients": ["assigned_by"]},
    )
    assert send(cast, **sent).status_code == 302
    assert rules(made(cast)) == (
        Reminder(-2, (Role.STUDENT, Role.MANAGERS), "", 7, 3),
        Reminder(0, (Role.STUDENT,), str(template)),
        Reminder(10, (Role.ASSIGNED_BY,)),
    )


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"days": ""}, "Days", "Say how many days."),
        ({"days": "5000"}, "Days", "5000 is not allowed: write a whole number from 0 to 3650."),
        ({"days": "-3"}, "Days", "-3 is not allowed"),
        ({"days": "x"}, "Days", "x is not allowed"),
        ({"when": "never"}, "When", "never is not one of the available choices"),
        ({"recipients": []}, "To", "Choose at least one recipient."),
        ({"recipients": ["everybody"]}, "To", "everybody is not one of the available choices"),
        (
            {"repeat_every": "7", "cap": "2"},
            "Again every so many days",
            "Only a reminder after the due date comes again",
        ),
        (
            {"when": "after", "repeat_every": "7"},
            "So many times in all, at most",
            "Say how many times in all: 1 to 100.",
        ),
        ({"when": "after", "repeat_every": "0", "cap": "2"}, "Again every so many days", "0 is not allowed"),
        ({"when": "after", "cap": "2"}, "So many times in all, at most", "Say after how many days it comes again"),
        ({"when": "after", "repeat_every": "1", "cap": "101"}, "So many times in all, at most", "from 1 to 100"),
        ({"template": "6f1a3c52-0000-4000-8000-000000000000"}, "Text", "is not one of the available choices"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_reminder_is_said_in_its_row(cast, changed, field, words):
    answer = send(cast, **rows({}, changed))
    ((label, error),) = complaints(answer)
    assert label == f"Reminder 2, {field}"
    assert words in error
    target = answer.context["form"].complaints[0][0]
    assert f'id="{target}"' in answer.content.decode()
    assert not Assignment.objects.filter(learner=cast.people["other_learner"]).exists()


def test_more_reminders_than_are_allowed_are_refused(cast):
    assert complaints(send(cast, **rows(*[{"days": str(day)} for day in range(21)]))) == [
        ("Reminders", "At most 20 reminders are allowed.")
    ]


def test_rows_count_only_where_own_rules_are_chosen(cast):
    sent = {**rows({"days": "x"}), "remind": "relaxed"}
    assert send(cast, **sent).status_code == 302


@pytest.mark.parametrize("button", [{"add": "1"}, {"remove": "0"}, {"use": "1"}, {"show": "1"}], ids=str)
def test_a_button_of_the_form_keeps_everything_and_saves_nothing(cast, button):
    typed = {
        **YEARLY,
        "every": "often",
        "learner": "nobody at all",
        "note": "Half a",
        "due_on": "soon",
        "grace_days": "x",
    }
    answer = send(cast, **{**typed, **rows({"days": "x"}, {"days": "17"}), **button})
    html = answer.content.decode()
    form = answer.context["form"]
    assert not form.errors
    assert 'role="alert"' not in html
    assert "ma-error" not in html
    assert {name: form[name].value() for name in typed if name != "repeats"} == {
        name: value for name, value in typed.items() if name != "repeats"
    }
    assert form["repeats"].value() is True
    days = [each["days"].value() for each in form.rows.forms]
    assert days == {"add": ["x", "17", "3"], "remove": ["17"]}.get(next(iter(button)), ["x", "17"])
    assert Assignment.objects.count() == 1


def test_a_set_can_be_made_own_rules(cast):
    answer = send(cast, remind="compliance", use="1")
    form = answer.context["form"]
    assert form.rows.rules == (
        Reminder(14),
        Reminder(7),
        Reminder(3),
        Reminder(1),
        Reminder(-1, (Role.STUDENT, Role.ASSIGNED_BY)),
    )
    assert [each["value"] for each in form.options if each["checked"]] == ["own"]


PLANS = [
    pytest.param({}, id="as usual"),
    pytest.param({"remind": "compliance", **YEARLY}, id="compliance, yearly"),
    pytest.param({"remind": "compliance", "late_policy": "freeze", "due_on": "2027-05-08"}, id="short and frozen"),
    pytest.param(
        rows({"days": "1", "when": "after", "repeat_every": "2", "cap": "4", "recipients": ["managers", "student"]}),
        id="own rules",
    ),
]


@pytest.mark.parametrize("sent", PLANS)
def test_what_is_foreseen_is_what_is_stored(cast, sent):
    sent = {"learner": "max", **sent}
    foreseen = send(cast, address=f"{NEW}dates/", **sent).context["ahead"]
    assert foreseen.mails
    assert not foreseen.problems
    location = send(cast, **sent)["Location"]
    page = cast.client("coordinator").get(location)
    assert page.context["reminders"] == foreseen.mails
    assert page.context["repeat"] == foreseen.interval
    assert page.context["row"].due_day in foreseen.due
    cycle = Cycle.objects.get(learner=cast.people["manager"])
    assert len(reminding.plan_of(cycle, NOW)) == len(foreseen.mails)


def test_a_mail_that_will_never_be_sent_is_struck_through_with_the_reason(cast):
    html = send(cast, address=f"{NEW}dates/", remind="compliance", due_on="2027-05-08").content.decode()
    assert re.findall(r"<s>([^<]+)</s>", html) == ["Saturday, 24 April 2027 (UTC)", "Saturday, 1 May 2027 (UTC)"]
    assert html.count("before it was assigned") == 2


def test_the_consequence_of_a_repetition_is_told_in_plain_words(cast):
    html = send(cast, address=f"{NEW}dates/", **YEARLY).content.decode()
    assert "Comes again every 52 weeks." in html
    assert "done on 31 May 2027: opens again 29 May 2028, due 26 June 2028" in html


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"learner": ""}, "To see the dates, fill in: Learner."),
        ({"learner": "", "due_on": "", "course": ""}, "To see the dates, fill in: Training, Learner, Due date."),
        ({"learner": "gregor"}, "Name a learner to see the dates."),
        ({"due_on": "2027-05-04"}, "the first date allowed is 2027-05-06"),
        ({"due_on": "soon"}, "This is no date"),
        ({**YEARLY, "every": "1"}, "must be longer than the 28 days to the due date"),
        ({"learner": "lena"}, "This training is assigned to this person already."),
        (rows({"days": "5000"}), "5000 is not allowed"),
    ],
    ids=str,
)
def test_where_no_dates_can_be_told_it_says_why(cast, changed, words):
    answer = send(cast, address=f"{NEW}dates/", **changed)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not answer.context["ahead"].mails
    assert Assignment.objects.count() == 1


def test_whose_session_is_over_keeps_the_page_as_it_is(cast):
    answer = cast.client("anonymous").post(f"{NEW}dates/", GOOD, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")


def test_looking_ahead_asks_the_database_as_often_for_many_mails_as_for_one(cast, count_queries):
    client = cast.client("coordinator")

    def look(*found):
        return lambda: client.post(f"{NEW}dates/", {**GOOD, **rows(*found)})

    look({})()
    few = count_queries(look({"days": "1"}))
    assert count_queries(look(*[{"days": str(day)} for day in range(1, 20)])) == few


def edit(cast, assignment_id, role="coordinator", page="", **changed):
    """Sends the form of the assignment as a browser has it, with some fields changed."""
    address = f"/mandatory-assignments/staff/assignments/{assignment_id}/edit/"
    client = cast.client(role)
    form = client.get(address).context["form"]
    sent = {"reminders_were": form["reminders_were"].value(), "remind": form["remind"].value()}
    for field in form:
        value = field.value()
        if field.name not in sent and value is not None and value is not False:
            sent[field.html_name] = "on" if value is True else str(value)
        if field.field.show_hidden_initial:
            sent[field.html_initial_name] = "" if value is None else str(value)
    for row in form.rows.forms:
        sent |= {field.html_name: field.value() for field in row if field.value() is not None}
    count = len(form.rows.forms)
    sent |= {"reminders-TOTAL_FORMS": count, "reminders-INITIAL_FORMS": count, **changed}
    return client.post(address + page, {name: value for name, value in sent.items() if value is not None})


def last_change(assignment_id):
    return AuditEntry.objects.filter(assignment__uuid=assignment_id).order_by("id").last()


def test_the_form_to_change_shows_what_is_set(cast):
    asked = {"repeat": Repeat(6, RepeatUnit.MONTHS, RepeatAnchor.CALENDAR, Unfinished.ROLL), "remind": [Reminder(-7)]}
    (id,) = cast.assign("otto", **asked)
    form = cast.client("coordinator").get(f"/mandatory-assignments/staff/assignments/{id}/edit/").context["form"]
    assert {name: form[name].value() for name in ("repeats", "every", "unit", "anchor", "unfinished", "remind")} == {
        "repeats": True,
        "every": "6",
        "unit": "months",
        "anchor": "calendar",
        "unfinished": "roll",
        "remind": "onboarding",
    }


def test_rules_that_no_set_has_stand_in_rows(cast):
    wanted = (Reminder(9, (Role.STUDENT, Role.MANAGERS)), Reminder(-1, repeat_every=3, cap=2))
    (id,) = cast.assign("otto", remind=wanted)
    form = cast.client("coordinator").get(f"/mandatory-assignments/staff/assignments/{id}/edit/").context["form"]
    assert form["remind"].value() == "own"
    assert form.rows.is_valid()
    assert form.rows.rules == wanted


def test_what_nobody_touched_is_not_changed(cast):
    (id,) = cast.assign("otto", repeat=Repeat(1, RepeatUnit.YEARS), remind=[Reminder(9), Reminder(-1)])
    before = last_change(id)
    assert edit(cast, id).status_code == 302
    assert last_change(id) == before


def test_a_note_is_changed_and_what_others_changed_meanwhile_stays(cast):
    from mandatory_assignments.services.change import change_assignments

    (id,) = cast.assign("otto", remind=[Reminder(9)])
    address = f"/mandatory-assignments/staff/assignments/{id}/edit/"
    form = cast.client("coordinator").get(address).context["form"]
    counting = {name: form[name].value() for name in ("every", "unit", "anchor", "unfinished", "evidence")}
    shown = {
        **rows({"days": "9"}),
        **counting,
        "reminders_were": form["reminders_were"].value(),
        "initial-repeats": "False",
    }
    fields = {"reminders": [Reminder(2)], "repeat": Repeat(1, RepeatUnit.YEARS)}
    change_assignments(actor=cast.people["coordinator"], ids=[id], fields=fields, now=NOW)
    answer = edit(cast, id, note="Changed", repeats=None, **shown)
    assert answer.status_code == 302
    assert rules(made(cast)) == (Reminder(2),)
    assert recurring.repeat_of(made(cast)) == Repeat(1, RepeatUnit.YEARS)
    assert made(cast).note == "Changed"


def test_repetition_and_reminders_are_changed_and_ended(cast):
    (id,) = cast.assign("otto")
    assert edit(cast, id, **{**YEARLY, "remind": "compliance"}).status_code == 302
    assert recurring.coming(made(cast)) == Repeat(52, RepeatUnit.WEEKS)
    assert len(rules(made(cast))) == 5
    assert edit(cast, id, repeats=None, remind="none").status_code == 302
    assert recurring.coming(made(cast)) is None
    assert rules(made(cast)) == ()


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({**YEARLY, "every": "1"}, "Every", "must be longer than the 11 days to the due date"),
        ({**YEARLY, "evidence": "keep"}, "What was done in the round before", "Finished work can be kept only where"),
        (rows({"recipients": []}), "Reminder 1, To", "Choose at least one recipient."),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_change_is_said_beside_the_field(cast, changed, field, words):
    (id,) = cast.assign("otto")
    ((label, error),) = complaints(edit(cast, id, **changed))
    assert label == field
    assert words in error


def test_what_is_foreseen_of_a_change_is_what_is_stored(cast):
    (id,) = cast.assign("otto")
    changed = {**YEARLY, "remind": "compliance", "due_on": "2027-06-01", "late_policy": "freeze"}
    before = last_change(id)
    foreseen = edit(cast, id, page="dates/", **changed).context["ahead"]
    assert last_change(id) == before
    assert foreseen.mails
    page = cast.client("coordinator").get(edit(cast, id, **changed)["Location"])
    assert page.context["reminders"] == foreseen.mails
    assert page.context["repeat"] == foreseen.interval
    assert page.context["next_opens"] == foreseen.next_opens
    assert page.context["row"].due_day in foreseen.due
