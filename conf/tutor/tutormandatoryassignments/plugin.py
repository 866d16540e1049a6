"""What Tutor has to know of mandatory_assignments: image, settings, scheduler, and slots of the front ends.

Everything that Tutor renders is a file in patches/.
"""

from pathlib import Path
from random import randint

from tutor import hooks

from .__about__ import __version__
from .slots import FPF_SLOTS, SITE_SLOTS

PATCHES = Path(__file__).parent / "patches"

hooks.Filters.CONFIG_DEFAULTS.add_items(
    [
        ("MANDATORY_ASSIGNMENTS_VERSION", __version__),
        # What the image installs, as pip takes it; empty when a checkout is mounted instead.
        ("MANDATORY_ASSIGNMENTS_REQUIREMENT", "openedx-mandatory-assignments"),
        # The plugin's own settings without their prefix: {"LATE_POLICY": "freeze"}.
        ("MANDATORY_ASSIGNMENTS_SETTINGS", {}),
        # Whether this plugin brings the scheduler; false where cron or a beat runs the two commands.
        ("MANDATORY_ASSIGNMENTS_SCHEDULER", True),
        ("MANDATORY_ASSIGNMENTS_TICK_MINUTES", 5),
        ("MANDATORY_ASSIGNMENTS_RECONCILE_HOUR", 2),
    ]
)

# Drawn once for each site, so that not every site of a cluster works in the same minute of the night.
hooks.Filters.CONFIG_UNIQUE.add_items([("MANDATORY_ASSIGNMENTS_RECONCILE_MINUTE", randint(5, 55))])

# For a site that runs already: `tutor local do init --limit=mandatory-assignments` makes the tables, and nothing else.
hooks.Filters.CLI_DO_INIT_TASKS.add_item(("lms", "./manage.py lms migrate mandatory_assignments"))

# `tutor mounts add /path/to/mandatory-assignments` puts a local checkout into the image and the containers.
hooks.Filters.MOUNTED_DIRECTORIES.add_item(("openedx", r"(openedx-)?mandatory[-_]assignments.*"))

for _patch in sorted(PATCHES.iterdir()):
    hooks.Filters.ENV_PATCHES.add_item((_patch.name, _patch.read_text(encoding="utf-8")))

try:
    from tutormfe.hooks import PLUGIN_SLOTS
except ImportError:  # a site without front ends of their own
    pass
else:
    PLUGIN_SLOTS.add_items(FPF_SLOTS)

try:
    from tutormfe.hooks import FRONTEND_SLOTS
except ImportError:  # before Verawood
    pass
else:
    FRONTEND_SLOTS.add_items(SITE_SLOTS)
