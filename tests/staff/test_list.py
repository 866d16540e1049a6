"""The staff list: what it shows at first, how it is narrowed, ordered and turned over."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from demo.campus import build, clock
from tests.roles import COURSE, NOW

LIST = "/mandatory-assignments/staff/"


def shown(cast, query="", role="coordinator"):
    """The usernames in the list, in order."""
    answer = cast.client(role).get(f"{LIST}{query}")
    assert answer.status_code == 200
    return [row.username for row in answer.context["rows"]]


def text(cast, query="", role="coordinator"):
    """The page as it is read, without markup."""
    html = cast.client(role).get(f"{LIST}{query}").content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_at_first_it_shows_what_is_open_or_overdue(cast):
    cast.assign("otto")
    build.complete(cast.people["other_learner"], COURSE)
    build.drain()
    assert shown(cast) == ["lena"]
    assert set(shown(cast, "?status=")) == {"lena", "otto"}
    assert shown(cast, "?status=completed") == ["otto"]
    with clock.at(NOW + timedelta(days=20)):
        assert shown(cast) == shown(cast, "?status=overdue") == ["lena"]


def test_every_row_tells_status_progress_due_date_and_who_assigned(cast):
    told = text(cast)
    for words in ("Lena Sommer", "Fire safety", "Assigned", "0 of 4 units", "0 %", "11 days left"):
        assert words in told
    assert "Friday, 14 May 2027" in told
    assert "Europe/Berlin" in told
    assert "by Cora Office" in told


def test_an_overdue_row_says_the_cause_and_the_next_step(cast):
    with clock.at(NOW + timedelta(days=13)):
        told = text(cast)
    assert "2 days overdue" in told
    assert "Not started. Ask the learner what is in the way." in told


def test_an_overdue_row_that_was_begun_says_what_is_missing(cast):
    build.complete(cast.people["learner"], COURSE, units=1)
    build.drain()
    with clock.at(NOW + timedelta(days=13)):
        assert "3 units are missing. Ask the learner to go on." in text(cast)


def test_a_refused_enrolment_says_the_cause_and_the_next_step(cast):
    invited = build.course("course-v1:Acme+GUESTS+2027", name="Guests", invitation_only=True)
    cast.assign(training=str(invited))
    build.drain()
    assert "by invitation only. Enrol the learner in the instructor dashboard" in text(cast)


def test_a_learner_who_left_is_named_as_the_cause(cast):
    build.unenroll(cast.people["learner"], COURSE, by=cast.people["coordinator"])
    build.drain()
    assert "The learner has left the course." in text(cast)


@pytest.mark.parametrize(("search", "found"), [("sommer", ["lena"]), ("FIRE", ["lena"]), ("nobody", []), ("%25", [])])
def test_the_search_looks_at_names_of_people_and_courses(cast, search, found):
    assert shown(cast, f"?search={search}") == found


def test_an_empty_list_leads_on(cast):
    assert "Nothing here fits this filter. Show everything" in text(cast, "?search=nobody")
    assert "Nothing has been assigned yet." in text(cast, "?status=", role="foreign_coordinator")


@pytest.mark.parametrize(
    "query", ["?status=bogus", "?order=password", "?status=open,overdue&order=", "?search=%00", "?cursor="]
)
def test_what_cannot_be_meant_is_as_if_it_were_not_there(cast, query):
    assert shown(cast, query) == ["lena"]


def test_a_cursor_that_is_none_leads_to_the_first_page(cast):
    answer = cast.client("coordinator").get(f"{LIST}?cursor=garbage&status=open")
    assert answer.status_code == 302
    assert answer["Location"] == f"{LIST}?status=open&search=&order=due_at"


def test_markup_in_a_search_is_text(cast):
    html = cast.client("coordinator").get(f'{LIST}?search="><script>alert(1)</script>').content.decode()
    assert "<script>alert" not in html


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("sort_name", ["lena", "olga", "otto"]),
        ("-sort_name", ["otto", "olga", "lena"]),
        ("-percent", ["olga", "lena", "otto"]),
        ("-assigned_at", ["otto", "olga", "lena"]),
    ],
)
def test_it_is_ordered_by_the_chosen_column(cast, order, found):
    olga = build.user("olga", name="Olga Winter", organization="Acme")
    cast.assign("olga", now=NOW + timedelta(minutes=1))
    cast.assign("otto", now=NOW + timedelta(minutes=2))
    build.complete(olga, COURSE, units=2)
    build.complete(cast.people["learner"], COURSE, units=1)
    build.drain()
    assert shown(cast, f"?order={order}") == found


def test_it_tells_when_each_was_reminded_last_and_who_never_was_comes_first(cast):
    from mandatory_assignments.models import Cycle

    cast.assign("otto")
    Cycle.objects.filter(learner=cast.people["learner"]).update(last_reminder_at=NOW.replace(hour=23))
    assert shown(cast, "?order=last_reminder_at") == ["otto", "lena"]
    assert shown(cast, "?order=-last_reminder_at") == ["lena", "otto"]
    # In Berlin, where Lena lives, it was the 4th by then.
    assert "Last reminder 4 May 2027" in text(cast)
    assert "Last reminder never" in text(cast)


def test_a_heading_orders_and_orders_the_other_way_round(cast):
    html = cast.client("coordinator").get(f"{LIST}?order=sort_name").content.decode()
    assert 'aria-sort="ascending"' in html
    assert "order=-sort_name" in html


def test_pages_lead_to_each_other(cast):
    cast.assign(*[member.username for member in build.users(30, organization="Acme")])
    client = cast.client("coordinator")
    first = client.get(f"{LIST}?order=sort_name")
    second = client.get(f"{LIST}?{first.context['next_query']}")
    again = client.get(f"{LIST}?{second.context['previous_query']}")
    names = [[row.username for row in page.context["rows"]] for page in (first, second, again)]
    assert [len(page) for page in names] == [25, 6, 25]
    assert names[0] == names[2]
    assert "31 assignments" in first.content.decode()
    assert not second.context["next_query"]


def test_the_page_of_a_course_shows_that_course_only(cast):
    other = build.course("course-v1:Acme+SECOND+2027", name="Second")
    cast.assign(training=str(other))
    assert len(shown(cast)) == 2
    page = cast.client("coordinator").get(f"{LIST}courses/{other}/")
    assert [row.training for row in page.context["rows"]] == ["Second"]
    assert f"{LIST}courses/{other}/new/" in page.content.decode()


def test_a_manager_sees_the_team_but_no_button(cast):
    assert shown(cast, role="manager") == ["lena"]
    assert "Assign a training" not in text(cast, role="manager")


def test_it_costs_as_many_queries_for_a_full_page_as_for_one_row(cast):
    client = cast.client("coordinator")

    def cost():
        client.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        return len(captured)

    one = cost()
    cast.assign(*[member.username for member in build.users(99, organization="Acme")])
    assert cost() == one


# ----- the filters that are folded away -----------------------------------------------------------------------------


@pytest.fixture
def field(cast):
    """A department and a group, in which only Lena is, and Otto's later assignment."""
    cast.assign("otto", due_on=(NOW + timedelta(days=30)).date())
    build.learning_group("First aiders", "Acme", [cast.people["learner"]])
    from mandatory_assignments.models import Department, LearningGroup

    return Department.objects.get(path="Field").uuid, LearningGroup.objects.get(name="First aiders").uuid


