"""What all blocks of the platform share: names of views, common fields, a place in the tree."""

from typing import Any

from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.core import XBlock
from xblock.fields import Boolean, Dict, Float, Integer, Scope, String

STUDENT_VIEW = "student_view"
PUBLIC_VIEW = "public_view"
AUTHOR_VIEW = "author_view"


class XModuleMixin:
    """Fields and properties of every block."""

    display_name = String(scope=Scope.settings)
    visible_to_staff_only = Boolean(default=False, scope=Scope.settings)
    group_access = Dict(default={}, scope=Scope.settings)
    graded = Boolean(default=False, scope=Scope.settings)
    format = String(default="", scope=Scope.settings)
    days_early_for_beta = Float(scope=Scope.settings)
    weight = Integer(scope=Scope.settings)
    has_score = False

    @property
    def location(self) -> UsageKey:
        """The usage key."""
        return self.scope_ids.usage_id

    @property
    def usage_key(self) -> UsageKey:
        """The same under its newer name."""
        return self.scope_ids.usage_id

    @property
    def course_id(self) -> CourseKey:
        """The course this block lies in."""
        return self.location.course_key

    @property
    def category(self) -> str:
        """The type of the block."""
        return self.scope_ids.block_type

    @property
    def display_name_with_default(self) -> str:
        """The name, made of the id where there is none."""
        return self.display_name or self.location.block_id.replace("_", " ")

    @property
    def start(self) -> Any:
        """The block's own release date, or None."""
        return self.node_field("start")

    @property
    def due(self) -> Any:
        """The block's own due date, or None."""
        return self.node_field("due")

    def node_field(self, name: str) -> Any:
        """What the content says, without defaults."""
        return self.runtime.content.nodes[self.location]["fields"].get(name)

    def get_children(self, usage_id_filter: Any = None, usage_key_filter: Any = None) -> list[XBlock]:
        """The child blocks that this person may see, none for a leaf."""
        visible = self.runtime.visible
        keys = self.runtime.content.children[self.location]
        return [self.runtime.get_block(key) for key in keys if visible is None or key in visible]

    def get_parent(self) -> XBlock | None:
        """The block above, None for the course."""
        parent = self.runtime.content.parent.get(self.location)
        return self.runtime.get_block(parent) if parent else None
