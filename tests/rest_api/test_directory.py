"""The calls about the directory: who gets what, how things look, what is refused, what it costs."""

import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.models import Coordinator, Department, LearningGroup, OrganizationMember
from tests.roles import NOW, ROLES

CALLS = "/api/mandatory-assignments/v1/"
NOBODY = "00000000-0000-4000-8000-000000000000"


def call(cast, method: str, path: str, role: str = "coordinator", body: Any = None) -> Any:
    data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    return cast.client(role).generic(method, CALLS + path, data, "application/json")


def rows(cast, path: str, role: str = "coordinator") -> list[dict[str, Any]]:
    answer = call(cast, "GET", path, role)
    assert answer.status_code == 200, answer.json()
    assert set(answer.json()) == {"count", "count_exact", "next", "previous", "results"}
    return answer.json()["results"]


def names(cast, path: str, role: str = "coordinator") -> list[str]:
    return [row["username"] for row in rows(cast, path, role)]


@pytest.fixture
def ids(cast) -> dict[str, str]:
    """What addresses name: of Acme, and of Globex."""
    build.department("Acme/Office")
    build.learning_group("Aid", "Acme", members=[cast.people["learner"]])
    build.department("Globex/Field", members=[cast.people["foreign_coordinator"]])
    build.learning_group("Aid", "Globex")
    found = {row.path: str(row.uuid) for row in Department.objects.filter(organization__short_name="Acme")}
    foreign = Department.objects.get(organization__short_name="Globex")
    groups = {
        row.organization.short_name: str(row.uuid) for row in LearningGroup.objects.select_related("organization")
    }
    return {
        "field": found["Field"],
        "office": found["Office"],
        "group": groups["Acme"],
        "foreign_department": str(foreign.uuid),
        "foreign_group": groups["Globex"],
    }


# ----- who gets what ------------------------------------------------------------------------------------------------

# What is asked, and the status for each of ROLES in that order: anonymous, learner, other_learner, manager,
# course_staff, coordinator, foreign_coordinator, global_staff.
LENA, MAX = {"add": ["lena"]}, {"add": ["max"]}
ANSWERS = [
    ("GET", "organizations/", None, (401, 403, 403, 403, 403, 200, 200, 200)),
    ("GET", "organizations/Acme/", None, (401, 403, 403, 403, 403, 200, 404, 200)),
    ("PATCH", "organizations/Acme/", {"policy": {"zone": "UTC"}}, (401, 403, 403, 403, 403, 200, 404, 200)),
    ("POST", "organizations/Acme/members/", LENA, (401, 403, 403, 403, 403, 403, 403, 200)),
    ("POST", "organizations/Acme/members/", {"remove": ["x"]}, (401, 403, 403, 403, 403, 200, 404, 200)),
    ("POST", "organizations/Acme/coordinators/", LENA, (401, 403, 403, 403, 403, 403, 403, 200)),
    ("GET", "departments/", None, (401, 403, 403, 200, 403, 200, 200, 200)),
    ("POST", "departments/", {"path": "Acme/New"}, (401, 403, 403, 403, 403, 201, 400, 200)),
    ("GET", "departments/{field}/", None, (401, 403, 403, 200, 403, 200, 404, 200)),
    ("GET", "departments/{office}/", None, (401, 403, 403, 404, 403, 200, 404, 200)),
    ("PATCH", "departments/{field}/", {"name": "Fields"}, (401, 403, 403, 403, 403, 200, 404, 200)),
    ("POST", "departments/{field}/members/", LENA, (401, 403, 403, 403, 403, 200, 404, 200)),
    ("POST", "departments/{field}/managers/", MAX, (401, 403, 403, 403, 403, 200, 404, 200)),
    ("DELETE", "departments/{office}/", None, (401, 403, 403, 403, 403, 204, 404, 404)),
    ("GET", "directory-syncs/", None, (401, 403, 403, 403, 403, 200, 200, 200)),
    ("POST", "directory-syncs/", {}, (401, 403, 403, 403, 403, 415, 415, 415)),
    ("GET", f"directory-syncs/{NOBODY}/", None, (401, 403, 403, 403, 403, 404, 404, 404)),
    ("POST", f"directory-syncs/{NOBODY}/confirm/", {}, (401, 403, 403, 403, 403, 404, 404, 404)),
    ("GET", f"directory-syncs/{NOBODY}/rows.csv", None, (401, 403, 403, 403, 403, 404, 404, 404)),
    ("GET", "groups/", None, (401, 403, 403, 403, 403, 200, 200, 200)),
    ("POST", "groups/", {"organization": "Acme", "name": "New"}, (401, 403, 403, 403, 403, 201, 400, 200)),
    ("GET", "groups/{group}/", None, (401, 403, 403, 403, 403, 200, 404, 200)),
    ("PATCH", "groups/{group}/", {"name": "Aiders"}, (401, 403, 403, 403, 403, 200, 404, 200)),
    ("POST", "groups/{group}/refresh/", None, (401, 403, 403, 403, 403, 409, 404, 409)),
    ("POST", "groups/{group}/members/", LENA, (401, 403, 403, 403, 403, 200, 404, 200)),
    ("DELETE", "groups/{group}/", None, (401, 403, 403, 403, 403, 204, 404, 404)),
    ("GET", "people/", None, (401, 403, 403, 200, 403, 200, 200, 200)),
    ("POST", "people/lena/managers/", MAX, (401, 403, 403, 403, 403, 200, 404, 200)),
    ("PUT", "departments/{field}/", None, (401, 403, 403, 403, 403, 405, 405, 405)),
]
CODES = {401: "not_authenticated", 403: "forbidden", 404: "not_found", 405: "method_not_allowed"}


