"""Every change is an entry that is only added: who, what, when, why, before and after. It outlives whoever acted."""

from collections.abc import Callable
from typing import Any

import pytest

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import (
    LatePolicy,
    NoticeKind,
    NoticeState,
    PathPart,
    Refused,
    Reminder,
    Repeat,
    RepeatUnit,
)
from mandatory_assignments.models import (
    AuditEntry,
    Cycle,
    Department,
    EmailTemplate,
    EvidenceFloor,
    LearningGroup,
    Notice,
    ReminderSet,
    Training,
)

from .conftest import COURSE, NOW
from .obligations import ids, may, on, record, round_of, tick, work

pytestmark = pytest.mark.django_db

WHY = "Parental leave"


@pytest.fixture
def story(campus):
    """Lena has to do the course; Otto is a member, too; there are a department, a group and a training of ours."""
    campus.boss = build.user("olivia", is_staff=True)
    campus.otto = build.user("otto", organization="Acme")
    campus.assign(due_on=on(14), late_policy=LatePolicy.FREEZE)
    build.department("Acme/Field", members=[campus.otto], managers=[campus.otto])
    build.learning_group("Night shift", "Acme", members=[campus.otto])
    named = {"actor": campus.boss, "kind": "course", "offline": True, "organization": "Acme", "now": NOW}
    (campus.drill,) = api.create_training(name="Drill", **named).created
    return campus


def revoke(story) -> Any:
    record(story, on(5), may(5))
    key = (story.learner.id, Cycle.objects.get().training_id)
    return api.revoke_completions(actor=story.boss, keys=[key], reason=WHY, now=may(6))


def pause(story) -> Any:
    named = {"learner": "lena", "organization": "Acme", "reason": WHY}
    return api.pause_learner(actor=story.boss, from_on=on(5), until_on=on(9), now=may(6), **named)


def exempt(story) -> Any:
    return api.exempt_assignments(actor=story.boss, ids=ids(), reason=WHY, now=may(6))


def archive(story) -> Any:
    return api.archive_training(story.drill, actor=story.boss, now=may(6))


def department() -> Any:
    return Department.objects.get(name="Field").uuid


def group() -> Any:
    return LearningGroup.objects.get(name="Night shift").uuid


def link(story) -> Any:
    build.cohort(COURSE, "Plant", [story.learner])
    return api.link_group(group(), course=COURSE, cohort="Plant", actor=story.boss)


def refresh(story) -> Any:
    build.cohort(COURSE, "Plant", [story.otto])
    return api.refresh_group(group(), actor=story.boss)


def after(*before: Callable[[Any], Any], then: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """An act that needs others first."""

    def act(story: Any) -> Any:
        for earlier in before:
            earlier(story)
        AuditEntry.objects.all().delete()
        return then(story)

    return act


def resend(story) -> Any:
    Notice.objects.update(state=NoticeState.FAILED, next_at=None)
    return api.resend_notices(actor=story.boss, ids=list(Notice.objects.values_list("uuid", flat=True)), now=may(6))


def repeat(story) -> Any:
    fields = {"repeat": Repeat(1, RepeatUnit.YEARS)}
    return api.change_assignments(actor=story.boss, ids=ids(), fields=fields, now=may(5))


def save_template(story) -> Any:
    wordings = {"": ("{training}", "Due {due_date}")}
    named = {"organization": "Acme", "name": "Short", "kind": NoticeKind.REMINDER}
    return api.save_template(actor=story.boss, wordings=wordings, now=may(5), **named)


def save_reminder_set(story) -> Any:
    return api.save_reminder_set(actor=story.boss, organization="Acme", name="Early", wanted=[Reminder(30)], now=may(5))


OBLIGATIONS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "assign_learners": (
        "assigned",
        lambda it: it.assign("otto", actor=it.boss, now=may(6)),
    ),
    "change_assignments": (
        "changed",
        lambda it: api.change_assignments(actor=it.boss, ids=ids(), fields={"due_on": on(20)}, now=may(6)),
    ),
    "exempt_assignments": ("exempted", exempt),
    "lift_exemptions": (
        "exemption_lifted",
        after(exempt, then=lambda it: api.lift_exemptions(actor=it.boss, ids=ids(), reason=WHY, now=may(8))),
    ),
    "pause_learner": ("paused", pause),
    "resume_learner": (
        "resumed",
        after(
            pause,
            then=lambda it: api.resume_learner(actor=it.boss, learner="lena", organization="Acme", now=may(8)),
        ),
    ),
    "record_completions": (
        "recorded",
        lambda it: api.record_completions(
            actor=it.boss, training=COURSE, learners=["lena"], completed_on=on(5), now=may(6)
        ),
    ),
    "revoke_completions": ("revoked", revoke),
    "undo_revocation": (
        "revocation_undone",
        after(
            revoke,
            then=lambda it: api.undo_revocation(EvidenceFloor.objects.get().uuid, actor=it.boss, now=may(8)),
        ),
    ),
    "withdraw_assignments": (
        "withdrawn",
        lambda it: api.withdraw_assignments(actor=it.boss, ids=ids(), reason=WHY, now=may(6)),
    ),
}
"""By verb what it does to an obligation, and the entry's word for it."""

