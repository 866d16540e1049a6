"""Run Django's management commands in the miniature LMS."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Put the project and the stand-ins on the path, then hand over to Django."""
    sys.path[:0] = [str(HERE.parent), str(HERE / "standins"), str(HERE.parents[1])]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demo.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
