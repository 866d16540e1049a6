import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from mandatory_assignments import __version__  # noqa: E402

project = "Mandatory assignments for Open edX"
author = "The contributors"
release = __version__
extensions = []
exclude_patterns = ["_build"]
html_theme = "alabaster"
html_theme_options = {"description": "Mandatory assignments with binding due dates", "page_width": "72rem"}
