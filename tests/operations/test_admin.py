"""The admin site: the directory can be kept there, through the verbs; nothing else can be changed."""

from datetime import date
from functools import partial

import pytest
from django.contrib import admin

from demo.campus import build
from mandatory_assignments import api, models
from mandatory_assignments.models import (
    AuditEntry,
    Coordinator,
    Department,
    LearningGroup,
    Membership,
    OrganizationMember,
    OrganizationPolicy,
    Supervision,
)
from tests.roles import NOW, on_stage

OURS = [model for model in admin.site._registry if model._meta.app_label == "mandatory_assignments"]
KEPT = (OrganizationMember, Coordinator, OrganizationPolicy, Department, LearningGroup, Membership, Supervision)
CHANGEABLE = (OrganizationPolicy, Department, LearningGroup)
SAYS_NOTHING = {
    "zone": "",
    "deadline_zone": "",
    "min_lead_days": "",
    "late_policy": "",
    "grace_days": "",
    "unenrollment": "",
    "reminders": "",
    "force_email": "unknown",
    "sender_name": "",
    "sender_address": "",
}


@pytest.fixture
def cast(db):
    """Every table has a row."""
    with on_stage() as found:
        people = found.people
        boss = people["global_staff"]
        boss.is_superuser = True
        boss.save()
        build.learning_group("Aid", "Acme", members=[people["learner"]])
        api.set_policy("Acme", fields={"min_lead_days": 4})
        api.pause_learner(
            actor=people["coordinator"],
            learner="lena",
            from_on=date(2027, 5, 6),
            until_on=date(2027, 5, 9),
            organization="Acme",
            now=NOW,
        )
        build.complete(people["other_learner"], "course-v1:Acme+FIRE101+2027")
        found.assign("otto")
        build.drain()
        yield found


def name(model):
    return model._meta.model_name


def address(model, *parts):
    return "/".join(["/admin/mandatory_assignments", name(model), *map(str, parts), ""])


def acme():
    return OrganizationMember.objects.filter(user__username="lena").get().organization


def post(cast, model, *parts, **values):
    """The answer, and what the form says is wrong."""
    answer = cast.client("global_staff").post(address(model, *parts), values)
    return answer.status_code, answer.context["adminform"].form.errors if "adminform" in (answer.context or {}) else {}


def trail(after):
    rows = AuditEntry.objects.filter(id__gt=after).order_by("id")
    return [(row.act, row.learner and row.learner.username, row.actor.username) for row in rows]


def so_far():
    return AuditEntry.objects.order_by("id").values_list("id", flat=True).last()


@pytest.mark.parametrize("model", OURS, ids=name)
def test_every_list_can_be_opened_and_searched_and_every_row_be_looked_at(cast, model):
    client = cast.client("global_staff")
    assert client.get(address(model)).status_code == 200
    assert client.get(address(model), {"q": "x"}).status_code == 200
    row = model.objects.order_by("pk").first()
    assert row is not None
    assert client.get(address(model, row.pk, "change")).status_code == 200


@pytest.mark.parametrize("model", OURS, ids=name)
def test_the_directory_can_be_kept_and_nothing_else_changed(cast, model):
    client = cast.client("global_staff")
    assert client.get(address(model, "add")).status_code == (200 if model in KEPT else 403)
    row = model.objects.order_by("pk").first()
    assert client.get(address(model, row.pk, "delete")).status_code == (200 if model in KEPT else 403)
    before = model.objects.filter(pk=row.pk).values().get()
    assert client.post(address(model, row.pk, "change"), {"zone": "PST"}).status_code == (
        200 if model in CHANGEABLE else 403
    )
    assert model.objects.filter(pk=row.pk).values().get() == before


def test_the_directory_the_obligations_the_facts_and_the_trail_are_there():
    looked_at = (
        *(models.Training, models.Assignment, models.Cycle, models.Absence),
        *(models.Completion, models.AuditEntry),
    )
    assert {*KEPT, *looked_at} <= set(OURS)


def test_nobody_else_is_let_in(cast):
    for role in ("coordinator", "manager", "learner"):
        client = cast.client(role)
        assert {client.get(address(model)).status_code for model in OURS} == {302}


def test_a_list_costs_the_same_however_long_it_is(cast, count_queries):
    client = cast.client("global_staff")
    client.get(address(Coordinator))  # what a process asks but once

    def costs():
        return {model: count_queries(partial(client.get, address(model))) for model in OURS}

    few = costs()
    people = build.users(20, organization="Acme")
    for index, person in enumerate(people):
        build.department(f"Acme/D{index}", members=[person], managers=people[:1])
        build.coordinator(person, "Acme")
        build.organization(f"Org{index}")
        api.set_policy(f"Org{index}", fields={"zone": "UTC"})
    cast.assign(*(person.username for person in people))
    assert costs() == few


