"""What others wrote and we only use: Tutor from PyPI, the front ends' libraries from npm. Kept between runs.

Both lie outside the checkout, so that nothing here collects or measures them; several runs at once wait for each other.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CELLAR = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mandatory-assignments-tests"
TUTOR = ["tutor>=22,<23", "tutor-mfe>=22,<23", "setuptools>=77"]
NPM = {
    "@edx/frontend-platform": "8.7.1",
    "@openedx/frontend-plugin-framework": "1.8.0",
    "@openedx/paragon": "23.23.0",
    "esbuild": "0.25.0",
    "react": "18.3.1",
    "react-dom": "18.3.1",
}
PATIENCE = 600


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """What the command printed; the test fails with both streams when it does not end well."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def kept(name: str, wanted: object, make: Callable[[Path], None]) -> Path:
    """The folder with what was wanted, made now if it is not there."""
    folder = CELLAR / f"{name}-{hashlib.sha256(repr(wanted).encode()).hexdigest()[:12]}"
    CELLAR.mkdir(parents=True, exist_ok=True)
    with (CELLAR / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".whole").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            (folder / ".whole").touch()
    return folder


def tutor() -> Path:
    """The folder of an environment with Tutor and its front ends."""

    def make(folder: Path) -> None:
        run(sys.executable, "-m", "venv", folder, cwd=folder)
        try:
            run(folder / "bin" / "pip", "install", "--quiet", *TUTOR, cwd=folder)
        except AssertionError as error:
            pytest.skip(f"missing: Tutor from PyPI ({str(error).splitlines()[-1][:100]})")

    return kept("tutor", (TUTOR, sys.version_info[:2]), make)


def front_end_libraries() -> Path:
    """The folder with node_modules."""
    if not (shutil.which("npm") and shutil.which("node")):
        pytest.skip("missing: npm (the front ends' own libraries)")

    def make(folder: Path) -> None:
        run("npm", "init", "--yes", cwd=folder)
        wanted = [f"{name}@{version}" for name, version in NPM.items()]
        try:
            run("npm", "install", "--no-audit", "--no-fund", "--loglevel=error", *wanted, cwd=folder)
        except AssertionError as error:
            pytest.skip(f"missing: the npm registry ({str(error).splitlines()[-1][:100]})")

    return kept("npm", NPM, make)


def init_tasks(folder: Path) -> list[list[str]]:
    """What `tutor local do init` runs for our plugin, service and command, in a folder in which `site` was called."""
    asked = """if True:
        import json
        from tutor import hooks, plugins
        hooks.Actions.CORE_READY.do()
        plugins.load("mandatory-assignments")
        context = hooks.Contexts.app("mandatory-assignments").name
        print(json.dumps(list(hooks.Filters.CLI_DO_INIT_TASKS.iterate_from_context(context))))
    """
    root = {"TUTOR_ROOT": str(folder / "with"), "TUTOR_PLUGINS_ROOT": str(folder / "with" / "plugins")}
    told = run(tutor() / "bin" / "python", "-c", asked, cwd=folder, PYTHONPATH=str(folder / "packages"), **root)
    return json.loads(told)


def site(folder: Path, *, enabled: bool = True, **settings: str) -> Path:
    """What Tutor renders for a site of its own, with our plugin installed there and enabled or not."""
    venv, root = tutor(), folder / ("with" if enabled else "without")
    source, packages = folder / "source", folder / "packages"
    if not packages.exists():
        shutil.copytree(ROOT / "conf" / "tutor", source)
        install = ("install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--target", packages)
        run(venv / "bin" / "pip", *install, source, cwd=folder)
    root.mkdir()
    environment = {"TUTOR_ROOT": str(root), "TUTOR_PLUGINS_ROOT": str(root / "plugins"), "PYTHONPATH": str(packages)}
    run(venv / "bin" / "tutor", "plugins", "enable", "mfe", "mandatory-assignments", cwd=folder, **environment)
    if not enabled:
        run(venv / "bin" / "tutor", "plugins", "disable", "mandatory-assignments", cwd=folder, **environment)
    asked = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
    run(venv / "bin" / "tutor", "config", "save", *asked, cwd=folder, **environment)
    return root / "env"
