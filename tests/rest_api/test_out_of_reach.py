"""What is missing, what belongs to others and what is forbidden cannot be told apart: status, body, cost."""

import json

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.models import Department, LearningGroup, Training
from tests.roles import COURSE, DUE, NOW

CALLS = "/api/mandatory-assignments/v1"
MISSING = "6f1a3c52-0000-4000-8000-000000000000"
ELSEWHERE = "course-v1:Globex+SAFE+2027"
AWAY = {"organization": "Acme", "from_on": "2027-05-04", "until_on": "2027-05-06"}


@pytest.fixture
def foreign(cast):
    """What another organization has, by what it is called in the calls."""
    gina = build.user("gina", name="Gina Hidden", organization="Globex")
    build.department("Globex/Secret", organization="Globex", members=[gina])
    build.learning_group("Drivers", "Globex", [gina])
    build.course(ELSEWHERE, name="Hidden course", sections=1, subsections=1, units=1, blocks=1)
    assigned = {"learners": ["gina"], "due_on": DUE, "now": NOW}
    outcome = api.assign_learners(actor=cast.people["foreign_coordinator"], training=ELSEWHERE, **assigned)
    return {
        "assignment": str(outcome.created[0]),
        "training": str(Training.objects.get(key=ELSEWHERE).uuid),
        "department": str(Department.objects.get(path="Secret").uuid),
        "group": str(LearningGroup.objects.get().uuid),
    }


@pytest.fixture
def visible(cast, foreign):
    """What others assigned in a course: its staff see it, and it is not theirs to change."""
    outcome = api.assign_learners(
        actor=cast.people["global_staff"],
        training=COURSE,
        organization="Globex",
        learners=["gina"],
        due_on=DUE,
        now=NOW,
    )
    return str(outcome.created[0])


def asked(cast, role, method, path, body=None):
    """Status, body and statements of a call that leaves nothing behind; asked twice, so that caches are warm."""
    browser = cast.client(role)
    for _ in range(2):
        with transaction.atomic(), CaptureQueriesContext(connection) as captured:
            data = b"" if body is None else json.dumps(body).encode()
            answer = browser.generic(method, f"{CALLS}/{path}", data, "application/json")
            transaction.set_rollback(True)
    return answer.status_code, answer.content.decode(), len(captured)


ONE_ASSIGNMENT = [
    ("GET", "assignments/{id}/", None),
    ("PATCH", "assignments/{id}/", {"due_on": "2027-05-20", "note": "New"}),
    ("POST", "assignments/{id}/withdraw/", {"reason": "Left", "unenroll": True}),
    ("POST", "assignments/{id}/exempt/", {"reason": "Ill", "until": "2027-06-01"}),
    ("POST", "assignments/{id}/lift/", {}),
    ("POST", "assignments/{id}/end-repetition/", {}),
    ("GET", "me/assignments/{id}/", None),
    ("GET", "me/assignments/{id}/cycles/", None),
    ("POST", "assignments/{id}/remind/", {}),
    ("GET", "assignments/{id}/reminders/", None),
    ("GET", "assignments/{id}/notices/", None),
    ("GET", "assignments/{id}/cycles/", None),
    ("POST", f"assignments/{{id}}/notices/{MISSING}/resend/", {}),
]


@pytest.mark.parametrize("role", ["course_staff", "coordinator"])
@pytest.mark.parametrize(
    ("method", "path", "body"), ONE_ASSIGNMENT, ids=[f"{row[0]} {row[1]}" for row in ONE_ASSIGNMENT]
)
def test_an_assignment_of_others_is_like_one_that_does_not_exist(cast, foreign, role, method, path, body):
    missing = asked(cast, role, method, path.format(id=MISSING), body)
    assert missing[0] == 404
    assert asked(cast, role, method, path.format(id=foreign["assignment"]), body) == missing
    assert asked(cast, role, method, path.format(id="nothing"), body)[:2] == missing[:2]


@pytest.mark.parametrize(("method", "path", "body"), ONE_ASSIGNMENT[1:6], ids=[row[1] for row in ONE_ASSIGNMENT[1:6]])
def test_what_is_seen_but_not_to_be_changed_is_like_what_does_not_exist(cast, visible, method, path, body):
    assert asked(cast, "course_staff", "GET", f"assignments/{visible}/")[0] == 200
    missing = asked(cast, "course_staff", method, path.format(id=MISSING), body)
    assert asked(cast, "course_staff", method, path.format(id=visible), body) == missing


@pytest.mark.parametrize(("method", "path", "body"), ONE_ASSIGNMENT[1:6], ids=[row[1] for row in ONE_ASSIGNMENT[1:6]])
@pytest.mark.parametrize("name", ["own", "foreign", "missing", "malformed", "with a bad body"])
def test_a_manager_is_refused_before_anything_is_looked_up(cast, foreign, method, path, body, name):
    ids = {"own": cast.assignment_id, "foreign": foreign["assignment"], "missing": MISSING}
    answer = asked(cast, "manager", method, path.format(id=ids.get(name, "nothing")), [] if "body" in name else body)
    assert answer == asked(cast, "manager", method, path.format(id=MISSING), body)
    assert answer[0] == 403


@pytest.mark.parametrize("action", ["withdraw", "extend", "exempt", "lift", "change", "remind", "end-repetition"])
def test_many_of_others_are_like_many_that_do_not_exist(cast, foreign, action):
    fields = {"extend": {"due_on": "2027-05-20"}, "exempt": {"reason": "Ill"}}.get(action, {})
    answers = [
        asked(
            cast, "coordinator", "POST", "assignments/bulk-update/", {"ids": [id], "action": action, "fields": fields}
        )
        for id in (MISSING, foreign["assignment"])
    ]
    assert answers[0][0] == 200
    assert answers[0] == (200, answers[1][1].replace(foreign["assignment"], MISSING), answers[1][2])


