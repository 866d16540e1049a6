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
                        "receiver_func_name": "on_block_completion",
                        "signal_path": signal,
                        "sender_path": "completion.models.BlockCompletion",
                        "dispatch_uid": f"mandatory_assignments.{signal}",
                    }
                    for signal in ("django.db.models.signals.post_save", "django.db.models.signals.post_delete")
                ]
                + [
                    {
                        "receiver_func_name": receiver,
                        "signal_path": f"openedx_events.learning.signals.{signal}",
                        "dispatch_uid": f"mandatory_assignments.{signal}",
                    }
                    for signal, receiver in EVENTS.items()
                ],
            }
        },
        "view_context_config": {LMS: {"course_dashboard": "mandatory_assignments.learner.section.course_dashboard"}},
    }

    def ready(self) -> None:
        """Registers the system checks."""
        from . import checks  # noqa: F401, PLC0415
