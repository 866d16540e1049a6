"""Static files with hashed names, as in production; collects them by itself when they are missing or old."""

import fcntl
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import call_command

OURS = ("campus", "mandatory_assignments")


class CollectingStorage(ManifestStaticFilesStorage):
    """The manifest storage, strict as production's: a file that was not collected raises ValueError."""

    _collecting = False

    def load_manifest(self) -> tuple[dict[str, Any], str]:
        """The manifest, collected first where it is missing or older than a static file of this project."""
        manifest = Path(settings.STATIC_ROOT) / self.manifest_name
        if not CollectingStorage._collecting and stale(manifest):
            manifest.parent.mkdir(parents=True, exist_ok=True)
            with (manifest.parent.with_suffix(".lock")).open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if stale(manifest):
                    self._collect()
        return super().load_manifest()

    @staticmethod
    def _collect() -> None:
        CollectingStorage._collecting = True
        try:
            call_command("collectstatic", interactive=False, verbosity=0)
        finally:
            CollectingStorage._collecting = False


def stale(manifest: Path) -> bool:
    """Whether a static file of the campus or the plugin is newer than what was collected."""
    if not manifest.exists():
        return True
    collected = manifest.stat().st_mtime
    folders = [Path(config.path) / "static" for config in apps.get_app_configs() if config.label in OURS]
    return any(file.stat().st_mtime > collected for folder in folders for file in folder.rglob("*") if file.is_file())
