"""What a transformer is: it collects once per version of a course, and transforms once per learner."""

from typing import Any

from .block_structure import BlockStructureBlockData


class BlockStructureTransformer:
    """One concern of who sees what."""

    WRITE_VERSION = READ_VERSION = 1

    @classmethod
    def name(cls) -> str:
        """Under which name its data are kept."""
        return cls.__name__

    @classmethod
    def collect(cls, block_structure: Any) -> None:
        """Keep in the structure what `transform` will need; may read the content."""

    def transform(self, usage_info: Any, block_structure: BlockStructureBlockData) -> None:
        """Change the structure into what one learner sees."""
