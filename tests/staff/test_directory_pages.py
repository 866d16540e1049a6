"""The pages of the directory: who gets which, what they show and change, what they ask before, what they cost."""

from typing import Any

import pytest
from opaque_keys.edx.keys import CourseKey

from demo.campus import build
from mandatory_assignments.models import (
    Coordinator,
    Department,
    LearningGroup,
    Membership,
    OrganizationMember,
    OrganizationPolicy,
    Supervision,
)
from mandatory_assignments.queries import rosters
from openedx.core.djangoapps.course_groups.cohorts import get_cohort_by_name, remove_user_from_cohort
from openedx.core.djangoapps.course_groups.models import CourseUserGroup
from tests.roles import ROLES

from .test_template_pages import text

PAGES = "/mandatory-assignments/staff/"
NOBODY = "6f1a3c52-0000-4000-8000-000000000000"


@pytest.fixture
def places(cast) -> dict[str, str]:
    """What addresses name: of Acme, and of Globex."""
    build.department("Acme/Field/North", members=[cast.people["other_learner"]])
    build.learning_group("Aid", "Acme", members=[cast.people["learner"]])
    build.department("Globex/Field", members=[cast.people["foreign_coordinator"]])
    build.learning_group("Aid", "Globex")
    by_path = {row.path: row.uuid for row in Department.objects.filter(organization__short_name="Acme")}
    return {
        "field": str(by_path["Field"]),
        "north": str(by_path["Field/North"]),
        "group": str(LearningGroup.objects.get(organization__short_name="Acme").uuid),
        "foreign": str(Department.objects.get(organization__short_name="Globex").uuid),
        "nobody": NOBODY,
    }


KEEPERS = (302, 403, 403, 403, 403, 200, 404, 200)

# The page, and the status for each of ROLES in that order: anonymous, learner, other_learner, manager, course_staff,
# coordinator, foreign_coordinator, global_staff.
ANSWERS = [
    ("directory/", (302, 403, 403, 403, 403, 302, 302, 200)),
    ("directory/Acme/", KEEPERS),
    ("directory/Nothing/", (302, 403, 403, 403, 403, 404, 404, 404)),
    ("directory/Acme/people/", KEEPERS),
    ("directory/Acme/people/change/", (302, 403, 403, 403, 403, 403, 404, 200)),
    ("directory/Acme/people/change/?who=lena", KEEPERS),
    ("directory/Acme/coordinators/", (302, 403, 403, 403, 403, 403, 404, 200)),
    ("directory/Acme/people/lena/managers/", KEEPERS),
    ("directory/Acme/people/gregor/managers/", (302, 403, 403, 403, 403, 404, 404, 404)),
    ("directory/Acme/people/nobody/managers/", (302, 403, 403, 403, 403, 404, 404, 404)),
    ("directory/Acme/policy/", KEEPERS),
    ("directory/Acme/new-department/", KEEPERS),
    ("directory/Acme/new-group/", KEEPERS),
    *[(f"departments/{{field}}/{act}", KEEPERS) for act in ("", "edit/", "delete/", "members/", "managers/")],
    *[(f"groups/{{group}}/{act}", KEEPERS) for act in ("", "edit/", "delete/", "members/", "cohort/")],
    ("departments/{nobody}/", (302, 403, 403, 403, 403, 404, 404, 404)),
    ("groups/{nobody}/", (302, 403, 403, 403, 403, 404, 404, 404)),
    ("people/lena/", (302, 403, 403, 200, 200, 200, 404, 200)),
    ("people/otto/", (302, 403, 403, 200, 404, 200, 404, 200)),
    ("people/cora/", (302, 403, 403, 404, 404, 200, 404, 200)),
    ("people/gregor/", (302, 403, 403, 404, 404, 404, 200, 200)),
    ("people/nobody/", (302, 403, 403, 404, 404, 404, 404, 404)),
]


