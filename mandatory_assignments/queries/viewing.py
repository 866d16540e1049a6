"""For whom a unit is rendered, and whether they are through with it."""

from typing import Any

from ..host import lms


def viewer_id(block: Any) -> int | None:
    """The id of the person for whom the block is rendered (the learner whom staff masquerade as); None if anonymous."""
    return lms.viewer_id(block)


def effective_user_id(request: Any, course_key: str) -> int:
    """Whose view of the course a request asks for: the id of who is signed in, or of whom they masquerade as."""
    return lms.effective_user_id(request, course_key)


def looks_as(user: Any, course_key: str) -> int:
    """The id of the learner as whom the user looks at the course in this request, else the user's own."""
    return lms.looks_as(user, course_key)


def place_keys(block: Any) -> list[str]:
    """The keys by which a module may hold the block: its own and those of its subsection and section."""
    return lms.place_keys(block)


def unit_is_done(block: Any, learner_id: int, course_key: str) -> bool:
    """Whether that person has finished every counted block of the unit. Asks the completion table once."""
    keys = lms.leaf_keys(block)
    done = lms.block_completions([learner_id], [course_key]).get((learner_id, course_key), {}) if keys else {}
    return bool(keys) and all(key in done for key in keys)
