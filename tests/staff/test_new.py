"""Assigning by the page: what the form offers, what it says when something is wrong, what follows."""

import html as markup
import re

import pytest

from demo.campus import build
from mandatory_assignments.models import Assignment, Training
from tests.roles import COURSE

NEW = "/mandatory-assignments/staff/new/"
GOOD = {"course": COURSE, "learner": "otto", "due_on": "2027-05-14", "note": "Read it\r\nplease"}


def send(cast, role="coordinator", address=NEW, **changed):
    return cast.client(role).post(address, {**GOOD, **changed})


def errors(answer):
    assert answer.status_code == 200
    return {field: list(found) for field, found in answer.context["form"].errors.items()}


def test_it_leads_to_the_new_assignment_which_says_whom_what_and_by_when(cast):
    client = cast.client("coordinator")
    answer = client.post(NEW, GOOD)
    made = Assignment.objects.get(learner=cast.people["other_learner"])
    assert answer.status_code == 302
    assert answer["Location"] == f"/mandatory-assignments/staff/assignments/{made.uuid}/"
    page = client.get(answer["Location"]).content.decode()
    assert "Assigned: Fire safety to Otto Lang, due Friday, 14 May 2027." in page
    assert (made.assigned_by, made.note) == (cast.people["coordinator"], "Read it\nplease")


def test_an_email_is_as_good_as_a_username(cast):
    assert send(cast, learner=" Otto@Example.com ").status_code == 302


