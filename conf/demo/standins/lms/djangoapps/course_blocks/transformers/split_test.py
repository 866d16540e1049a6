"""Takes split tests out of the structure; their children are left to the groups."""

from typing import Any

from openedx.core.djangoapps.content.block_structure.transformer import BlockStructureTransformer


class SplitTestTransformer(BlockStructureTransformer):
    """Writes the branches of split tests down as group access, which `UserPartitionTransformer` enforces."""

    @classmethod
    def name(cls) -> str:
        return "split_test"

    @classmethod
    def branches(cls, block_structure: Any) -> dict[Any, dict[int, set[int]]]:
        """Child of a split test -> partition -> the groups that get it."""
        found = {}
        for key in block_structure.content.of_type("split_test"):
            partition = block_structure.own_field(key, "user_partition_id", -1)
            groups = block_structure.own_field(key, "group_id_to_child", {})
            for child in block_structure.get_children(key):
                found[child] = {partition: {int(group) for group, name in groups.items() if name == str(child)}}
        return found

    def transform(self, usage_info: Any, block_structure: Any) -> None:
        block_structure.remove_block_traversal(lambda key: key.block_type == "split_test", keep_descendants=True)
