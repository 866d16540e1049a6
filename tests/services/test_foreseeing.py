"""The plan to change everything that a filter finds foresees what the change itself would refuse, and nothing else."""

from datetime import date, timedelta

import pytest

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.bulk import ACTIONS, fields_of
from mandatory_assignments.data import Bucket, LatePolicy, Repeat, RepeatUnit
from mandatory_assignments.kept import fields_json
from mandatory_assignments.models import Assignment, Cycle, JobRow
from mandatory_assignments.services.bulk_change import plan_bulk_change

from .conftest import NOW
from .obligations import record

LATER = NOW + timedelta(days=3)
MONTHLY = Repeat(every=2, unit=RepeatUnit.MONTHS)


@pytest.fixture
def crowd(campus):
    """One of each kind: open, exempt, for a time and for good, away, completed, repeated, ended, withdrawn, frozen,
    reminded a moment ago, of a training that is archived.
    """
    names = ["plain", "exempt", "for_good", "away", "series", "ended", "gone", "frozen", "reminded"]
    for name in names:
        build.user(name, organization="Acme", time_zone="UTC")
    campus.assign("lena", *[name for name in names if name not in ("series", "ended", "frozen")])
    campus.assign("series", "ended", repeat=MONTHLY)
    campus.assign("frozen", due_on=(NOW + timedelta(days=3)).date(), late_policy=LatePolicy.FREEZE)
    by = {"actor": campus.coordinator, "now": NOW}
    record(campus, NOW.date(), NOW)
    api.exempt_assignments(ids=[of("exempt")], reason="Ill", until=(NOW + timedelta(days=9)).date(), **by)
    api.exempt_assignments(ids=[of("for_good")], reason="Ill", **by)
    first = NOW.date()
    api.pause_learner(learner="away", from_on=first, until_on=first + timedelta(days=20), **by)
    api.end_repetition(ids=[of("ended")], **by)
    api.withdraw_assignments(ids=[of("gone")], **by)
    api.remind_now(actor=campus.coordinator, ids=[of("reminded")], now=LATER)
    return campus


def of(username: str):
    return Assignment.objects.get(learner__username=username).uuid


DAY = LATER.date()

CHANGES = [
    ("withdraw", {}),
    ("extend", {"due_on": DAY - timedelta(days=2)}),
    ("extend", {"due_on": DAY + timedelta(days=40)}),
    ("change", {"note": "New"}),
    ("change", {"due_on": DAY - timedelta(days=2), "note": "New"}),
    ("change", {"repeat": Repeat(every=1, unit=RepeatUnit.DAYS)}),
    ("exempt", {"reason": "Ill", "until": None}),
    ("exempt", {"reason": "Ill", "until": DAY - timedelta(days=5)}),
    ("lift", {"reason": ""}),
    ("remind", {}),
    ("end-repetition", {}),
]


@pytest.mark.parametrize(("action", "fields"), CHANGES)
def test_a_plan_refuses_what_the_change_refuses(crowd, action, fields):
    job = plan_bulk_change(actor=crowd.coordinator, action=action, fields=fields, conditions={}, now=LATER)
    planned = {
        row.assignment.uuid: (row.code, row.message)
        for row in JobRow.objects.filter(job=job, bucket=Bucket.REFUSE).select_related("assignment")
    }
    ids = list(Assignment.objects.values_list("uuid", flat=True))
    told = fields_of({"action": action, "fields": fields_json(fields)})
    outcome = ACTIONS[action](actor=crowd.coordinator, ids=ids, now=LATER, **told)
    assert planned == {id: (problem.code, problem.message) for id, problem in outcome.refused}
    assert planned


def test_a_plan_costs_the_same_for_one_and_for_many(campus, count_queries):
    campus.assign()

    def costs() -> list[int]:
        return [
            count_queries(
                lambda action=action, fields=fields: plan_bulk_change(
                    actor=campus.coordinator, action=action, fields=fields, conditions={}, now=NOW
                )
            )
            for action, fields in CHANGES
            if fields.get("due_on", date.max) > DAY
        ]

    one = costs()
    campus.assign(*[user.username for user in build.users(50, organization="Acme")])
    assert Cycle.objects.count() == 51
    assert costs() == one
