"""The pages about trainings: what they offer whom, and that every list is made without JavaScript."""

import html as markup
import re
from typing import Any

import pytest

from demo.campus import build
from mandatory_assignments.data import PathPart
from mandatory_assignments.models import Assignment, Training
from mandatory_assignments.queries import training_lists
from tests.roles import COURSE, ROLES

PAGES = "/mandatory-assignments/staff/trainings/"
SECOND = "course-v1:Acme+AID+2027"


def unit(number: int = 0, course: str = COURSE) -> str:
    return str(build.units(course)[number])


def make(cast, kind: str = "module", role: str = "coordinator", **named: Any) -> Training:
    from mandatory_assignments.data import TrainingKind
    from mandatory_assignments.services.trainings import create_training

    asked = {"name": "Drill", **({"blocks": [unit(0), unit(1)]} if kind == "module" else {}), **named}
    outcome = create_training(actor=cast.people[role], kind=TrainingKind(kind), **asked)
    return Training.objects.get(uuid=outcome.created[0])


def text(answer: Any) -> str:
    """What the page says, without its markup."""
    body = answer.content.decode()
    return re.sub(r"\s+", " ", markup.unescape(re.sub(r"<[^>]+>", " ", body[body.index("<main") :])))


def lines(answer: Any) -> list[str]:
    """The keys of the chosen content in order."""
    return re.findall(r'name="chosen" value="([^"]+)"', markup.unescape(answer.content.decode()))


def facts(row: Training) -> Any:
    return training_lists.facts(Training.objects.get(pk=row.pk))


# The page, and the status for each of ROLES in that order.
ANSWERS = [
    ("", (302, 403, 403, 403, 200, 200, 200, 200)),
    ("new/", (302, 403, 403, 403, 200, 200, 200, 200)),
    ("new/module/", (302, 403, 403, 403, 200, 200, 200, 200)),
    ("new/course/", (302, 403, 403, 403, 200, 200, 200, 200)),
    ("new/path/", (302, 403, 403, 403, 403, 200, 200, 200)),
    ("new/in-person/", (302, 403, 403, 403, 403, 200, 200, 200)),
    ("new/lesson/", (404,) * 8),
    ("{id}/", (302, 403, 403, 403, 200, 200, 404, 200)),
    ("{id}/edit/", (302, 403, 403, 403, 200, 200, 404, 200)),
    ("{id}/archive/", (302, 403, 403, 403, 200, 200, 404, 200)),
    ("{shared}/", (302, 403, 403, 403, 404, 200, 200, 200)),
    ("{shared}/edit/", (302, 403, 403, 403, 404, 403, 200, 200)),
    ("{shared}/archive/", (302, 403, 403, 403, 404, 403, 200, 200)),
    ("6f1a3c52-0000-4000-8000-000000000000/", (302, 403, 403, 403, 404, 404, 404, 404)),
]


@pytest.mark.parametrize(("path", "statuses"), ANSWERS, ids=[path for path, _ in ANSWERS])
def test_the_role_decides_about_the_page(cast, path, statuses):
    shared = make(cast, "course", "foreign_coordinator", offline=True, shared_with=["Acme"])
    address = PAGES + path.format(id=make(cast).uuid, shared=shared.uuid)
    answers = {role: cast.client(role).get(address) for role in ROLES}
    assert tuple(answer.status_code for answer in answers.values()) == statuses
    for answer in answers.values():
        assert answer.status_code != 403 or "You cannot use this page" in answer.content.decode()


def test_who_assigns_finds_the_trainings_in_the_menu(cast):
    for role, expected in (("coordinator", True), ("course_staff", True), ("manager", False)):
        menu = cast.client(role).get("/mandatory-assignments/staff/").content.decode()
        assert (f'href="{PAGES}"' in menu) is expected


# ----- the list -----------------------------------------------------------------------------------------------------


