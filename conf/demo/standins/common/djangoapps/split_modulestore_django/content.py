"""Reads and replaces a course's tree; what was parsed of a version is kept in the process. Edits announce nothing."""

import uuid
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from opaque_keys.edx.keys import CourseKey, UsageKey

from .models import CourseContent

Node = dict[str, Any]
DATES = ("start", "end", "due", "enrollment_start", "enrollment_end")


class Content:
    """One version of one course: its nodes by usage key, in the order of the tree, and who contains whom."""

    def __init__(self, course_key: CourseKey, version: str, edited_on: datetime, tree: Node) -> None:
        self.course_key = course_key
        self.version = version
        self.edited_on = edited_on
        self.nodes: dict[UsageKey, Node] = {}
        self.children: dict[UsageKey, list[UsageKey]] = {}
        self.parent: dict[UsageKey, UsageKey] = {}
        self.root = self._take(tree)

    @property
    def tree(self) -> Node:
        """The root node in a copy that may be changed and published."""
        return deepcopy(self.nodes[self.root])

    def _take(self, node: Node) -> UsageKey:
        key = self.course_key.make_usage_key(node["type"], node["id"])
        fields = node.setdefault("fields", {})
        for name in DATES:
            if isinstance(fields.get(name), str):
                fields[name] = parse_datetime(fields[name])
        self.nodes[key] = node
        self.children[key] = []
        for child in node.get("children", ()):
            child_key = self._take(child)
            self.children[key].append(child_key)
            self.parent[child_key] = key
        return key

    def of_type(self, block_type: str) -> Iterator[UsageKey]:
        """The usage keys of one type, in the order of the tree."""
        return (key for key in self.nodes if key.block_type == block_type)


def load(course_key: CourseKey) -> Content | None:
    """The published content, or None; one query, and a second one where this process has not seen the version yet."""
    while version := CourseContent.objects.filter(course_id=course_key).values_list("version", flat=True).first():
        try:
            return _parsed(course_key, version)
        except CourseContent.DoesNotExist:
            # Published anew between the two queries.
            continue
    return None


@lru_cache(maxsize=64)
def _parsed(course_key: CourseKey, version: str) -> Content:
    row = CourseContent.objects.get(course_id=course_key, version=version)
    return Content(course_key, version, row.edited_on, row.tree)


def publish(course_key: CourseKey, tree: Node) -> None:
    """Make this tree the course's content, as a new version."""
    values = {"version": uuid.uuid4().hex, "edited_on": timezone.now(), "tree": tree}
    if not CourseContent.objects.filter(course_id=course_key).update(**values):
        CourseContent.objects.create(course_id=course_key, **values)
