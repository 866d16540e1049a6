"""Connects the receivers that plugins declare, in every process that loads the settings."""

from django.apps import AppConfig
from edx_django_utils.plugins import connect_plugin_receivers

from .constants import ProjectType


class PluginsConfig(AppConfig):
    """The last thing to be ready before plugins take part."""

    name = "openedx.core.djangoapps.plugins"

    def ready(self) -> None:
        connect_plugin_receivers(ProjectType.LMS)