def test_the_role_decides_about_the_page(cast, places):
    clients = {role: cast.client(role) for role in ROLES}
    for path, statuses in ANSWERS:
        answers = [client.get(PAGES + path.format(**places)) for client in clients.values()]
        assert (path, tuple(answer.status_code for answer in answers)) == (path, statuses)


def test_who_looks_after_a_team_elsewhere_does_not_keep_it(cast, places):
    build.coordinator(cast.people["manager"], "Globex")
    client = cast.client("manager")
    assert client.get(f"{PAGES}departments/{places['foreign']}/").status_code == 200
    assert client.get(f"{PAGES}departments/{places['field']}/").status_code == 404
    assert client.post(f"{PAGES}departments/{places['field']}/members/", {"one": "max"}).status_code == 404


@pytest.mark.parametrize("role", ["learner", "manager", "course_staff", "foreign_coordinator"])
def test_a_form_sent_past_the_role_changes_nothing(cast, places, role):
    def state() -> Any:
        return [
            list(model.objects.order_by("id").values())
            for model in (Department, LearningGroup, Membership, OrganizationMember, Supervision, OrganizationPolicy)
        ]

    before, client = state(), cast.client(role)
    for path, sent in [
        ("directory/Acme/new-department/", {"name": "New", "parent": ""}),
        ("directory/Acme/new-group/", {"name": "New"}),
        ("directory/Acme/policy/", {"min_lead_days": "9"}),
        ("directory/Acme/people/change/", {"who": "lena"}),
        (f"departments/{places['field']}/edit/", {"name": "New", "parent": ""}),
        (f"departments/{places['north']}/delete/", {}),
        (f"departments/{places['field']}/members/", {"who": "lena"}),
        (f"departments/{places['field']}/managers/", {"who": "max"}),
        (f"groups/{places['group']}/edit/", {"name": "New"}),
        (f"groups/{places['group']}/delete/", {}),
        (f"groups/{places['group']}/members/", {"one": "otto"}),
        (f"groups/{places['group']}/cohort/", {"cohort": "course-v1:Acme+FIRE101+2027 Plant", "confirmed": "1"}),
        (f"groups/{places['group']}/cohort/refresh/", {}),
        (f"groups/{places['group']}/cohort/unlink/", {}),
    ]:
        assert client.post(PAGES + path, sent).status_code in (403, 404), path
    assert state() == before


def test_a_department_is_made_below_another_renamed_moved_and_removed(cast, places):
    client = cast.client("coordinator")
    page = client.get(f"{PAGES}directory/Acme/new-department/?in={places['field']}")
    assert page.context["form"]["parent"].value() == places["field"]
    answer = client.post(f"{PAGES}directory/Acme/new-department/", {"name": "South", "parent": places["field"]})
    south = Department.objects.get(path="Field/South")
    assert answer["Location"] == f"{PAGES}departments/{south.uuid}/"
    page = client.get(f"{PAGES}departments/{places['field']}/edit/")
    assert [text for _value, text in page.context["form"]["parent"].field.choices][1:] == []
    client.post(f"{PAGES}departments/{south.uuid}/edit/", {"name": "Coast", "parent": ""})
    assert Department.objects.get(id=south.id).path == "Coast"
    taken = client.post(f"{PAGES}departments/{south.uuid}/edit/", {"name": "field", "parent": ""})
    assert "There is a department" in text(taken)
    assert "1 department below it" in text(client.get(f"{PAGES}departments/{places['field']}/delete/"))
    refused = client.post(f"{PAGES}departments/{places['field']}/delete/")
    assert (refused.status_code, "has departments below it" in text(refused)) == (200, True)
    client.post(f"{PAGES}departments/{south.uuid}/delete/")
    assert not Department.objects.filter(id=south.id).exists()


