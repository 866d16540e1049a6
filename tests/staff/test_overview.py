"""The figures above the list, the next step of a row, what can be chosen, and everything the filter finds changed."""

import random
import re
from datetime import timedelta
from uuid import uuid4

import pytest

from demo.campus import build, clock
from tests.roles import COURSE, NOW

STAFF = "/mandatory-assignments/staff"
DAY = timedelta(days=1)


def rows_behind(client, query, address=f"{STAFF}/"):
    """How many rows the link shows, page by page."""
    count = 0
    while True:
        page = client.get(f"{address}?{query}")
        count += len(page.context["rows"])
        if not page.context["next_query"]:
            return count
        query = page.context["next_query"]


def steps(answer):
    return {line.row.username: line.step and (line.step.text, line.step.at_once) for line in answer.context["lines"]}


def go_round():
    """Lena has completed her first round, and is in the second."""
    from mandatory_assignments.models import Cycle

    Cycle.objects.update(open=None, closed_as="completed")
    later = Cycle.objects.get()
    later.pk, later.uuid, later.number, later.open, later.closed_as = None, uuid4(), 2, True, ""
    later.save()


@pytest.fixture
def muddle(cast):
    """Many assignments in every state, by chance; some of Lena's, whom the manager looks after."""
    from mandatory_assignments.models import Cycle

    luck = random.Random(5)
    second = build.course("course-v1:Acme+SECOND+2027", name="Second", units=1, blocks=1)
    cast.assign(*[member.username for member in build.users(40, organization="Acme")])
    cast.assign("lena", training=str(second))
    for cycle in Cycle.objects.all():
        cycle.due_at = NOW + DAY * luck.randint(-20, 20)
        cycle.due_on = cycle.due_at.date()
        cycle.units_done = luck.choice([0, 0, 1])
        cycle.attention = luck.choice(["", "", "full", "left"])
        if luck.random() < 0.2:
            cycle.exempt_from_at = NOW - DAY
        if luck.random() < 0.2:
            cycle.open, cycle.closed_as, cycle.closed_at = None, "completed", NOW
        cycle.save()
    return cast


@pytest.mark.parametrize("role", ["coordinator", "manager", "course_staff", "global_staff"])
def test_the_number_on_a_tile_is_that_of_the_rows_behind_it(muddle, role):
    client = muddle.client(role)
    for address in (f"{STAFF}/", f"{STAFF}/courses/{COURSE}/"):
        page = client.get(address)
        if role == "manager" and "courses" in address:
            assert page.status_code == 404
            continue
        tiles = page.context["tiles"]
        assert [name for name, *_rest in tiles] == ["overdue", "soon", "attention", "open"]
        for name, _text, number, query, _chosen in tiles:
            assert int(number) == rows_behind(client, query, address), name


def test_a_tile_whose_rows_are_shown_is_marked(cast):
    page = cast.client("coordinator").get(f"{STAFF}/?status=overdue&order=-due_at")
    assert [chosen for *_rest, chosen in page.context["tiles"]] == [True, False, False, False]


def test_the_charts_are_those_of_the_report_about_what_the_list_is_narrowed_to(cast):
    from mandatory_assignments.models import Department

    field = Department.objects.get(path="Field").uuid
    client = cast.client("coordinator")
    page = client.get(f"{STAFF}/?department={field}&search=lena&status=")
    url = page.context["charts_url"]
    assert url == f"{STAFF}/reports/?department={field}"
    assert page.content.decode().count(f'="{url}"') == 2  # fetched by the script, and followed without one
    report = client.get(url).content.decode()
    assert report.count('class="ma-report"') == 2
    shown = report[report.index('class="ma-report"') :]
    assert "<svg" in shown
    assert 'href="?' not in shown  # its links lead to the same wherever it is shown
    assert "ma-charts" not in client.get(f"{STAFF}/courses/{COURSE}/").content.decode()


def test_every_overdue_row_and_every_one_in_need_of_attention_has_one_next_step(muddle):
    for role in ("coordinator", "manager"):
        for query in ("status=overdue&size=50", "status=&attention=1&size=50"):
            page = muddle.client(role).get(f"{STAFF}/?{query}")
            assert page.context["lines"] or role == "manager"
            assert all(line.step for line in page.context["lines"])


