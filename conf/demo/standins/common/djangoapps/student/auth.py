"""Giving, taking and testing roles."""

from typing import Any

from common.djangoapps.student.roles import AccessRole


def user_has_role(user: Any, role: AccessRole) -> bool:
    """Whether the person holds the role."""
    return bool(user.is_active and role.has_user(user))


def add_users(caller: Any, role: AccessRole, *users: Any) -> None:
    """Give the role; `caller` is who asks for it."""
    role.add_users(*users)


def remove_users(caller: Any, role: AccessRole, *users: Any) -> None:
    """Take the role; `caller` is who asks for it."""
    role.remove_users(*users)
