"""Changing one and many, and pausing a person: what the calls answer, what forbids it, what it costs."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.models import Assignment, AuditEntry, Cycle, Deadline
from tests.roles import COURSE, NOW

CALLS = "/api/mandatory-assignments/v1"
MISSING = "6f1a3c52-0000-4000-8000-000000000000"
HUGE = 10**400
DEEP = b"[" * 200_000


def send(cast, method, path, body=None, role="coordinator"):
    data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    return cast.client(role).generic(method, f"{CALLS}/{path}", data, "application/json")


def act(cast, name, body=None, status=200):
    answer = send(cast, "POST", f"assignments/{cast.assignment_id}/{name}/", body)
    assert answer.status_code == status, answer.content
    return answer.json()


def edit(cast, status=200, **fields):
    answer = send(cast, "PATCH", f"assignments/{cast.assignment_id}/", fields)
    assert answer.status_code == status, answer.content
    return answer.json()


def bulk(cast, ids, action, status=200, **fields):
    body = {"ids": [str(id) for id in ids], "action": action, "fields": fields}
    answer = send(cast, "POST", "assignments/bulk-update/", body)
    assert answer.status_code == status, answer.content
    return answer.json()


# ----- one ----------------------------------------------------------------------------------------------------------


def test_what_is_sent_changes_and_the_rest_stays(cast):
    before = send(cast, "GET", f"assignments/{cast.assignment_id}/").json()
    changed = {
        "due_on": "2027-05-20",
        "note": "Later",
        "late_policy": "freeze",
        "grace_days": 2,
        "notify_by_email": False,
    }
    assert edit(cast, **changed) == {**before, **changed, "due_at": "2027-05-20T21:59:59.999999Z"}
    assert edit(cast) == {**before, **changed, "due_at": "2027-05-20T21:59:59.999999Z"}
    assert Deadline.objects.count() == 2


def test_a_due_date_goes_down_to_today_and_not_below(cast):
    assert edit(cast, due_on="2027-05-03")["due_on"] == "2027-05-03"
    told = edit(cast, 400, due_on="2027-05-02")
    assert told["errors"]["due_on"][0]["code"] == "due_too_early"
    assert "2027-05-03" in told["errors"]["due_on"][0]["message"]


def test_what_is_withdrawn_says_so_and_cannot_be_changed_again(cast):
    shown = act(cast, "withdraw", {"reason": "Has left", "unenroll": True})
    assert (shown["status"], shown["enrollment"]["state"]) == ("withdrawn", "leaving")
    build.drain()
    assert send(cast, "GET", f"assignments/{cast.assignment_id}/").json()["enrollment"]["state"] == "ended"
    assert AuditEntry.objects.get(act="withdrawn").why == "Has left"
    assert act(cast, "withdraw", {}, 409)["code"] == "withdrawn"
    assert act(cast, "exempt", {"reason": "Ill"}, 409)["code"] == "withdrawn"
    assert edit(cast, 409, note="New")["code"] == "withdrawn"


def test_what_is_completed_is_not_withdrawn(cast):
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    told = act(cast, "withdraw", {}, 409)
    assert (told["code"], told["errors"]) == ("completed", {})


def test_an_exemption_with_an_end_sets_the_new_due_date_at_once(cast):
    shown = act(cast, "exempt", {"reason": "Parental leave", "until": "2027-06-30"})
    # Eleven days of lead, as when it was assigned.
    assert (shown["status"], shown["due_on"]) == ("exempt", "2027-07-11")
    assert act(cast, "exempt", {"reason": "Again"}, 409)["code"] == "already_exempt"
    assert act(cast, "lift", {"reason": "Back"})["status"] == "assigned"
    assert act(cast, "lift", {}, 409)["code"] == "not_exempt"


def test_without_a_body_there_is_no_reason(cast):
    assert act(cast, "withdraw")["status"] == "withdrawn"


def test_a_person_is_paused_and_goes_on(cast):
    (second,) = cast.assign(training=str(build.course("course-v1:Acme+SECOND+2027")))
    days = {"from_on": "2027-05-04", "until_on": "2027-05-10", "reason": "Holiday"}
    answer = send(cast, "POST", "people/lena/pause/", days)
    assert answer.status_code == 200
    told = answer.json()
    assert set(told["assignments"]) == {str(cast.assignment_id), str(second)}
    assert told == {"username": "lena", "organization": "Acme", **days, "assignments": told["assignments"]}
    with clock.at(NOW.replace(day=5)):
        assert send(cast, "GET", f"assignments/{second}/").json()["status"] == "paused"
        told = send(cast, "POST", "people/lena/pause/", {**days, "until_on": "2027-05-11"})
        assert (told.status_code, told.json()["code"]) == (409, "already_paused")
        back = send(cast, "POST", "people/LENA@example.com/resume/", {})
        assert back.json() == answer.json()
        assert send(cast, "GET", f"assignments/{second}/").json()["status"] == "assigned"
        told = send(cast, "POST", "people/lena/resume/", {})
        assert (told.status_code, told.json()["code"]) == (409, "not_paused")


# ----- many ---------------------------------------------------------------------------------------------------------


def test_the_ids_keep_their_order_and_count_once(cast):
    otto, olga = cast.assign("otto", build.user("olga", organization="Acme").username)
    api.withdraw_assignments(actor=cast.people["coordinator"], ids=[otto], now=NOW)
    ids = ["nothing", olga, MISSING, str(olga).upper(), otto, "nothing", cast.assignment_id]
    told = bulk(cast, ids, "extend", due_on="2027-05-20")
    assert told["changed"] == [str(olga), str(cast.assignment_id)]
    assert [(row["id"], row["code"]) for row in told["refused"]] == [
        ("nothing", "not_found"),
        (MISSING, "not_found"),
        (str(otto), "withdrawn"),
    ]
    assert all(row["message"] for row in told["refused"])
    again = bulk(cast, ids, "extend", due_on="2027-05-20")
    assert (again["changed"], again["unchanged"]) == ([], told["changed"])


@pytest.mark.parametrize(
    ("action", "fields", "status"),
    [
        ("withdraw", {"reason": "Closed", "unenroll": True}, {"withdrawn"}),
        ("exempt", {"reason": "Ill", "until": "2027-06-01"}, {"exempt"}),
        ("change", {"note": "Mind the gap", "grace_days": 3}, {"assigned"}),
        ("extend", {"due_on": "2027-05-20"}, {"assigned"}),
    ],
)
def test_many_are_changed_by_one_call(cast, action, fields, status):
    ids = [cast.assignment_id, *cast.assign("otto")]
    assert bulk(cast, ids, action, **fields)["changed"] == [str(id) for id in ids]
    shown = [send(cast, "GET", f"assignments/{id}/").json() for id in ids]
    assert {row["status"] for row in shown} == status
    assert all(row[name] == value for row in shown for name, value in fields.items() if name in row)


def test_exemptions_of_many_are_lifted(cast):
    ids = [cast.assignment_id, *cast.assign("otto")]
    api.exempt_assignments(actor=cast.people["coordinator"], ids=ids[:1], reason="Ill", now=NOW)
    told = bulk(cast, ids, "lift")
    assert told["changed"] == [str(ids[0])]
    assert [(row["id"], row["code"]) for row in told["refused"]] == [(str(ids[1]), "not_exempt")]


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("withdraw", {"unenroll": True}),
        ("extend", {"due_on": "2027-05-20"}),
        ("exempt", {"reason": "Ill", "until": "2027-06-01"}),
        ("change", {"late_policy": "freeze", "note": "New"}),
    ],
)
def test_a_hundred_cost_as_many_queries_as_one(cast, action, fields):
    def cost(ids):
        with CaptureQueriesContext(connection) as captured:
            assert len(bulk(cast, ids, action, **fields)["changed"]) == len(ids)
        return len(captured)

    # SQLite takes so few values at once that it needs more statements for a hundred.
    many = 20 if connection.vendor == "sqlite" else 100
    first, *hundred = cast.assign(*[member.username for member in build.users(many + 1, organization="Acme")])
    build.drain()
    bulk(cast, [MISSING], action, **fields)
    assert cost([first]) == cost(hundred)


# ----- what is wrong ------------------------------------------------------------------------------------------------

# The call, its body, and the field and code of the answer; {id} is the assignment.
WRONG = [
    ("PATCH", "assignments/{id}/", {"due_on": "soon"}, "due_on", "invalid_date"),
    ("PATCH", "assignments/{id}/", {"due_on": None}, "due_on", "null"),
    ("PATCH", "assignments/{id}/", {"due_on": "9999-12-31"}, "due_on", "due_too_late"),
    ("PATCH", "assignments/{id}/", {"due_on": HUGE}, "due_on", "invalid_date"),
    ("PATCH", "assignments/{id}/", {"note": 7}, "note", "invalid"),
    ("PATCH", "assignments/{id}/", {"note": "x" * 10_000}, "note", "note_too_long"),
    ("PATCH", "assignments/{id}/", {"note": "\x00"}, "note", "null_characters_not_allowed"),
    ("PATCH", "assignments/{id}/", {"late_policy": "melt"}, "late_policy", "invalid_choice"),
    ("PATCH", "assignments/{id}/", {"late_policy": None}, "late_policy", "null"),
    ("PATCH", "assignments/{id}/", {"grace_days": HUGE}, "grace_days", "out_of_range"),
    ("PATCH", "assignments/{id}/", {"grace_days": -1}, "grace_days", "out_of_range"),
    ("PATCH", "assignments/{id}/", {"grace_days": True}, "grace_days", "invalid"),
    ("PATCH", "assignments/{id}/", {"notify_by_email": {}}, "notify_by_email", "invalid"),
    ("PATCH", "assignments/{id}/", {"status": "completed"}, "status", "unknown_field"),
    ("PATCH", "assignments/{id}/", {"learner": "otto"}, "learner", "unknown_field"),
    ("PATCH", "assignments/{id}/", [], "", "invalid"),
    ("PATCH", "assignments/{id}/", DEEP, "", "parse_error"),
    ("POST", "assignments/{id}/withdraw/", {"reason": "x" * 10_000}, "reason", "reason_too_long"),
    ("POST", "assignments/{id}/withdraw/", {"reason": ["x"]}, "reason", "invalid"),
    ("POST", "assignments/{id}/withdraw/", {"reason": "\ud800"}, "reason", "surrogate_characters_not_allowed"),
    ("POST", "assignments/{id}/withdraw/", {"unenroll": "perhaps"}, "unenroll", "invalid"),
    ("POST", "assignments/{id}/withdraw/", {"until": "2027-06-01"}, "until", "unknown_field"),
    ("POST", "assignments/{id}/withdraw/", [1], "", "invalid"),
    ("POST", "assignments/{id}/withdraw/", DEEP, "", "parse_error"),
    ("POST", "assignments/{id}/exempt/", {}, "reason", "required"),
    ("POST", "assignments/{id}/exempt/", {"reason": "  "}, "reason", "reason_required"),
    ("POST", "assignments/{id}/exempt/", {"reason": "Ill", "until": "2027-05-02"}, "until", "until_too_early"),
    ("POST", "assignments/{id}/exempt/", {"reason": "Ill", "until": "9999-12-31"}, "until", "until_too_late"),
    ("POST", "assignments/{id}/exempt/", {"reason": "Ill", "until": 20270601}, "until", "invalid_date"),
    ("POST", "assignments/{id}/exempt/", "Ill", "", "invalid"),
    ("POST", "assignments/{id}/lift/", {"reason": {}}, "reason", "invalid"),
    ("POST", "assignments/{id}/lift/", {"unenroll": True}, "unenroll", "unknown_field"),
    ("POST", "assignments/bulk-update/", {}, "ids", "required"),
    ("POST", "assignments/bulk-update/", {"ids": [], "action": "lift"}, "ids", "empty"),
    ("POST", "assignments/bulk-update/", {"ids": "{id}", "action": "lift"}, "ids", "not_a_list"),
    ("POST", "assignments/bulk-update/", {"ids": {"a": 1}, "action": "lift"}, "ids", "not_a_list"),
    ("POST", "assignments/bulk-update/", {"ids": [7], "action": "lift"}, "ids", "invalid"),
    ("POST", "assignments/bulk-update/", {"ids": ["\x00"], "action": "lift"}, "ids", "null_characters_not_allowed"),
    ("POST", "assignments/bulk-update/", {"ids": ["x"] * 501, "action": "lift"}, "ids", "max_length"),
    ("POST", "assignments/bulk-update/", {"ids": ["x"]}, "action", "required"),
    ("POST", "assignments/bulk-update/", {"ids": ["x"], "action": "praise"}, "action", "invalid_choice"),
    ("POST", "assignments/bulk-update/", {"ids": ["x"], "action": ["lift"]}, "action", "invalid_choice"),
    ("POST", "assignments/bulk-update/", {"ids": ["x"], "action": "lift", "fields": []}, "fields", "not_a_dict"),
    ("POST", "assignments/bulk-update/", {"ids": ["x"], "action": "lift", "fields": None}, "fields", "null"),
    ("POST", "assignments/bulk-update/", {"ids": ["x"], "action": "extend"}, "due_on", "required"),
    ("POST", "assignments/bulk-update/", {"ids": ["x"], "action": "exempt", "fields": {}}, "reason", "required"),
    (
        "POST",
        "assignments/bulk-update/",
        {"ids": ["x"], "action": "extend", "fields": {"due_on": "2027-06-01", "note": "x"}},
        "note",
        "unknown_field",
    ),
    (
        "POST",
        "assignments/bulk-update/",
        {"ids": ["x"], "action": "change", "fields": {"grace_days": HUGE}},
        "grace_days",
        "out_of_range",
    ),
    ("POST", "assignments/bulk-update/", {"filter": {"status": "open"}, "action": "lift"}, "filter", "not_available"),
    ("POST", "assignments/bulk-update/", {"ids": ["x"], "action": "lift", "x": 1}, "x", "unknown_field"),
    ("POST", "assignments/bulk-update/", ["x"], "", "invalid"),
    ("POST", "assignments/bulk-update/", DEEP, "", "parse_error"),
    ("POST", "people/lena/pause/", {}, "from_on", "required"),
    ("POST", "people/lena/pause/", {"from_on": "x", "until_on": "2027-06-01"}, "from_on", "invalid_date"),
    ("POST", "people/lena/pause/", {"from_on": "0001-01-01", "until_on": "2027-06-01"}, "from_on", "from_too_early"),
    ("POST", "people/lena/pause/", {"from_on": "2027-06-01", "until_on": "9999-12-31"}, "until_on", "until_too_late"),
    (
        "POST",
        "people/lena/pause/",
        {"from_on": "2027-06-02", "until_on": "2027-06-01"},
        "until_on",
        "until_before_from",
    ),
    ("POST", "people/lena/pause/", {"from_on": "2027-05-01", "until_on": "2027-05-02"}, "until_on", "until_too_early"),
    (
        "POST",
        "people/lena/pause/",
        {"from_on": "2027-06-01", "until_on": "2027-06-02", "organization": 1},
        "organization",
        "invalid",
    ),
    (
        "POST",
        "people/lena/pause/",
        {"from_on": "2027-06-01", "until_on": "2027-06-02", "organization": "Globex"},
        "organization",
        "unknown_organization",
    ),
    (
        "POST",
        "people/lena/pause/",
        {"from_on": "2027-06-01", "until_on": "2027-06-02", "reason": "x" * 10_000},
        "reason",
        "reason_too_long",
    ),
    ("POST", "people/lena/pause/", [], "", "invalid"),
    ("POST", "people/lena/resume/", {"from_on": "2027-06-01"}, "from_on", "unknown_field"),
    ("POST", "people/lena/resume/", b"{", "", "parse_error"),
]


@pytest.mark.parametrize(
    ("method", "path", "body", "field", "code"),
    [pytest.param(*row, id=f"{row[1]} {row[3]} {row[4]} {number}") for number, row in enumerate(WRONG)],
)
def test_what_is_wrong_is_refused_with_a_code_beside_the_field(cast, method, path, body, field, code):
    before = Cycle.objects.values().get(), Assignment.objects.values().get(), AuditEntry.objects.count()
    answer = send(cast, method, path.format(id=cast.assignment_id), body)
    told = answer.json()
    assert (answer.status_code, told["code"]) == (400, code)
    if field:
        assert told["errors"][field][0]["code"] == code
        assert told["errors"][field][0]["message"]
    assert (Cycle.objects.values().get(), Assignment.objects.values().get(), AuditEntry.objects.count()) == before


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        (
            "assignments/bulk-update/",
            {"ids": ["x"], "action": "burn"},
            ["burn", "withdraw", "extend", "exempt", "lift"],
        ),
        ("assignments/{id}/exempt/", {"reason": "Ill", "until": "soon"}, ["soon", "YYYY-MM-DD"]),
        ("assignments/{id}/exempt/", {"reason": "Ill", "until": "2027-05-01"}, ["2027-05-01", "2027-05-03"]),
        ("assignments/", {"late_policy": "melt"}, ["melt", "accept", "freeze"]),
        ("assignments/", {"grace_days": 9999}, ["9999", "0", "3650"]),
    ],
)
def test_the_message_names_what_was_sent_and_what_is_allowed(cast, path, body, said):
    new = {"learner": "otto", "training": COURSE, "due_on": "2027-05-14"} if path == "assignments/" else {}
    told = send(cast, "POST", path.format(id=cast.assignment_id), {**new, **body}).json()
    assert [word for word in said if word not in told["detail"]] == []
