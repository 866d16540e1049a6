"""The OpenAPI document: kept as a file, served, whole, and true to what the calls really answer."""

import copy
import json
import re
from pathlib import Path
from unittest.mock import patch

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator, FormatChecker

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.rest_api.v1 import progress_views, schema, urls
from mandatory_assignments.rest_api.v1.calls import Call
from tests.rest_api.test_roles import AWAY, SET, TEMPLATE, everybody  # noqa: F401
from tests.roles import COURSE

ROOT = Path(__file__).parents[2]
CALLS = "/api/mandatory-assignments/v1"
PREFIX = r"(Patched)?MandatoryAssignments[A-Z]\w+"


@pytest.fixture
def stats():
    """What the generator complains of."""
    GENERATOR_STATS.reset()
    schema.document.cache_clear()
    yield GENERATOR_STATS
    GENERATOR_STATS.reset()
    schema.document.cache_clear()


def views():
    """Every address of the API with its view, in the words of the document."""
    for pattern in urls.urlpatterns:
        if pattern.name and "openapi" not in pattern.name:
            yield re.sub(r"<str:(\w+)>", r"{\1}", f"{CALLS}/{pattern.pattern}"), pattern.callback.view_class


def methods(view):
    return [name for name in ("get", "post", "put", "patch", "delete") if hasattr(view, name)]


def test_the_kept_document_is_the_present_one():
    kept = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
    assert kept == json.loads(json.dumps(schema.document())), "run: make openapi"


def test_the_generator_has_nothing_to_complain_of_and_the_document_is_valid(stats):
    validate_schema(json.loads(json.dumps(schema.document())))
    assert (dict(stats._warn_cache), dict(stats._error_cache)) == ({}, {})


def test_a_host_that_makes_a_document_of_everything_can_take_ours_in(stats):
    made = SchemaGenerator(urlconf="mandatory_assignments.urls").get_schema(public=True)
    assert f"{CALLS}/assignments/" in made["paths"]
    assert dict(stats._error_cache) == {}
    assert [text for text in stats._warn_cache if "identical names" in text or "collisions" in text] == []


def test_every_call_is_there_with_what_it_takes_gives_and_refuses():
    paths = schema.document()["paths"]
    assert {(path, method) for path, view in views() for method in methods(view)} == {
        (path, method) for path, operations in paths.items() for method in operations
    }
    for path, view in views():
        for method in methods(view):
            told, operation = getattr(view, method).call, paths[path][method]
            assert isinstance(told, Call)
            assert operation["description"]
            assert (method in ("post", "put", "patch")) == bool(told.body)
            bodies = told.body if isinstance(told.body, tuple) else (told.body,)
            assert ("requestBody" in operation) == any(body and body().fields for body in bodies)
            assert {*map(str, told.answers), *map(str, told.refuses)} <= set(operation["responses"])
            assert told.open_to_all is not ({"401", "403"} <= set(operation["responses"]))
            assert told.open_to_all is ("security" not in operation or operation["security"] == [])
            assert "404" in operation["responses"] or "{" not in path
            assert ("400" in operation["responses"]) == bool(told.body or told.query)
            for status, answer in operation["responses"].items():
                assert answer["description"]
                if path.endswith((".csv", ".ics")) and status == "200":
                    assert list(answer["content"]) == ["text/csv" if path.endswith(".csv") else "text/calendar"]
                    continue
                shape = answer["content"]["application/json"]["schema"]["$ref"] if "content" in answer else None
                assert (shape == "#/components/schemas/MandatoryAssignmentsError") == (int(status) >= 400)


def test_every_name_is_ours_alone():
    made = schema.document()
    names = [*made["components"]["schemas"], *made["components"]["securitySchemes"]]
    assert names
    assert [name for name in names if not re.fullmatch(PREFIX, name)] == []
    ids = [operation["operationId"] for each in made["paths"].values() for operation in each.values()]
    assert len(ids) == len(set(ids))
    assert all(name.startswith("mandatory_assignments_") for name in ids)


