"""Enrolling and unenrolling: what refuses, what goes on, what is not asked at all."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from openedx_filters import PipelineStep
from openedx_filters.learning.filters import CourseEnrollmentStarted, CourseUnenrollmentStarted

from common.djangoapps.course_modes.models import CourseMode
from common.djangoapps.student.models import CourseEnrollment, CourseEnrollmentAllowed, ManualEnrollmentAudit
from demo.campus import build
from mandatory_assignments.data import EnrollmentResult, EnrollmentState
from mandatory_assignments.host import lms
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

FIRE = "course-v1:Acme+Fire+2026"
MADE = EnrollmentResult(EnrollmentState.ENROLLED, made=True)

pytestmark = pytest.mark.django_db


def refused(reason: str) -> EnrollmentResult:
    return EnrollmentResult(EnrollmentState.REFUSED, reason=reason)


class RefuseBob(PipelineStep):
    """Lets Bob neither in nor out."""

    def run_filter(self, user=None, enrollment=None, **kwargs):
        if user is not None and user.username == "bob":
            raise CourseEnrollmentStarted.PreventEnrollment("not Bob")
        if enrollment is not None and enrollment.user.username == "bob":
            raise CourseUnenrollmentStarted.PreventUnenrollment("not Bob")
        return {}


class AskWhoseUnenrollment(PipelineStep):
    """Remembers what a later step of ours would be told."""

    told: list[bool] = []

    def run_filter(self, **kwargs):
        self.told.append(lms.is_our_own_unenrollment())
        return {}


class FailForBob(PipelineStep):
    """A step with a mistake that shows itself only sometimes."""

    def run_filter(self, user=None, **kwargs):
        if user.username == "bob":
            raise RuntimeError("broken")
        return {}


def steps(step: type[PipelineStep], *filter_types: str) -> dict[str, object]:
    entry = {"fail_silently": False, "pipeline": [f"{step.__module__}.{step.__name__}"]}
    return {f"org.openedx.learning.course.{name}.started.v1": entry for name in filter_types}


def test_people_are_enrolled_and_the_result_says_that_this_was_new() -> None:
    build.course(FIRE)
    ann, bob = build.user("ann"), build.user("bob")
    assert lms.enroll([ann.id, bob.id], FIRE) == {ann.id: MADE, bob.id: MADE}
    assert lms.enrollments([ann.id], [FIRE])[ann.id, FIRE].active


def test_whoever_is_enrolled_already_is_not_enrolled_again(count_queries) -> None:
    build.course(FIRE)
    ann = build.user("ann")
    build.enroll(ann, FIRE)
    assert lms.enroll([ann.id], FIRE) == {ann.id: EnrollmentResult(EnrollmentState.ENROLLED)}
    assert count_queries(lambda: lms.enroll([ann.id], FIRE)) == 1


def test_whoever_had_left_is_enrolled_again() -> None:
    build.course(FIRE)
    ann = build.user("ann")
    build.enroll(ann, FIRE)
    build.unenroll(ann, FIRE)
    assert lms.enroll([ann.id], FIRE) == {ann.id: MADE}


def test_what_the_platform_remembers_of_the_request_does_not_hide_that_somebody_left() -> None:
    build.course(FIRE)
    ann = build.user("ann")
    lms.enroll([ann.id], FIRE)
    assert CourseEnrollment.is_enrolled(ann, CourseEnrollment.objects.get().course_id)
    CourseEnrollment.objects.update(is_active=False)
    assert lms.enroll([ann.id], FIRE) == {ann.id: MADE}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"invitation_only": True}, "closed", id="by invitation only"),
        pytest.param({"enrollment_end": timezone.now()}, "closed", id="enrolment is over"),
        pytest.param({"max_student_enrollments_allowed": 0}, "full", id="no place is left"),
    ],
)
def test_a_course_that_refuses_is_not_entered(change: dict[str, object], reason: str) -> None:
    build.course(FIRE)
    CourseOverview.objects.update(**change)
    ann = build.user("ann")
    assert lms.enroll([ann.id], FIRE) == {ann.id: refused(reason)}
    assert lms.enrollments([ann.id], [FIRE]) == {}


def test_an_invited_person_enters_a_course_by_invitation() -> None:
    key = build.course(FIRE, invitation_only=True)
    ann, bob = build.user("ann"), build.user("bob")
    CourseEnrollmentAllowed.objects.create(email=ann.email, course_id=key)
    assert lms.enroll([ann.id, bob.id], FIRE) == {ann.id: MADE, bob.id: refused("closed")}


def test_the_last_place_goes_to_the_first() -> None:
    build.course(FIRE)
    CourseOverview.objects.update(max_student_enrollments_allowed=1)
    ann, bob = build.user("ann"), build.user("bob")
    assert lms.enroll([ann.id, bob.id], FIRE) == {ann.id: MADE, bob.id: refused("full")}


def test_a_refusal_by_a_filter_step_stops_nobody_else(settings) -> None:
    settings.OPEN_EDX_FILTERS_CONFIG = steps(RefuseBob, "enrollment")
    build.course(FIRE)
    people = {name: build.user(name).id for name in ("ann", "bob", "cid")}
    results = lms.enroll(people.values(), FIRE)
    assert results == {people["ann"]: MADE, people["bob"]: refused("not_allowed"), people["cid"]: MADE}


def test_a_mistake_of_somebody_else_stops_nobody_else(settings) -> None:
    settings.OPEN_EDX_FILTERS_CONFIG = steps(FailForBob, "enrollment")
    build.course(FIRE)
    ann, bob, cid = (build.user(name).id for name in ("ann", "bob", "cid"))
    assert lms.enroll([ann, bob, cid], FIRE) == {ann: MADE, bob: refused("failed"), cid: MADE}


def test_an_unknown_person_is_refused() -> None:
    build.course(FIRE)
    assert lms.enroll([4711], FIRE) == {4711: refused("failed")}


@pytest.mark.parametrize("key", ["course-v1:Acme+Gone+2026", "not a key", ""])
def test_a_course_that_does_not_exist_refuses(key: str) -> None:
    ann = build.user("ann")
    assert lms.enroll([ann.id], key) == {ann.id: refused("no_such_course")}


@pytest.fixture
def modes() -> Callable[..., None]:
    """Gives the course exactly these modes: (slug, price, expires)."""

    def make(*rows: tuple[str, int, object]) -> None:
        key = build.course(FIRE)
        CourseMode.objects.filter(course_id=key).delete()
        for slug, price, expires in rows:
            CourseMode.objects.create(course_id=key, mode_slug=slug, min_price=price, _expiration_datetime=expires)

    return make


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([], "audit", id="no mode at all means audit"),
        pytest.param([("verified", 50, None), ("audit", 0, None)], "audit", id="audit beside a paid one"),
        pytest.param([("honor", 0, None), ("verified", 50, None)], "honor", id="honor where there is no audit"),
    ],
)
def test_the_mode_is_the_one_of_whoever_does_not_choose(modes, rows, expected: str) -> None:
    modes(*rows)
    ann = build.user("ann")
    lms.enroll([ann.id], FIRE)
    assert lms.enrollments([ann.id], [FIRE])[ann.id, FIRE].mode == expected


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([("verified", 50, None)], id="only a paid one"),
        pytest.param([("audit", 0, "past")], id="an expired one"),
        pytest.param([("honor", 10, None)], id="a price on it"),
    ],
)
def test_nobody_is_put_into_an_expired_or_paid_mode(modes, rows) -> None:
    yesterday = timezone.now() - timezone.timedelta(days=1)
    modes(*[(slug, price, yesterday if expires else None) for slug, price, expires in rows])
    ann = build.user("ann")
    assert lms.enroll([ann.id], FIRE) == {ann.id: refused("no_such_mode")}
    assert lms.enrollments([ann.id], [FIRE]) == {}


def test_the_platform_notes_who_enrolled_by_hand() -> None:
    build.course(FIRE)
    ann, boss = build.user("ann"), build.user("boss")
    lms.enroll([ann.id], FIRE, as_user_id=boss.id)
    audit = ManualEnrollmentAudit.objects.get()
    assert (audit.enrolled_by_id, audit.enrolled_email, audit.enrollment.user_id) == (boss.id, ann.email, ann.id)


def test_unenrolling_ends_active_enrolments_and_leaves_the_rest(settings, count_queries) -> None:
    build.course(FIRE)
    ann, bob = build.user("ann"), build.user("bob")
    build.enroll(ann, FIRE)
    assert lms.unenroll([ann.id, bob.id, 4711], FIRE) == {ann.id: "", bob.id: "", 4711: ""}
    assert not lms.enrollments([ann.id], [FIRE])[ann.id, FIRE].active
    assert lms.unenroll([ann.id], "not a key") == {ann.id: ""}


def test_a_refused_unenrolment_stops_nobody_else(settings) -> None:
    build.course(FIRE)
    ann, bob = build.user("ann"), build.user("bob")
    for user in (ann, bob):
        build.enroll(user, FIRE)
    settings.OPEN_EDX_FILTERS_CONFIG = steps(RefuseBob, "unenrollment")
    assert lms.unenroll([bob.id, ann.id], FIRE) == {bob.id: "not_allowed", ann.id: ""}


def test_a_filter_step_can_tell_our_own_unenrolment_from_the_learners(settings) -> None:
    build.course(FIRE)
    ann, bob = build.user("ann"), build.user("bob")
    for user in (ann, bob):
        build.enroll(user, FIRE)
    settings.OPEN_EDX_FILTERS_CONFIG = steps(AskWhoseUnenrollment, "unenrollment")
    AskWhoseUnenrollment.told.clear()
    lms.unenroll([ann.id], FIRE)
    build.unenroll(bob, FIRE)
    assert AskWhoseUnenrollment.told == [True, False]


def test_each_enrolment_costs_the_same(count_queries) -> None:
    build.course(FIRE)
    people = [build.user(f"user{number}").id for number in range(9)]
    first = count_queries(lambda: lms.enroll(people[:1], FIRE))
    four = count_queries(lambda: lms.enroll(people[1:5], FIRE))
    eight = count_queries(lambda: lms.enroll(people[5:9], FIRE))
    assert four == eight
    assert four - first <= 3 * 20


def test_enrolments_of_many_cost_one_query(count_queries) -> None:
    build.course(FIRE)
    ann = build.user("ann")
    build.enroll(ann, FIRE)
    found = lms.enrollments([ann.id], [FIRE, "not a key"])
    assert {pair: (row.active, row.mode) for pair, row in found.items()} == {(ann.id, FIRE): (True, "audit")}
    assert count_queries(lambda: lms.enrollments(range(100), [FIRE])) == 1


def test_who_is_enrolled_can_be_asked_inside_another_query() -> None:
    build.course(FIRE)
    ann, bob, cid = (build.user(name) for name in ("ann", "bob", "cid"))
    for user in (ann, bob):
        build.enroll(user, FIRE)
    build.unenroll(bob, FIRE)
    people = type(ann).objects.filter(id__in=lms.enrolled_learners(FIRE))
    assert [*people] == [ann]
    assert not type(cid).objects.filter(id__in=lms.enrolled_learners("not a key")).exists()
