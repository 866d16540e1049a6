"""What the calls answer: the assignment's shape, lists and their pages, the learner's own."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.models import Assignment, Department, LearningGroup
from tests.roles import COURSE, NOW

CALLS = "/api/mandatory-assignments/v1"
NEW = {"learner": "otto", "training": COURSE, "due_on": "2027-05-14"}


def get(cast, role, path, **query):
    answer = cast.client(role).get(f"{CALLS}/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def post(cast, **changed):
    return cast.client("coordinator").post(f"{CALLS}/assignments/", {**NEW, **changed}, content_type="application/json")


def test_an_assignment_has_exactly_the_documented_shape(cast):
    shown = get(cast, "coordinator", f"assignments/{cast.assignment_id}/")
    training = shown.pop("training")
    assert re.fullmatch(r"[0-9a-f-]{36}", training.pop("id"))
    assert training == {"kind": "course", "key": COURSE, "name": "Fire safety"}
    assert shown == {
        "id": str(cast.assignment_id),
        "learner": {"username": "lena", "name": "Lena Sommer"},
        "status": "assigned",
        "late_days": 0,
        "percent": 0,
        "units_done": 0,
        "units_total": 4,
        "due_on": "2027-05-14",
        "due_at": "2027-05-14T21:59:59.999999Z",
        "zone": "Europe/Berlin",
        "assigned_at": "2027-05-03T08:00:00Z",
        "assigned_by": "cora",
        "completed_at": None,
        "note": "Before the drill",
        "cycle": 1,
        "opens_at": "2027-05-03T08:00:00Z",
        "modifiers": [],
        "repeat": None,
        "next_opens_at": None,
        "reminders": [
            {"days": 3, "recipient": "student", "template": None, "repeat_every": None, "cap": None},
        ],
        "enrollment": {"state": "enrolled", "reason": ""},
        "organization": "Acme",
        "notify_by_email": True,
        "late_policy": "accept",
        "grace_days": 0,
    }


def test_posting_gives_the_new_assignment(cast):
    answer = post(cast, learner=" OTTO@EXAMPLE.COM ", note="<b>Read</b> & do\n")
    shown = answer.json()
    assert answer.status_code == 201
    assert (shown["learner"]["username"], shown["note"], shown["status"]) == ("otto", "<b>Read</b> & do", "assigned")
    assert shown["enrollment"] == {"state": "pending", "reason": ""}
    assert shown == get(cast, "coordinator", f"assignments/{shown['id']}/")


def test_a_training_may_be_named_by_its_id(cast):
    training = get(cast, "coordinator", f"assignments/{cast.assignment_id}/")["training"]["id"]
    assert post(cast, training=training).json()["training"]["key"] == COURSE


def test_an_enrolment_that_was_refused_needs_attention(cast):
    invited = build.course("course-v1:Acme+GUESTS+2027", invitation_only=True)
    made = post(cast, training=str(invited)).json()
    build.drain()
    shown = get(cast, "coordinator", f"assignments/{made['id']}/")
    assert shown["modifiers"] == ["needs_attention"]
    assert shown["enrollment"] == {"state": "refused", "reason": "closed"}


def test_a_late_completion_stays_late(cast):
    build.complete(cast.people["learner"], COURSE, at=NOW + timedelta(days=14))
    api.tick(now=NOW + timedelta(days=15))
    with clock.at(NOW + timedelta(days=30)):
        shown = get(cast, "coordinator", f"assignments/{cast.assignment_id}/")
    assert (shown["status"], shown["late_days"], shown["percent"]) == ("completed", 3, 100)
    assert shown["completed_at"].startswith("2027-05-17T08:00:0")
    assert shown["completed_at"].endswith("Z")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"lena", "otto", "olga"}),
        ({"status": "open"}, {"otto", "olga"}),
        ({"status": "assigned"}, {"otto"}),
        ({"status": "in_progress,completed"}, {"lena", "olga"}),
        ({"status": "overdue"}, set()),
        ({"status": ""}, {"lena", "otto", "olga"}),
        ({"learner": "olga"}, {"olga"}),
        ({"learner": "Olga@Example.com"}, {"olga"}),
        ({"training": COURSE}, {"lena", "otto", "olga"}),
        ({"organization": "Acme", "search": "sommer"}, {"lena"}),
        ({"search": "fire"}, {"lena", "otto", "olga"}),
        ({"department": "Acme/Field"}, {"lena", "olga"}),
        ({"department": "Acme/Field/North"}, {"olga"}),
        ({"group": "Aid"}, {"otto"}),
        ({"due_after": "2027-05-14"}, {"lena", "otto", "olga"}),
        ({"due_after": "2027-05-15"}, set()),
        ({"due_before": "2027-05-14"}, {"lena", "otto", "olga"}),
        ({"due_before": "2027-05-13"}, set()),
        ({"due_after": "2027-05-14", "due_before": "2027-05-14", "status": "assigned"}, {"otto"}),
        ({"department": "", "group": "", "due_after": "", "due_before": "", "search": ""}, {"lena", "otto", "olga"}),
    ],
    ids=lambda given: str(given) if isinstance(given, dict) else ", ".join(sorted(given)) or "nobody",
)
def test_the_list_is_narrowed(cast, query, found):
    olga = build.user("olga", name="Olga Winter", organization="Acme")
    cast.assign("otto", "olga")
    build.complete(cast.people["learner"], COURSE)
    build.complete(olga, COURSE, units=1)
    build.drain()
    build.department("Acme/Field/North", organization="Acme", members=[olga])
    build.learning_group("Aid", "Acme", members=[cast.people["other_learner"]])
    uuids = {f"Acme/{row.path}": row.uuid for row in Department.objects.all()} | {
        "Aid": LearningGroup.objects.get().uuid
    }
    query = {name: uuids.get(value, value) for name, value in query.items()}
    page = get(cast, "coordinator", "assignments/", **query)
    assert {row["learner"]["username"] for row in page["results"]} == found
    assert (page["count"], page["count_exact"]) == (len(found), True)


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("exempt", {"otto"}),
        ("paused", {"lena"}),
        ("withdrawn", {"olga"}),
        ("missed,completed", set()),
        ("exempt,paused,withdrawn", {"lena", "otto", "olga"}),
        ("open,overdue", {"odo"}),
    ],
)
def test_every_status_can_be_asked_for(cast, status, found):
    for name in ("olga", "odo"):
        build.user(name, organization="Acme")
    otto, olga, _odo = cast.assign("otto", "olga", "odo")
    acting = {"actor": cast.people["coordinator"], "now": NOW}
    api.exempt_assignments(ids=[otto], reason="Ill", **acting)
    api.withdraw_assignments(ids=[olga], **acting)
    api.pause_learner(learner="lena", from_on=NOW.date(), until_on=cast_day(3), **acting)
    page = get(cast, "coordinator", "assignments/", status=status)
    assert {row["learner"]["username"] for row in page["results"]} == found
    assert {row["status"] for row in page["results"]} <= {*status.split(","), "assigned"}


def test_by_status_is_by_deadline(cast):
    cast.assign("otto", due_on=cast_day(30))
    for ordering in ("", "-"):
        pages = [
            get(cast, "coordinator", "assignments/", ordering=f"{ordering}{name}") for name in ("status", "due_at")
        ]
        assert pages[0]["results"] == pages[1]["results"]
    assert [row["learner"]["username"] for row in pages[0]["results"]] == ["otto", "lena"]


def test_late_policy_and_days_of_grace_are_the_organizations_when_left_out(cast):
    api.set_policy("Acme", fields={"late_policy": "freeze", "grace_days": 4}, actor=cast.people["coordinator"], now=NOW)
    shown = post(cast, late_policy=None).json()
    assert (shown["late_policy"], shown["grace_days"]) == ("freeze", 4)
    build.user("olga", organization="Acme")
    shown = post(cast, learner="olga", late_policy="accept", grace_days=0).json()
    assert (shown["late_policy"], shown["grace_days"]) == ("accept", 0)


@pytest.mark.parametrize("ordering", ["due_at", "-due_at", "assigned_at", "-percent", "sort_name", "last_reminder_at"])
def test_pages_go_through_equal_values_once_each_and_back_again(cast, ordering):
    cast.assign(*[member.username for member in build.users(24, organization="Acme")])
    client, address, seen = cast.client("coordinator"), f"{CALLS}/assignments/?ordering={ordering}&page_size=10", []
    while address:
        page = client.get(address).json()
        seen.append([row["id"] for row in page["results"]])
        address, back = page["next"], page["previous"]
    assert [len(ids) for ids in seen] == [10, 10, 5]
    assert len({name for ids in seen for name in ids}) == 25
    middle = client.get(back).json()
    assert [row["id"] for row in middle["results"]] == seen[1]
    first = client.get(middle["previous"]).json()
    assert [row["id"] for row in first["results"]] == seen[0]
    assert first["previous"] is None


def test_asking_for_too_large_a_page_gives_the_largest(cast):
    cast.assign(*[member.username for member in build.users(101, organization="Acme")])
    page = get(cast, "coordinator", "assignments/", page_size=1000)
    assert (len(page["results"]), page["count"]) == (100, 102)


def statements(client, address):
    """What one request asks of the database, the frame that only a test puts around it left out."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]


