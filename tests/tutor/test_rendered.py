"""What Tutor renders with our plugin: every file is whole, holds what it must, and nothing of it without the plugin."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from mandatory_assignments.settings import DEFAULTS

from .installing import ROOT, init_tasks, site

SETTINGS = '{"LATE_POLICY": "freeze", "TRACK_ALL_COURSES": true, "SELF_TICK_BLOCK_TYPES": ["done", "x"]}'


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("tutor")


def ours(env: Path) -> set[str]:
    """The rendered files in which we are named."""
    files = (path for path in env.rglob("*") if path.is_file() and path.suffix not in (".png", ".ico", ".woff2"))
    named = re.compile(r"mandatory[-_]assignments", re.IGNORECASE)
    return {str(path.relative_to(env)) for path in files if named.search(path.read_text(errors="ignore"))}


def test_everything_is_there_and_whole_with_the_plugin_and_nothing_without(folder):
    env = site(folder, MANDATORY_ASSIGNMENTS_SETTINGS=SETTINGS)
    mfe = "plugins/mfe/build/mfe"
    assert ours(env) == {
        "apps/openedx/settings/lms/development.py",
        "apps/openedx/settings/lms/production.py",
        "build/openedx/Dockerfile",
        "k8s/jobs.yml",
        "local/docker-compose.prod.yml",
        f"{mfe}/env.config.jsx",
        f"{mfe}/site/src/customApp.tsx",
    }
    assert "install 'openedx-mandatory-assignments'" in (env / "build/openedx/Dockerfile").read_text()

    found: dict[str, object] = {}
    for name in ("production", "development"):
        source = (env / f"apps/openedx/settings/lms/{name}.py").read_text()
        compile(source, name, "exec")
        lines = re.findall(r"^MANDATORY_ASSIGNMENTS_.+$", source, re.MULTILINE)
        exec("\n".join(lines), found)
        assert len(lines) == 3
    assert found["MANDATORY_ASSIGNMENTS_SELF_TICK_BLOCK_TYPES"] == ["done", "x"]
    assert found["MANDATORY_ASSIGNMENTS_TRACK_ALL_COURSES"] is True
    assert {name for name in found if name != "__builtins__"} <= set(DEFAULTS)

    services = yaml.safe_load((env / "local/docker-compose.prod.yml").read_text())["services"]
    lms = yaml.safe_load((env / "local/docker-compose.yml").read_text())["services"]["lms"]
    scheduler = services["mandatory-assignments-scheduler"]
    assert [scheduler[name] for name in ("image", "restart")] == [lms[name] for name in ("image", "restart")]
    mounted = [{tuple(volume.split(":")[:2]) for volume in each["volumes"]} for each in (scheduler, lms)]
    assert mounted[0] <= mounted[1]
    assert scheduler["environment"].items() <= lms["environment"].items()
    assert re.findall(r"manage\.py lms (\w+ [&|]+)", scheduler["command"][-1]) == [
        "mandatory_assignments_reconcile &",  # no tick waits for it
        "mandatory_assignments_tick ||",
    ]
    assert subprocess.run(["sh", "-n", "-c", scheduler["command"][-1].replace("$$", "$")]).returncode == 0
    assert not re.search(r"(?<!\$)\$(?!\$)", scheduler["command"][-1]), (
        "Compose would take it for a variable of its own"
    )

    jobs = {each["metadata"]["name"]: each for each in yaml.safe_load_all((env / "k8s/jobs.yml").read_text()) if each}
    for name, schedule in (("tick", r"\*/5 \* \* \* \*"), ("reconcile", r"\d+ 2 \* \* \*")):
        job = jobs[f"mandatory-assignments-{name}"]
        assert (job["kind"], job["spec"]["concurrencyPolicy"]) == ("CronJob", "Forbid")
        assert re.fullmatch(schedule, job["spec"]["schedule"])
        (container,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
        assert container["command"][-1] == f"mandatory_assignments_{name}"
        command = ROOT / f"mandatory_assignments/management/commands/{container['command'][-1]}.py"
        assert command.exists()

    config = (env / mfe / "env.config.jsx").read_text()
    learning = config.split("APP_ID == 'learning'")[1].split("APP_ID ==")[0]
    assert re.findall(r"addPlugins\(config, '([\w.]+)'", learning) == [
        "org.openedx.frontend.learning.sequence_container.v1",
        "org.openedx.frontend.learning.course_outline_sidebar_unit.v1",
        "org.openedx.frontend.learning.unit_title.v1",
        "org.openedx.frontend.learning.course_outline_tab_notifications.v1",
        "org.openedx.frontend.layout.header_learning_help.v1",
    ]
    dashboard = config.split("APP_ID == 'learner-dashboard'")[1].split("APP_ID ==")[0]
    assert re.findall(r"addPlugins\(config, '([\w.]+)'", dashboard) == [
        "org.openedx.frontend.learner_dashboard.widget_sidebar.v1"
    ]
    assert "keepDefault: true" in config
    assert not re.search(r"keepDefault: false|PLUGIN_OPERATIONS\.(Hide|Modify)", config)
    # Another plugin's "import React" must not meet ours, and whatever breaks shows nothing.
    assert not re.search(r"^import React\b", config, re.MULTILINE)
    assert config.count("errorFallbackComponent: () => null") == config.count("RenderWidget: Ma") == 8
    everywhere = config.split("if (process.env.APP_ID")[0]
    assert re.findall(r"addPlugins\(config, '([\w.]+)'", everywhere) == [
        "org.openedx.frontend.layout.header_desktop_secondary_menu.v1",
        "org.openedx.frontend.layout.header_mobile_main_menu.v1",
    ]
    app = (env / mfe / "site/src/customApp.tsx").read_text()
    assert re.findall(r"slotId: '([\w.]+)'", app) == [
        "org.openedx.frontend.slot.learnerDashboard.widgetSidebar.v1",
        "org.openedx.frontend.slot.header.secondaryLinks.v1",
        "org.openedx.frontend.slot.header.mobileMenuLinks.v1",
    ]
    assert init_tasks(folder) == [["lms", "./manage.py lms migrate mandatory_assignments"]]
    assert ours(site(folder, enabled=False)) == set()


def test_who_brings_a_scheduler_and_a_checkout_gets_neither_from_the_plugin(folder):
    wanted = {"MANDATORY_ASSIGNMENTS_SCHEDULER": "false", "MANDATORY_ASSIGNMENTS_REQUIREMENT": "''"}
    (folder / "own").mkdir()
    env = site(folder / "own", **wanted)
    assert {name for name in ours(env) if not name.startswith("plugins/")} == set()


def test_a_mounted_checkout_is_in_the_image_and_in_every_container(folder):
    (folder / "mounted").mkdir()
    checkout = folder / "mounted" / "mandatory-assignments"
    checkout.mkdir()
    env = site(folder / "mounted", MOUNTS=f'["{checkout}"]')
    image = (env / "build/openedx/Dockerfile").read_text()
    assert re.search(r"^COPY .*--from=mnt-mandatory-assignments / ", image, re.MULTILINE)
    lms = yaml.safe_load((env / "local/docker-compose.yml").read_text())["services"]["lms"]
    scheduler = yaml.safe_load((env / "local/docker-compose.prod.yml").read_text())["services"][
        "mandatory-assignments-scheduler"
    ]
    for each in (lms, scheduler):
        assert [volume for volume in each["volumes"] if volume.startswith(f"{checkout}:")]
