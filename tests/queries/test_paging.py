"""Pages by cursor: every row once, forwards and back, whatever is equal, empty or inserted meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest

from mandatory_assignments.data import Invalid
from mandatory_assignments.models import Cycle
from mandatory_assignments.queries import paging
from tests.roles import on_stage

PERCENTS = [None, 0, 0, 50, 50, 50, 100, None, 7]
TOLD_AT = datetime(2027, 5, 9, 22, 0, 0, 123456, tzinfo=UTC)
HOURS = [3, None, 0, 3, 3, None, None, 0, 7]
"""How long after that each was reminded last."""


@pytest.fixture
def rows(db):
    from demo.campus import build

    with on_stage() as cast:
        cast.assign(*[member.username for member in build.users(len(PERCENTS) - 1, organization="Acme")])
        for cycle, percent, hours in zip(Cycle.objects.order_by("id"), PERCENTS, HOURS, strict=True):
            cycle.percent = percent
            cycle.last_reminder_at = None if hours is None else TOLD_AT + timedelta(hours=hours)
            cycle.save()
        yield Cycle.objects.all()


def ids(page):
    return [row.id for row in page.rows]


def walk(rows, columns, **named):
    """The pages from the first to the last, then from there back to the first."""
    pages = [paging.page(rows, columns, **named)]
    while pages[-1].next:
        pages.append(paging.page(rows, columns, **named, cursor=pages[-1].next))
    back = [pages[-1]]
    while back[-1].previous:
        back.append(paging.page(rows, columns, **named, cursor=back[-1].previous))
    return pages, back


@pytest.mark.parametrize("keys_first", [False, True], ids=["at once", "keys first"])
@pytest.mark.parametrize("size", [1, 2, 3, 9, 20])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    "columns", [["percent"], ["last_reminder_at"], ["due_at"], ["sort_name"], ["closed_as", "due_at"]], ids="-".join
)
def test_every_row_comes_once_in_order_and_the_same_way_back(rows, columns, descending, size, keys_first):
    pages, back = walk(rows, columns, size=size, descending=descending, keys_first=keys_first)
    found = [row for page in pages for row in page.rows]
    keys = [tuple((getattr(row, name) is not None, getattr(row, name)) for name in [*columns, "id"]) for row in found]
    assert len(found) == len(PERCENTS)
    assert keys == sorted(keys, reverse=descending)
    assert [ids(page) for page in back] == [ids(page) for page in reversed(pages)]
    assert pages[0].previous is None


def test_who_was_never_reminded_comes_first_and_last_the_other_way_round(rows):
    never = set(rows.filter(last_reminder_at=None).values_list("id", flat=True))
    pages, _back = walk(rows, ["last_reminder_at"], size=1)
    assert {row.id for page in pages[:3] for row in page.rows} == never
    pages, _back = walk(rows, ["last_reminder_at"], size=1, descending=True)
    assert {row.id for page in pages[-3:] for row in page.rows} == never


def test_a_row_that_comes_before_the_cursor_moves_nothing(rows):
    first = paging.page(rows, ["percent"], size=5)
    rows.filter(id=ids(first)[0]).update(percent=0)
    second = paging.page(rows, ["percent"], size=5, cursor=first.next)
    assert not set(ids(first)) & set(ids(second))


def test_an_empty_list_has_one_empty_page(rows):
    page = paging.page(rows.none(), ["due_at"], size=5)
    assert (ids(page), page.next, page.previous) == ([], None, None)


@pytest.mark.parametrize("cursor", ["garbage", "a:b", "W10:x", "é", "x" * 5000])
def test_a_cursor_that_we_did_not_write_is_refused(rows, cursor):
    with pytest.raises(Invalid) as refusal:
        paging.page(rows, ["due_at"], size=5, cursor=cursor)
    assert refusal.value.code == "bad_cursor"


def test_a_cursor_of_another_order_is_refused(rows):
    cursor = paging.page(rows, ["due_at"], size=5).next
    with pytest.raises(Invalid):
        paging.page(rows, ["due_at"], size=5, descending=True, cursor=cursor)
