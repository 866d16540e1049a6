"""The admin site: nothing that a verb did can be changed there; members and coordinators can be kept."""

import pytest
from django.contrib import admin

from mandatory_assignments import models
from mandatory_assignments.models import AuditEntry, Coordinator, OrganizationMember
from tests.roles import on_stage

OURS = [model for model in admin.site._registry if model._meta.app_label == "mandatory_assignments"]
KEPT = {OrganizationMember, Coordinator}


@pytest.fixture
def cast(db):
    with on_stage() as found:
        boss = found.people["global_staff"]
        boss.is_superuser = True
        boss.save()
        yield found


def name(model):
    return model._meta.model_name


def address(model, *parts):
    return "/".join(["/admin/mandatory_assignments", name(model), *map(str, parts), ""])


@pytest.mark.parametrize("model", OURS, ids=name)
def test_every_list_and_row_can_be_looked_at(cast, model):
    client = cast.client("global_staff")
    assert client.get(address(model)).status_code == 200
    for row in model.objects.all()[:1]:
        assert client.get(address(model, row.pk, "change")).status_code == 200


@pytest.mark.parametrize("model", OURS, ids=name)
def test_only_members_and_coordinators_can_be_added_or_removed_and_nothing_changed(cast, model):
    client = cast.client("global_staff")
    expected = 200 if model in KEPT else 403
    assert client.get(address(model, "add")).status_code == expected
    for row in model.objects.all()[:1]:
        assert client.get(address(model, row.pk, "delete")).status_code == expected
        assert client.post(address(model, row.pk, "change"), {}).status_code == 403


def test_the_directory_the_obligations_the_facts_and_the_trail_are_there():
    assert {
        models.OrganizationMember,
        models.Department,
        models.LearningGroup,
        models.Membership,
        models.Supervision,
        models.Coordinator,
        models.Training,
        models.Assignment,
        models.Completion,
        models.AuditEntry,
    } <= set(OURS)


def test_adding_and_removing_a_coordinator_is_noted_in_the_trail(cast):
    client, otto = cast.client("global_staff"), cast.people["other_learner"]
    organization = Coordinator.objects.get(user=cast.people["coordinator"]).organization
    answer = client.post(address(Coordinator, "add"), {"user": otto.id, "organization": organization.id})
    assert answer.status_code == 302
    row = Coordinator.objects.get(user=otto)
    client.post(address(Coordinator, row.id, "delete"), {"post": "yes"})
    assert not Coordinator.objects.filter(user=otto).exists()
    trail = AuditEntry.objects.filter(learner=otto, act__startswith="directory_").order_by("id")
    assert [(entry.act, entry.actor, entry.after) for entry in trail] == [
        ("directory_added", cast.people["global_staff"], {"model": "coordinator"}),
        ("directory_removed", cast.people["global_staff"], {"model": "coordinator"}),
    ]


def test_a_member_added_here_joined_now_and_removing_many_is_noted_too(cast):
    client, carl = cast.client("global_staff"), cast.people["course_staff"]
    organization = Coordinator.objects.get(user=cast.people["coordinator"]).organization
    client.post(address(OrganizationMember, "add"), {"user": carl.id, "organization": organization.id})
    row = OrganizationMember.objects.get(user=carl)
    assert row.joined_at is not None
    chosen = {"action": "delete_selected", "_selected_action": [row.id], "post": "yes"}
    client.post(address(OrganizationMember), chosen)
    assert not OrganizationMember.objects.filter(user=carl).exists()
    assert AuditEntry.objects.filter(learner=carl, act="directory_removed").count() == 1
