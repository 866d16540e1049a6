"""Who may leave a mandatory course, through the platform's real filter: everybody but the learner who has to do it."""

from datetime import date, timedelta

import crum
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from opaque_keys.edx.keys import CourseKey

from common.djangoapps.student.models import CourseEnrollment, UnenrollmentNotAllowed
from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.data import PathPart
from mandatory_assignments.models import Cycle, OrganizationPolicy
from mandatory_assignments.queries import leaving
from mandatory_assignments.settings import FILTER_STEPS, plugin_settings
from tests.roles import COURSE, DUE, NOW

SECOND = "course-v1:Acme+HEAT202+2027"

REFUSAL = 'You cannot leave this course: "Fire safety" is mandatory and due on Friday, 14 May 2027.'


def refusal(cast, key=COURSE, **named):
    """What the learner is told when they want to leave; empty when they are out."""
    learner = cast.people["learner"]
    try:
        build.unenroll(learner, key, **named)
    except UnenrollmentNotAllowed as refused:
        assert is_in(learner, key)
        return str(refused)
    assert not is_in(learner, key)
    return ""


def is_in(learner, key=COURSE):
    return CourseEnrollment.objects.filter(user=learner, course_id=key, is_active=True).exists()


def test_the_learner_is_refused_with_the_training_and_its_day(cast):
    assert refusal(cast) == REFUSAL


def test_it_is_said_in_the_past_when_the_day_has_passed(cast):
    with clock.at(NOW + timedelta(days=20)):
        assert refusal(cast).endswith("was due on Friday, 14 May 2027.")


def test_the_dashboard_shows_it(cast):
    answer = cast.client("learner").post(f"/courses/{COURSE}/unenroll", follow=True)
    assert answer.redirect_chain
    assert REFUSAL.replace('"', "&quot;") in answer.content.decode()
    assert is_in(cast.people["learner"])


class TestNeverRefused:
    @pytest.mark.parametrize("by", ["coordinator", "course_staff", "global_staff", "manager", "other_learner"])
    def test_another_person_takes_the_learner_out(self, cast, by):
        assert refusal(cast, by=cast.people[by]) == ""

    def test_a_command_or_a_worker_where_nobody_is_signed_in(self, cast):
        learner = cast.people["learner"]
        with crum.impersonate(None):
            CourseEnrollment.unenroll(learner, CourseKey.from_string(COURSE))
        assert not is_in(learner)

    def test_without_any_request(self, cast):
        learner = cast.people["learner"]
        assert crum.get_current_user() is None
        CourseEnrollment.unenroll(learner, CourseKey.from_string(COURSE))
        assert not is_in(learner)

    @pytest.mark.parametrize("role", ["course_staff", "global_staff"])
    def test_staff_who_have_to_do_it_themselves(self, cast, role):
        learner = cast.people["learner"]
        if role == "course_staff":
            build.course_staff(learner, COURSE)
        else:
            learner.is_staff = True
            learner.save()
        assert refusal(cast) == ""

    def test_our_own_code_in_the_learners_request(self, cast):
        from mandatory_assignments.host import lms

        learner = cast.people["learner"]
        with crum.impersonate(learner):
            assert lms.unenroll([learner.id], COURSE) == {learner.id: ""}
        assert not is_in(learner)

    def test_somebody_to_whom_it_is_not_assigned(self, cast):
        otto = cast.people["other_learner"]
        build.unenroll(otto, COURSE)
        assert not is_in(otto)


