"""Blocks for the person who asks: the effective user of the request, and only what that person may see."""

from typing import Any

from django.http import Http404, HttpRequest
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey

from common.djangoapps.split_modulestore_django import content
from lms.djangoapps.course_blocks.api import get_course_blocks
from lms.djangoapps.courseware.access import has_access
from lms.djangoapps.courseware.block_runtime import CoursewareRuntime
from lms.djangoapps.courseware.masquerade import setup_masquerade


def get_block_by_usage_id(
    request: HttpRequest,
    course_id: str,
    usage_id: str,
    disable_staff_debug_info: bool = False,
    course: Any = None,
    will_recheck_access: bool = False,
) -> tuple[Any, dict[str, Any]]:
    """(block, tracking context) for the effective user; Http404 for what is not there or not visible."""
    try:
        course_key, usage_key = CourseKey.from_string(course_id), UsageKey.from_string(usage_id)
    except InvalidKeyError as error:
        raise Http404("Invalid location") from error
    _, user = setup_masquerade(request, course_key, bool(has_access(request.user, "staff", course_key)))
    block = block_for(user, usage_key.map_into_course(course_key))
    if block is None:
        raise Http404(usage_id)
    return block, {"module": {"display_name": block.display_name_with_default, "usage_key": str(usage_key)}}


def block_for(user: Any, usage_key: UsageKey) -> Any:
    """The block bound to this person with the children that the person may see, None for what is not visible."""
    found = content.load(usage_key.course_key)
    if found is None or usage_key not in found.nodes:
        return None
    visible = set(get_course_blocks(user, found.root))
    # Split tests are no longer in what a learner sees, though their children are.
    for key in [key for key in visible if found.parent.get(key) not in visible and key in found.parent]:
        visible.add(found.parent[key])
    if usage_key not in visible:
        return None
    staff = bool(has_access(user, "staff", usage_key.course_key))
    return CoursewareRuntime(found, user, visible, is_staff=staff).get_block(usage_key)
