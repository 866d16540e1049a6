"""The one door to the platform: its facts in sets, as plain data; keys are text, what is unknown is absent.

Imports the platform inside the functions, so that the plugin loads anywhere. Knows nothing of assignments.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from datetime import datetime
from decimal import Decimal
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import CharField, ExpressionWrapper, F, Q
from edx_django_utils.cache import RequestCache
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey

from ..data import (
    Certificate,
    CompletionRow,
    Course,
    CourseGrade,
    CourseOutline,
    Enrollment,
    EnrollmentResult,
    EnrollmentState,
    FinishedBlock,
)
from ..settings import setting
from . import content

__all__ = [
    "absolute",
    "attempts",
    "begun_courses",
    "block_completions",
    "block_courses",
    "certificates",
    "clear_completions",
    "cohort_members",
    "cohorts",
    "completion_rows",
    "completions_after",
    "course_org",
    "course_url",
    "courses",
    "courses_by_org",
    "courses_with_completions",
    "effective_user_id",
    "enroll",
    "enrolled_learners",
    "enrollments",
    "grades",
    "groups",
    "is_course_staff",
    "is_global_staff",
    "is_our_own_unenrollment",
    "languages",
    "last_completion_id",
    "leaf_keys",
    "learner_blocks",
    "learners_with_completions",
    "looks_as",
    "mail_address",
    "mail_context",
    "message_type_base",
    "named",
    "names",
    "organizations",
    "outlines",
    "place_keys",
    "platform_name",
    "reset_attempts",
    "retired_accounts",
    "staff_courses",
    "time_zones",
    "unenroll",
    "unit_urls",
    "viewer_id",
    "worker_request",
]

log = logging.getLogger(__name__)

Pair = tuple[int, str]
"""(learner id, course key)."""

OVERVIEW_COLUMNS = ("display_name", "start", "end", "lowest_passing_grade")

_own_unenrollment: ContextVar[bool] = ContextVar("own_unenrollment", default=False)


# ----- keys ---------------------------------------------------------------------------------------------------------


def _course_key(text: str) -> CourseKey | None:
    try:
        return CourseKey.from_string(text)
    except InvalidKeyError:
        return None


def course_org(course_key: str) -> str:
    """The organization that the key of a course run names; empty for what is no course, such as a library."""
    key = _course_key(course_key)
    return (key.org or "") if key is not None and key.is_course else ""


def block_courses(usage_keys: Iterable[str]) -> dict[str, str]:
    """The course run in which each block lies, told from its key alone."""
    return {text: str(key.course_key) for text, key in _usage_keys(usage_keys).items() if _names_run(key)}


def _names_run(key: UsageKey) -> bool:
    course_key = key.context_key
    return bool(course_key.is_course and getattr(course_key, "run", None))


def _course_keys(texts: Iterable[str]) -> dict[str, CourseKey]:
    return {text: key for text in texts if (key := _course_key(text)) is not None}


def _usage_keys(texts: Iterable[str]) -> dict[str, UsageKey]:
    keys = {}
    for text in texts:
        try:
            keys[text] = UsageKey.from_string(text)
        except InvalidKeyError:
            continue
    return keys


def _text(field: str) -> Any:
    """A key column as the text it is stored as: parsing a hundred thousand keys takes seconds."""
    return ExpressionWrapper(F(field), output_field=CharField())


# ----- courses ------------------------------------------------------------------------------------------------------


def courses(course_keys: Iterable[str], *, build: bool = False) -> dict[str, Course]:
    """The catalogue's entries, in one query.

    `build` lets the platform make a missing entry from the course itself, which is slow and writes: only for a course
    that a person names.
    """
    from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

    keys = _course_keys(course_keys)
    rows = CourseOverview.objects.filter(id__in=keys.values()).values_list("id", *OVERVIEW_COLUMNS)
    found = {key: _course(key, *columns) for key, *columns in rows}
    for key in set(keys.values()) - found.keys() if build else ():
        try:
            with transaction.atomic():
                overview = CourseOverview.get_from_id(key)
            found[key] = _course(key, *(getattr(overview, column) for column in OVERVIEW_COLUMNS))
        except CourseOverview.DoesNotExist:
            continue
        except Exception:
            log.exception("The catalogue entry of %s cannot be built", key)
    return {text: found[key] for text, key in keys.items() if key in found}


def courses_by_org(orgs: Iterable[str] | None) -> list[Course]:
    """The catalogue's entries whose keys name one of these organizations, or all of them, in one query."""
    from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

    rows = CourseOverview.objects.all() if orgs is None else CourseOverview.objects.filter(org__in=list(orgs))
    return [_course(key, *columns) for key, *columns in rows.values_list("id", *OVERVIEW_COLUMNS)]