def test_an_assignment_shows_its_rounds_and_a_round_its_deadlines_and_holds(cast):
    client, cycle = cast.client("global_staff"), models.Cycle.objects.get(learner__username="lena")
    page = client.get(address(models.Assignment, cycle.assignment_id, "change")).content.decode()
    assert address(models.Cycle, cycle.pk, "change") in page
    page = client.get(address(models.Cycle, cycle.pk, "change")).content.decode()
    assert "holds-0" in page
    assert "deadlines-1" in page


# ----- adding, changing and removing ----------------------------------------------------------------------------------


def test_a_member_is_added_as_of_now_and_leaves_with_everything(cast):
    carl, begun = cast.people["course_staff"], so_far()
    assert post(cast, OrganizationMember, "add", organization=acme().id, user=carl.id)[0] == 302
    assert OrganizationMember.objects.get(user=carl).joined_at.date() == NOW.date()
    lena = OrganizationMember.objects.get(user__username="lena")
    assert post(cast, OrganizationMember, lena.pk, "delete", post="yes")[0] == 302
    assert not OrganizationMember.objects.filter(pk=lena.pk).exists()
    assert not Membership.objects.filter(user=lena.user).exists()
    assert trail(begun) == [("joined_organization", "carl", "olivia"), ("left_organization", "lena", "olivia")]


def test_many_are_removed_at_once_and_noted_each(cast):
    rows, begun = OrganizationMember.objects.filter(user__username__in=["lena", "otto"]), so_far()
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}
    assert post(cast, OrganizationMember, **chosen)[0] == 302
    assert not rows.all().exists()
    assert {entry[:2] for entry in trail(begun)} == {("left_organization", "lena"), ("left_organization", "otto")}


def test_a_coordinator_is_appointed_and_dismissed(cast):
    otto, begun = cast.people["other_learner"], so_far()
    assert post(cast, Coordinator, "add", organization=acme().id, user=otto.id)[0] == 302
    row = Coordinator.objects.get(user=otto)
    assert post(cast, Coordinator, row.pk, "delete", post="yes")[0] == 302
    assert not Coordinator.objects.filter(user=otto).exists()
    assert trail(begun) == [("appointed_coordinator", "otto", "olivia"), ("dismissed_coordinator", "otto", "olivia")]


def test_a_department_is_made_renamed_with_all_below_moved_and_removed(cast):
    field = Department.objects.get(path="Field")
    made = {"organization": acme().id, "parent": field.pk, "name": "  North  coast "}
    assert post(cast, Department, "add", **made)[0] == 302
    north = Department.objects.get(path="Field/North coast")
    assert post(cast, Department, field.pk, "change", name="Fields", parent="")[0] == 302
    north.refresh_from_db()
    assert north.path == "Fields/North coast"
    assert post(cast, Department, north.pk, "change", name="North", parent="")[0] == 302
    north.refresh_from_db()
    assert (north.path, north.parent) == ("North", None)
    assert post(cast, Department, north.pk, "delete", post="yes")[0] == 302
    assert not Department.objects.filter(pk=north.pk).exists()


def test_a_department_with_others_below_is_not_removed(cast):
    build.department("Acme/Field/North")
    field = Department.objects.get(path="Field")
    post(cast, Department, field.pk, "delete", post="yes")
    chosen = {"action": "delete_selected", "_selected_action": [field.pk], "post": "yes"}
    post(cast, Department, **chosen)
    assert Department.objects.filter(pk=field.pk).exists()


def test_a_group_is_made_renamed_and_removed(cast):
    assert post(cast, LearningGroup, "add", organization=acme().id, name="Drivers")[0] == 302
    row = LearningGroup.objects.get(name="Drivers")
    assert post(cast, LearningGroup, row.pk, "change", name="Pilots")[0] == 302
    row.refresh_from_db()
    assert row.name == "Pilots"
    assert post(cast, LearningGroup, row.pk, "delete", post="yes")[0] == 302
    assert not LearningGroup.objects.filter(pk=row.pk).exists()


def test_somebody_is_put_into_a_department_and_a_group_and_taken_out_again(cast):
    otto, field = cast.people["other_learner"], Department.objects.get()
    for place in ({"department": field.pk}, {"group": LearningGroup.objects.get().pk}):
        assert post(cast, Membership, "add", user=otto.id, **place)[0] == 302
        row = Membership.objects.get(user=otto)
        assert post(cast, Membership, row.pk, "delete", post="yes")[0] == 302
        assert not Membership.objects.filter(user=otto).exists()


def test_a_manager_is_appointed_for_a_department_and_for_a_person_and_dismissed_again(cast):
    otto, lena, field = cast.people["other_learner"], cast.people["learner"], Department.objects.get()
    for whom in ({"department": field.pk}, {"person": lena.id}):
        assert post(cast, Supervision, "add", organization=acme().id, manager=otto.id, **whom)[0] == 302
        row = Supervision.objects.get(manager=otto)
        assert post(cast, Supervision, row.pk, "delete", post="yes")[0] == 302
        assert not Supervision.objects.filter(manager=otto).exists()


