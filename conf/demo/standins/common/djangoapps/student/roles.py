"""Who may what in courses and organizations; asked through these classes, never through the table."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth import get_user_model
from opaque_keys.edx.django.models import CourseKeyField
from opaque_keys.edx.keys import CourseKey

from common.djangoapps.student.models import CourseAccessRole

# A role on the right may do what the role on the left may: limited staff counts as staff in the LMS.
ACCESS_ROLES_INHERITANCE: dict[str, set[str]] = defaultdict(set, {"staff": {"limited_staff"}})

_strict: ContextVar[bool] = ContextVar("strict", default=False)


@contextmanager
def strict_role_checking() -> Iterator[None]:
    """Inside, no role counts as another."""
    token = _strict.set(True)
    try:
        yield
    finally:
        _strict.reset(token)


class RoleCache:
    """All roles of one person, read once and kept on the user object."""

    def __init__(self, user: Any) -> None:
        rows = CourseAccessRole.objects.filter(user=user).values_list("role", "course_id", "org")
        self._roles = {(role, str(course_id) if course_id else None, org) for role, course_id, org in rows}

    @staticmethod
    def get_roles(role: str) -> set[str]:
        """The role and those that count as it."""
        return {role} if _strict.get() else ACCESS_ROLES_INHERITANCE[role] | {role}

    def has_role(self, role: str, course_id: CourseKey | None, org: str) -> bool:
        """Whether the person holds the role, or one that counts as it."""
        course = str(course_id) if course_id else None
        return any((name, course, org) in self._roles for name in self.get_roles(role))


class AccessRole:
    """Something a person may be."""


class GlobalStaff(AccessRole):
    """Staff of the whole site."""

    def has_user(self, user: Any) -> bool:
        """Whether the person is."""
        return bool(user and user.is_staff)

    def add_users(self, *users: Any) -> None:
        """Make them so."""
        for user in users:
            if user.is_authenticated and user.is_active:
                user.is_staff = True
                user.save()

    def remove_users(self, *users: Any) -> None:
        """Make them so no longer."""
        for user in users:
            user.is_staff = False
            user.save()


class RoleBase(AccessRole):
    """A role, in a course or in an organization."""

    def __init__(self, role_name: str, org: str = "", course_key: CourseKey | None = None) -> None:
        self.org = org
        self.course_key = course_key
        self._role_name = role_name

    def has_user(self, user: Any, check_user_activation: bool = True) -> bool:
        """Whether the person holds it; an inactive account holds nothing."""
        if check_user_activation and not (user.is_authenticated and user.is_active):
            return False
        if not hasattr(user, "_roles"):
            user._roles = RoleCache(user)
        return user._roles.has_role(self._role_name, self.course_key, self.org)

    def add_users(self, *users: Any) -> None:
        """Give it to them; inactive accounts are passed over silently."""
        for user in users:
            if user.is_authenticated and user.is_active:
                CourseAccessRole.objects.get_or_create(
                    user=user, role=self._role_name, course_id=self._stored_key, org=self.org
                )
                self._forget(user)

    def remove_users(self, *users: Any) -> None:
        """Take it from them."""
        rows = CourseAccessRole.objects.filter(
            user__in=users, role=self._role_name, org=self.org, course_id=self._stored_key
        )
        rows.delete()
        for user in users:
            self._forget(user)

    def users_with_role(self) -> Any:
        """Who holds it, as a queryset."""
        return get_user_model().objects.filter(
            courseaccessrole__role=self._role_name,
            courseaccessrole__org=self.org,
            courseaccessrole__course_id=self._stored_key,
        )

    @property
    def _stored_key(self) -> Any:
        # The column is empty, not null, for a role in an organization.
        return self.course_key or CourseKeyField.Empty

    @staticmethod
    def _forget(user: Any) -> None:
        if hasattr(user, "_roles"):
            del user._roles


class CourseRole(RoleBase):
    """A role in one course."""

    def __init__(self, role: str, course_key: CourseKey) -> None:
        super().__init__(role, course_key.org, course_key)


class OrgRole(RoleBase):
    """A role in one organization."""


class CourseStaffRole(CourseRole):
    """Staff of a course."""

    ROLE = "staff"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(self.ROLE, *args, **kwargs)


class CourseLimitedStaffRole(CourseStaffRole):
    """Staff of a course without Studio."""

    ROLE = "limited_staff"
    BASE_ROLE = CourseStaffRole.ROLE


class CourseInstructorRole(CourseRole):
    """Administrator of a course."""

    ROLE = "instructor"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(self.ROLE, *args, **kwargs)


class CourseBetaTesterRole(CourseRole):
    """Sees a course before others."""

    ROLE = "beta_testers"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(self.ROLE, *args, **kwargs)


class CourseDataResearcherRole(CourseRole):
    """May download data of a course."""

    ROLE = "data_researcher"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(self.ROLE, *args, **kwargs)


class OrgStaffRole(OrgRole):
    """Staff of all courses of an organization."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("staff", *args, **kwargs)


class OrgInstructorRole(OrgRole):
    """Administrator of all courses of an organization."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("instructor", *args, **kwargs)


class UserBasedRole:
    """One person's courses with a role: the way to list them."""

    def __init__(self, user: Any, role: str) -> None:
        self.user = user
        self.role = role

    def has_course(self, course_key: CourseKey) -> bool:
        """Whether the person holds the role in the course."""
        return RoleBase(self.role, course_key.org, course_key).has_user(self.user)

    def courses_with_role(self) -> Any:
        """Records with `org` and `course_id`, empty for a role in an organization; also of roles counting as it."""
        return CourseAccessRole.objects.filter(role__in=RoleCache.get_roles(self.role), user=self.user)
