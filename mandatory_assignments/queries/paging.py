"""Pages of long lists by cursor: the cursor says after which row to go on, so that a page costs the same anywhere.

The rows are ordered by some columns and then by id, all in one direction; an empty value comes before every other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import F, Model, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from ..data import Invalid, Problem
from .parts import split

M = TypeVar("M", bound=Model)

_signer = signing.Signer(salt="mandatory_assignments.paging")


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some rows of a list, and the cursors of the pages after and before it; None where there is none."""

    rows: Sequence[M]
    next: str | None
    previous: str | None


def page(
    rows: QuerySet[M],
    columns: Sequence[str],
    *,
    size: int,
    descending: bool = False,
    cursor: str = "",
    keys_first: bool = False,
) -> Page[M]:
    """The `size` rows at the cursor, or the first ones without. Raises Invalid `bad_cursor`.

    `keys_first` is for lists of any length whose rows join other tables: it reads the keys alone, part by part in the
    order of an index, then these rows. In one step MariaDB may begin with a joined table and sort the whole list.
    """
    order = f"{'-' if descending else ''}{','.join(columns)}"
    backwards, after = _read(cursor, order) if cursor else (False, None)
    columns = [*columns, "id"]
    down = descending is not backwards
    beyond = _beyond(columns, after, down) if after else Q()
    ordering = [_ordering(rows.model, column, down) for column in columns]
    if keys_first:
        whole, parts = split(rows)
        keys: list[Any] = []
        for part in parts:
            in_order = ordering if part.is_read_by(columns[0]) else [_sorted(column, down) for column in columns]
            found = whole.prefetch_related(None).filter(part.for_reading, beyond).order_by(*in_order)
            keys += found.values_list("pk", flat=True)[: size + 1]
        ordered = whole.filter(pk__in=keys).order_by(*ordering) if keys else whole.none()
    else:
        ordered = rows.filter(beyond).order_by(*ordering)
    taken = list(ordered[: size + 1])
    more, taken = len(taken) > size, taken[:size]
    if backwards:
        taken.reverse()
    going_on = bool(taken) and (more or backwards)
    going_back = bool(taken) and (more if backwards else after is not None)
    return Page(
        taken,
        next=_written(order, False, taken[-1], columns) if going_on else None,
        previous=_written(order, True, taken[0], columns) if going_back else None,
    )


def _ordering(model: type[Model], column: str, down: bool) -> Any:
    """Names the place of the empty values only where there may be any: databases differ, and indexes do without."""
    if not model._meta.get_field(column).null:
        return f"-{column}" if down else column
    return F(column).desc(nulls_last=True) if down else F(column).asc(nulls_first=True)


def _sorted(column: str, down: bool) -> Any:
    """The same order of a column that is sorted and not read from an index, as one index may lead and another find."""
    value = Coalesce(F(column), F(column))
    return value.desc(nulls_last=True) if down else value.asc(nulls_first=True)


def _beyond(columns: Sequence[str], values: Sequence[Any], down: bool) -> Q:
    """The rows that come after the one with these values."""
    found, same = Q(pk__in=()), Q()
    for column, value in zip(columns, values, strict=True):
        empty = Q(**{f"{column}__isnull": True})
        if value is None:
            further, equal = (Q(pk__in=()) if down else ~empty), empty
        else:
            further, equal = Q(**{f"{column}__{'lt' if down else 'gt'}": value}), Q(**{column: value})
            further |= empty if down else Q(pk__in=())
        found |= same & further
        same &= equal
    return found


def _written(order: str, backwards: bool, row: Model, columns: Sequence[str]) -> str:
    values = [getattr(row, column) for column in columns]
    return _signer.sign_object(
        [order, backwards, [value.isoformat() if isinstance(value, date) else value for value in values]]
    )


def _read(cursor: str, order: str) -> tuple[bool, list[Any]]:
    """Whether the cursor leads back, and the values of its row. It is signed: what comes back is what we wrote."""
    try:
        written_for, backwards, values = _signer.unsign_object(cursor)
    except signing.BadSignature:
        written_for = None
    if written_for != order:
        raise Invalid(Problem("bad_cursor", _("This cursor does not belong to this list."), "cursor"))
    return backwards, values