def test_the_list_says_of_each_what_it_is_and_whose(cast):
    make(cast, name="Alarm <b>")
    make(cast, "path", name="Warden", parts=[PathPart(COURSE)])
    make(cast, "course", name="Evacuation", offline=True)
    told = text(cast.client("coordinator").get(PAGES))
    for words in ("Alarm <b>", "2 parts of courses", "1 course", "Course, in person", "Acme", "4 trainings"):
        assert words in told


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Drill", "Fire safety"]),
        ("?kind=module", ["Drill"]),
        ("?kind=nonsense", ["Drill", "Fire safety"]),
        ("?search=fire", ["Fire safety"]),
        ("?search=%00", ["Drill", "Fire safety"]),
        ("?search=" + "x" * 3000, []),
        ("?show=archived", ["Old"]),
        ("?show=all", ["Drill", "Fire safety", "Old"]),
        ("?show=nonsense", ["Drill", "Fire safety"]),
    ],
)
def test_the_list_is_narrowed_by_kind_search_and_archive(cast, query, shown):
    from mandatory_assignments.services.trainings import archive_training

    make(cast)
    archive_training(make(cast, name="Old").uuid, actor=cast.people["coordinator"])
    answer = cast.client("coordinator").get(PAGES + query)
    assert [row["training"].name for row in answer.context["rows"]] == shown


def test_a_cursor_of_another_list_leads_to_the_first_page(cast):
    answer = cast.client("coordinator").get(PAGES + "?cursor=nonsense&kind=path")
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGES}?kind=path&search=&show=")


def test_a_long_list_takes_no_more_queries_than_a_short_one(cast, count_queries):
    client = cast.client("coordinator")
    client.get(PAGES)
    few = count_queries(lambda: client.get(PAGES))
    for number in range(20):
        make(cast, name=f"Drill {number}")
    assert count_queries(lambda: client.get(PAGES)) == few


# ----- one training -------------------------------------------------------------------------------------------------


def test_what_staff_write_becomes_paragraphs_and_links_and_nothing_else(cast):
    row = make(cast, description="<script>alert(1)</script>\n\nSee https://example.com/?a=1&b=2 <b>now</b>")
    body = cast.client("coordinator").get(f"{PAGES}{row.uuid}/").content.decode()
    assert "<script>alert" not in body
    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>" in body
    assert '<a href="https://example.com/?a=1&amp;b=2" rel="nofollow">' in body
    assert "&lt;b&gt;now&lt;/b&gt;" in body


def test_learners_read_them_on_their_assignment(cast):
    row = make(cast, description="Why it matters", context="In the yard", goals="<i>Get out</i>")
    (made,) = cast.assign("otto", training=str(row.uuid))
    body = cast.client("other_learner").get(f"/mandatory-assignments/assignments/{made}/").content.decode()
    for words in ("<p>Why it matters</p>", "<p>In the yard</p>", "<p>&lt;i&gt;Get out&lt;/i&gt;</p>"):
        assert words in body


def test_a_training_shows_its_content_in_order(cast):
    build.course(SECOND, name="First aid", sections=1, subsections=1, units=2)
    drill = make(cast, "course", name="Evacuation", offline=True)
    row = make(cast, "path", parts=[PathPart(SECOND), PathPart(drill.key, required=False), PathPart(COURSE)])
    told = text(cast.client("coordinator").get(f"{PAGES}{row.uuid}/"))
    assert "First aid required Evacuation optional, in person Fire safety required" in told


def test_the_open_assignments_are_counted_and_listed(cast):
    row = make(cast)
    cast.assign("otto", "lena", training=str(row.uuid))
    client = cast.client("coordinator")
    answer = client.get(f"{PAGES}{row.uuid}/")
    assert answer.context["open_count"] == 2
    listed = client.get(f"/mandatory-assignments/staff/?training={row.uuid}")
    assert {shown.training for shown in listed.context["rows"]} == {"Drill"}
    assert "Only “Drill”." in text(listed)


# ----- the form for a module ----------------------------------------------------------------------------------------


