"""What all mails share."""

from django.apps import AppConfig


class AceCommonConfig(AppConfig):
    """The platform's `ace_common`."""

    name = "openedx.core.djangoapps.ace_common"
    label = "ace_common"