def test_the_next_step_is_what_the_cause_asks_for_and_the_role_may_do(cast):
    from mandatory_assignments.models import Cycle

    with clock.at(NOW + 13 * DAY):
        lists = {role: cast.client(role) for role in ("coordinator", "manager")}
        assert steps(lists["manager"].get(f"{STAFF}/")) == {"lena": ("Remind now", True)}
        page = lists["coordinator"].get(f"{STAFF}/")
        assert steps(page) == {"lena": ("Remind now", True)}
        url = page.context["lines"][0].step.url
        again = lists["manager"].post(url, {"back": f"{STAFF}/?status=overdue"}, follow=True)
        assert again.redirect_chain == [(f"{STAFF}/?status=overdue", 302)]
        assert steps(again) == {"lena": ("See what is known", False)}
        assert steps(lists["coordinator"].get(f"{STAFF}/")) == {"lena": ("Move the due date", False)}
    Cycle.objects.update(attention="full")
    assert steps(lists["coordinator"].get(f"{STAFF}/")) == {"lena": ("Try the enrolment again", True)}
    assert steps(lists["manager"].get(f"{STAFF}/")) == {"lena": ("See what is known", False)}


def test_what_takes_place_in_person_is_recorded_as_the_next_step(cast):
    from mandatory_assignments import api
    from mandatory_assignments.data import TrainingKind

    coordinator = cast.people["coordinator"]
    by = {"actor": coordinator, "now": NOW}
    (drill,) = api.create_training(
        kind=TrainingKind.COURSE, name="Drill", organization="Acme", offline=True, **by
    ).created
    cast.assign(training=str(drill))
    with clock.at(NOW + 13 * DAY):
        client = cast.client("coordinator")
        page = client.get(f"{STAFF}/?search=drill")
        (line,) = page.context["lines"]
        assert (line.step.text, line.step.at_once) == ("Record it", False)
        assert "Nobody has recorded that it was done." in page.content.decode()
        form = client.get(line.step.url).context["form"]
        assert (form["training"].value(), form["learner"].value()) == (str(drill), "lena")
        assert steps(cast.client("manager").get(f"{STAFF}/?search=drill")) == {"lena": ("Remind now", True)}


def test_a_row_of_an_earlier_round_cannot_be_chosen(cast):
    go_round()
    lines = cast.client("coordinator").get(f"{STAFF}/?status=&order=percent").context["lines"]
    assert [(line.row.open, line.choosable) for line in lines] == [(False, False), (True, True)]


def test_managers_can_remind_several_and_do_nothing_else(cast):
    html = cast.client("manager").get(f"{STAFF}/").content.decode()
    assert f"{STAFF}/change/remind/" in html
    assert f"{STAFF}/change/withdraw/" not in html
    done = cast.client("manager").post(f"{STAFF}/change/remind/", {"id": str(cast.assignment_id)}, follow=True)
    assert "Lena Sommer is reminded of Fire safety" in done.content.decode()
    # A second time is too soon.
    again = cast.client("manager").get(f"{STAFF}/change/remind/?id={cast.assignment_id}")
    assert "None of the chosen assignments" in again.content.decode()


def test_fifty_are_changed_at_once_by_selection(cast):
    from mandatory_assignments.models import Cycle

    cast.assign(*[member.username for member in build.users(49, organization="Acme")])
    client = cast.client("coordinator")
    page = client.get(f"{STAFF}/?size=50&picked=all")
    ids = re.findall(r'name="id" value="([^"]+)" checked', page.content.decode())
    assert len(ids) == 50
    client.post(f"{STAFF}/change/extend/", {"id": ids, "due_on": "2027-06-30"})
    assert {str(day) for day in Cycle.objects.values_list("due_on", flat=True)} == {"2027-06-30"}


# ----- all that match -----------------------------------------------------------------------------------------------


def plan(client, act, query="status=open,overdue", **fields):
    """The filter sent with what the act asks for, and where that leads."""
    return client.post(f"{STAFF}/change/{act}/all/", {"query": query, "back": f"{STAFF}/", **fields}, follow=True)


