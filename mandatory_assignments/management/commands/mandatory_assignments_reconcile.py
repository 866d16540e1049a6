"""Repairs what no event announced; to be run every night where no Celery beat does it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ... import periodic


class Command(BaseCommand):
    help = "Looks at everybody who has something open, whatever the events said, and takes over changed course names."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints one line of counts; exit status 1 when anything failed."""
        counts = periodic.reconcile()
        names = ("open", "renamed", "changed", "completed", "retired", "failed")
        self.stdout.write("reconcile: " + " ".join(f"{name}={counts[name]}" for name in names))
        if counts["failed"]:
            raise CommandError("Some work failed and is tried again later; the log says what.")
