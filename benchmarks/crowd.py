"""A hundred thousand people of twenty organizations with a million assignments, written fast and as life makes them.

What was assigned at once has one deadline and lies together; what is due is mostly done, some of it never.
"""

import random
import uuid
from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate, islice, product
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, models
from django.utils import timezone

from common.djangoapps.student.models import CourseAccessRole, UserProfile
from demo.campus import build
from mandatory_assignments.models import (
    Assignment,
    Cycle,
    Department,
    LearningGroup,
    Membership,
    OrganizationMember,
    RequiredEnrollment,
    Supervision,
    Training,
)

from .measuring import QUICK

PEOPLE, EACH, TRAININGS = (2_000, 10, 40) if QUICK else (100_000, 10, 400)
COURSES_TAUGHT = (2, 5, 10, 20)
FOR_EVERYBODY = 4
"""So many trainings are assigned to nearly all people."""

SHARES = (40, 15, 10, 7, 5, 4, 3, 3, 2, 2, 2, 1.5, 1.5, 1, 1, 0.5, 0.5, 0.5, 0.3, 0.2)
"""What percentage of the people each organization has."""

DIVISION, TEAM = 3000, 50
ZONES = {
    "Europe/Berlin": timedelta(hours=-2),
    "America/New_York": timedelta(hours=4),
    "Asia/Tokyo": timedelta(hours=-9),
}
"""By how much the end of a day there is later than in UTC, near enough."""


def fill() -> None:
    """Everything, in a few minutes: the lists' indexes are built at the end."""
    luck = random.Random(7)
    now = timezone.now().replace(tzinfo=None, microsecond=0)
    indexes = list(Cycle._meta.indexes)
    with connection.cursor() as cursor:
        cursor.execute("SET foreign_key_checks = 0, unique_checks = 0")
        for index in indexes:  # Django's way would leave an index of each foreign key in their place
            cursor.execute(f"DROP INDEX {index.name} ON {Cycle._meta.db_table}")
    organizations = [build.organization(f"Org{number}") for number in range(len(SHARES))]
    ends = [round(end * PEOPLE / 100) for end in accumulate(SHARES)]
    names = _people(luck)
    _directory(luck, now, organizations, ends)
    trainings = _trainings(now, organizations)
    _obligations(luck, now, organizations, ends, trainings, names)
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.add_index(Cycle, index)
    with connection.cursor() as cursor:
        cursor.execute("SET foreign_key_checks = 1, unique_checks = 1")
    _staff(organizations)


def _staff(organizations: Sequence[Any]) -> None:
    """Somebody in every role that sees the list."""
    people = {name: build.user(name, is_staff=name == "root") for name in ("root", "big", "small", "lead", "head")}
    build.coordinator(people["big"], organizations[0].short_name)
    build.coordinator(people["small"], organizations[-1].short_name)
    for name, path in (("lead", "D1/T7"), ("head", "D1")):
        department = Department.objects.get(organization=organizations[0], path=path)
        Supervision.objects.create(organization=organizations[0], manager=people[name], department=department)
    one, *some = Training.objects.filter(name__in=[f"Course {number}" for number in COURSES_TAUGHT]).order_by("id")
    for name, trainings in (("teacher", [one]), ("tutor", some)):
        teacher = build.user(name)
        for training in trainings:
            CourseAccessRole.objects.create(
                user=teacher, org=training.organization.short_name, course_id=training.key, role="staff"
            )


def _people(luck: random.Random) -> list[str]:
    """Their names, by id less one."""
    syllables = ["".join(pair) for pair in product("bdfghklmnprstvw", "aeiou")]
    words = [
        f"{first}{second}{end}".title() for first, second in product(syllables, repeat=2) for end in ("", "n", "r")
    ]
    names = [f"{luck.choice(words)} {luck.choice(words)}" for _ in range(PEOPLE)]
    password, joined = build._hashed(), timezone.now().replace(tzinfo=None)
    write(
        get_user_model(),
        {"password": password, "is_active": 1, "date_joined": joined},
        ("id", "username", "email"),
        ((index, f"learner{index}", f"learner{index}@example.com") for index in range(1, PEOPLE + 1)),
    )
    write(UserProfile, {}, ("user_id", "name"), enumerate(names, 1))
    return names