def _course(
    key: CourseKey, name: str | None, start: datetime | None, end: datetime | None, pass_mark: Decimal | float | None
) -> Course:
    percent = None if pass_mark is None else round(float(pass_mark) * 100, 4)
    return Course(str(key), name or str(key), key.org or "", start, end, percent)


def organizations(course_keys: Iterable[str]) -> dict[str, int]:
    """The id of the active organization that owns each course: the linked one, else the one of the key's name."""
    from organizations.models import Organization, OrganizationCourse

    keys = _course_keys(course_keys)
    links = OrganizationCourse.objects.filter(course_id__in=keys, active=True, organization__active=True)
    owners: dict[str, int] = dict(links.order_by("-id").values_list("course_id", "organization_id"))
    names = {key.org for key in keys.values()}
    by_name = dict(Organization.objects.filter(short_name__in=names, active=True).values_list("short_name", "id"))
    return {text: owner for text, key in keys.items() if (owner := owners.get(text) or by_name.get(key.org))}


def course_url(course_key: str) -> str:
    """Where a learner enters the course; the LMS leads on to the learning frontend."""
    return f"{settings.LMS_ROOT_URL}/courses/{course_key}/course/"


def unit_urls(usage_keys: Iterable[str]) -> dict[str, str]:
    """Where a learner opens each unit; the LMS leads on to the learning frontend."""
    return {
        text: f"{settings.LMS_ROOT_URL}/courses/{key.course_key}/jump_to/{text}"
        for text, key in _usage_keys(usage_keys).items()
    }


# ----- content ------------------------------------------------------------------------------------------------------


def outlines(course_keys: Iterable[str]) -> dict[str, CourseOutline]:
    """What each course holds, one platform call per course. One that is gone or unreadable is absent, and logged."""
    from openedx.core.djangoapps.content.block_structure.api import get_block_structure_manager
    from openedx.core.djangoapps.course_groups.partition_scheme import CohortPartitionScheme
    from openedx.core.djangoapps.verified_track_content.partition_scheme import EnrollmentTrackPartitionScheme

    schemes = (CohortPartitionScheme, EnrollmentTrackPartitionScheme)
    found = {}
    for text, key in _course_keys(course_keys).items():
        try:
            structure = get_block_structure_manager(key).get_collected()
            partitions = structure.get_transformer_data("user_partitions", "user_partitions") or ()
            found[text] = content.outline(text, structure, {row.id for row in partitions if row.scheme in schemes})
        except Exception:
            log.warning("The content of %s cannot be read", text, exc_info=True)
    return found


def groups(learner_ids: Iterable[int], course_keys: Iterable[str]) -> dict[Pair, dict[int, int]]:
    """Each learner's group by partition, for the partitions by cohort and by enrolment track, in three queries.

    Nobody is put into a cohort by being looked at, as the platform's own call would do.
    """
    people, keys = list(learner_ids), list(_course_keys(course_keys).values())
    found: dict[Pair, dict[int, int]] = defaultdict(dict)
    for learner_id, course_key, partition, group in [*_cohort_groups(people, keys), *_track_groups(people, keys)]:
        found[learner_id, course_key][partition] = group
    return dict(found)


def _cohort_groups(people: list[int], keys: list[CourseKey]) -> Iterator[tuple[int, str, int, int]]:
    from openedx.core.djangoapps.course_groups.models import CohortMembership, CourseCohortsSettings

    cohorted = CourseCohortsSettings.objects.filter(course_id__in=keys, is_cohorted=True).values("course_id")
    link = "course_user_group__courseusergrouppartitiongroup"
    rows = CohortMembership.objects.filter(
        user_id__in=people, course_id__in=cohorted, course_user_group__courseusergrouppartitiongroup__isnull=False
    )
    yield from rows.values_list("user_id", _text("course_id"), f"{link}__partition_id", f"{link}__group_id")