def test_it_is_narrowed_by_department_group_organization_and_training(cast, field):
    department, group = field
    assert shown(cast) == ["lena", "otto"]
    assert shown(cast, f"?department={department}") == ["lena"]
    assert shown(cast, f"?group={group}") == ["lena"]
    assert shown(cast, "?organization=Acme") == ["lena", "otto"]
    assert shown(cast, "?organization=Globex") == []
    assert shown(cast, "?training=6f1a3c52-0000-4000-8000-000000000000") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("due_after=2027-05-15", ["otto"]),
        ("due_before=2027-05-14", ["lena"]),
        ("due_after=2027-05-14&due_before=2027-06-02", ["lena", "otto"]),
        ("due_after=2027-05-15&due_before=2027-05-20", []),
        ("due_after=soon", ["lena", "otto"]),
        ("department=nonsense", ["lena", "otto"]),
    ],
)
def test_it_is_narrowed_by_days_that_are_inclusive(cast, field, query, found):
    assert shown(cast, f"?{query}") == found


def test_it_is_narrowed_to_what_needs_attention(cast, field):
    build.unenroll(cast.people["learner"], COURSE, by=cast.people["coordinator"])
    build.drain()
    assert shown(cast, "?attention=1") == ["lena"]


def test_the_filter_stays_with_sorting_paging_and_its_own_form(cast, field):
    department, _group = field
    answer = cast.client("coordinator").get(f"{LIST}?department={department}&due_before=2027-12-31&attention=1")
    html = answer.content.decode()
    for heading in answer.context["headings"]:
        if heading["query"]:
            assert f"department={department}&due_before=2027-12-31&attention=1" in heading["query"]
    assert f'<option value="{department}" selected>Field</option>' in html
    assert 'name="due_before" value="2027-12-31"' in html
    assert '<details class="ma-more" open>' in html
    assert '<details class="ma-more">' in cast.client("coordinator").get(LIST).content.decode()


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("coordinator", ["training", "department", "group"]),
        ("foreign_coordinator", []),
        ("manager", ["department"]),
        ("course_staff", ["training"]),
        ("global_staff", ["training", "department", "group", "organization"]),
    ],
)
def test_it_offers_only_what_the_role_may_filter_by(cast, field, role, names):
    answer = cast.client(role).get(LIST)
    assert [name for name, *_rest in answer.context["lists"]] == names


