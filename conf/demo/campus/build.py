"""Builds people and courses and lets things happen to them as they happen on an LMS; for demo, tests and benchmarks.

Courses are named by key or by its text. What happens in a request here runs in a transaction, by the person named.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import crum
from completion.models import BlockCompletion
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction
from edx_django_utils.cache import RequestCache
from opaque_keys.edx.keys import UsageKey
from organizations.models import Organization
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock

from common.djangoapps.split_modulestore_django.content import Content
from common.djangoapps.student.models import CourseEnrollment, UserProfile
from common.djangoapps.student.roles import CourseStaffRole
from demo.campus import clock, curriculum
from demo.campus.curriculum import Key, course, edit, key_of, loaded, units
from demo.campus.worker import drain, run_pending
from lms.djangoapps.certificates.data import CertificateStatuses
from lms.djangoapps.certificates.models import GeneratedCertificate
from lms.djangoapps.course_blocks.api import get_course_blocks
from lms.djangoapps.courseware.attempts import submit_answer
from lms.djangoapps.grades.course_grade_factory import CourseGradeFactory
from lms.djangoapps.grades.models import CourseGradeOverride, WaitingRecalculation
from openedx.core.djangoapps.course_groups.cohorts import add_user_to_cohort, set_course_cohorted
from openedx.core.djangoapps.course_groups.models import CohortMembership, CourseCohort, CourseUserGroupPartitionGroup
from openedx.core.djangoapps.lang_pref import LANGUAGE_KEY
from openedx.core.djangoapps.user_api.accounts.views import AccountRetirementView, LMSAccountRetirementView
from openedx.core.djangoapps.user_api.models import UserPreference

__all__ = [
    "certificate",
    "cohort",
    "complete",
    "coordinator",
    "course",
    "course_staff",
    "department",
    "drain",
    "edit",
    "enroll",
    "grade",
    "learning_group",
    "link_cohort",
    "organization",
    "restrict",
    "retire",
    "run_pending",
    "time_zone",
    "unenroll",
    "units",
    "user",
    "users",
]

PASSWORD = "demo"


# ----- people -----


def user(
    username: str,
    *,
    email: str | None = None,
    name: str | None = None,
    time_zone: str | None = None,
    language: str | None = None,
    organization: str | None = None,
    is_staff: bool = False,
) -> Any:
    """An active account with a profile, password "demo"; with `organization` (short name) a member of that tenant."""
    made = get_user_model()(
        username=username, email=email or f"{username}@example.com", password=_hashed(), is_staff=is_staff
    )
    made.save()
    made.profile = UserProfile.objects.create(user=made, name=username.title() if name is None else name)
    chosen = {"time_zone": time_zone, LANGUAGE_KEY: language}
    preferences = [UserPreference(user=made, key=key, value=value) for key, value in chosen.items() if value]
    if preferences:
        UserPreference.objects.bulk_create(preferences)
    if organization:
        _join(organization, [made])
    return made


def users(number: int, *, prefix: str = "learner", organization: str | None = None) -> list[Any]:
    """Many accounts at once, named prefix1, prefix2 and so on, in this order; no signals are sent."""
    model = get_user_model()
    names = [f"{prefix}{index}" for index in range(1, number + 1)]
    model.objects.bulk_create(
        [model(username=name, email=f"{name}@example.com", password=_hashed()) for name in names], batch_size=500
    )
    by_name = {made.username: made for made in model.objects.filter(username__startswith=prefix)}
    made = [by_name[name] for name in names]
    UserProfile.objects.bulk_create(
        [UserProfile(user=each, name=each.username.title()) for each in made], batch_size=500
    )
    if organization:
        _join(organization, made)
    return made


def organization(short_name: str) -> Organization:
    """The tenant, made when there is none."""
    return Organization.objects.get_or_create(short_name=short_name, defaults={"name": short_name})[0]


def coordinator(user: Any, organization: str) -> None:
    """Appoint a coordinator of the tenant."""
    from mandatory_assignments import api

    _tenant(organization)
    api.appoint_coordinators(organization, [user.id])


def department(
    path: str, organization: str | None = None, members: Iterable[Any] = (), managers: Iterable[Any] = ()
) -> None:
    """Make the department with all levels above it; the path "Acme/Field/North" begins with the organization."""
    from mandatory_assignments import api

    first = path.split("/")[0]
    if organization not in (None, first):
        raise ValueError(f"the path {path!r} does not begin with the organization {organization!r}")
    _tenant(first)
    api.save_department(path, member_ids=_ids(members), manager_ids=_ids(managers))


def learning_group(name: str, organization: str, members: Iterable[Any] = ()) -> None:
    """Make the learning group."""
    from mandatory_assignments import api

    _tenant(organization)
    api.save_learning_group(name, organization=organization, member_ids=_ids(members))


def time_zone(user: Any, name: str | None) -> None:
    """Let the person choose a zone, also one that is none; None takes the choice back."""
    chosen = UserPreference.objects.filter(user=user, key="time_zone")
    if name is None:
        chosen.delete()
    else:
        UserPreference.objects.update_or_create(user=user, key="time_zone", defaults={"value": name})


def retire(user: Any) -> None:
    """Retire the account in the pipeline's two steps; a receiver that raises fails its step, and this call."""
    for step in (LMSAccountRetirementView, AccountRetirementView):
        with _request(None):
            step.retire(user)


# ----- in courses -----


def enroll(user: Any, course_key: Key) -> CourseEnrollment:
    """Enrol the person, past closed doors, as in a request."""
    with _request(user):
        return CourseEnrollment.enroll(user, key_of(course_key))