@pytest.mark.parametrize(
    ("method", "path", "body", "statuses"), [pytest.param(*row, id=" ".join(map(str, row[:3]))) for row in ANSWERS]
)
def test_the_role_decides_about_the_answer(cast, ids, method, path, body, statuses):
    answers = {role: call(cast, method, path.format(**ids), role, body) for role in ROLES}
    assert tuple(answer.status_code for answer in answers.values()) == statuses
    for answer in answers.values():
        if answer.status_code in CODES:
            told = answer.json()
            assert set(told) == {"detail", "code", "errors"}
            assert told["code"] == CODES[answer.status_code]


ADDRESSES = [
    ("GET", "organizations/{organization}/", None),
    ("PATCH", "organizations/{organization}/", {"policy": {"zone": "UTC"}}),
    ("POST", "organizations/{organization}/members/", {"remove": ["lena"]}),
    ("POST", "departments/", {"path": "{organization}/New"}),
    ("POST", "departments/", {"parent": "{department}", "name": "New"}),
    ("GET", "departments/{department}/", None),
    ("PATCH", "departments/{department}/", {"name": "New"}),
    ("PATCH", "departments/{field}/", {"parent": "{department}"}),
    ("DELETE", "departments/{department}/", None),
    ("POST", "departments/{department}/members/", {"add": ["lena"]}),
    ("POST", "departments/{department}/managers/", {"add": ["lena"]}),
    ("POST", "departments/{field}/members/", {"add": ["{username}"], "remove": ["{username}"]}),
    ("POST", "departments/{field}/managers/", {"add": ["{username}"], "remove": ["{username}"]}),
    ("POST", "groups/", {"organization": "{organization}", "name": "New"}),
    ("GET", "groups/{group}/", None),
    ("PATCH", "groups/{group}/", {"name": "New"}),
    ("DELETE", "groups/{group}/", None),
    ("PATCH", "groups/{group}/", {"cohort": {"course": "course-v1:Acme+FIRE101+2027", "name": "Plant"}}),
    ("POST", "groups/{group}/refresh/", None),
    ("POST", "groups/{group}/members/", {"add": ["lena"]}),
    ("POST", "people/{username}/managers/", {"add": ["lena"]}),
    ("POST", "people/lena/managers/", {"add": ["{username}"], "organization": "{organization}"}),
    ("GET", "people/?department={department}", None),
    ("GET", "people/?group={group}", None),
    ("GET", "people/?organization={organization}", None),
    ("GET", "people/?search={username}", None),
    ("GET", "departments/?organization={organization}", None),
]