def test_a_policy_is_changed_and_goes_when_it_says_nothing_more(cast):
    row, begun = OrganizationPolicy.objects.get(), so_far()
    said = {**SAYS_NOTHING, "zone": "Europe/Paris", "grace_days": "3"}
    assert post(cast, OrganizationPolicy, row.pk, "change", **said)[0] == 302
    row.refresh_from_db()
    assert (row.zone, row.min_lead_days, row.grace_days) == ("Europe/Paris", None, 3)
    assert post(cast, OrganizationPolicy, row.pk, "change", **SAYS_NOTHING)[0] == 302
    assert not OrganizationPolicy.objects.exists()
    globex = build.organization("Globex")
    assert post(cast, OrganizationPolicy, "add", organization=globex.id, **SAYS_NOTHING | {"zone": "UTC"})[0] == 302
    row = OrganizationPolicy.objects.get()
    assert post(cast, OrganizationPolicy, row.pk, "delete", post="yes")[0] == 302
    assert not OrganizationPolicy.objects.exists()
    assert {act for act, *_ in trail(begun)} == {"policy_changed"}


@pytest.mark.parametrize(
    ("model", "values", "field"),
    [
        (OrganizationMember, {"user": "lena"}, "__all__"),
        (OrganizationPolicy, {**SAYS_NOTHING, "zone": "UTC"}, "organization"),
        (Department, {"name": "A/B"}, "name"),
        (Department, {"name": "Field"}, "__all__"),
        (Department, {"name": "New", "parent": "foreign"}, "parent"),
        (LearningGroup, {"name": "aid"}, "__all__"),
        (Membership, {"user": "lena"}, "__all__"),
        (Membership, {"user": "lena", "department": "own", "group": "own"}, "__all__"),
        (Membership, {"user": "lena", "department": "own"}, "__all__"),
        (Supervision, {"manager": "otto"}, "__all__"),
        (Supervision, {"manager": "otto", "department": "foreign"}, "department"),
        (Supervision, {"manager": "carl", "department": "own"}, "__all__"),
        (Supervision, {"manager": "lena", "person": "lena"}, "__all__"),
        (Supervision, {"manager": "otto", "person": "carl"}, "person"),
    ],
)
def test_what_a_verb_refuses_stands_in_the_form_and_nothing_is_written(cast, model, values, field):
    build.department("Globex/Office")
    ids = {person.username: person.id for person in cast.people.values()}
    ids |= {"own": Department.objects.get(path="Field").pk, "foreign": Department.objects.get(path="Office").pk}
    ids_of_groups = {"own": LearningGroup.objects.get().pk}
    sent = {"organization": acme().id}
    for key, value in values.items():
        sent[key] = (ids_of_groups if key == "group" else ids).get(value, value) if key != "name" else value
    before, begun = list(model.objects.values()), so_far()
    status, errors = post(cast, model, "add", **sent)
    assert status == 200
    assert list(errors) == [field], errors
    assert list(model.objects.values()) == before
    assert so_far() == begun


def test_a_department_cannot_be_moved_into_itself_nor_take_a_name_that_is_taken(cast):
    build.department("Acme/Field/North")
    build.department("Acme/Office")
    field = Department.objects.get(path="Field")
    inside = Department.objects.get(path="Field/North").pk
    assert list(post(cast, Department, field.pk, "change", name="Field", parent=inside)[1]) == ["parent"]
    assert list(post(cast, Department, field.pk, "change", name="office", parent="")[1]) == ["name"]
    assert list(post(cast, OrganizationPolicy, OrganizationPolicy.objects.get().pk, "change", zone="PST")[1])
    assert set(Department.objects.values_list("path", flat=True)) == {"Field", "Field/North", "Office"}


@pytest.mark.parametrize("model", KEPT, ids=name)
def test_a_form_offers_no_list_of_people(cast, model, count_queries):
    client = cast.client("global_staff")
    client.get(address(model, "add"))
    few = count_queries(lambda: client.get(address(model, "add")))
    build.users(50, prefix="somebody", organization="Acme")
    for index in range(20):
        build.department(f"Acme/D{index}")
    assert count_queries(lambda: client.get(address(model, "add"))) == few
    assert "somebody" not in client.get(address(model, "add")).content.decode()


def test_what_a_verb_refuses_only_when_it_is_asked_to_write_is_told(cast):
    """The organization was closed after the page had been opened."""
    owner, row = acme(), Coordinator.objects.get(user__username="cora")
    owner.active = False
    owner.save()
    client = cast.client("global_staff")
    answer = client.post(address(Coordinator, row.pk, "delete"), {"post": "yes"}, follow=True)
    assert answer.redirect_chain == [(address(Coordinator), 302)]
    assert "There is no organization" in answer.content.decode()
    assert Coordinator.objects.filter(pk=row.pk).exists()