def test_a_foreign_department_filters_to_nothing_as_one_that_is_not_there(cast, field):
    department, group = field
    for role in ("foreign_coordinator", "course_staff"):
        for query in (f"?department={department}", f"?group={group}"):
            assert shown(cast, query, role) == []


def test_what_is_held_or_over_is_found_by_its_status(cast):
    from mandatory_assignments import api

    coordinator = cast.people["coordinator"]
    (otto,) = cast.assign("otto")
    api.exempt_assignments(actor=coordinator, ids=[cast.assignment_id], reason="Leave", now=NOW)
    api.withdraw_assignments(actor=coordinator, ids=[otto], now=NOW)
    assert shown(cast) == []
    assert shown(cast, "?status=exempt") == ["lena"]
    assert shown(cast, "?status=withdrawn") == ["otto"]
    assert "until further notice Assigned 3 May 2027" in text(cast, "?status=exempt")
    assert "on Monday, 3 May 2027 was due Friday, 14 May 2027" in text(cast, "?status=withdrawn")


def test_what_is_frozen_is_marked_and_says_what_to_do(cast):
    from mandatory_assignments import api

    fields = {"late_policy": "freeze"}
    api.change_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], fields=fields, now=NOW)
    with clock.at(NOW + timedelta(days=13)):
        told = text(cast)
    assert "Overdue Frozen What is done now no longer counts. Move the due date, or assign it anew." in told


def test_an_overdue_row_says_why_mails_do_not_arrive_and_a_full_page_costs_as_much(cast, count_queries):
    from mandatory_assignments.services.notify import set_email_preference

    client = cast.client("coordinator")
    set_email_preference(user_id=cast.people["learner"].id, email=False, now=NOW)
    assert "Mails do not arrive" not in text(cast)
    with clock.at(NOW + timedelta(days=13)):
        assert "Mails do not arrive: the person switched mails off." in text(cast)
        one = count_queries(lambda: client.get(LIST))
    cast.assign(*[member.username for member in build.users(24, organization="Acme")])
    with clock.at(NOW + timedelta(days=13)):
        assert count_queries(lambda: client.get(LIST)) == one
