"""Doing units: ticks move by viewing, answering and watching, and not while a view is borrowed."""

from __future__ import annotations

import pytest
from completion.models import BlockCompletion

from demo.campus import build
from demo.campus.pages.courses import outline
from lms.djangoapps.courseware.models import StudentModule

from .conftest import KEY

BATCH = "/api/completion/v1/completion-batch"
TYPES = ["html", "problem", "video", "done", "discussion"]


@pytest.fixture
def mixed(db):
    """One unit with a block of every type; three attempts for the problem."""
    return build.course("course-v1:Acme+MIX+2027", units=1, sections=1, subsections=1, blocks=4, block_types=TYPES[:4])


def blocks_of(user, course) -> dict[str, str]:
    """Type -> usage key of the blocks of the course's only unit."""
    keys = outline(user, course).units[0].blocks
    return {key.split("@")[1].split("+")[0]: key for key in keys}


def handler(course, key: str, name: str) -> str:
    return f"/courses/{course}/xblock/{key}/handler/{name}"


def ticks(client, course) -> list[bool]:
    nodes = client.get(f"/api/course_home/v1/navigation/{course}").json()["blocks"].values()
    return [node["complete"] for node in nodes if node["type"] == "vertical"]


def post(client, url: str, body: dict):
    return client.post(url, body, content_type="application/json")


def test_the_sidebar_has_the_ids_and_addresses_of_the_learning_front_end(visit_as, enrolled, unit_pages) -> None:
    html = visit_as(enrolled).get(unit_pages[0][0]).content.decode()

    assert '<ol class="plain" id="outline-sidebar-outline">' in html
    assert 'id="unit-iframe"' in html
    # The sidebar shows one section: its two units and not those of the other one.
    shown = [f'<a href="{url}"' in html for url, _ in unit_pages]
    assert shown == [True, True, False, False]


def test_previous_and_next_lead_through_the_whole_course(visit_as, enrolled, unit_pages) -> None:
    client = visit_as(enrolled)
    pages = [client.get(url).context for url, _ in unit_pages]
    urls = [url for url, _ in unit_pages]

    assert [page["next_unit"] and page["next_unit"].url for page in pages] == [*urls[1:], None]
    assert [page["previous"] and page["previous"].url for page in pages] == [None, *urls[:-1]]


def test_a_unit_is_ticked_when_all_its_blocks_are_complete(visit_as, course, enrolled, unit_pages) -> None:
    client = visit_as(enrolled)
    blocks = sorted(outline(enrolled, course).units[0].blocks)
    body = {"username": enrolled.username, "course_key": KEY}

    assert post(client, BATCH, body | {"blocks": {blocks[0]: 1.0}}).status_code == 200
    assert ticks(client, KEY) == [False, False, False, False]
    assert post(client, BATCH, body | {"blocks": {blocks[1]: 1.0}}).status_code == 200
    assert ticks(client, KEY) == [True, False, False, False]


def test_nobody_completes_anything_for_somebody_else(visit_as, course, enrolled) -> None:
    other = build.user("otto")
    build.enroll(other, course)
    block = next(iter(outline(enrolled, course).units[0].blocks))
    body = {"username": enrolled.username, "course_key": KEY, "blocks": {block: 1.0}}

    assert post(visit_as(other), BATCH, body).status_code == 403
    assert not BlockCompletion.objects.exists()


def test_what_is_read_is_marked_for_the_script_and_nothing_else(visit_as, mixed, learner) -> None:
    build.enroll(learner, mixed)
    unit = outline(learner, mixed).units[0]
    html = visit_as(learner).get(f"/xblock/{unit.key}").content.decode()

    assert html.count("data-mark-completed-on-view-after-delay") == 1
    assert 'data-recorded="true"' in html


@pytest.mark.parametrize(
    ("block_type", "name", "body"),
    [
        ("problem", "problem_check", {"answer": "whatever"}),
        ("video", "publish_completion", {"completion": 1.0}),
        ("done", "toggle_button", {"done": True}),
    ],
)
def test_a_block_completes_through_its_handler(visit_as, mixed, learner, block_type, name, body) -> None:
    build.enroll(learner, mixed)
    key = blocks_of(learner, mixed)[block_type]

    assert post(visit_as(learner), handler(mixed, key, name), body).status_code == 200
    completed = BlockCompletion.objects.filter(user=learner, completion=1.0)
    assert [str(row.block_key) for row in completed] == [key]


def test_used_up_attempts_are_told_and_count_no_more(visit_as, learner) -> None:
    course = build.course(
        "course-v1:Acme+TRY+2027", sections=1, subsections=1, units=1, blocks=1, block_types=["problem"], max_attempts=2
    )
    build.enroll(learner, course)
    client = visit_as(learner)
    url = handler(course, blocks_of(learner, course)["problem"], "problem_check")

    answers = [post(client, url, {"answer": "wrong"}).json() for _ in range(3)]

    assert [answer["success"] for answer in answers] == [True, True, False]
    assert [answer["attempts"] for answer in answers] == [1, 2, 2]