def test_all_that_match_are_planned_with_their_numbers_confirmed_once_and_changed(cast):
    from mandatory_assignments.models import Cycle, Job

    cast.assign(*[member.username for member in build.users(30, organization="Acme")])
    client = cast.client("coordinator")
    page = client.get(f"{STAFF}/?picked=matching")
    html = page.content.decode()
    assert "All 31 assignments that match are chosen" in html
    assert 'name="seen" value="31"' in html
    form = client.get(f"{STAFF}/change/extend/all/?query=status%3Dopen%2Coverdue&seen=31&back={STAFF}/")
    assert "about all 31 assignments" in form.content.decode()
    planned = plan(client, "extend", seen="31", due_on="2027-07-01")
    address = planned.redirect_chain[-1][0]
    told = planned.content.decode()
    assert "Concerns 31 assignments" in told
    assert "Thursday, 1 July 2027" in told
    assert "unless they switched mails off: 31 people" in told
    assert "and 21 others" in told
    assert Cycle.objects.filter(due_on="2027-07-01").count() == 0
    assert cast.client("foreign_coordinator").get(address).status_code == 404
    confirmed = [client.post(address)["Location"] for _click in range(2)]
    assert confirmed[0] == confirmed[1] == f"{STAFF}/jobs/{Job.objects.get().uuid}/"
    assert client.get(address)["Location"] == confirmed[0]
    build.drain()
    assert Cycle.objects.filter(due_on="2027-07-01").count() == 31


def test_another_number_than_the_one_seen_refuses_and_says_so(cast):
    from mandatory_assignments.models import Job

    answer = plan(cast.client("coordinator"), "withdraw", seen="7", reason="")
    assert "You saw 7 assignments, and now there are 1. Look again." in answer.content.decode()
    assert answer.redirect_chain == [(f"{STAFF}/", 302)]
    assert not Job.objects.exists()


def test_what_cannot_be_changed_is_counted_with_its_reason(cast):
    from mandatory_assignments import api

    (otto,) = cast.assign("otto")
    api.withdraw_assignments(actor=cast.people["coordinator"], ids=[otto], now=NOW)
    told = plan(cast.client("coordinator"), "exempt", query="status=", seen="2", reason="Leave").content.decode()
    assert "Concerns 1 assignment" in told
    assert "This assignment was withdrawn." in told


def test_earlier_rounds_count_as_rows_and_not_as_assignments(cast):
    go_round()
    client = cast.client("coordinator")
    seen = client.get(f"{STAFF}/?status=&picked=matching").context["seen"]
    assert seen == 2
    assert "Concerns 1 assignment" in plan(client, "withdraw", query="status=", seen=seen, reason="").content.decode()


def test_many_have_to_be_confirmed_by_typing_their_number(cast, settings):
    settings.MANDATORY_ASSIGNMENTS_BULK_TYPE_COUNT_FROM = 2
    cast.assign("otto")
    client = cast.client("coordinator")
    address = plan(client, "withdraw", seen="2", reason="").redirect_chain[-1][0]
    wrong = client.post(address, {"typed_count": "3"})
    assert "You typed 3; the preview is about 2." in wrong.content.decode()
    assert "Type the number 2 to confirm." in client.post(address, {"typed_count": "two"}).content.decode()
    assert client.post(address, {"typed_count": "2"}).status_code == 302


def test_a_tile_with_nothing_in_it_does_not_warn(cast):
    html = cast.client("coordinator").get(f"{STAFF}/").content.decode()
    assert "ma-tile-open" in html
    assert "ma-tile-overdue" not in html


@pytest.mark.parametrize(
    ("role", "act", "status"),
    [
        ("anonymous", "extend", 302),
        ("learner", "extend", 403),
        ("manager", "extend", 403),
        ("manager", "remind", 200),
        ("course_staff", "extend", 200),
        ("foreign_coordinator", "extend", 200),
    ],
)
def test_the_role_decides_who_changes_all_that_match(cast, role, act, status):
    assert cast.client(role).get(f"{STAFF}/change/{act}/all/?query=status=open").status_code == status
