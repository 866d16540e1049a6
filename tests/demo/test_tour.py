"""The tour tells its whole story, and every line of it is as told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TOUR = Path(__file__).parents[2] / "conf" / "demo" / "tour.py"
OURS = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "BROKER_URL", "DEMO_VAR")


def test_everything_is_as_told_and_nothing_complains() -> None:
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    told = subprocess.run([sys.executable, TOUR], env=environment, capture_output=True, text=True, timeout=300)

    assert told.returncode == 0, told.stdout + told.stderr
    assert "Everything is as told." in told.stdout
    assert "00:00 in Berlin, to thomas: Noch 14 Tage" in told.stdout
    assert "both rounds are kept" in told.stdout
    assert told.stderr == ""
