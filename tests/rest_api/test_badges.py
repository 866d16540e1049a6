"""What the front end's script is told, of one's own alone: badges of a course, the dashboard's section, menus."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.data import PathPart
from mandatory_assignments.host import lms
from mandatory_assignments.models import Cycle, ModuleBlock
from mandatory_assignments.queries import tracking
from tests.roles import COURSE, NOW, ROLES

BADGES = "/api/mandatory-assignments/v1/me/course-badges/"
DASHBOARD = "/api/mandatory-assignments/v1/me/dashboard/"
LINKS = "/api/mandatory-assignments/v1/me/links/"
NOTHING = {"blocks": {}, "notes": []}
DUE, DONE = "Mandatory – due Friday, 14 May 2027", "Done – was due Friday, 14 May 2027"


@pytest.fixture(autouse=True)
def _look_at_the_assigned_courses_anew():
    tracking.forget_tracked_courses()
    yield
    tracking.forget_tracked_courses()


def badges(cast, role="learner", course=COURSE, client=None, **query):
    answer = (client or cast.client(role)).get(BADGES, {"course": course, **query})
    assert answer.status_code == 200, answer.content
    return answer.json()


def parts(course=COURSE):
    """The keys of a course's subsections, in order."""
    outline = lms.outlines([str(course)])[str(course)]
    return [part.key for section in outline.sections for part in section.subsections]


def units(course=COURSE):
    return [str(key) for key in build.units(course)]


def bundle(cast, name, *blocks, note="", days=5, learner="lena"):
    """A module of these blocks, assigned and due in some days."""
    by = {"actor": cast.people["global_staff"], "now": NOW}
    (made,) = api.create_training(kind="module", name=name, organization="Acme", blocks=list(blocks), **by).created
    cast.assign(learner, training=str(made), note=note, due_on=(NOW + timedelta(days=days)).date())
    tracking.forget_tracked_courses()


def test_every_unit_and_subsection_of_an_assigned_course_has_its_due_date(cast):
    found = badges(cast)
    assert set(found) == {"blocks", "notes"}
    assert set(found["blocks"]) == {*units(), *parts()}
    badge = {"due_at": "2027-05-14T21:59:59.999999Z", "due_text": DUE, "done": False}
    assert all(each == badge for each in found["blocks"].values())
    (note,) = found["notes"]
    assert note == {
        "assignment": str(cast.assignment_id),
        "training": "Fire safety",
        "note": "Before the drill",
        "assigned_by": "Cora Office",
        "due_at": badge["due_at"],
        "due_text": DUE,
    }


def test_what_is_done_says_so_at_once_and_a_subsection_when_all_of_it_is(cast):
    build.complete(cast.people["learner"], COURSE, units=3)
    found = badges(cast)["blocks"]
    assert [found[key]["done"] for key in units()] == [True, True, True, False]
    assert [found[key]["done"] for key in parts()] == [True, False]
    assert (found[units()[0]]["due_text"], found[units()[3]]["due_text"]) == (DONE, DUE)


def test_a_course_key_with_its_plus_sent_as_it_is_is_understood(cast):
    answer = cast.client("learner").get(f"{BADGES}?course={COURSE}")
    assert len(answer.json()["blocks"]) == 6


def test_what_is_overdue_says_by_how_much_and_what_is_completed_stays_done(cast):
    with clock.at(NOW + timedelta(days=13)):
        found = badges(cast, view="script")["blocks"]
        assert {each["due_text"] for each in found.values()} == {
            "Mandatory – was due Friday, 14 May 2027, 2 days overdue"
        }
        assert all(each["overdue"] for each in found.values())
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    build.edit(COURSE, add=1)
    found = badges(cast)["blocks"]
    assert len(found) == 7
    assert {each["due_text"] for each in found.values()} == {DONE}


def test_of_several_the_most_urgent_that_is_not_done_counts(cast):
    bundle(cast, "Exits", units()[0], parts()[1], note="Look up")
    bundle(cast, "Later", units()[0], days=30)
    found = badges(cast, view="script")
    days = [re.search(r"due (\w+), ", found["blocks"][key]["due_text"])[1] for key in units()]
    assert days == ["Saturday", "Friday", "Saturday", "Saturday"]
    assert [len(found["blocks"][key]["assignments"]) for key in units()] == [3, 1, 2, 2]
    assert [each["note"] for each in found["notes"]] == ["Look up", "Before the drill"]
    assert [each["title"] for each in found["assignments"]] == ["Exits", "Fire safety", "Later"]
    build.complete(cast.people["learner"], COURSE, units=1)
    assert badges(cast)["blocks"][units()[0]]["done"]


