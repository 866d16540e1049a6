"""The calls about imports of completions: a file is analysed, its parts downloaded, confirmed once and worked off."""

import csv
import io
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mandatory_assignments import bulk
from mandatory_assignments.models import Completion, Job
from mandatory_assignments.rest_api.v1 import file_parts
from tests.roles import COURSE

CALLS = "/api/mandatory-assignments/v1/progress-imports/"
HEAD = "Email,Training Type,Name,Date (yyyy-mm-dd)\n"
GOOD = "lena@example.com,course,Fire safety,2027-05-02\n"
BAD = "otto@example.com,course,Fire,2027-05-02\n"


def post(cast, content: bytes | str, role: str = "coordinator", **named):
    content = content.encode() if isinstance(content, str) else content
    return cast.client(role).post(CALLS, {"file": SimpleUploadedFile("event.csv", content), **named})


def confirm(client, id: str):
    return client.post(f"{CALLS}{id}/confirm/", {}, "application/json")


def rows(client, path: str) -> list[list[str]]:
    answer = client.get(f"{CALLS}{path}")
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"), newline="")))


def test_a_file_is_analysed_confirmed_once_and_recorded(cast):
    client = cast.client("coordinator")
    answer = post(cast, HEAD.replace(",", ";") + (GOOD + BAD).replace(",", ";"))
    assert answer.status_code == 201
    found = answer.json()
    assert found == {
        "id": str(Job.objects.get().uuid),
        "file": "event.csv",
        "historic": False,
        "state": "analysed",
        "new": 1,
        "already_completed": 0,
        "errors": 1,
        "detected": {"encoding": "utf-8", "delimiter": ";", "date_format": "yyyy-mm-dd"},
        "total": 1,
        "done": 0,
        "created": 0,
        "skipped": 0,
        "failed": 0,
        "problem": "",
    }
    assert not Completion.objects.exists()
    for _turn in range(2):
        confirmed = confirm(client, found["id"])
        assert (confirmed.status_code, confirmed.json()["state"]) == (202, "importing")
    bulk.work_jobs()
    done = client.get(f"{CALLS}{found['id']}/").json()
    assert (done["state"], done["done"], done["created"], done["new"], done["errors"]) == ("done", 1, 1, 1, 1)
    assert Completion.objects.count() == 1
    assert [row["id"] for row in client.get(CALLS).json()["results"]] == [found["id"]]
    assert confirm(client, found["id"]).json()["state"] == "done"
    assert rows(client, f"{found['id']}/rows.csv?bucket=created")[1:] == [GOOD.strip().split(",")]


def test_the_parts_are_files_in_the_templates_order_with_the_reason_in_column_e(cast):
    client = cast.client("coordinator")
    id = post(cast, "Note,Name,date,TYPE,e-mail\nx,Fire safety,2027-05-02,course,lena@example.com\n").json()["id"]
    confirm(client, id)
    bulk.work_jobs()
    found = post(cast, HEAD + GOOD + GOOD.replace("lena", "max") + BAD + "=cmd|x,course,@here,2027-05-02\n").json()
    assert (found["new"], found["already_completed"], found["errors"]) == (1, 1, 2)
    heading = HEAD.strip().split(",")
    assert rows(client, f"{found['id']}/rows.csv?bucket=new") == [
        heading,
        GOOD.replace("lena", "max").strip().split(","),
    ]
    skipped = [*GOOD.strip().split(","), "Completed on 2027-05-02 already."]
    assert rows(client, f"{found['id']}/rows.csv?bucket=already_completed") == [[*heading, "Reason"], skipped]
    assert rows(client, f"{found['id']}/rows.csv?bucket=errors") == [
        [*heading, "Reason"],
        [*BAD.strip().split(","), 'No training "Fire" can be found.'],
        ["'=cmd|x", "course", "'@here", "2027-05-02", 'No training "@here" can be found.'],
    ]
    assert len(rows(client, f"{found['id']}/rows.csv")) == 5
    assert client.get(f"{CALLS}{found['id']}/rows.csv?bucket=x").status_code == 400


def test_the_file_of_errors_is_corrected_and_uploaded_as_it_is(cast):
    client = cast.client("coordinator")
    id = post(cast, HEAD + BAD + "'=x,course,Fire safety,2027-05-02\n").json()["id"]
    content = b"".join(client.get(f"{CALLS}{id}/rows.csv?bucket=errors").streaming_content)
    again = post(cast, content)
    assert again.json()["errors"] == 2
    assert rows(client, f"{again.json()['id']}/rows.csv?bucket=errors")[2][0] == "'=x", "told as it was, not longer"
    corrected = content.replace(b",Fire,", b",Fire safety,").replace(b"'=x", b"max@example.com")
    assert post(cast, corrected).json()["new"] == 2


def test_the_template_is_analysed_to_errors_alone(cast):
    client = cast.client("coordinator")
    found = rows(client, "template.csv")
    assert found[0] == HEAD.strip().split(",")
    assert len(found) == 3
    content = b"".join(client.get(f"{CALLS}template.csv").streaming_content)
    told = post(cast, content).json()
    assert (told["new"], told["already_completed"], told["errors"]) == (0, 0, 2)
    assert confirm(client, told["id"]).status_code == 202
    bulk.work_jobs()
    assert client.get(f"{CALLS}{told['id']}/").json()["state"] == "done"
    assert not Completion.objects.exists()


