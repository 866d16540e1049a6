"""For whom a unit is rendered, and whether they are through with it."""

from typing import Any

from ..host import lms


def viewer_id(block: Any) -> int | None:
    """The id of the person for whom the block is rendered (the learner whom staff masquerade as); None if anonymous."""
    return lms.viewer_id(block)


def unit_is_done(block: Any, learner_id: int, course_key: str) -> bool:
    """Whether that person has finished every counted block of the unit. Asks the completion table once."""
    keys = lms.leaf_keys(block)
    done = lms.block_completions([learner_id], [course_key]).get((learner_id, course_key), {}) if keys else {}
    return bool(keys) and all(key in done for key in keys)