def test_what_has_to_be_done_again_is_not_done_though_another_assignment_has_it(cast):
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    later = NOW + timedelta(hours=1)
    cast.assign(prior_work="ignore", due_on=(NOW + timedelta(days=60)).date(), now=later)
    found = badges(cast)["blocks"][units()[0]]
    assert (found["done"], found["due_text"]) == (False, "Mandatory – due Friday, 2 July 2027")


def test_the_required_courses_of_a_path_have_badges_and_the_optional_ones_have_none(cast):
    more = [str(build.course(f"course-v1:Acme+MORE{number}+2027")) for number in (1, 2)]
    by = {"actor": cast.people["global_staff"], "now": NOW}
    asked = [PathPart(COURSE, True), PathPart(more[0], True), PathPart(more[1], False)]
    (path,) = api.create_training(kind="path", name="Warden", organization="Acme", parts=asked, **by).created
    cast.assign("otto", training=str(path))
    tracking.forget_tracked_courses()
    assert set(badges(cast, "other_learner", more[0])["blocks"]) == {*units(more[0]), *parts(more[0])}
    assert len(badges(cast, "other_learner")["blocks"]) == 6
    assert badges(cast, "other_learner", more[1]) == NOTHING


@pytest.mark.parametrize("role", [role for role in ROLES[1:] if role != "learner"])
def test_nobody_learns_of_somebody_elses(cast, role):
    assert badges(cast, role) == NOTHING


def test_the_anonymous_learn_nothing(cast):
    assert cast.client("anonymous").get(BADGES, {"course": COURSE}).status_code == 401


@pytest.mark.parametrize("key", ["", "nonsense", "course-v1:No+SUCH+1", "x" * 3000, "<script>"])
def test_an_unknown_course_answers_empty(cast, key):
    assert badges(cast, course=key) == NOTHING


@pytest.mark.parametrize(
    ("name", "value", "code"), [("view", "all", "invalid_choice"), ("user", "otto", "unknown_filter")]
)
def test_what_cannot_be_meant_is_refused(cast, name, value, code):
    answer = cast.client("learner").get(BADGES, {"course": COURSE, name: value})
    assert (answer.status_code, answer.json()["errors"][name][0]["code"]) == (400, code)


def masquerade(client, username):
    chosen = {"role": "student", "user_name": username}
    url = f"/courses/{COURSE}/masquerade"
    return client.post(url, chosen, content_type="application/json").json()["success"]


def test_staff_who_look_as_a_learner_get_the_learners_and_nobody_else_can(cast):
    staff = cast.client("course_staff")
    assert masquerade(staff, "lena")
    assert len(badges(cast, client=staff)["blocks"]) == 6
    assert masquerade(staff, "")
    assert badges(cast, client=staff) == NOTHING
    learner = cast.client("other_learner")
    assert not masquerade(learner, "lena")
    session = learner.session
    chosen = {"role": "student", "user_partition_id": None, "group_id": None, "user_name": "lena"}
    session["masquerade_settings"] = {COURSE: chosen}
    session.save()
    assert badges(cast, client=learner) == NOTHING


def test_what_is_withdrawn_exempt_or_paused_has_no_badges(cast):
    by = {"actor": cast.people["coordinator"], "now": NOW}
    api.exempt_assignments(ids=[cast.assignment_id], reason="Leave", **by)
    assert badges(cast) == NOTHING
    api.lift_exemptions(ids=[cast.assignment_id], **by)
    api.pause_learner(learner="lena", from_on=NOW.date(), until_on=(NOW + timedelta(days=3)).date(), **by)
    assert badges(cast) == NOTHING
    api.resume_learner(learner="lena", **by)
    assert len(badges(cast)["blocks"]) == 6
    api.withdraw_assignments(ids=[cast.assignment_id], **by)
    assert badges(cast) == NOTHING


def test_a_unit_that_this_learner_does_not_see_has_no_badge(cast):
    build.edit(COURSE, hide=1)
    assert len([key for key in badges(cast)["blocks"] if "vertical" in key]) == 3