def test_a_department_counts_its_own_people_and_with_all_below_each_person_once(cast, places):
    build.department("Acme/Field", members=[cast.people["learner"]])
    build.department("Acme/Field/South", members=[cast.people["other_learner"], cast.people["learner"]])
    page = text(cast.client("coordinator").get(f"{PAGES}directory/Acme/"))
    assert "1 (2 with sub-departments)" in page
    assert page.count("with sub-departments") == 1


def test_a_group_follows_a_cohort_once_what_that_changes_was_seen(cast, places):
    group, course, client = f"{PAGES}groups/{places['group']}/", "course-v1:Acme+WELC+2027", cast.client("coordinator")
    assert "No course of the organization has cohorts" in text(client.get(f"{group}cohort/"))
    build.course(course, name="Welcome")
    build.cohort(course, "Plant", [cast.people["other_learner"], cast.people["foreign_coordinator"]])
    offered = client.get(f"{group}cohort/").context["form"]["cohort"].field.choices
    assert offered == [("Welcome", [(f"{course} Plant", "Plant")])]
    assert "There is no such cohort" in text(client.post(f"{group}cohort/", {"cohort": f"{course} Office"}))
    sent = {"cohort": f"{course} Plant"}
    asked = text(client.post(f"{group}cohort/", sent))
    for told in (
        "1 person comes in.",
        "1 person is not in the cohort and leaves",
        "1 person of the cohort is no member",
    ):
        assert told in asked
    assert [row.username for row in rosters.members(LearningGroup.objects.get(uuid=places["group"]))] == ["lena"]
    page = text(client.post(f"{group}cohort/", {**sent, "confirmed": "1"}, follow=True))
    assert "1 person came in. 1 person left." in page
    assert "who is in the cohort “Plant” of Welcome" in page
    assert "Add members" not in page
    assert "Take the chosen ones out" not in page
    assert "is decided there" in text(client.post(f"{group}members/", {"one": "lena"}))
    assert "is decided there" in text(client.post(f"{group}members/", {"who": "otto"}, follow=True))
    remove_user_from_cohort(get_cohort_by_name(CourseKey.from_string(course), "Plant"), "otto")
    assert "1 person left." in text(client.post(f"{group}cohort/refresh/", follow=True))
    CourseUserGroup.objects.all().delete()
    assert "is not there any more" in text(client.post(f"{group}cohort/refresh/", follow=True))
    assert "Its members stayed." in text(client.post(f"{group}cohort/unlink/", follow=True))
    assert "follows no cohort" in text(client.post(f"{group}cohort/refresh/", follow=True))


def test_a_group_is_made_renamed_and_removed(cast, places):
    client = cast.client("coordinator")
    client.post(f"{PAGES}directory/Acme/new-group/", {"name": "Night shift"})
    row = LearningGroup.objects.get(name="Night shift")
    client.post(f"{PAGES}groups/{row.uuid}/edit/", {"name": "Late shift"})
    assert LearningGroup.objects.get(id=row.id).name == "Late shift"
    assert "There is a learning group" in text(client.post(f"{PAGES}groups/{row.uuid}/edit/", {"name": "aid"}))
    assert "1 person leaves it" in text(client.get(f"{PAGES}groups/{places['group']}/delete/"))
    client.post(f"{PAGES}groups/{places['group']}/delete/")
    assert not LearningGroup.objects.filter(uuid=places["group"]).exists()


def test_people_are_pasted_and_those_who_are_nobody_stay_in_the_form(cast, places):
    client = cast.client("coordinator")
    sent = {"one": "otto", "many": "Lena@example.org\r\nghost; gregor\n\n"}
    sent["many"] = sent["many"].replace("Lena@example.org", cast.people["learner"].email.upper())
    page = client.post(f"{PAGES}groups/{places['group']}/members/", sent)
    told = text(page)
    assert "1 person was added." in told
    assert "1 person was there already." in told
    assert 'No learner "ghost" can be found.' in told
    assert 'No learner "gregor" can be found.' in told
    assert page.context["form"]["many"].value() == "ghost\ngregor"
    assert Membership.objects.filter(group__uuid=places["group"]).count() == 2
    assert "Name at least one person." in text(client.post(f"{PAGES}groups/{places['group']}/members/", {}))


