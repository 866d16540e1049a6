"""Retiring an account: it goes through whatever happens, nothing tells who it was, what was done stays."""

import re
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import OperationalError, connection

from common.djangoapps.student.models import CourseEnrollment
from demo.campus import build, clock
from mandatory_assignments import api, periodic
from mandatory_assignments.data import PathPart, RepeatUnit
from mandatory_assignments.models import (
    Assignment,
    AuditEntry,
    Completion,
    Coordinator,
    Cycle,
    Deadline,
    EvidenceArchive,
    Hold,
    Job,
    JobRow,
    LookAgain,
    Membership,
    OrganizationMember,
    Progress,
    RequiredEnrollment,
    Supervision,
)
from mandatory_assignments.queries import retired
from mandatory_assignments.services.retire import retire_learner
from openedx.core.djangoapps.enrollments.api import unenroll_user_from_all_courses

from .conftest import COURSE, NOW

pytestmark = pytest.mark.django_db

SECOND = "course-v1:Acme+HEAT202+2027"
HER = re.compile("lena|sommer", re.IGNORECASE)


def models():
    return list(apps.get_app_config("mandatory_assignments").get_models())


def personal_fields(model):
    """The fields that the model's annotation names in backticks."""
    annotation = (model.__doc__ or "").partition(".. pii:")[2].partition(".. pii_types:")[0]
    return re.findall(r"`(\w+)`", annotation)


def telling():
    """Every (model, field) in any table of ours that tells who she was."""
    return {
        (model.__name__, field)
        for model in models()
        for row in model.objects.values()
        for field, value in row.items()
        if HER.search(str(value))
    }


@pytest.fixture
def lena(campus):
    """She has something to do, to be exempt of, to be away from, to do again, and did much for others."""
    lena, cora = campus.learner, campus.coordinator
    lena.profile.name = "Lena Sommer"
    lena.profile.save()
    build.course(SECOND, name="Heat", sections=1, subsections=1, units=1, blocks=1)
    told = {"actor": cora, "now": NOW}
    parts = [PathPart(COURSE), PathPart(SECOND)]
    path = api.create_training(**told, kind="path", name="Safety", organization="Acme", parts=parts).created[0]
    (made,) = campus.assign(note="Dear Lena, please.").created
    (second,) = campus.assign(training=SECOND, note="For Lena.").created
    campus.assign(training=str(path))
    build.drain()
    build.complete(lena, COURSE, units=1)
    build.complete(lena, SECOND)
    build.drain()
    api.change_assignments(**told, ids=[made], fields={"note": "Dear Lena, at once."})
    api.exempt_assignments(**told, ids=[made], reason="Lena is ill.", until=date(2027, 5, 8))
    api.record_completions(
        **told, training=SECOND, learners=["lena"], completed_on=NOW.date(), reference="Lena's paper"
    )
    heat = Cycle.objects.get(assignment__uuid=second)
    later = {"actor": cora, "now": NOW + timedelta(hours=1)}
    api.revoke_completions(**later, keys=[(lena.id, heat.training_id)], reason="Lena cheated.")
    away = {"from_on": date(2027, 6, 1), "until_on": date(2027, 6, 9)}
    api.pause_learner(**told, learner="lena", **away, reason="Lena's holiday")
    build.department("Acme/Field", members=[lena], managers=[lena])
    api.appoint_managers([cora.id], organization="Acme", person_id=lena.id)
    build.coordinator(lena, "Acme")
    build.user("otto", organization="Acme")
    campus.assign("otto", actor=lena)
    job = Job.objects.create(kind="bulk_change", actor=lena, terms={"note": "By Lena"}, problem="Lena", planned_at=NOW)
    told = {"entry": "lena@example.com", "message": "No Lena.", "values": {"name": "Lena Sommer"}}
    JobRow.objects.create(job=job, number=1, bucket="create", learner=lena, **told)
    Assignment.objects.filter(uuid=made).update(
        repeat_every=1, repeat_unit=RepeatUnit.YEARS, next_opens_at=NOW + timedelta(days=300)
    )
    return lena


def test_every_field_that_an_annotation_names_told_of_her_and_tells_nothing_afterwards(lena):
    named = {(model.__name__, field) for model in models() for field in personal_fields(model)}
    assert {name for name, _ in named} == {model.__name__ for model in models() if ".. pii:" in (model.__doc__ or "")}
    assert named <= telling()
    build.retire(lena)
    assert telling() == set()


