"""Reports in the browser: from a number to the people behind it, an earlier day, the trail; and how all that looks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from demo.campus import build
from demo.campus.syllabus import DATA, SAFETY
from mandatory_assignments import api

from .campus import person
from .conftest import IN_ALL_LANGUAGES
from .staff import LIST, assigned, in_days
from .test_looks import LONG, LONG_NOTE, Inspection

pytestmark = pytest.mark.browser

REPORTS = f"{LIST}reports/"


def busy() -> None:
    """Assignments in every state, in departments with long names."""
    people = ["leila", "amina", "sofia", "guadalupe", "fatima"]
    assigned(people, SAFETY.key, note=LONG_NOTE)
    assigned(["leila", "amina", "juergen"], DATA.key, days=30)
    named = {"actor": person("marta"), "now": timezone.now()}
    api.record_completions(training=DATA.key, learners=["amina"], completed_on=in_days(-1), **named)
    rows = {row.learner.username: row.uuid for row in _assignments()}
    api.exempt_assignments(ids=[rows["sofia"]], reason="Retrained", **named)
    api.withdraw_assignments(ids=[rows["fatima"]], reason="Left", **named)
    api.save_department(f"Acme/{LONG[:100]}", member_ids=[person("leila").id])
    build.drain()


def _assignments():
    from mandatory_assignments.models import Assignment

    return Assignment.objects.select_related("learner").filter(training__key=SAFETY.key)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_a_number_to_the_people_and_to_an_earlier_day(visit, scripts) -> None:
    busy()
    page = visit("marta", scripts=scripts).go(LIST)
    page.get_by_role("link", name="Reports").click()
    total = page.get_by_role("row", name="Total")
    total.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Had to do it")
    expect(page.locator("tbody tr")).to_have_count(7)
    page.get_by_role("link", name="Reports").last.click()
    page.get_by_label("As of the end of").fill((timezone.now() - timedelta(days=1)).date().isoformat())
    page.get_by_role("button", name="Show").press("Enter")
    expect(total).to_contain_text("0")
    expect(total.get_by_role("link")).to_have_count(0)
    page.get_by_role("link", name="Now", exact=True).click()
    page.get_by_label("Told apart by").select_option(label="Training")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.get_by_role("rowheader", name=SAFETY.name)).to_be_visible()
    page.get_by_role("link", name="Audit trail").click()
    page.get_by_label("What was done").select_option(label="Exempted")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("Exempt until further notice. Reason: Retrained")
    expect(page.locator("tbody tr")).to_contain_text("Marta Kowalska")


@IN_ALL_LANGUAGES
def test_reports_look_well(visit, size, language) -> None:
    marta = visit("marta", size)
    marta.context.add_cookies([{"name": "openedx-language-preference", "value": language, "url": marta.url}])
    staff = Inspection(marta)
    if language == "en":
        staff.look("report-empty", REPORTS)
        staff.look("audit-empty", f"{REPORTS}audit/?learner=nobody")
        staff.look("report-wrong-day", f"{REPORTS}?as_of=2999-01-01")
    busy()
    today = timezone.now().date().isoformat()
    staff.look(f"report-{language}", REPORTS)
    staff.look(f"report-trainings-{language}", f"{REPORTS}?by=training&as_of={today}")
    staff.look(f"report-people-{language}", f"{REPORTS}people/?as_of={today}")
    staff.look(f"audit-{language}", f"{REPORTS}audit/")
    assert staff.wrong == []