@pytest.mark.parametrize("role", ["manager", "course_staff", "coordinator", "global_staff"])
def test_the_list_costs_as_many_queries_for_a_hundred_rows_as_for_one(cast, role):
    client, address = cast.client(role), f"{CALLS}/assignments/?page_size=100"
    one = statements(client, address)
    members = build.users(99, organization="Acme")
    build.department("Acme/Field", members=members)
    cast.assign(*[member.username for member in members])
    assert client.get(address).json()["count"] == 100
    # A part of the list for each way in which something is seen and for each status is asked for by itself.
    assert len(statements(client, address)) == len(one) <= 20


@pytest.mark.parametrize("view", ["all", "dashboard"])
def test_my_list_costs_at_most_five_queries_for_a_hundred_rows(cast, view):
    for number in range(99):
        course = build.course(f"course-v1:Acme+C{number}+2027", sections=1, subsections=1, units=1, blocks=1)
        cast.assign(training=str(course))
    client, address = cast.client("learner"), f"{CALLS}/me/assignments/?page_size=100&view={view}"
    assert client.get(address).json()["count"] == 100
    assert len(statements(client, address)) <= 5


def test_my_list_holds_only_mine_with_what_is_open_first(cast):
    other = build.course("course-v1:Acme+SECOND+2027")
    cast.assign(training=str(other), due_on=cast_day(40))
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    page = get(cast, "learner", "me/assignments/")
    assert [row["training"]["key"] for row in page["results"]] == [str(other), COURSE]
    assert page["count"] == 2
    assert get(cast, "other_learner", "me/assignments/")["results"] == []


