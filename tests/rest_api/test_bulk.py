"""Bulk assignments and bulk updates by REST: previewed, confirmed by a token, worked off, told row by row."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from demo.campus import build
from mandatory_assignments import api, bulk
from mandatory_assignments.models import Assignment, AuditEntry, Cycle, Department, Job, JobRow, LearningGroup
from tests.roles import COURSE, NOW

CALLS = "/api/mandatory-assignments/v1"
MISSING = "6f1a3c52-0000-4000-8000-000000000000"
TERMS = {"training": COURSE, "due_on": "2027-05-14"}


def send(cast, method, path, body=None, role="coordinator"):
    data = b"" if body is None else json.dumps(body).encode()
    return cast.client(role).generic(method, f"{CALLS}/{path}", data, "application/json")


def preview(cast, *, status=200, role="coordinator", people=None, **terms):
    body = {**TERMS, **terms, "people": {"learners": ["otto"]} if people is None else people}
    answer = send(cast, "POST", "bulk-assignments/preview/", body, role)
    assert answer.status_code == status, answer.content
    return answer.json()


def confirm(cast, token, path="bulk-assignments/", status=202):
    answer = send(cast, "POST", path, {"token": token})
    assert answer.status_code == status, answer.content
    return answer.json()


def lines(answer):
    return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()


def changes(cast, *, status=200, role="coordinator", **body):
    answer = send(cast, "POST", "assignments/bulk-update/preview/", {"filter": {}, **body}, role)
    assert answer.status_code == status, answer.content
    return answer.json()


# ----- assigning ----------------------------------------------------------------------------------------------------


def test_a_preview_names_the_first_of_each_bucket_and_assigns_nobody(cast):
    told = preview(cast, people={"learners": ["otto", "lena", "nobody"]})
    token = told.pop("token")
    assert told == {
        "count": 1,
        "create": ["otto"],
        "skip": [{"learner": "lena", "code": "already_assigned"}],
        "refuse": [
            {"entry": "nobody", "code": "unknown_learner", "message": 'No learner "nobody" can be found.'},
        ],
        "create_count": 1,
        "skip_count": 1,
        "refuse_count": 1,
    }
    assert Assignment.objects.count() == 1
    rows = f"bulk-assignments/preview/{token}/rows.csv"
    assert len(lines(send(cast, "GET", rows))) == 4
    assert lines(send(cast, "GET", f"{rows}?bucket=refuse"))[1:] == [
        ',,nobody,refuse,unknown_learner,"No learner ""nobody"" can be found."'
    ]


def test_a_hundred_are_shown_of_however_many_and_the_file_has_them_all(cast):
    build.users(103, organization="Acme", prefix="many")
    told = preview(cast, people={"learners": [f"many{number}" for number in range(1, 104)] + ["=x", "=x"]})
    assert (told["count"], len(told["create"]), told["refuse_count"]) == (103, 100, 1)
    found = lines(send(cast, "GET", f"bulk-assignments/preview/{told['token']}/rows.csv"))
    assert len(found) == 105
    assert "'=x" in found[-1]


def test_departments_and_groups_are_named_by_id(cast):
    members = build.users(2, organization="Acme", prefix="member")
    build.department("Acme/Ship", organization="Acme", members=members[:1])
    build.learning_group("Crew", "Acme", members[1:])
    department = str(Department.objects.get(path="Ship").uuid)
    group = str(LearningGroup.objects.get(name="Crew").uuid)
    told = preview(cast, people={"departments": [department], "groups": [group]})
    assert told["create"] == sorted(member.username for member in members)


def test_a_token_is_confirmed_once_however_often_it_is_sent(cast):
    token = preview(cast)["token"]
    first, second = confirm(cast, token), confirm(cast, token)
    expected = {"id": token, "state": "waiting", "total": 1, "done": 0, "created": 0, "skipped": 0, "failed": 0}
    assert first == second == {**expected, "problem": ""}
    assert Job.objects.exclude(confirmed_at=None).count() == 1
    bulk.work_jobs()
    told = send(cast, "GET", f"bulk-assignments/{token}/").json()
    assert (told["state"], told["done"], told["created"]) == ("done", 1, 1)
    assert confirm(cast, token) == told
    made = Assignment.objects.get(learner__username="otto")
    assert lines(send(cast, "GET", f"bulk-assignments/{token}/rows.csv"))[1:] == [
        f"otto,{JobRow.objects.get().learner.profile.name},created,,,{made.uuid}"
    ]
    assert AuditEntry.objects.get(act="assigned", assignment=made).after["job"] == token


def test_what_is_cancelled_says_so_and_what_failed_is_tried_again(cast):
    token = preview(cast)["token"]
    assert send(cast, "POST", f"bulk-assignments/{token}/cancel/").status_code == 404
    confirm(cast, token)
    assert send(cast, "POST", f"bulk-assignments/{token}/retry/").json()["code"] == "running"
    assert send(cast, "POST", f"bulk-assignments/{token}/cancel/").json()["state"] == "cancelled"
    answer = send(cast, "POST", f"bulk-assignments/{token}/cancel/")
    assert (answer.status_code, answer.json()["code"]) == (409, "ended")
    bulk.work_jobs()
    assert Assignment.objects.count() == 1
    answer = send(cast, "POST", f"bulk-assignments/{token}/retry/")
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    bulk.work_jobs()
    assert Assignment.objects.count() == 2
    answer = send(cast, "POST", f"bulk-assignments/{token}/retry/")
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_failed")


@pytest.mark.parametrize(
    ("body", "field", "code", "said"),
    [
        ({"people": None}, "people", "null", ""),
        ({"people": []}, "people", "invalid", ""),
        ({"people": {}}, "people", "people_required", ""),
        ({"people": {"learners": ["  "]}}, "people", "people_required", ""),
        ({"people": {"learners": "otto"}}, "people", "not_a_list", "learners: "),
        ({"people": {"learners": [7]}}, "people", "invalid", "learners: "),
        ({"people": {"learners": ["\x00"]}}, "people", "null_characters_not_allowed", "learners: "),
        ({"people": {"colour": "red"}}, "people", "unknown_field", "colour: "),
        ({"people": {"sub_departments": "maybe"}}, "people", "invalid", "sub_departments: "),
        ({"people": {"departments": ["x"]}}, "people", "unknown_department", '"x"'),
        ({"people": {"groups": [MISSING]}}, "people", "unknown_group", MISSING),
        ({"learner": "otto"}, "learner", "unknown_field", ""),
        ({"due_on": "soon"}, "due_on", "invalid_date", "soon"),
        ({"training": "x"}, "training", "unknown_training", '"x"'),
        ({"include_completed": "perhaps"}, "include_completed", "invalid", ""),
        ({"note": "x" * 10_000}, "note", "note_too_long", ""),
    ],
)
def test_what_is_wrong_with_a_preview_is_named(cast, body, field, code, said):
    answer = send(cast, "POST", "bulk-assignments/preview/", {**TERMS, "people": {"learners": ["otto"]}, **body})
    told = answer.json()
    assert (answer.status_code, told["code"]) == (400, code)
    assert said in told["errors"][field][0]["message"]
    assert not Job.objects.exists()


def test_everything_that_is_wrong_is_named_at_once(cast):
    body = {"training": 7, "due_on": "x", "people": {"learners": 7, "groups": 7}, "colour": "red"}
    told = send(cast, "POST", "bulk-assignments/preview/", body).json()["errors"]
    assert set(told) == {"training", "due_on", "people", "colour"}
    assert [error["message"].split(":")[0] for error in told["people"]] == ["learners", "groups"]


@pytest.mark.parametrize("token", [None, 7, "", "x", MISSING])
def test_a_token_that_is_none_confirms_nothing(cast, token):
    status = 404 if token in ("x", MISSING) else 400
    for path in ("bulk-assignments/", "assignments/bulk-update/"):
        assert send(cast, "POST", path, {"token": token}).status_code == status
    assert send(cast, "POST", "bulk-assignments/", {"token": MISSING, "x": 1}).json()["errors"].keys() == {"x"}


# ----- changing -----------------------------------------------------------------------------------------------------


def test_a_filter_is_previewed_and_confirmed_by_its_token(cast):
    told = changes(cast, action="extend", fields={"due_on": "2027-06-30"}, filter={"status": "open", "learner": "lena"})
    token = told.pop("token")
    assert told == {"count": 1, "counts": {"change": 1, "refuse": 0}, "refused": []}
    confirmed = confirm(cast, token, "assignments/bulk-update/")
    assert (confirmed["id"], confirmed["state"], confirmed["total"]) == (token, "waiting", 1)
    bulk.work_jobs()
    told = send(cast, "GET", f"bulk-updates/{token}/").json()
    assert (told["state"], told["created"]) == ("done", 1)
    assert confirm(cast, token, "assignments/bulk-update/") == told
    assert Cycle.objects.get().due_on.isoformat() == "2027-06-30"
    assert AuditEntry.objects.get(act="changed").after["job"] == token
    assert f",{cast.assignment_id}" in lines(send(cast, "GET", f"bulk-updates/{token}/rows.csv"))[1]


def test_repetition_and_reminders_come_through_a_job_as_they_were_sent(cast):
    fields = {"repeat": {"every": 1, "unit": "years"}, "reminders": [{"days": 7}], "grace_days": 2}
    token = changes(cast, action="change", fields=fields)["token"]
    confirm(cast, token, "assignments/bulk-update/")
    bulk.work_jobs()
    shown = send(cast, "GET", f"assignments/{cast.assignment_id}/").json()
    assert (shown["repeat"]["every"], shown["repeat"]["unit"], shown["grace_days"]) == (1, "years", 2)
    assert [rule["days"] for rule in shown["reminders"]] == [7]


def test_what_cannot_be_changed_is_counted_by_its_reason(cast):
    api.withdraw_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], now=NOW)
    told = changes(cast, action="lift")
    assert (told["count"], told["counts"]) == (1, {"change": 0, "refuse": 1})
    assert told["refused"] == [{"code": "withdrawn", "count": 1}]


def test_another_number_than_the_one_that_was_seen_refuses(cast):
    told = changes(cast, action="lift", expected_count=2, status=409)
    assert told["code"] == "count_changed"
    assert changes(cast, action="lift", expected_count=1)["count"] == 1


def test_a_manager_reminds_the_team_by_a_filter_and_changes_nothing_else(cast):
    assert changes(cast, action="lift", role="manager", status=403)["code"] == "forbidden"
    token = changes(cast, action="remind", role="manager")["token"]
    answer = send(cast, "POST", "assignments/bulk-update/", {"token": token}, "manager")
    assert (answer.status_code, answer.json()["total"]) == (202, 1)
    assert send(cast, "GET", f"bulk-updates/{token}/", role="manager").status_code == 200


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"filter": None}, "filter", "null"),
        ({"filter": ["open"]}, "filter", "invalid"),
        ({"filter": {"colour": "red"}}, "filter", "unknown_filter"),
        ({"filter": {"page_size": 20}}, "filter", "unknown_filter"),
        ({"filter": {"due_after": "soon"}}, "filter", "invalid_date"),
        ({"filter": {"department": "x"}}, "filter", "invalid_id"),
        ({"filter": {"status": "sleepy"}}, "status", "unknown_status"),
        ({"filter": {"learner": "nobody"}}, "filter", "nothing_found"),
        ({"ids": [MISSING]}, "ids", "not_available"),
        ({"action": "praise"}, "action", "invalid_choice"),
        ({"action": "extend"}, "due_on", "required"),
        ({"action": "extend", "fields": {"due_on": "9999-12-31"}}, "due_on", "due_too_late"),
        ({"action": "exempt", "fields": {"reason": " "}}, "reason", "reason_required"),
        ({"action": "withdraw", "fields": {"reason": "x" * 10_000}}, "reason", "reason_too_long"),
        ({"expected_count": "1"}, "expected_count", "invalid"),
        ({"x": 1}, "x", "unknown_field"),
    ],
)
def test_what_is_wrong_with_a_change_is_named(cast, body, field, code):
    told = changes(cast, status=400, **{"action": "lift", **body})
    assert told["code"] == code
    assert told["errors"][field][0]["message"]
    assert not Job.objects.exists()


def test_a_filter_is_required_for_a_preview(cast):
    answer = send(cast, "POST", "assignments/bulk-update/preview/", {"action": "lift"})
    assert (answer.status_code, answer.json()["errors"].keys()) == (400, {"filter"})


# ----- whose --------------------------------------------------------------------------------------------------------


def jobs_of(cast):
    """A confirmed job of each kind, the coordinator's."""
    assigning, changing = preview(cast)["token"], changes(cast, action="remind")["token"]
    confirm(cast, assigning)
    confirm(cast, changing, "assignments/bulk-update/")
    return assigning, changing


