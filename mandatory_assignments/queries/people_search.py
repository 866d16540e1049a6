"""Whom somebody may mean who has typed a beginning: a few people of the scope, found by indexes while others type, too.

A beginning is that of a username, of a name or one of its words, or of an e-mail. What is outside the scope is nobody.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from ..data import Course, Scope
from ..host import lms
from ..models import Membership, OrganizationMember
from . import access, people

MOST = 10
FEW = 5000
"""So many people are looked through one by one; of more, candidates are looked up among them."""
CHUNKS = (30, 970, 4000)
"""Candidates that are looked up at once; of a beginning that fits more, further letters find the others."""
LONGEST = 100
DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody who may be meant; the e-mail only where it is what was typed."""

    username: str
    name: str
    email: str = ""


def suggestions(scope: Scope, text: str, course: Course | None = None) -> list[Suggestion]:
    """At most ten active people: those to whom the scope may assign, else those of its teams.

    With a course also those who are enrolled in it, where the scope is on its staff.
    """
    wanted = " ".join(text.replace("\x00", "").split())[:LONGEST]
    crowd = [] if scope.everything else _crowd(scope, course)
    if not wanted or not (scope.everything or crowd):
        return []
    among = None if scope.everything else _few(crowd)
    found: dict[int, bool] = {}
    for by_email, candidates in _ways(wanted, among, found):
        for id in _first(candidates, crowd if among is None else [], known=found):
            found[id] = by_email
        if len(found) >= MOST:
            break
    users = {user.id: user for user in get_user_model().objects.filter(id__in=found)}
    names = people.names(users.values())
    return [
        Suggestion(users[id].username, names[id], users[id].email if by_email else "") for id, by_email in found.items()
    ]


Candidates = Callable[[int, int], list[int]]
"""Ids from one number to another."""


def _ways(wanted: str, among: Collection[int] | None, found: Collection[int]) -> Iterator[tuple[bool, Candidates]]:
    """Whether it is by e-mail, and ids in the order of an index.

    The last way reads all names, and is spared where a text with a digit has `found` somebody: few names have any.
    """
    accounts = get_user_model().objects.all()
    if among is not None:
        accounts = accounts.filter(id__in=among)
    if " " not in wanted:
        named = accounts.filter(username__istartswith=wanted).order_by("username")
        yield False, _part_of(named.values_list("id", flat=True))
    if "@" not in wanted:
        yield False, _part_of(lms.people_called(wanted, among))
    if " " not in wanted:
        yield True, _part_of(accounts.filter(email__istartswith=wanted).values_list("id", flat=True))
    if len(wanted) > 1 and "@" not in wanted and not (found and DIGIT.search(wanted)):
        yield False, partial(lms.people_with_words, wanted, among)


def _part_of(rows: QuerySet[Any]) -> Candidates:
    return lambda begin, end: list(rows[begin:end])


def _crowd(scope: Scope, course: Course | None) -> list[QuerySet[Any]]:
    """Rows with a `user_id` for everybody of whom the scope may know here."""
    found: list[QuerySet[Any]] = []
    if scope.organization_ids:
        found.append(OrganizationMember.objects.filter(organization_id__in=scope.organization_ids))
    if course and access.staffs_course(scope, course.key, course.org):
        found.append(lms.enrolled_learners(course.key))
    if not scope.assigns:
        for team in scope.teams:
            below = Membership.objects.filter(department_id__in=team.department_ids).values("user_id")
            theirs = Q(user_id__in=team.person_ids) | Q(user_id__in=below)
            found.append(OrganizationMember.objects.filter(theirs, organization_id=team.organization_id))
    return found


def _few(crowd: Collection[QuerySet[Any]]) -> set[int] | None:
    """The ids of all of them; None where they are many."""
    if any(rows.values("user_id")[: FEW + 1].count() > FEW for rows in crowd):
        return None
    return {id for rows in crowd for id in rows.values_list("user_id", flat=True)}


def _first(candidates: Candidates, crowd: Collection[QuerySet[Any]], *, known: Collection[int]) -> list[int]:
    """So many of the candidates as are still wanted, in their order, who are active and belong to the crowd."""
    found: dict[int, None] = {}
    begin, wanted = 0, MOST - len(known)
    for size in CHUNKS:
        ids = candidates(begin, begin + size)
        found |= dict.fromkeys(_belonging([id for id in ids if id not in known], crowd))
        begin += size
        if len(found) >= wanted or len(ids) < size:
            break
    return list(found)[:wanted]


def _belonging(ids: Collection[int], crowd: Collection[QuerySet[Any]]) -> list[int]:
    active = set(get_user_model().objects.filter(id__in=ids, is_active=True).values_list("id", flat=True))
    if crowd:
        active &= {id for rows in crowd for id in rows.filter(user_id__in=active).values_list("user_id", flat=True)}
    return [id for id in ids if id in active]
