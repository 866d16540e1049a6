"""How Sphinx builds the documentation; the Python reference is read from the code, inside the miniature LMS."""

import os
import sys
import tempfile
from pathlib import Path

import django

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "conf"), str(ROOT / "conf" / "demo" / "standins")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demo.settings")
os.environ.setdefault("DEMO_VAR", tempfile.mkdtemp(prefix="docs"))
django.setup()

from mandatory_assignments import __version__  # noqa: E402

project = "Mandatory assignments for Open edX"
author = "The contributors"
release = __version__
extensions = ["sphinx.ext.autodoc"]
autodoc_typehints = "none"
exclude_patterns = ["_build"]
html_theme = "alabaster"
html_theme_options = {"description": "Mandatory assignments with binding due dates", "page_width": "64rem"}
