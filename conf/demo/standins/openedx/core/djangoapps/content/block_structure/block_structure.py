"""The blocks of a course as plain data: who contains whom, and what was collected about each."""

from collections.abc import Callable, Iterator
from typing import Any

from opaque_keys.edx.keys import UsageKey

Filter = Callable[[UsageKey], bool]


def _name(transformer: Any) -> str:
    """Transformers are named by themselves or by their name."""
    return transformer if isinstance(transformer, str) else transformer.name()


class BlockStructure:
    """Existence and relations."""

    def __init__(self, root_block_usage_key: UsageKey) -> None:
        self.root_block_usage_key = root_block_usage_key
        self._children: dict[UsageKey, list[UsageKey]] = {root_block_usage_key: []}
        self._parents: dict[UsageKey, list[UsageKey]] = {root_block_usage_key: []}

    def __iter__(self) -> Iterator[UsageKey]:
        return self.get_block_keys()

    def __len__(self) -> int:
        return len(self._children)

    def __contains__(self, usage_key: UsageKey) -> bool:
        return usage_key in self._children

    def get_block_keys(self) -> Iterator[UsageKey]:
        """All usage keys, in no promised order."""
        return iter(self._children.keys())

    def get_parents(self, usage_key: UsageKey) -> list[UsageKey]:
        """The blocks that contain this one; empty for an unknown key."""
        return self._parents.get(usage_key, [])

    def get_children(self, usage_key: UsageKey) -> list[UsageKey]:
        """The blocks that this one contains; empty for an unknown key."""
        return self._children.get(usage_key, [])

    def set_root_block(self, usage_key: UsageKey) -> None:
        """Begin at this block from now on."""
        self.root_block_usage_key = usage_key
        self._parents[usage_key] = []

    def topological_traversal(
        self,
        filter_func: Filter | None = None,
        yield_descendants_of_unyielded: bool = False,
        start_node: UsageKey | None = None,
    ) -> Iterator[UsageKey]:
        """Every block after those that contain it; below one that the filter leaves out nothing comes by default."""
        stack = [start_node or self.root_block_usage_key]
        seen = set(stack)
        while stack:
            key = stack.pop()
            # The filter may remove the block, so its children are looked up before it runs.
            below = list(self.get_children(key))
            taken = filter_func is None or filter_func(key)
            if taken:
                yield key
            if taken or yield_descendants_of_unyielded:
                fresh = [child for child in below if child not in seen]
                seen.update(fresh)
                stack.extend(reversed(fresh))

    def post_order_traversal(
        self, filter_func: Filter | None = None, start_node: UsageKey | None = None
    ) -> Iterator[UsageKey]:
        """Every block after those that it contains."""
        yield from reversed(list(self.topological_traversal(filter_func, start_node=start_node)))

    def _add_relation(self, parent_key: UsageKey, child_key: UsageKey) -> None:
        for key in (parent_key, child_key):
            self._children.setdefault(key, [])
            self._parents.setdefault(key, [])
        self._children[parent_key].append(child_key)
        self._parents[child_key].append(parent_key)


class BlockStructureBlockData(BlockStructure):
    """Relations plus what was collected: fields of blocks, and each transformer's own data."""

    VERSION = 2

    def __init__(self, root_block_usage_key: UsageKey) -> None:
        super().__init__(root_block_usage_key)
        self._fields: dict[UsageKey, dict[str, Any]] = {}
        self._block_data: dict[UsageKey, dict[str, dict[str, Any]]] = {}
        self._transformer_data: dict[str, dict[str, Any]] = {}

    def copy(self) -> "BlockStructureBlockData":
        """An independent copy; the collected values themselves are shared."""
        other = BlockStructureBlockData(self.root_block_usage_key)
        other._children = {key: list(below) for key, below in self._children.items()}
        other._parents = {key: list(above) for key, above in self._parents.items()}
        other._fields = {key: dict(fields) for key, fields in self._fields.items()}
        other._block_data = {
            key: {name: dict(kept) for name, kept in data.items()} for key, data in self._block_data.items()
        }
        other._transformer_data = {name: dict(kept) for name, kept in self._transformer_data.items()}
        return other

    def get_xblock_field(self, usage_key: UsageKey, field_name: str, default: Any = None) -> Any:
        """A collected field of a block; `default` also for one that no transformer asked for."""
        return self._fields.get(usage_key, {}).get(field_name, default)

    def override_xblock_field(self, usage_key: UsageKey, field_name: str, override_data: Any) -> None:
        """Set a field of a block."""
        self._fields.setdefault(usage_key, {})[field_name] = override_data

    def get_transformer_data(self, transformer: Any, key: str, default: Any = None) -> Any:
        """What a transformer, or the one of that name, collected about the course."""
        return self._transformer_data.get(_name(transformer), {}).get(key, default)

    def set_transformer_data(self, transformer: Any, key: str, value: Any) -> None:
        """Keep something about the course."""
        self._transformer_data.setdefault(_name(transformer), {})[key] = value

    def get_transformer_block_data(self, usage_key: UsageKey, transformer: Any) -> dict[str, Any]:
        """All that a transformer collected about a block; raises KeyError."""
        return self._block_data[usage_key][_name(transformer)]

    def get_transformer_block_field(self, usage_key: UsageKey, transformer: Any, key: str, default: Any = None) -> Any:
        """What a transformer, or the one of that name, collected about a block."""
        return self._block_data.get(usage_key, {}).get(_name(transformer), {}).get(key, default)

    def set_transformer_block_field(self, usage_key: UsageKey, transformer: Any, key: str, value: Any) -> None:
        """Keep something about a block."""
        self._block_data.setdefault(usage_key, {}).setdefault(_name(transformer), {})[key] = value

    def remove_block(self, usage_key: UsageKey, keep_descendants: bool) -> None:
        """Take a block out; its children hang on its parents afterwards, or nowhere."""
        children, parents = self._children[usage_key], self._parents[usage_key]
        for child in children:
            self._parents[child].remove(usage_key)
        for parent in parents:
            self._children[parent].remove(usage_key)
        for held in (self._children, self._parents, self._fields, self._block_data):
            held.pop(usage_key, None)
        if keep_descendants:
            for child in children:
                for parent in parents:
                    self._add_relation(parent, child)

    def remove_block_traversal(self, removal_condition: Filter, keep_descendants: bool = False) -> None:
        """Take out every block for which the condition holds."""

        def stays(key: UsageKey) -> bool:
            if removal_condition(key):
                self.remove_block(key, keep_descendants)
                return False
            return True

        for _ in self.topological_traversal(stays, yield_descendants_of_unyielded=keep_descendants):
            pass

    def prune_unreachable(self) -> None:
        """Forget what no longer hangs below the root."""
        reachable = set(self.topological_traversal())
        for held in (self._children, self._parents, self._fields, self._block_data):
            for key in [key for key in held if key not in reachable]:
                del held[key]
