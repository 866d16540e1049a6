"""Compliance and the audit trail by REST: the numbers, pages of them, filters, and what others have."""

from urllib.parse import quote

import pytest

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.models import AuditEntry
from tests.roles import COURSE, NOW

CALLS = "/api/mandatory-assignments/v1"


@pytest.fixture
def ask(cast):
    def asked(path, role="coordinator", status=200):
        answer = cast.client(role).get(f"{CALLS}/{path}")
        assert answer.status_code == status, answer.content
        return answer.json()

    return asked


def test_the_numbers_of_a_training_and_in_total(cast, ask):
    told = ask("compliance/")
    (row,) = told["results"]
    numbers = {"assigned": 1, "completed": 0, "late": 0, "exempt": 0, "overdue": 0, "missed": 0, "open": 1, "paused": 0}
    numbers |= {"recorded_later": 0, "rate": None}
    assert told["total"] == numbers
    assert row == {"id": row["id"], "name": "Fire safety", **numbers}
    assert (told["as_of"], told["group_by"], told["count"]) == (None, "training", 1)


def test_the_rows_come_in_pages(cast, ask):
    for name in ("Field", "Office", "Sales"):
        build.department(f"Acme/{name}", members=[cast.people["learner"]])
    first = ask("compliance/?group_by=department&page_size=2")
    assert [row["name"] for row in first["results"]] == ["Field", "Office"]
    second = cast.client("coordinator").get(first["next"]).json()
    assert [row["name"] for row in second["results"]] == ["Sales"]
    assert (second["next"], second["count"], second["total"]["assigned"]) == (None, 3, 1)
    assert cast.client("coordinator").get(second["previous"]).json()["results"] == first["results"]


def test_a_day_before_anything_was_assigned_is_empty(ask):
    assert ask("compliance/?as_of=2027-05-02")["results"] == []
    assert ask("compliance/?as_of=2027-05-03")["total"]["open"] == 1


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("as_of=2027-05-05", "as_of", "day_ahead"),
        ("as_of=yesterday", "as_of", "invalid_date"),
        ("group_by=mood", "group_by", "invalid_choice"),
        ("department=nowhere", "department", "invalid_id"),
        ("colour=red", "colour", "unknown_filter"),
        ("cursor=-1", "cursor", "bad_cursor"),
    ],
)
def test_what_cannot_be_meant_is_refused(ask, query, field, code):
    told = ask(f"compliance/?{query}", status=400)
    assert (list(told["errors"]), told["code"]) == ([field], code)


def test_the_trail_tells_who_did_what_to_whom(cast, ask):
    told = ask(f"audit/?act=assigned&learner=lena&training={quote(COURSE)}&assignment={cast.assignment_id}")
    (entry,) = told["results"]
    assert entry["actor"] == {"username": "cora", "name": "Cora Office"}
    assert entry["learner"] == {"username": "lena", "name": "Lena Sommer"}
    assert (entry["at"], entry["organization"]) == ("2027-05-03T08:00:00Z", "Acme")
    assert entry["text"] == "Assigned, due Friday, 14 May 2027."
    assert entry["assignment"] == str(cast.assignment_id)
    assert entry["after"]["due_on"] == "2027-05-14"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("from=2027-05-03&until=2027-05-03&act=assigned", 1),
        ("until=2027-05-02&act=assigned", 0),
        ("from=2027-05-04&act=assigned", 0),
        ("learner=nobody", 0),
        ("training=nothing", 0),
        ("assignment=6f1a3c52-0000-4000-8000-000000000000", 0),
        ("organization=Globex", 0),
    ],
)
def test_the_trail_is_narrowed(ask, query, count):
    assert ask(f"audit/?{query}")["count"] == count


def test_what_names_no_organization_is_seen_by_that_of_the_person(cast, ask):
    api.record_completions(
        actor=cast.people["global_staff"], training=COURSE, learners=["lena"], completed_on=NOW.date(), now=NOW
    )
    assert AuditEntry.objects.get(act="recorded").organization is None
    assert ask("audit/?act=recorded")["count"] == 1
    assert ask("audit/?act=recorded", "foreign_coordinator")["count"] == 0


def test_others_trail_is_like_one_that_does_not_exist(cast, ask):
    gina = build.user("gina", organization="Globex")
    build.learning_group("Drivers", "Globex", [gina])
    assert ask("audit/?learner=gina", "global_staff")["count"] > 0
    assert ask("audit/?learner=gina") == ask("audit/?learner=nobody")
    assert ask("audit/?organization=Globex")["results"] == []


def test_a_page_of_the_trail_costs_the_same_however_many_it_tells_of(cast, ask, count_queries):
    ask("audit/")
    costs = count_queries(lambda: ask("audit/?act=assigned&page_size=100"))
    cast.assign(*[user.username for user in build.users(50, organization="Acme")])
    assert count_queries(lambda: ask("audit/?act=assigned&page_size=100")) == costs
