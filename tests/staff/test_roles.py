"""Who is let in to which staff page: the others sign in, are told why not, or find nothing."""

import pytest

from tests.roles import COURSE, ROLES

PAGES = "/mandatory-assignments/staff"

# The page, and the status for each of ROLES in that order.
ANSWERS = [
    ("/", (302, 403, 403, 200, 200, 200, 200, 200)),
    ("/new/", (302, 403, 403, 403, 200, 200, 200, 200)),
    ("/assignments/{id}/", (302, 403, 403, 200, 200, 200, 404, 200)),
    ("/courses/{course}/", (302, 403, 403, 404, 200, 200, 404, 200)),
    ("/courses/{course}/new/", (302, 403, 403, 403, 200, 200, 404, 200)),
    ("/reports/", (302, 403, 403, 200, 200, 200, 200, 200)),
    ("/reports/compliance.csv", (302, 403, 403, 200, 200, 200, 200, 200)),
    ("/reports/due.csv", (302, 403, 403, 200, 200, 200, 200, 200)),
    ("/reports/people/", (302, 403, 403, 200, 200, 200, 200, 200)),
    ("/reports/people.csv", (302, 403, 403, 200, 200, 200, 200, 200)),
    ("/reports/audit/", (302, 403, 403, 403, 403, 200, 200, 200)),
    ("/reports/audit.csv", (302, 403, 403, 403, 403, 200, 200, 200)),
    ("/assignments/6f1a3c52-0000-4000-8000-000000000000/", (302, 403, 403, 404, 404, 404, 404, 404)),
    ("/courses/course-v1:Acme+NONE+2027/", (302, 403, 403, 404, 404, 404, 404, 404)),
]


@pytest.mark.parametrize(
    ("path", "role", "status"),
    [
        pytest.param(path, role, status, id=f"{path} by {role}: {status}")
        for path, statuses in ANSWERS
        for role, status in zip(ROLES, statuses, strict=True)
    ],
)
def test_the_role_decides_about_the_page(cast, path, role, status):
    address = PAGES + path.format(id=cast.assignment_id, course=COURSE)
    answer = cast.client(role).get(address)
    assert answer.status_code == status
    if role == "anonymous":
        assert answer["Location"].startswith("/signin/?next=/mandatory-assignments/staff/")
    if status == 403:
        assert "You cannot use this page" in answer.content.decode()


# What is shown while a form is filled in; it is only ever sent.
DATES = [
    ("/new/dates/", (302, 403, 403, 403, 200, 200, 200, 200)),
    ("/courses/{course}/new/dates/", (302, 403, 403, 403, 200, 200, 404, 200)),
    ("/assignments/{id}/edit/dates/", (302, 403, 403, 403, 200, 200, 404, 200)),
    ("/assignments/6f1a3c52-0000-4000-8000-000000000000/edit/dates/", (302, 403, 403, 403, 404, 404, 404, 404)),
]


@pytest.mark.parametrize(
    ("path", "role", "status"),
    [
        pytest.param(path, role, status, id=f"{path} by {role}: {status}")
        for path, statuses in DATES
        for role, status in zip(ROLES, statuses, strict=True)
    ],
)
def test_the_role_decides_about_the_dates_that_are_foreseen(cast, path, role, status):
    address = PAGES + path.format(id=cast.assignment_id, course=COURSE)
    sent = {"course": COURSE, "learner": "lena", "due_on": "2027-06-14"}
    answer = cast.client(role).post(address, sent)
    assert answer.status_code == status
    assert cast.client(role).get(address).status_code == 405


@pytest.mark.parametrize("role", ["learner", "manager", "foreign_coordinator"])
def test_a_form_sent_past_the_role_assigns_nothing(cast, role):
    from mandatory_assignments.models import Assignment

    sent = {"course": COURSE, "learner": "otto", "due_on": "2027-05-14"}
    cast.client(role).post(f"{PAGES}/new/", sent)
    cast.client(role).post(f"{PAGES}/courses/{COURSE}/new/", sent)
    assert Assignment.objects.count() == 1


@pytest.mark.parametrize(
    "path", ["/assignments/1/", "/assignments/x'--/", "/courses/%00+a+b/", "/courses/a+b+c/", "/courses/nothing/"]
)
def test_an_address_that_names_nothing_is_not_found(cast, path):
    assert cast.client("global_staff").get(PAGES + path).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_a_page_does_not_know_other_methods(cast, method):
    assert getattr(cast.client("coordinator"), method)(f"{PAGES}/new/").status_code == 405


def test_pages_are_not_kept_by_caches(cast):
    assert "no-store" in cast.client("coordinator").get(f"{PAGES}/")["Cache-Control"]
