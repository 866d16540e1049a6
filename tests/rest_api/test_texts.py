"""Templates and reminder sets by REST: kept, shown with real data, and nothing of others to be seen."""

import json

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import NoticeKind, Reminder
from mandatory_assignments.models import EmailTemplate, ReminderSet
from tests.rest_api.test_roles import SET, TEMPLATE
from tests.roles import DUE, NOW

CALLS = "/api/mandatory-assignments/v1"
MISSING = "6f1a3c52-0000-4000-8000-000000000000"


def send(cast, method, path, body=None, role="coordinator", status=200):
    data = b"" if body is None else json.dumps(body).encode()
    answer = cast.client(role).generic(method, f"{CALLS}/{path}", data, "application/json")
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def test_a_template_is_made_changed_and_deleted(cast):
    made = send(cast, "POST", "templates/", TEMPLATE, status=201)
    assert made == {"id": made["id"], **TEMPLATE, "changed_at": made["changed_at"], "editable": True}
    assert made["changed_at"].startswith("2027-05-03T08:")
    path = f"templates/{made['id']}/"
    better = send(cast, "PATCH", path, {"name": "Better"})
    assert better == {**made, "name": "Better", "changed_at": better["changed_at"]}
    german = [{"language": "de", "subject": "Bitte", "body": "Hallo {learner}"}]
    translated = send(cast, "PATCH", path, {"texts": german})
    assert translated == {**better, "texts": german, "changed_at": translated["changed_at"]}
    assert send(cast, "GET", "templates/?organization=Acme")["results"] == [send(cast, "GET", path)]
    assert send(cast, "GET", "templates/?organization=Globex")["results"] == []
    send(cast, "DELETE", path, status=204)
    send(cast, "GET", path, status=404)


def test_a_template_that_a_reminder_names_is_not_deleted(cast):
    made = send(cast, "POST", "templates/", TEMPLATE, status=201)
    rule = {"days": 2, "template": made["id"]}
    shown = send(cast, "PATCH", f"assignments/{cast.assignment_id}/", {"reminders": [rule]})
    assert shown["reminders"][0]["template"] == made["id"]
    assert send(cast, "DELETE", f"templates/{made['id']}/", status=409)["code"] == "in_use"


def test_the_site_is_read_by_coordinators_and_changed_by_global_staff(cast):
    made = send(cast, "POST", "templates/", {**TEMPLATE, "organization": None}, "global_staff", 201)
    assert (made["organization"], made["editable"]) == (None, True)
    assert send(cast, "GET", f"templates/{made['id']}/")["editable"] is False
    assert send(cast, "PATCH", f"templates/{made['id']}/", {"name": "Mine"}, status=403)["code"] == "forbidden"
    assert send(cast, "PATCH", f"templates/{made['id']}/", {"name": "Ours"}, "global_staff")["name"] == "Ours"


def test_a_preview_shows_real_data_in_the_language_that_is_asked_for(cast):
    texts = [
        {"language": "", "subject": "{training}\u2028!", "body": "Dear {learner}, {note}"},
        {"language": "de", "subject": "Bitte", "body": "Hallo {learner}"},
    ]
    made = send(cast, "POST", "templates/", {**TEMPLATE, "texts": texts}, status=201)
    path = f"templates/{made['id']}/preview/"
    told = send(cast, "POST", path, {"assignment": str(cast.assignment_id), "language": "en"})
    assert told == {"language": "en", "subject": "Fire safety !", "body": "Dear Lena Sommer, Before the drill"}
    assert send(cast, "POST", path, {"language": "de"})["body"] == "Hallo Lena Sommer"
    notice = send(cast, "GET", f"assignments/{cast.assignment_id}/notices/")["results"][0]["id"]
    assert send(cast, "POST", path, {"notice": notice, "language": "en"}) == told


def test_a_preview_shows_nobody_of_others(cast):
    gina = build.user("gina", organization="Globex")
    course = build.course("course-v1:Globex+SAFE+2027")
    actor = cast.people["foreign_coordinator"]
    (theirs,) = api.assign_learners(
        actor=actor, training=str(course), learners=[gina.username], due_on=DUE, now=NOW
    ).created
    made = send(cast, "POST", "templates/", TEMPLATE, status=201)
    path = f"templates/{made['id']}/preview/"
    found = send(cast, "POST", path, {"assignment": str(theirs)}, status=400)
    assert found == send(cast, "POST", path, {"assignment": MISSING}, status=400)
    assert found["errors"]["assignment"][0]["code"] == "unknown_assignment"
    told = send(cast, "POST", path, {"notice": MISSING}, status=400)
    assert told["errors"]["notice"][0]["code"] == "unknown_notice"
    assert (
        send(cast, "POST", path, {"language": "xx"}, status=400)["errors"]["language"][0]["code"] == "unknown_language"
    )


def test_a_set_is_made_changed_and_deleted_and_assignments_keep_their_rules(cast):
    made = send(cast, "POST", "reminder-sets/", SET, status=201)
    assert [rule["days"] for rule in made["reminders"]] == [7, 1]
    path = f"reminder-sets/{made['id']}/"
    send(cast, "PATCH", f"assignments/{cast.assignment_id}/", {"reminders": made["id"]})
    changed = send(cast, "PATCH", path, {"reminders": [{"days": 2, "recipient": "managers"}]})
    assert (changed["name"], [rule["recipient"] for rule in changed["reminders"]]) == ("Twice", ["managers"])
    assert send(cast, "PATCH", path, {"name": "Once"}) == {**changed, "name": "Once"}
    assert send(cast, "GET", "reminder-sets/")["results"] == [send(cast, "GET", path)]
    send(cast, "DELETE", path, status=204)
    shown = send(cast, "GET", f"assignments/{cast.assignment_id}/")
    assert [rule["days"] for rule in shown["reminders"]] == [7, 1]