@pytest.mark.parametrize("role", ["global_staff", "course_staff"])
def test_somebody_elses_job_is_like_one_that_does_not_exist(cast, role):
    assigning, changing = jobs_of(cast)
    for kind, theirs in (("bulk-assignments", assigning), ("bulk-updates", changing)):
        for method, path in (("GET", "/"), ("POST", "/cancel/"), ("POST", "/retry/"), ("GET", "/rows.csv")):
            answers = [send(cast, method, f"{kind}/{id}{path}", None, role) for id in (MISSING, theirs, "nothing")]
            assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    answers = [send(cast, "POST", "bulk-assignments/", {"token": id}, role) for id in (MISSING, assigning)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert send(cast, "GET", f"bulk-assignments/preview/{assigning}/rows.csv", None, role).status_code == 404


def test_a_job_of_the_one_kind_is_none_of_the_other(cast):
    assigning, changing = jobs_of(cast)
    assert send(cast, "GET", f"bulk-updates/{assigning}/").status_code == 404
    assert send(cast, "GET", f"bulk-assignments/{changing}/").status_code == 404
    confirm(cast, assigning, "assignments/bulk-update/", 404)
    confirm(cast, changing, status=404)


# ----- cost ---------------------------------------------------------------------------------------------------------


def test_a_preview_of_many_costs_as_many_statements_as_one_of_two(cast):
    names = [user.username for user in build.users(90, organization="Acme", prefix="many")]
    counts = []
    for count in (2, 2, 90):
        with CaptureQueriesContext(connection) as captured:
            token = preview(cast, people={"learners": names[:count]})["token"]
            lines(send(cast, "GET", f"bulk-assignments/preview/{token}/rows.csv"))
        counts.append(len(captured))
    assert counts[1] == counts[2]