def test_a_module_is_made_by_ticking_blocks_of_an_outline(cast):
    build.course(SECOND, name="First aid", sections=1, subsections=1, units=2)
    client = cast.client("coordinator")
    page = client.get(f"{PAGES}new/module/")
    assert 'name="ticked"' not in page.content.decode()
    page = client.post(f"{PAGES}new/module/", {"name": "Alarm", "show": COURSE})
    assert page.content.decode().count('name="ticked"') == 7
    assert 'value="Alarm"' in page.content.decode()
    sent = {"name": "Alarm", "shown": COURSE, "ticked": [unit(2), unit(0)], "show": SECOND}
    page = client.post(f"{PAGES}new/module/", sent)
    assert lines(page) == [unit(0), unit(2)]
    sent = {
        "name": "Alarm",
        "shown": [COURSE, SECOND],
        "chosen": lines(page),
        "ticked": [unit(0), unit(2), unit(1, SECOND)],
        "description": "",
        "context": "",
        "goals": "Get out",
        "shared_with": "Globex",
        "save": "",
    }
    answer = client.post(f"{PAGES}new/module/", sent)
    made = Training.objects.get(kind="module")
    assert answer["Location"] == f"{PAGES}{made.uuid}/"
    assert facts(made).blocks == (unit(0), unit(2), unit(1, SECOND))
    assert (facts(made).goals, facts(made).shared_with) == ("Get out", ("Globex",))
    assert "Saved." in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("move", "order"),
    [
        ("up:1", [1, 0, 2]),
        ("down:1", [0, 2, 1]),
        ("up:0", [0, 1, 2]),
        ("down:2", [0, 1, 2]),
        ("remove:1", [0, 2]),
        ("up:nonsense", [0, 1, 2]),
        ("sideways:1", [0, 1, 2]),
    ],
)
def test_buttons_move_what_is_chosen(cast, move, order):
    row = make(cast, blocks=[unit(0), unit(1), unit(2)])
    act, which = move.split(":")
    chosen = [unit(0), unit(1), unit(2)]
    asked = f"{act}:{unit(int(which)) if which.isdigit() else which}"
    sent = {"chosen": chosen, "ticked": chosen, "shown": COURSE, "move": asked}
    page = cast.client("coordinator").post(f"{PAGES}{row.uuid}/edit/", sent)
    assert lines(page) == [unit(number) for number in order]
    assert facts(row).blocks == tuple(chosen)


def test_a_tick_that_is_taken_away_removes_the_block(cast):
    row = make(cast)
    sent = {"name": "Drill", "chosen": [unit(0), unit(1)], "ticked": [unit(1), unit(3)], "shown": COURSE, "save": ""}
    cast.client("coordinator").post(f"{PAGES}{row.uuid}/edit/", sent)
    assert facts(row).blocks == (unit(1), unit(3))


def test_a_ticked_section_stands_for_what_lies_in_it(cast):
    page = cast.client("coordinator").post(f"{PAGES}new/module/", {"show": COURSE})
    (tree,) = page.context["content"].trees
    section = tree.outline.sections[0]
    sent = {"shown": COURSE, "ticked": [unit(0), section.key, section.subsections[0].key]}
    assert lines(cast.client("coordinator").post(f"{PAGES}new/module/", sent)) == [section.key]


def test_a_block_that_is_gone_from_its_course_stays_until_it_is_removed(cast):
    row = make(cast)
    client = cast.client("coordinator")
    gone = unit(0) + "x"
    row.blocks.filter(block_key=unit(0)).update(block_key=gone)
    page = client.get(f"{PAGES}{row.uuid}/edit/")
    assert lines(page) == [gone, unit(1)]
    assert "not in the course any more" in text(page)
    sent = {"name": "Drill", "chosen": [gone, unit(1)], "ticked": unit(1), "shown": COURSE}
    client.post(f"{PAGES}{row.uuid}/edit/", {**sent, "save": ""})
    assert facts(row).blocks == (gone, unit(1))
    assert lines(client.post(f"{PAGES}{row.uuid}/edit/", {**sent, "move": f"remove:{gone}"})) == [unit(1)]


