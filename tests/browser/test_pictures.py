"""The pictures in the README. MANDATORY_TEST_PICTURES=docs/images makes them anew; else they go to test-artifacts/."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from demo.campus import clock
from demo.campus.syllabus import DATA, MACHINES, SAFETY

from .campus import ARTIFACTS, Visitor
from .staff import LIST, assigned

pytestmark = pytest.mark.browser

FOLDER = Path(os.environ.get("MANDATORY_TEST_PICTURES") or ARTIFACTS)
WIDE, FLAT = (1160, 760), (1160, 620)
MOST_BYTES = 150_000


def take(visitor: Visitor, name: str) -> None:
    """What is on the screen, as a file that is small enough to be kept."""
    picture = visitor.page.screenshot(path=FOLDER / f"{name}.png")
    assert len(picture) < MOST_BYTES


def test_the_pictures_of_the_readme(visit) -> None:
    with clock.at(timezone.now() - timedelta(days=12)):
        assigned("zoe", SAFETY.key, days=10)
    assigned("amina", SAFETY.key, days=9)
    assigned("lukas", SAFETY.key, days=9)
    assigned("guadalupe", DATA.key, days=30)
    assigned("zoe", MACHINES.key, days=40)

    marta = visit("marta", WIDE)
    marta.go(f"{LIST}?status=")
    assert marta.page.locator("main tbody tr").count() == 5
    take(marta, "staff-list")

    take(visit("zoe", FLAT), "dashboard")

    assigned("leila", SAFETY.key, days=14)
    leila = visit("leila", FLAT)
    leila.page.get_by_role("region", name="Mandatory assignments").get_by_role("link", name="Continue").click()
    banner = leila.page.frame_locator("#unit-iframe").locator(".ma-banner")
    banner.wait_for()
    assert "Mandatory – due" in banner.inner_text()
    take(leila, "unit")
