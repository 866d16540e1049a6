"""The main job told as a timeline, on a throw-away campus and without a browser: `make tour`.

Every line is checked; the exit status is 1 when anything is not as told.
"""

import logging
import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Tells the story; how many of its lines were not as told, at most 1."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="demo.settings",
            DEMO_VAR=folder,
            DATABASE_URL=f"sqlite:///{folder}/tour.sqlite3",
            BROKER_URL="memory://",
        )
        sys.path[:0] = [str(HERE.parent), str(HERE / "standins"), str(HERE.parent.parent)]
        import django

        django.setup()
        logging.disable(logging.WARNING)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from demo.story import Story

        return Story().tell()


if __name__ == "__main__":
    sys.exit(main())
