"""Who may see which page of the campus, and what it says."""

from __future__ import annotations

import pytest
from django.test import Client
from edx_toggles.toggles.testutils import override_waffle_flag

from demo.campus import build
from lms.djangoapps.instructor.toggles import LEGACY_INSTRUCTOR_DASHBOARD

from .conftest import KEY

OPEN_PAGES = ["/signin/", "/heartbeat"]
CLOSED_PAGES = [
    "/dashboard",
    "/outbox/",
    "/clock/",
    f"/courses/{KEY}/",
    f"/courses/{KEY}/instructor",
    f"/instructor-dashboard/{KEY}/",
    f"/learning/course/{KEY}/home",
    f"/api/course_home/v1/navigation/{KEY}",
]


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("page", OPEN_PAGES)
def test_a_stranger_may_see(client: Client, db, page: str) -> None:
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("page", CLOSED_PAGES)
def test_a_stranger_is_sent_to_the_sign_in_page(client: Client, course, page: str) -> None:
    response = client.get(page)

    assert response.status_code == 302
    assert response["Location"].startswith("/signin/?next=")


def test_posting_a_username_signs_in_and_goes_where_the_person_wanted_to_go(client: Client, learner) -> None:
    response = client.post("/signin/", {"username": "lena", "next": "/clock/"})

    assert response["Location"] == "/clock/"
    assert client.session["_auth_user_id"] == str(learner.pk)


def test_signing_in_never_leads_away_from_the_campus(client: Client, learner) -> None:
    response = client.post("/signin/", {"username": "lena", "next": "https://elsewhere.example.com/"})

    assert response["Location"] == "/dashboard"


def test_posting_needs_the_token(learner) -> None:
    assert Client(enforce_csrf_checks=True).post("/signin/", {"username": "lena"}).status_code == 403


def test_a_link_signs_in(client: Client, learner) -> None:
    assert client.get("/signin/lena/")["Location"] == "/dashboard"
    assert "Lena Learner" in text(client.get("/dashboard"))


def test_nobody_can_sign_in_as_somebody_who_is_not_there(client: Client, db) -> None:
    assert client.get("/signin/ghost/").status_code == 404
    assert client.post("/signin/", {"username": "ghost"}).status_code == 404


def test_signing_out_takes_a_post(visit_as, learner) -> None:
    client = visit_as(learner)

    assert client.get("/logout").status_code == 405
    client.post("/logout")
    assert client.get("/dashboard").status_code == 302


@pytest.mark.parametrize("page", ["/", "/dashboard", "/outbox/", "/clock/", f"/courses/{KEY}/"])
def test_an_enrolled_learner_sees(visit_as, enrolled, page: str) -> None:
    assert visit_as(enrolled).get(page, follow=True).status_code == 200


@pytest.mark.parametrize("page", [f"/courses/{KEY}/", f"/api/course_home/v1/navigation/{KEY}"])
def test_a_course_is_closed_to_people_who_are_not_enrolled(visit_as, course, learner, page: str) -> None:
    response = visit_as(learner).get(page)

    assert response.status_code == 403
    assert "not enrolled" in text(response)


def test_units_are_closed_to_people_who_are_not_enrolled(visit_as, learner, unit_pages) -> None:
    client = visit_as(learner)

    assert [client.get(page).status_code for page in unit_pages[0]] == [403, 403]


def test_staff_of_the_course_need_no_enrolment(visit_as, teacher, unit_pages) -> None:
    client = visit_as(teacher)

    assert client.get(f"/courses/{KEY}/").status_code == 200
    assert [client.get(page).status_code for page in unit_pages[0]] == [200, 200]


@pytest.mark.parametrize("course_id", ["course-v1:No+Such+Course", "nonsense+but+matching"])
def test_a_course_that_is_not_there_is_not_found(visit_as, learner, course_id: str) -> None:
    assert visit_as(learner).get(f"/courses/{course_id}/").status_code == 404


@pytest.mark.parametrize("path", ["nonsense", "block-v1:No+Such+Course+type@vertical+block@x"])
def test_a_block_that_is_not_there_is_not_found(visit_as, enrolled, path: str) -> None:
    assert visit_as(enrolled).get(f"/xblock/{path}").status_code == 404


def test_a_unit_under_a_foreign_subsection_is_not_found(visit_as, enrolled, unit_pages) -> None:
    first, last = unit_pages[0][0], unit_pages[-1][0]
    mixed = first.rsplit("/", 1)[0] + "/" + last.rsplit("/", 1)[1]

    assert visit_as(enrolled).get(mixed).status_code == 404


def test_no_page_carries_inline_script_or_style(visit_as, teacher, enrolled, unit_pages) -> None:
    pages = ["/signin/", "/dashboard", "/outbox/", "/clock/", f"/courses/{KEY}/", *unit_pages[0]]
    client = visit_as(teacher)

    for page in pages:
        html = text(client.get(page))
        assert " style=" not in html, page
        assert "<style" not in html, page
        assert html.count("<script") == html.count("<script src="), page


def test_every_page_names_its_language_and_direction(visit_as) -> None:
    reader = build.user("fatima", language="ar")

    assert '<html lang="ar" dir="rtl">' in text(visit_as(reader).get("/dashboard"))


def test_staff_find_the_two_instructor_dashboards(visit_as, teacher) -> None:
    html = text(visit_as(teacher).get(f"/courses/{KEY}/"))

    assert f"/courses/{KEY}/instructor" in html
    assert f"/instructor-dashboard/{KEY}" in html


@pytest.mark.parametrize("page", [f"/courses/{KEY}/instructor", f"/instructor-dashboard/{KEY}/"])
@override_waffle_flag(LEGACY_INSTRUCTOR_DASHBOARD, active=True)
def test_instructor_dashboards_are_for_staff(visit_as, enrolled, teacher, page: str) -> None:
    assert visit_as(teacher).get(page).status_code == 200
    assert visit_as(enrolled).get(page).status_code in (403, 404)


def test_the_tabs_of_the_new_instructor_dashboard_are_in_order_and_whole_addresses_are_plain_links(
    visit_as, teacher
) -> None:
    response = visit_as(teacher).get(f"/instructor-dashboard/{KEY}/enrollments")
    tabs = response.context["tabs"]

    assert [tab["sort_order"] for tab in tabs] == sorted(tab["sort_order"] for tab in tabs)
    assert tabs[0]["tab_id"] == "course_info"
    assert all(f'href="{tab["url"]}"' in text(response) for tab in tabs)
