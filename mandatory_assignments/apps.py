"""How the LMS loads the plugin: settings, URLs, receivers, view contexts. Plain data, read before Django is set up."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MandatoryAssignmentsConfig(AppConfig):
    """The plugin's app; `plugin_app` is what edx-django-utils reads."""

    name = "mandatory_assignments"
    verbose_name = _("Mandatory assignments")
    default_auto_field = "django.db.models.BigAutoField"
    plugin_app: dict[str, Any] = {}