def test_the_dashboard_of_the_api_is_that_of_the_page_without_what_was_withdrawn(cast):
    for number in range(3):
        cast.assign(training=str(build.course(f"course-v1:Acme+D{number}+2027")))
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    ids = [row["id"] for row in get(cast, "learner", "me/assignments/", view="dashboard")["results"]]
    assert ids[-1] == str(cast.assignment_id)
    api.withdraw_assignments(actor=cast.people["coordinator"], ids=[UUID(ids[0])], now=NOW)
    assert [row["id"] for row in get(cast, "learner", "me/assignments/", view="dashboard")["results"]] == ids[1:]
    assert get(cast, "learner", "me/assignments/")["count"] == 4


def test_the_dashboard_forgets_what_was_due_fifteen_days_ago(cast):
    def shown(day, hour):
        with clock.at(NOW.replace(day=day, hour=hour)):
            return get(cast, "learner", "me/assignments/", view="dashboard")["count"]

    # Due on 14 May in Berlin: hidden from local midnight of 29 May, which is 22:00 UTC of the 28th.
    assert (shown(28, 21), shown(28, 22)) == (1, 0)


def test_my_assignment_tells_every_unit(cast):
    build.complete(cast.people["learner"], COURSE, units=1)
    build.drain()
    shown = get(cast, "learner", f"me/assignments/{cast.assignment_id}/")
    assert [item["done"] for item in shown["items"]] == [True, False, False, False]
    assert [item["key"] for item in shown["items"]] == [str(key) for key in build.units(COURSE)]
    assert {frozenset(item) for item in shown["items"]} == {frozenset({"key", "title", "done", "url", "due_at"})}
    assert {item["due_at"] for item in shown["items"]} == {shown["due_at"]}
    assert (shown["status"], shown["percent"]) == ("in_progress", 25)


def test_an_assignment_whose_maker_was_deleted_names_nobody(cast):
    Assignment.objects.update(assigned_by=None)
    assert get(cast, "learner", f"me/assignments/{cast.assignment_id}/")["assigned_by"] is None


def test_the_hosts_own_settings_stay_as_they_are():
    from django.conf import settings
    from rest_framework.settings import api_settings

    assert "EXCEPTION_HANDLER" not in getattr(settings, "REST_FRAMEWORK", {})
    assert api_settings.EXCEPTION_HANDLER.__module__ == "rest_framework.views"


def cast_day(days):
    return (NOW + timedelta(days=days)).date()