def test_a_second_time_changes_nothing(lena):
    build.retire(lena)
    first = {model.__name__: list(model.objects.order_by("pk").values()) for model in models()}
    build.retire(lena)
    again = {model.__name__: list(model.objects.order_by("pk").values()) for model in models()}
    for rows in (first, again):
        rows.pop("LearnerLock")  # says when it was taken last
    assert again == first


def test_what_was_open_is_withdrawn_with_its_series_by_nobody_in_particular(lena):
    build.retire(lena)
    mine = Cycle.objects.filter(learner=lena)
    assert mine.count() == 3
    assert set(mine.values_list("open", "closed_as", "attention")) == {(None, "withdrawn", "")}
    assert not Assignment.objects.filter(learner=lena, open=True).exists()
    assert not Assignment.objects.filter(next_opens_at__isnull=False).exists()
    entries = AuditEntry.objects.filter(act="retired")
    assert {(entry.assignment_id, entry.actor, entry.learner) for entry in entries} == {
        (row.assignment_id, None, lena) for row in mine
    }


def test_what_she_did_stays_as_somebody_without_name(lena):
    def evidence():
        return {
            model.__name__: list(model.objects.filter(**{owner: lena}).order_by("id").values_list("id", flat=True))
            for model, owner in (
                (Completion, "learner"),
                (Progress, "learner"),
                (EvidenceArchive, "learner"),
                (Deadline, "cycle__learner"),
                (Hold, "cycle__learner"),
            )
        }

    before = evidence()
    assert all(before.values())
    entries = AuditEntry.objects.count()
    build.retire(lena)
    assert evidence() == before
    assert AuditEntry.objects.count() == entries + 3
    assigned = AuditEntry.objects.filter(act="assigned", learner=lena).first()
    assert (assigned.after["due_on"], assigned.after["note"], assigned.actor_name) == ("2027-05-14", "", "cora")


def test_others_keep_what_she_did_for_them(lena):
    build.retire(lena)
    made = Assignment.objects.get(learner__username="otto")
    assert (made.open, made.assigned_by_id) == (True, lena.id)
    assert Cycle.objects.get(assignment=made).sort_name == "Otto"


def test_she_is_in_the_directory_no_more(lena):
    build.retire(lena)
    assert not OrganizationMember.objects.filter(user=lena).exists()
    assert not Membership.objects.filter(user=lena).exists()
    assert not Coordinator.objects.filter(user=lena).exists()
    assert not Supervision.objects.exists()


def test_no_worker_has_anything_to_do_for_her(lena):
    build.unenroll(lena, COURSE, by=build.user("root", is_staff=True))
    RequiredEnrollment.objects.filter(course_key=SECOND).update(state="leaving", next_at=NOW)
    LookAgain.objects.create(learner=lena, course_key=COURSE, next_at=NOW)
    build.retire(lena)
    assert not LookAgain.objects.filter(learner=lena).exists()
    rows = RequiredEnrollment.objects.filter(assignment__learner=lena)
    assert not rows.filter(next_at__isnull=False).exists()
    assert not rows.filter(state__in=["pending", "refused", "leaving"]).exists()
    build.drain()
    api.reconcile()
    build.drain()
    assert telling() == set()
    assert not Cycle.objects.filter(learner=lena, open=True).exists()


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_pipeline_takes_her_out_of_every_course(lena, when):
    service = build.user("retirement_service")
    if when == "after":
        build.retire(lena)
    for key in (COURSE, SECOND):
        build.unenroll(lena, key, by=service)
    unenroll_user_from_all_courses(lena.username)
    if when == "before":
        build.retire(lena)
    build.drain()
    assert not CourseEnrollment.objects.filter(user=lena, is_active=True).exists()
    assert telling() == set()


