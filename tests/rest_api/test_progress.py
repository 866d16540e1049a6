"""Progress through the API: seen, recorded and revoked, as the source documents and product 10 say it."""

import json
import uuid

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from demo.campus import build
from mandatory_assignments import api, bulk
from mandatory_assignments.models import Completion, Cycle, Department, Progress, Training
from mandatory_assignments.rest_api.v1 import progress_views
from tests.roles import COURSE, DUE, NOW

CALLS = "/api/mandatory-assignments/v1/progress/"
ELSEWHERE = "course-v1:Globex+SAFE+2027"
DONE = {"kind": "course", "training": COURSE, "learner": "otto", "completed_on": "2027-05-02", "reference": "Room 3"}

pytestmark = pytest.mark.django_db


def sent(cast, role, path="", body=None):
    answer = cast.client(role).generic("POST", CALLS + path, json.dumps(body or {}).encode(), "application/json")
    return answer.status_code, answer.json()


def listed(cast, role, **query):
    answer = cast.client(role).get(CALLS, query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def record(cast, training, *learners, on="2027-05-02", role="global_staff"):
    from datetime import date

    outcome = api.record_completions(
        actor=cast.people[role],
        training=training,
        learners=learners,
        completed_on=date.fromisoformat(on),
        now=NOW,
    )
    assert not outcome.refused
    build.drain()


@pytest.fixture
def busy(cast):
    """Lena half way through the assigned course, Otto done with it unassigned; Gina of Globex done with hers."""
    build.user("gina", name="Gina Globex", organization="Globex")
    build.course(ELSEWHERE, sections=1, subsections=1, units=1, blocks=1)
    build.complete(cast.people["learner"], COURSE, units=2)
    build.drain()
    record(cast, COURSE, "otto")
    record(cast, ELSEWHERE, "gina")
    return cast


# ----- seeing it -----


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("manager", {"lena"}),
        ("course_staff", {"lena", "otto"}),
        ("coordinator", {"lena", "otto"}),
        ("foreign_coordinator", {"gina"}),
        ("global_staff", {"lena", "otto", "gina"}),
    ],
)
def test_everybody_sees_their_own_people_assigned_or_not(busy, role, names):
    found = listed(busy, role)
    assert {row["learner"]["username"] for row in found["results"]} == names
    assert (found["count"], found["count_exact"], found["next"]) == (len(names), True, None)


def test_a_row_tells_how_far_somebody_is_and_who_says_so(busy):
    rows = {row["learner"]["username"]: row for row in listed(busy, "coordinator")["results"]}
    course = Training.objects.get(key=COURSE)
    assert rows["otto"] == {
        "id": str(Progress.objects.get(learner__username="otto").uuid),
        "learner": {"username": "otto", "name": "Otto Lang"},
        "training": {"id": str(course.uuid), "kind": "course", "key": COURSE, "name": "Fire safety"},
        "status": "completed",
        "percent": 100,
        "started_at": "2027-05-02T23:59:59.999999Z",
        "completed_at": "2027-05-02T23:59:59.999999Z",
        "completed_on": "2027-05-02",
        "source": "manual",
    }
    lena = rows["lena"]
    assert (lena["status"], lena["percent"], lena["completed_at"], lena["source"]) == ("in_progress", 50, None, None)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"status": "completed"}, ["otto"]),
        ({"status": "in_progress", "kind": "course"}, ["lena"]),
        ({"kind": "module"}, []),
        ({"training": COURSE, "learner": "LENA@example.com"}, ["lena"]),
        ({"training": str(uuid.uuid4())}, []),
        ({"organization": "Acme"}, ["lena", "otto"]),
        ({"organization": "Globex"}, []),
        ({"search": "sommer"}, ["lena"]),
        ({"search": "fire"}, ["lena", "otto"]),
        ({"department": "{field}"}, ["lena"]),
        ({"department": str(uuid.uuid4())}, []),
    ],
)
def test_the_list_is_narrowed(busy, query, names):
    field = str(Department.objects.get(path="Field").uuid)
    query = {name: value.format(field=field) for name, value in query.items()}
    found = listed(busy, "coordinator", **query)
    assert sorted(row["learner"]["username"] for row in found["results"]) == names
    assert found["count"] == len(names)


def test_what_is_no_longer_shared_is_seen_by_who_assigned_it_and_pages_follow_each_other(busy):
    busy.assign("gina", actor=busy.people["global_staff"], organization="Acme")
    assert {row["learner"]["username"] for row in listed(busy, "coordinator")["results"]} == {"lena", "otto"}
    first = listed(busy, "global_staff", page_size=2)
    then = busy.client("global_staff").get(first["next"]).json()
    assert len(first["results"]) == 2
    assert {row["id"] for row in then["results"]}.isdisjoint(row["id"] for row in first["results"])
    assert first["count"] == then["count"] == 3


