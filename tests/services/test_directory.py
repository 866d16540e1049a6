"""Keeping the directory: members, departments, groups, managers, coordinators, policies; who may, and what is noted."""

from datetime import date, timedelta

import pytest

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import Conflict, Forbidden, Invalid
from mandatory_assignments.models import (
    Assignment,
    AuditEntry,
    Coordinator,
    Cycle,
    Department,
    LearningGroup,
    Membership,
    OrganizationMember,
    OrganizationPolicy,
    Supervision,
)
from mandatory_assignments.queries import access, assignments, directory

from .conftest import NOW


@pytest.fixture
def boss(campus):
    return build.user("olivia", is_staff=True)


def trail(*acts):
    """What was noted, as (act, whom, before, after)."""
    rows = AuditEntry.objects.filter(act__in=acts).order_by("id")
    return [(row.act, row.learner and row.learner.username, row.before, row.after) for row in rows]


def paths(organization="Acme"):
    rows = Department.objects.filter(organization__short_name=organization).order_by("path")
    return list(rows.values_list("path", flat=True))


def department(path, organization="Acme"):
    return Department.objects.get(path=path, organization__short_name=organization)


def inside(row):
    return sorted(Membership.objects.filter(department=row).values_list("user__username", flat=True))


# ----- the tree -----------------------------------------------------------------------------------------------------


def test_a_path_makes_every_level_once_and_notes_it(campus):
    first = api.create_department(path="Acme/Field/North", actor=campus.coordinator, now=NOW)
    again = api.create_department(path=" Acme / field/North ", actor=campus.coordinator, now=NOW)
    assert first.created == again.unchanged == [department("Field/North").uuid]
    assert paths() == ["Field", "Field/North"]
    assert department("Field/North").parent == department("Field")
    assert trail("department_added") == [
        ("department_added", None, {}, {"department": "Field"}),
        ("department_added", None, {}, {"department": "Field/North"}),
    ]


def test_a_name_makes_one_inside_a_parent_or_at_the_top(campus):
    api.create_department(organization="Acme", name="Field", actor=campus.coordinator)
    api.create_department(parent=department("Field").uuid, name="North", actor=campus.coordinator)
    assert paths() == ["Field", "Field/North"]


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        ({"path": "Acme"}, "bad_path", "path"),
        ({"path": "Acme//North"}, "bad_path", "path"),
        ({"path": "Nowhere/Field"}, "unknown_organization", "organization"),
        ({"path": "Globex/Field"}, "unknown_organization", "organization"),
        ({"path": "Acme/Field", "name": "North"}, "bad_path", "path"),
        ({"path": "Acme/Field", "organization": "Globex"}, "bad_path", "path"),
        ({"path": "Acme/" + "x" * 101}, "too_long", "path"),
        ({"path": "Acme/" + "/".join(["x" * 90] * 3)}, "too_long", "path"),
        ({"path": "Acme/a\x00"}, "bad_name", "path"),
        ({"organization": "Acme", "name": "A/B"}, "slash_in_name", "name"),
        ({"organization": "Acme", "name": "  "}, "name_required", "name"),
        ({"organization": "Globex", "name": "Field"}, "unknown_organization", "organization"),
        ({"name": "Field"}, "unknown_organization", "organization"),
    ],
)
def test_what_is_no_department_is_refused_and_nothing_made(campus, asked, code, field):
    build.organization("Globex")
    with pytest.raises(Invalid) as caught:
        api.create_department(**asked, actor=campus.coordinator)
    assert (caught.value.code, caught.value.problems[0].field) == (code, field)
    assert not Department.objects.exists()