SURROUNDINGS: dict[str, Callable[[Any], Any]] = {
    "create_training": lambda it: api.create_training(
        actor=it.boss, kind="path", name="Warden", organization="Acme", parts=[PathPart(COURSE)], now=may(6)
    ),
    "change_training": lambda it: api.change_training(it.drill, actor=it.boss, fields={"name": "Fire"}, now=may(6)),
    "archive_training": archive,
    "restore_training": after(archive, then=lambda it: api.restore_training(it.drill, actor=it.boss, now=may(6))),
    "set_policy": lambda it: api.set_policy("Acme", actor=it.boss, fields={"min_lead_days": 5}, now=may(6)),
    "add_organization_members": lambda it: api.add_organization_members("Acme", [it.boss.id], actor=it.boss),
    "change_organization_members": lambda it: api.change_organization_members("Acme", remove=["otto"], actor=it.boss),
    "appoint_coordinators": lambda it: api.appoint_coordinators("Acme", [it.otto.id], actor=it.boss),
    "change_coordinators": lambda it: api.change_coordinators("Acme", remove=["cora"], actor=it.boss),
    "appoint_managers": lambda it: api.appoint_managers(
        [it.otto.id], organization="Acme", person_id=it.learner.id, actor=it.boss
    ),
    "change_managers": lambda it: api.change_managers("lena", organization="Acme", add=["otto"], actor=it.boss),
    "save_department": lambda it: api.save_department("Acme/Office", member_ids=[it.otto.id], actor=it.boss),
    "create_department": lambda it: api.create_department(path="Acme/Office", actor=it.boss),
    "change_department": lambda it: api.change_department(department(), fields={"name": "Woods"}, actor=it.boss),
    "remove_department": lambda it: api.remove_department(department(), actor=it.boss),
    "change_department_members": lambda it: api.change_department_members(department(), add=["lena"], actor=it.boss),
    "change_department_managers": lambda it: api.change_department_managers(
        department(), remove=["otto"], actor=it.boss
    ),
    "save_learning_group": lambda it: api.save_learning_group(
        "Day shift", organization="Acme", member_ids=[it.otto.id], actor=it.boss
    ),
    "link_group": link,
    "refresh_group": after(link, then=refresh),
    "unlink_group": after(link, then=lambda it: api.unlink_group(group(), actor=it.boss)),
    "create_group": lambda it: api.create_group(organization="Acme", name="Day shift", actor=it.boss),
    "rename_group": lambda it: api.rename_group(group(), name="Owls", actor=it.boss),
    "remove_group": lambda it: api.remove_group(group(), actor=it.boss),
    "change_group_members": lambda it: api.change_group_members(group(), remove=["otto"], actor=it.boss),
    "remind_now": lambda it: api.remind_now(actor=it.boss, ids=ids(), now=may(6)),
    "resend_notices": resend,
    "end_repetition": after(repeat, then=lambda it: api.end_repetition(actor=it.boss, ids=ids(), now=may(6))),
    "save_template": save_template,
    "delete_template": after(
        save_template,
        then=lambda it: api.delete_template(actor=it.boss, id=EmailTemplate.objects.get().uuid, now=may(6)),
    ),
    "save_reminder_set": save_reminder_set,
    "delete_reminder_set": after(
        save_reminder_set,
        then=lambda it: api.delete_reminder_set(
            actor=it.boss, id=ReminderSet.objects.get(name="Early").uuid, now=may(6)
        ),
    ),
}
"""By verb what it does to trainings, the directory, policies, mails and series."""

WITHOUT_AN_ACTOR = {"tick", "reconcile", "note_read", "set_email_preference", "make_calendar", "revoke_calendar"}
WITHOUT_A_REASON = {"assign_learners", "change_assignments", "record_completions", "undo_revocation"}


def test_every_verb_is_in_these_tables():
    assert {*OBLIGATIONS, *SURROUNDINGS} | WITHOUT_AN_ACTOR == set(api.__all__)


@pytest.mark.parametrize("verb", OBLIGATIONS)
def test_an_obligation_changes_with_an_entry_about_it(story, verb):
    word, act = OBLIGATIONS[verb]
    known = set(AuditEntry.objects.values_list("id", flat=True))
    done = act(story)
    assert done.created or done.changed
    (entry,) = AuditEntry.objects.exclude(id__in=known).filter(act=word)
    instant = may(8) if verb in ("lift_exemptions", "resume_learner", "undo_revocation") else may(6)
    assert (entry.actor, entry.actor_name, entry.at) == (story.boss, "olivia", instant)
    assert entry.learner_id == (story.otto.id if verb == "assign_learners" else story.learner.id)
    assert entry.training_id == Training.objects.get(key=COURSE).id
    assert entry.assignment is None if verb == "record_completions" else entry.assignment is not None
    assert entry.why == ("" if verb in WITHOUT_A_REASON else WHY)
    assert entry.after != entry.before
    assert bool(entry.before) is (verb not in ("assign_learners", "record_completions")), "nothing comes before these"
    assert entry.after


