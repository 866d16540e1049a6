"""Derives progress, completions and cycles anew from what people did, or only tells where they differ."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ... import periodic


class Command(BaseCommand):
    help = "Derives progress and completions anew from people's evidence; completions and revocations always stay."

    def add_arguments(self, parser: CommandParser) -> None:
        """--check compares and writes nothing."""
        parser.add_argument("--check", action="store_true", help="tell every difference and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints one line of counts, before it each difference; exit status 1 when there is any or something failed."""
        if options["check"]:
            counts = periodic.compare_progress(self.stdout.write)
            names = ["keys", "differences", "unsupported", "left_closed", "unreadable", "failed"]
        else:
            counts = periodic.rebuild_progress()
            names = ["keys", "changed", "completed", "failed"]
        word = "check" if options["check"] else "rebuild"
        self.stdout.write(f"{word}: " + " ".join(f"{name}={counts[name]}" for name in names))
        if counts["failed"]:
            raise CommandError("Some of it failed; the log says what.")
        if counts["differences"]:
            raise CommandError("What is stored is not what the evidence says; run it without --check.")