def test_a_renamed_department_takes_everything_below_with_it_and_nothing_else(campus, count_queries):
    for path in ("50%_a/North/Coast", "50%_ab/North", "50XXa/North", "50%_A2/North"):
        build.department(f"Acme/{path}")
    build.department("Globex/50%_a/North")
    few = count_queries(lambda: rename("50%_a/North/Coast", "Shore"))
    many = count_queries(lambda: rename("50%_a", "Ü 1"))
    assert set(paths()) == {
        *("50%_A2", "50%_A2/North", "50%_ab", "50%_ab/North", "50XXa", "50XXa/North"),
        *("Ü 1", "Ü 1/North", "Ü 1/North/Shore"),
    }
    assert paths("Globex") == ["50%_a", "50%_a/North"]
    assert few == many
    assert trail("department_changed")[1] == (
        "department_changed",
        None,
        {"department": "50%_a"},
        {"department": "Ü 1"},
    )


def rename(path, name, **named):
    return api.change_department(department(path).uuid, fields={"name": name}, **named)


def move(path, parent, **named):
    above = parent and department(parent).uuid
    return api.change_department(department(path).uuid, fields={"parent": above}, **named)


def test_only_the_case_of_a_name_may_change(campus):
    build.department("Acme/field/North")
    assert rename("field", "Field").changed
    assert sorted(paths()) == ["Field", "Field/North"]
    assert rename("Field", " Field ").unchanged


def test_a_department_moves_with_all_below_and_with_its_people(campus):
    build.department("Acme/Field/North/Coast", members=[campus.learner])
    build.department("Acme/Office")
    move("Field/North", "Office", actor=campus.coordinator)
    assert paths() == ["Field", "Office", "Office/North", "Office/North/Coast"]
    assert inside(department("Office/North/Coast")) == ["lena"]
    move("Office/North", None, actor=campus.coordinator)
    assert paths() == ["Field", "North", "North/Coast", "Office"]
    assert department("North").parent is None


@pytest.mark.parametrize("into", ["Field", "Field/North", "Field/North/Coast"])
def test_a_department_cannot_lie_inside_itself(campus, into):
    build.department("Acme/Field/North/Coast")
    with pytest.raises(Invalid) as caught:
        move("Field", into)
    assert (caught.value.code, caught.value.problems[0].field) == ("cycle", "parent")


def test_a_place_that_is_taken_is_refused_whatever_the_case(campus):
    for path in ("Field/North", "Office/north"):
        build.department(f"Acme/{path}")
    with pytest.raises(Conflict) as caught:
        move("Field/North", "Office")
    assert caught.value.code == "path_taken"
    with pytest.raises(Conflict):
        rename("Office", "FIELD")
    assert paths() == ["Field", "Field/North", "Office", "Office/north"]


def test_a_name_with_which_paths_below_grow_too_long_is_refused(campus):
    build.department("Acme/A/" + "/".join(["x" * 80] * 3))
    with pytest.raises(Invalid) as caught:
        rename("A", "Much longer than before")
    assert caught.value.code == "too_long"
    assert "A" in paths()


def test_a_department_of_another_organization_is_no_parent(campus, boss):
    build.department("Acme/Field")
    build.department("Globex/Office")
    fields = {"parent": department("Office", "Globex").uuid}
    for actor in (boss, campus.coordinator, None):
        with pytest.raises(Invalid) as caught:
            api.change_department(department("Field").uuid, fields=fields, actor=actor)
        assert (caught.value.code, caught.value.problems[0].field) == ("unknown_department", "parent")


def test_a_department_goes_only_without_departments_and_leaves_its_people(campus):
    build.department("Acme/Field/North", members=[campus.learner], managers=[campus.coordinator])
    with pytest.raises(Conflict) as caught:
        api.remove_department(department("Field").uuid, actor=campus.coordinator)
    assert caught.value.code == "has_departments"
    api.remove_department(department("Field/North").uuid, actor=campus.coordinator)
    assert paths() == ["Field"]
    assert not Membership.objects.exists()
    assert not Supervision.objects.exists()
    assert OrganizationMember.objects.filter(user=campus.learner).exists()
    left = {"department": "Field/North"}
    assert trail("left_department", "dismissed_manager", "department_removed") == [
        ("left_department", "lena", left, {}),
        ("dismissed_manager", "cora", left, {}),
        ("department_removed", None, left, {}),
    ]


