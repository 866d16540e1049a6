"""Every staff page by every role, around things of Acme that are really there; what is outside is as if it were not.

A page that is not in the table fails the first test.
"""

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.urls import reverse

from demo.campus import build
from mandatory_assignments import api, urls
from mandatory_assignments.data import People, Terms
from mandatory_assignments.models import Department, LearningGroup, Progress, Training
from mandatory_assignments.services.bulk_assign import plan_bulk_assignment
from mandatory_assignments.services.bulk_change import plan_bulk_change
from mandatory_assignments.services.jobs import confirm_job
from tests.roles import COURSE, DUE, NOW, ROLES

from . import test_bulk_pages, test_import_pages, test_reminder_set_pages, test_sync_pages, test_template_pages

NOBODYS = UUID("6f1a3c52-0000-4000-8000-000000000000")
BULK_ROW = re.compile(r"/bulk/([0-9a-f-]+)/")

# anonymous, learner, other_learner, manager, course_staff, coordinator, foreign_coordinator, global_staff
ANYBODY = (302, 403, 403, 200, 200, 200, 200, 200)  # with a role
TEAM = (302, 403, 403, 200, 200, 200, 404, 200)  # who sees Lena
COURSE_ROLES = (302, 403, 403, 404, 200, 200, 404, 200)  # who sees the course
ASSIGNERS = (302, 403, 403, 403, 200, 200, 200, 200)
ASSIGNERS_HERE = (302, 403, 403, 403, 200, 200, 404, 200)  # who assigns the course
KEEPERS = (302, 403, 403, 403, 403, 200, 200, 200)  # of some directory
KEEPERS_HERE = (302, 403, 403, 403, 403, 200, 404, 200)  # of Acme's
OWNER = (302, 403, 403, 404, 404, 200, 404, 404)  # the coordinator's own job
OWNER_ASSIGNS = (302, 403, 403, 403, 404, 200, 404, 404)
OWNER_KEEPS = (302, 403, 403, 403, 403, 200, 404, 404)


def led(statuses):
    """The same, but whoever may is led on."""
    return tuple(302 if status == 200 else status for status in statuses)


ONE, PERSON, PLACE = {"assignment_id": "assignment"}, {"username": "lena"}, {"short_name": "Acme"}
KEY, DRAFT, JOB = {"course_key": COURSE}, {"draft_id": "draft"}, {"job_id": "job"}
FIELD, GROUP, TRAINING = {"department_id": "department"}, {"group_id": "group"}, {"training_id": "training"}

