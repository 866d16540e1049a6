"""Whom a bulk means: people who are named, and everybody in departments and learning groups, each once and in order.

Departments and groups outside the scope are unknown, in the words for what does not exist.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext as _

from ..data import Invalid, People, Problem, Scope
from ..models import Membership
from . import directory, people

CHUNK = 5000
"""Entries that are looked up at once: e-mails that nobody has as they were typed cost a look at every account."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The accounts' ids, each once; what was typed for those that were named; the entries that are nobody."""

    ids: Sequence[int]
    typed: dict[int, str]
    unknown: Sequence[str]


def meant(scope: Scope, wanted: People, *, within: Q) -> Meant:
    """Everybody who is meant; raises Invalid `unknown_department` and `unknown_group` with all that are."""
    entries = [entry for entry in dict.fromkeys(entry.strip() for entry in wanted.learners) if entry]
    typed: dict[int, str] = {}
    unknown: list[str] = []
    for begin in range(0, len(entries), CHUNK):
        chunk = entries[begin : begin + CHUNK]
        found = people.learners(chunk, within=within)
        unknown += [entry for entry in chunk if entry not in found]
        for entry, user in found.items():
            typed.setdefault(user.id, entry)
    inside = _members(scope, wanted)
    return Meant([*typed, *(id for id in inside if id not in typed)], typed, unknown)


def accounts(ids: Collection[int], *, within: Q) -> dict[int, Any]:
    """Those of the accounts that `within` covers, by id, active or not: one query."""
    rows = get_user_model().objects.filter(within, id__in=ids).distinct()
    return {user.id: user for user in rows}


def _members(scope: Scope, wanted: People) -> list[int]:
    department_ids: set[int] = set()
    problems = []
    for entry in wanted.departments:
        ids = directory.with_all_below(scope, entry) if wanted.sub_departments else directory.alone(scope, entry)
        department_ids |= set(ids)
        if not ids:
            message = _('No department "%(entry)s" can be found.') % {"entry": entry}
            problems.append(Problem("unknown_department", message, "people"))
    group_ids = []
    for entry in wanted.groups:
        row = directory.group_named(scope, entry)
        if row is None:
            message = _('No learning group "%(entry)s" can be found.') % {"entry": entry}
            problems.append(Problem("unknown_group", message, "people"))
        else:
            group_ids.append(row.id)
    if problems:
        raise Invalid(*problems)
    rows = Membership.objects.filter(Q(department_id__in=department_ids) | Q(group_id__in=group_ids))
    return list(dict.fromkeys(rows.order_by("user_id").values_list("user_id", flat=True)))
