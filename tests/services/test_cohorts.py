"""Learning groups that follow a cohort: linked, brought to what it holds, never by hand, and let go again."""

import pytest
from django.contrib.auth import get_user_model

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import Conflict, Forbidden, Invalid
from mandatory_assignments.models import AuditEntry, LearningGroup, Membership, OrganizationMember
from mandatory_assignments.services.follow_cohorts import refresh_groups
from openedx.core.djangoapps.course_groups.cohorts import add_user_to_cohort, remove_user_from_cohort
from openedx.core.djangoapps.course_groups.models import CourseUserGroup

from .conftest import NOW

COURSE = "course-v1:Acme+WELC+2027"


@pytest.fixture
def cohort(campus):
    """Lena and Otto of Acme and Gregor of Globex are in the cohort Plant of a course of Acme's; Otto is in no group."""
    people = [build.user(name, organization=owner) for name, owner in (("otto", "Acme"), ("gregor", "Globex"))]
    build.course(COURSE)
    build.learning_group("Crew", "Acme", [build.user("mona", organization="Acme"), campus.learner])
    return build.cohort(COURSE, "Plant", [campus.learner, *people])


def person(username: str):
    return get_user_model().objects.get(username=username)


def crew() -> LearningGroup:
    return LearningGroup.objects.get(name="Crew")


def inside() -> list[str]:
    return sorted(Membership.objects.filter(group=crew()).values_list("user__username", flat=True))


def linked(campus, **changed):
    return api.link_group(
        **{"group": crew().uuid, "course": COURSE, "cohort": "Plant", "actor": campus.coordinator, "now": NOW} | changed
    )


def test_a_linked_group_holds_at_once_whom_the_cohort_holds_but_nobody_of_other_organizations(campus, cohort):
    outcome = linked(campus)
    assert inside() == ["lena", "otto"]
    assert (len(outcome.created), len(outcome.changed)) == (1, 1)
    assert crew().refreshed_at == NOW
    assert not OrganizationMember.objects.filter(user__username="gregor", organization__short_name="Acme").exists()
    entry = AuditEntry.objects.get(act="group_linked")
    assert (entry.actor, entry.before) == (campus.coordinator, {"group": "Crew"})
    assert entry.after == {"group": "Crew", "cohort": "Plant", "course": COURSE}
    moved = AuditEntry.objects.filter(act__in=["joined_group", "left_group"], at=NOW).order_by("act")
    assert [(row.act, row.learner.username) for row in moved] == [("joined_group", "otto"), ("left_group", "mona")]
    assert linked(campus).created == linked(campus).changed == []
    assert AuditEntry.objects.filter(act="group_linked").count() == 1


def test_every_night_and_at_the_push_of_a_button_it_follows(campus, cohort):
    linked(campus)
    add_user_to_cohort(cohort, person("mona"))
    remove_user_from_cohort(cohort, "otto")
    assert inside() == ["lena", "otto"]
    counts = api.reconcile()
    assert (inside(), counts["moved"]) == (["lena", "mona"], 2)
    remove_user_from_cohort(cohort, "mona")
    outcome = api.refresh_group(crew().uuid, actor=campus.coordinator, now=NOW)
    assert (inside(), len(outcome.changed)) == (["lena"], 1)
    assert api.reconcile()["moved"] == 0


def test_while_linked_nobody_comes_or_goes_by_hand(campus, cohort):
    linked(campus)
    by = {"actor": campus.coordinator, "now": NOW}
    for named in ({"add": ["mona"]}, {"remove": ["lena"]}):
        with pytest.raises(Conflict) as refusal:
            api.change_group_members(crew().uuid, **named, **by)
        assert refusal.value.code == "follows_cohort"
        assert "Plant" in refusal.value.problems[0].message
    with pytest.raises(Conflict):
        api.save_learning_group("Crew", organization="Acme", member_ids=[person("mona").id], **by)
    assert inside() == ["lena", "otto"]


def test_unlinking_keeps_the_members_and_gives_the_group_back(campus, cohort):
    linked(campus)
    by = {"actor": campus.coordinator, "now": NOW}
    assert api.unlink_group(crew().uuid, **by).changed == [crew().uuid]
    assert (inside(), crew().cohort_course_key, crew().refreshed_at) == (["lena", "otto"], "", None)
    assert AuditEntry.objects.get(act="group_unlinked").before["cohort"] == "Plant"
    assert api.unlink_group(crew().uuid, **by).unchanged == [crew().uuid]
    api.change_group_members(crew().uuid, add=["mona"], **by)
    assert inside() == ["lena", "mona", "otto"]
    with pytest.raises(Conflict) as refusal:
        api.refresh_group(crew().uuid, **by)
    assert refusal.value.code == "not_linked"


def test_a_cohort_that_is_gone_empties_nothing(campus, cohort):
    linked(campus)
    CourseUserGroup.objects.all().delete()
    assert api.reconcile()["moved"] == 0
    with pytest.raises(Conflict) as refusal:
        api.refresh_group(crew().uuid, actor=campus.coordinator, now=NOW)
    assert refusal.value.code == "cohort_gone"
    assert inside() == ["lena", "otto"]


def test_coordinators_link_to_courses_of_their_own_organization_and_global_staff_to_any(campus, cohort):
    foreign = "course-v1:Globex+WELC+2027"
    build.course(foreign)
    build.cohort(foreign, "Office", [campus.learner])
    for named in ({"course": foreign, "cohort": "Office"}, {"cohort": "Nothing"}, {"course": "no key"}):
        with pytest.raises(Invalid) as refusal:
            linked(campus, **named)
        assert refusal.value.code == "unknown_cohort"
    assert (inside(), crew().cohort_name) == (["lena", "mona"], "")
    linked(campus, course=foreign, cohort="Office", actor=build.user("olivia", is_staff=True))
    assert inside() == ["lena"]


@pytest.mark.parametrize("act", ["link_group", "refresh_group", "unlink_group"])
def test_who_does_not_keep_the_directory_is_refused(campus, cohort, act):
    named = {"course": COURSE, "cohort": "Plant"} if act == "link_group" else {}
    with pytest.raises(Forbidden):
        getattr(api, act)(crew().uuid, **named, actor=campus.learner, now=NOW)
    stranger = build.user("stranger", organization="Globex")
    build.coordinator(stranger, "Globex")
    with pytest.raises(Invalid) as refusal:
        getattr(api, act)(crew().uuid, **named, actor=stranger, now=NOW)
    assert refusal.value.code == "unknown_group"


def test_many_linked_groups_are_refreshed_with_as_many_reads_as_one(campus, cohort, count_queries):
    linked(campus)
    one = [crew().id]
    costs = count_queries(lambda: refresh_groups(one, now=NOW))
    for index in range(20):
        api.save_learning_group(f"G{index}", organization="Acme")
        linked(campus, group=LearningGroup.objects.get(name=f"G{index}").uuid)
    ids = list(LearningGroup.objects.values_list("id", flat=True))
    assert count_queries(lambda: refresh_groups(ids, now=NOW)) == costs