def cohorts(course_keys: Iterable[str]) -> dict[str, list[str]]:
    """The names of the cohorts of each course that has them switched on, in order; one query."""
    from openedx.core.djangoapps.course_groups.models import CourseCohortsSettings, CourseUserGroup

    keys = _course_keys(course_keys).values()
    cohorted = CourseCohortsSettings.objects.filter(course_id__in=keys, is_cohorted=True).values("course_id")
    rows = CourseUserGroup.objects.filter(course_id__in=cohorted, group_type="cohort").order_by("course_id", "name")
    found: dict[str, list[str]] = defaultdict(list)
    for course_key, name in rows.values_list(_text("course_id"), "name"):
        found[course_key].append(name)
    return dict(found)


def cohort_members(named: Iterable[tuple[str, str]]) -> dict[tuple[str, str], frozenset[int]]:
    """The ids of the learners in each cohort, by course key and name, in two queries; what is gone is absent.

    Read from the memberships: to ask the platform for a learner's cohort would put the learner into one.
    """
    from openedx.core.djangoapps.course_groups.models import CohortMembership, CourseUserGroup

    wanted = set(named)
    keys = _course_keys({course_key for course_key, _name in wanted}).values()
    rows = CourseUserGroup.objects.filter(
        course_id__in=keys, group_type="cohort", name__in={name for _course_key, name in wanted}
    ).values_list("id", _text("course_id"), "name")
    by_id = {id: (course_key, name) for id, course_key, name in rows if (course_key, name) in wanted}
    members: dict[tuple[str, str], set[int]] = {cohort: set() for cohort in by_id.values()}
    inside = CohortMembership.objects.filter(course_user_group_id__in=by_id)
    for id, learner_id in inside.values_list("course_user_group_id", "user_id"):
        members[by_id[id]].add(learner_id)
    return {cohort: frozenset(ids) for cohort, ids in members.items()}


def _track_groups(people: list[int], keys: list[CourseKey]) -> Iterator[tuple[int, str, int, int]]:
    """A mode the course does not offer sees the default mode's content, credit sees the verified one's."""
    from common.djangoapps.course_modes.models import CourseMode
    from xmodule.partitions.partitions import ENROLLMENT_TRACK_PARTITION_ID

    offered: dict[str, set[str]] = defaultdict(set)
    for course_key, slug in CourseMode.objects.filter(course_id__in=keys).values_list(_text("course_id"), "mode_slug"):
        offered[course_key].add(slug)
    tracks: dict[str, Any] = settings.COURSE_ENROLLMENT_MODES
    for (learner_id, course_key), enrollment in _enrollments(people, keys).items():
        credit = enrollment.mode == CourseMode.CREDIT_MODE
        candidates = (CourseMode.PROFESSIONAL, CourseMode.VERIFIED) if credit else (enrollment.mode,)
        mode = next((slug for slug in candidates if slug in offered[course_key]), CourseMode.DEFAULT_MODE_SLUG)
        if enrollment.active and mode in tracks:
            yield learner_id, course_key, ENROLLMENT_TRACK_PARTITION_ID, tracks[mode]["id"]


def learner_blocks(learner_id: int, course_key: str) -> frozenset[str] | None:
    """Every block that the platform shows this learner, or will once it is released; None when it cannot tell.

    Exact and dear: five queries or more, and the platform may put the learner into a cohort. For personal courses.
    """
    from lms.djangoapps.course_blocks.api import get_course_blocks
    from xmodule.modulestore.django import modulestore

    key, user = _course_key(course_key), get_user_model().objects.filter(id=learner_id).first()
    if key is None or user is None:
        return None
    try:
        root = modulestore().make_course_usage_key(key)
        structure = get_course_blocks(user, root, allow_start_dates_in_future=True)
        return frozenset(str(block) for block in structure.topological_traversal())
    except Exception:
        log.warning("What learner %s sees in %s cannot be read", learner_id, course_key, exc_info=True)
        return None