def test_of_a_foreign_course_only_the_blocks_are_shown_that_somebody_else_put_into_the_module(cast):
    foreign = str(build.course("course-v1:Globex+LIFT+2027", name="Lifting", sections=1, subsections=1, units=2))
    row = make(cast, role="global_staff", blocks=[unit(0, foreign), unit(0)], organization="Acme")
    client = cast.client("coordinator")
    page = client.get(f"{PAGES}{row.uuid}/edit/")
    assert lines(page) == [unit(0, foreign), unit(0)]
    assert unit(1, foreign) not in markup.unescape(page.content.decode())
    sent = {"name": "Drill", "chosen": lines(page), "ticked": [unit(0)], "shown": [foreign, COURSE]}
    assert lines(client.post(f"{PAGES}{row.uuid}/edit/", sent)) == [unit(0, foreign), unit(0)]
    assert lines(client.post(f"{PAGES}{row.uuid}/edit/", {**sent, "move": f"remove:{unit(0, foreign)}"})) == [unit(0)]


def test_the_outline_of_a_foreign_course_is_not_shown(cast):
    foreign = str(build.course("course-v1:Globex+LIFT+2027", name="Secret lifting"))
    for sent in ({"show": foreign}, {"shown": foreign}):
        page = cast.client("coordinator").post(f"{PAGES}new/module/", sent)
        assert page.context["content"].trees == []
        assert "Secret lifting" not in page.content.decode()


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(cast):
    sent = {"name": "", "goals": "Get <out>", "shown": COURSE, "shared_with": "Nowhere", "save": ""}
    answer = cast.client("coordinator").post(f"{PAGES}new/module/", sent)
    assert answer.status_code == 200
    told = text(answer)
    for words in (
        "A training needs a name.",
        "A module needs at least one section, subsection or unit.",
        'No organization "Nowhere" can be found.',
        "Get <out>",
    ):
        assert words in told
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Training.objects.filter(kind="module").exists()


@pytest.mark.parametrize("button", ["save", "move"])
@pytest.mark.parametrize(
    "sent",
    [
        {"name": "a\x00b", "goals": "\x00"},
        {"name": "x" * 5000, "goals": "x" * 50_000},
        {"chosen": ["<script>", "\x00", "x" * 5000], "ticked": "nonsense", "shown": ["<b>", "\x00", "lib:A:L"]},
        {"organization": "Nowhere", "criterion": "luck", "key": "nonsense", "add": "nonsense", "show": "nonsense"},
    ],
    ids=["NUL", "long", "odd keys", "odd choices"],
)
def test_odd_input_never_breaks_a_form(cast, sent, button):
    client = cast.client("coordinator")
    path, module = make(cast, "path", parts=[PathPart(COURSE)]), make(cast)
    addresses = [f"{PAGES}new/{what}/" for what in ("module", "path", "course", "in-person")]
    for address in (*addresses, f"{PAGES}{path.uuid}/edit/", f"{PAGES}{module.uuid}/edit/"):
        answer = client.post(address, {**sent, button: "nonsense"})
        assert answer.status_code in (200, 302)
        assert "<script>" not in answer.content.decode().replace("<script src", "")


# ----- the other forms ----------------------------------------------------------------------------------------------


def test_a_path_is_made_by_adding_courses_one_by_one(cast):
    build.course(SECOND, name="First aid")
    drill = make(cast, "course", name="Evacuation", offline=True)
    client = cast.client("coordinator")
    chosen: list[str] = []
    for key in (SECOND, COURSE, drill.key):
        page = client.post(f"{PAGES}new/path/", {"add": key, "chosen": chosen, "required": chosen})
        chosen = lines(page)
    assert chosen == [SECOND, COURSE, drill.key]
    sent = {"name": "Warden", "chosen": chosen, "required": [COURSE, drill.key], "criterion": "content", "save": ""}
    client.post(f"{PAGES}new/path/", sent)
    made = Training.objects.get(kind="path")
    assert facts(made).parts == (PathPart(SECOND, required=False), PathPart(COURSE), PathPart(drill.key))
    assert made.criterion == "content"