# ----- people in it -------------------------------------------------------------------------------------------------


def test_members_come_and_go_by_username_and_e_mail_and_who_is_nobody_stops_nobody(campus):
    build.user("otto", email="Otto@Example.com", organization="Acme")
    build.user("gregor", organization="Globex")
    build.department("Acme/Field", members=[campus.learner])
    outcome = api.change_department_members(
        department("Field").uuid,
        add=[" otto@example.COM ", "gregor", "nobody", "cora"],
        remove=["lena", "nobody"],
        actor=campus.coordinator,
        now=NOW,
    )
    assert (outcome.created, outcome.changed, outcome.unchanged) == (["otto", "cora"], ["lena"], [])
    assert [(entry, problem.code) for entry, problem in outcome.refused] == [
        ("gregor", "unknown_learner"),
        ("nobody", "unknown_learner"),
    ]
    assert inside(department("Field")) == ["cora", "otto"]
    assert trail("joined_department", "left_department")[-3:] == [
        ("joined_department", "cora", {}, {"department": "Field"}),
        ("joined_department", "otto", {}, {"department": "Field"}),
        ("left_department", "lena", {"department": "Field"}, {}),
    ]
    again = api.change_department_members(department("Field").uuid, add=["otto"], remove=["lena"])
    assert sorted(again.unchanged) == ["lena", "otto"]


def test_global_staff_put_anybody_into_a_department_who_then_belongs_to_the_organization(campus, boss):
    stranger = build.user("stranger")
    build.department("Acme/Field")
    api.change_department_members(department("Field").uuid, add=["stranger"], actor=boss)
    assert OrganizationMember.objects.filter(user=stranger, organization__short_name="Acme").exists()


def test_somebody_cannot_come_and_go_at_once(campus):
    build.department("Acme/Field")
    with pytest.raises(Invalid) as caught:
        api.change_department_members(department("Field").uuid, add=["lena"], remove=["LENA@example.com"])
    assert caught.value.code == "named_twice"


def test_too_many_names_are_refused_with_the_number(campus):
    build.department("Acme/Field")
    with pytest.raises(Invalid) as caught:
        api.change_department_members(department("Field").uuid, add=[f"n{index}" for index in range(501)])
    assert caught.value.code == "too_many"
    assert "501" in caught.value.problems[0].message
    assert "500" in caught.value.problems[0].message


def test_who_is_inactive_does_not_come_but_can_go(campus):
    build.department("Acme/Field", members=[campus.learner])
    campus.learner.is_active = False
    campus.learner.save()
    outcome = api.change_department_members(department("Field").uuid, remove=["lena"])
    assert outcome.changed == ["lena"]
    assert api.change_department_members(department("Field").uuid, add=["lena"]).refused


def test_managers_are_members_and_a_stranger_among_them_can_be_dismissed(campus):
    stranger = build.user("stranger", organization="Globex")
    build.department("Acme/Field", managers=[stranger])
    outcome = api.change_department_managers(
        department("Field").uuid, add=["lena"], remove=["stranger"], actor=campus.coordinator
    )
    assert (outcome.created, outcome.changed) == (["lena"], ["stranger"])
    again = api.change_department_managers(department("Field").uuid, add=["stranger"], actor=campus.coordinator)
    assert [entry for entry, _problem in again.refused] == ["stranger"]


def test_a_person_gets_managers_of_their_own_but_not_themselves(campus):
    build.user("max", organization="Acme")
    outcome = api.change_managers("lena", add=["max", "lena"], actor=campus.coordinator, now=NOW)
    assert (outcome.created, outcome.unchanged) == (["max"], [])
    assert [(entry, problem.code) for entry, problem in outcome.refused] == [("lena", "own_manager")]
    assert trail("appointed_manager") == [("appointed_manager", "max", {}, {"person": campus.learner.id})]
    assert api.change_managers("lena", remove=["max"], actor=campus.coordinator).changed == ["max"]
    assert not Supervision.objects.exists()


