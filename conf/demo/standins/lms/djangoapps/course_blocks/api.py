"""A course as one learner may see it: exact, and costly for every single learner."""

from typing import Any

from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.course_api.blocks.transformers.block_completion import BlockCompletionTransformer
from openedx.core.djangoapps.content.block_structure.api import get_block_structure_manager
from openedx.core.djangoapps.content.block_structure.block_structure import BlockStructureBlockData
from openedx.core.djangoapps.content.block_structure.transformers import BlockStructureTransformers

from .transformers.library_content import ContentLibraryTransformer
from .transformers.start_date import StartDateTransformer
from .transformers.user_partitions import UserPartitionTransformer
from .transformers.visibility import VisibilityTransformer
from .usage_info import CourseUsageInfo

COLLECTING_TRANSFORMERS = (
    ContentLibraryTransformer,
    StartDateTransformer,
    UserPartitionTransformer,
    VisibilityTransformer,
    BlockCompletionTransformer,
)


def get_course_block_access_transformers(user: Any) -> list[Any]:
    """Those that decide what a learner may see."""
    return [
        ContentLibraryTransformer(),
        StartDateTransformer(),
        UserPartitionTransformer(),
        VisibilityTransformer(),
    ]


def get_course_blocks(
    user: Any,
    starting_block_usage_key: UsageKey,
    transformers: BlockStructureTransformers | None = None,
    collected_block_structure: BlockStructureBlockData | None = None,
    allow_start_dates_in_future: bool = False,
    include_completion: bool = False,
    include_has_scheduled_content: bool = False,
) -> BlockStructureBlockData:
    """The blocks from here on that this learner may see now; may draw lots and put the learner into a cohort."""
    if not transformers:
        transformers = BlockStructureTransformers(get_course_block_access_transformers(user))
    if include_completion:
        transformers += [BlockCompletionTransformer()]
    transformers.usage_info = CourseUsageInfo(
        starting_block_usage_key.course_key, user, allow_start_dates_in_future, include_has_scheduled_content
    )
    return get_block_structure_manager(starting_block_usage_key.course_key).get_transformed(
        transformers, starting_block_usage_key, collected_block_structure, user
    )
