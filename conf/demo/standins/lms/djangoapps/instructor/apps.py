"""The instructor dashboards, old and new."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class InstructorConfig(AppConfig):
    """The platform's `instructor`."""

    name = "lms.djangoapps.instructor"

    def ready(self) -> None:
        from . import permissions  # noqa: F401  registers them

        # This app has no models, hence no signal of its own.
        post_migrate.connect(show_the_old_dashboard_too, sender=apps.get_app_config("waffle"))


def show_the_old_dashboard_too(**kwargs: object) -> None:
    """The old page is off on a new LMS; here both can be looked at unless an operator has decided otherwise."""
    from waffle import get_waffle_flag_model

    get_waffle_flag_model().objects.get_or_create(
        name="instructor.legacy_instructor_dashboard", defaults={"everyone": True}
    )
