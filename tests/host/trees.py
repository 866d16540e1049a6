"""Courses whose tree a test writes by hand."""

from typing import Any

COURSE = "course-v1:Acme+Fire+2026"


def node(block_type: str, block_id: str, *children: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A node of a course's tree; its id is its title."""
    name = block_id.replace(" ", "")
    return {"type": block_type, "id": name, "fields": {"display_name": block_id, **fields}, "children": [*children]}


def cohorts(partition: int, *groups: int) -> dict[str, Any]:
    """A partition by cohort."""
    return _partition("cohort", partition, groups)


def random_groups(partition: int, *groups: int) -> dict[str, Any]:
    """A partition by chance, for split tests."""
    return _partition("random", partition, groups)


def _partition(scheme: str, partition: int, groups: tuple[int, ...]) -> dict[str, Any]:
    numbered = [{"id": number, "name": f"group {number}", "version": 1} for number in groups]
    return {"id": partition, "name": f"by {scheme}", "scheme": scheme, "groups": numbered, "version": 3}