def test_a_path_saved_as_it_is_stays_as_it_is_even_with_a_course_that_is_gone(cast):
    from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

    build.course(SECOND, name="First aid")
    row = make(cast, "path", parts=[PathPart(SECOND), PathPart(COURSE, required=False)])
    CourseOverview.objects.filter(id=SECOND).delete()
    client = cast.client("coordinator")
    page = client.get(f"{PAGES}{row.uuid}/edit/")
    assert lines(page) == [SECOND, COURSE]
    sent = {"name": "Warden", "chosen": lines(page), "required": SECOND, "criterion": row.criterion, "save": ""}
    assert client.post(f"{PAGES}{row.uuid}/edit/", sent).status_code == 302
    assert (facts(row).name, facts(row).parts) == ("Warden", (PathPart(SECOND), PathPart(COURSE, required=False)))


def test_a_course_becomes_a_training_by_being_chosen(cast):
    build.course(SECOND, name="First aid")
    client = cast.client("coordinator")
    for told in ("Saved.", "This course is a training already."):
        answer = client.post(f"{PAGES}new/course/", {"key": SECOND, "goals": "Help", "save": ""})
        made = Training.objects.get(key=SECOND)
        assert answer["Location"] == f"{PAGES}{made.uuid}/"
        assert told in client.get(answer["Location"]).content.decode()
    client.post(f"{PAGES}{made.uuid}/edit/", {"goals": "Rescue", "criterion": "passing", "save": ""})
    assert (facts(made).name, facts(made).goals, facts(made).criterion) == ("First aid", "Rescue", "passing")


def test_something_in_person_needs_only_a_name(cast):
    cast.client("coordinator").post(f"{PAGES}new/in-person/", {"name": "Evacuation", "save": ""})
    made = Training.objects.get(offline=True)
    assert (made.kind, made.name, made.organization.short_name) == ("course", "Evacuation", "Acme")


def test_an_owner_is_chosen_only_where_there_is_a_choice(cast):
    client, boss = cast.client("coordinator"), cast.client("global_staff")
    assert "organization" not in client.get(f"{PAGES}new/in-person/").context["form"].fields
    assert "organization" in boss.get(f"{PAGES}new/in-person/").context["form"].fields
    boss.post(f"{PAGES}new/in-person/", {"name": "Evacuation", "organization": "Globex", "save": ""})
    made = Training.objects.get(offline=True)
    assert made.organization.short_name == "Globex"
    boss.post(f"{PAGES}{made.uuid}/edit/", {"name": "Evacuation", "organization": "Acme", "save": ""})
    assert facts(made).organization == "Acme"


def test_course_staff_edit_a_module_without_changing_its_owner(cast):
    row = make(cast)
    sent = {"name": "New", "chosen": [unit(0), unit(1)], "ticked": [unit(0), unit(1)], "shown": COURSE, "save": ""}
    assert cast.client("course_staff").post(f"{PAGES}{row.uuid}/edit/", sent).status_code == 302
    assert (facts(row).name, facts(row).organization) == ("New", "Acme")


# ----- the archive --------------------------------------------------------------------------------------------------


def test_archiving_asks_first_and_says_what_happens(cast):
    row = make(cast)
    cast.assign("otto", training=str(row.uuid))
    client = cast.client("coordinator")
    told = text(client.get(f"{PAGES}{row.uuid}/archive/"))
    assert "1 open assignment stays open." in told
    assert "no longer reminded" in told
    assert Training.objects.get(pk=row.pk).archived_at is None
    answer = client.post(f"{PAGES}{row.uuid}/archive/")
    assert Training.objects.get(pk=row.pk).archived_at is not None
    assert "Drill is archived." in client.get(answer["Location"]).content.decode()
    assert "It can be assigned again." in text(client.get(f"{PAGES}{row.uuid}/archive/"))
    client.post(f"{PAGES}{row.uuid}/archive/")
    assert Training.objects.get(pk=row.pk).archived_at is None
    assert Assignment.objects.get(training=row).open


# ----- assigning any of them ----------------------------------------------------------------------------------------

NEW = "/mandatory-assignments/staff/new/"


