"""A block of which each group of learners gets another child."""

from typing import Any

from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import Dict, Integer, Scope

from .vertical_block import rendered_children
from .x_module import XModuleMixin


class SplitTestBlock(XModuleMixin, XBlock):
    """Shows the child that `group_id_to_child` names for the learner's group."""

    has_children = True
    completion_mode = XBlockCompletionMode.AGGREGATOR
    user_partition_id = Integer(default=-1, scope=Scope.content)
    # Group id, as text -> the usage key of a child, as text.
    group_id_to_child = Dict(default={}, scope=Scope.content)

    def student_view(self, context: Any) -> Fragment:
        """The child of the learner's group."""
        return rendered_children(self, "student_view", context)