def viewer_id(block: Any) -> int | None:
    """The account a block is rendered for, which under masquerade is the learner's; None for the anonymous."""
    service = block.runtime.service(block, "user")
    user_id = service.get_current_user().opt_attrs.get("edx-platform.user_id") if service else None
    return int(user_id) if user_id else None


def effective_user_id(request: Any, course_key: str) -> int:
    """The account whose view of the course the request asks for: the learner whom staff masquerade as, else its own."""
    from lms.djangoapps.courseware.masquerade import setup_masquerade

    key = _course_key(course_key)
    if key is None:
        return int(request.user.id)
    return int(setup_masquerade(request, key, is_course_staff(request.user, course_key))[1].id)


def looks_as(user: Any, course_key: str) -> int:
    """The account as which this one looks at the course, once the request has said so (masquerade), else its own."""
    from lms.djangoapps.courseware.masquerade import get_course_masquerade

    masquerade = get_course_masquerade(user, _course_key(course_key))
    if not (masquerade and masquerade.user_name):
        return int(user.id)
    learner_id = get_user_model().objects.filter(username=masquerade.user_name).values_list("id", flat=True).first()
    return int(learner_id or user.id)


def place_keys(block: Any) -> list[str]:
    """The keys of a block that is being rendered and of everything it lies in below the course."""
    keys = []
    while block is not None and block.scope_ids.block_type != "course":
        keys.append(str(block.scope_ids.usage_id))
        block = block.get_parent()
    return keys


def leaf_keys(block: Any) -> list[str]:
    """The leaves that count of a unit that is being rendered, as its viewer has them; none for the anonymous."""
    service, self_ticked = block.runtime.service(block, "completion"), setting("SELF_TICK_BLOCK_TYPES")
    leaves = service.get_completable_children(block) if service else ()
    return [
        str(leaf.scope_ids.usage_id)
        for leaf in leaves
        if leaf.scope_ids.block_type not in self_ticked and not leaf.visible_to_staff_only
    ]


# ----- completions --------------------------------------------------------------------------------------------------


def block_completions(learner_ids: Iterable[int], course_keys: Iterable[str]) -> dict[Pair, dict[str, datetime]]:
    """The finished blocks and when the platform recorded each, in one query."""
    from completion.models import BlockCompletion

    keys = _course_keys(course_keys).values()
    rows = BlockCompletion.objects.filter(user_id__in=list(learner_ids), context_key__in=keys, completion=1.0)
    found: dict[Pair, dict[str, datetime]] = defaultdict(dict)
    for learner_id, course_key, block_key, at in rows.values_list(
        "user_id", _text("context_key"), _text("block_key"), "modified"
    ):
        found[learner_id, course_key][block_key] = at
    return dict(found)


def completion_rows(learner_ids: Iterable[int], course_keys: Iterable[str]) -> list[FinishedBlock]:
    """The rows of finished blocks in full, by id, in one query."""
    from completion.models import BlockCompletion

    keys = _course_keys(course_keys).values()
    rows = BlockCompletion.objects.filter(user_id__in=list(learner_ids), context_key__in=keys, completion=1.0)
    columns = ("id", "user_id", _text("context_key"), _text("block_key"), "block_type", "modified")
    return [FinishedBlock(*row) for row in rows.order_by("id").values_list(*columns)]


def clear_completions(rows: Iterable[FinishedBlock]) -> int:
    """Deletes exactly these rows, as long as each is still as it was read; how many went. In a transaction only.

    The platform's signals are sent, because others who count completions have to hear of it.
    """
    from completion.models import BlockCompletion

    read = {row.id: row.recorded_at for row in rows}
    held = BlockCompletion.objects.select_for_update().filter(id__in=read, completion=1.0).order_by("id")
    same = [row_id for row_id, modified in held.values_list("id", "modified") if read[row_id] == modified]
    gone: int = BlockCompletion.objects.filter(id__in=same).delete()[0]
    return gone