def test_of_a_person_in_two_organizations_the_one_that_is_meant_must_be_named(campus, boss):
    build.user("max", organization="Acme")
    build.organization("Globex")
    api.add_organization_members("Globex", [campus.learner.id])
    with pytest.raises(Invalid) as caught:
        api.change_managers("lena", add=["max"], actor=boss)
    assert caught.value.code == "organization_required"
    assert api.change_managers("lena", organization="Acme", add=["max"], actor=boss).created == ["max"]
    assert api.change_managers("lena", add=["max"], actor=campus.coordinator).unchanged == ["max"]
    with pytest.raises(Invalid) as caught:
        api.change_managers("nobody", add=["max"], actor=boss)
    assert (caught.value.code, caught.value.problems[0].field) == ("unknown_learner", "person")


def test_groups_are_made_renamed_filled_and_removed(campus):
    cora = campus.coordinator
    (group,) = api.create_group(organization="Acme", name=" First  aiders ", actor=cora).created
    assert api.create_group(organization="Acme", name="first aiders", actor=cora).unchanged == [group]
    api.change_group_members(group, add=["lena"], actor=cora)
    assert api.rename_group(group, name="Aid/Rescue", actor=cora).changed == [group]
    assert api.rename_group(group, name="Aid/Rescue", actor=cora).unchanged == [group]
    api.create_group(organization="Acme", name="Others", actor=cora)
    with pytest.raises(Conflict) as caught:
        api.rename_group(group, name="OTHERS", actor=cora)
    assert caught.value.code == "name_taken"
    api.remove_group(group, actor=cora)
    assert list(LearningGroup.objects.values_list("name", flat=True)) == ["Others"]
    assert [
        act for act, *_ in trail("group_added", "joined_group", "group_changed", "left_group", "group_removed")
    ] == [
        "group_added",
        "joined_group",
        "group_changed",
        "group_added",
        "left_group",
        "group_removed",
    ]


# ----- the organization ---------------------------------------------------------------------------------------------


def test_who_leaves_leaves_everything_below_but_not_what_was_assigned(campus, boss):
    max_ = build.user("max", organization="Acme")
    build.department("Acme/Field", members=[campus.learner], managers=[campus.learner])
    build.department("Globex/Office", members=[campus.learner])
    build.learning_group("Aid", "Acme", members=[campus.learner])
    api.change_managers("lena", organization="Acme", add=["max"])
    api.change_managers("max", add=["lena"])
    campus.assign()
    outcome = api.change_organization_members("Acme", remove=["lena", "nobody"], actor=campus.coordinator, now=NOW)
    assert (outcome.changed, [entry for entry, _problem in outcome.refused]) == (["lena"], ["nobody"])
    assert list(Membership.objects.values_list("department__path", flat=True)) == ["Office"]
    assert not Supervision.objects.exists()
    assert Assignment.objects.get().open
    assert trail("left_organization") == [
        ("left_organization", "lena", {"departments": ["Field"], "groups": ["Aid"]}, {})
    ]
    assert {name for _act, name, *_ in trail("dismissed_manager")} == {"lena", "max"}
    assert not access.scope(max_).teams


def test_only_global_staff_add_people_to_an_organization(campus, boss):
    build.user("stranger")
    for act in (
        lambda actor: api.change_organization_members("Acme", add=["stranger"], actor=actor),
        lambda actor: api.add_organization_members("Acme", [boss.id], actor=actor),
        lambda actor: api.change_coordinators("Acme", add=["lena"], actor=actor),
        lambda actor: api.appoint_coordinators("Acme", [boss.id], actor=actor),
    ):
        with pytest.raises(Forbidden):
            act(campus.coordinator)
        act(boss)
    assert OrganizationMember.objects.filter(user__username="stranger").exists()
    assert api.change_coordinators("Acme", remove=["lena"], actor=boss).changed == ["lena"]
    assert not Coordinator.objects.filter(user=campus.learner).exists()


