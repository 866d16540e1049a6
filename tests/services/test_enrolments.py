"""The enrolments that an assignment needs: made, tried again, missed, and following what its training requires."""

from datetime import timedelta

import pytest

from common.djangoapps.student.models import CourseEnrollment
from demo.campus import build, clock
from mandatory_assignments import api, wake
from mandatory_assignments.data import PathPart
from mandatory_assignments.host import lms
from mandatory_assignments.models import Assignment, AuditEntry, Cycle, RequiredEnrollment
from mandatory_assignments.services import enroll, track
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

from .conftest import COURSE, NOW

pytestmark = pytest.mark.django_db

SECOND = "course-v1:Acme+HEAT202+2027"
THIRD = "course-v1:Acme+ROPE303+2027"


@pytest.fixture
def path(campus):
    """A path of the campus's course and a second one, both required."""
    build.course(SECOND, name="Heat", sections=1, subsections=1, units=2, blocks=1)
    build.course(THIRD, name="Ropes", sections=1, subsections=1, units=2, blocks=1)
    return made_of(campus, COURSE, SECOND)


def made_of(campus, *keys):
    parts = [PathPart(key) for key in keys]
    asked = {"actor": campus.coordinator, "kind": "path", "name": "Safety", "organization": "Acme"}
    return str(api.create_training(**asked, parts=parts, now=NOW).created[0])


def edit(campus, path, *keys):
    api.change_training(path, actor=campus.coordinator, fields={"parts": [PathPart(key) for key in keys]}, now=NOW)


def states():
    rows = RequiredEnrollment.objects.order_by("course_key")
    return {row.course_key: (row.state, row.reason) for row in rows}


def close(key, closed=True):
    CourseOverview.objects.filter(id=key).update(invitation_only=closed)


def attention():
    return Cycle.objects.get().attention


def is_in(learner, key):
    return CourseEnrollment.objects.filter(user=learner, course_id=key, is_active=True).exists()


ENROLLED = ("enrolled", "")


class TestSeveralCourses:
    def test_all_required_courses_are_joined_and_each_tells_its_own(self, campus, path):
        close(SECOND)
        campus.assign(training=path)
        build.drain()
        assert states() == {COURSE: ENROLLED, SECOND: ("refused", "closed")}
        assert attention() == "closed"
        assert sorted(AuditEntry.objects.filter(act__startswith="enroll").values_list("act", flat=True)) == [
            "enrolled",
            "enrollment_refused",
        ]

    @pytest.mark.parametrize("closed", [COURSE, SECOND])
    def test_what_needs_attention_is_not_forgotten_when_another_course_is_worked_on(self, campus, path, closed):
        close(closed)
        campus.assign(training=path)
        for _ in range(2):
            enroll.enroll_learners(enroll.claim_enrollments(limit=1))
        assert attention() == "closed"

    def test_left_and_refused_at_once_shows_what_the_platform_refuses(self, campus, path):
        close(SECOND)
        campus.assign(training=path)
        build.drain()
        build.unenroll(campus.learner, COURSE, by=campus.coordinator)
        build.drain()
        assert states() == {COURSE: ("left", ""), SECOND: ("refused", "closed")}
        assert attention() == "closed"

    def test_a_refused_course_is_tried_again_later_and_later(self, campus, path):
        close(SECOND)
        campus.assign(training=path)
        build.drain()
        first = RequiredEnrollment.objects.get(course_key=SECOND).next_at
        assert timedelta(hours=1) <= first - NOW < timedelta(hours=1, minutes=1)
        api.tick(now=first)
        assert RequiredEnrollment.objects.get(course_key=SECOND).next_at == first + timedelta(hours=2)
        close(SECOND, closed=False)
        api.tick(now=NOW + timedelta(hours=4))
        assert states()[SECOND] == ENROLLED
        assert attention() == ""

    def test_whoever_enrols_in_one_course_is_enrolled_in_the_others_at_once(self, campus, path):
        close(COURSE)
        close(SECOND)
        campus.assign(training=path)
        build.drain()
        assert not is_in(campus.learner, SECOND)
        close(SECOND, closed=False)
        build.enroll(campus.learner, COURSE)
        build.drain()
        assert states() == {COURSE: ENROLLED, SECOND: ENROLLED}
        assert is_in(campus.learner, SECOND)
        assert attention() == ""

    def test_whoever_comes_back_into_one_course_is_brought_back_into_the_others(self, campus, path):
        campus.assign(training=path)
        build.drain()
        for key in (COURSE, SECOND):
            build.unenroll(campus.learner, key, by=campus.coordinator)
        build.drain()
        assert attention() == "left"
        build.enroll(campus.learner, SECOND)
        build.drain()
        assert states() == {COURSE: ENROLLED, SECOND: ENROLLED}
        assert attention() == ""

    def test_who_has_left_is_not_brought_back_by_work_elsewhere(self, campus, path):
        campus.assign(training=path)
        build.drain()
        build.unenroll(campus.learner, SECOND, by=campus.coordinator)
        build.complete(campus.learner, COURSE, units=1)
        build.drain()
        assert states() == {COURSE: ENROLLED, SECOND: ("left", "")}
        assert not is_in(campus.learner, SECOND)

    def test_an_enrolment_of_their_own_is_not_ours(self, campus, path):
        campus.assign(training=path)
        build.drain()
        build.unenroll(campus.learner, SECOND, by=campus.coordinator)
        build.drain()
        build.enroll(campus.learner, SECOND)
        build.drain()
        assert dict(RequiredEnrollment.objects.values_list("course_key", "made")) == {COURSE: True, SECOND: False}


