"""What `lms` relies on in the platform, as plain data, and how the platform at hand differs from it.

Imports by name, never at import time, and calls nothing: so it can run as a system check on any release.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from ..data import SignatureDifference

__all__ = ["EXPECTED", "differences"]

_STRUCTURE = "openedx.core.djangoapps.content.block_structure.block_structure:BlockStructureBlockData"

EXPECTED: Mapping[str, tuple[str, ...]] = {
    "common.djangoapps.course_modes.models:CourseMode": ("course_id", "mode_slug"),
    "common.djangoapps.course_modes.models:CourseMode.AUDIT": (),
    "common.djangoapps.course_modes.models:CourseMode.CREDIT_MODE": (),
    "common.djangoapps.course_modes.models:CourseMode.DEFAULT_MODE_SLUG": (),
    "common.djangoapps.course_modes.models:CourseMode.HONOR": (),
    "common.djangoapps.course_modes.models:CourseMode.PROFESSIONAL": (),
    "common.djangoapps.course_modes.models:CourseMode.VERIFIED": (),
    "common.djangoapps.course_modes.models:CourseMode.modes_for_course_dict": ("course_id",),
    "common.djangoapps.student.models:AlreadyEnrolledError": (),
    "common.djangoapps.student.models:CourseEnrollment": ("course_id", "is_active", "mode", "user_id"),
    "common.djangoapps.student.models:CourseEnrollment.MODE_CACHE_NAMESPACE": (),
    "common.djangoapps.student.models:CourseEnrollment.enroll": ("user", "course_key", "mode", "check_access"),
    "common.djangoapps.student.models:CourseEnrollment.unenroll": ("user", "course_id"),
    "common.djangoapps.student.models:CourseFullError": (),
    "common.djangoapps.student.models:EnrollmentClosedError": (),
    "common.djangoapps.student.models:EnrollmentNotAllowed": (),
    "common.djangoapps.student.models:ManualEnrollmentAudit.create_manual_enrollment_audit": (
        "user", "email", "state_transition", "reason", "enrollment",
    ),
    "common.djangoapps.student.models:NonExistentCourseError": (),
    "common.djangoapps.student.models:UNENROLLED_TO_ENROLLED": (),
    "common.djangoapps.student.models:UnenrollmentNotAllowed": (),
    "common.djangoapps.student.models:UserProfile": ("name", "user_id"),
    "common.djangoapps.student.roles:CourseInstructorRole.ROLE": (),
    "common.djangoapps.student.roles:CourseStaffRole.ROLE": (),
    "common.djangoapps.student.roles:GlobalStaff.has_user": ("self", "user"),
    "common.djangoapps.student.roles:UserBasedRole": ("user", "role"),
    "common.djangoapps.student.roles:UserBasedRole.courses_with_role": ("self",),
    "completion.models:BlockCompletion": ("block_key", "completion", "context_key", "modified", "user_id"),
    "lms.djangoapps.certificates.data:CertificateStatuses.downloadable": (),
    "lms.djangoapps.certificates.models:GeneratedCertificate": ("course_id", "modified_date", "status", "user_id"),
    "lms.djangoapps.course_blocks.api:get_course_blocks": (
        "user", "starting_block_usage_key", "allow_start_dates_in_future",
    ),
    "lms.djangoapps.courseware.access:has_access": ("user", "action", "obj"),
    "lms.djangoapps.courseware.masquerade:get_course_masquerade": ("user", "course_key"),
    "lms.djangoapps.courseware.masquerade:setup_masquerade": ("request", "course_key", "staff_access"),
    "lms.djangoapps.courseware.models:StudentModule": ("module_state_key", "state", "student_id"),
    "lms.djangoapps.grades.models:PersistentCourseGrade": (
        "course_id", "letter_grade", "passed_timestamp", "percent_grade", "user_id",
    ),
    "openedx.core.djangoapps.ace_common.message:BaseMessageType": (),
    "openedx.core.djangoapps.ace_common.template_context:get_base_template_context": ("site",),
    "openedx.core.djangoapps.content.block_structure.api:get_block_structure_manager": ("course_key",),
    f"{_STRUCTURE}.get_children": (
        "self", "usage_key",
    ),
    f"{_STRUCTURE}.get_transformer_block_field": (
        "self", "usage_key", "transformer", "key",
    ),
    f"{_STRUCTURE}.get_transformer_data": (
        "self", "transformer", "key",
    ),
    f"{_STRUCTURE}.get_xblock_field": (
        "self", "usage_key", "field_name",
    ),
    f"{_STRUCTURE}.topological_traversal": (
        "self",
    ),
    "openedx.core.djangoapps.content.course_overviews.models:CourseOverview": (
        "display_name", "end", "id", "lowest_passing_grade", "org", "start",
    ),
    "openedx.core.djangoapps.content.course_overviews.models:CourseOverview.get_from_id": ("course_id",),
    "openedx.core.djangoapps.course_groups.models:CohortMembership": ("course_id", "course_user_group_id", "user_id"),
    "openedx.core.djangoapps.course_groups.models:CourseCohortsSettings": ("course_id", "is_cohorted"),
    "openedx.core.djangoapps.course_groups.models:CourseUserGroup": ("course_id", "group_type", "id", "name"),
    "openedx.core.djangoapps.course_groups.models:CourseUserGroupPartitionGroup": (
        "course_user_group_id", "group_id", "partition_id",
    ),
    "openedx.core.djangoapps.course_groups.partition_scheme:CohortPartitionScheme": (),
    "openedx.core.djangoapps.lang_pref:LANGUAGE_KEY": (),
    "openedx.core.djangoapps.user_api.models:UserPreference": ("user_id", "value"),
    "openedx.core.djangoapps.user_api.models:UserPreference.get_preference_for_users": ("user_ids", "preference_key"),
    "openedx.core.djangoapps.verified_track_content.partition_scheme:EnrollmentTrackPartitionScheme": (),
    "openedx.core.lib.celery.task_utils:emulate_http_request": (),
    "organizations.models:Organization": ("active", "id", "short_name"),
    "organizations.models:OrganizationCourse": ("active", "course_id", "organization_id"),
    "xmodule.modulestore.django:modulestore": (),
    "xmodule.partitions.partitions:ENROLLMENT_TRACK_PARTITION_ID": (),
    "xmodule.tabs:CourseTab": ("tab_dict",),
    "xmodule.tabs:CourseTab.is_enabled": ("course", "user"),
}  # fmt: skip
"""By "module:name": the fields read from a model, the parameters passed to anything else that can be called."""


def differences(expected: Mapping[str, tuple[str, ...]] = EXPECTED) -> list[SignatureDifference]:
    """Every way in which the platform is not as expected: a module, name, field or parameter that is missing, and a
    parameter that must be passed now and is not. Parameters that may be left out are no difference.
    """
    return [difference for name, needs in expected.items() for difference in _differences(name, needs)]


def _differences(name: str, needs: tuple[str, ...]) -> Iterator[SignatureDifference]:
    try:
        found = _named(name)
    except Exception as error:  # noqa: BLE001  a platform module may fail in any way when it is imported
        yield SignatureDifference(name, "to be there", f"{type(error).__name__}: {error}")
        return
    if hasattr(found, "_meta"):
        has = {
            text for field in found._meta.get_fields() for text in (field.name, getattr(field, "attname", field.name))
        }
        for field in needs:
            if field not in has:
                yield SignatureDifference(name, f"field {field}", "no such field")
    elif callable(found) and needs:
        yield from _parameter_differences(name, found, needs)


def _named(name: str) -> Any:
    module, _, path = name.partition(":")
    found: Any = import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    return found


def _parameter_differences(name: str, found: Any, needs: tuple[str, ...]) -> Iterator[SignatureDifference]:
    signature = inspect.signature(found)
    parameters = signature.parameters.values()
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        for need in needs:
            if need not in signature.parameters:
                yield SignatureDifference(name, f"parameter {need}", str(signature))
    for parameter in parameters:
        optional = parameter.default is not parameter.empty or parameter.kind in (
            parameter.VAR_KEYWORD,
            parameter.VAR_POSITIONAL,
        )
        if not optional and parameter.name not in needs:
            yield SignatureDifference(name, f"no required parameter {parameter.name}", str(signature))
