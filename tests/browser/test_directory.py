"""The directory in the browser: people are put in, a file is uploaded and worked off; and how the pages look."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from demo.campus import build
from demo.campus.syllabus import DATA, SAFETY
from mandatory_assignments import bulk
from mandatory_assignments.models import Department, LearningGroup, Membership

from .campus import person
from .staff import LIST, assigned, in_days
from .test_looks import LONG, SIZES, Inspection

pytestmark = pytest.mark.browser

ACME = f"{LIST}directory/Acme/"
SHEET = "Username;Departments;Groups\nleila;Acme/Field/North|Acme/Harbour;First aid\nghost;Acme/Field;\n"


def upload(page, content: str) -> None:
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": content.encode("utf-8-sig")}
    page.get_by_label("File", exact=True).set_input_files([file])
    page.get_by_role("button", name="Show what would change").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_department_is_filled_by_hand_and_by_file(visit, scripts) -> None:
    page = visit("marta", scripts=scripts).go(LIST)
    page.get_by_role("link", name="Directory").click()
    page.get_by_role("link", name="New department").click()
    page.get_by_label("Name", exact=True).fill("Harbour")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Add members").click()
    page.get_by_label("Several people").fill("leila\nghost")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text('No learner "ghost" can be found.')
    page.get_by_label("Several people").fill("sofia")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Choose Leila Haddad").check()
    page.get_by_role("button", name="Take the chosen ones out").click()
    expect(page.get_by_text("1 person", exact=True)).to_be_visible()
    page.get_by_role("button", name="Take out of the department").click()
    assert [row.user.username for row in Membership.objects.filter(department__path="Harbour")] == ["sofia"]

    page.goto(page.url.split("/departments/")[0] + "/directory/Acme/")
    page.get_by_role("link", name="Update from a file").click()
    upload(page, SHEET)
    expect(page.get_by_text("1 new learning group: First aid")).to_be_visible()
    page.get_by_role("button", name="Change 1 person").click()
    page.wait_for_url("**/staff/jobs/*/")
    bulk.work_jobs()
    assert Membership.objects.filter(department__path="Harbour", user__username="leila").exists()


@SIZES
def test_the_pages_of_the_directory(visit, size) -> None:
    assigned("leila", SAFETY.key, DATA.key)
    leila = person("leila")
    build.learning_group(LONG, "Acme", members=[leila])
    build.department(f"Acme/Field/North/{LONG[:90]}", members=[leila], managers=[leila])
    staff = Inspection(visit("marta", size))
    page = staff.visitor.page
    north = Department.objects.get(path="Field/North")
    group = LearningGroup.objects.get(name=LONG)
    staff.look("directory", ACME)
    staff.look("directory-people", f"{ACME}people/")
    staff.look("directory-nobody", f"{ACME}people/?search=qqqq")
    staff.look("directory-department", f"{LIST}departments/{north.uuid}/")
    staff.look("directory-department-edit", f"{LIST}departments/{north.uuid}/edit/")
    staff.look("directory-department-delete", f"{LIST}departments/{north.uuid}/delete/")
    staff.look("directory-group", f"{LIST}groups/{group.uuid}/")
    staff.look("directory-group-delete", f"{LIST}groups/{group.uuid}/delete/")
    build.cohort(SAFETY.key, "Plant", [person("zoe"), person("ravi")])
    staff.look("directory-cohort", f"{LIST}groups/{group.uuid}/cohort/")
    page.get_by_role("button", name="Show what that changes").click()
    page.get_by_role("button", name="Follow the cohort").wait_for()
    staff.look("directory-cohort-plan")
    page.get_by_role("button", name="Follow the cohort").click()
    expect(page.get_by_text("1 person came in. 1 person left.")).to_be_visible()
    assert page.get_by_role("checkbox").count() == 0
    staff.look("directory-group-followed")
    page.get_by_role("button", name="Follow none").click()
    expect(page.get_by_role("link", name="Add members")).to_be_visible()
    staff.look("directory-remove", f"{ACME}people/change/?who=leila&who=sofia")
    staff.look("directory-policy", f"{ACME}policy/")
    staff.look("person", f"{LIST}people/leila/")
    page.get_by_role("link", name="Appoint managers").click()
    staff.look("person-managers")
    page.get_by_label("Several people").fill("zoe")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Zoë O’Connor").check()
    staff.look("person-own-manager")
    page.get_by_role("button", name="Dismiss the chosen ones").click()
    staff.look("person-managers-dismiss")
    page.get_by_role("button", name="Dismiss managers").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    expect(page.get_by_label("Zoë O’Connor")).to_be_visible()
    staff.visitor.go(f"{LIST}groups/{group.uuid}/members/")
    page.get_by_label("Several people").fill("ghost\n" + LONG)
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("alert").wait_for()
    staff.look("directory-add-refused")
    staff.look("directory-sync", f"{ACME}sync/")
    page.get_by_label("The file is complete").check()
    upload(page, SHEET)
    staff.look("directory-sync-plan")
    staff.look("directory-sync-errors", page.url.split("?")[0].removeprefix(staff.visitor.url) + "?kind=errors")
    assert staff.wrong == []


@SIZES
def test_what_global_staff_see_besides(visit, size) -> None:
    build.department(f"Acme/{LONG[:90]}")
    staff = Inspection(visit("olivia", size))
    page = staff.visitor.page
    staff.look("directory-organizations", f"{LIST}directory/")
    staff.look("directory-organizations-none", f"{LIST}directory/?search=qqqq")
    staff.look("directory-of-global-staff", ACME)
    staff.look("directory-members-add", f"{ACME}people/change/")
    staff.look("directory-coordinators", f"{ACME}coordinators/")
    staff.look("directory-coordinators-dismiss", f"{ACME}coordinators/?who=marta")
    staff.look("directory-department-new", f"{ACME}new-department/")
    staff.look("directory-group-new", f"{ACME}new-group/")
    page.get_by_label("Name", exact=True).fill(" ")
    page.get_by_role("button", name="Save", exact=True).click()
    staff.look("directory-group-refused")
    staff.look("overview-of-global-staff", f"{LIST}?status=")
    staff.look("progress-of-global-staff", f"{LIST}progress/")
    staff.look("report-of-an-earlier-day", f"{LIST}reports/?as_of={in_days(-20)}&by=organization")
    staff.look("report-people-of-an-earlier-day", f"{LIST}reports/people/?as_of={in_days(-20)}")
    assert staff.wrong == []


@pytest.mark.parametrize("language", ["de", "ar"])
def test_the_pages_in(visit, language) -> None:
    from openedx.core.djangoapps.user_api.models import UserPreference

    assigned("leila", SAFETY.key)
    UserPreference.objects.create(user=person("marta"), key="pref-lang", value=language)
    pages = Inspection(visit("marta", (360, 740)))
    north = Department.objects.get(path="Field/North")
    pages.look(f"directory-{language}", ACME)
    pages.look(f"directory-people-{language}", f"{ACME}people/")
    pages.look(f"directory-department-{language}", f"{LIST}departments/{north.uuid}/")
    pages.look(f"person-{language}", f"{LIST}people/leila/")
    page = pages.visitor.go(f"{ACME}sync/")
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": SHEET.encode()}
    page.locator("#ma-file").set_input_files([file])
    page.locator(".ma-form .ma-button").first.click()
    pages.look(f"directory-sync-plan-{language}")
    assert pages.wrong == []