@pytest.mark.parametrize(("act", "body"), [("pause", AWAY), ("resume", {"organization": "Acme"})])
@pytest.mark.parametrize("name", ["gina", "gregor", "GINA@EXAMPLE.COM", "olivia", "ina"])
def test_a_person_of_others_is_like_nobody(cast, foreign, act, body, name):
    build.user("ina", organization="Acme", is_staff=False)
    type(cast.people["learner"]).objects.filter(username="ina").update(is_active=False)
    unheard_of = "nobody@example.com" if "@" in name else "nobody"
    nobody = asked(cast, "coordinator", "POST", f"people/{unheard_of}/{act}/", body)
    assert nobody[0] == 404
    assert asked(cast, "coordinator", "POST", f"people/{name}/{act}/", body) == nobody
    assert asked(cast, "coordinator", "POST", f"people/%00/{act}/", body)[:2] == nobody[:2]


@pytest.mark.parametrize("role", ["manager", "course_staff", "coordinator"])
@pytest.mark.parametrize(
    ("filter", "theirs", "nobodys"),
    [
        ("training", "training", MISSING),
        ("training", ELSEWHERE, "course-v1:Globex+NONE+2027"),
        ("learner", "gina", "nobody"),
        ("learner", "gina@example.com", "nobody@example.com"),
        ("department", "department", MISSING),
        ("group", "group", MISSING),
        ("organization", "Globex", "Nowhere"),
        ("search", "Gina Hidden", "Nobody There"),
        ("search", "Hidden course", "Nothing there"),
    ],
)
def test_a_filter_by_what_others_have_is_like_one_by_nothing(cast, foreign, role, filter, theirs, nobodys):
    nothing = asked(cast, role, "GET", f"assignments/?status=open&{filter}={nobodys}")
    assert json.loads(nothing[1])["count"] == 0
    assert asked(cast, role, "GET", f"assignments/?status=open&{filter}={foreign.get(theirs, theirs)}") == nothing


@pytest.mark.parametrize(
    ("field", "theirs", "nobodys"),
    [
        ("learner", "gina", "anna"),
        ("learner", "gina@example.com", "anna@example.com"),
        ("training", "training", MISSING),
        ("training", ELSEWHERE, "course-v1:Globex+NONE+2027"),
        ("organization", "Globex", "Nowher"),
    ],
)
@pytest.mark.parametrize("role", ["course_staff", "coordinator"])
@pytest.mark.parametrize("path", ["assignments/", "assignments/plan/"])
def test_assigning_what_others_have_is_like_assigning_nothing(cast, foreign, role, field, theirs, nobodys, path):
    theirs = foreign.get(theirs, theirs)
    body = {"learner": "otto", "training": COURSE, "due_on": "2027-05-14"}
    nothing = asked(cast, role, "POST", path, {**body, field: nobodys})
    others = asked(cast, role, "POST", path, {**body, field: theirs})
    assert nothing[0] == 400
    assert others == (400, nothing[1].replace(nobodys, theirs), nothing[2])


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PATCH", {"goals": "New"})])
def test_a_training_of_others_is_like_one_that_does_not_exist(cast, foreign, method, body):
    missing = asked(cast, "coordinator", method, f"trainings/{MISSING}/", body)
    assert missing[0] == 404
    assert asked(cast, "coordinator", method, f"trainings/{foreign['training']}/", body) == missing


@pytest.mark.parametrize("role", ["course_staff", "coordinator"])
@pytest.mark.parametrize(
    ("field", "theirs", "nobodys"),
    [
        ("learners", "gina", "anna"),
        ("learners", "gina@example.com", "anna@example.com"),
        ("departments", "department", MISSING),
        ("groups", "group", MISSING),
        ("training", "training", MISSING),
        ("organization", "Globex", "Nowher"),
    ],
)
def test_a_bulk_about_what_others_have_is_like_one_about_nothing(cast, foreign, role, field, theirs, nobodys):
    def previewed(value):
        body = {"training": COURSE, "due_on": "2027-05-14", "people": {"learners": ["otto"]}}
        (body if field in ("training", "organization") else body["people"])[field] = (
            [value] if field.endswith("s") else value
        )
        status, told, statements = asked(cast, role, "POST", "bulk-assignments/preview/", body)
        return status, {name: told for name, told in json.loads(told).items() if name != "token"}, statements

    value = foreign.get(theirs, theirs)
    nothing, others = previewed(nobodys), previewed(value)
    assert others[0] == nothing[0] == (200 if field == "learners" else 400)
    assert json.dumps(others[1]).replace(value, nobodys) == json.dumps(nothing[1])
    assert others[2] == nothing[2]


@pytest.mark.parametrize("role", ["manager", "course_staff", "coordinator"])
def test_a_change_by_a_filter_reaches_nothing_of_others(cast, foreign, role):
    for name, theirs, nobodys in (
        ("learner", "gina", "nobody"),
        ("training", foreign["training"], MISSING),
        ("department", foreign["department"], MISSING),
    ):
        body = {"action": "remind", "filter": {name: nobodys}}
        nothing = asked(cast, role, "POST", "assignments/bulk-update/preview/", body)
        body = {"action": "remind", "filter": {name: theirs}}
        assert asked(cast, role, "POST", "assignments/bulk-update/preview/", body) == nothing
        assert nothing[0] == 400
