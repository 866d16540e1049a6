"""Changing one assignment or several: what the pages foresee, what they do, what they say when it is refused."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from demo.campus import build, clock
from tests.roles import COURSE, NOW, ROLES

STAFF = "/mandatory-assignments/staff"
ACTS = ("extend", "exempt", "lift", "withdraw")


def text(answer):
    """The page as it is read, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def one(cast, act, **named):
    """The address of an act on the one assignment."""
    return f"{STAFF}/assignments/{named.get('id', cast.assignment_id)}/{act}/"


def status(cast, id=None):
    answer = cast.client("coordinator").get(f"{STAFF}/assignments/{id or cast.assignment_id}/")
    return answer.context["row"].status


def send(cast, address, role="coordinator", **fields):
    """The form sent, and the page that it leads to."""
    return cast.client(role).post(address, fields, follow=True)


def crowd(cast, number):
    """Assignments of so many other members."""
    return cast.assign(*[member.username for member in build.users(number, organization="Acme")])


# ----- who may ------------------------------------------------------------------------------------------------------

# The page, and the status for each of ROLES in that order.
ANSWERS = [
    *[(f"/assignments/{{id}}/{act}/", (302, 403, 403, 403, 200, 200, 404, 200)) for act in ("edit", "exempt")],
    ("/assignments/{id}/extend/", (404,) * 8),
    ("/assignments/{id}/withdraw/", (302, 403, 403, 403, 200, 200, 404, 200)),
    ("/assignments/{id}/lift/", (302, 403, 403, 403, 302, 302, 404, 302)),
    ("/assignments/{id}/retry/", (405, 405, 405, 405, 405, 405, 405, 405)),
    ("/assignments/6f1a3c52-0000-4000-8000-000000000000/edit/", (302, 403, 403, 403, 404, 404, 404, 404)),
    ("/assignments/6f1a3c52-0000-4000-8000-000000000000/withdraw/", (302, 403, 403, 403, 404, 404, 404, 404)),
    ("/change/withdraw/?id={id}", (302, 403, 403, 403, 200, 200, 200, 200)),
    ("/change/withdraw/", (302, 403, 403, 403, 302, 302, 302, 302)),
    ("/change/burn/?id={id}", (404, 404, 404, 404, 404, 404, 404, 404)),
    ("/people/lena/pause/", (302, 403, 403, 403, 403, 200, 404, 200)),
    ("/people/lena/resume/", (302, 403, 403, 403, 403, 302, 404, 302)),
    ("/people/nobody/pause/", (302, 403, 403, 403, 403, 404, 404, 404)),
    ("/people/gregor/pause/", (302, 403, 403, 403, 403, 404, 200, 200)),
]


@pytest.mark.parametrize(
    ("path", "role", "expected"),
    [
        pytest.param(path, role, expected, id=f"{path} by {role}: {expected}")
        for path, statuses in ANSWERS
        for role, expected in zip(ROLES, statuses, strict=True)
    ],
)
def test_the_role_decides_about_the_page(cast, path, role, expected):
    assert cast.client(role).get(STAFF + path.format(id=cast.assignment_id)).status_code == expected


@pytest.mark.parametrize("role", ["learner", "other_learner", "manager", "foreign_coordinator"])
def test_a_form_sent_past_the_role_changes_nothing(cast, role):
    from mandatory_assignments.models import Absence, AuditEntry

    before = AuditEntry.objects.count()
    sent = {"reason": "x", "confirmed": "1", "due_on": "2027-06-30", "id": str(cast.assignment_id)}
    for act in (*ACTS, "edit", "retry"):
        cast.client(role).post(one(cast, act), sent)
    for act in ACTS:
        cast.client(role).post(f"{STAFF}/change/{act}/", sent)
    days = {"from_on": "2027-05-10", "until_on": "2027-05-12", "confirmed": "1"}
    cast.client(role).post(f"{STAFF}/people/lena/pause/", days)
    assert (status(cast), Absence.objects.count(), AuditEntry.objects.count()) == ("assigned", 0, before)