def unenroll(user: Any, course_key: Key, *, by: Any = None) -> None:
    """End the enrolment as in a request of the person, or of `by`; raises UnenrollmentNotAllowed when refused."""
    with _request(by or user):
        CourseEnrollment.unenroll(user, key_of(course_key))


def course_staff(user: Any, course_key: Key) -> None:
    """Make the person staff of the course."""
    CourseStaffRole(key_of(course_key)).add_users(user)


def link_cohort(name: str, organization: str, course_key: Key, cohort_name: str) -> None:
    """Let the learning group, made where it is missing, follow the cohort."""
    from mandatory_assignments import api

    _tenant(organization)
    outcome = api.create_group(organization=organization, name=name)
    (group,) = [*outcome.created, *outcome.unchanged]
    api.link_group(group, course=str(course_key), cohort=cohort_name)


def cohort(course_key: Key, name: str, members: Iterable[Any] = ()) -> Any:
    """Make the cohort, with a group of its own in the course's content, and put the members into it."""
    key = key_of(course_key)
    set_course_cohorted(key, True)
    made = CourseCohort.create(name, course_id=key).course_user_group
    link = {"partition_id": curriculum.COHORT_PARTITION, "group_id": curriculum.cohort_group(key, name)}
    CourseUserGroupPartitionGroup.objects.update_or_create(course_user_group=made, defaults=link)
    inside = set(CohortMembership.objects.filter(course_user_group=made).values_list("user_id", flat=True))
    for member in members:
        if member.id not in inside:
            with _request(member):
                add_user_to_cohort(made, member)
    return made


def restrict(course_key: Key, blocks: Iterable[UsageKey], *cohorts: str) -> None:
    """Let only these cohorts see the blocks."""
    curriculum.restrict(course_key, blocks, *(curriculum.cohort_group(course_key, name) for name in cohorts))


def complete(user: Any, course_key: Key, *, units: int | None = None, at: datetime | None = None) -> None:
    """Work through the first `units` units that the learner may see, or all; each is one request.

    Problems are answered wrongly, which completes them; one whose attempts are used up is passed over silently.
    """
    found = loaded(course_key)
    done = BlockCompletion.objects.filter(user=user, context_key=found.course_key, completion=1.0)
    finished = set(done.values_list("block_key", flat=True))
    with clock.at(at):
        seen = _seen(user, found)
        verticals = [unit for unit in curriculum.units(found.course_key) if unit in seen]
        for unit in verticals[:units]:
            leaves = [leaf for leaf in _leaves(found, unit) if leaf in seen and leaf not in finished]
            if leaves:
                with _request(user):
                    _work_through(user, found, leaves)


def grade(user: Any, course_key: Key, percent: float, *, at: datetime | None = None) -> None:
    """Set the course grade, 0 to 100, and recalculate at once as a worker would; later recalculations keep to it."""
    key = key_of(course_key)
    with clock.at(at), _request(None):
        CourseGradeOverride.objects.update_or_create(
            user_id=user.id, course_id=key, defaults={"percent_grade": percent / 100}
        )
        WaitingRecalculation.objects.filter(user_id=user.id, course_id=key).delete()
        CourseGradeFactory().update(user, course_key=key)


def certificate(user: Any, course_key: Key, status: str = CertificateStatuses.downloadable) -> GeneratedCertificate:
    """Give the certificate this status; one that was passing and no longer is counts as revoked."""
    key = key_of(course_key)
    with _request(None):
        mode, _ = CourseEnrollment.enrollment_mode_for_user(user, key)
        made = GeneratedCertificate.certificate_for_student(user, key)
        passing = CertificateStatuses.is_passing_status
        if made and passing(made.status) and not passing(status):
            made._revoke_certificate(status)
            return made
        made = made or GeneratedCertificate(user=user, course_id=key, mode=mode or "honor", name=user.profile.name)
        made.status = status
        made.save()
        return made


# ----- how -----


@contextmanager
def _request(by: Any) -> Iterator[None]:
    """One request of this person, or one step of a worker for nobody."""
    RequestCache.clear_all_namespaces()
    try:
        with crum.impersonate(by), transaction.atomic():
            yield
    finally:
        RequestCache.clear_all_namespaces()


@cache
def _hashed() -> str:
    # Hashing is slow on purpose; everybody has the same password here.
    return make_password(PASSWORD)


_tenant = organization


def _join(organization: str, people: list[Any]) -> None:
    from mandatory_assignments import api

    _tenant(organization)
    api.add_organization_members(organization, _ids(people))


def _ids(people: Iterable[Any]) -> list[int]:
    return [person.id for person in people]


def _seen(user: Any, found: Content) -> set[UsageKey]:
    fields = (node["fields"] for key, node in found.nodes.items() if key != found.root)
    limits = ("visible_to_staff_only", "group_access", "start")
    drawn = {"library_content", "itembank", "split_test"} & {key.block_type for key in found.nodes}
    if drawn or any(each.get(limit) for each in fields for limit in limits):
        return set(get_course_blocks(user, found.root))
    return set(found.nodes)


def _leaves(found: Content, key: UsageKey) -> Iterator[UsageKey]:
    for child in found.children[key]:
        if found.children[child]:
            yield from _leaves(found, child)
        elif XBlockCompletionMode.get_mode(XBlock.load_class(child.block_type)) == XBlockCompletionMode.COMPLETABLE:
            yield child


def _work_through(user: Any, found: Content, leaves: list[UsageKey]) -> None:
    looked_at = [(leaf, 1.0) for leaf in leaves if leaf.block_type != "problem"]
    if looked_at:
        BlockCompletion.objects.submit_batch_completion(user, looked_at)
    for leaf in leaves:
        if leaf.block_type == "problem":
            fields = found.nodes[leaf]["fields"]
            submit_answer(user, leaf, 0, fields.get("weight") or 1, fields.get("max_attempts"))