@pytest.mark.parametrize(
    ("method", "path", "body"), [pytest.param(*row, id=" ".join(map(str, row))) for row in ADDRESSES]
)
def test_what_is_foreign_and_what_is_missing_are_answered_alike(cast, ids, method, path, body, count_queries):
    foreign = {
        "organization": "Globex",
        "department": ids["foreign_department"],
        "group": ids["foreign_group"],
        "username": "gregor",
    }
    missing = {"organization": "Nobody", "department": NOBODY, "group": NOBODY[:-1] + "1", "username": "nobody"}
    told = []
    client = cast.client("coordinator")
    client.get(f"{CALLS}people/")  # what a process asks but once
    for named in (foreign, missing):
        address, sent = path.format(**ids | named), json.dumps(body)
        for name, value in (ids | named).items():
            sent = sent.replace(f"{{{name}}}", value)
        answers = []
        queries = count_queries(
            lambda address=address, sent=sent, answers=answers: answers.append(
                client.generic(method, CALLS + address, sent.encode() if body else b"", "application/json")
            )
        )
        text = answers[0].content.decode()
        for name, value in named.items():
            text = text.replace(value, name)
        told.append((answers[0].status_code, text, queries))
    assert told[0] == told[1]


def test_an_id_that_is_none_belongs_to_nothing(cast, ids):
    for path in ("departments/x/", "groups/x/"):
        answer = call(cast, "GET", path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert names(cast, "people/?department=x") == names(cast, "people/?group=x") == []


# ----- organizations ------------------------------------------------------------------------------------------------


def test_an_organization_tells_what_it_says_itself_and_what_holds(cast, ids):
    (acme,) = rows(cast, "organizations/")
    silent = {"zone": "", "deadline_zone": "", "min_lead_days": None}
    silent |= {"late_policy": "", "grace_days": None, "unenrollment": ""}
    silent |= {"reminders": "", "force_email": None, "sender_name": "", "sender_address": ""}
    site = {"zone": "UTC", "deadline_zone": "learner", "min_lead_days": 3}
    site |= {"late_policy": "accept", "grace_days": 0, "unenrollment": "refuse"}
    site |= {"reminders": "relaxed", "force_email": False, "sender_name": "", "sender_address": ""}
    assert acme == {"short_name": "Acme", "name": "Acme", "policy": silent, "effective": site}
    said = {"zone": "Europe/Paris", "min_lead_days": 0, "late_policy": "freeze"}
    said |= {"reminders": "compliance", "force_email": True, "sender_name": "Acme", "sender_address": "hr@acme.org"}
    answer = call(cast, "PATCH", "organizations/Acme/", body={"policy": said})
    assert answer.json()["policy"] == silent | said
    assert answer.json()["effective"] == site | said
    assert call(cast, "GET", "organizations/Acme/").json() == answer.json()
    unsaid = {name: silent[name] for name in said if name != "late_policy"}
    answer = call(cast, "PATCH", "organizations/Acme/", body={"policy": unsaid})
    assert answer.json()["policy"] == silent | {"late_policy": "freeze"}


def test_new_assignments_get_the_reminders_of_the_organization(cast, ids):
    wanted = {"name": "Ours", "reminders": [{"days": 9}]}
    assert call(cast, "POST", "reminder-sets/", body=wanted).status_code == 201
    answer = call(cast, "PATCH", "organizations/Acme/", body={"policy": {"reminders": "Ours"}})
    assert answer.json()["effective"]["reminders"] == "Ours"
    assign = {"learner": "otto", "training": "course-v1:Acme+FIRE101+2027", "due_on": "2027-05-14"}
    made = call(cast, "POST", "assignments/", body=assign).json()
    assert [rule["days"] for rule in made["reminders"]] == [9]


@pytest.mark.parametrize(
    ("policy", "field", "code"),
    [
        ({"zone": "PST"}, "zone", "bad_zone"),
        ({"zone": None}, "zone", "null"),
        ({"zone": 3}, "zone", "invalid"),
        ({"zone": "Europe/\ud800"}, "zone", "surrogate_characters_not_allowed"),
        ({"zone": "a/" + "\x00"}, "zone", "null_characters_not_allowed"),
        ({"deadline_zone": "x" * 10_000}, "deadline_zone", "bad_zone"),
        ({"min_lead_days": "3"}, "min_lead_days", "invalid"),
        ({"min_lead_days": 10**400}, "min_lead_days", "out_of_range"),
        ({"grace_days": -1}, "grace_days", "out_of_range"),
        ({"late_policy": "forgive"}, "late_policy", "bad_choice"),
        ({"unenrollment": ["allow"]}, "unenrollment", "invalid"),
        ({"reminders": "daily"}, "reminders", "unknown_set"),
        ({"reminders": "x" * 10_000}, "reminders", "bad_text"),
        ({"force_email": "perhaps"}, "force_email", "invalid"),
        ({"sender_name": "Acme\r\nBcc: all@example.com"}, "sender_name", "bad_text"),
        ({"sender_name": "x" * 101}, "sender_name", "bad_text"),
        ({"sender_address": "hr"}, "sender_address", "bad_address"),
        ({"sender_address": "hr@acme.org\nBcc: all@example.com"}, "sender_address", "bad_address"),
        ({"sender_address": "Acme <hr@acme.org>"}, "sender_address", "bad_address"),
        ({"colour": "red"}, "colour", "unknown_field"),
        ("UTC", "policy", "not_a_dict"),
        (None, "policy", "null"),
    ],
)
def test_a_policy_that_cannot_be_is_refused_by_field(cast, ids, policy, field, code):
    answer = call(cast, "PATCH", "organizations/Acme/", body={"policy": policy})
    told = answer.json()
    assert (answer.status_code, told["code"], list(told["errors"])) == (400, code, [field])
    assert len(told["detail"]) < 300


def test_members_and_coordinators_come_and_go(cast, ids):
    people = {"add": ["carl", "nobody"], "remove": ["otto"]}
    told = call(cast, "POST", "organizations/Acme/members/", "global_staff", people).json()
    assert {**told, "refused": [each["entry"] for each in told["refused"]]} == {
        "added": ["carl"],
        "removed": ["otto"],
        "unchanged": [],
        "refused": ["nobody"],
    }
    assert told["refused"][0]["code"] == "unknown_learner"
    assert OrganizationMember.objects.filter(user__username="carl").exists()
    told = call(cast, "POST", "organizations/Acme/coordinators/", "global_staff", {"add": ["carl"], "remove": ["cora"]})
    assert (told.json()["added"], told.json()["removed"]) == (["carl"], ["cora"])
    assert not Coordinator.objects.filter(user__username="cora").exists()
    assert call(cast, "GET", "organizations/").status_code == 403


# ----- departments and groups ---------------------------------------------------------------------------------------


def test_a_department_tells_where_it_is_who_is_in_it_and_who_heads_it(cast, ids):
    answer = call(cast, "POST", "departments/", body={"path": "Acme/Field/North"})
    assert answer.status_code == 201
    north = answer.json()
    assert north == {
        "id": north["id"],
        "organization": "Acme",
        "path": "Acme/Field/North",
        "name": "North",
        "parent": ids["field"],
        "members": 0,
        "managers": [],
    }
    field = call(cast, "GET", f"departments/{ids['field']}/").json()
    assert (field["parent"], field["members"], field["managers"]) == (None, 1, ["max"])
    again = call(cast, "POST", "departments/", body={"parent": ids["field"], "name": "North"})
    assert (again.status_code, again.json()) == (200, north)
    moved = call(cast, "PATCH", f"departments/{north['id']}/", body={"parent": ids["office"], "name": "N"})
    assert (moved.status_code, moved.json()["path"], moved.json()["parent"]) == (200, "Acme/Office/N", ids["office"])
    top = call(cast, "PATCH", f"departments/{north['id']}/", body={"parent": None})
    assert (top.json()["path"], top.json()["parent"]) == ("Acme/N", None)


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "field"),
    [
        ("departments/{office}/", {"name": "Field"}, 409, "path_taken", "name"),
        ("departments/{field}/", {"parent": "{field}"}, 400, "cycle", "parent"),
        ("departments/{field}/", {"parent": "x"}, 400, "invalid_id", "parent"),
        ("departments/{field}/", {"name": "A/B"}, 400, "slash_in_name", "name"),
        ("departments/{field}/", {"name": ""}, 400, "name_required", "name"),
        ("departments/{field}/", {"name": "x" * 101}, 400, "too_long", "name"),
        ("departments/{field}/", {"path": "Acme/X"}, 400, "unknown_field", "path"),
        ("departments/{field}/", [], 400, "invalid", None),
        ("groups/{group}/", {"name": "x" * 256}, 400, "too_long", "name"),
        ("groups/{group}/", {"cohort": {"course": "course-v1:Acme+X+1"}}, 400, "required", "cohort"),
        ("groups/{group}/", {"cohort": "Plant"}, 400, "invalid", "cohort"),
        ("groups/{group}/", {"cohort": {"course": "x", "name": "Plant"}}, 400, "unknown_cohort", "cohort"),
    ],
)
def test_a_change_that_cannot_be_is_refused_by_field(cast, ids, path, body, status, code, field):
    sent = json.loads(json.dumps(body).replace("{field}", ids["field"]))
    answer = call(cast, "PATCH", path.format(**ids), body=sent)
    told = answer.json()
    assert (answer.status_code, told["code"], list(told["errors"])) == (status, code, [field] if field else [])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"add": "lena"}, "not_a_list"),
        ({"add": [3]}, "invalid"),
        ({"add": [None]}, "null"),
        ({"add": ["a\x00"]}, "null_characters_not_allowed"),
        ({"add": ["lena"], "remove": ["lena"]}, "named_twice"),
        ({"add": ["x"] * 501}, "too_many"),
        ({"people": ["lena"]}, "unknown_field"),
    ],
)
def test_people_that_cannot_be_meant_are_refused(cast, ids, body, code):
    for path in ("departments/{field}/members/", "departments/{field}/managers/", "groups/{group}/members/"):
        answer = call(cast, "POST", path.format(**ids), body=body)
        assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_department_with_others_below_it_stays(cast, ids):
    build.department("Acme/Office/Cellar")
    answer = call(cast, "DELETE", f"departments/{ids['office']}/")
    assert (answer.status_code, answer.json()["code"]) == (409, "has_departments")


