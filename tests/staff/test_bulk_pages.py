"""Assigning to many by page: four steps that lose nothing, a preview, and exactly what it says, once."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from demo.campus import build
from mandatory_assignments import bulk
from mandatory_assignments.models import Assignment, Department, Job, JobRow, LearningGroup
from mandatory_assignments.services.jobs import forget_jobs
from mandatory_assignments.staff import people_lists
from tests.roles import COURSE

PAGES = "/mandatory-assignments/staff"
WHAT = {"course": COURSE, "due_on": "2027-05-14", "note": "Read it\r\nplease", "notify_by_email": "on"}
RULES = {"remind": "", "reminders-TOTAL_FORMS": "0", "reminders-INITIAL_FORMS": "0"}


@pytest.fixture
def crowd(cast):
    return [build.user(f"p{number:03}", name=f"Person {number:03}", organization="Acme") for number in range(30)]


def text(answer):
    return " ".join(answer.content.decode().split())


def begin(client, start=f"{PAGES}/bulk/"):
    """The address of a new draft."""
    answer = client.get(start)
    assert answer.status_code == 302
    return answer["Location"]


def filled(client, people, start=f"{PAGES}/bulk/", **what):
    """A draft that has got as far as its preview."""
    draft = begin(client, start)
    answer = client.post(draft, {**WHAT, **what})
    assert answer["Location"] == f"{draft}people/", answer.context["form"].errors
    answer = client.post(f"{draft}people/", {"next": "1", "sub_departments": "1", **people})
    assert answer["Location"] == f"{draft}reminders/"
    answer = client.post(f"{draft}reminders/", RULES)
    assert answer["Location"] == f"{draft}preview/"
    return draft


def confirm(client, draft, **sent):
    plan = client.get(f"{draft}preview/").context["plan"]
    return client.post(f"{draft}preview/", {"confirm": "1", "plan": str(plan.uuid), **sent})


def test_four_steps_a_preview_and_a_button_that_says_how_many(cast, crowd):
    client = cast.client("coordinator")
    draft = filled(client, {"entries": "p000\r\np001@example.com\r\nlena\r\nnobody\r\np000"})
    assert Assignment.objects.count() == 1
    page = client.get(f"{draft}preview/")
    assert page.context["counts"] == {"create": 2, "assigned": 1, "completed": 0, "cannot": 1}
    html = text(page)
    assert "Assign to 2 people" in html
    assert "Friday, 14 May 2027" in html
    assert "No learner &quot;nobody&quot; can be found." in text(client.get(f"{draft}preview/?part=cannot"))
    answer = confirm(client, draft)
    job = Job.objects.get(confirmed_at__isnull=False)
    assert answer["Location"] == f"{PAGES}/jobs/{job.uuid}/"
    bulk.work_jobs()
    made = Assignment.objects.filter(learner__username__in=["p000", "p001"])
    assert [(row.note, row.assigned_by) for row in made] == [("Read it\nplease", cast.people["coordinator"])] * 2


def test_confirming_twice_or_going_back_afterwards_leads_to_the_same_job(cast, crowd):
    client = cast.client("coordinator")
    draft = filled(client, {"entries": "p000"})
    plan = client.get(f"{draft}preview/").context["plan"]
    sent = {"confirm": "1", "plan": str(plan.uuid)}
    first, second = client.post(f"{draft}preview/", sent), client.post(f"{draft}preview/", sent)
    assert first["Location"] == second["Location"] == f"{PAGES}/jobs/{plan.uuid}/"
    for step in ("", "people/", "reminders/", "preview/"):
        assert client.get(f"{draft}{step}")["Location"] == first["Location"]
        assert client.post(f"{draft}{step}", {"plan": "1", **WHAT})["Location"] == first["Location"]
    bulk.work_jobs()
    assert Assignment.objects.filter(learner__username="p000").count() == 1
    assert Job.objects.filter(confirmed_at__isnull=False).count() == 1


def test_every_step_can_be_reloaded_and_gone_back_to(cast, crowd):
    client = cast.client("coordinator")
    draft = filled(client, {"entries": "p000\r\np001"}, repeats="on", every="2", unit="years", late_policy="freeze")
    what = text(client.get(draft))
    assert 'value="2027-05-14"' in what
    assert "Read it please" in what
    assert 'name="every" value="2"' in what
    assert "p000 p001" in text(client.get(f"{draft}people/"))
    client.post(f"{draft}reminders/", {**RULES, "remind": "compliance"})
    assert 'value="compliance" checked' in text(client.get(f"{draft}reminders/"))
    assert "every 2 years" in text(client.get(f"{draft}preview/"))
    job = Job.objects.get(state="planned")
    assert (job.terms["terms"]["late_policy"], len(job.terms["terms"]["remind"])) == ("freeze", 5)


def test_what_is_changed_after_the_preview_needs_a_new_one(cast, crowd):
    client = cast.client("coordinator")
    draft = filled(client, {"entries": "p000"})
    old = client.get(f"{draft}preview/").context["plan"]
    client.post(f"{draft}people/", {"next": "1", "entries": "p000\r\np001"})
    assert "There is no preview of this yet." in text(client.get(f"{draft}preview/"))
    assert not Job.objects.filter(uuid=old.uuid).exists()
    answer = client.post(f"{draft}preview/", {"confirm": "1", "plan": str(old.uuid)})
    assert answer.status_code == 200
    client.post(f"{draft}preview/", {"plan": "1"})
    answer = client.post(f"{draft}preview/", {"confirm": "1", "plan": str(old.uuid)})
    assert "The preview was made anew in the meantime. Look at it again." in text(answer)
    assert "Assign to 2 people" in text(answer)
    assert not Job.objects.filter(confirmed_at__isnull=False).exists()


def test_two_tabs_with_drafts_of_their_own_do_not_meet(cast, crowd):
    client = cast.client("coordinator")
    one, other = filled(client, {"entries": "p000"}), filled(client, {"entries": "p001\r\np002"})
    assert client.get(f"{one}preview/").context["plan"].total == 1
    assert client.get(f"{other}preview/").context["plan"].total == 2


def test_departments_and_groups_with_what_is_below_and_without(cast, crowd):
    build.department("Acme/Field/North", "Acme", crowd[:3], [])
    build.department("Acme/Field", "Acme", crowd[3:5], [])
    build.learning_group("Drivers", "Acme", crowd[4:6])
    field, group = Department.objects.get(path="Field"), LearningGroup.objects.get()
    client = cast.client("coordinator")
    draft = filled(client, {"departments": str(field.uuid), "groups": str(group.uuid), "by": "departments"})
    assert client.get(f"{draft}preview/").context["counts"] == {"create": 6, "assigned": 1, "completed": 0, "cannot": 0}
    page = client.get(f"{draft}people/")
    assert "7 people" in page.context["counted"]["told"]
    assert [(row.name, row.depth, row.count) for row in page.context["departments"].rows] == [
        ("Field", 0, 3),
        ("North", 1, 3),
    ]
    asked = {"departments": str(field.uuid)}
    assert "3 people" in text(client.post(f"{draft}people/count/", asked))
    answer = client.post(f"{draft}people/", {**asked, "search": "1", "find": "north"}, follow=True)
    assert [row.path for row in answer.context["departments"].rows] == ["Field", "Field/North"]


def test_an_uploaded_list_is_kept_counted_and_removed(cast, crowd):
    client = cast.client("coordinator")
    draft = begin(client)
    client.post(draft, WHAT)
    file = SimpleUploadedFile("people.csv", "Name;E-Mail\nA;p000@example.com\nB;P001@example.com \n".encode("utf-16"))
    answer = client.post(f"{draft}people/", {"add": "1", "learner": "p002", "upload": file}, follow=True)
    html = text(answer)
    assert "people.csv" in html
    assert "2 entries" in html
    assert "3 people" in html
    answer = client.post(f"{draft}people/", {"drop": "1", "entries": "p002"}, follow=True)
    assert "1 person" in text(answer)
    assert "people.csv" not in text(answer)


@pytest.mark.parametrize(
    ("content", "entries"),
    [
        ("p000\r\np001\r\np000\r\n", ["p000", "p001"]),
        ('"Username"\n"p000"\n\n p001 \n', ["p000", "p001"]),
        ("sep=;\nTown;Login\nUlm;p000\n;p001\nBonn;\n", ["p000", "p001"]),
        ("user\tmail\np000\tx@example.com\n\tp001@example.com\n", ["p000", "p001@example.com"]),
        ('mail,name\np000@example.com,"Ada, Countess\nof Lovelace"\n', ["p000@example.com"]),
        ("username\n", []),
    ],
)
def test_a_list_is_read_however_it_is_written(content, entries):
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert people_lists.uploaded(content.encode(encoding)) == entries


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04x", "own format: save it as CSV"),
        (b"", "empty"),
        (b"\n \n", "The file is empty."),
        (b"a\x00b", "it is no text"),
        (b"Name;Town\nA;B\n", "none of them called"),
        (b"Name;E-Mail;Mail\nA;B;C\n", "is there twice"),
        (("x" * 300).encode(), "longer than 254"),
    ],
)
def test_a_list_that_cannot_be_read_says_why(cast, content, words):
    client = cast.client("coordinator")
    draft = begin(client)
    client.post(draft, WHAT)
    answer = client.post(f"{draft}people/", {"next": "1", "upload": SimpleUploadedFile("list.csv", content)})
    assert answer.status_code == 200
    assert words in text(answer)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"course": ""}, "course"),
        ({"due_on": "soon"}, "due_on"),
        ({"due_on": "2027-05-03"}, "due_on"),
        ({"repeats": "on", "every": "0"}, "every"),
        ({"note": "x" * 3000}, "note"),
    ],
)
def test_what_is_wrong_with_the_terms_is_said_in_the_first_step(cast, changed, field):
    client = cast.client("coordinator")
    answer = client.post(begin(client), {**WHAT, **changed})
    assert answer.status_code == 200
    assert field in answer.context["form"].errors


def test_nobody_is_too_few(cast):
    client = cast.client("coordinator")
    draft = begin(client)
    client.post(draft, WHAT)
    answer = client.post(f"{draft}people/", {"next": "1", "entries": " \r\n"})
    assert "Name at least one person, department or group." in text(answer)
    draft = filled(client, {"entries": "lena"})
    html = text(client.get(f"{draft}preview/"))
    assert "There is nobody to assign it to." in html
    assert 'name="confirm"' not in html


def test_steps_that_are_not_there_yet_lead_to_the_one_that_is(cast):
    client = cast.client("coordinator")
    draft = begin(client)
    for step, leads_to in (("people/", ""), ("reminders/", "people/"), ("preview/", "people/")):
        assert client.get(f"{draft}{step}")["Location"] == f"{draft}{leads_to}"


def test_many_have_to_be_typed_and_the_error_names_both_numbers(cast, crowd, settings):
    settings.MANDATORY_ASSIGNMENTS_BULK_TYPE_COUNT_FROM = 2
    client = cast.client("coordinator")
    draft = filled(client, {"entries": "p000\r\np001"})
    assert "These are many. Type the number 2 to confirm." in text(client.get(f"{draft}preview/"))
    assert "Type the number 2 to confirm." in text(confirm(client, draft))
    assert "You typed 3; the preview is about 2." in text(confirm(client, draft, typed="3"))
    assert confirm(client, draft, typed=" 2 ").status_code == 302


def test_those_who_have_completed_it_are_left_out_unless_they_are_wanted(cast, crowd):
    build.enroll(crowd[0], COURSE)
    cast.assign("p000")
    build.complete(crowd[0], COURSE)
    build.drain()
    client = cast.client("coordinator")
    draft = filled(client, {"entries": "p000\r\np001"})
    page = client.get(f"{draft}preview/")
    assert page.context["counts"] == {"create": 1, "assigned": 0, "completed": 1, "cannot": 0}
    assert "Also assign to those who have completed it" in text(page)
    page = client.post(f"{draft}preview/", {"include": "1"}, follow=True)
    assert page.context["counts"]["create"] == 2
    page = client.post(f"{draft}preview/", {"include": "0"}, follow=True)
    assert page.context["counts"]["create"] == 1
    again = filled(client, {"entries": "p000\r\np001"}, prior_work="ignore")
    html = text(client.get(f"{again}preview/"))
    assert "1 of them would have been done with it at once, and begin anew" in html


def test_the_reminders_show_the_dates_of_somebody_as_an_example(cast, crowd):
    client = cast.client("coordinator")
    draft = begin(client)
    client.post(draft, WHAT)
    client.post(f"{draft}people/", {"next": "1", "entries": "lena\r\np000"})
    html = text(client.get(f"{draft}reminders/"))
    assert "For example for p000" in html
    own = {
        "remind": "own",
        "reminders-TOTAL_FORMS": "1",
        "reminders-INITIAL_FORMS": "0",
        "reminders-0-days": "5",
        "reminders-0-when": "before",
        "reminders-0-recipients": "student",
    }
    assert "Sunday, 9 May 2027" in text(client.post(f"{draft}reminders/dates/", own))
    added = text(client.post(f"{draft}reminders/", {**own, "add": "1"}))
    assert "Reminder 2" in added
    wrong = client.post(f"{draft}reminders/", {**own, "reminders-0-days": "-1"})
    assert "whole number" in text(wrong)
    client.post(f"{draft}reminders/", own)
    assert 'value="5"' in text(client.get(f"{draft}reminders/"))


def test_course_staff_assign_their_course_to_those_enrolled(cast, crowd):
    client = cast.client("course_staff")
    draft = filled(client, {"entries": "otto\r\np000"}, start=f"{PAGES}/courses/{COURSE}/bulk/")
    page = client.get(f"{draft}preview/")
    assert page.context["counts"] == {"create": 1, "assigned": 0, "completed": 0, "cannot": 1}
    people = text(client.get(f"{draft}people/"))
    assert "By department" not in people
    assert f"{PAGES}/courses/{COURSE}/" in page.context["list_url"]


def test_people_and_departments_of_others_are_as_if_they_were_not_there(cast, crowd):
    stranger = build.user("strange", organization="Globex")
    build.department("Globex/Lab", "Globex", [stranger], [])
    client = cast.client("coordinator")
    draft = filled(client, {"entries": "strange\r\nnobody\r\np000"})
    rows = client.get(f"{draft}preview/?part=cannot").context["rows"]
    assert [row["message"] for row in rows] == [
        'No learner "strange" can be found.',
        'No learner "nobody" can be found.',
    ]
    lab = Department.objects.get(path="Lab")
    answer = client.post(f"{draft}people/", {"next": "1", "departments": str(lab.uuid)})
    assert f"No department &quot;{lab.uuid}&quot; can be found." in text(answer)
    assert not [row for row in client.get(f"{draft}people/").context["departments"].rows if row.name == "Lab"]


@pytest.mark.parametrize("role", ["course_staff", "foreign_coordinator", "global_staff"])
def test_somebody_elses_draft_does_not_exist(cast, crowd, role):
    draft = filled(cast.client("coordinator"), {"entries": "p000"})
    client = cast.client(role)
    for step in ("", "people/", "reminders/", "preview/", "preview/rows.csv"):
        assert client.get(f"{draft}{step}").status_code == 404
        assert client.get(f"{PAGES}/bulk/{uuid.uuid4()}/{step}").status_code == 404
    for step in ("", "people/", "people/count/", "reminders/", "reminders/dates/", "preview/"):
        assert client.post(f"{draft}{step}", {"confirm": "1"}).status_code == 404


def test_a_preview_of_many_costs_as_many_queries_as_one_of_one(cast, crowd, count_queries):
    client = cast.client("coordinator")
    one = filled(client, {"entries": "p000"})
    many = filled(client, {"entries": "\r\n".join(user.username for user in crowd)})
    client.get(f"{one}preview/")
    few = count_queries(lambda: client.get(f"{one}preview/"))
    assert count_queries(lambda: client.get(f"{many}preview/")) == few
    sheet = b"".join(client.get(f"{many}preview/rows.csv?part=create").streaming_content).decode()
    assert len(sheet.splitlines()) == 31


def test_what_nobody_finishes_is_forgotten_after_a_day(cast, crowd):
    from datetime import timedelta

    from mandatory_assignments import clock

    client = cast.client("coordinator")
    draft = filled(client, {"entries": "p000"})
    forget_jobs(now=clock.now() + timedelta(hours=23))
    assert client.get(draft).status_code == 200
    forget_jobs(now=clock.now() + timedelta(hours=25))
    assert client.get(draft).status_code == 404
    assert not JobRow.objects.exists()