def test_a_manager_sees_the_assignment_without_buttons(cast):
    told = text(cast.client("manager").get(f"{STAFF}/assignments/{cast.assignment_id}/"))
    assert "Fire safety" in told
    for word in ("Edit", "Withdraw", "exemption", "Pause"):
        assert word not in told


def test_course_staff_choose_only_what_they_may_change(cast):
    from mandatory_assignments import api

    build.coordinator(cast.people["foreign_coordinator"], "Globex")
    build.user("gina", organization="Globex")
    build.enroll(cast.people["other_learner"], COURSE)
    (foreign,) = api.assign_learners(
        actor=cast.people["global_staff"],
        training=COURSE,
        learners=["gina"],
        organization="Globex",
        due_on=NOW.date() + timedelta(days=20),
        now=NOW,
    ).created
    client = cast.client("course_staff")
    listed = client.get(f"{STAFF}/").content.decode()
    assert f'name="id" value="{cast.assignment_id}"' in listed
    assert f'name="id" value="{foreign}"' not in listed
    assert f"/assignments/{foreign}/" in listed
    assert client.get(f"{STAFF}/assignments/{foreign}/").status_code == 200
    assert client.get(one(cast, "withdraw", id=foreign)).status_code == 404


@pytest.mark.parametrize("path", ["/assignments/{id}/edit/", "/assignments/{id}/withdraw/", "/people/{person}/pause/"])
def test_what_is_foreign_answers_as_what_is_not_there(cast, path):
    client = cast.client("foreign_coordinator")

    def asked(**named):
        address = STAFF + path.format(**named)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
        return answer.status_code, answer.content, len(captured)

    foreign = asked(id=cast.assignment_id, person="lena")
    missing = asked(id="6f1a3c52-0000-4000-8000-000000000000", person="nobody")
    assert foreign == missing
    assert foreign[0] == 404


# ----- editing ------------------------------------------------------------------------------------------------------


def test_editing_moves_the_due_date_and_changes_note_and_late_policy(cast):
    sent = {"due_on": "2027-06-01", "note": "Two\r\nlines", "late_policy": "freeze", "grace_days": "3"}
    answer = send(cast, one(cast, "edit"), **sent)
    told = text(answer)
    assert answer.redirect_chain == [(f"{STAFF}/assignments/{cast.assignment_id}/", 302)]
    assert "Saved." in told
    assert "Tuesday, 1 June 2027" in told
    assert "Work later than 3 days after the due date does not count." in told
    assert answer.context["row"].note == "Two\nlines"
    assert "Due date moved from Friday, 14 May 2027 to Tuesday, 1 June 2027." in told
    assert "Late work does not count any more. Days of grace: 0, now 3. Note changed." in told
    assert "Before the drill" in told


def test_editing_leaves_alone_what_nobody_touched_meanwhile(cast):
    from mandatory_assignments import api

    html = cast.client("coordinator").get(one(cast, "edit")).content.decode()
    shown = dict(re.findall(r'name="(initial-\w+)" value="([^"]*)"', html))
    assert shown["initial-note"] == "Before the drill"
    api.change_assignments(
        actor=cast.people["coordinator"], ids=[cast.assignment_id], fields={"note": "By another"}, now=NOW
    )
    sent = {"due_on": "2027-06-01", "note": "Before the drill", "late_policy": "accept", "grace_days": "0"}
    row = send(cast, one(cast, "edit"), **shown, **sent).context["row"]
    assert (row.due_day, row.note) == ("Tuesday, 1 June 2027", "By another")


def test_a_refused_edit_keeps_what_was_typed_and_says_why(cast):
    sent = {"due_on": "2027-05-01", "note": "Kept", "late_policy": "freeze", "grace_days": "9"}
    answer = send(cast, one(cast, "edit"), **sent)
    html = answer.content.decode()
    assert answer.redirect_chain == []
    assert "2027-05-01 is too early; the first date allowed is 2027-05-03." in html
    assert 'value="2027-05-01"' in html
    assert "Kept</textarea>" in html
    assert 'value="freeze" selected' in html


