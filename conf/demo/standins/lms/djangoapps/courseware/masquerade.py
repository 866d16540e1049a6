"""Staff see a course as a learner does; what was chosen lies in the session and, during a request, on the user."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from opaque_keys.edx.keys import CourseKey

from common.djangoapps.student.models import CourseEnrollment
from xmodule.partitions.partitions import Group, NoSuchUserPartitionGroupError, UserPartition

MASQUERADE_SETTINGS_KEY = "masquerade_settings"


class CourseMasquerade:
    """As what somebody looks at one course."""

    def __init__(
        self,
        course_key: CourseKey,
        role: str = "student",
        user_partition_id: int | None = None,
        group_id: int | None = None,
        user_name: str | None = None,
    ) -> None:
        self.course_key = course_key
        self.role = role
        self.user_partition_id = user_partition_id
        self.group_id = group_id
        self.user_name = user_name


# The session is signed JSON here, so a masquerade is kept in it as plain data.
def _stored(request: HttpRequest) -> dict[CourseKey, CourseMasquerade]:
    kept = request.session.get(MASQUERADE_SETTINGS_KEY, {})
    return {(key := CourseKey.from_string(text)): CourseMasquerade(key, **chosen) for text, chosen in kept.items()}


@method_decorator(login_required, name="dispatch")
class MasqueradeView(View):
    """Choose as what to look; {"success": false} for whoever is not staff."""

    def post(self, request: HttpRequest, course_key_string: str) -> JsonResponse:
        from lms.djangoapps.courseware.access import has_access

        course_key = CourseKey.from_string(course_key_string)
        if not has_access(request.user, "staff", course_key):
            return JsonResponse({"success": False})
        wanted = json.loads(request.body)
        name = wanted.get("user_name")
        if name:
            people = CourseEnrollment.objects.users_enrolled_in(course_key)
            found = people.filter(Q(email=name) | Q(username=name)).first()
            if found is None:
                error = f'There is no user with the username or email address "{name}" enrolled in this course.'
                return JsonResponse({"success": False, "error": error})
            name = found.username
        kept = request.session.get(MASQUERADE_SETTINGS_KEY, {})
        kept[course_key_string] = {
            "role": wanted.get("role", "student"),
            "user_partition_id": wanted.get("user_partition_id"),
            "group_id": wanted.get("group_id"),
            "user_name": name,
        }
        request.session[MASQUERADE_SETTINGS_KEY] = kept
        return JsonResponse({"success": True})


def setup_masquerade(
    request: HttpRequest, course_key: CourseKey, staff_access: bool = False, reset_masquerade_data: bool = False
) -> tuple[CourseMasquerade | None, Any]:
    """(masquerade, effective user) of this request: the learner looked at, else the person signed in."""
    if request.user is None or not settings.ENABLE_MASQUERADE or not staff_access:
        return None, request.user
    chosen = _stored(request)
    request.user.masquerade_settings = chosen
    masquerade = chosen.get(course_key)
    if masquerade is None or not masquerade.user_name:
        return masquerade, request.user
    try:
        learner = CourseEnrollment.objects.users_enrolled_in(course_key).get(username=masquerade.user_name)
    except get_user_model().DoesNotExist:
        # The learner has left the course since.
        del request.session[MASQUERADE_SETTINGS_KEY][str(course_key)]
        request.session.modified = True
        del chosen[course_key]
        return None, request.user
    learner.masquerade_settings = chosen
    learner.real_user = request.user
    return masquerade, learner


def get_course_masquerade(user: Any, course_key: CourseKey) -> CourseMasquerade | None:
    """The masquerade of this user object, set up earlier in the request."""
    return getattr(user, "masquerade_settings", {}).get(course_key)


def get_masquerade_role(user: Any, course_key: CourseKey) -> str | None:
    """`student`, `staff` or None."""
    masquerade = get_course_masquerade(user, course_key)
    return masquerade.role if masquerade else None


def is_masquerading(user: Any, course_key: CourseKey, course_masquerade: CourseMasquerade | None = None) -> bool:
    """Whether this is not the plain view."""
    return (course_masquerade or get_course_masquerade(user, course_key)) is not None


def is_masquerading_as_staff(user: Any, course_key: CourseKey) -> bool:
    """Whether the view is that of staff."""
    return get_masquerade_role(user, course_key) == "staff"


def is_masquerading_as_student(user: Any, course_key: CourseKey) -> bool:
    """Whether the view is that of a learner, any or a certain one."""
    return get_masquerade_role(user, course_key) == "student"


def is_masquerading_as_specific_student(user: Any, course_key: CourseKey) -> bool:
    """Whether the view is that of a certain learner."""
    masquerade = get_course_masquerade(user, course_key)
    return bool(masquerade and masquerade.user_name)


def get_specific_masquerading_user(user: Any, course_key: CourseKey) -> Any:
    """That learner, or None."""
    masquerade = get_course_masquerade(user, course_key)
    if masquerade and masquerade.user_name:
        return get_user_model().objects.get(username=masquerade.user_name)
    return None


def get_masquerading_user_group(course_key: CourseKey, user: Any, user_partition: UserPartition) -> Group | None:
    """The group that a generic learner was chosen to be in, or None."""
    masquerade = get_course_masquerade(user, course_key)
    if masquerade and masquerade.user_partition_id == user_partition.id and masquerade.group_id is not None:
        try:
            return user_partition.get_group(masquerade.group_id)
        except NoSuchUserPartitionGroupError:
            return None
    return None
