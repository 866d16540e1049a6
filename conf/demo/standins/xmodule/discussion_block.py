"""A discussion inside a unit; counts for nothing."""

from typing import Any

from markupsafe import Markup
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock

from .x_module import XModuleMixin


class DiscussionXBlock(XModuleMixin, XBlock):
    """Neither in the numerator nor in the denominator."""

    completion_mode = XBlockCompletionMode.EXCLUDED

    def student_view(self, context: Any) -> Fragment:
        """An invitation to talk."""
        return Fragment(Markup('<p class="discussion-module">{}</p>').format(self.display_name_with_default))
