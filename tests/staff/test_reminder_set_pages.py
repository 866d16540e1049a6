"""The pages about reminder sets: rows without JavaScript, what a change reaches, and nothing of others to be seen."""

from typing import Any

import pytest

from mandatory_assignments import api
from mandatory_assignments.data import Reminder, Role
from mandatory_assignments.models import OrganizationPolicy, ReminderSet
from mandatory_assignments.queries import policies
from tests.roles import NOW, ROLES

from .test_template_pages import text

LIST = "/mandatory-assignments/staff/templates/"
PAGES = "/mandatory-assignments/staff/reminder-sets/"


def make(cast, role: str = "coordinator", **named: Any) -> ReminderSet:
    asked = {"name": "Ours", "wanted": [Reminder(7), Reminder(-2, (Role.MANAGERS,), repeat_every=7, cap=3)], **named}
    (made,) = api.save_reminder_set(actor=cast.people[role], now=NOW, **asked).created
    return ReminderSet.objects.get(uuid=made)


def rows(*given: dict[str, Any]) -> dict[str, Any]:
    """The form's fields of some rows."""
    row = {"days": "3", "when": "before", "recipients": ["student"], "repeat_every": "", "cap": "", "template": ""}
    sent = {"reminders-TOTAL_FORMS": str(len(given)), "reminders-INITIAL_FORMS": str(len(given))}
    for number, each in enumerate(given):
        sent |= {f"reminders-{number}-{name}": value for name, value in {**row, **each}.items()}
    return sent


def rules(row: ReminderSet) -> list[Reminder]:
    return list(policies.reminder_rules(row.id))


ANSWERS = [
    ("new/", (302, 403, 403, 403, 403, 200, 200, 200)),
    ("{own}/", (302, 403, 403, 403, 403, 200, 404, 200)),
    ("{own}/delete/", (302, 403, 403, 403, 403, 200, 404, 200)),
    ("6f1a3c52-0000-4000-8000-000000000000/", (302, 403, 403, 403, 403, 404, 404, 404)),
    ("6f1a3c52-0000-4000-8000-000000000000/delete/", (302, 403, 403, 403, 403, 404, 404, 404)),
]


def test_the_role_decides_about_the_page(cast):
    own = make(cast).uuid
    clients = {role: cast.client(role) for role in ROLES}
    for path, statuses in ANSWERS:
        answers = [client.get(PAGES + path.format(own=own)) for client in clients.values()]
        assert (path, tuple(answer.status_code for answer in answers)) == (path, statuses)


@pytest.mark.parametrize("role", ["learner", "manager", "course_staff", "foreign_coordinator"])
def test_a_form_sent_past_the_role_changes_nothing(cast, role):
    row, client = make(cast), cast.client(role)
    assert client.post(f"{PAGES}{row.uuid}/", {"name": "Mine", **rows({}), "save": ""}).status_code in (403, 404)
    assert client.post(f"{PAGES}{row.uuid}/delete/").status_code in (403, 404)
    assert [rule.days for rule in rules(ReminderSet.objects.get(name="Ours"))] == [7, -2]