def test_where_people_are_too_many_to_be_listed_they_are_asked_for_while_somebody_types(cast, places, monkeypatch):
    address, asked = f"{PAGES}departments/{places['field']}/members/", f'hx-get="{PAGES}people/suggest/"'
    client = cast.client("coordinator")
    assert asked not in client.get(address).content.decode()
    monkeypatch.setattr("mandatory_assignments.queries.people.MOST_SUGGESTED", 1)
    page = client.get(address).content.decode()
    assert asked in page
    assert page.count('name="one"') == page.count('<datalist id="ma-people"></datalist>') == 1
    assert 'value="otto"' in client.get(f"{PAGES}people/suggest/?one=ott").content.decode()


def test_global_staff_find_everybody_and_make_members_of_them(cast, places):
    answer = cast.client("global_staff").post(f"{PAGES}directory/Acme/people/change/", {"one": "gregor"})
    assert answer["Location"] == f"{PAGES}directory/Acme/people/"
    assert OrganizationMember.objects.filter(organization__short_name="Acme", user__username="gregor").exists()


def test_who_is_removed_from_an_organization_is_told_about_before(cast, places):
    client = cast.client("coordinator")
    page = text(client.get(f"{PAGES}directory/Acme/people/change/?who=lena&who=gregor&who=ghost"))
    assert "Lena Sommer" in page
    assert "1 assignment stays open." in page
    assert "gregor" not in page
    assert "ghost" not in page
    assert OrganizationMember.objects.filter(user__username="lena").exists()
    client.post(f"{PAGES}directory/Acme/people/change/", {"who": ["lena", "gregor"]})
    assert not OrganizationMember.objects.filter(user__username="lena").exists()
    assert OrganizationMember.objects.filter(user__username="gregor").exists()


def test_managers_and_coordinators_are_appointed_and_dismissed(cast, places):
    client, boss = cast.client("coordinator"), cast.client("global_staff")
    client.post(f"{PAGES}departments/{places['north']}/managers/", {"one": "otto"})
    assert "Otto Lang" in text(client.get(f"{PAGES}departments/{places['north']}/"))
    client.post(f"{PAGES}departments/{places['north']}/managers/", {"who": "otto"})
    assert not Supervision.objects.filter(department__uuid=places["north"]).exists()
    boss.post(f"{PAGES}directory/Acme/coordinators/", {"one": "otto"})
    assert "Dismiss coordinators" in text(boss.get(f"{PAGES}directory/Acme/coordinators/?who=otto"))
    boss.post(f"{PAGES}directory/Acme/coordinators/", {"who": "cora"})
    assert list(
        Coordinator.objects.filter(organization__short_name="Acme").values_list("user__username", flat=True)
    ) == ["otto"]


def test_a_person_gets_managers_of_their_own_and_loses_them(cast, places):
    client, own = cast.client("coordinator"), f"{PAGES}directory/Acme/people/lena/managers/"
    page = client.get(f"{PAGES}people/lena/")
    assert f'href="{own}"' in page.content.decode()
    assert "Max Head" in text(page)  # the department's
    told = text(client.post(own, {"one": "otto"}, follow=True))
    assert "1 person was added." in told
    assert "Otto Lang" in told
    assert "Max Head" not in told
    assert "Nobody manages themselves." in text(client.post(own, {"one": "lena"}))
    assert "those of the department look after them" in text(client.get(f"{own}?who=otto"))
    assert "Max Head" in text(client.post(own, {"who": "otto"}, follow=True))
    for role in ("manager", "course_staff"):
        assert own not in cast.client(role).get(f"{PAGES}people/lena/").content.decode()