@pytest.mark.parametrize("name", ["openapi.yaml", "openapi.json"])
def test_the_document_is_served_to_whoever_is_signed_in(cast, name):
    assert cast.client("anonymous").get(f"{CALLS}/{name}").status_code == 401
    answer = cast.client("learner").get(f"{CALLS}/{name}")
    assert answer.status_code == 200
    assert "application/vnd.oai.openapi" in answer["Content-Type"]
    assert yaml.safe_load(answer.content) == json.loads(json.dumps(schema.document()))


# ----- what the calls really answer ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exactly():
    """The document, with no field allowed that it does not name."""
    made = copy.deepcopy(json.loads(json.dumps(schema.document())))
    for shape in made["components"]["schemas"].values():
        if "properties" in shape:
            shape["additionalProperties"] = False
    return made


def check(made, method, path, answer):
    """Whether the answer is as the document says."""
    operation = made["paths"][f"{CALLS}/{path}"][method]
    told = operation["responses"][str(answer.status_code)]
    if "content" not in told:
        assert answer.content == b""
        return
    if "text/csv" in told["content"]:
        assert answer["Content-Type"].startswith("text/csv")
        assert b"".join(answer.streaming_content).startswith("\ufeff".encode())
        return
    if "text/calendar" in told["content"]:
        assert answer["Content-Type"].startswith("text/calendar")
        assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")
        return
    shape = {**told["content"]["application/json"]["schema"], "components": made["components"]}
    Draft202012Validator(shape, format_checker=FormatChecker()).validate(answer.json())


def test_every_reading_call_answers_as_it_is_documented(everybody, exactly):  # noqa: F811
    cast = everybody
    build.learning_group("Aid", "Acme", members=[cast.people["learner"]])
    api.pause_learner(
        actor=cast.people["coordinator"], learner="lena", **{**AWAY, "from_on": _day(4), "until_on": _day(6)}
    )
    browser, mine = cast.client("coordinator"), cast.client("learner")
    ids = {"short_name": "Acme", "assignment_id": cast.assignment_id}
    named = {"departments": "department_id", "groups": "group_id", "trainings": "training_id"}
    named |= {"templates": "template_id", "reminder-sets": "set_id"}
    for list_, name in named.items():
        ids[name] = browser.get(f"{CALLS}/{list_}/").json()["results"][0]["id"]
    ids["notice_id"] = browser.get(f"{CALLS}/assignments/{cast.assignment_id}/notices/").json()["results"][0]["id"]
    made = mine.post(f"{CALLS}/me/calendar/", {}, "application/json").json()["url"]
    ids["secret"] = made.rsplit("/", 1)[1].removesuffix(".ics")
    jobs = planned(browser)
    ids["token"] = jobs["bulk-assignments"]
    asked = []
    for path, operations in exactly["paths"].items():
        if "get" in operations:
            own = path.removeprefix(f"{CALLS}/")
            client = mine if own.startswith("me/") else browser
            ids["job_id"] = ids["sync_id"] = ids["import_id"] = jobs.get(own.split("/")[0], "")
            for wanted, status in ((ids, 200), (dict.fromkeys(ids, MISSING), 404)):
                if status == 200 or "{" in own:
                    answer = client.get(path.format(**wanted))
                    assert answer.status_code == status, own
                    check(exactly, "get", own, answer)
                    if status == 200 and not own.endswith((".csv", ".ics")) and "results" in answer.json():
                        assert answer.json()["results"], own
            check(exactly, "get", own, cast.client("anonymous").get(path.format(**ids)))
            asked.append(own)
    assert len(asked) == sum("get" in operations for operations in exactly["paths"].values())


