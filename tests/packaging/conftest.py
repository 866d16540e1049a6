"""The distribution as a site gets it: built from a copy of the tree, installed bare into an environment of its own.

The environment sees the libraries of the running one, but neither this checkout nor its editable installation.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = Path(__file__).parent / "bare_site"
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "var", "_build", "node_modules")

Run = Callable[..., str]


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """What the command printed; fails the test with both streams when it does not end well."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "DJANGO", "COV"))}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution, which is built from a copy of the tree."""
    source = tmp_path_factory.mktemp("source") / "tree"
    shutil.copytree(ROOT, source, ignore=LEFT_OUT)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", source / "dist", source, cwd=source)
    (built,) = (source / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="session")
def bare_site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs Python in a fresh environment that holds the wheel, inside a small Django project that loads plugins."""
    folder = tmp_path_factory.mktemp("bare")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    Path(packages, "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    shutil.copytree(PROJECT, folder / "bare_site")

    def run_python(*arguments: str, **environment: str) -> str:
        return run(python, *arguments, cwd=folder, DJANGO_SETTINGS_MODULE="bare_site.settings", **environment)

    return run_python