def test_departments_are_searched_by_full_path_and_listed_by_organization(cast, ids):
    def found(query: str, role: str = "global_staff") -> list[str]:
        return [row["path"] for row in rows(cast, f"departments/?{query}", role)]

    assert sorted(found("")) == ["Acme/Field", "Acme/Office", "Globex/Field"]
    assert found("organization=Globex") == ["Globex/Field"]
    assert sorted(found("search=FIELD")) == ["Acme/Field", "Globex/Field"]
    assert found("search=acme/f") == ["Acme/Field"]
    assert found("search=%25") == []
    assert found("", "manager") == ["Acme/Field"]


def test_groups_are_made_renamed_filled_and_listed(cast, ids):
    answer = call(cast, "POST", "groups/", body={"organization": "Acme", "name": "Drivers"})
    assert answer.status_code == 201
    group = answer.json()
    assert group == {"id": group["id"], "organization": "Acme", "name": "Drivers", "members": 0, "cohort": None}
    told = call(cast, "POST", f"groups/{group['id']}/members/", body={"add": ["LENA@example.com"]}).json()
    assert told["added"] == ["lena"]
    call(cast, "PATCH", f"groups/{group['id']}/", body={"name": "Truck drivers"})
    assert [(row["name"], row["members"]) for row in rows(cast, "groups/")] == [("Aid", 1), ("Truck drivers", 1)]
    assert [row["name"] for row in rows(cast, "groups/?search=TRUCK")] == ["Truck drivers"]


