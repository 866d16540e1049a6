"""Who gets what answer from which call."""

import pytest

from tests.roles import COURSE, ROLES

CALLS = "/api/mandatory-assignments/v1"
NEW = {"learner": "otto", "training": COURSE, "due_on": "2027-05-14"}

# What is asked, and the status for each of ROLES in that order.
ANSWERS = [
    ("GET", "assignments/", (401, 403, 403, 200, 200, 200, 200, 200)),
    ("POST", "assignments/", (401, 403, 403, 403, 201, 201, 400, 201)),
    ("GET", "assignments/{id}/", (401, 403, 403, 200, 200, 200, 404, 200)),
    ("GET", "me/assignments/", (401, 200, 200, 200, 200, 200, 200, 200)),
    ("GET", "me/assignments/{id}/", (401, 200, 404, 404, 404, 404, 404, 404)),
    ("PUT", "assignments/", (401, 403, 403, 405, 405, 405, 405, 405)),
    ("POST", "me/assignments/", (401, 405, 405, 405, 405, 405, 405, 405)),
    ("GET", "nonsense/", (401, 404, 404, 404, 404, 404, 404, 404)),
]
CODES = {
    400: "unknown_training",
    401: "not_authenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
}


@pytest.mark.parametrize(
    ("method", "path", "role", "status"),
    [
        pytest.param(method, path, role, status, id=f"{method} {path} by {role}: {status}")
        for method, path, statuses in ANSWERS
        for role, status in zip(ROLES, statuses, strict=True)
    ],
)
def test_the_role_decides_about_the_answer(cast, method, path, role, status):
    address = f"{CALLS}/{path.format(id=cast.assignment_id)}"
    answer = cast.client(role).generic(method, address, b"" if method == "GET" else _json(NEW), "application/json")
    assert answer.status_code == status
    if status >= 400:
        told = answer.json()
        assert set(told) == {"detail", "code", "errors"}
        assert told["code"] == CODES[status]
        assert told["detail"]


@pytest.mark.parametrize(
    ("role", "count"),
    [("manager", 1), ("course_staff", 1), ("coordinator", 1), ("foreign_coordinator", 0), ("global_staff", 1)],
)
def test_the_list_holds_what_the_role_shows_and_nothing_else(cast, role, count):
    assert cast.client(role).get(f"{CALLS}/assignments/").json()["count"] == count


def test_course_staff_find_only_people_of_their_course(cast):
    from demo.campus import build

    build.user("stranger", organization="Acme")
    client = cast.client("course_staff")
    answer = client.post(f"{CALLS}/assignments/", {**NEW, "learner": "stranger"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_learner")


def test_somebody_of_another_organization_answers_like_nobody(cast):
    client = cast.client("coordinator")
    told = [
        client.post(f"{CALLS}/assignments/", {**NEW, "learner": name}, content_type="application/json").json()
        for name in ("gregor", "nobody")
    ]
    assert str(told[0]).replace("gregor", "nobody") == str(told[1])


def test_an_account_that_is_not_active_is_not_let_in(cast):
    client = cast.client("coordinator")
    cast.people["coordinator"].is_active = False
    cast.people["coordinator"].save()
    assert client.get(f"{CALLS}/assignments/").status_code == 401


def test_a_token_of_an_account_that_is_not_active_is_refused(cast):
    from rest_framework.test import APIRequestFactory, force_authenticate

    from mandatory_assignments.rest_api.v1.views import MyAssignments

    cast.people["learner"].is_active = False
    request = APIRequestFactory().get("/")
    force_authenticate(request, cast.people["learner"])
    assert MyAssignments.as_view()(request).status_code == 403


def test_a_session_without_csrf_token_cannot_write(cast):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.people["coordinator"], backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(f"{CALLS}/assignments/", NEW, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def _json(body: object) -> bytes:
    import json

    return json.dumps(body).encode()
