"""Every catalogue is whole, compiled as it is written, and found by Django."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.utils import translation

CATALOGUES = sorted((Path(__file__).parents[2] / "mandatory_assignments" / "locale").glob("*/LC_MESSAGES/django.po"))


def entries(catalogue: Path) -> list[dict[str, str]]:
    """What each entry says, by keyword: msgid, msgid_plural, msgstr, msgstr[0], ..."""
    found = []
    for block in catalogue.read_text(encoding="utf-8").split("\n\n")[1:]:
        parts = re.findall(r'^(msg[a-z_]+(?:\[\d\])?) ((?:".*"\n?)+)', block, re.MULTILINE)
        found.append({keyword: "".join(map(ast.literal_eval, text.splitlines())) for keyword, text in parts})
    return found


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w+\}", text))


def told_of(entry: dict[str, str], keyword: str) -> list[set[str]]:
    """The placeholders that a translation may have: a singular may leave out the number, as the original may."""
    plural = placeholders(entry.get("msgid_plural", entry["msgid"]))
    return [plural, placeholders(entry["msgid"])] if keyword == "msgstr[0]" else [plural]


def language(catalogue: Path) -> str:
    return catalogue.parts[-3]


def test_there_is_a_catalogue():
    assert "de" in map(language, CATALOGUES)


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=language)
def test_every_text_is_translated_with_its_placeholders(catalogue):
    assert len(entries(catalogue)) > 50
    wrong = [
        entry["msgid"]
        for entry in entries(catalogue)
        for keyword, text in entry.items()
        if keyword.startswith("msgstr") and (not text or placeholders(text) not in told_of(entry, keyword))
    ]
    assert wrong == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=language)
def test_the_compiled_catalogue_is_the_one_that_is_written(catalogue):
    with catalogue.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    stale = []
    for entry in entries(catalogue):
        plural = entry.get("msgid_plural")
        told = compiled.ngettext(entry["msgid"], plural, 7) if plural else compiled.gettext(entry["msgid"])
        if told != entry["msgstr[1]" if plural else "msgstr"]:
            stale.append(entry["msgid"])
    assert stale == []


def test_django_finds_the_texts():
    with translation.override("de"):
        assert translation.gettext("All my assignments") == "Alle meine Aufgaben"


def test_no_text_waits_for_its_translator():
    assert [path.name for path in CATALOGUES if "#, fuzzy" in path.read_text(encoding="utf-8")] == []
