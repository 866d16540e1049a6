"""The door to course content; heavy, and nothing is announced in the LMS when content changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.dispatch import Signal
from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.core import XBlock

from common.djangoapps.split_modulestore_django import content
from xmodule.modulestore.exceptions import ItemNotFoundError


class SignalHandler:
    """Told in Studio's process alone: a receiver in the LMS can connect and will hear nothing."""

    pre_publish = Signal()
    course_published = Signal()
    course_deleted = Signal()
    library_updated = Signal()
    item_deleted = Signal()


class MixedModuleStore:
    """Reads course content."""

    @contextmanager
    def bulk_operations(
        self, course_id: CourseKey, emit_signals: bool = True, ignore_case: bool = False
    ) -> Iterator[None]:
        """Keep what is read for the length of the block; nothing is kept here beyond what always is."""
        yield

    def make_course_usage_key(self, course_key: CourseKey) -> UsageKey:
        """The usage key of the course block."""
        return course_key.make_usage_key("course", "course")

    def has_course(self, course_id: CourseKey, ignore_case: bool = False, **kwargs: Any) -> bool:
        """Whether there is content."""
        return content.load(course_id) is not None

    def get_course(self, course_key: CourseKey, depth: int = 0, **kwargs: Any) -> XBlock | None:
        """The course block, None for a missing course."""
        found = content.load(course_key)
        return self._runtime(found).get_block(found.root) if found else None

    def get_item(
        self, usage_key: UsageKey, depth: int = 0, using_descriptor_system: Any = None, **kwargs: Any
    ) -> XBlock:
        """The block; raises ItemNotFoundError."""
        found = content.load(usage_key.course_key)
        if found is None or usage_key not in found.nodes:
            raise ItemNotFoundError(usage_key)
        return self._runtime(found).get_block(usage_key)

    def has_item(self, usage_key: UsageKey, **kwargs: Any) -> bool:
        """Whether there is such a block."""
        found = content.load(usage_key.course_key)
        return found is not None and usage_key in found.nodes

    def get_items(self, course_key: CourseKey, qualifiers: dict[str, Any] | None = None, **kwargs: Any) -> list[XBlock]:
        """All blocks of the category that `qualifiers` names."""
        found = content.load(course_key)
        if found is None:
            return []
        runtime, category = self._runtime(found), (qualifiers or {}).get("category")
        return [runtime.get_block(key) for key in found.nodes if category in (None, key.block_type)]

    @staticmethod
    def _runtime(found: content.Content) -> Any:
        from lms.djangoapps.courseware.block_runtime import CoursewareRuntime

        return CoursewareRuntime(found)


_store = MixedModuleStore()


def modulestore() -> MixedModuleStore:
    """The one store."""
    return _store
