"""Progress lists: who sees whom, each row once, however many are looked for, by the same number of statements."""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from demo.campus import build
from mandatory_assignments.data import ProgressState, TrainingKind
from mandatory_assignments.models import Cycle, Department, LearningGroup, Progress, Training, TrainingPart
from mandatory_assignments.models.trainings import ModuleBlock
from mandatory_assignments.queries import access, assignments, paging, parts, progress

from .test_lists import oblige

NOW = datetime(2027, 5, 14, 12, 0, tzinfo=UTC)
numbers = count(1)

pytestmark = pytest.mark.django_db


def training(name, kind=TrainingKind.COURSE, owner="Acme", **fields):
    number = next(numbers)
    key = f"course-v1:{owner}+C{number}+2027" if kind == TrainingKind.COURSE else f"{kind}:{number}"
    return Training.objects.create(
        kind=kind, key=key, name=name, organization=build.organization(owner), created_at=NOW, **fields
    )


def begun(person, training, state=ProgressState.IN_PROGRESS):
    """A row; one without a state tells nothing."""
    at = NOW - timedelta(minutes=next(numbers)) if state else None
    return Progress.objects.create(
        learner=person, training=training, kind=training.kind, state=state, recent_at=at, units_done=1, units_total=2
    )


def shown(scope, **asked):
    """(username, training) of all rows, page by page, the latest first; what is counted is as many."""
    rows, cursor, found = progress.rows(scope, **asked), "", []
    while cursor is not None:
        page = paging.page(rows, ["recent_at"], size=3, descending=True, cursor=cursor, keys_first=True)
        found += page.rows
        cursor = page.next
    assert assignments.count(rows) == (len(found), True)
    assert sorted(rows.values_list("id", flat=True)) == sorted(row.id for row in found)
    assert [row.recent_at for row in found] == sorted((row.recent_at for row in found), reverse=True)
    assert len({row.id for row in found}) == len(found)
    return sorted((row.learner.username, row.training.name) for row in found)


@pytest.fixture
def crowd(db):
    """Ann and Bob of Acme, Gil of Globex; a course of each, a shared one, a module and a path of Acme's course."""
    ann, bob = (build.user(name, organization="Acme") for name in ("ann", "bob"))
    gil = build.user("gil", name="Gil Fireman", organization="Globex")
    build.department("Acme/Field/North", organization="Acme", members=[ann])
    build.learning_group("First aid", "Acme", members=[bob])
    fire, safe = training("Fire"), training("Safe", owner="Globex")
    shared = training("Shared", owner="Globex", sharing="all")
    alarm, warden = training("Alarm", TrainingKind.MODULE), training("Warden", TrainingKind.PATH)
    ModuleBlock.objects.create(module=alarm, course_key=fire.key, block_key="b", position=0)
    TrainingPart.objects.create(path=warden, course=fire, position=0, required=True)
    build.course(fire.key)
    for person in (ann, bob, gil):
        begun(person, fire)
        begun(person, safe, ProgressState.COMPLETED)
    for row in (alarm, warden):
        begun(ann, row, ProgressState.COMPLETED)
    begun(bob, shared)
    begun(ann, shared, state="")
    return ann, bob, gil


def viewer(role, crowd):
    ann, _bob, gil = crowd
    fire = Training.objects.get(name="Fire")
    user = build.user(f"viewer-{role.replace(' ', '-')}", is_staff=role == "global staff")
    if role in ("coordinator", "everything at once"):
        build.coordinator(user, "Acme")
    if role in ("manager", "everything at once"):
        build.department("Acme/Field", organization="Acme", managers=[user])
    if role in ("course staff", "everything at once"):
        build.course_staff(user, fire.key)
        build.enroll(ann, fire.key)
        build.enroll(gil, fire.key)
    return access.scope(user)


