"""Hides what is for staff alone."""

from typing import Any

from openedx.core.djangoapps.content.block_structure.transformer import BlockStructureTransformer


class VisibilityTransformer(BlockStructureTransformer):
    """A block is for staff alone when it says so itself or everything that contains it is."""

    MERGED_VISIBLE_TO_STAFF_ONLY = "merged_visible_to_staff_only"

    @classmethod
    def name(cls) -> str:
        return "visibility"

    @classmethod
    def collect(cls, block_structure: Any) -> None:
        for key in block_structure.topological_traversal():
            above = [
                block_structure.get_transformer_block_field(parent, cls, cls.MERGED_VISIBLE_TO_STAFF_ONLY, False)
                for parent in block_structure.get_parents(key)
            ]
            hidden = block_structure.own_field(key, "visible_to_staff_only", False) or (bool(above) and all(above))
            block_structure.set_transformer_block_field(key, cls, cls.MERGED_VISIBLE_TO_STAFF_ONLY, hidden)

    def transform(self, usage_info: Any, block_structure: Any) -> None:
        if not usage_info.has_staff_access:
            block_structure.remove_block_traversal(
                lambda key: block_structure.get_transformer_block_field(
                    key, self, self.MERGED_VISIBLE_TO_STAFF_ONLY, False
                )
            )