@pytest.mark.parametrize(
    "changed",
    [{"due_on": "soon"}, {"grace_days": "-1"}, {"late_policy": "burn"}, {"note": "x" * 2001}, {"note": "\x00"}],
)
def test_what_makes_no_sense_is_told_beside_the_field(cast, changed):
    sent = {"due_on": "2027-06-01", "note": "", "late_policy": "accept", "grace_days": "0", **changed}
    answer = send(cast, one(cast, "edit"), **sent)
    assert answer.redirect_chain == []
    assert list(answer.context["form"].errors) == list(changed)
    assert 'aria-invalid="true"' in answer.content.decode()


def test_a_note_can_be_changed_although_the_due_date_has_passed(cast):
    with clock.at(NOW + timedelta(days=20)):
        html = cast.client("coordinator").get(one(cast, "edit")).content.decode()
        assert 'min="2027-05-14"' in html
        sent = {"due_on": "2027-05-14", "note": "Hurry", "late_policy": "accept", "grace_days": "0"}
        assert send(cast, one(cast, "edit"), **sent).context["row"].note == "Hurry"


# ----- withdrawing --------------------------------------------------------------------------------------------------


def test_withdrawing_tells_what_stays_and_then_ends_it(cast):
    told = text(cast.client("coordinator").get(one(cast, "withdraw")))
    for words in (
        "Withdraw this assignment?",
        "Lena Sommer – Fire safety",
        "The learner is told",
        "What was done stays",
    ):
        assert words in told
    answer = send(cast, one(cast, "withdraw"), reason="Left the team")
    told = text(answer)
    assert "Withdrawn: Fire safety, Lena Sommer." in told
    assert "Withdrawn on Monday, 3 May 2027" in told
    assert "Withdrawn. Reason: Left the team" in told
    assert "Edit" not in told


def test_withdrawing_may_end_the_enrolment(cast):
    from common.djangoapps.student.models import CourseEnrollment

    send(cast, one(cast, "withdraw"), unenroll="on")
    build.drain()
    enrolled = CourseEnrollment.objects.get(user=cast.people["learner"], course_id=COURSE).is_active
    told = text(cast.client("coordinator").get(f"{STAFF}/assignments/{cast.assignment_id}/"))
    assert not enrolled
    assert "Ended with the assignment" in told
    assert "Withdrawn; enrolments end where nothing else needs them." in told


def test_a_second_click_leads_to_the_assignment_which_says_how_it_is(cast):
    send(cast, one(cast, "withdraw"))
    for answer in (send(cast, one(cast, "withdraw")), cast.client("coordinator").get(one(cast, "edit"), follow=True)):
        assert answer.redirect_chain == [(f"{STAFF}/assignments/{cast.assignment_id}/", 302)]
        assert "This assignment was withdrawn." in text(answer)


# ----- exempting ----------------------------------------------------------------------------------------------------


def test_an_exemption_shows_the_new_due_date_before_it_is_made(cast):
    answer = send(cast, one(cast, "exempt"), reason="Parental leave", until="2027-06-04")
    told = text(answer)
    assert status(cast) == "assigned"
    assert "New due date: Tuesday, 15 June 2027" in told
    assert "Parental leave" in told
    answer = send(cast, one(cast, "exempt"), reason="Parental leave", until="2027-06-04", confirmed="1")
    told = text(answer)
    assert "Exempt: Lena Sommer from Fire safety." in told
    assert "Exempt until Friday, 4 June 2027" in told
    assert "Exempt from Monday, 3 May 2027 to Friday, 4 June 2027 Parental leave, by Cora Office" in told
    assert "Exempt until Friday, 4 June 2027; due Tuesday, 15 June 2027 after that. Reason: Parental leave" in told


