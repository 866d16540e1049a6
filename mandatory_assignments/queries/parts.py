"""A long list is the sum of parts that do not overlap, each of which an index finds in order or finds few of.

Databases choose badly between the two where a condition holds alternatives, or where what is looked for lies together.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
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

    Even so the columns in `sorted_by` need no sorting.
    """

    condition: Q
    scattered: bool = False
    sorted_by: frozenset[str] = frozenset()

    def __and__(self, other: "Part") -> "Part":
        both = self.scattered and other.scattered
        one = self.sorted_by if self.scattered else other.sorted_by
        return Part(
            self.condition & other.condition,
            self.scattered or other.scattered,
            frozenset() if both else one,
        )

    def in_order_of(self, column: str) -> bool:
        """Whether the rows are to be read in the order of this column."""
        return not self.scattered or column in self.sorted_by


class Parted(QuerySet[M]):
    """Rows that are read part by part. What is narrowed further is read as any other."""

    parts: Sequence[Part] = ()
    whole: "QuerySet[M] | None" = None
    """All rows of the kind, with what a page shows of them: it finds the keys by the parts and then reads these."""

    def of_parts(self, by_closing: Sequence[Part], *factors: Sequence[Part]) -> "Parted[M]":
        """The rows that fulfil one part of each factor; the first shares them out by how they were closed."""
        found = self
        for factor in (by_closing, *factors):
            found = found.filter(any_of(factor))
        found.parts, found.whole = every_pair(by_closing, factors), self
        return found


def split(rows: QuerySet[M]) -> tuple[QuerySet[M], Sequence[Part]]:
    """The rows that are parted, and in which parts; any others are one part of themselves."""
    if isinstance(rows, Parted) and rows.whole is not None:
        return rows.whole, rows.parts
    return rows, [Part(Q())]


def every_pair(by_closing: Sequence[Part], factors: Sequence[Sequence[Part]]) -> list[Part]:
    """What fulfils one part of each factor, as parts. What is sorted anyway is not read closing by closing."""
    found = [Part(Q())]
    for factor in factors:
        found = [one & other for one in found for other in factor]
    together = [Part(any_of(by_closing))]
    return [one & other for one in found for other in (together if one.scattered and not one.sorted_by else by_closing)]


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
        found.append(replace(part, condition=part.condition & before))
    return found


def of_people(ids: "QuerySet[Model, int]", *, others: Collection[int] = ()) -> Part:
    """The rows of these learners and of these others."""
    few = list({*others, *ids[: MOST_SCATTERED + 1]}) or [NOBODY]
    if len(few) <= MOST_SCATTERED:
        return Part(Q(learner_id__in=few), scattered=True)
    unindexed = Coalesce(F("learner_id"), F("learner_id"))
    return Part(Q(In(unindexed, ids.query)) | Q(learner_id__in=others))


MOST_TRAININGS = 50
"""The rows of so many trainings are found training by training."""

NOBODY = 0
"""The id of nothing and nobody: looked for where nothing was found, so that what is out of reach costs as much."""


def of_trainings(ids: Collection[int]) -> Part:
    """The rows of these trainings."""
    ids = ids or [NOBODY]
    if len(ids) == 1:
        return Part(Q(training_id=next(iter(ids))), scattered=True, sorted_by=frozenset({"due_at"}))
    return Part(Q(training_id__in=ids), scattered=len(ids) <= MOST_TRAININGS)
