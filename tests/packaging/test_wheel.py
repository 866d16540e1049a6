"""What the wheel holds, and that it works where neither this checkout nor the miniature LMS is."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "mandatory_assignments"


@pytest.fixture(scope="session")
def names(wheel):
    return set(zipfile.ZipFile(wheel).namelist())


def files_of(folder: str) -> set[str]:
    found = (path for path in (PACKAGE / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in found}


@pytest.mark.parametrize("folder", ["templates", "static", "locale", "migrations"])
def test_the_wheel_holds_every_file_of(folder, names):
    files = files_of(folder)
    assert files
    assert files - names == set()


def test_the_wheel_says_that_it_is_typed(names):
    assert "mandatory_assignments/py.typed" in names


def test_the_wheel_holds_compiled_translations(names):
    assert any(name.endswith("LC_MESSAGES/django.mo") for name in names)


def test_the_wheel_holds_every_module(names):
    modules = {path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*.py")}
    assert modules - names == set()


def test_the_wheel_holds_nothing_but_the_plugin(names):
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"mandatory_assignments"}


def test_the_wheel_names_floors_and_no_ceilings(wheel, names):
    (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
    text = zipfile.ZipFile(wheel).read(metadata).decode()
    needed = [
        line.split(": ")[1] for line in text.splitlines() if line.startswith("Requires-Dist") and "extra" not in line
    ]
    assert needed
    assert [line for line in needed if "<" in line or "==" in line or "~=" in line] == []


def test_the_plugin_comes_from_the_wheel_and_the_checkout_is_out_of_reach(bare_site):
    told = bare_site("-c", "import mandatory_assignments as m, sys; print(m.__file__); print(*sys.path, sep='\\n')")
    assert str(ROOT / "mandatory_assignments") not in told
    assert str(ROOT) not in told.splitlines()


def test_the_entry_point_is_found_as_the_lms_finds_it(bare_site):
    apps = bare_site("-c", "from edx_django_utils.plugins import get_plugin_apps as g; print(*g('lms.djangoapp'))")
    assert apps.split().count("mandatory_assignments.apps.MandatoryAssignmentsConfig") == 1


def test_the_block_is_found_as_the_platform_finds_it_before_any_app_is_there(bare_site):
    told = bare_site(
        "-c", "from xblock.core import XBlock; print(XBlock.load_class('mandatory_assignments').__module__)"
    )
    assert told.split() == ["mandatory_assignments.xblock"]


def test_settings_are_added_once_although_the_lms_asks_twice(bare_site):
    told = bare_site(
        "-c",
        "import json; from django.conf import settings as s;"
        "print(json.dumps([s.MAKO_TEMPLATE_DIRS_BASE, s.OPEN_EDX_FILTERS_CONFIG, sorted(s.CELERYBEAT_SCHEDULE)]))",
    )
    folders, filters, periodic = json.loads(told)
    steps = [step for entry in filters.values() for step in entry["pipeline"]]
    assert len(folders) == 1
    assert steps
    assert len(steps) == len(set(steps))
    assert periodic == ["mandatory_assignments.reconcile", "mandatory_assignments.tick"]


def test_static_files_are_collected_without_a_database(bare_site):
    bare_site("-m", "django", "collectstatic", "--noinput", DATABASE="dummy")
    own = [Path(name).relative_to("mandatory_assignments/static").as_posix() for name in files_of("static")]
    urls = bare_site(
        "-c",
        "import django, sys; django.setup();"
        "from django.templatetags.static import static; print(*[static(name) for name in sys.argv[1:]], sep='\\n')",
        *own,
    )
    assert own
    assert len(urls.split()) == len(own)


def test_the_tables_are_made_and_the_migrations_are_whole(bare_site):
    bare_site("-m", "django", "migrate", DATABASE="sqlite3")
    bare_site("-m", "django", "makemigrations", "--check", "--dry-run", "mandatory_assignments", DATABASE="sqlite3")
    tables = bare_site("-m", "django", "inspectdb", DATABASE="sqlite3")
    assert "mandatory_assignments_assignment" in tables


def test_no_address_of_ours_can_shadow_one_of_the_platform(bare_site):
    told = bare_site("-m", "bare_site.addresses").split()
    assert told
    prefixes = ("mandatory-assignments/", "api/mandatory-assignments/v1/")
    assert [address for address in told if not address.lstrip("^").startswith(prefixes)] == []


def test_every_signal_receiver_and_sender_that_is_declared_exists(bare_site):
    assert "on_block_completion" in bare_site("-m", "bare_site.receivers").split()


def test_without_the_platform_the_checks_name_what_is_missing_and_nothing_breaks(bare_site):
    told = bare_site(
        "-c",
        "import django; django.setup(); from django.core.checks import run_checks;"
        "print(*{message.id for message in run_checks()})",
    )
    assert told.split() == ["mandatory_assignments.W001"]