def planned(browser):
    """The ids of a job of each kind, the first two of them confirmed."""
    found = {}
    for kind, preview, confirm, body in (
        (
            "bulk-assignments",
            "bulk-assignments/preview/",
            "bulk-assignments/",
            {"training": COURSE, "due_on": NEW["due_on"], "people": {"learners": ["otto"]}},
        ),
        (
            "bulk-updates",
            "assignments/bulk-update/preview/",
            "assignments/bulk-update/",
            {"filter": {}, "action": "withdraw", "fields": {}},
        ),
    ):
        answer = browser.post(f"{CALLS}/{preview}", body, "application/json")
        assert answer.status_code == 200, answer.json()
        token = {"token": answer.json()["token"]}
        found[kind] = browser.post(f"{CALLS}/{confirm}", token, "application/json").json()["id"]
    file = SimpleUploadedFile("people.csv", b"Username,Departments,Groups\nlena,Field,Aid\n")
    sync = browser.post(f"{CALLS}/directory-syncs/", {"organization": "Acme", "file": file})
    found["directory-syncs"] = sync.json()["id"]
    file = SimpleUploadedFile("event.csv", b"Email,Type,Name,Date\nlena@example.com,course,Fire safety,2027-05-02\n")
    done = {"kind": "course", "training": COURSE, "learner": "otto", "completed_on": "2027-05-02"}
    assert browser.post(f"{CALLS}/progress/", done, "application/json").status_code == 201
    with patch.object(progress_views, "MOST_AT_ONCE", 0):
        sent = {"filter": {}, "expected_count": 1}
        found["progress"] = browser.post(f"{CALLS}/progress/revoke/", sent, "application/json").json()["id"]
    found["progress-imports"] = browser.post(f"{CALLS}/progress-imports/", {"file": file}).json()["id"]
    return found


MISSING = "6f1a3c52-0000-4000-8000-000000000000"
NEW = {"learner": "otto", "training": COURSE, "due_on": "2027-05-14"}
WRITING = [
    ("post", "assignments/", NEW, 201),
    ("post", "assignments/", {**NEW, "learner": "lena"}, 409),
    ("post", "assignments/", {**NEW, "late_policy": "melt"}, 400),
    ("patch", "assignments/{assignment_id}/", {"grace_days": 2}, 200),
    ("post", "assignments/{assignment_id}/exempt/", {"reason": "Ill", "until": "2027-06-01"}, 200),
    ("post", "assignments/{assignment_id}/lift/", {}, 409),
    ("post", "assignments/{assignment_id}/withdraw/", {}, 200),
    ("post", "assignments/", {**NEW, "repeat": {"every": 1, "unit": "years"}, "reminders": "compliance"}, 201),
    ("post", "assignments/plan/", {**NEW, "repeat": {"every": 1, "unit": "years"}, "reminders": "compliance"}, 200),
    ("post", "assignments/plan/", {**NEW, "learner": "lena"}, 409),
    ("post", "assignments/{assignment_id}/remind/", {}, 200),
    ("post", "assignments/{assignment_id}/end-repetition/", {}, 409),
    ("post", "me/notices/read/", {}, 200),
    ("patch", "me/preferences/", {"email": False}, 200),
    ("post", "me/calendar/", {}, 201),
    ("delete", "me/calendar/", {}, 204),
    ("post", "assignments/bulk-update/", {"ids": ["{assignment_id}", MISSING, "x"], "action": "withdraw"}, 200),
    ("post", "people/{username}/pause/", AWAY, 200),
    ("post", "people/{username}/resume/", {}, 409),
    ("post", "trainings/", {"kind": "module", "name": "Alarm", "offline": True}, 201),
    ("post", "templates/", TEMPLATE, 201),
    ("post", "templates/", {**TEMPLATE, "texts": [{"subject": "", "body": "{x}"}]}, 400),
    ("post", "reminder-sets/", SET, 201),
    ("post", "departments/", {"path": "Acme/New"}, 201),
    ("post", "groups/", {"organization": "Acme", "name": "New"}, 201),
    ("patch", "organizations/{short_name}/", {"policy": {"grace_days": 3}}, 200),
    ("post", "organizations/{short_name}/members/", {"remove": ["otto", "nobody"]}, 200),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), WRITING, ids=[f"{row[1]} {row[3]}" for row in WRITING])
def test_a_writing_call_answers_as_it_is_documented(cast, exactly, method, path, body, status):
    ids = {"assignment_id": str(cast.assignment_id), "username": "lena", "short_name": "Acme"}
    data = json.dumps(body).replace("{assignment_id}", ids["assignment_id"])
    answer = cast.client("coordinator").generic(
        method.upper(), f"{CALLS}/{path.format(**ids)}", data, "application/json"
    )
    assert answer.status_code == status
    check(exactly, method, path, answer)


def _day(number):
    from datetime import date

    return date(2027, 5, number)