def test_dates_are_read_as_the_uploader_says_and_years_may_be_history(cast):
    content = HEAD + GOOD.replace("2027-05-02", "02.05.2027") + GOOD.replace("2027-05-02", "02.05.2026")
    assert post(cast, content, date_format="dd.mm.yyyy").json()["errors"] == 2, "which of both is meant?"
    told = post(cast, content, date_format="dd.mm.yyyy", historic="true").json()
    assert (told["new"], told["historic"], told["detected"]["date_format"]) == (2, True, "dd.mm.yyyy")


def test_an_import_is_its_owners_alone(cast):
    id = post(cast, HEAD + GOOD).json()["id"]
    for role in ("global_staff", "foreign_coordinator", "course_staff"):
        client = cast.client(role)
        assert client.get(f"{CALLS}{id}/").status_code == 404
        assert client.get(f"{CALLS}{id}/rows.csv").status_code == 404
        for act in ("confirm", "cancel", "retry"):
            assert client.post(f"{CALLS}{id}/{act}/", {}, "application/json").status_code == 404
        assert client.get(CALLS).json()["results"] == []
    assert Job.objects.get().confirmed_at is None


def test_one_that_is_cancelled_has_failed_and_cannot_be_confirmed(cast):
    client = cast.client("coordinator")
    id = post(cast, HEAD + GOOD).json()["id"]
    assert client.post(f"{CALLS}{id}/retry/", {}, "application/json").status_code == 404
    told = client.post(f"{CALLS}{id}/cancel/", {}, "application/json").json()
    assert (told["state"], told["problem"]) == ("failed", "This was cancelled.")
    answer = confirm(client, id)
    assert (answer.status_code, answer.json()["code"]) == (409, "cancelled")


def test_what_failed_is_told_and_tried_again(cast):
    client = cast.client("coordinator")
    id = post(cast, HEAD + GOOD).json()["id"]
    cast.people["learner"].is_active = False
    cast.people["learner"].save()
    confirm(client, id)
    bulk.work_jobs()
    assert client.get(f"{CALLS}{id}/").json()["failed"] == 1
    assert rows(client, f"{id}/rows.csv?bucket=failed")[1][0] == "lena@example.com"
    cast.people["learner"].is_active = True
    cast.people["learner"].save()
    assert client.post(f"{CALLS}{id}/retry/", {}, "application/json").status_code == 202
    bulk.work_jobs()
    assert client.get(f"{CALLS}{id}/").json()["created"] == 1
    assert client.post(f"{CALLS}{id}/retry/", {}, "application/json").json()["code"] == "nothing_failed"


@pytest.mark.parametrize(
    ("content", "named", "field", "code"),
    [
        ("", {}, "file", "empty_file"),
        (HEAD, {}, "file", "header_only"),
        (b"PK\x03\x04", {}, "file", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0", {}, "file", "spreadsheet"),
        ("Email,Name,Date\na,b,c\n", {}, "file", "missing_columns"),
        ("Email,E-mail,Type,Name,Date\na,b,c,d,e\n", {}, "file", "repeated_column"),
        (HEAD + "a\x00b,course,x,2027-05-02\n", {}, "file", "nul_bytes"),
        (HEAD + 'lena@example.com,"course,x,2027-05-02\n', {}, "file", "broken_line"),
        (HEAD + GOOD, {"date_format": "d.m.y"}, "date_format", "invalid_choice"),
        (HEAD + GOOD, {"historic": "perhaps"}, "historic", "invalid"),
        (HEAD + GOOD, {"training": COURSE}, "training", "unknown_field"),
        (HEAD + GOOD, {"file": "no file"}, "file", "invalid"),
    ],
)
def test_what_is_wrong_is_told_by_field(cast, content, named, field, code):
    answer = post(cast, content, **named)
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][field][0]["code"] == code
    assert not Job.objects.exists()


def test_no_file_is_told_too(cast):
    answer = cast.client("coordinator").post(CALLS, {"historic": "true"})
    assert (answer.status_code, answer.json()["errors"]["file"][0]["code"]) == (400, "required")


def test_a_file_that_is_too_large_is_refused_by_its_size(cast, settings):
    settings.MANDATORY_ASSIGNMENTS_UPLOAD_MAX_BYTES = 20
    answer = post(cast, HEAD + GOOD)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    body = b"x" * (file_parts.MOST_AROUND + 21)  # no form at all: nobody looks
    answer = cast.client("coordinator").generic("POST", CALLS, body, "multipart/form-data; boundary=b")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    short = cast.client("coordinator").generic("POST", CALLS, body[:100], "multipart/form-data; boundary=b")
    assert short.status_code == 400
    settings.MANDATORY_ASSIGNMENTS_UPLOAD_MAX_BYTES = 10_000
    settings.MANDATORY_ASSIGNMENTS_UPLOAD_MAX_ROWS = 1
    assert post(cast, HEAD + GOOD + BAD).json()["errors"]["file"][0]["code"] == "too_many_rows"
    assert not Job.objects.exists()


def test_reading_costs_as_much_for_many_rows_as_for_few(cast, count_queries):
    client = cast.client("coordinator")
    few, many = (post(cast, HEAD + BAD * count).json()["id"] for count in (1, 100))
    for path in ("", "rows.csv?bucket=errors"):
        costs = {id: count_queries(partial(_all, client, f"{CALLS}{id}/{path}")) for id in (few, many)}
        assert costs[many] == costs[few]


def _all(client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    if answer.streaming:
        list(answer.streaming_content)
