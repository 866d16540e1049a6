"""How the LMS loads the plugin: settings, URLs, receivers, view contexts. Plain data, read before Django is set up."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

LMS = "lms.djangoapp"

EVENTS = {
    "COURSE_ENROLLMENT_CREATED": "on_enrollment",
    "COURSE_ENROLLMENT_CHANGED": "on_enrollment",
    "COURSE_UNENROLLMENT_COMPLETED": "on_enrollment",
    "PERSISTENT_GRADE_SUMMARY_CHANGED": "on_grade",
    "COURSE_PASSING_STATUS_UPDATED": "on_passing_status",
    "CERTIFICATE_CREATED": "on_certificate",
    "CERTIFICATE_CHANGED": "on_certificate",
    "CERTIFICATE_REVOKED": "on_certificate",
}
"""The platform's public events, and who of ours hears each."""

MODELS = {
    "completion.models.BlockCompletion": "on_block_completion",
    "openedx.core.djangoapps.user_api.models.UserPreference": "on_preference",
}
"""The platform's models whose rows announce something when they are saved or deleted, and who of ours hears each."""

RETIREMENT = "openedx.core.djangoapps.user_api.accounts.signals"
"""Where the platform keeps the signals of the two steps of a retirement."""


class MandatoryAssignmentsConfig(AppConfig):
    """The plugin's app; `plugin_app` is what edx-django-utils reads."""

    name = "mandatory_assignments"
    verbose_name = _("Mandatory assignments")
    default_auto_field = "django.db.models.BigAutoField"

    plugin_app: dict[str, Any] = {
        "url_config": {LMS: {"namespace": "mandatory_assignments", "regex": "", "relative_path": "urls"}},
        "settings_config": {
            LMS: {"common": {"relative_path": "settings"}, "production": {"relative_path": "settings"}},
        },
        "signals_config": {
            LMS: {
                "relative_path": "handlers",
                "receivers": [
                    {
                        "receiver_func_name": receiver,
                        "signal_path": signal,
                        "sender_path": sender,
                        "dispatch_uid": f"mandatory_assignments.{receiver}.{signal}",
                    }
                    for sender, receiver in MODELS.items()
                    for signal in ("django.db.models.signals.post_save", "django.db.models.signals.post_delete")
                ]
                + [
                    {
                        "receiver_func_name": receiver,
                        "signal_path": f"openedx_events.learning.signals.{signal}",
                        "dispatch_uid": f"mandatory_assignments.{signal}",
                    }
                    for signal, receiver in EVENTS.items()
                ]
                + [
                    {
                        "receiver_func_name": "on_retirement",
                        "signal_path": f"{RETIREMENT}.{signal}",
                        "dispatch_uid": f"mandatory_assignments.{signal}",
                    }
                    for signal in ("USER_RETIRE_LMS_MISC", "USER_RETIRE_LMS_CRITICAL")
                ],
            }
        },
        "view_context_config": {LMS: {"course_dashboard": "mandatory_assignments.learner.section.course_dashboard"}},
    }

    def ready(self) -> None:
        """Registers the system checks."""
        from . import checks  # noqa: F401, PLC0415
