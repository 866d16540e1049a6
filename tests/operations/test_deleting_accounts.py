"""Deleting an account altogether, as the admin site does: everything of that person goes, and the trail stays."""

from datetime import date, timedelta

import pytest

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.models import (
    Absence,
    Assignment,
    AuditEntry,
    Completion,
    Cycle,
    Deadline,
    EvidenceArchive,
    EvidenceFloor,
    Hold,
    LearnerLock,
    LookAgain,
    Progress,
    Reopening,
    RequiredEnrollment,
)
from tests.roles import COURSE, NOW, on_stage

pytestmark = pytest.mark.django_db

OF_A_PERSON = (
    Absence,
    Assignment,
    Completion,
    Cycle,
    Deadline,
    EvidenceArchive,
    EvidenceFloor,
    Hold,
    LookAgain,
    Progress,
    Reopening,
    RequiredEnrollment,
)


@pytest.fixture
def cast(db):
    """The learner completed the course, lost that again, and is going to be away; another one has it to do, too."""
    with on_stage() as found:
        lena, cora = found.people["learner"], found.people["coordinator"]
        build.complete(lena, COURSE)
        build.drain()
        training = Cycle.objects.get().training_id
        told = {"actor": cora, "now": NOW + timedelta(hours=1)}
        api.revoke_completions(**told, keys=[(lena.id, training)], reason="Not so.")
        api.pause_learner(**told, learner="lena", from_on=date(2027, 6, 1), until_on=date(2027, 6, 9))
        LookAgain.objects.create(learner=lena, course_key=COURSE, next_at=NOW)
        boss = found.people["global_staff"]
        boss.is_superuser = True
        boss.save()
        yield found


def empty():
    return [model.__name__ for model in OF_A_PERSON if not model.objects.exists()]


def test_all_that_was_the_learners_goes_and_the_trail_stays(cast):
    assert empty() == []
    entries = AuditEntry.objects.count()
    learner_id = cast.people["learner"].id
    page = f"/admin/auth/user/{learner_id}/delete/"
    client = cast.client("global_staff")
    assert b"Are you sure" in client.get(page).content
    assert client.post(page, {"post": "yes"}).status_code == 302
    assert empty() == [model.__name__ for model in OF_A_PERSON]
    assert not LearnerLock.objects.filter(learner_id=learner_id).exists()
    assert AuditEntry.objects.count() == entries
    assert not AuditEntry.objects.filter(learner_id=learner_id).exists()


def test_whoever_assigned_may_go_and_what_they_assigned_stays(cast):
    cora = cast.people["coordinator"]
    page = f"/admin/auth/user/{cora.id}/delete/"
    assert cast.client("global_staff").post(page, {"post": "yes"}).status_code == 302
    made = Assignment.objects.get()
    assert made.assigned_by is None
    assert AuditEntry.objects.filter(assignment=made, actor=None, actor_name="cora").exists()


def test_several_at_once(cast):
    asked = {
        "action": "delete_selected",
        "_selected_action": [str(cast.people[role].id) for role in ("learner", "other_learner")],
        "post": "yes",
    }
    assert cast.client("global_staff").post("/admin/auth/user/", asked).status_code == 302
    assert empty() == [model.__name__ for model in OF_A_PERSON]


def test_on_our_own_pages_nothing_of_it_can_be_deleted(cast):
    client = cast.client("global_staff")
    for model in (Assignment, Completion, AuditEntry):
        name, row = model._meta.model_name, model.objects.first()
        page = f"/admin/mandatory_assignments/{name}/"
        assert client.post(f"{page}{row.pk}/delete/", {"post": "yes"}).status_code == 403
        client.post(page, {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"})
        assert model.objects.filter(pk=row.pk).exists()