def test_sending_it_twice_makes_one_and_keeps_what_was_typed(cast):
    send(cast)
    answer = send(cast)
    assert errors(answer) == {"learner": ["This training is assigned to this person already."]}
    assert Assignment.objects.filter(learner=cast.people["other_learner"]).count() == 1
    html = answer.content.decode()
    assert 'value="otto"' in html
    assert 'value="2027-05-14"' in html
    assert "Read it\r\nplease" in markup.unescape(html)


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"course": ""}, "course", "required"),
        ({"course": "course-v1:Acme+NONE+2027"}, "course", "not one of the available choices"),
        ({"learner": ""}, "learner", "required"),
        ({"learner": "nobody"}, "learner", 'No learner "nobody" can be found.'),
        ({"learner": "gregor"}, "learner", 'No learner "gregor" can be found.'),
        ({"learner": "<img src=x>"}, "learner", 'No learner "<img src=x>" can be found.'),
        ({"learner": "a\x00b"}, "learner", "Null characters are not allowed"),
        ({"learner": "x" * 300}, "learner", "at most 254 characters"),
        ({"due_on": ""}, "due_on", "required"),
        ({"due_on": "2027-02-30"}, "due_on", "This is no date"),
        ({"due_on": "14.05.2027"}, "due_on", "This is no date"),
        ({"due_on": "2027-05-02"}, "due_on", "the first date allowed is 2027-05-06"),
        ({"due_on": "2027-05-05"}, "due_on", "the first date allowed is 2027-05-06"),
        ({"due_on": "9999-12-31"}, "due_on", "the last date allowed is 2200-12-31"),
        ({"note": "x" * 10_000}, "note", "The note has 10000 characters; at most 2000 are allowed."),
        ({"note": "a\x00b"}, "note", "Null characters are not allowed"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_beside_the_field(cast, changed, field, words):
    answer = send(cast, **changed)
    found = errors(answer)
    assert list(found) == [field]
    assert words in found[field][0]
    assert "<img" not in answer.content.decode()
    assert Assignment.objects.count() == 1


def test_nobody_found_says_why_that_may_be(cast):
    assert "Check the spelling." in send(cast, learner="nobody").content.decode()


def test_a_refused_form_leaves_nothing_behind(cast):
    fresh = build.course("course-v1:Acme+NEW+2027")
    send(cast, course=str(fresh), learner="nobody")
    assert not Training.objects.filter(key=str(fresh)).exists()


def test_the_error_summary_leads_to_the_field(cast):
    html = send(cast, learner="nobody").content.decode()
    assert '<a href="#ma-learner">Learner</a>' in html
    assert 'role="alert"' in html
    assert 'aria-invalid="true"' in html


@pytest.mark.parametrize(
    ("role", "courses"),
    [
        ("coordinator", [COURSE, "course-v1:Acme+SECOND+2027"]),
        ("foreign_coordinator", ["course-v1:Globex+OWN+2027"]),
        ("course_staff", [COURSE]),
        ("global_staff", [COURSE, "course-v1:Globex+OWN+2027", "course-v1:Acme+SECOND+2027"]),
    ],
)
def test_the_courses_offered_are_those_the_role_may_use(cast, role, courses):
    build.course("course-v1:Acme+SECOND+2027", name="Second")
    build.course("course-v1:Globex+OWN+2027", name="Own")
    choices = cast.client(role).get(NEW).context["form"].fields["course"].choices
    assert [value for value, _ in choices if value] == courses


@pytest.mark.parametrize(
    ("role", "address", "names"),
    [
        ("coordinator", NEW, {"lena", "otto", "max", "cora"}),
        ("foreign_coordinator", NEW, {"gregor"}),
        ("course_staff", NEW, set()),
        ("course_staff", f"/mandatory-assignments/staff/courses/{COURSE}/new/", {"lena", "otto"}),
    ],
)
def test_the_people_offered_are_those_the_role_may_find(cast, role, address, names):
    assert {username for username, _ in cast.client(role).get(address).context["suggestions"]} == names


def test_a_choice_of_organization_is_offered_only_where_there_is_one(cast):
    assert "organization" not in cast.client("coordinator").get(NEW).context["form"].fields
    build.coordinator(cast.people["coordinator"], "Globex")
    form = cast.client("coordinator").get(NEW).context["form"]
    assert [value for value, _ in form.fields["organization"].choices] == ["", "Acme", "Globex"]


def test_the_chosen_organization_keeps_the_record(cast):
    build.coordinator(cast.people["coordinator"], "Globex")
    assert send(cast, learner="gregor", organization="Globex").status_code == 302
    assert Assignment.objects.get(learner=cast.people["foreign_coordinator"]).organization.short_name == "Globex"


def test_course_staff_assign_on_the_page_of_their_course(cast):
    address = f"/mandatory-assignments/staff/courses/{COURSE}/new/"
    assert send(cast, role="course_staff", address=address).status_code == 302
    assert Assignment.objects.get(learner=cast.people["other_learner"]).organization.short_name == "Acme"


def test_the_page_of_a_course_assigns_no_other_course(cast):
    other = build.course("course-v1:Acme+SECOND+2027")
    answer = send(cast, address=f"/mandatory-assignments/staff/courses/{COURSE}/new/", course=str(other))
    assert list(errors(answer)) == ["course"]


def test_the_first_date_is_shown_and_bounds_the_field(cast):
    html = cast.client("coordinator").get(NEW).content.decode()
    assert 'min="2027-05-06"' in html
    assert re.search(r"Earliest Thursday, 6 May 2027: at least\s+3 days ahead", html)


def test_a_form_without_csrf_token_is_refused(cast):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.people["coordinator"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(NEW, GOOD).status_code == 403
    assert Assignment.objects.count() == 1


@pytest.mark.parametrize("start", ["new", "bulk"])
def test_among_many_trainings_one_is_found_by_its_name_or_key(cast, start):
    client = cast.client("coordinator")
    address = client.get(NEW.replace("new", start), follow=True).request["PATH_INFO"]
    assert 'name="find"' not in client.get(address).content.decode()
    for number in range(25):
        build.course(f"course-v1:Acme+X{number:02}+2027", name=f"Course {number:02}", units=1, blocks=1)
    assert len(offered(client.get(address))) == 27
    page = client.get(address, {"find": " x07+ ", "course": COURSE})
    assert 'name="find" value="x07+"' in page.content.decode()
    assert offered(page) == ["", "course-v1:Acme+X07+2027", *([COURSE] if start == "new" else [])]
    (nothing,) = client.get(address, {"find": "qqq"}).context["form"].fields["course"].widget.choices
    assert nothing == ("", "Nothing is called so")
    sent = client.post(f"{address}?find=x07", {**GOOD, "course": "course-v1:Acme+X09+2027"})
    assert sent.status_code == 302  # what is not in sight can be chosen, too


def offered(page):
    return [value for value, _text in page.context["form"].fields["course"].widget.choices]
