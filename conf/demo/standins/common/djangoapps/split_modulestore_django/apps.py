"""Where the content of courses lies."""

from django.apps import AppConfig


class SplitModulestoreConfig(AppConfig):
    """The app that holds course content; one table instead of the platform's document store."""

    name = "common.djangoapps.split_modulestore_django"

    def ready(self) -> None:
        from xmodule.block_types import register

        register()
