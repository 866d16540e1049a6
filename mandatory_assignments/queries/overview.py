"""What stands around the list: the days that are near, and the list as a file, read by the functions of its pages."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet

from ..rules import deadlines
from ..settings import setting
from . import paging
from .parts import Parted

M = TypeVar("M", bound=Model)

SOON = timedelta(days=7)
CHUNK = 1000
"""Rows of a file that are read at once."""


def soon(now: datetime) -> date:
    """The last day of those that are near, counted in the site's zone; what is due may count its days in another."""
    return deadlines.local_day(now, deadlines.first_zone(setting("SITE_ZONE"))) + SOON


def in_chunks(rows: QuerySet[M], column: str, *, descending: bool = False) -> Iterator[Sequence[M]]:
    """All rows of a list in its order, some at a time, without their enrolments: one chunk is in memory.

    Each chunk is a page of its own, so that no cursor of the database has to be kept open meanwhile.
    """
    if isinstance(rows, Parted) and rows.whole is not None:
        rows.whole = rows.whole.prefetch_related(None)
    cursor: str | None = ""
    while cursor is not None:
        page = paging.page(rows, [column], descending=descending, size=CHUNK, cursor=cursor, keys_first=True)
        yield page.rows
        cursor = page.next
