"""Who gets what answer from which call: every role, every call, inside and outside of what the role reaches."""

import re

import pytest
from django.db import transaction
from django.test import Client

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import NoticeKind, Reminder
from mandatory_assignments.models import EmailTemplate, Notice, ReminderSet, Training
from mandatory_assignments.rest_api.v1 import urls
from tests.rest_api.test_directory import ANSWERS as DIRECTORY
from tests.roles import COURSE, DUE, NOW, Cast

CALLS = "/api/mandatory-assignments/v1"
NEW = {"learner": "otto", "training": COURSE, "due_on": "2027-05-14"}
MANY = {"people": {"learners": ["otto"]}, "training": COURSE, "due_on": "2027-05-14"}
DONE = {"kind": "course", "training": COURSE, "learner": "otto", "completed_on": "2027-05-02"}
ELSEWHERE = "course-v1:Globex+SAFE+2027"
AWAY = {"organization": "Acme", "from_on": "2027-05-04", "until_on": "2027-05-06"}
MODULE = {"kind": "module", "name": "Alarm", "offline": True, "organization": "Acme"}
TEMPLATE = {
    "name": "Kind words",
    "organization": "Acme",
    "kind": "reminder",
    "texts": [{"language": "", "subject": "{training}", "body": "Dear {learner}, by {due_date}."}],
}
SET = {"name": "Twice", "organization": "Acme", "reminders": [{"days": 7}, {"days": 1}]}

ROLES = (
    "anonymous",
    "inactive",
    "learner",
    "other_learner",
    "manager",
    "other_manager",
    "course_staff",
    "other_course_staff",
    "coordinator",
    "double_coordinator",
    "foreign_coordinator",
    "global_staff",
)

