"""What is told before progress is revoked: exactly what happens then, in as many statements for many as for one."""

from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from demo.campus import build
from mandatory_assignments import api, bulk
from mandatory_assignments.data import Conflict, Forbidden, Invalid
from mandatory_assignments.models import (
    AuditEntry,
    Completion,
    Cycle,
    EvidenceArchive,
    Job,
    JobRow,
    Notice,
    OrganizationMember,
    Progress,
)
from mandatory_assignments.queries import progress, revoking_effects
from mandatory_assignments.services.bulk_revoke import plan_revocation
from mandatory_assignments.services.jobs import confirm_job

from .conftest import COURSE, NOW
from .evidence_story import THIRD, another_course, course_training, finish, look, module, path, revoke

pytestmark = pytest.mark.django_db


def due_days(cycles):
    return {cycle.learner.username: cycle.due_on for cycle in cycles}


def test_what_is_foreseen_is_what_happens(campus):
    """One in time, one short of time, one away; a module inside, a path around that is under way and one completed."""
    others = [build.user(name, organization="Acme") for name in ("anna", "ben", "zoe")]
    campus.assign("lena", "anna", "ben")
    build.drain()
    inside, around = module(), path(COURSE, another_course(), key="path:long")
    done = path(COURSE, key="path:short")
    for user in (campus.learner, *others[:2]):
        finish(user)
    finish(others[2], units=1)
    look(campus.learner)
    Cycle.objects.filter(learner__username="anna").update(due_on=date(2027, 5, 4))
    api.pause_learner(
        actor=campus.coordinator,
        learner="ben",
        organization="Acme",
        from_on=date(2027, 5, 3),
        until_on=date(2027, 5, 21),
        now=timezone.now(),
    )
    training = course_training()
    keys = [(user.id, training.id) for user in (campus.learner, *others, campus.coordinator)]
    foreseen = revoking_effects.effects(keys, now=timezone.now())
    assert (foreseen.completions, foreseen.in_progress, foreseen.empty, foreseen.people) == (3, 1, 1, 5)
    assert (foreseen.reopening_count, foreseen.staying_count, foreseen.told) == (3, 0, 3)
    assert foreseen.losing == Counter({"path": 5})  # the long one of all four, the short one of Zoe
    assert foreseen.keeping == Counter({"path": 3})
    assert {row.training for row in Progress.objects.filter(kind="module")} == {inside}

    before = {row.pk: row.percent for row in Progress.objects.exclude(training=training)}
    revoke(campus, *[(user, training) for user in (campus.learner, *others)])
    assert EvidenceArchive.objects.count() == foreseen.blocks == 26
    assert Notice.objects.filter(kind="revoked").count() == foreseen.told
    opened = {each.cycle.learner.username: each.due_on for each in foreseen.reopening}
    assert opened == due_days(Cycle.objects.filter(reopened=True).select_related("learner"))
    assert opened["anna"] > date(2027, 5, 4)
    assert opened["ben"] > date(2027, 5, 21)
    changed = Progress.objects.exclude(training=training).exclude(kind="module")
    lost = [row for row in changed if row.percent < before[row.pk] and row.state != "completed"]
    assert Counter(row.kind for row in lost) == foreseen.losing
    assert set(Completion.objects.filter(live=True).values_list("training__key", flat=True)) == {inside.key, done.key}
    assert around.key == "path:long"


def test_many_cost_as_many_statements_as_one_and_chunks_add_up(campus, monkeypatch):
    users = [build.user(f"many{number}", organization="Acme") for number in range(12)]
    campus.assign(*[user.username for user in users])
    build.drain()
    module()
    path(COURSE)
    for user in users:
        build.complete(user, COURSE)
    build.drain()
    training = course_training()
    keys = [(user.id, training.id) for user in users]

    def statements(of):
        with CaptureQueriesContext(connection) as captured:
            found = revoking_effects.effects(of, now=timezone.now())
        assert found.completions == len(of)
        return len(captured)

    assert statements(keys) == statements(keys[:1])
    whole = revoking_effects.effects(keys, now=NOW)
    monkeypatch.setattr(revoking_effects, "CHUNK", 5)
    parts = revoking_effects.effects(keys, now=NOW)
    assert (parts.reopening_count, parts.blocks, parts.told) == (whole.reopening_count, whole.blocks, whole.told)
    assert parts.keeping == whole.keeping
    assert len(parts.reopening) == len(whole.reopening) == revoking_effects.MOST_NAMED