def test_a_hundred_rows_cost_as_many_statements_as_one(busy):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            listed(busy, "coordinator", page_size=100)
        return len(captured)

    statements()
    before = statements()
    many = [build.user(f"many{number}", organization="Acme").username for number in range(98)]
    record(busy, COURSE, *many)
    assert listed(busy, "coordinator", page_size=100)["count"] == 100
    assert statements() == before


# ----- recording -----


def test_a_completion_is_recorded_and_answered_in_the_shape_of_the_list(cast):
    status, row = sent(cast, "coordinator", body=DONE)
    assert status == 201
    assert row == listed(cast, "coordinator", learner="otto")["results"][0]
    assert (row["status"], row["completed_on"], row["source"]) == ("completed", "2027-05-02", "manual")
    assert Completion.objects.get().reference == "Room 3"


@pytest.mark.parametrize(
    ("role", "changed", "status", "code", "field"),
    [
        ("coordinator", {}, 409, "already_completed", "learner"),
        ("coordinator", {"kind": "module"}, 400, "wrong_kind", "kind"),
        ("coordinator", {"kind": "badge"}, 400, "invalid_choice", "kind"),
        ("coordinator", {"training": ELSEWHERE}, 400, "unknown_training", "training"),
        ("coordinator", {"learner": "gina"}, 400, "unknown_learner", "learner"),
        ("coordinator", {"learner": "cora"}, 403, "own_completion", "learner"),
        ("coordinator", {"completed_on": "2027-05-06"}, 400, "in_the_future", "completed_on"),
        ("coordinator", {"completed_on": "6.5.2027"}, 400, "invalid_date", "completed_on"),
        ("coordinator", {"reference": "r" * 256}, 400, "reference_too_long", "reference"),
        ("foreign_coordinator", {}, 400, "unknown_training", "training"),
    ],
)
def test_what_is_wrong_is_told_with_its_code(busy, role, changed, status, code, field):
    before = Completion.objects.count()
    found = sent(busy, role, body=DONE | changed)
    assert (found[0], found[1]["code"], list(found[1]["errors"])) == (status, code, [field])
    assert Completion.objects.count() == before


# ----- revoking -----


def ids(cast, *names):
    return [str(Progress.objects.get(learner__username=name, training__key=COURSE).uuid) for name in names]


def test_completed_and_begun_rows_are_revoked_and_others_refused_in_the_same_words(busy):
    wanted = ids(busy, "lena", "otto")
    foreign = str(Progress.objects.get(learner__username="gina").uuid)
    body = {"ids": [*wanted, foreign, str(uuid.uuid4()), "no id"], "reason": "The drill was not held"}
    status, found = sent(busy, "coordinator", "revoke/", body)
    assert (status, found["changed"]) == (200, wanted)
    assert [row["id"] for row in found["refused"]] == body["ids"][2:]
    assert {(row["code"], row["message"]) for row in found["refused"]} == {("not_found", "There is no such progress.")}
    assert listed(busy, "coordinator")["count"] == 0
    status, again = sent(busy, "coordinator", "revoke/", {"ids": wanted})
    assert (again["changed"], {row["code"] for row in again["refused"]}) == ([], {"nothing_to_revoke"})


def test_a_row_keeps_its_id_after_it_was_revoked_and_done_again(busy):
    (wanted,) = ids(busy, "otto")
    sent(busy, "coordinator", "revoke/", {"ids": [wanted]})
    assert sent(busy, "coordinator", body=DONE)[1]["id"] == wanted


def test_a_filter_is_revoked_only_with_the_number_that_was_seen(busy):
    body = {"filter": {"status": "completed"}, "reason": "Again"}
    for changed, status, code in (
        ({}, 400, "required"),
        ({"expected_count": 2}, 409, "count_changed"),
        ({"expected_count": 0, "filter": {"kind": "path"}}, 400, "nothing_found"),
        ({"expected_count": 1, "ids": ids(busy, "otto")}, 400, "not_available"),
        ({"expected_count": 1, "filter": {"color": "red"}}, 400, "unknown_filter"),
        ({"expected_count": 1, "reason": "r" * 3000}, 400, "reason_too_long"),
    ):
        found = sent(busy, "coordinator", "revoke/", body | changed)
        assert (found[0], found[1]["code"]) == (status, code)
    status, found = sent(busy, "coordinator", "revoke/", {**body, "expected_count": 1})
    assert (status, found) == (200, {"changed": ids(busy, "otto"), "refused": []})