# What is asked, the status for each of ROLES in that order, the body, and the code of a 400 or 409.
# {own} and {training} belong to Acme, {foreign} and {foreign_training} to Globex.
ANSWERS = [
    ("GET", "assignments/", "401 401 403 403 200 200 200 200 200 200 200 200", None, ""),
    ("POST", "assignments/", "401 401 403 403 403 403 201 400 201 201 400 201", NEW, "unknown_training"),
    ("POST", "assignments/plan/", "401 401 403 403 403 403 200 400 200 200 400 200", NEW, "unknown_training"),
    ("PUT", "assignments/", "401 401 403 403 405 405 405 405 405 405 405 405", NEW, ""),
    ("GET", "assignments/{own}/", "401 401 403 403 200 404 200 404 200 200 404 200", None, ""),
    ("GET", "assignments/{foreign}/", "401 401 403 403 404 404 404 404 404 200 200 200", None, ""),
    ("PATCH", "assignments/{own}/", "401 401 403 403 403 403 200 404 200 200 404 200", {"note": "New"}, ""),
    ("PATCH", "assignments/{foreign}/", "401 401 403 403 403 403 404 404 404 200 200 200", {"note": "New"}, ""),
    ("POST", "assignments/{own}/withdraw/", "401 401 403 403 403 403 200 404 200 200 404 200", {}, ""),
    ("POST", "assignments/{foreign}/withdraw/", "401 401 403 403 403 403 404 404 404 200 200 200", {}, ""),
    ("POST", "assignments/{own}/exempt/", "401 401 403 403 403 403 200 404 200 200 404 200", {"reason": "Ill"}, ""),
    ("POST", "assignments/{foreign}/exempt/", "401 401 403 403 403 403 404 404 404 200 200 200", {"reason": "Ill"}, ""),
    ("POST", "assignments/{own}/lift/", "401 401 403 403 403 403 409 404 409 409 404 409", {}, "not_exempt"),
    ("POST", "assignments/{foreign}/lift/", "401 401 403 403 403 403 404 404 404 409 409 409", {}, "not_exempt"),
    ("GET", "assignments/{own}/lift/", "401 401 403 403 403 403 405 405 405 405 405 405", None, ""),
    (
        "POST",
        "assignments/bulk-update/",
        "401 401 403 403 403 403 200 200 200 200 200 200",
        {"ids": ["nothing"], "action": "withdraw"},
        "",
    ),
    (
        "POST",
        "assignments/bulk-update/preview/",
        "401 401 403 403 403 403 200 400 200 200 200 200",
        {"filter": {}, "action": "end-repetition"},
        "nothing_found",
    ),
    (
        "POST",
        "assignments/bulk-update/preview/",
        "401 401 403 403 200 400 200 400 200 200 200 200",
        {"filter": {}, "action": "remind"},
        "nothing_found",
    ),
    ("POST", "bulk-assignments/preview/", "401 401 403 403 403 403 200 400 200 200 400 200", MANY, "unknown_training"),
    ("POST", "bulk-assignments/", "401 401 403 403 403 403 404 404 404 404 404 404", {"token": "nothing"}, ""),
    *[
        (method, path, "401 401 403 403 404 404 404 404 404 404 404 404", None, "")
        for method, path in (
            ("GET", "bulk-assignments/preview/{own}/rows.csv"),
            *[
                (method, f"{kind}/{{own}}/{act}")
                for kind in ("bulk-assignments", "bulk-updates")
                for method, act in (("GET", ""), ("GET", "rows.csv"), ("POST", "cancel/"), ("POST", "retry/"))
            ],
        )
    ],
    ("POST", "people/lena/pause/", "401 401 403 403 403 403 403 403 200 200 400 200", AWAY, "unknown_organization"),
    (
        "POST",
        "people/gina/pause/",
        "401 401 403 403 403 403 403 403 400 200 200 200",
        {**AWAY, "organization": "Globex"},
        "unknown_organization",
    ),
    ("POST", "people/gina/pause/", "401 401 403 403 403 403 403 403 404 404 400 404", AWAY, "unknown_organization"),
    (
        "POST",
        "people/lena/resume/",
        "401 401 403 403 403 403 403 403 409 409 400 409",
        {"organization": "Acme"},
        "not_paused unknown_organization",
    ),
    ("GET", "me/assignments/", "401 401 200 200 200 200 200 200 200 200 200 200", None, ""),
    ("POST", "me/assignments/", "401 401 405 405 405 405 405 405 405 405 405 405", {}, ""),
    ("GET", "me/assignments/{own}/", "401 401 200 404 404 404 404 404 404 404 404 404", None, ""),
    ("GET", "compliance/", "401 401 403 403 200 200 200 200 200 200 200 200", None, ""),
    ("GET", "compliance/?as_of=2027-05-02", "401 401 403 403 200 200 200 200 200 200 200 200", None, ""),
    ("GET", "audit/", "401 401 403 403 403 403 403 403 200 200 200 200", None, ""),
    ("GET", "progress/", "401 401 403 403 200 200 200 200 200 200 200 200", None, ""),
    ("POST", "progress/", "401 401 403 403 403 403 201 400 201 201 400 201", DONE, "unknown_training"),
    ("POST", "progress/revoke/", "401 401 403 403 403 403 200 200 200 200 200 200", {"ids": ["nothing"]}, ""),
    ("POST", "progress/undo/", "401 401 403 403 403 403 200 200 200 200 200 200", {"ids": ["nothing"]}, ""),
    *[
        (method, f"progress/revoke/{{own}}/{act}", "401 401 403 403 404 404 404 404 404 404 404 404", None, "")
        for method, act in (("GET", ""), ("GET", "rows.csv"), ("POST", "cancel/"), ("POST", "retry/"))
    ],
    ("GET", "trainings/", "401 401 403 403 403 403 200 200 200 200 200 200", None, ""),
    ("POST", "trainings/", "401 401 403 403 403 403 403 403 201 201 400 201", MODULE, "unknown_organization"),
    ("GET", "trainings/{training}/", "401 401 403 403 403 403 200 404 200 200 404 200", None, ""),
    ("GET", "trainings/{foreign_training}/", "401 401 403 403 403 403 404 404 404 200 200 200", None, ""),
    ("PATCH", "trainings/{training}/", "401 401 403 403 403 403 200 404 200 200 404 200", {"goals": "Go"}, ""),
    ("PATCH", "trainings/{foreign_training}/", "401 401 403 403 403 403 404 404 404 200 200 200", {"goals": "Go"}, ""),
    ("GET", "templates/", "401 401 403 403 403 403 403 403 200 200 200 200", None, ""),
    ("POST", "templates/", "401 401 403 403 403 403 403 403 201 201 400 201", TEMPLATE, "unknown_organization"),
    ("GET", "templates/{template}/", "401 401 403 403 403 403 403 403 200 200 404 200", None, ""),
    ("PATCH", "templates/{template}/", "401 401 403 403 403 403 403 403 200 200 404 200", {"name": "New"}, ""),
    ("DELETE", "templates/{template}/", "401 401 403 403 403 403 403 403 204 204 404 204", None, ""),
    ("GET", "templates/{site_template}/", "401 401 403 403 403 403 403 403 200 200 200 200", None, ""),
    ("PATCH", "templates/{site_template}/", "401 401 403 403 403 403 403 403 403 403 403 200", {"name": "New"}, ""),
    ("DELETE", "templates/{site_template}/", "401 401 403 403 403 403 403 403 403 403 403 204", None, ""),
    ("POST", "templates/{template}/preview/", "401 401 403 403 403 403 403 403 200 200 404 200", {}, ""),
    ("GET", "reminder-sets/", "401 401 403 403 403 403 403 403 200 200 200 200", None, ""),
    ("POST", "reminder-sets/", "401 401 403 403 403 403 403 403 201 201 400 201", SET, "unknown_organization"),
    ("GET", "reminder-sets/{set}/", "401 401 403 403 403 403 403 403 200 200 404 200", None, ""),
    ("PATCH", "reminder-sets/{set}/", "401 401 403 403 403 403 403 403 200 200 404 200", {"name": "New"}, ""),
    ("DELETE", "reminder-sets/{set}/", "401 401 403 403 403 403 403 403 204 204 404 204", None, ""),
    ("GET", "openapi.json", "401 401 200 200 200 200 200 200 200 200 200 200", None, ""),
    ("GET", "openapi.yaml", "401 401 200 200 200 200 200 200 200 200 200 200", None, ""),
    ("GET", "nonsense/", "401 401 404 404 404 404 404 404 404 404 404 404", None, ""),
    ("GET", "assignments/{own}/remind/", "401 401 403 403 405 405 405 405 405 405 405 405", None, ""),
    ("POST", "assignments/{own}/remind/", "401 401 403 403 200 404 200 404 200 200 404 200", {}, ""),
    ("POST", "assignments/{foreign}/remind/", "401 401 403 403 404 404 404 404 404 200 200 200", {}, ""),
    (
        "POST",
        "assignments/{own}/end-repetition/",
        "401 401 403 403 403 403 409 404 409 409 404 409",
        {},
        "not_repeating",
    ),
    ("GET", "assignments/{own}/reminders/", "401 401 403 403 200 404 200 404 200 200 404 200", None, ""),
    ("GET", "assignments/{own}/notices/", "401 401 403 403 200 404 200 404 200 200 404 200", None, ""),
    (
        "POST",
        "assignments/{own}/notices/{notice}/resend/",
        "401 401 403 403 403 403 200 404 200 200 404 200",
        {},
        "",
    ),
    (
        "POST",
        "assignments/{foreign}/notices/{notice}/resend/",
        "401 401 403 403 403 403 404 404 404 404 404 404",
        {},
        "",
    ),
    ("GET", "assignments/{own}/cycles/", "401 401 403 403 200 404 200 404 200 200 404 200", None, ""),
    ("GET", "me/assignments/{own}/cycles/", "401 401 200 404 404 404 404 404 404 404 404 404", None, ""),
    ("GET", "me/course-badges/", "401 401 200 200 200 200 200 200 200 200 200 200", None, ""),
    ("GET", "me/dashboard/", "401 401 200 200 200 200 200 200 200 200 200 200", None, ""),
    ("GET", "me/links/", "401 401 200 200 200 200 200 200 200 200 200 200", None, ""),
    ("GET", "me/notices/", "401 401 200 200 200 200 200 200 200 200 200 200", None, ""),
    ("POST", "me/notices/read/", "401 401 200 200 200 200 200 200 200 200 200 200", {}, ""),
    ("GET", "me/calendar/", "401 401 200 200 200 200 200 200 200 200 200 200", None, ""),
    ("POST", "me/calendar/", "401 401 201 201 201 201 201 201 201 201 201 201", {}, ""),
    ("DELETE", "me/calendar/", "401 401 204 204 204 204 204 204 204 204 204 204", None, ""),
    ("GET", "calendar/{own}.ics", "404 404 404 404 404 404 404 404 404 404 404 404", None, ""),
    ("GET", "progress-imports/", "401 401 403 403 403 403 200 200 200 200 200 200", None, ""),
    (
        "POST",
        "progress-imports/",
        "401 401 403 403 403 403 415 415 415 415 415 415",
        {},
        "unsupported_media_type",
    ),
    ("GET", "progress-imports/template.csv", "401 401 403 403 403 403 200 200 200 200 200 200", None, ""),
    *[
        (method, f"progress-imports/{{own}}/{act}", "401 401 403 403 403 403 404 404 404 404 404 404", None, "")
        for method, act in (
            ("GET", ""),
            ("GET", "rows.csv"),
            ("POST", "confirm/"),
            ("POST", "cancel/"),
            ("POST", "retry/"),
        )
    ],
    ("GET", "me/preferences/", "401 401 200 200 200 200 200 200 200 200 200 200", None, ""),
    ("PATCH", "me/preferences/", "401 401 200 200 200 200 200 200 200 200 200 200", {"email": False}, ""),
]
CODES = {401: "not_authenticated", 403: "forbidden", 404: "not_found", 405: "method_not_allowed"}