def _directory(luck: random.Random, now: datetime, organizations: Sequence[Any], ends: Sequence[int]) -> None:
    """Divisions of 3,000 in teams of 50, and groups across; a coordinator and managers of every size."""
    owner = {index: organizations[bisect(ends, index)].id for index in range(PEOPLE)}
    write(
        OrganizationMember,
        {"joined_at": now},
        ("organization_id", "user_id"),
        ((owner[index], index + 1) for index in range(PEOPLE)),
    )
    memberships: list[tuple[int | None, int | None, int]] = []
    start = 0
    for organization, end in zip(organizations, ends, strict=True):
        for number, first in enumerate(range(start, end, DIVISION), 1):
            division = Department.objects.create(organization=organization, name=f"D{number}", path=f"D{number}")
            for place, head in enumerate(range(first, min(first + DIVISION, end), TEAM), 1):
                team = Department.objects.create(
                    organization=organization, parent=division, name=f"T{place}", path=f"D{number}/T{place}"
                )
                memberships += [
                    (team.id, None, index + 1) for index in range(head, min(head + TEAM, first + DIVISION, end))
                ]
        for number in range(10):
            group = LearningGroup.objects.create(organization=organization, name=f"G{number}")
            size = min(end - start, 20 * 2**number)
            memberships += [(None, group.id, index + 1) for index in luck.sample(range(start, end), size)]
        start = end
    write(Membership, {"joined_at": now}, ("department_id", "group_id", "user_id"), memberships)


def _trainings(now: datetime, organizations: Sequence[Any]) -> list[Training]:
    courses = [
        Training(
            kind="course",
            key=f"course-v1:{organization.short_name}+C{number}+2027",
            name=f"Course {number}",
            organization=organization,
            sharing="all",
            created_at=now.replace(tzinfo=timezone.get_default_timezone()),
        )
        for number in range(TRAININGS)
        for organization in [organizations[number % len(organizations)]]
    ]
    Training.objects.bulk_create(courses)
    return list(Training.objects.order_by("id"))


def _obligations(
    luck: random.Random,
    now: datetime,
    organizations: Sequence[Any],
    ends: Sequence[int],
    trainings: Sequence[Training],
    names: Sequence[str],
) -> None:
    coordinator = build.user("by", organization=organizations[0].short_name).id
    waves: dict[tuple[int, int], list[tuple[int, int]]] = {}
    lots = []
    weights = list(accumulate(1 / (place + 5) for place in range(TRAININGS - FOR_EVERYBODY)))
    for person in range(PEOPLE):
        place = bisect(ends, person)
        chosen = {number for number in range(FOR_EVERYBODY) if luck.random() < 0.9}
        while len(chosen) < EACH:
            chosen.add(FOR_EVERYBODY + bisect(weights, luck.random() * weights[-1]))
        for training in chosen:
            wave = waves.get((place, training))
            if wave is None:
                ago = [luck.randint(0, 60) if luck.random() < 0.3 else luck.randint(60, 1000) for _ in range(3)]
                wave = waves[place, training] = [(days, luck.choice((14, 30, 60, 90))) for days in ago]
            lots.append((*luck.choice(wave), place, training, person))
    lots.sort(key=lambda lot: (-lot[0], lot[2], lot[3], lot[4]))
    rows = [
        _fate(luck, now, number, lot, organizations, trainings, coordinator, names)
        for number, lot in enumerate(lots, 1)
    ]
    write(
        Assignment,
        {"assigned_by_id": coordinator, "note": "Before the audit, please.", "lead_days": 30},
        ("id", "open", "learner_id", "training_id", "organization_id", "assigned_at"),
        ((row[0]["assignment_id"], *(row[0][name] for name in SHARED)) for row in rows),
    )
    write(
        Cycle,
        {},
        CYCLE,
        (tuple(cycle[name] for name in CYCLE) for row in rows for cycle in row),
    )
    write(
        RequiredEnrollment,
        {},
        ("assignment_id", "course_key", "state"),
        (
            (row[0]["assignment_id"], trainings[lot[3]].key, "refused" if row[0]["attention"] else "enrolled")
            for row, lot in zip(rows, lots, strict=True)
        ),
    )


