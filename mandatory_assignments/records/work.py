"""Claiming work, and taking turns on a person. The database decides who gets a row, never a message."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet, Value
from django.db.models.functions import Greatest

from ..models import Backfill, Bookmark, LearnerLock, LookAgain
from .storing import many

M = TypeVar("M", bound=Model)

LEASE = timedelta(minutes=10)
"""How long a claim holds; a worker that died gives its rows back then."""

TRACKED_EVERYWHERE = timedelta(seconds=70)
"""By then every process has read the set of tracked courses again: what is done later is announced."""


def claim(rows: QuerySet[M], *, now: datetime, limit: int) -> list[M]:
    """Up to `limit` rows whose `next_at` has come, claimed for this caller alone until the lease ends.

    Row locks decide: of two workers that saw the same rows, each row goes to one, and neither waits. The locks are
    asked for by primary key alone, for one that came over the index of `next_at` would meet the workers that hold the
    row and are about to write that index: a deadlock on MySQL.
    """
    due = rows.filter(next_at__lte=now).order_by("next_at", "id")
    skip = connection.features.has_select_for_update_skip_locked
    seen: list[int] = []
    while ids := list(due.exclude(id__in=seen).values_list("id", flat=True)[:limit]):
        locked = rows.select_for_update(skip_locked=skip).filter(id__in=ids).order_by("id")
        free = [id for id, next_at in locked.values_list("id", "next_at") if next_at and next_at <= now]
        if free:
            mark = uuid.uuid4()
            rows.filter(id__in=free).update(next_at=now + LEASE, claim=mark)
            return list(rows.filter(claim=mark).order_by("id"))
        seen += ids
    return []


NO_COURSE = ""
"""Stands for the course key in a wish to look at the person alone: at the zone in which their days end."""


def add_look_agains(pairs: Iterable[tuple[int, str]], *, now: datetime) -> None:
    """Notes down that these (learner, course) pairs are to be looked at again: one INSERT."""
    rows = [LookAgain(learner_id=learner_id, course_key=course_key, next_at=now) for learner_id, course_key in pairs]
    if len(rows) == 1:
        rows[0].save(force_insert=True)
    elif rows:
        many(LookAgain).bulk_create(rows, batch_size=1000)


def ask_backfill(course_keys: Collection[str], *, now: datetime) -> None:
    """Has everybody looked at who finished something in these courses before they mattered: one upsert.

    One that is being worked on begins anew, for what it is about has changed meanwhile.
    """
    Backfill.objects.bulk_create(
        [Backfill(course_key=key, next_at=now + TRACKED_EVERYWHERE) for key in sorted(set(course_keys))],
        batch_size=500,
        update_conflicts=True,
        update_fields=["after_learner_id", "next_at", "claim"],
        **on_conflict("course_key"),
    )


def lock_learners(learner_ids: Collection[int], *, now: datetime) -> None:
    """Waits until nobody else judges these people, and holds them until the transaction ends. Always in key order."""
    locks = [LearnerLock(learner_id=learner_id, taken_at=now) for learner_id in sorted(learner_ids)]
    _hold(many(LearnerLock), locks, key="learner", column="taken_at")


def lock_name(name: str, *, now: datetime) -> None:
    """Waits until nobody else does what bears this name, and keeps others from it until the transaction ends."""
    _hold(many(Bookmark), [Bookmark(name=name, ran_at=now)], key="name", column="ran_at")


def _hold(table: QuerySet[M], rows: Sequence[M], *, key: str, column: str) -> None:
    """Writes the column, which locks the rows, and makes those that are missing.

    One upsert, whether they are there or not: of three who come at once for somebody new, an INSERT IGNORE would leave
    two with a shared lock each, and on MySQL both then wait for the other's.
    """
    table.bulk_create(rows, update_conflicts=True, update_fields=[column], **on_conflict(key))


def on_conflict(column: str) -> dict[str, Any]:
    """Names the unique column of an upsert where the database wants to know it; MySQL does not."""
    return {"unique_fields": [column]} if connection.features.supports_update_conflicts_with_target else {}


def bookmark(name: str) -> Bookmark:
    """The named bookmark, made when missing."""
    return Bookmark.objects.get_or_create(name=name)[0]


def move_bookmark(name: str, *, position: int | None = None, now: datetime) -> None:
    """Notes that the scan ran now and how far it came; a position never goes back."""
    bookmark(name)
    Bookmark.objects.filter(name=name).update(ran_at=now, position=Greatest("position", Value(position or 0)))


def reserve(name: str, count: int, most: int, window: timedelta, *, now: datetime) -> int:
    """How many of so many things may be done in the present window of time, of which `most` are done by everybody.

    The named bookmark's row is locked while that is worked out; its position counts them.
    """
    bookmark(name)
    mark = Bookmark.objects.select_for_update().get(name=name)
    begun = mark.ran_at is not None and mark.ran_at <= now < mark.ran_at + window
    done = mark.position if begun else 0
    granted = max(min(count, most - done), 0)
    started = mark.ran_at if begun else now
    Bookmark.objects.filter(name=name).update(position=done + granted, ran_at=started)
    return granted
