"""Rows that are stored sparingly are those that Django stores, by fewer steps."""

from datetime import UTC, datetime, timedelta, timezone
from unittest.mock import patch

import pytest
from django.db.models import Value
from django.db.models.functions import Lower

from mandatory_assignments.models import AuditEntry, Bookmark
from mandatory_assignments.records.storing import many
from mandatory_assignments.records.work import on_conflict

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 23, 30, 15, 123456, tzinfo=UTC)
JSON = [{}, {"a": True}, {"a": 1}, {"a": None}, {"ü%s": "'\\"}, [1], True, 1, 1.5, "1", "true"]


def entries():
    """One for each JSON value, two at an instant that has two zones."""
    east = timezone(timedelta(hours=5))
    return [
        AuditEntry(at=at.astimezone(east) if number % 2 else at, act="told", why="'\\%s", before=value, after=[number])
        for number, value in enumerate(JSON)
        for at in [NOW + timedelta(hours=number // 2)]
    ]


def stored():
    rows = AuditEntry.objects.order_by("id").values("at", "act", "why", "before", "after", "actor", "actor_name")
    return [(row, type(row["before"])) for row in rows]


def test_the_same_is_stored_as_by_django():
    AuditEntry.objects.bulk_create(entries())
    expected = stored()
    AuditEntry.objects.all().delete()
    many(AuditEntry).bulk_create(entries())
    assert stored() == expected
    assert [row["before"] for row, _type in expected] == JSON


@pytest.mark.parametrize("size", [1, 2, 100, None])
def test_batches_lose_and_double_nothing(size):
    many(AuditEntry).bulk_create(entries(), batch_size=size)
    assert [row["after"] for row, _type in stored()] == [[number] for number in range(len(JSON))]


def test_a_value_is_prepared_once_for_all_its_rows():
    rows = [AuditEntry(at=NOW + timedelta(days=number % 2), act="told") for number in range(50)]
    field = AuditEntry._meta.get_field("at")
    with patch.object(field, "get_db_prep_save", wraps=field.get_db_prep_save) as prepared:
        many(AuditEntry).bulk_create(rows)
    assert prepared.call_count == 2
    assert AuditEntry.objects.count() == 50


def test_one_that_is_there_already_stays_or_is_overwritten_as_was_asked():
    many(Bookmark).bulk_create([Bookmark(name="a", position=1), Bookmark(name="b", position=1)])
    later = [Bookmark(name="b", position=2), Bookmark(name="c", position=2)]
    many(Bookmark).bulk_create(later, ignore_conflicts=True)
    assert dict(Bookmark.objects.values_list("name", "position")) == {"a": 1, "b": 1, "c": 2}
    many(Bookmark).bulk_create(later, update_conflicts=True, update_fields=["position"], **on_conflict("name"))
    assert dict(Bookmark.objects.values_list("name", "position")) == {"a": 1, "b": 2, "c": 2}


def test_an_expression_is_worked_out_by_the_database():
    many(Bookmark).bulk_create([Bookmark(name=Lower(Value("ABC"))), Bookmark(name="def")])
    assert set(Bookmark.objects.values_list("name", flat=True)) == {"abc", "def"}


def test_a_field_that_has_a_placeholder_of_its_own_keeps_it():
    def placeholder(self, value, compiler, connection):
        return "LOWER(%s)"

    with patch.object(type(Bookmark._meta.get_field("name")), "get_placeholder", placeholder, create=True):
        many(Bookmark).bulk_create([Bookmark(name="ABC"), Bookmark(name="def")])
    assert set(Bookmark.objects.values_list("name", flat=True)) == {"abc", "def"}