def cost(cast, course=COURSE, role="learner"):
    """All queries of a second call, and those in our tables."""
    client = cast.client(role)
    badges(cast, course=course, client=client)
    with CaptureQueriesContext(connection) as captured:
        badges(cast, course=course, client=client)
    asked = [query["sql"] for query in captured]
    return len(asked), len([sql for sql in asked if "mandatory_assignments_" in sql])


def test_a_course_without_assignments_costs_none_of_our_queries(cast, settings):
    settings.MANDATORY_ASSIGNMENTS_TRACK_ALL_COURSES = True
    course = str(build.course("course-v1:Acme+FREE+2027"))
    client = cast.client("learner")
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get("/api/mandatory-assignments/v1/openapi.json")
            signing_in = len(captured)
    assert cost(cast, course) == (signing_in, 0)


def test_who_was_assigned_nothing_costs_one_query_of_ours(cast):
    assert cost(cast, role="other_learner")[1] == 1


def copy(name, times):
    """The assigned module of that name once more, and once more."""
    cycle = Cycle.objects.select_related("training", "assignment").get(training__name=name)
    blocks = list(ModuleBlock.objects.filter(module=cycle.training))
    for number in range(times):
        for row in (cycle.training, cycle.assignment, cycle):
            row.pk, row.uuid = None, uuid4()
        cycle.training.key = f"copy-{number}"
        cycle.training.save()
        cycle.assignment.training = cycle.training
        cycle.assignment.save()
        cycle.assignment, cycle.training = cycle.assignment, cycle.training
        cycle.save()
        for block in blocks:
            block.pk, block.module = None, cycle.training
        ModuleBlock.objects.bulk_create(blocks)


def test_a_hundred_assignments_of_a_thousand_units_cost_as_many_queries_as_one(cast):
    big = build.course("course-v1:Acme+BIG+2027", sections=10, subsections=10, units=10, blocks=1)
    bundle(cast, "All", *parts(big), note="Look around")
    one = cost(cast, str(big))
    copy("All", 99)
    assert len(badges(cast, course=str(big))["blocks"]) == 1100
    assert Cycle.objects.filter(learner__username="lena").count() == 101
    assert cost(cast, str(big)) == one
    assert one[1] <= 12


