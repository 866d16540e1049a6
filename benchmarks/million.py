"""The staff list with a million rows behind it, for everybody who may see one, against bare SQL for the same page.

Pages are asked of the queries behind REST and the pages. With BENCH_REUSE=1 the people of an earlier run are used.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone
from organizations.models import Organization

from mandatory_assignments.data import Scope, Status
from mandatory_assignments.models import Cycle, Department, LearningGroup, Training
from mandatory_assignments.queries import access, assignments, paging

from .crowd import COURSES_TAUGHT, DIVISION, EACH, PEOPLE, SHARES, TEAM, TRAININGS, fill
from .measuring import QUICK, Variant, compare, settle

REUSE = bool(os.environ.get("BENCH_REUSE"))
ROUNDS, SIZE, DEEP, LONGEST = 20, 25, 25_000, 0.15
CYCLES = "mandatory_assignments_cycle"
OPEN, CLOSED = ("",), ("completed", "withdrawn", "missed")
FREE = """(c.exempt_from_at IS NULL OR c.exempt_from_at > %(now)s OR c.exempt_until_at <= %(now)s)
AND (c.paused_from_at IS NULL OR c.paused_from_at > %(now)s OR c.paused_until_at <= %(now)s)"""
HELD = "c.{0}_from_at <= %(now)s AND (c.{0}_until_at IS NULL OR c.{0}_until_at > %(now)s)"
NOT_EXEMPT = "(c.exempt_from_at IS NULL OR c.exempt_from_at > %(now)s OR c.exempt_until_at <= %(now)s)"
INSIDE = """c.learner_id IN (SELECT m.user_id FROM mandatory_assignments_membership m
JOIN mandatory_assignments_department d ON d.id = m.department_id
WHERE d.organization_id = {organization} AND (d.path = '{path}' OR d.path LIKE '{path}/%%'))"""
NAMED = """c.learner_id IN (SELECT p.user_id FROM auth_userprofile p WHERE p.name LIKE '%%{0}%%')"""
PAGE = """
SELECT a.uuid, t.uuid, t.kind, t.key, t.name, u.username, c.sort_name, c.percent, c.units_done, c.units_total, c.due_on,
       c.due_at, c.zone, c.assigned_at, c.completed_at, c.opens_at, c.number, c.attention, a.note, b.username, e.state,
       o.short_name, c.exempt_from_at, c.exempt_until_at, c.paused_from_at, c.paused_until_at, c.cut_off_at, c.closed_as
