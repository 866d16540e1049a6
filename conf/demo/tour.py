"""The main job told as a timeline, on a throw-away campus and without a browser: `make tour`.

Every line is checked; the exit status is 1 when anything is not as told.
"""

import logging
import os
import sys
import tempfile
import warnings
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
        # Channels of edx-ace that nobody installed, and a folder that only the demo fills, are no part of the story.
        logging.getLogger("stevedore.extension").setLevel(logging.CRITICAL)
        warnings.filterwarnings("ignore", "No directory at")
        _make_tables()
        from demo.story import Story

        return Story().tell()


def _make_tables() -> None:
    """All tables at once: a campus that is thrown away needs no migrations, which take longer than the story."""
    from django.apps import apps
    from django.core.management import call_command
    from django.test import override_settings

    with override_settings(MIGRATION_MODULES={app.label: None for app in apps.get_app_configs()}):
        call_command("migrate", run_syncdb=True, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