def test_a_coordinator_joins_nobody_to_the_organization_by_a_detour(campus):
    stranger = build.user("stranger")
    for act in (
        lambda: api.save_department("Acme/Field", member_ids=[stranger.id], actor=campus.coordinator),
        lambda: api.save_department("Acme/Field", manager_ids=[stranger.id], actor=campus.coordinator),
        lambda: api.save_learning_group("Aid", organization="Acme", member_ids=[stranger.id], actor=campus.coordinator),
        lambda: api.appoint_managers(
            [stranger.id], organization="Acme", person_id=campus.learner.id, actor=campus.coordinator
        ),
    ):
        with pytest.raises(Invalid) as caught:
            act()
        assert caught.value.code == "unknown_learner"
    assert not OrganizationMember.objects.filter(user=stranger).exists()
    assert not Department.objects.exists()


VERBS = [
    pytest.param(act, id=name)
    for name, act in {
        "a department by path": lambda actor, to: api.create_department(path=f"{to['organization']}/X", actor=actor),
        "a department by name": lambda actor, to: api.create_department(
            organization=to["organization"], name="X", actor=actor
        ),
        "a department inside another": lambda actor, to: api.create_department(
            parent=to["department"], name="X", actor=actor
        ),
        "a department's name": lambda actor, to: api.change_department(
            to["department"], fields={"name": "X"}, actor=actor
        ),
        "a department's end": lambda actor, to: api.remove_department(to["department"], actor=actor),
        "a department's members": lambda actor, to: api.change_department_members(
            to["department"], add=["lena"], actor=actor
        ),
        "a department's managers": lambda actor, to: api.change_department_managers(
            to["department"], add=["lena"], actor=actor
        ),
        "a group": lambda actor, to: api.create_group(organization=to["organization"], name="X", actor=actor),
        "a group's name": lambda actor, to: api.rename_group(to["group"], name="X", actor=actor),
        "a group's end": lambda actor, to: api.remove_group(to["group"], actor=actor),
        "a group's members": lambda actor, to: api.change_group_members(to["group"], add=["lena"], actor=actor),
        "a person's managers": lambda actor, to: api.change_managers(
            "lena", organization=to["organization"], add=["max"], actor=actor
        ),
        "an organization's members": lambda actor, to: api.change_organization_members(
            to["organization"], remove=["lena"], actor=actor
        ),
        "a policy": lambda actor, to: api.set_policy(to["organization"], fields={"zone": "UTC"}, actor=actor),
    }.items()
]


@pytest.mark.parametrize("act", VERBS)
def test_what_is_foreign_and_what_is_missing_are_refused_alike(campus, act, count_queries):
    build.department("Globex/Office")
    build.learning_group("Aid", "Globex")
    nobody = "00000000-0000-4000-8000-000000000000"
    foreign = {
        "organization": "Globex",
        "department": str(department("Office", "Globex").uuid),
        "group": str(LearningGroup.objects.get().uuid),
    }
    missing = {"organization": "Nowhere", "department": nobody, "group": nobody[:-1] + "1"}
    told = []
    for to in (foreign, missing):

        def trying(to=to):
            with pytest.raises(Invalid) as caught:
                act(campus.coordinator, to)
            said = str([(each.code, each.field, each.message) for each in caught.value.problems])
            for name in ("organization", "department", "group"):
                said = said.replace(to[name], name)
            told.append(said)

        told.append(count_queries(trying))
    assert told[:2] == told[2:]