@pytest.mark.parametrize(
    ("path", "body", "field", "code"),
    [
        ("templates/", {**TEMPLATE, "name": " "}, "name", "name_required"),
        ("templates/", {**TEMPLATE, "name": "x" * 300}, "name", "too_long"),
        ("templates/", {**TEMPLATE, "kind": "gossip"}, "kind", "invalid_choice"),
        ("templates/", {**TEMPLATE, "organization": "Globex"}, "organization", "unknown_organization"),
        ("templates/", {**TEMPLATE, "texts": []}, "texts", "text_required"),
        ("templates/", {**TEMPLATE, "texts": {}}, "texts", "not_a_list"),
        ("templates/", {**TEMPLATE, "texts": [{}]}, "texts", "required"),
        ("templates/", {**TEMPLATE, "texts": TEMPLATE["texts"] * 2}, "texts", "named_twice"),
        ("templates/", {**TEMPLATE, "texts": TEMPLATE["texts"] * 101}, "texts", "too_many"),
        ("templates/", {**TEMPLATE, "texts": [{"subject": "a", "body": "{password}"}]}, "texts", "unknown_placeholder"),
        (
            "templates/",
            {**TEMPLATE, "texts": [{"language": "xx", "subject": "a", "body": "b"}]},
            "texts",
            "unknown_language",
        ),
        ("templates/", {**TEMPLATE, "texts": [{"subject": "a", "body": "b" * 10_001}]}, "texts", "too_long"),
        ("templates/", {**TEMPLATE, "colour": "red"}, "colour", "unknown_field"),
        ("reminder-sets/", {**SET, "name": ""}, "name", "name_required"),
        ("reminder-sets/", {**SET, "name": "compliance"}, "name", "name_taken"),
        ("reminder-sets/", {**SET, "organization": "Globex"}, "organization", "unknown_organization"),
        ("reminder-sets/", {**SET, "reminders": "compliance"}, "reminders", "not_a_list"),
        ("reminder-sets/", {**SET, "reminders": [{"days": 5000}]}, "reminders", "bad_days"),
        ("reminder-sets/", {**SET, "reminders": [{"days": 1, "template": MISSING}]}, "reminders", "unknown_template"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_stored(cast, path, body, field, code):
    assert send(cast, "POST", path, body, status=400)["errors"][field][0]["code"] == code
    assert not EmailTemplate.objects.exists()
    assert not ReminderSet.objects.exclude(name="").exists()


def test_a_name_is_taken_once(cast):
    for path, body in (("templates/", TEMPLATE), ("reminder-sets/", SET)):
        send(cast, "POST", path, body, status=201)
        assert send(cast, "POST", path, body, status=400)["errors"]["name"][0]["code"] == "name_taken"


@pytest.fixture
def theirs(cast):
    """What another organization keeps."""
    actor, wordings = cast.people["foreign_coordinator"], {"": ("a", "b")}
    template = api.save_template(actor=actor, name="A", kind=NoticeKind.REMINDER, wordings=wordings, now=NOW)
    rules = api.save_reminder_set(actor=actor, name="A", wanted=[Reminder(1)], now=NOW)
    return {"templates": template.created[0], "reminder-sets": rules.created[0]}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "templates/{}/", None),
        ("PATCH", "templates/{}/", {"name": "B"}),
        ("DELETE", "templates/{}/", None),
        ("POST", "templates/{}/preview/", {}),
        ("GET", "reminder-sets/{}/", None),
        ("PATCH", "reminder-sets/{}/", {"name": "B"}),
        ("DELETE", "reminder-sets/{}/", None),
    ],
)
def test_what_others_keep_is_like_what_does_not_exist(cast, theirs, method, path, body):
    def asked(id):
        browser = cast.client("coordinator")
        for _ in range(2):
            with transaction.atomic(), CaptureQueriesContext(connection) as captured:
                data = b"" if body is None else json.dumps(body).encode()
                answer = browser.generic(method, f"{CALLS}/{path.format(id)}", data, "application/json")
                transaction.set_rollback(True)
        return answer.status_code, answer.content, len(captured)

    missing = asked(MISSING)
    assert missing[0] == 404
    assert asked(theirs[path.split("/")[0]]) == missing
    assert asked("nothing")[:2] == missing[:2]


@pytest.mark.parametrize("path", ["templates/", "reminder-sets/"])
def test_a_list_costs_the_same_for_one_and_for_many(cast, path):
    def cost():
        browser = cast.client("coordinator")
        browser.get(f"{CALLS}/{path}")
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(f"{CALLS}/{path}").status_code == 200
        return len(captured)

    body = {"templates/": TEMPLATE, "reminder-sets/": SET}[path]
    send(cast, "POST", path, body, status=201)
    one = cost()
    for number in range(9):
        send(cast, "POST", path, {**body, "name": f"More {number}"}, status=201)
    assert cost() == one
