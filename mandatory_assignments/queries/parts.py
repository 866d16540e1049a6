"""A long list is the sum of parts that do not overlap, each of which an index finds in order or finds few of.

Databases choose badly between the two where a condition holds alternatives, or where what is looked for lies together.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import In

M = TypeVar("M", bound=Model)

MOST_SCATTERED = 5000
"""So many people's rows are looked up person by person; of more, a page is soon found by reading in order."""


@dataclass(frozen=True, slots=True)
class Part:
    """A condition, and whether the rows that fulfil it are few and lie scattered: found first, put in order then.

    Even so the columns in `sorted_by` need no sorting. `in_order` says the same as the condition, for reading in order
    where an index would tempt the database to do otherwise.
    """

    condition: Q
    scattered: bool = False
    sorted_by: frozenset[str] = frozenset()
    in_order: Q | None = None

    def __and__(self, other: "Part") -> "Part":
        both = self.scattered and other.scattered
        sorted_by = frozenset() if both else self.sorted_by if self.scattered else other.sorted_by
        return Part(
            self.condition & other.condition,
            self.scattered or other.scattered,
            sorted_by,
            self.for_reading & other.for_reading,
        )

    @property
    def for_reading(self) -> Q:
        """The condition under which a page of the rows is read."""
        return self.condition if self.in_order is None else self.in_order

    def is_read_by(self, column: str) -> bool:
        """Whether the rows are read in the order of this column, and not sorted."""
        return not self.scattered or column in self.sorted_by


class Parted(QuerySet[M]):
    """Rows that are read part by part, and counted so. What is narrowed further is read and counted as any other."""

    parts: tuple[Part, ...] = ()
    counted: tuple[Part, ...] = ()
    whole: "QuerySet[M] | None" = None
    """All rows of the kind, with what a page shows of them: it finds the keys by the parts and then reads these."""

    def of_parts(self, closed: Q, by_closing: Sequence[Part], *factors: Sequence[Part]) -> "Parted[M]":
        """The rows that fulfil `closed` and one part of each factor. `by_closing` shares out what `closed` means.

        What is sorted anyway is not read closing by closing.
        """
        pairs = [Part(Q())]
        for factor in factors:
            pairs = [one & other for one in pairs for other in factor]
        found = self.filter(closed, *map(any_of, factors))
        found.whole = self
        for one in pairs:
            together, shares = (one & Part(closed),), tuple(one & other for other in by_closing)
            found.parts += together if one.scattered and not one.sorted_by else shares
            found.counted += together if one.scattered else shares
        return found


def split(rows: QuerySet[M], *, to_count: bool = False) -> tuple[QuerySet[M], Sequence[Part]]:
    """All rows of the kind and the parts of these; what is not parted is one part of itself."""
    if isinstance(rows, Parted) and rows.whole is not None:
        return rows.whole, rows.counted if to_count else rows.parts
    return rows, [Part(Q())]


def any_of(parts: Sequence[Part]) -> Q:
    """The condition that one of them holds; of none, a condition that never does."""
    if any(not part.condition for part in parts):
        return Q()
    return reduce(or_, (part.condition for part in parts), Q(pk__in=()))


def apart(parts: Sequence[Part]) -> list[Part]:
    """The same rows without overlap: each part leaves out what those before it hold."""
    found: list[Part] = []
    for part in parts:
        before = Q()
        for other in found:
            before &= ~other.condition
        found.append(part & Part(before))
    return found


def of_people(ids: "QuerySet[Model, int]") -> Part:
    """The rows of these learners."""
    condition = Q(learner_id__in=ids)
    if ids[: MOST_SCATTERED + 1].count() <= MOST_SCATTERED:
        return Part(condition, scattered=True)
    unindexed = Coalesce(F("learner_id"), F("learner_id"))
    return Part(condition, in_order=Q(In(unindexed, ids.query)))


MOST_TRAININGS = 50
"""The rows of so many trainings are found training by training."""
MOST_APART = 4
"""So many trainings or organizations are each a part."""

NOBODY = 0
"""The id of nothing and nobody: looked for where nothing was found, so that what is out of reach costs as much."""


def of_trainings(ids: Collection[int], column: str = "due_at") -> list[Part]:
    """The rows of these trainings; `column` is what the index has them in the order of."""
    if len(ids) <= MOST_APART:
        in_order = frozenset({column})
        return [Part(Q(training_id=id), scattered=True, sorted_by=in_order) for id in sorted(ids) or [NOBODY]]
    return [Part(Q(training_id__in=ids), scattered=len(ids) <= MOST_TRAININGS)]


def of_organizations(ids: Collection[int]) -> list[Part]:
    """The rows of these organizations."""
    if len(ids) <= MOST_APART:
        return [Part(Q(organization_id=id)) for id in sorted(ids) or [NOBODY]]
    return [Part(Q(organization_id__in=ids))]


def of_learners(ids: Collection[int]) -> Part:
    """The rows of these few learners."""
    return Part(Q(learner_id__in=ids or [NOBODY]), scattered=True)
