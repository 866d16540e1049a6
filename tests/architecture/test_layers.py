"""The import contracts hold, and each of them fails on a small package that breaks it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = ROOT / "conf" / "importlinter.ini"
RUN = "from importlinter.cli import lint_imports_command as main; main()"
LAYERS = """
    admin apps checks courseware handlers learner management pipeline rest_api staff tasks course_tab xblock urls
    api periodic mailing bulk wording services verb wake records queries models host rules settings clock kept data
""".split()

BREACHES = {
    "a file without a layer": ("One way down", {"forgotten.py": ""}),
    "a look upwards": ("One way down", {"queries/__init__.py": "from mandatory_assignments import services"}),
    "a look upwards from a function": (
        "One way down",
        {"records/__init__.py": "def f():\n    import mandatory_assignments.api"},
    ),
    "one door through another": ("One way down", {"staff/__init__.py": "import mandatory_assignments.learner"}),
    "the platform past its one door": (
        "Only host.lms imports the platform",
        {"queries/__init__.py": "def f():\n    from lms.djangoapps import grades"},
    ),
    "the platform in another file of the host": (
        "Only host.lms imports the platform",
        {"host/people.py": "import common.djangoapps.student.models"},
    ),
    "Django in a decision": (
        "Decisions are free of Django",
        {"rules/standing.py": "from django.utils import timezone"},
    ),
    "Django behind a decision": (
        "Decisions are free of Django",
        {"rules/standing.py": "from mandatory_assignments import clock", "clock.py": "import django"},
    ),
    "a door to the tables": (
        "Doors reach verbs and reads only",
        {"staff/pages.py": "from mandatory_assignments.models import Cycle"},
    ),
    "a door to a decision": (
        "Doors reach verbs and reads only",
        {"rest_api/v1.py": "from mandatory_assignments.rules import standing"},
    ),
    "a door to a stroke": (
        "Doors reach verbs and reads only",
        {"tasks.py": "from mandatory_assignments import records"},
    ),
    "a door to the platform's facts": (
        "Doors reach verbs and reads only",
        {"pipeline.py": "from mandatory_assignments.host import lms"},
    ),
    "Celery in a verb": (
        "Only tasks and the waker know Celery",
        {"services/assign.py": "from celery import shared_task"},
    ),
    "a verb that calls another": (
        "Verbs do not call each other",
        {"services/assign.py": "from mandatory_assignments.services import track", "services/track.py": ""},
    ),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN, "--no-cache", "--config", str(CONTRACTS)],
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def small_package(folder: Path, changes: dict[str, str]) -> None:
    """A package with one empty module per layer, and some files changed."""
    files = {"__init__.py": "", "services/assign.py": "", "host/lms.py": "import lms.djangoapps.grades"}
    for layer in LAYERS:
        folders = "models host rules records queries services rest_api staff learner courseware management".split()
        files[f"{layer}/__init__.py" if layer in folders else f"{layer}.py"] = ""
    for name, source in {**files, **changes}.items():
        path = folder / "mandatory_assignments" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")


def test_the_contracts_hold():
    answer = lint_imports(ROOT)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_contracts_hold_for_a_package_of_empty_modules(tmp_path):
    small_package(tmp_path, {})
    answer = lint_imports(tmp_path)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize(("contract", "changes"), BREACHES.values(), ids=BREACHES)
def test_a_contract_catches(contract, changes, tmp_path):
    small_package(tmp_path, changes)
    answer = lint_imports(tmp_path)
    assert contract in re.findall(r"^(.+) BROKEN", answer.stdout, re.MULTILINE)