def test_the_answer_stays_with_who_asked_and_is_not_sent_twice(cast):
    client = cast.client("learner")
    first = client.get(BADGES, {"course": COURSE})
    assert first["Cache-Control"] == "private, no-cache"
    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in first["Vary"].split(",")}
    again = client.get(BADGES, {"course": COURSE}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == "private, no-cache"
    build.complete(cast.people["learner"], COURSE, units=1)
    assert client.get(BADGES, {"course": COURSE}, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_script_is_told_where_notes_stand_and_in_which_words(cast, settings):
    settings.MANDATORY_ASSIGNMENTS_NOTE_SURFACE = "slot"
    found = badges(cast, view="script")
    assert found["note_surface"] == "slot"
    assert found["words"]["note_from"] == "Note from %(name)s"
    (mine,) = found["assignments"]
    assert mine["url"] == f"http://testserver/mandatory-assignments/assignments/{cast.assignment_id}/"
    assert (mine["done"], mine["percent"], mine["due_text"]) == (False, 0, DUE)


def test_the_script_is_told_what_counts_no_longer_and_which_training_is_meant(cast):
    by = {"actor": cast.people["coordinator"], "now": NOW}
    api.change_assignments(ids=[cast.assignment_id], fields={"late_policy": "freeze"}, **by)
    bundle(cast, "Drill", units()[0], days=20)
    build.complete(cast.people["learner"], COURSE, units=2)

    def told(number):
        badge = badges(cast, view="script")["blocks"][units()[number]]
        return badge["done"], badge["frozen"], badge["training"]

    assert (told(0), told(3)) == ((True, False, "Fire safety"), (False, False, None))
    with clock.at(NOW + timedelta(days=13)):
        assert (told(1), told(3)) == ((True, False, None), (False, True, None))
        assert badges(cast, view="script")["words"]["frozen"].startswith("What you do now no longer counts")


def test_subsections_are_named_as_far_as_their_titles_tell_them_apart(cast):
    course = build.course("course-v1:Acme+TWINS+2027", sections=2, subsections=2, units=1, blocks=1)
    outline = lms.outlines([str(course)])[str(course)]
    cast.assign(training=str(course))
    tracking.forget_tracked_courses()
    found = badges(cast, course=str(course), view="script")["places"]
    titles = [part.title for section in outline.sections for part in section.subsections]
    assert [found[key]["title"] for key in parts(course)] == titles
    assert {found[key]["unique"] for key in parts(course)} == {len(set(titles)) == len(titles)}


def test_it_speaks_german_to_whoever_does(cast):
    answer = cast.client("learner").get(BADGES, {"course": COURSE}, headers={"Accept-Language": "de"})
    with translation.override("de"):
        assert "14. Mai 2027" in json.dumps(answer.json(), ensure_ascii=False)


class TestDashboard:
    def test_it_tells_in_words_what_is_most_urgent(self, cast):
        found = cast.client("learner").get(DASHBOARD).json()
        (card,) = found["assignments"]
        page = f"http://testserver/mandatory-assignments/assignments/{cast.assignment_id}/"
        assert card == {
            "id": str(cast.assignment_id),
            "title": "Fire safety",
            "url": page,
            "continue_url": f"{page}continue/",
            "continue_text": "Continue",
            "status": "assigned",
            "status_text": "Assigned",
            "frozen_text": None,
            "due_text": "11 days left – Friday, 14 May 2027",
            "hindrance": None,
            "units_text": "0 of 4 units",
            "percent": 0,
            "progress_label": "Progress in Fire safety",
        }
        assert [link["text"] for link in found["links"]] == ["1 unread message", "All my assignments"]

    def test_it_says_what_counts_no_longer_and_what_keeps_somebody_out(self, cast):
        by = {"actor": cast.people["coordinator"], "now": NOW}
        api.change_assignments(ids=[cast.assignment_id], fields={"late_policy": "freeze"}, **by)
        build.drain()
        build.unenroll(cast.people["learner"], COURSE, by=cast.people["global_staff"])
        build.drain()
        with clock.at(NOW + timedelta(days=13)):
            (card,) = cast.client("learner").get(DASHBOARD).json()["assignments"]
        assert card["frozen_text"] == "Frozen"
        assert card["hindrance"] == "You are not enrolled in the course any more. Enrol again to go on."

    def test_a_due_day_that_ends_by_another_clock_names_it(self, cast, settings):
        settings.MANDATORY_ASSIGNMENTS_DEADLINE_ZONE = "America/Los_Angeles"
        bundle(cast, "Drill", units()[0])
        told = [card["due_text"] for card in cast.client("learner").get(DASHBOARD).json()["assignments"]]
        assert told == [
            "5 days left – Saturday, 8 May 2027 (America/Los_Angeles)",
            "11 days left – Friday, 14 May 2027",
        ]

    def test_it_is_empty_where_there_is_nothing(self, cast):
        found = cast.client("other_learner").get(DASHBOARD).json()
        assert (found["assignments"], found["links"]) == ([], [])

    def test_more_than_five_are_a_link_and_cost_no_more(self, cast):
        def asked():
            client.get(DASHBOARD)
            with CaptureQueriesContext(connection) as captured:
                found = client.get(DASHBOARD).json()
            return found, len(captured)

        client = cast.client("learner")
        _found, few = asked()
        for number in range(6):
            bundle(cast, f"Drill {number}", units()[0])
        found, many = asked()
        assert (len(found["assignments"]), many) == (5, few)
        assert "2 more, and all my assignments" in [link["text"] for link in found["links"]]

    def test_what_is_completed_has_nothing_to_go_on_with(self, cast):
        build.complete(cast.people["learner"], COURSE)
        build.drain()
        (card,) = cast.client("learner").get(DASHBOARD).json()["assignments"]
        assert (card["status"], card["continue_url"]) == ("completed", None)


@pytest.mark.parametrize("role", ROLES[1:])
def test_the_menus_have_the_staff_pages_for_whom_they_are(cast, role):
    answer = cast.client(role).get(LINKS)
    found = [link["url"] for link in answer.json()["links"]]
    learner = role in ("learner", "other_learner")
    assert found == ([] if learner else ["http://testserver/mandatory-assignments/staff/"])
    assert answer["Cache-Control"] == "private, max-age=600"