def test_a_set_is_made_row_by_row(cast):
    client = cast.client("coordinator")
    page = client.get(f"{PAGES}new/")
    assert len(page.context["rows"].forms) == 1
    page = client.post(f"{PAGES}new/", {"name": "Ours", **rows({"days": "9"}), "add": ""})
    assert [row["days"].value() for row in page.context["rows"].forms] == ["9", "3"]
    assert 'value="Ours"' in page.content.decode()
    late = {"days": "2", "when": "after", "recipients": ["assigned_by", "managers"], "repeat_every": "7", "cap": "3"}
    given = rows({"days": "9"}, {"when": "on", "days": ""}, {"days": "1"}, late)
    page = client.post(f"{PAGES}new/", {"name": "Ours", **given, "remove": "2"})
    assert [row["when"].value() for row in page.context["rows"].forms] == ["before", "on", "after"]
    assert not ReminderSet.objects.exclude(name="").exists()
    given = rows({"days": "9"}, {"when": "on", "days": ""}, late)
    answer = client.post(f"{PAGES}new/", {"name": "Ours", **given, "save": ""})
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert rules(ReminderSet.objects.get(name="Ours")) == [
        Reminder(9),
        Reminder(0),
        Reminder(-2, (Role.ASSIGNED_BY, Role.MANAGERS), repeat_every=7, cap=3),
    ]
    told = text(client.get(LIST))
    assert "9 days before the due date, to: learner" in told
    assert "2 days after the due date, again every 7 days, at most 3 times in all" in told


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"name": ""}, "Give it a name."),
        ({"name": "compliance"}, 'There is a set "compliance" already.'),
        (rows({"days": "5000"}), "5000 is not allowed: write a whole number from 0 to 3650."),
        (rows({"recipients": []}), "Choose at least one recipient."),
        (rows({"repeat_every": "7"}), "Only a reminder after the due date comes again"),
    ],
    ids=["no name", "a known name", "too many days", "nobody", "again before"],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_is_stored(cast, sent, told):
    answer = cast.client("coordinator").post(f"{PAGES}new/", {"name": "Ours", **rows({}), **sent, "save": ""})
    assert answer.status_code == 200
    assert text(answer).count(told) == 2
    assert not ReminderSet.objects.exclude(name="").exists()


def test_odd_input_never_breaks_the_form(cast):
    row, client = make(cast), cast.client("coordinator")
    odd = [{"name": "\x00"}, {"reminders-TOTAL_FORMS": "x"}, rows({"days": "\x00", "when": "<b>", "template": "no"})]
    for sent in odd:
        for button in ("save", "add", "remove"):
            answer = client.post(f"{PAGES}{row.uuid}/", {"name": "", **sent, button: "nonsense"})
            assert answer.status_code == 200
    assert len(rules(row)) == 2


def test_assignments_keep_the_rules_they_have_as_the_page_says(cast):
    row, client = make(cast), cast.client("coordinator")
    (made,) = cast.assign("otto", remind=rules(row))
    assert "keep the rules that they have" in text(client.get(f"{PAGES}{row.uuid}/"))
    client.post(f"{PAGES}{row.uuid}/", {"name": "Ours", **rows({"days": "1"}), "save": ""})
    assert rules(row) == [Reminder(1)]
    answer = client.get(f"/api/mandatory-assignments/v1/assignments/{made}/").json()
    assert [rule["days"] for rule in answer["reminders"]] == [7, -2]


def test_the_usual_set_of_an_organization_follows_a_new_name_and_gives_way_when_deleted(cast):
    row, client = make(cast), cast.client("coordinator")
    api.set_policy("Acme", fields={"reminders": "Ours"}, actor=cast.people["coordinator"], now=NOW)
    assert "the usual set" in text(client.get(LIST))
    assert "It is the usual set of this organization" in text(client.get(f"{PAGES}{row.uuid}/"))
    client.post(f"{PAGES}{row.uuid}/", {"name": "Renamed", **rows({"days": "5"}), "save": ""})
    assert OrganizationPolicy.objects.get().reminders == "Renamed"
    (made,) = cast.assign("otto")
    answer = client.get(f"/api/mandatory-assignments/v1/assignments/{made}/").json()
    assert [rule["days"] for rule in answer["reminders"]] == [5]
    assert "new assignments get the site’s usual reminders instead" in text(client.get(f"{PAGES}{row.uuid}/delete/"))
    client.post(f"{PAGES}{row.uuid}/delete/")
    assert OrganizationPolicy.objects.get().reminders == ""
    assert "Renamed is deleted." in text(client.get(LIST))


def test_many_rows_cost_no_more_queries_than_one(cast, count_queries):
    client = cast.client("coordinator")
    one = make(cast, name="One", wanted=[Reminder(1)])
    many = make(cast, name="Many", wanted=[Reminder(days) for days in range(1, 15)])
    client.get(f"{PAGES}{one.uuid}/")
    few = count_queries(lambda: client.get(f"{PAGES}{one.uuid}/"))
    assert count_queries(lambda: client.get(f"{PAGES}{many.uuid}/")) == few