class TestFollowingTheTraining:
    def test_a_course_that_is_added_is_joined_by_whoever_has_the_path_to_do(self, campus, path):
        campus.assign(training=path)
        build.drain()
        edit(campus, path, COURSE, SECOND, THIRD)
        build.drain()
        assert states() == {COURSE: ENROLLED, SECOND: ENROLLED, THIRD: ENROLLED}
        assert is_in(campus.learner, THIRD)

    def test_workers_are_woken_for_it(self, campus, path, monkeypatch):
        campus.assign(training=path)
        build.drain()
        edit(campus, path, COURSE, SECOND, THIRD)
        woken = []
        monkeypatch.setattr(track, "wake", woken.append)
        track.track_learners(track.claim_look_agains())
        build.run_pending()
        assert woken == ["enroll"]
        assert states()[THIRD] == ("pending", "")
        wake._windows.clear()

    def test_a_look_without_news_wakes_nobody(self, campus, path, monkeypatch):
        campus.assign(training=path)
        build.drain()
        woken = []
        monkeypatch.setattr(track, "wake", woken.append)
        build.complete(campus.learner, COURSE, units=1)
        build.run_pending()
        track.track_learners(track.claim_look_agains())
        build.run_pending()
        assert woken == []

    def test_a_course_that_is_removed_needs_nobody_any_more(self, campus, path):
        close(SECOND)
        campus.assign(training=path)
        build.drain()
        assert attention() == "closed"
        edit(campus, path, COURSE)
        build.drain()
        assert states() == {COURSE: ENROLLED}
        assert attention() == ""

    def test_of_a_removed_course_it_is_remembered_that_we_made_the_enrolment(self, campus, path):
        campus.assign(training=path)
        build.drain()
        edit(campus, path, COURSE)
        build.drain()
        assert states() == {COURSE: ENROLLED, SECOND: ("not_needed", "")}
        assert is_in(campus.learner, SECOND)
        edit(campus, path, COURSE, SECOND)
        build.drain()
        assert states() == {COURSE: ENROLLED, SECOND: ENROLLED}
        assert RequiredEnrollment.objects.get(course_key=SECOND).made

    def test_a_course_that_comes_back_after_the_learner_left_it_is_joined_again(self, campus, path):
        campus.assign(training=path)
        build.drain()
        edit(campus, path, COURSE)
        build.drain()
        build.unenroll(campus.learner, SECOND)
        edit(campus, path, COURSE, SECOND)
        build.drain()
        assert is_in(campus.learner, SECOND)
        assert states()[SECOND] == ENROLLED

    def test_who_is_in_the_added_course_already_stays_and_it_is_not_ours(self, campus, path):
        campus.assign(training=path)
        build.enroll(campus.learner, THIRD)
        build.drain()
        edit(campus, path, COURSE, SECOND, THIRD)
        build.drain()
        row = RequiredEnrollment.objects.get(course_key=THIRD)
        assert (row.state, row.made) == ("enrolled", False)

    def test_an_optional_course_is_not_joined(self, campus, path):
        parts = [PathPart(COURSE), PathPart(SECOND, required=False)]
        api.change_training(path, actor=campus.coordinator, fields={"parts": parts}, now=NOW)
        campus.assign(training=path)
        build.drain()
        build.enroll(campus.learner, COURSE)
        build.drain()
        assert states() == {COURSE: ENROLLED}
        assert not is_in(campus.learner, SECOND)

    def test_blocks_of_another_course_bring_a_modules_people_into_it(self, campus, path):
        first, second = (str(build.units(key)[0]) for key in (COURSE, SECOND))
        asked = {"actor": campus.coordinator, "kind": "module", "name": "Parts", "organization": "Acme"}
        module = str(api.create_training(**asked, blocks=[first], now=NOW).created[0])
        campus.assign(training=module)
        build.drain()
        api.change_training(module, actor=campus.coordinator, fields={"blocks": [first, second]}, now=NOW)
        build.drain()
        assert states() == {COURSE: ENROLLED, SECOND: ENROLLED}

    def test_an_edit_in_the_middle_of_assigning_is_healed_by_the_look(self, campus, path):
        campus.assign(training=path)
        build.drain()
        # What assigning would have stored had it read the path before the edit.
        RequiredEnrollment.objects.filter(course_key=SECOND).delete()
        api.reconcile()
        build.drain()
        assert states() == {COURSE: ENROLLED, SECOND: ENROLLED}

    def test_a_path_one_of_whose_courses_cannot_be_read_is_followed_all_the_same(self, campus, path, monkeypatch):
        whole = lms.outlines
        monkeypatch.setattr(lms, "outlines", lambda keys: {k: v for k, v in whole(keys).items() if k != SECOND})
        campus.assign(training=path)
        build.drain()
        build.unenroll(campus.learner, COURSE, by=campus.coordinator)
        edit(campus, path, COURSE, SECOND, THIRD)
        build.drain()
        assert states() == {COURSE: ("left", ""), SECOND: ENROLLED, THIRD: ENROLLED}
        assert attention() == "left"

    def test_what_is_completed_stays_as_it_was(self, campus, path):
        campus.assign(training=path)
        build.drain()
        for key in (COURSE, SECOND):
            build.complete(campus.learner, key)
        build.drain()
        edit(campus, path, COURSE, SECOND, THIRD)
        build.drain()
        assert Cycle.objects.get().closed_as == "completed"
        assert states() == {COURSE: ENROLLED, SECOND: ENROLLED}
        assert not is_in(campus.learner, THIRD)

    def test_following_fifty_costs_as_many_queries_as_one(self, campus, path, count_queries):
        people = [person.username for person in build.users(52, prefix="many", organization="Acme")]
        costs = []
        for learners in (people[:1], people[1:2], people[2:]):  # the first finds out what the platform remembers
            one = made_of(campus, COURSE, SECOND)
            campus.assign(*learners, training=one)
            build.drain()
            edit(campus, one, COURSE, SECOND, THIRD)
            looks = track.claim_look_agains()
            assert len(looks) == len(learners)
            costs.append(count_queries(lambda looks=looks: track.track_learners(looks)))
        assert RequiredEnrollment.objects.filter(course_key=THIRD).count() == 52
        assert costs[1] == costs[2]


