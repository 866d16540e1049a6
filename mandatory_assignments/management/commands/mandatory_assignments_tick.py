"""Does everything that is due; to be run every few minutes where no Celery beat does it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ... import clock, periodic
from ...queries import operations


class Command(BaseCommand):
    help = (
        "Works off what is due: enrolments, completions that nothing announced, looks, next rounds, reminders, mails."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """--dry-run counts and writes nothing."""
        parser.add_argument("--dry-run", action="store_true", help="count what is due and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints one line of counts; exit status 1 when anything failed."""
        if options["dry_run"]:
            due = operations.work_due(clock.now())
            kinds = ("enrollments", "looks", "cycles", "reminders", "notices")
            self.stdout.write("due: " + " ".join(f"{kind}={due[kind]}" for kind in kinds))
            return
        counts = periodic.tick()
        names = ("enrolled", "refused", "found", "changed", "completed", "opened", "reminders", "mails", "failed")
        self.stdout.write("tick: " + " ".join(f"{name}={counts[name]}" for name in names))
        if counts["failed"]:
            raise CommandError("Some work failed and is tried again later; the log says what.")
