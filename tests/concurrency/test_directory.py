"""Staff who keep the same directory at once: one row each, one entry in the trail, an answer for everybody."""

import pytest

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import Refused
from mandatory_assignments.models import (
    AuditEntry,
    Department,
    LearningGroup,
    Membership,
    OrganizationMember,
    OrganizationPolicy,
    Supervision,
)

from .conftest import together

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

AT_ONCE = 4


@pytest.fixture
def people(transactional_db):
    build.organization("Acme")
    return build.users(30)


def noted(act):
    return AuditEntry.objects.filter(act=act).count()


def test_the_same_departments_with_the_same_people_are_made_once(people):
    ids = [person.id for person in people]

    def saving():
        return api.save_department("Acme/Field/North", member_ids=ids, manager_ids=ids[:2])

    assert [result for result in together(*[saving] * AT_ONCE) if isinstance(result, Exception)] == []
    assert Department.objects.count() == noted("department_added") == 2
    assert Membership.objects.count() == noted("joined_department") == len(ids)
    assert OrganizationMember.objects.count() == noted("joined_organization") == len(ids)
    assert Supervision.objects.count() == noted("appointed_manager") == 2


def test_the_same_member_group_and_policy_are_made_once(people):
    build.department("Acme/Field")
    field = Department.objects.get().uuid
    acts = [
        lambda: api.change_department_members(field, add=["learner1", "learner2"]),
        lambda: api.change_organization_members("Acme", add=["learner1", "learner2"]),
        lambda: api.save_learning_group("Aid", organization="Acme", member_ids=[people[0].id]),
        lambda: api.create_group(organization="Acme", name="aid"),
        lambda: api.set_policy("Acme", fields={"min_lead_days": 5}),
    ]
    assert [result for result in together(*acts * 2) if isinstance(result, Exception)] == []
    assert Membership.objects.filter(department__isnull=False).count() == noted("joined_department") == 2
    assert OrganizationMember.objects.count() == noted("joined_organization") == 2
    assert LearningGroup.objects.count() == noted("group_added") == 1
    assert OrganizationPolicy.objects.count() == noted("policy_changed") == 1


def test_who_moves_renames_removes_and_fills_at_once_leaves_a_tree_that_is_whole(people):
    build.organization("Acme")
    for path in ("A/B/C", "D/E"):
        build.department(f"Acme/{path}")
    by_path = {row.path: row.uuid for row in Department.objects.all()}
    acts = [
        lambda: api.change_department(by_path["A/B"], fields={"parent": by_path["D/E"]}),
        lambda: api.change_department(by_path["D"], fields={"parent": by_path["A/B/C"]}),
        lambda: api.change_department(by_path["A"], fields={"name": "Z"}),
        lambda: api.create_department(parent=by_path["D/E"], name="F"),
        lambda: api.remove_department(by_path["D/E"]),
        lambda: api.change_department_members(by_path["A/B/C"], add=["learner1"]),
    ]
    results = together(*acts)
    assert [error for error in results if isinstance(error, Exception) and not isinstance(error, Refused)] == []
    rows = {row.id: row for row in Department.objects.all()}
    for row in rows.values():
        names, above = [row.name], row.parent_id
        while above:
            names.append(rows[above].name)
            above = rows[above].parent_id
            assert len(names) <= len(rows), "a cycle"
        assert row.path == "/".join(reversed(names))