@pytest.fixture
def everybody(cast: Cast) -> Cast:
    """One of every role, beside two organizations with an assignment each."""
    people = cast.people
    people["inactive"] = build.user("ina", organization="Acme")
    people["other_manager"] = build.user("mona", organization="Acme")
    people["other_course_staff"] = build.user("carla")
    people["double_coordinator"] = build.user("dora")
    gina = build.user("gina", organization="Globex")
    for organization in ("Acme", "Globex"):
        build.coordinator(people["double_coordinator"], organization)
    build.coordinator(people["inactive"], "Acme")
    build.department(
        "Acme/Office", organization="Acme", members=[build.user("olaf")], managers=[people["other_manager"]]
    )
    build.course(ELSEWHERE, sections=1, subsections=1, units=1, blocks=1)
    build.course_staff(people["other_course_staff"], build.course("course-v1:Acme+OTHER+2027"))
    outcome = api.assign_learners(
        actor=people["foreign_coordinator"], training=ELSEWHERE, learners=[gina.username], due_on=DUE, now=NOW
    )
    cast.foreign_id = outcome.created[0]
    Notice.objects.filter(cycle__assignment__uuid=cast.assignment_id).update(state="failed", reason="refused")
    words = {"kind": NoticeKind.REMINDER, "wordings": {"": ("{training}", "Dear {learner}")}, "now": NOW}
    api.save_template(actor=people["coordinator"], name="Own", **words)
    api.save_template(actor=people["global_staff"], name="Site's", **words)
    api.save_reminder_set(actor=people["coordinator"], name="Own", wanted=[Reminder(5)], now=NOW)
    return cast


