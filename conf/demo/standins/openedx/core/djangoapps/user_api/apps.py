"""Preferences and accounts."""

from django.apps import AppConfig


class UserApiConfig(AppConfig):
    """The platform's `user_api`."""

    name = "openedx.core.djangoapps.user_api"
