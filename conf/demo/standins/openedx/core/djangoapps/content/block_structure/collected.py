"""Collects the structure of one version of a course, once per process."""

from functools import lru_cache
from typing import Any

from opaque_keys.edx.keys import UsageKey
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock

from common.djangoapps.split_modulestore_django.content import Content

from .block_structure import BlockStructureBlockData

# The fields that the platform's transformers ask for between them.
FIELDS = (
    "days_early_for_beta",
    "due",
    "format",
    "graded",
    "max_attempts",
    "max_count",
    "start",
    "weight",
)


class CollectingStructure(BlockStructureBlockData):
    """The structure while transformers collect: it can still see the content."""

    def __init__(self, content: Content) -> None:
        super().__init__(content.root)
        self.content = content
        for parent, children in content.children.items():
            for child in children:
                self._add_relation(parent, child)
        for key, node in content.nodes.items():
            self._fields[key] = self._described(key, node)

    def _described(self, key: UsageKey, node: dict[str, Any]) -> dict[str, Any]:
        block_class = XBlock.load_class(key.block_type)
        fields = node["fields"]
        found = {
            "category": key.block_type,
            "completion_mode": XBlockCompletionMode.get_mode(block_class),
            "course_version": self.content.version,
            "display_name": fields.get("display_name"),
            "has_score": block_class.has_score,
        }
        for name in FIELDS:
            declared = getattr(block_class, name, None)
            found[name] = fields.get(name, getattr(declared, "default", None))
        return found

    def own_field(self, key: UsageKey, name: str, default: Any = None) -> Any:
        """What the content says about the block itself, nothing inherited."""
        return self.content.nodes[key]["fields"].get(name, default)

    def finished(self) -> BlockStructureBlockData:
        """The collected data alone."""
        structure = BlockStructureBlockData(self.root_block_usage_key)
        content = self.content
        del self.content
        structure.__dict__.update(self.__dict__)
        self.content = content
        return structure


@lru_cache(maxsize=64)
def collected(content: Content) -> BlockStructureBlockData:
    """The structure of this version, shared by all who ask; copy it before changing it."""
    from lms.djangoapps.course_blocks.api import COLLECTING_TRANSFORMERS

    structure = CollectingStructure(content)
    for transformer in COLLECTING_TRANSFORMERS:
        transformer.collect(structure)
    return structure.finished()