READ: list[tuple[str, dict[str, str], tuple[int, ...]]] = [
    *[(f"staff-{name}", {}, ANYBODY) for name in ("list", "export", "people-suggest", "jobs", "jobs-strip")],
    *[(f"staff-{name}", {}, ANYBODY) for name in ("reports", "report-sheet", "report-due-sheet")],
    *[(f"staff-{name}", {}, ANYBODY) for name in ("report-people", "report-people-sheet")],
    *[(f"staff-{name}", {}, ANYBODY) for name in ("progress", "progress-export")],
    *[(f"staff-{name}", {}, ASSIGNERS) for name in ("new", "trainings", "training-kinds", "progress-add")],
    *[(f"staff-{name}", {}, ASSIGNERS) for name in ("progress-import", "import-template")],
    *[("staff-training-new", {"what": what}, ASSIGNERS) for what in ("module", "course")],
    *[("staff-training-new", {"what": what}, KEEPERS) for what in ("path", "in-person")],
    *[(f"staff-{name}", {}, led(ASSIGNERS)) for name in ("bulk", "progress-revoke")],
    *[(f"staff-{name}", {}, KEEPERS) for name in ("templates", "template-new", "reminder-set-new")],
    *[(f"staff-{name}", {}, KEEPERS) for name in ("audit", "audit-sheet")],
    ("staff-directory", {}, (302, 403, 403, 403, 403, 302, 302, 200)),
    ("staff-assignment", ONE, TEAM),
    ("staff-person", PERSON, TEAM),
    *[(f"staff-{name}", ONE, ASSIGNERS_HERE) for name in ("edit", "exempt", "withdraw")],
    ("staff-lift", ONE, led(ASSIGNERS_HERE)),
    ("staff-pause", PERSON, KEEPERS_HERE),
    ("staff-resume", PERSON, led(KEEPERS_HERE)),
    ("staff-many-remind", {}, led(ANYBODY)),
    *[(f"staff-many-{act}", {}, led(ASSIGNERS)) for act in ("extend", "exempt", "lift", "withdraw")],
    ("staff-matching-remind", {}, ANYBODY),
    *[(f"staff-matching-{act}", {}, ASSIGNERS) for act in ("extend", "exempt", "lift", "withdraw")],
    ("staff-change-plan", {"job_id": "plan"}, OWNER),
    *[(f"staff-{name}", KEY, COURSE_ROLES) for name in ("course", "course-export", "course-people-suggest")],
    *[(f"staff-{name}", KEY, COURSE_ROLES) for name in ("course-progress", "course-progress-export")],
    *[(f"staff-course-{name}", KEY, ASSIGNERS_HERE) for name in ("new", "progress-add", "progress-import")],
    ("staff-course-bulk", KEY, led(ASSIGNERS_HERE)),
    *[(f"staff-bulk-{name}", DRAFT, OWNER_ASSIGNS) for name in ("what", "people", "reminders", "preview", "rows")],
    *[(f"staff-{name}", JOB, OWNER) for name in ("job", "job-progress", "job-rows", "job-cancel")],
    *[(f"staff-organization{name}", PLACE, KEEPERS_HERE) for name in ("", "-people", "-policy", "-progress")],
    *[(f"staff-{name}", PLACE, KEEPERS_HERE) for name in ("department-new", "group-new", "syncs")],
    *[(f"staff-{name}", PLACE, KEEPERS_HERE) for name in ("sync-template", "sync-present")],
    *[
        (f"staff-organization-{name}", PLACE, (*KEEPERS_HERE[:5], 403, 404, 200))
        for name in ("members", "coordinators")
    ],
    ("staff-person-managers", PLACE | PERSON, KEEPERS_HERE),
    *[(f"staff-{name}", {"job_id": "sync"}, OWNER_KEEPS) for name in ("sync", "sync-rows")],
    *[(f"staff-department{name}", FIELD, KEEPERS_HERE) for name in ("", "-edit", "-delete", "-members", "-managers")],
    ("staff-department-progress", FIELD, KEEPERS_HERE),
    *[(f"staff-group{name}", GROUP, KEEPERS_HERE) for name in ("", "-edit", "-delete", "-members", "-cohort")],
    *[(f"staff-training{name}", TRAINING, ASSIGNERS_HERE) for name in ("", "-edit", "-archive")],
    *[(f"staff-template{name}", {"template_id": "template"}, KEEPERS_HERE) for name in ("", "-delete")],
    *[(f"staff-reminder-set{name}", {"set_id": "set"}, KEEPERS_HERE) for name in ("", "-delete")],
    ("staff-progress-undo", {"floor_id": "floor"}, ASSIGNERS_HERE),
    *[(f"staff-{name}", {"job_id": "import"}, OWNER_ASSIGNS) for name in ("import", "import-rows")],
]

SENT: list[tuple[str, dict[str, str], tuple[int, ...]]] = [
    ("staff-new-dates", {}, ASSIGNERS),
    ("staff-course-new-dates", KEY, ASSIGNERS_HERE),
    ("staff-edit-dates", ONE, ASSIGNERS_HERE),
    ("staff-remind", ONE, led(TEAM)),
    *[(f"staff-{name}", ONE, led(ASSIGNERS_HERE)) for name in ("retry", "end-repetition")],
    ("staff-resend", ONE, led(ASSIGNERS_HERE)),
    ("staff-undo", {}, (302, 403, 403, 403, 404, 404, 404, 404)),  # nothing was done that could be undone
    *[(f"staff-bulk-{name}", DRAFT, OWNER_ASSIGNS) for name in ("people-count", "dates")],
    *[(f"staff-job-{name}", JOB, led(OWNER)) for name in ("cancel", "retry", "close")],
    *[(f"staff-group-{name}", GROUP, led(KEEPERS_HERE)) for name in ("refresh", "unlink")],
]


