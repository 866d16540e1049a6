"""Blocks as the mobile and learning apps get them; only as much as the completion API asks for."""

from typing import Any

from opaque_keys.edx.keys import UsageKey
from rest_framework import serializers

from lms.djangoapps.course_blocks.api import get_course_blocks


class BlockSerializer(serializers.Serializer):
    """{id, type, display_name, children} of a usage key; the structure comes in the context."""

    def to_representation(self, instance: UsageKey) -> dict[str, Any]:
        structure = self.context["block_structure"]
        return {
            "id": str(instance),
            "type": instance.block_type,
            "display_name": structure.get_xblock_field(instance, "display_name"),
            "children": [str(child) for child in structure.get_children(instance)],
        }


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
    """{"root": key, "blocks": {key: block}} of what the person may see from here on, keys as text."""
    structure = get_course_blocks(user or request.user, usage_key)
    keys = structure.topological_traversal()
    return {
        "root": str(usage_key),
        "blocks": {
            str(key): BlockSerializer(key, context={"block_structure": structure}).data
            for key in keys
            if not block_types_filter or key.block_type in block_types_filter
        },
    }
