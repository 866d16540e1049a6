"""How the LMS loads the plugin: settings, URLs, receivers, view contexts. Plain data, read before Django is set up."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

LMS = "lms.djangoapp"


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
                        "receiver_func_name": "on_enrollment",
                        "signal_path": f"openedx_events.learning.signals.{signal}",
                        "dispatch_uid": f"mandatory_assignments.{signal}",
                    }
                    for signal in (
                        "COURSE_ENROLLMENT_CREATED",
                        "COURSE_ENROLLMENT_CHANGED",
                        "COURSE_UNENROLLMENT_COMPLETED",
                    )
                ],
            }
        },
        "view_context_config": {LMS: {"course_dashboard": "mandatory_assignments.learner.section.course_dashboard"}},
    }

    def ready(self) -> None:
        """Registers the system checks."""
        from . import checks  # noqa: F401, PLC0415
