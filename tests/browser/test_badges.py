"""The outline's badges in the demo's player, which has the learning front end's ids and addresses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from demo.campus import build
from demo.campus.syllabus import SAFETY

from .conftest import DESKTOP, PHONE
from .staff import assigned
from .test_journey import do_unit
from .test_looks import Inspection

pytestmark = pytest.mark.browser


def player(visitor) -> Page:
    return visitor.go(f"/courses/{SAFETY.key}/jump_to/{build.units(SAFETY.key)[0]}")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_outline_shows_what_is_assigned_and_a_check_mark_once_it_is_done(visit, size) -> None:
    assigned("sofia", SAFETY.key)
    sofia = visit("sofia", size)
    page = player(sofia)
    badges = page.locator("#outline-sidebar-outline a > .ma-badge")
    expect(badges.first).to_have_attribute("data-ma-badge", "row")
    sofia.picture("badges-1")
    do_unit(page)
    expect(badges.first).to_contain_text("Done – was due")
    sofia.picture("badges-2-done")
    badges.first.hover()
    sofia.picture("badges-3-tip")
    inspection = Inspection(sofia)
    inspection.look("badges-4")
    assert inspection.wrong == []