def completions_after(row_id: int, limit: int) -> list[CompletionRow]:
    """The next rows of the completion table, in the order in which they were made."""
    from completion.models import BlockCompletion

    rows = BlockCompletion.objects.filter(id__gt=row_id).order_by("id")
    columns = ("id", "user_id", _text("context_key"), "modified")
    return [CompletionRow(*row) for row in rows.values_list(*columns)[:limit]]


def last_completion_id() -> int:
    """The highest id in the completion table, 0 when it is empty."""
    from completion.models import BlockCompletion

    return BlockCompletion.objects.order_by("-id").values_list("id", flat=True).first() or 0


def courses_with_completions(course_keys: Iterable[str]) -> set[str]:
    """Those of the courses in which anybody has finished anything, in one query."""
    from completion.models import BlockCompletion

    keys = _course_keys(course_keys).values()
    rows = BlockCompletion.objects.filter(context_key__in=keys).order_by()
    return set(rows.values_list(_text("context_key"), flat=True).distinct())


def begun_courses(learner_ids: Iterable[int], course_keys: Iterable[str]) -> set[Pair]:
    """Where each of the learners did anything, finished or not, of whatever block type, in one query."""
    from completion.models import BlockCompletion

    keys = _course_keys(course_keys).values()
    rows = BlockCompletion.objects.filter(user_id__in=list(learner_ids), context_key__in=keys).order_by()
    return set(rows.values_list("user_id", _text("context_key")).distinct())


def learners_with_completions(course_key: str, after_learner_id: int, limit: int) -> list[int]:
    """The next people, by id, who have any completion in the course, in one query."""
    from completion.models import BlockCompletion

    keys = _course_keys([course_key]).values()
    rows = BlockCompletion.objects.filter(context_key__in=keys, user_id__gt=after_learner_id)
    return list(rows.order_by("user_id").values_list("user_id", flat=True).distinct()[:limit])


# ----- enrolments ---------------------------------------------------------------------------------------------------


def enrollments(learner_ids: Iterable[int], course_keys: Iterable[str]) -> dict[Pair, Enrollment]:
    """The enrolments, inactive ones too, in one query."""
    return _enrollments(list(learner_ids), list(_course_keys(course_keys).values()))


def _enrollments(learner_ids: list[int], keys: list[CourseKey]) -> dict[Pair, Enrollment]:
    from common.djangoapps.student.models import CourseEnrollment

    rows = CourseEnrollment.objects.filter(user_id__in=learner_ids, course_id__in=keys).order_by()
    return {
        (learner_id, course_key): Enrollment(active, mode)
        for learner_id, course_key, active, mode in rows.values_list("user_id", _text("course_id"), "is_active", "mode")
    }


def enrolled_learners(course_key: str) -> Any:
    """The ids of those who are enrolled now, as a subquery for `id__in`: nothing is read."""
    from common.djangoapps.student.models import CourseEnrollment

    rows = CourseEnrollment.objects.filter(course_id__in=_course_keys([course_key]).values(), is_active=True)
    return rows.order_by().values("user_id")


def enroll(
    learner_ids: Iterable[int], course_key: str, *, as_user_id: int | None = None
) -> dict[int, EnrollmentResult]:
    """Enrols as the platform would a learner who asks: a course that is closed, full or by invitation refuses.

    Every id gets a result, and one learner's trouble stops nobody else. `as_user_id` is who enrols them, for the
    platform's own record of manual enrolments.
    """
    from common.djangoapps.student import models as student

    people, key = list(dict.fromkeys(learner_ids)), _course_key(course_key)
    if key is None:
        return dict.fromkeys(people, EnrollmentResult(EnrollmentState.REFUSED, reason="no_such_course"))
    enrolled = {pair[0] for pair, enrollment in _enrollments(people, [key]).items() if enrollment.active}
    missing = [person for person in people if person not in enrolled]
    mode = _default_mode(key) if missing else None
    users: dict[int, Any] = (
        get_user_model().objects.select_related("profile").in_bulk([*missing, *filter(None, [as_user_id])])
    )
    # What the platform remembers of enrolments for this request may be older than what was read above.
    RequestCache(student.CourseEnrollment.MODE_CACHE_NAMESPACE).clear()
    refusals: dict[type[Exception], str] = {
        student.AlreadyEnrolledError: "already",
        student.CourseFullError: "full",
        student.EnrollmentClosedError: "closed",
        student.EnrollmentNotAllowed: "not_allowed",
        student.NonExistentCourseError: "no_such_course",
    }

    def make(person: int) -> None:
        enrollment = student.CourseEnrollment.enroll(users[person], key, mode=mode, check_access=True)
        if as_user_id in users:
            student.ManualEnrollmentAudit.create_manual_enrollment_audit(
                users[as_user_id],
                users[person].email,
                student.UNENROLLED_TO_ENROLLED,
                "mandatory assignment",
                enrollment,
            )

    results = {}
    for person in people:
        reason = (
            "already" if person in enrolled else "no_such_mode" if mode is None else _attempt(make, person, refusals)
        )
        if reason in ("", "already"):
            results[person] = EnrollmentResult(EnrollmentState.ENROLLED, made=not reason)
        else:
            results[person] = EnrollmentResult(EnrollmentState.REFUSED, reason=reason)
    return results


