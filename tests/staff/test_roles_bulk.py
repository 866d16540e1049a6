"""Who is let in to assigning to many and to the pages about jobs."""

import pytest

from tests.roles import COURSE, ROLES

PAGES = "/mandatory-assignments/staff"
NOBODYS = "6f1a3c52-0000-4000-8000-000000000000"

# The page, and the status for each of ROLES in that order.
ANSWERS = [
    ("/bulk/", (302, 403, 403, 403, 302, 302, 302, 302)),
    ("/courses/{course}/bulk/", (302, 403, 403, 403, 302, 302, 404, 302)),
    *[
        (f"/bulk/{NOBODYS}/{step}", (302, 403, 403, 403, 404, 404, 404, 404))
        for step in ("", "people/", "reminders/", "preview/", "preview/rows.csv")
    ],
    ("/jobs/", (302, 403, 403, 200, 200, 200, 200, 200)),
    ("/jobs/strip/", (302, 403, 403, 200, 200, 200, 200, 200)),
    *[
        (f"/jobs/{NOBODYS}/{rest}", (302, 403, 403, 404, 404, 404, 404, 404))
        for rest in ("", "progress/", "cancel/", "rows.csv")
    ],
]

SENT = [
    *[
        (f"/bulk/{NOBODYS}/{step}", (302, 403, 403, 403, 404, 404, 404, 404))
        for step in ("", "people/", "people/count/", "reminders/", "reminders/dates/", "preview/")
    ],
    *[
        (f"/jobs/{NOBODYS}/{rest}", (302, 403, 403, 404, 404, 404, 404, 404))
        for rest in ("cancel/", "retry/", "close/")
    ],
]


@pytest.mark.parametrize(
    ("method", "path", "role", "status"),
    [
        pytest.param(method, path, role, status, id=f"{method} {path} by {role}: {status}")
        for method, table in (("get", ANSWERS), ("post", SENT))
        for path, statuses in table
        for role, status in zip(ROLES, statuses, strict=True)
    ],
)
def test_the_role_decides(cast, method, path, role, status):
    answer = getattr(cast.client(role), method)(PAGES + path.format(course=COURSE))
    assert answer.status_code == status
    if role == "anonymous":
        assert answer["Location"].startswith("/signin/?next=/mandatory-assignments/staff/")
    elif status == 302:
        assert answer["Location"].startswith(f"{PAGES}/bulk/")