@pytest.mark.parametrize("verb", SURROUNDINGS)
def test_what_surrounds_obligations_changes_with_an_entry(story, verb):
    known = set(AuditEntry.objects.values_list("id", flat=True))
    SURROUNDINGS[verb](story)
    entries = list(AuditEntry.objects.exclude(id__in=known))
    assert entries
    assert {(entry.actor, entry.actor_name) for entry in entries} == {(story.boss, "olivia")}
    assert all(entry.training_id or entry.organization_id for entry in entries)
    assert all(entry.before or entry.after or entry.learner_id for entry in entries)


def test_what_the_system_does_to_obligations_has_entries_without_an_actor(story):
    work(story, 1, may(5))
    tick(may(15))
    frozen = AuditEntry.objects.get(act="frozen")
    story.assign("otto", now=may(15), due_on=on(30))
    build.complete(story.otto, COURSE, at=may(16))
    tick(may(16, 9))
    completed = AuditEntry.objects.get(act="completed")
    assert [(entry.actor, entry.actor_name) for entry in (frozen, completed)] == [(None, "")] * 2
    assert (frozen.assignment, completed.assignment) == (round_of().assignment, round_of("otto").assignment)
    assert frozen.after["percent"] == 25
    assert completed.after["source"] == "platform"
    assert completed.after["completion"] == str(round_of("otto").fulfilled_by.uuid)


def test_before_and_after_tell_what_became_of_it(story):
    def told(act: str) -> tuple[Any, Any]:
        entry = AuditEntry.objects.filter(act=act).latest("id")
        return entry.before, entry.after

    revoke(story)
    end_of_day = "2027-05-05T08:00:00+00:00"
    before, now = told("revoked")
    assert before == {"due_on": "2027-05-14", "completed_at": end_of_day}
    assert (now["due_on"], now["completed_at"], now["completions"]) == ("2027-05-14", None, 1)
    floor = EvidenceFloor.objects.get()
    api.undo_revocation(floor.uuid, actor=story.boss, now=may(7))
    before, now = told("revocation_undone")
    assert before == {"floor": str(floor.uuid), "due_on": "2027-05-14", "completed_at": None}
    assert now == {"due_on": "2027-05-14", "completed_at": end_of_day}
    story.assign("otto", due_on=on(9), late_policy=LatePolicy.FREEZE)
    story.assign("otto", due_on=on(30), now=may(11))
    assert told("missed") == ({"status": "overdue"}, {"status": "missed", "cause": "replaced"})
    api.withdraw_assignments(actor=story.boss, ids=ids("otto"), now=may(12))
    assert told("withdrawn") == ({"status": "assigned"}, {"status": "withdrawn", "unenroll": False})


@pytest.mark.parametrize("opened", ["assigned", "revoked"])
def test_an_absence_that_is_known_when_an_assignment_opens_is_told_after_its_opening(story, opened):
    if opened == "assigned":
        api.withdraw_assignments(actor=story.boss, ids=ids(), now=may(4))
        pause(story)
        story.assign(now=may(6, 9))
    else:
        record(story, on(5), may(5))
        pause(story)
        key = (story.learner.id, Cycle.objects.get().training_id)
        api.revoke_completions(actor=story.boss, keys=[key], reason=WHY, now=may(6, 9))
    entries = AuditEntry.objects.filter(at=may(6, 9), assignment=round_of().assignment).order_by("id")
    assert [entry.act for entry in entries] == [opened, "paused"]
    assert entries[1].after == {"from_on": "2027-05-05", "until_on": "2027-05-09"}
    assert entries[1].why == WHY
    assert entries[0].after["due_on"] == round_of().due_on.isoformat()


def test_what_is_refused_leaves_no_entry(story):
    known = AuditEntry.objects.count()
    stranger = build.user("gregor", organization="Globex")
    build.coordinator(stranger, "Globex")
    known = AuditEntry.objects.count()
    api.withdraw_assignments(actor=stranger, ids=ids(), now=may(6))
    api.change_assignments(actor=story.boss, ids=ids(), fields={"due_on": on(14)}, now=may(6))
    with pytest.raises(Refused):
        api.exempt_assignments(actor=story.learner, ids=ids(), reason=WHY, now=may(6))
    assert AuditEntry.objects.count() == known


def test_entries_outlive_the_deletion_of_the_actor(story):
    office = build.user("odette", is_staff=True)
    api.withdraw_assignments(actor=office, ids=ids(), reason=WHY, now=may(6))
    entry = AuditEntry.objects.get(act="withdrawn")
    office.delete()
    entry.refresh_from_db()
    assert (entry.actor, entry.actor_name, entry.why, entry.at) == (None, "odette", WHY, may(6))
    assert entry.assignment == round_of().assignment


def test_entries_outlive_the_deletion_of_the_learner(story):
    api.withdraw_assignments(actor=story.boss, ids=ids(), reason=WHY, now=may(6))
    entry = AuditEntry.objects.get(act="withdrawn")
    story.learner.delete()
    entry.refresh_from_db()
    assert (entry.learner, entry.assignment, entry.actor) == (None, None, story.boss)
    assert entry.before == {"status": "assigned"}
