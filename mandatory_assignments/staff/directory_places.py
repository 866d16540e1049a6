"""What the addresses of the directory pages name: organizations, departments and groups that the role keeps.

Whoever keeps no directory is told so; what lies outside the scope is not found.
"""

from typing import Any
from uuid import UUID

from django.http import Http404

from ..data import Scope
from ..queries import directory
from .doors import check


def organization_of(scope: Scope, short_name: str) -> Any:
    """The organization in the address."""
    check(directory.keeps(scope))
    return _found(directory.organization(scope, short_name) if "\x00" not in short_name else None)


def department_of(scope: Scope, department_id: UUID) -> Any:
    """The department in the address, not one of a team that somebody only looks after."""
    check(directory.keeps(scope))
    row = _found(directory.department(scope, department_id))
    return _found(row if directory.keeps_of(scope, row) else None)


def group_of(scope: Scope, group_id: UUID) -> Any:
    """The learning group in the address."""
    check(directory.keeps(scope))
    return _found(directory.group(scope, group_id))


def _found(row: Any) -> Any:
    if row is None:
        raise Http404
    return row
