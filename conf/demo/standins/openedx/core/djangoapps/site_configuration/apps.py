"""Values that differ by site."""

from django.apps import AppConfig


class SiteConfigurationConfig(AppConfig):
    """The platform's `site_configuration`."""

    name = "openedx.core.djangoapps.site_configuration"
