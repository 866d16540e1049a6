"""Beside an assignment: what people were told and will be, reminding now, sending again, ending a repetition."""

import pytest
from django.test import Client

from mandatory_assignments import api
from mandatory_assignments.data import NoticeState, Repeat, RepeatUnit
from mandatory_assignments.models import Assignment, Notice
from tests.roles import NOW, ROLES

pytestmark = pytest.mark.django_db

ANSWERS = {  # to reminding, sending again and ending a repetition
    "anonymous": (302, 302, 302),
    "learner": (403, 403, 403),
    "other_learner": (403, 403, 403),
    "manager": (302, 403, 403),
    "course_staff": (302, 302, 302),
    "coordinator": (302, 302, 302),
    "foreign_coordinator": (404, 404, 404),
    "global_staff": (302, 302, 302),
}


def address(cast, act: str = "") -> str:
    page = f"/mandatory-assignments/staff/assignments/{cast.assignment_id}/"
    return f"{page}{act}/" if act else page


def seen(cast, role: str = "coordinator") -> str:
    return cast.client(role).get(address(cast)).content.decode()


@pytest.mark.parametrize("role", ROLES)
def test_who_may(cast, role):
    client: Client = cast.client(role)
    acts = ("remind", "resend", "end-repetition")
    assert tuple(client.post(address(cast, act)).status_code for act in acts) == ANSWERS[role]


def test_the_page_shows_reminders_to_come_and_what_was_told(cast):
    page = seen(cast)
    assert "Tuesday, 11 May 2027 (Europe/Berlin)" in page
    assert "to come" in page
    assert ">Assigned<" in page


def test_what_will_never_be_sent_is_struck_through_with_the_reason(cast):
    api.exempt_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], reason="Leave", now=NOW)
    page = seen(cast)
    assert "<s>Tuesday, 11 May 2027 (Europe/Berlin)</s>" in page
    assert "exempt at that time" in page


def test_reminding_now_makes_one_mail_and_then_cools_down(cast):
    client = cast.client("manager")
    client.post(address(cast, "remind"))
    client.post(address(cast, "remind"))
    assert Notice.objects.filter(kind="reminder", slot__startswith="now:").count() == 1
    assert "24 hours" in client.get(address(cast)).content.decode()


def test_what_failed_is_sent_again(cast):
    Notice.objects.update(state=NoticeState.FAILED, next_at=None, attempts=8)
    assert "Send again what failed" in seen(cast)
    cast.client("coordinator").post(address(cast, "resend"))
    assert set(Notice.objects.values_list("state", "attempts")) == {("waiting", 0)}


def test_a_repetition_is_told_and_can_be_ended_once(cast):
    (cast.assignment_id,) = cast.assign("otto", repeat=Repeat(52, RepeatUnit.WEEKS))
    assert "Comes again every 52 weeks." in seen(cast)
    client = cast.client("coordinator")
    client.post(address(cast, "end-repetition"), {"reason": "No longer needed"})
    assert Assignment.objects.get(uuid=cast.assignment_id).repetition_ended_at
    page = client.get(address(cast)).content.decode()
    assert "Comes again" not in page
    assert "The repetition was ended. Reason: No longer needed" in page
    client.post(address(cast, "end-repetition"))
    assert "ended already" in client.get(address(cast)).content.decode()