def unenroll(learner_ids: Iterable[int], course_key: str) -> dict[int, str]:
    """Ends the enrolments; for every id nothing when the person is out, else the reason: not_allowed or failed."""
    from common.djangoapps.student import models as student

    people, key = list(dict.fromkeys(learner_ids)), _course_key(course_key)
    active = enrollments(people, [course_key]).items()
    users: dict[int, Any] = (
        get_user_model().objects.select_related("profile").in_bulk([pair[0] for pair, row in active if row.active])
    )
    refusals: dict[type[Exception], str] = {student.UnenrollmentNotAllowed: "not_allowed"}

    def end(person: int) -> None:
        student.CourseEnrollment.unenroll(users[person], key)

    ours = _own_unenrollment.set(True)
    try:
        return {person: _attempt(end, person, refusals) if person in users else "" for person in people}
    finally:
        _own_unenrollment.reset(ours)


def is_our_own_unenrollment() -> bool:
    """Whether `unenroll` is at work here and now, for filter steps that would refuse a learner's own wish."""
    return _own_unenrollment.get()


def _attempt(act: Callable[[int], None], person: int, refusals: Mapping[type[Exception], str]) -> str:
    """Does it in a transaction of its own; nothing when it went through, else the reason."""
    try:
        with transaction.atomic():
            act(person)
    except tuple(refusals) as refusal:
        return next(reason for kind, reason in refusals.items() if isinstance(refusal, kind))
    except Exception:
        log.exception("The platform failed to change an enrolment of learner %s", person)
        return "failed"
    return ""


def _default_mode(key: CourseKey) -> str | None:
    """The mode the platform gives whoever does not choose, as long as it is free and has not expired."""
    from common.djangoapps.course_modes.models import CourseMode

    # Where every mode has expired the platform offers one that the course does not have.
    ever, now = CourseMode.modes_for_course_dict(key, include_expired=True), CourseMode.modes_for_course_dict(key)
    for slug in (CourseMode.DEFAULT_MODE_SLUG, CourseMode.AUDIT, CourseMode.HONOR):
        if slug in now and now[slug] == ever.get(slug) and not now[slug].min_price:
            return str(slug)
    return None


# ----- grades, certificates, attempts -------------------------------------------------------------------------------


def grades(learner_ids: Iterable[int], course_keys: Iterable[str]) -> dict[Pair, CourseGrade]:
    """The grades as the platform stored them last, seconds behind the learner, in one query."""
    from lms.djangoapps.grades.models import PersistentCourseGrade

    keys = _course_keys(course_keys).values()
    rows = PersistentCourseGrade.objects.filter(user_id__in=list(learner_ids), course_id__in=keys)
    columns = (_text("course_id"), "percent_grade", "letter_grade", "passed_timestamp", "modified")
    return {
        (learner_id, course_key): CourseGrade(round(percent * 100, 4), letter != "", passed_at, graded_at)
        for learner_id, course_key, percent, letter, passed_at, graded_at in rows.values_list("user_id", *columns)
    }


