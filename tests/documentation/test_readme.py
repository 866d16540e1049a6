"""The README tells what is so: every setting with its default and meaning, every make target, every picture."""

from __future__ import annotations

import re
import tokenize
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import get_commands
from django.urls import resolve

from mandatory_assignments.rest_api.v1 import urls as rest_urls
from mandatory_assignments.settings import DEFAULTS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.rst").read_text(encoding="utf-8")
DOCS = [README, *(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").rglob("*.rst")))]
SETTINGS = ROOT / "mandatory_assignments" / "settings.py"


def meanings() -> dict[str, str]:
    """Each setting's meaning: the comment lines right above it in settings.py."""
    found, comment = {}, []
    with SETTINGS.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                comment.append(token.string.removeprefix("#").strip())
            elif (name := token.string.strip('"')) in DEFAULTS and comment:
                found[name], comment = " ".join(comment), []
    return found


def listed() -> str:
    """What the README must hold: one setting after the other, with its default and meaning."""
    told = meanings()
    return "\n".join(f"``{name} = {default!r}``\n   {told[name]}\n" for name, default in DEFAULTS.items())


def test_every_setting_has_a_line_of_meaning():
    assert set(meanings()) == set(DEFAULTS)


def test_the_settings_are_those_in_the_code():
    found = README.split(".. settings-begin")[1].split(".. settings-end")[0]
    assert found.strip() == listed().strip(), f"The README should have this:\n\n{listed()}"


@pytest.mark.parametrize("text", DOCS, ids=lambda text: text.strip().splitlines()[0] if text.strip() else "empty")
def test_every_make_target_that_is_named_exists(text):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)``", text)) <= targets


@pytest.mark.parametrize("text", DOCS, ids=lambda text: text.strip().splitlines()[0] if text.strip() else "empty")
def test_every_command_that_is_named_exists(text):
    assert set(re.findall(r"manage\.py lms (mandatory_assignments_\w+)", text)) <= set(get_commands())


def test_every_picture_is_there():
    assert [name for name in re.findall(r"image:: (\S+)", README) if not (ROOT / name).exists()] == []


def test_every_check_is_documented():
    source = (ROOT / "mandatory_assignments" / "checks.py").read_text(encoding="utf-8")
    told = (ROOT / "docs" / "reference" / "commands.rst").read_text(encoding="utf-8")
    codes = set(re.findall(r"mandatory_assignments\.[WE]\d{3}", source))
    assert codes
    assert codes == set(re.findall(r"mandatory_assignments\.[WE]\d{3}", told))


def test_every_address_of_the_api_that_is_documented_exists():
    told = (ROOT / "docs" / "reference" / "rest.rst").read_text(encoding="utf-8")
    calls = set(re.findall(r"``(?:GET|POST|PATCH) ([^`]+/)``", told))
    assert len(calls) >= 4
    for call in calls:
        match = resolve(f"/api/mandatory-assignments/v1/{call.replace('{id}', str(uuid4()))}")
        assert match.url_name, call


def test_every_part_of_an_address_of_the_api_is_documented():
    told = (ROOT / "docs" / "reference" / "rest.rst").read_text(encoding="utf-8")
    addresses = [re.sub(r"<[^>]*>|\(\?P<.*?\)", "", str(each.pattern)) for each in rest_urls.urlpatterns]
    parts = {part for address in addresses for part in re.findall(r"[a-z][a-z-]+", address)}
    assert {"assignments", "directory-syncs", "undo"} <= parts
    assert {part for part in parts if not re.search(rf"[/` .]{part}[/`.]", told)} == set()
