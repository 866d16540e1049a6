"""The staff list by every filter and order: what it finds, each row once, by the same number of statements."""

import uuid
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from organizations.models import Organization

from demo.campus import build
from mandatory_assignments.data import Scope, Status, TrainingKind
from mandatory_assignments.models import Assignment, Cycle, Department, LearningGroup, Supervision, Training
from mandatory_assignments.queries import access, assignments, paging, parts, standing

NOW = datetime(2027, 5, 14, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
EVERYTHING = Scope(actor_id=0, everything=True)
DEFAULT = standing.named_statuses("open,overdue")
numbers = count(1)

pytestmark = pytest.mark.django_db


def training(name, owner="Acme"):
    number = next(numbers)
    return Training.objects.create(
        kind=TrainingKind.COURSE,
        key=f"course-v1:{owner}+C{number}+2027",
        name=name,
        organization=build.organization(owner),
        created_at=NOW,
    )


def oblige(person, training, organization="Acme", due_at=NOW + 9 * DAY, **facts):
    """One cycle with these facts."""
    owner = Organization.objects.get(short_name=organization)
    facts = {"due_on": due_at.date(), "zone": "UTC", "sort_name": person.username.title(), **facts}
    live = None if facts.get("closed_as") else True
    same = {"learner": person, "training": training, "organization": owner, "open": live, "assigned_at": NOW}
    made = Assignment.objects.create(**same)
    return Cycle.objects.create(assignment=made, opens_at=NOW, due_at=due_at, units_total=4, **same, **facts)


def shown(scope=EVERYTHING, column="due_at", descending=False, **asked):
    """The ids of all rows, page by page, and what is counted is as many."""
    rows, cursor, ids = assignments.cycles(scope, now=NOW, **asked), "", []
    while cursor is not None:
        page = paging.page(rows, [column], size=3, descending=descending, cursor=cursor, keys_first=True)
        ids += [row.id for row in page.rows]
        cursor = page.next
    assert assignments.count(rows) == (len(ids), True)
    assert sorted(rows.values_list("id", flat=True)) == sorted(ids)
    return ids


@pytest.fixture
def crowd(db):
    """Six people of Acme in a tree of departments, one of Globex; each has two trainings in every state there is."""
    for name in ("Acme", "Globex"):
        build.organization(name)
    people = [build.user(f"person{number}", organization="Acme") for number in range(6)]
    build.department("Acme/Field", organization="Acme", members=people[:2])
    build.department("Acme/Field/North", organization="Acme", members=people[1:3])
    build.department("Acme/Fieldwork", organization="Acme", members=people[3:4])
    build.learning_group("First aid", "Acme", members=people[3:])
    stranger = build.user("stranger", organization="Globex")
    build.department("Globex/Field", organization="Globex", members=[stranger, people[5]])
    build.learning_group("First aid", "Globex", members=[stranger, people[5]])
    fire, ladders = training("Fire safety"), training("Ladders")
    states = [
        {},
        {"units_done": 2, "percent": 50, "last_reminder_at": NOW - DAY},
        {"due_at": NOW - DAY, "last_reminder_at": NOW},
        {"closed_as": "completed", "units_done": 4, "percent": 100, "last_reminder_at": NOW - DAY},
        {"closed_as": "withdrawn"},
        {"exempt_from_at": NOW - DAY, "attention": "full"},
    ]
    for place, person in enumerate(people):
        oblige(person, fire, **states[place])
        oblige(person, ladders, **states[-place - 1])
    oblige(stranger, fire, "Globex")
    return people


def of(*people, **facts):
    return set(Cycle.objects.filter(learner__in=people, **facts).values_list("id", flat=True))


def public_id(model, organization, **named):
    return str(model.objects.get(organization__short_name=organization, **named).uuid)


@pytest.mark.parametrize("column", assignments.ORDERINGS)
@pytest.mark.parametrize("descending", [False, True])
def test_everything_is_one_list_in_order_however_it_was_closed(crowd, column, descending):
    ids = shown(column=column, descending=descending)
    rows = {row.id: row for row in Cycle.objects.all()}
    keys = [(getattr(rows[id], column) is not None, getattr(rows[id], column), id) for id in ids]
    assert keys == sorted(keys, reverse=descending)
    assert set(ids) == set(rows)
    assert len(ids) == len(rows)


def test_a_department_includes_everything_below_it_and_nothing_beside_it(crowd):
    assert set(shown(department=public_id(Department, "Acme", path="Field"))) == of(*crowd[:3])
    assert set(shown(department=public_id(Department, "Acme", path="Field/North"))) == of(*crowd[1:3])
    assert set(shown(department=public_id(Department, "Acme", path="Fieldwork"))) == of(crowd[3])


def test_a_group_means_its_members(crowd):
    assert set(shown(group=public_id(LearningGroup, "Acme", name="First aid"))) == of(*crowd[3:])


@pytest.mark.parametrize("filter", ["department", "group"])
def test_a_department_or_group_of_others_is_as_one_that_does_not_exist(crowd, filter):
    model = {"department": Department, "group": LearningGroup}[filter]
    named = {"department": {"path": "Field"}, "group": {"name": "First aid"}}[filter]
    coordinator = build.user("cora", organization="Acme")
    build.coordinator(coordinator, "Acme")
    scope = access.scope(coordinator)
    sent = {}
    for kind, reference in (("foreign", public_id(model, "Globex", **named)), ("missing", str(uuid.uuid4()))):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert shown(scope, **{filter: reference}) == []
        sent[kind] = len(queries)
    assert sent["foreign"] == sent["missing"]
    assert shown(scope, **{filter: "no uuid"}) == []


def test_due_days_are_inclusive_and_those_of_each_learners_zone(crowd):
    person, wanted = crowd[0], date(2027, 6, 10)
    kiritimati = oblige(person, training("Early"), due_at=datetime(2027, 6, 10, 9, 59, 59, tzinfo=UTC), due_on=wanted)
    baker = oblige(person, training("Late"), due_at=datetime(2027, 6, 11, 11, 59, 59, tzinfo=UTC), due_on=wanted)
    oblige(person, training("Before"), due_at=datetime(2027, 6, 10, 11, 59, 59, tzinfo=UTC), due_on=wanted - DAY)
    oblige(person, training("After"), due_at=datetime(2027, 6, 11, 9, 59, 59, tzinfo=UTC), due_on=wanted + DAY)
    assert set(shown(due_after=wanted, due_before=wanted)) == {kiritimati.id, baker.id}
    assert set(shown(due_after=wanted)) >= {kiritimati.id, baker.id}
    assert len(shown(due_after=wanted)) == len(shown(due_after=wanted, due_before=wanted)) + 1
    assert len(shown(due_before=wanted)) == Cycle.objects.count() - 1
    assert len(shown(due_after=date.min, due_before=date.max)) == Cycle.objects.count()


def test_what_needs_attention_is_open(crowd):
    Cycle.objects.filter(closed_as="completed").update(attention="full")
    assert set(shown(needs_attention=True)) == of(*crowd, attention="full", open=True) != set()


def test_a_search_finds_people_and_trainings_each_row_once(crowd):
    build.user("fay", name="Fay Firestone", organization="Acme")
    fay = oblige(type(crowd[0]).objects.get(username="fay"), Training.objects.get(name="Fire safety"))
    other = oblige(fay.learner, Training.objects.get(name="Ladders"))
    named = set(Cycle.objects.filter(training__name="Fire safety").values_list("id", flat=True))
    assert sorted(shown(search="fire")) == sorted({*named, fay.id, other.id})
    assert set(shown(search="firestone")) == {fay.id, other.id}
    assert shown(search="nobody") == []


@pytest.mark.parametrize("most", [0, 1, 5000], ids=["one by one never", "one by one if alone", "one by one"])
def test_few_and_many_people_are_found_alike(crowd, monkeypatch, most):
    monkeypatch.setattr(parts, "MOST_SCATTERED", most)
    monkeypatch.setattr(assignments, "MOST_SCATTERED", most)
    monkeypatch.setattr(parts, "MOST_TRAININGS", most)
    monkeypatch.setattr(assignments, "_FEW", most)
    assert set(shown(department=public_id(Department, "Acme", path="Field"))) == of(*crowd[:3])
    assert set(shown(search="person")) == of(*crowd)
    assert set(shown(statuses={Status.EXEMPT})) == of(*crowd, attention="full")
    assert set(shown(needs_attention=True, column="sort_name")) == of(*crowd, attention="full")


@pytest.mark.parametrize("most", [0, 5000], ids=["one by one never", "one by one"])
def test_who_has_several_roles_sees_each_row_once(crowd, monkeypatch, most):
    monkeypatch.setattr(parts, "MOST_SCATTERED", most)
    both = build.user("both", organization="Acme")
    build.coordinator(both, "Globex")
    build.department("Acme/Field", organization="Acme", managers=[both])
    build.department("Acme/Fieldwork", organization="Acme", managers=[both])
    build.course(Training.objects.get(name="Ladders").key)
    build.course_staff(both, Training.objects.get(name="Ladders").key)
    scope = access.scope(both)
    ids = shown(scope)
    assert len(ids) == len(set(ids))
    assert set(ids) == set(Cycle.objects.filter(access.visible_cycles(scope)).values_list("id", flat=True))
    assert len(ids) == 1 + 6 + 4  # of Globex; the six of the course; Fire safety of the four in the departments


def test_who_coordinates_many_organizations_sees_all_of_them_and_no_others(crowd):
    many = build.user("many")
    for number in range(parts.MOST_APART + 1):
        build.coordinator(many, "Globex" if number == 0 else f"Org{number}")
    assert len(shown(access.scope(many))) == 1


def test_who_has_no_role_sees_nothing(crowd):
    assert shown(access.scope(crowd[0])) == []


ASKED = {
    "everything": {},
    "default": {"statuses": DEFAULT},
    **{status.value: {"statuses": {status}} for status in Status},
    "training": {"training": "{fire}"},
    "learner": {"learner": "person1"},
    "learner by e-mail": {"learner": "Person1@example.com"},
    "department": {"department": "{field}"},
    "group": {"group": "{aid}"},
    "organization": {"organization": "Acme"},
    "due": {"due_after": NOW.date(), "due_before": NOW.date() + 20 * DAY},
    "search": {"search": "person1"},
    "attention": {"needs_attention": True},
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize("role", ["global staff", "coordinator", "manager"])
def test_a_page_and_its_count_take_as_many_statements_for_a_hundred_rows_as_for_one(crowd, role, asked):
    ids = {
        "fire": str(Training.objects.get(name="Fire safety").uuid),
        "field": public_id(Department, "Acme", path="Field"),
        "aid": public_id(LearningGroup, "Acme", name="First aid"),
    }
    asked = {name: value.format(**ids) if isinstance(value, str) else value for name, value in asked.items()}
    user = build.user("viewer", is_staff=role == "global staff")
    if role == "coordinator":
        build.coordinator(user, "Acme")
    if role == "manager":
        build.department("Acme/Field", organization="Acme", managers=[user])
    scope = access.scope(user)

    def statements():
        with CaptureQueriesContext(connection) as queries:
            rows = assignments.cycles(scope, now=NOW, **asked)
            page = paging.page(rows, ["due_at"], size=100, keys_first=True)
            assignments.count(rows)
            assert all(isinstance(assignments.enrollment(row), tuple) for row in page.rows)
        return len(queries), len(page.rows)

    few = statements()
    fire, place = Training.objects.get(name="Fire safety"), build.organization("Acme").id
    for row in list(Cycle.objects.filter(organization_id=place)):
        for _ in range(9):
            made = Assignment.objects.create(
                learner=row.learner, training=fire, organization=row.organization, open=None, assigned_at=NOW
            )
            row.pk, row.uuid, row.assignment, row._state.adding = None, uuid.uuid4(), made, True
            row.save()
    many = statements()
    assert many[0] == few[0]
    assert many[1] > few[1] or not few[1]


@pytest.mark.parametrize("kinds", [["department"], ["person"], ["department", "person"]], ids=" and ".join)
def test_a_manager_searches_among_the_own_people(crowd, kinds):
    manager, team = build.user("manager", organization="Acme"), []
    if "department" in kinds:
        build.department("Acme/Field/North", organization="Acme", managers=[manager])
        team += crowd[1:3]
    if "person" in kinds:
        owner = Organization.objects.get(short_name="Acme")
        Supervision.objects.create(organization=owner, manager=manager, person=crowd[4])
        team.append(crowd[4])
    assert set(shown(access.scope(manager), search="person")) == of(*team)
    assert set(shown(access.scope(manager), search="ladders")) == of(*team, training__name="Ladders")
    assert shown(access.scope(manager), search="person0") == []