ANN = [("ann", "Alarm"), ("ann", "Fire"), ("ann", "Warden")]
SEEN = {
    "global staff": [
        *ANN,
        ("ann", "Safe"),
        ("bob", "Fire"),
        ("bob", "Safe"),
        ("bob", "Shared"),
        ("gil", "Fire"),
        ("gil", "Safe"),
    ],
    "coordinator": [*ANN, ("bob", "Fire"), ("bob", "Shared")],
    "manager": ANN,
    "course staff": [*ANN, ("gil", "Fire")],
    "everything at once": [*ANN, ("bob", "Fire"), ("bob", "Shared"), ("gil", "Fire")],
    "learner": [],
}


@pytest.mark.parametrize("most", [0, 5000], ids=["many", "few"])
@pytest.mark.parametrize("role", SEEN)
def test_everybody_sees_their_people_in_their_trainings_each_row_once(crowd, monkeypatch, role, most):
    for module in (parts, progress):
        monkeypatch.setattr(module, "MOST_SCATTERED", most)
    assert shown(viewer(role, crowd)) == sorted(SEEN[role])


def test_staff_of_many_courses_see_what_was_done_in_them(crowd, monkeypatch):
    scope = viewer("course staff", crowd)
    monkeypatch.setattr(progress, "MOST_APART", 0)
    assert shown(scope) == sorted(SEEN["course staff"])
    monkeypatch.setattr(progress, "MOST_GROUNDS", 0)
    assert ("bob", "Fire") in shown(scope)


def test_what_an_organization_assigned_it_sees_though_the_training_is_not_its_own(crowd):
    scope = viewer("coordinator", crowd)
    oblige(crowd[0], Training.objects.get(name="Safe"))
    assert ("ann", "Safe") in shown(scope)
    assert ("bob", "Safe") not in shown(scope)
    Cycle.objects.all().delete()


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"kind": "module"}, ["ann"]),
        ({"kind": "course", "status": "completed"}, ["ann", "bob", "gil"]),
        ({"training": "{fire}"}, ["ann", "bob", "gil"]),
        ({"training": "{fire}", "kind": "path"}, []),
        ({"course_key": "{fire}", "kind": "path"}, ["ann"]),
        ({"learner": "GIL@example.com"}, ["gil"]),
        ({"organization": "Globex"}, ["gil"]),
        ({"organization": "nowhere"}, []),
        ({"department": "{field}"}, ["ann"]),
        ({"group": "{aid}"}, ["bob"]),
        ({"search": "fireman"}, ["gil"]),
        ({"search": "SHARED"}, ["bob"]),
        ({"search": "fire", "status": "in_progress"}, ["ann", "bob", "gil"]),
        ({"training": str(uuid.uuid4())}, []),
    ],
)
@pytest.mark.parametrize("most", [0, 5000], ids=["many", "few"])
def test_every_filter_narrows_the_list(crowd, monkeypatch, asked, names, most):
    for module in (parts, progress):
        monkeypatch.setattr(module, "MOST_SCATTERED", most)
    ids = {
        "fire": Training.objects.get(name="Fire").key,
        "field": Department.objects.get(path="Field").uuid,
        "aid": LearningGroup.objects.get().uuid,
    }
    asked = {name: value.format(**ids) for name, value in asked.items()}
    found = shown(viewer("global staff", crowd), **asked)
    assert sorted({username for username, _ in found}) == names


@pytest.mark.parametrize("role", ["global staff", "coordinator", "manager", "course staff"])
@pytest.mark.parametrize("asked", [{}, {"kind": "course"}, {"search": "fire"}, {"organization": "Acme"}], ids=str)
def test_a_hundred_rows_cost_as_many_statements_as_one(crowd, role, asked):
    scope = viewer(role, crowd)

    def statements():
        with CaptureQueriesContext(connection) as captured:
            rows = progress.rows(scope, **asked)
            paging.page(rows, ["recent_at"], size=100, descending=True, keys_first=True)
            assignments.count(rows)
        return len(captured)

    before = statements()
    field, fire = Department.objects.get(path="Field/North"), Training.objects.get(name="Fire")
    people = [build.user(f"more{number}", organization="Acme") for number in range(100)]
    build.department("Acme/Field/North", organization="Acme", members=people)
    assert field.organization.short_name == "Acme"
    for person in people:
        begun(person, fire)
    assert statements() == before
