"""Repetition, reminders and notices by REST: what is sent comes back, what is planned is told, who may remind."""

import json

from django.db import connection
from django.test.utils import CaptureQueriesContext

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import Reminder, Role
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