def test_a_group_follows_a_cohort_until_it_is_told_to_follow_none(cast, ids):
    course = "course-v1:Acme+WELC+2027"
    build.course(course)
    build.cohort(course, "Plant", [cast.people["other_learner"], cast.people["foreign_coordinator"]])
    sent = {"name": "Plant crew", "cohort": {"course": course, "name": "Plant"}}
    group = call(cast, "PATCH", f"groups/{ids['group']}/", body=sent).json()
    assert (group["name"], group["members"]) == ("Plant crew", 1)
    assert group["cohort"] == {**sent["cohort"], "refreshed_at": group["cohort"]["refreshed_at"]}
    refused = call(cast, "POST", f"groups/{ids['group']}/members/", body={"add": ["lena"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "follows_cohort")
    build.cohort(course, "Plant", [cast.people["learner"]])
    assert call(cast, "POST", f"groups/{ids['group']}/refresh/").json()["members"] == 2
    assert call(cast, "PATCH", f"groups/{ids['group']}/", body={"cohort": None}).json()["cohort"] is None
    assert rows(cast, "groups/")[0]["members"] == 2


def test_a_change_of_which_a_part_is_refused_changes_nothing(cast, ids):
    sent = {"name": "Plant crew", "cohort": {"course": "course-v1:Acme+FIRE101+2027", "name": "Nothing"}}
    assert call(cast, "PATCH", f"groups/{ids['group']}/", body=sent).status_code == 400
    assert rows(cast, "groups/")[0]["name"] == "Aid"


# ----- people -------------------------------------------------------------------------------------------------------


def test_a_person_is_shown_with_places_managers_and_absence_but_without_address(cast, ids):
    build.department("Acme/Field/North", members=[cast.people["learner"]])
    api.pause_learner(
        actor=cast.people["coordinator"],
        learner="lena",
        from_on=(NOW + timedelta(days=1)).date(),
        until_on=(NOW + timedelta(days=9)).date(),
        organization="Acme",
        now=NOW,
    )
    (lena,) = rows(cast, "people/?search=lena")
    assert lena == {
        "username": "lena",
        "name": "Lena Sommer",
        "organizations": ["Acme"],
        "departments": ["Acme/Field", "Acme/Field/North"],
        "groups": ["Aid"],
        "managers": ["max"],
        "paused": {"organization": "Acme", "from_on": "2027-05-04", "until_on": "2027-05-12"},
    }
    with clock.at(NOW + timedelta(days=10)):
        assert rows(cast, "people/?search=lena")[0]["paused"] is None


def test_people_are_those_of_the_roles_organizations_and_of_managers_their_team(cast, ids):
    assert names(cast, "people/") == ["cora", "lena", "max", "otto"]
    assert names(cast, "people/", "foreign_coordinator") == ["gregor"]
    assert names(cast, "people/", "global_staff") == ["cora", "gregor", "lena", "max", "otto"]
    assert names(cast, "people/", "manager") == ["lena"]


@pytest.mark.parametrize("search", ["lena", "LENA SOM", "  lena   sommer ", "Lena@Example.COM", "a@example", "SOMMER"])
def test_a_search_is_by_name_username_or_address_whatever_case_and_blanks(cast, ids, search):
    from urllib.parse import quote

    assert "lena" in names(cast, f"people/?search={quote(search)}")
    assert "otto" not in names(cast, f"people/?search={quote(search)}")


def test_people_are_narrowed_by_department_with_all_below_and_by_group(cast, ids):
    build.department("Acme/Field/North", members=[cast.people["other_learner"]])
    assert names(cast, f"people/?department={ids['field']}") == ["lena", "otto"]
    assert names(cast, f"people/?group={ids['group']}") == ["lena"]
    assert names(cast, f"people/?group={ids['group']}&department={ids['office']}") == []
    assert names(cast, "people/?organization=Globex", "global_staff") == ["gregor"]


def test_of_somebody_in_two_organizations_each_side_sees_its_own(cast, ids):
    build.department("Globex/Field", members=[cast.people["learner"]], managers=[cast.people["foreign_coordinator"]])
    (here,) = rows(cast, "people/?search=lena")
    (there,) = rows(cast, "people/?search=lena", "foreign_coordinator")
    (everywhere,) = rows(cast, "people/?search=lena", "global_staff")
    assert (here["organizations"], here["departments"], here["managers"]) == (["Acme"], ["Acme/Field"], ["max"])
    assert (there["organizations"], there["groups"], there["managers"]) == (["Globex"], [], ["gregor"])
    assert everywhere["departments"] == ["Acme/Field", "Globex/Field"]
    assert everywhere["managers"] == ["gregor", "max"]


def test_a_persons_own_managers_are_kept_here(cast, ids):
    answer = call(cast, "POST", "people/lena/managers/", body={"add": ["otto", "gregor"]})
    assert answer.json()["added"] == ["otto"]
    assert [each["entry"] for each in answer.json()["refused"]] == ["gregor"]
    assert rows(cast, "people/?search=lena")[0]["managers"] == ["otto"]
    build.department("Globex/Field", members=[cast.people["learner"]])
    answer = call(cast, "POST", "people/lena/managers/", "global_staff", {"remove": ["otto"]})
    assert (answer.status_code, answer.json()["code"]) == (400, "organization_required")
    answer = call(cast, "POST", "people/lena/managers/", body={"remove": ["otto"], "organization": "Acme"})
    assert answer.json()["removed"] == ["otto"]
    assert rows(cast, "people/?search=lena")[0]["managers"] == ["max"]


def test_whose_team_somebody_is_in_one_organization_is_not_kept_by_who_coordinates_another(cast, ids):
    """A coordinator of Globex who also heads Acme/Field sees that team and changes nothing there."""
    build.department("Acme/Field", managers=[cast.people["foreign_coordinator"]])
    assert names(cast, "people/", "foreign_coordinator") == ["gregor", "lena"]
    for method, path, body in (
        ("POST", "people/lena/managers/", {"add": ["gregor"]}),
        ("PATCH", f"departments/{ids['field']}/", {"name": "Mine"}),
        ("DELETE", f"departments/{ids['field']}/", None),
        ("POST", f"departments/{ids['field']}/members/", {"add": ["gregor"]}),
    ):
        assert call(cast, method, path, "foreign_coordinator", body).status_code == 404


# ----- lists ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["people/", "departments/", "groups/"])
def test_a_list_pages_by_cursor(cast, ids, what):
    for index in range(3):
        person = build.user(f"person{index}", organization="Acme")
        build.department(f"Acme/Place{index}", members=[person])
        build.learning_group(f"Group{index}", "Acme", members=[person])
    key = "username" if what == "people/" else "name"
    everything = [row[key] for row in rows(cast, what)]
    found, address = [], f"{CALLS}{what}?page_size=2"
    while address:
        page = cast.client("coordinator").get(address).json()
        assert page["count"] == len(everything)
        found += [row[key] for row in page["results"]]
        address = page["next"]
    assert found == everything == sorted(everything)


def test_a_list_of_a_hundred_costs_what_a_list_of_one_does(cast, ids, count_queries):
    people = build.users(100, organization="Acme")
    max_ = cast.people["manager"]
    build.department("Globex/Field", members=people[::2], managers=[people[0]])
    for index, person in enumerate(people):
        build.department(f"Acme/Field/D{index}", members=[person], managers=[max_, people[index - 1]])
        build.learning_group(f"G{index}", "Acme", members=[person])
        build.organization(f"Org{index}")
    everything = ["people/?search=learner&", "departments/?", "groups/?", "organizations/?"]
    lists = {"coordinator": everything, "global_staff": everything, "manager": everything[:2]}
    for role, addresses in lists.items():
        client = cast.client(role)
        client.get(f"{CALLS}people/")  # what a process asks but once
        for address in addresses:
            one = count_queries(partial(client.get, f"{CALLS}{address}page_size=1"))
            hundred = count_queries(partial(client.get, f"{CALLS}{address}page_size=100"))
            assert hundred == one, (role, address)


@pytest.mark.parametrize("what", ["people/", "departments/", "groups/", "organizations/"])
def test_a_filter_or_a_cursor_that_is_none_is_refused(cast, ids, what):
    for query, code in (("colour=red", "unknown_filter"), ("cursor=x", "bad_cursor"), ("page_size=0", "min_value")):
        answer = call(cast, "GET", f"{what}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, code)