def targets(answer: Any) -> dict[str, list[str]]:
    """The names that the form offers by group; courses alone have none."""
    found: dict[str, list[str]] = {}
    for value, label in answer.context["form"].fields["course"].choices:
        if isinstance(label, list | tuple):
            found[str(value)] = [name for _value, name in label]
        elif value:
            found.setdefault("", []).append(label)
    return found


def test_the_form_offers_all_kinds_in_groups_but_nothing_archived(cast):
    from mandatory_assignments.services.trainings import archive_training

    client = cast.client("coordinator")
    assert targets(client.get(NEW)) == {"": [f"Fire safety ({COURSE})"]}
    module, path = make(cast), make(cast, "path", name="Warden", parts=[PathPart(COURSE)])
    make(cast, "course", name="Evacuation", offline=True)
    assert targets(client.get(NEW)) == {
        "Courses": [f"Fire safety ({COURSE})"],
        "Modules": ["Drill"],
        "Paths": ["Warden"],
        "In person": ["Evacuation"],
    }
    for row in (path, Training.objects.get(key=COURSE)):
        archive_training(row.uuid, actor=cast.people["coordinator"])
    assert targets(client.get(NEW)) == {"Modules": ["Drill"], "In person": ["Evacuation"]}
    assert f'value="{module.uuid}" selected' in client.get(f"{NEW}?training={module.uuid}").content.decode()


def test_a_module_is_assigned_by_the_form(cast):
    row = make(cast)
    sent = {"course": str(row.uuid), "learner": "otto", "due_on": "2027-05-14", "note": ""}
    answer = cast.client("coordinator").post(NEW, sent)
    assert Assignment.objects.get(training=row).learner.username == "otto"
    assert "Drill" in text(cast.client("coordinator").get(answer["Location"]))


def test_the_page_of_a_course_offers_it_and_the_modules_wholly_inside(cast):
    build.course(SECOND, name="First aid", sections=1, subsections=1, units=2)
    make(cast, name="Inside")
    make(cast, name="Across", blocks=[unit(0), unit(0, SECOND)])
    make(cast, "path", name="Warden", parts=[PathPart(COURSE)])
    address = f"/mandatory-assignments/staff/courses/{COURSE}/new/"
    assert targets(cast.client("course_staff").get(address)) == {
        "Courses": [f"Fire safety ({COURSE})"],
        "Modules": ["Inside"],
    }


@pytest.mark.parametrize("kind", ["module", "path", "in person"])
def test_the_learner_sees_what_is_to_be_done(cast, kind):
    build.course(SECOND, name="First aid", sections=1, subsections=1, units=2)
    drill = make(cast, "course", name="Evacuation", offline=True)
    row = {
        "module": lambda: make(cast, blocks=[unit(1, SECOND), unit(3)]),
        "path": lambda: make(cast, "path", parts=[PathPart(SECOND), PathPart(drill.key), PathPart(COURSE)]),
        "in person": lambda: drill,
    }[kind]()
    (made,) = cast.assign("otto", training=str(row.uuid))
    build.drain()
    build.complete(cast.people["other_learner"], SECOND)
    build.drain()
    client = cast.client("other_learner")
    shown = client.get(f"/api/mandatory-assignments/v1/me/assignments/{made}/").json()
    assert [(item["key"], item["done"], bool(item["url"])) for item in shown["items"]] == {
        "module": [(unit(1, SECOND), True, True), (unit(3), False, True)],
        "path": [
            *((unit(number, SECOND), True, True) for number in range(2)),
            *((unit(number), False, True) for number in range(4)),
            (drill.key, False, False),
        ],
        "in person": [(drill.key, False, False)],
    }[kind]
    page = client.get(f"/mandatory-assignments/assignments/{made}/")
    sections = {"module": ["First aid", "Fire safety"], "path": ["First aid", "Fire safety", "In person"]}
    assert all(section in text(page) for section in sections.get(kind, ["Evacuation"]))
    going_on = client.get(f"/mandatory-assignments/assignments/{made}/continue/")["Location"]
    if kind == "in person":
        assert "This takes place in person." in text(page)
        assert going_on == f"/mandatory-assignments/assignments/{made}/"
    else:
        assert going_on.endswith(unit(3) if kind == "module" else unit(0))
