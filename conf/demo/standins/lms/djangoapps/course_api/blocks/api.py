"""Blocks as the mobile and learning apps get them; only as much as the completion API asks for."""

from typing import Any

from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.course_blocks.api import get_course_blocks


def get_blocks(
    request: Any,
    usage_key: UsageKey,
    user: Any = None,
    depth: int | None = None,
    nav_depth: int | None = None,
    requested_fields: Any = None,
    block_counts: Any = None,
    student_view_data: Any = None,
    return_type: str = "dict",
    block_types_filter: Any = None,
    **kwargs: Any,
) -> dict[str, Any]:
    """{"root": key, "blocks": {key: {id, type, display_name, children}}}, as text."""
    structure = get_course_blocks(user or request.user, usage_key)
    blocks = {}
    for key in structure.topological_traversal():
        if block_types_filter and key.block_type not in block_types_filter:
            continue
        blocks[str(key)] = {
            "id": str(key),
            "type": key.block_type,
            "display_name": structure.get_xblock_field(key, "display_name"),
            "children": [str(child) for child in structure.get_children(key)],
        }
    return {"root": str(usage_key), "blocks": blocks}
