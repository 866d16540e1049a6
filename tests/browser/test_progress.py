"""Training progress in the browser: seen, added, deleted and taken back, without scripts, too; how the pages look."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from demo.campus import build
from demo.campus.syllabus import DATA, SAFETY
from mandatory_assignments import api
from mandatory_assignments.data import PathPart
from mandatory_assignments.models import Completion, EvidenceFloor, Progress, Training

from .campus import person
from .conftest import DESKTOP, IN_ALL_LANGUAGES, PHONE
from .staff import LIST, assigned, row
from .test_looks import LONG, Inspection

pytestmark = pytest.mark.browser

PROGRESS = f"{LIST}progress/"


@pytest.fixture
def busy(visit):
    """Sofia half way, Leila done as assigned, Tomas done by hand; a module of two courses and a path that is done."""
    now, marta = timezone.now(), person("marta")
    assigned(["sofia", "leila"], SAFETY.key)
    units = [str(build.units(key)[0]) for key in (SAFETY.key, DATA.key)]
    owned = {"actor": marta, "organization": "Acme", "now": now}
    api.create_training(kind="module", name=f"Alarm {LONG[:60]}", blocks=units, **owned)
    api.create_training(kind="path", name="Fire warden", parts=[PathPart(SAFETY.key)], **owned)
    build.complete(person("sofia"), SAFETY.key, units=1)
    build.complete(person("leila"), SAFETY.key)
    build.drain()
    for kind, learner in (("course", "tomas"), ("path", "tomas"), ("module", "leila")):
        training = Training.objects.filter(kind=kind).exclude(name=DATA.name).first()
        api.record_completions(
            actor=marta,
            training=str(training.uuid),
            learners=[learner],
            completed_on=now.date() - timedelta(days=3),
            reference=LONG[:120],
        )
    build.drain()
    return visit


@pytest.mark.parametrize(
    ("scripts", "size"), [(True, DESKTOP), (False, PHONE)], ids=["desktop", "on a phone without scripts"]
)
def test_progress_is_added_deleted_and_given_back(busy, scripts, size) -> None:
    visitor = busy("marta", size, scripts=scripts)
    page = visitor.go(LIST)
    page.get_by_role("link", name="Training progress").click()
    page.get_by_role("navigation", name="Kinds").get_by_role("link", name="Courses").click()
    before = page.locator("tbody tr").count()
    page.get_by_role("link", name="Add progress").click()
    page.get_by_role("combobox", name="Course").select_option(label=f"{DATA.name} ({DATA.key})")
    page.get_by_label("Person", exact=True).fill("nobody")
    page.get_by_label("Completed on").fill(timezone.now().date().isoformat())
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text('No learner "nobody" can be found.')
    page.get_by_label("Person", exact=True).fill("sofia")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text(f"completed {DATA.name}")
    assert Completion.objects.filter(learner__username="sofia", source="manual", live=True).count() == 1

    page.get_by_role("link", name="Reset the filter").click()
    expect(page.locator("tbody tr")).to_have_count(before + 1)
    if scripts:
        page.get_by_role("columnheader").get_by_label("Choose all on this page").check()
        expect(page.locator("tbody input:checked")).to_have_count(before + 1)
        page.get_by_role("columnheader").get_by_label("Choose all on this page").uncheck()
    else:
        page.get_by_role("link", name="Choose all on this page").click()
        page.get_by_role("link", name="Choose none").click()
    expect(page.locator("tbody input:checked")).to_have_count(0)
    safety = row(page, person("leila").profile.name)
    safety.get_by_role("checkbox").check()
    page.get_by_role("button", name="Delete progress").click()
    expect(page.get_by_role("heading", name="1 assignment opens again")).to_be_visible()
    page.get_by_label("Reason").fill("The drill was not held")
    page.get_by_role("button", name="Delete progress").click()
    build.drain()
    told = page.get_by_role("status").first
    expect(told).to_contain_text("1 row was deleted. 1 assignment is open again")
    expect(page.locator("tbody tr")).to_have_count(before)
    told.get_by_role("link").click()
    expect(page.get_by_text("because the completion was revoked")).to_be_visible()
    page.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo the deletion").click()
    expect(page.get_by_role("status").first).to_contain_text("Taken back")
    assert EvidenceFloor.objects.get().lifted_at is not None
    assert Progress.objects.get(learner__username="leila", training__key=SAFETY.key).state == "completed"


@IN_ALL_LANGUAGES
def test_the_pages_of_progress(busy, size, language) -> None:
    marta = busy("marta", size)
    marta.context.add_cookies([{"name": "openedx-language-preference", "value": language, "url": marta.url}])
    staff = Inspection(marta)
    staff.look(f"progress-{language}", f"{PROGRESS}?kind=course&picked=matching&status=completed&search=a")
    staff.look(f"progress-organization-{language}", f"{LIST}directory/Acme/progress/?kind=module")
    staff.look(f"directory-with-progress-{language}", f"{LIST}directory/Acme/")
    staff.look(f"progress-add-{language}", f"{PROGRESS}add/?kind=course&find=a&learner=leila")
    rows = Progress.objects.filter(learner__username="leila", state="completed")
    staff.look(f"progress-delete-{language}", f"{PROGRESS}delete/?{'&'.join(f'id={each.uuid}' for each in rows)}")
    keys = [(each.learner_id, each.training_id) for each in rows]
    api.revoke_completions(actor=person("marta"), keys=keys, reason=LONG)
    build.drain()
    staff.look(f"progress-person-{language}", f"{LIST}people/leila/")
    staff.look(f"progress-undo-{language}", f"{PROGRESS}undo/{EvidenceFloor.objects.first().uuid}/")
    assert "\n".join(staff.wrong) == ""