def test_the_tree_is_in_order_and_its_numbers_are_those_behind_the_links(cast, places):
    build.department("Acme/Field-West")
    page = cast.client("coordinator").get(f"{PAGES}directory/Acme/")
    assert [(node.department.path, node.level, node.members) for node in page.context["tree"]] == [
        ("Field", 0, 1),
        ("Field/North", 1, 1),
        ("Field-West", 0, 0),
    ]
    assert page.context["tree"][0].managers == ["Max Head"]


def test_people_are_searched_and_narrowed(cast, places):
    client = cast.client("coordinator")

    def found(query: str) -> list[str]:
        return [person.username for person in client.get(f"{PAGES}directory/Acme/people/{query}").context["persons"]]

    assert found("") == ["cora", "lena", "max", "otto"]
    assert found(f"?department={places['field']}") == ["lena", "otto"]
    assert found(f"?group={places['group']}") == ["lena"]
    assert found("?search=sommer") == ["lena"]
    assert found("?search=gregor") == []
    assert found("?department=x") == []
    assert client.get(f"{PAGES}directory/Acme/people/?cursor=x").status_code == 302


def test_a_policy_says_only_what_differs_from_the_site(cast, places):
    client = cast.client("coordinator")
    page = client.get(f"{PAGES}directory/Acme/policy/")
    sent = dict.fromkeys(page.context["form"].fields, "")
    client.post(f"{PAGES}directory/Acme/policy/", sent)
    assert not OrganizationPolicy.objects.exists()
    client.post(
        f"{PAGES}directory/Acme/policy/",
        {**sent, "zone": "Europe/Berlin", "min_lead_days": "0", "late_policy": "freeze", "force_email": "no"},
    )
    row = OrganizationPolicy.objects.get()
    assert (row.zone, row.min_lead_days, row.late_policy, row.force_email) == ("Europe/Berlin", 0, "freeze", False)
    page = client.get(f"{PAGES}directory/Acme/policy/")
    assert (page.context["form"]["force_email"].value(), page.context["form"]["min_lead_days"].value()) == ("no", 0)
    wrong = {**sent, "zone": "CET", "deadline_zone": "here", "min_lead_days": "x", "sender_address": "nobody"}
    told = text(client.post(f"{PAGES}directory/Acme/policy/", wrong))
    assert "x is not allowed: write a whole number" in told
    told = text(client.post(f"{PAGES}directory/Acme/policy/", {**wrong, "min_lead_days": ""}))
    assert '"CET" is no zone' in told
    assert '"here" is not allowed' in told
    assert '"nobody" is no e-mail' in told


def test_a_person_is_shown_as_far_as_the_role_sees_them(cast, places):
    person = cast.people["learner"]
    told = text(cast.client("coordinator").get(f"{PAGES}people/lena/"))
    for words in ("Lena Sommer", "Acme/Field", "Aid", "Fire safety", "Pause Lena Sommer"):
        assert words in told
    assert "Joined a learning group" in told
    assert "Joined the organization" in told
    told = text(cast.client("manager").get(f"{PAGES}people/lena/"))
    assert "Fire safety" in told
    assert "Pause" not in told
    assert "Assign a training" not in told
    told = text(cast.client("course_staff").get(f"{PAGES}people/lena/"))
    assert "Fire safety" in told
    assert "Joined a learning group" not in told
    assert "Acme/Field" not in told
    assert person.email not in told


@pytest.mark.parametrize("path", ["directory/Acme/people/", "departments/{field}/", "directory/Acme/"])
def test_a_page_costs_as_much_for_many_as_for_few(cast, places, count_queries, path):
    client = cast.client("coordinator")
    address = PAGES + path.format(**places)
    client.get(address)
    few = count_queries(lambda: client.get(address))
    for number in range(20):
        user = build.user(f"extra{number:02}", organization="Acme")
        build.department(f"Acme/Field/Part {number}", members=[user], managers=[user])
        build.department("Acme/Field", members=[user])
        build.learning_group(f"Group {number}", "Acme", members=[user])
    assert count_queries(lambda: client.get(address)) == few