class TestOverBeforeItWasMade:
    @pytest.mark.parametrize(("inside", "state"), [(True, "enrolled"), (False, "not_needed")])
    def test_a_withdrawn_one_is_settled_without_enrolling_anybody(self, campus, inside, state):
        if inside:
            build.enroll(campus.learner, COURSE)
        (made,) = campus.assign().created
        api.withdraw_assignments(actor=campus.coordinator, ids=[made], now=NOW)
        build.drain()
        row = RequiredEnrollment.objects.get()
        assert (row.state, row.made, row.next_at, row.claim) == (state, False, None, None)
        assert is_in(campus.learner, COURSE) is inside

    def test_a_refused_one_waits_no_longer(self, campus):
        close(COURSE)
        (made,) = campus.assign().created
        build.drain()
        api.withdraw_assignments(actor=campus.coordinator, ids=[made], now=NOW)
        api.tick(now=NOW + timedelta(hours=2))
        assert states() == {COURSE: ("not_needed", "")}

    @pytest.mark.parametrize("closed", [True, False], ids=["refused", "made"])
    def test_one_that_is_withdrawn_while_the_platform_is_asked(self, campus, monkeypatch, closed):
        close(COURSE, closed)
        (made,) = campus.assign().created
        asked = lms.enroll

        def slowly(learner_ids, course_key):
            api.withdraw_assignments(actor=campus.coordinator, ids=[made], now=NOW)
            return asked(learner_ids, course_key)

        monkeypatch.setattr(lms, "enroll", slowly)
        enroll.enroll_learners(enroll.claim_enrollments())
        row = RequiredEnrollment.objects.get()
        assert (row.state, row.made, row.next_at) == ("not_needed" if closed else "enrolled", not closed, None)

    def test_what_was_completed_before_it_was_worked_never_stays_pending(self, campus):
        build.enroll(campus.learner, COURSE)
        build.complete(campus.learner, COURSE)
        campus.assign()
        build.drain()
        assert Cycle.objects.get().closed_as == "completed"
        assert states() == {COURSE: ENROLLED}

    def test_one_that_is_opened_again_is_made_after_all(self, campus):
        campus.assign()
        training = Assignment.objects.get().training
        day = (NOW - timedelta(days=1)).date()
        told = {"actor": campus.coordinator, "now": NOW}
        api.record_completions(training=str(training.uuid), learners=["lena"], completed_on=day, **told)
        build.drain()
        assert states() == {COURSE: ("not_needed", "")}
        api.revoke_completions(keys=[(campus.learner.id, training.id)], reason="Not so.", **told)
        build.drain()
        assert Cycle.objects.get().open
        assert states() == {COURSE: ENROLLED}
        assert is_in(campus.learner, COURSE)


def test_two_workers_that_took_the_same_row_store_it_once(campus):
    campus.assign()
    with clock.at(NOW):
        first = enroll.claim_enrollments()
    second = enroll.claim_enrollments(now=NOW + timedelta(minutes=11))
    assert [row.id for row in first] == [row.id for row in second]
    assert enroll.enroll_learners(second).changed
    assert not enroll.enroll_learners(first).changed
    assert RequiredEnrollment.objects.get().made
    assert AuditEntry.objects.filter(act="enrolled").count() == 1