SHARED = ("open", "learner_id", "training_id", "organization_id", "assigned_at")
CYCLE = (
    *SHARED,
    *("assignment_id", "number", "opens_at", "due_on", "due_at", "zone", "closed_as", "closed_at", "completed_at"),
    *("sort_name", "percent", "units_done", "units_total", "attention"),
    *("exempt_from_at", "exempt_until_at", "paused_from_at", "paused_until_at"),
)


def _fate(
    luck: random.Random,
    now: datetime,
    number: int,
    lot: tuple[int, ...],
    organizations: Sequence[Any],
    trainings: Sequence[Training],
    coordinator: int,
    names: Sequence[str],
) -> list[dict[str, Any]]:
    """The rounds of one assignment, the present one first: what is due is mostly done, some of it never."""
    ago, lead, place, training, person = lot
    assigned_at = now - timedelta(days=ago)
    left = lead - ago
    live = luck.random() < (0.65 if left > 0 else 0.35 if left > -60 else 0.06)
    zone = luck.choices(list(ZONES), (8, 1, 1))[0]
    due_on = (assigned_at + timedelta(days=lead)).date()
    percent = luck.choice((0, luck.randint(1, 99))) if live else 100
    closed_as = "" if live else luck.choices(("completed", "withdrawn", "missed"), (94, 4, 2))[0]
    done_at = min(now, assigned_at + timedelta(days=luck.randint(0, lead + 5)))
    exempt, paused, troubled = (live and luck.random() < share for share in (0.03, 0.02, 0.03))
    cycle = {
        "assignment_id": number,
        "open": 1 if live else None,
        "learner_id": person + 1,
        "training_id": trainings[training].id,
        "organization_id": organizations[place].id,
        "assigned_at": assigned_at,
        "number": 1,
        "opens_at": assigned_at,
        "due_on": due_on,
        "due_at": _end_of(due_on, zone),
        "zone": zone,
        "closed_as": closed_as,
        "closed_at": None if live else done_at,
        "completed_at": done_at if closed_as == "completed" else None,
        "sort_name": names[person],
        "percent": percent,
        "units_done": -(-percent * 20 // 100),
        "units_total": 20,
        "attention": "full" if troubled else "",
        "exempt_from_at": now - timedelta(days=5) if exempt else None,
        "exempt_until_at": now + timedelta(days=40) if exempt and luck.random() < 0.5 else None,
        "paused_from_at": now - timedelta(days=luck.randint(-10, 20)) if paused else None,
        "paused_until_at": now + timedelta(days=30) if paused else None,
    }
    if luck.random() > 0.05:
        return [cycle]
    before = cycle | {
        "open": None,
        "due_on": due_on - timedelta(days=365),
        "due_at": _end_of(due_on - timedelta(days=365), zone),
        "closed_as": "completed",
        "closed_at": done_at - timedelta(days=365),
        "completed_at": done_at - timedelta(days=365),
        "percent": 100,
        "units_done": 20,
        "attention": "",
    }
    held = ("exempt_from_at", "exempt_until_at", "paused_from_at", "paused_until_at")
    return [cycle | {"number": 2}, before | dict.fromkeys(held)]


def _end_of(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.max) + ZONES[zone]


def write(
    model: type[models.Model], constants: Mapping[str, Any], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """By the thousand; what is named nowhere has the model's default."""
    fields = [field for field in model._meta.concrete_fields if field.column not in columns and not field.primary_key]
    others = [field for field in fields if not isinstance(field, models.UUIDField) or not field.unique]
    marked = [field.column for field in fields if field not in others]
    fixed = [constants.get(field.column, field.get_default()) for field in others]
    every = [*columns, *(field.column for field in others), *marked]
    place = f"({', '.join(['%s'] * len(every))})"
    start = f"INSERT INTO {model._meta.db_table} ({', '.join(f'`{name}`' for name in every)}) VALUES "
    with connection.cursor() as cursor:
        waiting = iter(rows)
        while chunk := list(islice(waiting, 2000)):
            values = [value for row in chunk for value in (*row, *fixed, *(uuid.uuid4().hex for _ in marked))]
            cursor.execute(start + ", ".join([place] * len(chunk)), values)