def test_many_are_revoked_by_a_job_that_tells_what_became_of_each(busy, monkeypatch):
    monkeypatch.setattr(progress_views, "MOST_AT_ONCE", 1)
    body = {"filter": {"kind": "course"}, "expected_count": 2, "reason": "Again", "reset_course_state": False}
    status, job = sent(busy, "coordinator", "revoke/", body)
    assert (status, job["total"], job["state"]) == (202, 2, "waiting")
    sent(busy, "coordinator", "revoke/", {"ids": ids(busy, "otto")})  # meanwhile somebody was faster
    bulk.work_jobs()
    where = f"{CALLS}revoke/{job['id']}/"
    found = busy.client("coordinator").get(where).json()
    assert (found["state"], found["created"], found["skipped"], found["failed"]) == ("done", 1, 1, 0)
    assert busy.client("global_staff").get(where).status_code == 404
    rows = b"".join(busy.client("coordinator").get(f"{where}rows.csv").streaming_content).decode()
    assert "lena,Lena Sommer,created" in rows
    assert "otto,Otto Lang,skipped,nothing_to_revoke" in rows
    assert listed(busy, "coordinator")["count"] == 0


def test_more_than_five_hundred_ids_are_refused(busy):
    status, error = sent(busy, "coordinator", "revoke/", {"ids": [str(uuid.uuid4())] * 501})
    assert (status, error["code"], list(error["errors"])) == (400, "max_length", ["ids"])


def test_an_assignment_that_is_revoked_opens_again_with_the_minimum_lead(busy):
    record(busy, COURSE, "lena")
    assert Cycle.objects.get().closed_as == "completed"
    sent(busy, "coordinator", "revoke/", {"ids": ids(busy, "lena"), "reason": "Not held"})
    cycle = Cycle.objects.get()
    assert (cycle.open, cycle.reopened, cycle.due_on) == (True, True, DUE)


# ----- taking it back -----


def test_what_was_revoked_last_is_taken_back_row_by_row(busy):
    lena, otto = ids(busy, "lena", "otto")
    sent(busy, "coordinator", "revoke/", {"ids": [lena, otto]})
    assert listed(busy, "coordinator")["count"] == 0
    body = {"ids": [otto, "no id"]}
    refused = {"id": "no id", "code": "not_found", "message": "There is no such progress."}
    assert sent(busy, "coordinator", "undo/", body) == (200, {"changed": [otto], "refused": [refused]})
    assert [row["status"] for row in listed(busy, "coordinator", learner="otto")["results"]] == ["completed"]
    record(busy, COURSE, "lena")
    told = sent(busy, "coordinator", "undo/", {"ids": [lena, otto]})[1]
    assert [(row["id"], row["code"]) for row in told["refused"]] == [
        (lena, "newer_exists"),
        (otto, "nothing_to_undo"),
    ]
    assert Completion.objects.filter(live=True, learner__username__in=["lena", "otto"]).count() == 2


@pytest.mark.parametrize(("wanted", "code"), [([], "empty"), ([str(uuid.uuid4())] * 51, "max_length"), (None, "null")])
def test_a_wish_to_take_back_names_rows_and_not_too_many(busy, wanted, code):
    status, error = sent(busy, "coordinator", "undo/", {"ids": wanted})
    assert (status, error["code"], list(error["errors"])) == (400, code, ["ids"])


# ----- what is out of reach -----


def cost(cast, method, path, body=None):
    """Status, body and statements of a call that leaves nothing behind; asked twice, so that caches are warm."""
    client, data = cast.client("coordinator"), b"" if body is None else json.dumps(body).encode()
    for _ in range(2):
        with transaction.atomic(), CaptureQueriesContext(connection) as captured:
            answer = client.generic(method, CALLS + path, data, "application/json")
            transaction.set_rollback(True)
    return answer.status_code, answer.content.decode(), len(captured)


def test_what_belongs_to_others_is_like_what_does_not_exist(busy):
    """Status, words and statements are the same, whoever or whatever is named."""
    build.department("Globex/Secret", organization="Globex", members=[])
    gina = Progress.objects.get(learner__username="gina")
    missing = str(uuid.uuid4())
    others = {
        "learner": ("gina", "nobody"),
        "organization": ("Globex", "Nowhere"),
        "training": (str(gina.training.uuid), missing),
        "department": (str(Department.objects.get(path="Secret").uuid), missing),
    }
    for name, (foreign, nothing) in others.items():
        there, not_there = (cost(busy, "GET", f"?{name}={value}") for value in (foreign, nothing))
        assert there == not_there
        assert json.loads(there[1])["count"] == 0
    for foreign, nothing in (("learner", "learner"), ("training", "training")):
        bodies = [DONE | {foreign: others[foreign][0]}, DONE | {nothing: others[nothing][1]}]
        (status, told, statements), (_, words, others_) = (cost(busy, "POST", "", body) for body in bodies)
        assert (status, statements) == (400, others_)
        assert told.replace(others[foreign][0], "…") == words.replace(others[foreign][1], "…")
    sent(busy, "foreign_coordinator", "revoke/", {"ids": [str(gina.uuid)]})
    for path in ("revoke/", "undo/"):
        found = [cost(busy, "POST", path, {"ids": [id]}) for id in (str(gina.uuid), missing)]
        assert found[0][0::2] == found[1][0::2]
        assert found[0][1].replace(str(gina.uuid), missing) == found[1][1]