@pytest.mark.parametrize("name", ["nonsense", "student_view", "__class__", "save"])
def test_only_handlers_can_be_posted_to(visit_as, mixed, learner, name: str) -> None:
    build.enroll(learner, mixed)
    url = handler(mixed, blocks_of(learner, mixed)["problem"], name)

    assert post(visit_as(learner), url, {}).status_code == 404


@pytest.mark.parametrize("body", ["", "{", "[1]", '"text"', "\xff", "null"])
def test_a_body_that_is_no_json_object_is_refused(visit_as, mixed, learner, body: str) -> None:
    build.enroll(learner, mixed)
    url = handler(mixed, blocks_of(learner, mixed)["problem"], "problem_check")

    answer = visit_as(learner).post(url, body.encode("latin-1"), content_type="application/json")

    assert answer.status_code == 400
    assert not StudentModule.objects.exists()


@pytest.mark.parametrize("completion", ["much", None, {}])
def test_a_completion_that_is_no_share_is_refused(visit_as, mixed, learner, completion) -> None:
    build.enroll(learner, mixed)
    url = handler(mixed, blocks_of(learner, mixed)["video"], "publish_completion")

    assert post(visit_as(learner), url, {"completion": completion}).status_code == 400
    assert not BlockCompletion.objects.exists()


def test_jump_to_leads_to_the_unit_that_holds_a_block(visit_as, course, enrolled, unit_pages) -> None:
    client = visit_as(enrolled)
    unit = outline(enrolled, course).units[3]

    for location in (unit.key, *unit.blocks):
        assert client.get(f"/courses/{KEY}/jump_to/{location}")["Location"] == unit_pages[3][0]
    assert client.get(f"/courses/{KEY}/jump_to/elsewhere")["Location"] == f"/courses/{KEY}/"


def test_a_subsection_s_address_leads_to_its_first_unit(visit_as, course, enrolled, unit_pages) -> None:
    subsection = outline(enrolled, course).sections[1].subsections[0]

    answer = visit_as(enrolled).get(f"/learning/course/{KEY}/{subsection.key}")

    assert answer["Location"] == unit_pages[2][0]


class TestBorrowedViews:
    """Course staff see the course as one of its learners."""

    VIEW_AS = f"/courses/{KEY}/view-as"

    def test_staff_see_the_learner_s_ticks(self, visit_as, course, enrolled, teacher) -> None:
        build.complete(enrolled, course, units=2)
        client = visit_as(teacher)

        assert ticks(client, KEY) == [False] * 4
        client.post(self.VIEW_AS, {"learner": enrolled.username})
        assert ticks(client, KEY) == [True, True, False, False]
        client.post(self.VIEW_AS, {"learner": ""})
        assert ticks(client, KEY) == [False] * 4

    def test_nothing_is_written_for_anybody(self, visit_as, mixed, learner, teacher) -> None:
        build.course_staff(teacher, mixed)
        build.enroll(learner, mixed)
        client = visit_as(teacher)
        client.post(f"/courses/{mixed}/view-as", {"learner": learner.username})
        blocks = blocks_of(learner, mixed)

        frame = client.get(f"/xblock/{outline(learner, mixed).units[0].key}").content.decode()
        post(client, handler(mixed, blocks["problem"], "problem_check"), {"answer": "yes"})
        post(client, handler(mixed, blocks["video"], "publish_completion"), {"completion": 1.0})
        post(client, handler(mixed, blocks["done"], "toggle_button"), {"done": True})

        assert 'data-recorded="false"' in frame
        assert not BlockCompletion.objects.exists()
        assert not StudentModule.objects.exists()

    def test_an_e_mail_address_will_do(self, visit_as, enrolled, teacher) -> None:
        client = visit_as(teacher)
        client.post(self.VIEW_AS, {"learner": enrolled.email.upper()})

        assert client.get(f"/courses/{KEY}/").context["viewed_as"] == enrolled

    def test_somebody_who_is_not_enrolled_cannot_be_viewed(self, visit_as, learner, teacher) -> None:
        client = visit_as(teacher)
        answer = client.post(self.VIEW_AS, {"learner": learner.username, "next": f"/courses/{KEY}/"}, follow=True)

        assert answer.context["viewed_as"] is None
        assert [str(message) for message in answer.context["messages"]] == [
            "Nobody called “lena” is enrolled in this course."
        ]

    def test_learners_cannot_borrow_a_view(self, visit_as, enrolled) -> None:
        assert visit_as(enrolled).post(self.VIEW_AS, {"learner": "tara"}).status_code == 403