def real_error(*arguments, **named):
    """A statement that the database refuses, which on some databases spoils the whole transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM no_such_table")


def lost_connection(*arguments, **named):
    raise OperationalError(2013, "Lost connection to server during query")


@pytest.mark.parametrize("fails", [real_error, lost_connection])
@pytest.mark.parametrize("at", ["work.lock_learners", "cycles.save", "_forget_in_audit"])
def test_what_fails_on_our_side_fails_alone_and_the_next_time_makes_up_for_it(lena, monkeypatch, caplog, fails, at):
    with monkeypatch.context() as broken:
        broken.setattr(f"mandatory_assignments.services.retire.{at}", fails)
        build.retire(lena)
    assert type(lena).objects.get(id=lena.id).username.startswith("retired__user_")
    assert f"learner {lena.id} could not be retired" in caplog.text
    assert Cycle.objects.filter(learner=lena, open=True).count() == 3
    build.retire(lena)
    assert telling() == set()
    assert not Cycle.objects.filter(learner=lena, open=True).exists()


def test_what_failed_in_both_steps_is_made_up_for_in_the_night_and_then_costs_one_query(
    lena, monkeypatch, count_queries
):
    with monkeypatch.context() as broken:
        broken.setattr("mandatory_assignments.services.retire._forget_in_audit", real_error)
        build.retire(lena)
        counts = api.reconcile()
        assert (counts["failed"], counts["retired"]) == (1, 0)
    assert retired.not_forgotten() == [lena.id]
    assert api.reconcile()["retired"] == 1
    assert telling() == set()
    assert not Cycle.objects.filter(learner=lena, open=True).exists()
    assert count_queries(retired.not_forgotten) == 1
    assert api.reconcile()["retired"] == 0


def test_more_than_fit_into_one_step_are_forgotten_and_those_who_only_left_are_not(campus, monkeypatch):
    gone, left = build.users(3, prefix="gone", organization="Acme"), build.user("left", organization="Acme")
    type(left).objects.filter(id=left.id).update(is_active=False)
    with monkeypatch.context() as broken:
        broken.setattr("mandatory_assignments.handlers.retire_learner", real_error)
        for person in type(left).objects.filter(id__in=[each.id for each in gone]):
            build.retire(person)
    monkeypatch.setattr(periodic.retired.not_forgotten, "__kwdefaults__", {"after_id": 0, "limit": 2})
    assert api.reconcile()["retired"] == 3
    assert OrganizationMember.objects.filter(user=left).exists()
    assert not OrganizationMember.objects.filter(user__in=gone).exists()


def test_a_site_without_a_prefix_for_retired_accounts_forgets_nobody(lena, settings):
    settings.RETIRED_USERNAME_PREFIX = ""
    type(lena).objects.filter(id=lena.id).update(is_active=False)
    assert retired.not_forgotten() == []


def test_the_second_step_makes_up_for_the_first(lena, monkeypatch):
    calls = []
    whole = retire_learner

    def once(*arguments, **named):
        calls.append(arguments)
        if len(calls) == 1:
            real_error()
        return whole(*arguments, **named)

    monkeypatch.setattr("mandatory_assignments.handlers.retire_learner", once)
    build.retire(lena)
    assert len(calls) == 2
    assert telling() == set()


def test_where_others_typed_her_name_it_is_gone_too(campus, count_queries):
    lena = campus.learner
    named = {"entries": ["otto", " LENA", "lena@EXAMPLE.com"], "listed": ["lena"], "by": "individually"}
    draft = Job.objects.create(
        kind="bulk_assignment", actor=campus.coordinator, state="draft", terms={"people": named}, planned_at=NOW
    )
    other = Job.objects.create(kind="bulk_assignment", actor=campus.coordinator, planned_at=NOW)
    for number, entry in enumerate(["Lena@example.com", "otto"]):
        JobRow.objects.create(job=other, number=number, bucket="refuse", entry=entry, message=f"No {entry}.")
    retire_learner(lena.id, now=NOW)
    draft.refresh_from_db()
    assert draft.terms == {"people": {"entries": ["otto"], "listed": [], "by": "individually"}}
    assert list(JobRow.objects.order_by("number").values_list("entry", "message")) == [("", ""), ("otto", "No otto.")]


def test_an_account_that_nobody_assigned_anything_is_retired_too(campus):
    nora = build.user("nora")
    build.retire(nora)
    assert not AuditEntry.objects.filter(act="retired").exists()


def test_who_has_a_hundred_costs_as_many_queries_as_who_has_one(campus, count_queries):
    people = [build.user(name, organization="Acme") for name in ("one", "many")]
    for number, person in zip((1, 60), people, strict=True):
        for index in range(number):
            key = f"course-v1:Acme+C{index}+1"
            if index or number == 1:
                build.course(key, sections=1, subsections=1, units=1, blocks=1)
            campus.assign(person.username, training=key, note="A note.")
    with clock.at(NOW):
        costs = [count_queries(lambda person=person: retire_learner(person.id)) for person in people]
    assert Cycle.objects.filter(closed_as="withdrawn").count() == 61
    assert costs[0] == costs[1]