@pytest.fixture
def known(cast) -> dict[str, Any]:
    """What the table calls by name, all of Acme."""
    cora = cast.people["coordinator"]
    by = {"actor": cora, "now": NOW}
    for username in ("pia", "pit"):
        build.user(username, organization="Acme")
    client = cast.client("coordinator")
    draft = BULK_ROW.search(test_bulk_pages.filled(client, {"entries": "pia"}))[1]
    crowd = plan_bulk_assignment(terms=Terms(COURSE, DUE), people=People(learners=["pit"]), **by)
    plan = plan_bulk_change(
        action="extend", fields={"due_on": date(2027, 6, 30)}, conditions={"statuses": (), "search": ""}, **by
    )
    sync = test_sync_pages.planned(cast, test_sync_pages.HEAD + "lena,Field,,\n")
    analysis = test_import_pages.analysed(cast, test_import_pages.HEAD + test_import_pages.GOOD)
    api.record_completions(training=COURSE, learners=["otto"], completed_on=date(2027, 5, 2), **by)
    build.drain()
    done = Progress.objects.get(learner__username="otto")
    ((_key, floor),) = api.revoke_completions(
        keys=[(done.learner_id, done.training_id)], reason="Not held", **by
    ).changed
    job = confirm_job(actor=cora, token=crowd.uuid, now=NOW)
    build.learning_group("Aid", "Acme", members=[cast.people["learner"]])
    return {
        "assignment": cast.assignment_id,
        "department": Department.objects.get(path="Field").uuid,
        "draft": draft,
        "floor": floor,
        "group": LearningGroup.objects.get().uuid,
        "import": analysis.rstrip("/").rsplit("/", 1)[1],
        "job": job.uuid,
        "plan": plan.uuid,
        "set": test_reminder_set_pages.make(cast).uuid,
        "sync": sync.rstrip("/").rsplit("/", 1)[1],
        "template": test_template_pages.make(cast).uuid,
        "training": Training.objects.get(key=COURSE).uuid,
    }


def address(name: str, named: dict[str, str], known: dict[str, Any]) -> str:
    return reverse(f"mandatory_assignments:{name}", kwargs={key: known.get(word, word) for key, word in named.items()})


def answered(client, method: str, path: str) -> Any:
    """The answer, of which nothing stays."""
    with transaction.atomic():
        answer = getattr(client, method)(path)
        transaction.set_rollback(True)
    return answer


def test_the_table_has_every_staff_page():
    pages = {name for each in urls.urlpatterns if (name := getattr(each, "name", None) or "").startswith("staff-")}
    assert {name for name, *_rest in [*READ, *SENT]} == pages


@pytest.mark.parametrize("role", ROLES)
def test_the_role_decides_about_every_page(cast, known, role):
    client, place, wrong = cast.client(role), ROLES.index(role), []
    for method, table in (("get", READ), ("post", SENT)):
        for name, named, statuses in table:
            found = answered(client, method, address(name, named, known)).status_code
            if found != statuses[place]:
                wrong.append(f"{method} {name}: {found} instead of {statuses[place]}")
    assert wrong == []


@pytest.mark.parametrize("role", ["manager", "course_staff", "foreign_coordinator"])
def test_what_is_outside_answers_as_what_does_not_exist(cast, known, role):
    client, place = cast.client(role), ROLES.index(role)
    nowhere = dict.fromkeys(known, NOBODYS) | {COURSE: "course-v1:No+SUCH+2027", "Acme": "Nowhere", "lena": "nobody"}
    for method, table in (("get", READ), ("post", SENT)):
        for name, named, statuses in table:
            if statuses[place] == 404 and named:
                there, not_there = (answered(client, method, address(name, named, names)) for names in (known, nowhere))
                assert (name, there.content) == (name, not_there.content)
                assert (name, there.headers) == (name, not_there.headers)
