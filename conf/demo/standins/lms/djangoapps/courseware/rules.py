"""Rules for bridgekeeper, made of access and roles."""

from typing import Any

from bridgekeeper.rules import EMPTY, UNIVERSAL, Rule
from django.db.models import Q
from opaque_keys.edx.keys import CourseKey

from common.djangoapps.student.models import CourseAccessRole
from common.djangoapps.student.roles import CourseRole, GlobalStaff, OrgRole
from lms.djangoapps.courseware.access import has_access


class HasAccessRule(Rule):
    """Whoever `has_access` lets do the action."""

    def __init__(self, action: str) -> None:
        self.action = action

    def check(self, user: Any, instance: Any = None) -> bool:
        """The answer for one course or key."""
        return bool(has_access(user, self.action, instance))

    def query(self, user: Any) -> Any:
        """Cannot be asked in sets but for staff of the site."""
        return UNIVERSAL if GlobalStaff().has_user(user) else EMPTY


class HasRolesRule(Rule):
    """Whoever holds one of the roles in the course or its organization."""

    def __init__(self, *roles: str) -> None:
        self.roles = roles

    def check(self, user: Any, instance: Any = None) -> bool:
        """The answer for one course or key."""
        if not user.is_authenticated:
            return False
        key = instance if isinstance(instance, CourseKey) else instance.id
        return any(CourseRole(role, key).has_user(user) or OrgRole(role, key.org).has_user(user) for role in self.roles)

    def query(self, user: Any) -> Any:
        """The courses with such a role."""
        rows = CourseAccessRole.objects.filter(user=user, role__in=self.roles)
        return Q(id__in=[row.course_id for row in rows])