def client(cast: Cast, role: str) -> Client:
    """A browser of that role; the inactive one was signed in before the account was closed."""
    found = cast.client(role)
    if role == "inactive":
        type(cast.people[role]).objects.filter(pk=cast.people[role].pk).update(is_active=False)
    return found


def address(cast: Cast, path: str) -> str:
    training, foreign_training = (Training.objects.get(key=key).uuid for key in (COURSE, ELSEWHERE))
    notice = Notice.objects.get(cycle__assignment__uuid=cast.assignment_id).uuid
    texts = {None if row.organization is None else "own": row.uuid for row in EmailTemplate.objects.all()}
    ids = {"template": texts["own"], "site_template": texts[None], "set": ReminderSet.objects.get(name="Own").uuid}
    ids |= {"own": cast.assignment_id, "foreign": cast.foreign_id, "notice": notice}
    return f"{CALLS}/{path}".format(training=training, foreign_training=foreign_training, **ids)


@pytest.mark.parametrize(
    ("method", "path", "statuses", "body", "code"), ANSWERS, ids=[f"{row[0]} {row[1]}" for row in ANSWERS]
)
def test_the_role_decides_about_the_answer(everybody, method, path, statuses, body, code):
    found, told = {}, {}
    for role in ROLES:
        browser, where = client(everybody, role), address(everybody, path)
        with transaction.atomic():
            answer = browser.generic(method, where, b"" if body is None else _json(body), "application/json")
            transaction.set_rollback(True)
        found[role] = answer.status_code
        if answer.status_code >= 400:
            told[role] = answer.json()
    assert found == dict(zip(ROLES, map(int, statuses.split()), strict=True))
    for role, error in told.items():
        assert set(error) == {"detail", "code", "errors"}
        assert error["code"] in CODES.get(found[role], code).split()
        assert error["detail"]