@pytest.mark.parametrize("act", VERBS)
def test_who_has_no_role_or_only_a_team_is_forbidden_whatever_it_is(campus, act):
    build.department("Acme/Field", managers=[manager := build.user("max", organization="Acme")])
    build.learning_group("Aid", "Acme")
    own = {
        "organization": "Acme",
        "department": department("Field").uuid,
        "group": LearningGroup.objects.get().uuid,
    }
    for actor in (campus.learner, manager):
        with pytest.raises(Forbidden):
            act(actor, own)
    act(campus.coordinator, own)


# ----- what a manager sees --------------------------------------------------------------------------------------------


@pytest.fixture
def team(campus):
    """Max heads "50%_a", others head what only looks alike."""
    people = {name: build.user(name, organization="Acme") for name in ("in", "below", "alike", "case", "wild")}
    build.department("Acme/50%_a", members=[people["in"]], managers=[build.user("max", organization="Acme")])
    build.department("Acme/50%_a/North/Coast", members=[people["below"]])
    build.department("Acme/50%_ab", members=[people["alike"]])
    build.department("Acme/50%_abc/North", members=[people["case"]])
    build.department("Acme/50XXa/North", members=[people["wild"]])
    build.department("Globex/50%_a/North", members=[build.user("foreign", organization="Globex")])
    campus.assign(*people)
    return campus


def seen(username):
    from django.contrib.auth import get_user_model

    scope = access.scope(get_user_model().objects.get(username=username))
    rows = {cycle.learner.username for cycle in assignments.cycles(scope, now=NOW)}
    assert rows == set(directory.people(scope).values_list("username", flat=True))
    return rows


def test_a_manager_sees_the_department_and_all_below_it_and_nothing_that_looks_alike(team):
    assert seen("max") == {"in", "below"}


def test_a_manager_sees_the_same_people_after_a_department_was_renamed_or_moved(team):
    rename("50%_a", "Field")
    assert seen("max") == {"in", "below"}
    move("50%_abc", "Field")
    assert seen("max") == {"in", "below", "case"}
    move("Field/North", None)
    assert seen("max") == {"in", "case"}


def test_a_managers_team_follows_who_comes_and_goes(team):
    api.change_department_members(department("50%_a").uuid, add=["wild"], remove=["in"])
    assert seen("max") == {"below", "wild"}
    api.change_managers("alike", add=["max"])
    assert seen("max") == {"below", "wild", "alike"}
    api.change_department_managers(department("50%_a").uuid, remove=["max"])
    assert seen("max") == {"alike"}


# ----- policies -------------------------------------------------------------------------------------------------------


def say(campus, **fields):
    return api.set_policy("Acme", fields=fields, actor=campus.coordinator, now=NOW)


def test_the_zone_of_the_organization_ends_the_due_days_of_new_assignments(campus):
    assert say(campus, zone="America/Los_Angeles", deadline_zone="organization").changed == ["Acme"]
    campus.assign()
    assert Cycle.objects.get().zone == "America/Los_Angeles"


def test_a_fixed_zone_ends_the_due_days_of_new_assignments(campus):
    say(campus, deadline_zone="Pacific/Kiritimati")
    campus.assign()
    assert Cycle.objects.get().zone == "Pacific/Kiritimati"


def test_the_zone_of_the_organization_serves_learners_who_have_none(campus):
    build.user("otto", organization="Acme")
    say(campus, zone="Asia/Tokyo")
    campus.assign("lena", "otto")
    assert set(Cycle.objects.values_list("learner__username", "zone")) == {
        ("lena", "Europe/Berlin"),
        ("otto", "Asia/Tokyo"),
    }


def test_the_least_lead_of_the_organization_counts(campus):
    say(campus, min_lead_days=30)
    ((_entry, problem),) = campus.assign().refused
    assert problem.code == "due_too_early"
    assert "2027-06-02" in problem.message
    say(campus, min_lead_days=0)
    assert campus.assign(due_on=date(2027, 5, 3)).created