def certificates(learner_ids: Iterable[int], course_keys: Iterable[str]) -> dict[Pair, Certificate]:
    """The certificates in whatever status, in one query."""
    from lms.djangoapps.certificates.data import CertificateStatuses
    from lms.djangoapps.certificates.models import GeneratedCertificate

    keys = _course_keys(course_keys).values()
    rows = GeneratedCertificate.objects.filter(user_id__in=list(learner_ids), course_id__in=keys)
    return {
        (learner_id, course_key): Certificate(status, status == CertificateStatuses.downloadable, changed_at)
        for learner_id, course_key, status, changed_at in rows.values_list(
            "user_id", _text("course_id"), "status", "modified_date"
        )
    }


def attempts(learner_ids: Iterable[int], block_keys: Iterable[str]) -> dict[Pair, int]:
    """How often each learner has tried each problem, by (learner id, usage key), in one query."""
    return {
        (row.student_id, str(row.module_state_key)): state["attempts"]
        for row, state in _attempted(learner_ids, block_keys)
    }


def reset_attempts(learner_ids: Iterable[int], block_keys: Iterable[str]) -> int:
    """Gives everybody all attempts back, keeping answers and scores, in two queries; how many records changed."""
    from lms.djangoapps.courseware.models import StudentModule

    changed = []
    with transaction.atomic():
        for row, state in _attempted(learner_ids, block_keys, lock=True):
            # The histories are lists with one item per attempt: the platform's own reset empties them too.
            histories = {"score_history", "correct_map_history", "student_answers_history"} & state.keys()
            row.state = json.dumps(state | {name: [] for name in histories} | {"attempts": 0})
            changed.append(row)
        StudentModule.objects.bulk_update(changed, ["state"], batch_size=100)
    return len(changed)