def test_no_call_is_missing_in_the_table():
    listed = {(method, re.sub(r"{\w+}|[0-9a-f-]{36}", "*", path)) for method, path, *_ in [*ANSWERS, *DIRECTORY]}
    # Persons and organizations are named in the address.
    listed = {(method, re.sub(r"^(people|organizations)/\w+/", r"\1/*/", path)) for method, path in listed}
    there = {
        (method.upper(), re.sub(r"<[^>]+>", "*", str(pattern.pattern)))
        for pattern in urls.urlpatterns
        for method in ("get", "post", "put", "patch", "delete")
        if pattern.name and hasattr(pattern.callback.view_class, method)
    }
    assert there
    assert there - listed == set()


@pytest.mark.parametrize(
    ("role", "count"),
    [
        ("manager", 1),
        ("other_manager", 0),
        ("course_staff", 1),
        ("other_course_staff", 0),
        ("coordinator", 1),
        ("double_coordinator", 2),
        ("foreign_coordinator", 1),
        ("global_staff", 2),
    ],
)
def test_the_list_holds_what_the_role_shows_and_nothing_else(everybody, role, count):
    assert client(everybody, role).get(f"{CALLS}/assignments/").json()["count"] == count


@pytest.mark.parametrize(
    ("role", "changed"),
    [
        ("course_staff", {"own"}),
        ("other_course_staff", set()),
        ("coordinator", {"own"}),
        ("double_coordinator", {"own", "foreign"}),
        ("foreign_coordinator", {"foreign"}),
        ("global_staff", {"own", "foreign"}),
    ],
)
def test_many_are_changed_as_far_as_the_role_reaches(everybody, role, changed):
    ids = {"own": str(everybody.assignment_id), "foreign": str(everybody.foreign_id)}
    body = {"ids": list(ids.values()), "action": "change", "fields": {"note": "New"}}
    answer = client(everybody, role).post(f"{CALLS}/assignments/bulk-update/", body, content_type="application/json")
    assert set(answer.json()["changed"]) == {ids[name] for name in changed}
    assert {row["code"] for row in answer.json()["refused"]} == ({"not_found"} if len(changed) < 2 else set())


def test_course_staff_find_only_people_of_their_course(cast):
    build.user("stranger", organization="Acme")
    answer = cast.client("course_staff").post(
        f"{CALLS}/assignments/", {**NEW, "learner": "stranger"}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_learner")


def test_a_token_of_an_account_that_is_not_active_is_refused(cast):
    from rest_framework.test import APIRequestFactory, force_authenticate

    from mandatory_assignments.rest_api.v1.views import MyAssignments

    cast.people["learner"].is_active = False
    request = APIRequestFactory().get("/")
    force_authenticate(request, cast.people["learner"])
    assert MyAssignments.as_view()(request).status_code == 403


def test_a_session_without_csrf_token_cannot_write(cast):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.people["coordinator"], backend="django.contrib.auth.backends.ModelBackend")
    answer = browser.post(f"{CALLS}/assignments/", NEW, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def _json(body: object) -> bytes:
    import json

    return json.dumps(body).encode()