def test_a_module_in_three_courses_names_those_that_lose_it(campus):
    courses = [COURSE, another_course(), another_course(THIRD)]
    for key in courses:
        course_training(key)
    alarm = module()
    finish(campus.learner, units=1)
    found = revoking_effects.effects([(campus.learner.id, alarm.id)], now=timezone.now())
    assert (found.losing, found.blocks) == (Counter({"course": 1}), 2)


# ----- many, in the background -----


def planned(campus, **named):
    asked = {"actor": campus.coordinator, "conditions": {"kind": "course"}, "reason": "Again", **named}
    return plan_revocation(**asked, now=timezone.now())


def test_a_job_revokes_what_was_found_and_tells_of_each(campus):
    lena, zoe = campus.learner, build.user("zoe", organization="Acme")
    course_training()
    for user in (lena, zoe):
        finish(user)
    job = planned(campus, expected_count=2)
    confirm_job(actor=campus.coordinator, token=job.uuid, now=timezone.now())
    confirm_job(actor=campus.coordinator, token=job.uuid, now=timezone.now())
    revoke(campus, (zoe, course_training()))  # somebody was faster
    bulk.work_jobs()
    job = Job.objects.get()
    assert (job.state, job.created, job.skipped, job.failed) == ("done", 1, 1, 0)
    codes = dict(JobRow.objects.values_list("learner__username", "code"))
    assert codes == {"lena": "", "zoe": "nothing_to_revoke"}
    assert not Completion.objects.filter(live=True).exists()
    assert AuditEntry.objects.get(act="revoked", learner=lena).after["job"] == str(job.uuid)
    assert progress.rows(_scope(campus.coordinator)).count() == 0


def test_whoever_is_retired_meanwhile_stops_no_other_and_without_its_actor_nothing_is_revoked(campus):
    lena, zoe = campus.learner, build.user("zoe", organization="Acme")
    course_training()
    for user in (lena, zoe):
        finish(user)
    first, second = planned(campus, expected_count=2), planned(campus, expected_count=2)
    JobRow.objects.filter(job=first, learner=zoe).update(entry="", message="", values={})  # as retirement leaves it
    Job.objects.filter(id=second.id).update(terms={}, actor=None)
    for job in (second, first):
        confirmed = {"state": "waiting", "confirmed_at": timezone.now(), "next_at": timezone.now()}
        Job.objects.filter(id=job.id).update(**confirmed)
        bulk.work_jobs()
    states = dict(Job.objects.values_list("id", "state"))
    assert (states[second.id], states[first.id]) == ("failed", "done")
    assert dict(JobRow.objects.filter(job=first).values_list("learner__username", "state")) == {
        "lena": "created",
        "zoe": "failed",
    }


def test_who_left_the_organization_is_out_of_its_reach_whatever_it_assigned_them_once(campus):
    campus.assign()
    finish(campus.learner)
    look(campus.learner)
    key = (campus.learner.id, course_training().id)
    OrganizationMember.objects.filter(user=campus.learner).delete()
    (refused,) = api.revoke_completions(actor=campus.coordinator, keys=[key], reason="", now=timezone.now()).refused
    assert refused[1].code == "not_found"
    assert Completion.objects.get().live


def _scope(actor):
    from mandatory_assignments.queries import access

    return access.scope(actor)


@pytest.mark.parametrize(
    ("asked", "refusal", "code"),
    [
        ({"expected_count": 2}, Conflict, "count_changed"),
        ({"conditions": {"kind": "path"}}, Invalid, "nothing_found"),
        ({"reason": "r" * 3000}, Invalid, "reason_too_long"),
    ],
)
def test_a_plan_is_refused_with_its_reason(campus, asked, refusal, code):
    course_training()
    finish(campus.learner)
    with pytest.raises(refusal) as refused:
        planned(campus, **asked)
    assert refused.value.code == code
    assert Job.objects.count() == 0


def test_who_may_only_see_plans_nothing(campus):
    manager = build.user("max", organization="Acme")
    build.department("Acme/Field", members=[campus.learner], managers=[manager])
    with pytest.raises(Forbidden):
        planned(campus, actor=manager)
