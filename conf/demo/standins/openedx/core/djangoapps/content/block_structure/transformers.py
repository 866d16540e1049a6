"""A list of transformers and the learner they work for."""

from collections.abc import Iterable
from typing import Any

from .block_structure import BlockStructureBlockData
from .transformer import BlockStructureTransformer


class BlockStructureTransformers:
    """Applied one after the other."""

    def __init__(self, transformers: Iterable[BlockStructureTransformer] = (), usage_info: Any = None) -> None:
        self.usage_info = usage_info
        self._transformers = list(transformers)

    def __iadd__(self, transformers: Iterable[BlockStructureTransformer]) -> "BlockStructureTransformers":
        self._transformers.extend(transformers)
        return self

    def transform(self, block_structure: BlockStructureBlockData) -> None:
        """Change the structure into what the learner sees."""
        for transformer in self._transformers:
            transformer.transform(self.usage_info, block_structure)
        block_structure.prune_unreachable()
