"""Writes into a learner's structure how far each block is done."""

from typing import Any

from completion.models import BlockCompletion
from xblock.completable import XBlockCompletionMode

from openedx.core.djangoapps.content.block_structure.transformer import BlockStructureTransformer


class BlockCompletionTransformer(BlockStructureTransformer):
    """`completion` of leaves, and `complete` of everything whose countable leaves are all done."""

    COMPLETION = "completion"
    COMPLETE = "complete"

    @classmethod
    def name(cls) -> str:
        return "blocks_api:completion"

    def transform(self, usage_info: Any, block_structure: Any) -> None:
        done = BlockCompletion.get_learning_context_completions(usage_info.user, usage_info.course_key)
        for key in block_structure.post_order_traversal():
            mode = block_structure.get_xblock_field(key, "completion_mode")
            children = block_structure.get_children(key)
            if mode == XBlockCompletionMode.EXCLUDED:
                block_structure.override_xblock_field(key, self.COMPLETION, None)
                complete = None
            elif mode == XBlockCompletionMode.AGGREGATOR:
                states = [block_structure.get_xblock_field(child, self.COMPLETE) for child in children]
                counted = [state for state in states if state is not None]
                complete = all(counted) if counted else None
            else:
                block_structure.override_xblock_field(key, self.COMPLETION, done.get(key, 0.0))
                complete = done.get(key, 0.0) == 1.0
            block_structure.override_xblock_field(key, self.COMPLETE, complete)
