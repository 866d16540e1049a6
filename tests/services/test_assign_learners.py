"""Assigning: who gets what, what is refused, what follows."""

from datetime import UTC, date, datetime, timedelta

import pytest

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import Forbidden, Invalid
from mandatory_assignments.models import Assignment, AuditEntry, Cycle, Deadline, RequiredEnrollment

from .conftest import COURSE, DUE, NOW

pytestmark = pytest.mark.django_db


def test_an_assignment_opens_a_cycle_with_its_deadline_in_the_learners_zone(campus):
    outcome = campus.assign(note="  Before the drill ")
    cycle = Cycle.objects.get(assignment__uuid=outcome.created[0])
    assert (cycle.due_on, cycle.zone) == (DUE, "Europe/Berlin")
    assert cycle.due_at == datetime(2027, 5, 14, 21, 59, 59, 999999, tzinfo=UTC)
    assert cycle.assignment.note == "Before the drill"
    assert Deadline.objects.get(cycle=cycle).due_at == cycle.due_at


def test_it_is_written_into_the_audit_trail(campus):
    campus.assign(note="Before the drill")
    entry = AuditEntry.objects.get(act="assigned")
    assert (entry.actor, entry.learner, entry.at) == (campus.coordinator, campus.learner, NOW)
    assert entry.after == {"due_on": "2027-05-14", "zone": "Europe/Berlin", "note": "Before the drill"}


def test_enrolment_follows_after_commit_and_is_marked_as_ours(campus):
    campus.assign()
    assert RequiredEnrollment.objects.get().state == "pending"
    api.tick(now=NOW)
    enrollment = RequiredEnrollment.objects.get()
    assert (enrollment.state, enrollment.made, enrollment.next_at) == ("enrolled", True, None)


def test_who_is_enrolled_already_stays_so_and_it_is_not_ours(campus):
    build.enroll(campus.learner, COURSE)
    campus.assign()
    api.tick(now=NOW)
    assert RequiredEnrollment.objects.get().made is False


def test_a_refused_enrolment_needs_attention_and_is_tried_again(campus):
    invited = build.course("course-v1:Acme+GUESTS+2027", invitation_only=True)
    campus.assign(training=str(invited))
    api.tick(now=NOW)
    enrollment, cycle = RequiredEnrollment.objects.get(), Cycle.objects.get()
    assert (enrollment.state, enrollment.reason, cycle.attention) == ("refused", "closed", "closed")
    assert enrollment.next_at == NOW + timedelta(hours=1)
    api.tick(now=NOW + timedelta(hours=1))
    assert RequiredEnrollment.objects.get().attempts == 2


def test_one_refusal_stops_nobody_else(campus):
    for name in ("otto", "olga"):
        build.user(name, organization="Acme")
    invited = build.course("course-v1:Acme+GUESTS+2027", invitation_only=True)
    build.enroll(build.user("ines", organization="Acme"), invited)
    campus.assign("otto", "ines", "olga", training=str(invited))
    api.tick(now=NOW)
    assert sorted(RequiredEnrollment.objects.values_list("state", flat=True)) == ["enrolled", "refused", "refused"]


def test_the_same_again_is_refused_and_named(campus):
    campus.assign()
    outcome = campus.assign()
    assert outcome.created == []
    assert [(entry, problem.code) for entry, problem in outcome.refused] == [("lena", "already_assigned")]
    assert Assignment.objects.count() == 1


@pytest.mark.parametrize("entry", ["lena", "lena@example.com", " LENA@Example.COM "])
def test_a_learner_is_found_by_username_or_by_email_without_case_and_blanks(campus, entry):
    assert len(campus.assign(entry).created) == 1


@pytest.mark.parametrize(
    "entry", ["nobody", "nobody@example.com", "", "   ", "\x00", "gert", "gert@example.com", "retired"]
)
def test_unknown_foreign_and_inactive_people_are_the_same_answer(campus, entry):
    build.user("gert", organization="Globex")
    retired = build.user("retired", organization="Acme")
    retired.is_active = False
    retired.save()
    ((found, problem),) = campus.assign(entry).refused
    assert (found, problem.code) == (entry, "unknown_learner")


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        pytest.param("Europe/Berlin", date(2027, 5, 6), id="three days ahead"),
        pytest.param("Pacific/Kiritimati", date(2027, 5, 6), id="in Kiritimati it is still the 3rd at 22:00"),
        pytest.param("Pacific/Pago_Pago", date(2027, 5, 5), id="in Pago Pago it is still the 2nd"),
    ],
)
def test_the_first_due_date_allowed_is_counted_in_the_learners_zone(campus, zone, first):
    build.time_zone(campus.learner, zone)
    ((_, problem),) = campus.assign(due_on=first - timedelta(days=1)).refused
    assert problem.code == "due_too_early"
    assert first.isoformat() in problem.message
    assert len(campus.assign(due_on=first).created) == 1


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        pytest.param({"training": "course-v1:Acme+NONE+1"}, "unknown_training", id="a course that does not exist"),
        pytest.param({"training": "course-v1:Globex+OTHER+1"}, "unknown_training", id="a course of somebody else"),
        pytest.param({"training": "nonsense"}, "unknown_training", id="no key at all"),
        pytest.param({"training": "0d4e5b0e-6f0b-4d0e-9d63-0a4e2f5a9e11"}, "unknown_training", id="an unknown id"),
        pytest.param({"organization": "Globex"}, "unknown_organization", id="an organization of somebody else"),
        pytest.param({"note": "x" * 10_000}, "note_too_long", id="a note of 10,000 characters"),
        pytest.param({"due_on": date(9999, 12, 31)}, "due_too_late", id="a day at the end of time"),
    ],
)
def test_what_is_wrong_for_everybody_is_refused_with_a_code(campus, asked, code):
    build.course("course-v1:Globex+OTHER+1")
    with pytest.raises(Invalid) as refusal:
        campus.assign(**asked)
    assert refusal.value.code == code
    assert Assignment.objects.count() == 0


def test_a_learner_assigns_nothing(campus):
    with pytest.raises(Forbidden):
        campus.assign(actor=campus.learner)


def test_course_staff_assign_their_course_to_the_people_in_it_for_its_owner(campus):
    teacher = build.user("tess")
    build.course_staff(teacher, COURSE)
    build.enroll(campus.learner, COURSE)
    build.user("olga", organization="Acme")
    outcome = campus.assign("lena", "olga", actor=teacher)
    assert len(outcome.created) == 1
    assert [entry for entry, _ in outcome.refused] == ["olga"]
    assert Assignment.objects.get().organization.short_name == "Acme"


def test_global_staff_assign_anything_to_anybody(campus):
    root = build.user("root", is_staff=True)
    build.user("gert", organization="Globex")
    assert len(campus.assign("lena", "gert", actor=root).created) == 2


def test_a_learner_without_a_zone_gets_the_sites(campus, settings):
    settings.MANDATORY_ASSIGNMENTS_SITE_ZONE = "Asia/Tokyo"
    build.user("olga", organization="Acme")
    campus.assign("olga")
    assert Cycle.objects.get().zone == "Asia/Tokyo"


def test_an_abbreviation_as_zone_is_not_stored(campus):
    build.time_zone(campus.learner, "PST")
    campus.assign()
    assert Cycle.objects.get().zone == "UTC"


def test_assigning_to_many_takes_no_more_queries_than_to_one(campus, count_queries):
    names = [user.username for user in build.users(24, prefix="many", organization="Acme")]
    campus.assign()
    few = count_queries(lambda: campus.assign(*names[:2]))
    assert count_queries(lambda: campus.assign(*names[2:])) == few
