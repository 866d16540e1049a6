"""Retires accounts in the pipeline's two steps; the signals are plain, so a receiver that raises fails its step."""

from typing import Any

from django.db import transaction

from common.djangoapps.student.models import (
    CourseEnrollmentAllowed,
    ManualEnrollmentAudit,
    get_retired_email_by_email,
    get_retired_username_by_username,
)
from openedx.core.djangoapps.user_api.accounts.signals import (
    USER_RETIRE_LMS_CRITICAL,
    USER_RETIRE_LMS_MISC,
    USER_RETIRE_MAILINGS,
)


class LMSAccountRetirementView:
    """The first step: what other apps keep."""

    @classmethod
    @transaction.atomic
    def retire(cls, user: Any) -> None:
        """Tell the apps and the mailing lists."""
        retired_email = get_retired_email_by_email(user.email)
        ManualEnrollmentAudit.retire_manual_enrollments(user, retired_email)
        USER_RETIRE_LMS_MISC.send(sender=cls, user=user)
        USER_RETIRE_MAILINGS.send(sender=cls, email=user.email, new_email=retired_email, user=user)


class AccountRetirementView:
    """The last step: the account itself; its row stays."""

    @classmethod
    @transaction.atomic
    def retire(cls, user: Any) -> None:
        """Tell it while name and address are still there, then replace them."""
        retired_username = get_retired_username_by_username(user.username)
        retired_email = get_retired_email_by_email(user.email)
        CourseEnrollmentAllowed.objects.filter(email=user.email).delete()
        USER_RETIRE_LMS_CRITICAL.send(
            sender=cls, user=user, retired_username=retired_username, retired_email=retired_email
        )
        profile = getattr(user, "profile", None)
        if profile:
            profile.name, profile.meta, profile.bio, profile.mailing_address = "", "", None, None
            profile.save()
        user.username, user.email, user.first_name, user.last_name = retired_username, retired_email, "", ""
        user.is_active = False
        user.set_unusable_password()
        user.save()
