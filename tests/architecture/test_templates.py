"""What our pages may bring along: one small stylesheet, scripts of the site, nothing that a policy would refuse."""

import re
from pathlib import Path

import pytest

from mandatory_assignments import settings

ROOT = Path(settings.__file__).parent
STYLES = ROOT / "static" / "mandatory_assignments" / "assignments.css"
MAILS = ROOT / "templates" / "mandatory_assignments" / "edx_ace"
PAGES = sorted(path for path in (ROOT / "templates").rglob("*.html") if MAILS not in path.parents)

INLINE = {
    "a style": r"<style|\sstyle=",
    "a script": r"<script(?![^>]*\ssrc=)|javascript:",
    "a handler": r"\son[a-z]+=|\shx-on",
    "an address elsewhere": r"""(?:src|href)=["']?(?:https?:)?//""",
}


@pytest.mark.parametrize("what", INLINE)
def test_no_page_holds(what):
    found = [page.name for page in PAGES if re.search(INLINE[what], page.read_text(encoding="utf-8"))]
    assert found == []


def test_a_page_that_held_them_would_be_found():
    breaches = ('<p style="x">', "<script>x()</script>", '<a onclick="x()">', '<script src="//elsewhere/x.js">')
    assert all(re.search(pattern, breach) for pattern, breach in zip(INLINE.values(), breaches, strict=True))


def test_the_stylesheet_is_small():
    assert STYLES.stat().st_size < 30 * 1024


def test_every_colour_that_is_used_is_defined():
    styles = STYLES.read_text(encoding="utf-8")
    assert set(re.findall(r"var\((--ma-[a-z-]+)", styles)) <= set(
        re.findall(r"^\s*(--ma-[a-z-]+):", styles, re.MULTILINE)
    )


def test_nothing_is_laid_out_by_left_and_right():
    sides = r"(?:margin|padding|border)-(?:left|right)|(?:text-align|float):\s*(?:left|right)|[{;]\s*(?:left|right):"
    assert re.findall(sides, STYLES.read_text(encoding="utf-8")) == []