def test_the_late_policy_of_the_organization_is_that_of_new_assignments(campus):
    say(campus, late_policy="freeze", grace_days=2)
    campus.assign()
    made = Assignment.objects.get()
    assert (made.late_policy, made.grace_days) == ("freeze", 2)
    assert Cycle.objects.get().cut_off_at == Cycle.objects.get().due_at + timedelta(days=2)


def test_what_the_organization_does_not_say_the_site_says(campus, settings):
    settings.MANDATORY_ASSIGNMENTS_GRACE_DAYS = 9
    say(campus, grace_days=0)
    campus.assign()
    assert Assignment.objects.get().grace_days == 0
    assert say(campus, grace_days=None).changed
    assert not OrganizationPolicy.objects.exists()
    build.user("otto", organization="Acme")
    campus.assign("otto")
    assert Assignment.objects.get(learner__username="otto").grace_days == 9


def test_only_what_differs_is_noted_and_nothing_when_nothing_does(campus):
    say(campus, zone="Europe/Paris", min_lead_days=5)
    say(campus, zone="Europe/Paris", min_lead_days=6)
    assert say(campus, min_lead_days=6).unchanged == ["Acme"]
    assert trail("policy_changed") == [
        (
            "policy_changed",
            None,
            {"zone": "", "min_lead_days": None},
            {"zone": "Europe/Paris", "min_lead_days": 5},
        ),
        ("policy_changed", None, {"min_lead_days": 5}, {"min_lead_days": 6}),
    ]


@pytest.mark.parametrize(
    ("field", "value", "code", "allowed"),
    [
        ("zone", "PST", "bad_zone", "Europe/Berlin"),
        ("zone", "Mars/Base", "bad_zone", "Europe/Berlin"),
        ("deadline_zone", "mine", "bad_zone", "learner, organization, site"),
        ("min_lead_days", -1, "bad_number", "0 to 365"),
        ("grace_days", 99999, "bad_number", "0 to 3650"),
        ("late_policy", "forgive", "bad_choice", "accept, freeze"),
        ("unenrollment", "ask", "bad_choice", "refuse, allow"),
        ("colour", "red", "unknown_field", ""),
    ],
)
def test_what_cannot_be_said_is_refused_by_field_value_and_what_is_allowed(campus, field, value, code, allowed):
    with pytest.raises(Invalid) as caught:
        say(campus, **{"zone": "UTC", field: value})
    (problem,) = caught.value.problems
    assert (problem.code, problem.field) == (code, field)
    assert allowed in problem.message
    assert code == "unknown_field" or str(value) in problem.message
    assert not OrganizationPolicy.objects.exists()


def test_everything_that_is_wrong_is_told_at_once(campus):
    with pytest.raises(Invalid) as caught:
        say(campus, zone="PST", grace_days="many")
    assert [problem.field for problem in caught.value.problems] == ["zone", "grace_days"]


# ----- cost -----------------------------------------------------------------------------------------------------------


def test_eighty_come_and_go_at_the_cost_of_one(campus, count_queries):
    build.department("Acme/Field", managers=[campus.coordinator])
    row, people = department("Field"), [person.username for person in build.users(81, organization="Acme")]
    one = [
        count_queries(lambda: api.change_department_members(row.uuid, add=people[:1])),
        count_queries(lambda: api.change_department_members(row.uuid, remove=people[:1])),
    ]
    eighty = [count_queries(lambda: api.change_department_members(row.uuid, add=people[1:]))]
    api.change_department_members(row.uuid, add=people[:1])
    eighty.append(count_queries(lambda: api.change_department_members(row.uuid, remove=people[1:])))
    assert one == eighty
    api.change_department_members(row.uuid, add=people)
    last = count_queries(lambda: api.change_organization_members("Acme", remove=people[:1]))
    assert count_queries(lambda: api.change_organization_members("Acme", remove=people[1:])) == last