class TestWhatObliges:
    def withdraw(self, cast):
        api.withdraw_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], now=NOW)

    def exempt(self, cast):
        ids = [cast.assignment_id]
        api.exempt_assignments(actor=cast.people["coordinator"], ids=ids, reason="Ill.", now=NOW)

    def pause(self, cast):
        api.pause_learner(
            actor=cast.people["coordinator"], learner="lena", from_on=NOW.date(), until_on=date(2027, 6, 1), now=NOW
        )

    def complete(self, cast):
        build.complete(cast.people["learner"], COURSE)
        build.drain()

    @pytest.mark.parametrize("end", ["withdraw", "exempt", "pause", "complete"])
    def test_what_is_over_or_waits_lets_them_go(self, cast, end):
        getattr(self, end)(cast)
        assert refusal(cast) == ""

    def test_an_exemption_that_is_over_obliges_again(self, cast):
        ids, boss = [cast.assignment_id], cast.people["coordinator"]
        api.exempt_assignments(actor=boss, ids=ids, reason="Ill.", until=date(2027, 5, 10), now=NOW)
        with clock.at(NOW + timedelta(days=9)):
            assert "is mandatory" in refusal(cast)
        with clock.at(NOW + timedelta(days=6)):
            assert refusal(cast) == ""

    def test_an_absence_that_lies_ahead_does_not_let_them_go_yet(self, cast):
        api.pause_learner(
            actor=cast.people["coordinator"], learner="lena", from_on=date(2027, 5, 20), until_on=DUE.replace(day=31),
            now=NOW,
        )  # fmt: skip
        assert refusal(cast) == REFUSAL

    @pytest.fixture
    def learner(self, cast):
        build.course(SECOND, name="Heat", sections=1, subsections=1, units=2, blocks=1)
        build.enroll(cast.people["learner"], SECOND)
        return cast.people["learner"]

    def bundle(self, cast, kind, **content):
        asked = {"actor": cast.people["coordinator"], "kind": kind, "name": "Safety first", "organization": "Acme"}
        (made,) = api.create_training(**asked, **content, now=NOW).created
        cast.assign("lena", training=str(made), due_on=date(2027, 6, 4))
        return made

    def test_the_courses_of_a_path_are_kept_but_not_the_optional_ones(self, cast, learner):
        made = self.bundle(cast, "path", parts=[PathPart(COURSE), PathPart(SECOND)])
        told = refusal(cast, SECOND)
        assert '"Safety first" is mandatory and due on Friday, 4 June 2027' in told
        parts = [PathPart(COURSE), PathPart(SECOND, required=False)]
        api.change_training(made, actor=cast.people["coordinator"], fields={"parts": parts}, now=NOW)
        assert refusal(cast, SECOND) == ""

    def test_the_course_of_a_modules_block_is_kept(self, cast, learner):
        self.bundle(cast, "module", blocks=[str(build.units(SECOND)[0])])
        assert "Safety first" in refusal(cast, SECOND)

    def test_of_several_the_one_that_is_due_first_is_named(self, cast, learner):
        self.bundle(cast, "path", parts=[PathPart(COURSE), PathPart(SECOND)])
        assert refusal(cast) == REFUSAL


class TestPolicy:
    def test_a_site_that_allows_it_shows_them_as_not_enrolled_until_they_are_back(self, cast, settings):
        settings.MANDATORY_ASSIGNMENTS_UNENROLLMENT = "allow"
        assert refusal(cast) == ""
        build.drain()
        assert Cycle.objects.get().attention == "left"
        build.enroll(cast.people["learner"], COURSE)
        build.drain()
        assert Cycle.objects.get().attention == ""

    @pytest.mark.parametrize(("site", "own", "refused"), [("refuse", "allow", False), ("allow", "refuse", True)])
    def test_an_organization_has_its_own_word(self, cast, settings, site, own, refused):
        settings.MANDATORY_ASSIGNMENTS_UNENROLLMENT = site
        organization = Cycle.objects.get().organization
        OrganizationPolicy.objects.create(organization=organization, unenrollment=own)
        assert bool(refusal(cast)) is refused

    def test_of_two_organizations_one_that_refuses_is_enough(self, cast):
        first = Cycle.objects.get().organization
        OrganizationPolicy.objects.create(organization=first, unenrollment="allow")
        api.add_organization_members("Globex", [cast.people["learner"].id])
        root = cast.people["global_staff"]
        cast.assign("lena", actor=root, organization="Globex", due_on=date(2027, 6, 4))
        assert "4 June 2027" in refusal(cast)


class TestHarmless:
    def real_error(*arguments):
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM no_such_table")

    def lost_connection(*arguments):
        raise OperationalError(2013, "Lost connection to server during query")

    @pytest.mark.parametrize("fails", [real_error, lost_connection])
    @pytest.mark.parametrize("at", ["policies.policies", "standing.status_of", "requires"])
    def test_what_fails_on_our_side_lets_them_go(self, cast, monkeypatch, caplog, fails, at):
        monkeypatch.setattr(f"{leaving.__name__}.{at}", fails)
        assert refusal(cast) == ""
        assert "could not be told" in caplog.text

    def cost(self, act):
        with CaptureQueriesContext(connection) as captured:
            act()
        return [query["sql"] for query in captured if "mandatory_assignments_" in query["sql"]]

    def test_a_refusal_costs_two_queries_of_ours(self, cast):
        refusal(cast)
        assert len(self.cost(lambda: refusal(cast))) == 2

    def test_leaving_what_nobody_has_to_do_costs_none(self, cast):
        build.course(SECOND)
        learner = cast.people["learner"]
        for _ in range(2):
            build.enroll(learner, SECOND)
            queries = self.cost(lambda: build.unenroll(learner, SECOND))
        assert queries == []

    def test_whom_others_take_out_nobody_asks_about(self, cast):
        otto, cora = cast.people["other_learner"], cast.people["coordinator"]
        assert self.cost(lambda: build.unenroll(otto, COURSE, by=cora)) == []


def test_the_step_is_registered_once_beside_those_of_others():
    class Site:
        OPEN_EDX_FILTERS_CONFIG = {kind: ["other.Step"] for kind in FILTER_STEPS}

    for _ in range(2):
        plugin_settings(Site)
    entry = Site.OPEN_EDX_FILTERS_CONFIG["org.openedx.learning.course.unenrollment.started.v1"]
    assert entry["pipeline"] == ["other.Step", "mandatory_assignments.pipeline.RefuseUnenrollment"]
