"""People, enrolments and roles."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StudentConfig(AppConfig):
    """The platform's `student`."""

    name = "common.djangoapps.student"

    def ready(self) -> None:
        from .signals import receivers  # noqa: F401  connects them

        post_migrate.connect(turn_on_completion_tracking, sender=self)


def turn_on_completion_tracking(**kwargs: object) -> None:
    """What an installation's init job does: the switch is on unless an operator has decided otherwise."""
    from waffle import get_waffle_switch_model

    get_waffle_switch_model().objects.get_or_create(
        name="completion.enable_completion_tracking", defaults={"active": True}
    )
