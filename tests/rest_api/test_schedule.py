"""Repetition, reminders and notices by REST: what is sent comes back, what is planned is told, who may remind."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.data import NoticeState, Reminder, Role
from mandatory_assignments.models import Assignment, Notice, NoticePreference, ReminderSet
from tests.roles import COURSE, NOW

CALLS = "/api/mandatory-assignments/v1"
NEW = {"learner": "otto", "training": COURSE, "due_on": "2027-05-14"}
YEARLY = {"every": 52, "unit": "weeks", "anchor": "calendar", "unfinished": "roll", "evidence": "clear"}
RULES = [
    {"days": 3, "recipient": "student", "template": None, "repeat_every": None, "cap": None},
    {"days": -1, "recipient": ["student", "managers"], "template": None, "repeat_every": 7, "cap": 3},
]


def send(cast, method, path, body=None, role="coordinator", status=200):
    data = b"" if body is None else json.dumps(body).encode()
    answer = cast.client(role).generic(method, f"{CALLS}/{path}", data, "application/json")
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


# ----- what is sent -------------------------------------------------------------------------------------------------


def test_repetition_and_reminders_come_back_as_they_were_sent(cast):
    made = send(cast, "POST", "assignments/", {**NEW, "repeat": YEARLY, "reminders": RULES}, status=201)
    assert (made["repeat"], made["reminders"]) == (YEARLY, RULES)
    assert made["next_opens_at"] is not None
    assert send(cast, "GET", f"assignments/{made['id']}/") == made
    assert made in send(cast, "GET", "assignments/")["results"]
    kept = send(cast, "PATCH", f"assignments/{made['id']}/", {"repeat": made["repeat"], "reminders": RULES})
    assert kept == made


def test_what_is_left_out_of_them_has_a_meaning(cast):
    sent = {"repeat": {"every": 1, "unit": "years"}, "reminders": [{"days": 7, "recipient": ["managers", "student"]}]}
    made = send(cast, "POST", "assignments/", {**NEW, **sent}, status=201)
    assert made["repeat"] == {
        "every": 1,
        "unit": "years",
        "anchor": "completion",
        "unfinished": "hold",
        "evidence": "clear",
    }
    assert made["next_opens_at"] is None
    assert made["reminders"] == [
        {"days": 7, "recipient": ["student", "managers"], "template": None, "repeat_every": None, "cap": None}
    ]


def test_a_set_is_named_by_its_name_or_by_its_id(cast):
    made = send(cast, "POST", "assignments/", {**NEW, "reminders": "compliance"}, status=201)
    assert [rule["days"] for rule in made["reminders"]] == [14, 7, 3, 1, -1]
    (own,) = api.save_reminder_set(
        actor=cast.people["coordinator"], name="Ours", wanted=[Reminder(5, (Role.MANAGERS,))], now=NOW
    ).created
    path = f"assignments/{made['id']}/"
    assert [rule["days"] for rule in send(cast, "PATCH", path, {"reminders": str(own)})["reminders"]] == [5]
    assert send(cast, "PATCH", path, {"reminders": "none"})["reminders"] == []
    body = {"ids": [made["id"]], "action": "change", "fields": {"reminders": "relaxed"}}
    assert send(cast, "POST", "assignments/bulk-update/", body)["changed"] == [made["id"]]
    assert [rule["days"] for rule in send(cast, "GET", path)["reminders"]] == [3]
    foreign = {**body, "fields": {"reminders": str(own)}}
    told = send(cast, "POST", "assignments/bulk-update/", foreign, "foreign_coordinator", 400)
    assert told["errors"]["reminders"][0]["code"] == "unknown_set"


def test_a_changed_repetition_is_told_and_null_ends_it(cast):
    path = f"assignments/{cast.assignment_id}/"
    assert send(cast, "PATCH", path, {"repeat": YEARLY})["repeat"] == YEARLY
    assert send(cast, "PATCH", path, {"repeat": None})["repeat"] is None
    told = send(cast, "PATCH", path, {"repeat": {"every": 3, "unit": "days"}}, status=400)
    assert told["errors"]["repeat"][0]["code"] == "interval_too_short"


def test_a_page_with_many_sets_of_rules_costs_as_much_as_one_with_one(cast):
    def cost():
        browser = cast.client("coordinator")
        browser.get(f"{CALLS}/assignments/?page_size=100")
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(f"{CALLS}/assignments/?page_size=100").status_code == 200
        return len(captured)

    send(cast, "PATCH", f"assignments/{cast.assignment_id}/", {"reminders": "compliance"})
    one = cost()
    for number in range(8):
        build.user(f"more{number}", organization="Acme")
        cast.assign(f"more{number}", remind=[Reminder(number + 1)])
    assert cost() == one


# ----- what is done -------------------------------------------------------------------------------------------------


def test_reminding_tells_the_learner_once_and_then_cools_down(cast):
    path = f"assignments/{cast.assignment_id}/remind/"
    assert send(cast, "POST", path, {}, "manager")["id"] == str(cast.assignment_id)
    assert send(cast, "GET", "me/notices/", role="learner")["results"][0]["kind"] == "reminder"
    assert send(cast, "POST", path, {}, status=409)["code"] == "cooling_down"
    assert send(cast, "POST", path, {"reason": "x"}, status=400)["errors"]["reason"][0]["code"] == "unknown_field"
    send(cast, "POST", f"assignments/{cast.assignment_id}/withdraw/", {})
    assert send(cast, "POST", path, {}, status=409)["code"] == "withdrawn"


def test_what_is_completed_needs_no_reminder(cast):
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    assert send(cast, "POST", f"assignments/{cast.assignment_id}/remind/", {}, status=409)["code"] == "completed"


def test_managers_remind_many_of_their_team_and_do_nothing_else_to_many(cast):
    (other,) = cast.assign("otto")
    body = {"ids": [str(cast.assignment_id), str(other)], "action": "remind"}
    answer = send(cast, "POST", "assignments/bulk-update/", body, "manager")
    assert answer["changed"] == [str(cast.assignment_id)]
    assert [row["code"] for row in answer["refused"]] == ["not_found"]
    send(cast, "POST", "assignments/bulk-update/", {**body, "action": "withdraw"}, "manager", 403)
    assert send(cast, "POST", "assignments/bulk-update/", body)["changed"] == [str(other)]


def test_a_repetition_ends_once_for_one_and_for_many(cast):
    (other,) = cast.assign("otto")
    ids = [str(cast.assignment_id), str(other)]
    for id in ids:
        send(cast, "PATCH", f"assignments/{id}/", {"repeat": YEARLY})
    ended = send(cast, "POST", f"assignments/{ids[0]}/end-repetition/", {"reason": "Moved"})
    assert (ended["repeat"], ended["next_opens_at"], ended["status"]) == (None, None, "assigned")
    again = send(cast, "POST", f"assignments/{ids[0]}/end-repetition/", {}, status=409)
    assert again["code"] == "repetition_ended"
    body = {"ids": ids, "action": "end-repetition", "fields": {"reason": "Moved"}}
    answer = send(cast, "POST", "assignments/bulk-update/", body)
    assert answer["changed"] == [ids[1]]
    assert [row["code"] for row in answer["refused"]] == ["repetition_ended"]


# ----- what is told -------------------------------------------------------------------------------------------------


def test_the_inbox_tells_in_words_and_counts_what_is_unread(cast):
    page = send(cast, "GET", "me/notices/", role="learner")
    assert (page["count"], page["unread"], page["next"]) == (1, 1, None)
    (told,) = page["results"]
    assert (told["kind"], told["title"], told["read_at"]) == ("assigned", "Fire safety", None)
    assert told["assignment"] == str(cast.assignment_id)
    assert told["url"].endswith(f"/assignments/{cast.assignment_id}/")
    assert any("Before the drill" in line for line in told["lines"])
    assert send(cast, "GET", "me/notices/", role="coordinator")["results"] == []


def test_notices_are_read_by_their_ids_or_all_at_once_and_nobody_reads_those_of_others(cast):
    send(cast, "POST", f"assignments/{cast.assignment_id}/remind/", {})
    first, _second = send(cast, "GET", "me/notices/", role="learner")["results"]
    for role in ("other_learner", "coordinator"):
        send(cast, "POST", "me/notices/read/", {"ids": [first["id"]]}, role)
    assert send(cast, "GET", "me/notices/", role="learner")["unread"] == 2
    assert send(cast, "POST", "me/notices/read/", {"ids": [first["id"]]}, "learner") == {"unread": 1}
    assert send(cast, "POST", "me/notices/read/", {"ids": []}, "learner") == {"unread": 1}
    assert send(cast, "POST", "me/notices/read/", {}, "learner") == {"unread": 0}
    assert all(row["read_at"] for row in send(cast, "GET", "me/notices/", role="learner")["results"])


@pytest.mark.parametrize(
    ("path", "method", "body", "field", "code"),
    [
        ("me/notices/read/", "POST", {"ids": ["x"]}, "ids", "invalid_id"),
        ("me/notices/read/", "POST", {"ids": "all"}, "ids", "not_a_list"),
        ("me/notices/read/", "POST", {"ids": [7]}, "ids", "invalid"),
        ("me/notices/read/", "POST", {"all": True}, "all", "unknown_field"),
        ("me/notices/?cursor=x", "GET", None, "cursor", "bad_cursor"),
        ("me/notices/?colour=red", "GET", None, "colour", "unknown_filter"),
        ("me/preferences/", "PATCH", {"email": "perhaps"}, "email", "invalid"),
        ("me/preferences/", "PATCH", {"email": None}, "email", "null"),
        ("me/preferences/", "PATCH", {"forced": True}, "forced", "unknown_field"),
    ],
)
def test_what_cannot_be_meant_is_refused(cast, path, method, body, field, code):
    told = send(cast, method, path, body, "learner", 400)
    assert told["errors"][field][0]["code"] == code
    assert not NoticePreference.objects.exists()
    assert not Notice.objects.exclude(read_at=None).exists()


def test_mails_are_switched_off_and_on_by_oneself(cast):
    assert send(cast, "GET", "me/preferences/", role="learner") == {"email": True, "forced": False}
    assert send(cast, "PATCH", "me/preferences/", {"email": False}, "learner") == {"email": False, "forced": False}
    assert send(cast, "PATCH", "me/preferences/", {}, "learner") == {"email": False, "forced": False}
    assert send(cast, "GET", "me/preferences/", role="other_learner")["email"] is True
    assert send(cast, "PATCH", "me/preferences/", {"email": True}, "learner")["email"] is True


def test_a_forced_mail_is_told(cast, settings):
    settings.MANDATORY_ASSIGNMENTS_FORCE_EMAIL = True
    assert send(cast, "GET", "me/preferences/", role="learner") == {"email": True, "forced": True}


def test_the_plan_tells_day_instant_zone_recipient_and_why_a_mail_will_not_be_sent(cast):
    path = f"assignments/{cast.assignment_id}/"
    send(cast, "PATCH", path, {"reminders": [{"days": 14}, {"days": 3, "recipient": ["student", "managers"]}]})
    page = send(cast, "GET", f"{path}reminders/", role="manager")
    assert (page["count"], page["next"], len(page["results"])) == (3, None, 3)
    early, *coming = page["results"]
    assert (early["day"], early["why_not"]) == ("2027-04-30", "before_assigned")
    lena = next(row for row in coming if row["recipient"]["role"] == "student")
    assert lena == {
        "day": "2027-05-11",
        "at": lena["at"],
        "zone": "Europe/Berlin",
        "offset_days": -3,
        "recipient": {"username": "lena", "name": "Lena Sommer", "role": "student"},
        "template": None,
        "sent_at": None,
        "why_not": "",
    }
    assert {row["recipient"]["username"] for row in coming} == {"lena", "max"}
    send(cast, "POST", f"{path}exempt/", {"reason": "Ill"})
    shown = send(cast, "GET", f"{path}reminders/")["results"]
    assert {row["why_not"] for row in shown[1:]} == {"exempt"}


def test_a_mail_that_failed_is_sent_again_and_no_other(cast):
    path = f"assignments/{cast.assignment_id}/notices/"
    (row,) = send(cast, "GET", path)["results"]
    assert (row["kind"], row["recipient"]) == (
        "assigned",
        {"username": "lena", "name": "Lena Sommer", "role": "student"},
    )
    Notice.objects.update(state=NoticeState.SENT)
    assert send(cast, "POST", f"{path}{row['id']}/resend/", {}, status=409)["code"] == "not_failed"
    Notice.objects.update(state=NoticeState.FAILED, reason="refused")
    assert send(cast, "POST", f"{path}{row['id']}/resend/", {})["state"] == "waiting"
    (other,) = cast.assign("otto")
    send(cast, "POST", f"assignments/{other}/notices/{row['id']}/resend/", {}, status=404)
    send(cast, "POST", f"{path}nothing/resend/", {}, status=404)


def test_every_round_is_told_to_staff_and_to_the_learner(cast):
    path = f"assignments/{cast.assignment_id}/"
    send(cast, "PATCH", path, {"repeat": YEARLY})
    opens_at = Assignment.objects.get(uuid=cast.assignment_id).next_opens_at
    with clock.at(opens_at):
        api.tick(now=opens_at)
        rounds = send(cast, "GET", f"{path}cycles/")
        assert [(row["cycle"], row["status"]) for row in rounds["results"]] == [(2, "assigned"), (1, "missed")]
        assert rounds["results"][1]["due_on"] == "2027-05-14"
        assert send(cast, "GET", f"me/{path}cycles/", role="learner") == rounds


# ----- what would be ------------------------------------------------------------------------------------------------


def test_what_is_planned_is_what_will_be_and_nothing_is_stored(cast):
    sent = {**NEW, "repeat": YEARLY, "reminders": [{"days": 14}, {"days": 2}, {"days": -1, "recipient": "managers"}]}
    before = (Assignment.objects.count(), ReminderSet.objects.count(), Notice.objects.count())
    plan = send(cast, "POST", "assignments/plan/", sent)
    assert (Assignment.objects.count(), ReminderSet.objects.count(), Notice.objects.count()) == before
    assert [(row["day"], row["why_not"]) for row in plan["reminders"]] == [
        ("2027-04-30", "before_assigned"),
        ("2027-05-12", ""),
        ("2027-05-15", ""),
    ]
    assert [row["recipient"]["username"] for row in plan["reminders"]] == ["otto", "otto", "cora"]
    assert plan["repetition"]["interval"] == "every 52 weeks"
    assert "12 May 2028" in plan["repetition"]["consequence"]
    made = send(cast, "POST", "assignments/", sent, status=201)
    assert {name: plan[name] for name in ("due_on", "due_at", "zone")} == {
        name: made[name] for name in ("due_on", "due_at", "zone")
    }
    stored = send(cast, "GET", f"assignments/{made['id']}/reminders/")["results"]
    assert [row["at"] for row in stored] == [row["at"] for row in plan["reminders"]]


def test_without_repetition_there_is_nothing_to_say_about_it(cast):
    plan = send(cast, "POST", "assignments/plan/", {**NEW, "late_policy": "freeze", "reminders": [{"days": -2}]})
    assert plan["repetition"] is None
    assert [row["why_not"] for row in plan["reminders"]] == ["frozen"]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"learner": "nobody"}, 400, "unknown_learner"),
        ({"learner": "lena"}, 409, "already_assigned"),
        ({"training": "course-v1:Acme+NONE+2027"}, 400, "unknown_training"),
        ({"organization": "Globex"}, 400, "unknown_organization"),
        ({"due_on": "2027-05-04"}, 400, "due_too_early"),
        ({"repeat": {"every": 1, "unit": "weeks"}}, 400, "interval_too_short"),
        ({"reminders": [{"days": 4000}]}, 400, "bad_days"),
        ({"reminders": "daily"}, 400, "unknown_set"),
        ({"note": "x" * 10_000}, 400, "note_too_long"),
    ],
)
def test_planning_refuses_what_assigning_refuses(cast, changed, status, code):
    planned = send(cast, "POST", "assignments/plan/", {**NEW, **changed}, status=status)
    assert planned == send(cast, "POST", "assignments/", {**NEW, **changed}, status=status)
    assert planned["code"] == code