def test_the_form_of_an_exemption_can_be_changed_after_the_look_at_it(cast):
    answer = send(cast, one(cast, "exempt"), reason="Typo", until="2027-06-04", confirmed="1", again="1")
    html = answer.content.decode()
    assert status(cast) == "assigned"
    assert "Typo</textarea>" in html
    assert 'type="date" name="until" value="2027-06-04"' in " ".join(html.split())


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"reason": " ", "until": ""}, "reason"),
        ({"reason": "x", "until": "2027-05-02"}, "until"),
        ({"reason": "x", "until": "2199-01-01"}, "until"),
        ({"reason": "x" * 2001, "until": ""}, "reason"),
    ],
)
@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "1"}], ids=["at first", "confirmed"])
def test_an_exemption_that_cannot_be_is_refused_beside_the_field(cast, sent, field, confirmed):
    answer = send(cast, one(cast, "exempt"), **sent, **confirmed)
    assert answer.redirect_chain == []
    assert list(answer.context["form"].errors) == [field]
    assert "confirmed" not in re.findall(r'name="(\w+)"', answer.content.decode())
    assert status(cast) == "assigned"


def test_lifting_shows_when_it_is_due_then(cast):
    send(cast, one(cast, "exempt"), reason="Leave", confirmed="1")
    with clock.at(NOW + timedelta(days=40)):
        assert status(cast) == "exempt"
        told = text(cast.client("coordinator").get(one(cast, "lift")))
        assert "Lift this exemption?" in told
        assert "New due date: Wednesday, 23 June 2027" in told
        answer = send(cast, one(cast, "lift"))
        assert "No longer exempt: Lena Sommer from Fire safety, due on Wednesday, 23 June 2027." in text(answer)
        assert answer.context["row"].status == "assigned"


# ----- several ------------------------------------------------------------------------------------------------------


def test_several_are_withdrawn_and_the_others_are_named_with_their_reason(cast):
    (otto,) = cast.assign("otto")
    build.complete(cast.people["other_learner"], COURSE)
    build.drain()
    foreign = "6f1a3c52-0000-4000-8000-000000000000"
    ids = [str(cast.assignment_id), str(otto), foreign]
    answer = cast.client("coordinator").get(f"{STAFF}/change/withdraw/", {"id": ids})
    told = text(answer)
    assert "Withdraw 1 assignment?" in told
    assert "2 stay as they are" in told
    assert "Otto Lang – Fire safety This assignment is completed" in told
    assert "There is no such assignment." in told
    back = f"{STAFF}/?status=&search=&order=due_at"
    answer = send(cast, f"{STAFF}/change/withdraw/", id=ids, back=back, reason="Reorganized")
    told = text(answer)
    assert answer.redirect_chain == [(back, 302)]
    assert "Withdrawn: Fire safety, Lena Sommer." in told
    assert "Left as it is: Otto Lang (Fire safety). This assignment is completed" in told
    assert (status(cast), status(cast, otto)) == ("withdrawn", "completed")


def test_several_due_dates_are_moved_at_once(cast):
    ids = [str(cast.assignment_id), *map(str, crowd(cast, 3))]
    answer = send(cast, f"{STAFF}/change/extend/", id=ids, due_on="2027-07-01")
    assert "4 due dates were moved." in text(answer)
    assert {row.due_day for row in answer.context["rows"]} == {"Thursday, 1 July 2027"}


def test_a_date_that_is_too_early_for_all_is_told_beside_the_field(cast):
    ids = [str(cast.assignment_id), *map(str, crowd(cast, 2))]
    answer = send(cast, f"{STAFF}/change/extend/", id=ids, due_on="2027-05-02")
    assert answer.redirect_chain == []
    assert len(answer.context["form"].errors["due_on"]) == 1
    assert answer.content.decode().count('type="hidden" name="id"') == 3


def test_several_exemptions_show_each_new_due_date(cast):
    ids = [str(cast.assignment_id), *map(str, cast.assign("otto", due_on=NOW.date() + timedelta(days=30)))]
    told = text(send(cast, f"{STAFF}/change/exempt/", id=ids, reason="Strike", until="2027-06-04"))
    assert "New due date: Tuesday, 15 June 2027" in told
    assert "New due date: Sunday, 4 July 2027" in told
    answer = send(cast, f"{STAFF}/change/exempt/", id=ids, reason="Strike", until="2027-06-04", confirmed="1")
    assert "2 assignments are exempt." in text(answer)


