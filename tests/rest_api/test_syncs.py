"""The calls about directory syncs: a file is planned, confirmed with the number that is asked for, and worked off."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mandatory_assignments import bulk
from mandatory_assignments.models import Job, Membership

CALLS = "/api/mandatory-assignments/v1/directory-syncs/"
HEAD = "Username,Departments,Groups\n"


def post(cast, content: bytes | str, role: str = "coordinator", **named):
    content = content.encode() if isinstance(content, str) else content
    body = {"organization": "Acme", "file": SimpleUploadedFile("people.csv", content), **named}
    return cast.client(role).post(CALLS, body)


def test_a_file_is_planned_confirmed_once_and_worked_off(cast):
    client = cast.client("coordinator")
    answer = post(cast, HEAD + "lena,Field|Office,Aid\nghost,,\n")
    assert answer.status_code == 201
    plan = answer.json()
    assert plan == {
        "id": str(Job.objects.get().uuid),
        "organization": "Acme",
        "state": "planned",
        "parts": ["departments", "groups"],
        "complete": False,
        "detected": {"encoding": "utf-8", "delimiter": ","},
        "counts": {"joining": 1, "moving": 0, "leaving": 0, "managers": 0, "errors": 1, "unchanged": 0},
        "new_members": 0,
        "new_departments": ["Office"],
        "new_groups": ["Aid"],
        "new_managers": 0,
        "to_type": 0,
        "total": 1,
        "done": 0,
        "changed": 0,
        "failed": 0,
        "problem": "",
    }
    rows = b"".join(client.get(f"{CALLS}{plan['id']}/rows.csv").streaming_content).decode("utf-8-sig").splitlines()
    assert rows[1] == "lena,Lena Sommer,lena,2,waiting,joining,joins Office; joins the group Aid,"
    assert client.get(f"{CALLS}{plan['id']}/rows.csv?kind=x").status_code == 400
    for _turn in range(2):
        confirmed = client.post(f"{CALLS}{plan['id']}/confirm/", {}, "application/json")
        assert (confirmed.status_code, confirmed.json()["state"]) == (202, "waiting")
    bulk.work_jobs()
    done = client.get(f"{CALLS}{plan['id']}/").json()
    assert (done["state"], done["done"], done["changed"]) == ("done", 1, 1)
    assert [row["id"] for row in client.get(CALLS).json()["results"]] == [plan["id"]]
    assert client.post(f"{CALLS}{plan['id']}/confirm/", {}, "application/json").json()["state"] == "done"


def test_where_many_leave_their_number_has_to_be_sent(cast):
    client = cast.client("coordinator")
    plan = post(cast, HEAD + "lena,,\n").json()
    assert plan["to_type"] == 1
    for body, code in [
        ({}, "count_required"),
        ({"typed_count": 2}, "count_mismatch"),
        ({"typed_count": "1"}, "invalid"),
    ]:
        answer = client.post(f"{CALLS}{plan['id']}/confirm/", body, "application/json")
        assert (answer.status_code, answer.json()["errors"]["typed_count"][0]["code"]) == (400, code)
    assert client.post(f"{CALLS}{plan['id']}/confirm/", {"typed_count": 1}, "application/json").status_code == 202
    bulk.work_jobs()
    assert not Membership.objects.filter(user__username="lena").exists()


def test_a_plan_is_its_owners_alone(cast):
    plan = post(cast, HEAD + "lena,,\n").json()["id"]
    for role in ("global_staff", "foreign_coordinator"):
        client = cast.client(role)
        assert client.get(f"{CALLS}{plan}/").status_code == 404
        assert client.get(f"{CALLS}{plan}/rows.csv").status_code == 404
        assert client.post(f"{CALLS}{plan}/confirm/", {"typed_count": 1}, "application/json").status_code == 404
        assert client.get(CALLS).json()["results"] == []


@pytest.mark.parametrize(
    ("content", "named", "field", "code"),
    [
        ("", {}, "file", "empty_file"),
        (b"PK\x03\x04", {}, "file", "spreadsheet"),
        ("Username,Groups\nlena,\n", {}, "file", "missing_columns"),
        (HEAD + "lena,,\n", {"organization": "Globex"}, "organization", "unknown_organization"),
        (HEAD + "lena,,\n", {"organization": "Nothing"}, "organization", "unknown_organization"),
        (HEAD + "lena,,\n", {"parts": ["names"]}, "parts", "invalid_choice"),
        (HEAD + "lena,,\n", {"complete": "perhaps"}, "complete", "invalid"),
        (HEAD + "lena,,\n", {"more": "x"}, "more", "unknown_field"),
        (HEAD + "lena,,\n", {"file": "no file"}, "file", "invalid"),
    ],
)
def test_what_is_wrong_is_told_by_field(cast, content, named, field, code):
    answer = post(cast, content, **named)
    assert answer.status_code == 400, answer.content
    assert code in str(answer.json()["errors"][field])
    assert not Job.objects.exists()


def test_a_file_that_is_too_large_is_refused_by_its_size(cast, settings):
    settings.MANDATORY_ASSIGNMENTS_UPLOAD_MAX_BYTES = 20
    answer = post(cast, HEAD + "lena,,\n")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