FROM ({keys}) k
JOIN mandatory_assignments_cycle c ON c.id = k.id
JOIN mandatory_assignments_assignment a ON a.id = c.assignment_id
JOIN mandatory_assignments_training t ON t.id = c.training_id
JOIN organizations_organization o ON o.id = c.organization_id
JOIN auth_user u ON u.id = c.learner_id
LEFT JOIN auth_user b ON b.id = a.assigned_by_id
LEFT JOIN mandatory_assignments_requiredenrollment e ON e.assignment_id = a.id
ORDER BY {order}
"""


@dataclass(frozen=True)
class Case:
    """What is asked of our list, and what bare SQL asks: how the rows were closed and the rest of the condition."""

    name: str
    asked: Mapping[str, Any]
    closings: Sequence[str]
    where: str
    order: str = "due_at"
    deep: bool = False


def main() -> None:
    """Prints the figures, and at the end which pages took too long."""
    if not (REUSE and Cycle.objects.count() >= PEOPLE * EACH):
        fill()
        settle()
    now, total = timezone.now(), Cycle.objects.count()
    slow, pages = [], 0
    for viewer, whose, seen in _viewers():
        scope = access.scope(get_user_model().objects.get(username=viewer))
        for case in _cases(viewer, now):
            pages += 1
            bench = f"a page and its count out of {total:,} rounds, for {whose}"
            bare, ours = compare(bench, "page", ROUNDS, _ways(scope, seen, case, now))
            if ours.late > LONGEST or ours.ratio > 3:
                lengths = f"{ours.late * 1000:.0f} ms, bare {bare.late * 1000:.0f} ms, ratio {ours.ratio:.2g}"
                slow.append(f"{whose}, {case.name}: {lengths}")
    print(f"{pages} pages; longer than 150 ms or three times bare SQL:", *(slow or ["none"]), sep="\n", file=sys.stderr)


def _viewers() -> list[tuple[str, str, str]]:
    """Username, who that is, and the condition under which rows are seen."""
    first, last = (Organization.objects.get(short_name=f"Org{number}") for number in (0, len(SHARES) - 1))
    one, *some = (Training.objects.get(name=f"Course {number}").id for number in COURSES_TAUGHT)
    inside = f"c.organization_id = {first.id} AND {INSIDE}"
    return [
        ("root", "global staff", "1 = 1"),
        ("big", "a coordinator of two fifths", f"c.organization_id = {first.id}"),
        ("small", "a coordinator of 0.2 %", f"c.organization_id = {last.id}"),
        ("lead", f"a manager of {TEAM}", inside.format(organization=first.id, path="D1/T7")),
        ("head", f"a manager of {DIVISION:,}", inside.format(organization=first.id, path="D1")),
        ("teacher", "the staff of a course that all have", f"c.training_id = {one}"),
        ("tutor", "the staff of three courses", f"c.training_id IN ({', '.join(map(str, some))})"),
    ]


def _cases(viewer: str, now: datetime) -> list[Case]:
    """Each status, filter and order, and a page far down."""
    day = now.date()
    first, last = (Organization.objects.get(short_name=f"Org{number}") for number in (0, len(SHARES) - 1))
    top, team = (Department.objects.get(organization=first, path=path) for path in ("D1", "D1/T7"))
    group = LearningGroup.objects.get(organization=first, name="G9")
    common, rare = Training.objects.get(name="Course 2"), Training.objects.get(name=f"Course {TRAININGS - 1}")
    waiting = {"statuses": {Status.ASSIGNED, Status.IN_PROGRESS, Status.OVERDUE}}
    days = "c.due_on >= '{0}' AND c.due_on <= '{1}' AND c.due_at >= '{0}' AND c.due_at < '{2}'"
    week = (day, day + timedelta(days=7), day + timedelta(days=9))
    month = (day - timedelta(days=200), day - timedelta(days=170), day - timedelta(days=168))
    in_time = f"{FREE} AND c.due_at >= %(now)s"
    filters = [
        ("of a training that all have", {"training": str(common.uuid)}, f"c.training_id = {common.id}"),
        ("of a rare training", {"training": str(rare.uuid)}, f"c.training_id = {rare.id}"),
        ("of a team", {"department": str(team.uuid)}, INSIDE.format(organization=first.id, path=team.path)),
        ("of a division", {"department": str(top.uuid)}, INSIDE.format(organization=first.id, path=top.path)),
        (
            "of a large group",
            {"group": str(group.uuid)},
            f"c.learner_id IN (SELECT user_id FROM mandatory_assignments_membership WHERE group_id = {group.id})",
        ),
        ("of the largest organization", {"organization": first.short_name}, f"c.organization_id = {first.id}"),
        ("of the smallest organization", {"organization": last.short_name}, f"c.organization_id = {last.id}"),
        ("due within a week", {"due_after": week[0], "due_before": week[1]}, days.format(*week)),
        ("a rare name", {"search": "badabar"}, NAMED.format("badabar")),
        ("part of many names", {"search": "bad"}, NAMED.format("bad")),
        ("part of all names", {"search": "a"}, "c.sort_name LIKE '%%a%%'"),
    ]
    cases = [
        Case("open and overdue", waiting, OPEN, FREE),
        Case("assigned", {"statuses": {Status.ASSIGNED}}, OPEN, f"{in_time} AND c.units_done = 0"),
        Case("in progress", {"statuses": {Status.IN_PROGRESS}}, OPEN, f"{in_time} AND c.units_done > 0"),
        Case("overdue", {"statuses": {Status.OVERDUE}}, OPEN, f"{FREE} AND c.due_at < %(now)s"),
        Case("exempt", {"statuses": {Status.EXEMPT}}, OPEN, HELD.format("exempt")),
        Case("paused", {"statuses": {Status.PAUSED}}, OPEN, f"{HELD.format('paused')} AND {NOT_EXEMPT}"),
        *(Case(status, {"statuses": {Status(status)}}, (status,), "1 = 1") for status in CLOSED),
        Case("everything", {}, OPEN + CLOSED, "1 = 1"),
        Case("a learner's", {"learner": "learner310"}, OPEN + CLOSED, "c.learner_id = 310"),
        Case("in need of attention", {"needs_attention": True}, OPEN, "c.attention > ''"),
        *(
            Case(f"open and overdue, {name}", waiting | asked, OPEN, f"{FREE} AND {where}")
            for name, asked, where in filters
        ),
        Case("everything of a division", filters[3][1], OPEN + CLOSED, filters[3][2]),
        Case("everything of a rare name", filters[8][1], OPEN + CLOSED, filters[8][2]),
        Case(
            "everything due in a month",
            {"due_after": month[0], "due_before": month[1]},
            OPEN + CLOSED,
            days.format(*month),
        ),
        *(
            Case(f"open and overdue, by {order}", waiting, OPEN, FREE, order)
            for order in ("-due_at", "assigned_at", "-assigned_at", "percent", "-percent", "sort_name", "-sort_name")
        ),
        *(Case(f"everything by {order}", {}, OPEN + CLOSED, "1 = 1", order) for order in ("-assigned_at", "sort_name")),
    ]
    if viewer not in ("root", "big"):
        cases = [case for case in cases if "group" not in case.asked]
    if viewer not in ("root", "big", "head"):
        cases = [case for case in cases if "department" not in case.asked]
    if viewer in ("root", "big"):
        cases.append(Case(f"open and overdue, {DEEP:,} rows down", waiting, OPEN, FREE, deep=True))
        cases.append(Case(f"everything, {DEEP:,} rows down", {}, OPEN + CLOSED, "1 = 1", deep=True))
    return cases


def _ways(scope: Scope, seen: str, case: Case, now: datetime) -> list[Variant]:
    """Bare SQL and ours."""
    column, down = case.order.removeprefix("-"), case.order.startswith("-")
    cursor, beyond = "", ""
    at = now.astimezone(UTC).replace(tzinfo=None)
    if case.deep:
        cursor = _far_down(assignments.cycles(scope, now=now, **case.asked), column, down)
        _order, _backwards, (value, key) = paging._signer.unsign_object(cursor)
        last = datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)
        beyond = f" AND (c.due_at > '{last}' OR (c.due_at = '{last}' AND c.id > {key}))"

    def ours() -> None:
        rows = assignments.cycles(scope, now=now, **case.asked)
        page = paging.page(rows, [column], descending=down, size=SIZE, cursor=cursor, keys_first=True)
        counts.append((len(page.rows), *assignments.count(rows)))

    def bare() -> None:
        turn = " DESC" if down else ""
        where = f"{seen} AND {case.where}"
        keys = " UNION ALL ".join(
            f"(SELECT c.id, c.{column} FROM {CYCLES} c WHERE c.closed_as = '{closing}' AND {where}{beyond} "
            f"ORDER BY c.{column}{turn}, c.id{turn} LIMIT {SIZE + 1})"
            for closing in case.closings
        )
        closed = ", ".join(f"'{closing}'" for closing in case.closings)
        some = f"SELECT 1 FROM {CYCLES} c WHERE c.closed_as IN ({closed}) AND {where} LIMIT 10001"
        with connection.cursor() as sql:
            page = PAGE.format(
                keys=f"{keys} ORDER BY {column}{turn}, id{turn} LIMIT {SIZE + 1}", order=f"k.{column}{turn}, k.id{turn}"
            )
            sql.execute(page, {"now": at})
            rows = sql.fetchall()
            sql.execute(f"SELECT COUNT(*) FROM ({some}) n", {"now": at})
            (found,) = sql.fetchone()
        counts.append((min(len(rows), SIZE), min(found, 10_000), found <= 10_000))

    counts: list[tuple[int, int, bool]] = []
    ours()
    bare()
    assert counts[0] == counts[1], (case.name, counts)
    return [Variant(f"{case.name}: bare SQL", bare), Variant(case.name, ours)]


def _far_down(rows: Any, column: str, down: bool) -> str:
    """The cursor of the page so many rows down."""
    cursor = ""
    for _ in range(2 if QUICK else DEEP // 1000):
        page = paging.page(rows, [column], descending=down, size=1000, cursor=cursor, keys_first=True)
        cursor = page.next or cursor
    return cursor