def test_when_none_can_be_changed_there_is_nothing_to_confirm(cast):
    send(cast, one(cast, "withdraw"))
    answer = cast.client("coordinator").get(f"{STAFF}/change/withdraw/", {"id": [str(cast.assignment_id)]})
    assert "None of the chosen assignments can be changed like this." in text(answer)
    assert '<form class="ma-form"' not in answer.content.decode()


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        ([], "Choose at least one assignment first."),
        (["nonsense"], "Choose at least one assignment first."),
        ([f"6f1a3c52-0000-4000-8000-{number:012}" for number in range(51)], "At most 50 assignments"),
    ],
    ids=["none", "no id", "too many"],
)
def test_a_choice_that_cannot_be_acted_on_leads_back(cast, ids, told):
    back = f"{STAFF}/?status=overdue"
    answer = cast.client("coordinator").get(f"{STAFF}/change/withdraw/", {"id": ids, "back": back}, follow=True)
    assert answer.redirect_chain == [(back, 302)]
    assert told in text(answer)


@pytest.mark.parametrize(
    "back",
    ["https://evil.example.com/", "//evil.example.com", "/logout", f"{STAFF}/../../logout", "javascript:alert(1)"],
)
def test_the_way_back_leads_nowhere_else(cast, back):
    answer = cast.client("coordinator").post(
        f"{STAFF}/change/withdraw/", {"id": [str(cast.assignment_id)], "back": back}
    )
    assert answer["Location"] == f"{STAFF}/"


def test_all_on_a_page_can_be_chosen_by_a_link(cast):
    crowd(cast, 30)
    client = cast.client("coordinator")
    first = client.get(f"{STAFF}/")
    assert not re.search(r'name="id" value="[^"]+" checked', first.content.decode())
    html = client.get(f"{STAFF}/?{first.context['page_query']}&picked=all").content.decode()
    assert len(re.findall(r'name="id" value="[^"]+" checked', html)) == 25


@pytest.mark.parametrize("act", ["exempt", "withdraw", "extend"])
def test_looking_at_many_costs_as_many_queries_as_at_few(cast, act):
    ids = [str(id) for id in crowd(cast, 25)]
    client = cast.client("coordinator")

    def cost(some):
        client.get(f"{STAFF}/change/{act}/", {"id": some})
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{STAFF}/change/{act}/", {"id": some}).status_code == 200
        return len(captured)

    assert cost(ids) == cost(ids[:2])


def test_what_was_only_looked_at_leaves_no_trace(cast):
    from mandatory_assignments.models import AuditEntry, Deadline, Hold, LookAgain

    def kept():
        return [model.objects.count() for model in (AuditEntry, Deadline, Hold, LookAgain)]

    before = kept()
    for act in ACTS:
        cast.client("coordinator").get(one(cast, act))
    send(cast, one(cast, "exempt"), reason="Leave", until="2027-06-04")
    assert kept() == before


# ----- enrolment ----------------------------------------------------------------------------------------------------


def test_a_refused_enrolment_is_tried_again_at_once(cast):
    from mandatory_assignments.models import RequiredEnrollment

    invited = build.course("course-v1:Acme+GUESTS+2027", name="Guests", invitation_only=True)
    (guest,) = cast.assign(training=str(invited))
    build.drain()
    page = f"{STAFF}/assignments/{guest}/"
    assert "Try the enrolment again" in text(cast.client("coordinator").get(page))
    later = NOW + timedelta(minutes=1)
    with clock.at(later):
        assert "is tried again within moments" in text(send(cast, one(cast, "retry", id=guest)))
    waits = RequiredEnrollment.objects.get(assignment__uuid=guest).next_at - later
    assert waits < timedelta(seconds=10)
    assert "Enrolment tried again." in text(cast.client("coordinator").get(page))


def test_where_nothing_was_refused_nothing_is_tried_again(cast):
    answer = send(cast, one(cast, "retry"))
    assert "There is no enrolment to be tried again." in text(answer)
    assert "Try the enrolment again" not in text(answer)
