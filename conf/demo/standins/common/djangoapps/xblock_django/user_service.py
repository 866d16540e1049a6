"""Tells a block who is looking: under masquerade the learner, not the member of staff."""

from typing import Any

from xblock.reference.user_service import UserService, XBlockUser

ATTR_KEY_ANONYMOUS_USER_ID = "edx-platform.anonymous_user_id"
ATTR_KEY_IS_AUTHENTICATED = "edx-platform.is_authenticated"
ATTR_KEY_USER_ID = "edx-platform.user_id"
ATTR_KEY_USERNAME = "edx-platform.username"
ATTR_KEY_USER_IS_STAFF = "edx-platform.user_is_staff"
ATTR_KEY_USER_ROLE = "edx-platform.user_role"


class DjangoXBlockUserService(UserService):
    """The user service of the LMS."""

    def __init__(self, django_user: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._django_user = django_user
        self._user_is_staff = kwargs.get("user_is_staff", False)
        self._anonymous_user_id = kwargs.get("anonymous_user_id")

    def get_current_user(self) -> XBlockUser:
        """The effective user; nobody signed in has no id."""
        user = self._django_user
        found = XBlockUser(is_current_user=True)
        signed_in = user is not None and user.is_authenticated
        found.opt_attrs[ATTR_KEY_IS_AUTHENTICATED] = signed_in
        if signed_in:
            profile = getattr(user, "profile", None)
            found.full_name = getattr(profile, "name", None)
            found.emails = [user.email]
            found.opt_attrs |= {
                ATTR_KEY_ANONYMOUS_USER_ID: self._anonymous_user_id,
                ATTR_KEY_USER_ID: user.id,
                ATTR_KEY_USERNAME: user.username,
                ATTR_KEY_USER_IS_STAFF: self._user_is_staff,
                ATTR_KEY_USER_ROLE: "staff" if self._user_is_staff else "student",
            }
        return found
