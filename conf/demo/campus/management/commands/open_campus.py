"""What the launcher runs first: the database in shape, the static files collected, the campus loaded once."""

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand

from demo.campus.history import History
from demo.campus.population import populate


class Command(BaseCommand):
    """Migrate, collect static files, and load people and courses unless they are there."""

    help = __doc__

    def handle(self, *args: object, **options: object) -> None:
        """Safe to run again: what exists is kept."""
        call_command("migrate", interactive=False, verbosity=0)
        staticfiles_storage.hashed_files  # noqa: B018  the first look collects, while nobody else does
        if not populate():
            self.stdout.write("The campus is as it was left.")
            return
        History().tell()
        self.stdout.write("The campus was loaded.")