def _attempted(
    learner_ids: Iterable[int], block_keys: Iterable[str], lock: bool = False
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The state records that count at least one attempt, each with its state."""
    from lms.djangoapps.courseware.models import StudentModule

    rows = StudentModule.objects.select_for_update() if lock else StudentModule.objects.all()
    keys = _usage_keys(block_keys).values()
    for row in rows.filter(student_id__in=list(learner_ids), module_state_key__in=keys):
        try:
            state = json.loads(row.state or "{}")
        except ValueError:
            continue
        if isinstance(state, dict) and isinstance(state.get("attempts"), int) and state["attempts"]:
            yield row, state


# ----- people -------------------------------------------------------------------------------------------------------


def names(learner_ids: Iterable[int]) -> dict[int, str]:
    """The names in the profiles, in one query."""
    from common.djangoapps.student.models import UserProfile

    return dict(UserProfile.objects.filter(user_id__in=list(learner_ids)).values_list("user_id", "name"))


def named(text: str) -> Any:
    """The ids of those whose profile name contains the text, in any case, as a subquery: nothing is read."""
    from common.djangoapps.student.models import UserProfile

    return UserProfile.objects.filter(name__icontains=text).values("user_id")


def retired_accounts() -> Any:
    """The ids of the accounts that were retired, as a subquery: their rows stay, under a name that begins so."""
    prefix = str(getattr(settings, "RETIRED_USERNAME_PREFIX", "retired__user_"))
    accounts = get_user_model().objects.filter(is_active=False, username__istartswith=prefix)
    return (accounts if prefix else accounts.none()).values("id")


def people_named(text: str, most: int, among: Any = None) -> list[int]:
    """The ids of people in whose profile's name the text occurs, at most so many, in one query.

    `among` names the only people that matter: their ids, or a QuerySet of these.
    """
    from common.djangoapps.student.models import UserProfile

    rows = UserProfile.objects.filter(name__icontains=text)
    if among is not None:
        rows = rows.filter(user_id__in=among)
    return list(rows.values_list("user_id", flat=True)[:most])


def people_called(text: str, among: Iterable[int] | None = None) -> Any:
    """The ids of people whose profile's name begins so, by name, as a QuerySet; nothing is read."""
    from common.djangoapps.student.models import UserProfile

    rows = UserProfile.objects.all() if among is None else UserProfile.objects.filter(user_id__in=among)
    return rows.filter(name__istartswith=text).order_by("name").values_list("user_id", flat=True)


def people_with_words(text: str, among: Iterable[int] | None, begin: int, end: int) -> list[int]:
    """The ids of people in whose profile's name every word of the text begins a word, a single one a later word.

    Of all that are found those from `begin` to `end`, in whatever order the database meets them. It reads until it
    has so many, but of everybody nothing except the index of names: a third less, and more where profiles are long.
    """
    from common.djangoapps.student.models import UserProfile

    rows, words = UserProfile.objects.all(), text.split()
    for word in words:
        later = Q(name__icontains=f" {word}")
        rows = rows.filter(later | Q(name__istartswith=word) if len(words) > 1 else later)
    if among is not None:
        return list(rows.filter(user_id__in=among).values_list("user_id", flat=True)[begin:end])
    found = list(rows.values_list("id", flat=True)[begin:end])
    owners = dict(UserProfile.objects.filter(id__in=found).values_list("id", "user_id"))
    return [owners[id] for id in found if id in owners]


def time_zones(learner_ids: Iterable[int]) -> dict[int, str]:
    """The zones people chose, as they are stored: they may be no valid IANA names. One query."""
    return _preferences(learner_ids, "time_zone")


def languages(learner_ids: Iterable[int]) -> dict[int, str]:
    """The language codes people chose, in one query."""
    from openedx.core.djangoapps.lang_pref import LANGUAGE_KEY

    return _preferences(learner_ids, LANGUAGE_KEY)


def _preferences(learner_ids: Iterable[int], name: str) -> dict[int, str]:
    from openedx.core.djangoapps.user_api.models import UserPreference

    return dict(UserPreference.get_preference_for_users(list(learner_ids), name).values_list("user_id", "value"))


# ----- access -------------------------------------------------------------------------------------------------------


def is_global_staff(user: Any) -> bool:
    """Whether this is an active account with rights on the whole site."""
    from common.djangoapps.student.roles import GlobalStaff

    return bool(user and user.is_active and GlobalStaff().has_user(user))


def is_course_staff(user: Any, course_key: str) -> bool:
    """Whether the platform gives this user staff rights in the course; not while they masquerade as a learner."""
    from lms.djangoapps.courseware.access import has_access

    key = _course_key(course_key)
    return key is not None and bool(has_access(user, "staff", key))


def staff_courses(user: Any) -> tuple[frozenset[str], frozenset[str]]:
    """The keys of the courses and the names of the organizations in all of whose courses this user is on the staff."""
    from common.djangoapps.student.roles import CourseInstructorRole, CourseStaffRole, UserBasedRole

    if not (user.is_authenticated and user.is_active):
        return frozenset(), frozenset()
    rows = [
        row
        for role in (CourseStaffRole, CourseInstructorRole)
        for row in UserBasedRole(user, role.ROLE).courses_with_role()
    ]
    course_keys = frozenset(str(row.course_id) for row in rows if row.course_id)
    return course_keys, frozenset(row.org for row in rows if row.org and not row.course_id)


# ----- mail ---------------------------------------------------------------------------------------------------------


def mail_context() -> dict[str, Any]:
    """What the platform's base templates of mails want to know, as plain JSON values."""
    from django.contrib.sites.models import Site

    from openedx.core.djangoapps.ace_common.template_context import get_base_template_context

    context = get_base_template_context(Site.objects.filter(id=getattr(settings, "SITE_ID", 0) or 0).first())
    plain = (str, int, dict, list)
    return {name: value if isinstance(value, plain) else str(value or "") for name, value in context.items()}


def message_type_base() -> Any:
    """The base of ACE message types that takes the site's sender into account."""
    from openedx.core.djangoapps.ace_common.message import BaseMessageType

    return BaseMessageType


def worker_request() -> Any:
    """A context in which there is a current request, as the platform's mail templates want it in a worker."""
    from openedx.core.lib.celery.task_utils import emulate_http_request

    return emulate_http_request()


def platform_name() -> str:
    """The platform's name."""
    return str(getattr(settings, "PLATFORM_NAME", ""))


def mail_address() -> str:
    """The address that the platform's own mails come from, without a name."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def absolute(path: str) -> str:
    """The address of a path on the platform, for whoever is not on it."""
    return f"{settings.LMS_ROOT_URL}{path}"
