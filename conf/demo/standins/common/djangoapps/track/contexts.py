"""What every tracking event of a course carries."""

from typing import Any

from opaque_keys.edx.keys import CourseKey


def course_context_from_course_id(course_id: CourseKey | None) -> dict[str, Any]:
    """{course_id, org_id}, both empty without a course."""
    if course_id is None:
        return {"course_id": "", "org_id": "", "enterprise_uuid": ""}
    return {"course_id": str(course_id), "org_id": course_id.org, "enterprise_uuid": ""}
